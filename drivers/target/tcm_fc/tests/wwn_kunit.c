// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of port names as text.
 */
#include <kunit/test.h>

#include "../wwn.h"

static const struct wwn_case {
	const char	*text;
	u64		wwn;
} good[] = {
	{ "20:00:52:54:00:12:34:56", 0x2000525400123456 },
	{ "2000525400123456", 0x2000525400123456 },
	{ "naa.2000525400123456", 0x2000525400123456 },
	{ "naa.20:00:52:54:00:12:34:56", 0x2000525400123456 },
	{ "20:00:00:00:00:00:00:0A", 0x200000000000000a },
	{ "ffffffffffffffff", U64_MAX },
}, bad[] = {
	{ "" }, { "naa." }, { "x" }, { ":" },
	{ "20:00:52:54:00:12:34" },
	{ "20:00:52:54:00:12:34:56:78" },
	{ "20:00:52:54:00:12:34:5g" },
	{ "20-00-52-54-00-12-34-56" },
	{ "20:00:52:54:00:12:34565" },
	{ "200052540012345" },
	{ "20005254001234567" },
	{ "0000000000000000" },
	{ "eui.2000525400123456" },
	{ "naa.naa.200052540012" },
};

static void wwn_desc(const struct wwn_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%s'", c->text);
}

KUNIT_ARRAY_PARAM(good, good, wwn_desc);
KUNIT_ARRAY_PARAM(bad, bad, wwn_desc);

static void wwn_reads(struct kunit *test)
{
	const struct wwn_case *c = test->param_value;
	u64 wwn = 0;

	KUNIT_ASSERT_EQ(test, tcm_fc_wwn_parse(c->text, &wwn), 0);
	KUNIT_EXPECT_EQ(test, wwn, c->wwn);
}

static void wwn_refuses(struct kunit *test)
{
	const struct wwn_case *c = test->param_value;
	u64 wwn;

	KUNIT_EXPECT_EQ(test, tcm_fc_wwn_parse(c->text, &wwn), -EINVAL);
}

static void wwn_prints(struct kunit *test)
{
	char text[TCM_FC_WWN_LEN];

	tcm_fc_wwn_format(text, 0x200052540012345a);
	KUNIT_EXPECT_STREQ(test, text, "20:00:52:54:00:12:34:5a");
}

static struct kunit_case wwn_cases[] = {
	KUNIT_CASE_PARAM(wwn_reads, good_gen_params),
	KUNIT_CASE_PARAM(wwn_refuses, bad_gen_params),
	KUNIT_CASE(wwn_prints),
	{}
};

static struct kunit_suite wwn_suite = {
	.name = "tcm_fc_wwn",
	.test_cases = wwn_cases,
};

kunit_test_suite(wwn_suite);
