// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of protection information: against the test cases of SBC-4
 * 4.21.4, the kernel's own crc_t10dif(), and what the block layer makes and
 * checks, with data that is cut into pieces at places where no block ends.
 */
#include <kunit/test.h>
#include <linux/blk-integrity.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/crc-t10dif.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/t10-pi.h>

#include "../tuple.h"

#define BLOCK	512
#define BLOCKS	8
#define PIECES	5

/**
 * struct tuples - blocks with protection information
 * @data: the blocks
 * @sgl: the same, in pieces
 * @t: made for them
 * @rule: by this
 */
struct tuples {
	u8			*data;
	struct scatterlist	sgl[PIECES];
	struct t10_pi_tuple	t[BLOCKS];
	struct target_tuple_rule rule;
};

static int tuple_init(struct kunit *test)
{
	/* none of them a multiple of the block */
	static const unsigned int lengths[PIECES - 1] = { 100, 1000, 13, 511 };
	struct tuples *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	unsigned int i, at = 0;

	if (!s)
		return -ENOMEM;
	s->data = kunit_kmalloc(test, BLOCKS * BLOCK, GFP_KERNEL);
	if (!s->data)
		return -ENOMEM;
	get_random_bytes(s->data, BLOCKS * BLOCK);
	sg_init_table(s->sgl, PIECES);
	for (i = 0; i < PIECES - 1; at += lengths[i++])
		sg_set_buf(&s->sgl[i], s->data + at, lengths[i]);
	sg_set_buf(&s->sgl[i], s->data + at, BLOCKS * BLOCK - at);
	s->rule = (struct target_tuple_rule) {
		.type = 1, .checks = TARGET_TUPLE_PARTS, .block = BLOCK,
		.ref = 0xfffffffe, .app = 0x1234, .app_mask = 0xffff,
	};
	target_tuple_make(s->t, s->sgl, PIECES, BLOCKS, &s->rule);
	test->priv = s;
	return 0;
}

static unsigned int check(struct tuples *s, u8 *bad)
{
	*bad = 0;
	return target_tuple_check(s->t, s->sgl, PIECES, BLOCKS, &s->rule, bad);
}

/* ------------------------------------------------------------ the guard -- */

/* CRC test cases of SBC-4 4.21.4: 32 bytes each */
static const struct vector {
	const char	*what;
	u8		first;
	u8		step;
	u16		crc;
} vectors[] = {
	{ "zeros",		0x00, 0x00, 0x0000 },
	{ "ones",		0xff, 0x00, 0xa293 },
	{ "incrementing",	0x00, 0x01, 0x0224 },
};

static void vector_text(const struct vector *v, char *text)
{
	strscpy(text, v->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vector, vectors, vector_text);

static void tuple_vectors(struct kunit *test)
{
	const struct vector *v = test->param_value;
	struct tuples *s = test->priv;
	unsigned int i;

	for (i = 0; i < 32; i++)
		s->data[i] = v->first + i * v->step;
	target_tuple_guard(s->t, s->sgl, PIECES, 1, 32);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(s->t[0].guard_tag), v->crc);
}

static void tuple_made(struct kunit *test)
{
	struct tuples *s = test->priv;
	unsigned int i;
	u8 bad;

	for (i = 0; i < BLOCKS; i++) {
		KUNIT_EXPECT_EQ(test, be16_to_cpu(s->t[i].guard_tag),
				crc_t10dif(s->data + i * BLOCK, BLOCK));
		KUNIT_EXPECT_EQ(test, be16_to_cpu(s->t[i].app_tag), 0x1234);
		/* it counts past its end */
		KUNIT_EXPECT_EQ(test, be32_to_cpu(s->t[i].ref_tag),
				0xfffffffe + i);
	}
	KUNIT_EXPECT_EQ(test, check(s, &bad), BLOCKS);
}

