// SPDX-License-Identifier: GPL-2.0-only
/*
 * What runs while FORMAT UNIT or SANITIZE has all of the medium, and after it
 * has failed (SBC-4 4.11, 4.33); INQUIRY, REPORT LUNS and REQUEST SENSE always
 * do.
 */
#include <scsi/scsi_proto.h>
#include "cdb.h"
#include "lu.h"
#include "meanwhile.h"
#include "opdef.h"

#define ANY_PAGE	0xff

/* Commands allowed during sanitize (SBC-4 4.11.2), with the pages they ask for */
static const struct {
	u8	op;
	u8	sa;
	u8	page;
} allowed[] = {
	{ LOG_SENSE, 0, 0x0d },
	{ MODE_SENSE, 0, 0x08 },
	{ MODE_SENSE, 0, 0x0a },
	{ MODE_SENSE, 0, 0x18 },
	{ MODE_SENSE, 0, 0x19 },
	{ MODE_SENSE, 0, 0x1c },
	{ MODE_SENSE_10, 0, 0x08 },
	{ MODE_SENSE_10, 0, 0x0a },
	{ MODE_SENSE_10, 0, 0x18 },
	{ MODE_SENSE_10, 0, 0x19 },
	{ MODE_SENSE_10, 0, 0x1c },
	{ READ_CAPACITY, 0, ANY_PAGE },
	{ SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, ANY_PAGE },
	{ MAINTENANCE_IN, MI_REPORT_SUPPORTED_OPERATION_CODES, ANY_PAGE },
	{ MAINTENANCE_IN, MI_REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS,
	  ANY_PAGE },
};

/* The pages are whole ones, whose subpages are others. */
static bool is_allowed(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(allowed); i++) {
		if (allowed[i].op != cmd->op->op || allowed[i].sa != cmd->op->sa)
			continue;
		if (allowed[i].page == ANY_PAGE ||
		    (allowed[i].page == (cdb[2] & 0x3f) && !cdb[3]))
			return true;
	}
	return false;
}

/**
 * target_meanwhile_runs - does a command run despite the job that there is?
 * @cmd: command of a logical unit that has one, under way or failed
 *
 * A SANITIZE that failed is cured by another one only; where the format is
 * corrupt, it is the medium that cannot be used.
 *
 * Return: false if it is told of the job
 */
bool target_meanwhile_runs(struct target_cmd *cmd)
{
	const struct target_job *job = &cmd_dev(cmd)->emul->job;
	bool format = READ_ONCE(job->kind) == TARGET_JOB_FORMAT;
	const struct target_opdef *op = cmd->op;

	if (!format && is_allowed(cmd))
		return true;
	if (!READ_ONCE(job->failed))
		return false;
	if (op->flags & TARGET_OP_REPAIRS)
		return format || op->op != FORMAT_UNIT;
	return format && op->flags & TARGET_OP_STOPPED;
}
