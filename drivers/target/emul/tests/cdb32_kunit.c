// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of 32-byte CDBs: READ, WRITE, VERIFY and their kin. */
#include <linux/string.h>
#include <linux/unaligned.h>
#include "fake.h"

/* Service action, options, LBA and number of blocks */
#define CDB_32(sa, options, lba, blocks)				\
	{ 0x7f, [7] = 24, [9] = sa, [10] = options, [19] = lba, [31] = blocks }

static void cdb32_read_write(struct kunit *test)
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

static void cdb32_verify(struct kunit *test)
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

/* BYTCHK is elsewhere than in shorter CDBs. */
static void cdb32_bytchk(struct kunit *test)
{
	static const u8 verify[] = CDB_32(0x0a, 0x04, 9, 4);
	static const u8 write[] = CDB_32(0x0c, 0x04, 9, 4);
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_out(fake, verify, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0xca);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 10);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 2048), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 10);
}

static void cdb32_write_same(struct kunit *test)
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
 * struct cdb32_case - a 32-byte CDB that is refused
 * @name: why
 * @byte: what is changed of a READ(32) of one block
 * @value: to what
 * @sense: what it ends with
 * @field: where the sense data points
 */
struct cdb32_case {
	const char	*name;
	u8		byte;
	u8		value;
	u32		sense;
	u8		field;
};

static const struct cdb32_case cdb32_refusals[] = {
	{ "control", 1, 0x01, FAKE_INVALID_CDB, 1 },
	{ "length", 7, 23, FAKE_INVALID_CDB, 7 },
	{ "length without service action", 7, 0, FAKE_INVALID_CDB, 7 },
	{ "service action", 9, 0x1f, FAKE_INVALID_CDB, 8 },
	{ "high service action", 8, 0x01, FAKE_INVALID_CDB, 8 },
	{ "protection", 10, 0x20, FAKE_INVALID_CDB, 10 },
	{ "reserved", 6, 0x01, FAKE_INVALID_CDB, 6 },
	{ "behind the options", 11, 0x80, FAKE_INVALID_CDB, 11 },
	{ "LBA", 12, 0xff, FAKE_OUT_OF_RANGE, 0 },
	{ "length of data", 29, 0x01, FAKE_OUT_OF_RANGE, 0 },
};

static void cdb32_desc(const struct cdb32_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cdb32_case, cdb32_refusals, cdb32_desc);

static void cdb32_refused(struct kunit *test)
{
	const struct cdb32_case *c = test->param_value;
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
static void cdb32_wraps(struct kunit *test)
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

static struct kunit_case cdb32_cases[] = {
	KUNIT_CASE(cdb32_read_write),
	KUNIT_CASE(cdb32_verify),
	KUNIT_CASE(cdb32_bytchk),
	KUNIT_CASE(cdb32_write_same),
	KUNIT_CASE_PARAM(cdb32_refused, cdb32_case_gen_params),
	KUNIT_CASE(cdb32_wraps),
	{}
};

static struct kunit_suite cdb32_suite = {
	.name = "target_cdb32",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = cdb32_cases,
};

kunit_test_suite(cdb32_suite);
