/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RANGE_H
#define TARGET_RANGE_H

#include "core.h"

void target_range_init(struct target_dev *dev);
bool target_range_lock(struct target_dev *dev, struct target_range *range);
void target_range_unlock(struct target_dev *dev, struct target_range *range);
bool target_range_busy(struct target_dev *dev, u64 lba, u64 blocks);

#endif /* TARGET_RANGE_H */
