/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In which order commands of a logical unit start: state of arrival.c, order.c
 * and aca.c, inside of a logical unit and of an I_T_L nexus.
 */
#ifndef TARGET_TASK_SET_H
#define TARGET_TASK_SET_H

#include <linux/list.h>
#include <linux/percpu-refcount.h>
#include <linux/spinlock.h>

struct target_cmd;
struct target_sess;

/**
 * enum target_order_mode - how commands start (order.c), or come into the order
 *	(arrival.c)
 * @TARGET_ORDER_FAST: counted per CPU, nothing is ordered
 * @TARGET_ORDER_DRAINING: an ordered command waits for those
 * @TARGET_ORDER_SERIAL: counted under the lock
 */
enum target_order_mode {
	TARGET_ORDER_FAST,
	TARGET_ORDER_DRAINING,
	TARGET_ORDER_SERIAL,
};

/**
 * struct target_arrival - in which order commands of an I_T_L nexus come into
 *	that of the logical unit (arrival.c)
 * @coming: writes without data that came in TARGET_ORDER_FAST
 * @mode: now; read without the lock on the fast path
 * @lock: guards the rest; taken in any context, outside of target_order.lock
 * @ahead: other writes without data that are older than all in @held
 * @held: an ordered command that waits for those, and what came after it
 * @last: jiffies when an ordered command was last seen
 * @orders: the initiator sends some: none of its reads may be passed [A]
 */
struct target_arrival {
	struct percpu_ref	coming;
	enum target_order_mode	mode;
	spinlock_t		lock;	/* what: see above */
	unsigned int		ahead;
	struct list_head	held;
	unsigned long		last;
	bool			orders;
};

/**
 * struct target_task_set - commands that wait for each other (order.c)
 * @held: those that wait, in order of arrival
 * @running: those that run, of those that did not start fast
 * @alone: an ordered one runs
 * @faulted: nexus whose command established an ACA condition: nothing starts
 *	but what may then; NULL if there is none
 * @aca: its command with the ACA attribute, NULL if there is none
 * @wait_node: in target_order.waiting while @held is not empty
 * @fault_node: in target_order.faults while there is an ACA condition
 *
 * All under target_order.lock.
 */
struct target_task_set {
	struct list_head	held;
	unsigned int		running;
	bool			alone;
	struct target_sess	*faulted;
	struct target_cmd	*aca;
	struct list_head	wait_node;
	struct list_head	fault_node;
};

/**
 * struct target_order - in which order commands of a logical unit start
 *	(order.c)
 * @fast: commands that started in TARGET_ORDER_FAST
 * @lock: guards the rest; taken in any context
 * @mode: now
 * @separate: each I_T_L nexus has a task set of its own (TST 001b)
 * @tasks: the task set of all nexuses, otherwise
 * @limit: commands that may run at a time, 0 for as many as come
 * @running: commands that run, of all task sets
 * @sole: a command that has to be alone at the medium, whose turn it is or
 *	will be next: nothing else starts
 * @waiting: target_task_set.wait_node
 * @faults: target_task_set.fault_node
 * @last: jiffies when an ordered command was last seen
 */
struct target_order {
	struct percpu_ref	fast;
	spinlock_t		lock;	/* what: see above */
	enum target_order_mode	mode;
	bool			separate;
	struct target_task_set	tasks;
	unsigned int		limit;
	unsigned int		running;
	struct target_cmd	*sole;
	struct list_head	waiting;
	struct list_head	faults;
	unsigned long		last;
};

#endif /* TARGET_TASK_SET_H */
