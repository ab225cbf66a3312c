// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the table of text keys.
 */
#include <kunit/test.h>

#include "../keys.h"

#define KEY(id)	(&iscsit_keys[ISCSIT_KEY_##id])

static struct iscsit_kv_text text_of(const char *str)
{
	return (struct iscsit_kv_text){ str, strlen(str) };
}

/* Every row, looked at as data */
static void keys_rows(struct kunit *test)
{
	const struct iscsit_key *key;
	struct iscsit_kv_text name;
	u32 i;

	for (i = 0; i < ISCSIT_KEY_COUNT; i++) {
		key = &iscsit_keys[i];
		KUNIT_ASSERT_NOT_NULL_MSG(test, key->name, "row %u", i);
		name = text_of(key->name);
		KUNIT_EXPECT_LE(test, name.len, ISCSIT_KV_KEY_MAX);
		KUNIT_EXPECT_PTR_EQ_MSG(test, iscsit_keys_find(&name), key,
					"%s is there twice", key->name);
		if (!(key->flags & ISCSIT_KEY_LOCAL)) {
			KUNIT_EXPECT_NE_MSG(test, key->phases, 0, "%s",
					    key->name);
			KUNIT_EXPECT_NE_MSG(test, key->senders, 0, "%s",
					    key->name);
		}
		if (!iscsit_keys_has_value(key))
			continue;
		KUNIT_EXPECT_LE_MSG(test, key->field + sizeof(u32),
				    sizeof(struct iscsit_params), "%s",
				    key->name);
		KUNIT_EXPECT_GE_MSG(test, key->def, key->min, "%s", key->name);
		KUNIT_EXPECT_LE_MSG(test, key->def, key->max, "%s", key->name);
		KUNIT_EXPECT_GE_MSG(test, key->ours, key->min, "%s", key->name);
		KUNIT_EXPECT_LE_MSG(test, key->ours, key->max, "%s", key->name);
	}
}

/* No two rows share a member, and no member is without a row */
static void keys_fields(struct kunit *test)
{
	const u32 members = sizeof(struct iscsit_params) / sizeof(u32);
	u64 used = 0;
	u32 i, slot;

	for (i = 0; i < ISCSIT_KEY_COUNT; i++) {
		if (!iscsit_keys_has_value(&iscsit_keys[i]))
			continue;
		slot = iscsit_keys[i].field / sizeof(u32);
		KUNIT_EXPECT_FALSE_MSG(test, used & BIT_ULL(slot), "%s",
				       iscsit_keys[i].name);
		used |= BIT_ULL(slot);
	}
	KUNIT_EXPECT_EQ(test, used, BIT_ULL(members) - 1);
}

/* RFC 7143 section 13, RFC 7144 */
static void keys_defaults(struct kunit *test)
{
	struct iscsit_params p;

	memset(&p, 0xff, sizeof(p));
	iscsit_keys_defaults(&p);
	KUNIT_EXPECT_EQ(test, p.header_digest, ISCSIT_DIGEST_NONE);
	KUNIT_EXPECT_EQ(test, p.data_digest, ISCSIT_DIGEST_NONE);
	KUNIT_EXPECT_EQ(test, p.max_connections, 1);
	KUNIT_EXPECT_EQ(test, p.initial_r2t, 1);
	KUNIT_EXPECT_EQ(test, p.immediate_data, 1);
	KUNIT_EXPECT_EQ(test, p.max_recv_dsl, 8192);
	KUNIT_EXPECT_EQ(test, p.max_xmit_dsl, 8192);
	KUNIT_EXPECT_EQ(test, p.max_burst_length, 262144);
	KUNIT_EXPECT_EQ(test, p.first_burst_length, 65536);
	KUNIT_EXPECT_EQ(test, p.time2wait, 2);
	KUNIT_EXPECT_EQ(test, p.time2retain, 20);
	KUNIT_EXPECT_EQ(test, p.max_outstanding_r2t, 1);
	KUNIT_EXPECT_EQ(test, p.data_pdu_in_order, 1);
	KUNIT_EXPECT_EQ(test, p.data_sequence_in_order, 1);
	KUNIT_EXPECT_EQ(test, p.error_recovery_level, 0);
	KUNIT_EXPECT_EQ(test, p.session_type, ISCSIT_SESSION_NORMAL);
	KUNIT_EXPECT_EQ(test, p.task_reporting, ISCSIT_TASK_RFC3720);
	KUNIT_EXPECT_EQ(test, p.protocol_level, 1);
	KUNIT_EXPECT_EQ(test, p.of_marker, 0);
	KUNIT_EXPECT_EQ(test, p.if_marker, 0);
	KUNIT_EXPECT_EQ(test, p.auth_method, ISCSIT_AUTH_NONE);
}