/* Type 3: the reference tag is no number, and nobody's but the initiator's */
static void tuple_made_type_3(struct kunit *test)
{
	struct tuples *s = test->priv;
	u8 bad;

	s->rule.type = 3;
	target_tuple_make(s->t, s->sgl, PIECES, BLOCKS, &s->rule);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(s->t[3].ref_tag), U32_MAX);
	s->t[3].ref_tag = cpu_to_be32(7);
	KUNIT_EXPECT_EQ(test, check(s, &bad), BLOCKS);
}

/* Type 2: only who sends one knows it (SBC-4 table 117), or says what it is */
static void tuple_made_type_2(struct kunit *test)
{
	struct tuples *s = test->priv;

	s->rule.type = 2;
	target_tuple_make(s->t, s->sgl, PIECES, BLOCKS, &s->rule);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(s->t[3].ref_tag), U32_MAX);
	s->rule.ref_said = true;
	target_tuple_make(s->t, s->sgl, PIECES, BLOCKS, &s->rule);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(s->t[3].ref_tag), 1);
}

/* ------------------------------------------------------------ the check -- */

static const struct damage {
	const char	*what;
	u8		type;
	u8		checks;
	u16		guard;
	u16		app;
	u16		mask;
	u32		ref;
	u8		bad;
} damages[] = {
	{ "guard", 1, 7, 1, 0, 0xffff, 0, TARGET_DIF_CHECK_GUARD },
	{ "guard that is not checked", 1, 6, 1, 0, 0xffff, 0, 0 },
	{ "application tag", 1, 7, 0, 1, 0xffff, 0, TARGET_DIF_CHECK_APPTAG },
	{ "application tag outside the mask", 1, 7, 0, 1, 0xfff0, 0, 0 },
	{ "application tag that is not checked", 1, 5, 0, 1, 0xffff, 0, 0 },
	{ "reference tag", 1, 7, 0, 0, 0xffff, 1, TARGET_DIF_CHECK_REFTAG },
	{ "reference tag of type 2", 2, 7, 0, 0, 0xffff, 1,
	  TARGET_DIF_CHECK_REFTAG },
	{ "reference tag of type 3", 3, 7, 0, 0, 0xffff, 1, 0 },
	{ "reference tag that is not checked", 1, 3, 0, 0, 0xffff, 1, 0 },
	{ "all, the guard first", 1, 7, 1, 1, 0xffff, 1,
	  TARGET_DIF_CHECK_GUARD },
	{ "tags, the application tag first", 1, 6, 1, 1, 0xffff, 1,
	  TARGET_DIF_CHECK_APPTAG },
	{ "nothing is checked", 1, 0, 1, 1, 0xffff, 1, 0 },
};

