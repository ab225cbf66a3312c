// SPDX-License-Identifier: GPL-2.0-only
/*
 * FORMAT UNIT (SBC-4 5.4): every block gets the initialization pattern, or
 * becomes a deallocated one or one of zeros.  The block length stays, and there
 * is no defect list to be had.  job.c does the work.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "format.h"
#include "handlers.h"
#include "protect.h"
#include "stream.h"

#define FMTPINFO	0xc0
#define LONGLIST	0x20
#define FMTDATA		0x10
#define DEFECT_FORMAT	0x07
#define FORMAT_RESERVED	0x07

/* Byte 1 of the parameter list header (SBC-4 table 46) */
#define FOV		0x80
#define IP		0x08
#define IMMED		0x02
#define NEEDS_FOV	0x78	/* DPRY, DCRT, STPF, IP */

/* Byte 0 of the initialization pattern descriptor */
#define SI		0x20

/* INITIALIZATION PATTERN TYPE (SBC-4 table 51); 00h is the default one */
#define PATTERN_REPEAT	0x01

static sense_reason_t parse_pattern(struct target_cmd *cmd,
				    struct target_cursor *c,
				    struct target_job_plan *plan)
{
	size_t at = c->pos, len;
	u8 flags, type;
	bool zeros;

	flags = target_cursor_get8(c);
	type = target_cursor_get8(c);
	len = target_cursor_get16(c);
	plan->pattern = target_cursor_take(c, len);
	if (c->bad)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (type > PATTERN_REPEAT)
		return target_sense_param(cmd, at + 1, -1);
	/* only the default pattern has no length */
	if (!type != !len || len > target_dev_block_size(cmd_dev(cmd)))
		return target_sense_param(cmd, at + 2, -1);
	plan->pattern_len = len;
	zeros = !memchr_inv(plan->pattern, 0, len);
	/* security initialization writes; who deallocates may leave what was there */
	plan->passes = zeros && !(flags & SI) ? 0 : 1;
	plan->may_unmap = zeros && (!plan->passes ||
				    target_lu_is_thin(cmd_dev(cmd)));
	return TCM_NO_SENSE;
}

/*
 * The administrator chooses the type, an initiator formats.  What it asks for
 * has to be what there is: without PROTECTION FIELD USAGE, that is 0.
 */
static sense_reason_t check_protection(struct target_cmd *cmd, const u8 *list)
{
	u8 type = READ_ONCE(cmd_dev(cmd)->attr.pi_prot_type);
	u8 fmtpinfo = target_cdb_bytes(cmd)[1] >> 6;
	u8 usage = list ? list[0] : 0;

	if (target_protect_format_matches(type, fmtpinfo, usage))
		return TCM_NO_SENSE;
	if (list && target_protect_format_fits(type, fmtpinfo))
		return target_sense_param(cmd, 0, 2);
	return target_sense_cdb(cmd, 1, 7);
}

static sense_reason_t check_header(struct target_cmd *cmd, const u8 *list,
				   u32 defects)
{
	bool long_list = target_cdb_bytes(cmd)[1] & LONGLIST;
	u8 flags = list[1];

	if (!(flags & FOV) && flags & NEEDS_FOV)
		return target_sense_param(cmd, 1, fls(flags & NEEDS_FOV) - 1);
	if (long_list && list[3])
		return target_sense_param(cmd, 3, -1);
	if (defects)
		return target_sense_param(cmd, long_list ? 4 : 2, -1);
	return check_protection(cmd, list);
}

/* SI: what else is in the header and the CDB is ignored (SBC-4 5.4.2.3). */
static bool is_secure(const struct target_cursor *c, u8 flags)
{
	return flags & IP && c->pos < c->len && c->data[c->pos] & SI;
}

/**
 * target_format_parse - what a parameter list asks for
 * @cmd: FORMAT UNIT with FMTDATA
 * @list: parameter list, which @plan points into
 * @len: bytes of it
 * @plan: set to it
 *
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_format_parse(struct target_cmd *cmd, u8 *list, size_t len,
				   struct target_job_plan *plan)
{
	bool long_list = target_cdb_bytes(cmd)[1] & LONGLIST;
	sense_reason_t reason = TCM_NO_SENSE;
	struct target_cursor c;
	u32 defects;
	u8 flags;

	target_cursor_init(&c, list, len);
	target_cursor_get8(&c);		/* PROTECTION FIELD USAGE */
	flags = target_cursor_get8(&c);
	if (long_list)
		target_cursor_get16(&c);
	defects = long_list ? target_cursor_get32(&c) :
			      target_cursor_get16(&c);
	if (c.bad)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (!is_secure(&c, flags))
		reason = check_header(cmd, list, defects);
	if (reason)
		return reason;
	plan->immed = flags & IMMED;
	return flags & IP ? parse_pattern(cmd, &c, plan) : TCM_NO_SENSE;
}

/* Without a list, all that it would go with is reserved (SBC-4 table 39). */
static sense_reason_t check_cdb(struct target_cmd *cmd)
{
	u8 flags = target_cdb_bytes(cmd)[1];

	if (!(flags & FMTDATA) && flags & FMTPINFO)
		return target_sense_cdb(cmd, 1, 7);
	if (flags & FMTDATA ? (flags & DEFECT_FORMAT) == FORMAT_RESERVED :
			      flags & DEFECT_FORMAT)
		return target_sense_cdb(cmd, 1, 2);
	return TCM_NO_SENSE;
}

sense_reason_t target_format(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);
	struct target_job_plan plan = {
		.kind = TARGET_JOB_FORMAT,
		.may_unmap = true,
	};
	size_t len = to_se(cmd)->data_length;
	sense_reason_t reason = check_cdb(cmd);

	if (reason)
		return reason;
	if (cdb[1] & FMTDATA) {
		cmd->scratch = kvmalloc(max_t(size_t, len, 1), GFP_KERNEL);
		if (!cmd->scratch)
			return TCM_OUT_OF_RESOURCES;
		target_data_get(cmd, cmd->scratch, 0, len);
		reason = target_format_parse(cmd, cmd->scratch, len, &plan);
	} else {
		reason = check_protection(cmd, NULL);
	}
	if (reason)
		return reason;
	/* FFMT 11b is reserved; the fast ones leave the blocks as they are */
	if ((cdb[4] & 0x03) == 0x03)
		return target_sense_cdb(cmd, 4, 1);
	if (cdb[4] & 0x03) {
		target_stream_close_all(cmd_dev(cmd));
		target_job_forget(cmd_dev(cmd));
		return TCM_NO_SENSE;
	}
	return target_job_start(cmd, &plan);
}
