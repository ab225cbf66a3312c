// SPDX-License-Identifier: GPL-2.0-only
/*
 * ROD tokens (SPC-4 5.17.6): 512 bytes that stand for blocks of a logical unit
 * as they are when the token is made.
 *
 * Their type is "point in time copy - change vulnerable": nothing is copied
 * when a token is made, and it is revoked when any of its blocks is about to
 * be changed.  A persistent type would need a snapshot, which a medium does
 * not have; "access upon reference" would hand out what others wrote since.
 *
 * While a logical unit has tokens, TARGET_SLOW_TOKEN sends all that writes to
 * it here first.  A copy asks after each read whether the token has survived
 * until then: a write that began later cannot have been read.
 *
 * Nobody guesses a token: 256 bits of it are random, and are told to nobody but
 * the one who asked for it.  And with it in hand, a nexus still reads nothing
 * that it may not read by itself (copy_find.c, copy_blocks.c).
 */
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include "copy_list.h"
#include "copy_token.h"
#include "designator.h"

/* Offsets in a token (SPC-4 table 107) */
#define TYPE		0
#define LENGTH		6
#define IDENTIFIER	8
#define CREATOR		16
#define REPRESENTED	48
#define BLOCK_LENGTH	96
#define SECRET		128
#define SECRET_LEN	32

static struct target_copy_lu *lu_of(const struct target_dev *dev)
{
	return &dev->emul->copy;
}

/* Bytes that it stands for */
u64 target_copy_token_length(const struct target_copy_token *token)
{
	u64 blocks = 0;
	unsigned int i;

	for (i = 0; i < token->nr_ranges; i++)
		blocks += token->ranges[i].blocks;
	return blocks << token->block_shift;
}

/* SPC-4 6.4.5.6, by the first designator */
static void put_creator(u8 *p, const struct target_dev *dev)
{
	struct target_cursor c;
	/* the first of them is at most this long, and always there */
	u8 first[4 + 255] = {};

	target_cursor_init(&c, first, sizeof(first));
	target_designator_unit(&c, &dev->ident, &dev->attr);
	p[0] = TARGET_COPY_LIST_IDENTIFIED;
	p[4] = first[0] & 0x0f;
	p[5] = first[1];
	p[7] = min_t(u8, first[3], 20);
	memcpy(p + 8, first + 4, p[7]);
	put_unaligned_be24(target_dev_block_size(dev), p + 29);
}

static void put_bytes(struct target_copy_token *token)
{
	u8 *p = token->bytes;

	memset(p, 0, TARGET_COPY_LU_TOKEN);
	put_unaligned_be32(TARGET_COPY_TOKEN_VULNERABLE, p + TYPE);
	put_unaligned_be16(TARGET_COPY_LU_TOKEN - 8, p + LENGTH);
	get_random_bytes(p + IDENTIFIER, 8);
	put_creator(p + CREATOR, token->dev);
	put_unaligned_be64(target_copy_token_length(token), p + REPRESENTED + 8);
	put_unaligned_be32(1 << token->block_shift, p + BLOCK_LENGTH);
	get_random_bytes(p + SECRET, SECRET_LEN);
}

static void drop_locked(struct target_copy_lu *lu,
			struct target_copy_token *token)
{
	lockdep_assert_held(&lu->lock);

	list_del_init(&token->node);
	lu->nr_tokens--;
	target_copy_token_put(token);
}

static void clear_locked(struct target_dev *dev)
{
	lockdep_assert_held(&lu_of(dev)->lock);

	if (list_empty(&lu_of(dev)->tokens))
		clear_bit(TARGET_SLOW_TOKEN, &dev->slow);
}

static bool is_expired(const struct target_copy_token *token)
{
	return time_after(jiffies, READ_ONCE(token->expires));
}

/* A use makes it last longer. */
static void touch(struct target_copy_token *token)
{
	WRITE_ONCE(token->expires, jiffies + token->idle * HZ);
}

/* How many of a nexus there are; those that are no good any more go. */
static unsigned int prune_locked(struct target_copy_lu *lu,
				 const struct target_sess *sess)
{
	struct target_copy_token *token, *next;
	unsigned int own = 0;

	lockdep_assert_held(&lu->lock);

	list_for_each_entry_safe(token, next, &lu->tokens, node) {
		if (is_expired(token) || token->revoked)
			drop_locked(lu, token);
		else
			own += token->sess == sess;
	}
	return own;
}

/**
 * target_copy_token_add - a token comes to life
 * @token: with its ranges; nothing writes to them now.  With one reference,
 *	which stays the caller's
 *
 * Return: TCM_NO_SENSE, or that there are too many
 */
sense_reason_t target_copy_token_add(struct target_copy_token *token)
{
	struct target_copy_lu *lu = lu_of(token->dev);
	unsigned long flags;
	bool room;

	put_bytes(token);
	touch(token);
	spin_lock_irqsave(&lu->lock, flags);
	room = prune_locked(lu, token->sess) < TARGET_COPY_TOKEN_NEXUS &&
	       lu->nr_tokens < TARGET_COPY_TOKEN_MAX;
	if (room) {
		refcount_inc(&token->refs);
		list_add_tail(&token->node, &lu->tokens);
		lu->nr_tokens++;
		set_bit(TARGET_SLOW_TOKEN, &token->dev->slow);
	}
	spin_unlock_irqrestore(&lu->lock, flags);
	return room ? TCM_NO_SENSE : TCM_TOKEN_RESOURCES;
}

