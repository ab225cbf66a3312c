// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of asymmetric access: each state against each row of the opcode
 * table, what is reported, what an initiator may change.
 */
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>
#include "../../core/complete.h"
#include "../../core/lba_map.h"
#include "../../core/sense.h"
#include "../../core/tp_group.h"
#include "../../core/tp_member.h"
#include "../alua.h"
#include "../emul.h"
#include "../opindex.h"
#include "../ua.h"
#include "fake.h"

#define STANDBY		0x02040b
#define UNAVAILABLE	0x02040c
#define OFFLINE		0x020412
#define TRANSITIONING	0x02040a

static const u8 test_unit_ready[6];
static const u8 rtpg[] = { 0xa3, 0x0a, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0 };
static const u8 rtpg_extended[] = { 0xa3, 0x2a, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0 };
static const u8 rtpg_bad[] = { 0xa3, 0x4a, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0 };
static const u8 referrals[] = { 0x9e, 0x13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
				0, 0 };

static void put_into(struct fake *fake, u8 state)
{
	struct target_dev *dev = &fake->dev;

	guard(mutex)(&dev->mutex);
	dev->tp_default->access.state = state;
	target_tp_transition_publish(dev);
}

/**
 * struct access_row - a command and where it runs besides in active states
 * @op: operation code
 * @sa: service action, or -1 for all of them
 * @standby: where the port is standby
 * @unavailable: where it is unavailable
 * @transition: while its state changes
 * @offline: where it is offline
 */
struct access_row {
	u8	op;
	int	sa;
	bool	standby;
	bool	unavailable;
	bool	transition;
	bool	offline;
};

static const struct access_row access_rows[] = {
	/* what SPC-5 5.18.2.4.4 to 5.18.2.4.7 ask for */
	{ INQUIRY, -1, true, true, true, true },
	{ REPORT_LUNS, -1, true, true, true, true },
	{ REQUEST_SENSE, -1, true, true, true, true },
	{ MAINTENANCE_IN, MI_REPORT_TARGET_PGS, true, true, true, true },
	{ READ_BUFFER, -1, true, true, true },
	{ 0x9b, -1, true, true, true },		/* READ BUFFER(16) */
	{ WRITE_BUFFER, -1, true, true, true },
	{ MAINTENANCE_OUT, MO_SET_TARGET_PGS, true, true },
	{ LOG_SELECT, -1, true },
	{ LOG_SENSE, -1, true },
	{ MODE_SELECT, -1, true },
	{ MODE_SELECT_10, -1, true },
	{ MODE_SENSE, -1, true },
	{ MODE_SENSE_10, -1, true },
	{ PERSISTENT_RESERVE_IN, -1, true },
	{ PERSISTENT_RESERVE_OUT, -1, true },
	{ RECEIVE_DIAGNOSTIC, -1, true },
	{ SEND_DIAGNOSTIC, -1, true },
	/* what they allow: initiators look at a path before it is theirs */
	{ READ_CAPACITY, -1, true },
	{ SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, true },
	{ RESERVE, -1, true },
	{ RESERVE_10, -1, true },
	{ RELEASE, -1, true },
	{ RELEASE_10, -1, true },
	{ MAINTENANCE_IN, MI_REPORT_IDENTIFYING_INFORMATION, true },
	{ MAINTENANCE_IN, MI_REPORT_SUPPORTED_OPERATION_CODES, true },
	{ MAINTENANCE_IN, MI_REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS, true },
	{ MAINTENANCE_IN, MI_REPORT_TIMESTAMP, true },
	{ MAINTENANCE_OUT, MO_SET_IDENTIFYING_INFORMATION, true },
	{ MAINTENANCE_OUT, MO_SET_TIMESTAMP, true },
};

/* All others are for active ports alone. */
static struct access_row access_of(const struct target_opdef *op,
				   unsigned int *listed)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(access_rows); i++) {
		if (access_rows[i].op == op->op &&
		    (access_rows[i].sa < 0 || access_rows[i].sa == op->sa)) {
			*listed |= BIT(i);
			return access_rows[i];
		}
	}
	return (struct access_row){};
}

