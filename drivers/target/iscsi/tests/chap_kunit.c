// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of CHAP.  The responses were computed with another
 * implementation of the hashes.
 */
#include <kunit/test.h>
#include <crypto/hash.h>
#include <linux/sizes.h>

#include "../chap.h"

/*
 * Identifier 5Ah, secret "secretsecret", challenge 00h 01h 02h ... of the
 * length of a digest; and for us identifier 07h, secret "mutualmutual".
 */
struct vector {
	u32 id;
	u32 len;
	const char *response;
	const char *response64;
	const char *their_challenge;
	const char *our_response;
};

static const struct vector vectors[] = {
	{ 5, 16,
	  "0x6860e6413319f4060917c4289b8c943a",
	  "0baGDmQTMZ9AYJF8Qom4yUOg==",
	  "0x808182838485868788898a8b8c8d8e8f",
	  "0x8e5b87a345d7d29f1621803d539f2e29" },
	{ 6, 20,
	  "0x6584ad329ab575b989f23f8fd31c2f1c5d05f303",
	  "0bZYStMpq1dbmJ8j+P0xwvHF0F8wM=",
	  "0x808182838485868788898a8b8c8d8e8f90919293",
	  "0x55f3cc8781946158be1c034146bbec5a11ee0c86" },
	{ 7, 32,
	  "0x8ac3e550eb60eeead2379c28d61fdec7cd48824abbdfeaf8196c2631f67a6645",
	  "0bisPlUOtg7urSN5wo1h/ex81Igkq73+r4GWwmMfZ6ZkU=",
	  "0x808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
	  "0x7e066df624f6737236be2bcd9d44baa3958081d046aa2c4e95bdceebe839a28c" },
	{ 8, 32,
	  "0x5615b4e5076a3fc9e517a3b40a1216d772e7e47d0abd661f90a9cd910e114e33",
	  "0bVhW05QdqP8nlF6O0ChIW13Ln5H0KvWYfkKnNkQ4RTjM=",
	  "0x808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
	  "0x73e1d35c038a0a74ceb6b7027744f77423584c50303d37c4c37ed07399c1fdef" },
};

static const struct iscsit_chap_cred one_way = {
	.user = "user", .secret = "secretsecret",
	.mutual_user = "", .mutual_secret = "",
};

static const struct iscsit_chap_cred both_ways = {
	.user = "user", .secret = "secretsecret",
	.mutual_user = "target", .mutual_secret = "mutualmutual",
};

static const struct iscsit_chap_cred same_secret = {
	.user = "user", .secret = "secretsecret",
	.mutual_user = "target", .mutual_secret = "secretsecret",
};

static const struct iscsit_chap_cred no_account = {
	.user = "", .secret = "", .mutual_user = "", .mutual_secret = "",
};

static const struct iscsit_chap_cred no_secret = {
	.user = "user", .secret = "", .mutual_user = "", .mutual_secret = "",
};

static const struct iscsit_chap_cred no_mutual_secret = {
	.user = "user", .secret = "secretsecret",
	.mutual_user = "target", .mutual_secret = "",
};

struct fixture {
	struct iscsit_chap chap;
	struct iscsit_chap_keys keys;
	struct iscsit_kv_out out;
	char answer[SZ_4K];
};

static int chap_test_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	test->priv = f;
	iscsit_chap_init(&f->chap);
	return 0;
}

static struct iscsit_kv_text text_of(const char *str)
{
	return (struct iscsit_kv_text){ str, str ? strlen(str) : 0 };
}

static enum iscsit_chap_state step(struct fixture *f,
				   const struct iscsit_chap_cred *cred)
{
	enum iscsit_chap_state state;

	iscsit_kv_out_init(&f->out, f->answer, sizeof(f->answer));
	state = iscsit_chap_step(&f->chap, cred, &f->keys, &f->out);
	memset(&f->keys, 0, sizeof(f->keys));
	return state;
}

/* Bring a new exchange to the point where the initiator has to respond */
static void to_response(struct kunit *test, const char *offer)
{
	struct fixture *f = test->priv;
	u32 i;

	iscsit_chap_init(&f->chap);
	f->keys.a = text_of(offer);
	KUNIT_ASSERT_EQ(test, step(f, &one_way), ISCSIT_CHAP_WAIT_NR);
	f->chap.id = 0x5a;
	for (i = 0; i < sizeof(f->chap.challenge); i++)
		f->chap.challenge[i] = i;
}

static void offer_only(struct vector v, char *buf, u32 size)
{
	snprintf(buf, size, "%u", v.id);
}

