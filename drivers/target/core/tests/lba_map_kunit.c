// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of maps of logical blocks: texts, and which state a command meets.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include "../lba_map.h"
#include "../tp_access.h"

static void map_text(struct kunit *test)
{
	static const char text[] =
		"0 0\n0 999 1:O 2:A\n1000 1999 1:S 2:O 65535:U\n";
	struct target_lba_map *map = target_lba_map_parse(text);
	char *printed = kunit_kzalloc(test, 256, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, map);
	KUNIT_EXPECT_EQ(test, map->nr_segments, 2);
	KUNIT_EXPECT_EQ(test, map->segments[1].ports[2].id, 65535);
	target_lba_map_print(map, printed, 256);
	KUNIT_EXPECT_STREQ(test, printed, text);
	kvfree(map);
	KUNIT_EXPECT_EQ(test, target_lba_map_print(NULL, printed, 256), 0);
}

static void map_bad_texts(struct kunit *test)
{
	static const char * const texts[] = {
		"", "0", "0 0", "0 0\n", "x 0\n0 9 1:O", "0 0\n0 9", "0 0\n0 9 1",
		"0 0\n0 9 1:X", "0 0\n0 9 65536:O", "0 0\n9 0 1:O", "0 0\n0 9 1:OO",
		"0 0\n0 9 1:O\n9 20 1:O", "0 0\n10 19 1:O\n0 9 1:O",
		"0 0\n0 9 1:O 2:O 3:O 4:O 5:O 6:O 7:O 8:O 9:O",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		KUNIT_EXPECT_PTR_EQ_MSG(test, target_lba_map_parse(texts[i]),
					ERR_PTR(-EINVAL), "text %u", i);
}

struct place {
	u16	id;
	u64	lba;
	u64	blocks;
	u8	state;
};

static void expect(struct kunit *test, const char *text,
		   const struct place *places, unsigned int nr)
{
	struct target_lba_map *map = target_lba_map_parse(text);
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, map);
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    target_lba_map_state(map, places[i].id,
							 places[i].lba,
							 places[i].blocks),
				    places[i].state, "place %u", i);
	kvfree(map);
}

static void map_states(struct kunit *test)
{
	static const struct place places[] = {
		{ 1, 0, 1, 0 }, { 1, 999, 1, 0 }, { 1, 1000, 1, 2 },
		{ 1, 999, 2, 2 }, { 1, 500, 500, 0 }, { 1, 500, 501, 2 },
		{ 2, 0, 1, 1 }, { 2, 1000, 1, 0 }, { 2, 999, 2, 1 },
		{ 1, 2000, 100, 0 }, { 3, 1000, 1, 0 }, { 1, 0, U64_MAX, 2 },
		{ 1, 1000, 0, 2 }, { 1, U64_MAX, 1, 0 },
	};

	expect(test, "0 0\n0 999 1:O 2:A\n1000 1999 1:S 2:O\n", places,
	       ARRAY_SIZE(places));
}

/* two segments of 100 blocks, over and over */
static void map_repeats(struct kunit *test)
{
	static const struct place places[] = {
		{ 1, 0, 100, 0 }, { 1, 100, 1, 3 }, { 1, 200, 1, 0 },
		{ 1, 300, 1, 3 }, { 1, 299, 2, 3 }, { 1, 399, 2, 3 },
		{ 2, 399, 2, 2 }, { 2, 300, 1, 0 }, { 2, 1000000000300, 1, 0 },
		{ 2, 1000000000200, 1, 2 }, { 1, 250, 1000, 3 },
	};

	expect(test, "100 2\n0 99 1:O 2:S\n100 199 1:U 2:O\n", places,
	       ARRAY_SIZE(places));
}

static struct kunit_case map_cases[] = {
	KUNIT_CASE(map_text),
	KUNIT_CASE(map_bad_texts),
	KUNIT_CASE(map_states),
	KUNIT_CASE(map_repeats),
	{}
};

static struct kunit_suite map_suite = {
	.name = "target_lba_map",
	.test_cases = map_cases,
};

kunit_test_suite(map_suite);
