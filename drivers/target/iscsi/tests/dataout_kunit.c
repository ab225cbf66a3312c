// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of Data-Out sequences.
 */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/sizes.h>

#include "../dataout.h"

#define NONE	ISCSI_RESERVED_TAG
#define TTT	0x1000

struct fixture {
	struct iscsit_params params;
	struct iscsit_dataout data;
	struct iscsit_dataout_pieces pieces;
	u8 came[SZ_64K];
};

static int dataout_test_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	test->priv = f;
	iscsit_keys_defaults(&f->params);
	f->params.initial_r2t = 0;
	f->params.max_burst_length = 4096;
	f->params.first_burst_length = 2048;
	return 0;
}

static enum iscsit_dataout_err start(struct fixture *f, u32 expected,
				     u32 wanted, u32 immediate, bool final)
{
	struct iscsit_dataout_cmd cmd = {
		.expected = expected, .wanted = wanted,
		.immediate = immediate, .final = final,
	};
	enum iscsit_dataout_err err;

	err = iscsit_dataout_init(&f->data, &f->params, &cmd, &f->pieces);
	if (!err && immediate)
		iscsit_dataout_immediate(&f->data, immediate);
	return err;
}

static enum iscsit_dataout_err send(struct fixture *f, u32 ttt, u32 data_sn,
				    u32 offset, u32 length, bool final)
{
	struct iscsit_dataout_pdu pdu = {
		.ttt = ttt, .data_sn = data_sn, .offset = offset,
		.length = length, .final = final,
	};
	struct iscsit_dataout_place place;
	enum iscsit_dataout_err err;

	err = iscsit_dataout_check(&f->data, &pdu, &place);
	if (!err)
		iscsit_dataout_commit(&f->data, &pdu);
	return err;
}

static void expect_r2t(struct kunit *test, u32 ttt, u32 r2t_sn, u32 offset,
		       u32 length)
{
	struct fixture *f = test->priv;
	struct iscsit_dataout_r2t r2t;

	KUNIT_ASSERT_TRUE(test, iscsit_dataout_next_r2t(&f->data, ttt, &r2t));
	KUNIT_EXPECT_EQ(test, r2t.ttt, ttt);
	KUNIT_EXPECT_EQ(test, r2t.r2t_sn, r2t_sn);
	KUNIT_EXPECT_EQ(test, r2t.offset, offset);
	KUNIT_EXPECT_EQ(test, r2t.length, length);
}

static void expect_no_r2t(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct iscsit_dataout_r2t r2t;

	KUNIT_EXPECT_FALSE(test, iscsit_dataout_next_r2t(&f->data, 99, &r2t));
}

#define EXPECT_SEND(test, f, want, ...) \
	KUNIT_EXPECT_EQ(test, send(f, __VA_ARGS__), ISCSIT_DATAOUT_##want)

struct start_case {
	u32 initial_r2t, immediate_data, first_burst;
	u32 expected, immediate;
	bool final;
	enum iscsit_dataout_err err;
};

static const struct start_case start_cases[] = {
	{ 1, 1, 2048, 8192, 0, true, ISCSIT_DATAOUT_OK },
	{ 1, 1, 2048, 8192, 2048, true, ISCSIT_DATAOUT_OK },
	{ 1, 1, 2048, 8192, 2049, true, ISCSIT_DATAOUT_FIRST_BURST },
	{ 1, 1, 2048, 1024, 1024, true, ISCSIT_DATAOUT_OK },
	{ 1, 1, 2048, 1024, 1025, true, ISCSIT_DATAOUT_BEYOND },
	{ 1, 1, 2048, 0, 1, true, ISCSIT_DATAOUT_BEYOND },
	{ 1, 0, 2048, 8192, 1, true, ISCSIT_DATAOUT_NO_IMMEDIATE },
	{ 1, 1, 2048, 8192, 512, false, ISCSIT_DATAOUT_NO_UNSOLICITED },
	{ 0, 1, 2048, 8192, 512, false, ISCSIT_DATAOUT_OK },
	{ 0, 0, 2048, 8192, 0, false, ISCSIT_DATAOUT_OK },
	{ 0, 1, 2048, 8192, 2048, false, ISCSIT_DATAOUT_NOTHING_LEFT },
	{ 0, 1, 2048, 512, 512, false, ISCSIT_DATAOUT_NOTHING_LEFT },
	{ 0, 1, 2048, 0, 0, false, ISCSIT_DATAOUT_NOTHING_LEFT },
	{ 0, 1, 16777215, U32_MAX, 0, false, ISCSIT_DATAOUT_OK },
};

static void dataout_start(struct kunit *test)
{
	struct fixture *f = test->priv;
	const struct start_case *c;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(start_cases); i++) {
		c = &start_cases[i];
		f->params.initial_r2t = c->initial_r2t;
		f->params.immediate_data = c->immediate_data;
		f->params.first_burst_length = c->first_burst;
		KUNIT_EXPECT_EQ_MSG(test, start(f, c->expected, c->expected,
						c->immediate, c->final),
				    c->err, "case %u", i);
		/* after an error the command wants no data any more */
		if (c->err)
			expect_no_r2t(test);
	}
}

