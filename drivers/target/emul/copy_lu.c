// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copy operations of a logical unit: those under way, of which there may be
 * only so many, and the results of those that have ended, which are kept until
 * there are too many or their nexus is gone (SPC-4 5.17.4).
 *
 * An operation is known by its list identifier and its nexus.
 */
#include <linux/slab.h>
#include "../core/complete.h"
#include "../core/sense.h"
#include "copy_held.h"
#include "copy_lu.h"

/* Service actions of EXTENDED COPY: LID1 is 0. */
#define EXTENDED_4	1

void target_copy_lu_init(struct target_dev *dev)
{
	struct target_copy_lu *lu = &dev->emul->copy;

	spin_lock_init(&lu->lock);
	INIT_LIST_HEAD(&lu->ops);
	INIT_LIST_HEAD(&lu->tokens);
}

/* An operation that no logical unit has, or NULL.  Any context. */
void target_copy_lu_free(struct target_copy_op *op)
{
	if (op)
		target_copy_held_put(op->held);
	kfree(op);
}

static void drop_locked(struct target_copy_lu *lu, struct target_copy_op *op)
{
	lockdep_assert_held(&lu->lock);

	list_del(&op->node);
	lu->nr_ops--;
	target_copy_lu_free(op);
}

/* No copy is under way any more: each holds its logical unit. */
void target_copy_lu_exit(struct target_dev *dev)
{
	struct target_copy_lu *lu = &dev->emul->copy;
	struct target_copy_op *op, *next;
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	list_for_each_entry_safe(op, next, &lu->ops, node)
		drop_locked(lu, op);
	spin_unlock_irqrestore(&lu->lock, flags);
}

static struct target_copy_op *find_locked(struct target_copy_lu *lu,
					  const struct target_sess *sess,
					  u32 id)
{
	struct target_copy_op *op;

	lockdep_assert_held(&lu->lock);

	list_for_each_entry(op, &lu->ops, node) {
		if (op->identified && op->id == id && op->sess == sess)
			return op;
	}
	return NULL;
}

/* There is always one that has ended: fewer run than are kept. */
static void drop_oldest_locked(struct target_copy_lu *lu)
{
	struct target_copy_op *op;

	list_for_each_entry(op, &lu->ops, node) {
		if (op->phase != TARGET_COPY_RUNNING) {
			drop_locked(lu, op);
			return;
		}
	}
}

/* EXTENDED COPY has two formats, of which one names the list here (6.4.3.2). */
static sense_reason_t refuse_name(struct target_cmd *cmd,
				  const struct target_copy_op *old,
				  const struct target_copy_op *op)
{
	if (old->sa == op->sa || old->sa > EXTENDED_4 || op->sa > EXTENDED_4)
		return TCM_COPY_IN_PROGRESS;
	return target_sense_param(cmd, op->sa == EXTENDED_4 ? 20 : 0, -1);
}

static sense_reason_t begin_locked(struct target_copy_lu *lu,
				   struct target_cmd *cmd,
				   struct target_copy_op *op)
{
	struct target_copy_op *old = NULL;

	lockdep_assert_held(&lu->lock);

	if (op->identified)
		old = find_locked(lu, op->sess, op->id);
	if (old && old->phase == TARGET_COPY_RUNNING)
		return refuse_name(cmd, old, op);
	if (lu->running == TARGET_COPY_LU_RUNNING)
		return TCM_BUSY;
	if (old)
		drop_locked(lu, old);
	else if (lu->nr_ops == TARGET_COPY_LU_OPS)
		drop_oldest_locked(lu);
	lu->running++;
	lu->nr_ops++;
	list_add_tail(&op->node, &lu->ops);
	return TCM_NO_SENSE;
}

/**
 * target_copy_lu_begin - a copy operation begins
 * @cmd: command that asks for it
 * @op: from kzalloc(), with its identifier; belongs to the logical unit from
 *	now on, and stays until target_copy_lu_end()
 *
 * Return: TCM_NO_SENSE, or why it cannot begin, and @op is still the caller's
 */
sense_reason_t target_copy_lu_begin(struct target_cmd *cmd,
				    struct target_copy_op *op)
{
	struct target_copy_lu *lu = &cmd_dev(cmd)->emul->copy;
	sense_reason_t reason;
	unsigned long flags;

	op->sess = cmd_sess(cmd);
	INIT_LIST_HEAD(&op->aborts);
	spin_lock_irqsave(&lu->lock, flags);
	reason = begin_locked(lu, cmd, op);
	spin_unlock_irqrestore(&lu->lock, flags);
	return reason;
}

static void discard_locked(struct target_copy_op *op)
{
	op->discarded |= !!op->held;
	target_copy_held_put(op->held);
	op->held = NULL;
}

/**
 * target_copy_lu_end - a copy operation has ended
 * @dev: logical unit that was asked for it
 * @op: operation; not to be touched afterwards
 * @reason: why it ended
 *
 * Its own command is answered by the caller; those that were to end it, here:
 * they end when nothing of it is under way any more (SPC-4 5.17.4.7).
 */
