// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the key=value cursor and encoder.
 */
#include <kunit/test.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "../kv.h"

struct cursor_case {
	const char *name;
	const char *text;
	u32 len;
	u32 pairs;
	enum iscsit_kv_step end;
};

#define CURSOR(n, t, p, e) \
	{ .name = n, .text = t, .len = sizeof(t) - 1, .pairs = p, .end = e }

#define KEY_63 "K23456789012345678901234567890123456789012345678901234567890123"

static const struct cursor_case cursor_cases[] = {
	CURSOR("empty text", "", 0, ISCSIT_KV_END),
	CURSOR("only NULs", "\0\0\0\0", 0, ISCSIT_KV_END),
	CURSOR("one pair", "A=b\0", 1, ISCSIT_KV_END),
	CURSOR("two pairs", "A=b\0C=d\0", 2, ISCSIT_KV_END),
	CURSOR("empty value", "A=\0", 1, ISCSIT_KV_END),
	CURSOR("equals in the value", "A=b=c\0", 1, ISCSIT_KV_END),
	CURSOR("padding counted in", "A=b\0\0\0C=d\0\0", 2, ISCSIT_KV_END),
	CURSOR("vendor keys", "X-com.example=1\0X#Node=2\0", 2, ISCSIT_KV_END),
	CURSOR("key of 63 bytes", KEY_63 "=v\0", 1, ISCSIT_KV_END),
	CURSOR("key of 64 bytes", KEY_63 "4=v\0", 0, ISCSIT_KV_BAD_KEY),
	CURSOR("no NUL at the end", "A=b\0C=d", 1, ISCSIT_KV_UNTERMINATED),
	CURSOR("no NUL at all", "A", 0, ISCSIT_KV_UNTERMINATED),
	CURSOR("no equals", "A=b\0Cd\0E=f\0", 1, ISCSIT_KV_NO_EQUALS),
	CURSOR("empty key", "=b\0", 0, ISCSIT_KV_BAD_KEY),
	CURSOR("space in the key", "A b=c\0", 0, ISCSIT_KV_BAD_KEY),
	CURSOR("newline in the key", "A\nb=c\0", 0, ISCSIT_KV_BAD_KEY),
	CURSOR("high bit in the key", "A\xc3\xa4=c\0", 0, ISCSIT_KV_BAD_KEY),
};

static void cursor_desc(const struct cursor_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cursor, cursor_cases, cursor_desc);

static void kv_cursor(struct kunit *test)
{
	const struct cursor_case *c = test->param_value;
	struct iscsit_kv_cursor cur;
	struct iscsit_kv_pair pair;
	enum iscsit_kv_step step;
	u32 pairs = 0;
	u8 *copy;

	/* exactly as long as the text, so that KASAN sees a byte too far */
	copy = kunit_kmalloc(test, max(c->len, 1U), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, c->text, c->len);

	iscsit_kv_open(&cur, copy, c->len);
	while ((step = iscsit_kv_next(&cur, &pair)) == ISCSIT_KV_PAIR)
		pairs++;
	KUNIT_EXPECT_EQ(test, step, c->end);
	KUNIT_EXPECT_EQ(test, pairs, c->pairs);
}

static void kv_cursor_takes_apart(struct kunit *test)
{
	static const char text[] = "SessionType=Normal\0X-a=b=c\0";
	struct iscsit_kv_cursor cur;
	struct iscsit_kv_pair pair;

	iscsit_kv_open(&cur, text, sizeof(text) - 1);
	KUNIT_ASSERT_EQ(test, iscsit_kv_next(&cur, &pair), ISCSIT_KV_PAIR);
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&pair.key, "SessionType"));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&pair.val, "Normal"));
	KUNIT_EXPECT_FALSE(test, iscsit_kv_is(&pair.val, "Norma"));
	KUNIT_EXPECT_FALSE(test, iscsit_kv_is(&pair.val, "Normal2"));
	KUNIT_EXPECT_FALSE(test, iscsit_kv_is(&pair.val, "normal"));
	KUNIT_ASSERT_EQ(test, iscsit_kv_next(&cur, &pair), ISCSIT_KV_PAIR);
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&pair.key, "X-a"));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&pair.val, "b=c"));
	KUNIT_EXPECT_EQ(test, iscsit_kv_next(&cur, &pair), ISCSIT_KV_END);
}

