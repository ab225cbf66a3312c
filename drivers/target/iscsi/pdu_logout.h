/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_PDU_LOGOUT_H
#define ISCSIT_PDU_LOGOUT_H

#include "conn.h"

int iscsit_pdu_logout_begin(struct iscsit_conn *conn,
			    struct iscsit_conn_sink *sink);
int iscsit_pdu_logout_end(struct iscsit_conn *conn, bool good);

#endif /* ISCSIT_PDU_LOGOUT_H */
