// SPDX-License-Identifier: GPL-2.0-only
/*
 * Protection information of a command: taken from its data before a handler sees
 * that, checked, and given back with the data that was read.  A handler knows
 * blocks only, whatever an initiator sends with them.
 */
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/t10-pi.h>
#include <linux/unaligned.h>
#include "../core/budget.h"
#include "../core/sense.h"
#include "cdb.h"
#include "chunk.h"
#include "handlers.h"
#include "pi.h"
#include "protect.h"

/* Where the tags are in a CDB of 32 bytes (SBC-4 5.19) */
#define CDB_REF		20
#define CDB_APP		24
#define CDB_APP_MASK	26

/**
 * struct part - a part of protection information
 * @part: enum target_core_dif_check
 * @place: where it is in a tuple
 * @other: it is not the one that a comparison expects
 */
struct part {
	u8		part;
	u8		place;
	sense_reason_t	other;
};

static const struct part parts[] = {
	{ TARGET_DIF_CHECK_GUARD, offsetof(struct t10_pi_tuple, guard_tag),
	  TCM_MISCOMPARE_GUARD },
	{ TARGET_DIF_CHECK_APPTAG, offsetof(struct t10_pi_tuple, app_tag),
	  TCM_MISCOMPARE_APP_TAG },
	{ TARGET_DIF_CHECK_REFTAG, offsetof(struct t10_pi_tuple, ref_tag),
	  TCM_MISCOMPARE_REF_TAG },
};

static const struct part *part_of(u8 part)
{
	unsigned int i = 0;

	while (parts[i].part != part && i < ARRAY_SIZE(parts) - 1)
		i++;
	return &parts[i];
}

/* ----------------------------------------------- blocks with it, and without -- */

/* Where the byte at @pos of blocks with protection information has its place */
static u8 *place_of(const struct target_pi *pi, u32 pos, size_t *left)
{
	u32 block = pi->rule.block, unit = block + TARGET_PROTECT_BYTES;
	u32 i = pos / unit, at = pos % unit;

	if (at < block) {
		*left = block - at;
		return pi->plain->data + i * block + at;
	}
	*left = unit - at;
	return (u8 *)&pi->tuples[i] + at - block;
}

static void weave_piece(const struct target_pi *pi, u8 *piece, size_t length,
			u32 pos, bool in)
{
	size_t part;
	u8 *place;

	for (; length; length -= part, piece += part, pos += part) {
		place = place_of(pi, pos, &part);
		part = min(part, length);
		if (in)
			memcpy(piece, place, part);
		else
			memcpy(place, piece, part);
	}
}

/* All of the data: @in to the initiator, or what came from it */
static void weave(const struct target_pi *pi, bool in)
{
	struct sg_mapping_iter miter;
	u32 pos = 0;
	size_t part;

	sg_miter_start(&miter, pi->sgl, pi->nents,
		       in ? SG_MITER_TO_SG : SG_MITER_FROM_SG);
	for (; pos < pi->length && sg_miter_next(&miter); pos += part) {
		part = min_t(size_t, miter.length, pi->length - pos);
		weave_piece(pi, miter.addr, part, pos, in);
	}
	sg_miter_stop(&miter);
}

static sense_reason_t take_memory(struct target_cmd *cmd, u32 bytes)
{
	struct target_pi *pi = cmd->pi;
	sense_reason_t reason;

	if (bytes > TARGET_BUDGET_FREE) {
		reason = target_budget_take(cmd_sess(cmd), bytes);
		if (reason)
			return reason;
		pi->counted = bytes;
	}
	pi->plain = target_chunk_make(bytes);
	return pi->plain ? TCM_NO_SENSE : TCM_OUT_OF_RESOURCES;
}

/* From here on the command's data is in memory of its own. */
static sense_reason_t set_aside(struct target_cmd *cmd, u32 bytes)
{
	sense_reason_t reason = take_memory(cmd, bytes);
	struct target_pi *pi = cmd->pi;
	struct se_cmd *se = to_se(cmd);

	if (reason)
		return reason;
	pi->sgl = se->t_data_sg;
	pi->nents = se->t_data_nents;
	pi->length = se->data_length;
	pi->wanted = cmd->wanted;
	se->t_data_sg = pi->plain->sgl;
	se->t_data_nents = pi->plain->nents;
	se->data_length = bytes;
	return TCM_NO_SENSE;
}

