// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the Data-In iterator.
 */
#include <kunit/test.h>
#include <scsi/iscsi_proto.h>

#include "../datain.h"

#define F	ISCSI_FLAG_CMD_FINAL
#define A	ISCSI_FLAG_DATA_ACK
#define S	ISCSI_FLAG_DATA_STATUS
#define U	ISCSI_FLAG_DATA_UNDERFLOW

static struct iscsit_params params_of(u32 pdu, u32 burst, u32 erl)
{
	struct iscsit_params params;

	iscsit_keys_defaults(&params);
	params.max_xmit_dsl = pdu;
	params.max_burst_length = burst;
	params.error_recovery_level = erl;
	return params;
}

static void expect_pdus(struct kunit *test, struct iscsit_datain *it,
			const struct iscsit_datain_pdu *want, u32 count)
{
	struct iscsit_datain_pdu pdu;
	u32 i;

	KUNIT_EXPECT_EQ(test, iscsit_datain_count(it), count);
	for (i = 0; i < count; i++) {
		KUNIT_ASSERT_TRUE(test, iscsit_datain_next(it, &pdu));
		KUNIT_EXPECT_EQ_MSG(test, pdu.offset, want[i].offset, "%u", i);
		KUNIT_EXPECT_EQ_MSG(test, pdu.length, want[i].length, "%u", i);
		KUNIT_EXPECT_EQ_MSG(test, pdu.data_sn, i, "%u", i);
		KUNIT_EXPECT_EQ_MSG(test, pdu.flags, want[i].flags, "%u", i);
	}
	KUNIT_EXPECT_FALSE(test, iscsit_datain_next(it, &pdu));
}

static void datain_one(struct kunit *test)
{
	static const struct iscsit_datain_pdu want[] = {
		{ 0, 4096, 0, F | S },
	};
	struct iscsit_params params = params_of(8192, 262144, 0);
	struct iscsit_datain it;

	iscsit_datain_init(&it, &params, 4096);
	iscsit_datain_collapse(&it, 0);
	expect_pdus(test, &it, want, ARRAY_SIZE(want));
}

static void datain_none(struct kunit *test)
{
	struct iscsit_params params = params_of(8192, 262144, 0);
	struct iscsit_datain_pdu pdu;
	struct iscsit_datain it;

	iscsit_datain_init(&it, &params, 0);
	iscsit_datain_collapse(&it, U);
	KUNIT_EXPECT_FALSE(test, iscsit_datain_next(&it, &pdu));
	KUNIT_EXPECT_EQ(test, iscsit_datain_count(&it), 0);
}

/* Sequences end with F, status and residual only in the very last PDU */
static void datain_bursts(struct kunit *test)
{
	static const struct iscsit_datain_pdu want[] = {
		{ 0, 1024, 0, 0 }, { 1024, 1024, 0, 0 }, { 2048, 512, 0, F },
		{ 2560, 1024, 0, 0 }, { 3584, 1024, 0, 0 },
		{ 4608, 512, 0, F }, { 5120, 100, 0, F | S | U },
	};
	struct iscsit_params params = params_of(1024, 2560, 0);
	struct iscsit_datain it;

	iscsit_datain_init(&it, &params, 5220);
	iscsit_datain_collapse(&it, ISCSI_FLAG_CMD_UNDERFLOW);
	expect_pdus(test, &it, want, ARRAY_SIZE(want));
}

static void datain_no_collapse(struct kunit *test)
{
	static const struct iscsit_datain_pdu want[] = {
		{ 0, 512, 0, 0 }, { 512, 512, 0, F },
	};
	struct iscsit_params params = params_of(512, 65536, 0);
	struct iscsit_datain it;

	iscsit_datain_init(&it, &params, 1024);
	expect_pdus(test, &it, want, ARRAY_SIZE(want));
}

static void datain_ack(struct kunit *test)
{
	static const struct iscsit_datain_pdu want[] = {
		{ 0, 512, 0, 0 }, { 512, 512, 0, F | A },
		{ 1024, 512, 0, F | A | S },
	};
	struct iscsit_params params = params_of(512, 1024, 1);
	struct iscsit_datain it;

	iscsit_datain_init(&it, &params, 1536);
	iscsit_datain_collapse(&it, 0);
	expect_pdus(test, &it, want, ARRAY_SIZE(want));
}

/* A PDU never exceeds the burst, were the initiator to take more */
static void datain_pdu_above_burst(struct kunit *test)
{
	static const struct iscsit_datain_pdu want[] = {
		{ 0, 512, 0, F }, { 512, 512, 0, F },
	};
	struct iscsit_params params = params_of(262144, 512, 0);
	struct iscsit_datain it;

	iscsit_datain_init(&it, &params, 1024);
	expect_pdus(test, &it, want, ARRAY_SIZE(want));
}

