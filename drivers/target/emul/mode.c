// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE and MODE SELECT (SPC-5 6.13 to 6.16, 7.5): one row a page, and
 * one row for each value in it that is not constant.  What can be changed, its
 * current and its default value, and what MODE SELECT does all come from these
 * rows.  A value that is an attribute too is kept there and nowhere else.
 */
#include <linux/bitops.h>
#include <linux/slab.h>
#include "../core/attrib.h"
#include "../core/sense.h"
#include "access.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"
#include "mode.h"
#include "ua.h"

#define ALL_PAGES	0x3f
#define ALL_SUBPAGES	0xff
/* Header, long block descriptor and all pages */
#define ANSWER_ROOM	128

/* -------------------------------------------------------------- pages -- */

/* Read-Write Error Recovery (SBC-4 6.5.10) */
static const u8 error_recovery[] = { 0x01, 0x0a, [11] = 0 };

/* Caching (SBC-4 6.5.6) */
static const u8 caching[] = {
	0x08, 0x12,
	[12] = 0x20,		/* DRA: no read-ahead of our own */
	[19] = 0,
};

/* Control (SPC-5 7.5.10) */
static const u8 control[] = {
	0x0a, 0x0a,
	[2] = 0x02,		/* GLTSD */
	[3] = 0x10,		/* QUEUE ALGORITHM MODIFIER: unrestricted */
	[8] = 0xff, 0xff,	/* BUSY TIMEOUT PERIOD: unlimited */
	[10] = 0x00, 0x1e,	/* EXTENDED SELF-TEST COMPLETION TIME */
};

/* Informational Exceptions Control (SPC-5 7.5.16) */
static const u8 exceptions[] = { 0x1c, 0x0a, [11] = 0 };

static const struct {
	const u8	*bytes;
	u8		len;
} pages[] = {
	{ error_recovery, sizeof(error_recovery) },
	{ caching, sizeof(caching) },
	{ control, sizeof(control) },
	{ exceptions, sizeof(exceptions) },
};

/* ------------------------------------------------------------- values -- */

/**
 * struct mode_field - a value in a page that is not constant
 * @page: page code
 * @byte: byte of the page
 * @mask: bits there
 * @legal: BIT() of each value that it may have
 * @get: its value
 * @initial: its default
 * @set: give it a value: 0 or an errno
 * @fixed: it cannot be changed, on this logical unit; may be NULL
 */
struct mode_field {
	u8	page;
	u8	byte;
	u8	mask;
	u8	legal;
	u8	(*get)(const struct target_dev *dev);
	u8	(*initial)(const struct target_dev *dev);
	int	(*set)(struct target_dev *dev, u8 value);
	bool	(*fixed)(const struct target_dev *dev);
};

static u8 zero(const struct target_dev *dev)
{
	return 0;
}

static u8 one(const struct target_dev *dev)
{
	return 1;
}

static u8 get_wce(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_write_cache);
}

static u8 medium_wce(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.write_cache);
}

static int set_wce(struct target_dev *dev, u8 value)
{
	return target_attrib_change(dev,
				    target_attrib_row(TARGET_ATTRIB_emulate_write_cache),
				    value);
}

static bool wce_is_fixed(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.write_cache_fixed);
}

static u8 get_d_sense(const struct target_dev *dev)
{
	return READ_ONCE(dev->d_sense);
}

static int set_d_sense(struct target_dev *dev, u8 value)
{
	WRITE_ONCE(dev->d_sense, value);
	return 0;
}

static u8 get_swp(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->swp);
}

static int set_swp(struct target_dev *dev, u8 value)
{
	WRITE_ONCE(dev->emul->swp, value);
	return 0;
}

static u8 get_tas(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_tas);
}

static int set_tas(struct target_dev *dev, u8 value)
{
	return target_attrib_change(dev,
				    target_attrib_row(TARGET_ATTRIB_emulate_tas),
				    value);
}

/* 0, 1 and 2 of the attribute are 00b, 10b and 11b; 01b is reserved */
static u8 get_ua_intlck(const struct target_dev *dev)
{
	u32 value = READ_ONCE(dev->attr.emulate_ua_intlck_ctrl);

	return value ? value + 1 : 0;
}