/* Blocks only, with their protection information elsewhere */
static sense_reason_t set_blocks_aside(struct target_cmd *cmd)
{
	u32 bytes = cmd->pi->count * cmd->pi->rule.block;
	sense_reason_t reason = set_aside(cmd, bytes);

	if (!reason)
		cmd->wanted = bytes;
	return reason;
}

/*
 * A guard that is made here has to be that of the data that the medium takes.
 * So data in pages that others may write to at any time, as a fabric on this
 * machine has, is copied first.
 */
static sense_reason_t hold_still(struct target_cmd *cmd)
{
	struct se_cmd *se = to_se(cmd);
	u32 bytes = se->data_length;
	sense_reason_t reason;

	if (!bytes || cmd->op->dir != DMA_TO_DEVICE ||
	    !(se->se_cmd_flags & SCF_PASSTHROUGH_SG_TO_MEM_NOALLOC))
		return TCM_NO_SENSE;
	reason = set_aside(cmd, bytes);
	if (reason)
		return reason;
	sg_copy_to_buffer(cmd->pi->sgl, cmd->pi->nents, cmd->pi->plain->data,
			  bytes);
	return TCM_NO_SENSE;
}

static void put_back(struct target_cmd *cmd)
{
	struct target_pi *pi = cmd->pi;
	struct se_cmd *se = to_se(cmd);

	if (!pi->sgl)
		return;
	se->t_data_sg = pi->sgl;
	se->t_data_nents = pi->nents;
	se->data_length = pi->length;
	cmd->wanted = pi->wanted;
	pi->sgl = NULL;
}

/* ----------------------------------------------------------------- end -- */

static void send(struct target_cmd *cmd)
{
	const struct target_pi *pi = cmd->pi;
	struct se_cmd *se = to_se(cmd);

	if (pi->apart)
		sg_copy_from_buffer(se->t_prot_sg, se->t_prot_nents, pi->tuples,
				    pi->count * TARGET_PROTECT_BYTES);
	else
		weave(pi, true);
}

/*
 * The INFORMATION field is an offset in the Data-Out Buffer, in which the handler
 * knows of blocks only.  It has set it if it is the data that differs.
 */
static sense_reason_t miscompared(struct target_cmd *cmd)
{
	unsigned int shift = cmd_dev(cmd)->block_shift;
	const struct target_pi *pi = cmd->pi;
	const struct part *part = part_of(pi->differs);
	u32 tuple = pi->apart ? 0 : TARGET_PROTECT_BYTES;
	u64 info = cmd->fault.info;

	if (cmd->fault.has_info)
		return target_sense_info(cmd, TCM_MISCOMPARE_VERIFY,
					 info + (info >> shift) * tuple);
	info = (u64)pi->differs_at * (pi->rule.block + tuple);
	if (tuple)
		info += pi->rule.block + part->place;
	return target_sense_info(cmd, part->other, info);
}

static sense_reason_t end(struct target_cmd *cmd, sense_reason_t reason)
{
	struct target_pi *pi = cmd->pi;

	if (pi->keep && !reason)
		send(cmd);
	if (reason == TCM_MISCOMPARE_VERIFY && pi->tuples)
		reason = miscompared(cmd);
	put_back(cmd);
	if (reason != TCM_LOGICAL_BLOCK_GUARD_CHECK_FAILED)
		return reason;
	if (!pi->bad)
		return reason;
	return target_sense_info(cmd, target_protection_reason(pi->bad), pi->bad_lba);
}

/* --------------------------------------------------------------- begin -- */

static struct target_pi *make(struct target_cmd *cmd)
{
	struct target_pi *pi = kzalloc(sizeof(*pi), GFP_NOIO);

	if (!pi)
		return NULL;
	pi->lba = to_se(cmd)->t_task_lba;
	pi->rule = target_protection_rule(cmd_dev(cmd), pi->lba);
	pi->end = end;
	cmd->pi = pi;
	return pi;
}

/* ORWRITE(32) has generations there. */
static bool has_tags(const struct target_cmd *cmd)
{
	return cmd->op->cdb_len == 32 && cmd->op->exec != target_orwrite_32;
}

