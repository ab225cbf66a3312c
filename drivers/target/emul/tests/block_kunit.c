// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the commands that touch the medium, against one of memory.
 */
#include <linux/bits.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "fake.h"

static void block_read_write(struct kunit *test)
{
	static const u8 write[] = { 0x2a, 0x08, 0, 0, 0, 3, 0, 0, 5, 0 };
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 3, 0, 0, 5, 0 };
	struct fake *fake = test->priv;

	memset(fake->data, 0xab, 5 * 512);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 5 * 512), 0);
	KUNIT_EXPECT_TRUE(test, fake->last_io & TARGET_IO_FUA);
	KUNIT_EXPECT_MEMEQ(test, fake->medium + 3 * 512, fake->data, 5 * 512);
	KUNIT_EXPECT_NE(test, fake->medium[8 * 512 + 1], 0xab);
	memset(fake->data, 0, 5 * 512);
	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 5 * 512), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, fake->medium + 3 * 512, 5 * 512);
}

/* The initiator expects part of a block: that part, and nothing of ours. */
static void block_read_part(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 3, 0, 0, 2, 0 };
	static const u32 parts[] = { 1, 200, 511, 513, 712, 1023 };
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		memset(fake->data, 0x55, 2048);
		KUNIT_ASSERT_EQ(test, fake_in(fake, read, parts[i]), 0);
		KUNIT_EXPECT_EQ(test, fake->se.residual_count,
				1024 - parts[i]);
		KUNIT_EXPECT_TRUE(test,
				  fake->se.se_cmd_flags & SCF_OVERFLOW_BIT);
		KUNIT_EXPECT_MEMEQ(test, fake->data, fake->medium + 3 * 512,
				   parts[i]);
		KUNIT_EXPECT_EQ(test, fake->data[parts[i]], 0x55);
	}
}

static void block_write_part(struct kunit *test)
{
	static const u8 write[] = { 0x2a, 0, 0, 0, 0, 0, 0, 0, 2, 0 };
	struct fake *fake = test->priv;
	u8 before = fake->medium[512];

	memset(fake->data, 0xcd, 1024);
	/* one block of two */
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 512), 0);
	KUNIT_EXPECT_EQ(test, fake->medium[511], 0xcd);
	KUNIT_EXPECT_EQ(test, fake->medium[512], before);
	/* part of a block: none of it, and a residual all the same */
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 700), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_IU);
	KUNIT_EXPECT_EQ(test, fake->se.residual_count, 1024 - 700);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 1);
}

static void block_read_fua(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0x08, 0, 0, 0, 3, 0, 0, 1, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 512), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 0);
	fake->dev.limits.write_cache = true;
	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 512), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 1);
	KUNIT_EXPECT_MEMEQ(test, fake->data, fake->medium + 3 * 512, 512);
}

static void block_errors(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 3, 0, 0, 1, 0 };
	static const u8 write[] = { 0x2a, 0, 0, 0, 0, 3, 0, 0, 1, 0 };
	struct fake *fake = test->priv;

	fake->fail_at = 1;
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x031100);
	fake->fail_at = 2;
	KUNIT_EXPECT_EQ(test, fake_out(fake, write, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x030c00);
}

/* INFORMATION is the first block that is not there, where it fits. */
static void block_outside(struct kunit *test)
{
	static const u8 some[] = { 0x28, 0, 0, 0, 0x07, 0xff, 0, 0, 2, 0 };
	static const u8 none[] = { 0x28, 0, 0, 0, 0x09, 0, 0, 0, 1, 0 };
	static const u8 far[] = { 0x88, 0, 0, 0, 1, [13] = 1, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_in(fake, some, 1024), 2);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 0x800);
	KUNIT_EXPECT_EQ(test, fake_in(fake, none, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 0x900);
	KUNIT_EXPECT_EQ(test, fake_in(fake, far, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_OUT_OF_RANGE);
	KUNIT_EXPECT_EQ(test, fake_info(fake), U32_MAX);
	fake->dev.d_sense = true;
	KUNIT_EXPECT_EQ(test, fake_in(fake, far, 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[0], 0x72);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->sense + 12),
			BIT_ULL(40));
}

/* The capacity shrinks between decoding and execution. */
static void block_shrunk(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 3, 0, 0, 1, 0 };
	struct fake *fake = test->priv;

	fake->dev.nr_blocks = 3;
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_OUT_OF_RANGE);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 3);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_READ], 0);
	/* none of the data was transferred */
	KUNIT_EXPECT_TRUE(test, fake->se.se_cmd_flags & SCF_UNDERFLOW_BIT);
	KUNIT_EXPECT_EQ(test, fake->se.residual_count, 512);
}

