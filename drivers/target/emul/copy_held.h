/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_HELD_H
#define TARGET_COPY_HELD_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sizes.h>
#include <linux/types.h>

#define TARGET_COPY_HELD_MAX	SZ_64K	/* bytes of an operation */
#define TARGET_COPY_HELD_SHIFT	9	/* log2 of what it is a multiple of */

/**
 * struct target_copy_held - what a copy operation holds for its initiator
 * @refs: one of the operation, one of each that reads it
 * @rcu: it is freed in any context
 * @skipped: bytes before it that were to be held, and are not
 * @len: bytes
 * @bytes: they
 */
struct target_copy_held {
	refcount_t	refs;
	struct rcu_head	rcu;
	u64		skipped;
	u32		len;
	u8		bytes[] __counted_by(len);
};

struct target_copy_held *target_copy_held_make(u64 total);
void target_copy_held_put(struct target_copy_held *held);
void target_copy_held_keep(struct target_copy_held *held, u64 at,
			   const u8 *bytes, u32 len);

#endif /* TARGET_COPY_HELD_H */