/* Any order: every byte once, DataSN as sent, one F a sequence, S at the end */
static void datain_shuffled(struct kunit *test)
{
	struct iscsit_params params = params_of(512, 2560, 0);
	u8 *came = kunit_kzalloc(test, 20000, GFP_KERNEL);
	u32 finals = 0, sent = 0, falls = 0, seq, last = 0;
	struct iscsit_datain_pdu pdu;
	struct iscsit_datain it;
	bool in_sequence = false;

	KUNIT_ASSERT_NOT_NULL(test, came);
	iscsit_datain_init(&it, &params, 20000);
	iscsit_datain_shuffle(&it, 0x50003, 0x30002);
	iscsit_datain_collapse(&it, 0);
	while (iscsit_datain_next(&it, &pdu)) {
		KUNIT_EXPECT_EQ(test, pdu.data_sn, sent++);
		KUNIT_ASSERT_LE(test, pdu.offset + pdu.length, 20000);
		KUNIT_EXPECT_NULL(test, memchr(came + pdu.offset, 1, pdu.length));
		memset(came + pdu.offset, 1, pdu.length);
		/* a sequence ends before the next one begins */
		if (in_sequence)
			KUNIT_EXPECT_EQ(test, pdu.offset / 2560, seq);
		seq = pdu.offset / 2560;
		in_sequence = !(pdu.flags & F);
		finals += !in_sequence;
		falls += pdu.offset < last;
		last = pdu.offset;
		KUNIT_EXPECT_EQ(test, !!(pdu.flags & S),
				sent == iscsit_datain_count(&it));
	}
	KUNIT_EXPECT_NULL(test, memchr(came, 0, 20000));
	KUNIT_EXPECT_EQ(test, sent, iscsit_datain_count(&it));
	KUNIT_EXPECT_EQ(test, finals, 8);
	KUNIT_EXPECT_GT(test, falls, 0);
}

/* The longest transfer that a header can name */
static void datain_longest(struct kunit *test)
{
	struct iscsit_params params = params_of(16777215, 16777215, 0);
	struct iscsit_datain_pdu pdu;
	struct iscsit_datain it;
	u32 count = 0, end = 0;

	iscsit_datain_init(&it, &params, U32_MAX);
	for (; iscsit_datain_next(&it, &pdu); count++) {
		KUNIT_EXPECT_EQ(test, pdu.offset, end);
		end += pdu.length;
	}
	KUNIT_EXPECT_EQ(test, count, iscsit_datain_count(&it));
	KUNIT_EXPECT_EQ(test, end, U32_MAX);
	KUNIT_EXPECT_EQ(test, pdu.flags, F);
}

static void datain_residuals(struct kunit *test)
{
	static const struct {
		u32 expected, have, send, count;
		u8 flags;
	} cases[] = {
		{ 512, 512, 512, 0, 0 }, { 0, 0, 0, 0, 0 },
		{ 512, 1024, 512, 512, ISCSI_FLAG_CMD_OVERFLOW },
		{ 1024, 512, 512, 512, ISCSI_FLAG_CMD_UNDERFLOW },
		{ 0, 512, 0, 512, ISCSI_FLAG_CMD_OVERFLOW },
		{ 512, 0, 0, 512, ISCSI_FLAG_CMD_UNDERFLOW },
		{ U32_MAX, 0, 0, U32_MAX, ISCSI_FLAG_CMD_UNDERFLOW },
	};
	struct iscsit_datain_residual res;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		res = iscsit_datain_residual(cases[i].expected, cases[i].have);
		KUNIT_EXPECT_EQ(test, res.send, cases[i].send);
		KUNIT_EXPECT_EQ(test, res.count, cases[i].count);
		KUNIT_EXPECT_EQ(test, res.flags, cases[i].flags);
	}
}

static struct kunit_case datain_cases[] = {
	KUNIT_CASE(datain_one),
	KUNIT_CASE(datain_none),
	KUNIT_CASE(datain_bursts),
	KUNIT_CASE(datain_no_collapse),
	KUNIT_CASE(datain_ack),
	KUNIT_CASE(datain_pdu_above_burst),
	KUNIT_CASE(datain_shuffled),
	KUNIT_CASE(datain_longest),
	KUNIT_CASE(datain_residuals),
	{}
};

static struct kunit_suite datain_suite = {
	.name = "iscsit_datain",
	.test_cases = datain_cases,
};

kunit_test_suite(datain_suite);
