// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of REASSIGN BLOCKS and READ DEFECT DATA. */
#include <linux/string.h>
#include <linux/unaligned.h>
#include "fake.h"

static void defects_reassign(struct kunit *test)
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
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->sense + 8), 0x1000005);
	/* the first block not done: one that fixed format has no room for */
	fake->data[4] = 1;
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, sizeof(wide_list)), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[8 + 12], 0x01);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->sense + 8 + 12 + 4),
			BIT_ULL(56) + 0x1000005);
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, 3), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 3);
}

/* COMMAND-SPECIFIC INFORMATION: from where on the list was not done */
static void defects_stopped(struct kunit *test)
{
	static const u8 cdb[] = { 0x07, 0, 0, 0, 0, 0 };
	static const u8 list[] = { 0, 0, 0, 8, 0, 0, 0, 7, 0, 0, 0, 9 };
	struct fake *fake = test->priv;

	memcpy(fake->data, list, sizeof(list));
	/* the write of the second one */
	fake->fail_at = 4;
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, sizeof(list)), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->sense + 8), 9);
	fake->data[9] = 1;
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, sizeof(list)), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_OUT_OF_RANGE);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->sense + 8), 7);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 0x10009);
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 3), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->sense + 8), U32_MAX);
}

static void defects_lists(struct kunit *test)
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

static struct kunit_case defects_cases[] = {
	KUNIT_CASE(defects_reassign),
	KUNIT_CASE(defects_stopped),
	KUNIT_CASE(defects_lists),
	{}
};

static struct kunit_suite defects_suite = {
	.name = "target_defects",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = defects_cases,
};

kunit_test_suite(defects_suite);
