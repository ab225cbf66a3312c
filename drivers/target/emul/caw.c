// SPDX-License-Identifier: GPL-2.0-only
/*
 * COMPARE AND WRITE (SBC-4 5.3).  Its row says that nothing else may touch its
 * blocks meanwhile, so they are locked when the handler is called.
 */
#include "../core/complete.h"
#include "../core/data.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "cdb.h"
#include "chunk.h"
#include "handlers.h"
#include "pi.h"

#define FUA	0x08

/* The first half of the data is compared, the second half written. */
static size_t half_of(struct target_cmd *cmd)
{
	return (size_t)cmd->blocks << cmd_dev(cmd)->block_shift;
}

static void compare_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);
	struct target_chunk *chunk = target_chunk_of(cmd);
	size_t len = half_of(cmd), same;
	sense_reason_t reason;

	same = target_chunk_compare(cmd, chunk->data, 0, len);
	if (same < len) {
		target_complete(cmd, target_sense_info(cmd,
						       TCM_MISCOMPARE_VERIFY,
						       same));
		return;
	}
	target_data_get(cmd, chunk->data, len, len);
	reason = target_pi_check_written(cmd, chunk->sgl, chunk->nents);
	if (reason) {
		target_complete(cmd, reason);
		return;
	}
	if (target_cdb_options(cmd) & FUA)
		cmd->io.flags |= TARGET_IO_FUA;
	cmd->done = NULL;
	target_chunk_io(cmd, TARGET_IO_WRITE, to_se(cmd)->t_task_lba,
			cmd->blocks);
}

static void read_done(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_READ));
	else
		target_complete_defer(cmd, compare_work);
}

sense_reason_t target_caw(struct target_cmd *cmd)
{
	if (!cmd->blocks)
		return TCM_NO_SENSE;
	if (!target_chunk_alloc(cmd, half_of(cmd)))
		return TCM_OUT_OF_RESOURCES;
	cmd->done = read_done;
	target_chunk_io(cmd, TARGET_IO_READ, to_se(cmd)->t_task_lba,
			cmd->blocks);
	return TCM_PENDING;
}
