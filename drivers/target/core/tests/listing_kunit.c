// SPDX-License-Identifier: GPL-2.0-only
/* Texts of any length, read in two steps. */
#include <kunit/test.h>
#include <linux/string.h>
#include <target/target_core_listing.h>

static void lines(struct target_listing *list, void *arg)
{
	int n;

	for (n = 0; n < *(int *)arg; n++)
		target_listing_put(list, "line %d\n", n);
}

static void whole(struct kunit *test)
{
	char text[32] = "";
	int n = 2;

	KUNIT_EXPECT_EQ(test, target_listing_read(NULL, 0, lines, &n), 14);
	KUNIT_EXPECT_EQ(test, target_listing_read(text, 14, lines, &n), 14);
	KUNIT_EXPECT_STREQ(test, text, "line 0\nline 1\n");
}

/* It grew since the length was asked: the end is missing, nothing else. */
static void cut(struct kunit *test)
{
	char text[32] = "................";
	int n = 2;

	KUNIT_EXPECT_EQ(test, target_listing_read(text, 10, lines, &n), 10);
	KUNIT_EXPECT_STREQ(test, text, "line 0\nlin......");
}

static void shrunk(struct kunit *test)
{
	char text[32] = "................";
	int n = 1;

	KUNIT_EXPECT_EQ(test, target_listing_read(text, 14, lines, &n), 7);
	KUNIT_EXPECT_STREQ(test, text, "line 0\n.........");
	n = 0;
	KUNIT_EXPECT_EQ(test, target_listing_read(NULL, 0, lines, &n), 0);
	KUNIT_EXPECT_EQ(test, target_listing_read(text, 0, lines, &n), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(whole),
	KUNIT_CASE(cut),
	KUNIT_CASE(shrunk),
	{ }
};

static struct kunit_suite suite = {
	.name		= "target_listing",
	.test_cases	= cases,
};

kunit_test_suite(suite);
