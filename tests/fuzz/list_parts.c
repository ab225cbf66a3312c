// SPDX-License-Identifier: GPL-2.0-only
/*
 * What parameter lists are made of, and how they are made wrong.
 */
#include <string.h>
#include "list.h"

/* Append a number. */
void list_put(struct list *list, uint64_t number, unsigned int bytes)
{
	if (list->len + bytes > DATA_MAX)
		return;
	shape_put(list->data + list->len, (struct field){ 0, bytes }, number);
	list->len += bytes;
}

/* An LBA: of the medium most times, else where numbers end */
uint64_t list_lba(struct rng *rng, const struct lu *lu)
{
	const uint64_t edges[] = {
		0, lu->blocks - 1, lu->blocks, lu->blocks + 1, 0x1fffff,
		0xfffffffe, 0xffffffff, 0x100000000, 0x100000001, INT64_MAX,
		1ull << 63, UINT64_MAX - 1, UINT64_MAX,
		UINT64_MAX - lu->blocks, UINT64_MAX / lu->block,
	};

	return random_chance(rng, 75) ? random_draw(rng) % lu->blocks :
					random_of(rng, edges);
}

/* An LBA behind which there are more blocks, and whole ones of 4096 bytes */
uint64_t list_place(struct rng *rng, const struct lu *lu)
{
	return random_chance(rng, 85) ?
	       8 * random_below(rng, lu->blocks / 16) : list_lba(rng, lu);
}

/* A number of blocks: few most times */
uint32_t list_blocks(struct rng *rng, const struct lu *lu)
{
	const uint32_t edges[] = {
		0, 255, 256, lu->blocks, lu->blocks + 1, 0xffff, 0x10000,
		0x7fffffff, 0x80000000, 0xffffffff,
	};

	return random_chance(rng, 80) ? random_below(rng, 16) :
					random_of(rng, edges);
}

static void spoil_bytes(struct rng *rng, struct list *list)
{
	static const uint8_t bytes[] = { 0, 1, 0x7f, 0x80, 0xfe, 0xff };

	list->data[random_below(rng, list->len)] =
		random_chance(rng, 50) ? random_of(rng, bytes) : random_draw(rng);
}

static void spoil_number(struct rng *rng, struct list *list)
{
	static const uint32_t numbers[] = {
		0, 1, 0x7f, 0xff, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fffffff,
		0x80000000, 0xfffffff8, 0xffffffff,
	};
	unsigned int bytes = random_chance(rng, 50) ? 2 : 4;

	if (list->len < bytes)
		return;
	shape_put(list->data + random_below(rng, list->len - bytes + 1),
		  (struct field){ 0, bytes }, random_of(rng, numbers));
}

/* Make something wrong: bytes, numbers, the end. */
void list_spoil(struct rng *rng, struct list *list)
{
	unsigned int more;

	for (int n = 1 + random_below(rng, 3); n && list->len; n--) {
		switch (random_below(rng, 4)) {
		case 0:
			spoil_bytes(rng, list);
			break;
		case 1:
			spoil_number(rng, list);
			break;
		case 2:
			list->len = random_below(rng, list->len);
			break;
		default:
			for (more = random_below(rng, 64); more; more--)
				list_put(list, random_draw(rng), 1);
		}
	}
}
