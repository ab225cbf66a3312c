// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deferred errors (SPC-4 4.5): something went wrong with what a command asked
 * for whose status was GOOD.  The next command is not carried out but ends with
 * CHECK CONDITION and sense data that says so; sending it again is all that it
 * needs.
 */
#include "deferred.h"

/**
 * target_deferred_add - tell all nexuses
 * @dev: logical unit
 * @reason: what went wrong
 *
 * An error that is of no nexus in particular is told to each, once; of several
 * only the last.
 *
 * Context: any.
 */
void target_deferred_add(struct target_dev *dev, sense_reason_t reason)
{
	struct target_itl *itl;
	unsigned long flags;

	spin_lock_irqsave(&dev->itl_lock, flags);
	list_for_each_entry(itl, &dev->itls, dev_node)
		WRITE_ONCE(itl->deferred, reason);
	spin_unlock_irqrestore(&dev->itl_lock, flags);
}

/**
 * target_deferred_take - what is there to tell?
 * @cmd: command of a nexus; its sense data is that of a deferred error, if
 *	there is one
 *
 * Return: what went wrong, or TCM_NO_SENSE
 */
sense_reason_t target_deferred_take(struct target_cmd *cmd)
{
	sense_reason_t reason = xchg(&cmd->itl->deferred, TCM_NO_SENSE);

	cmd->fault.deferred = reason;
	return reason;
}
