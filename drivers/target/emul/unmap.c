// SPDX-License-Identifier: GPL-2.0-only
/*
 * UNMAP (SBC-4 5.31).
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include "../core/complete.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "alua.h"
#include "cdb.h"
#include "copy_token.h"
#include "handlers.h"
#include "unmap.h"

#define HEADER_LEN	8
#define DESCRIPTOR_LEN	16
#define ANCHOR_BIT	0x01

static sense_reason_t check_range(struct target_cmd *cmd,
				  const struct target_unmap_range *range)
{
	u64 end;

	if (check_add_overflow(range->lba, (u64)range->blocks, &end) ||
	    end > READ_ONCE(cmd_dev(cmd)->nr_blocks))
		return target_cdb_outside(cmd, range->lba);
	if (!range->blocks)
		return TCM_NO_SENSE;
	return target_alua_check_blocks(cmd->link, range->lba, range->blocks);
}

static sense_reason_t parse_descriptors(struct target_cmd *cmd,
					struct target_cursor *c,
					struct target_unmap_list *list)
{
	const struct target_attribs *attr = &cmd_dev(cmd)->attr;
	u64 blocks = 0;

	while (c->len - c->pos >= DESCRIPTOR_LEN) {
		struct target_unmap_range *range = &list->ranges[list->count];
		size_t at = c->pos;
		sense_reason_t reason;

		range->lba = target_cursor_get64(c);
		range->blocks = target_cursor_get32(c);
		target_cursor_take(c, 4);
		reason = check_range(cmd, range);
		if (reason)
			return reason;
		/* those that ask for nothing do not count */
		if (!range->blocks)
			continue;
		if (++list->count > READ_ONCE(attr->max_unmap_block_desc_count))
			return target_sense_param(cmd, 2, -1);
		blocks += range->blocks;
		if (blocks > READ_ONCE(attr->max_unmap_lba_count))
			return target_sense_param(cmd, at + 8, -1);
	}
	return TCM_NO_SENSE;
}

/**
 * target_unmap_parse - check a parameter list
 * @cmd: UNMAP
 * @bytes: parameter list
 * @len: bytes of it
 * @list: with room for @len / 16 ranges; set to those that are not empty
 *
 * Return: TCM_NO_SENSE, or why nothing is unmapped
 */
sense_reason_t target_unmap_parse(struct target_cmd *cmd, u8 *bytes, size_t len,
				  struct target_unmap_list *list)
{
	struct target_cursor c;
	size_t descriptors;

	list->count = 0;
	list->at = 0;
	target_cursor_init(&c, bytes, len);
	target_cursor_get16(&c);	/* UNMAP DATA LENGTH says the same */
	descriptors = target_cursor_get16(&c);
	target_cursor_get32(&c);
	if (c.bad)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	/*
	 * Ignored are a fraction of a descriptor at the end, and those that the
	 * parameter list cuts off (SBC-4 5.35.2)
	 */
	c.len = c.pos + min(descriptors, c.len - c.pos);
	return parse_descriptors(cmd, &c, list);
}

/* One that is to be refused has any span. */
void target_unmap_span(struct target_cmd *cmd, u64 *lba, u64 *blocks)
{
	u8 header[HEADER_LEN] = {}, bytes[DESCRIPTOR_LEN];
	size_t at = HEADER_LEN, end;
	u64 first = U64_MAX, last = 0;

	target_data_get(cmd, header, 0, sizeof(header));
	end = HEADER_LEN + get_unaligned_be16(header + 2);
	for (; at + DESCRIPTOR_LEN <= end; at += DESCRIPTOR_LEN) {
		struct target_unmap_range range;

		if (target_data_get(cmd, bytes, at, sizeof(bytes)) < sizeof(bytes))
			break;
		range.lba = get_unaligned_be64(bytes);
		range.blocks = get_unaligned_be32(bytes + 8);
		if (check_range(cmd, &range))
			return;
		if (!range.blocks)
			continue;
		first = min(first, range.lba);
		last = max(last, range.lba + range.blocks);
	}
	*lba = last ? first : 0;
	*blocks = last ? last - first : 0;
}

static enum target_io_op write_zeros(struct target_unmap_list *list, u64 *bytes)
{
	unsigned int i;

