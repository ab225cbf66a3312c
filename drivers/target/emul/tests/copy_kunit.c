// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of EXTENDED COPY: what is wrong with its parameter list, what it
 * copies, and what RECEIVE COPY STATUS and the like say of it.
 */
#include <linux/unaligned.h>
#include "../../core/tp_access.h"
#include "../copy_lu.h"
#include "copy_fake.h"

#define UNREACHABLE	0x0a0804

/* ------------------------------------------------------------ refusals -- */

/**
 * struct refusal - a byte that makes a good list bad
 * @name: for people
 * @at: offset of the byte
 * @value: what it becomes
 * @sense: sense key and code
 * @pointer: field pointer
 */
struct refusal {
	const char *name;
	u16 at;
	u8 value;
	u32 sense;
	u16 pointer;
};

static const struct refusal refusals[] = {
	{ "COPY_LIST ID USAGE 01b", 1, 0x08, FAKE_INVALID_LIST, 1 },
	{ "identifier without usage", 1, 0x18, FAKE_INVALID_LIST, 0 },
	{ "part of a CSCD descriptor", 3, 63, FAKE_INVALID_LIST, 2 },
	{ "too many CSCD descriptors", 2, 0x20, 0x052606, 2 },
	{ "CSCD descriptors that are not there", 3, 128, FAKE_LIST_LENGTH,
	  COPY_NO_POINTER },
	{ "segments that are not there", 11, 56, FAKE_LIST_LENGTH, COPY_NO_POINTER },
	{ "part of a segment", 11, 20, FAKE_LIST_LENGTH, COPY_NO_POINTER },
	{ "inline data", 15, 1, 0x05260b, 12 },
	{ "CSCD descriptor E0h", COPY_CSCD_0, 0xe0, 0x052607, COPY_CSCD_0 },
	{ "CSCD descriptor E5h", COPY_CSCD_1, 0xe5, 0x052607, COPY_CSCD_1 },
	{ "NUL", COPY_CSCD_1 + 1, 0x20, FAKE_INVALID_LIST, COPY_CSCD_1 + 1 },
	{ "a tape", COPY_CSCD_1 + 1, 0x01, 0x0a0d03, COPY_CSCD_1 + 1 },
	{ "no designator", COPY_CSCD_0 + 7, 0, FAKE_INVALID_LIST, COPY_CSCD_0 + 7 },
	{ "long designator", COPY_CSCD_0 + 7, 21, FAKE_INVALID_LIST, COPY_CSCD_0 + 7 },
	{ "short designator", COPY_CSCD_0 + 7, 15, UNREACHABLE, COPY_CSCD_0 },
	{ "another code set", COPY_CSCD_1 + 4, 2, UNREACHABLE, COPY_CSCD_1 },
	{ "another type", COPY_CSCD_1 + 5, 2, UNREACHABLE, COPY_CSCD_1 },
	{ "target port", COPY_CSCD_1 + 5, 0x13, UNREACHABLE, COPY_CSCD_1 },
	{ "another unit", COPY_CSCD_1 + 15, 0x55, UNREACHABLE, COPY_CSCD_1 },
	{ "another block length", COPY_CSCD_1 + 30, 0x10, 0x0a2600, COPY_CSCD_1 + 29 },
	{ "the other's block length", COPY_CSCD_1 + 31, 0x01, 0x0a2600,
	  COPY_CSCD_1 + 29 },
	{ "segment 00h", COPY_SEGMENT, 0x00, 0x052609, COPY_SEGMENT },
	{ "segment 0Ah", COPY_SEGMENT, 0x0a, 0x052609, COPY_SEGMENT },
	{ "reserved bit of a segment", COPY_SEGMENT + 1, 0x04, FAKE_INVALID_LIST,
	  COPY_SEGMENT + 1 },
	{ "reserved byte of a segment", COPY_SEGMENT + 9, 0x10, FAKE_INVALID_LIST,
	  COPY_SEGMENT + 9 },
	{ "length of a segment", COPY_SEGMENT + 3, 20, FAKE_INVALID_LIST,
	  COPY_SEGMENT + 2 },
	{ "no such source", COPY_SEGMENT + 5, 2, UNREACHABLE, COPY_SEGMENT + 4 },
	{ "no such destination", COPY_SEGMENT + 6, 0xc0, UNREACHABLE, COPY_SEGMENT + 6 },
	{ "source beyond the end", COPY_SEGMENT + 18, 8, 0x0a2100, COPY_SEGMENT + 12 },
	{ "source beyond 2^64", COPY_SEGMENT + 12, 0xff, 0x0a2100, COPY_SEGMENT + 12 },
	{ "destination beyond the end", COPY_SEGMENT + 26, 5, 0x0a2100,
	  COPY_SEGMENT + 20 },
};

