/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ALUA_H
#define TARGET_ALUA_H

#include "../core/core.h"

sense_reason_t target_alua_verdict(u8 state, u8 allowed);
sense_reason_t target_alua_check(const struct target_cmd *cmd);
sense_reason_t target_alua_check_blocks(const struct target_link *link, u64 lba,
					u64 blocks);
sense_reason_t target_alua_check_port(const struct target_link *link,
				      u8 allowed);

#endif /* TARGET_ALUA_H */
