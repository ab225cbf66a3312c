// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the command window and of status numbers.
 */
#include <kunit/test.h>

#include "../sn.h"

/* First CmdSN: an ordinary one, and two that wrap inside the window */
static const u32 starts[] = { 1, 0xfffffffe, 0x7ffffffe };

static void sn_start_desc(const u32 *start, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "from %08x", *start);
}

KUNIT_ARRAY_PARAM(start, starts, sn_start_desc);

static void sn_window(struct kunit *test)
{
	u32 first = *(const u32 *)test->param_value, i;
	struct iscsit_sn sn;

	iscsit_sn_init(&sn, first, 4);
	KUNIT_EXPECT_EQ(test, sn.max_cmdsn - sn.exp_cmdsn + 1, 4);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, first + i, false),
				ISCSIT_SN_NOW);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, first + 4, false),
			ISCSIT_SN_OUTSIDE);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, first + 3, false),
			ISCSIT_SN_DUPLICATE);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, first, false),
			ISCSIT_SN_DUPLICATE);
	/* the window is closed: MaxCmdSN is ExpCmdSN - 1 */
	KUNIT_EXPECT_EQ(test, sn.max_cmdsn, sn.exp_cmdsn - 1);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, first + 4, true),
			ISCSIT_SN_NOW);
	KUNIT_EXPECT_EQ(test, sn.exp_cmdsn, first + 4);
	iscsit_sn_release(&sn, 2);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, first + 4, false),
			ISCSIT_SN_NOW);
	KUNIT_EXPECT_EQ(test, sn.max_cmdsn - sn.exp_cmdsn + 1, 1);
}

/* Commands over several connections come in any order, once each */
static void sn_early(struct kunit *test)
{
	u32 first = *(const u32 *)test->param_value, cmdsn, i;
	struct iscsit_sn sn;

	iscsit_sn_init(&sn, first, 8);
	for (i = 7; i > 0; i--)
		KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, first + i, false),
				ISCSIT_SN_LATER);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, first + 4, false),
			ISCSIT_SN_DUPLICATE);
	KUNIT_EXPECT_FALSE(test, iscsit_sn_next(&sn, &cmdsn));
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, first, false),
			ISCSIT_SN_NOW);
	for (i = 1; i < 8; i++) {
		KUNIT_EXPECT_TRUE(test, iscsit_sn_next(&sn, &cmdsn));
		KUNIT_EXPECT_EQ(test, cmdsn, first + i);
	}
	KUNIT_EXPECT_FALSE(test, iscsit_sn_next(&sn, &cmdsn));
	KUNIT_EXPECT_EQ(test, sn.exp_cmdsn, first + 8);
}

/* A gap stops the row; what follows it waits */
static void sn_gap(struct kunit *test)
{
	struct iscsit_sn sn;
	u32 cmdsn;

	iscsit_sn_init(&sn, 10, 8);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, 11, false), ISCSIT_SN_LATER);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, 13, false), ISCSIT_SN_LATER);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, 10, false), ISCSIT_SN_NOW);
	KUNIT_EXPECT_TRUE(test, iscsit_sn_next(&sn, &cmdsn));
	KUNIT_EXPECT_EQ(test, cmdsn, 11);
	KUNIT_EXPECT_FALSE(test, iscsit_sn_next(&sn, &cmdsn));
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, 12, false), ISCSIT_SN_NOW);
	KUNIT_EXPECT_TRUE(test, iscsit_sn_next(&sn, &cmdsn));
	KUNIT_EXPECT_EQ(test, cmdsn, 13);
}

/* The deepest window, several times around the bitmap, in reverse order */
static void sn_deepest(struct kunit *test)
{
	struct iscsit_sn sn;
	u32 round, i, first, cmdsn, came;

	iscsit_sn_init(&sn, 0xffffff00, ISCSIT_SN_DEPTH_MAX);
	for (round = 0; round < 3; round++) {
		first = sn.exp_cmdsn;
		for (i = ISCSIT_SN_DEPTH_MAX - 1; i > 0; i--)
			KUNIT_ASSERT_EQ(test,
					iscsit_sn_admit(&sn, first + i, false),
					ISCSIT_SN_LATER);
		KUNIT_ASSERT_EQ(test,
				iscsit_sn_admit(&sn,
						first + ISCSIT_SN_DEPTH_MAX,
						false),
				ISCSIT_SN_OUTSIDE);
		KUNIT_ASSERT_EQ(test, iscsit_sn_admit(&sn, first, false),
				ISCSIT_SN_NOW);
		for (came = 1; iscsit_sn_next(&sn, &cmdsn); came++)
			KUNIT_ASSERT_EQ(test, cmdsn, first + came);
		KUNIT_ASSERT_EQ(test, came, ISCSIT_SN_DEPTH_MAX);
		iscsit_sn_release(&sn, ISCSIT_SN_DEPTH_MAX);
	}
}

