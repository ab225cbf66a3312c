// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE and MODE SELECT (SPC-5 6.13 to 6.16, 7.5): one row a page, in
 * mode_page.c, and one row for each value in it that can change, here.  What can be changed, its
 * current and its default value, and what MODE SELECT does all come from these
 * rows.  A value that is an attribute too is kept there and nowhere else.
 */
#include <linux/bitops.h>
#include <linux/slab.h>
#include "../core/attrib.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "access.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"
#include "mode.h"
#include "mode_page.h"
#include "threshold.h"
#include "ua.h"

#define ALL_PAGES	0x3f
#define ALL_SUBPAGES	0xff
/* Header, long block descriptor and all pages and subpages */
#define ANSWER_ROOM	2048

/* ------------------------------------------------------------- values -- */

/**
 * struct mode_field - a value in a page that is not constant
 * @page: first byte of its page
 * @byte: byte of the page
 * @mask: bits there; U32_MAX if it has four bytes
 * @legal: BIT() of each value that it may have; 0 for any
 * @get: its value
 * @initial: its default
 * @set: give it a value: 0 or an errno
 * @fixed: it cannot be changed, on this logical unit; may be NULL
 */
struct mode_field {
	u8	page;
	u8	byte;
	u8	legal;
	u32	mask;
	u32	(*get)(const struct target_dev *dev);
	u32	(*initial)(const struct target_dev *dev);
	int	(*set)(struct target_dev *dev, u32 value);
	bool	(*fixed)(const struct target_dev *dev);
};

static u32 zero(const struct target_dev *dev)
{
	return 0;
}

static u32 one(const struct target_dev *dev)
{
	return 1;
}

static u32 get_wce(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_write_cache);
}

static u32 medium_wce(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.write_cache);
}

static int set_wce(struct target_dev *dev, u32 value)
{
	return target_attrib_change(dev,
				    target_attrib_row(TARGET_ATTRIB_emulate_write_cache),
				    value);
}

static bool wce_is_fixed(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.write_cache_fixed);
}

static u32 get_d_sense(const struct target_dev *dev)
{
	return READ_ONCE(dev->d_sense);
}

static int set_d_sense(struct target_dev *dev, u32 value)
{
	WRITE_ONCE(dev->d_sense, value);
	return 0;
}

static u32 get_qerr(const struct target_dev *dev)
{
	return READ_ONCE(dev->qerr);
}

static int set_qerr(struct target_dev *dev, u32 value)
{
	WRITE_ONCE(dev->qerr, value);
	return 0;
}

static u32 get_swp(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->swp);
}

static int set_swp(struct target_dev *dev, u32 value)
{
	WRITE_ONCE(dev->emul->swp, value);
	return 0;
}

static u32 get_tas(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_tas);
}

static int set_tas(struct target_dev *dev, u32 value)
{
	return target_attrib_change(dev,
				    target_attrib_row(TARGET_ATTRIB_emulate_tas),
				    value);
}

/* 0, 1 and 2 of the attribute are 00b, 10b and 11b; 01b is reserved */
static u32 get_ua_intlck(const struct target_dev *dev)
{
	u32 value = READ_ONCE(dev->attr.emulate_ua_intlck_ctrl);

	return value ? value + 1 : 0;
}

static int set_ua_intlck(struct target_dev *dev, u32 value)
{
	return target_attrib_change(dev,
				    target_attrib_row(TARGET_ATTRIB_emulate_ua_intlck_ctrl),
				    value ? value - 1 : 0);
}

/* Thresholds of logical block provisioning, by their descriptor's number */
static u32 get_available_on(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->thresholds.row[TARGET_AVAILABLE].enabled);
}

static u32 get_available(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->thresholds.row[TARGET_AVAILABLE].count);
}

static u32 get_used_on(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->thresholds.row[TARGET_USED].enabled);
}

static u32 get_used(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->thresholds.row[TARGET_USED].count);
}

static int set_available_on(struct target_dev *dev, u32 value)
{
	target_threshold_enable(dev, TARGET_AVAILABLE, value);
	return 0;
}

static int set_available(struct target_dev *dev, u32 value)
{
	target_threshold_set(dev, TARGET_AVAILABLE, value);
	return 0;
}

static int set_used_on(struct target_dev *dev, u32 value)
{
	target_threshold_enable(dev, TARGET_USED, value);
	return 0;
}

static int set_used(struct target_dev *dev, u32 value)
{
	target_threshold_set(dev, TARGET_USED, value);
	return 0;
}

static bool usage_is_unknown(const struct target_dev *dev)
{
	return !dev->backend->ops->usage;
}

#define BOOLEAN	(BIT(0) | BIT(1))

