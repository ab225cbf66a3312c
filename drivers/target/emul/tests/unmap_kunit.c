// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of UNMAP: its parameter list, and what the medium is asked for.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "../emul.h"
#include "../handlers.h"
#include "../unmap.h"
#include "fake.h"

/**
 * struct unmap_case - a parameter list on 2048 blocks, with at most four
 *	descriptors and 1024 blocks
 * @name: for people
 * @len: PARAMETER LIST LENGTH
 * @descriptors: UNMAP BLOCK DESCRIPTOR DATA LENGTH
 * @ranges: descriptors
 * @sense: what becomes of it
 * @ios: operations of at most 64 blocks
 */
struct unmap_case {
	const char *name;
	u16 len;
	u16 descriptors;
	struct target_unmap_range ranges[6];
	u32 sense;
	unsigned int ios;
};

static const struct unmap_case unmap_cases[] = {
	{ "one block", 24, 16, { { 5, 1 } }, FAKE_NO_SENSE, 1 },
	{ "several", 72, 64,
	  { { 5, 1 }, { 100, 64 }, { 200, 65 }, { 2047, 1 } },
	  FAKE_NO_SENSE, 5 },
	{ "no descriptors", 8, 0, {}, FAKE_NO_SENSE, 0 },
	{ "empty ones do not count", 104, 96,
	  { { 0, 0 }, { 1, 0 }, { 2, 0 }, { 3, 0 }, { 2048, 0 }, { 9, 1 } },
	  FAKE_NO_SENSE, 1 },
	{ "too many", 88, 80,
	  { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 3, 1 }, { 4, 1 } },
	  FAKE_INVALID_LIST, 0 },
	{ "too long", 40, 32, { { 0, 1024 }, { 1024, 1 } },
	  FAKE_INVALID_LIST, 0 },
	{ "all that is allowed", 24, 16, { { 1024, 1024 } },
	  FAKE_NO_SENSE, 16 },
	{ "beyond the end", 24, 16, { { 2047, 2 } }, FAKE_OUT_OF_RANGE, 0 },
	{ "empty beyond the end", 24, 16, { { 2049, 0 } },
	  FAKE_OUT_OF_RANGE, 0 },
	{ "that wraps", 24, 16, { { U64_MAX, 2 } }, FAKE_OUT_OF_RANGE, 0 },
	{ "good one before a bad one", 40, 32, { { 5, 1 }, { 2048, 1 } },
	  FAKE_OUT_OF_RANGE, 0 },
	{ "part of a descriptor", 31, 23, { { 5, 1 }, { 9, 1 } },
	  FAKE_NO_SENSE, 1 },
	{ "part of a header", 7, 0, {}, FAKE_LIST_LENGTH, 0 },
	{ "descriptors that are not there", 24, 32, { { 5, 1 } },
	  FAKE_NO_SENSE, 1 },
	{ "nothing at all", 0, 0, {}, FAKE_NO_SENSE, 0 },
};

static void unmap_desc(const struct unmap_case *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(unmap, unmap_cases, unmap_desc);

static void put_list(u8 *p, const struct unmap_case *param)
{
	unsigned int i;

	put_unaligned_be16(param->descriptors + 6, p);
	put_unaligned_be16(param->descriptors, p + 2);
	for (i = 0; i < ARRAY_SIZE(param->ranges); i++) {
		put_unaligned_be64(param->ranges[i].lba, p + 8 + 16 * i);
		put_unaligned_be32(param->ranges[i].blocks, p + 16 + 16 * i);
	}
}

static bool is_unmapped(const struct unmap_case *param, u64 block)
{
	unsigned int i;

	for (i = 0; i < param->descriptors / 16; i++) {
		if (block >= param->ranges[i].lba &&
		    block - param->ranges[i].lba < param->ranges[i].blocks)
			return true;
	}
	return false;
}

static void unmap_vectors(struct kunit *test)
{
	const struct unmap_case *param = test->param_value;
	const u8 cdb[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, param->len, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	memset(fake->medium, 0, FAKE_BLOCKS * FAKE_BLOCK);
	put_list(fake->data, param);
	fake_out(fake, cdb, param->len);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), param->sense);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_UNMAP], param->ios);
	for (i = 0; i < FAKE_BLOCKS; i++) {
		bool gone = fake->medium[i * FAKE_BLOCK] == 0xee;
		bool wanted = !param->sense && is_unmapped(param, i);

		KUNIT_ASSERT_EQ_MSG(test, gone, wanted, "block %u", i);
	}
}

static void unmap_medium_fails(struct kunit *test)
{
	static const u8 cdb[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	static const struct unmap_case list = { "", 24, 16, { { 0, 1024 } } };
	struct fake *fake = test->priv;

	put_list(fake->data, &list);
	fake->fail_at = 3;
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 24), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x030c00);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_UNMAP], 3);
}

/* LBPRZ is true even where the medium leaves anything there. */
static void unmap_zeroes(struct kunit *test)
{
	static const u8 cdb[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	static const struct unmap_case list = { "", 24, 16, { { 7, 200 } } };
	struct fake *fake = test->priv;

	fake->dev.attr.unmap_zeroes_data = true;
	put_list(fake->data, &list);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 24), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_UNMAP], 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 2);
	KUNIT_EXPECT_EQ(test, fake->last_io, TARGET_IO_MAY_UNMAP |
			TARGET_IO_FUA * !!fake->dev.limits.write_cache);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 7 * FAKE_BLOCK, 0,
					   200 * FAKE_BLOCK));
	fake->dev.limits.unmap_zeroes = true;
	put_list(fake->data, &list);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 24), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_UNMAP], 4);
}

