// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of block commands beyond READ, WRITE and their kin: 32-byte CDBs,
 * ORWRITE, WRITE ATOMIC, GET LBA STATUS, PRE-FETCH, defects, streams.
 */
#include <linux/string.h>
#include <linux/unaligned.h>
#include "fake.h"

/* A 32-byte CDB: service action, options, LBA and number of blocks */
#define CDB_32(sa, options, lba, blocks)				\
	{ 0x7f, [7] = 24, [9] = sa, [10] = options, [19] = lba, [31] = blocks }

static int more_init(struct kunit *test)
{
	struct fake *fake = fake_make(test);
	size_t i;

	for (i = 0; i < FAKE_BLOCKS * FAKE_BLOCK; i++)
		fake->medium[i] = i * 7 + i / 512;
	test->priv = fake;
	return 0;
}

static void more_exit(struct kunit *test)
{
	fake_free(test->priv);
}

/* ------------------------------------------------------- 32-byte CDBs -- */

static void more_long_read_write(struct kunit *test)
{
	static const u8 write[] = CDB_32(0x0b, 0x08, 200, 5);
	static const u8 read[] = CDB_32(0x09, 0, 200, 5);
	struct fake *fake = test->priv;

	memset(fake->data, 0xab, 5 * 512);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 5 * 512), 0);
	KUNIT_EXPECT_TRUE(test, fake->last_io & TARGET_IO_FUA);
	KUNIT_EXPECT_MEMEQ(test, fake->medium + 200 * 512, fake->data, 5 * 512);
	KUNIT_EXPECT_NE(test, fake->medium[205 * 512 + 1], 0xab);
	memset(fake->data, 0, 5 * 512);
	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 5 * 512), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, fake->medium + 200 * 512, 5 * 512);
}

static void more_long_verify(struct kunit *test)
{
	static const u8 verify[] = CDB_32(0x0a, 0x02, 9, 4);
	static const u8 write[] = CDB_32(0x0c, 0x02, 9, 4);
	struct fake *fake = test->priv;

	memset(fake->data, 0x99, 2048);
	KUNIT_EXPECT_EQ(test, fake_out(fake, verify, 2048), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_MISCOMPARE);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 2048), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 1);
	KUNIT_EXPECT_EQ(test, fake_out(fake, verify, 2048), 0);
}

static void more_long_write_same(struct kunit *test)
{
	static const u8 unmap[] = CDB_32(0x0d, 0x09, 4, 100);
	static const u8 data[] = CDB_32(0x0d, 0, 4, 2);
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_none(fake, unmap), 0);
	KUNIT_EXPECT_TRUE(test, fake->last_io & TARGET_IO_MAY_UNMAP);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 4 * 512, 0,
					   100 * 512));
	memset(fake->data, 0x77, 512);
	KUNIT_ASSERT_EQ(test, fake_out(fake, data, 512), 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 4 * 512, 0x77, 1024));
	KUNIT_EXPECT_EQ(test, fake->medium[6 * 512], 0);
}

/**
 * struct long_case - a 32-byte CDB that is refused
 * @name: why
 * @byte: what is changed of a READ(32) of one block
 * @value: to what
 * @sense: what it ends with
 * @field: where the sense data points
 */
struct long_case {
	const char	*name;
	u8		byte;
	u8		value;
	u32		sense;
	u8		field;
};

static const struct long_case long_cases[] = {
	{ "control", 1, 0x04, FAKE_INVALID_CDB, 1 },
	{ "length", 7, 23, FAKE_INVALID_CDB, 7 },
	{ "service action", 9, 0x1f, FAKE_INVALID_CDB, 8 },
	{ "high service action", 8, 0x01, FAKE_INVALID_CDB, 8 },
	{ "protection", 10, 0x20, FAKE_INVALID_CDB, 10 },
	{ "reserved", 6, 0x01, FAKE_INVALID_CDB, 6 },
	{ "behind the options", 11, 0x80, FAKE_INVALID_CDB, 11 },
	{ "LBA", 12, 0xff, FAKE_OUT_OF_RANGE, 0 },
	{ "length of data", 29, 0x01, FAKE_OUT_OF_RANGE, 0 },
};

