// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fields of CDBs (SPC-5, SBC-4), one row a command.
 */
#include "list.h"
#include "shape.h"

#define BLOCKS_6	{ 1, 3 }, { 4, 1 }
#define BLOCKS_10	{ 2, 4 }, { 7, 2 }
#define BLOCKS_12	{ 2, 4 }, { 6, 4 }
#define BLOCKS_16	{ 2, 8 }, { 10, 4 }
#define BLOCKS_16_2	{ 2, 8 }, { 12, 2 }
#define BLOCKS_32	{ 12, 8 }, { 28, 4 }
#define NO_LBA		{ 0, 0 }

/* A row for each service action comes before one for all. */
static const struct shape shapes[] = {
	{ 0x03, -1, IN, BYTES, NO_LBA, { 4, 1 }, NULL },
	{ 0x04, -1, OUT, SENT, NO_LBA, NO_LBA, list_format },
	{ 0x07, -1, OUT, SENT, NO_LBA, NO_LBA, list_reassign },
	{ 0x08, -1, IN, BLOCKS, BLOCKS_6, NULL },
	{ 0x0a, -1, OUT, BLOCKS, BLOCKS_6, NULL },
	{ 0x12, -1, IN, BYTES, NO_LBA, { 3, 2 }, NULL },
	{ 0x15, -1, OUT, BYTES, NO_LBA, { 4, 1 }, list_mode },
	{ 0x1a, -1, IN, BYTES, NO_LBA, { 4, 1 }, NULL },
	{ 0x1c, -1, IN, BYTES, NO_LBA, { 3, 2 }, NULL },
	{ 0x1d, -1, OUT, BYTES, NO_LBA, { 3, 2 }, list_diagnostic },
	{ 0x25, -1, IN, NOTHING, NO_LBA, NO_LBA, NULL },
	{ 0x28, -1, IN, BLOCKS, BLOCKS_10, NULL },
	{ 0x2a, -1, OUT, BLOCKS, BLOCKS_10, NULL },
	{ 0x2e, -1, OUT, BLOCKS, BLOCKS_10, NULL },
	{ 0x2f, -1, OUT, CHECKED, BLOCKS_10, NULL },
	{ 0x34, -1, NONE, RANGE, BLOCKS_10, NULL },
	{ 0x35, -1, NONE, RANGE, BLOCKS_10, NULL },
	{ 0x37, -1, IN, BYTES, NO_LBA, { 7, 2 }, NULL },
	{ 0x3b, -1, OUT, BYTES, NO_LBA, { 6, 3 }, list_buffer },
	{ 0x3c, -1, IN, BYTES, NO_LBA, { 6, 3 }, NULL },
	{ 0x41, -1, OUT, ONE, BLOCKS_10, NULL },
	{ 0x42, -1, OUT, BYTES, NO_LBA, { 7, 2 }, list_unmap },
	{ 0x48, 0x01, OUT, BYTES, NO_LBA, { 7, 2 }, list_overwrite },
	{ 0x4c, -1, OUT, BYTES, NO_LBA, { 7, 2 }, list_log },
	{ 0x4d, -1, IN, BYTES, NO_LBA, { 7, 2 }, NULL },
	{ 0x55, -1, OUT, BYTES, NO_LBA, { 7, 2 }, list_mode },
	{ 0x5a, -1, IN, BYTES, NO_LBA, { 7, 2 }, NULL },
	{ 0x5e, -1, IN, BYTES, NO_LBA, { 7, 2 }, NULL },
	{ 0x5f, -1, OUT, BYTES, NO_LBA, { 5, 4 }, list_reservation },
	{ 0x7f, 0x09, IN, BLOCKS, BLOCKS_32, NULL },
	{ 0x7f, 0x0a, OUT, CHECKED, BLOCKS_32, NULL },
	{ 0x7f, 0x0b, OUT, BLOCKS, BLOCKS_32, NULL },
	{ 0x7f, 0x0c, OUT, BLOCKS, BLOCKS_32, NULL },
	{ 0x7f, 0x0d, OUT, ONE, BLOCKS_32, NULL },
	{ 0x7f, 0x0e, OUT, BLOCKS, BLOCKS_32, NULL },
	{ 0x7f, 0x0f, OUT, BLOCKS, BLOCKS_32, NULL },
	{ 0x7f, 0x10, OUT, BLOCKS, BLOCKS_32, NULL },
	{ 0x7f, 0x12, IN, BYTES, BLOCKS_32, NULL },
	{ 0x83, 0x00, OUT, BYTES, NO_LBA, { 10, 4 }, list_copy },
	{ 0x83, 0x01, OUT, BYTES, NO_LBA, { 10, 4 }, list_copy },
	{ 0x83, 0x10, OUT, BYTES, NO_LBA, { 10, 4 }, list_populate },
	{ 0x83, 0x11, OUT, BYTES, NO_LBA, { 10, 4 }, list_use_token },
	{ 0x84, -1, IN, BYTES, NO_LBA, { 10, 4 }, NULL },
	{ 0x88, -1, IN, BLOCKS, BLOCKS_16, NULL },
	{ 0x89, -1, OUT, TWICE, { 2, 8 }, { 13, 1 }, NULL },
	{ 0x8a, -1, OUT, BLOCKS, BLOCKS_16, NULL },
	{ 0x8b, -1, OUT, BLOCKS, BLOCKS_16, NULL },
	{ 0x8e, -1, OUT, BLOCKS, BLOCKS_16, NULL },
	{ 0x8f, -1, OUT, CHECKED, BLOCKS_16, NULL },
	{ 0x90, -1, NONE, RANGE, BLOCKS_16, NULL },
	{ 0x91, -1, NONE, RANGE, BLOCKS_16, NULL },
	{ 0x93, -1, OUT, ONE, BLOCKS_16, NULL },
	{ 0x9a, -1, OUT, BLOCKS, BLOCKS_16_2, NULL },
	{ 0x9b, -1, IN, BYTES, NO_LBA, { 10, 4 }, NULL },
	{ 0x9c, -1, OUT, BLOCKS, BLOCKS_16_2, NULL },
	{ 0x9e, 0x12, IN, BYTES, BLOCKS_16, NULL },
	{ 0x9e, 0x13, IN, BYTES, BLOCKS_16, NULL },
	{ 0x9e, -1, IN, BYTES, NO_LBA, { 10, 4 }, NULL },
	{ 0xa0, -1, IN, BYTES, NO_LBA, { 6, 4 }, NULL },
	{ 0xa3, -1, IN, BYTES, NO_LBA, { 6, 4 }, NULL },
	{ 0xa4, 0x0a, OUT, BYTES, NO_LBA, { 6, 4 }, list_port_groups },
	{ 0xa4, 0x0f, OUT, BYTES, NO_LBA, { 6, 4 }, list_timestamp },
	{ 0xa4, -1, OUT, BYTES, NO_LBA, { 6, 4 }, list_buffer },
	{ 0xa8, -1, IN, BLOCKS, BLOCKS_12, NULL },
	{ 0xaa, -1, OUT, BLOCKS, BLOCKS_12, NULL },
	{ 0xae, -1, OUT, BLOCKS, BLOCKS_12, NULL },
	{ 0xaf, -1, OUT, CHECKED, BLOCKS_12, NULL },
	{ 0xb7, -1, IN, BYTES, NO_LBA, { 6, 4 }, NULL },
};

