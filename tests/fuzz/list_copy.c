// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameter lists of third-party copies (SPC-5 6.6, SBC-4 5.9, 5.60): between
 * blocks of one logical unit, or of two.
 */
#include "list.h"

/* CSCDs of a list */
#define UNITS_MAX	3

static const struct lu *another(struct rng *rng, const struct lu *lu)
{
	for (unsigned int n = random_below(rng, 8); n; n--)
		lu = lu->next;
	return lu;
}

/* Identification descriptor CSCD descriptor (SPC-5 6.6.5.2) */
static void put_unit(struct rng *rng, const struct lu *lu, struct list *list)
{
	unsigned int begin = list->len;

	list_put(list, random_chance(rng, 95) ? 0xe4 : random_draw(rng), 1);
	list_put(list, 0, 3);
	for (unsigned int i = 0; i < sizeof(lu->designator); i++)
		list_put(list, lu->designator[i], 1);
	while (list->len < begin + 29)
		list_put(list, 0, 1);
	list_put(list, lu->block, 3);
}

/*
 * struct sides - what a segment may name
 * @units: logical units of the list
 * @count: how many
 * @from: index of one
 * @to: of another one, or @count, which is none
 */
struct sides {
	const struct lu *const	*units;
	unsigned int		count;
	unsigned int		from;
	unsigned int		to;
};

/* Block to block (6.6.6.3), or one that moves nothing */
static void put_blocks(struct rng *rng, const struct sides *sides,
		       struct list *list)
{
	static const uint8_t types[] = { 0x0d, 0x0d, 0x0d, 0x0a, 0x0b, 0xbe };
	const struct lu *from = sides->units[sides->from];
	const struct lu *to = sides->units[sides->to % sides->count];

	list_put(list, random_chance(rng, 80) ? 0x02 : random_of(rng, types), 1);
	list_put(list, random_below(rng, 4), 1);		/* DC, CAT */
	list_put(list, 0x18, 2);
	list_put(list, sides->from, 2);
	list_put(list, sides->to, 2);
	list_put(list, 0, 2);
	/* whole blocks of both sides, most times */
	list_put(list, random_chance(rng, 80) ? 8 * random_below(rng, 8) :
		 list_blocks(rng, from), 2);
	list_put(list, list_place(rng, from), 8);
	list_put(list, list_place(rng, to), 8);
}

/* Verify CSCD, one that is not there among them */
static void put_verify(struct rng *rng, const struct sides *sides,
		       struct list *list)
{
	list_put(list, 0x07, 1);
	list_put(list, 0, 1);
	list_put(list, 0x08, 2);
	list_put(list, sides->to, 2);
	list_put(list, 0, 2);
	list_put(list, random_below(rng, 2), 1);		/* TUR */
	list_put(list, 0, 3);
}

/* Register a key; the one that is there as likely as not */
static void put_register(struct rng *rng, const struct sides *sides,
			 struct list *list)
{
	const struct lu *to = sides->units[sides->to % sides->count];

	list_put(list, 0x14, 1);
	list_put(list, 0, 1);
	list_put(list, 0x18, 2);
	list_put(list, 0, 2);
	list_put(list, sides->to, 2);
	list_put(list, random_chance(rng, 50) ? to->seen.key :
		 random_below(rng, 4), 8);
	list_put(list, random_below(rng, 4), 8);
	list_put(list, 0, 4);
}

/* From one of the logical units to one, or to one that is not in the list */
static void put_segment(struct rng *rng, const struct lu *const *units,
			unsigned int count, struct list *list)
{
	struct sides sides = {
		.units = units, .count = count,
		.from = random_below(rng, count),
		.to = random_chance(rng, 3) ? count : random_below(rng, count),
	};

	if (random_chance(rng, 80))
		put_blocks(rng, &sides, list);
	else if (random_chance(rng, 50))
		put_verify(rng, &sides, list);
	else
		put_register(rng, &sides, list);
}

/* LIST ID USAGE: hold, discard, or that there is none */
static uint8_t list_usage(struct rng *rng)
{
	return random_chance(rng, 90) ? (random_below(rng, 2) << 4) :
					random_below(rng, 8) << 3;
}