static void refusal_desc(const struct refusal *refusal, char *desc)
{
	strscpy(desc, refusal->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refusal, refusals, refusal_desc);

static void copy_refused(struct kunit *test)
{
	const struct refusal *refusal = test->param_value;
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	pair->home->data[refusal->at] = refusal->value;
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), refusal->sense);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(pair->home), refusal->pointer);
	/* nothing was begun */
	KUNIT_EXPECT_EQ(test, pair->home->io_ops[TARGET_IO_READ], 0);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_WRITE], 0);
	KUNIT_EXPECT_EQ(test, pair->home->emul.copy.running, 0);
	/* and nothing is held */
	percpu_ref_kill(&pair->away->link.ref);
	KUNIT_EXPECT_TRUE(test, percpu_ref_is_zero(&pair->away->link.ref));
}

static void copy_lengths(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, 0), 0);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, 15), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_LIST_LENGTH);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST - 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_LIST_LENGTH);
	/* a header alone asks for nothing */
	memset(pair->home->data, 0, 16);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, 16), 0);
}

static void copy_disabled(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	pair->home->dev.attr.emulate_3pc = false;
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_OPCODE);
}

/* ---------------------------------------------------------------- data -- */

static void copy_data(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home, *away = pair->away;
	u8 before = away->medium[20 * 512 - 1];
	u8 after = away->medium[1020 * 512];

	copy_fake_list(pair);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_EXPECT_MEMEQ(test, away->medium + 20 * 512,
			   home->medium + 10 * 512, 1000 * 512);
	KUNIT_EXPECT_EQ(test, away->medium[20 * 512 - 1], before);
	KUNIT_EXPECT_EQ(test, away->medium[1020 * 512], after);
	KUNIT_EXPECT_EQ(test, target_copy_lu_counted(&away->dev,
						     TARGET_COPIED_BYTES),
			1000 * 512);
	KUNIT_EXPECT_EQ(test, target_copy_lu_counted(&home->dev,
						     TARGET_COPIED_OPS), 1);
	/* nothing stays locked */
	KUNIT_EXPECT_FALSE(test, test_bit(TARGET_SLOW_RANGE, &home->dev.slow));
	KUNIT_EXPECT_FALSE(test, test_bit(TARGET_SLOW_RANGE, &away->dev.slow));

	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x00, 7), 0);
	KUNIT_EXPECT_EQ(test, home->data[3], 8);
	KUNIT_EXPECT_EQ(test, home->data[4], 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->data + 5), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->data + 8), 1000 * 512);
	KUNIT_EXPECT_EQ(test, copy_fake_receive(pair, 0x01, 7), 0);
	KUNIT_EXPECT_EQ(test, copy_fake_receive(pair, 0x04, 7), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->data), 0);
	KUNIT_EXPECT_EQ(test, copy_fake_receive(pair, 0x00, 8), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(home), 2);
}

/* Both sides are the unit that got the command; two segments, one of nothing */
static void copy_own(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	u8 *p = pair->home->data;

	memset(p, 0, 4096);
	p[1] = 0x18;
	put_unaligned_be32(56, p + 8);
	copy_fake_segment(p + 16, 0xffff, 0xffff, 0, 2048, 0);
	copy_fake_segment(p + 44, 0xffff, 0xffff, 3, 100, 200);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, 72), 0);
	KUNIT_EXPECT_MEMEQ(test, pair->home->medium + 200 * 512,
			   pair->home->medium + 100 * 512, 3 * 512);
	/* it has no identifier, so nothing is kept of it */
	KUNIT_EXPECT_EQ(test, pair->home->emul.copy.nr_ops, 0);
}

/* As memmove(), however source and destination overlap */
static void copy_overlap(struct kunit *test)
{
	static const u16 places[][2] = { { 0, 1 }, { 1, 0 }, { 0, 700 },
					 { 700, 0 }, { 5, 5 } };
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;
	unsigned int i;
	u8 *was;

	was = kunit_kmalloc(test, FAKE_BLOCKS * FAKE_BLOCK, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, was);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		u16 from = places[i][0], to = places[i][1];

		memcpy(was, home->medium, FAKE_BLOCKS * FAKE_BLOCK);
		copy_fake_list(pair);
		copy_fake_segment(home->data + COPY_SEGMENT, 0, 0, 1300, from, to);
		KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
		KUNIT_EXPECT_MEMEQ(test, home->medium + to * 512,
				   was + from * 512, 1300 * 512);
	}
}

