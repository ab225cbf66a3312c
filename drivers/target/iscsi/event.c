// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCSI asynchronous events (RFC 7143 11.9.1, AsyncEvent 0): unit attention
 * conditions that the initiator is told of before it sends a command.
 */
#include <linux/string.h>

#include "conn.h"
#include "event.h"
#include "rsp.h"
#include "session.h"

/**
 * iscsit_event_add - a condition arose
 * @se_sess: nexus
 * @lun: where
 * @asc: ADDITIONAL SENSE CODE
 * @ascq: ADDITIONAL SENSE CODE QUALIFIER
 *
 * Context: process; the core keeps the nexus until this returns.
 */
void iscsit_event_add(struct se_session *se_sess, const struct scsi_lun *lun,
		      u8 asc, u8 ascq)
{
	struct iscsit_session *sess = se_sess->fabric_sess_ptr;

	if (!iscsit_tpg_attr(sess->tpg, ISCSIT_TPG_ASYNC_EVENTS))
		return;
	spin_lock(&sess->lock);
	/* an initiator that is so slow will ask anyway */
	if (sess->nr_events < ISCSIT_EVENT_MAX)
		sess->events[sess->nr_events++] = (struct iscsit_event){
			.lun = *lun, .asc = asc, .ascq = ascq,
		};
	spin_unlock(&sess->lock);
	iscsit_session_want(sess, ISCSIT_CONN_EVENT);
}

/**
 * iscsit_event_send - tell the initiator
 * @conn: connection in the full feature phase
 *
 * Context: its work item.
 */
void iscsit_event_send(struct iscsit_conn *conn)
{
	struct iscsit_session *sess = conn->sess;
	struct iscsit_event events[ISCSIT_EVENT_MAX];
	u8 count, i;

	spin_lock(&sess->lock);
	count = sess->nr_events;
	memcpy(events, sess->events, count * sizeof(events[0]));
	sess->nr_events = 0;
	spin_unlock(&sess->lock);
	for (i = 0; i < count; i++)
		iscsit_rsp_event(conn, &events[i]);
}
