/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_IMMED_H
#define TARGET_IMMED_H

#include "lu.h"

void target_immed_init(struct target_dev *dev);
void target_immed_flush(struct target_cmd *cmd);
void target_immed_stop(struct target_cmd *cmd);

#endif /* TARGET_IMMED_H */
