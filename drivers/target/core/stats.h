/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_STATS_H
#define TARGET_STATS_H

#include "core.h"

void target_stats_count(struct target_cmd *cmd);
void target_stats_error(struct target_cmd *cmd, sense_reason_t reason);
void target_stats_fold(const struct target_itl *itl, struct target_totals *sum);
void target_stats_add(struct target_totals *sum,
		      const struct target_totals *more);

#endif /* TARGET_STATS_H */
