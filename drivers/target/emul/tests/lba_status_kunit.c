// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of GET LBA STATUS: what the medium says of its holes. */
#include <linux/string.h>
#include <linux/unaligned.h>
#include "fake.h"

static void expect_status(struct kunit *test, unsigned int i, u64 lba,
			  u32 blocks, u8 status)
{
	const struct fake *fake = test->priv;
	const u8 *p = fake->data + 8 + i * 16;

	KUNIT_EXPECT_EQ(test, get_unaligned_be64(p), lba);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + 8), blocks);
	KUNIT_EXPECT_EQ(test, p[12], status);
}

static void lba_status_runs(struct kunit *test)
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
	KUNIT_EXPECT_EQ(test, fake_info(fake), 2048);
	/* SCAN LENGTH */
	KUNIT_ASSERT_EQ(test, fake_in(fake, wide, 56), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 4 + 16);
	expect_status(test, 0, 1, 2, 1);
}

static void lba_status_unknown(struct kunit *test)
{
	static const u8 all[] = { 0x9e, 0x12, [12] = 1, [15] = 0 };
	struct fake *fake = test->priv;

	fake->hole = 0;
	KUNIT_ASSERT_EQ(test, fake_in(fake, all, 256), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 4 + 16);
	expect_status(test, 0, 0, 2048, 0);
}

/* What has holes without being thin does not say so. */
static void lba_status_full(struct kunit *test)
{
	static const u8 all[] = { 0x9e, 0x12, [12] = 1, [15] = 0 };
	struct fake *fake = test->priv;

	fake->hole = 9 * 512;
	fake->dev.attr.emulate_tpu = false;
	fake->dev.attr.emulate_tpws = false;
	KUNIT_ASSERT_EQ(test, fake_in(fake, all, 256), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 4 + 16);
	expect_status(test, 0, 0, 2048, 0);
}

/* REPORT TYPE is not processed, as RTP says. */
static void lba_status_types(struct kunit *test)
{
	static const u8 mapped[] = { 0x9e, 0x12, [12] = 1, [14] = 0x02, 0 };
	u8 wide[32] = { 0x7f, [7] = 24, [9] = 0x12, 0x02, [31] = 56 };
	struct fake *fake = test->priv;

	fake->hole = 9 * 512;
	KUNIT_ASSERT_EQ(test, fake_in(fake, mapped, 256), 0);
	KUNIT_EXPECT_EQ(test, fake->data[7], 0);
	expect_status(test, 0, 0, 9, 1);
	KUNIT_ASSERT_EQ(test, fake_in(fake, wide, 56), 0);
	KUNIT_EXPECT_EQ(test, fake->data[7], 0);
}

static struct kunit_case lba_status_cases[] = {
	KUNIT_CASE(lba_status_runs),
	KUNIT_CASE(lba_status_unknown),
	KUNIT_CASE(lba_status_full),
	KUNIT_CASE(lba_status_types),
	{}
};

static struct kunit_suite lba_status_suite = {
	.name = "target_lba_status",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = lba_status_cases,
};

kunit_test_suite(lba_status_suite);
