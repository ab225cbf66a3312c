// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoding: from the bytes of a CDB to a row of the table, an LBA, a number of
 * blocks and a length of data; or to a sense key that points at the first bit
 * that is wrong.  Nothing here looks at the medium.
 */
#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>
#include "../core/aca.h"
#include "../core/arrival.h"
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "emul.h"
#include "protect.h"

/*
 * Longest transfer of logical blocks, and longest answer.  An initiator does
 * not get more of our memory than that with one command; MAXIMUM TRANSFER
 * LENGTH tells it.
 */
#define MAX_TRANSFER	SZ_32M
#define MAX_ANSWER	SZ_256K
/* SERVICE ACTION of a variable length CDB (SPC-5 4.2.3.3) */
#define ACTION_AT	8

/* A number of a CDB; any width up to 8 bytes, big endian */
u64 target_cdb_number(const u8 *cdb, struct target_opdef_field field)
{
	u64 number = 0;

	while (field.bytes--)
		number = number << 8 | cdb[field.byte++];
	return number;
}

/* BYTCHK: bits 2..1 of the options */
u8 target_cdb_bytchk(struct target_cmd *cmd)
{
	return target_cdb_options(cmd) >> 1 & 3;
}

/*
 * Longest transfer of the logical unit by this fabric, in blocks.  Its pages may have
 * to hold protection information, too.
 */
u32 target_cdb_max_blocks(struct target_cmd *cmd)
{
	u64 pages = to_se(cmd)->se_tfo->max_data_sg_nents;
	const struct target_dev *dev = cmd_dev(cmd);
	u32 block = target_dev_block_size(dev);
	u64 most = MAX_TRANSFER >> dev->block_shift;

	if (!pages)
		return most;
	pages <<= PAGE_SHIFT;
	if (unlikely(READ_ONCE(dev->attr.pi_prot_type)))
		return min(most, div_u64(pages, block + TARGET_PROTECT_BYTES));
	return min(most, pages >> dev->block_shift);
}

/**
 * target_cdb_outside - refuse blocks that are not there
 * @cmd: command
 * @lba: the first block that it names
 *
 * The first one that is not there is the INFORMATION field (SBC-4 4.18.1), if
 * the format that was chosen has room for it.
 *
 * Return: TCM_ADDRESS_OUT_OF_RANGE
 */
sense_reason_t target_cdb_outside(struct target_cmd *cmd, u64 lba)
{
	const struct target_dev *dev = cmd_dev(cmd);
	u64 first = max(lba, READ_ONCE(dev->nr_blocks));

	if (first > U32_MAX && !READ_ONCE(dev->d_sense))
		return TCM_ADDRESS_OUT_OF_RANGE;
	return target_sense_info(cmd, TCM_ADDRESS_OUT_OF_RANGE, first);
}

/**
 * target_cdb_range - check the blocks that a command names
 * @cmd: decoded command with an LBA
 *
 * The capacity may have changed since the command was decoded.  Zero blocks
 * at the end of the medium are fine, and nothing wraps.
 *
 * Return: TCM_NO_SENSE or TCM_ADDRESS_OUT_OF_RANGE
 */
sense_reason_t target_cdb_range(struct target_cmd *cmd)
{
	u64 end;

	if (check_add_overflow((u64)to_se(cmd)->t_task_lba, (u64)cmd->blocks,
			       &end) ||
	    end > READ_ONCE(cmd_dev(cmd)->nr_blocks))
		return target_cdb_outside(cmd, to_se(cmd)->t_task_lba);
	return TCM_NO_SENSE;
}

/* ------------------------------------------------------------ the row -- */

static bool any_enabled(u8 op, const struct target_dev *dev)
{
	size_t rows, i;
	const struct target_opdef *row = target_opindex_first(op, &rows);

	for (i = 0; i < rows; i++) {
		if (target_opindex_enabled(&row[i], dev))
			return true;
	}
	return false;
}

/* All variable length CDBs that are implemented have 32 bytes. */
static u16 service_action(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);

	if (cdb[0] != VARIABLE_LENGTH_CMD)
		return cdb[1] & 0x1f;
	return cmd->cdb_len < ACTION_AT + sizeof(__be16) ? 0 :
	       get_unaligned_be16(cdb + ACTION_AT);
}