/**
 * target_copy_token_find - the token that an initiator means
 * @dev: logical unit that it may be of; the caller holds a link of it
 * @bytes: what the initiator has
 *
 * Only its identifier, which is no secret, is looked at.
 *
 * Return: token with a reference, or NULL
 */
struct target_copy_token *target_copy_token_find(struct target_dev *dev,
						 const u8 *bytes)
{
	struct target_copy_token *token, *found = NULL;
	struct target_copy_lu *lu = lu_of(dev);
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	list_for_each_entry(token, &lu->tokens, node) {
		if (!memcmp(token->bytes + IDENTIFIER, bytes + IDENTIFIER, 8)) {
			refcount_inc(&token->refs);
			found = token;
			break;
		}
	}
	spin_unlock_irqrestore(&lu->lock, flags);
	return found;
}

/**
 * target_copy_token_match - is it all the initiator says it is?
 * @token: token
 * @bytes: what the initiator has
 *
 * Takes the same time wherever they differ.
 *
 * Return: TCM_NO_SENSE or TCM_TOKEN_CORRUPT
 */
sense_reason_t target_copy_token_match(const struct target_copy_token *token,
				       const u8 *bytes)
{
	unsigned int i;
	u8 differs = 0;

	for (i = 0; i < TARGET_COPY_LU_TOKEN; i++)
		differs |= token->bytes[i] ^ bytes[i];
	return differs ? TCM_TOKEN_CORRUPT : TCM_NO_SENSE;
}

/**
 * target_copy_token_check - may the blocks of a token be used?
 * @token: token; lasts longer if so
 *
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_copy_token_check(struct target_copy_token *token)
{
	/* pairs with the one that revokes it before it writes */
	smp_mb();
	if (READ_ONCE(token->revoked))
		return TCM_TOKEN_REVOKED;
	if (is_expired(token))
		return TCM_TOKEN_EXPIRED;
	touch(token);
	return TCM_NO_SENSE;
}

/* DEL_TKN: it was used for the last time. */
void target_copy_token_spend(struct target_copy_token *token)
{
	struct target_copy_lu *lu;
	unsigned long flags;

	if (!token)
		return;
	lu = lu_of(token->dev);
	spin_lock_irqsave(&lu->lock, flags);
	if (!list_empty(&token->node))
		drop_locked(lu, token);
	clear_locked(token->dev);
	spin_unlock_irqrestore(&lu->lock, flags);
}

/* Any context. */
void target_copy_token_put(struct target_copy_token *token)
{
	if (token && refcount_dec_and_test(&token->refs))
		kfree(token);
}

static bool overlaps(const struct target_copy_token *token, u64 lba, u64 blocks)
{
	const struct target_copy_range *range = token->ranges;
	unsigned int i;

	for (i = 0; i < token->nr_ranges; i++, range++) {
		if (range->lba < lba + blocks &&
		    lba < range->lba + range->blocks)
			return true;
	}
	return false;
}

/**
 * target_copy_token_written - blocks are about to be changed
 * @dev: logical unit
 * @lba: first block
 * @blocks: how many; 0 for nobody knows which
 *
 * Context: any.
 */
void target_copy_token_written(struct target_dev *dev, u64 lba, u64 blocks)
{
	struct target_copy_token *token, *next;
	struct target_copy_lu *lu = lu_of(dev);
	unsigned long flags;

	if (likely(!test_bit(TARGET_SLOW_TOKEN, &dev->slow)))
		return;
	spin_lock_irqsave(&lu->lock, flags);
	list_for_each_entry_safe(token, next, &lu->tokens, node) {
		if (is_expired(token))
			drop_locked(lu, token);
		else if (!blocks || overlaps(token, lba, blocks))
			WRITE_ONCE(token->revoked, true);
	}
	clear_locked(dev);
	spin_unlock_irqrestore(&lu->lock, flags);
	/* who reads what is written now sees that the token is no good */
	smp_mb();
}

/**
 * target_copy_token_list - ROD management tokens (SPC-4 6.27)
 * @dev: logical unit
 * @p: where they go
 * @room: how many fit there
 *
 * Return: how many there are
 */
unsigned int target_copy_token_list(struct target_dev *dev, u8 *p,
				    unsigned int room)
{
	struct target_copy_lu *lu = lu_of(dev);
	struct target_copy_token *token;
	unsigned int count = 0;
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	prune_locked(lu, NULL);
	list_for_each_entry(token, &lu->tokens, node) {
		if (count++ < room) {
			memcpy(p, token->bytes, TARGET_COPY_TOKEN_REPORT);
			p += TARGET_COPY_TOKEN_REPORT;
		}
	}
	spin_unlock_irqrestore(&lu->lock, flags);
	return count;
}

/* A nexus is gone.  Its tokens stay: it may have told others.  Any context. */
void target_copy_token_forget(struct target_dev *dev,
			      const struct target_sess *sess)
{
	struct target_copy_lu *lu = lu_of(dev);
	struct target_copy_token *token;
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	list_for_each_entry(token, &lu->tokens, node) {
		if (token->sess == sess)
			token->sess = NULL;
	}
	spin_unlock_irqrestore(&lu->lock, flags);
}

/* The logical unit is gone, and all that could use its tokens. */
void target_copy_token_exit(struct target_dev *dev)
{
	struct target_copy_lu *lu = lu_of(dev);
	struct target_copy_token *token, *next;
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	list_for_each_entry_safe(token, next, &lu->tokens, node)
		drop_locked(lu, token);
	spin_unlock_irqrestore(&lu->lock, flags);
}
