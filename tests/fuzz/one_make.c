// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a case.  Most commands are right but for one thing, as what is wrong
 * in many ways is refused for the first of them.
 */
#include <string.h>
#include "list.h"
#include "one.h"

/* Lengths of data for which no CDB accounts go up to that. */
#define LEN_MAX		16384

/* Lengths of CDBs by their group code (SPC-5 4.2.5.1) */
static const uint8_t cdb_lengths[] = { 6, 10, 10, 12, 16, 12, 10, 10 };

static uint32_t at_most(uint64_t n, uint32_t limit)
{
	return n < limit ? n : limit;
}

/* A frame with the operation code and the service action alone */
static void put_frame(struct command *cmd, const struct row *row)
{
	memset(cmd->cdb, 0, sizeof(cmd->cdb));
	cmd->cdb[0] = row->op;
	cmd->cdb_len = row->len;
	if (row->op == 0x7f) {
		cmd->cdb[7] = row->len - 8;
		cmd->cdb[8] = row->sa >> 8;
		cmd->cdb[9] = row->sa;
	} else if (row->sa >= 0) {
		cmd->cdb[1] = row->sa;
	}
}

/* Bits that may be set, in the bytes that shape has nothing to say about */
static void put_options(struct rng *rng, const struct row *row,
			struct command *cmd)
{
	for (unsigned int i = 1; i < row->len; i++) {
		bool action = row->op == 0x7f ? i >= 7 && i <= 9 :
			      i == 1 && row->sa >= 0;
		uint8_t bits = action ? lu_usage(row, i) & 0xe0 : lu_usage(row, i);

		if (row->op == 0x7f && action)
			continue;
		if (random_chance(rng, 35))
			cmd->cdb[i] |= random_draw(rng) & bits &
				       (random_chance(rng, 50) ? random_draw(rng) : 0xff);
	}
}

static uint32_t answer_length(struct rng *rng)
{
	static const uint32_t lengths[] = {
		0, 1, 3, 4, 7, 8, 12, 24, 36, 96, 252, 255, 256, 512, 4096,
		65535, 65536, 0xffffff, 0x7fffffff, 0xffffffff,
	};

	return random_chance(rng, 40) ? 252 : random_of(rng, lengths);
}

/* The numbers of a CDB, and the list behind it */
static void put_numbers(struct rng *rng, const struct shape *shape,
			const struct lu *lu, struct command *cmd)
{
	struct list list = { cmd->data, 0 };
	uint8_t *cdb = cmd->cdb;

	if (shape->lba.bytes) {
		shape_put(cdb, shape->lba, list_lba(rng, lu));
		if (shape->lba.bytes == 3)
			cdb[1] &= 0x1f;
	}
	if (shape->unit != BYTES && shape->count.bytes)
		shape_put(cdb, shape->count, list_blocks(rng, lu));
	if (shape->unit == BYTES && shape->dir == IN)
		shape_put(cdb, shape->count, answer_length(rng));
	seen_aim(rng, lu, cdb);
	if (!shape->fill)
		return;
	shape->fill(rng, lu, cdb, &list);
	if (random_chance(rng, 35))
		list_spoil(rng, &list);
	if (shape->fill == list_mode && !command_tells_aborts)
		list_mode_answered(cdb, &list);
	if (shape->unit == BYTES)
		shape_put(cdb, shape->count, list.len);
	cmd->len = list.len;
}

/* Protection information of blocks that are zeros, whose guard is 0 */
static void put_tuples(const struct shape *shape, const struct lu *lu,
		       struct command *cmd)
{
	uint32_t ref = shape_number(cmd->cdb, lu->protection == 2 ?
				    (struct field){ 20, 4 } : shape->lba);
	uint32_t at = lu->block;

	for (; at + TUPLE_LEN <= cmd->len; at += lu->block + TUPLE_LEN)
		shape_put(cmd->data + at, (struct field){ 4, 4 }, ref++);
}

/* Blocks to write or to compare: zeros half of the time, so that some match */
static void put_blocks(struct rng *rng, const struct shape *shape,
		       const struct lu *lu, struct command *cmd)
{
	if (random_chance(rng, 50)) {
		memset(cmd->data, 0, cmd->len);
		if (shape_protected(shape, cmd->cdb, lu))
			put_tuples(shape, lu, cmd);
		return;
	}
	for (uint32_t i = 0; i + 8 <= cmd->len; i += 8) {
		uint64_t word = random_draw(rng);

		memcpy(cmd->data + i, &word, 8);
	}
}