static const struct mode_field fields[TARGET_MODE_FIELDS] = {
	/* WCE */
	{ 0x08, 2, BOOLEAN, 0x04, get_wce, medium_wce, set_wce, wce_is_fixed },
	/* D_SENSE */
	{ 0x0a, 2, BOOLEAN, 0x04, get_d_sense, zero, set_d_sense },
	/* QERR */
	{ 0x0a, 3, BIT(0) | BIT(1) | BIT(3), 0x06, get_qerr, zero, set_qerr },
	/* UA_INTLCK_CTRL */
	{ 0x0a, 4, BIT(0) | BIT(2) | BIT(3), 0x30, get_ua_intlck, zero,
	  set_ua_intlck },
	/* SWP */
	{ 0x0a, 4, BOOLEAN, 0x08, get_swp, zero, set_swp },
	/* TAS */
	{ 0x0a, 5, BOOLEAN, 0x40, get_tas, one, set_tas },
	/* THRESHOLD COUNT and ENABLED: first descriptor, second descriptor */
	{ 0x5c, 20, 0, U32_MAX, get_available, zero, set_available,
	  usage_is_unknown },
	{ 0x5c, 16, BOOLEAN, 0x80, get_available_on, zero, set_available_on,
	  usage_is_unknown },
	{ 0x5c, 28, 0, U32_MAX, get_used, zero, set_used, usage_is_unknown },
	{ 0x5c, 24, BOOLEAN, 0x80, get_used_on, zero, set_used_on,
	  usage_is_unknown },
};

/* Put a value into its place, among what is there. */
static void place(const struct mode_field *field, u32 value, u8 *page)
{
	if (field->mask == U32_MAX)
		put_unaligned_be32(value, page + field->byte);
	else
		page[field->byte] |= value << (ffs(field->mask) - 1) &
				     field->mask;
}

static u32 take(const struct mode_field *field, const u8 *page)
{
	if (field->mask == U32_MAX)
		return get_unaligned_be32(page + field->byte);
	return (page[field->byte] & field->mask) >> (ffs(field->mask) - 1);
}

static u32 value_of(const struct mode_field *field,
		    const struct target_dev *dev, enum target_mode_pc pc)
{
	if (pc == TARGET_MODE_CURRENT)
		return field->get(dev);
	if (pc == TARGET_MODE_DEFAULT)
		return field->initial(dev);
	return field->fixed && field->fixed(dev) ? 0 : U32_MAX;
}

static void fill_page(const struct target_dev *dev, enum target_mode_pc pc,
		      const struct target_mode_page *page, u8 proto_id, u8 *out)
{
	size_t header = target_mode_page_header(page->head);
	unsigned int i;

	target_mode_page_fill(dev, page, proto_id, out);
	if (pc == TARGET_MODE_CHANGEABLE)
		memset(out + header, 0, page->len - header);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].page == page->head[0])
			place(&fields[i], value_of(&fields[i], dev, pc), out);
	}
}

/**
 * struct mode_question - which pages MODE SENSE asks for
 * @pc: which of their values
 * @page: PAGE CODE, 3Fh for all
 * @subpage: SUBPAGE CODE, FFh for all
 * @proto_id: protocol of the port that asks
 */
struct mode_question {
	enum target_mode_pc	pc;
	u8			page;
	u8			subpage;
	u8			proto_id;
};

/* SPC-5 table 182 */
static bool is_asked(const struct mode_question *q,
		     const struct target_mode_page *page)
{
	u8 subpage = page->head[0] & TARGET_MODE_SPF ? page->head[1] : 0;

	if (q->page != ALL_PAGES && q->page != (page->head[0] & 0x3f))
		return false;
	return q->subpage == ALL_SUBPAGES || q->subpage == subpage;
}

/* False if there is no such page. */
static bool put_pages(const struct target_dev *dev,
		      const struct mode_question *q, struct target_cursor *c)
{
	const struct target_mode_page *page;
	size_t count, i;
	bool found = false;
	u8 *out;

	page = target_mode_page_all(&count);
	for (i = 0; i < count; i++, page++) {
		if (!is_asked(q, page))
			continue;
		found = true;
		out = target_cursor_take(c, page->len);
		if (out)
			fill_page(dev, q->pc, page, q->proto_id, out);
	}
	return found;
}

/* Initiators' settings that do not outlive a reset of the logical unit. */
void target_mode_reset(struct target_dev *dev)
{
	WRITE_ONCE(dev->d_sense, false);
	WRITE_ONCE(dev->qerr, 0);
	WRITE_ONCE(dev->emul->swp, false);
	target_threshold_reset(dev);
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
	struct mode_question question = {
		.pc = cdb[2] >> 6,
		.page = cdb[2] & 0x3f,
		.subpage = cdb[3],
		.proto_id = cmd->link->lun->port->proto_id,
	};
	struct target_cursor c;
	u8 *buf;

	if (question.pc == TARGET_MODE_SAVED)
		return TCM_SAVING_PARAMETERS_NOT_SUPPORTED;
	buf = kzalloc(ANSWER_ROOM, GFP_KERNEL);
	if (!buf)
		return TCM_OUT_OF_RESOURCES;
	cmd->scratch = buf;
	target_cursor_init(&c, buf, ANSWER_ROOM);
	target_cursor_take(&c, header);
	if (cdb[1] & 0x10)			/* LLBAA, MODE SENSE(10) only */
		put_long_descriptor(dev, &c);
	else
		put_short_descriptor(dev, &c);
	if (cdb[1] & 0x08)			/* DBD */
		c.pos = header;
	descriptor = c.pos - header;

	if (!put_pages(dev, &question, &c))
		return cdb[3] ? target_sense_cdb(cmd, 3, -1) :
				target_sense_cdb(cmd, 2, 5);
	if (WARN_ON_ONCE(c.bad))
		return TCM_TARGET_FAILURE;
	/* MODE DATA LENGTH of one byte cannot say how long it is */
	if (!ten && c.pos > U8_MAX + 1)
		return target_sense_cdb(cmd, 3, -1);
	if (ten)
		put_header_10(buf, c.pos, device_specific(cmd), descriptor);
	else
		put_header_6(buf, c.pos, device_specific(cmd), descriptor);
	target_data_put(cmd, buf, c.pos);
	return TCM_NO_SENSE;
}

