// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task attributes (SAM-5 clause 8): SIMPLE commands run in any order, an
 * ORDERED one runs after every older and before every younger one, HEAD OF
 * QUEUE runs at once.
 *
 * A command comes here when it has all that it needs but its turn, its data
 * included (arrival.c): whoever is waited for here can run.
 *
 * Hardly anybody sends ORDERED, so nothing is shared until somebody does:
 * commands take a per-CPU reference.  The first ORDERED command kills it
 * and, once the last of them has let go, commands pass through the lock and
 * the list here.  That costs a grace period, so the way back is taken only
 * when no ORDERED command was seen for a second.  A limit to what runs at a
 * time takes the same way, for as long as it is set.  So does an ACA condition
 * (aca.c), which lets hardly anything start, and so do separate task sets for
 * each nexus (TST 001b, SPC-5 7.5.10), of which no initiator asks for more than
 * for its own commands' order.
 *
 * One that waits for a worker has its place already.  Whoever aborts a command
 * takes it out of the order, so that nobody waits for an orphan that the medium
 * does not let go of.
 */
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include "order.h"
#include "state.h"

#define LINGER	HZ

/* queues a command that waited, in any context: target_execute_queue() */
static void (*run_later)(struct target_cmd *cmd);

void target_order_set_runner(void (*fn)(struct target_cmd *cmd))
{
	run_later = fn;
}

/**
 * target_order_tasks - the task set that a command belongs to
 * @cmd: command with a logical unit
 *
 * One that is in the order already stays in the task set that it came to.
 *
 * Context: any, target_order.lock is held.
 * Return: task set
 */
struct target_task_set *target_order_tasks(struct target_cmd *cmd)
{
	struct target_order *order = &cmd_dev(cmd)->order;

	lockdep_assert_held(&order->lock);
	return order->separate ? &cmd->itl->tasks : &order->tasks;
}

/* Is one at the medium beside which nothing may write? */
static bool sole_runs(const struct target_order *order)
{
	lockdep_assert_held(&order->lock);

	return order->sole && order->sole->place == TARGET_PLACE_ALONE;
}

/* It waits for nothing. */
static bool starts_at_once(const struct target_order *order,
			   struct target_cmd *cmd)
{
	lockdep_assert_held(&order->lock);

	if (cmd->flags & TARGET_CMD_SOLE)
		return false;
	if (cmd->flags & TARGET_CMD_WRITES && sole_runs(order))
		return false;
	if (cmd->flags & TARGET_CMD_UNBLOCKED)
		return true;
	return to_se(cmd)->sam_task_attr == TCM_HEAD_TAG &&
	       !cmd->tasks->faulted;
}

/* Does what is there keep it from starting? */
static bool has_to_wait(const struct target_order *order,
			const struct target_cmd *cmd)
{
	const struct target_task_set *tasks = cmd->tasks;

	lockdep_assert_held(&order->lock);

	if (tasks->alone)
		return true;
	if (tasks->faulted && !(cmd->flags & TARGET_CMD_UNBLOCKED))
		return true;
	return order->sole && order->sole != cmd;
}

/*
 * The first one of its task set.  If it has to be alone at the medium, nothing
 * else starts from now on, in whichever task set, until it has run.
 */
static bool may_start(struct target_order *order, struct target_cmd *cmd)
{
	/* how many run is not known before those that started fast have ended */
	bool known = order->mode != TARGET_ORDER_DRAINING;

	lockdep_assert_held(&order->lock);

	if (has_to_wait(order, cmd))
		return false;
	if (cmd->flags & TARGET_CMD_SOLE) {
		order->sole = cmd;
		return known && !order->running;
	}
	if (order->limit && (!known || order->running >= order->limit))
		return false;
	return !target_order_is_ordered(cmd) ||
	       (known && !cmd->tasks->running);
}

/* It is not the one that has to be alone, or is so no more. */
static void forget_sole(struct target_order *order,
			const struct target_cmd *cmd)
{
	lockdep_assert_held(&order->lock);

	if (order->sole == cmd)
		order->sole = NULL;
}

