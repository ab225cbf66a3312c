// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of locks on ranges of logical blocks.
 */
#include <kunit/test.h>

#include "../range.h"

#define RANGES	6

/**
 * struct ranges - a logical unit and commands
 * @dev: logical unit
 * @range: one a command
 * @granted: those that were granted after they waited, in order
 * @nr_granted: how many
 */
struct ranges {
	struct target_dev	dev;
	struct target_range	range[RANGES];
	struct target_range	*granted[RANGES];
	unsigned int		nr_granted;
};

static struct ranges *current_ranges;

static void note_granted(struct target_range *range)
{
	lockdep_assert_held(&current_ranges->dev.ranges.lock);
	current_ranges->granted[current_ranges->nr_granted++] = range;
}

static int range_init(struct kunit *test)
{
	struct ranges *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	int i;

	if (!r)
		return -ENOMEM;
	target_range_init(&r->dev);
	for (i = 0; i < RANGES; i++)
		target_range_reset(&r->range[i]);
	current_ranges = r;
	test->priv = r;
	return 0;
}

static bool lock(struct ranges *r, int i, u64 lba, u64 blocks)
{
	r->range[i].lba = lba;
	r->range[i].blocks = blocks;
	r->range[i].granted = note_granted;
	return target_range_lock(&r->dev, &r->range[i]);
}

static void end(struct ranges *r, int i)
{
	target_range_end(&r->dev, &r->range[i]);
}

static bool slow(struct ranges *r)
{
	return test_bit(TARGET_SLOW_RANGE, &r->dev.slow);
}

/**
 * struct pair - two ranges
 * @lba: first block of each
 * @blocks: how many
 * @overlap: whether they do
 */
struct pair {
	u64	lba[2];
	u64	blocks[2];
	bool	overlap;
};

static const struct pair pairs[] = {
	{ { 10, 10 },		{ 1, 1 },	true },
	{ { 10, 11 },		{ 1, 1 },	false },
	{ { 11, 10 },		{ 1, 1 },	false },
	{ { 10, 11 },		{ 2, 1 },	true },
	{ { 10, 12 },		{ 2, 1 },	false },
	{ { 10, 8 },		{ 4, 2 },	false },
	{ { 10, 8 },		{ 4, 3 },	true },
	{ { 10, 12 },		{ 8, 2 },	true },
	{ { 12, 10 },		{ 2, 8 },	true },
	{ { 0, 0 },		{ U64_MAX, 1 },	true },
	{ { U64_MAX - 1, 0 },	{ 1, 8 },	false },
	{ { U64_MAX - 9, U64_MAX - 1 }, { 9, 1 }, true },
	{ { 5, 5 },		{ 0, 8 },	false },
};

static void pair_desc(const struct pair *pair, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%llu+%llu and %llu+%llu",
		 pair->lba[0], pair->blocks[0], pair->lba[1], pair->blocks[1]);
}

KUNIT_ARRAY_PARAM(pair, pairs, pair_desc);

static void range_overlap(struct kunit *test)
{
	const struct pair *pair = test->param_value;
	struct ranges *r = test->priv;

	KUNIT_EXPECT_FALSE(test, slow(r));
	KUNIT_EXPECT_TRUE(test, lock(r, 0, pair->lba[0], pair->blocks[0]));
	KUNIT_EXPECT_TRUE(test, slow(r));
	KUNIT_EXPECT_EQ(test, lock(r, 1, pair->lba[1], pair->blocks[1]),
			!pair->overlap);
	end(r, 0);
	KUNIT_EXPECT_EQ(test, r->nr_granted, pair->overlap);
	KUNIT_EXPECT_TRUE(test, slow(r));
	end(r, 1);
	KUNIT_EXPECT_FALSE(test, slow(r));
}

/* Who waits for a waiting one stays behind it, even where nothing is locked. */
static void range_fifo(struct kunit *test)
{
	struct ranges *r = test->priv;

	KUNIT_EXPECT_TRUE(test, lock(r, 0, 0, 10));
	KUNIT_EXPECT_FALSE(test, lock(r, 1, 5, 10));
	KUNIT_EXPECT_FALSE(test, lock(r, 2, 12, 10));
	KUNIT_EXPECT_TRUE(test, lock(r, 3, 30, 1));
	KUNIT_EXPECT_FALSE(test, lock(r, 4, 0, 5));
	KUNIT_EXPECT_EQ(test, r->nr_granted, 0);

	end(r, 0);
	/* 1 and 4 do not touch each other; 2 waits for 1 */
	KUNIT_EXPECT_EQ(test, r->nr_granted, 2);
	KUNIT_EXPECT_PTR_EQ(test, r->granted[0], &r->range[1]);
	KUNIT_EXPECT_PTR_EQ(test, r->granted[1], &r->range[4]);
	end(r, 1);
	KUNIT_EXPECT_EQ(test, r->nr_granted, 3);
	KUNIT_EXPECT_PTR_EQ(test, r->granted[2], &r->range[2]);
	end(r, 2);
	end(r, 3);
	end(r, 4);
	KUNIT_EXPECT_FALSE(test, slow(r));
}

