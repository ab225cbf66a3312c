/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RANGE_H
#define TARGET_RANGE_H

#include "core.h"

void target_range_init(struct target_dev *dev);
void target_range_reset(struct target_range *range);
bool target_range_lock(struct target_dev *dev, struct target_range *range);
void target_range_orphan(struct target_dev *dev, struct target_range *range,
			 u64 lba, u64 blocks);
void target_range_end(struct target_dev *dev, struct target_range *range);

#endif /* TARGET_RANGE_H */
