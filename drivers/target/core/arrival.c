// SPDX-License-Identifier: GPL-2.0-only
/*
 * How commands of an I_T_L nexus come into the order of the logical unit
 * (order.c).
 *
 * The logical unit counts a command as received when its data is here.  So an
 * initiator that sends a write and no data holds up nobody but itself: neither
 * an ORDERED command of another one waits for that write, nor, if it is ORDERED
 * itself, does anything else, and it has no share of a limit.  Between nexuses
 * nobody can tell: what one of them sent later may have been received earlier,
 * and a write has no effect before it has data.
 *
 * Commands of one nexus come in the order in which they arrived, as far as that
 * matters (SAM-5 clause 8): an ORDERED one after every older and before every
 * younger one.  Data of those that wait is fetched meanwhile.
 *
 * Until somebody sends ORDERED, a command that has no data takes a per-CPU
 * reference of its nexus, and one that needs none looks at a word of it.  The
 * first ORDERED command of a nexus kills the reference and, once those before
 * it have come in, commands of this nexus pass through the lock here.  The way
 * back is taken when no ORDERED command was seen for a second.
 *
 * One that is let in may run, and be its nexus's last, on another CPU at once.
 * Who lets others in has a command of his own, or references; for the callback
 * of the grace period see target_arrival_exit().
 */
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include "arrival.h"
#include "order.h"
#include "state.h"

#define LINGER	HZ

/* Does it wait for older ones, and do younger ones wait for it? */
static bool is_barrier(struct target_cmd *cmd)
{
	return unlikely(target_order_is_ordered(cmd)) &&
	       !(cmd->flags & TARGET_CMD_UNBLOCKED);
}

/* It waits for none, but a younger barrier waits for it. */
static bool waits_for_none(struct target_cmd *cmd)
{
	return cmd->flags & TARGET_CMD_UNBLOCKED ||
	       to_se(cmd)->sam_task_attr == TCM_HEAD_TAG;
}

static struct target_cmd *first_held(struct target_arrival *arrival)
{
	return list_first_entry_or_null(&arrival->held, struct target_cmd,
					wait_node);
}

/* Has it all that it waits for, but its data? */
static bool may_come_in(struct target_arrival *arrival, struct target_cmd *cmd)
{
	struct target_cmd *first = first_held(arrival);

	lockdep_assert_held(&arrival->lock);

	if (cmd->coming == TARGET_COMING_AHEAD || waits_for_none(cmd))
		return true;
	if (first && first != cmd)
		return false;
	return !is_barrier(cmd) ||
	       (arrival->mode == TARGET_ORDER_SERIAL && !arrival->ahead);
}

/* It is neither counted nor held any more. */
static void forget(struct target_arrival *arrival, struct target_cmd *cmd)
{
	lockdep_assert_held(&arrival->lock);

	if (cmd->coming == TARGET_COMING_AHEAD)
		arrival->ahead--;
	else if (cmd->coming != TARGET_COMING_NOT)
		list_del_init(&cmd->wait_node);
	WRITE_ONCE(cmd->coming, TARGET_COMING_NOT);
}

static void count_ahead(struct target_arrival *arrival, struct target_cmd *cmd)
{
	lockdep_assert_held(&arrival->lock);

	arrival->ahead++;
	WRITE_ONCE(cmd->coming, TARGET_COMING_AHEAD);
}

static void hold(struct target_arrival *arrival, struct target_cmd *cmd,
		 enum target_coming coming)
{
	lockdep_assert_held(&arrival->lock);

	if (cmd->coming == TARGET_COMING_NOT)
		list_add_tail(&cmd->wait_node, &arrival->held);
	WRITE_ONCE(cmd->coming, coming);
}

/* Let in who may come in, and start it; who has no data is not held any more. */
static void advance(struct target_arrival *arrival)
{
	struct target_cmd *cmd;

	lockdep_assert_held(&arrival->lock);

	while ((cmd = first_held(arrival)) && may_come_in(arrival, cmd)) {
		if (cmd->coming == TARGET_COMING_READY) {
			forget(arrival, cmd);
			if (target_order_enter(cmd))
				target_order_run_later(cmd);
		} else if (!is_barrier(cmd)) {
			forget(arrival, cmd);
			count_ahead(arrival, cmd);
		} else {
			break;
		}
	}
}

