// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of task sets that each nexus has for itself (TST 001b): what one
 * does is nothing to the others.
 */
#include <linux/rcupdate.h>

#include "../order.h"
#include "fake.h"

#define NACA	0x04

static int task_set_init(struct kunit *test)
{
	struct core_fake *fake;

	if (core_fake_two_logins(test))
		return -ENOMEM;
	fake = test->priv;
	target_order_separate(fake->dev, true);
	rcu_barrier();
	return 0;
}

static struct core_fake_task *start(struct core_fake *fake, unsigned int who,
				    u32 lba, int attr)
{
	struct core_fake_req req = core_fake_write(lba, 8);
	struct core_fake_task *task;

	req.attr = attr;
	task = core_fake_start(fake, fake->sess[who], &req);
	/* the first ORDERED one of a nexus waits for a grace period */
	if (attr == TCM_ORDERED_TAG)
		rcu_barrier();
	core_fake_settle();
	return task;
}

/* ORDERED is among the nexus's own commands. */
static void task_set_order(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_task *task[6];
	unsigned int i;

	fake->medium->hold = true;
	task[0] = start(fake, 1, 0, TCM_SIMPLE_TAG);
	task[1] = start(fake, 0, 16, TCM_ORDERED_TAG);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
	task[2] = start(fake, 0, 32, TCM_SIMPLE_TAG);
	task[3] = start(fake, 1, 48, TCM_ORDERED_TAG);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
	task[4] = start(fake, 1, 64, TCM_HEAD_TAG);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 3);

	/* the end of one nexus's command lets its own go on, and no other */
	core_fake_finish_nth(fake, 1, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task[1]));
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 4);
	KUNIT_EXPECT_EQ(test, core_fake_owner(task[2]), TARGET_OWNER_HANDLER);
	KUNIT_EXPECT_EQ(test, core_fake_owner(task[3]), TARGET_OWNER_QUEUE);
	core_fake_finish(fake, BLK_STS_OK);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task[0]));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task[4]));
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, core_fake_owner(task[3]), TARGET_OWNER_HANDLER);

	/* one task set for all again: only what comes now is in it */
	target_order_separate(fake->dev, false);
	fake->medium->hold = false;
	task[5] = start(fake, 1, 80, TCM_ORDERED_TAG);
	core_fake_finish(fake, BLK_STS_OK);
	core_fake_finish(fake, BLK_STS_OK);
	for (i = 2; i < 6; i++)
		if (i != 4)
			KUNIT_EXPECT_TRUE(test, core_fake_gone(task[i]));
}

/* its commands in order of arrival, and in order of their answers */
struct answers {
	struct core_fake_task	*waits;
	bool			early;
	unsigned int		count;
};

static void note_early(struct core_fake *fake, struct se_cmd *se)
{
	struct answers *answers = fake->test->priv;

	if (!answers->count++)
		answers->early = to_cmd(answers->waits->se)->place !=
				 TARGET_PLACE_HELD;
}

/* A command has ended when it is answered, and not before (SAM-5 8.6). */
static void task_set_answer(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct answers answers = {};
	struct core_fake_task *older;

	fake->medium->hold = true;
	older = start(fake, 0, 0, TCM_SIMPLE_TAG);
	answers.waits = start(fake, 0, 16, TCM_ORDERED_TAG);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);
	test->priv = &answers;
	fake->on_answer = note_early;
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(older));
	KUNIT_EXPECT_EQ(test, answers.count, 1);
	KUNIT_EXPECT_FALSE(test, answers.early);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(answers.waits));
	fake->on_answer = NULL;
	test->priv = fake;
}

/* What has to be alone at the medium waits for all nexuses, and they for it. */
static void task_set_sole(struct kunit *test)
{
	struct core_fake_req orwrite = {
		.cdb = { 0x8b, [13] = 8 },
		.length = 8 * CORE_FAKE_BLOCK,
		.dir = DMA_TO_DEVICE,
		.attr = TCM_SIMPLE_TAG,
	};
	struct core_fake *fake = test->priv;
	struct core_fake_task *task[4];
	unsigned int i;

	fake->medium->hold = true;
	task[0] = start(fake, 1, 0, TCM_SIMPLE_TAG);
	task[1] = core_fake_start(fake, fake->sess[0], &orwrite);
	/* it is ORDERED, and the first one of its nexus */
	rcu_barrier();
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);
	task[2] = start(fake, 1, 16, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);

	/* while its nexus is blocked, others need not wait for it */
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_SIMPLE_TAG, NACA | 1, NULL),
			SAM_STAT_CHECK_CONDITION);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], TMR_CLEAR_ACA,
					    0), TMR_FUNCTION_COMPLETE);
	task[3] = start(fake, 1, 32, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
	KUNIT_EXPECT_EQ(test, core_fake_owner(task[1]), TARGET_OWNER_QUEUE);

	core_fake_finish(fake, BLK_STS_OK);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, core_fake_owner(task[1]), TARGET_OWNER_QUEUE);
	core_fake_finish(fake, BLK_STS_OK);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, core_fake_owner(task[1]), TARGET_OWNER_HANDLER);
	KUNIT_EXPECT_EQ(test, core_fake_owner(task[3]), TARGET_OWNER_QUEUE);
	fake->medium->hold = false;
	core_fake_finish(fake, BLK_STS_OK);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task[i]));
	KUNIT_EXPECT_EQ(test, task[1]->scsi_status, SAM_STAT_GOOD);
}