/* LUN 1 has blocks of 4096 bytes. */
static void copy_block_lengths(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home, *away = pair->away;

	away->dev.block_shift = 12;
	away->dev.nr_blocks = FAKE_BLOCKS / 8;
	copy_fake_list(pair);
	copy_fake_segment(home->data + COPY_SEGMENT, 0, 1, 16, 1, 3);
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_EXPECT_MEMEQ(test, away->medium + 3 * 4096, home->medium + 512,
			   16 * 512);
	/* DC: the destination's blocks are counted */
	copy_fake_segment(home->data + COPY_SEGMENT, 0, 1, 3, 7, 5);
	home->data[COPY_SEGMENT + 1] = 0x02;
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_EXPECT_MEMEQ(test, away->medium + 5 * 4096,
			   home->medium + 7 * 512, 3 * 4096);
	copy_fake_segment(home->data + COPY_SEGMENT, 0, 1, 15, 1, 3);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), 0x0a260a);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(home), COPY_SEGMENT + 10);
}

/* The block length is left to the copy manager, and what does not matter is set */
static void copy_ignored_fields(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	memset(pair->home->data + COPY_CSCD_1 + 29, 0, 3);
	pair->home->data[COPY_CSCD_1 + 1] |= 0x40;
	pair->home->data[COPY_CSCD_1 + 3] = 1;
	KUNIT_ASSERT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	KUNIT_EXPECT_MEMEQ(test, pair->away->medium + 20 * 512,
			   pair->home->medium + 10 * 512, 1000 * 512);
}

/* ------------------------------------------------------------- permits -- */

/* No third-party copy of LUN 1: not by a command to LUN 0 either */
static void copy_not_allowed(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	pair->away->dev.attr.emulate_3pc = false;
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), UNREACHABLE);
}

static void copy_sanitizing(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct target_dev *dev = &pair->away->dev;

	copy_fake_list(pair);
	dev->emul->job.kind = TARGET_JOB_SANITIZE;
	dev->emul->job.total = 8;
	set_bit(TARGET_SLOW_STOPPED, &dev->slow);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), 0x0a041b);
	dev->emul->job.kind = TARGET_JOB_FORMAT;
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), 0x0a0404);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_WRITE], 0);
}

static void copy_not_mapped(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	xa_erase(&pair->home->sess.itls, 1);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), UNREACHABLE);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_WRITE], 0);
}

static void copy_being_removed(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	percpu_ref_kill(&pair->away->link.ref);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), UNREACHABLE);
}

static void copy_read_only(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	pair->away->itl.read_only = true;
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), 0x0a2700);
	/* from there is fine */
	copy_fake_segment(pair->home->data + COPY_SEGMENT, 1, 0, 10, 0, 0);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	/* and if it has another LUN, that is the one to write by */
	pair->away->other.sess = &pair->home->sess;
	pair->away->other.lun = 2;
	xa_store(&pair->home->sess.itls, 2, &pair->away->other, GFP_KERNEL);
	copy_fake_list(pair);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
}

static void copy_reserved(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	pair->away->itl.resv = BIT(2);	/* TARGET_RESV_WRITE */
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), 0x0a0d01);
	copy_fake_segment(pair->home->data + COPY_SEGMENT, 1, 0, 10, 0, 0);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
	pair->away->itl.resv = BIT(1) | BIT(2);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), 0x0a0d01);
}

/* An access state counts on both sides: the blocks cannot even be read. */
static void copy_standby(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	pair->away->link.tp.access = TARGET_TP_STANDBY;
	set_bit(TARGET_SLOW_ALUA, &pair->away->dev.slow);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), 0x0a040b);
	copy_fake_segment(pair->home->data + COPY_SEGMENT, 1, 0, 10, 0, 0);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), 0x0a040b);
}

static void copy_dead(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	pair->away->dev.dead = true;
	set_bit(TARGET_SLOW_STOPPED, &pair->away->dev.slow);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), 0x0a0400);
}

