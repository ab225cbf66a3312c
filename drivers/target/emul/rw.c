// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ and WRITE (SBC-4 5.15 to 5.19, 5.39 to 5.43).
 */
#include <linux/scatterlist.h>
#include "../core/complete.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "cdb.h"
#include "chunk.h"
#include "handlers.h"

#define FUA	0x08

/* Of the data, what is no whole block: the initiator expects less than that */
static u32 tail_of(struct target_cmd *cmd)
{
	return to_se(cmd)->data_length &
	       (target_dev_block_size(cmd_dev(cmd)) - 1);
}

/* READ(6) and WRITE(6) have LBA bits there. */
static bool wants_fua(struct target_cmd *cmd)
{
	return cmd->op->cdb_len > 6 && target_cdb_options(cmd) & FUA;
}

/* -------------------------------------------------------------- READ -- */

static void tail_copy_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);
	struct se_cmd *se = to_se(cmd);
	u32 tail = tail_of(cmd);

	sg_pcopy_from_buffer(se->t_data_sg, se->t_data_nents,
			     target_chunk_of(cmd)->data, tail,
			     se->data_length - tail);
	target_complete(cmd, TCM_NO_SENSE);
}

static void tail_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_READ));
	else
		target_complete_defer(cmd, tail_copy_work);
}

static void read_tail(struct target_cmd *cmd)
{
	unsigned int shift = cmd_dev(cmd)->block_shift;
	struct se_cmd *se = to_se(cmd);

	cmd->done = tail_done;
	target_chunk_io(cmd, TARGET_IO_READ,
			se->t_task_lba + (se->data_length >> shift), 1);
}

static void read_tail_work(struct work_struct *work)
{
	read_tail(container_of(work, struct target_cmd, work));
}

static void whole_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_READ));
	else
		target_complete_defer(cmd, read_tail_work);
}

/* The medium has whole blocks only; the last one comes by way of a chunk. */
static void read_data(struct target_cmd *cmd)
{
	cmd->done = NULL;
	if (likely(!tail_of(cmd))) {
		target_io_all(cmd, TARGET_IO_READ);
		return;
	}
	if (!target_chunk_alloc(cmd, target_dev_block_size(cmd_dev(cmd)))) {
		target_complete(cmd, TCM_OUT_OF_RESOURCES);
		return;
	}
	if (to_se(cmd)->data_length < target_dev_block_size(cmd_dev(cmd))) {
		read_tail(cmd);
		return;
	}
	cmd->done = whole_done;
	target_io_all(cmd, TARGET_IO_READ);
}

static void read_data_work(struct work_struct *work)
{
	read_data(container_of(work, struct target_cmd, work));
}

static void flush_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_FLUSH));
	else
		target_complete_defer(cmd, read_data_work);
}

/*
 * FUA of a READ: what is returned is on the medium (SBC-4 5.16), so a volatile
 * cache is written first.
 */
sense_reason_t target_rw_read(struct target_cmd *cmd)
{
	if (!to_se(cmd)->data_length)
		return TCM_NO_SENSE;
	if (wants_fua(cmd) && READ_ONCE(cmd_dev(cmd)->limits.write_cache)) {
		cmd->done = flush_done;
		target_io_flush(cmd);
	} else {
		read_data(cmd);
	}
	return TCM_PENDING;
}

/* -------------------------------------------------------------- WRITE -- */

sense_reason_t target_rw_write(struct target_cmd *cmd)
{
	if (!to_se(cmd)->data_length)
		return TCM_NO_SENSE;
	/* part of a block cannot be written, and must not seem to be */
	if (tail_of(cmd))
		return TCM_INVALID_FIELD_IN_COMMAND_IU;
	if (wants_fua(cmd))
		cmd->io.flags |= TARGET_IO_FUA;
	target_io_all(cmd, TARGET_IO_WRITE);
	return TCM_PENDING;
}
