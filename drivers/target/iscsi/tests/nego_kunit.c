// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of key negotiation: whole texts in, whole texts out.
 */
#include <kunit/test.h>
#include <linux/sizes.h>

#include "../nego.h"

#define IDENTITY	"InitiatorName=iqn.1993-08.org.debian:01:lab\0" \
			"TargetName=iqn.2003-01.org.example:disk\0"
#define DISCOVERY	"InitiatorName=iqn.1993-08.org.debian:01:lab\0" \
			"SessionType=Discovery\0"

#define SECURITY	ISCSIT_KEY_IN_SECURITY
#define OPERATIONAL	ISCSIT_KEY_IN_OPERATIONAL
#define FULL_FEATURE	ISCSIT_KEY_IN_FULL_FEATURE

struct fixture {
	struct iscsit_params ours;
	struct iscsit_nego nego;
	struct iscsit_kv_out out;
	char answer[SZ_8K];
};

static int nego_test_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	test->priv = f;
	iscsit_keys_ours(&f->ours);
	iscsit_nego_init(&f->nego, false);
	f->nego.ours = &f->ours;
	f->nego.auth_allowed = ISCSIT_AUTH_CHAP | ISCSIT_AUTH_NONE;
	iscsit_kv_out_init(&f->out, f->answer, sizeof(f->answer));
	return 0;
}

/* One text through both walks; the answer starts empty */
static enum iscsit_login_status exchange(struct fixture *f, u8 phase,
					 const char *text, u32 len)
{
	enum iscsit_login_status status;

	iscsit_kv_out_init(&f->out, f->answer, sizeof(f->answer));
	status = iscsit_nego_read(&f->nego, phase, text, len);
	return status ?: iscsit_nego_answer(&f->nego, text, len, &f->out);
}

#define EXCHANGE(f, phase, text) exchange(f, phase, text, sizeof(text) - 1)

static void expect_answer(struct kunit *test, const char *text, u32 len)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ_MSG(test, f->out.len, len, "%.*s", f->out.len,
			    f->answer);
	KUNIT_EXPECT_MEMEQ(test, f->answer, text, min(f->out.len, len));
}

#define EXPECT_ANSWER(test, text) expect_answer(test, text, sizeof(text) - 1)

struct text_case {
	const char *name;
	u8 phase;
	const char *text;
	u32 text_len;
	const char *answer;
	u32 answer_len;
	enum iscsit_login_status status;
};

#define TEXT(n, p, t, a, s) { n, p, t, sizeof(t) - 1, a, sizeof(a) - 1, s }
#define OK	ISCSIT_LOGIN_OK
#define BAD	ISCSIT_LOGIN_INIT_ERR

