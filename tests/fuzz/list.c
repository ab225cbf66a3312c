// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameter lists of everything but copies: as the standards have them.
 */
#include <string.h>
#include "list.h"

/* ------------------------------------------------------------ the medium -- */

/* FORMAT UNIT (SBC-4 5.4): a header, an initialization pattern, defects */
void list_format(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		 struct list *list)
{
	bool lengthy = cdb[1] & 0x20, pattern = random_chance(rng, 30);
	unsigned int defects = random_chance(rng, 80) ? 0 : random_below(rng, 5);

	if (!(cdb[1] & 0x10) && random_chance(rng, 90))
		return;
	list_put(list, 0, 1);
	list_put(list, (random_chance(rng, 60) ? 0x80 : 0) |
		 (random_chance(rng, 50) ? 0x02 : 0) | (pattern ? 0x08 : 0) |
		 (random_chance(rng, 20) ? random_draw(rng) & 0x74 : 0), 1);
	list_put(list, defects * (lengthy ? 8 : 4), lengthy ? 6 : 2);
	if (pattern) {
		list_put(list, random_chance(rng, 20) ? random_draw(rng) : 0x0001, 2);
		list_put(list, 4, 2);
		list_put(list, random_draw(rng), 4);
	}
	while (defects--)
		list_put(list, list_lba(rng, lu), lengthy ? 8 : 4);
}

void list_reassign(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		   struct list *list)
{
	unsigned int bytes = cdb[1] & 0x02 ? 8 : 4, n = random_below(rng, 6);

	/* the short header has the length in its last two bytes */
	list_put(list, n * bytes, 4);
	while (n--)
		list_put(list, list_lba(rng, lu), bytes);
}

void list_unmap(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		struct list *list)
{
	unsigned int n = random_below(rng, random_chance(rng, 90) ? 5 : 300);

	(void)cdb;
	list_put(list, n * 16 + 6, 2);
	list_put(list, n * 16, 2);
	list_put(list, 0, 4);
	while (n--) {
		list_put(list, list_lba(rng, lu), 8);
		list_put(list, list_blocks(rng, lu), 4);
		list_put(list, 0, 4);
	}
}

/* SANITIZE: OVERWRITE (SBC-4 5.30.2.2) */
void list_overwrite(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		    struct list *list)
{
	unsigned int n = 1 + random_below(rng, 64);

	(void)cdb;
	if (random_chance(rng, 10))
		n = lu->block;
	list_put(list, 1 + random_below(rng, random_chance(rng, 90) ? 2 : 255), 1);
	list_put(list, 0, 1);
	list_put(list, n, 2);
	while (n--)
		list_put(list, random_draw(rng), 1);
}

/* ------------------------------------------------------------- the device -- */

/* One of the pages that there are, with some bits that may change changed */
static void put_page(struct rng *rng, const struct lu *lu, struct list *list)
{
	const uint8_t *page = lu_page(lu, random_below(rng, 24));
	unsigned int at = page - lu->pages, size = lu_page_size(page);
	unsigned int begin = list->len;

	if (list->len + size > DATA_MAX || at + size > lu->pages_len)
		return;
	memcpy(list->data + begin, page, size);
	list->len += size;
	list->data[begin] &= 0x7f;
	for (int n = random_below(rng, 4); n; n--) {
		unsigned int byte = random_below(rng, size);
		uint8_t bits = random_draw(rng);

		if (random_chance(rng, 90))
			bits &= byte > 1 ? lu->changeable[at + byte] : 0;
		list->data[begin + byte] ^= bits;
	}
}

void list_mode(struct rng *rng, const struct lu *lu, uint8_t *cdb,
	       struct list *list)
{
	bool lengthy = cdb[0] == 0x55, described = random_chance(rng, 25);
	unsigned int n = random_below(rng, 4);

	list_put(list, 0, lengthy ? 2 : 1);		/* MODE DATA LENGTH */
	list_put(list, 0, 1);				/* MEDIUM TYPE */
	list_put(list, random_chance(rng, 10) ? random_draw(rng) : 0, 1);
	if (lengthy)
		list_put(list, 0, 2);
	list_put(list, described ? 8 : 0, lengthy ? 2 : 1);
	if (described) {
		list_put(list, random_chance(rng, 70) ? lu->blocks :
			 random_draw(rng), 4);
		list_put(list, lu->block, 4);
	}
	while (n--)
		put_page(rng, lu, list);
	cdb[1] |= 0x10;					/* PF */
}