static void copy_medium_fails(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;

	copy_fake_list(pair);
	copy_fake_segment(home->data + COPY_SEGMENT, 0, 1, 1, 10, 20);
	copy_fake_segment(home->data + COPY_LIST, 0, 1, 1000, 10, 20);
	put_unaligned_be32(56, home->data + 8);
	pair->away->fail_at = 2;
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST + 28), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), 0x0a0c00);
	/* COMMAND-SPECIFIC INFORMATION: the second segment */
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->sense + 8), 1);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(home), COPY_CSCD_1);
	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x00, 7), 0);
	KUNIT_EXPECT_EQ(test, home->data[4], 2);
	/* the one that failed is one of those that were begun */
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->data + 5), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->data + 8), 512);
	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x04, 7), 0);
	KUNIT_EXPECT_EQ(test, home->data[56], 2);
	KUNIT_EXPECT_EQ(test, home->data[60], 0x72);
	KUNIT_EXPECT_EQ(test, home->data[61], 0x0a);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->data),
			56 + home->data[59]);
	pair->away->fail_at = 0;
	home->fail_at = home->io_ops[TARGET_IO_READ] + 1;
	copy_fake_list(pair);
	copy_fake_segment(home->data + COPY_SEGMENT, 0, 1, 8, 10, 20);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), 0x0a1100);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(home), COPY_CSCD_0);
	/* INFORMATION is not valid: nothing was written */
	KUNIT_EXPECT_EQ(test, fake_info(home), U32_MAX);
}

/*
 * What is told of a copy that failed has no gap, whichever of its chunks it
 * was: the initiator goes on from there.
 */
static void copy_transfer_count(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home, *away = pair->away;
	unsigned int i;
	u32 count, info;

	for (i = 1; i <= 4; i++) {
		memset(away->medium, 0xee, FAKE_BLOCKS * FAKE_BLOCK);
		away->io_ops[TARGET_IO_WRITE] = 0;
		away->fail_at = i;
		copy_fake_list(pair);
		copy_fake_segment(home->data + COPY_SEGMENT, 0, 1, 2048, 0, 0);
		KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
		info = fake_info(home);
		KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x00, 7), 0);
		count = get_unaligned_be32(home->data + 8);
		/* what is left, if any of it is there */
		if (i == 4 || info != U32_MAX)
			KUNIT_EXPECT_EQ(test, info, 2048 - count / 512);
		KUNIT_EXPECT_LT(test, count, FAKE_BLOCKS * FAKE_BLOCK);
		KUNIT_EXPECT_EQ(test, count % SZ_256K, 0);
		KUNIT_EXPECT_MEMEQ(test, away->medium, home->medium, count);
	}
}

/* ---------------------------------------------------------------- LID4 -- */

static const u8 extended_4[16] = { 0x83, 0x01, [13] = 48 + 92 };

static void put_4(struct copy_pair *pair, u32 id, bool immed)
{
	u8 *p = pair->home->data;

	copy_fake_list(pair);
	memmove(p + 48, p + 16, 92);
	memset(p, 0, 48);
	p[0] = 0x01;
	p[3] = 0x20;
	p[15] = immed;
	p[16] = 0xff;
	put_unaligned_be32(id, p + 20);
	p[43] = 64;
	p[45] = 28;
}

static u8 run_4(struct copy_pair *pair, u32 id, bool immed)
{
	put_4(pair, id, immed);
	return fake_out(pair->home, extended_4, 48 + 92);
}

/* A command that does not wait has no status with sense data, and needs a name. */
static void copy_lid4_immed(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	put_4(pair, 0, true);
	pair->home->data[1] = 0x18;
	KUNIT_EXPECT_EQ(test, fake_out(pair->home, extended_4, 48 + 92), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_CDB);
	put_4(pair, 3, true);
	pair->home->data[15] |= 0x02;		/* G_SENSE */
	KUNIT_EXPECT_EQ(test, fake_out(pair->home, extended_4, 48 + 92), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, pair->home->emul.copy.nr_ops, 0);
}

