// SPDX-License-Identifier: GPL-2.0-only
/*
 * What became of copy operations, and what there can be: RECEIVE COPY STATUS,
 * DATA, OPERATING PARAMETERS and FAILURE DETAILS (SPC-4 6.20 to 6.24), RECEIVE
 * ROD TOKEN INFORMATION (6.25) and REPORT ALL ROD TOKENS (6.27).
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>
#include "../core/sense.h"
#include "cdb.h"
#include "copy_held.h"
#include "copy_list.h"
#include "copy_lu.h"
#include "copy_page.h"
#include "copy_token.h"
#include "handlers.h"

/* TRANSFER COUNT UNITS (SPC-4 table 197) */
#define UNITS_BYTES	0x00
#define UNITS_KIB	0x01
#define UNITS_BLOCKS	0xf1

/* COPY OPERATION STATUS (SPC-4 table 200) */
#define STATUS_GOOD		0x01
#define STATUS_FAILED		0x02
#define STATUS_PARTIAL		0x03
#define STATUS_FOREGROUND	0x11
#define STATUS_BACKGROUND	0x12
#define STATUS_ABORTED		0x60

/* Milliseconds after which it is worth asking again */
#define ASK_AGAIN	100

#define DISCARDED	0x80	/* HDD */

#define HEADER_4	32	/* of an answer with LID4, before sense data */

/* One that the nexus asked for here; or an invalid field of the CDB */
static sense_reason_t find(struct target_cmd *cmd, u32 id, bool hold,
			   struct target_copy_op *op)
{
	if (target_copy_lu_find(cmd_dev(cmd), cmd_sess(cmd), id, hold, op))
		return TCM_NO_SENSE;
	return target_sense_cdb(cmd, 2, -1);
}

/* A multiple of 4, as the length of the sense data field has to be */
static size_t put_sense(u8 *p, const struct target_copy_op *op)
{
	if (op->phase != TARGET_COPY_FAILED)
		return 0;
	return target_sense_format(p, TARGET_SENSE_MAX, op->reason, &op->fault,
				   true);
}

/*
 * Held data, behind @len bytes of @head, of which the first four say how many
 * follow, the last four how many of these are held data.  Drops the reference
 * that @op has.
 */
static sense_reason_t send_held(struct target_cmd *cmd,
				const struct target_copy_op *op, u8 *head,
				size_t len)
{
	struct target_copy_held *held = op->held;
	size_t more = held ? held->len : 0;
	u8 *buf = kvmalloc(len + more, GFP_NOIO);

	if (!buf) {
		target_copy_held_put(held);
		return TCM_OUT_OF_RESOURCES;
	}
	put_unaligned_be32(more, head + len - 4);
	put_unaligned_be32(len + more - 4, head);
	memcpy(buf, head, len);
	if (held)
		memcpy(buf + len, held->bytes, more);
	target_data_put(cmd, buf, len + more);
	/* it is told once, or not at all (5.17.4.5) */
	if (held && (!cmd->wanted || to_se(cmd)->data_length >= len + more))
		target_copy_lu_discard(cmd_dev(cmd), cmd_sess(cmd), op->id,
				       held);
	target_copy_held_put(held);
	kvfree(buf);
	return TCM_NO_SENSE;
}

/* ---------------------------------------------------------------- LID1 -- */

