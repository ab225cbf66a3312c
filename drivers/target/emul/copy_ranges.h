/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_RANGES_H
#define TARGET_COPY_RANGES_H

#include "../core/data.h"
#include "copy_run.h"
#include "copy_token.h"

/**
 * struct target_copy_sides - what lies beside what
 * @token: what the source is; NULL for zeros
 * @skip: bytes of it that are not wanted
 * @source: nexus of the source; NULL for zeros
 * @ranges: where to
 * @nr_ranges: how many
 * @dest: nexus of the destination
 */
struct target_copy_sides {
	const struct target_copy_token	*token;
	u64				skip;
	struct target_itl		*source;
	const struct target_copy_range	*ranges;
	unsigned int			nr_ranges;
	struct target_itl		*dest;
};

sense_reason_t target_copy_ranges_parse(struct target_cmd *cmd, const u8 *bytes,
					size_t len, u16 at,
					struct target_copy_range *ranges,
					unsigned int *count);
u64 target_copy_ranges_sum(const struct target_copy_range *ranges,
			   unsigned int count);
sense_reason_t target_copy_ranges_zip(struct target_copy *copy,
				      const struct target_copy_sides *sides);

#endif /* TARGET_COPY_RANGES_H */
