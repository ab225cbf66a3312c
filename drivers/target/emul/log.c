// SPDX-License-Identifier: GPL-2.0-only
/*
 * LOG SENSE (SPC-5 6.9) and LOG SELECT (6.8); the pages are in log_pages.c.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../core/complete.h"
#include "../core/sense.h"
#include "aside.h"
#include "cdb.h"
#include "handlers.h"
#include "log_pages.h"
#include "lu.h"
#include "ua.h"

/* PC: cumulative values, and their default; there are no thresholds */
#define CUMULATIVE	0x01
#define DEFAULT		0x03
#define PCR		0x02
#define NOT_SAVED	0x80
#define SPF		0x40

/* ---------------------------------------------------------- LOG SENSE -- */

/* Leave out the parameters before the one that PARAMETER POINTER names. */
static bool skip_to(struct target_cursor *c, u16 pointer)
{
	size_t at = TARGET_LOG_HEADER, len;

	while (at < c->pos && get_unaligned_be16(c->data + at) < pointer)
		at += 4 + c->data[at + 3];
	if (at >= c->pos)
		return false;
	len = c->pos - at;
	memmove(c->data + TARGET_LOG_HEADER, c->data + at, len);
	c->pos = TARGET_LOG_HEADER + len;
	return true;
}

static sense_reason_t build(struct target_cmd *cmd,
			    const struct target_log_page *page,
			    struct target_cursor *c)
{
	u16 pointer = get_unaligned_be16(target_cdb_bytes(cmd) + 5);
	struct target_dev *dev = cmd_dev(cmd);

	if (!page->build) {
		target_log_pages_subpages(target_cdb_bytes(cmd)[2] & 0x3f, c);
	} else if (page->asks) {
		page->build(dev, c);
	} else {
		scoped_guard(mutex, &dev->emul->mode_lock)
			page->build(dev, c);
	}
	if (WARN_ON_ONCE(c->bad))
		return TCM_TARGET_FAILURE;
	/* the lists of pages have no parameters */
	if (pointer && (!page->page || !skip_to(c, pointer)))
		return target_sense_cdb(cmd, 5, -1);
	return TCM_NO_SENSE;
}

static sense_reason_t answer(struct target_cmd *cmd,
			     const struct target_log_page *page)
{
	const u8 *cdb = target_cdb_bytes(cmd);
	struct target_cursor c;
	sense_reason_t reason;
	u8 *header;

	target_cursor_init(&c, cmd->scratch, TARGET_LOG_ROOM);
	header = target_cursor_take(&c, TARGET_LOG_HEADER);
	reason = build(cmd, page, &c);
	if (reason)
		return reason;
	/* DS is 1: none is saved */
	header[0] = NOT_SAVED | (page->subpage ? SPF : 0) | (cdb[2] & 0x3f);
	header[1] = page->subpage;
	put_unaligned_be16(c.pos - TARGET_LOG_HEADER, header + 2);
	target_data_put(cmd, header, c.pos);
	return TCM_NO_SENSE;
}

static const struct target_log_page *page_of(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);

	return target_log_pages_find(cmd_dev(cmd), cdb[2] & 0x3f, cdb[3]);
}

static void answer_aside(struct target_cmd *cmd, blk_status_t sts)
{
	target_complete(cmd, answer(cmd, page_of(cmd)));
}