static void chap_one_way(struct kunit *test)
{
	struct fixture *f = test->priv;
	char offer[8];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		offer_only(vectors[i], offer, sizeof(offer));
		to_response(test, offer);
		f->keys.n = text_of("user");
		f->keys.r = text_of(vectors[i].response);
		KUNIT_EXPECT_EQ_MSG(test, step(f, &one_way), ISCSIT_CHAP_DONE,
				    "CHAP_A=%s", offer);
		KUNIT_EXPECT_EQ(test, f->out.len, 0);

		to_response(test, offer);
		f->keys.n = text_of("user");
		f->keys.r = text_of(vectors[i].response64);
		KUNIT_EXPECT_EQ(test, step(f, &one_way), ISCSIT_CHAP_DONE);
		/* nothing is left of the challenge */
		KUNIT_EXPECT_NULL(test, memchr_inv(f->chap.challenge, 0,
						   sizeof(f->chap.challenge)));
	}
}

static void chap_both_ways(struct kunit *test)
{
	struct fixture *f = test->priv;
	char offer[8], want[128];
	u32 i, len;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		offer_only(vectors[i], offer, sizeof(offer));
		to_response(test, offer);
		f->keys.n = text_of("user");
		f->keys.r = text_of(vectors[i].response);
		f->keys.i = text_of("7");
		f->keys.c = text_of(vectors[i].their_challenge);
		KUNIT_EXPECT_EQ_MSG(test, step(f, &both_ways),
				    ISCSIT_CHAP_DONE, "CHAP_A=%s", offer);
		len = snprintf(want, sizeof(want), "CHAP_N=target%cCHAP_R=%s",
			       0, vectors[i].our_response) + 1;
		KUNIT_EXPECT_EQ(test, f->out.len, len);
		KUNIT_EXPECT_MEMEQ(test, f->answer, want, len);
		/* and a text without keys afterwards is harmless */
		KUNIT_EXPECT_EQ(test, step(f, &both_ways), ISCSIT_CHAP_DONE);
	}
}

/* Strongest of what both have, whatever the order of the offer */
static void chap_choice(struct kunit *test)
{
	static const struct {
		const char *offer;
		u32 want;
	} cases[] = {
		{ "5", 5 }, { "5,6,7,8", 8 }, { "5,6,7", 7 }, { "6,5", 6 },
		{ "5,7", 7 }, { "0x5", 5 }, { "99,5", 5 }, { "x,5", 5 },
		{ ",,5", 5 },
	};
	static const char * const none[] = {
		"", "4", "MD5", "55", "5 ", "-5", "18446744073709551621",
		",,,,",
	};
	struct fixture *f = test->priv;
	struct iscsit_kv_cursor cur;
	struct iscsit_kv_pair pair;
	u64 num;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		to_response(test, cases[i].offer);
		iscsit_kv_open(&cur, f->answer, f->out.len);
		KUNIT_ASSERT_EQ(test, iscsit_kv_next(&cur, &pair),
				ISCSIT_KV_PAIR);
		KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&pair.key, "CHAP_A"));
		KUNIT_EXPECT_EQ(test, iscsit_kv_number(&pair.val, &num), 0);
		KUNIT_EXPECT_EQ_MSG(test, num, cases[i].want, "%s",
				    cases[i].offer);
	}
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		iscsit_chap_init(&f->chap);
		f->keys.a = text_of(none[i]);
		KUNIT_EXPECT_EQ_MSG(test, step(f, &one_way),
				    ISCSIT_CHAP_FAILED, "%s", none[i]);
		KUNIT_EXPECT_EQ(test, f->chap.why, ISCSIT_CHAP_WHY_ALGORITHM);
	}
}

/* Challenges are as long as the digest, and all different (CVE-2024-45751) */
static void chap_challenge(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct iscsit_kv_cursor cur;
	struct iscsit_kv_pair pair;
	u8 seen[8][32], now[32];
	u32 i, j, len;

	for (i = 0; i < ARRAY_SIZE(seen); i++) {
		iscsit_chap_init(&f->chap);
		f->keys.a = text_of("7");
		KUNIT_ASSERT_EQ(test, step(f, &one_way), ISCSIT_CHAP_WAIT_NR);
		iscsit_kv_open(&cur, f->answer, f->out.len);
		for (j = 0; j < 3; j++)
			KUNIT_ASSERT_EQ(test, iscsit_kv_next(&cur, &pair),
					ISCSIT_KV_PAIR);
		KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&pair.key, "CHAP_C"));
		KUNIT_ASSERT_EQ(test, iscsit_kv_binary(&pair.val, now, 32,
						       &len), 0);
		KUNIT_EXPECT_EQ(test, len, 32);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_MEMNEQ(test, now, seen[j], 32);
		memcpy(seen[i], now, 32);
	}
}