static void long_desc(const struct long_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(long_case, long_cases, long_desc);

static void more_long_refused(struct kunit *test)
{
	const struct long_case *c = test->param_value;
	u8 cdb[] = CDB_32(0x09, 0, 3, 1);
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 512), 0);
	cdb[c->byte] = c->value;
	KUNIT_EXPECT_EQ(test, fake_run(fake, cdb, min(cdb[7] + 8, 32), 512,
				       DMA_FROM_DEVICE), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), c->sense);
	KUNIT_EXPECT_EQ(test, fake->sense[17], c->field);
}

/* LBA and length at the end of 64 bits */
static void more_long_wraps(struct kunit *test)
{
	static const u8 actions[] = { 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f };
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		u8 cdb[] = CDB_32(actions[i], 0, 0, 2);

		memset(cdb + 12, 0xff, 8);
		KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 1024), 2);
		KUNIT_EXPECT_EQ_MSG(test, fake_sense(fake), FAKE_OUT_OF_RANGE,
				    "%02x", actions[i]);
	}
}

/* ------------------------------------------------------------ ORWRITE -- */

static void more_orwrite(struct kunit *test)
{
	static const u8 cdb[] = { 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0, 4,
				  0, 0, 0x01, 0xc2, 0, 0 };
	/* the longest that the fake has data for, two chunks */
	const u32 len = 450 * 512;
	struct fake *fake = test->priv;
	u8 *at = fake->medium + 4 * 512;
	u8 *want = kunit_kzalloc(test, len, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, want);
	for (i = 0; i < len; i++) {
		fake->data[i] = i * 13;
		want[i] = at[i] | fake->data[i];
	}
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, len), 0);
	KUNIT_EXPECT_MEMEQ(test, at, want, len);
	KUNIT_EXPECT_TRUE(test, fake->last_io & TARGET_IO_FUA);
	KUNIT_EXPECT_TRUE(test, to_cmd(&fake->se)->flags & TARGET_CMD_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_READ],
			fake->io_ops[TARGET_IO_WRITE]);
}

static void more_orwrite_errors(struct kunit *test)
{
	static const u8 cdb[] = { 0x8b, [9] = 4, [13] = 2 };
	u8 wide[] = CDB_32(0x0e, 0, 4, 1);
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_run(fake, cdb, 16, 700, DMA_TO_DEVICE), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_IU);
	fake->fail_at = 2;
	KUNIT_EXPECT_EQ(test, fake_run(fake, cdb, 16, 1024, DMA_TO_DEVICE), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x030c00);
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, 512), 0);
	wide[23] = 1;
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x052c0c);
}

/* ------------------------------------------------------- WRITE ATOMIC -- */

