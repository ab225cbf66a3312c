// SPDX-License-Identifier: GPL-2.0-only
/*
 * VERIFY (SBC-4 5.32 to 5.35) and WRITE AND VERIFY (5.45 to 5.48): the medium
 * is read, a chunk at a time and past every cache, and compared if BYTCHK says
 * so.
 */
#include "../core/complete.h"
#include "../core/io.h"
#include "../core/protection.h"
#include "../core/sense.h"
#include "cdb.h"
#include "chunk.h"
#include "handlers.h"
#include "lu.h"

/* Blocks to verify: those that the CDB names, or those that were written */
static u64 total_of(struct target_cmd *cmd)
{
	if (cmd->op->data == TARGET_DATA_BYTCHK)
		return cmd->blocks;
	return to_se(cmd)->data_length >> cmd_dev(cmd)->block_shift;
}

static u64 piece_of(struct target_cmd *cmd)
{
	u64 fits = target_chunk_of(cmd)->bytes >> cmd_dev(cmd)->block_shift;

	return min(fits, total_of(cmd) - cmd->pos);
}

static void next_piece(struct target_cmd *cmd)
{
	target_chunk_io(cmd, TARGET_IO_READ, to_se(cmd)->t_task_lba + cmd->pos,
			piece_of(cmd));
}

static bool differs(struct target_cmd *cmd, const u8 *medium, size_t off,
		    size_t len)
{
	size_t same = target_chunk_compare(cmd, medium, off, len);

	if (same == len)
		return false;
	/* the INFORMATION field is an offset in the Data-Out Buffer */
	target_sense_info(cmd, TCM_MISCOMPARE_VERIFY, off + same);
	return true;
}

static bool piece_differs(struct target_cmd *cmd)
{
	unsigned int shift = cmd_dev(cmd)->block_shift;
	const u8 *medium = target_chunk_of(cmd)->data;
	u64 blocks = piece_of(cmd), i;

	switch (target_cdb_bytchk(cmd)) {
	case TARGET_BYTCHK_COMPARE:
		return differs(cmd, medium, cmd->pos << shift, blocks << shift);
	case TARGET_BYTCHK_REPEAT:
		for (i = 0; i < blocks; i++) {
			if (differs(cmd, medium + (i << shift), 0, 1 << shift))
				return true;
		}
		return false;
	default:
		return false;
	}
}

static void check_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);

	if (piece_differs(cmd) || target_protection_differs(cmd)) {
		target_complete(cmd, TCM_MISCOMPARE_VERIFY);
		return;
	}
	cmd->pos += piece_of(cmd);
	if (cmd->pos == total_of(cmd))
		target_complete(cmd, TCM_NO_SENSE);
	else
		next_piece(cmd);
}

static void piece_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts) {
		atomic_long_inc(&cmd_dev(cmd)->emul->log.verify_errors);
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_READ));
	} else {
		target_complete_defer(cmd, check_work);
	}
}

static sense_reason_t start(struct target_cmd *cmd)
{
	u64 bytes = min_t(u64, total_of(cmd) << cmd_dev(cmd)->block_shift,
			  TARGET_CHUNK_MAX);

	if (!bytes)
		return TCM_NO_SENSE;
	if (!target_chunk_alloc(cmd, bytes))
		return TCM_OUT_OF_RESOURCES;
	cmd->pos = 0;
	cmd->io.flags = TARGET_IO_MEDIUM;
	cmd->done = piece_done;
	next_piece(cmd);
	return TCM_PENDING;
}

sense_reason_t target_verify(struct target_cmd *cmd)
{
	if (target_cdb_bytchk(cmd) == TARGET_BYTCHK_RESERVED)
		return target_sense_cdb(cmd, target_opindex_options(cmd->op), 2);
	/* there is nothing to compare the rest with */
	if (to_se(cmd)->data_length < cmd->wanted)
		return TCM_INVALID_FIELD_IN_COMMAND_IU;
	return start(cmd);
}

/* --------------------------------------------------- WRITE AND VERIFY -- */

static void verify_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);
	sense_reason_t reason = start(cmd);

	if (reason != TCM_PENDING)
		target_complete(cmd, reason);
}

static void write_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_WRITE));
	else
		target_complete_defer(cmd, verify_work);
}

sense_reason_t target_verify_write(struct target_cmd *cmd)
{
	u32 bytes = to_se(cmd)->data_length;

	/* 10b and 11b are reserved here (SBC-4 table 232) */
	if (target_cdb_bytchk(cmd) > TARGET_BYTCHK_COMPARE)
		return target_sense_cdb(cmd, target_opindex_options(cmd->op), 2);
	if (!bytes)
		return TCM_NO_SENSE;
	if (bytes & (target_dev_block_size(cmd_dev(cmd)) - 1))
		return TCM_INVALID_FIELD_IN_COMMAND_IU;
	/* what is verified shall be what is on the medium */
	cmd->io.flags |= TARGET_IO_FUA;
	cmd->done = write_done;
	target_io_all(cmd, TARGET_IO_WRITE);
	return TCM_PENDING;
}
