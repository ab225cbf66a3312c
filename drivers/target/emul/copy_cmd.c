// SPDX-License-Identifier: GPL-2.0-only
/*
 * EXTENDED COPY (SPC-4 6.4 and 6.5) and COPY OPERATION ABORT (6.3).
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "../core/order.h"
#include "../core/sense.h"
#include "cdb.h"
#include "copy_plan.h"
#include "handlers.h"

/* Longer than any list that can be right, for the sense data to say why not */
#define LIST_MAX	(48 + TARGET_COPY_LIST_DESCRIPTORS + 1024)

static sense_reason_t start(struct target_cmd *cmd,
			    struct target_copy_list *list)
{
	struct target_copy *copy = target_copy_run_make(list->nr_segments);
	sense_reason_t reason;

	if (!copy)
		return TCM_OUT_OF_RESOURCES;
	copy->op->id = list->id;
	copy->op->identified = list->identified;
	copy->op->immed = list->immed;
	copy->op->sa = target_cdb_bytes(cmd)[1] & 0x1f;
	reason = target_copy_plan(cmd, list, copy);
	if (reason) {
		target_copy_run_free(copy);
		return reason;
	}
	return target_copy_run_start(copy, cmd);
}

typedef sense_reason_t (*parse_fn)(struct target_cmd *cmd, u8 *bytes,
				   size_t len, struct target_copy_list *list);

static sense_reason_t extended(struct target_cmd *cmd, parse_fn parse)
{
	size_t len = min_t(size_t, cmd->wanted, LIST_MAX);
	struct target_copy_list *list;
	sense_reason_t reason;
	u8 *bytes;

	/* no list, no copy, no error (SPC-4 6.4.1) */
	if (!len)
		return TCM_NO_SENSE;
	if (to_se(cmd)->data_length < cmd->wanted)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	list = kvzalloc(sizeof(*list) + len, GFP_NOIO);
	if (!list)
		return TCM_OUT_OF_RESOURCES;
	cmd->scratch = list;
	bytes = (u8 *)(list + 1);
	target_data_get(cmd, bytes, 0, len);
	reason = parse(cmd, bytes, len, list);
	return reason ?: start(cmd, list);
}

sense_reason_t target_copy_cmd_lid1(struct target_cmd *cmd)
{
	return extended(cmd, target_copy_list_parse_1);
}

sense_reason_t target_copy_cmd_lid4(struct target_cmd *cmd)
{
	return extended(cmd, target_copy_list_parse_4);
}

sense_reason_t target_copy_cmd_abort(struct target_cmd *cmd)
{
	u32 id = get_unaligned_be32(target_cdb_bytes(cmd) + 2);

	/* it has to wait for the medium: nobody has to wait for it */
	target_order_leave(cmd);
	if (!target_copy_lu_cancel(cmd, id))
		return target_sense_cdb(cmd, 2, -1);
	return TCM_PENDING;
}
