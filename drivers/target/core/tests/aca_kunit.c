// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of auto contingent allegiance (SAM-5 5.9), and of each task
 * management function that has to do with it.
 */
#include <target/target_core_fabric.h>
#include "../tmf.h"
#include "fake.h"

#define NACA	0x04

/* A reserved bit of CONTROL, beside NACA */
static void fault(struct core_fake *fake)
{
	u16 asc;

	KUNIT_ASSERT_EQ(fake->test, core_fake_ask(fake, 0, TCM_SIMPLE_TAG, NACA | 1, &asc),
			SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(fake->test, asc, 0x2400);
}

#define simple(fake, who)	core_fake_ask(fake, who, TCM_SIMPLE_TAG, 0, NULL)
#define aca(fake, who)		core_fake_ask(fake, who, TCM_ACA_TAG, 0, NULL)

/* SAM-5 tables 32 and 33: who is told what */
static void aca_admits(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	u16 asc;

	/* without NACA nothing happens */
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_SIMPLE_TAG, 1, NULL),
			SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, simple(fake, 0), SAM_STAT_GOOD);
	/* nor with it, if the command is good */
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_SIMPLE_TAG, NACA, NULL),
			SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, simple(fake, 1), SAM_STAT_GOOD);

	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_ACA_TAG, 0, &asc),
			SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, asc, 0x4900);

	fault(fake);
	KUNIT_EXPECT_EQ(test, simple(fake, 0), SAM_STAT_ACA_ACTIVE);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_HEAD_TAG, NACA, NULL),
			SAM_STAT_ACA_ACTIVE);
	KUNIT_EXPECT_EQ(test, aca(fake, 0), SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, aca(fake, 0), SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, simple(fake, 1), SAM_STAT_BUSY);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_SIMPLE_TAG, NACA, NULL),
			SAM_STAT_ACA_ACTIVE);
	KUNIT_EXPECT_EQ(test, aca(fake, 1), SAM_STAT_BUSY);

	fake->dev->tmf_only = true;
	KUNIT_EXPECT_EQ(test, aca(fake, 0), SAM_STAT_ACA_ACTIVE);
	fake->dev->tmf_only = false;
}

/* Others may preempt the faulted nexus: that is looked at, at least. */
static void aca_preempt(struct kunit *test)
{
	struct core_fake_req preempt = {
		.cdb = { PERSISTENT_RESERVE_OUT, 0x05, 1, [8] = 24 },
		.length = 24,
		.dir = DMA_TO_DEVICE,
		.attr = TCM_SIMPLE_TAG,
	};
	struct core_fake *fake = test->priv;
	struct core_fake_task *task;
	unsigned int i;

	fault(fake);
	for (i = 0; i < 3; i++) {
		if (i == 2)
			preempt.cdb[1] = 0x04;
		task = core_fake_start(fake, fake->sess[i ? 1 : 0], &preempt);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
		/* the nexus has no registration */
		KUNIT_EXPECT_EQ(test, task->scsi_status,
				i == 0 ? SAM_STAT_ACA_ACTIVE :
				i == 1 ? SAM_STAT_RESERVATION_CONFLICT :
					 SAM_STAT_BUSY);
	}
	core_fake_tmr(fake, fake->sess[0], TMR_CLEAR_ACA, 0);
}

/* CLEAR ACA is for the faulted nexus. */
static void aca_clear(struct kunit *test)
{
	struct core_fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], TMR_CLEAR_ACA,
					    0), TMR_FUNCTION_COMPLETE);
	fault(fake);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[1], TMR_CLEAR_ACA,
					    0), TMR_FUNCTION_COMPLETE);
	KUNIT_EXPECT_EQ(test, simple(fake, 1), SAM_STAT_BUSY);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], TMR_CLEAR_ACA,
					    0), TMR_FUNCTION_COMPLETE);
	KUNIT_EXPECT_EQ(test, simple(fake, 0), SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, simple(fake, 1), SAM_STAT_GOOD);
}

