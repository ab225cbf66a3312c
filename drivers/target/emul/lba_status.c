// SPDX-License-Identifier: GPL-2.0-only
/*
 * GET LBA STATUS (SBC-4 5.7, 5.8): which blocks are allocated, as far as the
 * medium knows.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include "../core/complete.h"
#include "../core/data.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"

#define HEADER_LEN	8
#define DESCRIPTOR_LEN	16
/* What an answer may have: each is a look at the medium */
#define DESCRIPTORS	256

/* PROVISIONING STATUS (SBC-4 table 79) */
#define MAPPED_OR_UNKNOWN	0x00
#define DEALLOCATED		0x01

/**
 * struct lba_answer - as target_cmd.scratch
 * @end: no block from here on is looked at
 * @room: descriptors that there may be
 * @count: those that there are
 * @bytes: the answer
 */
struct lba_answer {
	u64		end;
	unsigned int	room;
	unsigned int	count;
	u8		bytes[];
};

static u8 *descriptor(struct lba_answer *answer, unsigned int i)
{
	return answer->bytes + HEADER_LEN + i * DESCRIPTOR_LEN;
}

/* False if it does not fit. */
static bool add(struct lba_answer *answer, u64 lba, u32 blocks, u8 status)
{
	u8 *p;

	if (answer->count == answer->room)
		return false;
	p = descriptor(answer, answer->count++);
	put_unaligned_be64(lba, p);
	put_unaligned_be32(blocks, p + 8);
	p[12] = status;
	return true;
}

/* Append what follows the last one, to which it may belong. */
static bool append(struct lba_answer *answer, u64 lba, u32 blocks, u8 status)
{
	u8 *last;
	u64 sum;

	if (!answer->count)
		return add(answer, lba, blocks, status);
	last = descriptor(answer, answer->count - 1);
	if (last[12] != status)
		return add(answer, lba, blocks, status);
	sum = (u64)get_unaligned_be32(last + 8) + blocks;
	if (sum > U32_MAX)
		return add(answer, lba, blocks, status);
	put_unaligned_be32(sum, last + 8);
	return true;
}

static void finish(struct target_cmd *cmd)
{
	struct lba_answer *answer = cmd->scratch;
	size_t len = HEADER_LEN + answer->count * DESCRIPTOR_LEN;

	put_unaligned_be32(len - 4, answer->bytes);
	target_data_put(cmd, answer->bytes, len);
}

static void next(struct target_cmd *cmd)
{
	struct lba_answer *answer = cmd->scratch;
	u64 blocks = min_t(u64, answer->end - cmd->pos, U32_MAX);

	cmd->io.flags = 0;
	target_io_blocks(cmd, TARGET_IO_EXTENT, cmd->pos, blocks, NULL, 0);
}

static u32 hole_blocks(struct target_cmd *cmd)
{
	if (!(cmd->io.flags & TARGET_IO_HOLE))
		return 0;
	return cmd->io.len >> cmd_dev(cmd)->block_shift;
}

static u32 data_blocks(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);

	/* a block that has a hole in it is allocated */
	if (cmd->io.flags & TARGET_IO_HOLE)
		return 1;
	return max(DIV_ROUND_UP_ULL(cmd->io.len, target_dev_block_size(dev)),
		   1ULL);
}

static void extent_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);
	struct lba_answer *answer = cmd->scratch;
	u32 hole = hole_blocks(cmd), blocks = hole ?: data_blocks(cmd);

	if (append(answer, cmd->pos, blocks,
		   hole ? DEALLOCATED : MAPPED_OR_UNKNOWN)) {
		cmd->pos += blocks;
		if (cmd->pos < answer->end) {
			next(cmd);
			return;
		}
	}
	finish(cmd);
	target_complete(cmd, TCM_NO_SENSE);
}

static void unknown_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);
	struct lba_answer *answer = cmd->scratch;

	append(answer, cmd->pos, min_t(u64, answer->end - cmd->pos, U32_MAX),
	       MAPPED_OR_UNKNOWN);
	finish(cmd);
	target_complete(cmd, TCM_NO_SENSE);
}

static void extent_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts == BLK_STS_NOTSUPP)
		target_complete_defer(cmd, unknown_work);
	else if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_READ));
	else
		target_complete_defer(cmd, extent_work);
}

static struct lba_answer *alloc_answer(struct target_cmd *cmd)
{
	struct lba_answer *answer;
	unsigned int room = 1;

	if (cmd->wanted >= HEADER_LEN + DESCRIPTOR_LEN)
		room = min_t(u32, (cmd->wanted - HEADER_LEN) / DESCRIPTOR_LEN,
			     DESCRIPTORS);
	answer = kvzalloc(struct_size(answer, bytes,
				      HEADER_LEN + room * DESCRIPTOR_LEN),
			  GFP_KERNEL);
	if (answer)
		answer->room = room;
	return answer;
}

/* @scan: blocks to look at, 0 for all; @at: where the CDB has the LBA */
static sense_reason_t start(struct target_cmd *cmd, unsigned int at, u32 scan)
{
	const struct target_dev *dev = cmd_dev(cmd);
	u64 lba = get_unaligned_be64(target_cdb_bytes(cmd) + at);
	u64 end = READ_ONCE(dev->nr_blocks);
	struct lba_answer *answer;

	if (lba >= end)
		return target_cdb_outside(cmd, lba);
	answer = alloc_answer(cmd);
	if (!answer)
		return TCM_OUT_OF_RESOURCES;
	cmd->scratch = answer;
	answer->end = scan ? min(end - lba, (u64)scan) + lba : end;
	cmd->pos = lba;
	/* of a fully provisioned unit all blocks are mapped (SBC-4 5.6.2.2) */
	if (!dev->backend->ops->maps || !target_lu_is_thin(dev)) {
		append(answer, lba, min_t(u64, answer->end - lba, U32_MAX),
		       MAPPED_OR_UNKNOWN);
		finish(cmd);
		return TCM_NO_SENSE;
	}
	cmd->done = extent_done;
	next(cmd);
	return TCM_PENDING;
}

sense_reason_t target_lba_status_16(struct target_cmd *cmd)
{
	return start(cmd, 2, 0);
}

sense_reason_t target_lba_status_32(struct target_cmd *cmd)
{
	return start(cmd, 12, get_unaligned_be32(target_cdb_bytes(cmd) + 20));
}
