// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding rows of the opcode table, and what they mean for one logical unit.
 * Decoding and REPORT SUPPORTED OPERATION CODES both ask here, so that what is
 * reported is what is accepted.
 */
#include <linux/dma-direction.h>
#include <linux/printk.h>
#include <scsi/scsi_proto.h>
#include "../core/aca.h"
#include "opindex.h"

/* The rows of each operation code: one after another in some table */
static struct {
	const struct target_opdef	*first;
	size_t				rows;
} opindex[256];

/* ------------------------------------------------------------ options -- */

static bool has_protection(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.pi_prot_type);
}

/*
 * DPOFUA of MODE SENSE speaks of both bits and of all commands (SBC-4 6.5.2),
 * so one attribute decides.
 */
static bool has_fua(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_fua_write);
}

static bool has_write_same_unmap(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_tpws);
}

static bool has_write_same_anchor(const struct target_dev *dev)
{
	return has_write_same_unmap(dev) && READ_ONCE(dev->limits.anchors);
}

static bool has_unmap_anchor(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.anchors);
}

static const struct {
	u8	bits;
	bool	(*enabled)(const struct target_dev *dev);
} options[TARGET_OPTS] = {
	[TARGET_OPT_PROTECT]	= { 0xe0, has_protection },
	[TARGET_OPT_DPO]	= { 0x10, has_fua },
	[TARGET_OPT_FUA]	= { 0x08, has_fua },
	[TARGET_OPT_UNMAP]	= { 0x08, has_write_same_unmap },
	[TARGET_OPT_ANCHOR]	= { 0x10, has_write_same_anchor },
	[TARGET_OPT_UNMAP_ANCHOR] = { 0x01, has_unmap_anchor },
	[TARGET_OPT_FORMAT]	= { 0xc0, has_protection },
};

/**
 * target_opindex_missing - bits that a logical unit does not have
 * @op: row
 * @bits: bits of the byte with the options to look at
 * @dev: logical unit
 *
 * Return: the fields that have one of @bits and that it does not have; all of
 * their bits, as a field pointer names the first of them
 */
u8 target_opindex_missing(const struct target_opdef *op, u8 bits,
			  const struct target_dev *dev)
{
	u8 missing = 0;
	unsigned int i;

	for (i = 0; i < TARGET_OPTS; i++) {
		if (op->options & BIT(i) && bits & options[i].bits &&
		    !options[i].enabled(dev))
			missing |= options[i].bits;
	}
	return missing;
}

/**
 * target_opindex_protects - may its data have protection information with it?
 * @op: row
 * @dev: logical unit
 *
 * With type 2 only a CDB of 32 bytes says what the reference tags are (SBC-4
 * 4.21.2.4).
 *
 * Return: false if the command with RDPROTECT, or the like, is none
 */
bool target_opindex_protects(const struct target_opdef *op,
			     const struct target_dev *dev)
{
	return op->cdb_len == 32 ||
	       READ_ONCE(dev->attr.pi_prot_type) != TARGET_DIF_TYPE2_PROT;
}

/* Which byte of the CDB is CONTROL (SPC-5 4.2.2, 4.2.3.1) */
u8 target_opindex_control(const struct target_opdef *op)
{
	return op->op == VARIABLE_LENGTH_CMD ? 1 : op->cdb_len - 1;
}

/**
 * target_opindex_usage - CDB USAGE DATA (SPC-5 6.35.3)
 * @op: row
 * @dev: logical unit
 * @byte: which byte of the CDB
 *
 * Return: operation code, service action, and a one for each bit that is
 * looked at
 */
u8 target_opindex_usage(const struct target_opdef *op,
			const struct target_dev *dev, unsigned int byte)
{
	u8 usage = op->usage[byte];

	if (byte == target_opindex_options(op)) {
		usage &= ~target_opindex_missing(op, usage, dev);
		if (op->pi != TARGET_PI_NONE && !target_opindex_protects(op, dev))
			usage &= ~options[TARGET_OPT_PROTECT].bits;
	}
	if (byte == target_opindex_control(op))
		return usage | TARGET_ACA_NACA;
	if (!(op->flags & TARGET_OP_SA))
		return usage;
	if (op->op == VARIABLE_LENGTH_CMD)
		return byte == 8 || byte == 9 ? op->sa >> 8 * (9 - byte) : usage;
	return byte == 1 ? (usage & 0xe0) | op->sa : usage;
}

/* Does this logical unit have the command?  NULL has what needs none. */
bool target_opindex_enabled(const struct target_opdef *op,
			    const struct target_dev *dev)
{
	if (!dev)
		return op->flags & TARGET_OP_NO_LUN;
	return !op->enabled || op->enabled(dev);
}

/* --------------------------------------------------------------- rows -- */

/**
 * target_opindex_next - the next row, in order of operation code and service
 *	action
 * @op: a row, or NULL for the first one
 *
 * Return: row, or NULL after the last one
 */
const struct target_opdef *target_opindex_next(const struct target_opdef *op)
{
	unsigned int code = op ? op->op : 0;

	if (op && op + 1 < opindex[code].first + opindex[code].rows)
		return op + 1;
	for (code += !!op; code < ARRAY_SIZE(opindex); code++) {
		if (opindex[code].rows)
			return opindex[code].first;
	}
	return NULL;
}

/* How many rows there are */
size_t target_opindex_count(void)
{
	size_t rows = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opindex); i++)
		rows += opindex[i].rows;
	return rows;
}

/**
 * target_opindex_first - all rows of an operation code
 * @op: operation code
 * @rows: set to how many there are
 *
 * Return: the first one, or NULL
 */
