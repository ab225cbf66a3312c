// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a parameter list to a plan: the logical units that it names, as the
 * nexus sees them, and bytes instead of blocks of either side.  What cannot be
 * is found here, before anything is written: the sense key is COPY ABORTED
 * nevertheless, as the standard has it for what is wrong with a segment (SPC-4
 * 5.17.7.4), and the segment is named.
 */
#include <linux/align.h>
#include <linux/overflow.h>
#include <linux/percpu-refcount.h>
#include <scsi/scsi_proto.h>
#include "../core/sense.h"
#include "access.h"
#include "copy_blocks.h"
#include "copy_find.h"
#include "copy_held.h"
#include "copy_plan.h"
#include "copy_register.h"
#include "copy_verify.h"

/*
 * struct plan - a segment that is looked at
 * @cmd: command
 * @list: its parameter list
 * @segment: the segment
 * @piece: what it becomes
 * @registers: a segment before it registers a key, after which more is allowed,
 *	or less
 * @held: bytes that segments before it hold
 */
struct plan {
	struct target_cmd			*cmd;
	struct target_copy_list			*list;
	const struct target_copy_segment	*segment;
	struct target_copy_piece		*piece;
	bool					registers;
	u64					held;
};

/* What is wrong with a segment, and where; 0 is nowhere */
static sense_reason_t refuse(const struct plan *plan, u16 byte,
			     sense_reason_t reason)
{
	struct target_cmd *cmd = plan->cmd;

	target_sense_param(cmd, byte, -1);
	cmd->fault.has_field = byte;
	cmd->fault.copy = true;
	cmd->fault.has_segment = true;
	cmd->fault.segment = plan->segment - plan->list->segments;
	return reason;
}

/* A logical unit that a segment names, with a reference to its link */
static sense_reason_t find(const struct plan *plan,
			   struct target_copy_cscd *cscd,
			   struct target_itl **itl)
{
	/* once for all segments: a nexus may see thousands */
	*itl = cscd->itl;
	if (*itl) {
		percpu_ref_get(&cscd->itl->link->ref);
		return TCM_NO_SENSE;
	}
	*itl = target_copy_find(plan->cmd, cscd);
	if (!*itl)
		return refuse(plan, cscd->at, TCM_COPY_UNREACHABLE);
	/* DISK BLOCK LENGTH, which 0 leaves to us (SPC-4 6.4.5.3) */
	if (cscd->block &&
	    cscd->block != target_dev_block_size((*itl)->link->dev))
		return refuse(plan, cscd->at + 29, TCM_INVALID_PARAMETER_LIST);
	cscd->itl = *itl;
	return TCM_NO_SENSE;
}

/* A side of the piece */
static sense_reason_t find_side(const struct plan *plan, bool dest)
{
	u16 id = dest ? plan->segment->dest : plan->segment->source;
	struct target_copy_piece *piece = plan->piece;
	struct target_itl **itl = dest ? &piece->dest : &piece->source;
	u16 *at = dest ? &piece->dest_at : &piece->source_at;

	if (id == TARGET_COPY_LIST_OWN) {
		percpu_ref_get(&plan->cmd->link->ref);
		*itl = plan->cmd->itl;
		return TCM_NO_SENSE;
	}
	*at = plan->list->cscds[id].at;
	return find(plan, &plan->list->cscds[id], itl);
}

/* The blocks of one side, if it has them and the nexus may use them now */
static sense_reason_t check_side(const struct plan *plan, bool dest)
{
	const struct target_copy_segment *what = plan->segment;
	const struct target_copy_piece *piece = plan->piece;
	const struct target_itl *itl = dest ? piece->dest : piece->source;
	u64 blocks = piece->bytes >> itl->link->dev->block_shift;
	u64 lba = dest ? what->to : what->from;
	struct target_fault fault = {};
	sense_reason_t reason;

	reason = target_access_range(itl->link->dev, lba, blocks);
	if (reason)
		return refuse(plan, what->at + (dest ? 20 : 12), reason);
	if (!plan->registers)
		reason = target_access_blocks(itl, lba, blocks, dest, &fault);
	if (!reason)
		return TCM_NO_SENSE;
	if (target_sense_status(reason) != SAM_STAT_CHECK_CONDITION)
		reason = TCM_COPY_DEVICE_FAILURE;
	return refuse(plan, dest ? piece->dest_at : piece->source_at, reason);
}