	sg_init_table(list->zeros, TARGET_UNMAP_ZEROS);
	for (i = 0; i < TARGET_UNMAP_ZEROS; i++)
		sg_set_page(&list->zeros[i], ZERO_PAGE(0), PAGE_SIZE, 0);
	*bytes = TARGET_UNMAP_ZEROS * PAGE_SIZE;
	return TARGET_IO_WRITE;
}

/*
 * Where unmapped blocks are to read as zeros (LBPRZ), and the medium does not
 * promise that, it is asked for zeros that it may deallocate (SBC-4 4.7.4.5).
 * One that has no such thing gets them as data.  Blocks to be anchored are zeros
 * that it may not deallocate.
 */
static enum target_io_op how(struct target_cmd *cmd, u64 *bytes)
{
	const struct target_dev *dev = cmd_dev(cmd);
	bool anchor = target_cdb_bytes(cmd)[1] & ANCHOR_BIT;

	cmd->io.flags = 0;
	*bytes = READ_ONCE(dev->limits.unmap_max);
	if (!anchor && (!READ_ONCE(dev->attr.unmap_zeroes_data) ||
			READ_ONCE(dev->limits.unmap_zeroes)))
		return TARGET_IO_UNMAP;
	*bytes = READ_ONCE(dev->limits.zero_max);
	if (!*bytes)
		return write_zeros(cmd->scratch, bytes);
	cmd->io.flags = anchor ? 0 : TARGET_IO_MAY_UNMAP;
	return TARGET_IO_ZERO;
}

static void next(struct target_cmd *cmd)
{
	struct target_unmap_list *list = cmd->scratch;
	struct target_unmap_range *range = &list->ranges[list->at];
	u64 lba = range->lba + cmd->pos;
	u64 blocks = range->blocks - cmd->pos;
	u64 max;
	enum target_io_op op = how(cmd, &max);
	bool data = op == TARGET_IO_WRITE;

	max >>= cmd_dev(cmd)->block_shift;
	if (max)
		blocks = min(blocks, max);
	cmd->pos += blocks;
	if (cmd->pos == range->blocks) {
		cmd->pos = 0;
		list->at++;
	}
	target_copy_token_written(cmd_dev(cmd), lba, blocks);
	target_io_blocks(cmd, op, lba, blocks, data ? list->zeros : NULL,
			 data ? TARGET_UNMAP_ZEROS : 0);
}

static void next_work(struct work_struct *work)
{
	next(container_of(work, struct target_cmd, work));
}

static void io_done(struct target_cmd *cmd, blk_status_t sts)
{
	const struct target_unmap_list *list = cmd->scratch;

	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_UNMAP));
	else if (list->at < list->count)
		target_complete_defer(cmd, next_work);
	else
		target_complete(cmd, TCM_NO_SENSE);
}

/* The list may have changed in an initiator's pages since its blocks were locked. */
static bool is_locked(const struct target_cmd *cmd,
		      const struct target_unmap_list *list)
{
	const struct target_range *lock = &cmd->range;
	unsigned int i;

	if (!(cmd->flags & TARGET_CMD_RANGE))
		return true;
	for (i = 0; i < list->count; i++) {
		const struct target_unmap_range *range = &list->ranges[i];

		if (range->lba < lock->lba || range->lba + range->blocks >
					      lock->lba + lock->blocks)
			return false;
	}
	return true;
}

sense_reason_t target_unmap(struct target_cmd *cmd)
{
	size_t len = to_se(cmd)->data_length;
	struct target_unmap_list *list;
	sense_reason_t reason;
	u8 *bytes;

	if (!cmd->wanted)
		return TCM_NO_SENSE;
	if (len < cmd->wanted)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	/* the ranges, and behind them the bytes that they are made from */
	list = kvmalloc(struct_size(list, ranges, len / DESCRIPTOR_LEN) + len,
			GFP_NOIO);
	if (!list)
		return TCM_OUT_OF_RESOURCES;
	cmd->scratch = list;
	bytes = (u8 *)&list->ranges[len / DESCRIPTOR_LEN];
	target_data_get(cmd, bytes, 0, len);

	reason = target_unmap_parse(cmd, bytes, len, list);
	if (reason || !list->count)
		return reason;
	if (!is_locked(cmd, list))
		return target_sense_param(cmd, HEADER_LEN, -1);
	cmd->pos = 0;
	cmd->done = io_done;
	next(cmd);
	return TCM_PENDING;
}
