/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_PASS_H
#define TARGET_RESV_PASS_H

#include "../core/core.h"

bool target_resv_pass_on(const struct target_dev *dev);
sense_reason_t target_resv_pass_out(struct target_cmd *cmd);
sense_reason_t target_resv_pass_register(const struct target_dev *dev, u64 key,
					 u64 sa_key);
sense_reason_t target_resv_pass_in(struct target_cmd *cmd);

#endif /* TARGET_RESV_PASS_H */
