/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_EXECUTE_H
#define TARGET_EXECUTE_H

#include "core.h"

void target_execute(struct target_cmd *cmd);
void target_execute_queue(struct target_cmd *cmd);

#endif /* TARGET_EXECUTE_H */
