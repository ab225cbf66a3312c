// SPDX-License-Identifier: GPL-2.0-only
/*
 * What CDBs say about protection information: one row a code of RDPROTECT,
 * WRPROTECT, VRPROTECT and ORPROTECT, which mean the same; and one row a
 * protection type, for FORMAT UNIT and for those who ask.
 */
#include <linux/kernel.h>
#include "../core/sense.h"
#include "cdb.h"
#include "protect.h"

#define GUARD	TARGET_DIF_CHECK_GUARD
#define APP	TARGET_DIF_CHECK_APPTAG
#define REF	TARGET_DIF_CHECK_REFTAG

/* From code 1 on; 0 means that none is transferred, and 6 and 7 are reserved */
static const struct target_protect_row codes[] = {
	[1] = { .checks = GUARD | APP | REF,	.compare = GUARD | APP | REF },
	[2] = { .checks = APP | REF,		.compare = APP | REF },
	[3] = { .checks = 0,			.compare = GUARD | APP | REF },
	[4] = { .checks = GUARD,		.compare = GUARD | APP | REF },
	[5] = { .checks = GUARD | APP | REF,	.compare = GUARD | APP },
};

/**
 * target_protect_code - RDPROTECT, or what it is called in this command
 * @cmd: command with a row
 *
 * Return: its value, 0 if the command has no such field
 */
u8 target_protect_code(struct target_cmd *cmd)
{
	return cmd->op->pi == TARGET_PI_NONE ? 0 : target_cdb_options(cmd) >> 5;
}

/**
 * target_protect_row - what a code says
 * @code: a value that is not 0
 *
 * Return: row; NULL if the value is reserved
 */
const struct target_protect_row *target_protect_row(u8 code)
{
	return code < ARRAY_SIZE(codes) ? &codes[code] : NULL;
}

/**
 * target_protect_among_data - does each block have it at its end?
 * @cmd: command of a logical unit with protection information
 *
 * Return: true, unless there is none, or the fabric has another place for it, or
 * its hardware sees to it
 */
bool target_protect_among_data(struct target_cmd *cmd)
{
	const struct se_cmd *se = to_se(cmd);

	return target_protect_code(cmd) && !se->t_prot_nents && !se->prot_pto;
}

/**
 * target_protect_admit - is a command one that may transfer it?
 * @cmd: command with a row, of a logical unit with protection information
 *
 * Return: TCM_NO_SENSE, or why it may not
 */
sense_reason_t target_protect_admit(struct target_cmd *cmd)
{
	u8 code = target_protect_code(cmd);

	if (!code)
		return TCM_NO_SENSE;
	if (!target_protect_row(code))
		return target_sense_cdb(cmd, target_opindex_options(cmd->op), 7);
	return target_opindex_protects(cmd->op, cmd_dev(cmd)) ?
	       TCM_NO_SENSE : TCM_UNSUPPORTED_SCSI_OPCODE;
}

/* @bytes of blocks, and of the protection information that is among them */
u64 target_protect_length(struct target_cmd *cmd, u64 bytes)
{
	if (!target_protect_among_data(cmd))
		return bytes;
	return bytes + (bytes >> cmd_dev(cmd)->block_shift) *
		       TARGET_PROTECT_BYTES;
}

/* --------------------------------------------------------------- types -- */

/*
 * FMTPINFO and PROTECTION FIELD USAGE of FORMAT UNIT (SBC-4 table 43), and SPT
 * of the Extended INQUIRY Data page for a unit that has this type and no other
 */
static const struct {
	u8	fmtpinfo;
	u8	usage;
	u8	spt;
} types[] = {
	[TARGET_DIF_TYPE0_PROT] = { 0, 0, 0 },
	[TARGET_DIF_TYPE1_PROT] = { 2, 0, 0 },
	[TARGET_DIF_TYPE2_PROT] = { 3, 0, 2 },
	[TARGET_DIF_TYPE3_PROT] = { 3, 1, 4 },
};

/* Does FORMAT UNIT ask for protection information of this type? */
bool target_protect_format_matches(u8 type, u8 fmtpinfo, u8 usage)
{
	return types[type].fmtpinfo == fmtpinfo && types[type].usage == usage;
}

/* Does it, but for PROTECTION FIELD USAGE? */
bool target_protect_format_fits(u8 type, u8 fmtpinfo)
{
	return types[type].fmtpinfo == fmtpinfo;
}

/* SPT of the Extended INQUIRY Data page */
u8 target_protect_types(u8 type)
{
	return types[type].spt;
}
