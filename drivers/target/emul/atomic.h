/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ATOMIC_H
#define TARGET_ATOMIC_H

#include "../core/core.h"

/**
 * struct target_atomic_limits - limits of WRITE ATOMIC, in logical blocks
 * @max: longest one, 0 if there is none
 * @granularity: unit of its length
 * @alignment: unit of its first block
 */
struct target_atomic_limits {
	u32	max;
	u32	granularity;
	u32	alignment;
};

struct target_atomic_limits target_atomic_limits(const struct target_dev *dev);

#endif /* TARGET_ATOMIC_H */