static void dataout_immediate_only(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, start(f, 512, 512, 512, true),
			ISCSIT_DATAOUT_OK);
	expect_no_r2t(test);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));
	EXPECT_SEND(test, f, TTT, NONE, 0, 0, 512, true);
}

/* Immediate, unsolicited, then two solicited sequences */
static void dataout_whole(struct kunit *test)
{
	struct fixture *f = test->priv;

	/* a second R2T would be welcome, but not beside unsolicited data */
	f->params.max_outstanding_r2t = 2;
	KUNIT_EXPECT_EQ(test, start(f, 9000, 9000, 512, false),
			ISCSIT_DATAOUT_OK);
	expect_no_r2t(test);
	EXPECT_SEND(test, f, OK, NONE, 0, 512, 1000, false);
	expect_no_r2t(test);
	EXPECT_SEND(test, f, OK, NONE, 1, 1512, 536, true);
	EXPECT_SEND(test, f, TTT, NONE, 2, 2048, 512, true);

	expect_r2t(test, TTT, 0, 2048, 4096);
	expect_r2t(test, TTT + 1, 1, 6144, 2856);
	expect_no_r2t(test);
	EXPECT_SEND(test, f, OK, TTT, 0, 2048, 2048, false);
	KUNIT_EXPECT_FALSE(test, iscsit_dataout_complete(&f->data));
	EXPECT_SEND(test, f, OK, TTT, 1, 4096, 2048, true);
	EXPECT_SEND(test, f, OK, TTT + 1, 0, 6144, 2856, true);
	expect_no_r2t(test);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));
}

/* Unsolicited data may end early; the R2T starts where it ended */
static void dataout_short_unsolicited(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, start(f, 4096, 4096, 0, false),
			ISCSIT_DATAOUT_OK);
	EXPECT_SEND(test, f, OK, NONE, 0, 0, 100, true);
	expect_r2t(test, TTT, 0, 100, 3996);
	EXPECT_SEND(test, f, OK, TTT, 0, 100, 3996, true);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));
}

struct send_case {
	const char *name;
	u32 ttt, data_sn, offset, length;
	bool final;
	enum iscsit_dataout_err err;
};

/* An R2T for 4096 bytes from 2048 of which 1024 have come in one PDU */
static const struct send_case send_cases[] = {
	{ "due", TTT, 1, 3072, 1024, false, ISCSIT_DATAOUT_OK },
	{ "due and last", TTT, 1, 3072, 3072, true, ISCSIT_DATAOUT_OK },
	{ "all but no F", TTT, 1, 3072, 3072, false, ISCSIT_DATAOUT_OK },
	{ "empty", TTT, 1, 3072, 0, false, ISCSIT_DATAOUT_OK },
	{ "unknown tag", TTT + 1, 1, 3072, 1024, false, ISCSIT_DATAOUT_TTT },
	{ "reserved tag", NONE, 1, 3072, 1024, false, ISCSIT_DATAOUT_TTT },
	{ "DataSN again", TTT, 0, 3072, 1024, false, ISCSIT_DATAOUT_DATASN },
	{ "DataSN too far", TTT, 2, 3072, 1024, false, ISCSIT_DATAOUT_DATASN },
	{ "before", TTT, 1, 0, 512, false, ISCSIT_DATAOUT_OFFSET },
	{ "again", TTT, 1, 2048, 1024, false, ISCSIT_DATAOUT_OFFSET },
	{ "gap", TTT, 1, 3584, 512, false, ISCSIT_DATAOUT_OFFSET },
	{ "behind", TTT, 1, 6144, 512, true, ISCSIT_DATAOUT_OFFSET },
	{ "too long", TTT, 1, 3072, 3073, true, ISCSIT_DATAOUT_OFFSET },
	{ "wraps", TTT, 1, 3072, U32_MAX - 3071, true,
	  ISCSIT_DATAOUT_OFFSET },
	{ "wraps to the end", TTT, 1, 0xfffffc00, 0x1c00, true,
	  ISCSIT_DATAOUT_OFFSET },
	{ "F too early", TTT, 1, 3072, 1024, true, ISCSIT_DATAOUT_SHORT },
	{ "empty with F", TTT, 1, 3072, 0, true, ISCSIT_DATAOUT_SHORT },
};

