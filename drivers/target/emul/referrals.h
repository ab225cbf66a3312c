/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_REFERRALS_H
#define TARGET_REFERRALS_H

#include "../core/data.h"

bool target_referrals_supported(const struct target_dev *dev);
void target_referrals_page(struct target_cmd *cmd, struct target_cursor *c);

#endif /* TARGET_REFERRALS_H */