/* It waits, behind those that do, or before them. */
static void hold(struct target_order *order, struct target_cmd *cmd, bool first)
{
	struct target_task_set *tasks = cmd->tasks;

	lockdep_assert_held(&order->lock);

	WRITE_ONCE(cmd->place, TARGET_PLACE_HELD);
	if (first)
		list_add(&cmd->wait_node, &tasks->held);
	else
		list_add_tail(&cmd->wait_node, &tasks->held);
	if (list_empty(&tasks->wait_node))
		list_add_tail(&tasks->wait_node, &order->waiting);
}

/* It does not wait any more; the other task sets are next. */
static void unhold(struct target_order *order, struct target_cmd *cmd)
{
	struct target_task_set *tasks = cmd->tasks;

	lockdep_assert_held(&order->lock);

	list_del_init(&cmd->wait_node);
	if (list_empty(&tasks->held))
		list_del_init(&tasks->wait_node);
	else
		list_move_tail(&tasks->wait_node, &order->waiting);
}

static void start_serial(struct target_order *order, struct target_cmd *cmd)
{
	lockdep_assert_held(&order->lock);

	order->running++;
	cmd->tasks->running++;
	if (target_order_is_ordered(cmd)) {
		cmd->tasks->alone = true;
		WRITE_ONCE(cmd->place, TARGET_PLACE_ALONE);
	} else {
		WRITE_ONCE(cmd->place, TARGET_PLACE_SERIAL);
	}
}

/* It does not run any more. */
static void stop_serial(struct target_order *order, struct target_cmd *cmd)
{
	lockdep_assert_held(&order->lock);

	order->running--;
	cmd->tasks->running--;
	if (cmd->place == TARGET_PLACE_ALONE)
		cmd->tasks->alone = false;
	forget_sole(order, cmd);
}

static struct target_cmd *next_to_start(struct target_order *order)
{
	struct target_task_set *tasks;
	struct target_cmd *cmd;

	lockdep_assert_held(&order->lock);

	list_for_each_entry(tasks, &order->waiting, wait_node) {
		cmd = list_first_entry(&tasks->held, struct target_cmd,
				       wait_node);
		if (may_start(order, cmd))
			return cmd;
	}
	return NULL;
}

/* Start what may start now, each in a work item of its own. */
static void pump(struct target_order *order)
{
	struct target_cmd *cmd;

	lockdep_assert_held(&order->lock);

	while ((cmd = next_to_start(order))) {
		unhold(order, cmd);
		start_serial(order, cmd);
		run_later(cmd);
	}
}

static void drained(struct percpu_ref *ref)
{
	struct target_order *order = container_of(ref, struct target_order, fast);
	unsigned long flags;

	spin_lock_irqsave(&order->lock, flags);
	order->mode = TARGET_ORDER_SERIAL;
	pump(order);
	spin_unlock_irqrestore(&order->lock, flags);
}

/*
 * The reference is per-CPU now, so that killing it neither waits nor calls
 * drained() before a grace period is over.  It is done under the lock: without
 * it, what waits here may be aborted, and be the unit's last command.
 */
static void leave_fast(struct target_dev *dev)
{
	struct target_order *order = &dev->order;

	lockdep_assert_held(&order->lock);

	if (order->mode != TARGET_ORDER_FAST)
		return;
	order->mode = TARGET_ORDER_DRAINING;
	set_bit(TARGET_SLOW_ORDERED, &dev->slow);
	percpu_ref_kill(&order->fast);
}

static void back_to_fast(struct target_dev *dev)
{
	struct target_order *order = &dev->order;

	lockdep_assert_held(&order->lock);

	if (order->mode != TARGET_ORDER_SERIAL || order->tasks.alone ||
	    order->limit || order->separate || order->sole ||
	    !list_empty(&order->faults) || !list_empty(&order->waiting) ||
	    time_before(jiffies, order->last + LINGER))
		return;
	percpu_ref_reinit(&order->fast);
	order->mode = TARGET_ORDER_FAST;
	clear_bit(TARGET_SLOW_ORDERED, &dev->slow);
}

/*
 * Who aborts it does so before it is in the list, and is seen here, or takes it
 * out of there.
 */