/* ADDITIONAL CDB LENGTH: not that of the row, or too small for any */
static bool has_wrong_length(const struct target_cmd *cmd,
			     const struct target_opdef *op)
{
	return op ? op->cdb_len != cmd->cdb_len :
		    cmd->cdb_len < ACTION_AT + sizeof(__be16);
}

/* SPC-5 4.2.5.2: an unknown service action is an invalid field */
static sense_reason_t refuse_action(struct target_cmd *cmd,
				    const struct target_opdef *op)
{
	if (target_cdb_bytes(cmd)[0] != VARIABLE_LENGTH_CMD)
		return target_sense_cdb(cmd, 1, 4);
	return target_sense_cdb(cmd, has_wrong_length(cmd, op) ? 7 : ACTION_AT,
				-1);
}

static bool has_row(const struct target_cmd *cmd, const struct target_opdef *op,
		    const struct target_dev *dev)
{
	if (cmd->flags & TARGET_CMD_WELL_KNOWN &&
	    op->flags & TARGET_OP_WELL_KNOWN)
		return true;
	return target_opindex_enabled(op, dev);
}

static sense_reason_t find_row(struct target_cmd *cmd,
			       const struct target_dev *dev)
{
	const u8 *cdb = target_cdb_bytes(cmd);
	const struct target_opdef *op;

	op = target_opindex_find(cdb[0], service_action(cmd));
	if (op && op->cdb_len <= cmd->cdb_len && has_row(cmd, op, dev)) {
		cmd->op = op;
		return TCM_NO_SENSE;
	}
	if (!dev && !(cmd->flags & TARGET_CMD_WELL_KNOWN))
		return TCM_NON_EXISTENT_LUN;
	if ((!op || op->flags & TARGET_OP_SA) && any_enabled(cdb[0], dev))
		return refuse_action(cmd, op);
	return TCM_UNSUPPORTED_SCSI_OPCODE;
}

#define OLD_LUN	0xe0

static sense_reason_t check_bits(struct target_cmd *cmd,
				 const struct target_dev *dev)
{
	const struct target_opdef *op = cmd->op;
	const u8 *cdb = target_cdb_bytes(cmd);
	unsigned int i, at = target_opindex_options(op);
	u8 bad = 0, missing = 0;

	if (op->options && cdb[at])
		missing = target_opindex_missing(op, cdb[at], dev);
	for (i = 1; i < op->cdb_len; i++) {
		bad = cdb[i] & ~op->usage[i];
		/* what is no logical unit has no task set to block */
		if (unlikely(bad) && dev && i == target_opindex_control(op))
			bad &= ~TARGET_ACA_NACA;
		if (unlikely(bad) && i == 1 && op->flags & TARGET_OP_OLD_LUN)
			bad &= ~OLD_LUN;
		if (unlikely(bad))
			break;
	}
	if (likely(!bad && !missing))
		return TCM_NO_SENSE;
	/* the field pointer is for the first one, whatever it lacks */
	if (missing && at <= i) {
		bad = (at == i ? bad : 0) | missing;
		i = at;
	}
	return target_sense_cdb(cmd, i, fls(bad) - 1);
}

/* ------------------------------------------------------------ the data -- */

static u64 no_bytes(struct target_cmd *cmd, u64 count)
{
	return 0;
}

static u64 eight_bytes(struct target_cmd *cmd, u64 count)
{
	return 8;
}

static u64 count_is_bytes(struct target_cmd *cmd, u64 count)
{
	return cmd->op->dir == DMA_FROM_DEVICE ? min_t(u64, count, MAX_ANSWER) :
						 count;
}

static u64 whole_blocks(struct target_cmd *cmd, u64 count)
{
	return (u64)cmd->blocks << cmd_dev(cmd)->block_shift;
}

static u64 blocks_twice(struct target_cmd *cmd, u64 count)
{
	return whole_blocks(cmd, count) * 2;
}