static sense_reason_t plan_blocks(struct plan *plan)
{
	const struct target_copy_segment *what = plan->segment;
	struct target_copy_piece *piece = plan->piece;
	const struct target_dev *source, *dest;
	sense_reason_t reason;
	u64 mask;

	reason = find_side(plan, false) ?: find_side(plan, true);
	if (reason)
		return reason;
	source = piece->source->link->dev;
	dest = piece->dest->link->dev;
	piece->bytes = (u64)what->blocks <<
		       (what->in_dest ? dest : source)->block_shift;
	mask = max(target_dev_block_size(source), target_dev_block_size(dest)) - 1;
	/* CAT and PAD would make a whole block of what is left over */
	if (piece->bytes & mask)
		return refuse(plan, what->at + 10, TCM_COPY_INEXACT_SEGMENT);
	reason = check_side(plan, false) ?: check_side(plan, true);
	if (reason)
		return reason;
	piece->begin = target_copy_blocks_begin;
	/* the blocks are on the medium: neither of these wraps */
	piece->from = what->from << source->block_shift;
	piece->to = what->to << dest->block_shift;
	return TCM_NO_SENSE;
}

static sense_reason_t plan_held(struct plan *plan)
{
	sense_reason_t reason = plan_blocks(plan);

	plan->piece->holds = true;
	plan->piece->held_at = plan->held;
	/* 256 segments of 16 bits of blocks */
	plan->held += plan->piece->bytes;
	return reason;
}

static sense_reason_t plan_verify(struct plan *plan)
{
	plan->piece->begin = target_copy_verify_begin;
	plan->piece->test = plan->segment->test;
	return find_side(plan, false);
}

static sense_reason_t plan_register(struct plan *plan)
{
	plan->piece->begin = target_copy_register_begin;
	plan->piece->key = plan->segment->key;
	plan->piece->sa_key = plan->segment->sa_key;
	plan->registers = true;
	return find_side(plan, true);
}

/* By DESCRIPTOR TYPE CODE, of which copy_list.c lets no other through */
static sense_reason_t (* const plans[])(struct plan *plan) = {
	[TARGET_COPY_LIST_BLOCKS]	= plan_blocks,
	[TARGET_COPY_LIST_VERIFY]	= plan_verify,
	[TARGET_COPY_LIST_HELD]		= plan_held,
	[TARGET_COPY_LIST_REGISTER]	= plan_register,
};

/* Memory for what all segments hold */
static sense_reason_t hold(const struct plan *plan, struct target_copy_op *op)
{
	if (!plan->held)
		return TCM_NO_SENSE;
	op->held = target_copy_held_make(plan->held);
	if (!op->held)
		return TCM_OUT_OF_RESOURCES;
	op->discarded = op->held->skipped;
	return TCM_NO_SENSE;
}

/**
 * target_copy_plan - find out what a parameter list asks for
 * @cmd: EXTENDED COPY
 * @list: what it says
 * @copy: with a piece for each segment, that are set; what was found so far is
 *	held by it, whatever is returned
 *
 * Context: process.
 * Return: TCM_NO_SENSE, or why it cannot be
 */
sense_reason_t target_copy_plan(struct target_cmd *cmd,
				struct target_copy_list *list,
				struct target_copy *copy)
{
	struct plan plan = { .cmd = cmd, .list = list };
	sense_reason_t reason;
	unsigned int i;

	for (i = 0; i < list->nr_segments; i++) {
		plan.segment = &list->segments[i];
		plan.piece = &copy->pieces[i];
		reason = plans[plan.segment->code](&plan);
		if (reason)
			return reason;
	}
	return hold(&plan, copy->op);
}