static bool hold_unless_aborted(struct target_order *order,
				struct target_cmd *cmd, bool first)
{
	lockdep_assert_held(&order->lock);

	hold(order, cmd, first);
	/* pairs with target_state_abort() */
	smp_mb();
	if (likely(!target_state_aborted(cmd)))
		return true;
	forget_sole(order, cmd);
	unhold(order, cmd);
	WRITE_ONCE(cmd->place, TARGET_PLACE_NONE);
	return false;
}

/* True if it may start now; otherwise it is in the list. */
static bool enter_slow(struct target_dev *dev, struct target_cmd *cmd)
{
	bool first = cmd->flags & TARGET_CMD_UNBLOCKED ||
		     to_se(cmd)->sam_task_attr == TCM_HEAD_TAG;
	struct target_order *order = &dev->order;
	unsigned long flags;
	bool run;

	spin_lock_irqsave(&order->lock, flags);
	if (target_order_is_ordered(cmd)) {
		order->last = jiffies;
		leave_fast(dev);
	} else {
		back_to_fast(dev);
	}

	cmd->tasks = target_order_tasks(cmd);
	run = starts_at_once(order, cmd) ||
	      ((first || list_empty(&cmd->tasks->held)) &&
	       may_start(order, cmd));
	if (run)
		start_serial(order, cmd);
	else
		run = !hold_unless_aborted(order, cmd, first);
	spin_unlock_irqrestore(&order->lock, flags);
	return run;
}

/**
 * target_order_enter - a command takes its place
 * @cmd: command in TARGET_OWNER_QUEUE, with a logical unit
 *
 * Context: any.
 * Return: true if it may start now; otherwise the runner gets it later, and the
 * caller must not touch it
 */
bool target_order_enter(struct target_cmd *cmd)
{
	return likely(target_order_enter_fast(cmd)) ||
	       enter_slow(cmd_dev(cmd), cmd);
}

/* The runner gets a command that waited elsewhere.  Context: any. */
void target_order_run_later(struct target_cmd *cmd)
{
	run_later(cmd);
}

/**
 * target_order_expect - an ORDERED command will soon take its place
 * @dev: logical unit
 *
 * What it takes to leave the fast way is under way when it comes.  Nobody waits
 * meanwhile.
 *
 * Context: any.
 */
void target_order_expect(struct target_dev *dev)
{
	struct target_order *order = &dev->order;
	unsigned long flags;

	spin_lock_irqsave(&order->lock, flags);
	order->last = jiffies;
	leave_fast(dev);
	spin_unlock_irqrestore(&order->lock, flags);
}

/* Its place is at the head of those that wait.  False if it has none. */
static bool suspend(struct target_order *order, struct target_cmd *cmd,
		    bool *fast)
{
	unsigned int place = TARGET_PLACE_FAST;

	lockdep_assert_held(&order->lock);

	*fast = try_cmpxchg(&cmd->place, &place, TARGET_PLACE_HELD);
	if (!*fast && place == TARGET_PLACE_NONE)
		return false;
	if (*fast)
		cmd->tasks = target_order_tasks(cmd);
	else
		stop_serial(order, cmd);
	hold(order, cmd, true);
	return true;
}

/* Is its task set blocked? */
static bool is_faulted(struct target_cmd *cmd)
{
	const struct target_task_set *tasks = cmd->tasks;

	/* one that started fast is in none yet */
	return (tasks ?: target_order_tasks(cmd))->faulted;
}

/**
 * target_order_suspend - there is an ACA condition: of a command's task set?
 * @cmd: command in TARGET_OWNER_QUEUE that may start
 *
 * If so, it is blocked until that is cleared (SAM-5 5.9).  Meanwhile somebody
 * may abort it: the link keeps what is touched here.
 *
 * Context: any.
 * Return: true if it is blocked: the runner gets it later
 */
