// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of POPULATE TOKEN and WRITE USING TOKEN, and of the life of a ROD
 * token.
 */
#include <linux/slab.h>
#include <linux/unaligned.h>
#include "../copy_token.h"
#include "copy_fake.h"

#define TOKEN_UNKNOWN	0x052304
#define TOKEN_CORRUPT	0x052305
#define TOKEN_REVOKED	0x052306
#define TOKEN_EXPIRED	0x052307
#define TOO_MANY_SEGMENTS 0x052608
#define NO_RESOURCES	0x05550d

struct extent {
	u64 lba;
	u32 blocks;
};

static void put_ranges(u8 *p, const struct extent *ranges, unsigned int count)
{
	unsigned int i;

	put_unaligned_be16(16 * count, p);
	for (i = 0; i < count; i++) {
		put_unaligned_be64(ranges[i].lba, p + 2 + 16 * i);
		put_unaligned_be32(ranges[i].blocks, p + 10 + 16 * i);
		put_unaligned_be32(0, p + 14 + 16 * i);
	}
}

static u8 send(struct copy_pair *pair, u8 sa, u32 id, u16 len)
{
	u8 cdb[16] = { 0x83, sa };

	put_unaligned_be32(id, cdb + 6);
	put_unaligned_be32(len, cdb + 10);
	put_unaligned_be16(len - 2, pair->home->data);
	return fake_out(pair->home, cdb, len);
}

static u8 populate(struct copy_pair *pair, u32 id, const struct extent *ranges,
		   unsigned int count)
{
	u8 *p = pair->home->data;

	memset(p, 0, 2048);
	put_ranges(p + 14, ranges, count);
	return send(pair, 0x10, id, 16 + 16 * count);
}

/* The token of a list, of which there is one */
static void fetch(struct kunit *test, u32 id, u8 *token)
{
	struct copy_pair *pair = test->priv;
	u8 *p = pair->home->data;

	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x07, id), 0);
	KUNIT_ASSERT_EQ(test, p[5], 0x01);
	KUNIT_EXPECT_EQ(test, p[15], 0xf1);
	KUNIT_ASSERT_EQ(test, get_unaligned_be32(p), 32 + 514);
	KUNIT_ASSERT_EQ(test, get_unaligned_be32(p + 32), 514);
	memcpy(token, p + 38, 512);
}

static u8 write_using(struct copy_pair *pair, const u8 *token, u64 offset,
		      const struct extent *ranges, unsigned int count)
{
	u8 *p = pair->home->data;

	memset(p, 0, 2048);
	put_unaligned_be64(offset, p + 8);
	memcpy(p + 16, token, 512);
	put_ranges(p + 534, ranges, count);
	return send(pair, 0x11, 1000, 536 + 16 * count);
}

static const struct extent source[] = { { 100, 10 }, { 50, 7 }, { 900, 600 } };

static u8 *make(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	u8 *token = kunit_kzalloc(test, 512, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, token);
	KUNIT_ASSERT_EQ(test, populate(pair, 1, source, 3), 0);
	fetch(test, 1, token);
	return token;
}

static void token_form(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	u8 *token = make(test), *other;
	u8 cscd[32];

	KUNIT_EXPECT_EQ(test, get_unaligned_be32(token), 0x00800001);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(token + 6), 0x01f8);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(token + 56), 617 * 512);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(token + 96), 512);
	copy_fake_cscd(cscd, pair->home);
	KUNIT_EXPECT_MEMEQ(test, token + 16, cscd, 32);
	other = make(test);
	KUNIT_EXPECT_NE(test, memcmp(token + 8, other + 8, 8), 0);
	KUNIT_EXPECT_NE(test, memcmp(token + 128, other + 128, 32), 0);
}

