/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_FLUSH_H
#define TARGET_FLUSH_H

#include "core.h"

int target_flush_wait(struct target_dev *dev);

#endif /* TARGET_FLUSH_H */