static void expect_row(struct kunit *test, const struct target_opdef *op,
		       u8 state, bool runs, sense_reason_t refusal)
{
	KUNIT_EXPECT_EQ_MSG(test,
			    (__force u32)target_alua_verdict(state, op->alua),
			    (__force u32)(runs ? TCM_NO_SENSE : refusal),
			    "%s in state %u", op->name, state);
}

static void alua_rows(struct kunit *test)
{
	const struct target_opdef *op = NULL;
	struct access_row row;
	unsigned int listed = 0;

	while ((op = target_opindex_next(op))) {
		row = access_of(op, &listed);
		expect_row(test, op, TARGET_TP_ACTIVE_OPTIMIZED, true, 0);
		expect_row(test, op, TARGET_TP_ACTIVE_NONOPTIMIZED, true, 0);
		expect_row(test, op, TARGET_TP_LBA_DEPENDENT, true, 0);
		expect_row(test, op, TARGET_TP_STANDBY, row.standby,
			   TCM_ALUA_TG_PT_STANDBY);
		expect_row(test, op, TARGET_TP_UNAVAILABLE, row.unavailable,
			   TCM_ALUA_TG_PT_UNAVAILABLE);
		expect_row(test, op, TARGET_TP_TRANSITION, row.transition,
			   TCM_ALUA_STATE_TRANSITION);
		expect_row(test, op, TARGET_TP_OFFLINE, row.offline,
			   TCM_ALUA_OFFLINE);
	}
	/* each of them is a command that there is */
	KUNIT_EXPECT_EQ(test, listed, GENMASK(ARRAY_SIZE(access_rows) - 1, 0));
}

static void alua_refusals(struct kunit *test)
{
	static const u8 read[] = { READ_10, 0, 0, 0, 0, 0, 0, 0, 1, 0 };
	static const struct {
		u8	state;
		u32	sense;
	} cases[] = {
		{ TARGET_TP_STANDBY, STANDBY },
		{ TARGET_TP_UNAVAILABLE, UNAVAILABLE },
	};
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		put_into(fake, cases[i].state);
		KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 2);
		KUNIT_EXPECT_EQ(test, fake_sense(fake), cases[i].sense);
		KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 2);
		KUNIT_EXPECT_EQ(test, fake_sense(fake), cases[i].sense);
		KUNIT_EXPECT_EQ(test, fake_in(fake, rtpg, 256), 0);
	}
	put_into(fake, TARGET_TP_ACTIVE_NONOPTIMIZED);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 0);
	put_into(fake, TARGET_TP_ACTIVE_OPTIMIZED);
	KUNIT_EXPECT_EQ(test, fake->dev.slow, 0);
}

static void alua_report(struct kunit *test)
{
	static const u8 expected[] = {
		0, 0, 0, 12,
		0x82, 0xcf, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1,
	};
	struct fake *fake = test->priv;
	struct target_tp_group *group = fake->dev.tp_default;

	put_into(fake, TARGET_TP_STANDBY);
	group->preferred = true;
	group->access.status = TARGET_TP_BY_COMMAND;
	group->implicit_trans_secs = 9;
	KUNIT_EXPECT_EQ(test, fake_in(fake, rtpg, 256), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, expected, sizeof(expected));
	KUNIT_EXPECT_EQ(test, fake_in(fake, rtpg_extended, 256), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 16);
	KUNIT_EXPECT_EQ(test, fake->data[4], 0x10);
	KUNIT_EXPECT_EQ(test, fake->data[5], 9);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 8, expected + 4, 12);
	KUNIT_EXPECT_EQ(test, fake_in(fake, rtpg_bad, 256), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
}

static u8 set(struct fake *fake, u8 state, u16 id)
{
	static const u8 stpg[] = { 0xa4, 0x0a, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0 };

	memset(fake->data, 0, 8);
	fake->data[4] = state;
	put_unaligned_be16(id, fake->data + 6);
	return fake_out(fake, stpg, 8);
}

