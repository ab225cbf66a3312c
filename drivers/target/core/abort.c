// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mechanism of aborts; which function aborts what is said in tmf.c.
 *
 * An abort fences the command's response path (state.c) and answers for it,
 * at once, wherever the command is.  If the backstore has it, the command
 * stays, as an orphan, until the backstore answers; nobody waits for that.
 */
#include <linux/jiffies.h>
#include <linux/kref.h>
#include "abort.h"
#include "arrival.h"
#include "complete.h"
#include "events.h"
#include "range.h"
#include "state.h"

#define BATCH	16

static struct target_link *link_of(const struct target_cmd *cmd)
{
	/* its submitter may look it up now: who sees the link sees cmd->itl */
	return smp_load_acquire(&cmd->link);
}

static bool in_scope(struct target_cmd *cmd,
		     const struct target_abort_scope *scope)
{
	const struct target_link *link = link_of(cmd);

	if (target_state_aborted(cmd) ||
	    target_state_owner(cmd) == TARGET_OWNER_RESPONSE)
		return false;
	if (scope->except && time_after(cmd->born, scope->except->born))
		return false;
	if (cmd->flags & TARGET_CMD_TMR && !scope->silent)
		return false;
	if (scope->dev && (!link || link->dev != scope->dev))
		return false;
	if (scope->aca && to_se(cmd)->sam_task_attr != TCM_ACA_TAG)
		return false;
	return !scope->by_tag || to_se(cmd)->tag == scope->tag;
}

/* Commands of one CPU's queue that are in scope, each with a reference. */
static unsigned int collect(struct target_cmd_queue *queue,
			    const struct target_abort_scope *scope,
			    struct target_cmd **batch)
{
	struct target_cmd *cmd;
	unsigned int n = 0;
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	list_for_each_entry(cmd, &queue->cmds, sess_node) {
		/* those of its own queue that are younger stand behind it */
		if (cmd == scope->except)
			break;
		if (!in_scope(cmd, scope) ||
		    !kref_get_unless_zero(&to_se(cmd)->cmd_kref))
			continue;
		batch[n++] = cmd;
		if (n == BATCH)
			break;
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	return n;
}

/*
 * The backstore may carry out an aborted write late: nothing else may touch
 * those blocks before it has.
 */
static void guard_blocks(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);

	if (cmd->blocks)
		target_range_orphan(dev, &cmd->range, to_se(cmd)->t_task_lba,
				    cmd->blocks);
	else
		target_range_orphan(dev, &cmd->range, 0, dev->nr_blocks);
}

/* Drops the caller's reference. */
static bool abort_one(struct target_cmd *cmd,
		      const struct target_abort_scope *scope)
{
	enum target_owner owner = target_state_abort(cmd);
	bool other = cmd_sess(cmd) != scope->self;
	const struct target_link *link;
	bool tas;

	if (owner == TARGET_OWNER_RESPONSE) {
		target_complete_put(cmd);
		return false;
	}

	if (owner == TARGET_OWNER_HANDLER && cmd->flags & TARGET_CMD_WRITES)
		guard_blocks(cmd);
	target_arrival_leave(cmd);
	link = link_of(cmd);
	tas = !scope->silent && link && other &&
	      READ_ONCE(link->dev->attr.emulate_tas);
	if (scope->cleared && link && other && !tas)
		target_events_aborted(cmd->itl);

	target_complete_aborted(cmd, tas);
	/* in the core, its owner drops this one: target_complete_orphan() */
	if (!target_state_in_core(owner))
		target_complete_put(cmd);
	return true;
}

/**
 * target_abort_session - abort commands of a session
 * @sess: session
 * @scope: which ones
 *
 * Context: process.
 * Return: how many were aborted
 */
unsigned int target_abort_session(struct target_sess *sess,
				  const struct target_abort_scope *scope)
{
	struct target_cmd *batch[BATCH];
	unsigned int i, n, aborted = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct target_cmd_queue *queue = per_cpu_ptr(sess->queues, cpu);

		while ((n = collect(queue, scope, batch)))
			for (i = 0; i < n; i++)
				aborted += abort_one(batch[i], scope);
	}
	return aborted;
}

/* Is there a command in scope?  Context: any. */
bool target_abort_find(struct target_sess *sess,
		       const struct target_abort_scope *scope)
{
	struct target_cmd_queue *queue;
	struct target_cmd *cmd;
	unsigned long flags;
	bool found = false;
	int cpu;

	for_each_possible_cpu(cpu) {
		queue = per_cpu_ptr(sess->queues, cpu);
		spin_lock_irqsave(&queue->lock, flags);
		list_for_each_entry(cmd, &queue->cmds, sess_node) {
			if (cmd == scope->except)
				break;
			found |= in_scope(cmd, scope);
		}
		spin_unlock_irqrestore(&queue->lock, flags);
	}
	return found;
}

/*
 * Sessions of the logical unit behind a place in its list of nexuses, which
 * moves on, each with a reference.  A session may come more than once.
 */
static unsigned int next_sessions(struct target_dev *dev, u64 *place, u64 last,
				  struct target_sess **batch)
{
	struct target_itl *itl;
	unsigned long flags;
	unsigned int n = 0;

	spin_lock_irqsave(&dev->itl_lock, flags);
	list_for_each_entry(itl, &dev->itls, dev_node) {
		if (itl->seq <= *place)
			continue;
		if (itl->seq > last || n == BATCH)
			break;
		*place = itl->seq;
		if (percpu_ref_tryget(&itl->sess->ref))
			batch[n++] = itl->sess;
	}
	spin_unlock_irqrestore(&dev->itl_lock, flags);
	return n;
}

/**
 * target_abort_dev - abort commands of a logical unit, of whichever session
 * @scope: which ones; @scope.dev is set
 *
 * Context: process.
 * Return: how many were aborted
 */
unsigned int target_abort_dev(const struct target_abort_scope *scope)
{
	struct target_sess *batch[BATCH];
	struct target_dev *dev = scope->dev;
	unsigned int i, n, aborted = 0;
	u64 place = 0, last;

	spin_lock_irq(&dev->itl_lock);
	last = dev->itl_seq;
	spin_unlock_irq(&dev->itl_lock);

	while ((n = next_sessions(dev, &place, last, batch))) {
		for (i = 0; i < n; i++) {
			if (!scope->whose || scope->whose(batch[i], scope->arg))
				aborted += target_abort_session(batch[i], scope);
			percpu_ref_put(&batch[i]->ref);
		}
	}
	return aborted;
}