static void drained(struct percpu_ref *ref)
{
	struct target_arrival *arrival = container_of(ref, struct target_arrival,
						      coming);
	unsigned long flags;

	spin_lock_irqsave(&arrival->lock, flags);
	WRITE_ONCE(arrival->mode, TARGET_ORDER_SERIAL);
	advance(arrival);
	spin_unlock_irqrestore(&arrival->lock, flags);
}

/*
 * The reference is per-CPU now, so that killing it does not call drained()
 * before a grace period is over.  That of the logical unit begins meanwhile.
 */
static void note_ordered(struct target_cmd *cmd)
{
	struct target_arrival *arrival = &cmd->itl->arrival;

	lockdep_assert_held(&arrival->lock);

	arrival->last = jiffies;
	if (!(cmd->flags & TARGET_CMD_SOLE))
		WRITE_ONCE(arrival->orders, true);
	if (!test_bit(TARGET_SLOW_ORDERED, &cmd_dev(cmd)->slow))
		target_order_expect(cmd_dev(cmd));
	if (arrival->mode != TARGET_ORDER_FAST)
		return;
	WRITE_ONCE(arrival->mode, TARGET_ORDER_DRAINING);
	percpu_ref_kill(&arrival->coming);
}

static void back_to_fast(struct target_arrival *arrival)
{
	lockdep_assert_held(&arrival->lock);

	if (arrival->mode != TARGET_ORDER_SERIAL ||
	    !list_empty(&arrival->held) ||
	    time_before(jiffies, arrival->last + LINGER))
		return;
	percpu_ref_reinit(&arrival->coming);
	WRITE_ONCE(arrival->mode, TARGET_ORDER_FAST);
}

/* One more command came, and not the fast way. */
static void note(struct target_cmd *cmd)
{
	if (is_barrier(cmd))
		note_ordered(cmd);
	else
		back_to_fast(&cmd->itl->arrival);
}

static void begin_slow(struct target_cmd *cmd)
{
	struct target_arrival *arrival = &cmd->itl->arrival;
	unsigned long flags;

	spin_lock_irqsave(&arrival->lock, flags);
	note(cmd);
	if (list_empty(&arrival->held) && !is_barrier(cmd))
		count_ahead(arrival, cmd);
	else
		hold(arrival, cmd, TARGET_COMING_BEHIND);
	spin_unlock_irqrestore(&arrival->lock, flags);
}

/**
 * target_arrival_begin - a command arrives that has no data yet
 * @cmd: command in TARGET_OWNER_NEW, with a logical unit
 *
 * Context: any.
 */
void target_arrival_begin(struct target_cmd *cmd)
{
	if (likely(!is_barrier(cmd)) &&
	    likely(percpu_ref_tryget_live(&cmd->itl->arrival.coming)))
		WRITE_ONCE(cmd->coming, TARGET_COMING_COUNTED);
	else
		begin_slow(cmd);
}

/* Keep a nexus whose last command may end now. */
static void get_itl(struct target_itl *itl)
{
	percpu_ref_get(&itl->link->ref);
	percpu_ref_get(&itl->sess->ref);
}

static void put_itl(struct target_itl *itl)
{
	struct target_link *link = itl->link;
	struct target_sess *sess = itl->sess;

	percpu_ref_put(&link->ref);
	percpu_ref_put(&sess->ref);
}

/* Whoever comes second finds that it is not counted any more. */
static bool uncount(struct target_cmd *cmd)
{
	unsigned int counted = TARGET_COMING_COUNTED;

	return try_cmpxchg(&cmd->coming, &counted, TARGET_COMING_NOT);
}

static bool enter_counted(struct target_cmd *cmd)
{
	struct target_itl *itl = cmd->itl;
	bool run;

	/* who aborted it did so: this is an orphan */
	if (unlikely(!uncount(cmd)))
		return true;
	if (likely(target_order_enter_fast(cmd))) {
		percpu_ref_put(&itl->arrival.coming);
		return true;
	}
	get_itl(itl);
	run = target_order_enter(cmd);
	percpu_ref_put(&itl->arrival.coming);
	put_itl(itl);
	return run;
}