static void send_desc(const struct send_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(send, send_cases, send_desc);

static void dataout_send(struct kunit *test)
{
	const struct send_case *c = test->param_value;
	struct fixture *f = test->priv;
	struct iscsit_dataout before;

	KUNIT_EXPECT_EQ(test, start(f, 9000, 9000, 2048, true),
			ISCSIT_DATAOUT_OK);
	expect_r2t(test, TTT, 0, 2048, 4096);
	EXPECT_SEND(test, f, OK, TTT, 0, 2048, 1024, false);
	before = f->data;
	KUNIT_EXPECT_EQ(test, send(f, c->ttt, c->data_sn, c->offset, c->length,
				   c->final), c->err);
	if (c->err)
		KUNIT_EXPECT_MEMEQ(test, &f->data, &before, sizeof(before));
	else
		KUNIT_EXPECT_EQ(test, f->data.received, 3072 + c->length);
}

/* All bytes are there, the F bit comes behind them */
static void dataout_late_final(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, start(f, 1024, 1024, 0, true),
			ISCSIT_DATAOUT_OK);
	expect_r2t(test, TTT, 0, 0, 1024);
	EXPECT_SEND(test, f, OK, TTT, 0, 0, 1024, false);
	KUNIT_EXPECT_FALSE(test, iscsit_dataout_complete(&f->data));
	EXPECT_SEND(test, f, OK, TTT, 1, 1024, 0, true);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));
}

/* The initiator has more than the CDB asks for: take it, drop it */
static void dataout_residual(struct kunit *test)
{
	struct iscsit_dataout_pdu pdu = {
		.ttt = NONE, .offset = 512, .length = 1024, .final = true,
	};
	struct fixture *f = test->priv;
	struct iscsit_dataout_place place;

	KUNIT_EXPECT_EQ(test, start(f, 8192, 1000, 512, false),
			ISCSIT_DATAOUT_OK);
	KUNIT_EXPECT_EQ(test, iscsit_dataout_check(&f->data, &pdu, &place),
			ISCSIT_DATAOUT_OK);
	KUNIT_EXPECT_EQ(test, place.offset, 512);
	KUNIT_EXPECT_EQ(test, place.keep, 488);
	KUNIT_EXPECT_EQ(test, place.drop, 536);
	iscsit_dataout_commit(&f->data, &pdu);
	expect_no_r2t(test);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));

	/* and all of it beyond */
	KUNIT_EXPECT_EQ(test, start(f, 8192, 100, 512, false),
			ISCSIT_DATAOUT_OK);
	KUNIT_EXPECT_FALSE(test, iscsit_dataout_complete(&f->data));
	EXPECT_SEND(test, f, OK, NONE, 0, 512, 512, false);
	EXPECT_SEND(test, f, OK, NONE, 1, 1024, 1024, true);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));

	/* R2Ts ask for what is wanted only; the CDB may want more than comes */
	KUNIT_EXPECT_EQ(test, start(f, 8192, 1000, 0, true),
			ISCSIT_DATAOUT_OK);
	expect_r2t(test, TTT, 0, 0, 1000);
	KUNIT_EXPECT_EQ(test, start(f, 1000, 8192, 0, true),
			ISCSIT_DATAOUT_OK);
	expect_r2t(test, TTT, 0, 0, 1000);
	EXPECT_SEND(test, f, OK, TTT, 0, 0, 1000, true);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));
}

