// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of a medium that has protection information by itself, and checks it:
 * what it may check, and what becomes of what it finds.
 */
#include <linux/crc-t10dif.h>
#include <linux/string.h>
#include "fake.h"

#define UNIT		(FAKE_BLOCK + 8)
#define BAD_GUARD	0x0b1001
#define BAD_REF		0x0b1003

static int pi_medium_init(struct kunit *test)
{
	int ret = fake_init(test);
	struct fake *fake = test->priv;

	fake->dev.attr.pi_prot_type = 1;
	fake->dev.limits.protection = 1;
	fake->dev.limits.zero_max = 0;
	fake->fail_sts = BLK_STS_PROTECTION;
	return ret;
}

/* Block 10 and 11, the second one with something wrong */
static void prepare(struct fake *fake, u16 guard, u32 ref)
{
	struct t10_pi_tuple tuple;
	unsigned int i;
	u8 *block;

	for (i = 0; i < 2; i++) {
		block = fake->data + i * UNIT;
		memset(block, 0x50 + i, FAKE_BLOCK);
		tuple.guard_tag = cpu_to_be16(crc_t10dif(block, FAKE_BLOCK) ^
					      (i ? guard : 0));
		tuple.app_tag = 0;
		tuple.ref_tag = cpu_to_be32(10 + i + (i ? ref : 0));
		memcpy(block + FAKE_BLOCK, &tuple, sizeof(tuple));
	}
}

static u8 write_blocks(struct fake *fake, u8 code)
{
	u8 cdb[] = { 0x2a, code << 5, 0, 0, 0, 10, 0, 0, 2, 0 };

	return fake_out(fake, cdb, 2 * (code ? UNIT : FAKE_BLOCK));
}

static u8 read_blocks(struct fake *fake, u8 code)
{
	u8 cdb[] = { 0x28, code << 5, 0, 0, 0, 10, 0, 0, 2, 0 };

	return fake_in(fake, cdb, 2 * (code ? UNIT : FAKE_BLOCK));
}

static unsigned long counted(struct fake *fake, u8 part)
{
	return target_protection_counted(&fake->dev, TARGET_PROTECTION_MEDIUM,
					 part);
}

/* Which codes leave something unchecked that the medium would check */
static const struct code_case {
	const char	*what;
	u8		type;
	u8		code;
	bool		unchecked;
} code_cases[] = {
	{ "none is sent", 1, 0, false },
	{ "all is checked", 1, 1, false },
	{ "the guard is not", 1, 2, true },
	{ "nothing is", 1, 3, true },
	{ "the reference tag is not", 1, 4, true },
	{ "all is, to be compared", 1, 5, false },
	{ "type 3, none is sent", 3, 0, false },
	{ "type 3, all is checked", 3, 1, false },
	{ "type 3, the guard is not", 3, 2, true },
	{ "type 3, nothing is", 3, 3, true },
	{ "type 3, the guard is", 3, 4, false },
};

static void code_text(const struct code_case *c, char *text)
{
	strscpy(text, c->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(code, code_cases, code_text);

static void pi_medium_checks(struct kunit *test)
{
	const struct code_case *c = test->param_value;
	struct fake *fake = test->priv;

	fake->dev.attr.pi_prot_type = c->type;
	fake->dev.limits.protection = c->type;
	prepare(fake, 0, 0);
	KUNIT_ASSERT_EQ(test, write_blocks(fake, c->code), 0);
	KUNIT_EXPECT_EQ(test, !!(fake->last_io & TARGET_IO_UNCHECKED),
			c->unchecked);
	KUNIT_EXPECT_TRUE(test, fake->last_tuples);
}

/* What is not to be checked when it is read is wrong when it is written. */
static void pi_medium_takes_escapes(struct kunit *test)
{
	struct fake *fake = test->priv;

	prepare(fake, 1, 0);
	memset(fake->data + UNIT + FAKE_BLOCK + 2, 0xff, 2);
	KUNIT_ASSERT_EQ(test, write_blocks(fake, 1), 0);
	KUNIT_EXPECT_TRUE(test, fake->last_io & TARGET_IO_UNCHECKED);
}

/* It would check by itself what it is to give to nobody. */
static void pi_medium_always_gives(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, read_blocks(fake, 0), 0);
	KUNIT_EXPECT_TRUE(test, fake->last_tuples);
	fake->dev.limits.protection = 0;
	KUNIT_EXPECT_EQ(test, read_blocks(fake, 0), 0);
	KUNIT_EXPECT_FALSE(test, fake->last_tuples);
}

/* What is wrong stays wrong: nobody was in the middle of writing it. */
static void pi_medium_is_read_once(struct kunit *test)
{
	struct fake *fake = test->priv;

	read_blocks(fake, 1);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_GUARD);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_READ], 1);
	KUNIT_EXPECT_EQ(test, counted(fake, TARGET_DIF_CHECK_GUARD), 1);
}

static void pi_medium_refuses_read(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->fail_at = 1;
	read_blocks(fake, 0);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_GUARD);
	KUNIT_EXPECT_EQ(test, fake->sense[0] & 0x80, 0);
	KUNIT_EXPECT_EQ(test, counted(fake, TARGET_DIF_CHECK_GUARD), 1);
}

/* Where and what it was is found out, but for what was right when it left. */
static void pi_medium_refuses_write(struct kunit *test)
{
	struct fake *fake = test->priv;

	prepare(fake, 0, 1);
	fake->fail_at = 1;
	write_blocks(fake, 3);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_REF);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 11);
	KUNIT_EXPECT_EQ(test, counted(fake, TARGET_DIF_CHECK_REFTAG), 1);
	prepare(fake, 0, 0);
	fake->fail_at = 2;
	write_blocks(fake, 1);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_GUARD);
	KUNIT_EXPECT_EQ(test, fake->sense[0] & 0x80, 0);
	KUNIT_EXPECT_EQ(test, counted(fake, TARGET_DIF_CHECK_GUARD), 1);
}

static struct kunit_case pi_medium_cases[] = {
	KUNIT_CASE_PARAM(pi_medium_checks, code_gen_params),
	KUNIT_CASE(pi_medium_takes_escapes),
	KUNIT_CASE(pi_medium_always_gives),
	KUNIT_CASE(pi_medium_is_read_once),
	KUNIT_CASE(pi_medium_refuses_read),
	KUNIT_CASE(pi_medium_refuses_write),
	{ }
};

static struct kunit_suite pi_medium_suite = {
	.name = "target_pi_medium",
	.init = pi_medium_init,
	.exit = fake_exit,
	.test_cases = pi_medium_cases,
};

kunit_test_suite(pi_medium_suite);
