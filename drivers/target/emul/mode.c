// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE and MODE SELECT (SPC-5 6.13 to 6.16, 7.5): one row a page, in
 * mode_page.c, and one row for each value in it that can change, in mode_field.c.
 * What can be changed, its current, default and saved value, and what MODE
 * SELECT does all come from these rows.
 */
#include <linux/bitops.h>
#include <linux/slab.h>
#include "../core/complete.h"
#include "../core/device.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "../core/state.h"
#include "access.h"
#include "aside.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"
#include "mode.h"
#include "mode_field.h"
#include "mode_page.h"
#include "mode_saved.h"
#include "ua.h"

#define ALL_PAGES	0x3f
#define ALL_SUBPAGES	0xff
/* Header, long block descriptor and all pages and subpages */
#define ANSWER_ROOM	2048
/* PS of a page, and SP of MODE SELECT */
#define PS		0x80
#define SP		0x01

/* -------------------------------------------------------------- values -- */

static u32 value_of(unsigned int i, const struct target_dev *dev,
		    enum target_mode_pc pc)
{
	const struct target_mode_field *field = target_mode_field_row(i);

	switch (pc) {
	case TARGET_MODE_CURRENT:
		return field->get(dev);
	case TARGET_MODE_DEFAULT:
		return field->initial(dev);
	case TARGET_MODE_SAVED:
		return READ_ONCE(dev->emul->saved[i]);
	default:
		return target_mode_field_fixed(field, dev) ? 0 : U32_MAX;
	}
}

static void fill_page(const struct target_dev *dev, enum target_mode_pc pc,
		      const struct target_mode_page *page, u8 proto_id, u8 *out)
{
	size_t header = target_mode_page_header(page->head);
	const struct target_mode_field *field;
	unsigned int i;

	target_mode_page_fill(dev, page, proto_id, out);
	if (pc == TARGET_MODE_CHANGEABLE)
		memset(out + header, 0, page->len - header);
	for (i = 0; i < TARGET_MODE_FIELDS; i++) {
		field = target_mode_field_row(i);
		if (field->page != page->head[0] ||
		    target_mode_field_absent(field, dev))
			continue;
		target_mode_field_place(field, value_of(i, dev, pc), out);
		/* what can be changed can be saved */
		if (!target_mode_field_fixed(field, dev))
			out[0] |= PS;
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
	const struct target_mode_field *field;
	unsigned int i;

	for (i = 0; i < TARGET_MODE_FIELDS; i++) {
		field = target_mode_field_row(i);
		if (field->page != page->head[0] ||
		    target_mode_field_absent(field, cmd_dev(cmd)))
			continue;
		want[i] = target_mode_field_take(field, p);
		if (!target_mode_field_legal(field, want[i]))
			return target_sense_param(cmd, at + field->byte,
						  fls(field->mask) - 1);
	}
	if (page->apart && (p[2] & page->apart) == page->apart)
		return target_sense_param(cmd, at + 2, fls(page->apart) - 1);
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

	for (i = 0; i < TARGET_MODE_FIELDS; i++)
		want[i] = target_mode_field_row(i)->get(cmd_dev(cmd));
	target_cursor_init(&c, list, len);
	reason = parse_header(cmd, &c, ten);
	while (!reason && c.pos < c.len)
		reason = parse_page(cmd, &c, want);
	return reason;
}

static sense_reason_t apply(struct target_cmd *cmd,
			    const u32 want[TARGET_MODE_FIELDS])
{
	const struct target_mode_field *field;
	struct target_dev *dev = cmd_dev(cmd);
	bool changed = false, failed = false;
	unsigned int i;

	lockdep_assert_held(&dev->emul->mode_lock);

	for (i = 0; i < TARGET_MODE_FIELDS && !failed; i++) {
		field = target_mode_field_row(i);
		if (want[i] == field->get(dev))
			continue;
		failed = target_mode_field_set(field, dev, want[i]);
		changed = true;
	}
	if (changed)
		target_ua_add_others(dev, cmd->itl, TARGET_UA_MODE_CHANGED);
	return failed ? TCM_TARGET_FAILURE : TCM_NO_SENSE;
}

static sense_reason_t parse(struct target_cmd *cmd,
			    u32 want[TARGET_MODE_FIELDS])
{
	lockdep_assert_held(&cmd_dev(cmd)->emul->mode_lock);

	/* SP without a list saves what is so */
	if (!cmd->wanted)
		return TCM_NO_SENSE;
	return target_mode_parse(cmd, cmd->scratch, to_se(cmd)->data_length,
				 cmd->op->cdb_len == 10, want);
}

static sense_reason_t change(struct target_cmd *cmd)
{
	u32 want[TARGET_MODE_FIELDS];
	sense_reason_t reason;

	guard(mutex)(&cmd_dev(cmd)->emul->mode_lock);
	reason = parse(cmd, want);
	return reason || !cmd->wanted ? reason : apply(cmd, want);
}

static bool has_cache(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_write_cache);
}

