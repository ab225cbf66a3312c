// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of aborts: at every stage of a command, exactly one answer, and
 * the memory goes when, and not before, the last one has let go of it.
 */
#include <linux/delay.h>

#include "../abort.h"
#include "../complete.h"
#include "../state.h"
#include "fake.h"

static u8 abort_task(struct core_fake_task *task, unsigned int initiator)
{
	struct core_fake *fake = task->fake;

	return core_fake_tmr(fake, fake->sess[initiator], TMR_ABORT_TASK,
			     task->se ? task->se->tag : 0);
}

/* ------------------------------------------------- stage by stage ------- */

static const int ack_flags[] = { 0, TARGET_SCF_ACK_KREF };

static void ack_desc(const int *flags, char *desc)
{
	strscpy(desc, *flags ? "the fabric has a reference" : "it has none",
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ack, ack_flags, ack_desc);

static void put_ack(struct core_fake_task *task, int flags)
{
	if (flags & TARGET_SCF_ACK_KREF)
		target_put_sess_cmd(task->se);
}

/* Between two steps of the submission */
static void abort_new(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;

	req.flags = *(const int *)test->param_value;
	task = core_fake_init(fake, fake->sess[0], &req);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	KUNIT_ASSERT_EQ(test, core_fake_prep(task, &req), 0);
	KUNIT_EXPECT_EQ(test, core_fake_owner(task), TARGET_OWNER_NEW);
	KUNIT_EXPECT_EQ(test, abort_task(task, 0), TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, task);
	KUNIT_EXPECT_EQ(test, task->released, 0);

	target_submit(task->se);
	put_ack(task, req.flags);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	core_fake_expect_aborted(test, task);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 0);
}

/* In the queue of its CPU */
static void abort_submit_queue(struct kunit *test)
{
	const struct target_abort_scope all = { .silent = true };
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_task *task[3];
	unsigned int aborted;
	int i;

	fake->ops.default_submit_type = TARGET_QUEUE_SUBMIT;
	for (i = 0; i < ARRAY_SIZE(task); i++) {
		task[i] = core_fake_init(fake, fake->sess[0], &req);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task[i]);
		KUNIT_ASSERT_EQ(test, core_fake_prep(task[i], &req), 0);
	}
	/* the work item of this CPU cannot run meanwhile */
	preempt_disable();
	for (i = 0; i < ARRAY_SIZE(task); i++)
		target_submit(task[i]->se);
	aborted = target_abort_session(to_sess(fake->sess[0]), &all);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, aborted, ARRAY_SIZE(task));
	for (i = 0; i < ARRAY_SIZE(task); i++) {
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task[i]));
		core_fake_expect_aborted(test, task[i]);
		KUNIT_EXPECT_EQ(test, task[i]->fetches, 0);
	}
}

/* While it is decoded: the decoder finds an orphan, or its own error. */
static void abort_before_prep(struct kunit *test)
{
	const struct target_abort_scope all = { .silent = true };
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;

	task = core_fake_init(fake, fake->sess[0], &req);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	KUNIT_EXPECT_EQ(test, target_abort_session(to_sess(fake->sess[0]), &all),
			1);
	core_fake_expect_aborted(test, task);
	req.cdb[0] = 0xff;
	KUNIT_EXPECT_NE(test, core_fake_prep(task, &req), 0);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	core_fake_expect_aborted(test, task);
}

static void abort_abandoned(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;
	int aborted;

	for (aborted = 0; aborted <= 1; aborted++) {
		task = core_fake_init(fake, fake->sess[0], &req);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
		KUNIT_ASSERT_EQ(test, core_fake_prep(task, &req), 0);
		if (aborted)
			KUNIT_EXPECT_EQ(test, abort_task(task, 0),
					TMR_FUNCTION_COMPLETE);
		target_abandon_cmd(task->se);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
		KUNIT_EXPECT_EQ(test, core_fake_answers(task), aborted);
		KUNIT_EXPECT_EQ(test, task->released, 1);
	}
}

/* While the fabric fetches the data */
static void abort_fabric(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_task *task;

	fake->fetch = CORE_FAKE_FETCH_LATER;
	req.flags = TARGET_SCF_ACK_KREF;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, core_fake_owner(task), TARGET_OWNER_FABRIC);
	KUNIT_EXPECT_EQ(test, abort_task(task, 0), TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, task);
	/* the data comes all the same */
	target_execute_cmd(task->se);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, task->released, 0);
	target_put_sess_cmd(task->se);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	core_fake_expect_aborted(test, task);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 0);
}