static void more_atomic(struct kunit *test)
{
	/* units of 4 blocks from multiples of 8, at most 32 */
	static const u8 good[] = { 0x9c, [9] = 16, [13] = 12, [15] = 0 };
	static const u8 odd[] = { 0x9c, [9] = 16, [13] = 6, [15] = 0 };
	static const u8 off[] = { 0x9c, [9] = 12, [13] = 4, [15] = 0 };
	static const u8 more[] = { 0x9c, [9] = 16, [13] = 36, [15] = 0 };
	static const u8 bound[] = { 0x9c, [9] = 16, [11] = 8, [13] = 8, [15] = 0 };
	struct fake *fake = test->priv;

	memset(fake->data, 0x31, 12 * 512);
	KUNIT_ASSERT_EQ(test, fake_out(fake, good, 12 * 512), 0);
	KUNIT_EXPECT_TRUE(test, fake->last_io & TARGET_IO_ATOMIC);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 1);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 16 * 512, 0x31,
					   12 * 512));
	KUNIT_EXPECT_EQ(test, fake_out(fake, odd, 6 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 12);
	KUNIT_EXPECT_EQ(test, fake_out(fake, off, 4 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
	KUNIT_EXPECT_EQ(test, fake_out(fake, more, 36 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 12);
	KUNIT_EXPECT_EQ(test, fake_out(fake, bound, 8 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 11);
	/* less than all of it */
	KUNIT_EXPECT_EQ(test, fake_out(fake, good, 4 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 1);
	fake->dev.limits.atomic_max = 0;
	KUNIT_EXPECT_EQ(test, fake_out(fake, good, 12 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_OPCODE);
}

/* ----------------------------------------------------- GET LBA STATUS -- */

static void expect_status(struct kunit *test, unsigned int i, u64 lba,
			  u32 blocks, u8 status)
{
	const struct fake *fake = test->priv;
	const u8 *p = fake->data + 8 + i * 16;

	KUNIT_EXPECT_EQ(test, get_unaligned_be64(p), lba);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + 8), blocks);
	KUNIT_EXPECT_EQ(test, p[12], status);
}

static void more_lba_status(struct kunit *test)
{
	static const u8 all[] = { 0x9e, 0x12, [12] = 1, [15] = 0 };
	static const u8 late[] = { 0x9e, 0x12, [9] = 3, [13] = 24, [15] = 0 };
	static const u8 beyond[] = { 0x9e, 0x12, [8] = 8, [13] = 24, [15] = 0 };
	u8 wide[32] = { 0x7f, [7] = 24, [9] = 0x12, [19] = 1, [23] = 2,
			[31] = 56 };
	struct fake *fake = test->priv;

	/* 9.5 blocks at each end: half a block is allocated */
	fake->hole = 9 * 512 + 256;
	KUNIT_ASSERT_EQ(test, fake_in(fake, all, 256), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 4 + 3 * 16);
	expect_status(test, 0, 0, 9, 1);
	expect_status(test, 1, 9, 2048 - 18, 0);
	expect_status(test, 2, 2048 - 9, 9, 1);

	KUNIT_ASSERT_EQ(test, fake_in(fake, late, 24), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 4 + 16);
	expect_status(test, 0, 3, 6, 1);
	KUNIT_EXPECT_EQ(test, fake_in(fake, beyond, 24), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_OUT_OF_RANGE);
	/* SCAN LENGTH */
	KUNIT_ASSERT_EQ(test, fake_in(fake, wide, 56), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 4 + 16);
	expect_status(test, 0, 1, 2, 1);
}

static void more_lba_status_unknown(struct kunit *test)
{
	static const u8 all[] = { 0x9e, 0x12, [12] = 1, [15] = 0 };
	struct fake *fake = test->priv;

	fake->hole = 0;
	KUNIT_ASSERT_EQ(test, fake_in(fake, all, 256), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 4 + 16);
	expect_status(test, 0, 0, 2048, 0);
}

/* ---------------------------------------------------------- PRE-FETCH -- */

static void more_prefetch(struct kunit *test)
{
	static const u8 ten[] = { 0x34, 0x02, 0, 0, 0, 3, 0, 0, 5, 0 };
	static const u8 rest[] = { 0x90, 0, [9] = 4, [15] = 0 };
	static const u8 beyond[] = { 0x34, 0, 0, 0, 7, 0xff, 0, 0, 2, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_none(fake, ten), 0);
	KUNIT_EXPECT_EQ(test, to_cmd(&fake->se)->io.len, 5 * 512);
	KUNIT_EXPECT_EQ(test, fake_none(fake, rest), 0);
	KUNIT_EXPECT_EQ(test, to_cmd(&fake->se)->io.len, 2044 * 512);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_PREFETCH], 2);
	KUNIT_EXPECT_EQ(test, fake_none(fake, beyond), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_OUT_OF_RANGE);
}

/* ------------------------------------------------------------ defects -- */

static void more_reassign(struct kunit *test)
{
	static const u8 cdb[] = { 0x07, 0, 0, 0, 0, 0 };
	static const u8 wide[] = { 0x07, 0x03, 0, 0, 0, 0 };
	static const u8 list[] = { 0, 0, 0, 8, 0, 0, 0, 7, 0, 0, 0, 9 };
	static const u8 wide_list[] = { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5 };
	struct fake *fake = test->priv;
	u8 block[512];

	memcpy(block, fake->medium + 9 * 512, 512);
	memcpy(fake->data, list, sizeof(list));
	/* block 7 cannot be read any more */
	fake->fail_at = 1;
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, sizeof(list)), 0);
	KUNIT_EXPECT_TRUE(test, fake->se.sam_task_attr == TCM_ORDERED_TAG);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 2);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 7 * 512, 0, 512));
	KUNIT_EXPECT_MEMEQ(test, fake->medium + 9 * 512, block, 512);
	memcpy(fake->data, wide_list, sizeof(wide_list));
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, sizeof(wide_list)), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 3);
	/* a list that says more than there is, a block that is not there */
	fake->data[3] = 16;
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, sizeof(wide_list)), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	fake->data[3] = 8;
	fake->data[8] = 1;
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, sizeof(wide_list)), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_OUT_OF_RANGE);
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, 3), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 3);
}

