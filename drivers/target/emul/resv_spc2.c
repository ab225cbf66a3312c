// SPDX-License-Identifier: GPL-2.0-only
/*
 * RESERVE and RELEASE (SPC-2 7.21 to 7.24), for whole logical units and for
 * oneself: extents and third parties are obsolete.
 */
#include "../core/sense.h"
#include "cdb.h"
#include "handlers.h"
#include "resv_lu.h"

/* PARAMETER LIST LENGTH of the 10-byte ones: nothing has parameters here. */
static bool has_list(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);

	return cmd->op->cdb_len == 10 && (cdb[7] || cdb[8]);
}

sense_reason_t target_resv_spc2_reserve(struct target_cmd *cmd)
{
	return has_list(cmd) ? target_sense_cdb(cmd, 7, -1) :
			       target_resv_lu_reserve(cmd);
}

sense_reason_t target_resv_spc2_release(struct target_cmd *cmd)
{
	return has_list(cmd) ? target_sense_cdb(cmd, 7, -1) :
			       target_resv_lu_release(cmd);
}