/* The values that a new portal group shows in its param directory */
static void keys_ours(struct kunit *test)
{
	static const struct {
		enum iscsit_key_id id;
		const char *text;
	} want[] = {
		{ ISCSIT_KEY_AUTH_METHOD, "CHAP" },
		{ ISCSIT_KEY_DATA_DIGEST, "CRC32C,None" },
		{ ISCSIT_KEY_DATA_PDU_IN_ORDER, "Yes" },
		{ ISCSIT_KEY_DATA_SEQUENCE_IN_ORDER, "Yes" },
		{ ISCSIT_KEY_TIME2RETAIN, "20" },
		{ ISCSIT_KEY_TIME2WAIT, "2" },
		{ ISCSIT_KEY_ERROR_RECOVERY_LEVEL, "0" },
		{ ISCSIT_KEY_FIRST_BURST_LENGTH, "65536" },
		{ ISCSIT_KEY_HEADER_DIGEST, "CRC32C,None" },
		{ ISCSIT_KEY_IF_MARK_INT, "Reject" },
		{ ISCSIT_KEY_IF_MARKER, "No" },
		{ ISCSIT_KEY_IMMEDIATE_DATA, "Yes" },
		{ ISCSIT_KEY_INITIAL_R2T, "Yes" },
		{ ISCSIT_KEY_MAX_BURST_LENGTH, "262144" },
		{ ISCSIT_KEY_MAX_CONNECTIONS, "1" },
		{ ISCSIT_KEY_MAX_OUTSTANDING_R2T, "1" },
		{ ISCSIT_KEY_MAX_RECV_DSL, "8192" },
		{ ISCSIT_KEY_MAX_XMIT_DSL, "262144" },
		{ ISCSIT_KEY_OF_MARK_INT, "Reject" },
		{ ISCSIT_KEY_OF_MARKER, "No" },
	};
	const struct iscsit_key *key;
	struct iscsit_params p;
	char buf[64];
	u32 i, shown = 0, val;

	iscsit_keys_ours(&p);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		key = &iscsit_keys[want[i].id];
		val = iscsit_keys_has_value(key) ? iscsit_keys_get(key, &p) : 0;
		KUNIT_EXPECT_GT(test, iscsit_keys_format(key, val, buf,
							 sizeof(buf)), 0);
		KUNIT_EXPECT_STREQ_MSG(test, buf, want[i].text, "%s",
				       key->name);
	}
	for (i = 0; i < ISCSIT_KEY_COUNT; i++)
		shown += !!(iscsit_keys[i].flags & ISCSIT_KEY_PARAM);
	KUNIT_EXPECT_EQ(test, shown, ARRAY_SIZE(want));
}

static void keys_format_bounds(struct kunit *test)
{
	char buf[12];

	KUNIT_EXPECT_EQ(test, iscsit_keys_format(KEY(DATA_DIGEST), 3, buf, 12),
			11);
	KUNIT_EXPECT_EQ(test, iscsit_keys_format(KEY(DATA_DIGEST), 3, buf, 11),
			-E2BIG);
	KUNIT_EXPECT_EQ(test, iscsit_keys_format(KEY(MAX_BURST_LENGTH), 262144,
						 buf, 6), -E2BIG);
}

struct store_case {
	const struct iscsit_key *key;
	const char *text;
	int err;
	u32 val;
};

