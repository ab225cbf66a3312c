// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of commands about a logical unit that touch no block: buffers,
 * clock, identifying information, diagnostics.
 */
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/unaligned.h>
#include "../ua.h"
#include "fake.h"

static void unit_echo(struct kunit *test)
{
	static const u8 write[] = { 0x3b, 0x0a, 0, 0, 0, 0, 0, 2, 0x58, 0 };
	static const u8 long_write[] = { 0x3b, 0x0a, 0, 0, 0, 0, 0, 0x10, 1, 0 };
	static const u8 read[] = { 0x3c, 0x0a, 0, 0, 0, 0, 0, 0x10, 0, 0 };
	static const u8 read_16[] = { 0x9b, 0x0a, [13] = 100, [15] = 0 };
	static const u8 descriptor[] = { 0x3c, 0x0b, 0, 0, 0, 0, 0, 0, 4, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, fake_in(fake, descriptor, 4), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 4096);
	/* nothing was written */
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 4096), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_SEQUENCE);
	for (i = 0; i < 600; i++)
		fake->data[i] = i * 5;
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 600), 0);
	memset(fake->data, 0, 600);
	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 4096), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 600);
	KUNIT_EXPECT_EQ(test, fake->data[599], (u8)(599 * 5));
	KUNIT_ASSERT_EQ(test, fake_in(fake, read_16, 100), 0);
	KUNIT_EXPECT_EQ(test, fake->data[99], (u8)(99 * 5));
	KUNIT_EXPECT_EQ(test, fake_out(fake, long_write, 4097), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 6);
	/* to another nexus, which wrote nothing, it is empty */
	KUNIT_EXPECT_EQ(test, fake->other.echoed, 0);
	fake->itl.echoed = 0;
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 4096), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_SEQUENCE);
}

static void unit_buffer(struct kunit *test)
{
	static const u8 write[] = { 0x3b, 0x02, 0, 0, 0x0f, 0xf0, 0, 0, 16, 0 };
	static const u8 read[] = { 0x3c, 0x02, 0, 0, 0x0f, 0xf8, 0, 0, 64, 0 };
	static const u8 descriptor[] = { 0x3c, 0x03, 0, 0, 0, 0, 0, 0, 4, 0 };
	static const u8 other[] = { 0x3c, 0x03, 1, 0, 0, 0, 0, 0, 4, 0 };
	static const u8 beyond[] = { 0x3b, 0x02, 0, 0, 0x0f, 0xf1, 0, 0, 16, 0 };
	static const u8 mode[] = { 0x3b, 0x05, 0, 0, 0, 0, 0, 0, 16, 0 };
	static const u8 offset_16[] = { 0x9b, 0x02, 1, [13] = 16, [15] = 0 };
	struct fake *fake = test->priv;

	memset(fake->data, 0x42, 16);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 16), 0);
	memset(fake->data, 0, 64);
	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 8);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->data, 0x42, 8));
	KUNIT_ASSERT_EQ(test, fake_in(fake, descriptor, 4), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 4096);
	KUNIT_ASSERT_EQ(test, fake_in(fake, other, 4), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, beyond, 16), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 3);
	KUNIT_EXPECT_EQ(test, fake_out(fake, mode, 16), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 1);
	KUNIT_EXPECT_EQ(test, fake_in(fake, offset_16, 16), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
}

static void unit_timestamp(struct kunit *test)
{
	static const u8 report[] = { 0xa3, 0x0f, [9] = 12, 0, 0 };
	static const u8 set[] = { 0xa4, 0x0f, [9] = 12, 0, 0 };
	static const u8 less[] = { 0xa4, 0x0f, [9] = 11, 0, 0 };
	struct fake *fake = test->priv;
	u64 now = ktime_to_ms(ktime_get_real());

	KUNIT_ASSERT_EQ(test, fake_in(fake, report, 12), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data), 10);
	KUNIT_EXPECT_EQ(test, fake->data[2], 3);
	KUNIT_EXPECT_GE(test, get_unaligned_be48(fake->data + 4), now);
	KUNIT_EXPECT_LE(test, get_unaligned_be48(fake->data + 4), now + 60000);
	memset(fake->data, 0, 12);
	put_unaligned_be48(1000000, fake->data + 4);
	KUNIT_ASSERT_EQ(test, fake_out(fake, set, 12), 0);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	KUNIT_ASSERT_EQ(test, fake->other.ua.count, 1);
	KUNIT_EXPECT_EQ(test, fake->other.ua.code[0],
			TARGET_UA_TIMESTAMP_CHANGED);
	KUNIT_ASSERT_EQ(test, fake_in(fake, report, 12), 0);
	KUNIT_EXPECT_EQ(test, fake->data[2], 2);
	KUNIT_EXPECT_GE(test, get_unaligned_be48(fake->data + 4), 1000000);
	KUNIT_EXPECT_LE(test, get_unaligned_be48(fake->data + 4), 1060000);
	KUNIT_EXPECT_EQ(test, fake_out(fake, less, 11), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	/* what begins with more than F0h is no timestamp */
	fake->data[4] = 0xf1;
	KUNIT_EXPECT_EQ(test, fake_out(fake, set, 12), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 4);
	fake->data[4] = 0xf0;
	KUNIT_EXPECT_EQ(test, fake_out(fake, set, 12), 0);
}