/*
 * Whatever became of the list, QERR stays 0 and TAS 1: an initiator is not told
 * of a command that is aborted otherwise, and waits for it (SAM-5 5.6).
 */
void list_mode_answered(const uint8_t *cdb, struct list *list)
{
	bool lengthy = cdb[0] == 0x55;
	const struct field described = lengthy ? (struct field){ 6, 2 } :
						 (struct field){ 3, 1 };
	uint32_t at = lengthy ? 8 : 4;
	uint8_t *page;

	if (list->len < at)
		return;
	at += shape_number(list->data, described);
	while (at + 6 <= list->len) {
		page = list->data + at;
		if ((page[0] & 0x7f) == 0x0a) {
			page[3] &= ~0x06;
			page[5] |= 0x40;
		}
		at += page[0] & 0x40 ? (page[2] << 8 | page[3]) + 4 : page[1] + 2;
	}
}

void list_diagnostic(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		     struct list *list)
{
	static const uint8_t pages[] = { 0x00, 0x00, 0x3f, 0x40, 0x41, 0x80 };
	unsigned int n = random_below(rng, 12);

	(void)lu;
	if (!(cdb[1] & 0x10) && random_chance(rng, 80))
		return;
	list_put(list, random_of(rng, pages), 1);
	list_put(list, 0, 1);
	list_put(list, random_chance(rng, 50) ? 0 : n, 2);
	while (list->len > 4 && n--)
		list_put(list, random_draw(rng), 1);
}

/* Any bytes; few most times, as in WRITE BUFFER and identifying information */
void list_buffer(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		 struct list *list)
{
	static const uint32_t sizes[] = { 0, 1, 64, 255, 256, 512, 4095, 4096, 8192 };
	uint32_t n = random_chance(rng, 50) ? random_below(rng, 64) :
					      random_of(rng, sizes);

	(void)lu;
	if (cdb[0] == 0x3b && random_chance(rng, 80))
		shape_put(cdb, (struct field){ 2, 4 }, random_below(rng, 64) * 4);
	while (n--)
		list_put(list, random_draw(rng), 1);
}

void list_log(struct rng *rng, const struct lu *lu, uint8_t *cdb,
	      struct list *list)
{
	static const uint8_t codes[] = { 0x02, 0x03, 0x05, 0x06, 0x0c, 0x0d, 0x0f,
					 0x10, 0x15, 0x19, 0x2f };
	unsigned int n = random_below(rng, 4), begin = list->len;

	(void)lu;
	(void)cdb;
	if (!n)
		return;
	list_put(list, random_of(rng, codes), 1);
	list_put(list, random_chance(rng, 80) ? 0 : random_draw(rng), 1);
	list_put(list, 0, 2);
	while (n--) {
		unsigned int size = random_below(rng, 9);

		list_put(list, random_below(rng, 8), 2);
		list_put(list, random_chance(rng, 70) ? 0x03 : random_draw(rng), 1);
		list_put(list, size, 1);
		list_put(list, random_draw(rng), size);
	}
	shape_put(list->data + begin + 2, (struct field){ 0, 2 },
		  list->len - begin - 4);
}

void list_timestamp(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		    struct list *list)
{
	(void)lu;
	(void)cdb;
	list_put(list, 0, 4);
	list_put(list, random_draw(rng), 6);
	list_put(list, 0, 2);
}

/* ------------------------------------------------------------- who may -- */

/* SET TARGET PORT GROUPS (SPC-5 6.45) */
void list_port_groups(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		      struct list *list)
{
	static const uint16_t groups[] = { 0, 0, 0, 0, 1, 2, 3, 0x7fff, 0xffff };
	static const uint8_t states[] = { 0, 0, 1, 2, 3, 4, 0xe, 0xf };

	(void)lu;
	(void)cdb;
	list_put(list, 0, 4);
	for (int n = random_chance(rng, 75) ? 1 : random_below(rng, 4); n; n--) {
		list_put(list, random_of(rng, states), 1);
		list_put(list, 0, 1);
		list_put(list, random_of(rng, groups), 2);
	}
}