void target_copy_lu_end(struct target_dev *dev, struct target_copy_op *op,
			sense_reason_t reason)
{
	struct target_copy_lu *lu = &dev->emul->copy;
	struct target_cmd *cmd, *next;
	unsigned long flags;
	LIST_HEAD(aborts);

	target_copy_lu_count(dev, reason ? TARGET_COPIED_ERRORS :
					   TARGET_COPIED_OPS, 1);
	spin_lock_irqsave(&lu->lock, flags);
	lu->running--;
	op->reason = reason;
	/* of one that failed none is told (6.20) */
	if (reason)
		discard_locked(op);
	if (!reason)
		op->phase = TARGET_COPY_GOOD;
	else if (reason == TCM_COPY_STOPPED || reason == TCM_TASK_ABORTED)
		op->phase = TARGET_COPY_ABORTED;
	else
		op->phase = TARGET_COPY_FAILED;
	list_splice_init(&op->aborts, &aborts);
	/* nobody can ask for its result */
	if (!op->identified)
		drop_locked(lu, op);
	spin_unlock_irqrestore(&lu->lock, flags);
	list_for_each_entry_safe(cmd, next, &aborts, wait_node) {
		list_del_init(&cmd->wait_node);
		target_complete(cmd, TCM_NO_SENSE);
	}
}

static void look_locked(const struct target_copy_op *op, bool hold,
			struct target_copy_op *copy)
{
	*copy = *op;
	if (!hold || op->phase != TARGET_COPY_GOOD)
		copy->held = NULL;
	if (copy->held)
		refcount_inc(&copy->held->refs);
}

/**
 * target_copy_lu_find - look at a copy operation
 * @dev: logical unit that was asked for it
 * @sess: nexus that asked
 * @id: LIST IDENTIFIER
 * @hold: with a reference to the data that it holds, if it ended well
 * @copy: set to what it is now
 *
 * Return: false if there is none
 */
bool target_copy_lu_find(struct target_dev *dev, const struct target_sess *sess,
			 u32 id, bool hold, struct target_copy_op *copy)
{
	struct target_copy_lu *lu = &dev->emul->copy;
	struct target_copy_op *op;
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	op = find_locked(lu, sess, id);
	if (op)
		look_locked(op, hold, copy);
	spin_unlock_irqrestore(&lu->lock, flags);
	return op;
}

/**
 * target_copy_lu_discard - nobody will ask for held data once more
 * @dev: logical unit that was asked for it
 * @sess: nexus that asked
 * @id: LIST IDENTIFIER
 * @held: data, of which the caller has a reference; if it is still this one
 */
void target_copy_lu_discard(struct target_dev *dev,
			    const struct target_sess *sess, u32 id,
			    struct target_copy_held *held)
{
	struct target_copy_lu *lu = &dev->emul->copy;
	struct target_copy_op *op;
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	op = find_locked(lu, sess, id);
	if (op && op->held == held)
		discard_locked(op);
	spin_unlock_irqrestore(&lu->lock, flags);
}

/**
 * target_copy_lu_cancel - end a copy operation
 * @cmd: COPY OPERATION ABORT, which is completed when the operation has ended
 * @id: LIST IDENTIFIER
 *
 * Return: false if there is no such operation under way
 */
bool target_copy_lu_cancel(struct target_cmd *cmd, u32 id)
{
	struct target_copy_lu *lu = &cmd_dev(cmd)->emul->copy;
	struct target_copy_op *op;
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&lu->lock, flags);
	op = find_locked(lu, cmd_sess(cmd), id);
	found = op && op->phase == TARGET_COPY_RUNNING;
	if (found) {
		WRITE_ONCE(op->cancelled, true);
		list_add_tail(&cmd->wait_node, &op->aborts);
	}
	spin_unlock_irqrestore(&lu->lock, flags);
	return found;
}

/* PREEMPT AND ABORT (SPC-4 5.13.11.2.6): all end, whoever waits for them. */
void target_copy_lu_stop(struct target_dev *dev)
{
	struct target_copy_lu *lu = &dev->emul->copy;
	struct target_copy_op *op;
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	list_for_each_entry(op, &lu->ops, node)
		WRITE_ONCE(op->cancelled, true);
	spin_unlock_irqrestore(&lu->lock, flags);
}

/* The logical unit was reset: all end, and results are forgotten (6.24). */
void target_copy_lu_reset(struct target_dev *dev)
{
	struct target_copy_lu *lu = &dev->emul->copy;
	struct target_copy_op *op, *next;
	unsigned long flags;

	target_copy_lu_stop(dev);
	spin_lock_irqsave(&lu->lock, flags);
	list_for_each_entry_safe(op, next, &lu->ops, node) {
		if (op->phase != TARGET_COPY_RUNNING)
			drop_locked(lu, op);
	}
	spin_unlock_irqrestore(&lu->lock, flags);
}

/*
 * A nexus is gone; what it did not ask after is forgotten.  What has not ended
 * yet is nobody's from now on: another session may get the same address.  Any
 * context.
 */
void target_copy_lu_forget(struct target_dev *dev,
			   const struct target_sess *sess)
{
	struct target_copy_lu *lu = &dev->emul->copy;
	struct target_copy_op *op, *next;
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	list_for_each_entry_safe(op, next, &lu->ops, node) {
		if (op->sess != sess)
			continue;
		op->sess = NULL;
		op->identified = false;
		if (op->phase != TARGET_COPY_RUNNING)
			drop_locked(lu, op);
	}
	spin_unlock_irqrestore(&lu->lock, flags);
}

void target_copy_lu_count(struct target_dev *dev, enum target_copied what,
			  u64 much)
{
	atomic64_add(much, &dev->emul->copy.counts[what]);
}

/* 0 while the medium is not open.  The caller keeps that from changing. */
u64 target_copy_lu_counted(const struct target_dev *dev,
			   enum target_copied what)
{
	return dev->emul ? atomic64_read(&dev->emul->copy.counts[what]) : 0;
}
