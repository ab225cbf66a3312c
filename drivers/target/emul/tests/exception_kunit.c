// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of informational exceptions. */
#include <linux/string.h>
#include <linux/unaligned.h>
#include "../mode.h"
#include "../ua.h"
#include "fake.h"

#define EWASC	0x10
#define DEXCPT	0x08
#define TEST	0x04

static const u8 log[] = { 0x4d, 0, 0x6f, 0, 0, 0, 0, 0, 0xff, 0 };
static const u8 request[] = { 0x03, 0, 0, 0, 0xff, 0 };

/* MODE SELECT of page 1Ch, and what is reported at once because of it */
static u8 select(struct fake *fake, u8 flags, u8 mrie, u32 interval, u32 count)
{
	static const u8 cdb[] = { 0x15, 0x10, 0, 0, 16, 0 };
	u8 list[16] = { 0, 0, 0, 0, 0x1c, 0x0a, flags, mrie };
	u8 status;

	put_unaligned_be32(interval, list + 8);
	put_unaligned_be32(count, list + 12);
	memcpy(fake->data, list, sizeof(list));
	status = fake_out(fake, cdb, sizeof(list));
	flush_work(&fake->emul.exceptions.work.work);
	return status;
}

/* What the log page says: ASC and ASCQ */
static u16 logged(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, log, 255), 0);
	return get_unaligned_be16(fake->data + 8);
}

static u16 requested(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, request, 255), 0);
	return fake->data[2] << 16 | get_unaligned_be16(fake->data + 12);
}

/* MRIE 2h: each nexus gets a unit attention, twice */
static void exception_attention(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct target_exceptions *exceptions = &fake->emul.exceptions;

	KUNIT_EXPECT_EQ(test, logged(test), 0);
	KUNIT_ASSERT_EQ(test, select(fake, TEST | EWASC, 2, 3600000, 2), 0);
	/* at once (SBC-4 table 248); the other one hears of MODE SELECT too */
	KUNIT_ASSERT_EQ(test, fake->itl.ua.count, 1);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.code[0],
			TARGET_UA_FAILURE_PREDICTED_FALSE);
	KUNIT_ASSERT_EQ(test, fake->other.ua.count, 2);
	KUNIT_EXPECT_EQ(test, fake->other.ua.code[1],
			TARGET_UA_FAILURE_PREDICTED_FALSE);
	fake->itl.ua.count = 0;
	fake->other.ua.count = 0;
	KUNIT_EXPECT_EQ(test, logged(test), 0x5dff);
	KUNIT_EXPECT_EQ(test, requested(test), 0);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&exceptions->work));
	mod_delayed_work(system_wq, &exceptions->work, 0);
	flush_delayed_work(&exceptions->work);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 1);
	fake->itl.ua.count = 0;
	/* REPORT COUNT */
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&exceptions->work));
	/* a reset goes back to what was saved: none */
	target_mode_reset(&fake->dev);
	KUNIT_EXPECT_EQ(test, logged(test), 0);
}

/* MRIE 6h: REQUEST SENSE is how to ask, and nothing else is said */
static void exception_on_request(struct kunit *test)
{
	static const u8 descriptor[] = { 0x03, 1, 0, 0, 0xff, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, requested(test), 0);
	KUNIT_ASSERT_EQ(test, select(fake, TEST, 6, 3600000, 0), 0);
	KUNIT_EXPECT_EQ(test, requested(test), 0x5dff);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, descriptor, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[1], 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 0x5dff);
	KUNIT_ASSERT_EQ(test, select(fake, 0, 6, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, requested(test), 0);
	KUNIT_EXPECT_EQ(test, logged(test), 0);
}

/* PER of page 01h */
static u8 select_per(struct fake *fake, u8 per)
{
	static const u8 cdb[] = { 0x15, 0x10, 0, 0, 16, 0 };
	u8 list[16] = { 0, 0, 0, 0, 0x01, 0x0a, 0xc0 | (per ? 0x04 : 0) };

	memcpy(fake->data, list, sizeof(list));
	return fake_out(fake, cdb, sizeof(list));
}

