/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_UNMAP_H
#define TARGET_UNMAP_H

#include "../core/data.h"

/**
 * struct target_unmap_range - what one descriptor names
 * @lba: first block
 * @blocks: how many, not 0
 */
struct target_unmap_range {
	u64	lba;
	u32	blocks;
};

/**
 * struct target_unmap_list - what an UNMAP names, as target_cmd.scratch
 * @count: entries of @ranges
 * @at: the one that is being unmapped; target_cmd.pos blocks of it are
 * @ranges: what to unmap
 */
struct target_unmap_list {
	unsigned int			count;
	unsigned int			at;
	struct target_unmap_range	ranges[];
};

sense_reason_t target_unmap_parse(struct target_cmd *cmd, u8 *bytes, size_t len,
				  struct target_unmap_list *list);

#endif /* TARGET_UNMAP_H */
