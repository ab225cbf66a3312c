/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_CHUNK_H
#define TARGET_CHUNK_H

#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include "../core/core.h"

/* What handlers that go over a long range take at a time */
#define TARGET_CHUNK_MAX	SZ_256K

/**
 * struct target_chunk - a piece of the medium in memory, as target_cmd.scratch
 * @data: its bytes
 * @bytes: how many there can be
 * @nents: entries of @sgl
 * @sgl: the same bytes
 */
struct target_chunk {
	u8			*data;
	size_t			bytes;
	unsigned int		nents;
	struct scatterlist	sgl[] __counted_by(nents);
};

struct target_chunk *target_chunk_make(u64 bytes);
void target_chunk_fill(struct target_chunk *chunk, size_t unit);
struct target_chunk *target_chunk_alloc(struct target_cmd *cmd, u64 bytes);
void target_chunk_io(struct target_cmd *cmd, enum target_io_op op, u64 lba,
		     u64 blocks);
size_t target_chunk_compare(struct target_cmd *cmd, const u8 *medium,
			    size_t off, size_t len);

static inline struct target_chunk *target_chunk_of(struct target_cmd *cmd)
{
	return cmd->scratch;
}

#endif /* TARGET_CHUNK_H */