static const struct text_case text_cases[] = {
	TEXT("open-iscsi", OPERATIONAL,
	     "HeaderDigest=None,CRC32C\0DataDigest=None\0"
	     "DefaultTime2Wait=2\0DefaultTime2Retain=0\0IFMarker=No\0"
	     "OFMarker=No\0ErrorRecoveryLevel=0\0InitialR2T=No\0"
	     "ImmediateData=Yes\0MaxBurstLength=16776192\0"
	     "FirstBurstLength=262144\0MaxOutstandingR2T=1\0"
	     "MaxConnections=1\0DataPDUInOrder=Yes\0"
	     "DataSequenceInOrder=Yes\0MaxRecvDataSegmentLength=262144\0",
	     "HeaderDigest=None\0DataDigest=None\0"
	     "DefaultTime2Wait=2\0DefaultTime2Retain=0\0IFMarker=No\0"
	     "OFMarker=No\0ErrorRecoveryLevel=0\0InitialR2T=Yes\0"
	     "ImmediateData=Yes\0MaxBurstLength=262144\0"
	     "FirstBurstLength=65536\0MaxOutstandingR2T=1\0"
	     "MaxConnections=1\0DataPDUInOrder=Yes\0"
	     "DataSequenceInOrder=Yes\0", OK),
	TEXT("a name with a blank", SECURITY,
	     "InitiatorName=iqn.2003-01.org.example:a b\0", "", BAD),
	TEXT("obsolete markers", OPERATIONAL,
	     "OFMarker=Yes\0IFMarker=Yes\0OFMarkInt=1~65535\0IFMarkInt=2048\0",
	     "OFMarker=No\0IFMarker=No\0OFMarkInt=Reject\0IFMarkInt=Reject\0",
	     OK),
	TEXT("unknown keys", OPERATIONAL, "X-com.example.a=1\0Foo=\0",
	     "X-com.example.a=NotUnderstood\0Foo=NotUnderstood\0", OK),
	TEXT("answers to what we never said", OPERATIONAL,
	     "Foo=NotUnderstood\0Bar=Reject\0X-baz=Irrelevant\0", "", OK),
	TEXT("a knob of ours is no key", OPERATIONAL,
	     "MaxXmitDataSegmentLength=512\0",
	     "MaxXmitDataSegmentLength=NotUnderstood\0", OK),
	TEXT("numbers out of range", OPERATIONAL,
	     "MaxBurstLength=0\0FirstBurstLength=16777216\0"
	     "MaxConnections=-1\0ErrorRecoveryLevel=3\0"
	     "DefaultTime2Wait=99999999999999999999999\0",
	     "MaxBurstLength=Reject\0FirstBurstLength=Reject\0"
	     "MaxConnections=Reject\0ErrorRecoveryLevel=Reject\0"
	     "DefaultTime2Wait=Reject\0", OK),
	TEXT("booleans that are none", OPERATIONAL,
	     "InitialR2T=1\0ImmediateData=yes\0",
	     "InitialR2T=Reject\0ImmediateData=Reject\0", OK),
	TEXT("no digest in common", OPERATIONAL, "DataDigest=X-md5\0",
	     "DataDigest=Reject\0", OK),
	TEXT("protocol level of RFC 7144", OPERATIONAL,
	     "iSCSIProtocolLevel=2\0TaskReporting=FastAbort,RFC3720\0"
	     "RDMAExtensions=Yes\0",
	     "iSCSIProtocolLevel=1\0TaskReporting=RFC3720\0"
	     "RDMAExtensions=No\0", OK),
	TEXT("AuthMethod", SECURITY, "AuthMethod=KRB5,CHAP,None\0",
	     "AuthMethod=CHAP\0", OK),
	TEXT("no AuthMethod in common", SECURITY, "AuthMethod=KRB5,SRP\0", "",
	     ISCSIT_LOGIN_AUTH_FAILED),
	TEXT("AuthMethod too late", OPERATIONAL, "AuthMethod=None\0", "", BAD),
	TEXT("operational key too early", SECURITY, "MaxBurstLength=512\0", "",
	     BAD),
	TEXT("size in the security stage", SECURITY,
	     "MaxRecvDataSegmentLength=65536\0", "", OK),
	TEXT("key of the full feature phase", OPERATIONAL, "SendTargets=All\0",
	     "", BAD),
	TEXT("key of the target", OPERATIONAL, "TargetPortalGroupTag=1\0", "",
	     BAD),
	TEXT("offered twice", OPERATIONAL,
	     "MaxBurstLength=512\0MaxBurstLength=512\0",
	     "MaxBurstLength=512\0", BAD),
	TEXT("declared twice", OPERATIONAL, IDENTITY "InitiatorName=x\0", "",
	     BAD),
	TEXT("size declared twice", OPERATIONAL,
	     "MaxRecvDataSegmentLength=512\0MaxRecvDataSegmentLength=1024\0",
	     "", BAD),
	TEXT("size out of range", OPERATIONAL, "MaxRecvDataSegmentLength=1\0",
	     "", BAD),
	TEXT("unknown session type", OPERATIONAL, "SessionType=Other\0", "",
	     ISCSIT_LOGIN_SESSION_TYPE),
	TEXT("name with a newline", OPERATIONAL, "InitiatorName=a\nb\0", "",
	     BAD),
	TEXT("unterminated", OPERATIONAL, "MaxBurstLength=512", "", BAD),
	TEXT("CHAP key twice", SECURITY, "CHAP_A=5\0CHAP_A=7\0", "", BAD),
	TEXT("text changes little later", FULL_FEATURE,
	     "MaxRecvDataSegmentLength=65536\0MaxBurstLength=512\0Foo=1\0",
	     "MaxBurstLength=Reject\0Foo=NotUnderstood\0", OK),
};