/* Parts that somebody knows what they are to be */
static u8 known(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);
	u8 parts = TARGET_DIF_CHECK_GUARD;

	if (cmd->pi->rule.type == TARGET_DIF_TYPE1_PROT || has_tags(cmd))
		parts |= TARGET_DIF_CHECK_REFTAG;
	if (READ_ONCE(dev->protection.ato) && has_tags(cmd))
		parts |= TARGET_DIF_CHECK_APPTAG;
	return parts;
}

/* What is known from the CDB, once it transfers protection information */
static void take_tags(struct target_cmd *cmd)
{
	struct target_tuple_rule *rule = &cmd->pi->rule;
	const u8 *cdb = target_cdb_bytes(cmd);

	if (!has_tags(cmd))
		return;
	rule->ref_said = rule->type == TARGET_DIF_TYPE2_PROT;
	if (rule->ref_said)
		rule->ref = get_unaligned_be32(cdb + CDB_REF);
	rule->app = get_unaligned_be16(cdb + CDB_APP);
	rule->app_mask = get_unaligned_be16(cdb + CDB_APP_MASK);
}

static bool compares(struct target_cmd *cmd)
{
	const struct target_opdef *op = cmd->op;

	if (op->exec != target_verify && op->exec != target_verify_write)
		return false;
	return target_cdb_bytchk(cmd) != TARGET_BYTCHK_MEDIUM;
}

/* Parts that the target may change if the application tags are its own */
static u8 ours(u8 type)
{
	return type == TARGET_DIF_TYPE3_PROT ?
	       TARGET_DIF_CHECK_APPTAG | TARGET_DIF_CHECK_REFTAG :
	       TARGET_DIF_CHECK_APPTAG;
}

/* What the handler does with what came with the data */
static void set_use(struct target_cmd *cmd, const struct target_protect_row *row)
{
	const struct target_opdef *op = cmd->op;
	struct target_pi *pi = cmd->pi;

	pi->keep = op->dir == DMA_FROM_DEVICE;
	pi->repeat = pi->count == 1 && (op->data == TARGET_DATA_ONE_BLOCK ||
					op->data == TARGET_DATA_BYTCHK);
	pi->reseal = op->exec == target_orwrite ||
		     op->exec == target_orwrite_32;
	if (op->data == TARGET_DATA_BLOCKS_TWICE) {
		/* WRPROTECT is about what is written: it is read as by anybody */
		pi->skip = cmd->blocks;
		pi->rule.checks = target_protection_rule(cmd_dev(cmd),
							 pi->lba).checks;
	}
	if (!compares(cmd))
		return;
	/* SBC-4 tables 107 to 109: then nothing of the medium's is checked */
	pi->rule.checks = 0;
	pi->compare = row->compare;
	if (!READ_ONCE(cmd_dev(cmd)->protection.ato))
		pi->compare &= ~ours(pi->rule.type);
}

/* What came with blocks that are to be written, or compared */
static sense_reason_t check(struct target_cmd *cmd, struct scatterlist *sgl,
			    unsigned int nents)
{
	struct target_tuple_rule rule = cmd->pi->rule;
	struct target_pi *pi = cmd->pi;
	u32 count = pi->count - pi->skip, at;
	u8 bad;

	rule.checks = target_protect_row(target_protect_code(cmd))->checks &
		      known(cmd);
	at = target_tuple_check(pi->tuples + pi->skip, sgl, nents, count, &rule,
				&bad);
	pi->sound = target_tuple_escapes(pi->tuples + pi->skip, count) ?
		    0 : rule.checks;
	if (at == count)
		return TCM_NO_SENSE;
	target_protection_count(cmd_dev(cmd), TARGET_PROTECTION_INITIATOR, bad);
	return target_sense_info(cmd, target_protection_reason(bad), pi->lba + at);
}

/* Take what the initiator sent from among its data, or from beside it. */
static sense_reason_t receive(struct target_cmd *cmd)
{
	struct target_pi *pi = cmd->pi;
	struct se_cmd *se = to_se(cmd);
	size_t bytes = pi->count * TARGET_PROTECT_BYTES;

	if (!pi->apart)
		weave(pi, false);
	else if (sg_copy_to_buffer(se->t_prot_sg, se->t_prot_nents, pi->tuples,
				   bytes) < bytes)
		return TCM_INVALID_FIELD_IN_COMMAND_IU;
	return TCM_NO_SENSE;
}