/* WRITE SAME: NDOB is bit 0 where there is one (SBC-4 5.50, 5.51) */
static u64 one_block(struct target_cmd *cmd, u64 count)
{
	return target_cdb_options(cmd) & 1 ? 0 :
					     target_dev_block_size(cmd_dev(cmd));
}

static u64 as_bytchk_says(struct target_cmd *cmd, u64 count)
{
	switch (target_cdb_bytchk(cmd)) {
	case TARGET_BYTCHK_COMPARE:
		return whole_blocks(cmd, count);
	case TARGET_BYTCHK_REPEAT:
		return count ? target_dev_block_size(cmd_dev(cmd)) : 0;
	default:
		return 0;
	}
}

static u64 as_sent(struct target_cmd *cmd, u64 count)
{
	return min_t(u64, cmd->expected, MAX_ANSWER);
}

static u64 (* const bytes_of[TARGET_DATA_KINDS])(struct target_cmd *cmd,
						 u64 count) = {
	[TARGET_DATA_NONE]		= no_bytes,
	[TARGET_DATA_FIXED_8]		= eight_bytes,
	[TARGET_DATA_BYTES]		= count_is_bytes,
	[TARGET_DATA_BLOCKS]		= whole_blocks,
	[TARGET_DATA_BLOCKS_6]		= whole_blocks,
	[TARGET_DATA_BLOCKS_TWICE]	= blocks_twice,
	[TARGET_DATA_ONE_BLOCK]		= one_block,
	[TARGET_DATA_BYTCHK]		= as_bytchk_says,
	[TARGET_DATA_RANGE]		= no_bytes,
	[TARGET_DATA_SENT]		= as_sent,
};

static bool has_protection(struct target_cmd *cmd)
{
	return cmd->op->pi != TARGET_PI_NONE &&
	       READ_ONCE(cmd_dev(cmd)->attr.pi_prot_type);
}

static sense_reason_t extract(struct target_cmd *cmd)
{
	const struct target_opdef *op = cmd->op;
	u64 count = target_cdb_number(target_cdb_bytes(cmd), op->count);
	sense_reason_t reason;
	u64 bytes;

	if (op->lba.bytes) {
		to_se(cmd)->t_task_lba =
			target_cdb_number(target_cdb_bytes(cmd), op->lba);
		if (!count && op->data == TARGET_DATA_BLOCKS_6)
			count = 256;
		cmd->blocks = count;
		reason = target_cdb_range(cmd);
		if (reason)
			return reason;
	}
	bytes = bytes_of[op->data](cmd, count);
	if (op->data == TARGET_DATA_BYTES && bytes > MAX_ANSWER)
		return target_sense_cdb(cmd, op->count.byte, -1);
	if (op->lba.bytes && op->dir != DMA_NONE &&
	    bytes > (u64)target_cdb_max_blocks(cmd) << cmd_dev(cmd)->block_shift)
		return target_sense_cdb(cmd, op->count.byte, -1);
	if (unlikely(has_protection(cmd)))
		bytes = target_protect_length(cmd, bytes);
	cmd->wanted = bytes;
	return TCM_NO_SENSE;
}

/*
 * The initiator says which way it expects data to go, and how much.  If that
 * is the other way, it expects none in this one: like any length that is
 * wrong, this has a residual and is no error.
 */
static sense_reason_t settle_data(struct target_cmd *cmd)
{
	const struct target_opdef *op = cmd->op;
	struct se_cmd *se = to_se(cmd);

	if (cmd->flags & TARGET_CMD_UNSIZED)
		se->data_direction = op->dir;
	else if (cmd->wanted && se->data_direction != op->dir)
		cmd->expected = 0;
	target_data_resize(cmd, cmd->wanted);
	/*
	 * WRITE SAME without its block would be one of zeros; COMPARE AND
	 * WRITE of 256 blocks has a count of 0
	 */
	if (op->flags & TARGET_OP_WHOLE && cmd->expected != cmd->wanted)
		return target_sense_cdb(cmd, op->count.byte, -1);
	return TCM_NO_SENSE;
}