sense_reason_t target_log_sense(struct target_cmd *cmd)
{
	const struct target_log_page *page = page_of(cmd);
	const u8 *cdb = target_cdb_bytes(cmd);

	if (!page)
		return target_sense_cdb(cmd, cdb[3] ? 3 : 2, cdb[3] ? -1 : 5);
	if (cdb[2] >> 6 != CUMULATIVE && page->counters)
		return target_sense_cdb(cmd, 2, 7);
	cmd->scratch = kvzalloc(TARGET_LOG_ROOM, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	if (page->asks)
		return target_aside_run(&cmd_dev(cmd)->emul->asker, cmd,
					answer_aside);
	return answer(cmd, page);
}

/* --------------------------------------------------------- LOG SELECT -- */

/* SPC-5 6.8.1 */
static void tell_others(struct target_cmd *cmd)
{
	target_ua_add_others(cmd_dev(cmd), cmd->itl, TARGET_UA_LOG_CHANGED);
}

/*
 * Without a list: PCR resets all that there is in all pages, or in the one that
 * is named, and PC can ask for its counters alone (SPC-5 table 186).
 */
static sense_reason_t reset(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);
	bool pcr = cdb[1] & PCR, all = !(cdb[2] & 0x3f) && !cdb[3];
	struct target_dev *dev = cmd_dev(cmd);
	const struct target_log_page *page;
	size_t count, i;

	if (!page_of(cmd))
		return target_sense_cdb(cmd, cdb[3] ? 3 : 2, cdb[3] ? -1 : 5);
	if (!pcr && cdb[2] >> 6 != DEFAULT)
		return TCM_NO_SENSE;
	guard(mutex)(&dev->emul->mode_lock);
	page = target_log_pages_all(&count);
	for (i = 0; i < count; i++) {
		if (page[i].reset && (pcr || page[i].counters) &&
		    (all || page[i].page == (cdb[2] & 0x3f)))
			page[i].reset(dev);
	}
	tell_others(cmd);
	return TCM_NO_SENSE;
}

/* One page 0Fh at a time; nothing else can be written. */
static sense_reason_t parse_client(struct target_cmd *cmd,
				   struct target_cursor *c, u8 *client)
{
	size_t at, end;
	int code, last = -1;
	u8 *p;
	u8 len;

	if (target_cursor_get8(c) != TARGET_LOG_CLIENT)
		return target_sense_param(cmd, 0, 5);
	if (target_cursor_get8(c))
		return target_sense_param(cmd, 1, -1);
	end = target_cursor_get16(c);
	if (c->bad || end > c->len - c->pos)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	/* pages and parameters are in ascending order (SPC-5 7.3.2) */
	if (end < c->len - c->pos)
		return target_sense_param(cmd, c->pos + end, 5);
	while (c->pos < c->len) {
		at = c->pos;
		code = target_cursor_get16(c);
		target_cursor_get8(c);
		len = target_cursor_get8(c);
		p = target_cursor_take(c, len);
		if (!p)
			return target_sense_param(cmd, 2, -1);
		if (code >= TARGET_LU_CLIENT || code <= last)
			return target_sense_param(cmd, at, -1);
		last = code;
		if (len != TARGET_LU_CLIENT_LEN)
			return target_sense_param(cmd, at + 3, -1);
		memcpy(client + code * TARGET_LU_CLIENT_LEN, p, len);
	}
	return TCM_NO_SENSE;
}

/* The list takes effect as a whole: it is applied to a copy. */
static sense_reason_t write_client(struct target_cmd *cmd, void *list)
{
	const size_t size = TARGET_LU_CLIENT * TARGET_LU_CLIENT_LEN;
	struct target_log *log = &cmd_dev(cmd)->emul->log;
	struct target_cursor c;
	sense_reason_t reason;
	u8 *client;

	client = kvzalloc(size, GFP_KERNEL);
	if (!client)
		return TCM_OUT_OF_RESOURCES;
	guard(mutex)(&cmd_dev(cmd)->emul->mode_lock);
	if (log->client)
		memcpy(client, log->client, size);
	target_cursor_init(&c, list, to_se(cmd)->data_length);
	reason = parse_client(cmd, &c, client);
	if (!reason) {
		swap(log->client, client);
		tell_others(cmd);
	}
	kvfree(client);
	return reason;
}

sense_reason_t target_log_select(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);
	size_t len = to_se(cmd)->data_length;

	if (!cmd->wanted)
		return reset(cmd);
	if (cdb[1] & PCR)
		return target_sense_cdb(cmd, 7, -1);
	/* the pages are named in the list (SPC-5 6.8) */
	if (cdb[2] & 0x3f)
		return target_sense_cdb(cmd, 2, 5);
	if (cdb[3])
		return target_sense_cdb(cmd, 3, -1);
	if (len < cmd->wanted)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	cmd->scratch = kvmalloc(len, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	target_data_get(cmd, cmd->scratch, 0, len);
	return write_client(cmd, cmd->scratch);
}