#define STORE(id, t, e, v) \
	{ &iscsit_keys[ISCSIT_KEY_##id], t, e, v }

static const struct store_case store_cases[] = {
	STORE(AUTH_METHOD, "None", 0, ISCSIT_AUTH_NONE),
	STORE(AUTH_METHOD, "CHAP,None", 0, ISCSIT_AUTH_CHAP | ISCSIT_AUTH_NONE),
	STORE(AUTH_METHOD, "KRB5", -EINVAL, 0),
	STORE(AUTH_METHOD, "CHAP,CHAP", -EINVAL, 0),
	STORE(AUTH_METHOD, "CHAP,", 0, ISCSIT_AUTH_CHAP),
	STORE(AUTH_METHOD, ",CHAP", -EINVAL, 0),
	STORE(HEADER_DIGEST, "CRC32C", 0, ISCSIT_DIGEST_CRC32C),
	STORE(HEADER_DIGEST, "Yes", -EINVAL, 0),
	STORE(HEADER_DIGEST, "", -EINVAL, 0),
	STORE(INITIAL_R2T, "No", 0, 0),
	STORE(INITIAL_R2T, "0", -EINVAL, 0),
	STORE(IF_MARKER, "No", 0, 0),
	STORE(IF_MARKER, "Yes", -EINVAL, 0),
	STORE(OF_MARK_INT, "Reject", 0, 0),
	STORE(OF_MARK_INT, "2048", -EINVAL, 0),
	STORE(MAX_BURST_LENGTH, "511", -EINVAL, 0),
	STORE(MAX_BURST_LENGTH, "512", 0, 512),
	STORE(MAX_BURST_LENGTH, "16777215", 0, 16777215),
	STORE(MAX_BURST_LENGTH, "16777216", -EINVAL, 0),
	STORE(MAX_BURST_LENGTH, "4294967296", -EINVAL, 0),
	STORE(MAX_BURST_LENGTH, " 512", -EINVAL, 0),
	STORE(MAX_XMIT_DSL, "4097", 0, 4097),
	STORE(MAX_CONNECTIONS, "0x10", 0, 16),
	STORE(MAX_CONNECTIONS, "0", -EINVAL, 0),
	STORE(MAX_CONNECTIONS, "65536", -EINVAL, 0),
	STORE(ERROR_RECOVERY_LEVEL, "2", 0, 2),
	STORE(ERROR_RECOVERY_LEVEL, "3", -EINVAL, 0),
	STORE(TIME2WAIT, "0", 0, 0),
	STORE(TIME2WAIT, "3600", 0, 3600),
	STORE(TIME2WAIT, "3601", -EINVAL, 0),
	STORE(TIME2WAIT, "yes", -EINVAL, 0),
};

static void keys_store(struct kunit *test)
{
	const struct store_case *c;
	struct iscsit_kv_text text;
	struct iscsit_params p, before;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(store_cases); i++) {
		c = &store_cases[i];
		text = text_of(c->text);
		iscsit_keys_ours(&p);
		before = p;
		KUNIT_EXPECT_EQ_MSG(test, iscsit_keys_store(c->key, &text, &p),
				    c->err, "%s=%s", c->key->name, c->text);
		if (c->err)
			KUNIT_EXPECT_MEMEQ(test, &p, &before, sizeof(p));
		else if (iscsit_keys_has_value(c->key))
			KUNIT_EXPECT_EQ_MSG(test, iscsit_keys_get(c->key, &p),
					    c->val, "%s=%s", c->key->name,
					    c->text);
	}
}

static void keys_result(struct kunit *test)
{
	static const struct {
		const struct iscsit_key *key;
		u32 ours, theirs, want;
	} cases[] = {
		{ KEY(INITIAL_R2T), 0, 0, 0 }, { KEY(INITIAL_R2T), 0, 1, 1 },
		{ KEY(INITIAL_R2T), 1, 0, 1 }, { KEY(INITIAL_R2T), 1, 1, 1 },
		{ KEY(IMMEDIATE_DATA), 0, 1, 0 },
		{ KEY(IMMEDIATE_DATA), 1, 0, 0 },
		{ KEY(IMMEDIATE_DATA), 1, 1, 1 },
		{ KEY(MAX_BURST_LENGTH), 512, 1024, 512 },
		{ KEY(MAX_BURST_LENGTH), 1024, 512, 512 },
		{ KEY(TIME2WAIT), 2, 0, 2 }, { KEY(TIME2WAIT), 2, 5, 5 },
		{ KEY(TIME2RETAIN), 20, 0, 0 },
		{ KEY(ERROR_RECOVERY_LEVEL), 0, 2, 0 },
		{ KEY(PROTOCOL_LEVEL), 1, 2, 1 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, iscsit_keys_result(cases[i].key,
							     cases[i].ours,
							     cases[i].theirs),
				    cases[i].want, "%s %u %u",
				    cases[i].key->name, cases[i].ours,
				    cases[i].theirs);
}

/* RFC 7143 6.2.1: the offer's order counts, unknown values are passed over */
static void keys_choose(struct kunit *test)
{
	static const struct {
		u32 allowed;
		const char *offer;
		int err;
		u32 want;
	} cases[] = {
		{ 3, "None,CRC32C", 0, ISCSIT_DIGEST_NONE },
		{ 3, "CRC32C,None", 0, ISCSIT_DIGEST_CRC32C },
		{ ISCSIT_DIGEST_CRC32C, "None,CRC32C", 0,
		  ISCSIT_DIGEST_CRC32C },
		{ ISCSIT_DIGEST_CRC32C, "None", -ENOENT },
		{ 3, "X-md5,None", 0, ISCSIT_DIGEST_NONE },
		{ 3, "crc32c", -ENOENT }, { 3, "", -ENOENT },
		{ 3, ",,,", -ENOENT },
	};
	u32 i, val;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_EXPECT_EQ_MSG(test,
				    iscsit_keys_choose(KEY(DATA_DIGEST),
						       cases[i].allowed,
						       text_of(cases[i].offer),
						       &val),
				    cases[i].err, "%s", cases[i].offer);
		if (!cases[i].err)
			KUNIT_EXPECT_EQ_MSG(test, val, cases[i].want, "%s",
					    cases[i].offer);
	}
}

static struct kunit_case keys_cases[] = {
	KUNIT_CASE(keys_rows),
	KUNIT_CASE(keys_fields),
	KUNIT_CASE(keys_defaults),
	KUNIT_CASE(keys_ours),
	KUNIT_CASE(keys_format_bounds),
	KUNIT_CASE(keys_store),
	KUNIT_CASE(keys_result),
	KUNIT_CASE(keys_choose),
	{}
};

static struct kunit_suite keys_suite = {
	.name = "iscsit_keys",
	.test_cases = keys_cases,
};

kunit_test_suite(keys_suite);