/* What ends with CHECK CONDITION meanwhile (SAM-5 5.9.5) */
static void aca_again(struct kunit *test)
{
	struct core_fake *fake = test->priv;

	fault(fake);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_ACA_TAG, NACA | 1, NULL),
			SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, simple(fake, 0), SAM_STAT_ACA_ACTIVE);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_ACA_TAG, 1, NULL),
			SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, simple(fake, 0), SAM_STAT_GOOD);
}

/* Commands that were there before are blocked, not refused. */
static void aca_blocks(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req read = core_fake_read(0, 8);
	struct core_fake_req write = core_fake_write(0, 8);
	struct core_fake_req ordered = core_fake_write(64, 8);
	struct core_fake_task *started, *waits, *behind, *dropped;

	ordered.attr = TCM_ORDERED_TAG;
	fake->medium->hold = true;
	started = core_fake_start(fake, fake->sess[1], &read);
	fake->fetch = CORE_FAKE_FETCH_LATER;
	waits = core_fake_start(fake, fake->sess[1], &write);
	dropped = core_fake_start(fake, fake->sess[0], &write);
	fake->fetch = CORE_FAKE_FETCH_NOW;
	behind = core_fake_start(fake, fake->sess[1], &ordered);
	fault(fake);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);

	/* their data comes, the medium answers, and nothing starts */
	target_execute_cmd(waits->se);
	target_execute_cmd(dropped->se);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(started));
	KUNIT_EXPECT_EQ(test, started->scsi_status, SAM_STAT_GOOD);
	rcu_barrier();
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);
	KUNIT_EXPECT_EQ(test, aca(fake, 0), SAM_STAT_GOOD);

	/* one that is blocked can be aborted */
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
					    TMR_ABORT_TASK, dropped->se->tag),
			TMR_FUNCTION_COMPLETE);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(dropped));
	KUNIT_EXPECT_EQ(test, simple(fake, 0), SAM_STAT_ACA_ACTIVE);

	fake->medium->hold = false;
	core_fake_tmr(fake, fake->sess[0], TMR_CLEAR_ACA, 0);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(waits));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(behind));
	KUNIT_EXPECT_EQ(test, waits->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, behind->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 3);
}

/*
 * A fabric that stops a session waits for its commands: one that the condition
 * blocks ends, and one that ends then establishes none.
 */
static void aca_forsaken(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req read = core_fake_read(0, 8);
	struct core_fake_req naca = core_fake_read(64, 8);
	struct core_fake_req write = core_fake_write(0, 8);
	struct core_fake_task *blocked, *late;

	naca.cdb[9] = NACA;
	fake->medium->hold = true;
	late = core_fake_start(fake, fake->sess[0], &naca);
	fake->fetch = CORE_FAKE_FETCH_LATER;
	blocked = core_fake_start(fake, fake->sess[0], &write);
	fault(fake);
	target_execute_cmd(blocked->se);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);
	KUNIT_EXPECT_EQ(test, simple(fake, 1), SAM_STAT_BUSY);

	target_stop_session(fake->sess[0]);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
	core_fake_finish(fake, BLK_STS_IOERR);
	core_fake_finish(fake, BLK_STS_OK);
	target_wait_for_sess_cmds(fake->sess[0]);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(late));
	KUNIT_EXPECT_EQ(test, late->scsi_status, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(blocked));
	KUNIT_EXPECT_EQ(test, blocked->scsi_status, SAM_STAT_GOOD);

	fake->medium->hold = false;
	fake->fetch = CORE_FAKE_FETCH_NOW;
	read.attr = TCM_ORDERED_TAG;
	late = core_fake_start(fake, fake->sess[1], &read);
	rcu_barrier();
	core_fake_settle();
	KUNIT_EXPECT_TRUE(test, core_fake_gone(late));
	KUNIT_EXPECT_EQ(test, late->scsi_status, SAM_STAT_GOOD);
}

