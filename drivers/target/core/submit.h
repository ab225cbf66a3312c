/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_SUBMIT_H
#define TARGET_SUBMIT_H

#include "core.h"

/**
 * struct target_submit_data - buffers that a fabric gives with a command
 * @sgl: data, NULL to let the core allocate it
 * @nents: entries of it
 * @prot_sgl: protection information
 * @prot_nents: entries of it
 */
struct target_submit_data {
	struct scatterlist	*sgl;
	u32			nents;
	struct scatterlist	*prot_sgl;
	u32			prot_nents;
};

void target_submit_init(struct target_cmd *cmd, struct target_sess *sess,
			const struct target_core_fabric_ops *tfo);
bool target_submit_count(struct target_cmd *cmd);
sense_reason_t target_submit_lookup(struct target_cmd *cmd, u64 lun);
int target_submit_parse(struct target_cmd *cmd, const u8 *cdb,
			const struct target_submit_data *data, gfp_t gfp);
void target_submit_start(struct target_cmd *cmd);
void target_submit_data_ready(struct target_cmd *cmd);
int target_submit_setup(void);

#endif /* TARGET_SUBMIT_H */