/* The text as a C string would be read past its end (CVE-2026-90011) */
static void kv_cursor_unterminated(struct kunit *test)
{
	struct iscsit_kv_cursor cur;
	struct iscsit_kv_pair pair;
	u32 len;
	u8 *buf;

	for (len = SZ_8K - 3; len <= SZ_8K; len++) {
		buf = kmalloc(len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buf);
		memset(buf, 'A', len);
		iscsit_kv_open(&cur, buf, len);
		KUNIT_EXPECT_EQ(test, iscsit_kv_next(&cur, &pair),
				ISCSIT_KV_UNTERMINATED);
		buf[1] = '=';
		iscsit_kv_open(&cur, buf, len);
		KUNIT_EXPECT_EQ(test, iscsit_kv_next(&cur, &pair),
				ISCSIT_KV_UNTERMINATED);
		kfree(buf);
	}
}

/* 2048 tiny keys in one PDU (CVE-2026-63887) */
static void kv_cursor_many(struct kunit *test)
{
	struct iscsit_kv_cursor cur;
	struct iscsit_kv_pair pair;
	enum iscsit_kv_step step;
	u32 pairs = 0, i;
	char *buf = kunit_kzalloc(test, SZ_8K, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < SZ_8K; i += 4)
		memcpy(buf + i, "a=b", 4);
	iscsit_kv_open(&cur, buf, SZ_8K);
	while ((step = iscsit_kv_next(&cur, &pair)) == ISCSIT_KV_PAIR)
		pairs++;
	KUNIT_EXPECT_EQ(test, step, ISCSIT_KV_TOO_MANY);
	KUNIT_EXPECT_EQ(test, pairs, ISCSIT_KV_PAIRS_MAX);
}

struct number_case {
	const char *text;
	int err;
	u64 val;
};

static const struct number_case number_cases[] = {
	{ "0", 0, 0 }, { "1", 0, 1 }, { "8192", 0, 8192 }, { "007", 0, 7 },
	{ "0x10", 0, 16 }, { "0X1f", 0, 31 }, { "0xFF", 0, 255 },
	{ "18446744073709551615", 0, U64_MAX },
	{ "0xffffffffffffffff", 0, U64_MAX },
	{ "18446744073709551616", -ERANGE },
	{ "0x10000000000000000", -ERANGE },
	{ "99999999999999999999999999", -ERANGE },
	{ "", -EINVAL }, { "0x", -EINVAL }, { "-1", -EINVAL },
	{ "+1", -EINVAL }, { " 1", -EINVAL }, { "1 ", -EINVAL },
	{ "1a", -EINVAL }, { "0x1g", -EINVAL }, { "1,2", -EINVAL },
	{ "Yes", -EINVAL }, { "0b10", -EINVAL },
};

static void kv_number(struct kunit *test)
{
	const struct number_case *c;
	struct iscsit_kv_text text;
	u32 i;
	u64 val;

	for (i = 0; i < ARRAY_SIZE(number_cases); i++) {
		c = &number_cases[i];
		text.ptr = c->text;
		text.len = strlen(c->text);
		KUNIT_EXPECT_EQ_MSG(test, iscsit_kv_number(&text, &val), c->err,
				    "%s", c->text);
		if (!c->err)
			KUNIT_EXPECT_EQ_MSG(test, val, c->val, "%s", c->text);
	}
}

static void kv_bool(struct kunit *test)
{
	bool val;

	KUNIT_EXPECT_EQ(test, iscsit_kv_bool(&ISCSIT_KV_TEXT("Yes"), &val), 0);
	KUNIT_EXPECT_TRUE(test, val);
	KUNIT_EXPECT_EQ(test, iscsit_kv_bool(&ISCSIT_KV_TEXT("No"), &val), 0);
	KUNIT_EXPECT_FALSE(test, val);
	KUNIT_EXPECT_NE(test, iscsit_kv_bool(&ISCSIT_KV_TEXT("yes"), &val), 0);
	KUNIT_EXPECT_NE(test, iscsit_kv_bool(&ISCSIT_KV_TEXT(""), &val), 0);
	KUNIT_EXPECT_NE(test, iscsit_kv_bool(&ISCSIT_KV_TEXT("Yess"), &val), 0);
}