bool target_order_suspend(struct target_cmd *cmd)
{
	struct target_order *order = &cmd_dev(cmd)->order;
	struct target_link *link = cmd->link;
	bool held = false, fast = false;
	unsigned long flags;

	/* who has its blocks already has begun: others would wait for them */
	if (cmd->flags & (TARGET_CMD_UNBLOCKED | TARGET_CMD_RANGE))
		return false;
	percpu_ref_get(&link->ref);
	spin_lock_irqsave(&order->lock, flags);
	if (!target_state_aborted(cmd) && is_faulted(cmd))
		held = suspend(order, cmd, &fast);
	/* other task sets may have waited for it */
	if (held)
		pump(order);
	spin_unlock_irqrestore(&order->lock, flags);
	if (fast)
		percpu_ref_put(&order->fast);
	percpu_ref_put(&link->ref);
	return held;
}

/* False if somebody else took it out of the order. */
static bool give_up(struct target_order *order, struct target_cmd *cmd)
{
	lockdep_assert_held(&order->lock);

	switch (cmd->place) {
	case TARGET_PLACE_ALONE:
	case TARGET_PLACE_SERIAL:
		stop_serial(order, cmd);
		break;
	case TARGET_PLACE_HELD:
		forget_sole(order, cmd);
		unhold(order, cmd);
		/* its owner finds out there that it is an orphan */
		run_later(cmd);
		break;
	default:
		return false;
	}
	WRITE_ONCE(cmd->place, TARGET_PLACE_NONE);
	return true;
}

static void leave_slow(struct target_dev *dev, struct target_cmd *cmd)
{
	struct target_order *order = &dev->order;
	unsigned long flags;

	spin_lock_irqsave(&order->lock, flags);
	if (give_up(order, cmd))
		pump(order);
	spin_unlock_irqrestore(&order->lock, flags);
}

/*
 * Nobody aborts a command that has its outcome: its owner is alone with it.  A
 * handler that lets others pass before that is not.
 */
static bool give_up_fast(struct target_cmd *cmd)
{
	unsigned int fast = TARGET_PLACE_FAST;

	if (unlikely(target_state_owner(cmd) != TARGET_OWNER_RESPONSE))
		return try_cmpxchg(&cmd->place, &fast, TARGET_PLACE_NONE);
	WRITE_ONCE(cmd->place, TARGET_PLACE_NONE);
	return true;
}

static void forget_aca(struct target_order *order, struct target_cmd *cmd)
{
	unsigned long flags;

	spin_lock_irqsave(&order->lock, flags);
	if (cmd->tasks && cmd->tasks->aca == cmd)
		cmd->tasks->aca = NULL;
	spin_unlock_irqrestore(&order->lock, flags);
}

/**
 * target_order_leave - a command has its outcome, or was aborted
 * @cmd: command; nothing happens if it is not in the order
 *
 * Called by its owner, and by who aborted it, maybe at the same time.
 *
 * Context: any.
 */
void target_order_leave(struct target_cmd *cmd)
{
	if (unlikely(cmd->flags & TARGET_CMD_UNBLOCKED))
		forget_aca(&cmd_dev(cmd)->order, cmd);
	switch (READ_ONCE(cmd->place)) {
	case TARGET_PLACE_NONE:
		break;
	case TARGET_PLACE_FAST:
		if (likely(give_up_fast(cmd))) {
			percpu_ref_put(&cmd_dev(cmd)->order.fast);
			break;
		}
		/* it may have been suspended meanwhile */
		fallthrough;
	default:
		leave_slow(cmd_dev(cmd), cmd);
		break;
	}
}

/**
 * target_order_set_limit - how many commands may run at a time
 * @dev: logical unit
 * @limit: how many; the rest waits, but for HEAD OF QUEUE; 0 for no limit
 *
 * Context: process.
 */
void target_order_set_limit(struct target_dev *dev, unsigned int limit)
{
	struct target_order *order = &dev->order;

	spin_lock_irq(&order->lock);
	order->limit = limit;
	if (limit)
		leave_fast(dev);
	pump(order);
	spin_unlock_irq(&order->lock);
}

