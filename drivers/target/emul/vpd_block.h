/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_VPD_BLOCK_H
#define TARGET_VPD_BLOCK_H

#include "../core/data.h"

void target_vpd_block_limits(struct target_cmd *cmd, struct target_cursor *c);
void target_vpd_block_characteristics(struct target_cmd *cmd,
				      struct target_cursor *c);
void target_vpd_block_provisioning(struct target_cmd *cmd,
				   struct target_cursor *c);
void target_vpd_block_lengths(struct target_cmd *cmd, struct target_cursor *c);
void target_vpd_block_extension(struct target_cmd *cmd,
				struct target_cursor *c);
bool target_vpd_block_has_ranges(const struct target_dev *dev);
void target_vpd_block_ranges(struct target_cmd *cmd, struct target_cursor *c);

#endif /* TARGET_VPD_BLOCK_H */
