// SPDX-License-Identifier: GPL-2.0-only
/*
 * ORWRITE (SBC-4 5.13, 5.14): the bits of the data are set on the medium.  Its
 * rows say that nothing else may touch its blocks meanwhile: the range is locked
 * against what begins later, and ORDERED waits for writes that have begun.
 */
#include <linux/scatterlist.h>
#include <linux/unaligned.h>
#include "../core/complete.h"
#include "../core/data.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "cdb.h"
#include "chunk.h"
#include "handlers.h"

#define FUA	0x08

static u64 total_of(struct target_cmd *cmd)
{
	return to_se(cmd)->data_length >> cmd_dev(cmd)->block_shift;
}

static u64 piece_of(struct target_cmd *cmd)
{
	u64 fits = target_chunk_of(cmd)->bytes >> cmd_dev(cmd)->block_shift;

	return min(fits, total_of(cmd) - cmd->pos);
}

/* Set the bits of the data, from @off on, in @len bytes of the medium. */
static void set_bits(struct target_cmd *cmd, u8 *medium, size_t off, size_t len)
{
	struct se_cmd *se = to_se(cmd);
	struct sg_mapping_iter miter;
	size_t part, i;

	sg_miter_start(&miter, se->t_data_sg, se->t_data_nents,
		       SG_MITER_FROM_SG);
	if (!sg_miter_skip(&miter, off))
		len = 0;
	for (; len && sg_miter_next(&miter); len -= part, medium += part) {
		const u8 *data = miter.addr;

		part = min(miter.length, len);
		for (i = 0; i < part; i++)
			medium[i] |= data[i];
	}
	sg_miter_stop(&miter);
}

static void read_done(struct target_cmd *cmd, blk_status_t sts);

static void next_piece(struct target_cmd *cmd)
{
	cmd->io.flags = 0;
	cmd->done = read_done;
	target_chunk_io(cmd, TARGET_IO_READ, to_se(cmd)->t_task_lba + cmd->pos,
			piece_of(cmd));
}

static void next_work(struct work_struct *work)
{
	next_piece(container_of(work, struct target_cmd, work));
}

static void write_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (!sts)
		cmd->pos += piece_of(cmd);
	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_WRITE));
	else if (cmd->pos < total_of(cmd))
		target_complete_defer(cmd, next_work);
	else
		target_complete(cmd, TCM_NO_SENSE);
}

static void set_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);
	unsigned int shift = cmd_dev(cmd)->block_shift;

	set_bits(cmd, target_chunk_of(cmd)->data, cmd->pos << shift,
		 piece_of(cmd) << shift);
	if (target_cdb_options(cmd) & FUA)
		cmd->io.flags |= TARGET_IO_FUA;
	cmd->done = write_done;
	target_chunk_io(cmd, TARGET_IO_WRITE, to_se(cmd)->t_task_lba + cmd->pos,
			piece_of(cmd));
}

static void read_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_READ));
	else
		target_complete_defer(cmd, set_work);
}

sense_reason_t target_orwrite(struct target_cmd *cmd)
{
	u32 bytes = to_se(cmd)->data_length;

	if (!bytes)
		return TCM_NO_SENSE;
	if (bytes & (target_dev_block_size(cmd_dev(cmd)) - 1))
		return TCM_INVALID_FIELD_IN_COMMAND_IU;
	if (!target_chunk_alloc(cmd, min_t(u32, bytes, TARGET_CHUNK_MAX)))
		return TCM_OUT_OF_RESOURCES;
	cmd->pos = 0;
	next_piece(cmd);
	return TCM_PENDING;
}

/*
 * ORWRITE(32): its row has the set operation only (BMOP 000b), so the
 * generation never changes from the 0 that it begins with.
 */
sense_reason_t target_orwrite_32(struct target_cmd *cmd)
{
	if (get_unaligned_be32(target_cdb_bytes(cmd) + 20))
		return TCM_ORWRITE_GENERATION;
	return target_orwrite(cmd);
}