/* A stream of small ranges does not starve a large one. */
static void range_not_starved(struct kunit *test)
{
	struct ranges *r = test->priv;

	KUNIT_EXPECT_TRUE(test, lock(r, 0, 0, 1));
	KUNIT_EXPECT_FALSE(test, lock(r, 1, 0, 100));
	KUNIT_EXPECT_FALSE(test, lock(r, 2, 50, 1));
	KUNIT_EXPECT_FALSE(test, lock(r, 3, 60, 1));
	end(r, 0);
	KUNIT_EXPECT_EQ(test, r->nr_granted, 1);
	KUNIT_EXPECT_PTR_EQ(test, r->granted[0], &r->range[1]);
	end(r, 1);
	KUNIT_EXPECT_EQ(test, r->nr_granted, 3);
}

/* One that waits goes away, as when its command is let go of. */
static void range_waiter_leaves(struct kunit *test)
{
	struct ranges *r = test->priv;

	KUNIT_EXPECT_TRUE(test, lock(r, 0, 0, 10));
	KUNIT_EXPECT_FALSE(test, lock(r, 1, 5, 10));
	KUNIT_EXPECT_FALSE(test, lock(r, 2, 12, 1));
	end(r, 1);
	KUNIT_EXPECT_EQ(test, r->nr_granted, 1);
	KUNIT_EXPECT_PTR_EQ(test, r->granted[0], &r->range[2]);
	end(r, 0);
	end(r, 2);
	KUNIT_EXPECT_FALSE(test, slow(r));
}

static void range_orphan_then_end(struct kunit *test)
{
	struct ranges *r = test->priv;

	target_range_orphan(&r->dev, &r->range[0], 20, 4);
	KUNIT_EXPECT_TRUE(test, slow(r));
	KUNIT_EXPECT_FALSE(test, lock(r, 1, 23, 1));
	KUNIT_EXPECT_TRUE(test, lock(r, 2, 24, 1));
	end(r, 0);
	KUNIT_EXPECT_EQ(test, r->nr_granted, 1);
	end(r, 1);
	end(r, 2);
	KUNIT_EXPECT_FALSE(test, slow(r));
}

static void range_end_then_orphan(struct kunit *test)
{
	struct ranges *r = test->priv;

	end(r, 0);
	target_range_orphan(&r->dev, &r->range[0], 20, 4);
	KUNIT_EXPECT_FALSE(test, slow(r));
	KUNIT_EXPECT_TRUE(test, lock(r, 1, 20, 4));
	end(r, 1);
	KUNIT_EXPECT_FALSE(test, slow(r));
}

/* An orphan that had its blocks locked keeps just those. */
static void range_orphan_of_locked(struct kunit *test)
{
	struct ranges *r = test->priv;

	KUNIT_EXPECT_TRUE(test, lock(r, 0, 20, 4));
	target_range_orphan(&r->dev, &r->range[0], 0, 100);
	KUNIT_EXPECT_TRUE(test, lock(r, 1, 24, 1));
	KUNIT_EXPECT_FALSE(test, lock(r, 2, 20, 1));
	end(r, 0);
	KUNIT_EXPECT_EQ(test, r->nr_granted, 1);
}

static struct kunit_case range_cases[] = {
	KUNIT_CASE_PARAM(range_overlap, pair_gen_params),
	KUNIT_CASE(range_fifo),
	KUNIT_CASE(range_not_starved),
	KUNIT_CASE(range_waiter_leaves),
	KUNIT_CASE(range_orphan_then_end),
	KUNIT_CASE(range_end_then_orphan),
	KUNIT_CASE(range_orphan_of_locked),
	{ }
};

static struct kunit_suite range_suite = {
	.name = "target_range",
	.init = range_init,
	.test_cases = range_cases,
};

kunit_test_suite(range_suite);

