// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of segments of an EXTENDED COPY that copy nothing: what is wrong
 * with them, what they do, and what comes after them.
 */
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>
#include "../../core/tp_access.h"
#include "../resv_lu.h"
#include "../ua.h"
#include "copy_fake.h"

#define UNREACHABLE	0x0a0804
#define DEVICE_FAILURE	0x0a0d01

/* Of which segment the sense data is */
static u32 failed(const struct fake *fake)
{
	return get_unaligned_be32(fake->sense + 8);
}

/* The list of copy_fake_list() with other segments, which are @len bytes long */
static u8 run(struct copy_pair *pair, u16 len)
{
	put_unaligned_be32(len, pair->home->data + 8);
	return copy_fake_run(pair, COPY_SEGMENT + len);
}

/* ------------------------------------------------------------ refusals -- */

/**
 * struct refusal - a byte that makes a good segment bad
 * @name: for people
 * @put: makes the good one, of LUN 1
 * @len: bytes of it
 * @at: offset of the byte in it
 * @value: what it becomes
 * @sense: sense key and code
 */
struct refusal {
	const char *name;
	void (*put)(u8 *p);
	u8 len;
	u8 at;
	u8 value;
	u32 sense;
};

static void put_verify(u8 *p)
{
	copy_fake_verify(p, 1, true);
}

static void put_register(u8 *p)
{
	copy_fake_register(p, 1, 0, 0xa);
}

static const struct refusal refusals[] = {
	{ "07h: reserved bit", put_verify, 12, 1, 0x80, FAKE_INVALID_LIST },
	{ "07h: length", put_verify, 12, 2, 0x01, FAKE_INVALID_LIST },
	{ "07h: no such unit", put_verify, 12, 4, 0x20, UNREACHABLE },
	{ "07h: destination", put_verify, 12, 6, 0x01, FAKE_INVALID_LIST },
	{ "07h: beside TUR", put_verify, 12, 8, 0x03, FAKE_INVALID_LIST },
	{ "07h: last byte", put_verify, 12, 11, 0x80, FAKE_INVALID_LIST },
	{ "14h: source", put_register, 28, 5, 0x01, FAKE_INVALID_LIST },
	{ "14h: no such unit", put_register, 28, 6, 0x20, UNREACHABLE },
	{ "14h: APTPL", put_register, 28, 24, 0x01, FAKE_INVALID_LIST },
	{ "14h: last byte", put_register, 28, 27, 0x80, FAKE_INVALID_LIST },
};

static void refusal_desc(const struct refusal *refusal, char *desc)
{
	strscpy(desc, refusal->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refusal, refusals, refusal_desc);

/* As the second segment: the first one copies nothing either. */
static void segment_refused(struct kunit *test)
{
	const struct refusal *refusal = test->param_value;
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;
	u8 *second = home->data + COPY_SEGMENT + 28;

	copy_fake_list(pair);
	refusal->put(second);
	second[refusal->at] = refusal->value;
	KUNIT_EXPECT_EQ(test, run(pair, 28 + refusal->len), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), refusal->sense);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(home),
			COPY_LIST + refusal->at);
	KUNIT_EXPECT_EQ(test, failed(home), refusal->sense == UNREACHABLE);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_WRITE], 0);
	/* and with that byte it is fine */
	copy_fake_list(pair);
	refusal->put(second);
	KUNIT_EXPECT_EQ(test, run(pair, 28 + refusal->len), 0);
}

/* A segment that ends early is not read beyond its end. */
static void segment_short(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	copy_fake_list(pair);
	copy_fake_verify(pair->home->data + COPY_SEGMENT, 1, true);
	KUNIT_EXPECT_EQ(test, run(pair, 11), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_LIST_LENGTH);
}

/* -------------------------------------------------------------- verify -- */

static u8 verify(struct copy_pair *pair, bool ready)
{
	copy_fake_list(pair);
	copy_fake_verify(pair->home->data + COPY_SEGMENT, 1, ready);
	return run(pair, 12);
}

static void segment_verify(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;

	KUNIT_EXPECT_EQ(test, verify(pair, false), 0);
	KUNIT_EXPECT_EQ(test, verify(pair, true), 0);
	/* a command of the copy manager, which wrote nothing */
	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x05, 7), 0);
	KUNIT_EXPECT_EQ(test, home->data[5], 0x01);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->data + 6), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(home->data + 16), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->data + 24), 1);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_READ], 0);
	/* a unit that is not seen is not there, ready or not */
	xa_erase(&home->sess.itls, 1);
	KUNIT_EXPECT_EQ(test, verify(pair, false), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), UNREACHABLE);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(home), COPY_CSCD_1);
	KUNIT_EXPECT_EQ(test, failed(home), 0);
}