/* Longer than a chunk, with a difference in each part */
static void block_verify(struct kunit *test)
{
	static const u8 cdb[] = { 0x2f, 0x02, 0, 0, 0, 16, 0, 0x01, 0x2c, 0 };
	static const u32 offsets[] = { 0, 511, 512, 899, 900, 4096, 131071,
				       131072, 153599 };
	const u32 len = 300 * 512;
	struct fake *fake = test->priv;
	unsigned int i;

	memcpy(fake->data, fake->medium + 16 * 512, len);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, len), 0);
	KUNIT_EXPECT_GE(test, fake->io_ops[TARGET_IO_READ], 1);
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		fake->data[offsets[i]] ^= 0x10;
		KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, len), 2);
		KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_MISCOMPARE);
		KUNIT_EXPECT_EQ(test, fake_info(fake), offsets[i]);
		fake->data[offsets[i]] ^= 0x10;
	}
}

static void block_verify_long(struct kunit *test)
{
	/* 1200 blocks without data: three chunks */
	static const u8 cdb[] = { 0x8f, 0, 0, 0, 0, 0, 0, 0, 0, 0,
				  0, 0, 0x04, 0xb0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_none(fake, cdb), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_READ], 3);
	fake->fail_at = 5;
	KUNIT_EXPECT_EQ(test, fake_none(fake, cdb), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x031100);
}

static void block_verify_repeated(struct kunit *test)
{
	static const u8 cdb[] = { 0x2f, 0x06, 0, 0, 0, 16, 0, 0, 4, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	memset(fake->data, 0x77, 512);
	for (i = 0; i < 4; i++)
		memset(fake->medium + (16 + i) * 512, 0x77, 512);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 512), 0);
	fake->medium[18 * 512 + 9] = 0;
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 9);
}

static void block_verify_refused(struct kunit *test)
{
	static const u8 reserved[] = { 0x2f, 0x04, 0, 0, 0, 16, 0, 0, 4, 0 };
	static const u8 cdb[] = { 0x2f, 0x02, 0, 0, 0, 16, 0, 0, 4, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_none(fake, reserved), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0xca);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 1);
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 1024), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_IU);
}

static void block_write_verify(struct kunit *test)
{
	static const u8 medium[] = { 0x2e, 0x00, 0, 0, 0, 9, 0, 0, 4, 0 };
	static const u8 compare[] = { 0x2e, 0x02, 0, 0, 0, 9, 0, 0, 4, 0 };
	static const u8 reserved[] = { 0x2e, 0x06, 0, 0, 0, 9, 0, 0, 4, 0 };
	struct fake *fake = test->priv;

	memset(fake->data, 0x99, 2048);
	KUNIT_ASSERT_EQ(test, fake_out(fake, medium, 2048), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->medium + 9 * 512, fake->data, 2048);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 1);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_READ], 1);
	KUNIT_ASSERT_EQ(test, fake_out(fake, compare, 2048), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, reserved, 2048), 2);
	/* as much as is sent, as for WRITE */
	KUNIT_EXPECT_EQ(test, fake_out(fake, compare, 512), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, compare, 0), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, compare, 200), 2);
}

static void block_write_same(struct kunit *test)
{
	static const u8 cdb[] = { 0x93, 0, 0, 0, 0, 0, 0, 0, 0, 4,
				  0, 0, 0x03, 0x00, 0, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 512; i++)
		fake->data[i] = i * 3;
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 512), 0);
	/* 768 blocks are two chunks */
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 2);
	KUNIT_EXPECT_NE(test, fake->medium[3 * 512 + 3], fake->data[3]);
	for (i = 4; i < 772; i++)
		KUNIT_ASSERT_MEMEQ(test, fake->medium + i * 512, fake->data,
				   512);
	KUNIT_EXPECT_TRUE(test, memcmp(fake->medium + 772 * 512, fake->data,
				       512));
}