const struct target_opdef *target_opindex_first(u8 op, size_t *rows)
{
	*rows = opindex[op].rows;
	return opindex[op].first;
}

/**
 * target_opindex_find - the row of a command
 * @op: operation code
 * @sa: service action; unused where the operation code has none
 *
 * Return: row or NULL
 */
const struct target_opdef *target_opindex_find(u8 op, u16 sa)
{
	size_t rows, i;
	const struct target_opdef *row = target_opindex_first(op, &rows);

	for (i = 0; i < rows; i++) {
		if (!(row[i].flags & TARGET_OP_SA) || row[i].sa == sa)
			return &row[i];
	}
	return NULL;
}

/* ---------------------------------------------------------- self-check -- */

/* SPC-5 4.2.5.1: the group code, bits 7..5, says how long a CDB is. */
static const u8 group_len[8] = { 6, 10, 10, 0, 16, 12, 0, 0 };

/*
 * Where CONTROL is, and a service action whole.  The length of a variable
 * length CDB counts what follows byte 7 (SPC-5 4.2.3.1).
 */
static bool frame_ok(const struct target_opdef *op)
{
	u8 len = group_len[op->op >> 5];

	if (op->op == VARIABLE_LENGTH_CMD)
		return op->flags & TARGET_OP_SA && op->cdb_len == 32 &&
		       !op->usage[1] && op->usage[7] == op->cdb_len - 8 &&
		       op->usage[8] == 0xff && op->usage[9] == 0xff;
	if (len && op->cdb_len != len)
		return false;
	if (op->flags & TARGET_OP_SA && (op->usage[1] & 0x1f) != 0x1f)
		return false;
	/* CONTROL: every command has NACA, and none has more */
	return !op->usage[op->cdb_len - 1];
}

static bool field_ok(const struct target_opdef *op,
		     struct target_opdef_field field)
{
	bool control_last = op->op != VARIABLE_LENGTH_CMD;
	unsigned int i;

	if (!field.bytes)
		return true;
	if (field.bytes > 8 ||
	    field.byte + field.bytes > op->cdb_len - control_last)
		return false;
	/* every bit of a number is looked at, but for those above READ(6)'s */
	for (i = 1; i < field.bytes; i++) {
		if (op->usage[field.byte + i] != 0xff)
			return false;
	}
	return op->usage[field.byte];
}

static bool data_ok(const struct target_opdef *op)
{
	bool none = op->data == TARGET_DATA_NONE ||
		    op->data == TARGET_DATA_RANGE;
	bool moves = op->dir != DMA_NONE;

	if (op->data >= TARGET_DATA_KINDS || none == moves)
		return false;
	if (op->data == TARGET_DATA_NONE || op->data == TARGET_DATA_FIXED_8 ||
	    op->data == TARGET_DATA_SENT)
		return !op->lba.bytes && !op->count.bytes;
	if (op->data == TARGET_DATA_BYTES)
		return !op->lba.bytes && op->count.bytes;
	return op->lba.bytes && op->count.bytes && op->count.bytes <= 4;
}

static bool flags_ok(const struct target_opdef *op)
{
	unsigned int i;

	if (op->flags & TARGET_OP_WRITES && op->resv != TARGET_RESV_WRITE)
		return false;
	if (op->flags & TARGET_OP_LEND && op->dir != DMA_FROM_DEVICE)
		return false;
	if (op->flags & TARGET_OP_NO_LUN &&
	    (op->enabled || op->options || op->ua != TARGET_UA_IGNORE))
		return false;
	for (i = 0; i < TARGET_OPTS; i++) {
		if (op->options & BIT(i) &&
		    ~op->usage[target_opindex_options(op)] & options[i].bits)
			return false;
	}
	return (op->pi == TARGET_PI_NONE) !=
	       !!(op->options & BIT(TARGET_OPT_PROTECT));
}

/**
 * target_opindex_check - self-check of one row
 * @op: row
 *
 * Return: 0 if its columns agree with each other and with the standard, else
 * -EINVAL
 */
int target_opindex_check(const struct target_opdef *op)
{
	if (!op->name || !op->exec || op->usage[0] != op->op ||
	    op->cdb_len > TARGET_OPDEF_CDB || !frame_ok(op))
		return -EINVAL;
	if (op->resv >= TARGET_RESV_CLASSES || !op->alua ||
	    op->timeout >= TARGET_TIMEOUTS)
		return -EINVAL;
	if (!field_ok(op, op->lba) || !field_ok(op, op->count) ||
	    !data_ok(op) || !flags_ok(op))
		return -EINVAL;
	return 0;
}

/* It may follow the last row of its operation code, or begin one. */
static bool follows(const struct target_opdef *op)
{
	const struct target_opdef *first = opindex[op->op].first;

	if (!first)
		return true;
	return first + opindex[op->op].rows == op && op->sa > op[-1].sa &&
	       op->flags & op[-1].flags & TARGET_OP_SA;
}

/**
 * target_opindex_add - check a table and index it
 * @table: rows in order of operation code and service action; no other table
 *	has one of their operation codes
 * @rows: how many
 *
 * Return: 0, or -EINVAL and a log line
 */
int target_opindex_add(const struct target_opdef *table, size_t rows)
{
	const struct target_opdef *op;

	for (op = table; op < table + rows; op++) {
		if (target_opindex_check(op) || !follows(op) ||
		    (op > table && op->op < op[-1].op)) {
			pr_err("target: row %zu of a table of commands, %02x/%02x, contradicts itself\n",
			       op - table, op->op, op->sa);
			return -EINVAL;
		}
		if (!opindex[op->op].rows++)
			opindex[op->op].first = op;
	}
	return 0;
}
