/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ORDER_H
#define TARGET_ORDER_H

#include "core.h"

void target_order_set_runner(void (*fn)(struct target_cmd *cmd));
void target_order_set_limit(struct target_dev *dev, unsigned int limit);
int target_order_init(struct target_dev *dev);
void target_order_exit(struct target_dev *dev);
bool target_order_enter(struct target_cmd *cmd);
void target_order_run_later(struct target_cmd *cmd);
void target_order_expect(struct target_dev *dev);
bool target_order_suspend(struct target_cmd *cmd);
void target_order_leave(struct target_cmd *cmd);
void target_order_init_tasks(struct target_task_set *tasks);
struct target_task_set *target_order_tasks(struct target_cmd *cmd);
void target_order_separate(struct target_dev *dev, bool separate);
bool target_order_block(struct target_cmd *cmd);
bool target_order_unblock(struct target_dev *dev,
			  const struct target_sess *sess);

/* Does a nexus have its commands for itself (TST 001b)?  Context: any. */
static inline bool target_order_is_separate(const struct target_dev *dev)
{
	return READ_ONCE(dev->order.separate);
}

/* Does it run after every older command, and before every younger one? */
static inline bool target_order_is_ordered(struct target_cmd *cmd)
{
	if (unlikely(cmd->flags & (TARGET_CMD_UNBLOCKED | TARGET_CMD_SOLE)))
		return cmd->flags & TARGET_CMD_SOLE;
	return to_se(cmd)->sam_task_attr == TCM_ORDERED_TAG;
}

/* The way of target_order_enter() while nobody waits; false if somebody may. */
static inline bool target_order_enter_fast(struct target_cmd *cmd)
{
	if (unlikely(target_order_is_ordered(cmd)) ||
	    unlikely(!percpu_ref_tryget_live(&cmd_dev(cmd)->order.fast)))
		return false;
	WRITE_ONCE(cmd->place, TARGET_PLACE_FAST);
	return true;
}

/* May one that had its turn still start?  If not, the runner gets it later. */
static inline bool target_order_goes_on(struct target_cmd *cmd)
{
	return likely(!test_bit(TARGET_SLOW_ACA, &cmd_dev(cmd)->slow)) ||
	       !target_order_suspend(cmd);
}

#endif /* TARGET_ORDER_H */