struct binary_case {
	const char *text;
	int err;
	u32 len;
	u8 bytes[16];
};

/* base64 vectors of RFC 4648 section 10 */
static const struct binary_case binary_cases[] = {
	{ "0x00", 0, 1, { 0 } },
	{ "0xdeadBEEF", 0, 4, { 0xde, 0xad, 0xbe, 0xef } },
	{ "0X0102", 0, 2, { 1, 2 } },
	{ "0bZg==", 0, 1, "f" }, { "0bZm8=", 0, 2, "fo" },
	{ "0bZm9v", 0, 3, "foo" }, { "0BZm9vYg==", 0, 4, "foob" },
	{ "0bZm9vYmE=", 0, 5, "fooba" }, { "0bZm9vYmFy", 0, 6, "foobar" },
	{ "0b+/+/", 0, 3, { 0xfb, 0xff, 0xbf } },
	{ "0x0102030405060708090a0b0c0d0e0f10", 0, 16,
	  { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } },
	{ "0x0102030405060708090a0b0c0d0e0f1011", -E2BIG },
	{ "0bAAAAAAAAAAAAAAAAAAAAAAA=", -E2BIG },
	{ "0bAAAAAAAAAAAAAAAAAAAAAAAA", -E2BIG },
	{ "0bAAAAAAAAAAAAAAAAAAAAAA==", 0, 16, { 0 } },
	{ "", -EINVAL }, { "0", -EINVAL }, { "0x", -EINVAL },
	{ "0b", -EINVAL }, { "0x1", -EINVAL }, { "0xabc", -EINVAL },
	{ "0xgg", -EINVAL }, { "deadbeef", -EINVAL }, { "0bZ", -EINVAL },
	{ "0bZg", -EINVAL }, { "0bZg=", -EINVAL }, { "0bZh==", -EINVAL },
	{ "0bZg==Zg==", -EINVAL }, { "0b====", -EINVAL },
	{ "0bZ===", -EINVAL }, { "0bZm=v", -EINVAL }, { "0bZm9*", -EINVAL },
};

static void kv_binary(struct kunit *test)
{
	const struct binary_case *c;
	struct iscsit_kv_text text;
	u8 buf[17];
	u32 i, len;

	for (i = 0; i < ARRAY_SIZE(binary_cases); i++) {
		c = &binary_cases[i];
		text.ptr = c->text;
		text.len = strlen(c->text);
		buf[16] = 0xa5;
		KUNIT_EXPECT_EQ_MSG(test, iscsit_kv_binary(&text, buf, 16, &len),
				    c->err, "%s", c->text);
		KUNIT_EXPECT_EQ(test, buf[16], 0xa5);
		if (c->err)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, len, c->len, "%s", c->text);
		KUNIT_EXPECT_MEMEQ(test, buf, c->bytes, c->len);
	}
}

/*
 * Encoded values of every length around a digest (CVE-2018-14633 was hex,
 * CVE-2026-63886 was base64 of 63 to 79 bytes).
 */
static void kv_binary_bounds(struct kunit *test)
{
	struct iscsit_kv_text text;
	u32 enc, len;
	char *in = kunit_kmalloc(test, SZ_2K, GFP_KERNEL);
	u8 *buf;

	KUNIT_ASSERT_NOT_NULL(test, in);
	memset(in, 'A', SZ_2K);
	in[0] = '0';
	for (enc = 3; enc < SZ_1K; enc++) {
		buf = kmalloc(32, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buf);
		text.ptr = in;
		text.len = enc;
		in[1] = 'x';
		if (!iscsit_kv_binary(&text, buf, 32, &len))
			KUNIT_EXPECT_LE(test, len, 32);
		else
			KUNIT_EXPECT_TRUE(test, enc % 2 || enc > 2 + 64);
		in[1] = 'b';
		if (!iscsit_kv_binary(&text, buf, 32, &len))
			KUNIT_EXPECT_LE(test, len, 32);
		else
			KUNIT_EXPECT_TRUE(test, (enc - 2) % 4 || enc > 2 + 40);
		kfree(buf);
	}
}