/* The transfer of a command that was aborted fails. */
static void abort_fabric_fails(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_task *task;

	fake->fetch = CORE_FAKE_FETCH_LATER;
	req.flags = TARGET_SCF_ACK_KREF;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, abort_task(task, 0), TMR_FUNCTION_COMPLETE);
	transport_generic_request_failure(task->se, TCM_SERVICE_CRC_ERROR);
	core_fake_settle();
	core_fake_expect_aborted(test, task);
	target_put_sess_cmd(task->se);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
}

static void abort_from_within(struct core_fake *fake)
{
	const struct target_abort_scope all = { .silent = true };

	target_abort_session(to_sess(fake->sess[0]), &all);
}

/*
 * A fabric without a reference of its own has no resources for the data, and
 * the command is aborted before it is asked again.
 */
static void abort_fetch_retry(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_task *task;
	int must;

	for (must = 0; must <= 1; must++) {
		fake->ops.write_pending_must_be_called = must;
		fake->fetch = CORE_FAKE_FETCH_AGAIN;
		task = core_fake_start(fake, fake->sess[0], &req);
		KUNIT_EXPECT_EQ(test, task->fetches, 1);
		abort_from_within(fake);
		core_fake_expect_aborted(test, task);
		fake->fetch = CORE_FAKE_FETCH_NOW;
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
		KUNIT_EXPECT_EQ(test, task->fetches, 1 + must);
		core_fake_expect_aborted(test, task);
	}
}

/* Waiting for its turn, and for blocks that are locked */
static void abort_queue(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_req ordered = core_fake_write(64, 8);
	struct core_fake_task *first, *waits, *last;

	fake->medium->hold = true;
	first = core_fake_start(fake, fake->sess[0], &req);
	ordered.attr = TCM_ORDERED_TAG;
	waits = core_fake_start(fake, fake->sess[0], &ordered);
	last = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, core_fake_owner(first), TARGET_OWNER_HANDLER);
	KUNIT_EXPECT_EQ(test, core_fake_owner(waits), TARGET_OWNER_QUEUE);
	KUNIT_EXPECT_EQ(test, core_fake_owner(last), TARGET_OWNER_QUEUE);

	KUNIT_EXPECT_EQ(test, abort_task(waits, 0), TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, waits);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(first));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(waits));
	core_fake_expect_aborted(test, waits);
	/* and who stood behind it goes on */
	msleep(50);
	core_fake_settle();
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(last));
	KUNIT_EXPECT_EQ(test, last->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
}

/* At the medium: the answer is now, the memory goes when the medium answers. */
static void abort_handler(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;
	int any;

	fake->medium->hold = true;
	for (any = 0; any <= 1; any++) {
		fake->ops.complete_any_context = any;
		task = core_fake_start(fake, fake->sess[0], &req);
		KUNIT_EXPECT_EQ(test, core_fake_owner(task), TARGET_OWNER_HANDLER);
		KUNIT_EXPECT_EQ(test, abort_task(task, 0),
				TMR_FUNCTION_COMPLETE);
		core_fake_expect_aborted(test, task);
		core_fake_settle();
		KUNIT_EXPECT_EQ(test, task->released, 0);
		/* a second abort finds nothing */
		KUNIT_EXPECT_EQ(test, abort_task(task, 0),
				TMR_TASK_DOES_NOT_EXIST);
		core_fake_finish(fake, any ? BLK_STS_IOERR : BLK_STS_OK);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
		core_fake_expect_aborted(test, task);
		KUNIT_EXPECT_EQ(test, task->released_in_irq, any);
	}
}

/* Of what was lost it could tell nobody: the next flush does. */
static void abort_lost(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req sync = core_fake_tur();
	struct core_fake_task *task;

	sync.cdb[0] = SYNCHRONIZE_CACHE;
	fake->medium->hold = true;
	task = core_fake_start(fake, fake->sess[0], &sync);
	core_fake_settle();
	KUNIT_ASSERT_EQ(test, fake->medium->nr_held, 1);
	KUNIT_EXPECT_EQ(test, abort_task(task, 0), TMR_FUNCTION_COMPLETE);
	target_loss_note(fake->dev->backend, BLK_STS_IOERR);
	core_fake_finish(fake, BLK_STS_IOERR);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	core_fake_expect_aborted(test, task);

	fake->medium->hold = false;
	task = core_fake_start(fake, fake->sess[0], &sync);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, task->asc, 0x4400);
	task = core_fake_start(fake, fake->sess[0], &sync);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, task->scsi_status, SAM_STAT_GOOD);
}

