/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_UNMAP_H
#define TARGET_UNMAP_H

#include <linux/scatterlist.h>
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

/* Pages of zeros that are written at a time, where there is no other way */
#define TARGET_UNMAP_ZEROS	32

/**
 * struct target_unmap_list - what an UNMAP names, as target_cmd.scratch
 * @count: entries of @ranges
 * @at: the one that is being unmapped; target_cmd.pos blocks of it are
 * @zeros: the same page of zeros, again and again
 * @ranges: what to unmap
 */
struct target_unmap_list {
	unsigned int			count;
	unsigned int			at;
	struct scatterlist		zeros[TARGET_UNMAP_ZEROS];
	struct target_unmap_range	ranges[];
};

sense_reason_t target_unmap_parse(struct target_cmd *cmd, u8 *bytes, size_t len,
				  struct target_unmap_list *list);

#endif /* TARGET_UNMAP_H */
