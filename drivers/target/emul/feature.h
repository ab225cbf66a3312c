/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_FEATURE_H
#define TARGET_FEATURE_H

#include "../core/data.h"

void target_feature_page(struct target_cmd *cmd, struct target_cursor *c);

#endif /* TARGET_FEATURE_H */