static int set_ua_intlck(struct target_dev *dev, u8 value)
{
	return target_attrib_change(dev,
				    target_attrib_row(TARGET_ATTRIB_emulate_ua_intlck_ctrl),
				    value ? value - 1 : 0);
}

#define BOOLEAN	(BIT(0) | BIT(1))

static const struct mode_field fields[TARGET_MODE_FIELDS] = {
	/* WCE */
	{ 0x08, 2, 0x04, BOOLEAN, get_wce, medium_wce, set_wce, wce_is_fixed },
	/* D_SENSE */
	{ 0x0a, 2, 0x04, BOOLEAN, get_d_sense, zero, set_d_sense },
	/* UA_INTLCK_CTRL */
	{ 0x0a, 4, 0x30, BIT(0) | BIT(2) | BIT(3), get_ua_intlck, zero,
	  set_ua_intlck },
	/* SWP */
	{ 0x0a, 4, 0x08, BOOLEAN, get_swp, zero, set_swp },
	/* TAS */
	{ 0x0a, 5, 0x40, BOOLEAN, get_tas, one, set_tas },
};

static u8 place(const struct mode_field *field, u8 value)
{
	return value << (ffs(field->mask) - 1) & field->mask;
}

static u8 take(const struct mode_field *field, const u8 *page)
{
	return (page[field->byte] & field->mask) >> (ffs(field->mask) - 1);
}

static u8 value_of(const struct mode_field *field,
		   const struct target_dev *dev, enum target_mode_pc pc)
{
	if (pc == TARGET_MODE_CURRENT)
		return place(field, field->get(dev));
	if (pc == TARGET_MODE_DEFAULT)
		return place(field, field->initial(dev));
	return field->fixed && field->fixed(dev) ? 0 : field->mask;
}

static void fill_page(const struct target_dev *dev, enum target_mode_pc pc,
		      const u8 *bytes, size_t len, u8 *out)
{
	unsigned int i;

	memcpy(out, bytes, len);
	if (pc == TARGET_MODE_CHANGEABLE)
		memset(out + 2, 0, len - 2);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].page == bytes[0])
			out[fields[i].byte] |= value_of(&fields[i], dev, pc);
	}
}

/**
 * target_mode_pages - write mode pages
 * @dev: logical unit
 * @pc: which of their values
 * @page: page code, 3Fh for all
 * @c: where they go
 *
 * Return: false if there is no such page
 */
bool target_mode_pages(const struct target_dev *dev, enum target_mode_pc pc,
		       u8 page, struct target_cursor *c)
{
	bool found = false;
	unsigned int i;
	u8 *out;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (page != ALL_PAGES && page != pages[i].bytes[0])
			continue;
		found = true;
		out = target_cursor_take(c, pages[i].len);
		if (out)
			fill_page(dev, pc, pages[i].bytes, pages[i].len, out);
	}
	return found;
}

/* Initiators' settings that do not outlive a reset of the logical unit. */
void target_mode_reset(struct target_dev *dev)
{
	WRITE_ONCE(dev->d_sense, false);
	WRITE_ONCE(dev->emul->swp, false);
}

/* --------------------------------------------------------- MODE SENSE -- */

static void put_short_descriptor(const struct target_dev *dev,
				 struct target_cursor *c)
{
	u8 *p = target_cursor_take(c, 8);

	if (!p)
		return;
	put_unaligned_be32(min_t(u64, READ_ONCE(dev->nr_blocks), U32_MAX), p);
	put_unaligned_be32(target_dev_block_size(dev), p + 4);
}

static void put_long_descriptor(const struct target_dev *dev,
				struct target_cursor *c)
{
	u8 *p = target_cursor_take(c, 16);

	if (!p)
		return;
	put_unaligned_be64(READ_ONCE(dev->nr_blocks), p);
	put_unaligned_be32(0, p + 8);
	put_unaligned_be32(target_dev_block_size(dev), p + 12);
}

/* DEVICE-SPECIFIC PARAMETER (SBC-4 6.5.2) */
static u8 device_specific(struct target_cmd *cmd)
{
	return (target_access_read_only(cmd) ? 0x80 : 0) |
	       (READ_ONCE(cmd_dev(cmd)->attr.emulate_fua_write) ? 0x10 : 0);
}