/* What the initiator says of the data: that of the CDB, or something else */
static void put_transfer(struct rng *rng, const struct shape *shape,
			 const struct lu *lu, struct command *cmd)
{
	uint64_t bytes = shape_bytes(shape, cmd->cdb, lu);

	cmd->dir = shape->dir;
	if (shape->unit != SENT)
		cmd->len = at_most(bytes, DATA_MAX);
	if (!shape->fill && shape->dir == OUT)
		put_blocks(rng, shape, lu, cmd);
	if (random_chance(rng, 8))
		cmd->len = random_below(rng, LEN_MAX);
	if (random_chance(rng, 3))
		cmd->dir = random_below(rng, 3);
	/* where there are no bytes there is no direction */
	if (!cmd->len)
		cmd->dir = NONE;
	if (cmd->dir == NONE)
		cmd->len = 0;
}

/* Something that is not right: a bit that may not be set, bytes, a length */
static void spoil(struct rng *rng, const struct row *row, struct command *cmd)
{
	unsigned int byte = 1 + random_below(rng, row->len - 1);
	unsigned int dice = random_below(rng, 100);

	if (dice < 12)
		cmd->cdb[byte] |= ~lu_usage(row, byte) & 1u << random_below(rng, 8);
	else if (dice < 15)
		cmd->cdb[byte] = random_draw(rng);
	if (dice != 15)
		return;
	cmd->cdb_len = 6 + random_below(rng, CDB_MAX - 5);
	memset(cmd->cdb + cmd->cdb_len, 0, CDB_MAX - cmd->cdb_len);
}

/* Anything: an operation code that there may be, with any bytes behind it */
static void make_noise(struct rng *rng, const struct lu *lu, struct command *cmd)
{
	for (int i = 0; i < CDB_MAX; i++)
		cmd->cdb[i] = random_chance(rng, 60) ? 0 : random_draw(rng);
	cmd->cdb[0] = random_draw(rng);
	cmd->cdb_len = cdb_lengths[cmd->cdb[0] >> 5];
	if (cmd->cdb[0] == 0x7f) {
		cmd->cdb_len = CDB_MAX;
		cmd->cdb[7] = random_chance(rng, 80) ? 24 : random_draw(rng);
	}
	cmd->dir = random_below(rng, 3);
	cmd->len = cmd->dir == NONE ? 0 : 1 + random_below(rng, LEN_MAX);
	put_blocks(rng, shape_find(cmd->cdb), lu, cmd);
}

/*
 * NACA is left to lu_heal(): the task set of an ACA is closed to all other
 * cases, and what BUSY turns away Linux sends until it is open again.
 */
static void clear_naca(struct command *cmd)
{
	if (cmd->cdb[0] == 0x7f)
		cmd->cdb[1] &= ~NACA;
	cmd->cdb[cdb_lengths[cmd->cdb[0] >> 5] - 1] &= ~NACA;
	cmd->cdb[cmd->cdb_len - 1] &= ~NACA;
}

/**
 * one_make - make a case
 * @one: set; its data has room
 * @lus: logical units, one of which it is for
 * @count: how many
 * @rng: decides
 */
void one_make(struct one *one, struct lu *lus, unsigned int count,
	      struct rng rng)
{
	struct command *cmd = &one->cmd;
	const struct shape *shape;
	const struct row *row;

	one->lu = &lus[random_below(&rng, count)];
	if (random_chance(&rng, 4)) {
		make_noise(&rng, one->lu, cmd);
		clear_naca(cmd);
		one->row = (struct row *)lu_row(one->lu, cmd->cdb);
		return;
	}
	row = &one->lu->rows[random_below(&rng, one->lu->row_count)];
	cmd->len = 0;
	put_frame(cmd, row);
	put_options(&rng, row, cmd);
	shape = shape_find(cmd->cdb);
	put_numbers(&rng, shape, one->lu, cmd);
	put_transfer(&rng, shape, one->lu, cmd);
	spoil(&rng, row, cmd);
	clear_naca(cmd);
	one->row = (struct row *)lu_row(one->lu, cmd->cdb);
}
