/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_DEFECTS_H
#define TARGET_DEFECTS_H

#include "../core/data.h"

/**
 * struct target_defects - blocks that REASSIGN BLOCKS names
 * @count: entries of @lba
 * @at: the one that is being written
 * @lba: which
 */
struct target_defects {
	unsigned int	count;
	unsigned int	at;
	u64		lba[];
};

sense_reason_t target_defects_parse(struct target_cmd *cmd, u8 *bytes,
				    size_t len, struct target_defects *list);

#endif /* TARGET_DEFECTS_H */