static void text_desc(const struct text_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(text, text_cases, text_desc);

static void nego_text(struct kunit *test)
{
	const struct text_case *c = test->param_value;
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, exchange(f, c->phase, c->text, c->text_len),
			c->status);
	expect_answer(test, c->answer, c->answer_len);
	KUNIT_EXPECT_EQ(test, c->status && c->text[c->text_len - 1] == '\0',
			f->nego.why != ISCSIT_KEY_COUNT);
}

static void nego_results(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct iscsit_params *p = &f->nego.agreed;

	iscsit_keys_store(&iscsit_keys[ISCSIT_KEY_INITIAL_R2T],
			  &ISCSIT_KV_TEXT("No"), &f->ours);
	f->ours.max_recv_dsl = 65536;
	f->ours.max_xmit_dsl = 131072;
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, IDENTITY
				       "InitiatorAlias=the lab\0"
				       "HeaderDigest=CRC32C\0"
				       "InitialR2T=No\0ImmediateData=No\0"
				       "MaxBurstLength=16384\0"
				       "FirstBurstLength=65536\0"
				       "DefaultTime2Wait=9\0"
				       "MaxRecvDataSegmentLength=262144\0"),
			OK);
	KUNIT_EXPECT_EQ(test, iscsit_nego_identified(&f->nego), OK);
	KUNIT_EXPECT_STREQ(test, f->nego.initiator_alias, "the lab");
	KUNIT_EXPECT_STREQ(test, f->nego.target_name,
			   "iqn.2003-01.org.example:disk");
	KUNIT_EXPECT_EQ(test, iscsit_nego_propose(&f->nego, &f->out), OK);
	KUNIT_EXPECT_TRUE(test, iscsit_nego_settled(&f->nego));
	KUNIT_EXPECT_EQ(test, iscsit_nego_finish(&f->nego), OK);

	KUNIT_EXPECT_EQ(test, p->header_digest, ISCSIT_DIGEST_CRC32C);
	KUNIT_EXPECT_EQ(test, p->data_digest, ISCSIT_DIGEST_NONE);
	KUNIT_EXPECT_EQ(test, p->initial_r2t, 0);
	KUNIT_EXPECT_EQ(test, p->immediate_data, 0);
	KUNIT_EXPECT_EQ(test, p->max_burst_length, 16384);
	KUNIT_EXPECT_EQ(test, p->first_burst_length, 16384);
	KUNIT_EXPECT_EQ(test, p->time2wait, 9);
	KUNIT_EXPECT_EQ(test, p->max_recv_dsl, 131072);
	KUNIT_EXPECT_EQ(test, p->max_xmit_dsl, 131072);
	KUNIT_EXPECT_EQ(test, p->max_outstanding_r2t, 1);
}

/* Who says nothing gets the defaults; 8192 is what we may send */
static void nego_silence(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, IDENTITY), OK);
	EXPECT_ANSWER(test, "");
	KUNIT_EXPECT_EQ(test, f->nego.agreed.max_recv_dsl, 8192);
	KUNIT_EXPECT_EQ(test, iscsit_nego_propose(&f->nego, &f->out), OK);
	EXPECT_ANSWER(test, "MaxRecvDataSegmentLength=262144\0");
	KUNIT_EXPECT_EQ(test, iscsit_nego_finish(&f->nego), OK);
	KUNIT_EXPECT_EQ(test, f->nego.agreed.max_xmit_dsl, 8192);
	KUNIT_EXPECT_EQ(test, f->nego.agreed.max_burst_length, 262144);
}

