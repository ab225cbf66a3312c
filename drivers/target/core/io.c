// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a handler to the medium and back.
 */
#include "complete.h"
#include "io.h"
#include "loss.h"
#include "protection.h"
#include "sense.h"
#include "state.h"

/* A write cache that nobody is told of must not be one (SBC-4 6.5.6, WCE). */
bool target_io_write_through(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.write_cache) &&
	       !READ_ONCE(dev->attr.emulate_write_cache);
}

static bool changes_medium(const struct target_io *io)
{
	return io->op == TARGET_IO_WRITE || io->op == TARGET_IO_ZERO ||
	       io->op == TARGET_IO_UNMAP;
}

/* The write cache was switched off while a write was under way. */
static bool ends_volatile(const struct target_cmd *cmd)
{
	return changes_medium(&cmd->io) && !(cmd->io.flags & TARGET_IO_FUA) &&
	       target_io_write_through(cmd_dev(cmd));
}

static void flush_later(struct work_struct *work)
{
	target_io_flush(container_of(work, struct target_cmd, work));
}

static void io_done(struct target_io *io, blk_status_t sts)
{
	struct target_cmd *cmd = container_of(io, struct target_cmd, io);
	struct se_cmd *se = to_se(cmd);

	if (!sts && unlikely(ends_volatile(cmd))) {
		target_complete_defer(cmd, flush_later);
		return;
	}
	/* one that was aborted tells nobody */
	if (io->op == TARGET_IO_FLUSH && !target_state_aborted(cmd))
		sts = target_loss_settle(cmd->itl, sts);
	if (io->flags & TARGET_IO_LEND)
		se->t_data_nents = sts ? 0 : io->nents;
	if (cmd->done)
		cmd->done(cmd, sts);
	else
		target_complete(cmd, target_sense_blk(sts, io->op));
}

static void start(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct target_io *io = &cmd->io;

	/* an aborted command starts nothing more */
	if (unlikely(target_state_aborted(cmd))) {
		target_complete_orphan(cmd);
		return;
	}
	if (unlikely(target_complete_crowded(dev))) {
		target_complete(cmd, TCM_BUSY);
		return;
	}
	if (changes_medium(io) && target_io_write_through(dev))
		io->flags |= TARGET_IO_FUA;
	io->done = io_done;
	target_io_submit(dev, io, cmd->pi);
}

/**
 * target_io_blocks - an operation on a range of logical blocks
 * @cmd: command whose handler this is; set cmd->io.flags before
 * @op: what
 * @lba: first block
 * @blocks: how many, checked against the capacity
 * @sgl: data, or NULL
 * @nents: entries of it
 *
 * Context: process, or any if the backstore's submit() is atomic and the unit has
 * no protection information.
 */
void target_io_blocks(struct target_cmd *cmd, enum target_io_op op, u64 lba,
		      u64 blocks, struct scatterlist *sgl, unsigned int nents)
{
	unsigned int shift = cmd_dev(cmd)->block_shift;

	cmd->io.op = op;
	cmd->io.pos = lba << shift;
	cmd->io.len = blocks << shift;
	cmd->io.sgl = sgl;
	cmd->io.nents = nents;
	start(cmd);
}

/**
 * target_io_all - read or write what the CDB names
 * @cmd: command with an LBA, and data of whole blocks
 * @op: TARGET_IO_READ or TARGET_IO_WRITE
 *
 * If the initiator expects less than the CDB says, only whole blocks of what
 * it expects are transferred; the residual tells.
 */
void target_io_all(struct target_cmd *cmd, enum target_io_op op)
{
	struct se_cmd *se = to_se(cmd);
	u32 blocks = se->data_length >> cmd_dev(cmd)->block_shift;

	if (!blocks) {
		target_complete(cmd, TCM_NO_SENSE);
		return;
	}
	if (cmd->flags & TARGET_CMD_LENT)
		cmd->io.flags |= TARGET_IO_LEND;
	target_io_blocks(cmd, op, se->t_task_lba, blocks, se->t_data_sg,
			 se->t_data_nents);
}

/* Make durable what was written so far. */
void target_io_flush(struct target_cmd *cmd)
{
	target_io_blocks(cmd, TARGET_IO_FLUSH, 0, 0, NULL, 0);
}
