/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_BUDGET_H
#define TARGET_BUDGET_H

#include "core.h"

/* Data up to this length is not counted: queue depths bound how much there is */
#define TARGET_BUDGET_FREE	SZ_64K

int target_budget_init(void);
void target_budget_exit(void);
long target_budget_of_session(void);
sense_reason_t target_budget_take(struct target_sess *sess, u32 bytes);
void target_budget_give(struct target_sess *sess, u32 bytes);

#endif /* TARGET_BUDGET_H */