/* Segments before it have been carried out, those after it have not. */
static void segment_verify_between(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home, *away = pair->away;
	u8 *p = home->data + COPY_SEGMENT;

	copy_fake_list(pair);
	copy_fake_segment(p, 1, 0, 8, 0, 0);
	copy_fake_verify(p + 28, 1, true);
	copy_fake_segment(p + 40, 1, 0, 8, 100, 100);
	KUNIT_EXPECT_EQ(test, run(pair, 68), 0);
	KUNIT_EXPECT_MEMEQ(test, home->medium + 51200, away->medium + 51200,
			   4096);
	copy_fake_list(pair);
	copy_fake_segment(p, 1, 0, 8, 200, 200);
	copy_fake_verify(p + 28, 1, true);
	copy_fake_segment(p + 40, 1, 0, 8, 300, 300);
	target_ua_add(&away->itl, TARGET_UA_CAPACITY_CHANGED);
	KUNIT_EXPECT_EQ(test, run(pair, 68), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), 0x0a2a09);
	KUNIT_EXPECT_EQ(test, failed(home), 1);
	KUNIT_EXPECT_MEMEQ(test, home->medium + 200 * 512,
			   away->medium + 200 * 512, 4096);
	KUNIT_EXPECT_MEMNEQ(test, home->medium + 300 * 512,
			    away->medium + 300 * 512, 4096);
	KUNIT_EXPECT_EQ(test, fake_info(home), U32_MAX);
	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x00, 7), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(home->data + 5), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(home->data + 8), 4096);
	/* and the condition stays */
	KUNIT_EXPECT_EQ(test, away->itl.ua.count, 1);
	KUNIT_EXPECT_EQ(test, verify(pair, false), 0);
}

static void stop(struct fake *fake)
{
	fake->emul.stopped = true;
	set_bit(TARGET_SLOW_STOPPED, &fake->dev.slow);
}

static void sanitize(struct fake *fake)
{
	fake->emul.job.kind = TARGET_JOB_SANITIZE;
	fake->emul.job.total = 8;
	set_bit(TARGET_SLOW_STOPPED, &fake->dev.slow);
}

static void stand_by(struct fake *fake)
{
	fake->link.tp.access = TARGET_TP_STANDBY;
	set_bit(TARGET_SLOW_ALUA, &fake->dev.slow);
}

static void attend(struct fake *fake)
{
	target_ua_add(&fake->itl, TARGET_UA_LUNS_CHANGED);
}

/* RESERVE of another one; TEST UNIT READY runs under persistent ones. */
static void reserve(struct fake *fake)
{
	fake->itl.resv = BIT(4);	/* TARGET_RESV_SPC2 */
}

static void persist(struct fake *fake)
{
	fake->itl.resv = BIT(1) | BIT(2);
}

/**
 * struct state - of a logical unit
 * @name: for people
 * @set: makes it so
 * @sense: what TUR finds, as sense data of the copy
 */
struct state {
	const char *name;
	void (*set)(struct fake *fake);
	u32 sense;
};

static const struct state states[] = {
	{ "stopped", stop, 0x0a0402 },
	{ "sanitizing", sanitize, 0x0a041b },
	{ "standby", stand_by, 0x0a040b },
	{ "unit attention", attend, 0x0a3f0e },
	{ "reserved", reserve, DEVICE_FAILURE },
	{ "persistently reserved", persist, FAKE_NO_SENSE },
};

