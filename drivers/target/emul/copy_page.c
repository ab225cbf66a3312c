// SPDX-License-Identifier: GPL-2.0-only
/*
 * VPD page 8Fh, Third-party Copy (SPC-4 7.8.17, SBC-3 6.6.7): one descriptor
 * for each kind of limit, one row for each descriptor.  The commands are those
 * that the opcode table has.
 */
#include <linux/align.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>
#include "copy_held.h"
#include "copy_list.h"
#include "copy_lu.h"
#include "copy_page.h"
#include "copy_token.h"
#include "opindex.h"

/* Is there third-party copy at all? */
bool target_copy_page_has(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_3pc);
}

static u8 *body(struct target_cursor *c, size_t len)
{
	u8 *p = target_cursor_take(c, len);

	if (p)
		memset(p, 0, len);
	return p;
}

static void put_byte(struct target_cursor *c, u8 value)
{
	u8 *p = body(c, 1);

	if (p)
		*p = value;
}

/* Service actions of an operation code that the logical unit has */
static unsigned int put_actions(struct target_cursor *c, u8 op,
				const struct target_dev *dev)
{
	unsigned int count = 0;
	size_t rows, i;
	const struct target_opdef *row = target_opindex_first(op, &rows);

	for (i = 0; i < rows; i++) {
		if (target_opindex_enabled(&row[i], dev)) {
			put_byte(c, row[i].sa);
			count++;
		}
	}
	return count;
}

static void put_commands(struct target_cmd *cmd, struct target_cursor *c)
{
	static const u8 ops[] = { EXTENDED_COPY, RECEIVE_COPY_RESULTS };
	u8 *length = body(c, 1), *head;
	size_t at = c->pos;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		head = body(c, 2);
		if (!head)
			return;
		head[0] = ops[i];
		head[1] = put_actions(c, ops[i], cmd_dev(cmd));
	}
	if (length)
		*length = c->pos - at;
}

static void put_parameters(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 28);

	if (!p)
		return;
	put_unaligned_be16(TARGET_COPY_LIST_CSCDS, p + 4);
	put_unaligned_be16(TARGET_COPY_LIST_SEGMENTS, p + 6);
	put_unaligned_be32(TARGET_COPY_LIST_DESCRIPTORS, p + 8);
}

static void put_descriptors(struct target_cmd *cmd, struct target_cursor *c)
{
	target_copy_list_codes(c);
}

/* Besides indices of CSCD descriptors */
static void put_cscd_ids(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 4);

	if (!p)
		return;
	put_unaligned_be16(2, p);
	put_unaligned_be16(TARGET_COPY_LIST_OWN, p + 2);
}

static void put_general(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 32);

	if (!p)
		return;
	put_unaligned_be32(TARGET_COPY_LU_RUNNING, p);
	put_unaligned_be32(TARGET_COPY_LU_RUNNING, p + 4);
	put_unaligned_be32(TARGET_COPY_PAGE_SEGMENT_BYTES, p + 8);
	p[12] = cmd_dev(cmd)->block_shift;
}

static void put_held(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 28);

	if (!p)
		return;
	put_unaligned_be32(TARGET_COPY_HELD_MAX, p);
	p[4] = TARGET_COPY_HELD_SHIFT;
}

static void put_token_limits(struct target_cmd *cmd, struct target_cursor *c)
{
	unsigned int shift = cmd_dev(cmd)->block_shift;
	u8 *p = body(c, 32);

	if (!p)
		return;
	put_unaligned_be16(TARGET_COPY_TOKEN_RANGES, p + 6);
	put_unaligned_be32(TARGET_COPY_TOKEN_IDLE_MAX, p + 8);
	put_unaligned_be32(TARGET_COPY_TOKEN_IDLE, p + 12);
	put_unaligned_be64(TARGET_COPY_PAGE_TOKEN_BYTES >> shift, p + 16);
	put_unaligned_be64(TARGET_COPY_PAGE_TOKEN_BEST >> shift, p + 24);
}

/* Tokens are of this target, and end sooner or later. */
static void put_token_features(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 44), *block = body(c, 48);

	if (!p || !block)
		return;
	put_unaligned_be32(TARGET_COPY_TOKEN_IDLE_MAX, p + 20);
	put_unaligned_be16(48, p + 42);
	/* block device format, type 00h */
	put_unaligned_be16(44, block + 2);
	put_unaligned_be64(TARGET_COPY_PAGE_TOKEN_BYTES, block + 8);
	put_unaligned_be64(TARGET_COPY_PAGE_TOKEN_BEST, block + 16);
	put_unaligned_be64(TARGET_COPY_PAGE_TOKEN_BEST, block + 24);
	put_unaligned_be64(TARGET_COPY_PAGE_TOKEN_BEST, block + 32);
}

static void put_token_types(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 4 + 2 * 64);

	if (!p)
		return;
	put_unaligned_be16(2 * 64, p + 2);
	put_unaligned_be32(TARGET_COPY_TOKEN_VULNERABLE, p + 4);
	p[8] = 0x03;		/* TOKEN IN, TOKEN OUT */
	put_unaligned_be16(1, p + 10);
	put_unaligned_be32(TARGET_COPY_TOKEN_ZERO, p + 68);
	p[72] = 0x02;		/* TOKEN IN: nobody has to ask for one */
}

static const struct {
	u16	type;
	void	(*put)(struct target_cmd *cmd, struct target_cursor *c);
} descriptors[] = {
	{ 0x0000, put_token_limits },	/* Block Device ROD Token Limits */
	{ 0x0001, put_commands },	/* Supported Commands */
	{ 0x0004, put_parameters },	/* Parameter Data */
	{ 0x0008, put_descriptors },	/* Supported Descriptors */
	{ 0x000c, put_cscd_ids },	/* Supported CSCD Descriptor IDs */
	{ 0x0106, put_token_features },	/* ROD Token Features */
	{ 0x0108, put_token_types },	/* Supported ROD Types */
	{ 0x8001, put_general },	/* General Copy Operations */
	{ 0xc001, put_held },		/* Held Data */
};

/**
 * target_copy_page - body of the page
 * @cmd: INQUIRY
 * @c: where it goes
 */
void target_copy_page(struct target_cmd *cmd, struct target_cursor *c)
{
	unsigned int i;
	size_t at;
	u8 *head;

	for (i = 0; i < ARRAY_SIZE(descriptors); i++) {
		head = body(c, 4);
		at = c->pos;
		if (!head)
			return;
		descriptors[i].put(cmd, c);
		body(c, ALIGN(c->pos - at, 4) - (c->pos - at));
		put_unaligned_be16(descriptors[i].type, head);
		put_unaligned_be16(c->pos - at, head + 2);
	}
}
