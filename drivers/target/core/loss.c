// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data that was in a cache and never reached the medium.  A medium says so
 * once, to the flush that finds out; whose data it was, nobody knows.  So a
 * loss is counted, and each nexus that has not heard of it yet hears of it when
 * it next wants its data to be durable, whoever's flush found out.
 *
 * A nexus that comes later is taken for one that has written nothing before, though
 * the same initiator may have had another one.
 */
#include <linux/export.h>
#include "loss.h"
#include "sense.h"

/* What can be tried again is not lost. */
static bool is_final(blk_status_t sts)
{
	sense_reason_t reason = target_sense_blk(sts, TARGET_IO_FLUSH);

	return reason == TCM_TARGET_FAILURE ||
	       reason == TCM_SPACE_ALLOCATION_FAILED;
}

/**
 * target_loss_note - a flush has failed
 * @backend: medium
 * @sts: how
 *
 * Called before the flush ends, and before any other flush can end well that
 * the medium did not say it to.
 *
 * Context: any.
 */
void target_loss_note(struct target_backend *backend, blk_status_t sts)
{
	struct target_dev *dev = backend->core;

	if (is_final(sts))
		atomic_inc(&dev->losses);
}
EXPORT_SYMBOL_GPL(target_loss_note);

/* The nexus is new. */
void target_loss_init(struct target_itl *itl)
{
	itl->losses = atomic_read(&itl->link->dev->losses);
}

/**
 * target_loss_settle - how a flush ends for the nexus that asked for it
 * @itl: nexus
 * @sts: how it ended
 *
 * Context: any.
 * Return: @sts, or BLK_STS_IOERR if the nexus has not heard of a loss yet
 */
blk_status_t target_loss_settle(struct target_itl *itl, blk_status_t sts)
{
	u32 now = atomic_read(&itl->link->dev->losses);

	if (likely(READ_ONCE(itl->losses) == now) || (sts && !is_final(sts)))
		return sts;
	WRITE_ONCE(itl->losses, now);
	return sts ?: BLK_STS_IOERR;
}