static void happen(struct fake *fake)
{
	struct target_exceptions *exceptions = &fake->emul.exceptions;

	mod_delayed_work(system_wq, &exceptions->work, 0);
	flush_delayed_work(&exceptions->work);
}

/* MRIE 3h to 5h: a command that did what it should ends with it, once */
static void exception_ends_a_command(struct kunit *test)
{
	static const u8 ready[] = { 0, 0, 0, 0, 0, 0 };
	static const struct {
		u8 method, per;
		u32 sense;
	} ends[] = {
		{ 3, 1, 0x015dff }, { 4, 0, 0x015dff }, { 4, 1, 0x015dff },
		{ 5, 0, 0x005dff },
	};
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		KUNIT_ASSERT_EQ(test, select_per(fake, ends[i].per), 0);
		KUNIT_ASSERT_EQ(test, select(fake, TEST, ends[i].method,
					     3600000, 0), 0);
		KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
		KUNIT_EXPECT_EQ(test, fake_sense(fake), ends[i].sense);
		KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
		happen(fake);
		KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
		KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
		KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
		KUNIT_EXPECT_EQ(test, requested(test), 0);
		KUNIT_EXPECT_EQ(test, logged(test), 0x5dff);
	}
}

static void exception_is_no_recovered_error(struct kunit *test)
{
	static const u8 ready[] = { 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, select_per(fake, 0), 0);
	KUNIT_ASSERT_EQ(test, select(fake, TEST, 3, 3600000, 0), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
	/* what was due is not any more when the test ends */
	KUNIT_ASSERT_EQ(test, select(fake, 0, 4, 3600000, 0), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
}

static void exception_values(struct kunit *test)
{
	static const u8 changeable[] = { 0x1a, 0x08, 0x5c, 0, 0xff, 0 };
	static const u8 mask[] = { 0x9c, 0x0a, 0x1c, 0x0f, 0xff, 0xff, 0xff,
				   0xff, 0xff, 0xff, 0xff, 0xff };
	struct fake *fake = test->priv;
	struct target_exceptions *exceptions = &fake->emul.exceptions;

	KUNIT_ASSERT_EQ(test, fake_in(fake, changeable, 255), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, mask, sizeof(mask));
	/* a test that is not to be reported */
	KUNIT_EXPECT_EQ(test, select(fake, TEST | DEXCPT, 6, 1, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0x8b);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 6);
	/* MRIE 1h and 7h are not supported, and 0h reports nothing */
	KUNIT_EXPECT_EQ(test, select(fake, 0, 1, 1, 0), 2);
	KUNIT_EXPECT_EQ(test, select(fake, 0, 7, 1, 0), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 7);
	KUNIT_EXPECT_EQ(test, select(fake, TEST, 0, 1, 0), 0);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&exceptions->work));
	KUNIT_EXPECT_EQ(test, select(fake, EWASC | DEXCPT, 2, 0, 9), 0);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&exceptions->work));
	/* the longest interval does not wrap around */
	KUNIT_EXPECT_EQ(test, select(fake, TEST, 2, U32_MAX - 1, 0), 0);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&exceptions->work));
	KUNIT_EXPECT_TRUE(test, time_after(exceptions->work.timer.expires,
					   jiffies + 3600 * HZ));
}

static struct kunit_case exception_cases[] = {
	KUNIT_CASE(exception_attention),
	KUNIT_CASE(exception_on_request),
	KUNIT_CASE(exception_ends_a_command),
	KUNIT_CASE(exception_is_no_recovered_error),
	KUNIT_CASE(exception_values),
	{}
};

static struct kunit_suite exception_suite = {
	.name = "target_exception",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = exception_cases,
};

kunit_test_suite(exception_suite);
