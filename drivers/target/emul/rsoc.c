// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT SUPPORTED OPERATION CODES (SPC-5 6.35) and REPORT SUPPORTED TASK
 * MANAGEMENT FUNCTIONS (6.36), printed from the tables that dispatch.
 */
#include <linux/mm.h>
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "emul.h"
#include "handlers.h"
#include "opindex.h"

#define TIMEOUTS_LEN	12
#define DESCRIPTOR_LEN	8
#define HEADER_LEN	4

/* SUPPORT (SPC-5 table 251) */
#define SUPPORT_NONE	0x01
#define SUPPORT_STANDARD	0x03

/* Seconds; they are advice for initiators, nothing here is timed by them. */
static const struct {
	u16	nominal;
	u16	recommended;
} seconds[TARGET_TIMEOUTS] = {
	[TARGET_TIMEOUT_STATE]	= { 1, 10 },
	[TARGET_TIMEOUT_MEDIUM]	= { 1, 60 },
	[TARGET_TIMEOUT_RANGE]	= { 10, 300 },
};

static void (*report_tmfs)(u8 bytes[2]);

/**
 * target_rsoc_set_tmfs - say who knows the task management functions
 * @report: writes bytes 0 and 1 of the answer
 */
void target_rsoc_set_tmfs(void (*report)(u8 bytes[2]))
{
	report_tmfs = report;
}

static void put_timeouts(struct target_cursor *c, const struct target_opdef *op)
{
	u8 *p = target_cursor_take(c, TIMEOUTS_LEN);

	if (!p)
		return;
	memset(p, 0, TIMEOUTS_LEN);
	put_unaligned_be16(TIMEOUTS_LEN - 2, p);
	put_unaligned_be32(seconds[op->timeout].nominal, p + 4);
	put_unaligned_be32(seconds[op->timeout].recommended, p + 8);
}

static void put_descriptor(struct target_cursor *c,
			   const struct target_opdef *op, bool timeouts)
{
	u8 *p = target_cursor_take(c, DESCRIPTOR_LEN);

	if (!p)
		return;
	memset(p, 0, DESCRIPTOR_LEN);
	p[0] = op->op;
	put_unaligned_be16(op->sa, p + 2);
	p[5] = (timeouts ? 0x02 : 0) |				/* CTDP */
	       (op->flags & TARGET_OP_SA ? 0x01 : 0);		/* SERVACTV */
	put_unaligned_be16(op->cdb_len, p + 6);
	if (timeouts)
		put_timeouts(c, op);
}

static sense_reason_t report_all(struct target_cmd *cmd, bool timeouts)
{
	const struct target_dev *dev = cmd_dev(cmd);
	const struct target_opdef *op = NULL;
	struct target_cursor c;
	size_t room;

	room = HEADER_LEN +
	       target_opindex_count() * (DESCRIPTOR_LEN + TIMEOUTS_LEN);
	cmd->scratch = kvmalloc(room, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	target_cursor_init(&c, cmd->scratch, room);
	target_cursor_take(&c, HEADER_LEN);
	while ((op = target_opindex_next(op))) {
		if (target_opindex_enabled(op, dev))
			put_descriptor(&c, op, timeouts);
	}
	put_unaligned_be32(c.pos - HEADER_LEN, cmd->scratch);
	target_data_put(cmd, cmd->scratch, c.pos);
	return TCM_NO_SENSE;
}

static sense_reason_t report_one(struct target_cmd *cmd,
				 const struct target_opdef *op, bool timeouts)
{
	u8 buf[HEADER_LEN + TARGET_OPDEF_CDB + TIMEOUTS_LEN] = {};
	const struct target_dev *dev = cmd_dev(cmd);
	struct target_cursor c;
	unsigned int i;

	target_cursor_init(&c, buf, sizeof(buf));
	target_cursor_take(&c, HEADER_LEN);
	if (!op || !target_opindex_enabled(op, dev)) {
		buf[1] = SUPPORT_NONE;
		target_data_put(cmd, buf, c.pos);
		return TCM_NO_SENSE;
	}
	buf[1] = (timeouts ? 0x80 : 0) | SUPPORT_STANDARD;
	put_unaligned_be16(op->cdb_len, buf + 2);
	for (i = 0; i < op->cdb_len; i++)
		buf[HEADER_LEN + i] = target_opindex_usage(op, dev, i);
	target_cursor_take(&c, op->cdb_len);
	if (timeouts)
		put_timeouts(&c, op);
	target_data_put(cmd, buf, c.pos);
	return TCM_NO_SENSE;
}

/* 001b: an operation code that has no service actions */
static sense_reason_t report_opcode(struct target_cmd *cmd, bool timeouts)
{
	const struct target_opdef *op;
	size_t rows;

	op = target_opindex_first(target_cdb_bytes(cmd)[3], &rows);
	if (op && op->flags & TARGET_OP_SA)
		return target_sense_cdb(cmd, 2, 2);
	return report_one(cmd, op, timeouts);
}

/* The row of a service action; other operation codes have action 0 only */
static const struct target_opdef *find_action(const u8 *cdb)
{
	u16 sa = get_unaligned_be16(cdb + 4);
	const struct target_opdef *op;

	op = target_opindex_find(cdb[3], sa);
	if (op && !(op->flags & TARGET_OP_SA) && sa)
		return NULL;
	return op;
}

/* 010b: one with a service action */
static sense_reason_t report_action(struct target_cmd *cmd, bool timeouts)
{
	const u8 *cdb = target_cdb_bytes(cmd);
	const struct target_opdef *op;
	size_t rows;

	op = target_opindex_first(cdb[3], &rows);
	if (op && !(op->flags & TARGET_OP_SA))
		return target_sense_cdb(cmd, 2, 2);
	return report_one(cmd, find_action(cdb), timeouts);
}

/* 011b: either */
static sense_reason_t report_either(struct target_cmd *cmd, bool timeouts)
{
	return report_one(cmd, find_action(target_cdb_bytes(cmd)), timeouts);
}

/* by REPORTING OPTIONS (SPC-5 table 246) */
static sense_reason_t (* const reports[])(struct target_cmd *cmd,
					  bool timeouts) = {
	report_all, report_opcode, report_action, report_either,
};

sense_reason_t target_rsoc(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);
	u8 how = cdb[2] & 0x07;

	if (how >= ARRAY_SIZE(reports))
		return target_sense_cdb(cmd, 2, 2);
	return reports[how](cmd, cdb[2] & 0x80);	/* RCTD */
}

sense_reason_t target_rsoc_tmfs(struct target_cmd *cmd)
{
	bool extended = target_cdb_bytes(cmd)[2] & 0x80;	/* REPD */
	u8 buf[16] = {};

	/* less than its header is no length (SPC-4 6.36) */
	if (cmd->wanted < HEADER_LEN)
		return target_sense_cdb(cmd, cmd->op->count.byte, -1);
	if (report_tmfs)
		report_tmfs(buf);
	if (extended)
		buf[3] = sizeof(buf) - 4;	/* no timeout is known */
	target_data_put(cmd, buf, extended ? sizeof(buf) : 4);
	return TCM_NO_SENSE;
}
