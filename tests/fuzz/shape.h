/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the standards say of the fields of CDBs: REPORT SUPPORTED OPERATION
 * CODES tells which bits mean something, not what.
 */
#ifndef FUZZ_SHAPE_H
#define FUZZ_SHAPE_H

#include "command.h"

/* Protection information of a block */
#define TUPLE_LEN	8

/* What a number of the CDB counts */
enum unit {
	NOTHING,	/* no data, or a fixed amount */
	BYTES,		/* ALLOCATION or PARAMETER LIST LENGTH */
	BLOCKS,
	TWICE,		/* blocks to compare, and blocks to write */
	ONE,		/* one block, for a range; none with NDOB */
	CHECKED,	/* none, all, or one block, as BYTCHK says */
	RANGE,		/* a range, without data */
	SENT,		/* a parameter list whose length is not told */
};

struct field {
	uint8_t at, bytes;
};

struct lu;
struct list;
struct rng;

/**
 * struct shape - fields of a command
 * @op: operation code
 * @sa: service action, or -1 for each one
 * @dir: direction of its data
 * @unit: what @count counts
 * @lba: LOGICAL BLOCK ADDRESS
 * @count: a length
 * @fill: makes the parameter list, NULL for any bytes
 */
struct shape {
	uint8_t		op;
	int16_t		sa;
	enum direction	dir;
	enum unit	unit;
	struct field	lba, count;
	void		(*fill)(struct rng *rng, const struct lu *lu,
				uint8_t *cdb, struct list *list);
};

const struct shape *shape_find(const uint8_t *cdb);
int shape_action(const uint8_t *cdb);
uint64_t shape_number(const uint8_t *cdb, struct field field);
void shape_put(uint8_t *cdb, struct field field, uint64_t number);
uint64_t shape_blocks(const struct shape *shape, const uint8_t *cdb);
bool shape_protected(const struct shape *shape, const uint8_t *cdb,
		     const struct lu *lu);
uint64_t shape_bytes(const struct shape *shape, const uint8_t *cdb,
		     const struct lu *lu);

#endif /* FUZZ_SHAPE_H */
