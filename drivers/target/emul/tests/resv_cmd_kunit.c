// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of PERSISTENT RESERVE IN and OUT, RESERVE and RELEASE as
 * commands, and of what they do to other commands.
 */
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>

#include "../../core/attrib.h"
#include "../../core/events.h"
#include "../emul.h"
#include "../opdef.h"
#include "../resv_lu.h"
#include "../ua.h"
#include "fake.h"

#define CONFLICT	SAM_STAT_RESERVATION_CONFLICT
#define LIST		24

static const u8 test_unit_ready[6];
static const u8 read_10[10] = { 0x28, [8] = 1 };
static const u8 write_10[10] = { 0x2a, [8] = 1 };
static const u8 inquiry[] = { 0x12, 0, 0, 0, 96, 0 };
static const u8 start[] = { 0x1b, 0, 0, 0, 1, 0 };
static const u8 stop[] = { 0x1b, 0, 0, 0, 0, 0 };
static const u8 reserve_6[] = { 0x16, 0, 0, 0, 0, 0 };
static const u8 release_6[] = { 0x17, 0, 0, 0, 0, 0 };
static const u8 reserve_10[10] = { 0x56 };

/* The initiator that sends from now on */
static void become(struct fake *fake, const char *name)
{
	static const u8 isid[6] = { 0, 2, 0x3d };

	target_transport_id_name(&fake->sess.tid, SCSI_PROTOCOL_ISCSI, name);
	target_transport_id_isid(&fake->sess.tid, isid, sizeof(isid));
	target_resv_lu_refresh(&fake->dev);
}

static int resv_init(struct kunit *test)
{
	struct fake *fake = fake_make(test);

	test->priv = fake;
	become(fake, "iqn.a:one");
	return 0;
}

static u8 out_list(struct fake *fake, u8 action, u8 type, u64 key, u64 sa_key,
		   u32 len)
{
	u8 cdb[10] = { 0x5f, action, type };

	put_unaligned_be32(len, cdb + 5);
	memset(fake->data, 0, LIST);
	put_unaligned_be64(key, fake->data);
	put_unaligned_be64(sa_key, fake->data + 8);
	return fake_out(fake, cdb, len);
}

static u8 out(struct fake *fake, u8 action, u8 type, u64 key, u64 sa_key)
{
	return out_list(fake, action, type, key, sa_key, LIST);
}

static u8 in(struct fake *fake, u8 action)
{
	const u8 cdb[10] = { 0x5e, action, [7] = 4 };

	memset(fake->data, 0xee, 1024);
	return fake_in(fake, cdb, 1024);
}

static void resv_keys(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, in(fake, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 4), 0);
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), 0);
	become(fake, "iqn.a:two");
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0xa, 0xb), CONFLICT);
	KUNIT_EXPECT_EQ(test, out(fake, 6, 0, 0xa, 0xb), 0);
	KUNIT_EXPECT_EQ(test, in(fake, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 4), 16);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8), 0xa);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 16), 0xb);
	KUNIT_EXPECT_EQ(test, fake->data[24], 0xee);
}

static void resv_full_status(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), 0);
	KUNIT_EXPECT_EQ(test, out(fake, 1, 6, 0xa, 0), 0);
	KUNIT_EXPECT_EQ(test, in(fake, 3), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 4),
			24 + 4 + 28);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8), 0xa);
	KUNIT_EXPECT_EQ(test, fake->data[8 + 12], 1);
	KUNIT_EXPECT_EQ(test, fake->data[8 + 13], 6);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 8 + 18), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 8 + 20), 32);
	KUNIT_EXPECT_EQ(test, fake->data[32], 0x45);
	KUNIT_EXPECT_STREQ(test, fake->data + 36, "iqn.a:one,i,0x00023d000000");
	KUNIT_EXPECT_EQ(test, in(fake, 1), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 4), 16);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8), 0xa);
	KUNIT_EXPECT_EQ(test, fake->data[8 + 13], 6);
}