/*
 * False if it is held.  Who aborts it does so before that, and is seen here, or
 * takes it out of there.
 */
static bool enter_locked(struct target_arrival *arrival, struct target_cmd *cmd)
{
	bool run;

	lockdep_assert_held(&arrival->lock);

	if (may_come_in(arrival, cmd)) {
		forget(arrival, cmd);
		run = target_order_enter(cmd);
		advance(arrival);
		return run;
	}
	hold(arrival, cmd, TARGET_COMING_READY);
	/* pairs with target_state_abort() */
	smp_mb();
	if (likely(!target_state_aborted(cmd)))
		return false;
	forget(arrival, cmd);
	advance(arrival);
	return true;
}

static bool enter_slow(struct target_cmd *cmd)
{
	struct target_itl *itl = cmd->itl;
	struct target_arrival *arrival = &itl->arrival;
	unsigned long flags;
	bool run = true;

	get_itl(itl);
	spin_lock_irqsave(&arrival->lock, flags);
	/* who aborted it may have let go of its place */
	if (likely(!target_state_aborted(cmd))) {
		if (cmd->coming == TARGET_COMING_NOT)
			note(cmd);
		run = enter_locked(arrival, cmd);
	}
	spin_unlock_irqrestore(&arrival->lock, flags);
	put_itl(itl);
	return run;
}

/**
 * target_arrival_enter - a command has all that it needs: it comes in
 * @cmd: command in TARGET_OWNER_QUEUE, with a logical unit; it is new, or
 *	target_arrival_begin() was called
 *
 * Context: any.
 * Return: true if it may start now; otherwise it is run later, and the caller
 * must not touch it
 */
bool target_arrival_enter(struct target_cmd *cmd)
{
	switch (READ_ONCE(cmd->coming)) {
	case TARGET_COMING_NOT:
		if (unlikely(!target_arrival_is_fast(&cmd->itl->arrival)))
			break;
		if (likely(target_order_enter_fast(cmd)))
			return true;
		if (!is_barrier(cmd))
			return target_order_enter(cmd);
		break;
	case TARGET_COMING_COUNTED:
		return enter_counted(cmd);
	}
	return enter_slow(cmd);
}

static void leave_slow(struct target_cmd *cmd)
{
	struct target_arrival *arrival = &cmd->itl->arrival;
	unsigned long flags;
	bool waited;

	spin_lock_irqsave(&arrival->lock, flags);
	if (cmd->coming != TARGET_COMING_NOT) {
		waited = cmd->coming == TARGET_COMING_READY;
		forget(arrival, cmd);
		/* its owner finds out there that it is an orphan */
		if (waited)
			target_order_run_later(cmd);
		advance(arrival);
	}
	spin_unlock_irqrestore(&arrival->lock, flags);
}

/**
 * target_arrival_leave - a command has its outcome, or was aborted
 * @cmd: command; nothing happens if it has no place
 *
 * Called by its owner, and by who aborted it, maybe at the same time.
 *
 * Context: any.
 */
void target_arrival_leave(struct target_cmd *cmd)
{
	switch (READ_ONCE(cmd->coming)) {
	case TARGET_COMING_NOT:
		break;
	case TARGET_COMING_COUNTED:
		if (uncount(cmd))
			percpu_ref_put(&cmd->itl->arrival.coming);
		break;
	default:
		leave_slow(cmd);
		break;
	}
	target_order_leave(cmd);
}

int target_arrival_init(struct target_itl *itl)
{
	struct target_arrival *arrival = &itl->arrival;

	spin_lock_init(&arrival->lock);
	INIT_LIST_HEAD(&arrival->held);
	return percpu_ref_init(&arrival->coming, drained,
			       PERCPU_REF_ALLOW_REINIT, GFP_KERNEL);
}

/* No command can come any more.  Context: process. */
void target_arrival_exit(struct target_itl *itl)
{
	struct target_arrival *arrival = &itl->arrival;
	bool draining;

	spin_lock_irq(&arrival->lock);
	draining = arrival->mode == TARGET_ORDER_DRAINING;
	spin_unlock_irq(&arrival->lock);
	/* drained() is called by nobody who has a command */
	if (draining)
		rcu_barrier();
	percpu_ref_exit(&arrival->coming);
}
