/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_EVENT_H
#define ISCSIT_EVENT_H

#include <linux/types.h>
#include <scsi/scsi.h>

struct iscsit_conn;
struct se_session;

#define ISCSIT_EVENT_MAX	8

/**
 * struct iscsit_event - a SCSI asynchronous event
 * @lun: where
 * @asc: ADDITIONAL SENSE CODE of the unit attention condition
 * @ascq: ADDITIONAL SENSE CODE QUALIFIER
 */
struct iscsit_event {
	struct scsi_lun	lun;
	u8		asc;
	u8		ascq;
};

void iscsit_event_add(struct se_session *se_sess, const struct scsi_lun *lun,
		      u8 asc, u8 ascq);
void iscsit_event_send(struct iscsit_conn *conn);

#endif /* ISCSIT_EVENT_H */