static void resv_capabilities(struct kunit *test)
{
	static const u8 expected[] = { 0, 8, 0x9d, 0x90, 0xea, 0x01, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, in(fake, 2), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, expected, sizeof(expected));
	KUNIT_EXPECT_EQ(test, fake->data[8], 0xee);
}

static void resv_forbids(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), 0);
	KUNIT_EXPECT_EQ(test, out(fake, 1, TARGET_RESV_WE, 0xa, 0), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write_10, 512), 0);
	become(fake, "iqn.a:two");
	KUNIT_EXPECT_EQ(test, fake_in(fake, read_10, 512), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write_10, 512), CONFLICT);
	KUNIT_EXPECT_EQ(test, fake_none(fake, stop), CONFLICT);
	KUNIT_EXPECT_EQ(test, fake_none(fake, start), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, inquiry, 96), 0);
	KUNIT_EXPECT_EQ(test, in(fake, 1), 0);
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xb), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write_10, 512), CONFLICT);
	KUNIT_EXPECT_EQ(test, out(fake, 4, TARGET_RESV_EA_RO, 0xb, 0xa), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write_10, 512), 0);
	become(fake, "iqn.a:one");
	KUNIT_EXPECT_EQ(test, fake_in(fake, read_10, 512), CONFLICT);
	fake->dev.attr.emulate_pr = false;
	target_emul_events.attrib_written(&fake->dev,
					  TARGET_ATTRIB_emulate_pr);
	fake->itl.ua.count = 0;
	KUNIT_EXPECT_EQ(test, fake_in(fake, read_10, 512), 0);
	KUNIT_EXPECT_EQ(test, in(fake, 0), SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_OPCODE);
}

/* Where the initiator is told what is wrong */
static void resv_refused(struct kunit *test)
{
	static const u8 specify[10] = { 0x5f, 0, [8] = LIST };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, out_list(fake, 0, 0, 0, 0xa, 23), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	KUNIT_EXPECT_EQ(test, out_list(fake, 0, 0, 0, 0xa, 28), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	KUNIT_EXPECT_EQ(test, out_list(fake, 0, 0, 0, 0xa, 70000), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	KUNIT_EXPECT_EQ(test, out_list(fake, 0, 0, 0, 0xa, U32_MAX), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, out(fake, 9, 0, 0, 0xa), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, out(fake, 8, 1, 0, 0xa), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), 0);
	KUNIT_EXPECT_EQ(test, out(fake, 1, 0x11, 0xa, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, out(fake, 1, 2, 0xa, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, out(fake, 4, 1, 0xa, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, out(fake, 1, 1, 0xa, 0), 0);
	KUNIT_EXPECT_EQ(test, out(fake, 2, 3, 0xa, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x052604);
	/* a list that ends before its TransportID */
	KUNIT_EXPECT_EQ(test, out_list(fake, 7, 0, 0xa, 0xb, LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	fake->data[20] = 0x08;
	KUNIT_EXPECT_EQ(test, fake_out(fake, specify, LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	KUNIT_EXPECT_EQ(test, in(fake, 4), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
}

/* The others are told; the one that asked is not. */
static void resv_attention(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct target_sess *sess = kunit_kzalloc(test, sizeof(*sess), GFP_KERNEL);
	u16 code = 0;

	KUNIT_ASSERT_NOT_NULL(test, sess);
	*sess = fake->sess;
	target_transport_id_name(&sess->tid, SCSI_PROTOCOL_ISCSI, "iqn.a:two");
	fake->other.sess = sess;
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), 0);
	become(fake, "iqn.a:two");
	fake->sess.tid.has_isid = false;
	memset(fake->sess.tid.isid, 0, 6);
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xb), 0);
	become(fake, "iqn.a:one");
	KUNIT_EXPECT_EQ(test, out(fake, 1, TARGET_RESV_WE_RO, 0xa, 0), 0);
	KUNIT_EXPECT_EQ(test, fake->other.ua.count, 0);
	KUNIT_EXPECT_EQ(test, out(fake, 2, TARGET_RESV_WE_RO, 0xa, 0), 0);
	KUNIT_EXPECT_TRUE(test, target_ua_take(&fake->other, &code));
	KUNIT_EXPECT_EQ(test, code, TARGET_UA_RESERVATIONS_RELEASED);
	KUNIT_EXPECT_EQ(test, out(fake, 4, TARGET_RESV_WE, 0xa, 0xb), 0);
	KUNIT_EXPECT_TRUE(test, target_ua_take(&fake->other, &code));
	KUNIT_EXPECT_EQ(test, code, TARGET_UA_REGISTRATIONS_PREEMPTED);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	fake->other.sess = &fake->sess;
}

static void resv_spc2(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct target_sess *sess = kunit_kzalloc(test, sizeof(*sess), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sess);
	*sess = fake->sess;
	fake->other.sess = sess;
	KUNIT_EXPECT_EQ(test, fake_none(fake, reserve_6), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, reserve_10), 0);
	KUNIT_EXPECT_EQ(test, fake->itl.resv, 0);
	KUNIT_EXPECT_TRUE(test, fake->other.resv & BIT(TARGET_RESV_READ));
	KUNIT_EXPECT_TRUE(test, fake->other.resv & BIT(TARGET_RESV_SPC2));
	KUNIT_EXPECT_FALSE(test, fake->other.resv & BIT(TARGET_RESV_ALLOW));
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), CONFLICT);
	KUNIT_EXPECT_EQ(test, fake_none(fake, release_6), 0);
	KUNIT_EXPECT_EQ(test, fake->other.resv, 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, reserve_6), 0);
	target_emul_events.reset(&fake->dev, TARGET_RESET_UNIT);
	KUNIT_EXPECT_EQ(test, fake->other.resv, 0);
	KUNIT_EXPECT_FALSE(test, fake->dev.slow & BIT(TARGET_SLOW_RESV));
	fake->itl.ua.count = 0;
	KUNIT_EXPECT_EQ(test, fake_none(fake, reserve_6), 0);
	target_emul_events.nexus_reset(&fake->sess);
	fake->itl.ua.count = 0;
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, reserve_6), CONFLICT);
	KUNIT_EXPECT_EQ(test, fake_none(fake, release_6), CONFLICT);
	KUNIT_EXPECT_EQ(test, out(fake, 1, 1, 0xa, 0), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, reserve_6), 0);
	KUNIT_EXPECT_FALSE(test, target_resv_lu_spc2(&fake->dev));
	fake->other.sess = &fake->sess;
}