static void nego_identity(struct kunit *test)
{
	static const struct {
		const char *text;
		u32 len;
		enum iscsit_login_status status;
	} cases[] = {
#define WHO(t, s) { t, sizeof(t) - 1, s }
		WHO("", ISCSIT_LOGIN_MISSING),
		WHO("InitiatorName=iqn.a\0", ISCSIT_LOGIN_MISSING),
		WHO("InitiatorName=\0TargetName=iqn.b\0", ISCSIT_LOGIN_MISSING),
		WHO("TargetName=iqn.b\0", ISCSIT_LOGIN_MISSING),
		WHO("SessionType=Discovery\0", ISCSIT_LOGIN_MISSING),
		WHO(DISCOVERY, OK), WHO(IDENTITY, OK),
		WHO(IDENTITY "SessionType=Normal\0", OK),
		WHO(DISCOVERY "TargetName=iqn.b\0", OK),
	};
	struct fixture *f = test->priv;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		iscsit_nego_init(&f->nego, false);
		KUNIT_EXPECT_EQ(test, iscsit_nego_read(&f->nego, SECURITY,
						       cases[i].text,
						       cases[i].len), OK);
		KUNIT_EXPECT_EQ_MSG(test, iscsit_nego_identified(&f->nego),
				    cases[i].status, "case %u", i);
	}
}

/* Irrelevant keys of a discovery session, in whatever order they come */
static void nego_discovery(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, "MaxConnections=4\0"
				       "ErrorRecoveryLevel=0\0"
				       "InitialR2T=No\0" DISCOVERY
				       "DefaultTime2Wait=0\0"), OK);
	KUNIT_EXPECT_TRUE(test, iscsit_nego_discovery(&f->nego));
	EXPECT_ANSWER(test, "MaxConnections=Irrelevant\0"
		      "ErrorRecoveryLevel=0\0InitialR2T=Irrelevant\0"
		      "DefaultTime2Wait=2\0");
	f->ours.immediate_data = 0;
	iscsit_kv_out_init(&f->out, f->answer, sizeof(f->answer));
	KUNIT_EXPECT_EQ(test, iscsit_nego_propose(&f->nego, &f->out), OK);
	EXPECT_ANSWER(test, "MaxRecvDataSegmentLength=262144\0");
}

/* What the initiator did not mention and the default does not give us */
static void nego_proposals(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->ours.immediate_data = 0;
	f->ours.max_burst_length = 65536;
	f->ours.first_burst_length = 32768;
	f->ours.data_digest = ISCSIT_DIGEST_CRC32C;
	f->ours.initial_r2t = 0;
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, "FirstBurstLength=4096\0"),
			OK);
	EXPECT_ANSWER(test, "FirstBurstLength=4096\0");
	KUNIT_EXPECT_EQ(test, iscsit_nego_propose(&f->nego, &f->out), OK);
	EXPECT_ANSWER(test, "FirstBurstLength=4096\0"
		      "MaxRecvDataSegmentLength=262144\0DataDigest=CRC32C\0"
		      "ImmediateData=No\0MaxBurstLength=65536\0");
	KUNIT_EXPECT_FALSE(test, iscsit_nego_settled(&f->nego));

	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, "DataDigest=CRC32C\0"
				       "ImmediateData=No\0"
				       "MaxBurstLength=32768\0"), OK);
	EXPECT_ANSWER(test, "");
	KUNIT_EXPECT_TRUE(test, iscsit_nego_settled(&f->nego));
	KUNIT_EXPECT_EQ(test, iscsit_nego_finish(&f->nego), OK);
	KUNIT_EXPECT_EQ(test, f->nego.agreed.max_burst_length, 32768);
	KUNIT_EXPECT_EQ(test, f->nego.agreed.immediate_data, 0);
	KUNIT_EXPECT_EQ(test, f->nego.agreed.data_digest, ISCSIT_DIGEST_CRC32C);
	/* and nothing is said twice */
	KUNIT_EXPECT_EQ(test, iscsit_nego_propose(&f->nego, &f->out), OK);
	EXPECT_ANSWER(test, "");
}

