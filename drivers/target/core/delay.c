// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that wait for a while before they run, because their path is not
 * the one that the initiator should take.  No thread waits with them: one timer
 * a logical unit gives them back.
 */
#include <linux/jiffies.h>
#include "delay.h"
#include "order.h"

static void arm(struct target_delays *delays)
{
	struct target_cmd *next;

	lockdep_assert_held(&delays->lock);

	next = list_first_entry_or_null(&delays->cmds, struct target_cmd,
					wait_node);
	if (next)
		mod_timer(&delays->timer, next->due);
}

static void expired(struct timer_list *timer)
{
	struct target_delays *delays = from_timer(delays, timer, timer);
	struct target_cmd *cmd, *next;
	unsigned long flags;

	spin_lock_irqsave(&delays->lock, flags);
	list_for_each_entry_safe(cmd, next, &delays->cmds, wait_node) {
		if (time_before(jiffies, cmd->due))
			break;
		list_del_init(&cmd->wait_node);
		target_order_run_later(cmd);
	}
	arm(delays);
	spin_unlock_irqrestore(&delays->lock, flags);
}

/**
 * target_delay_start - run a command later
 * @cmd: command in TARGET_OWNER_QUEUE; the runner of order.c gets it
 * @msecs: how much later
 *
 * Context: any.
 */
void target_delay_start(struct target_cmd *cmd, unsigned int msecs)
{
	struct target_delays *delays = &cmd_dev(cmd)->delays;
	struct target_cmd *before;
	unsigned long flags;

	cmd->due = jiffies + msecs_to_jiffies(msecs);
	spin_lock_irqsave(&delays->lock, flags);
	/* nearly always the last one: the delay hardly ever changes */
	list_for_each_entry_reverse(before, &delays->cmds, wait_node)
		if (!time_before(cmd->due, before->due))
			break;
	list_add(&cmd->wait_node, &before->wait_node);
	arm(delays);
	spin_unlock_irqrestore(&delays->lock, flags);
}

void target_delay_init(struct target_dev *dev)
{
	spin_lock_init(&dev->delays.lock);
	INIT_LIST_HEAD(&dev->delays.cmds);
	timer_setup(&dev->delays.timer, expired, 0);
}

/* No command can come any more. */
void target_delay_exit(struct target_dev *dev)
{
	timer_shutdown_sync(&dev->delays.timer);
}
