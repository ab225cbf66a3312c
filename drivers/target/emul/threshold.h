/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_THRESHOLD_H
#define TARGET_THRESHOLD_H

#include "lu.h"

void target_threshold_init(struct target_dev *dev);
void target_threshold_exit(struct target_dev *dev);
void target_threshold_enable(struct target_dev *dev,
			     enum target_threshold which, bool enabled);
void target_threshold_report(struct target_dev *dev, bool reported);
void target_threshold_set(struct target_dev *dev, enum target_threshold which,
			  u32 count);
void target_threshold_look(struct target_dev *dev);
void target_threshold_point(struct target_cmd *cmd);

#endif /* TARGET_THRESHOLD_H */