static void block_write_same_zeros(struct kunit *test)
{
	static const u8 cdb[] = { 0x41, 0x08, 0, 0, 0, 4, 0, 0, 200, 0 };
	static const u8 plain[] = { 0x41, 0x00, 0, 0, 0, 4, 0, 0, 1, 0 };
	static const u8 ndob[] = { 0x93, 0x01, 0, 0, 0, 0, 0, 0, 2, 0,
				   0, 0, 0, 1, 0, 0 };
	struct fake *fake = test->priv;

	memset(fake->data, 0, 512);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 512), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 2);
	KUNIT_EXPECT_TRUE(test, fake->last_io & TARGET_IO_MAY_UNMAP);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 4 * 512, 0,
					   200 * 512));
	KUNIT_EXPECT_NE(test, fake->medium[204 * 512 + 1], 0);
	KUNIT_ASSERT_EQ(test, fake_out(fake, plain, 512), 0);
	KUNIT_EXPECT_FALSE(test, fake->last_io & TARGET_IO_MAY_UNMAP);
	KUNIT_ASSERT_EQ(test, fake_none(fake, ndob), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 4);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 512 * 512, 0, 512));
	/* a medium that cannot be asked for zeros has them written */
	fake->dev.limits.zero_max = 0;
	fake->medium[512 * 512] = 1;
	KUNIT_ASSERT_EQ(test, fake_none(fake, ndob), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 1);
	KUNIT_EXPECT_EQ(test, fake->medium[512 * 512], 0);
}

static void block_write_same_refused(struct kunit *test)
{
	static const u8 none[] = { 0x41, 0, 0, 0, 0, 4, 0, 0, 0, 0 };
	static const u8 beyond[] = { 0x41, 0, 0, 0, 8, 1, 0, 0, 0, 0 };
	static const u8 many[] = { 0x93, 0, 0, 0, 0, 0, 0, 0, 0, 4,
				   0, 0, 0x04, 0x01, 0, 0 };
	static const u8 unmap[] = { 0x41, 0x08, 0, 0, 0, 4, 0, 0, 1, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_out(fake, none, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 7);
	KUNIT_EXPECT_EQ(test, fake_out(fake, beyond, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_OUT_OF_RANGE);
	KUNIT_EXPECT_EQ(test, fake_out(fake, many, 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 10);
	fake->dev.attr.emulate_tpws = false;
	KUNIT_EXPECT_EQ(test, fake_out(fake, unmap, 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0xcb);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 1);
}

static void block_caw(struct kunit *test)
{
	static const u8 cdb[] = { 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 7,
				  0, 0, 0, 200, 0, 0 };
	const u32 half = 200 * 512;
	struct fake *fake = test->priv;
	u8 *at = fake->medium + 7 * 512;

	memcpy(fake->data, at, half);
	memset(fake->data + half, 0x42, half);
	fake->data[half - 27] ^= 1;
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 2 * half), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_MISCOMPARE);
	KUNIT_EXPECT_EQ(test, fake_info(fake), half - 27);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 0);
	fake->data[half - 27] ^= 1;
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 2 * half), 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(at, 0x42, half));
	KUNIT_EXPECT_NE(test, at[half + 1], 0x42);
	/* what is there now is not what is compared with */
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 2 * half), 2);
	fake->dev.attr.emulate_caw = false;
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 2 * half), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_OPCODE);
}

static void block_read_only(struct kunit *test)
{
	static const u8 writes[][16] = {
		{ 0x0a, 0, 0, 0, 1 }, { 0x2a, [8] = 1 }, { 0xaa, [9] = 1 },
		{ 0x8a, [13] = 1 }, { 0x2e, [8] = 1 }, { 0xae, [9] = 1 },
		{ 0x8e, [13] = 1 }, { 0x41, [8] = 1 }, { 0x93, [13] = 1 },
	};
	static const u8 caw[] = { 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 7,
				  0, 0, 0, 1, 0, 0 };
	static const u8 unmap[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 3, 0, 0, 1, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	fake->itl.read_only = true;
	for (i = 0; i < ARRAY_SIZE(writes); i++) {
		KUNIT_EXPECT_EQ(test, fake_out(fake, writes[i], 512), 2);
		KUNIT_EXPECT_EQ_MSG(test, fake_sense(fake),
				    FAKE_WRITE_PROTECTED, "%02x",
				    writes[i][0]);
	}
	KUNIT_EXPECT_EQ(test, fake_out(fake, caw, 1024), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_WRITE_PROTECTED);
	KUNIT_EXPECT_EQ(test, fake_out(fake, unmap, 24), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_WRITE_PROTECTED);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 0);
}

static void block_orwrite(struct kunit *test)
{
	static const u8 cdb[] = { 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0, 4,
				  0, 0, 0x01, 0xc2, 0, 0 };
	/* the longest that the fake has data for, two chunks */
	const u32 len = 450 * 512;
	struct fake *fake = test->priv;
	u8 *at = fake->medium + 4 * 512;
	u8 *want = kunit_kzalloc(test, len, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, want);
	for (i = 0; i < len; i++) {
		fake->data[i] = i * 13;
		want[i] = at[i] | fake->data[i];
	}
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, len), 0);
	KUNIT_EXPECT_MEMEQ(test, at, want, len);
	KUNIT_EXPECT_TRUE(test, fake->last_io & TARGET_IO_FUA);
	KUNIT_EXPECT_TRUE(test, to_cmd(&fake->se)->flags & TARGET_CMD_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_READ],
			fake->io_ops[TARGET_IO_WRITE]);
}