/* The window is never wider than its depth, and never loses a credit */
static void sn_ends_early(struct kunit *test)
{
	struct iscsit_sn sn;
	u32 cmdsn;

	iscsit_sn_init(&sn, 0xffffffff, 2);
	KUNIT_EXPECT_FALSE(test, iscsit_sn_closed(&sn));
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, 0, false), ISCSIT_SN_LATER);
	iscsit_sn_finish(&sn, 0);
	KUNIT_EXPECT_EQ(test, sn.max_cmdsn, 0);
	KUNIT_EXPECT_EQ(test, iscsit_sn_admit(&sn, 0xffffffff, false),
			ISCSIT_SN_NOW);
	KUNIT_EXPECT_TRUE(test, iscsit_sn_next(&sn, &cmdsn));
	KUNIT_EXPECT_TRUE(test, iscsit_sn_closed(&sn));
	iscsit_sn_release(&sn, 1);
	KUNIT_EXPECT_FALSE(test, iscsit_sn_closed(&sn));
	iscsit_sn_finish(&sn, 0xffffffff);
	KUNIT_EXPECT_EQ(test, sn.max_cmdsn - sn.exp_cmdsn + 1, 2);
}

static void sn_depth_limits(struct kunit *test)
{
	struct iscsit_sn sn;

	iscsit_sn_init(&sn, 1, 0);
	KUNIT_EXPECT_EQ(test, sn.max_cmdsn - sn.exp_cmdsn + 1, 1);
	iscsit_sn_init(&sn, 1, U32_MAX);
	KUNIT_EXPECT_EQ(test, sn.max_cmdsn - sn.exp_cmdsn + 1,
			ISCSIT_SN_DEPTH_MAX);
}

static void sn_status(struct kunit *test)
{
	struct iscsit_sn_stat stat;

	iscsit_sn_stat_init(&stat, 0xffffffff);
	KUNIT_EXPECT_EQ(test, stat.acked, 0xffffffff);
	KUNIT_EXPECT_FALSE(test, iscsit_sn_stat_ack(&stat, 0));
	KUNIT_EXPECT_EQ(test, iscsit_sn_stat_take(&stat), 0xffffffff);
	KUNIT_EXPECT_EQ(test, iscsit_sn_stat_take(&stat), 0);
	KUNIT_EXPECT_EQ(test, iscsit_sn_stat_take(&stat), 1);
	KUNIT_EXPECT_TRUE(test, iscsit_sn_stat_ack(&stat, 1));
	KUNIT_EXPECT_EQ(test, stat.acked, 1);
	KUNIT_EXPECT_TRUE(test, iscsit_sn_stat_ack(&stat, 0xffffffff));
	KUNIT_EXPECT_EQ(test, stat.acked, 1);
	KUNIT_EXPECT_TRUE(test, iscsit_sn_stat_ack(&stat, 2));
	KUNIT_EXPECT_EQ(test, stat.acked, 2);
	KUNIT_EXPECT_FALSE(test, iscsit_sn_stat_ack(&stat, 3));
	KUNIT_EXPECT_EQ(test, stat.acked, 2);
}

static struct kunit_case sn_cases[] = {
	KUNIT_CASE_PARAM(sn_window, start_gen_params),
	KUNIT_CASE_PARAM(sn_early, start_gen_params),
	KUNIT_CASE(sn_gap),
	KUNIT_CASE(sn_deepest),
	KUNIT_CASE(sn_ends_early),
	KUNIT_CASE(sn_depth_limits),
	KUNIT_CASE(sn_status),
	{}
};

static struct kunit_suite sn_suite = {
	.name = "iscsit_sn",
	.test_cases = sn_cases,
};

kunit_test_suite(sn_suite);
