// SPDX-License-Identifier: GPL-2.0-only
/*
 * notice: what initiators hear of before they ask, over fabrics that can say
 * it.  A notice is no more than a hint: the unit attention condition that it is
 * about is reported as any other, so one that gets lost does no harm.
 */
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>
#include <target/target_core_fabric.h>
#include "itl.h"
#include "notice.h"

static bool take(struct target_notices *notices, struct target_notice *notice)
{
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&notices->lock, flags);
	found = notices->count;
	if (found) {
		*notice = notices->queue[0];
		notices->count--;
		memmove(notices->queue, notices->queue + 1,
			notices->count * sizeof(*notice));
	}
	spin_unlock_irqrestore(&notices->lock, flags);
	return found;
}

/* The fabric is called from here because conditions arise in any context. */
static void tell(struct work_struct *work)
{
	struct target_sess *sess = container_of(work, struct target_sess,
						notices.work);
	struct target_notice notice;
	struct scsi_lun lun;

	while (take(&sess->notices, &notice)) {
		target_itl_put_lun(notice.lun, lun.scsi_lun);
		sess->port->tfo->sess_event(&sess->se, &lun, notice.code >> 8,
					    notice.code & 0xff);
	}
}

/* The session is being made. */
void target_notice_init(struct target_sess *sess)
{
	spin_lock_init(&sess->notices.lock);
	INIT_WORK(&sess->notices.work, tell);
}

/**
 * target_notice_exit - no more notices
 * @sess: session that the fabric takes back
 *
 * Context: process; waits for a call of sess_event() that is under way.
 */
void target_notice_exit(struct target_sess *sess)
{
	unsigned long flags;

	spin_lock_irqsave(&sess->notices.lock, flags);
	sess->notices.closed = true;
	sess->notices.count = 0;
	spin_unlock_irqrestore(&sess->notices.lock, flags);
	cancel_work_sync(&sess->notices.work);
}

/**
 * target_notice_add - a condition that an initiator had better know of
 * @itl: who
 * @code: ASC << 8 | ASCQ
 *
 * It is dropped if so many wait that the initiator has enough to ask for.
 *
 * Context: any.
 */
void target_notice_add(struct target_itl *itl, u16 code)
{
	struct target_notices *notices = &itl->sess->notices;
	unsigned long flags;

	if (!itl->sess->port->tfo->sess_event ||
	    !test_bit(TARGET_SESS_LIVE, &itl->sess->flags))
		return;
	spin_lock_irqsave(&notices->lock, flags);
	if (!notices->closed && notices->count < ARRAY_SIZE(notices->queue)) {
		notices->queue[notices->count++] = (struct target_notice){
			.lun = itl->lun, .code = code,
		};
		queue_work(system_wq, &notices->work);
	}
	spin_unlock_irqrestore(&notices->lock, flags);
}
