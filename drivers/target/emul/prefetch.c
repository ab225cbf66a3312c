// SPDX-License-Identifier: GPL-2.0-only
/*
 * PRE-FETCH (SBC-4 5.15, 5.16).  The status is GOOD and not CONDITION MET:
 * nobody can promise that what is in the cache stays there until it is read.
 */
#include "../core/io.h"
#include "cdb.h"
#include "handlers.h"

sense_reason_t target_prefetch(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	u64 lba = to_se(cmd)->t_task_lba;
	/* 0 means all that follow */
	u64 blocks = cmd->blocks ?: READ_ONCE(dev->nr_blocks) - lba;

	if (!dev->backend->ops->prefetches || !blocks)
		return TCM_NO_SENSE;
	target_io_blocks(cmd, TARGET_IO_PREFETCH, lba, blocks, NULL, 0);
	return TCM_PENDING;
}
