// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the texts that an administrator writes.
 */
#include <kunit/test.h>
#include "../parse.h"

static void line_ends_at_newline(struct kunit *test)
{
	char line[8];

	KUNIT_EXPECT_EQ(test, target_parse_line("abc\n", line, sizeof(line)), 3);
	KUNIT_EXPECT_STREQ(test, line, "abc");
	KUNIT_EXPECT_EQ(test, target_parse_line("a b\x20\nrest", line,
						sizeof(line)), 4);
	KUNIT_EXPECT_STREQ(test, line, "a b ");
	KUNIT_EXPECT_EQ(test, target_parse_line("\n", line, sizeof(line)), 0);
	KUNIT_EXPECT_STREQ(test, line, "");
	KUNIT_EXPECT_EQ(test, target_parse_line("1234567", line,
						sizeof(line)), 7);
	KUNIT_EXPECT_EQ(test, target_parse_line("12345678", line,
						sizeof(line)), -EINVAL);
}

struct hba_case {
	const char	*name;
	int		ret;
	const char	*plugin;
	u32		index;
};

static const struct hba_case hba_cases[] = {
	{ "fileio_0", 0, "fileio", 0 },
	{ "fileio_00", 0, "fileio", 0 },
	{ "rd_mcp_901", 0, "rd_mcp", 901 },
	{ "iblock_4294967295", 0, "iblock", U32_MAX },
	{ "iblock_4294967296", -EINVAL },
	{ "fileio", -EINVAL },
	{ "fileio_", -EINVAL },
	{ "fileio_x", -EINVAL },
	{ "fileio_-1", -EINVAL },
	{ "fileio_0x1", -EINVAL },
	{ "_0", -EINVAL },
	{ "_", -EINVAL },
	{ "", -EINVAL },
	{ "1234567890123456_1", -EINVAL },
	{ "123456789012345_1", 0, "123456789012345", 1 },
};

static void hba_names(struct kunit *test)
{
	char plugin[16];
	size_t i;
	u32 index;

	for (i = 0; i < ARRAY_SIZE(hba_cases); i++) {
		const struct hba_case *c = &hba_cases[i];

		KUNIT_EXPECT_EQ_MSG(test, c->ret,
				    target_parse_hba(c->name, plugin,
						     sizeof(plugin), &index),
				    "%s", c->name);
		if (c->ret)
			continue;
		KUNIT_EXPECT_STREQ(test, plugin, c->plugin);
		KUNIT_EXPECT_EQ(test, index, c->index);
	}
}

struct lun_case {
	const char	*name;
	int		ret;
	u64		number;
};

static const struct lun_case lun_cases[] = {
	{ "lun_0", 0, 0 },
	{ "lun_255", 0, 255 },
	{ "lun_65536", 0, 65536 },
	{ "lun_16777215", 0, 0xffffff },
	{ "lun_16777216", -EINVAL },
	{ "lun_18446744073709551615", -EINVAL },
	{ "lun_18446744073709551616", -EINVAL },
	{ "lun_", -EINVAL },
	{ "lun_x", -EINVAL },
	{ "lun_-1", -EINVAL },
	{ "lun_1 ", -EINVAL },
	{ "lun", -EINVAL },
	{ "LUN_1", -EINVAL },
	{ "x", -EINVAL },
	{ "", -EINVAL },
};

static void lun_names(struct kunit *test)
{
	size_t i;
	u64 number;

	for (i = 0; i < ARRAY_SIZE(lun_cases); i++) {
		const struct lun_case *c = &lun_cases[i];

		KUNIT_EXPECT_EQ_MSG(test, c->ret,
				    target_parse_lun(c->name, &number), "%s",
				    c->name);
		if (!c->ret)
			KUNIT_EXPECT_EQ(test, number, c->number);
	}
}

/* The options of a text, joined as [key|value]. */
static const char *options(struct kunit *test, const char *text)
{
	char *joined = kunit_kzalloc(test, 256, GFP_KERNEL);
	char *rest = kunit_kstrdup(test, text, GFP_KERNEL);
	char *key, *value;
	size_t length = 0;

	KUNIT_ASSERT_NOT_NULL(test, joined);
	KUNIT_ASSERT_NOT_NULL(test, rest);
	while (target_parse_option(&rest, &key, &value))
		length += scnprintf(joined + length, 256 - length, "[%s|%s]",
				    key, value);
	return joined;
}

static void control_options(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, options(test, "a=1"), "[a|1]");
	KUNIT_EXPECT_STREQ(test, options(test, "a=1,b=2\n"), "[a|1][b|2]");
	KUNIT_EXPECT_STREQ(test, options(test, " a = 1\x20\n b=2,"), "[a|1][b|2]");
	KUNIT_EXPECT_STREQ(test, options(test, "a"), "[a|]");
	KUNIT_EXPECT_STREQ(test, options(test, "a="), "[a|]");
	KUNIT_EXPECT_STREQ(test, options(test, "=1"), "[|1]");
	KUNIT_EXPECT_STREQ(test, options(test, "a=b=c"), "[a|b=c]");
	KUNIT_EXPECT_STREQ(test, options(test, ",,\n, ,"), "");
	KUNIT_EXPECT_STREQ(test, options(test, ""), "");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(line_ends_at_newline),
	KUNIT_CASE(hba_names),
	KUNIT_CASE(lun_names),
	KUNIT_CASE(control_options),
	{ }
};

static struct kunit_suite suite = {
	.name		= "target_parse",
	.test_cases	= cases,
};

kunit_test_suite(suite);