static void damage_text(const struct damage *d, char *text)
{
	strscpy(text, d->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(damage, damages, damage_text);

static void tuple_damage(struct kunit *test)
{
	const struct damage *d = test->param_value;
	struct tuples *s = test->priv;
	u8 bad;

	s->rule.type = d->type;
	s->rule.checks = d->checks;
	s->rule.app_mask = d->mask;
	s->t[5].guard_tag ^= cpu_to_be16(d->guard);
	s->t[5].app_tag ^= cpu_to_be16(d->app);
	s->t[5].ref_tag ^= cpu_to_be32(d->ref);
	KUNIT_EXPECT_EQ(test, check(s, &bad), d->bad ? 5 : BLOCKS);
	KUNIT_EXPECT_EQ(test, bad, d->bad);
}

/* One bit of the data */
static void tuple_damaged_data(struct kunit *test)
{
	struct tuples *s = test->priv;
	u8 bad;

	s->data[BLOCK * 3 - 1] ^= 0x80;
	KUNIT_EXPECT_EQ(test, check(s, &bad), 2);
	KUNIT_EXPECT_EQ(test, bad, TARGET_DIF_CHECK_GUARD);
}

/* FFFFh: not checked; with type 3 only if the reference tag is all ones too */
static void tuple_escapes(struct kunit *test)
{
	struct tuples *s = test->priv;
	u8 bad;

	s->t[4].guard_tag ^= cpu_to_be16(1);
	s->t[4].app_tag = cpu_to_be16(0xffff);
	KUNIT_EXPECT_EQ(test, check(s, &bad), BLOCKS);
	s->rule.type = 2;
	KUNIT_EXPECT_EQ(test, check(s, &bad), BLOCKS);
	s->rule.type = 3;
	KUNIT_EXPECT_EQ(test, check(s, &bad), 4);
	s->t[4].ref_tag = cpu_to_be32(0xffffffff);
	KUNIT_EXPECT_EQ(test, check(s, &bad), BLOCKS);

	target_tuple_escape(s->t, BLOCKS);
	memset(s->data, 0x5a, BLOCKS * BLOCK);
	KUNIT_EXPECT_EQ(test, check(s, &bad), BLOCKS);
}

/* --------------------------------------------------- repeat and compare -- */

static void tuple_repeats(struct kunit *test)
{
	struct tuples *s = test->priv;
	struct t10_pi_tuple first = s->t[0];

	target_tuple_repeat(s->t, BLOCKS, &first, 3, 1);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(s->t[0].ref_tag), 1);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(s->t[7].ref_tag), 8);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(s->t[7].guard_tag),
			be16_to_cpu(first.guard_tag));
	KUNIT_EXPECT_EQ(test, be16_to_cpu(s->t[7].app_tag),
			be16_to_cpu(first.app_tag));
	target_tuple_repeat(s->t, BLOCKS, &first, 3, 3);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(s->t[7].ref_tag),
			be32_to_cpu(first.ref_tag));
}

/* The first block with a difference in @parts, and what it is */
static unsigned int compare(const struct tuples *s,
			    const struct t10_pi_tuple *other, u8 parts, u8 *bad)
{
	*bad = 0;
	return target_tuple_compare(s->t, other, BLOCKS, s->rule.type, parts,
				    bad);
}

static void tuple_compares(struct kunit *test)
{
	struct t10_pi_tuple other[BLOCKS];
	struct tuples *s = test->priv;
	u8 bad;

	memcpy(other, s->t, sizeof(other));
	KUNIT_EXPECT_EQ(test, compare(s, other, TARGET_TUPLE_PARTS, &bad),
			BLOCKS);
	other[6].ref_tag ^= cpu_to_be32(1);
	KUNIT_EXPECT_EQ(test, compare(s, other, TARGET_TUPLE_PARTS, &bad), 6);
	KUNIT_EXPECT_EQ(test, bad, TARGET_DIF_CHECK_REFTAG);
	KUNIT_EXPECT_EQ(test, compare(s, other, TARGET_DIF_CHECK_GUARD |
				      TARGET_DIF_CHECK_APPTAG, &bad), BLOCKS);
	other[2].app_tag ^= cpu_to_be16(1);
	other[2].ref_tag ^= cpu_to_be32(1);
	KUNIT_EXPECT_EQ(test, compare(s, other, TARGET_TUPLE_PARTS, &bad), 2);
	KUNIT_EXPECT_EQ(test, bad, TARGET_DIF_CHECK_APPTAG);
	other[1].guard_tag ^= cpu_to_be16(1);
	KUNIT_EXPECT_EQ(test, compare(s, other, TARGET_DIF_CHECK_GUARD, &bad),
			1);
}

/* What is not checked is not compared, on whichever side it is. */
static void tuple_compares_escapes(struct kunit *test)
{
	struct t10_pi_tuple other[BLOCKS];
	struct tuples *s = test->priv;
	u8 bad;

	memcpy(other, s->t, sizeof(other));
	s->t[4].app_tag = cpu_to_be16(0xffff);
	target_tuple_escape(&other[6], 1);
	KUNIT_EXPECT_EQ(test, compare(s, other, TARGET_TUPLE_PARTS, &bad),
			BLOCKS);
	s->rule.type = 3;
	KUNIT_EXPECT_EQ(test, compare(s, other, TARGET_TUPLE_PARTS, &bad), 4);
}