/* A limit is the logical unit's, and every task set has its turn. */
static void task_set_limit(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_task *task[5];
	unsigned int i;

	target_order_set_limit(fake->dev, 1);
	fake->medium->hold = true;
	for (i = 0; i < 4; i++)
		task[i] = start(fake, 0, i * 16, TCM_SIMPLE_TAG);
	task[4] = start(fake, 1, 64, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);
	for (i = 0; i < 2; i++) {
		core_fake_finish(fake, BLK_STS_OK);
		core_fake_settle();
	}
	KUNIT_EXPECT_EQ(test, core_fake_owner(task[4]), TARGET_OWNER_HANDLER);
	fake->medium->hold = false;
	core_fake_finish(fake, BLK_STS_OK);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task[i]));
	target_order_set_limit(fake->dev, 0);
}

/* An ACA condition blocks the faulted nexus alone (SAM-5 5.9). */
static void task_set_aca(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_task *waits;

	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_SIMPLE_TAG, NACA | 1, NULL),
			SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_SIMPLE_TAG, 0, NULL),
			SAM_STAT_ACA_ACTIVE);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_SIMPLE_TAG, 0, NULL), SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_SIMPLE_TAG, NACA, NULL),
			SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_ACA_TAG, 0, NULL),
			SAM_STAT_CHECK_CONDITION);

	/* each may have one of its own */
	fake->fetch = CORE_FAKE_FETCH_LATER;
	waits = start(fake, 1, 0, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_SIMPLE_TAG, NACA | 1, NULL),
			SAM_STAT_CHECK_CONDITION);
	target_execute_cmd(waits->se);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 0);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], TMR_CLEAR_ACA,
					    0), TMR_FUNCTION_COMPLETE);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_SIMPLE_TAG, 0, NULL), SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_SIMPLE_TAG, 0, NULL),
			SAM_STAT_ACA_ACTIVE);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_ACA_TAG, 0, NULL), SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, core_fake_answers(waits), 0);

	/* none outlives the change to one task set for all */
	target_order_separate(fake->dev, false);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(waits));
	KUNIT_EXPECT_EQ(test, waits->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_SIMPLE_TAG, 0, NULL), SAM_STAT_GOOD);
	KUNIT_EXPECT_FALSE(test, test_bit(TARGET_SLOW_ACA, &fake->dev->slow));
}

/* A nexus that goes away takes its condition along. */
static void task_set_reset(struct kunit *test)
{
	static const u8 functions[] = { TMR_I_T_NEXUS_RESET, TMR_LUN_RESET };
	struct core_fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(functions); i++) {
		while (core_fake_ask(fake, 0, TCM_SIMPLE_TAG, 0, NULL))
			;
		while (core_fake_ask(fake, 1, TCM_SIMPLE_TAG, 0, NULL))
			;
		KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_SIMPLE_TAG, NACA | 1, NULL),
				SAM_STAT_CHECK_CONDITION);
		KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_SIMPLE_TAG, NACA | 1, NULL),
				SAM_STAT_CHECK_CONDITION);
		core_fake_tmr(fake, fake->sess[0], functions[i], 0);
		/* a reset of the logical unit clears them all */
		KUNIT_EXPECT_EQ(test, test_bit(TARGET_SLOW_ACA,
					       &fake->dev->slow), i == 0);
		core_fake_tmr(fake, fake->sess[1], TMR_CLEAR_ACA, 0);
		KUNIT_EXPECT_FALSE(test, test_bit(TARGET_SLOW_ACA,
						  &fake->dev->slow));
	}
}

/* CLEAR TASK SET and QERR 01b: the task set is the nexus's own. */
static void task_set_abort(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_task *own, *other;

	fake->medium->hold = true;
	own = start(fake, 0, 0, TCM_SIMPLE_TAG);
	other = start(fake, 1, 16, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[1],
					    TMR_CLEAR_TASK_SET, 0),
			TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, other);
	KUNIT_EXPECT_EQ(test, core_fake_answers(own), 0);

	fake->dev->qerr = 1;
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 1, TCM_SIMPLE_TAG, 1, NULL),
			SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, core_fake_answers(own), 0);
	KUNIT_EXPECT_EQ(test, core_fake_ask(fake, 0, TCM_SIMPLE_TAG, 1, NULL),
			SAM_STAT_CHECK_CONDITION);
	core_fake_expect_aborted(test, own);
	core_fake_finish(fake, BLK_STS_OK);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(own));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(other));
	fake->dev->qerr = 0;
}

static struct kunit_case task_set_cases[] = {
	KUNIT_CASE(task_set_order),
	KUNIT_CASE(task_set_answer),
	KUNIT_CASE(task_set_sole),
	KUNIT_CASE(task_set_limit),
	KUNIT_CASE(task_set_aca),
	KUNIT_CASE(task_set_reset),
	KUNIT_CASE(task_set_abort),
	{ }
};

static struct kunit_suite task_set_suite = {
	.name = "target_task_set",
	.init = task_set_init,
	.exit = core_fake_exit,
	.test_cases = task_set_cases,
};

kunit_test_suite(task_set_suite);
