/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_BLOCKS_H
#define TARGET_COPY_BLOCKS_H

#include "copy_run.h"

void target_copy_blocks_begin(struct target_copy *copy);

#endif /* TARGET_COPY_BLOCKS_H */
