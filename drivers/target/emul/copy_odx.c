// SPDX-License-Identifier: GPL-2.0-only
/*
 * POPULATE TOKEN (SBC-3 5.7) and WRITE USING TOKEN (5.47): a copy in two
 * halves, of which the first makes a ROD token and the second may be asked of
 * another logical unit.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include "../core/complete.h"
#include "../core/range.h"
#include "../core/sense.h"
#include "../core/state.h"
#include "access.h"
#include "cdb.h"
#include "copy_find.h"
#include "copy_ranges.h"
#include "handlers.h"

/* Offsets in the parameter lists */
#define POPULATE_RANGES	14
#define WRITE_RANGES	534
#define WRITE_TOKEN	16

#define LIST_MAX	(WRITE_RANGES + 2 + 16 * (TARGET_COPY_TOKEN_RANGES + 1))

#define IMMED		0x01
#define RTV		0x02	/* ROD TYPE is valid */
#define DEL_TKN		0x02

/*
 * struct request - what a parameter list says
 * @nr_ranges: entries of @ranges
 * @ranges: blocks
 * @len: bytes of @bytes
 * @bytes: the list
 */
struct request {
	unsigned int			nr_ranges;
	struct target_copy_range	ranges[TARGET_COPY_TOKEN_RANGES];
	size_t				len;
	u8				bytes[LIST_MAX];
};

/* The parameter list, as cmd->scratch; its ranges are at @at */
static sense_reason_t read_list(struct target_cmd *cmd, u16 at,
				struct request **request)
{
	size_t said, least = at + 2;
	struct request *r;

	if (cmd->wanted < least || to_se(cmd)->data_length < cmd->wanted)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	r = kvzalloc(sizeof(*r), GFP_NOIO);
	if (!r)
		return TCM_OUT_OF_RESOURCES;
	cmd->scratch = r;
	r->len = min_t(size_t, cmd->wanted, LIST_MAX);
	target_data_get(cmd, r->bytes, 0, r->len);
	/* DATA LENGTH, which says less than what it counts: a range, at least */
	said = get_unaligned_be16(r->bytes) + 2;
	if (said < least + 16)
		return target_sense_param(cmd, 0, -1);
	*request = r;
	return target_copy_ranges_parse(cmd, r->bytes, min(r->len, said), at,
					r->ranges, &r->nr_ranges);
}

static u32 list_id(struct target_cmd *cmd)
{
	return get_unaligned_be32(target_cdb_bytes(cmd) + 6);
}

static void name_op(struct target_cmd *cmd, struct target_copy_op *op)
{
	op->id = list_id(cmd);
	op->identified = true;
	op->sa = target_cdb_bytes(cmd)[1] & 0x1f;
}

/* ------------------------------------------------------ POPULATE TOKEN -- */

static struct target_copy_token *make_token(struct target_cmd *cmd,
					    const struct request *request)
{
	u32 idle = get_unaligned_be32(request->bytes + 4);
	struct target_copy_token *token;

	token = kzalloc(struct_size(token, ranges, request->nr_ranges),
			GFP_NOIO);
	if (!token)
		return NULL;
	refcount_set(&token->refs, 1);
	INIT_LIST_HEAD(&token->node);
	token->dev = cmd_dev(cmd);
	token->sess = cmd_sess(cmd);
	token->idle = idle ?: TARGET_COPY_TOKEN_IDLE;
	token->block_shift = token->dev->block_shift;
	token->nr_ranges = request->nr_ranges;
	memcpy(token->ranges, request->ranges,
	       request->nr_ranges * sizeof(request->ranges[0]));
	return token;
}

/* A token is made at once; what is left is to be asked for it. */
static sense_reason_t publish(struct target_cmd *cmd,
			      struct target_copy_token *token)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct target_copy_op *op = kzalloc(sizeof(*op), GFP_NOIO);
	sense_reason_t reason;

	if (!op)
		return TCM_OUT_OF_RESOURCES;
	name_op(cmd, op);
	reason = target_copy_lu_begin(cmd, op);
	if (reason) {
		kfree(op);
		return reason;
	}
	reason = target_copy_token_add(token);
	if (!reason) {
		memcpy(op->token, token->bytes, TARGET_COPY_LU_TOKEN);
		op->bytes = target_copy_token_length(token);
		op->has_token = true;
	}
	target_copy_lu_end(dev, op, reason);
	return reason;
}