/* ------------------------------------------------------ the block layer -- */

/**
 * struct block_layer - an I/O with protection information that it looks after
 * @disk: a disk that has some, and that nothing is ever sent to
 * @page: the blocks, as the block layer wants them, each in one piece
 * @bio: the I/O
 * @vec: of @page
 * @ended: it has ended
 */
struct block_layer {
	struct gendisk		*disk;
	struct page		*page;
	struct bio		bio;
	struct bio_vec		vec;
	struct completion	ended;
};

static const u8 block_types[] = { TARGET_DIF_TYPE1_PROT, TARGET_DIF_TYPE3_PROT };

static void block_type_text(const u8 *type, char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "type %u", *type);
}

KUNIT_ARRAY_PARAM(block_type, block_types, block_type_text);

static void block_layer_free(void *context)
{
	struct block_layer *bl = context;

	put_disk(bl->disk);
	__free_page(bl->page);
}

static struct block_layer *block_layer(struct kunit *test, u8 type)
{
	struct block_layer *bl = kunit_kzalloc(test, sizeof(*bl), GFP_KERNEL);
	struct tuples *s = test->priv;
	struct queue_limits limits = {
		.integrity = {
			.flags = type == TARGET_DIF_TYPE1_PROT ?
				 BLK_INTEGRITY_REF_TAG : 0,
			.csum_type = BLK_INTEGRITY_CSUM_CRC,
			.tuple_size = sizeof(struct t10_pi_tuple),
		},
	};

	if (!IS_ENABLED(CONFIG_BLK_DEV_INTEGRITY))
		kunit_skip(test, "the block layer has no protection information");
	KUNIT_ASSERT_NOT_NULL(test, bl);
	bl->disk = blk_alloc_disk(&limits, NUMA_NO_NODE);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bl->disk);
	bl->page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bl->page);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, block_layer_free,
							   bl));
	memcpy(page_address(bl->page), s->data, BLOCKS * BLOCK);
	init_completion(&bl->ended);
	return bl;
}

static void block_layer_ended(struct bio *bio)
{
	struct block_layer *bl = bio->bi_private;

	complete(&bl->ended);
}

/* Begin an I/O; what is written has its tuples then.  Returns where they are. */
static struct t10_pi_tuple *block_layer_begin(struct kunit *test,
					      struct block_layer *bl,
					      enum req_op op)
{
	struct tuples *s = test->priv;

	reinit_completion(&bl->ended);
	bio_init(&bl->bio, bl->disk->part0, &bl->vec, 1, op);
	__bio_add_page(&bl->bio, bl->page, BLOCKS * BLOCK, 0);
	bl->bio.bi_iter.bi_sector = s->rule.ref;
	bl->bio.bi_private = bl;
	bl->bio.bi_end_io = block_layer_ended;
	KUNIT_ASSERT_TRUE(test, bio_integrity_prep(&bl->bio));
	KUNIT_ASSERT_NOT_NULL(test, bio_integrity(&bl->bio));
	return bvec_virt(bio_integrity(&bl->bio)->bip_vec);
}

/* End it; what was read is checked.  Returns what it says of that. */
static blk_status_t block_layer_end(struct block_layer *bl)
{
	blk_status_t sts;

	bio_endio(&bl->bio);
	wait_for_completion(&bl->ended);
	sts = bl->bio.bi_status;
	bio_uninit(&bl->bio);
	return sts;
}

