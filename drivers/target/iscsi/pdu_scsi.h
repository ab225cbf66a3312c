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
void iscsit_pdu_scsi_run_early(struct iscsit_conn *conn);
void iscsit_pdu_scsi_event(struct iscsit_cmd *cmd, unsigned int events);

#endif /* ISCSIT_PDU_SCSI_H */