/* A medium that keeps too many gets no more before some of them have ended. */
static void abort_crowded(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task, *other;

	fake->medium->hold = true;
	atomic_set(&fake->dev->orphans, TARGET_COMPLETE_ORPHANS - 1);
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, core_fake_owner(task), TARGET_OWNER_HANDLER);
	KUNIT_EXPECT_EQ(test, abort_task(task, 0), TMR_FUNCTION_COMPLETE);
	other = core_fake_start(fake, fake->sess[1], &req);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(other));
	KUNIT_EXPECT_EQ(test, other->scsi_status, SAM_STAT_BUSY);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);

	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->dev->orphans),
			TARGET_COMPLETE_ORPHANS - 1);
	fake->medium->hold = false;
	other = core_fake_start(fake, fake->sess[1], &req);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(other));
	KUNIT_EXPECT_EQ(test, other->scsi_status, SAM_STAT_GOOD);
	atomic_set(&fake->dev->orphans, 0);
}

/* Too late: the status is on its way. */
static void abort_response(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;

	req.flags = TARGET_SCF_ACK_KREF;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_TRUE(test, core_fake_ended(task));
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, core_fake_owner(task), TARGET_OWNER_RESPONSE);
	KUNIT_EXPECT_EQ(test, abort_task(task, 0), TMR_TASK_DOES_NOT_EXIST);
	KUNIT_EXPECT_EQ(test, task->aborted, 0);
	KUNIT_EXPECT_EQ(test, task->data_in, 1);
	target_put_sess_cmd(task->se);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
}

/* ------------------------------------------------------- whose ---------- */

static void abort_others_tag(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;

	fake->medium->hold = true;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, abort_task(task, 1), TMR_TASK_DOES_NOT_EXIST);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], TMR_QUERY_TASK,
					    task->se->tag),
			TMR_FUNCTION_SUCCEEDED);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[1],
					    TMR_QUERY_TASK_SET, 0),
			TMR_FUNCTION_COMPLETE);
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 0);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, task->scsi_status, SAM_STAT_GOOD);
}

/* ABORT TASK SET is about one nexus, CLEAR TASK SET about all of them. */
static void abort_sets(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_req tur = core_fake_tur();
	struct core_fake_task *own, *other, *next;

	fake->dev->attr.emulate_tas = false;
	fake->medium->hold = true;
	own = core_fake_start(fake, fake->sess[0], &req);
	other = core_fake_start(fake, fake->sess[1], &req);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
					    TMR_ABORT_TASK_SET, 0),
			TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, own);
	KUNIT_EXPECT_EQ(test, core_fake_answers(other), 0);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
					    TMR_CLEAR_TASK_SET, 0),
			TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, other);

	/* COMMANDS CLEARED BY ANOTHER INITIATOR, for the other one only */
	next = core_fake_start(fake, fake->sess[1], &tur);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(next));
	KUNIT_EXPECT_EQ(test, next->scsi_status, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, next->asc, 0x2f00);
	next = core_fake_start(fake, fake->sess[0], &tur);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(next));
	KUNIT_EXPECT_EQ(test, next->scsi_status, SAM_STAT_GOOD);
}

static void abort_tas(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *own, *other;

	fake->dev->attr.emulate_tas = true;
	fake->medium->hold = true;
	own = core_fake_start(fake, fake->sess[0], &req);
	other = core_fake_start(fake, fake->sess[1], &req);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], TMR_LUN_RESET,
					    0), TMR_FUNCTION_COMPLETE);
	/* SAM-5 5.6: not for the nexus that asked for it */
	core_fake_expect_aborted(test, own);
	KUNIT_EXPECT_EQ(test, other->statuses, 1);
	KUNIT_EXPECT_EQ(test, other->scsi_status, SAM_STAT_TASK_ABORTED);
	KUNIT_EXPECT_EQ(test, core_fake_answers(other), 1);
	KUNIT_EXPECT_EQ(test, other->se->transport_state,
			CMD_T_ABORTED | CMD_T_TAS);
	/* what the handler works with is as it was */
	KUNIT_EXPECT_EQ(test, other->se->data_length, req.length);
	core_fake_finish(fake, BLK_STS_OK);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(own));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(other));
	KUNIT_EXPECT_EQ(test, core_fake_answers(other), 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&fake->dev->resets), 1);
}