/* Have it apart from the data. */
static sense_reason_t separate(struct target_cmd *cmd)
{
	struct target_pi *pi = cmd->pi;
	struct se_cmd *se = to_se(cmd);
	bool among = target_protect_among_data(cmd);
	u32 unit = pi->rule.block + (among ? TARGET_PROTECT_BYTES : 0);

	pi->apart = !among;
	pi->count = DIV_ROUND_UP(se->data_length, unit);
	/* a part of it would not protect a block, and must not seem to */
	if (among && cmd->op->dir == DMA_TO_DEVICE &&
	    se->data_length != cmd->wanted)
		return TCM_INVALID_FIELD_IN_COMMAND_IU;
	pi->tuples = kvmalloc_array(pi->count, TARGET_PROTECT_BYTES, GFP_NOIO);
	if (!pi->tuples)
		return TCM_OUT_OF_RESOURCES;
	return among ? set_blocks_aside(cmd) : TCM_NO_SENSE;
}

static sense_reason_t transfer(struct target_cmd *cmd,
			       const struct target_protect_row *row)
{
	sense_reason_t reason = separate(cmd);
	const struct se_cmd *se = to_se(cmd);

	if (reason)
		return reason;
	set_use(cmd, row);
	if (cmd->op->dir == DMA_FROM_DEVICE)
		return TCM_NO_SENSE;
	reason = receive(cmd);
	if (reason || cmd->op->data == TARGET_DATA_BLOCKS_TWICE)
		return reason;
	return check(cmd, se->t_data_sg, se->t_data_nents);
}

/**
 * target_pi_begin - take protection information from a command's data
 * @cmd: command that is about to run, of a logical unit that has it, with blocks
 *
 * Context: process.
 * Return: TCM_NO_SENSE, or what is wrong with it
 */
sense_reason_t target_pi_begin(struct target_cmd *cmd)
{
	const struct se_cmd *se = to_se(cmd);
	u8 code = target_protect_code(cmd);
	const struct target_protect_row *row;
	struct target_pi *pi;

	if (cmd->op->data == TARGET_DATA_RANGE)
		return TCM_NO_SENSE;
	pi = make(cmd);
	if (!pi)
		return TCM_OUT_OF_RESOURCES;
	if (!code)
		return hold_still(cmd);
	row = target_protect_row(code);
	take_tags(cmd);
	pi->rule.checks = row->checks & known(cmd);
	/* none to transfer, or hardware does on its own side what is to be done */
	if (!se->data_length || (se->prot_pto && !se->t_prot_nents))
		return hold_still(cmd);
	return transfer(cmd, row);
}

/**
 * target_pi_check_written - check what COMPARE AND WRITE is about to write
 * @cmd: it, its comparison done: that was of data only (SBC-4 5.3)
 * @sgl: blocks to write
 * @nents: entries of it
 *
 * Context: process.
 * Return: TCM_NO_SENSE, or what is wrong with their protection information
 */
sense_reason_t target_pi_check_written(struct target_cmd *cmd,
				       struct scatterlist *sgl,
				       unsigned int nents)
{
	const struct target_pi *pi = cmd->pi;

	return pi && pi->tuples ? check(cmd, sgl, nents) : TCM_NO_SENSE;
}

/**
 * target_pi_carry - have what is read written again with its own
 * @cmd: REASSIGN BLOCKS, which reads a block and writes it, one by one
 *
 * Nothing is checked: what is wrong stays wrong.
 *
 * Context: process.
 * Return: TCM_NO_SENSE or TCM_OUT_OF_RESOURCES
 */
sense_reason_t target_pi_carry(struct target_cmd *cmd)
{
	struct target_pi *pi;

	if (!READ_ONCE(cmd_dev(cmd)->attr.pi_prot_type))
		return TCM_NO_SENSE;
	pi = make(cmd);
	if (!pi)
		return TCM_OUT_OF_RESOURCES;
	pi->rule.checks = 0;
	pi->carry = true;
	pi->count = 1;
	pi->tuples = kvmalloc_array(1, TARGET_PROTECT_BYTES, GFP_NOIO);
	return pi->tuples ? TCM_NO_SENSE : TCM_OUT_OF_RESOURCES;
}
