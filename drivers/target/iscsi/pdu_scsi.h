/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_PDU_SCSI_H
#define ISCSIT_PDU_SCSI_H

#include "conn.h"

int iscsit_pdu_scsi_begin(struct iscsit_conn *conn,
			  struct iscsit_conn_sink *sink);
int iscsit_pdu_scsi_end(struct iscsit_conn *conn, bool good);
int iscsit_pdu_scsi_data_begin(struct iscsit_conn *conn,
			       struct iscsit_conn_sink *sink);
int iscsit_pdu_scsi_data_end(struct iscsit_conn *conn, bool good);
bool iscsit_pdu_scsi_due(struct iscsit_conn *conn, u32 cmdsn);
void iscsit_pdu_scsi_event(struct iscsit_cmd *cmd, unsigned int events);

#endif /* ISCSIT_PDU_SCSI_H */
