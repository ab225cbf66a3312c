// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of data that copies hold: which of it, until when, and how it is
 * told.
 */
#include <linux/unaligned.h>
#include "../copy_held.h"
#include "../copy_lu.h"
#include "copy_fake.h"

#define STATUS_1	0x00
#define DATA_1		0x01
#define STATUS_4	0x05
#define DATA_4		0x06
#define HDD		0x80
/* LIST IDENTIFIER of copy_fake_list() */
#define ID		7
/* Before held data with LID4 */
#define HEADER_4	36

/* -------------------------------------------------------------- memory -- */

static void held_window(struct kunit *test)
{
	static const u32 lens[] = { 512, 65536 - 512, 65536, 65536 + 512, 300000 };
	struct target_copy_held *held;
	u32 total, len, at, part;
	unsigned int i;
	u8 *all;

	all = kunit_kmalloc(test, 300000, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, all);
	for (i = 0; i < 300000; i++)
		all[i] = i * 7 + i / 512;
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		total = lens[i];
		len = min(total, TARGET_COPY_HELD_MAX);
		held = target_copy_held_make(total);
		KUNIT_ASSERT_NOT_NULL(test, held);
		KUNIT_EXPECT_EQ(test, held->len, len);
		KUNIT_EXPECT_EQ(test, held->skipped, total - len);
		/* from the end, in parts that end anywhere */
		for (at = total; at; at -= part) {
			part = min(at, 10000);
			target_copy_held_keep(held, at - part, all + at - part,
					      part);
		}
		KUNIT_EXPECT_MEMEQ(test, held->bytes, all + total - len, len);
		target_copy_held_put(held);
	}
}

/* -------------------------------------------------------------- copies -- */

static void put_held(u8 *p, u16 source, u16 dest, u16 blocks, u64 from, u64 to)
{
	copy_fake_segment(p, source, dest, blocks, from, to);
	p[0] = 0x0d;
}

/* One segment that holds data, from LUN 0 to LUN 1 */
static u8 hold(struct copy_pair *pair, u16 blocks, u64 from, u64 to)
{
	copy_fake_list(pair);
	put_held(pair->home->data + COPY_SEGMENT, 0, 1, blocks, from, to);
	return copy_fake_run(pair, COPY_LIST);
}

static u8 receive(struct copy_pair *pair, u8 sa, u32 len)
{
	u8 cdb[16] = { 0x84, sa };

	if (sa < 5)
		cdb[2] = ID;
	else
		cdb[5] = ID;
	put_unaligned_be32(len, cdb + 10);
	memset(pair->home->data, 0, FAKE_DATA);
	return fake_in(pair->home, cdb, len);
}

static void held_once(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;
	u8 *p = home->data;

	KUNIT_ASSERT_EQ(test, hold(pair, 100, 10, 20), 0);
	KUNIT_EXPECT_MEMEQ(test, pair->away->medium + 20 * 512,
			   home->medium + 10 * 512, 51200);
	KUNIT_ASSERT_EQ(test, receive(pair, STATUS_1, 12), 0);
	KUNIT_EXPECT_EQ(test, p[4], 0x01);
	/* whoever asks for less than all may ask again */
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_1, 1000), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p), 51200);
	KUNIT_EXPECT_MEMEQ(test, p + 4, home->medium + 10 * 512, 996);
	KUNIT_EXPECT_EQ(test, p[1000], 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_4, 4096), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p), 32 + 51200);
	KUNIT_EXPECT_EQ(test, p[5], 0x01);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + 32), 51200);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_1, 4 + 51200), 0);
	KUNIT_EXPECT_MEMEQ(test, p + 4, home->medium + 10 * 512, 51200);
	/* of all, not: it is discarded, and that is told */
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_1, 4096), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p), 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_4, 4096), 0);
	KUNIT_EXPECT_EQ(test, p[5], HDD | 0x01);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p), 32);
	KUNIT_ASSERT_EQ(test, receive(pair, STATUS_1, 12), 0);
	KUNIT_EXPECT_EQ(test, p[4], HDD | 0x01);
	/* which is not for RECEIVE COPY STATUS(LID4) to say */
	KUNIT_ASSERT_EQ(test, receive(pair, STATUS_4, 4096), 0);
	KUNIT_EXPECT_EQ(test, p[5], 0x01);
	/* an ALLOCATION LENGTH of 0 discards it unseen */
	KUNIT_ASSERT_EQ(test, hold(pair, 8, 0, 0), 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_4, 0), 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_4, 4096), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + 32), 0);
	/* and another copy with its identifier */
	KUNIT_ASSERT_EQ(test, hold(pair, 8, 0, 0), 0);
	copy_fake_list(pair);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_4, 4096), 0);
	KUNIT_EXPECT_EQ(test, p[5], 0x01);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + 32), 0);
}