/*
 * What comes later may write to lent pages before the initiator has them: a
 * socket keeps them until then.  SIMPLE commands may run in any order anyway,
 * but nobody passes an ORDERED one.  So who sends those, or lets the logical
 * unit make ORDERED commands of its writes, gets copies.  So does everybody where
 * protection information is checked: what was checked is what is sent.
 */
static bool may_borrow(struct target_cmd *cmd, const struct target_dev *dev)
{
	return dev->backend->ops->lends &&
	       to_se(cmd)->sam_task_attr != TCM_ORDERED_TAG &&
	       !test_bit(TARGET_SLOW_ORDERED, &dev->slow) &&
	       !READ_ONCE(dev->attr.pi_prot_type) &&
	       !READ_ONCE(dev->attr.emulate_rest_reord) &&
	       !READ_ONCE(cmd->itl->arrival.orders);
}

/*
 * A medium that keeps protection information elsewhere than the data writes one
 * after the other.  What two writes leave behind must not be the data of one and
 * the protection information of the other.
 */
static bool writes_apart(const struct target_cmd *cmd,
			 const struct target_dev *dev)
{
	return cmd->flags & TARGET_CMD_WRITES &&
	       unlikely(READ_ONCE(dev->attr.pi_prot_type)) &&
	       !READ_ONCE(dev->limits.protection);
}

static void set_flags(struct target_cmd *cmd, const struct target_dev *dev)
{
	const struct target_opdef *op = cmd->op;
	struct se_cmd *se = to_se(cmd);
	/* naming no blocks means none; having no way to name them means all */
	bool some = cmd->blocks || !op->lba.bytes;

	se->se_cmd_flags |= SCF_SUPPORTED_SAM_OPCODE;
	if (op->flags & TARGET_OP_HEAD && se->sam_task_attr != TCM_ACA_TAG)
		se->sam_task_attr = TCM_HEAD_TAG;
	if (op->flags & TARGET_OP_ORDERED && se->sam_task_attr != TCM_ACA_TAG)
		se->sam_task_attr = TCM_ORDERED_TAG;
	if (op->flags & TARGET_OP_ORDERED)
		cmd->flags |= TARGET_CMD_SOLE;
	if (op->lba.bytes && op->dir != DMA_NONE)
		se->se_cmd_flags |= SCF_SCSI_DATA_CDB;
	if (op->flags & TARGET_OP_WRITES && some)
		cmd->flags |= TARGET_CMD_WRITES;
	/* restricted reordering: what they leave depends on their order */
	if (cmd->flags & TARGET_CMD_WRITES &&
	    se->sam_task_attr == TCM_SIMPLE_TAG &&
	    READ_ONCE(dev->attr.emulate_rest_reord))
		se->sam_task_attr = TCM_ORDERED_TAG;
	if ((op->flags & TARGET_OP_EXCLUSIVE && some) || writes_apart(cmd, dev))
		cmd->flags |= TARGET_CMD_EXCLUSIVE;
	if (op->flags & TARGET_OP_LEND && may_borrow(cmd, dev) &&
	    !(se->data_length & (target_dev_block_size(dev) - 1)))
		cmd->flags |= TARGET_CMD_LENDABLE;
}

/**
 * target_cdb_decode - find out what a CDB says
 * @cmd: command with a CDB, and a link if its LUN has a logical unit
 *
 * Sets op, blocks, wanted, the LBA, the length of the data and its residual.
 *
 * Context: any.
 * Return: TCM_NO_SENSE, or why the command cannot be
 */
sense_reason_t target_cdb_decode(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd->link ? cmd_dev(cmd) : NULL;
	sense_reason_t reason;

	reason = find_row(cmd, dev);
	if (reason)
		return reason;
	reason = check_bits(cmd, dev);
	if (reason)
		return reason;
	if (unlikely(has_protection(cmd))) {
		reason = target_protect_admit(cmd);
		if (reason)
			return reason;
	}
	reason = extract(cmd);
	if (reason)
		return reason;
	reason = settle_data(cmd);
	if (reason)
		return reason;
	set_flags(cmd, dev);
	return TCM_NO_SENSE;
}
