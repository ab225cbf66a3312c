/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_TOKEN_H
#define TARGET_COPY_TOKEN_H

#include <linux/refcount.h>
#include "copy_lu.h"

#define TARGET_COPY_TOKEN_RANGES	64	/* that a token may be of */
#define TARGET_COPY_TOKEN_MAX		64	/* tokens of a logical unit */
#define TARGET_COPY_TOKEN_NEXUS		16	/* of those, one nexus's */
#define TARGET_COPY_TOKEN_REPORT	96	/* bytes that others are told */

/* Seconds that a token lasts while nobody uses it */
#define TARGET_COPY_TOKEN_IDLE		60
#define TARGET_COPY_TOKEN_IDLE_MAX	600

/* ROD types (SPC-4 table 106): what there is, and zeros (SBC-3) */
#define TARGET_COPY_TOKEN_VULNERABLE	0x00800001
#define TARGET_COPY_TOKEN_ZERO		0xffff0001

/**
 * struct target_copy_range - blocks that a token is of
 * @lba: first block
 * @blocks: how many, not 0
 */
struct target_copy_range {
	u64	lba;
	u64	blocks;
};

/**
 * struct target_copy_token - a ROD token
 * @node: in target_copy_lu.tokens, or empty [L target_copy_lu.lock]
 * @refs: one for the list, one for each copy that uses it
 * @dev: logical unit that it is of; only compared and, by who holds a link
 *	of it, used
 * @sess: nexus that asked for it; only compared, NULL when it is gone
 *	[L target_copy_lu.lock]
 * @revoked: its blocks have changed [A]
 * @idle: seconds that it lasts while nobody uses it
 * @expires: jiffies when that is over [A]
 * @block_shift: log2 of the logical block length
 * @bytes: what the initiator has
 * @nr_ranges: entries of @ranges
 * @ranges: blocks
 */
struct target_copy_token {
	struct list_head	node;
	refcount_t		refs;
	struct target_dev	*dev;
	const struct target_sess *sess;
	bool			revoked;
	u32			idle;
	unsigned long		expires;
	unsigned int		block_shift;
	u8			bytes[TARGET_COPY_LU_TOKEN];
	unsigned int		nr_ranges;
	struct target_copy_range ranges[] __counted_by(nr_ranges);
};

u64 target_copy_token_length(const struct target_copy_token *token);
sense_reason_t target_copy_token_add(struct target_copy_token *token);
struct target_copy_token *target_copy_token_find(struct target_dev *dev,
						 const u8 *bytes);
sense_reason_t target_copy_token_match(const struct target_copy_token *token,
				       const u8 *bytes);
sense_reason_t target_copy_token_check(struct target_copy_token *token);
void target_copy_token_spend(struct target_copy_token *token);
void target_copy_token_put(struct target_copy_token *token);
void target_copy_token_written(struct target_dev *dev, u64 lba, u64 blocks);
void target_copy_token_forget(struct target_dev *dev,
			      const struct target_sess *sess);
unsigned int target_copy_token_list(struct target_dev *dev, u8 *p,
				    unsigned int room);
void target_copy_token_exit(struct target_dev *dev);

#endif /* TARGET_COPY_TOKEN_H */
