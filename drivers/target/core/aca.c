// SPDX-License-Identifier: GPL-2.0-only
/*
 * Auto contingent allegiance (SAM-5 5.9): a command with NACA that ends with
 * CHECK CONDITION blocks its task set until its nexus has seen to it.  That is
 * all nexuses' commands, or this one's if each has a task set (TST).
 *
 * What order.c lets start is what blocks; commands that the medium has already
 * end as they do.
 */
#include <scsi/scsi_proto.h>
#include "aca.h"
#include "order.h"

/* Service action of PERSISTENT RESERVE OUT */
#define PREEMPT_AND_ABORT	0x05

/* A fabric may have ended a command before it said what its CDB is. */
static bool has_naca(const struct target_cmd *cmd)
{
	if (!cmd->cdb_len)
		return false;
	if (cmd->cdb[0] == VARIABLE_LENGTH_CMD)
		return cmd->cdb[1] & TARGET_ACA_NACA;
	return cmd->cdb[cmd->cdb_len - 1] & TARGET_ACA_NACA;
}

static bool is_aca(struct target_cmd *cmd)
{
	return to_se(cmd)->sam_task_attr == TCM_ACA_TAG;
}

/* SAM-5 table 33: others may preempt who does not see to it. */
static sense_reason_t admit_other(struct target_cmd *cmd)
{
	if (cmd->cdb[0] == PERSISTENT_RESERVE_OUT &&
	    (cmd->cdb[1] & 0x1f) == PREEMPT_AND_ABORT && !is_aca(cmd)) {
		cmd->flags |= TARGET_CMD_UNBLOCKED;
		return TCM_NO_SENSE;
	}
	return has_naca(cmd) ? TCM_ACA_ACTIVE : TCM_BUSY;
}

/* SAM-5 table 32: one command with the ACA attribute at a time */
static sense_reason_t admit_locked(struct target_cmd *cmd)
{
	struct target_task_set *tasks = target_order_tasks(cmd);

	lockdep_assert_held(&cmd_dev(cmd)->order.lock);

	if (!tasks->faulted)
		return is_aca(cmd) ? TCM_INVALID_TASK_ATTRIBUTE : TCM_NO_SENSE;
	if (tasks->faulted != cmd_sess(cmd))
		return admit_other(cmd);
	if (!is_aca(cmd) || tasks->aca || READ_ONCE(cmd_dev(cmd)->tmf_only))
		return TCM_ACA_ACTIVE;
	tasks->aca = cmd;
	cmd->tasks = tasks;
	cmd->flags |= TARGET_CMD_UNBLOCKED;
	return TCM_NO_SENSE;
}

/**
 * target_aca_admit - may a command enter the task set?
 * @cmd: command with a CDB and a logical unit, that is not in the order yet
 *
 * Context: any.
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_aca_admit(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	sense_reason_t reason;
	unsigned long flags;

	if (likely(!test_bit(TARGET_SLOW_ACA, &dev->slow)) &&
	    likely(!is_aca(cmd)))
		return TCM_NO_SENSE;
	spin_lock_irqsave(&dev->order.lock, flags);
	reason = admit_locked(cmd);
	spin_unlock_irqrestore(&dev->order.lock, flags);
	return reason;
}

/**
 * target_aca_fault - a command ends with CHECK CONDITION
 * @cmd: command of a logical unit
 *
 * That of the command with the ACA attribute clears the condition; with NACA
 * there is a new one (SAM-5 5.9.5).
 *
 * Context: any.
 */
void target_aca_fault(struct target_cmd *cmd)
{
	bool admitted = cmd->flags & TARGET_CMD_UNBLOCKED && is_aca(cmd);

	if (unlikely(has_naca(cmd)))
		target_order_block(cmd);
	else if (unlikely(admitted))
		target_order_unblock(cmd_dev(cmd), cmd_sess(cmd));
}

/**
 * target_aca_clear - the condition is cleared
 * @dev: logical unit
 * @sess: if this is the faulted nexus; NULL for whichever it is
 *
 * Context: any.
 * Return: whether there was one
 */
bool target_aca_clear(struct target_dev *dev, const struct target_sess *sess)
{
	return test_bit(TARGET_SLOW_ACA, &dev->slow) &&
	       target_order_unblock(dev, sess);
}

/**
 * target_aca_forsake - a nexus does not see to its condition any more
 * @itl: its session ends, or the logical unit is hidden from it
 *
 * A condition that a command establishes at the same time is found under the
 * lock, or finds there that nobody would clear it.
 *
 * Context: any.
 */
void target_aca_forsake(struct target_itl *itl)
{
	WRITE_ONCE(itl->forsaken, true);
	target_order_unblock(itl->link->dev, itl->sess);
}

/* Is this the faulted nexus?  Context: any. */
bool target_aca_is_faulted(struct target_dev *dev,
			   const struct target_sess *sess)
{
	const struct target_task_set *tasks;
	unsigned long flags;
	bool faulted = false;

	spin_lock_irqsave(&dev->order.lock, flags);
	list_for_each_entry(tasks, &dev->order.faults, fault_node)
		faulted |= tasks->faulted == sess;
	spin_unlock_irqrestore(&dev->order.lock, flags);
	return faulted;
}
