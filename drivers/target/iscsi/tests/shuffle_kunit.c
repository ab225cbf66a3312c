// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of orders that are not the rising one.
 */
#include <kunit/test.h>
#include <linux/bitmap.h>

#include "../shuffle.h"

#define COUNT_MAX	70

/* Whatever the seed, each item comes once */
static void shuffle_once(struct kunit *test)
{
	static const u32 seeds[] = { 1, 2, 69, 0x12345678, 0xfffeffff, U32_MAX };
	DECLARE_BITMAP(came, COUNT_MAX);
	u32 count, i, s, pick;

	for (s = 0; s < ARRAY_SIZE(seeds); s++) {
		for (count = 1; count <= COUNT_MAX; count++) {
			bitmap_zero(came, COUNT_MAX);
			for (i = 0; i < count; i++) {
				pick = iscsit_shuffle_pick(seeds[s], i, count);
				KUNIT_ASSERT_LT(test, pick, count);
				KUNIT_EXPECT_FALSE(test,
						   __test_and_set_bit(pick, came));
			}
		}
	}
}

static void shuffle_rising(struct kunit *test)
{
	u32 i;

	for (i = 0; i < COUNT_MAX; i++)
		KUNIT_EXPECT_EQ(test, iscsit_shuffle_pick(0, i, COUNT_MAX), i);
}

/* The most PDUs that a command can have */
static void shuffle_many(struct kunit *test)
{
	u32 count = U32_MAX / 512;

	KUNIT_EXPECT_LT(test, iscsit_shuffle_pick(U32_MAX, count - 1, count),
			count);
	KUNIT_EXPECT_NE(test, iscsit_shuffle_pick(U32_MAX, 0, count),
			iscsit_shuffle_pick(U32_MAX, count - 1, count));
}

static struct kunit_case shuffle_cases[] = {
	KUNIT_CASE(shuffle_once),
	KUNIT_CASE(shuffle_rising),
	KUNIT_CASE(shuffle_many),
	{}
};

static struct kunit_suite shuffle_suite = {
	.name = "iscsit_shuffle",
	.test_cases = shuffle_cases,
};

kunit_test_suite(shuffle_suite);
