// SPDX-License-Identifier: GPL-2.0-only
/*
 * SANITIZE (SBC-4 5.30): OVERWRITE; BLOCK ERASE, which writes zeros to every
 * block, because a deallocated one may keep its old content where nobody
 * looks, and only then lets a thin unit deallocate them; EXIT FAILURE MODE.
 * job.c does the work.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "handlers.h"
#include "job.h"

#define IMMED		0x80
#define AUSE		0x20
#define HEADER_LEN	4

/* One that failed and had no AUSE: another one without it has to succeed. */
static bool is_restricted(struct target_cmd *cmd)
{
	const struct target_job *job = &cmd_dev(cmd)->emul->job;

	return READ_ONCE(job->kind) == TARGET_JOB_SANITIZE &&
	       !READ_ONCE(job->may_exit);
}

/* A job that failed needs permission to be forgotten, this one too. */
static struct target_job_plan plan_of(struct target_cmd *cmd)
{
	u8 flags = target_cdb_bytes(cmd)[1];

	return (struct target_job_plan) {
		.kind = TARGET_JOB_SANITIZE,
		.may_exit = flags & AUSE,
		.immed = flags & IMMED,
		.passes = 1,
	};
}

static sense_reason_t start(struct target_cmd *cmd,
			    const struct target_job_plan *plan)
{
	if (plan->may_exit && is_restricted(cmd))
		return target_sense_cdb(cmd, 1, 5);
	return target_job_start(cmd, plan);
}

static sense_reason_t parse_overwrite(struct target_cmd *cmd, const u8 *list,
				      struct target_job_plan *plan)
{
	size_t len = get_unaligned_be16(list + 2);

	plan->passes = list[0] & 0x1f;
	plan->invert = list[0] & 0x80;
	plan->pattern = list + HEADER_LEN;
	plan->pattern_len = len;
	/* TEST: nothing but 00b is defined for everybody */
	if (list[0] & 0x60)
		return target_sense_param(cmd, 0, 6);
	if (!plan->passes)
		return target_sense_param(cmd, 0, 4);
	if (list[1])
		return target_sense_param(cmd, 1, -1);
	if (!len || len > target_dev_block_size(cmd_dev(cmd)) ||
	    len != cmd->wanted - HEADER_LEN)
		return target_sense_param(cmd, 2, -1);
	return TCM_NO_SENSE;
}

sense_reason_t target_sanitize_overwrite(struct target_cmd *cmd)
{
	struct target_job_plan plan = plan_of(cmd);
	sense_reason_t reason;

	if (cmd->wanted <= HEADER_LEN ||
	    cmd->wanted - HEADER_LEN > target_dev_block_size(cmd_dev(cmd)))
		return target_sense_cdb(cmd, 7, -1);
	if (to_se(cmd)->data_length < cmd->wanted)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	cmd->scratch = kvmalloc(cmd->wanted, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	target_data_get(cmd, cmd->scratch, 0, cmd->wanted);
	reason = parse_overwrite(cmd, cmd->scratch, &plan);
	return reason ?: start(cmd, &plan);
}

sense_reason_t target_sanitize_block_erase(struct target_cmd *cmd)
{
	struct target_job_plan plan = plan_of(cmd);

	plan.may_unmap = target_lu_is_thin(cmd_dev(cmd));
	return start(cmd, &plan);
}

sense_reason_t target_sanitize_exit(struct target_cmd *cmd)
{
	const struct target_job *job = &cmd_dev(cmd)->emul->job;

	if (is_restricted(cmd))
		return target_sense_cdb(cmd, 1, 4);
	if (READ_ONCE(job->kind) == TARGET_JOB_SANITIZE)
		target_job_forget(cmd_dev(cmd));
	return TCM_NO_SENSE;
}
