/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ACCESS_H
#define TARGET_ACCESS_H

#include "../core/core.h"

struct target_opdef;

bool target_access_read_only(const struct target_cmd *cmd);
sense_reason_t target_access_ready(const struct target_dev *dev,
				   struct target_fault *fault);
sense_reason_t target_access_range(const struct target_dev *dev, u64 lba,
				   u64 blocks);
sense_reason_t target_access_blocks(const struct target_itl *itl, u64 lba,
				    u64 blocks, bool write,
				    struct target_fault *fault);
sense_reason_t target_access_row(const struct target_itl *itl,
				 const struct target_opdef *op,
				 struct target_fault *fault);
void target_access_refresh(struct target_dev *dev);
void target_access_stop(struct target_dev *dev, bool stop);
void target_access_stop_due(struct target_dev *dev, bool written);

#endif /* TARGET_ACCESS_H */
