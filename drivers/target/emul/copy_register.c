// SPDX-License-Identifier: GPL-2.0-only
/*
 * A piece that registers a reservation key (SPC-4 6.4.6.17), for the nexus that
 * asks: what PERSISTENT RESERVE OUT does, where that does it.  A disk below
 * dbroot that does not answer holds up this copy, and no worker of others.
 */
#include <scsi/scsi_proto.h>
#include "access.h"
#include "copy_register.h"
#include "opindex.h"
#include "resv.h"

/* As for a command, whose nexus may have been preempted while it waited */
static sense_reason_t check(struct target_resv_register *reg)
{
	const struct target_copy *copy = container_of(reg, struct target_copy,
						      reg);
	const struct target_opdef *row;
	struct target_fault fault = {};

	row = target_opindex_find(PERSISTENT_RESERVE_OUT, TARGET_RESV_REGISTER);
	return target_copy_run_may(copy, reg->itl) ?:
	       target_access_row(reg->itl, row, &fault);
}

static void done(struct target_resv_register *reg, sense_reason_t reason)
{
	struct target_copy *copy = container_of(reg, struct target_copy, reg);
	struct target_fault fault = {};

	target_copy_run_did(copy, reason, &fault,
			    copy->pieces[copy->at].dest_at);
}

/* See struct target_copy_piece. */
void target_copy_register_begin(struct target_copy *copy)
{
	const struct target_copy_piece *piece = &copy->pieces[copy->at];

	copy->reg = (struct target_resv_register) {
		.itl = piece->dest,
		.key = piece->key,
		.sa_key = piece->sa_key,
		.check = check,
		.done = done,
	};
	target_resv_out_register(&copy->reg);
}