struct bad_case {
	const char *name;
	const struct iscsit_chap_cred *cred;
	const char *a, *n, *r, *i, *c;
	enum iscsit_chap_why why;
};

/* Response to identifier 5Ah and challenge 00h..0Fh, MD5 */
#define MD5_GOOD	"0x6860e6413319f4060917c4289b8c943a"
/* The same without a secret */
#define MD5_NO_SECRET	"0xea1a8e33917d5a6ba89fa9aa72377ec6"
#define MD5_BAD		"0x6860e6413319f4060917c4289b8c9430"
#define THEIRS		"0x0123456789abcdef"
#define OURS		"0x000102030405060708090a0b0c0d0e0f"

static const struct bad_case bad_cases[] = {
	{ "wrong response", &one_way, NULL, "user", MD5_BAD, NULL, NULL,
	  ISCSIT_CHAP_WHY_RESPONSE },
	{ "wrong user", &one_way, NULL, "User", MD5_GOOD, NULL, NULL,
	  ISCSIT_CHAP_WHY_NAME },
	{ "longer user", &one_way, NULL, "user2", MD5_GOOD, NULL, NULL,
	  ISCSIT_CHAP_WHY_NAME },
	{ "empty user", &one_way, NULL, "", MD5_GOOD, NULL, NULL,
	  ISCSIT_CHAP_WHY_NAME },
	{ "no account", &no_account, NULL, "", MD5_GOOD, NULL, NULL,
	  ISCSIT_CHAP_WHY_NAME },
	{ "no secret yet", &no_secret, NULL, "user", MD5_NO_SECRET, NULL, NULL,
	  ISCSIT_CHAP_WHY_NAME },
	{ "no response", &one_way, NULL, "user", NULL, NULL, NULL,
	  ISCSIT_CHAP_WHY_ORDER },
	{ "no name", &one_way, NULL, NULL, MD5_GOOD, NULL, NULL,
	  ISCSIT_CHAP_WHY_ORDER },
	{ "nothing", &one_way, NULL, NULL, NULL, NULL, NULL,
	  ISCSIT_CHAP_WHY_ORDER },
	{ "algorithms again", &one_way, "5", "user", MD5_GOOD, NULL, NULL,
	  ISCSIT_CHAP_WHY_ORDER },
	{ "identifier alone", &both_ways, NULL, "user", MD5_GOOD, "7", NULL,
	  ISCSIT_CHAP_WHY_ORDER },
	{ "challenge alone", &both_ways, NULL, "user", MD5_GOOD, NULL, THEIRS,
	  ISCSIT_CHAP_WHY_ORDER },
	{ "response too short", &one_way, NULL, "user", "0x00", NULL, NULL,
	  ISCSIT_CHAP_WHY_FORMAT },
	{ "response too long", &one_way, NULL, "user", MD5_GOOD "00", NULL,
	  NULL, ISCSIT_CHAP_WHY_FORMAT },
	{ "response not encoded", &one_way, NULL, "user", "abcd", NULL, NULL,
	  ISCSIT_CHAP_WHY_FORMAT },
	{ "response empty", &one_way, NULL, "user", "", NULL, NULL,
	  ISCSIT_CHAP_WHY_FORMAT },
	{ "identifier too large", &both_ways, NULL, "user", MD5_GOOD, "256",
	  THEIRS, ISCSIT_CHAP_WHY_FORMAT },
	{ "challenge empty", &both_ways, NULL, "user", MD5_GOOD, "7", "0x",
	  ISCSIT_CHAP_WHY_FORMAT },
	{ "we have nothing to show", &one_way, NULL, "user", MD5_GOOD, "7",
	  THEIRS, ISCSIT_CHAP_WHY_NO_MUTUAL },
	{ "we have no secret yet", &no_mutual_secret, NULL, "user", MD5_GOOD,
	  "7", THEIRS, ISCSIT_CHAP_WHY_NO_MUTUAL },
	{ "one secret for both", &same_secret, NULL, "user", MD5_GOOD, "7",
	  THEIRS, ISCSIT_CHAP_WHY_SAME_SECRET },
	{ "our own challenge", &both_ways, NULL, "user", MD5_GOOD, "7", OURS,
	  ISCSIT_CHAP_WHY_REFLECTION },
	{ "wrong response with a challenge", &both_ways, NULL, "user", MD5_BAD,
	  "7", THEIRS, ISCSIT_CHAP_WHY_RESPONSE },
};

static void bad_desc(const struct bad_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bad, bad_cases, bad_desc);