/* EXTENDED COPY(LID1) and (LID4) */
void list_copy(struct rng *rng, const struct lu *lu, uint8_t *cdb,
	       struct list *list)
{
	bool lid4 = (cdb[1] & 0x1f) == 1;
	const struct lu *named[UNITS_MAX];
	unsigned int units = 1 + random_below(rng, UNITS_MAX);
	unsigned int segments = random_below(rng, 4), begin;

	if (lid4) {
		list_put(list, 0x01, 1);
		list_put(list, list_usage(rng), 1);
		list_put(list, 0x20, 2);
		list_put(list, 0, 8);
		list_put(list, random_below(rng, 4), 4);	/* IMMED, G_SENSE */
		list_put(list, 0xff000000, 4);
		list_put(list, random_below(rng, 4), 4);
		list_put(list, 0, 8);
		list_put(list, 0, 8);
		list_put(list, 0, 2);
		list_put(list, units * 32, 2);
		list_put(list, 0, 4);
	} else {
		list_put(list, random_below(rng, 4), 1);
		list_put(list, list_usage(rng), 1);
		list_put(list, units * 32, 2);
		list_put(list, 0, 4);
		list_put(list, 0, 8);
	}
	for (unsigned int i = 0; i < units; i++)
		named[i] = random_chance(rng, 50) ? lu : another(rng, lu);
	for (unsigned int i = 0; i < units; i++)
		put_unit(rng, named[i], list);
	begin = list->len;
	for (unsigned int i = 0; i < segments; i++)
		put_segment(rng, named, units, list);
	shape_put(list->data, lid4 ? (struct field){ 44, 2 } :
				     (struct field){ 8, 4 }, list->len - begin);
}

static void put_ranges(struct rng *rng, const struct lu *lu, struct list *list)
{
	unsigned int n = 1 + random_below(rng, 4);

	if (random_chance(rng, 5))
		n = 0;
	list_put(list, n * 16, 2);
	while (n--) {
		list_put(list, list_place(rng, lu), 8);
		list_put(list, random_chance(rng, 80) ? 8 * random_below(rng, 4) :
			 list_blocks(rng, lu), 4);
		list_put(list, 0, 4);
	}
	shape_put(list->data, (struct field){ 0, 2 }, list->len - 2);
}

void list_populate(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		   struct list *list)
{
	static const uint32_t types[] = {
		0x00800001, 0x00800001, 0x00800001, 0x00800001, 0x00800001,
		0, 0x00010000, 0xffff0001,
	};

	shape_put(cdb, (struct field){ 6, 4 }, random_below(rng, 4));
	list_put(list, 0, 2);
	list_put(list, random_below(rng, 4), 1);		/* RTV, IMMED */
	list_put(list, 0, 1);
	list_put(list, random_chance(rng, 80) ? 0 : random_below(rng, 100), 4);
	list_put(list, random_of(rng, types), 4);
	list_put(list, 0, 2);
	put_ranges(rng, lu, list);
}

/* One that a logical unit gave out, the token of zeros, or one that nobody made */
static void put_token(struct rng *rng, const struct lu *lu, struct list *list)
{
	const struct lu *from = random_chance(rng, 25) ? lu : another(rng, lu);
	bool known = from->seen.has_token && random_chance(rng, 70);
	bool zeros = random_chance(rng, 80);

	if (known) {
		for (unsigned int i = 0; i < TOKEN_LEN; i++)
			list_put(list, from->seen.token[i], 1);
		return;
	}
	list_put(list, zeros ? 0xffff0001 : random_draw(rng), 4);
	list_put(list, 0x01f8, 4);
	for (unsigned int i = 8; i < TOKEN_LEN; i++)
		list_put(list, zeros ? 0 : random_draw(rng), 1);
}

void list_use_token(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		    struct list *list)
{
	shape_put(cdb, (struct field){ 6, 4 }, random_below(rng, 4));
	list_put(list, 0, 2);
	/* DEL_TKN, IMMED */
	list_put(list, (random_chance(rng, 10) ? 2 : 0) | random_below(rng, 2), 1);
	list_put(list, 0, 5);
	list_put(list, random_chance(rng, 60) ? 0 : random_chance(rng, 50) ?
		 8 * random_below(rng, 8) : random_draw(rng), 8);
	put_token(rng, lu, list);
	list_put(list, 0, 6);
	put_ranges(rng, lu, list);
}