static void more_defect_lists(struct kunit *test)
{
	static const u8 ten[] = { 0x37, 0, 0x1d, 0, 0, 0, 0, 0, 64, 0 };
	static const u8 twelve[] = { 0xb7, 0x0c, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0 };
	static const u8 answer[8] = { 0, 0x1d };
	static const u8 answer_12[8] = { 0, 0x0c };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, ten, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 4);
	KUNIT_EXPECT_MEMEQ(test, fake->data, answer, 4);
	KUNIT_ASSERT_EQ(test, fake_in(fake, twelve, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 8);
	KUNIT_EXPECT_MEMEQ(test, fake->data, answer_12, 8);
}

/* ------------------------------------------------------------ streams -- */

static void more_streams(struct kunit *test)
{
	static const u8 open[] = { 0x9e, 0x34, [13] = 8, [15] = 0 };
	static const u8 status[] = { 0x9e, 0x16, [13] = 64, [15] = 0 };
	u8 close[] = { 0x9e, 0x54, [13] = 8, [15] = 0 };
	u8 write[] = { 0x9a, 0, [9] = 3, [11] = 2, [13] = 1, [15] = 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		KUNIT_ASSERT_EQ(test, fake_in(fake, open, 8), 0);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 4), i);
		KUNIT_EXPECT_EQ(test, fake->data[0], 7);
	}
	memset(fake->data, 0x66, 512);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 0);
	KUNIT_EXPECT_EQ(test, fake->medium[3 * 512], 0x66);
	close[5] = 2;
	KUNIT_EXPECT_EQ(test, fake_in(fake, close, 8), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, close, 8), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 4);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 10);
	KUNIT_ASSERT_EQ(test, fake_in(fake, status, 64), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 16);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 6), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 10), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 18), 3);
	for (i = 2; i < 64; i++)
		KUNIT_ASSERT_EQ(test, fake_in(fake, open, 8), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, open, 8), 2);
}

static struct kunit_case more_cases[] = {
	KUNIT_CASE(more_long_read_write),
	KUNIT_CASE(more_long_verify),
	KUNIT_CASE(more_long_write_same),
	KUNIT_CASE_PARAM(more_long_refused, long_case_gen_params),
	KUNIT_CASE(more_long_wraps),
	KUNIT_CASE(more_orwrite),
	KUNIT_CASE(more_orwrite_errors),
	KUNIT_CASE(more_atomic),
	KUNIT_CASE(more_lba_status),
	KUNIT_CASE(more_lba_status_unknown),
	KUNIT_CASE(more_prefetch),
	KUNIT_CASE(more_reassign),
	KUNIT_CASE(more_defect_lists),
	KUNIT_CASE(more_streams),
	{}
};

static struct kunit_suite more_suite = {
	.name = "target_block_more",
	.init = more_init,
	.exit = more_exit,
	.test_cases = more_cases,
};

kunit_test_suite(more_suite);
