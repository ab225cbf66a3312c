/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbered PDUs that came before their turn.
 */
#ifndef ISCSIT_EARLY_H
#define ISCSIT_EARLY_H

#include "conn.h"

/**
 * struct iscsit_early - a PDU that waits for the CmdSNs before it
 * @node: in iscsit_conn.held
 * @hdr: its header
 * @len: bytes of data
 * @good: the digest of the data was right
 * @data: the data
 */
struct iscsit_early {
	struct list_head	node;
	struct iscsi_hdr	hdr;
	u32			len;
	bool			good;
	u8			data[] __counted_by(len);
};

int iscsit_early_begin(struct iscsit_conn *conn, struct iscsit_conn_sink *sink);
int iscsit_early_end(struct iscsit_conn *conn, bool good);
struct iscsit_early *iscsit_early_take(struct iscsit_conn *conn, u32 cmdsn);
void iscsit_early_free(struct iscsit_conn *conn);

#endif /* ISCSIT_EARLY_H */