/* One command with the ACA attribute at a time; CLEAR ACA aborts it. */
static void aca_command(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req read = core_fake_read(0, 8);
	struct core_fake_task *task;

	fault(fake);
	read.attr = TCM_ACA_TAG;
	fake->medium->hold = true;
	task = core_fake_start(fake, fake->sess[0], &read);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);
	KUNIT_EXPECT_EQ(test, aca(fake, 0), SAM_STAT_ACA_ACTIVE);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], TMR_CLEAR_ACA,
					    0), TMR_FUNCTION_COMPLETE);
	KUNIT_EXPECT_EQ(test, task->aborted, 1);
	KUNIT_EXPECT_EQ(test, simple(fake, 0), SAM_STAT_GOOD);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 1);
}

/* What clears it, and what does not (SAM-5 clause 7) */
static void aca_functions(struct kunit *test)
{
	static const struct {
		u8	function;
		u8	who;
		bool	clears;
	} rows[] = {
		{ TMR_ABORT_TASK_SET, 0, false },
		{ TMR_CLEAR_TASK_SET, 1, false },
		{ TMR_QUERY_TASK_SET, 0, false },
		{ TMR_QUERY_ASYNC_EVENT, 0, false },
		{ TMR_I_T_NEXUS_RESET, 1, false },
		{ TMR_CLEAR_ACA, 0, true },
		{ TMR_I_T_NEXUS_RESET, 0, true },
		{ TMR_LUN_RESET, 1, true },
		{ TMR_TARGET_WARM_RESET, 1, true },
		{ TMR_TARGET_COLD_RESET, 0, true },
	};
	struct core_fake *fake = test->priv;
	unsigned int i;
	u16 asc;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		/* take what an earlier one established */
		while (core_fake_ask(fake, 0, TCM_SIMPLE_TAG, 0, &asc))
			KUNIT_ASSERT_EQ(test, asc >> 8, 0x29);
		fault(fake);
		core_fake_tmr(fake, fake->sess[rows[i].who], rows[i].function,
			      0);
		KUNIT_EXPECT_EQ_MSG(test, !(fake->dev->slow &
					    BIT(TARGET_SLOW_ACA)),
				    rows[i].clears, "row %u", i);
		core_fake_tmr(fake, fake->sess[0], TMR_CLEAR_ACA, 0);
	}
}

/* Restricted reordering: writes of overlapping blocks keep their order. */
static void aca_restricted(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req write = core_fake_write(0, 8);
	struct core_fake_req read = core_fake_read(0, 8);
	struct core_fake_task *first, *second, *last;

	fake->dev->attr.emulate_rest_reord = true;
	fake->medium->hold = true;
	first = core_fake_start(fake, fake->sess[0], &write);
	second = core_fake_start(fake, fake->sess[0], &write);
	last = core_fake_start(fake, fake->sess[0], &read);
	rcu_barrier();
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(first));
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
	fake->medium->hold = false;
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(second));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(last));
	KUNIT_EXPECT_EQ(test, last->scsi_status, SAM_STAT_GOOD);
}

/* REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS is the table (SPC-5 6.37). */
static void aca_report(struct kunit *test)
{
	u8 bytes[2];

	target_tmf_report(bytes);
	/* ATS, ATSS, CACAS, CTSS, LURS, QTS; QAES, QTSS, ITNRS */
	KUNIT_EXPECT_EQ(test, bytes[0], 0xfc);
	KUNIT_EXPECT_EQ(test, bytes[1], 0x07);
}

static struct kunit_case aca_cases[] = {
	KUNIT_CASE(aca_admits),
	KUNIT_CASE(aca_preempt),
	KUNIT_CASE(aca_clear),
	KUNIT_CASE(aca_again),
	KUNIT_CASE(aca_blocks),
	KUNIT_CASE(aca_forsaken),
	KUNIT_CASE(aca_command),
	KUNIT_CASE(aca_functions),
	KUNIT_CASE(aca_restricted),
	KUNIT_CASE(aca_report),
	{ }
};

static struct kunit_suite aca_suite = {
	.name = "target_aca",
	.init = core_fake_two_logins,
	.exit = core_fake_exit,
	.test_cases = aca_cases,
};

kunit_test_suite(aca_suite);
