/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ALUA_H
#define TARGET_ALUA_H

#include "../core/core.h"

sense_reason_t target_alua_verdict(u8 state, u8 allowed);
sense_reason_t target_alua_check(const struct target_cmd *cmd);

#endif /* TARGET_ALUA_H */