static void resv_isids(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), 0);
	fake->sess.tid.isid[5] = 1;
	KUNIT_EXPECT_EQ(test, out(fake, 1, 1, 0xa, 0), CONFLICT);
	fake->sess.tid.isid[5] = 0;
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0xa, 0), 0);
	fake->dev.attr.enforce_pr_isids = false;
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), 0);
	fake->sess.tid.isid[5] = 1;
	KUNIT_EXPECT_EQ(test, out(fake, 1, 1, 0xa, 0), 0);
}

static void resv_lost(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct target_resv *state = target_resv_alloc(0);

	KUNIT_ASSERT_NOT_NULL(test, state);
	state->lost = true;
	target_resv_lu_publish(&fake->dev, state);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read_10, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x074401);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 0);
	KUNIT_EXPECT_EQ(test, out(fake, 0, 0, 0, 0xa), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x074401);
	KUNIT_EXPECT_EQ(test, fake_none(fake, reserve_6), 2);
	KUNIT_EXPECT_EQ(test, out(fake, 8, 1, 0, 0xa), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read_10, 512), 0);
}

static struct kunit_case resv_cases[] = {
	KUNIT_CASE(resv_keys),
	KUNIT_CASE(resv_full_status),
	KUNIT_CASE(resv_capabilities),
	KUNIT_CASE(resv_forbids),
	KUNIT_CASE(resv_refused),
	KUNIT_CASE(resv_attention),
	KUNIT_CASE(resv_spc2),
	KUNIT_CASE(resv_isids),
	KUNIT_CASE(resv_lost),
	{}
};

static struct kunit_suite resv_suite = {
	.name = "target_resv_cmd",
	.init = resv_init,
	.exit = fake_exit,
	.test_cases = resv_cases,
};

kunit_test_suite(resv_suite);