/* The last of what all segments hold, in their order; others hold nothing. */
static void held_most_recent(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;
	u8 *p = home->data + COPY_SEGMENT;

	copy_fake_list(pair);
	put_held(p, 0, 1, 1000, 0, 0);
	copy_fake_segment(p + 28, 0, 1, 500, 1000, 1000);
	put_held(p + 56, 1, 0, 28, 2000, 2010);
	put_unaligned_be32(84, home->data + 8);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_SEGMENT + 84), 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_4, HEADER_4 + 65536), 0);
	p = home->data;
	KUNIT_EXPECT_EQ(test, p[5], HDD | 0x01);
	KUNIT_ASSERT_EQ(test, get_unaligned_be32(p + 32), 65536);
	KUNIT_EXPECT_MEMEQ(test, p + HEADER_4, home->medium + 900 * 512,
			   100 * 512);
	KUNIT_EXPECT_MEMEQ(test, p + HEADER_4 + 100 * 512,
			   pair->away->medium + 2000 * 512, 28 * 512);
}

/* A copy within a unit that begins at its end */
static void held_backward(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;
	u8 *p = home->data + COPY_SEGMENT;
	u8 *was;

	was = kunit_kmalloc(test, 65536, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, was);
	memcpy(was, home->medium + (1300 - 128) * 512, 65536);
	copy_fake_list(pair);
	put_held(p, 0, 0, 1300, 0, 600);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_1, 4 + 65536), 0);
	KUNIT_ASSERT_EQ(test, get_unaligned_be32(home->data), 65536);
	KUNIT_EXPECT_MEMEQ(test, home->data + 4, was, 65536);
}

/* What a medium copies by itself nobody sees. */
static void held_by_hand(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	pair->away->dev.limits.copy_max = SZ_16M;
	pair->away->copies = 1;
	KUNIT_ASSERT_EQ(test, hold(pair, 1000, 10, 20), 0);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_COPY], 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_1, 4 + 65536), 0);
	KUNIT_EXPECT_MEMEQ(test, pair->home->data + 4,
			   pair->home->medium + (1010 - 128) * 512, 65536);
}

static void held_failed(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;
	u8 *p = home->data;

	/* so little that all of it would have been held */
	pair->away->fail_at = 1;
	KUNIT_ASSERT_EQ(test, hold(pair, 100, 10, 20), 2);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_4, 4096), 0);
	KUNIT_EXPECT_EQ(test, p[5], HDD | 0x02);
	/* sense data, then no held data */
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p), 32 + p[13]);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + 32 + p[13]), 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_1, 4096), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p), 0);
}

/* Nobody could ask for what a list without an identifier holds. */
static void held_unnamed(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	u8 *p = pair->home->data;

	copy_fake_list(pair);
	put_held(p + COPY_SEGMENT, 0, 1, 8, 0, 0);
	p[0] = 0;
	p[1] = 0x18;
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(pair->home), 1);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_WRITE], 0);
	/* of no blocks there is no data */
	KUNIT_ASSERT_EQ(test, hold(pair, 0, 0, 0), 0);
	KUNIT_ASSERT_EQ(test, receive(pair, DATA_4, 4096), 0);
	KUNIT_EXPECT_EQ(test, p[5], 0x01);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + 32), 0);
}

static void held_limits(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 1, 0x8f, 0x10, 0, 0 };
	struct copy_pair *pair = test->priv;
	u8 *p = pair->home->data;
	size_t at;

	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x03, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + 24), 65536);
	KUNIT_EXPECT_EQ(test, p[39], 9);
	KUNIT_ASSERT_EQ(test, fake_in(pair->home, cdb, 4096), 0);
	/* the last one of the page */
	at = 4 + get_unaligned_be16(p + 2) - 32;
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + at), 0xc001001c);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p + at + 4), 65536);
	KUNIT_EXPECT_EQ(test, p[at + 8], 9);
}

static struct kunit_case held_cases[] = {
	KUNIT_CASE(held_window),
	KUNIT_CASE(held_once),
	KUNIT_CASE(held_most_recent),
	KUNIT_CASE(held_backward),
	KUNIT_CASE(held_by_hand),
	KUNIT_CASE(held_failed),
	KUNIT_CASE(held_unnamed),
	KUNIT_CASE(held_limits),
	{}
};

static struct kunit_suite held_suite = {
	.name = "target_copy_held",
	.init = copy_fake_init,
	.exit = copy_fake_exit,
	.test_cases = held_cases,
};

kunit_test_suite(held_suite);
