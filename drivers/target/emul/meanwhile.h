/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_MEANWHILE_H
#define TARGET_MEANWHILE_H

#include "../core/core.h"

bool target_meanwhile_runs(struct target_cmd *cmd);

#endif /* TARGET_MEANWHILE_H */
