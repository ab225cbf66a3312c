/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_PDU_TMF_H
#define ISCSIT_PDU_TMF_H

#include "conn.h"

int iscsit_pdu_tmf_begin(struct iscsit_conn *conn,
			 struct iscsit_conn_sink *sink);
int iscsit_pdu_tmf_end(struct iscsit_conn *conn, bool good);
void iscsit_pdu_tmf_aborted(struct iscsit_cmd *cmd);
void iscsit_pdu_tmf_event(struct iscsit_cmd *cmd, unsigned int events);

#endif /* ISCSIT_PDU_TMF_H */
