// SPDX-License-Identifier: GPL-2.0-only
/*
 * WRITE ATOMIC (SBC-4 5.38): after a loss of power all of it is on the medium
 * or nothing, which the medium sees to within its limits; and no other command
 * sees a part of it, which the lock on its blocks sees to (its row asks for
 * one).
 */
#include "../core/io.h"
#include "../core/sense.h"
#include "atomic.h"
#include "cdb.h"
#include "handlers.h"

#define FUA	0x08

/**
 * target_atomic_limits - what an atomic write may be
 * @dev: logical unit
 *
 * Return: limits in blocks; all 0 if there is no such write
 */
struct target_atomic_limits target_atomic_limits(const struct target_dev *dev)
{
	unsigned int shift = dev->block_shift;
	struct target_atomic_limits limits = {
		.max = READ_ONCE(dev->limits.atomic_max) >> shift,
	};

	if (!limits.max)
		return limits;
	limits.granularity =
		max(READ_ONCE(dev->limits.atomic_granularity) >> shift, 1U);
	limits.alignment =
		max(READ_ONCE(dev->limits.atomic_alignment) >> shift, 1U);
	return limits;
}

sense_reason_t target_atomic_write(struct target_cmd *cmd)
{
	struct target_atomic_limits limits = target_atomic_limits(cmd_dev(cmd));
	u64 lba = to_se(cmd)->t_task_lba, rest;

	if (cmd->blocks > limits.max || cmd->blocks % limits.granularity)
		return target_sense_cdb(cmd, cmd->op->count.byte, -1);
	div64_u64_rem(lba, limits.alignment, &rest);
	if (rest)
		return target_sense_cdb(cmd, cmd->op->lba.byte, -1);
	if (!cmd->blocks)
		return TCM_NO_SENSE;
	/* a part of it would not be all of it */
	if (to_se(cmd)->data_length < cmd->wanted)
		return TCM_INVALID_FIELD_IN_COMMAND_IU;
	cmd->io.flags |= TARGET_IO_ATOMIC;
	if (target_cdb_options(cmd) & FUA)
		cmd->io.flags |= TARGET_IO_FUA;
	target_io_all(cmd, TARGET_IO_WRITE);
	return TCM_PENDING;
}
