// SPDX-License-Identifier: GPL-2.0-only
/*
 * WRITE SAME (SBC-4 5.49, 5.50): one block many times.  Zeros are left to the
 * backing device, which may deallocate if UNMAP says so.
 */
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include "../core/complete.h"
#include "../core/data.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "cdb.h"
#include "chunk.h"
#include "handlers.h"

#define UNMAP_BIT	0x08
#define ANCHOR_BIT	0x10

static bool data_is_zero(struct target_cmd *cmd)
{
	struct se_cmd *se = to_se(cmd);
	struct sg_mapping_iter miter;
	size_t left = se->data_length, part;
	bool zero = true;

	/* no Data-Out Buffer: zeros (NDOB) */
	sg_miter_start(&miter, se->t_data_sg, left ? se->t_data_nents : 0,
		       SG_MITER_FROM_SG);
	while (zero && left && sg_miter_next(&miter)) {
		part = min(miter.length, left);
		zero = !memchr_inv(miter.addr, 0, part);
		left -= part;
	}
	sg_miter_stop(&miter);
	return zero;
}

/* Fill a chunk with copies of the block. */
static bool repeat(struct target_cmd *cmd)
{
	size_t block = target_dev_block_size(cmd_dev(cmd));
	u64 bytes = min_t(u64, (u64)cmd->blocks * block, TARGET_CHUNK_MAX);
	struct target_chunk *chunk = target_chunk_alloc(cmd, bytes);

	if (!chunk)
		return false;
	memset(chunk->data, 0, block);
	target_data_get(cmd, chunk->data, 0, block);
	target_chunk_fill(chunk, block);
	return true;
}

static u64 longest_io(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);

	if (cmd->scratch)
		return target_chunk_of(cmd)->bytes >> dev->block_shift;
	return max(READ_ONCE(dev->limits.zero_max) >> dev->block_shift, 1ULL);
}

static void next(struct target_cmd *cmd)
{
	u64 lba = to_se(cmd)->t_task_lba + cmd->pos;
	u64 blocks = min(longest_io(cmd), cmd->blocks - cmd->pos);

	cmd->pos += blocks;
	if (cmd->scratch)
		target_chunk_io(cmd, TARGET_IO_WRITE, lba, blocks);
	else
		target_io_blocks(cmd, TARGET_IO_ZERO, lba, blocks, NULL, 0);
}

static void next_work(struct work_struct *work)
{
	next(container_of(work, struct target_cmd, work));
}

static void io_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_WRITE));
	else if (cmd->pos < cmd->blocks)
		target_complete_defer(cmd, next_work);
	else
		target_complete(cmd, TCM_NO_SENSE);
}

static sense_reason_t check_count(struct target_cmd *cmd)
{
	u32 max = READ_ONCE(cmd_dev(cmd)->attr.max_write_same_len);

	/* WSNZ of the Block Limits page: 0 does not mean all that follow */
	if (!cmd->blocks || (max && cmd->blocks > max))
		return target_sense_cdb(cmd, cmd->op->count.byte, -1);
	return TCM_NO_SENSE;
}

sense_reason_t target_write_same(struct target_cmd *cmd)
{
	u8 options = target_cdb_options(cmd);
	sense_reason_t reason = check_count(cmd);

	if (reason)
		return reason;
	if (options & ANCHOR_BIT && !(options & UNMAP_BIT))
		return target_sense_cdb(cmd, target_opindex_options(cmd->op), 4);
	cmd->pos = 0;
	cmd->done = io_done;
	if (data_is_zero(cmd) && READ_ONCE(cmd_dev(cmd)->limits.zero_max)) {
		/* zeros that may not be deallocated are anchored */
		if ((options & (UNMAP_BIT | ANCHOR_BIT)) == UNMAP_BIT)
			cmd->io.flags |= TARGET_IO_MAY_UNMAP;
	} else if (!repeat(cmd)) {
		return TCM_OUT_OF_RESOURCES;
	}
	next(cmd);
	return TCM_PENDING;
}