static void nego_bad_conclusion(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->ours.max_burst_length = 65536;
	KUNIT_EXPECT_EQ(test, iscsit_nego_read(&f->nego, OPERATIONAL, "", 0),
			OK);
	KUNIT_EXPECT_EQ(test, iscsit_nego_propose(&f->nego, &f->out), OK);
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, "MaxBurstLength=131072\0"),
			BAD);
	KUNIT_EXPECT_EQ(test, f->nego.why, ISCSIT_KEY_MAX_BURST_LENGTH);
}

/* Boot ROMs that do not answer proposals, or repeat themselves */
static void nego_workaround(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->nego.workaround = true;
	f->ours.immediate_data = 0;
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, IDENTITY
				       "MaxBurstLength=65536\0"
				       "MaxRecvDataSegmentLength=4096\0"), OK);
	KUNIT_EXPECT_EQ(test, iscsit_nego_propose(&f->nego, &f->out), OK);
	KUNIT_EXPECT_FALSE(test, iscsit_nego_settled(&f->nego));
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, IDENTITY
				       "MaxBurstLength=65536\0"
				       "MaxRecvDataSegmentLength=4096\0"), OK);
	EXPECT_ANSWER(test, "MaxBurstLength=65536\0");
	KUNIT_EXPECT_EQ(test, iscsit_nego_propose(&f->nego, &f->out), OK);
	KUNIT_EXPECT_TRUE(test, iscsit_nego_settled(&f->nego));
	KUNIT_EXPECT_EQ(test, f->nego.agreed.immediate_data, 1);

	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, "MaxBurstLength=4096\0"),
			BAD);
}

static void nego_digest_is_a_must(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->nego.workaround = true;
	f->ours.header_digest = ISCSIT_DIGEST_CRC32C;
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, "HeaderDigest=None\0"),
			OK);
	EXPECT_ANSWER(test, "HeaderDigest=Reject\0");
	KUNIT_EXPECT_EQ(test, iscsit_nego_finish(&f->nego), BAD);
	KUNIT_EXPECT_EQ(test, f->nego.why, ISCSIT_KEY_HEADER_DIGEST);
}

/* An initiator that jumps over the security stage */
static void nego_auth_is_a_must(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->nego.auth_allowed = ISCSIT_AUTH_CHAP;
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, OPERATIONAL, IDENTITY), OK);
	KUNIT_EXPECT_EQ(test, iscsit_nego_finish(&f->nego),
			ISCSIT_LOGIN_AUTH_FAILED);
}

/* CHAP keys are handed on as they are, and only those of the current text */
static void nego_chap_keys(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, EXCHANGE(f, SECURITY, "CHAP_A=5,7\0CHAP_I=1\0"
				       "CHAP_C=0x02\0CHAP_N=user\0"
				       "CHAP_R=0x03\0"), OK);
	EXPECT_ANSWER(test, "");
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&f->nego.auth.a, "5,7"));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&f->nego.auth.i, "1"));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&f->nego.auth.c, "0x02"));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&f->nego.auth.n, "user"));
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&f->nego.auth.r, "0x03"));
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, SECURITY, "CHAP_N=other\0"), OK);
	KUNIT_EXPECT_NULL(test, f->nego.auth.a.ptr);
	KUNIT_EXPECT_NULL(test, f->nego.auth.r.ptr);
	KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&f->nego.auth.n, "other"));
}

static void nego_text_phase(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct iscsit_params agreed;
	u32 i;

	iscsit_keys_defaults(&agreed);
	for (i = 0; i < 2; i++) {
		iscsit_nego_resume(&f->nego, &agreed);
		KUNIT_EXPECT_EQ(test, EXCHANGE(f, FULL_FEATURE,
					       "SendTargets=All\0"
					       "MaxRecvDataSegmentLength=4096\0"
					       ), OK);
		KUNIT_EXPECT_TRUE(test, iscsit_kv_is(&f->nego.send_targets,
						     "All"));
		agreed = f->nego.agreed;
		KUNIT_EXPECT_EQ(test, agreed.max_xmit_dsl, 4096);
	}
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, FULL_FEATURE, "Foo=bar\0"), OK);
	KUNIT_EXPECT_NULL(test, f->nego.send_targets.ptr);
	KUNIT_EXPECT_EQ(test, EXCHANGE(f, FULL_FEATURE,
				       "SendTargets=\0"), BAD);
}