/* -------------------------------------------------------- MODE SELECT -- */

/* PAGE LENGTH: one byte or two */
static bool length_is_right(const struct target_mode_page *page, const u8 *p)
{
	if (page->head[0] & TARGET_MODE_SPF)
		return get_unaligned_be16(p + 2) == page->len - 4;
	return p[1] == page->len - 2;
}

/* Bits that are not so and cannot become so are refused. */
static sense_reason_t check_page(struct target_cmd *cmd, size_t at,
				 const struct target_mode_page *page,
				 const u8 *p)
{
	u8 proto_id = cmd->link->lun->port->proto_id;
	const struct target_dev *dev = cmd_dev(cmd);
	sense_reason_t reason = TCM_NO_SENSE;
	u8 *now, *changeable, diff;
	size_t i;

	now = kmalloc_array(2, page->len, GFP_KERNEL);
	if (!now)
		return TCM_OUT_OF_RESOURCES;
	changeable = now + page->len;
	fill_page(dev, TARGET_MODE_CURRENT, page, proto_id, now);
	fill_page(dev, TARGET_MODE_CHANGEABLE, page, proto_id, changeable);
	for (i = target_mode_page_header(p); !reason && i < page->len; i++) {
		diff = (p[i] ^ now[i]) & ~changeable[i];
		if (diff)
			reason = target_sense_param(cmd, at + i, fls(diff) - 1);
	}
	kfree(now);
	return reason;
}

static sense_reason_t take_values(struct target_cmd *cmd, size_t at,
				  const struct target_mode_page *page,
				  const u8 *p, u32 want[TARGET_MODE_FIELDS])
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].page != page->head[0])
			continue;
		want[i] = take(&fields[i], p);
		if (fields[i].legal && !(fields[i].legal & BIT(want[i])))
			return target_sense_param(cmd, at + fields[i].byte,
						  fls(fields[i].mask) - 1);
	}
	return TCM_NO_SENSE;
}

static sense_reason_t parse_page(struct target_cmd *cmd,
				 struct target_cursor *c,
				 u32 want[TARGET_MODE_FIELDS])
{
	size_t at = c->pos, left = c->len - c->pos;
	const struct target_mode_page *page;
	const u8 *p = c->data + at;
	sense_reason_t reason;
	bool spf;

	if (left < 2)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	spf = p[0] & TARGET_MODE_SPF;
	/* PS is reserved here */
	page = target_mode_page_find(p[0] & 0x3f, spf ? p[1] : 0, spf);
	if (!page && spf && target_mode_page_find(p[0] & 0x3f, 0, false))
		return target_sense_param(cmd, at + 1, -1);
	if (!page)
		return target_sense_param(cmd, at, 5);
	if (left < target_mode_page_header(p))
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (!length_is_right(page, p))
		return target_sense_param(cmd, at + (spf ? 2 : 1), -1);
	if (!target_cursor_take(c, page->len))
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	reason = check_page(cmd, at, page, p);
	return reason ?: take_values(cmd, at, page, p, want);
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
				 bool ten, u32 want[TARGET_MODE_FIELDS])
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
			    const u32 want[TARGET_MODE_FIELDS])
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

static sense_reason_t change(struct target_cmd *cmd, size_t len)
{
	u32 want[TARGET_MODE_FIELDS];
	sense_reason_t reason;

	guard(mutex)(&cmd_dev(cmd)->emul->mode_lock);
	reason = target_mode_parse(cmd, cmd->scratch, len,
				   cmd->op->cdb_len == 10, want);
	return reason ?: apply(cmd, want);
}

/*
 * Behind a WCE that goes from 1 to 0, initiators send no SYNCHRONIZE CACHE any
 * more for what they wrote before, so that is written first (SBC-4 6.5.6).
 */
sense_reason_t target_mode_select(struct target_cmd *cmd)
{
	size_t len = to_se(cmd)->data_length;
	struct target_dev *dev = cmd_dev(cmd);
	u32 wce = get_wce(dev);
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

	reason = change(cmd, len);
	if (reason || !wce || get_wce(dev) || READ_ONCE(dev->dead))
		return reason;
	target_io_flush(cmd);
	return TCM_PENDING;
}
