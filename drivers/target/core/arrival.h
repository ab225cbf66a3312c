/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ARRIVAL_H
#define TARGET_ARRIVAL_H

#include "core.h"

int target_arrival_init(struct target_itl *itl);
void target_arrival_exit(struct target_itl *itl);
void target_arrival_begin(struct target_cmd *cmd);
bool target_arrival_enter(struct target_cmd *cmd);
void target_arrival_leave(struct target_cmd *cmd);

/* Has no ORDERED command of the nexus been seen lately?  Context: any. */
static inline bool target_arrival_is_fast(const struct target_arrival *arrival)
{
	return READ_ONCE(arrival->mode) == TARGET_ORDER_FAST;
}

#endif /* TARGET_ARRIVAL_H */