/* Ranges that end elsewhere than those of the token, with an offset */
static void token_write(struct kunit *test)
{
	static const struct extent dest[] = { { 1600, 9 }, { 1500, 50 } };
	struct copy_pair *pair = test->priv;
	u8 *token = make(test), *m = pair->home->medium;

	KUNIT_ASSERT_EQ(test, write_using(pair, token, 5, dest, 2), 0);
	KUNIT_EXPECT_MEMEQ(test, m + 1600 * 512, m + 105 * 512, 5 * 512);
	KUNIT_EXPECT_MEMEQ(test, m + 1605 * 512, m + 50 * 512, 4 * 512);
	KUNIT_EXPECT_MEMEQ(test, m + 1500 * 512, m + 54 * 512, 3 * 512);
	KUNIT_EXPECT_MEMEQ(test, m + 1503 * 512, m + 900 * 512, 47 * 512);
	/* once more, with the last block that it has; then with one more */
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 617 - 59, dest, 2), 0);
	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x07, 1000), 0);
	KUNIT_EXPECT_EQ(test, pair->home->data[5], 0x01);
	memset(m + 1549 * 512, 0x5a, 512);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 617 - 58, dest, 2), 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(m + 1549 * 512, 0x5a, 512));
	KUNIT_EXPECT_MEMEQ(test, m + 1548 * 512, m + 1499 * 512, 512);
	/* which is no error: partial usage of the token */
	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x07, 1000), 0);
	KUNIT_EXPECT_EQ(test, pair->home->data[4], 0x11);
	KUNIT_EXPECT_EQ(test, pair->home->data[5], 0x03);
	KUNIT_EXPECT_EQ(test, pair->home->data[12], 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(pair->home->data + 16), 58);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(pair->home->data + 24), 0);
	/* an offset that is behind its end, or no list */
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 617, dest, 2), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(pair->home->sense + 16), 8);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, U64_MAX, dest, 2), 2);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, dest, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_LIST);
}

/* The token is of LUN 1; what the nexus loses, the token does not give it. */
static void token_away(struct kunit *test)
{
	static const struct extent dest = { 0, 17 };
	struct copy_pair *pair = test->priv;
	u8 *token = make(test);
	struct fake *home = pair->home, *away = pair->away;

	list_splice_init(&home->emul.copy.tokens, &away->emul.copy.tokens);
	swap(home->emul.copy.nr_tokens, away->emul.copy.nr_tokens);
	list_first_entry(&away->emul.copy.tokens, struct target_copy_token,
			 node)->dev = &away->dev;
	KUNIT_ASSERT_EQ(test, write_using(pair, token, 0, &dest, 1), 0);
	KUNIT_EXPECT_MEMEQ(test, home->medium, away->medium + 100 * 512,
			   10 * 512);
	away->itl.resv = BIT(1);	/* TARGET_RESV_READ */
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), 0x0a0d01);
	xa_erase(&home->sess.itls, 1);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), TOKEN_UNKNOWN);
}

static void token_revoked(struct kunit *test)
{
	static const u8 beside[] = { 0x2a, 0, 0, 0, 0, 110, 0, 0, 1, 0 };
	static const u8 within[] = { 0x2a, 0, 0, 0, 0, 56, 0, 0, 1, 0 };
	static const struct extent dest = { 2000, 3 };
	struct copy_pair *pair = test->priv;
	u8 *token = make(test);

	KUNIT_ASSERT_EQ(test, fake_out(pair->home, beside, 512), 0);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 0);
	KUNIT_ASSERT_EQ(test, fake_out(pair->home, within, 512), 0);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), TOKEN_REVOKED);
}

/* A copy is a write too, and so is a command with a list of blocks. */
static void token_revoked_otherwise(struct kunit *test)
{
	static const struct extent self = { 105, 3 };
	static const struct extent dest = { 2000, 3 };
	static const u8 unmap[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	static const u8 beside[24] = { [1] = 22, [3] = 16, [15] = 110, [19] = 9 };
	static const u8 within[24] = { [1] = 22, [3] = 16, [15] = 105, [19] = 1 };
	struct copy_pair *pair = test->priv;
	u8 *token = make(test);

	/* it was read before it was changed */
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &self, 1), 0);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), TOKEN_REVOKED);
	token = make(test);
	memcpy(pair->home->data, beside, sizeof(beside));
	KUNIT_ASSERT_EQ(test, fake_out(pair->home, unmap, 24), 0);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 0);
	memcpy(pair->home->data, within, sizeof(within));
	KUNIT_ASSERT_EQ(test, fake_out(pair->home, unmap, 24), 0);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), TOKEN_REVOKED);
}

