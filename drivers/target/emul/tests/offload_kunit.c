// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of copies that are left to a medium, and of one that will not.
 */
#include <linux/crc-t10dif.h>
#include <linux/unaligned.h>
#include "../copy_lu.h"
#include "copy_fake.h"

/* What copy_fake_list() asks for */
#define BYTES	(1000 * 512)

/**
 * struct offload - a medium that copies by itself, more or less
 * @name: for people
 * @most: bytes that it copies at a time
 * @copies: how often it does
 * @asked: how often it is asked to
 * @offload: bytes that it has copied
 * @bytes: bytes that were read and written
 */
struct offload {
	const char *name;
	u64 most;
	unsigned int copies;
	unsigned int asked;
	u64 offload;
	u64 bytes;
};

static const struct offload offloads[] = {
	{ "at once", SZ_16M, 1, 1, BYTES, 0 },
	{ "in two parts", SZ_256K, 2, 2, BYTES, 0 },
	{ "not after all", SZ_16M, 0, 1, 0, BYTES },
	{ "too little at a time", SZ_128K, 9, 0, 0, BYTES },
	{ "never", 0, 0, 0, 0, BYTES },
};

static void offload_desc(const struct offload *offload, char *desc)
{
	strscpy(desc, offload->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(offload, offloads, offload_desc);

static void copy_offload(struct kunit *test)
{
	const struct offload *offload = test->param_value;
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home, *away = pair->away;

	away->dev.limits.copy_max = offload->most;
	away->copies = offload->copies;
	copy_fake_list(pair);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_EXPECT_MEMEQ(test, away->medium + 20 * 512,
			   home->medium + 10 * 512, BYTES);
	KUNIT_EXPECT_EQ(test, away->io_ops[TARGET_IO_COPY], offload->asked);
	KUNIT_EXPECT_EQ(test, home->io_ops[TARGET_IO_READ],
			offload->bytes ? 2 : 0);
	KUNIT_EXPECT_EQ(test, target_copy_lu_counted(&away->dev,
						     TARGET_COPIED_OFFLOAD),
			offload->offload);
	KUNIT_EXPECT_EQ(test, target_copy_lu_counted(&away->dev,
						     TARGET_COPIED_BYTES),
			offload->bytes);
	KUNIT_EXPECT_FALSE(test, test_bit(TARGET_SLOW_RANGE, &home->dev.slow));
	KUNIT_EXPECT_FALSE(test, test_bit(TARGET_SLOW_RANGE, &away->dev.slow));
}

/* It gives up in the middle: what is there by then is copied once more. */
static void copy_offload_in_part(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home, *away = pair->away;

	away->dev.limits.copy_max = SZ_256K;
	away->copies = 1;
	copy_fake_list(pair);
	copy_fake_segment(home->data + COPY_LIST, 0, 1, 8, 0, 1500);
	put_unaligned_be32(56, home->data + 8);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST + 28), 0);
	KUNIT_EXPECT_MEMEQ(test, away->medium + 20 * 512,
			   home->medium + 10 * 512, BYTES);
	KUNIT_EXPECT_MEMEQ(test, away->medium + 1500 * 512, home->medium,
			   8 * 512);
	/* asked anew for each segment; nothing is counted twice */
	KUNIT_EXPECT_EQ(test, away->io_ops[TARGET_IO_COPY], 3);
	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x00, 7), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->data + 5), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->data + 8), 1008 * 512);
}

/* memmove() is not for a medium. */
static void copy_offload_overlap(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;

	home->dev.limits.copy_max = SZ_16M;
	home->copies = 9;
	copy_fake_list(pair);
	copy_fake_segment(home->data + COPY_SEGMENT, 0, 0, 1000, 10, 20);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_EXPECT_EQ(test, home->io_ops[TARGET_IO_COPY], 0);
	copy_fake_segment(home->data + COPY_SEGMENT, 0, 0, 500, 0, 1000);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_EXPECT_EQ(test, home->io_ops[TARGET_IO_COPY], 1);
	KUNIT_EXPECT_MEMEQ(test, home->medium + 1000 * 512, home->medium,
			   500 * 512);
}

/* Protection information is looked at, so nothing of it is left to the medium. */
static void copy_offload_protected(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;
	struct t10_pi_tuple *tuple = &home->tuples[11];

	pair->away->dev.limits.copy_max = SZ_16M;
	home->dev.attr.pi_prot_type = 1;
	home->dev.attr.pi_prot_verify = false;
	memset(home->tuples, 0xff, sizeof(home->tuples));
	tuple->app_tag = 0;
	tuple->guard_tag = cpu_to_be16(crc_t10dif(home->medium + 11 * FAKE_BLOCK,
						  FAKE_BLOCK));
	copy_fake_list(pair);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), 0x0a1003);
	tuple->ref_tag = cpu_to_be32(11);
	copy_fake_list(pair);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_COPY], 0);
}

static struct kunit_case offload_cases[] = {
	KUNIT_CASE_PARAM(copy_offload, offload_gen_params),
	KUNIT_CASE(copy_offload_in_part),
	KUNIT_CASE(copy_offload_overlap),
	KUNIT_CASE(copy_offload_protected),
	{}
};

static struct kunit_suite offload_suite = {
	.name		= "target_copy_offload",
	.init		= copy_fake_init,
	.exit		= copy_fake_exit,
	.test_cases	= offload_cases,
};

kunit_test_suite(offload_suite);