static sense_reason_t populate(struct target_cmd *cmd)
{
	struct request *request = cmd->scratch;
	struct target_copy_token *token;
	struct target_fault fault = {};
	sense_reason_t reason;
	unsigned int i;

	for (i = 0; i < request->nr_ranges; i++) {
		reason = target_access_blocks(cmd->itl, request->ranges[i].lba,
					      request->ranges[i].blocks, false,
					      &fault);
		if (reason)
			return reason;
	}
	token = make_token(cmd, request);
	if (!token)
		return TCM_OUT_OF_RESOURCES;
	reason = publish(cmd, token);
	target_copy_token_put(token);
	return reason;
}

static void populate_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);

	/* for nobody, a token would be one that nobody can use or end */
	target_complete(cmd, target_state_aborted(cmd) ? TCM_TASK_ABORTED :
							 populate(cmd));
}

static void granted(struct target_range *range)
{
	target_complete_defer(container_of(range, struct target_cmd, range),
			      populate_work);
}

static sense_reason_t check_populate(struct target_cmd *cmd,
				     const struct request *request)
{
	const u8 *p = request->bytes;

	if (p[2] & ~(RTV | IMMED))
		return target_sense_param(cmd, 2, 7);
	if (get_unaligned_be32(p + 4) > TARGET_COPY_TOKEN_IDLE_MAX)
		return target_sense_param(cmd, 4, -1);
	if (p[2] & RTV &&
	    get_unaligned_be32(p + 8) != TARGET_COPY_TOKEN_VULNERABLE)
		return target_sense_param(cmd, 8, -1);
	return TCM_NO_SENSE;
}

/*
 * Its row makes the command ORDERED, so that every write that began before has
 * ended; the chunks of copies, and writes that were aborted, have the blocks
 * locked, and are waited for here.
 */
sense_reason_t target_copy_odx_populate(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct request *request;
	sense_reason_t reason;

	if (!cmd->wanted)
		return TCM_NO_SENSE;
	reason = read_list(cmd, POPULATE_RANGES, &request);
	reason = reason ?: check_populate(cmd, request);
	if (reason)
		return reason;
	cmd->flags |= TARGET_CMD_RANGE;
	cmd->range.lba = 0;
	cmd->range.blocks = READ_ONCE(dev->nr_blocks);
	cmd->range.granted = granted;
	return target_range_lock(dev, &cmd->range) ? populate(cmd) : TCM_PENDING;
}

/* --------------------------------------------------- WRITE USING TOKEN -- */

/*
 * struct source - the token that is wanted, and where it was found
 */
struct source {
	const u8			*bytes;
	struct target_copy_token	*token;
};

static bool has_token(const struct target_itl *itl, void *arg)
{
	struct source *source = arg;
	struct target_copy_token *token;

	token = target_copy_token_find(itl->link->dev, source->bytes);
	if (!token)
		return false;
	target_copy_token_put(source->token);
	source->token = token;
	return true;
}

static sense_reason_t check_frame(struct target_cmd *cmd, const u8 *token)
{
	if (get_unaligned_be16(token + 6) != TARGET_COPY_LU_TOKEN - 8) {
		target_sense_param(cmd, WRITE_TOKEN + 6, -1);
		return TCM_TOKEN_LENGTH;
	}
	if (get_unaligned_be32(token) == TARGET_COPY_TOKEN_ZERO ||
	    get_unaligned_be32(token) == TARGET_COPY_TOKEN_VULNERABLE)
		return TCM_NO_SENSE;
	target_sense_param(cmd, WRITE_TOKEN, -1);
	return TCM_TOKEN_TYPE;
}

