// SPDX-License-Identifier: GPL-2.0-only
/*
 * A command whose data is there: its turn, its permission, its handler.
 */
#include "../emul/emul.h"
#include "complete.h"
#include "delay.h"
#include "execute.h"
#include "order.h"
#include "range.h"
#include "state.h"
#include "trace.h"

static void execute_work(struct work_struct *work)
{
	target_execute(container_of(work, struct target_cmd, work));
}

/* Execute a command in a work item.  Any context. */
void target_execute_queue(struct target_cmd *cmd)
{
	target_complete_defer(cmd, execute_work);
}

static void range_granted(struct target_range *range)
{
	target_execute_queue(container_of(range, struct target_cmd, range));
}

static bool needs_range(const struct target_cmd *cmd)
{
	if (cmd->flags & TARGET_CMD_RANGE)
		return false;
	if (cmd->flags & TARGET_CMD_EXCLUSIVE)
		return true;
	return test_bit(TARGET_SLOW_RANGE, &cmd_dev(cmd)->slow) &&
	       (cmd->blocks || cmd->flags & TARGET_CMD_WRITES);
}

/* False if the command waits; it comes back through range_granted(). */
static bool enter_range(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct target_range *range = &cmd->range;

	target_opdef_span(cmd, &range->lba, &range->blocks);
	range->granted = range_granted;
	cmd->flags |= TARGET_CMD_RANGE;
	return target_range_lock(dev, range);
}

/* Whoever waits for blocks behind what was aborted could be aborted there too. */
static bool is_refused(const struct target_cmd *cmd)
{
	return target_complete_crowded(cmd_dev(cmd)) && needs_range(cmd);
}

/* True if the command waits; it comes back through the runner. */
static bool delay(struct target_cmd *cmd)
{
	unsigned int msecs;

	if (cmd->flags & TARGET_CMD_DELAYED)
		return false;
	msecs = target_alua_delay(cmd);
	if (!msecs)
		return false;
	cmd->flags |= TARGET_CMD_DELAYED;
	target_delay_start(cmd, msecs);
	return true;
}

/* True if it comes back later. */
static bool waits(struct target_cmd *cmd)
{
	bool slow = READ_ONCE(cmd_dev(cmd)->slow) & BIT(TARGET_SLOW_ALUA);
	bool range = needs_range(cmd);

	if (likely(!slow && !range))
		return false;
	/*
	 * Who aborts it takes it out of the order, if it was in it by then; if
	 * not, it must not go in and wait.  Pairs with target_state_abort().
	 */
	smp_mb();
	if (target_state_aborted(cmd))
		return false;
	return (slow && delay(cmd)) || (range && !enter_range(cmd));
}

static sense_reason_t run(struct target_cmd *cmd)
{
	sense_reason_t reason = TCM_NO_SENSE;

	if (cmd->link)
		reason = target_access_check(cmd);
	return reason ?: target_opdef_run(cmd);
}

/**
 * target_execute - carry out a command
 * @cmd: command in TARGET_OWNER_QUEUE, whose turn it is
 *
 * Context: process.
 */
void target_execute(struct target_cmd *cmd)
{
	sense_reason_t reason;

	if (cmd->link && likely(!target_state_aborted(cmd))) {
		if (unlikely(!target_order_goes_on(cmd)))
			return;
		if (unlikely(is_refused(cmd))) {
			target_complete(cmd, TCM_BUSY);
			return;
		}
		if (unlikely(waits(cmd)))
			return;
	}
	if (unlikely(!target_state_move(cmd, TARGET_OWNER_QUEUE,
					TARGET_OWNER_HANDLER))) {
		target_complete_orphan(cmd);
		return;
	}

	trace_target_sequencer_start(to_se(cmd), cmd->cdb_len);
	reason = run(cmd);
	if (reason != TCM_PENDING)
		target_complete(cmd, reason);
}
