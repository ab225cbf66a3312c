/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_LOSS_H
#define TARGET_LOSS_H

#include "core.h"

void target_loss_init(struct target_itl *itl);
blk_status_t target_loss_settle(struct target_itl *itl, blk_status_t sts);

#endif /* TARGET_LOSS_H */