static void copy_lid4(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;

	KUNIT_ASSERT_EQ(test, run_4(pair, 0x12345678, true), 0);
	KUNIT_ASSERT_EQ(test, copy_fake_wait(pair, 0x12345678), 0x01);
	KUNIT_EXPECT_EQ(test, home->data[4], 0x01);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(home->data + 16), 1000 * 512);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->data + 24), 1);
	KUNIT_EXPECT_MEMEQ(test, pair->away->medium + 20 * 512,
			   home->medium + 10 * 512, 1000 * 512);
	/* with nothing in it, but there */
	KUNIT_EXPECT_EQ(test, copy_fake_receive(pair, 0x06, 0x12345678), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->data), 32);
	KUNIT_EXPECT_EQ(test, copy_fake_receive(pair, 0x07, 0x12345678), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->data), 32);
	KUNIT_EXPECT_EQ(test, copy_fake_receive(pair, 0x05, 0x12345679), 2);
	KUNIT_EXPECT_EQ(test, run_4(pair, 0x12345678, false), 0);

	pair->away->fail_at = pair->away->io_ops[TARGET_IO_WRITE] + 1;
	KUNIT_ASSERT_EQ(test, run_4(pair, 5, true), 0);
	KUNIT_ASSERT_EQ(test, copy_fake_wait(pair, 5), 0x02);
	KUNIT_EXPECT_EQ(test, home->data[12], 2);
	KUNIT_EXPECT_EQ(test, home->data[33], 0x0a);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->data),
			28 + home->data[13]);
}

/* ------------------------------------------------------------- limits -- */

static void copy_parameters(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	u8 *p = pair->home->data;

	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x03, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p), 39 + sizeof(copy_fake_codes));
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(p + 8), 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(p + 10), 256);
	KUNIT_EXPECT_MEMEQ(test, p + 43, copy_fake_codes,
			   sizeof(copy_fake_codes));
}

/* Descriptors one behind another, in order, to the end of the page */
static void copy_vpd_page(struct kunit *test)
{
	static const u16 types[] = { 0x0000, 0x0001, 0x0004, 0x0008, 0x000c,
				     0x0106, 0x0108, 0x8001, 0xc001 };
	static const u8 cdb[] = { 0x12, 1, 0x8f, 0x10, 0, 0 };
	static const u8 standard[] = { 0x12, 0, 0, 0, 96, 0 };
	static const u8 commands[] = { 17, 0x83, 5, 0x00, 0x01, 0x10, 0x11,
				       0x1c, 0x84, 8, 0, 1, 3, 4, 5, 6, 7, 8 };
	struct copy_pair *pair = test->priv;
	u8 *p = pair->home->data;
	unsigned int i;
	size_t at = 4;

	KUNIT_ASSERT_EQ(test, fake_in(pair->home, cdb, 4096), 0);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(p + at), types[i]);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(p + at + 2) % 4, 0);
		if (types[i] == 0x0001)
			KUNIT_EXPECT_MEMEQ(test, p + at + 4, commands,
					   sizeof(commands));
		if (types[i] == 0x0008)
			KUNIT_EXPECT_MEMEQ(test, p + at + 4, copy_fake_codes,
					   sizeof(copy_fake_codes));
		at += 4 + get_unaligned_be16(p + at + 2);
	}
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(p + 2) + 4, at);
	KUNIT_ASSERT_EQ(test, fake_in(pair->home, standard, 96), 0);
	KUNIT_EXPECT_TRUE(test, p[5] & 0x08);
	pair->home->dev.attr.emulate_3pc = false;
	KUNIT_EXPECT_EQ(test, fake_in(pair->home, cdb, 4096), 2);
	KUNIT_ASSERT_EQ(test, fake_in(pair->home, standard, 96), 0);
	KUNIT_EXPECT_FALSE(test, p[5] & 0x08);
}

static struct kunit_case copy_cases[] = {
	KUNIT_CASE_PARAM(copy_refused, refusal_gen_params),
	KUNIT_CASE(copy_lengths),
	KUNIT_CASE(copy_disabled),
	KUNIT_CASE(copy_data),
	KUNIT_CASE(copy_own),
	KUNIT_CASE(copy_overlap),
	KUNIT_CASE(copy_block_lengths),
	KUNIT_CASE(copy_ignored_fields),
	KUNIT_CASE(copy_not_allowed),
	KUNIT_CASE(copy_sanitizing),
	KUNIT_CASE(copy_not_mapped),
	KUNIT_CASE(copy_being_removed),
	KUNIT_CASE(copy_read_only),
	KUNIT_CASE(copy_reserved),
	KUNIT_CASE(copy_standby),
	KUNIT_CASE(copy_dead),
	KUNIT_CASE(copy_medium_fails),
	KUNIT_CASE(copy_transfer_count),
	KUNIT_CASE(copy_lid4),
	KUNIT_CASE(copy_lid4_immed),
	KUNIT_CASE(copy_parameters),
	KUNIT_CASE(copy_vpd_page),
	{}
};

static struct kunit_suite copy_suite = {
	.name = "target_copy",
	.init = copy_fake_init,
	.exit = copy_fake_exit,
	.test_cases = copy_cases,
};

kunit_test_suite(copy_suite);