static sense_reason_t status_1(struct target_cmd *cmd,
			       const struct target_copy_op *op)
{
	static const u8 status[] = {
		[TARGET_COPY_RUNNING]	= 0x00,
		[TARGET_COPY_GOOD]	= 0x01,
		[TARGET_COPY_FAILED]	= 0x02,
		[TARGET_COPY_ABORTED]	= 0x02,
	};
	bool kib = op->bytes > U32_MAX;
	u8 buf[12] = { [3] = sizeof(buf) - 4 };

	buf[4] = status[op->phase] | (op->discarded ? DISCARDED : 0);
	put_unaligned_be16(op->segments, buf + 5);
	buf[7] = kib ? UNITS_KIB : UNITS_BYTES;
	put_unaligned_be32(kib ? op->bytes >> 10 : op->bytes, buf + 8);
	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

static sense_reason_t data_1(struct target_cmd *cmd,
			     const struct target_copy_op *op)
{
	u8 buf[4];

	return send_held(cmd, op, buf, sizeof(buf));
}

static sense_reason_t failure_1(struct target_cmd *cmd,
				const struct target_copy_op *op)
{
	u8 buf[60 + TARGET_SENSE_MAX] = {};
	size_t len = 4, sense;

	if (op->phase == TARGET_COPY_FAILED || op->phase == TARGET_COPY_ABORTED) {
		/* what its command ended with */
		sense = target_sense_format(buf + 60, TARGET_SENSE_MAX,
					    op->reason, &op->fault, true);
		len = 60 + sense;
		buf[56] = target_sense_status(op->reason);
		put_unaligned_be16(sense, buf + 58);
	}
	put_unaligned_be32(len - 4, buf);
	target_data_put(cmd, buf, len);
	return TCM_NO_SENSE;
}

typedef sense_reason_t (*put_fn)(struct target_cmd *cmd,
				 const struct target_copy_op *op);

static sense_reason_t answer_1(struct target_cmd *cmd, put_fn put, bool hold,
			       bool ended)
{
	struct target_copy_op *op = kmalloc(sizeof(*op), GFP_NOIO);
	sense_reason_t reason;

	cmd->scratch = op;
	if (!op)
		return TCM_OUT_OF_RESOURCES;
	reason = find(cmd, target_cdb_bytes(cmd)[2], hold, op);
	if (!reason && ended && op->phase == TARGET_COPY_RUNNING)
		reason = target_sense_cdb(cmd, 2, -1);
	return reason ?: put(cmd, op);
}

sense_reason_t target_copy_status_1(struct target_cmd *cmd)
{
	return answer_1(cmd, status_1, false, false);
}

sense_reason_t target_copy_status_data_1(struct target_cmd *cmd)
{
	return answer_1(cmd, data_1, true, true);
}

sense_reason_t target_copy_status_failure(struct target_cmd *cmd)
{
	return answer_1(cmd, failure_1, false, true);
}

/* One byte has the number of codes. */
#define OPERATING_MAX	(44 + 255)

/* SPC-4 6.22: what a parameter list can have */
sense_reason_t target_copy_status_parameters(struct target_cmd *cmd)
{
	/* SNLID: a list needs no identifier */
	u8 buf[OPERATING_MAX] = { [4] = 0x01 };
	struct target_cursor c;

	target_cursor_init(&c, buf, sizeof(buf));
	target_cursor_take(&c, 43);
	target_copy_list_codes(&c);
	put_unaligned_be32(c.pos - 4, buf);
	put_unaligned_be16(TARGET_COPY_LIST_CSCDS, buf + 8);
	put_unaligned_be16(TARGET_COPY_LIST_SEGMENTS, buf + 10);
	put_unaligned_be32(TARGET_COPY_LIST_DESCRIPTORS, buf + 12);
	put_unaligned_be32(TARGET_COPY_PAGE_SEGMENT_BYTES, buf + 16);
	put_unaligned_be32(TARGET_COPY_HELD_MAX, buf + 24);
	put_unaligned_be16(TARGET_COPY_LU_RUNNING, buf + 34);
	buf[36] = TARGET_COPY_LU_RUNNING;
	buf[37] = cmd_dev(cmd)->block_shift;
	buf[39] = TARGET_COPY_HELD_SHIFT;
	target_data_put(cmd, buf, c.pos);
	return TCM_NO_SENSE;
}

/* ---------------------------------------------------------------- LID4 -- */

static u8 status_of(const struct target_copy_op *op)
{
	switch (op->phase) {
	case TARGET_COPY_RUNNING:
		return op->immed ? STATUS_BACKGROUND : STATUS_FOREGROUND;
	case TARGET_COPY_GOOD:
		return op->partial ? STATUS_PARTIAL : STATUS_GOOD;
	case TARGET_COPY_ABORTED:
		return STATUS_ABORTED;
	default:
		return STATUS_FAILED;
	}
}

/* EXTENDED COPY COMPLETION STATUS (SPC-4 table 250) */
static u8 completion_of(const struct target_copy_op *op)
{
	switch (op->phase) {
	case TARGET_COPY_RUNNING:
		return 0;
	case TARGET_COPY_ABORTED:
		return SAM_STAT_TASK_ABORTED;
	default:
		return target_sense_status(op->reason);
	}
}

/* What all answers begin with; returns how long that is */
static size_t put_header_4(struct target_cmd *cmd, u8 *p,
			   const struct target_copy_op *op, bool blocks)
{
	unsigned int shift = blocks ? cmd_dev(cmd)->block_shift : 0;
	size_t sense = put_sense(p + HEADER_4, op);

	p[4] = op->sa;
	p[5] = status_of(op);
	put_unaligned_be16(op->ios, p + 6);
	put_unaligned_be32(op->phase == TARGET_COPY_RUNNING ? ASK_AGAIN :
							      U32_MAX - 1,
			   p + 8);
	p[12] = completion_of(op);
	p[13] = sense;
	p[14] = sense;
	p[15] = blocks ? UNITS_BLOCKS : UNITS_BYTES;
	put_unaligned_be64(op->bytes >> shift, p + 16);
	/* blocks are counted by those that have no segments */
	put_unaligned_be16(blocks ? 0 : op->segments, p + 24);
	return HEADER_4 + sense;
}

/* An answer: the operation, and behind it the bytes to send */
struct answer {
	struct target_copy_op	op;
	u8			bytes[HEADER_4 + TARGET_SENSE_MAX + 4 + 2 +
				      TARGET_COPY_LU_TOKEN];
};

static struct answer *begin_4(struct target_cmd *cmd, bool hold,
			      sense_reason_t *reason)
{
	struct answer *answer = kzalloc(sizeof(*answer), GFP_NOIO);

	cmd->scratch = answer;
	*reason = TCM_OUT_OF_RESOURCES;
	if (answer)
		*reason = find(cmd, get_unaligned_be32(target_cdb_bytes(cmd) + 2),
			       hold, &answer->op);
	return answer;
}

static sense_reason_t send_4(struct target_cmd *cmd, struct answer *answer,
			     size_t len)
{
	put_unaligned_be32(len - 4, answer->bytes);
	target_data_put(cmd, answer->bytes, len);
	return TCM_NO_SENSE;
}

sense_reason_t target_copy_status_4(struct target_cmd *cmd)
{
	sense_reason_t reason;
	struct answer *answer = begin_4(cmd, false, &reason);

	return reason ?: send_4(cmd, answer,
				put_header_4(cmd, answer->bytes, &answer->op,
					     false));
}

/* The same, and held data */
sense_reason_t target_copy_status_data_4(struct target_cmd *cmd)
{
	sense_reason_t reason;
	struct answer *answer = begin_4(cmd, true, &reason);
	size_t len;

	if (reason)
		return reason;
	len = put_header_4(cmd, answer->bytes, &answer->op, false) + 4;
	if (answer->op.discarded)
		answer->bytes[5] |= DISCARDED;
	return send_held(cmd, &answer->op, answer->bytes, len);
}

/* SPC-4 6.25; blocks are counted, as SBC-3 5.21 has it */
sense_reason_t target_copy_status_token(struct target_cmd *cmd)
{
	sense_reason_t reason;
	struct answer *answer = begin_4(cmd, false, &reason);
	size_t len;
	u8 *p;

	if (reason)
		return reason;
	len = put_header_4(cmd, answer->bytes, &answer->op, true);
	p = answer->bytes + len;
	len += 4;
	if (answer->op.has_token) {
		put_unaligned_be32(2 + TARGET_COPY_LU_TOKEN, p);
		memcpy(p + 6, answer->op.token, TARGET_COPY_LU_TOKEN);
		len += 2 + TARGET_COPY_LU_TOKEN;
	}
	return send_4(cmd, answer, len);
}

/* Of this logical unit; without what a token can be used with */
sense_reason_t target_copy_status_all_tokens(struct target_cmd *cmd)
{
	size_t room = 8 + TARGET_COPY_TOKEN_MAX * TARGET_COPY_TOKEN_REPORT;
	u8 *p = kvzalloc(room, GFP_NOIO);
	unsigned int count;

	cmd->scratch = p;
	if (!p)
		return TCM_OUT_OF_RESOURCES;
	count = target_copy_token_list(cmd_dev(cmd), p + 8,
				       TARGET_COPY_TOKEN_MAX);
	room = 8 + count * TARGET_COPY_TOKEN_REPORT;
	put_unaligned_be32(room - 4, p);
	target_data_put(cmd, p, room);
	return TCM_NO_SENSE;
}
