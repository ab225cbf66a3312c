// SPDX-License-Identifier: GPL-2.0-only
/*
 * A copy at work: pieces, one for each segment, one after another.  What there
 * is to do of a piece is its own (copy_blocks.c, copy_verify.c,
 * copy_register.c); from here it has what all need: who may end it, who failed
 * first, what comes next.
 *
 * Nobody waits for a copy but its command.  What ends it (an abort, COPY
 * OPERATION ABORT, the removal of a LUN or of the session) is looked for
 * before each step; a medium that never answers holds up its copy alone.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>
#include "../core/complete.h"
#include "../core/order.h"
#include "../core/sense.h"
#include "../core/state.h"
#include "copy_find.h"
#include "copy_run.h"
#include "copy_token.h"

/* Copies of all logical units at a time, which have a MiB of memory each */
#define ALL_MAX		64

static atomic_t all = ATOMIC_INIT(0);

/* -------------------------------------------------------- may it go on? -- */

/**
 * target_copy_run_may - may a copy go on?
 * @copy: copy
 * @itl: a side of the piece that it is at
 *
 * Context: any.
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_copy_run_may(const struct target_copy *copy,
				   const struct target_itl *itl)
{
	if (copy->cmd && target_state_aborted(copy->cmd))
		return TCM_TASK_ABORTED;
	if (READ_ONCE(copy->op->cancelled) ||
	    !target_copy_find_still(copy->home))
		return TCM_COPY_STOPPED;
	if (!target_copy_find_still(itl))
		return TCM_COPY_TARGET_DEVICE_NOT_REACHABLE;
	return TCM_NO_SENSE;
}

/* A status without sense data is not that of this command (SPC-4 5.17.7.4). */
static sense_reason_t third_party(sense_reason_t reason)
{
	if (reason == TCM_TASK_ABORTED ||
	    target_sense_status(reason) == SAM_STAT_CHECK_CONDITION)
		return reason;
	return TCM_COPY_DEVICE_FAILURE;
}

/**
 * target_copy_run_fail - nothing more of a copy begins
 * @copy: copy
 * @reason: why; the first failure is the one that is reported
 * @fault: details; a field is that of the CSCD descriptor, if it is to blame
 *
 * Context: any.
 */
void target_copy_run_fail(struct target_copy *copy, sense_reason_t reason,
			  const struct target_fault *fault)
{
	bool stopped = reason == TCM_TASK_ABORTED || reason == TCM_COPY_STOPPED;
	unsigned long flags;

	spin_lock_irqsave(&copy->lock, flags);
	if (!copy->reason) {
		copy->reason = third_party(reason);
		copy->fault = *fault;
		copy->fault.copy = reason != TCM_TASK_ABORTED;
		/* with COPY ABORTED, the same bytes point at something */
		copy->fault.has_progress = false;
		copy->fault.has_field = fault->has_field && !stopped;
		copy->fault.has_segment = !copy->by_token;
		copy->fault.segment = copy->at;
	}
	spin_unlock_irqrestore(&copy->lock, flags);
}

/* ----------------------------------------------------------------- end -- */

/**
 * target_copy_run_make - memory for a copy
 * @pieces: segments
 *
 * Context: process.
 * Return: copy, to be given to target_copy_run_start() or
 * target_copy_run_free(), or NULL
 */
struct target_copy *target_copy_run_make(unsigned int pieces)
{
	struct target_copy *copy;

	copy = kvzalloc(struct_size(copy, pieces, pieces), GFP_NOIO);
	if (!copy)
		return NULL;
	copy->nr_pieces = pieces;
	spin_lock_init(&copy->lock);
	copy->op = kzalloc(sizeof(*copy->op), GFP_NOIO);
	if (!copy->op) {
		kvfree(copy);
		return NULL;
	}
	return copy;
}

static void put_nexus(struct target_itl *itl)
{
	if (itl)
		percpu_ref_put(&itl->link->ref);
}

/* Drop what a copy that did not begin, or has ended, holds.  Process. */
void target_copy_run_free(struct target_copy *copy)
{
	unsigned int i;

	for (i = 0; i < copy->nr_pieces; i++) {
		put_nexus(copy->pieces[i].source);
		put_nexus(copy->pieces[i].dest);
	}
	for (i = 0; i < TARGET_COPY_RUN_LANES; i++)
		kvfree(copy->lanes[i].chunk);
	if (copy->counted)
		atomic_dec(&all);
	target_copy_token_put(copy->token);
	target_copy_lu_free(copy->op);
	kvfree(copy);
}