/*
 * Behind a WCE that goes from 1 to 0, initiators send no SYNCHRONIZE CACHE any
 * more for what they wrote before, so that is written first (SBC-4 6.5.6).
 */
static sense_reason_t carry_out(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	bool before = has_cache(dev);
	sense_reason_t reason = change(cmd);

	if (reason || !before || has_cache(dev) || READ_ONCE(dev->dead))
		return reason;
	target_io_flush(cmd);
	return TCM_PENDING;
}

/*
 * What is to be saved is durable before it counts.  That takes as long as the
 * disk which dbroot is on, so no lock is held meanwhile.
 */
static sense_reason_t save(struct target_cmd *cmd)
{
	u32 want[TARGET_MODE_FIELDS], before[TARGET_MODE_FIELDS];
	struct target_dev *dev = cmd_dev(cmd);
	sense_reason_t reason;
	unsigned int i;

	/* who aborted it was told that it is over */
	if (target_state_aborted(cmd))
		return TCM_TASK_ABORTED;
	for (i = 0; i < TARGET_MODE_FIELDS; i++) {
		before[i] = READ_ONCE(dev->emul->saved[i]);
		want[i] = target_mode_field_row(i)->get(dev);
	}
	scoped_guard(mutex, &dev->emul->mode_lock)
		reason = parse(cmd, want);
	if (reason)
		return reason;
	if (target_mode_saved_write(dev, want))
		return TCM_TARGET_FAILURE;
	/* what the administrator wrote meanwhile counts more */
	for (i = 0; i < TARGET_MODE_FIELDS; i++)
		cmpxchg(&dev->emul->saved[i], before[i], want[i]);
	return target_state_aborted(cmd) ? TCM_TASK_ABORTED : carry_out(cmd);
}

static void save_aside(struct target_cmd *cmd, blk_status_t sts)
{
	sense_reason_t reason = save(cmd);

	if (reason != TCM_PENDING)
		target_complete(cmd, reason);
}

static sense_reason_t save_later(struct target_cmd *cmd)
{
	return target_aside_run(&cmd_dev(cmd)->emul->keeper, cmd, save_aside);
}