/* Long unknown keys (CVE-2013-2850) and many of them (CVE-2026-63887) */
static void nego_floods(struct kunit *test)
{
	struct fixture *f = test->priv;
	char *text = kunit_kmalloc(test, SZ_8K, GFP_KERNEL);
	char *small = kunit_kmalloc(test, 256, GFP_KERNEL);
	u32 len, i;

	KUNIT_ASSERT_NOT_NULL(test, text);
	KUNIT_ASSERT_NOT_NULL(test, small);
	for (len = 1; len < SZ_8K - 2; len += len < 70 ? 1 : 977) {
		memset(text, 'K', len);
		memcpy(text + len, "=", 2);
		KUNIT_EXPECT_EQ_MSG(test, exchange(f, OPERATIONAL, text,
						   len + 2),
				    len <= ISCSIT_KV_KEY_MAX ? OK : BAD,
				    "key of %u bytes", len);
	}
	for (i = 0; i < SZ_8K; i += 4)
		memcpy(text + i, "a=b", 4);
	KUNIT_EXPECT_EQ(test, exchange(f, OPERATIONAL, text, SZ_8K), BAD);

	/* answers that do not fit are refused, not cut */
	iscsit_kv_out_init(&f->out, small, 256);
	KUNIT_EXPECT_EQ(test, iscsit_nego_read(&f->nego, OPERATIONAL, text,
					       400), OK);
	KUNIT_EXPECT_EQ(test, iscsit_nego_answer(&f->nego, text, 400, &f->out),
			BAD);
	KUNIT_EXPECT_LE(test, f->out.len, 256);
}

static void nego_long_values(struct kunit *test)
{
	static const struct {
		const char *key;
		u8 phase;
		u32 max;
	} cases[] = {
		{ "InitiatorName=", SECURITY, 223 },
		{ "TargetName=", SECURITY, 223 },
		{ "InitiatorAlias=", SECURITY, 255 },
		{ "SendTargets=", FULL_FEATURE, 255 },
		{ "CHAP_N=", SECURITY, 255 }, { "CHAP_A=", SECURITY, 255 },
		{ "CHAP_R=", SECURITY, 2050 }, { "CHAP_C=", SECURITY, 2050 },
	};
	struct fixture *f = test->priv;
	char *text = kunit_kmalloc(test, SZ_4K, GFP_KERNEL);
	enum iscsit_login_status status;
	u32 i, key, len, extra;

	KUNIT_ASSERT_NOT_NULL(test, text);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		key = strlen(cases[i].key);
		for (extra = 0; extra < 2; extra++) {
			iscsit_nego_init(&f->nego, false);
			len = key + cases[i].max + extra;
			memset(text, 'v', len);
			memcpy(text, cases[i].key, key);
			text[len] = '\0';
			status = iscsit_nego_read(&f->nego, cases[i].phase,
						  text, len + 1);
			KUNIT_EXPECT_EQ_MSG(test, status, extra ? BAD : OK,
					    "%s", cases[i].key);
		}
	}
}

static struct kunit_case nego_cases[] = {
	KUNIT_CASE_PARAM(nego_text, text_gen_params),
	KUNIT_CASE(nego_results),
	KUNIT_CASE(nego_silence),
	KUNIT_CASE(nego_identity),
	KUNIT_CASE(nego_discovery),
	KUNIT_CASE(nego_proposals),
	KUNIT_CASE(nego_bad_conclusion),
	KUNIT_CASE(nego_workaround),
	KUNIT_CASE(nego_digest_is_a_must),
	KUNIT_CASE(nego_auth_is_a_must),
	KUNIT_CASE(nego_chap_keys),
	KUNIT_CASE(nego_text_phase),
	KUNIT_CASE(nego_floods),
	KUNIT_CASE(nego_long_values),
	{}
};

static struct kunit_suite nego_suite = {
	.name = "iscsit_nego",
	.init = nego_test_init,
	.test_cases = nego_cases,
};

kunit_test_suite(nego_suite);
