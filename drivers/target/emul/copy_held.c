// SPDX-License-Identifier: GPL-2.0-only
/*
 * Held data (SPC-4 5.17.4.5): what a copy operation keeps of the data that it
 * processes, for its initiator to ask for.  It is the last of it, and how much
 * it will be is known before the first byte: so each chunk knows its place there,
 * in whatever order chunks end.
 */
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "copy_held.h"

/**
 * target_copy_held_make - memory for held data
 * @total: bytes that the operation is to hold, not 0
 *
 * Context: process.
 * Return: with one reference, or NULL
 */
struct target_copy_held *target_copy_held_make(u64 total)
{
	u32 len = min_t(u64, total, TARGET_COPY_HELD_MAX);
	struct target_copy_held *held;

	held = kvzalloc(struct_size(held, bytes, len), GFP_NOIO);
	if (!held)
		return NULL;
	refcount_set(&held->refs, 1);
	held->len = len;
	held->skipped = total - len;
	return held;
}

/* NULL is fine.  Any context. */
void target_copy_held_put(struct target_copy_held *held)
{
	if (held && refcount_dec_and_test(&held->refs))
		kvfree_rcu(held, rcu);
}

/**
 * target_copy_held_keep - keep what is to be kept of some bytes
 * @held: held data
 * @at: where they are in all that the operation is to hold
 * @bytes: they
 * @len: how many
 *
 * Context: any; nobody else keeps the same ones.
 */
void target_copy_held_keep(struct target_copy_held *held, u64 at,
			   const u8 *bytes, u32 len)
{
	u64 skip = at < held->skipped ? held->skipped - at : 0;

	if (skip < len)
		memcpy(held->bytes + (at + skip - held->skipped), bytes + skip,
		       len - skip);
}
