/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_PDU_NOP_H
#define ISCSIT_PDU_NOP_H

#include "conn.h"

int iscsit_pdu_nop_begin(struct iscsit_conn *conn,
			 struct iscsit_conn_sink *sink);
int iscsit_pdu_nop_end(struct iscsit_conn *conn, bool good);
int iscsit_pdu_nop_snack(struct iscsit_conn *conn,
			 struct iscsit_conn_sink *sink);
void iscsit_pdu_nop_ping(struct iscsit_conn *conn);
void iscsit_pdu_nop_window(struct iscsit_conn *conn);

#endif /* ISCSIT_PDU_NOP_H */