/* Where the medium has no zeros to give, they are written as data. */
static void unmap_writes_zeroes(struct kunit *test)
{
	static const u8 cdb[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	static const struct unmap_case list = { "", 24, 16, { { 7, 300 } } };
	struct fake *fake = test->priv;

	fake->dev.attr.unmap_zeroes_data = true;
	fake->dev.limits.zero_max = 0;
	put_list(fake->data, &list);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 24), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_UNMAP], 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 2);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 7 * FAKE_BLOCK, 0,
					   300 * FAKE_BLOCK));
	KUNIT_EXPECT_NOT_NULL(test, memchr_inv(fake->medium + 307 * FAKE_BLOCK,
					       0, FAKE_BLOCK));
	KUNIT_EXPECT_NOT_NULL(test, memchr_inv(fake->medium + 6 * FAKE_BLOCK,
					       0, FAKE_BLOCK));
}

/* ANCHOR: zeros that may not be deallocated, if the medium promises that */
static void unmap_anchors(struct kunit *test)
{
	static const u8 cdb[] = { 0x42, 1, 0, 0, 0, 0, 0, 0, 24, 0 };
	static const u8 same[] = { 0x41, 0x18, 0, 0, 0, 9, 0, 0, 4, 0 };
	static const u8 alone[] = { 0x41, 0x10, 0, 0, 0, 9, 0, 0, 4, 0 };
	static const struct unmap_case list = { "", 24, 16, { { 7, 2 } } };
	struct fake *fake = test->priv;

	put_list(fake->data, &list);
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 24), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0xc8);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 1);
	KUNIT_EXPECT_EQ(test, fake_out(fake, same, 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0xcc);

	fake->dev.limits.anchors = true;
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 24), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 1);
	KUNIT_EXPECT_EQ(test, fake->last_io & TARGET_IO_MAY_UNMAP, 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 7 * FAKE_BLOCK, 0,
					   2 * FAKE_BLOCK));
	memset(fake->data, 0, 512);
	KUNIT_ASSERT_EQ(test, fake_out(fake, same, 512), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 2);
	KUNIT_EXPECT_EQ(test, fake->last_io & TARGET_IO_MAY_UNMAP, 0);
	/* without UNMAP it makes no sense (SBC-4 5.50) */
	KUNIT_EXPECT_EQ(test, fake_out(fake, alone, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0xcc);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 1);
}

/* Blocks that are locked for it where it has to be alone on them */
static void unmap_span(struct kunit *test)
{
	static const u8 cdb[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 72, 0 };
	static const struct {
		struct unmap_case list;
		u64 lba, blocks;
	} spans[] = {
		{ { "", 24, 16, { { 5, 1 } } }, 5, 1 },
		{ { "", 72, 64, { { 900, 8 }, { 2048, 0 }, { 30, 2 }, { 60, 1 } } },
		  30, 878 },
		{ { "", 40, 32, { { 7, 0 }, { 9, 0 } } }, 0, 0 },
		/* it is refused: whatever that says */
		{ { "", 40, 32, { { 7, 1 }, { U64_MAX, 2 } } }, 0, 2048 },
		{ { "", 40, 32, { { 7, 1 }, { 2047, 2 } } }, 0, 2048 },
	};
	struct fake *fake = test->priv;
	unsigned int i;
	u64 lba, blocks;

	for (i = 0; i < ARRAY_SIZE(spans); i++) {
		put_list(fake->data, &spans[i].list);
		fake_out(fake, cdb, 72);
		target_opdef_span(to_cmd(&fake->se), &lba, &blocks);
		KUNIT_EXPECT_EQ_MSG(test, lba, spans[i].lba, "list %u", i);
		KUNIT_EXPECT_EQ_MSG(test, blocks, spans[i].blocks, "list %u", i);
	}
}

/* In pages of the initiator's own the list may be another one by now. */
static void unmap_beyond_its_lock(struct kunit *test)
{
	static const u8 cdb[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	static const struct unmap_case list = { "", 24, 16, { { 7, 2 } } };
	struct fake *fake = test->priv;
	struct target_cmd *cmd = to_cmd(&fake->se);

	put_list(fake->data, &list);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 24), 0);
	cmd->flags |= TARGET_CMD_RANGE;
	cmd->range.lba = 7;
	cmd->range.blocks = 1;
	KUNIT_EXPECT_EQ(test, (__force u32)target_unmap(cmd),
			(__force u32)TCM_INVALID_PARAMETER_LIST);
	cmd->flags &= ~TARGET_CMD_RANGE;
	kvfree(cmd->scratch);
	cmd->scratch = NULL;
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_UNMAP], 1);
}

static void unmap_disabled(struct kunit *test)
{
	static const u8 cdb[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	struct fake *fake = test->priv;

	fake->dev.attr.emulate_tpu = false;
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 24), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_OPCODE);
}

static struct kunit_case unmap_kunit_cases[] = {
	KUNIT_CASE_PARAM(unmap_vectors, unmap_gen_params),
	KUNIT_CASE(unmap_medium_fails),
	KUNIT_CASE(unmap_zeroes),
	KUNIT_CASE(unmap_writes_zeroes),
	KUNIT_CASE(unmap_anchors),
	KUNIT_CASE(unmap_span),
	KUNIT_CASE(unmap_beyond_its_lock),
	KUNIT_CASE(unmap_disabled),
	{}
};

static struct kunit_suite unmap_suite = {
	.name = "target_unmap",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = unmap_kunit_cases,
};

kunit_test_suite(unmap_suite);

