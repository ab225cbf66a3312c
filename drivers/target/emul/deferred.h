/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_DEFERRED_H
#define TARGET_DEFERRED_H

#include "../core/core.h"

void target_deferred_add(struct target_dev *dev, sense_reason_t reason);
sense_reason_t target_deferred_take(struct target_cmd *cmd);

#endif /* TARGET_DEFERRED_H */