static void chap_bad(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	struct fixture *f = test->priv;

	to_response(test, "5");
	f->keys.a = text_of(c->a);
	f->keys.n = text_of(c->n);
	f->keys.r = text_of(c->r);
	f->keys.i = text_of(c->i);
	f->keys.c = text_of(c->c);
	KUNIT_EXPECT_EQ(test, step(f, c->cred), ISCSIT_CHAP_FAILED);
	KUNIT_EXPECT_EQ(test, f->chap.why, c->why);
	/* whoever failed learns nothing from us, and stays out */
	KUNIT_EXPECT_EQ(test, f->out.len, 0);
	f->keys.n = text_of("user");
	f->keys.r = text_of(MD5_GOOD);
	KUNIT_EXPECT_EQ(test, step(f, &one_way), ISCSIT_CHAP_FAILED);
}

/* Responses of any length (CVE-2018-14633 hex, CVE-2026-63886 base64) */
static void chap_response_lengths(struct kunit *test)
{
	struct fixture *f = test->priv;
	char *text = kunit_kmalloc(test, 1024 + 1, GFP_KERNEL);
	char offer[8];
	u32 i, len;

	KUNIT_ASSERT_NOT_NULL(test, text);
	for (i = 0; i < 2 * ARRAY_SIZE(vectors); i++) {
		offer_only(vectors[i / 2], offer, sizeof(offer));
		for (len = 2; len <= 1024; len += len < 90 ? 1 : 61) {
			to_response(test, offer);
			memset(text, 'A', len);
			memcpy(text, i % 2 ? "0b" : "0x", 2);
			text[len] = '\0';
			f->keys.n = text_of("user");
			f->keys.r = text_of(text);
			KUNIT_EXPECT_EQ(test, step(f, &one_way),
					ISCSIT_CHAP_FAILED);
		}
	}
}

static void chap_challenge_lengths(struct kunit *test)
{
	struct fixture *f = test->priv;
	char *text = kunit_kzalloc(test, 2 + 2 * 1025 + 1, GFP_KERNEL);
	u32 len;

	KUNIT_ASSERT_NOT_NULL(test, text);
	for (len = 1023; len <= 1025; len++) {
		to_response(test, "5");
		memset(text, 'a', 2 + 2 * len);
		memcpy(text, "0x", 2);
		f->keys.n = text_of("user");
		f->keys.r = text_of(MD5_GOOD);
		f->keys.i = text_of("0");
		f->keys.c = text_of(text);
		KUNIT_EXPECT_EQ(test, step(f, &both_ways), len <= 1024 ?
				ISCSIT_CHAP_DONE : ISCSIT_CHAP_FAILED);
	}
}

/* The order of the exchange, before a challenge was sent */
static void chap_order(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, step(f, &one_way), ISCSIT_CHAP_WAIT_A);
	f->keys.n = text_of("user");
	f->keys.r = text_of(MD5_GOOD);
	KUNIT_EXPECT_EQ(test, step(f, &one_way), ISCSIT_CHAP_FAILED);
	KUNIT_EXPECT_EQ(test, f->chap.why, ISCSIT_CHAP_WHY_ORDER);

	/* all at once is no challenge and response */
	iscsit_chap_init(&f->chap);
	f->keys.a = text_of("5");
	f->keys.n = text_of("user");
	f->keys.r = text_of(MD5_GOOD);
	KUNIT_EXPECT_EQ(test, step(f, &one_way), ISCSIT_CHAP_FAILED);
}

static void chap_no_room(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->keys.a = text_of("5");
	iscsit_kv_out_init(&f->out, f->answer, 20);
	KUNIT_EXPECT_EQ(test, iscsit_chap_step(&f->chap, &one_way, &f->keys,
					       &f->out), ISCSIT_CHAP_FAILED);
	KUNIT_EXPECT_EQ(test, f->chap.why, ISCSIT_CHAP_WHY_INTERNAL);
}

static struct kunit_case chap_cases[] = {
	KUNIT_CASE(chap_one_way),
	KUNIT_CASE(chap_both_ways),
	KUNIT_CASE(chap_choice),
	KUNIT_CASE(chap_challenge),
	KUNIT_CASE_PARAM(chap_bad, bad_gen_params),
	KUNIT_CASE(chap_response_lengths),
	KUNIT_CASE(chap_challenge_lengths),
	KUNIT_CASE(chap_order),
	KUNIT_CASE(chap_no_room),
	{}
};

static struct kunit_suite chap_suite = {
	.name = "iscsit_chap",
	.init = chap_test_init,
	.test_cases = chap_cases,
};

kunit_test_suite(chap_suite);
