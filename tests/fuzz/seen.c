// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking a logical unit for what cases may name, while it is idle: a case is the
 * same whichever came before it.
 */
#include <string.h>
#include "lu.h"
#include "random.h"
#include "shape.h"

/* List identifiers of copies are below that. */
#define LISTS		4
/* Of which the token is, at most half of the smallest medium */
#define TOKEN_BYTES	65536

static uint64_t number(unsigned int at, uint8_t bytes)
{
	return shape_number(lu_room + at, (struct field){ 0, bytes });
}

/* -------------------------------------------------------------- asking -- */

/* REGISTER AND IGNORE EXISTING KEY */
static void ask_key(struct lu *lu, uint8_t key)
{
	static const uint8_t cdb[10] = { 0x5f, 0x06, [8] = 24 };

	memset(lu_room, 0, 24);
	lu_room[15] = key;
	lu_ask(lu, cdb, sizeof(cdb), OUT, 24);
	lu->seen.key = key;
}

/* READ FULL STATUS: who this initiator is, and by which port it comes */
static void ask_name(struct lu *lu)
{
	static const uint8_t cdb[10] = { 0x5e, 0x03, [7] = 0x10 };
	struct command cmd = lu_ask(lu, cdb, sizeof(cdb), IN, 4096);
	unsigned int end = 8 + number(4, 4), at = 8;
	struct seen *seen = &lu->seen;

	seen->initiator_len = 0;
	if (!command_good(&cmd) || end > 4096)
		return;
	for (; at + 24 < end; at += 24 + number(at + 20, 4)) {
		uint32_t len = number(at + 20, 4);

		if (len > INITIATOR_MAX || at + 24 + len > end)
			return;
		if (number(at, 8) != seen->key)
			continue;
		seen->port = number(at + 18, 2);
		memcpy(seen->initiator, lu_room + at + 24, len);
		seen->initiator_len = len;
		return;
	}
}

/* STREAM CONTROL: close the one that was open, and open one */
static void ask_stream(struct lu *lu)
{
	uint8_t close[16] = { 0x9e, 0x54, [13] = 8 };
	static const uint8_t open[16] = { 0x9e, 0x34, [13] = 8 };
	struct command cmd;

	shape_put(close, (struct field){ 4, 2 }, lu->seen.stream);
	lu_ask(lu, close, sizeof(close), IN, 8);
	cmd = lu_ask(lu, open, sizeof(open), IN, 8);
	lu->seen.stream = command_good(&cmd) ? number(4, 2) : 0;
}

/* POPULATE TOKEN, and RECEIVE ROD TOKEN INFORMATION of it */
static void ask_token(struct lu *lu)
{
	static const uint8_t populate[16] = { 0x83, 0x10, [9] = LISTS, [13] = 32 };
	static const uint8_t receive[16] = { 0x84, 0x07, [5] = LISTS, [12] = 4 };
	struct command cmd;
	uint32_t at;

	lu->seen.has_token = false;
	memset(lu_room, 0, 32);
	lu_room[1] = 30;
	/* INACTIVITY TIMEOUT: longer than cases take until the next one */
	shape_put(lu_room, (struct field){ 4, 4 }, 600);
	lu_room[15] = 16;
	shape_put(lu_room, (struct field){ 24, 4 }, TOKEN_BYTES / lu->block);
	cmd = lu_ask(lu, populate, sizeof(populate), OUT, 32);
	if (!command_good(&cmd))
		return;
	cmd = lu_ask(lu, receive, sizeof(receive), IN, 1024);
	/* behind the header and the sense data: a length, two bytes, the token */
	at = 32 + lu_room[13] + 4 + 2;
	if (!command_good(&cmd) || at + TOKEN_LEN > 1024)
		return;
	memcpy(lu->seen.token, lu_room + at, TOKEN_LEN);
	lu->seen.has_token = true;
}

/**
 * seen_ask - get what cases of the next round may name
 * @lu: logical unit that is idle and ready
 * @key: reservation key to register
 */
void seen_ask(struct lu *lu, uint8_t key)
{
	if (lu_has(lu, 0x5f))
		ask_key(lu, key);
	if (lu_has(lu, 0x5e))
		ask_name(lu);
	if (lu_has(lu, 0x9a))
		ask_stream(lu);
	if (lu_has(lu, 0x83))
		ask_token(lu);
}

/* -------------------------------------------------------------- aiming -- */

enum thing { LIST, STREAM, CONTROL, GENERATION, PAGE, BUFFER, START };

/* Fields of CDBs that name something, or say what to do with it */
static const struct {
	uint8_t		op;
	int16_t		sa;
	enum thing	thing;
	struct field	field;
} aims[] = {
	{ 0x1a, -1, PAGE, { 2, 2 } },
	{ 0x1b, -1, START, { 4, 1 } },
	{ 0x3b, -1, BUFFER, { 1, 1 } },
	{ 0x3c, -1, BUFFER, { 1, 1 } },
	{ 0x5a, -1, PAGE, { 2, 2 } },
	{ 0x7f, 0x0e, GENERATION, { 20, 8 } },
	{ 0x7f, 0x10, STREAM, { 4, 2 } },
	{ 0x83, 0x1c, LIST, { 2, 4 } },
	{ 0x84, 0x00, LIST, { 2, 1 } },
	{ 0x84, 0x01, LIST, { 2, 1 } },
	{ 0x84, 0x04, LIST, { 2, 1 } },
	{ 0x84, 0x05, LIST, { 2, 4 } },
	{ 0x84, 0x06, LIST, { 2, 4 } },
	{ 0x84, 0x07, LIST, { 2, 4 } },
	{ 0x9a, -1, STREAM, { 10, 2 } },
	{ 0x9b, -1, BUFFER, { 1, 1 } },
	{ 0x9e, 0x14, CONTROL, { 1, 1 } },
	{ 0x9e, 0x14, STREAM, { 4, 2 } },
};

/* PC, PAGE CODE and SUBPAGE CODE of a mode page that there is */
static uint16_t page_of(struct rng *rng, const struct lu *lu)
{
	const uint8_t *page = lu_page(lu, random_below(rng, 24));
	uint16_t name = page[0] & 0x3f;

	name = name << 8 | (page[0] & 0x40 ? page[1] : 0);
	return name | random_below(rng, 4) << 14;
}

static uint64_t name_of(struct rng *rng, const struct lu *lu, enum thing thing)
{
	/* data, its descriptor, echo, its descriptor */
	static const uint8_t modes[] = { 0x02, 0x02, 0x03, 0x0a, 0x0a, 0x0b };

	switch (thing) {
	case LIST:
		return random_below(rng, LISTS + 1);
	case STREAM:
		return lu->seen.stream;
	case CONTROL:
		return 0x14 | (1 + random_below(rng, 2)) << 5;
	case PAGE:
		return page_of(rng, lu);
	case START:
		return 1;
	case BUFFER:
		return random_of(rng, modes);
	default:
		return 0;
	}
}

/* Have a CDB name what there is; most times. */
void seen_aim(struct rng *rng, const struct lu *lu, uint8_t *cdb)
{
	for (unsigned int i = 0; i < sizeof(aims) / sizeof(aims[0]); i++) {
		if (aims[i].op != cdb[0] ||
		    (aims[i].sa >= 0 && aims[i].sa != shape_action(cdb)))
			continue;
		if (random_chance(rng, 80))
			shape_put(cdb, aims[i].field,
				  name_of(rng, lu, aims[i].thing));
	}
}