static void token_forged(struct kunit *test)
{
	static const struct extent dest = { 2000, 3 };
	static const struct {
		u16 at;
		u32 sense;
	} flips[] = {
		{ 0, 0x052301 }, { 7, 0x05230a }, { 8, TOKEN_UNKNOWN },
		{ 16, TOKEN_CORRUPT }, { 63, TOKEN_CORRUPT },
		{ 128, TOKEN_CORRUPT }, { 159, TOKEN_CORRUPT },
		{ 511, TOKEN_CORRUPT },
	};
	struct copy_pair *pair = test->priv;
	u8 *token = make(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flips); i++) {
		token[flips[i].at] ^= 0x10;
		KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 2);
		KUNIT_EXPECT_EQ_MSG(test, fake_sense(pair->home),
				    flips[i].sense, "byte %u", flips[i].at);
		token[flips[i].at] ^= 0x10;
	}
	KUNIT_EXPECT_EQ(test, pair->home->io_ops[TARGET_IO_READ], 0);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 0);
}

static void token_expires(struct kunit *test)
{
	static const struct extent dest = { 2000, 3 };
	static const u8 write[] = { 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0 };
	struct copy_pair *pair = test->priv;
	struct target_copy_lu *lu = &pair->home->emul.copy;
	u8 *token = make(test);

	list_first_entry(&lu->tokens, struct target_copy_token,
			 node)->expires = jiffies - 1;
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), TOKEN_EXPIRED);
	/* the first write that comes by clears up */
	KUNIT_EXPECT_TRUE(test, test_bit(TARGET_SLOW_TOKEN,
					 &pair->home->dev.slow));
	KUNIT_ASSERT_EQ(test, fake_out(pair->home, write, 512), 0);
	KUNIT_EXPECT_FALSE(test, test_bit(TARGET_SLOW_TOKEN,
					  &pair->home->dev.slow));
	KUNIT_EXPECT_EQ(test, lu->nr_tokens, 0);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), TOKEN_UNKNOWN);
}

static void token_limit(struct kunit *test)
{
	static const u8 report[16] = { 0x84, 0x08, [12] = 0x10 };
	struct copy_pair *pair = test->priv;
	u8 *p = pair->home->data;
	u8 *token = make(test);
	unsigned int i;

	for (i = 1; i < TARGET_COPY_TOKEN_NEXUS; i++)
		KUNIT_EXPECT_EQ(test, populate(pair, i + 1, source, 1), 0);
	KUNIT_EXPECT_EQ(test, populate(pair, 99, source, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), NO_RESOURCES);
	KUNIT_ASSERT_EQ(test, fake_in(pair->home, report, 4096), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(p),
			4 + TARGET_COPY_TOKEN_NEXUS * 96);
	/* the first of them, without its secret */
	KUNIT_EXPECT_MEMEQ(test, p + 8, token, 96);
}

static void token_spent(struct kunit *test)
{
	static const struct extent dest = { 2000, 3 };
	struct copy_pair *pair = test->priv;
	u8 *p = pair->home->data;
	u8 *token = make(test);

	memset(p, 0, 2048);
	p[2] = 0x02;
	memcpy(p + 16, token, 512);
	put_ranges(p + 534, &dest, 1);
	KUNIT_ASSERT_EQ(test, send(pair, 0x11, 2, 552), 0);
	KUNIT_EXPECT_EQ(test, write_using(pair, token, 0, &dest, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), TOKEN_UNKNOWN);
}

