/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_FORMAT_H
#define TARGET_FORMAT_H

#include "job.h"

sense_reason_t target_format_parse(struct target_cmd *cmd, u8 *list, size_t len,
				   struct target_job_plan *plan);

#endif /* TARGET_FORMAT_H */
