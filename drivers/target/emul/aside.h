/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ASIDE_H
#define TARGET_ASIDE_H

#include "lu.h"

void target_aside_init(struct target_aside *aside);
void target_aside_exit(struct target_aside *aside);
sense_reason_t target_aside_run(struct target_aside *aside,
				struct target_cmd *cmd,
				void (*fn)(struct target_cmd *cmd,
					   blk_status_t sts));

#endif /* TARGET_ASIDE_H */