/* Which ACA conditions there are: those of a nexus, or NULL for all. */
static bool unblock(struct target_dev *dev, const struct target_sess *sess)
{
	struct target_order *order = &dev->order;
	struct target_task_set *tasks, *next;
	bool found = false;

	lockdep_assert_held(&order->lock);

	list_for_each_entry_safe(tasks, next, &order->faults, fault_node) {
		if (sess && tasks->faulted != sess)
			continue;
		list_del_init(&tasks->fault_node);
		tasks->faulted = NULL;
		tasks->aca = NULL;
		found = true;
	}
	if (list_empty(&order->faults))
		clear_bit(TARGET_SLOW_ACA, &dev->slow);
	if (!found)
		return false;
	order->last = jiffies;
	pump(order);
	return true;
}

/**
 * target_order_separate - whether each nexus has a task set of its own
 * @dev: logical unit
 * @separate: it has (TST 001b); else all share one
 *
 * Commands that are there stay in the task set that they came to; an ACA
 * condition does not outlive the change.
 *
 * Context: process.
 */
void target_order_separate(struct target_dev *dev, bool separate)
{
	struct target_order *order = &dev->order;

	spin_lock_irq(&order->lock);
	if (order->separate != separate) {
		WRITE_ONCE(order->separate, separate);
		unblock(dev, NULL);
		if (separate)
			leave_fast(dev);
	}
	spin_unlock_irq(&order->lock);
}

/* One that had to be alone is blocked: other task sets do not wait for it. */
static void let_others_pass(struct target_order *order,
			    const struct target_task_set *tasks)
{
	struct target_cmd *sole = order->sole;

	lockdep_assert_held(&order->lock);

	if (!sole || sole->tasks != tasks ||
	    sole->place != TARGET_PLACE_HELD ||
	    sole->flags & TARGET_CMD_UNBLOCKED)
		return;
	order->sole = NULL;
	pump(order);
}

/**
 * target_order_block - nothing of a task set starts but what has
 *	TARGET_CMD_UNBLOCKED
 * @cmd: command, of the faulted nexus
 *
 * Context: any.
 * Return: false if there is a faulted nexus already, or @cmd's does not
 * see to conditions any more (target_aca_forsake())
 */
bool target_order_block(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct target_order *order = &dev->order;
	struct target_task_set *tasks;
	bool first;
	unsigned long flags;

	spin_lock_irqsave(&order->lock, flags);
	tasks = target_order_tasks(cmd);
	first = !tasks->faulted && !READ_ONCE(cmd->itl->forsaken);
	if (first) {
		tasks->faulted = cmd_sess(cmd);
		list_add_tail(&tasks->fault_node, &order->faults);
		set_bit(TARGET_SLOW_ACA, &dev->slow);
		let_others_pass(order, tasks);
		leave_fast(dev);
	}
	spin_unlock_irqrestore(&order->lock, flags);
	return first;
}

/**
 * target_order_unblock - what was blocked goes on
 * @dev: logical unit
 * @sess: if this is the faulted nexus; NULL for whichever it is
 *
 * Context: any.
 * Return: whether it was
 */
bool target_order_unblock(struct target_dev *dev,
			  const struct target_sess *sess)
{
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&dev->order.lock, flags);
	found = unblock(dev, sess);
	spin_unlock_irqrestore(&dev->order.lock, flags);
	return found;
}

/* A task set without commands. */
void target_order_init_tasks(struct target_task_set *tasks)
{
	INIT_LIST_HEAD(&tasks->held);
	INIT_LIST_HEAD(&tasks->wait_node);
	INIT_LIST_HEAD(&tasks->fault_node);
}

int target_order_init(struct target_dev *dev)
{
	spin_lock_init(&dev->order.lock);
	INIT_LIST_HEAD(&dev->order.waiting);
	INIT_LIST_HEAD(&dev->order.faults);
	target_order_init_tasks(&dev->order.tasks);
	return percpu_ref_init(&dev->order.fast, drained, PERCPU_REF_ALLOW_REINIT,
			       GFP_KERNEL);
}

/* No command can come any more.  Context: process. */
void target_order_exit(struct target_dev *dev)
{
	/* the fast way may have been left a moment ago */
	if (dev->order.mode != TARGET_ORDER_FAST)
		rcu_barrier();
	percpu_ref_exit(&dev->order.fast);
}
