/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_DELAY_H
#define TARGET_DELAY_H

#include "core.h"

void target_delay_start(struct target_cmd *cmd, unsigned int msecs);
void target_delay_init(struct target_dev *dev);
void target_delay_exit(struct target_dev *dev);

#endif /* TARGET_DELAY_H */
