/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Request PDUs: one row for each opcode.
 */
#ifndef ISCSIT_PDU_H
#define ISCSIT_PDU_H

#include "conn.h"

/* When a PDU may come */
#define ISCSIT_PDU_LOGIN	BIT(0)	/* before the full feature phase */
#define ISCSIT_PDU_NORMAL	BIT(1)	/* in a normal session */
#define ISCSIT_PDU_DISCOVERY	BIT(2)	/* in a discovery session */
/* What it has */
#define ISCSIT_PDU_CMDSN	BIT(3)	/* a CmdSN, of value if not immediate */
#define ISCSIT_PDU_AHS		BIT(4)	/* may have additional header segments */
#define ISCSIT_PDU_EARLY	BIT(5)	/* can wait for CmdSNs before it */

/**
 * struct iscsit_pdu_row - what to do with an opcode
 * @flags: ISCSIT_PDU_*
 * @begin: the header is there: say where the data goes.  A PDU that is
 *	refused leaves conn->row NULL, and its data is dropped
 * @end: so is the data.  @good says whether its digest was right
 *
 * Both return 0, or a negative errno if the connection has to end.
 */
struct iscsit_pdu_row {
	u8	flags;
	int	(*begin)(struct iscsit_conn *conn, struct iscsit_conn_sink *sink);
	int	(*end)(struct iscsit_conn *conn, bool good);
};

int iscsit_pdu_begin(struct iscsit_conn *conn, struct iscsit_conn_sink *sink);
int iscsit_pdu_end(struct iscsit_conn *conn, bool good);

#endif /* ISCSIT_PDU_H */
