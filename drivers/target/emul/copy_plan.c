// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a parameter list to a plan: the logical units that it names, as the
 * nexus sees them, and bytes instead of blocks of either side.  What cannot be
 * is found here, before anything is written: the sense key is COPY ABORTED
 * nevertheless, as the standard has it for what is wrong with a segment (SPC-4
 * 6.4.4), and the segment is named.
 */
#include <linux/align.h>
#include <linux/overflow.h>
#include <linux/percpu-refcount.h>
#include <scsi/scsi_proto.h>
#include "../core/sense.h"
#include "access.h"
#include "copy_blocks.h"
#include "copy_find.h"
#include "copy_plan.h"

/* What is wrong with a segment, and where */
static sense_reason_t refuse(struct target_cmd *cmd, unsigned int segment,
			     u16 byte, sense_reason_t reason)
{
	target_sense_param(cmd, byte, -1);
	cmd->fault.copy = true;
	cmd->fault.has_segment = true;
	cmd->fault.segment = segment;
	return reason;
}

/* A side of a segment, which names it at byte @byte of the parameter list */
static sense_reason_t find(struct target_cmd *cmd, unsigned int segment,
			   u16 byte, struct target_copy_cscd *cscd,
			   struct target_itl **itl)
{
	/* once for all segments: a nexus may see thousands */
	*itl = cscd->itl;
	if (*itl) {
		percpu_ref_get(&cscd->itl->link->ref);
		return TCM_NO_SENSE;
	}
	*itl = target_copy_find(cmd, cscd);
	if (!*itl)
		return refuse(cmd, segment, byte, TCM_COPY_UNREACHABLE);
	/* DISK BLOCK LENGTH, which 0 leaves to us (SPC-4 6.4.5.3) */
	if (cscd->block &&
	    cscd->block != target_dev_block_size((*itl)->link->dev))
		return refuse(cmd, segment, cscd->at + 29,
			      TCM_INVALID_PARAMETER_LIST);
	cscd->itl = *itl;
	return TCM_NO_SENSE;
}

static sense_reason_t find_side(struct target_cmd *cmd,
				struct target_copy_list *list,
				unsigned int segment, bool dest,
				struct target_itl **itl)
{
	const struct target_copy_segment *what = &list->segments[segment];
	u16 id = dest ? what->dest : what->source;

	if (id == TARGET_COPY_LIST_OWN) {
		percpu_ref_get(&cmd->link->ref);
		*itl = cmd->itl;
		return TCM_NO_SENSE;
	}
	return find(cmd, segment, what->at + (dest ? 6 : 4), &list->cscds[id],
		    itl);
}

/* The blocks of one side, if it has them and the nexus may use them now */
static sense_reason_t check_side(struct target_cmd *cmd,
				 const struct target_copy_segment *what,
				 const struct target_copy_piece *piece,
				 bool dest)
{
	const struct target_itl *itl = dest ? piece->dest : piece->source;
	unsigned int shift = itl->link->dev->block_shift;
	struct target_fault fault = {};
	sense_reason_t reason;

	reason = target_access_blocks(itl, dest ? what->to : what->from,
				      piece->bytes >> shift, dest, &fault);
	if (reason == TCM_ADDRESS_OUT_OF_RANGE)
		target_sense_param(cmd, what->at + (dest ? 20 : 12), -1);
	else
		cmd->fault.has_field = false;
	if (reason && target_sense_status(reason) != SAM_STAT_CHECK_CONDITION)
		reason = TCM_COPY_DEVICE_FAILURE;
	return reason;
}

static sense_reason_t plan_segment(struct target_cmd *cmd,
				   struct target_copy_list *list,
				   unsigned int segment,
				   struct target_copy_piece *piece)
{
	const struct target_copy_segment *what = &list->segments[segment];
	const struct target_dev *source, *dest;
	sense_reason_t reason;
	u64 mask;

	reason = find_side(cmd, list, segment, false, &piece->source);
	reason = reason ?: find_side(cmd, list, segment, true, &piece->dest);
	if (reason)
		return reason;
	source = piece->source->link->dev;
	dest = piece->dest->link->dev;
	piece->bytes = (u64)what->blocks <<
		       (what->in_dest ? dest : source)->block_shift;
	mask = max(target_dev_block_size(source), target_dev_block_size(dest)) - 1;
	/* CAT and PAD would make a whole block of what is left over */
	if (piece->bytes & mask)
		return refuse(cmd, segment, what->at + 10,
			      TCM_COPY_INEXACT_SEGMENT);
	refuse(cmd, segment, what->at, TCM_NO_SENSE);
	reason = check_side(cmd, what, piece, false) ?:
		 check_side(cmd, what, piece, true);
	if (reason)
		return reason;
	piece->begin = target_copy_blocks_begin;
	/* the blocks are on the medium: neither of these wraps */
	piece->from = what->from << source->block_shift;
	piece->to = what->to << dest->block_shift;
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
	sense_reason_t reason;
	unsigned int i;

	for (i = 0; i < list->nr_segments; i++) {
		reason = plan_segment(cmd, list, i, &copy->pieces[i]);
		if (reason)
			return reason;
	}
	cmd->fault = (struct target_fault){};
	return TCM_NO_SENSE;
}