/* Sets @itl, with a reference to its link, and the token of @source. */
static sense_reason_t find_source(struct target_cmd *cmd,
				  struct source *source,
				  struct target_itl **itl)
{
	*itl = target_copy_find_by(cmd, has_token, source);
	if (!*itl) {
		target_sense_param(cmd, WRITE_TOKEN, -1);
		return TCM_TOKEN_UNKNOWN;
	}
	return target_copy_token_match(source->token, source->bytes) ?:
	       target_copy_token_check(source->token);
}

/* OFFSET INTO ROD, in blocks of the destination */
static sense_reason_t find_offset(struct target_cmd *cmd,
				  const struct request *request,
				  const struct target_copy_token *token,
				  u64 *skip)
{
	u64 offset = get_unaligned_be64(request->bytes + 8);
	unsigned int shift = cmd_dev(cmd)->block_shift;

	*skip = 0;
	if (!token)
		return TCM_NO_SENSE;
	if (offset > U64_MAX >> shift ||
	    offset << shift >= target_copy_token_length(token))
		return target_sense_param(cmd, 8, -1);
	*skip = offset << shift;
	return TCM_NO_SENSE;
}

/* A token that is too short gives what it has, and that is no error. */
static bool is_partial(struct target_cmd *cmd, const struct request *request,
		       const struct target_copy_token *token, u64 skip)
{
	u64 blocks = target_copy_ranges_sum(request->ranges,
					    request->nr_ranges);

	return token && blocks << cmd_dev(cmd)->block_shift >
			target_copy_token_length(token) - skip;
}

static sense_reason_t check_dest(struct target_cmd *cmd,
				 const struct request *request)
{
	sense_reason_t reason = TCM_NO_SENSE;
	unsigned int i;

	for (i = 0; i < request->nr_ranges && !reason; i++)
		reason = target_access_blocks(cmd->itl, request->ranges[i].lba,
					      request->ranges[i].blocks, true,
					      &cmd->fault);
	return reason;
}

static sense_reason_t start_write(struct target_cmd *cmd,
				  const struct request *request,
				  struct target_copy_token *token,
				  struct target_itl *itl)
{
	struct target_copy_sides sides = {
		.token = token, .source = itl, .dest = cmd->itl,
		.ranges = request->ranges, .nr_ranges = request->nr_ranges,
	};
	struct target_copy *copy;
	sense_reason_t reason;

	reason = find_offset(cmd, request, token, &sides.skip);
	if (reason || !request->nr_ranges)
		return reason;
	copy = target_copy_run_make(request->nr_ranges +
				    (token ? token->nr_ranges : 0));
	if (!copy)
		return TCM_OUT_OF_RESOURCES;
	name_op(cmd, copy->op);
	copy->op->immed = request->bytes[2] & IMMED;
	copy->op->partial = is_partial(cmd, request, token, sides.skip);
	if (token)
		refcount_inc(&token->refs);
	copy->token = token;
	copy->by_token = true;
	copy->spend = request->bytes[2] & DEL_TKN;
	reason = target_copy_ranges_zip(copy, &sides);
	if (reason) {
		target_copy_run_free(copy);
		return reason;
	}
	return target_copy_run_start(copy, cmd);
}

static sense_reason_t write_list(struct target_cmd *cmd,
				 const struct request *request)
{
	struct source source = { .bytes = request->bytes + WRITE_TOKEN };
	struct target_itl *itl = NULL;
	sense_reason_t reason;

	if (request->bytes[2] & ~(DEL_TKN | IMMED))
		return target_sense_param(cmd, 2, 7);
	reason = check_frame(cmd, source.bytes) ?: check_dest(cmd, request);
	if (reason)
		return reason;
	if (get_unaligned_be32(source.bytes) != TARGET_COPY_TOKEN_ZERO)
		reason = find_source(cmd, &source, &itl);
	reason = reason ?: start_write(cmd, request, source.token, itl);
	target_copy_token_put(source.token);
	if (itl)
		percpu_ref_put(&itl->link->ref);
	return reason;
}

sense_reason_t target_copy_odx_write(struct target_cmd *cmd)
{
	struct request *request;
	sense_reason_t reason;

	if (!cmd->wanted)
		return TCM_NO_SENSE;
	reason = read_list(cmd, WRITE_RANGES, &request);
	return reason ?: write_list(cmd, request);
}