static void dataout_outstanding(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->params.max_outstanding_r2t = 2;
	KUNIT_EXPECT_EQ(test, start(f, 12288, 12288, 0, true),
			ISCSIT_DATAOUT_OK);
	expect_r2t(test, TTT, 0, 0, 4096);
	expect_r2t(test, TTT + 1, 1, 4096, 4096);
	expect_no_r2t(test);
	EXPECT_SEND(test, f, SEQUENCE, TTT + 1, 0, 4096, 4096, true);
	EXPECT_SEND(test, f, OK, TTT, 0, 0, 4096, true);
	expect_r2t(test, TTT + 2, 2, 8192, 4096);
	EXPECT_SEND(test, f, TTT, TTT, 0, 0, 4096, true);
	EXPECT_SEND(test, f, OK, TTT + 1, 0, 4096, 4096, true);
	EXPECT_SEND(test, f, OK, TTT + 2, 0, 8192, 4096, true);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));

	/* sequences in any order, and a limit of our own */
	f->params.data_sequence_in_order = 0;
	f->params.max_outstanding_r2t = 65535;
	KUNIT_EXPECT_EQ(test, start(f, 65536, 65536, 0, true),
			ISCSIT_DATAOUT_OK);
	expect_r2t(test, TTT, 0, 0, 4096);
	expect_r2t(test, TTT + 1, 1, 4096, 4096);
	expect_r2t(test, TTT + 2, 2, 8192, 4096);
	expect_r2t(test, TTT + 3, 3, 12288, 4096);
	expect_no_r2t(test);
	EXPECT_SEND(test, f, OK, TTT + 2, 0, 8192, 4096, true);
	EXPECT_SEND(test, f, OK, TTT, 0, 0, 1024, false);
	EXPECT_SEND(test, f, OK, TTT + 3, 0, 12288, 4096, true);
	EXPECT_SEND(test, f, OK, TTT, 1, 1024, 3072, true);
	expect_r2t(test, TTT + 4, 4, 16384, 4096);
}

/* R2Ts in another order: all that is wanted, once, the short one as well */
static void dataout_shuffled(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct iscsit_dataout_r2t r2t;
	u32 sn, falls = 0, last = 0;

	f->params.data_sequence_in_order = 0;
	KUNIT_EXPECT_EQ(test, start(f, 40000, 40000, 1000, true),
			ISCSIT_DATAOUT_OK);
	iscsit_dataout_shuffle(&f->data, 0x30004);
	for (sn = 0; iscsit_dataout_next_r2t(&f->data, TTT + sn, &r2t); sn++) {
		KUNIT_EXPECT_EQ(test, r2t.r2t_sn, sn);
		KUNIT_ASSERT_GE(test, r2t.offset, 1000);
		KUNIT_ASSERT_LE(test, r2t.offset + r2t.length, 40000);
		KUNIT_EXPECT_NULL(test, memchr(f->came + r2t.offset, 1,
					       r2t.length));
		memset(f->came + r2t.offset, 1, r2t.length);
		falls += r2t.offset < last;
		last = r2t.offset;
		EXPECT_SEND(test, f, OK, TTT + sn, 0, r2t.offset, r2t.length,
			    true);
	}
	KUNIT_EXPECT_EQ(test, sn, 10);
	KUNIT_EXPECT_GT(test, falls, 0);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));
	KUNIT_EXPECT_NULL(test, memchr(f->came + 1000, 0, 39000));
}

static void dataout_scattered(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->params.data_pdu_in_order = 0;
	KUNIT_EXPECT_EQ(test, start(f, 4096, 4096, 0, true),
			ISCSIT_DATAOUT_OK);
	expect_r2t(test, TTT, 0, 0, 4096);
	EXPECT_SEND(test, f, OK, TTT, 0, 3072, 512, false);
	EXPECT_SEND(test, f, OK, TTT, 1, 1024, 1024, false);
	EXPECT_SEND(test, f, OVERLAP, TTT, 2, 1024, 1024, false);
	EXPECT_SEND(test, f, OVERLAP, TTT, 2, 1023, 2, false);
	EXPECT_SEND(test, f, OVERLAP, TTT, 2, 2047, 2, false);
	EXPECT_SEND(test, f, OVERLAP, TTT, 2, 0, 4096, false);
	EXPECT_SEND(test, f, OVERLAP, TTT, 2, 1500, 1, false);
	EXPECT_SEND(test, f, OFFSET, TTT, 2, 3584, 513, false);
	EXPECT_SEND(test, f, OK, TTT, 2, 2048, 1024, false);
	KUNIT_EXPECT_EQ(test, f->pieces.count, 1);
	EXPECT_SEND(test, f, SHORT, TTT, 3, 3584, 512, true);
	EXPECT_SEND(test, f, OK, TTT, 3, 3584, 512, false);
	EXPECT_SEND(test, f, OK, TTT, 4, 0, 1024, true);
	KUNIT_EXPECT_EQ(test, f->pieces.count, 1);
	KUNIT_EXPECT_TRUE(test, iscsit_dataout_complete(&f->data));
}

