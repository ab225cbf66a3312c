/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ORDER_H
#define TARGET_ORDER_H

#include "core.h"

void target_order_set_runner(void (*fn)(struct target_cmd *cmd));
void target_order_set_limit(struct target_dev *dev, unsigned int limit);
int target_order_init(struct target_dev *dev);
void target_order_exit(struct target_dev *dev);
bool target_order_enter(struct target_cmd *cmd);
void target_order_arrive(struct target_cmd *cmd);
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

#endif /* TARGET_ORDER_H */