/*
 * The fabric has no resources for TASK ABORTED, while the command's owner
 * goes on: it waits in order.c, is on the way to process context.
 */
static void abort_tas_retry(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_req ordered = core_fake_write(64, 8);
	struct core_fake_task *first, *waits, *behind;

	fake->dev->attr.emulate_tas = true;
	fake->medium->hold = true;
	first = core_fake_start(fake, fake->sess[1], &req);
	ordered.attr = TCM_ORDERED_TAG;
	waits = core_fake_start(fake, fake->sess[1], &ordered);
	behind = core_fake_start(fake, fake->sess[1], &ordered);

	fake->refuse = 6;
	fake->refuse_with = -EAGAIN;
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
					    TMR_CLEAR_TASK_SET, 0),
			TMR_FUNCTION_COMPLETE);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(first));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(waits));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(behind));
	KUNIT_EXPECT_EQ(test, first->refused + waits->refused + behind->refused,
			6);
	KUNIT_EXPECT_EQ(test, waits->scsi_status, SAM_STAT_TASK_ABORTED);
	KUNIT_EXPECT_EQ(test, core_fake_answers(first), 1);
	KUNIT_EXPECT_EQ(test, core_fake_answers(waits), 1);
	KUNIT_EXPECT_EQ(test, core_fake_answers(behind), 1);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 1);
}

/* What came after the LUN RESET is not its business. */
static void abort_spares_younger(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *old, *tmr, *young;

	fake->medium->hold = true;
	old = core_fake_start(fake, fake->sess[0], &req);
	tmr = core_fake_start_tmr(fake, fake->sess[0], TMR_LUN_RESET, 0);
	young = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(tmr));
	KUNIT_EXPECT_EQ(test, tmr->response, TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, old);
	KUNIT_EXPECT_EQ(test, core_fake_answers(young), 0);
	core_fake_finish(fake, BLK_STS_OK);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(young));
	KUNIT_EXPECT_EQ(test, young->scsi_status, SAM_STAT_GOOD);
}

/* ------------------------------------------------- blocks of orphans ---- */

static void abort_keeps_blocks(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(100, 8);
	struct core_fake_req over = core_fake_write(107, 2);
	struct core_fake_req beside = core_fake_write(108, 8);
	struct core_fake_req read = core_fake_read(100, 1);
	struct core_fake_task *orphan, *overlapping, *free, *reader;

	fake->medium->hold = true;
	orphan = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, abort_task(orphan, 0), TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, orphan);
	fake->medium->hold = false;

	overlapping = core_fake_start(fake, fake->sess[1], &over);
	reader = core_fake_start(fake, fake->sess[1], &read);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, core_fake_answers(overlapping), 0);
	KUNIT_EXPECT_EQ(test, core_fake_answers(reader), 0);
	KUNIT_EXPECT_EQ(test, core_fake_owner(overlapping), TARGET_OWNER_QUEUE);

	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(orphan));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(overlapping));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(reader));
	KUNIT_EXPECT_EQ(test, overlapping->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, reader->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->dev->slow & BIT(TARGET_SLOW_RANGE), 0);

	/* other blocks were free all the time */
	fake->medium->hold = true;
	orphan = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, abort_task(orphan, 0), TMR_FUNCTION_COMPLETE);
	fake->medium->hold = false;
	free = core_fake_start(fake, fake->sess[1], &beside);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(free));
	KUNIT_EXPECT_EQ(test, free->scsi_status, SAM_STAT_GOOD);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(orphan));
}

/* A read that was aborted changes nothing, so it locks nothing. */
static void abort_read_locks_nothing(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req read = core_fake_read(0, 8);
	struct core_fake_req write = core_fake_write(0, 8);
	struct core_fake_task *orphan, *writer;

	fake->medium->hold = true;
	orphan = core_fake_start(fake, fake->sess[0], &read);
	abort_task(orphan, 0);
	fake->medium->hold = false;
	writer = core_fake_start(fake, fake->sess[0], &write);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(writer));
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(orphan));
}

