// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defects: READ DEFECT DATA (SBC-4 5.21, 5.22), whose lists are empty because
 * the medium manages its own, and REASSIGN BLOCKS (5.26), which writes the
 * blocks again so that the medium can put them elsewhere.  Its row makes it
 * ORDERED: a write that came between would be undone.
 */
#include <linux/overflow.h>
#include <linux/string.h>
#include "../core/complete.h"
#include "../core/data.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "cdb.h"
#include "chunk.h"
#include "defects.h"
#include "handlers.h"
#include "pi.h"

#define LONGLBA		0x02
#define LONGLIST	0x01
#define HEADER_LEN	4

/* ---------------------------------------------------- READ DEFECT DATA -- */

sense_reason_t target_defects_read_10(struct target_cmd *cmd)
{
	u8 buf[4] = { [1] = target_cdb_bytes(cmd)[2] & 0x1f };

	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

sense_reason_t target_defects_read_12(struct target_cmd *cmd)
{
	u8 buf[8] = { [1] = target_cdb_bytes(cmd)[1] & 0x1f };

	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

/* ----------------------------------------------------- REASSIGN BLOCKS -- */

/* COMMAND-SPECIFIC INFORMATION says where to go on (SBC-4 5.24.2). */
static sense_reason_t stopped_at(struct target_cmd *cmd, sense_reason_t reason,
				 u64 first)
{
	cmd->fault.has_first = reason;
	cmd->fault.first = first;
	return reason;
}

/**
 * target_defects_parse - check a list of blocks to reassign
 * @cmd: REASSIGN BLOCKS
 * @bytes: parameter list
 * @len: bytes of it
 * @list: with room for @len / 4 blocks
 *
 * Return: TCM_NO_SENSE, or why nothing is reassigned
 */
sense_reason_t target_defects_parse(struct target_cmd *cmd, u8 *bytes,
				    size_t len, struct target_defects *list)
{
	u8 flags = target_cdb_bytes(cmd)[1];
	size_t entry = flags & LONGLBA ? 8 : 4, names;
	struct target_cursor c;
	u64 lba;

	list->count = 0;
	list->at = 0;
	target_cursor_init(&c, bytes, len);
	names = target_cursor_get32(&c);
	if (!(flags & LONGLIST))
		names &= 0xffff;
	if (c.bad || names > c.len - c.pos)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (names % entry)
		return target_sense_param(cmd, flags & LONGLIST ? 0 : 2, -1);
	for (; names; names -= entry) {
		lba = entry == 8 ? target_cursor_get64(&c) :
				   target_cursor_get32(&c);
		list->lba[list->count++] = lba;
		if (lba >= READ_ONCE(cmd_dev(cmd)->nr_blocks))
			return target_sense_info(cmd, TCM_ADDRESS_OUT_OF_RANGE,
						 lba);
	}
	return TCM_NO_SENSE;
}

/* Behind the block that goes to and fro, in the same chunk */
static struct target_defects *list_of(struct target_cmd *cmd)
{
	return (void *)(target_chunk_of(cmd)->data +
			target_dev_block_size(cmd_dev(cmd)));
}

static void next(struct target_cmd *cmd);

static void next_work(struct work_struct *work)
{
	next(container_of(work, struct target_cmd, work));
}

static void write_done(struct target_cmd *cmd, blk_status_t sts)
{
	struct target_defects *list = list_of(cmd);

	if (sts)
		target_complete(cmd, stopped_at(cmd, target_sense_blk(sts, TARGET_IO_WRITE),
						list->lba[list->at]));
	else if (++list->at < list->count)
		target_complete_defer(cmd, next_work);
	else
		target_complete(cmd, TCM_NO_SENSE);
}

static void write_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);
	struct target_defects *list = list_of(cmd);

	cmd->done = write_done;
	target_chunk_io(cmd, TARGET_IO_WRITE, list->lba[list->at], 1);
}

/* SBC-4 5.26.1: what cannot be read any more is lost; zeros are as good. */
static void read_done(struct target_cmd *cmd, blk_status_t sts)
{
	const struct target_defects *list = list_of(cmd);

	if (sts == BLK_STS_MEDIUM || sts == BLK_STS_IOERR) {
		memset(target_chunk_of(cmd)->data, 0,
		       target_dev_block_size(cmd_dev(cmd)));
		sts = BLK_STS_OK;
	}
	if (sts)
		target_complete(cmd, stopped_at(cmd, target_sense_blk(sts, TARGET_IO_READ),
						list->lba[list->at]));
	else
		target_complete_defer(cmd, write_work);
}

static void next(struct target_cmd *cmd)
{
	struct target_defects *list = list_of(cmd);

	cmd->io.flags = 0;
	cmd->done = read_done;
	target_chunk_io(cmd, TARGET_IO_READ, list->lba[list->at], 1);
}

/* SBC-4 5.26: the list has no length in the CDB, it is what is sent. */
sense_reason_t target_defects_reassign(struct target_cmd *cmd)
{
	size_t block = target_dev_block_size(cmd_dev(cmd));
	size_t len = to_se(cmd)->data_length;
	struct target_defects *list;
	sense_reason_t reason;
	u8 *bytes;

	if (!target_chunk_alloc(cmd, block +
				     struct_size(list, lba, len / 4) + len))
		return TCM_OUT_OF_RESOURCES;
	list = list_of(cmd);
	bytes = (u8 *)&list->lba[len / 4];
	target_data_get(cmd, bytes, 0, len);
	reason = target_defects_parse(cmd, bytes, len, list);
	if (!reason && list->count)
		reason = target_pi_carry(cmd);
	if (reason || !list->count)
		return stopped_at(cmd, reason,
				  list->count ? list->lba[0] : U64_MAX);
	next(cmd);
	return TCM_PENDING;
}