static u16 pending(struct target_itl *itl)
{
	u16 code = 0;

	target_ua_take(itl, &code);
	return code;
}

static void alua_set(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct target_sess *stranger = kunit_kzalloc(test, sizeof(*stranger),
						     GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stranger);
	stranger->port = &fake->port;
	fake->other.sess = stranger;
	KUNIT_EXPECT_EQ(test, set(fake, TARGET_TP_STANDBY, 0), 0);
	KUNIT_EXPECT_EQ(test, fake->dev.tp_default->access.state,
			TARGET_TP_STANDBY);
	KUNIT_EXPECT_EQ(test, fake->dev.tp_default->access.status,
			TARGET_TP_BY_COMMAND);
	/* everybody else is told */
	KUNIT_EXPECT_EQ(test, pending(&fake->itl), 0);
	KUNIT_EXPECT_EQ(test, pending(&fake->other), TARGET_UA_ACCESS_CHANGED);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), STANDBY);
	/* the way back goes by the standby port */
	KUNIT_EXPECT_EQ(test, set(fake, TARGET_TP_ACTIVE_OPTIMIZED, 0), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 0);
}

static void alua_set_refused(struct kunit *test)
{
	static const u8 odd[] = { 0xa4, 0x0a, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0 };
	static const u8 none[] = { 0xa4, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	/* no such group, no such state, a state that is nobody's to set */
	KUNIT_EXPECT_EQ(test, set(fake, TARGET_TP_STANDBY, 5), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, set(fake, 7, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, set(fake, TARGET_TP_TRANSITION, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, set(fake, TARGET_TP_LBA_DEPENDENT, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	fake->dev.tp_default->support_standby = false;
	KUNIT_EXPECT_EQ(test, set(fake, TARGET_TP_STANDBY, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, fake_out(fake, odd, 6), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake_none(fake, none), 0);
	KUNIT_EXPECT_EQ(test, fake->dev.tp_default->access.state, 0);
	/* a unit without explicit changes does not have the command */
	target_tp_group_set(fake->dev.tp_default, TARGET_TP_alua_access_type,
			    TARGET_TP_IMPLICIT);
	KUNIT_EXPECT_EQ(test, set(fake, TARGET_TP_ACTIVE_NONOPTIMIZED, 0), 2);
	KUNIT_EXPECT_NE(test, fake_sense(fake), FAKE_NO_SENSE);
	KUNIT_EXPECT_EQ(test, fake->dev.tp_default->access.state, 0);
}

static void alua_offline(struct kunit *test)
{
	static const u8 expected[] = {
		0x00, 0xcf, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1,
		0x0e, 0x40, 0xff, 0xff, 0, 1, 0, 1, 0, 0, 0, 1,
	};
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, set(fake, TARGET_TP_OFFLINE, 2), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, set(fake, TARGET_TP_OFFLINE, 1), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), OFFLINE);
	KUNIT_EXPECT_EQ(test, fake_in(fake, rtpg, 256), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 24);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, expected, sizeof(expected));
	KUNIT_EXPECT_EQ(test,
			target_tp_member_set_offline(&fake->link, false, NULL),
			0);
	KUNIT_EXPECT_EQ(test, pending(&fake->itl), TARGET_UA_ACCESS_CHANGED);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 0);
}

static void alua_transition(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct target_tp_group *group = fake->dev.tp_default;
	struct target_tp_request request = {
		.cause = TARGET_TP_BY_ITSELF, .pending = ATOMIC_INIT(2),
	};

	group->trans_delay_msecs = 30000;
	KUNIT_EXPECT_EQ(test,
			target_tp_transition_start(&fake->dev, 0,
						   TARGET_TP_UNAVAILABLE,
						   &request), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), TRANSITIONING);
	KUNIT_EXPECT_EQ(test, fake_in(fake, rtpg, 256), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4], 0x0f);
	KUNIT_EXPECT_EQ(test,
			target_tp_transition_start(&fake->dev, 0, 0, &request),
			-EBUSY);
	/* now, not in half a minute */
	target_tp_transition_exit(group);
	KUNIT_EXPECT_EQ(test, atomic_read(&request.pending), 2);
	KUNIT_EXPECT_EQ(test, pending(&fake->itl), TARGET_UA_ACCESS_CHANGED);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), UNAVAILABLE);
}