/* One that waits for the blocks of an orphan is aborted itself. */
static void abort_range_waiter(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_task *orphan, *waiter, *behind;

	fake->medium->hold = true;
	orphan = core_fake_start(fake, fake->sess[0], &req);
	abort_task(orphan, 0);
	waiter = core_fake_start(fake, fake->sess[0], &req);
	behind = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, abort_task(waiter, 0), TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, waiter);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(orphan));
	KUNIT_EXPECT_TRUE(test, core_fake_gone(waiter));
	core_fake_expect_aborted(test, waiter);
	core_fake_settle();
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(behind));
	KUNIT_EXPECT_EQ(test, behind->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
}

/* ------------------------------------------------------- two units ------ */

static void reset_second_unit(struct core_fake *fake)
{
	const struct target_abort_scope scope = { .dev = fake->dev1 };

	target_abort_dev(&scope);
}

/* Sessions that another unit's reset comes by are not forgotten in this one. */
static void abort_two_units(struct kunit *test)
{
	struct core_fake *fake = core_fake_make(test);
	const struct target_abort_scope scope = { .dev = fake->dev };
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task[CORE_FAKE_SESSIONS];
	int i;

	test->priv = fake;
	core_fake_add_unit(fake);
	for (i = 0; i < ARRAY_SIZE(task); i++)
		core_fake_login(fake, i);
	fake->dev->attr.emulate_tas = false;
	fake->medium->hold = true;
	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = core_fake_start(fake, fake->sess[i], &req);

	fake->on_abort = reset_second_unit;
	KUNIT_EXPECT_EQ(test, target_abort_dev(&scope), ARRAY_SIZE(task));
	for (i = 0; i < ARRAY_SIZE(task); i++)
		core_fake_expect_aborted(test, task[i]);
}

static void abort_target_reset(struct kunit *test)
{
	struct core_fake *fake = core_fake_make(test);
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;

	test->priv = fake;
	core_fake_add_unit(fake);
	core_fake_login(fake, 0);
	fake->medium->hold = true;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
					    TMR_TARGET_WARM_RESET, 0),
			TMR_FUNCTION_COMPLETE);
	core_fake_expect_aborted(test, task);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&fake->dev->resets), 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&fake->dev1->resets), 1);
}

static void abort_unknown_tmr(struct kunit *test)
{
	struct core_fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], 0, 0),
			TMR_TASK_MGMT_FUNCTION_NOT_SUPPORTED);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], 0xff, 0),
			TMR_TASK_MGMT_FUNCTION_NOT_SUPPORTED);
}

static struct kunit_case abort_cases[] = {
	KUNIT_CASE_PARAM(abort_new, ack_gen_params),
	KUNIT_CASE(abort_submit_queue),
	KUNIT_CASE(abort_before_prep),
	KUNIT_CASE(abort_abandoned),
	KUNIT_CASE(abort_fabric),
	KUNIT_CASE(abort_fabric_fails),
	KUNIT_CASE(abort_fetch_retry),
	KUNIT_CASE(abort_queue),
	KUNIT_CASE(abort_handler),
	KUNIT_CASE(abort_lost),
	KUNIT_CASE(abort_crowded),
	KUNIT_CASE(abort_response),
	KUNIT_CASE(abort_others_tag),
	KUNIT_CASE(abort_sets),
	KUNIT_CASE(abort_tas),
	KUNIT_CASE(abort_tas_retry),
	KUNIT_CASE(abort_spares_younger),
	KUNIT_CASE(abort_keeps_blocks),
	KUNIT_CASE(abort_read_locks_nothing),
	KUNIT_CASE(abort_range_waiter),
	KUNIT_CASE(abort_unknown_tmr),
	{ }
};

static struct kunit_suite abort_suite = {
	.name = "target_abort",
	.init = core_fake_two_logins,
	.exit = core_fake_exit,
	.test_cases = abort_cases,
};

static struct kunit_case units_cases[] = {
	KUNIT_CASE(abort_two_units),
	KUNIT_CASE(abort_target_reset),
	{ }
};

static struct kunit_suite units_suite = {
	.name = "target_abort_units",
	.exit = core_fake_exit,
	.test_cases = units_cases,
};

kunit_test_suites(&abort_suite, &units_suite);