static void unit_identifying(struct kunit *test)
{
	static const u8 report[] = { 0xa3, 0x05, [9] = 200, 0x00, 0 };
	static const u8 report_text[] = { 0xa3, 0x05, [9] = 200, 0x04, 0 };
	static const u8 types[] = { 0xa3, 0x05, [9] = 200, 0xfe, 0 };
	static const u8 unknown[] = { 0xa3, 0x05, [9] = 200, 0x02, 0 };
	static const u8 set[] = { 0xa4, 0x06, [9] = 5, 0x00, 0 };
	static const u8 set_text[] = { 0xa4, 0x06, [9] = 5, 0x04, 0 };
	static const u8 too_long[] = { 0xa4, 0x06, [8] = 1, 1, 0x04, 0 };
	static const u8 all_types[] = { 0, 0, 0, 8, 0, 0, 2, 0, 4, 0, 1, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, report, 200), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 4);
	memcpy(fake->data, "ab\0cd", 5);
	KUNIT_ASSERT_EQ(test, fake_out(fake, set, 5), 0);
	KUNIT_EXPECT_EQ(test, fake->other.ua.code[0],
			TARGET_UA_IDENTIFIER_CHANGED);
	memset(fake->data, 0, 16);
	KUNIT_ASSERT_EQ(test, fake_in(fake, report, 200), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 5);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, "ab\0cd", 5);
	/* text without its NUL, then with it */
	memcpy(fake->data, "abcde", 5);
	KUNIT_EXPECT_EQ(test, fake_out(fake, set_text, 5), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	memcpy(fake->data, "abcd", 5);
	KUNIT_ASSERT_EQ(test, fake_out(fake, set_text, 5), 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, report_text, 200), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, "abcd", 5);
	KUNIT_EXPECT_EQ(test, fake_out(fake, too_long, 257), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 6);
	KUNIT_EXPECT_EQ(test, fake_in(fake, unknown, 200), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 10);
	KUNIT_ASSERT_EQ(test, fake_in(fake, types, 200), 0);
	KUNIT_ASSERT_EQ(test, fake->se.data_length, sizeof(all_types));
	KUNIT_EXPECT_MEMEQ(test, fake->data, all_types, sizeof(all_types));
}

static void unit_self_test(struct kunit *test)
{
	static const u8 plain[] = { 0x1d, 0x04, 0, 0, 0, 0 };
	static const u8 whole[] = { 0x1d, 0xc0, 0, 0, 0, 0 };
	static const u8 both[] = { 0x1d, 0xc4, 0, 0, 0, 0 };
	static const u8 list[] = { 0x1d, 0x04, 0, 0, 4, 0 };
	static const u8 page[] = { 0x1d, 0x14, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_none(fake, plain), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_READ], 8);
	/* 1 MiB in chunks */
	KUNIT_EXPECT_EQ(test, fake_none(fake, whole), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_READ], 12);
	fake->fail_at = 14;
	KUNIT_EXPECT_EQ(test, fake_none(fake, plain), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x043e03);
	KUNIT_EXPECT_EQ(test, fake_none(fake, both), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake_out(fake, list, 4), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 3);
	KUNIT_EXPECT_EQ(test, fake_none(fake, page), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
}

static void unit_diagnostic_pages(struct kunit *test)
{
	static const u8 send[] = { 0x1d, 0x10, 0, 0, 4, 0 };
	static const u8 cut[] = { 0x1d, 0x10, 0, 0, 3, 0 };
	static const u8 receive[] = { 0x1c, 0x01, 0x00, 0, 64, 0 };
	static const u8 unknown[] = { 0x1c, 0x01, 0x40, 0, 64, 0 };
	static const u8 pages[] = { 0, 0, 0, 1, 0 };
	struct fake *fake = test->priv;

	memset(fake->data, 0, 4);
	KUNIT_EXPECT_EQ(test, fake_out(fake, send, 4), 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, receive, 64), 0);
	KUNIT_ASSERT_EQ(test, fake->se.data_length, sizeof(pages));
	KUNIT_EXPECT_MEMEQ(test, fake->data, pages, sizeof(pages));
	KUNIT_EXPECT_EQ(test, fake_in(fake, unknown, 64), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
	/* a page that is cut off by its length (SPC-5 table 276) */
	KUNIT_EXPECT_EQ(test, fake_out(fake, cut, 3), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	fake->data[0] = 0x40;
	KUNIT_EXPECT_EQ(test, fake_out(fake, send, 4), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
}

static struct kunit_case unit_cases[] = {
	KUNIT_CASE(unit_echo),
	KUNIT_CASE(unit_buffer),
	KUNIT_CASE(unit_timestamp),
	KUNIT_CASE(unit_identifying),
	KUNIT_CASE(unit_self_test),
	KUNIT_CASE(unit_diagnostic_pages),
	{}
};

static struct kunit_suite unit_suite = {
	.name = "target_unit",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = unit_cases,
};

kunit_test_suite(unit_suite);