static void put_header_6(u8 *p, size_t len, u8 specific, size_t descriptor)
{
	p[0] = len - 1;
	p[2] = specific;
	p[3] = descriptor;
}

static void put_header_10(u8 *p, size_t len, u8 specific, size_t descriptor)
{
	put_unaligned_be16(len - 2, p);
	p[3] = specific;
	p[4] = descriptor == 16;	/* LONGLBA */
	put_unaligned_be16(descriptor, p + 6);
}

sense_reason_t target_mode_sense(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);
	const u8 *cdb = target_cdb_bytes(cmd);
	bool ten = cmd->op->cdb_len == 10;
	size_t header = ten ? 8 : 4, descriptor;
	u8 buf[ANSWER_ROOM] = {};
	struct target_cursor c;
	u8 pc = cdb[2] >> 6;

	if (pc == TARGET_MODE_SAVED)
		return TCM_SAVING_PARAMETERS_NOT_SUPPORTED;
	if (cdb[3] && cdb[3] != ALL_SUBPAGES)
		return target_sense_cdb(cmd, 3, -1);

	target_cursor_init(&c, buf, sizeof(buf));
	target_cursor_take(&c, header);
	if (cdb[1] & 0x10)			/* LLBAA, MODE SENSE(10) only */
		put_long_descriptor(dev, &c);
	else
		put_short_descriptor(dev, &c);
	if (cdb[1] & 0x08)			/* DBD */
		c.pos = header;
	descriptor = c.pos - header;

	if (!target_mode_pages(dev, pc, cdb[2] & 0x3f, &c))
		return target_sense_cdb(cmd, 2, 5);
	if (WARN_ON_ONCE(c.bad))
		return TCM_TARGET_FAILURE;
	if (ten)
		put_header_10(buf, c.pos, device_specific(cmd), descriptor);
	else
		put_header_6(buf, c.pos, device_specific(cmd), descriptor);
	target_data_put(cmd, buf, c.pos);
	return TCM_NO_SENSE;
}

/* -------------------------------------------------------- MODE SELECT -- */

static sense_reason_t parse_page(struct target_cmd *cmd,
				 struct target_cursor *c,
				 u8 want[TARGET_MODE_FIELDS])
{
	const struct target_dev *dev = cmd_dev(cmd);
	u8 now[32], changeable[32];
	size_t at = c->pos, left = c->len - c->pos;
	const u8 *page = c->data + at;
	unsigned int i;
	u8 diff;

	if (left < 2)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (page[0] & 0x40)			/* SPF: there are no subpages */
		return target_sense_param(cmd, at, 6);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (pages[i].bytes[0] == (page[0] & 0x3f))
			break;
	}
	if (i == ARRAY_SIZE(pages))
		return target_sense_param(cmd, at, 5);
	if (page[1] != pages[i].len - 2)
		return target_sense_param(cmd, at + 1, -1);
	if (!target_cursor_take(c, pages[i].len))
		return TCM_PARAMETER_LIST_LENGTH_ERROR;

	fill_page(dev, TARGET_MODE_CURRENT, pages[i].bytes, pages[i].len, now);
	fill_page(dev, TARGET_MODE_CHANGEABLE, pages[i].bytes, pages[i].len,
		  changeable);
	for (i = 2; i < page[1] + 2; i++) {
		diff = (page[i] ^ now[i]) & ~changeable[i];
		if (diff)
			return target_sense_param(cmd, at + i, fls(diff) - 1);
	}
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].page != (page[0] & 0x3f))
			continue;
		want[i] = take(&fields[i], page);
		if (!(fields[i].legal & BIT(want[i])))
			return target_sense_param(cmd, at + fields[i].byte,
						  fls(fields[i].mask) - 1);
	}
	return TCM_NO_SENSE;
}

/* A descriptor may repeat what is so, but the format stays as it is. */
static sense_reason_t parse_descriptor(struct target_cmd *cmd,
				       struct target_cursor *c, size_t len)
{
	const struct target_dev *dev = cmd_dev(cmd);
	u64 blocks = READ_ONCE(dev->nr_blocks);
	size_t at = c->pos;
	const u8 *p = target_cursor_take(c, len);
	u64 number, max;
	u32 size;