static void state_desc(const struct state *state, char *desc)
{
	strscpy(desc, state->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(state, states, state_desc);

static void segment_verify_ready(struct kunit *test)
{
	const struct state *state = test->param_value;
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home;

	state->set(pair->away);
	KUNIT_EXPECT_EQ(test, verify(pair, false), 0);
	KUNIT_EXPECT_EQ(test, verify(pair, true), state->sense ? 2 : 0);
	KUNIT_EXPECT_EQ(test, fake_sense(home), state->sense);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(home),
			state->sense ? COPY_CSCD_1 : COPY_NO_POINTER);
}

/* ------------------------------------------------------------ register -- */

static u8 register_key(struct copy_pair *pair, u64 key, u64 sa_key)
{
	copy_fake_list(pair);
	copy_fake_register(pair->home->data + COPY_SEGMENT, 1, key, sa_key);
	return run(pair, 28);
}

static void expect_key(struct kunit *test, const struct fake *fake, u64 key)
{
	struct target_resv *state = target_resv_lu_get(&fake->dev);

	KUNIT_EXPECT_EQ(test, state->count, !!key);
	if (state->count)
		KUNIT_EXPECT_EQ(test, state->regs[0].key, key);
	target_resv_lu_put(state);
}

static void segment_register(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home, *away = pair->away;

	KUNIT_EXPECT_EQ(test, register_key(pair, 0, 0xa), 0);
	expect_key(test, away, 0xa);
	expect_key(test, home, 0);
	/* not the key that there is: a conflict, of which only the copy hears */
	KUNIT_EXPECT_EQ(test, register_key(pair, 0xbad, 0xb), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), DEVICE_FAILURE);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(home), COPY_CSCD_1);
	KUNIT_EXPECT_EQ(test, failed(home), 0);
	expect_key(test, away, 0xa);
	KUNIT_EXPECT_EQ(test, register_key(pair, 0xa, 0xb), 0);
	expect_key(test, away, 0xb);
	KUNIT_EXPECT_EQ(test, register_key(pair, 0xb, 0), 0);
	expect_key(test, away, 0);
	/* RESERVE and REGISTER do not go together */
	WRITE_ONCE(away->emul.resv.spc2, &away->sess);
	KUNIT_EXPECT_EQ(test, register_key(pair, 0, 0xa), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), DEVICE_FAILURE);
	expect_key(test, away, 0);
	WRITE_ONCE(away->emul.resv.spc2, NULL);
	/* a unit without the command */
	away->dev.attr.emulate_pr = false;
	KUNIT_EXPECT_EQ(test, register_key(pair, 0, 0xa), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), 0x0a2000);
	expect_key(test, away, 0);
}

/* As another initiator */
static u8 out(struct fake *fake, u8 action, u8 type, u64 key, u64 sa_key)
{
	const u8 cdb[10] = { 0x5f, action, type, [8] = 24 };

	memset(fake->data, 0, 24);
	put_unaligned_be64(key, fake->data);
	put_unaligned_be64(sa_key, fake->data + 8);
	return fake_out(fake, cdb, 24);
}

/* What is allowed when its turn comes is allowed by what came before. */
static void segment_register_first(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct fake *home = pair->home, *away = pair->away;
	u8 *p = home->data + COPY_SEGMENT;

	target_transport_id_name(&away->sess.tid, SCSI_PROTOCOL_ISCSI, "iqn.a:two");
	target_transport_id_name(&home->sess.tid, SCSI_PROTOCOL_ISCSI, "iqn.a:one");
	KUNIT_ASSERT_EQ(test, out(away, TARGET_RESV_REGISTER_IGNORE, 0, 0, 0xb),
			0);
	KUNIT_ASSERT_EQ(test, out(away, TARGET_RESV_RESERVE, TARGET_RESV_WE_RO,
				  0xb, 0), 0);
	copy_fake_list(pair);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), DEVICE_FAILURE);
	copy_fake_list(pair);
	copy_fake_register(p, 1, 0, 0xa);
	copy_fake_segment(p + 28, 0, 1, 1000, 10, 20);
	KUNIT_EXPECT_EQ(test, run(pair, 56), 0);
	KUNIT_EXPECT_MEMEQ(test, away->medium + 20 * 512,
			   home->medium + 10 * 512, 1000 * 512);
	/* and by what took it away; but blocks that are not there never are */
	copy_fake_list(pair);
	copy_fake_register(p, 1, 0xa, 0);
	copy_fake_segment(p + 28, 0, 1, 8, 10, 20);
	KUNIT_EXPECT_EQ(test, run(pair, 56), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), DEVICE_FAILURE);
	KUNIT_EXPECT_EQ(test, failed(home), 1);
	copy_fake_list(pair);
	copy_fake_register(p, 1, 0, 0xa);
	copy_fake_segment(p + 28, 0, 1, 8, 10, FAKE_BLOCKS);
	KUNIT_EXPECT_EQ(test, run(pair, 56), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(home), 0x0a2100);
	expect_key(test, away, 0xb);
}

static struct kunit_case segment_cases[] = {
	KUNIT_CASE_PARAM(segment_refused, refusal_gen_params),
	KUNIT_CASE(segment_short),
	KUNIT_CASE(segment_verify),
	KUNIT_CASE(segment_verify_between),
	KUNIT_CASE_PARAM(segment_verify_ready, state_gen_params),
	KUNIT_CASE(segment_register),
	KUNIT_CASE(segment_register_first),
	{}
};

static struct kunit_suite segment_suite = {
	.name = "target_copy_segment",
	.init = copy_fake_init,
	.exit = copy_fake_exit,
	.test_cases = segment_cases,
};

kunit_test_suite(segment_suite);