sense_reason_t target_mode_select(struct target_cmd *cmd)
{
	size_t len = to_se(cmd)->data_length;
	const u8 *cdb = target_cdb_bytes(cmd);
	bool save = cdb[1] & SP;

	if (!cmd->wanted)
		return save ? save_later(cmd) : TCM_NO_SENSE;
	if (!(cdb[1] & 0x10))	/* PF */
		return target_sense_cdb(cmd, 1, 4);
	if (len < cmd->wanted)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	cmd->scratch = kvmalloc(len, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	target_data_get(cmd, cmd->scratch, 0, len);
	return save ? save_later(cmd) : carry_out(cmd);
}

/* -------------------------------------------------------- comes and goes -- */

/* Until it is loaded: what there is, and defaults of what only it has. */
static u32 unsaved(const struct target_mode_field *field,
		   const struct target_dev *dev)
{
	return field->attrib == TARGET_MODE_NO_ATTRIB ? field->initial(dev) :
							field->get(dev);
}

void target_mode_init(struct target_dev *dev)
{
	unsigned int i;

	for (i = 0; i < TARGET_MODE_FIELDS; i++)
		dev->emul->saved[i] = unsaved(target_mode_field_row(i), dev);
}

/**
 * target_mode_recall - a logical unit has the values that were saved for it
 * @dev: logical unit that nobody sees yet
 * @kept: the values, by row of mode_field.c
 * @found: BIT() of each of them that there is
 *
 * An attribute that an administrator wrote is as it was written.
 *
 * Context: process, dev->mutex is held.
 */
void target_mode_recall(struct target_dev *dev,
			const u32 kept[TARGET_MODE_FIELDS], u32 found)
{
	const struct target_mode_field *field;
	unsigned int i;
	u32 value;

	for (i = 0; i < TARGET_MODE_FIELDS; i++) {
		field = target_mode_field_row(i);
		value = kept[i];
		if (!(found & BIT(i)) || target_mode_field_fixed(field, dev) ||
		    !target_mode_field_recall(field, dev, value))
			value = unsaved(field, dev);
		WRITE_ONCE(dev->emul->saved[i], value);
	}
}

/**
 * target_mode_written - an administrator wrote an attribute
 * @dev: logical unit
 * @attrib: enum target_attrib_id
 *
 * That is what a reset goes back to from now on.
 */
void target_mode_written(struct target_dev *dev, unsigned int attrib)
{
	const struct target_mode_field *field;
	unsigned int i;

	for (i = 0; i < TARGET_MODE_FIELDS; i++) {
		field = target_mode_field_row(i);
		if (field->attrib == attrib)
			WRITE_ONCE(dev->emul->saved[i], field->get(dev));
	}
}

/**
 * struct mode_flush - a flush that no command waits for
 * @dev: logical unit, in use
 * @io: the flush
 */
struct mode_flush {
	struct target_dev	*dev;
	struct target_io	io;
};

static void flush_done(struct target_io *io, blk_status_t sts)
{
	struct mode_flush *flush = container_of(io, struct mode_flush, io);

	if (sts)
		atomic_long_inc(&flush->dev->write_errors);
	target_device_unuse(flush->dev);
	kfree(flush);
}

/* WCE goes from 1 to 0: what was written before is made durable. */
static void drop_cache(const struct target_mode_field *field,
		       struct target_dev *dev, u32 value)
{
	struct mode_flush *flush = kzalloc(sizeof(*flush), GFP_KERNEL);

	if (!flush || target_mode_field_set(field, dev, value) ||
	    !target_device_use_live(dev)) {
		kfree(flush);
		return;
	}
	flush->dev = dev;
	flush->io.op = TARGET_IO_FLUSH;
	flush->io.done = flush_done;
	dev->backend->ops->submit(dev->backend, &flush->io);
}

/**
 * target_mode_reset - every value that can be changed is as it was saved
 * @dev: logical unit that is reset (SAM-5 6.3.3)
 *
 * Context: process.
 */
void target_mode_reset(struct target_dev *dev)
{
	const struct target_mode_field *field;
	unsigned int i;
	bool cache;
	u32 value;

	for (i = 0; i < TARGET_MODE_FIELDS; i++) {
		field = target_mode_field_row(i);
		value = READ_ONCE(dev->emul->saved[i]);
		cache = field->attrib == TARGET_ATTRIB_emulate_write_cache;
		if (value == field->get(dev) ||
		    target_mode_field_fixed(field, dev))
			continue;
		if (cache && !value && !READ_ONCE(dev->dead))
			drop_cache(field, dev, value);
		else
			target_mode_field_set(field, dev, value);
	}
}