static void alua_lba_dependent(struct kunit *test)
{
	static const u8 expected[] = {
		0, 0, 0, 48,
		0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0,
		0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 10,
		0, 0, 0, 0, 0, 0, 0, 19, 2, 0, 0, 0,
	};
	static const u8 page[] = { INQUIRY, 1, 0xb3, 0, 255, 0 };
	static const u8 unmap[] = { UNMAP, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	u8 read[] = { READ_10, 0, 0, 0, 0, 9, 0, 0, 1, 0 };
	/* two blocks from block 8 on */
	u8 list[24] = { [1] = 22, [3] = 16, [15] = 8, [19] = 2 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_in(fake, referrals, 256), 2);
	KUNIT_EXPECT_EQ(test, fake_in(fake, page, 255), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	fake_add_map(test, fake);
	put_into(fake, TARGET_TP_LBA_DEPENDENT);
	KUNIT_EXPECT_EQ(test, target_lba_map_set(&fake->dev, NULL), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 0);
	read[5] = 10;
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), STANDBY);
	/* UNMAP names its blocks in a list: those count, and no others */
	memcpy(fake->data, list, sizeof(list));
	KUNIT_EXPECT_EQ(test, fake_out(fake, unmap, sizeof(list)), 0);
	list[15] = 9;
	memcpy(fake->data, list, sizeof(list));
	KUNIT_EXPECT_EQ(test, fake_out(fake, unmap, sizeof(list)), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), STANDBY);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, referrals, 256), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, expected, sizeof(expected));
	KUNIT_EXPECT_EQ(test, fake_in(fake, page, 255), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 12);
	put_into(fake, TARGET_TP_ACTIVE_OPTIMIZED);
	KUNIT_EXPECT_EQ(test, target_lba_map_set(&fake->dev, NULL), 0);
}

static void alua_delays(struct kunit *test)
{
	static const u8 read[] = { READ_10, 0, 0, 0, 0, 0, 0, 0, 1, 0 };
	struct fake *fake = test->priv;
	struct target_cmd *cmd;

	fake->dev.tp_default->nonop_delay_msecs = 250;
	put_into(fake, TARGET_TP_ACTIVE_NONOPTIMIZED);
	fake_decode(fake, read, sizeof(read), 512, DMA_FROM_DEVICE);
	cmd = to_cmd(&fake->se);
	KUNIT_EXPECT_EQ(test, target_alua_delay(cmd), 250);
	/* the default, which nobody chose */
	fake->dev.tp_default->nonop_delay_msecs = 100;
	put_into(fake, TARGET_TP_ACTIVE_NONOPTIMIZED);
	KUNIT_EXPECT_EQ(test, target_alua_delay(cmd), 0);
	fake->dev.tp_default->nonop_delay_msecs = 250;
	put_into(fake, TARGET_TP_ACTIVE_OPTIMIZED);
	KUNIT_EXPECT_EQ(test, target_alua_delay(cmd), 0);
	put_into(fake, TARGET_TP_ACTIVE_NONOPTIMIZED);
	fake_decode(fake, test_unit_ready, 6, 0, DMA_NONE);
	KUNIT_EXPECT_EQ(test, target_alua_delay(to_cmd(&fake->se)), 0);
}

static struct kunit_case alua_cases[] = {
	KUNIT_CASE(alua_rows),
	KUNIT_CASE(alua_refusals),
	KUNIT_CASE(alua_report),
	KUNIT_CASE(alua_set),
	KUNIT_CASE(alua_set_refused),
	KUNIT_CASE(alua_offline),
	KUNIT_CASE(alua_transition),
	KUNIT_CASE(alua_lba_dependent),
	KUNIT_CASE(alua_delays),
	{}
};

static struct kunit_suite alua_suite = {
	.name = "target_alua",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = alua_cases,
};

kunit_test_suite(alua_suite);
