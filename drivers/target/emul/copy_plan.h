/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_PLAN_H
#define TARGET_COPY_PLAN_H

#include "copy_list.h"
#include "copy_run.h"

sense_reason_t target_copy_plan(struct target_cmd *cmd,
				struct target_copy_list *list,
				struct target_copy *copy);

#endif /* TARGET_COPY_PLAN_H */
