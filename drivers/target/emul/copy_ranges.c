// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block device range descriptors (SBC-3 table 83), of POPULATE TOKEN and WRITE
 * USING TOKEN, and how those of a token and those to be written lie side by
 * side.
 */
#include <linux/align.h>
#include <linux/overflow.h>
#include <linux/percpu-refcount.h>
#include "../core/sense.h"
#include "copy_blocks.h"
#include "copy_page.h"
#include "copy_ranges.h"

#define DESCRIPTOR_LEN	16

static bool overlaps(const struct target_copy_range *a,
		     const struct target_copy_range *b)
{
	return a->lba < b->lba + b->blocks && b->lba < a->lba + a->blocks;
}

static sense_reason_t check(struct target_cmd *cmd,
			    const struct target_copy_range *ranges,
			    unsigned int last, u16 at)
{
	const struct target_copy_range *range = &ranges[last];
	unsigned int i;
	u64 end;

	if (check_add_overflow(range->lba, range->blocks, &end) ||
	    end > READ_ONCE(cmd_dev(cmd)->nr_blocks))
		return TCM_ADDRESS_OUT_OF_RANGE;
	for (i = 0; i < last; i++) {
		if (overlaps(&ranges[i], range))
			return target_sense_param(cmd, at, -1);
	}
	return TCM_NO_SENSE;
}

/**
 * target_copy_ranges_parse - check a list of ranges
 * @cmd: command
 * @bytes: parameter list
 * @len: bytes of it
 * @at: where its BLOCK DEVICE RANGE DESCRIPTOR LENGTH is; ranges follow
 * @ranges: room for TARGET_COPY_TOKEN_RANGES of those that are not empty
 * @count: set to how many there are
 *
 * Return: TCM_NO_SENSE, or what is wrong with them
 */
sense_reason_t target_copy_ranges_parse(struct target_cmd *cmd, const u8 *bytes,
					size_t len, u16 at,
					struct target_copy_range *ranges,
					unsigned int *count)
{
	size_t list, pos = at + 2;
	unsigned int shift = cmd_dev(cmd)->block_shift;
	sense_reason_t reason;

	*count = 0;
	list = get_unaligned_be16(bytes + at);
	if (list < DESCRIPTOR_LEN)
		return target_sense_param(cmd, at, -1);
	/* what was not sent is ignored, and a part of a descriptor at the end */
	list = min(list, len - pos);
	if (list / DESCRIPTOR_LEN > TARGET_COPY_TOKEN_RANGES) {
		target_sense_param(cmd, at, -1);
		return TCM_TOO_MANY_SEGMENT_DESCS;
	}
	for (; list >= DESCRIPTOR_LEN; list -= DESCRIPTOR_LEN, pos += DESCRIPTOR_LEN) {
		struct target_copy_range *range = &ranges[*count];

		range->lba = get_unaligned_be64(bytes + pos);
		range->blocks = get_unaligned_be32(bytes + pos + 8);
		reason = check(cmd, ranges, *count, pos);
		if (reason)
			return reason;
		*count += !!range->blocks;
	}
	if (target_copy_ranges_sum(ranges, *count) >
	    TARGET_COPY_PAGE_TOKEN_BYTES >> shift)
		return target_sense_param(cmd, at, -1);
	return TCM_NO_SENSE;
}

/* Blocks of all ranges; each has 32 bits of them at most, so nothing wraps */
u64 target_copy_ranges_sum(const struct target_copy_range *ranges,
			   unsigned int count)
{
	u64 blocks = 0;

	while (count--)
		blocks += ranges[count].blocks;
	return blocks;
}

/*
 * struct walk - a place in a list of ranges
 * @range: the one that is looked at
 * @left: how many there are, with it
 * @done: bytes of it that are behind
 */
struct walk {
	const struct target_copy_range	*range;
	unsigned int			left;
	unsigned int			shift;
	u64				done;
};

static u64 left_of(const struct walk *walk)
{
	return (walk->range->blocks << walk->shift) - walk->done;
}

static u64 place_of(const struct walk *walk)
{
	return (walk->range->lba << walk->shift) + walk->done;
}

static void advance(struct walk *walk, u64 bytes)
{
	u64 part;

	while (walk->left && bytes) {
		part = min(bytes, left_of(walk));
		bytes -= part;
		walk->done += part;
		if (!left_of(walk)) {
			walk->range++;
			walk->left--;
			walk->done = 0;
		}
	}
}

/**
 * target_copy_ranges_zip - what of the source goes where
 * @copy: with room for all pieces; nr_pieces becomes how many there are
 * @sides: both sides, each of whose links the caller holds
 *
 * Return: TCM_NO_SENSE, or that a piece has no whole number of blocks
 */
sense_reason_t target_copy_ranges_zip(struct target_copy *copy,
				      const struct target_copy_sides *sides)
{
	const struct target_copy_token *token = sides->token;
	struct walk to = {
		sides->ranges, sides->nr_ranges,
		sides->dest->link->dev->block_shift,
	};
	struct walk from = {};
	unsigned int used = 0;
	u64 bytes;

	if (token)
		from = (struct walk){ token->ranges, token->nr_ranges,
				      token->block_shift };
	advance(&from, sides->skip);
	for (; to.left && (from.left || !token); used++) {
		struct target_copy_piece *piece = &copy->pieces[used];

		bytes = left_of(&to);
		if (token)
			bytes = min(bytes, left_of(&from));
		if (!IS_ALIGNED(bytes, 1ULL << max(from.shift, to.shift)))
			return TCM_COPY_INEXACT_SEGMENT;
		piece->begin = target_copy_blocks_begin;
		piece->bytes = bytes;
		piece->to = place_of(&to);
		piece->from = token ? place_of(&from) : 0;
		/* each piece holds both of its sides */
		percpu_ref_get(&sides->dest->link->ref);
		piece->dest = sides->dest;
		if (token)
			percpu_ref_get(&sides->source->link->ref);
		piece->source = sides->source;
		advance(&to, bytes);
		advance(&from, bytes);
	}
	copy->nr_pieces = used;
	return TCM_NO_SENSE;
}
