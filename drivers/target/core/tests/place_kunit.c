// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of places in the order of commands: taken on arrival, given up
 * by an abort; and of what the end of one command does to others.
 */
#include <linux/delay.h>

#include "fake.h"

/* An ORDERED command does not wait for an orphan at a medium that hangs. */
static void place_freed(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_req ordered = core_fake_tur();
	struct core_fake_task *hung, *waits, *behind;
	unsigned int round;

	ordered.attr = TCM_ORDERED_TAG;
	fake->medium->hold = true;
	/* counted per CPU, and then under the lock */
	for (round = 0; round < 2; round++) {
		hung = core_fake_start(fake, fake->sess[0], &req);
		KUNIT_ASSERT_EQ(test, core_fake_owner(hung), TARGET_OWNER_HANDLER);
		waits = core_fake_start(fake, fake->sess[0], &ordered);
		behind = core_fake_start(fake, fake->sess[1], &ordered);
		KUNIT_EXPECT_EQ(test, core_fake_answers(waits), 0);
		KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
						    TMR_ABORT_TASK,
						    hung->se->tag),
				TMR_FUNCTION_COMPLETE);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(waits));
		KUNIT_EXPECT_TRUE(test, core_fake_gone(behind));
		KUNIT_EXPECT_EQ(test, waits->scsi_status, SAM_STAT_GOOD);
		KUNIT_EXPECT_EQ(test, hung->released, 0);
		core_fake_finish(fake, BLK_STS_OK);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(hung));
		core_fake_expect_aborted(test, hung);
	}
}

/*
 * Places in a nexus are those of arrival, not those in which data comes: an
 * ORDERED command waits for an older write that still has none, a younger write
 * waits for it, and HEAD OF QUEUE for nobody.  Another nexus waits for neither.
 */
static void place_of_arrival(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_req ordered = core_fake_tur();
	struct core_fake_req head = core_fake_tur();
	struct core_fake_req tur = core_fake_tur();
	struct core_fake_task *older, *waits, *younger, *first, *own, *stranger;

	ordered.attr = TCM_ORDERED_TAG;
	head.attr = TCM_HEAD_TAG;
	fake->fetch = CORE_FAKE_FETCH_LATER;
	older = core_fake_start(fake, fake->sess[0], &req);
	waits = core_fake_start(fake, fake->sess[0], &ordered);
	younger = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_ASSERT_EQ(test, core_fake_owner(older), TARGET_OWNER_FABRIC);
	KUNIT_ASSERT_EQ(test, core_fake_owner(younger), TARGET_OWNER_FABRIC);
	msleep(50);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, core_fake_answers(waits), 0);
	/* its data is first, its turn is not */
	target_execute_cmd(younger->se);
	msleep(50);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, core_fake_answers(younger), 0);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 0);
	first = core_fake_start(fake, fake->sess[0], &head);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(first));
	own = core_fake_start(fake, fake->sess[0], &tur);
	stranger = core_fake_start(fake, fake->sess[1], &tur);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(stranger));
	stranger = core_fake_start(fake, fake->sess[1], &ordered);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(stranger));
	KUNIT_EXPECT_EQ(test, stranger->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, core_fake_answers(waits), 0);
	KUNIT_EXPECT_EQ(test, core_fake_answers(own), 0);

	target_execute_cmd(older->se);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(older));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(waits));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(younger));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(own));
	KUNIT_EXPECT_EQ(test, waits->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
}

/* One that is aborted while its data is fetched gives up its place, too. */
static void place_in_fabric(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_req ordered = core_fake_write(64, 8);
	struct core_fake_req probe = core_fake_tur();
	struct core_fake_task *older, *waits, *last;

	ordered.attr = TCM_ORDERED_TAG;
	probe.attr = TCM_ORDERED_TAG;
	req.flags = TARGET_SCF_ACK_KREF;
	ordered.flags = TARGET_SCF_ACK_KREF;
	fake->fetch = CORE_FAKE_FETCH_LATER;
	older = core_fake_start(fake, fake->sess[0], &req);
	waits = core_fake_start(fake, fake->sess[0], &ordered);
	last = core_fake_start(fake, fake->sess[1], &probe);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
					    TMR_ABORT_TASK_SET, 0),
			TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, older);
	core_fake_expect_aborted(test, waits);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(last));
	KUNIT_EXPECT_EQ(test, last->scsi_status, SAM_STAT_GOOD);
	target_put_sess_cmd(older->se);
	target_put_sess_cmd(waits->se);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(older));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(waits));
}

/* CHECK CONDITION of one command, and QERR */
static void place_qerr(struct kunit *test)
{
	static const struct {
		u8		qerr;
		unsigned int	own;
		unsigned int	others;
	} cases[] = { { 0, 0, 0 }, { 1, 1, 1 }, { 3, 1, 0 } };
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_req bad = core_fake_read(CORE_FAKE_BLOCKS, 8);
	struct core_fake_req tur = core_fake_tur();
	struct core_fake_task *own, *other, *fails;
	unsigned int i;

	fake->dev->attr.emulate_tas = false;
	fake->medium->hold = true;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		/* who lost commands to another has a unit attention */
		fake->dev->qerr = 0;
		other = core_fake_start(fake, fake->sess[1], &tur);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(other));
		fake->dev->qerr = cases[i].qerr;
		own = core_fake_start(fake, fake->sess[0], &req);
		other = core_fake_start(fake, fake->sess[1], &req);
		KUNIT_EXPECT_EQ(test, core_fake_owner(other), TARGET_OWNER_HANDLER);
		fails = core_fake_start(fake, fake->sess[0], &bad);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(fails));
		KUNIT_EXPECT_EQ(test, fails->scsi_status,
				SAM_STAT_CHECK_CONDITION);
		KUNIT_EXPECT_EQ(test, own->aborted, cases[i].own);
		KUNIT_EXPECT_EQ(test, other->aborted, cases[i].others);
		core_fake_finish(fake, BLK_STS_OK);
		core_fake_finish(fake, BLK_STS_OK);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(own));
		KUNIT_EXPECT_TRUE(test, core_fake_gone(other));
		KUNIT_EXPECT_EQ(test, core_fake_answers(own), 1);
		KUNIT_EXPECT_EQ(test, core_fake_answers(other), 1);
	}
}

static struct kunit_case place_cases[] = {
	KUNIT_CASE(place_freed),
	KUNIT_CASE(place_of_arrival),
	KUNIT_CASE(place_in_fabric),
	KUNIT_CASE(place_qerr),
	{}
};

static struct kunit_suite place_suite = {
	.name = "target_place",
	.init = core_fake_two_logins,
	.exit = core_fake_exit,
	.test_cases = place_cases,
};

kunit_test_suite(place_suite);
