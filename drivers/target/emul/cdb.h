/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_CDB_H
#define TARGET_CDB_H

#include "opindex.h"

/* BYTCHK of VERIFY and WRITE AND VERIFY (SBC-4 table 212) */
enum target_cdb_bytchk {
	TARGET_BYTCHK_MEDIUM	= 0,
	TARGET_BYTCHK_COMPARE	= 1,
	TARGET_BYTCHK_RESERVED	= 2,
	TARGET_BYTCHK_REPEAT	= 3,
};

static inline const u8 *target_cdb_bytes(struct target_cmd *cmd)
{
	return to_se(cmd)->t_task_cdb;
}

/* The byte with FUA, BYTCHK and the like */
static inline u8 target_cdb_options(struct target_cmd *cmd)
{
	return target_cdb_bytes(cmd)[target_opindex_options(cmd->op)];
}

u8 target_cdb_bytchk(struct target_cmd *cmd);
u64 target_cdb_number(const u8 *cdb, struct target_opdef_field field);
sense_reason_t target_cdb_outside(struct target_cmd *cmd, u64 lba);
sense_reason_t target_cdb_range(struct target_cmd *cmd);
u32 target_cdb_max_blocks(struct target_cmd *cmd);

#endif /* TARGET_CDB_H */