static void finish(struct target_copy *copy)
{
	struct target_link *link = copy->home->link;
	struct target_sess *sess = copy->home->sess;
	sense_reason_t reason = copy->reason;
	struct target_cmd *cmd = copy->cmd;

	scoped_guard(spinlock_irqsave, &link->dev->emul->copy.lock)
		copy->op->fault = copy->fault;
	if (cmd)
		cmd->fault = copy->fault;
	target_copy_lu_end(link->dev, copy->op, reason);
	copy->op = NULL;
	if (copy->spend && !reason)
		target_copy_token_spend(copy->token);
	target_copy_run_free(copy);
	if (cmd)
		target_complete(cmd, reason);
	percpu_ref_put(&link->ref);
	percpu_ref_put(&sess->ref);
}

/* -------------------------------------------------------------- pieces -- */

static void lane_work(struct work_struct *work)
{
	struct target_copy_lane *lane =
		container_of(work, struct target_copy_lane, work);

	lane->next(lane);
}

/* Go on with @next in process context. */
void target_copy_run_go(struct target_copy_lane *lane,
			void (*next)(struct target_copy_lane *lane))
{
	lane->next = next;
	queue_work(target_complete_wq, &lane->work);
}

struct target_copy_lu *target_copy_run_home(const struct target_copy *copy)
{
	return &copy->home->link->dev->emul->copy;
}

static void begin_piece(struct target_copy_lane *lane)
{
	struct target_copy *copy = lane->copy;

	if (copy->reason || copy->at == copy->nr_pieces) {
		finish(copy);
		return;
	}
	scoped_guard(spinlock_irqsave, &target_copy_run_home(copy)->lock)
		copy->op->segments = copy->at + 1;
	copy->pieces[copy->at].begin(copy);
}

/**
 * target_copy_run_next - a piece has ended, or failed
 * @copy: copy, of which nothing is under way; not to be touched afterwards
 *
 * Context: any.
 */
void target_copy_run_next(struct target_copy *copy)
{
	if (!copy->reason)
		copy->at++;
	target_copy_run_go(&copy->lanes[0], begin_piece);
}

/**
 * target_copy_run_did - a piece that copies nothing has ended
 * @copy: copy; not to be touched afterwards
 * @reason: how
 * @fault: details; its field is set here
 * @at: where the parameter list has the descriptor of the logical unit that it
 *	was about, or 0
 *
 * Context: any.
 */
void target_copy_run_did(struct target_copy *copy, sense_reason_t reason,
			 struct target_fault *fault, u16 at)
{
	fault->has_field = at;
	fault->field = at;
	if (reason) {
		target_copy_run_fail(copy, reason, fault);
	} else {
		scoped_guard(spinlock_irqsave, &target_copy_run_home(copy)->lock)
			copy->op->ios++;
	}
	target_copy_run_next(copy);
}

/* --------------------------------------------------------------- start -- */

static bool make_lanes(struct target_copy *copy)
{
	u64 most = 0;
	unsigned int i;

	for (i = 0; i < copy->nr_pieces; i++)
		most = max(most, copy->pieces[i].bytes);
	for (i = 0; i < TARGET_COPY_RUN_LANES; i++) {
		struct target_copy_lane *lane = &copy->lanes[i];

		lane->copy = copy;
		INIT_WORK(&lane->work, lane_work);
		/* a short copy has no use for the others */
		if (most <= (u64)i * TARGET_CHUNK_MAX)
			continue;
		lane->chunk = target_chunk_make(TARGET_CHUNK_MAX);
		if (!lane->chunk)
			return false;
		memset(lane->chunk->data, 0, TARGET_CHUNK_MAX);
	}
	return true;
}

/**
 * target_copy_run_start - begin to copy
 * @copy: with pieces and an operation; belongs to nobody but itself from now
 *	on, and is gone if this fails
 * @cmd: command that asks for it
 *
 * Context: process.
 * Return: TCM_PENDING; TCM_NO_SENSE if the command does not wait for it; or
 * why it cannot begin
 */
sense_reason_t target_copy_run_start(struct target_copy *copy,
				     struct target_cmd *cmd)
{
	bool immed = copy->op->immed;
	sense_reason_t reason = TCM_NO_SENSE;

	copy->counted = atomic_add_unless(&all, 1, ALL_MAX);
	if (!copy->counted)
		reason = TCM_BUSY;
	else if (!make_lanes(copy))
		reason = TCM_OUT_OF_RESOURCES;
	reason = reason ?: target_copy_lu_begin(cmd, copy->op);
	if (reason) {
		target_copy_run_free(copy);
		return reason;
	}
	/* the command has both, so they are there to be had */
	percpu_ref_get(&cmd->link->ref);
	percpu_ref_get(&cmd_sess(cmd)->ref);
	copy->home = cmd->itl;
	copy->cmd = immed ? NULL : cmd;
	/*
	 * A long copy is no reason to hold up an ORDERED command, and all that
	 * wait for that one: its chunks have no place in the order anyway.
	 */
	target_order_leave(cmd);
	target_copy_run_go(&copy->lanes[0], begin_piece);
	return immed ? TCM_NO_SENSE : TCM_PENDING;
}