static void token_zero(struct kunit *test)
{
	static const struct extent dest[] = { { 300, 1000 }, { 10, 1 } };
	struct copy_pair *pair = test->priv;
	u8 *token = kunit_kzalloc(test, 512, GFP_KERNEL);
	u8 *m = pair->home->medium;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, token);
	put_unaligned_be32(0xffff0001, token);
	put_unaligned_be16(0x01f8, token + 6);
	for (i = 0; i < 2; i++) {
		memset(m, 0x5a, FAKE_BLOCKS * FAKE_BLOCK);
		KUNIT_ASSERT_EQ(test, write_using(pair, token, 0, dest, 2), 0);
		KUNIT_EXPECT_NULL(test, memchr_inv(m + 300 * 512, 0,
						   1000 * 512));
		KUNIT_EXPECT_NULL(test, memchr_inv(m + 10 * 512, 0, 512));
		KUNIT_EXPECT_EQ(test, m[300 * 512 - 1], 0x5a);
		KUNIT_EXPECT_EQ(test, m[1300 * 512], 0x5a);
		/* then by a medium that cannot make zeros itself */
		KUNIT_EXPECT_EQ(test, !pair->home->io_ops[TARGET_IO_WRITE],
				!i);
		pair->home->dev.limits.zero_max = 0;
	}
}

static void token_refused(struct kunit *test)
{
	static const struct extent overlapping[] = { { 0, 8 }, { 7, 1 } };
	static const struct extent beyond = { 2040, 9 };
	static const struct extent good = { 0, 8 };
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;

	KUNIT_EXPECT_EQ(test, populate(pair, 1, &good, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, populate(pair, 1, overlapping, 2), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->sense + 16), 32);
	KUNIT_EXPECT_EQ(test, populate(pair, 1, &beyond, 1), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), FAKE_OUT_OF_RANGE);
	memset(home->data, 0, 2048);
	put_unaligned_be16(65 * 16, home->data + 14);
	KUNIT_EXPECT_EQ(test, send(pair, 0x10, 1, 16 + 65 * 16), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), TOO_MANY_SEGMENTS);
	/* a part of a descriptor behind a whole one is ignored */
	put_ranges(home->data + 14, &good, 1);
	put_unaligned_be16(16 + 15, home->data + 14);
	KUNIT_EXPECT_EQ(test, send(pair, 0x10, 1, 16 + 16 + 15), 0);
	/* INACTIVITY TIMEOUT, then a type that cannot be kept */
	memset(home->data, 0, 64);
	put_ranges(home->data + 14, &good, 1);
	put_unaligned_be32(601, home->data + 4);
	KUNIT_EXPECT_EQ(test, send(pair, 0x10, 1, 32), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->sense + 16), 4);
	put_unaligned_be32(600, home->data + 4);
	home->data[2] = 0x02;
	put_unaligned_be32(0x00800002, home->data + 8);
	KUNIT_EXPECT_EQ(test, send(pair, 0x10, 1, 32), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->sense + 16), 8);
	put_unaligned_be32(0x00800001, home->data + 8);
	KUNIT_EXPECT_EQ(test, send(pair, 0x10, 1, 32), 0);
	KUNIT_EXPECT_EQ(test, send(pair, 0x10, 1, 15), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), FAKE_LIST_LENGTH);
	/* a unit that may not be read */
	home->itl.resv = BIT(1);
	KUNIT_EXPECT_EQ(test, populate(pair, 2, &good, 1), 0x18);
}

static struct kunit_case token_cases[] = {
	KUNIT_CASE(token_form),
	KUNIT_CASE(token_write),
	KUNIT_CASE(token_away),
	KUNIT_CASE(token_revoked),
	KUNIT_CASE(token_revoked_otherwise),
	KUNIT_CASE(token_forged),
	KUNIT_CASE(token_expires),
	KUNIT_CASE(token_limit),
	KUNIT_CASE(token_spent),
	KUNIT_CASE(token_zero),
	KUNIT_CASE(token_refused),
	{}
};

static struct kunit_suite token_suite = {
	.name = "target_token",
	.init = copy_fake_init,
	.exit = copy_fake_exit,
	.test_cases = token_cases,
};

kunit_test_suite(token_suite);