static void block_orwrite_errors(struct kunit *test)
{
	static const u8 cdb[] = { 0x8b, [9] = 4, [13] = 2, [15] = 0 };
	u8 wide[] = { 0x7f, [7] = 24, [9] = 0x0e, [19] = 4, [31] = 1 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_run(fake, cdb, 16, 700, DMA_TO_DEVICE), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_IU);
	fake->fail_at = 2;
	KUNIT_EXPECT_EQ(test, fake_run(fake, cdb, 16, 1024, DMA_TO_DEVICE), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x030c00);
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, 512), 0);
	wide[23] = 1;
	KUNIT_EXPECT_EQ(test, fake_out(fake, wide, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x052c0c);
}

static void block_atomic(struct kunit *test)
{
	/* units of 4 blocks from multiples of 8, at most 32 */
	static const u8 good[] = { 0x9c, [9] = 16, [13] = 12, [15] = 0 };
	static const u8 odd[] = { 0x9c, [9] = 16, [13] = 6, [15] = 0 };
	static const u8 off[] = { 0x9c, [9] = 12, [13] = 4, [15] = 0 };
	static const u8 more[] = { 0x9c, [9] = 16, [13] = 36, [15] = 0 };
	static const u8 bound[] = { 0x9c, [9] = 16, [11] = 8, [13] = 8, [15] = 0 };
	struct fake *fake = test->priv;

	memset(fake->data, 0x31, 12 * 512);
	KUNIT_ASSERT_EQ(test, fake_out(fake, good, 12 * 512), 0);
	KUNIT_EXPECT_TRUE(test, fake->last_io & TARGET_IO_ATOMIC);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 1);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium + 16 * 512, 0x31,
					   12 * 512));
	KUNIT_EXPECT_EQ(test, fake_out(fake, odd, 6 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 12);
	KUNIT_EXPECT_EQ(test, fake_out(fake, off, 4 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
	KUNIT_EXPECT_EQ(test, fake_out(fake, more, 36 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 12);
	KUNIT_EXPECT_EQ(test, fake_out(fake, bound, 8 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 11);
	/* less than all of it */
	KUNIT_EXPECT_EQ(test, fake_out(fake, good, 4 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 1);
	fake->dev.limits.atomic_max = 0;
	KUNIT_EXPECT_EQ(test, fake_out(fake, good, 12 * 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_OPCODE);
}

static void block_prefetch(struct kunit *test)
{
	static const u8 ten[] = { 0x34, 0x02, 0, 0, 0, 3, 0, 0, 5, 0 };
	static const u8 rest[] = { 0x90, 0, [9] = 4, [15] = 0 };
	static const u8 beyond[] = { 0x34, 0, 0, 0, 7, 0xff, 0, 0, 2, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_none(fake, ten), 0);
	KUNIT_EXPECT_EQ(test, to_cmd(&fake->se)->io.len, 5 * 512);
	KUNIT_EXPECT_EQ(test, fake_none(fake, rest), 0);
	KUNIT_EXPECT_EQ(test, to_cmd(&fake->se)->io.len, 2044 * 512);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_PREFETCH], 2);
	KUNIT_EXPECT_EQ(test, fake_none(fake, beyond), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_OUT_OF_RANGE);
}

static struct kunit_case block_cases[] = {
	KUNIT_CASE(block_read_write),
	KUNIT_CASE(block_read_part),
	KUNIT_CASE(block_write_part),
	KUNIT_CASE(block_read_fua),
	KUNIT_CASE(block_errors),
	KUNIT_CASE(block_outside),
	KUNIT_CASE(block_shrunk),
	KUNIT_CASE(block_verify),
	KUNIT_CASE(block_verify_long),
	KUNIT_CASE(block_verify_repeated),
	KUNIT_CASE(block_verify_refused),
	KUNIT_CASE(block_write_verify),
	KUNIT_CASE(block_write_same),
	KUNIT_CASE(block_write_same_zeros),
	KUNIT_CASE(block_write_same_refused),
	KUNIT_CASE(block_caw),
	KUNIT_CASE(block_read_only),
	KUNIT_CASE(block_orwrite),
	KUNIT_CASE(block_orwrite_errors),
	KUNIT_CASE(block_atomic),
	KUNIT_CASE(block_prefetch),
	{}
};

static struct kunit_suite block_suite = {
	.name = "target_block",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = block_cases,
};

kunit_test_suite(block_suite);

