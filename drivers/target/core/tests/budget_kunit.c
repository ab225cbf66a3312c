// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the memory that data may take.  Nothing is allocated: it is
 * the counting that is looked at.
 */
#include <kunit/test.h>
#include <linux/sizes.h>

#include "../budget.h"

/* More than have room, on machines that run these tests */
#define SESSIONS	256

/**
 * struct budget - sessions, and what they have
 * @sess: sessions
 * @took: by session
 */
struct budget {
	struct target_sess	sess[SESSIONS];
	long			took[SESSIONS];
};

static int budget_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct budget), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void give_all(struct budget *b)
{
	int i;

	for (i = 0; i < SESSIONS; i++) {
		if (b->took[i])
			target_budget_give(&b->sess[i], b->took[i]);
		b->took[i] = 0;
	}
}

static void budget_exit(struct kunit *test)
{
	if (test->priv)
		give_all(test->priv);
}

static sense_reason_t take(struct budget *b, int i, long bytes)
{
	sense_reason_t reason = target_budget_take(&b->sess[i], bytes);

	if (!reason)
		b->took[i] += bytes;
	return reason;
}

/* One session fills its share, and no more. */
static void budget_share(struct kunit *test)
{
	long share = target_budget_of_session();
	struct budget *b = test->priv;

	KUNIT_EXPECT_GE(test, share, SZ_32M);
	KUNIT_EXPECT_LE(test, share, SZ_256M);
	KUNIT_EXPECT_EQ(test, take(b, 0, share - SZ_1M), TCM_NO_SENSE);
	KUNIT_EXPECT_EQ(test, take(b, 0, SZ_1M), TCM_NO_SENSE);
	KUNIT_EXPECT_EQ(test, take(b, 0, SZ_128K), TCM_TASK_SET_FULL);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&b->sess[0].held_bytes), share);
	/* the others do not notice */
	KUNIT_EXPECT_EQ(test, take(b, 1, SZ_32M), TCM_NO_SENSE);
	give_all(b);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&b->sess[0].held_bytes), 0);
	KUNIT_EXPECT_EQ(test, take(b, 0, share), TCM_NO_SENSE);
}

/* Many sessions end at the common limit, however few bytes each has. */
static void budget_common(struct kunit *test)
{
	long share = target_budget_of_session();
	struct budget *b = test->priv;
	int i = 0;

	while (i < SESSIONS && !take(b, i, share))
		i++;
	KUNIT_ASSERT_LT(test, i, SESSIONS);
	KUNIT_EXPECT_GE(test, i, 4);
	KUNIT_EXPECT_EQ(test, take(b, i, share), TCM_BUSY);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&b->sess[i].held_bytes), 0);
	/* what one gives back, another gets */
	target_budget_give(&b->sess[0], share);
	b->took[0] = 0;
	KUNIT_EXPECT_EQ(test, take(b, i, share), TCM_NO_SENSE);
}

/* Those who have some leave half of it to those who have none. */
static void budget_reserve(struct kunit *test)
{
	long part = target_budget_of_session() / 4;
	struct budget *b = test->priv;
	sense_reason_t reason;
	int i, n;

	for (i = 0; i < SESSIONS; i++) {
		for (n = 0, reason = TCM_NO_SENSE; n < 4 && !reason; n++)
			reason = take(b, i, part);
		if (reason)
			break;
	}
	KUNIT_ASSERT_LT(test, i, SESSIONS);
	KUNIT_EXPECT_EQ(test, reason, TCM_TASK_SET_FULL);
	for (n = i + 1; n <= i + 2; n++) {
		KUNIT_EXPECT_EQ(test, take(b, n, part), TCM_NO_SENSE);
		KUNIT_EXPECT_EQ(test, take(b, n, part), TCM_TASK_SET_FULL);
	}
}

static struct kunit_case budget_cases[] = {
	KUNIT_CASE(budget_share),
	KUNIT_CASE(budget_common),
	KUNIT_CASE(budget_reserve),
	{}
};

static struct kunit_suite budget_suite = {
	.name = "target_budget",
	.init = budget_init,
	.exit = budget_exit,
	.test_cases = budget_cases,
};

kunit_test_suite(budget_suite);
