// SPDX-License-Identifier: GPL-2.0-only
/*
 * A piece that asks whether a logical unit is there, and if TUR says so, whether
 * it is ready (SPC-4 6.4.6.9): for the nexus that asks, as TEST UNIT READY finds
 * it.  A unit attention condition is found, and stays for a command that can
 * report it as one.
 */
#include <scsi/scsi_proto.h>
#include "access.h"
#include "copy_verify.h"
#include "opindex.h"
#include "ua.h"

static sense_reason_t test_ready(struct target_itl *itl,
				 struct target_fault *fault)
{
	if (target_ua_peek(itl, &fault->ua))
		return TCM_CHECK_CONDITION_UNIT_ATTENTION;
	return target_access_row(itl, target_opindex_find(TEST_UNIT_READY, 0),
				 fault);
}

/* See struct target_copy_piece. */
void target_copy_verify_begin(struct target_copy *copy)
{
	const struct target_copy_piece *piece = &copy->pieces[copy->at];
	struct target_fault fault = {};
	sense_reason_t reason;

	reason = target_copy_run_may(copy, piece->source);
	if (!reason && piece->test)
		reason = test_ready(piece->source, &fault);
	target_copy_run_did(copy, reason, &fault, piece->source_at);
}