/* Unsolicited data with a gap cannot be completed by one R2T */
static void dataout_scattered_unsolicited(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->params.data_pdu_in_order = 0;
	KUNIT_EXPECT_EQ(test, start(f, 4096, 4096, 0, false),
			ISCSIT_DATAOUT_OK);
	EXPECT_SEND(test, f, OK, NONE, 0, 1024, 512, false);
	EXPECT_SEND(test, f, SHORT, NONE, 1, 0, 512, true);
	EXPECT_SEND(test, f, OK, NONE, 1, 0, 1024, true);
	expect_r2t(test, TTT, 0, 1536, 2560);
}

static void dataout_too_scattered(struct kunit *test)
{
	struct fixture *f = test->priv;
	u32 i;

	f->params.data_pdu_in_order = 0;
	KUNIT_EXPECT_EQ(test, start(f, 4096, 4096, 0, true),
			ISCSIT_DATAOUT_OK);
	expect_r2t(test, TTT, 0, 0, 4096);
	for (i = 0; i < ISCSIT_DATAOUT_PIECES_MAX; i++)
		EXPECT_SEND(test, f, OK, TTT, i, 10 * i, 5, false);
	EXPECT_SEND(test, f, SCATTERED, TTT, i, 10 * i, 5, false);
	EXPECT_SEND(test, f, OK, TTT, i, 5, 5, false);
	KUNIT_EXPECT_EQ(test, f->pieces.count, ISCSIT_DATAOUT_PIECES_MAX - 1);
	EXPECT_SEND(test, f, OK, TTT, i + 1, 4000, 5, false);
}

/*
 * Whatever comes, in whatever order: a command is complete exactly when every
 * byte has come, once.  Compared with a map of bytes, from fixed seeds.
 */
static void dataout_random(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct iscsit_dataout_place place;
	struct iscsit_dataout_pdu pdu;
	struct iscsit_dataout_r2t r2t;
	struct rnd_state rnd;
	u32 seed, i, j, came, sn;

	f->params.data_pdu_in_order = 0;
	for (seed = 0; seed < 50; seed++) {
		prandom_seed_state(&rnd, seed);
		memset(f->came, 0, sizeof(f->came));
		came = 0;
		sn = 0;
		KUNIT_ASSERT_EQ(test, start(f, 1024, 1024, 0, true),
				ISCSIT_DATAOUT_OK);
		KUNIT_ASSERT_TRUE(test, iscsit_dataout_next_r2t(&f->data, TTT,
								&r2t));
		for (i = 0; i < 5000 && came < 1024; i++) {
			pdu.ttt = TTT;
			pdu.data_sn = sn;
			pdu.offset = prandom_u32_state(&rnd) % 1100;
			pdu.length = prandom_u32_state(&rnd) % 64;
			pdu.final = came + pdu.length == 1024;
			if (iscsit_dataout_check(&f->data, &pdu, &place))
				continue;
			iscsit_dataout_commit(&f->data, &pdu);
			sn++;
			for (j = 0; j < pdu.length; j++)
				KUNIT_ASSERT_EQ(test,
						f->came[pdu.offset + j]++, 0);
			came += pdu.length;
			KUNIT_ASSERT_LE(test, pdu.offset + pdu.length, 1024);
			KUNIT_ASSERT_EQ(test, f->data.received, came);
			KUNIT_ASSERT_EQ(test, iscsit_dataout_complete(&f->data),
					came == 1024);
		}
	}
}

static void dataout_verdicts(struct kunit *test)
{
	const struct iscsit_dataout_verdict *verdict;
	u32 err;

	for (err = 1; err < ISCSIT_DATAOUT_ERRORS; err++) {
		verdict = iscsit_dataout_verdict(err);
		KUNIT_EXPECT_NE_MSG(test, !verdict->reject, !verdict->asc,
				    "error %u", err);
	}
}

static struct kunit_case dataout_cases[] = {
	KUNIT_CASE(dataout_start),
	KUNIT_CASE(dataout_immediate_only),
	KUNIT_CASE(dataout_whole),
	KUNIT_CASE(dataout_short_unsolicited),
	KUNIT_CASE_PARAM(dataout_send, send_gen_params),
	KUNIT_CASE(dataout_late_final),
	KUNIT_CASE(dataout_residual),
	KUNIT_CASE(dataout_outstanding),
	KUNIT_CASE(dataout_shuffled),
	KUNIT_CASE(dataout_scattered),
	KUNIT_CASE(dataout_scattered_unsolicited),
	KUNIT_CASE(dataout_too_scattered),
	KUNIT_CASE(dataout_random),
	KUNIT_CASE(dataout_verdicts),
	{}
};

static struct kunit_suite dataout_suite = {
	.name = "iscsit_dataout",
	.init = dataout_test_init,
	.test_cases = dataout_cases,
};

kunit_test_suite(dataout_suite);