/* What has no row has no data. */
static const struct shape other = { 0, -1, NONE, NOTHING, NO_LBA, NO_LBA, NULL };

/* SERVICE ACTION, where there is one if the operation code has some */
int shape_action(const uint8_t *cdb)
{
	return cdb[0] == 0x7f ? cdb[8] << 8 | cdb[9] : cdb[1] & 0x1f;
}

const struct shape *shape_find(const uint8_t *cdb)
{
	const struct shape *shape = shapes;

	for (; shape < shapes + sizeof(shapes) / sizeof(shapes[0]); shape++) {
		if (shape->op == cdb[0] &&
		    (shape->sa < 0 || shape->sa == shape_action(cdb)))
			return shape;
	}
	return &other;
}

uint64_t shape_number(const uint8_t *cdb, struct field field)
{
	uint64_t number = 0;

	while (field.bytes--)
		number = number << 8 | cdb[field.at++];
	return number;
}

void shape_put(uint8_t *cdb, struct field field, uint64_t number)
{
	while (field.bytes--) {
		cdb[field.at + field.bytes] = number;
		number >>= 8;
	}
}

/* How many blocks a command names, if its count is one of blocks */
uint64_t shape_blocks(const struct shape *shape, const uint8_t *cdb)
{
	uint64_t count = shape_number(cdb, shape->count);

	if (!shape->lba.bytes || shape->unit == BYTES)
		return 0;
	return !count && shape->lba.bytes == 3 ? 256 : count;
}

/* RDPROTECT, WRPROTECT, VRPROTECT: is protection information with the blocks? */
bool shape_protected(const struct shape *shape, const uint8_t *cdb,
		     const struct lu *lu)
{
	return lu->protection && shape->lba.bytes > 3 &&
	       (cdb[0] == 0x7f ? cdb[10] : cdb[1]) >> 5;
}

/* How much data the CDB speaks of; no limit of the target is known here. */
uint64_t shape_bytes(const struct shape *shape, const uint8_t *cdb,
		     const struct lu *lu)
{
	uint8_t options = cdb[0] == 0x7f ? cdb[10] : cdb[1];
	uint32_t block = lu->block +
			 (shape_protected(shape, cdb, lu) ? TUPLE_LEN : 0);
	uint64_t blocks = shape_blocks(shape, cdb) * block;

	switch (shape->unit) {
	case NOTHING:
		return shape->dir == IN ? 8 : 0;
	case BYTES:
		return shape_number(cdb, shape->count);
	case BLOCKS:
		return blocks;
	case TWICE:
		return blocks * 2;
	case ONE:
		return options & 1 ? 0 : block;
	case CHECKED:
		return options & 2 ? (options & 4 ? block : blocks) : 0;
	default:
		return 0;
	}
}