	if (!p)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	number = len == 16 ? get_unaligned_be64(p) : get_unaligned_be32(p);
	max = len == 16 ? U64_MAX : U32_MAX;
	/* 0: as many as there are; all ones: as many as can be (SBC-4 6.5.2) */
	if (number && number != max && number != blocks)
		return target_sense_param(cmd, at, -1);
	size = len == 16 ? get_unaligned_be32(p + 12) :
			   get_unaligned_be32(p + 4) & 0xffffff;
	if (size != target_dev_block_size(dev))
		return target_sense_param(cmd, at + (len == 16 ? 12 : 5), -1);
	return TCM_NO_SENSE;
}

static sense_reason_t parse_header(struct target_cmd *cmd,
				   struct target_cursor *c, bool ten)
{
	const u8 *p = target_cursor_take(c, ten ? 8 : 4);
	size_t len;
	bool longlba;

	if (!p)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	/* MODE DATA LENGTH is reserved here, WP and DPOFUA are ignored */
	if (p[ten ? 2 : 1])
		return target_sense_param(cmd, ten ? 2 : 1, -1);
	longlba = ten && p[4] & 0x01;
	len = ten ? get_unaligned_be16(p + 6) : p[3];
	if (!len)
		return TCM_NO_SENSE;
	if (len != (longlba ? 16 : 8))
		return target_sense_param(cmd, ten ? 6 : 3, -1);
	return parse_descriptor(cmd, c, len);
}

/**
 * target_mode_parse - what a parameter list asks for
 * @cmd: MODE SELECT
 * @list: parameter list
 * @len: bytes of it
 * @ten: of MODE SELECT(10)
 * @want: set to what each value shall be; of pages that are not in the list,
 *	what it is
 *
 * Nothing is changed unless all of the list is good.
 *
 * Return: TCM_NO_SENSE, or why not, with a pointer to the field
 */
sense_reason_t target_mode_parse(struct target_cmd *cmd, u8 *list, size_t len,
				 bool ten, u8 want[TARGET_MODE_FIELDS])
{
	struct target_cursor c;
	sense_reason_t reason;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		want[i] = fields[i].get(cmd_dev(cmd));
	target_cursor_init(&c, list, len);
	reason = parse_header(cmd, &c, ten);
	while (!reason && c.pos < c.len)
		reason = parse_page(cmd, &c, want);
	return reason;
}

static sense_reason_t apply(struct target_cmd *cmd,
			    const u8 want[TARGET_MODE_FIELDS])
{
	struct target_dev *dev = cmd_dev(cmd);
	bool changed = false, failed = false;
	unsigned int i;

	lockdep_assert_held(&dev->emul->mode_lock);

	WRITE_ONCE(dev->emul->mode_task, current);
	for (i = 0; i < ARRAY_SIZE(fields) && !failed; i++) {
		if (want[i] == fields[i].get(dev))
			continue;
		failed = fields[i].set(dev, want[i]);
		changed = true;
	}
	WRITE_ONCE(dev->emul->mode_task, NULL);

	if (changed)
		target_ua_add_others(dev, cmd->itl, TARGET_UA_MODE_CHANGED);
	return failed ? TCM_TARGET_FAILURE : TCM_NO_SENSE;
}

sense_reason_t target_mode_select(struct target_cmd *cmd)
{
	size_t len = to_se(cmd)->data_length;
	u8 want[TARGET_MODE_FIELDS];
	sense_reason_t reason;

	if (!cmd->wanted)
		return TCM_NO_SENSE;
	if (!(target_cdb_bytes(cmd)[1] & 0x10))	/* PF */
		return target_sense_cdb(cmd, 1, 4);
	if (len < cmd->wanted)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	cmd->scratch = kvmalloc(len, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	target_data_get(cmd, cmd->scratch, 0, len);

	guard(mutex)(&cmd_dev(cmd)->emul->mode_lock);
	reason = target_mode_parse(cmd, cmd->scratch, len,
				   cmd->op->cdb_len == 10, want);
	return reason ?: apply(cmd, want);
}
