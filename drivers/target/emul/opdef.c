// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the table of commands, whose parts are opdef_primary.c, opdef_copy.c
 * and opdef_block.c, to a handler.
 */
#include "cdb.h"
#include "emul.h"
#include "opdef.h"
#include "opdef_rows.h"
#include "pi.h"

/**
 * target_opdef_init - check the table and index it
 *
 * Return: 0, or -EINVAL and a log line
 */
int target_opdef_init(void)
{
	return target_opdef_primary_init() ?: target_opdef_copy_init() ?:
	       target_opdef_block_init();
}

/**
 * target_opdef_span - which blocks a command may touch
 * @cmd: decoded command of a logical unit, with its data
 * @lba: set to the first of them
 * @blocks: set to how many there are, to the last; all of the medium if nobody knows
 *
 * Context: process.
 */
void target_opdef_span(struct target_cmd *cmd, u64 *lba, u64 *blocks)
{
	*lba = cmd->blocks ? to_se(cmd)->t_task_lba : 0;
	*blocks = cmd->blocks ?: READ_ONCE(cmd_dev(cmd)->nr_blocks);
	if (!cmd->blocks && cmd->op->span)
		cmd->op->span(cmd, lba, blocks);
}

/**
 * target_opdef_run - call the handler of a command
 * @cmd: decoded command that may run
 *
 * Context: process.
 * Return: TCM_NO_SENSE, why it ends badly, or TCM_PENDING
 */
sense_reason_t target_opdef_run(struct target_cmd *cmd)
{
	sense_reason_t reason = TCM_NO_SENSE;

	if (cmd->op->lba.bytes)
		reason = target_cdb_range(cmd);
	if (unlikely(cmd->op->lba.bytes && !reason &&
		     READ_ONCE(cmd_dev(cmd)->attr.pi_prot_type)))
		reason = target_pi_begin(cmd);
	return reason ?: cmd->op->exec(cmd);
}