/* But for the reference tags of type 3, which the block layer sets to 0 */
static void tuple_made_as_block_layer(struct kunit *test)
{
	const u8 *type = test->param_value;
	struct block_layer *bl = block_layer(test, *type);
	struct t10_pi_tuple theirs[BLOCKS];
	struct tuples *s = test->priv;
	unsigned int i;

	memcpy(theirs, block_layer_begin(test, bl, REQ_OP_WRITE),
	       sizeof(theirs));
	KUNIT_EXPECT_EQ(test, block_layer_end(bl), BLK_STS_OK);
	s->rule.type = *type;
	s->rule.app = 0;
	target_tuple_make(s->t, s->sgl, PIECES, BLOCKS, &s->rule);
	for (i = 0; i < BLOCKS; i++) {
		KUNIT_EXPECT_EQ(test, be16_to_cpu(s->t[i].guard_tag),
				be16_to_cpu(theirs[i].guard_tag));
		KUNIT_EXPECT_EQ(test, be16_to_cpu(s->t[i].app_tag),
				be16_to_cpu(theirs[i].app_tag));
		if (*type == TARGET_DIF_TYPE1_PROT)
			KUNIT_EXPECT_EQ(test, be32_to_cpu(s->t[i].ref_tag),
					be32_to_cpu(theirs[i].ref_tag));
	}
}

/* What is done to a tuple; all ones in its tags may keep it from being checked. */
static const struct {
	u16	guard;
	u16	app;
	u32	ref;
	bool	no_app;
	bool	no_ref;
} changes[] = {
	{ .guard = 0 },
	{ .guard = 1 },
	{ .app = 1 },
	{ .ref = 1 },
	{ .guard = 1, .ref = 1 },
	{ .guard = 1, .no_app = true },
	{ .guard = 1, .no_ref = true },
	{ .guard = 1, .no_app = true, .no_ref = true },
	{ .ref = 1, .no_app = true },
};

static void change(struct t10_pi_tuple *tuple, unsigned int i)
{
	tuple->guard_tag ^= cpu_to_be16(changes[i].guard);
	tuple->app_tag ^= cpu_to_be16(changes[i].app);
	tuple->ref_tag ^= cpu_to_be32(changes[i].ref);
	if (changes[i].no_app)
		tuple->app_tag = T10_PI_APP_ESCAPE;
	if (changes[i].no_ref)
		tuple->ref_tag = T10_PI_REF_ESCAPE;
}

static void tuple_checked_as_block_layer(struct kunit *test)
{
	const u8 *type = test->param_value;
	struct block_layer *bl = block_layer(test, *type);
	struct tuples *s = test->priv;
	struct t10_pi_tuple *theirs;
	unsigned int i;
	u8 bad;

	s->rule.type = *type;
	s->rule.checks = TARGET_DIF_CHECK_GUARD | TARGET_DIF_CHECK_REFTAG;
	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		target_tuple_make(s->t, s->sgl, PIECES, BLOCKS, &s->rule);
		/* what is made for type 3 has all ones there already */
		s->t[5].ref_tag = cpu_to_be32(s->rule.ref + 5);
		change(&s->t[5], i);
		theirs = block_layer_begin(test, bl, REQ_OP_READ);
		memcpy(theirs, s->t, sizeof(s->t));
		KUNIT_EXPECT_EQ_MSG(test, check(s, &bad) == BLOCKS,
				    block_layer_end(bl) == BLK_STS_OK,
				    "change %u", i);
	}
}

static struct kunit_case tuple_cases[] = {
	KUNIT_CASE_PARAM(tuple_vectors, vector_gen_params),
	KUNIT_CASE(tuple_made),
	KUNIT_CASE(tuple_made_type_3),
	KUNIT_CASE(tuple_made_type_2),
	KUNIT_CASE_PARAM(tuple_damage, damage_gen_params),
	KUNIT_CASE(tuple_damaged_data),
	KUNIT_CASE(tuple_escapes),
	KUNIT_CASE(tuple_repeats),
	KUNIT_CASE(tuple_compares),
	KUNIT_CASE(tuple_compares_escapes),
	KUNIT_CASE_PARAM(tuple_made_as_block_layer, block_type_gen_params),
	KUNIT_CASE_PARAM(tuple_checked_as_block_layer, block_type_gen_params),
	{ }
};

static struct kunit_suite tuple_suite = {
	.name = "target_tuple",
	.init = tuple_init,
	.test_cases = tuple_cases,
};

kunit_test_suite(tuple_suite);
