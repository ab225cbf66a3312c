// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of STREAM CONTROL and WRITE STREAM. */
#include <linux/string.h>
#include <linux/unaligned.h>
#include "../../core/events.h"
#include "../emul.h"
#include "fake.h"

#define FAKE_NOT_OPEN	0x052c0f

static void stream_control(struct kunit *test)
{
	static const u8 open[] = { 0x9e, 0x34, [13] = 8, [15] = 0 };
	static const u8 status[] = { 0x9e, 0x16, [13] = 64, [15] = 0 };
	u8 close[] = { 0x9e, 0x54, [13] = 8, [15] = 0 };
	u8 write[] = { 0x9a, 0, [9] = 3, [11] = 2, [13] = 1, [15] = 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		KUNIT_ASSERT_EQ(test, fake_in(fake, open, 8), 0);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 4), i);
		KUNIT_EXPECT_EQ(test, fake->data[0], 7);
	}
	memset(fake->data, 0x66, 512);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 0);
	KUNIT_EXPECT_EQ(test, fake->medium[3 * 512], 0x66);
	close[5] = 2;
	KUNIT_EXPECT_EQ(test, fake_in(fake, close, 8), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, close, 8), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_NOT_OPEN);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_NOT_OPEN);
	KUNIT_ASSERT_EQ(test, fake_in(fake, status, 64), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 16);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 6), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 10), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 18), 3);
	for (i = 2; i < 64; i++)
		KUNIT_ASSERT_EQ(test, fake_in(fake, open, 8), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, open, 8), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x055510);
}

/* What is done to all of the medium closes them. */
static void stream_closed(struct kunit *test)
{
	static const u8 open[] = { 0x9e, 0x34, [13] = 8, [15] = 0 };
	static const u8 ends[][10] = { { 0x04 }, { 0x04, [4] = 1 }, { 0x48, 2 } };
	static const u8 write[] = { 0x9a, 0, [9] = 3, [11] = 1, [13] = 1,
				    [15] = 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		KUNIT_ASSERT_EQ(test, fake_in(fake, open, 8), 0);
		KUNIT_ASSERT_EQ(test, fake_out(fake, write, 512), 0);
		KUNIT_ASSERT_EQ(test, fake_run(fake, ends[i],
					       ends[i][0] == 4 ? 6 : 10, 0,
					       DMA_NONE), 0);
		KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 2);
		KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_NOT_OPEN);
	}
	KUNIT_ASSERT_EQ(test, fake_in(fake, open, 8), 0);
	target_emul_events.reset(&fake->dev, TARGET_RESET_UNIT);
	fake->itl.ua.count = 0;
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 2);
}

/* A unit that is fully provisioned has none. */
static void stream_needs_thin(struct kunit *test)
{
	static const u8 open[] = { 0x9e, 0x34, [13] = 8, [15] = 0 };
	struct fake *fake = test->priv;

	fake->dev.attr.emulate_tpu = false;
	fake->dev.attr.emulate_tpws = false;
	KUNIT_EXPECT_EQ(test, fake_in(fake, open, 8), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
}

static void stream_write_32(struct kunit *test)
{
	static const u8 open[] = { 0x9e, 0x34, [13] = 8, [15] = 0 };
	u8 write[32] = { 0x7f, [5] = 1, [7] = 0x18, [9] = 0x10, [19] = 3,
			 [31] = 1 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_NOT_OPEN);
	KUNIT_ASSERT_EQ(test, fake_in(fake, open, 8), 0);
	memset(fake->data, 0x77, 512);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 0);
	KUNIT_EXPECT_EQ(test, fake->medium[3 * 512], 0x77);
	write[4] = 1;
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_NOT_OPEN);
}

static struct kunit_case stream_cases[] = {
	KUNIT_CASE(stream_control),
	KUNIT_CASE(stream_closed),
	KUNIT_CASE(stream_needs_thin),
	KUNIT_CASE(stream_write_32),
	{}
};

static struct kunit_suite stream_suite = {
	.name = "target_stream",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = stream_cases,
};

kunit_test_suite(stream_suite);