static void kv_list(struct kunit *test)
{
	static const char * const want[] = { "a", "", "bc", "d" };
	struct iscsit_kv_text list = ISCSIT_KV_TEXT("a,,bc,d"), item;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		KUNIT_ASSERT_TRUE(test, iscsit_kv_list_next(&list, &item));
		KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&item, want[i]));
	}
	KUNIT_EXPECT_FALSE(test, iscsit_kv_list_next(&list, &item));
}

static void kv_string(struct kunit *test)
{
	char buf[5] = "xxxx";

	KUNIT_EXPECT_EQ(test, iscsit_kv_string(&ISCSIT_KV_TEXT("abcd"), buf, 5),
			0);
	KUNIT_EXPECT_STREQ(test, buf, "abcd");
	KUNIT_EXPECT_EQ(test, iscsit_kv_string(&ISCSIT_KV_TEXT(""), buf, 5), 0);
	KUNIT_EXPECT_STREQ(test, buf, "");
	KUNIT_EXPECT_EQ(test, iscsit_kv_string(&ISCSIT_KV_TEXT("abcde"), buf, 5),
			-E2BIG);
	KUNIT_EXPECT_EQ(test, iscsit_kv_string(&ISCSIT_KV_TEXT("a\nb"), buf, 5),
			-EINVAL);
	KUNIT_EXPECT_EQ(test,
			iscsit_kv_string(&ISCSIT_KV_TEXT("\xc3\xa4"), buf, 5),
			0);
}

static void kv_encoder(struct kunit *test)
{
	static const char want[] = "A=b\0N=42\0H=0x01ff\0E=\0";
	static const u8 bytes[] = { 0x01, 0xff };
	struct iscsit_kv_out out;
	char buf[64];

	iscsit_kv_out_init(&out, buf, sizeof(buf));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_put_str(&out, "A", "b"));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_put_num(&out, "N", 42));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_put_hex(&out, "H", bytes, 2));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_put_str(&out, "E", ""));
	KUNIT_EXPECT_EQ(test, out.len, sizeof(want) - 1);
	KUNIT_EXPECT_MEMEQ(test, buf, want, sizeof(want) - 1);
	KUNIT_EXPECT_FALSE(test, out.full);
}

/* Every size of buffer: whole pairs or nothing, never a byte too many */
static void kv_encoder_bounds(struct kunit *test)
{
	static const u8 bytes[] = { 1, 2 };
	struct iscsit_kv_out out;
	u32 size;
	u8 *buf;

	for (size = 0; size < 12; size++) {
		buf = kmalloc(max(size, 1U), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buf);
		iscsit_kv_out_init(&out, buf, size);
		KUNIT_EXPECT_EQ(test, iscsit_kv_put_str(&out, "AB", "cd"),
				size >= 6);
		KUNIT_EXPECT_EQ(test, out.len, size >= 6 ? 6 : 0);
		KUNIT_EXPECT_EQ(test, out.full, size < 6);
		/* a pair that would fit must not follow one that did not */
		if (size < 6)
			KUNIT_EXPECT_FALSE(test, iscsit_kv_put_str(&out, "", ""));
		iscsit_kv_out_init(&out, buf, size);
		KUNIT_EXPECT_EQ(test, iscsit_kv_put_hex(&out, "A", bytes, 2),
				size >= 9);
		iscsit_kv_out_init(&out, buf, size);
		KUNIT_EXPECT_FALSE(test,
				   iscsit_kv_put_hex(&out, "A", bytes, U32_MAX));
		kfree(buf);
	}
}

static struct kunit_case kv_cases[] = {
	KUNIT_CASE_PARAM(kv_cursor, cursor_gen_params),
	KUNIT_CASE(kv_cursor_takes_apart),
	KUNIT_CASE(kv_cursor_unterminated),
	KUNIT_CASE(kv_cursor_many),
	KUNIT_CASE(kv_number),
	KUNIT_CASE(kv_bool),
	KUNIT_CASE(kv_binary),
	KUNIT_CASE(kv_binary_bounds),
	KUNIT_CASE(kv_list),
	KUNIT_CASE(kv_string),
	KUNIT_CASE(kv_encoder),
	KUNIT_CASE(kv_encoder_bounds),
	{}
};

static struct kunit_suite kv_suite = {
	.name = "iscsit_kv",
	.test_cases = kv_cases,
};

kunit_test_suite(kv_suite);
