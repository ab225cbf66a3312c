/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_SUBMIT_H
#define TARGET_SUBMIT_H

#include "core.h"

void target_submit_init(struct target_cmd *cmd, struct se_session *se_sess,
			const struct target_core_fabric_ops *tfo);
sense_reason_t target_submit_lookup(struct target_cmd *cmd, u64 lun);
int target_submit_parse(struct target_cmd *cmd, const u8 *cdb,
			struct scatterlist *sgl, u32 sgl_count, gfp_t gfp);
void target_submit_start(struct target_cmd *cmd);

#endif /* TARGET_SUBMIT_H */
