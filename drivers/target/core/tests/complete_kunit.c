// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the way of a command from the fabric to the medium and back.
 */
#include <linux/random.h>

#include "../complete.h"
#include "../state.h"
#include "fake.h"

static int complete_init(struct kunit *test)
{
	struct core_fake *fake = core_fake_make(test);

	test->priv = fake;
	core_fake_login(fake, 0);
	return 0;
}

static void complete_exit(struct kunit *test)
{
	if (test->priv)
		core_fake_end(test->priv);
}

static void expect_good(struct kunit *test, struct core_fake_task *task)
{
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, task->scsi_status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 1);
	KUNIT_EXPECT_EQ(test, task->released, 1);
}

static const u8 submit_types[] = { TARGET_DIRECT_SUBMIT, TARGET_QUEUE_SUBMIT };

static void type_desc(const u8 *type, char *desc)
{
	strscpy(desc, *type == TARGET_DIRECT_SUBMIT ? "direct" : "queued",
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(type, submit_types, type_desc);

static void complete_read(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(3, 5);
	struct core_fake_task *task;
	const size_t len = 5 * CORE_FAKE_BLOCK;
	u8 *got = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, got);
	fake->ops.default_submit_type = *(const u8 *)test->param_value;
	get_random_bytes(fake->medium->bytes, sizeof(fake->medium->bytes));
	req.flags = TARGET_SCF_ACK_KREF;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_ASSERT_TRUE(test, core_fake_ended(task));
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, task->data_in, 1);
	KUNIT_EXPECT_EQ(test, task->se->t_state, TRANSPORT_COMPLETE);
	sg_copy_to_buffer(task->se->t_data_sg, task->se->t_data_nents, got,
			  len);
	KUNIT_EXPECT_MEMEQ(test, got, fake->medium->bytes + 3 * CORE_FAKE_BLOCK,
			   len);
	/* the fabric's reference keeps it */
	KUNIT_EXPECT_EQ(test, task->released, 0);
	target_put_sess_cmd(task->se);
	expect_good(test, task);
}

static void complete_write(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(7, 9);
	struct core_fake_task *task;
	const size_t len = 9 * CORE_FAKE_BLOCK;
	u8 *sent = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sent);
	fake->ops.default_submit_type = *(const u8 *)test->param_value;
	fake->fetch = CORE_FAKE_FETCH_LATER;
	req.flags = TARGET_SCF_ACK_KREF;
	task = core_fake_start(fake, fake->sess[0], &req);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, task->fetches, 1);
	KUNIT_EXPECT_EQ(test, task->se->t_state, TRANSPORT_WRITE_PENDING);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 0);

	get_random_bytes(sent, len);
	sg_copy_from_buffer(task->se->t_data_sg, task->se->t_data_nents, sent,
			    len);
	target_execute_cmd(task->se);
	KUNIT_EXPECT_TRUE(test, core_fake_ended(task));
	KUNIT_EXPECT_EQ(test, task->statuses, 1);
	KUNIT_EXPECT_MEMEQ(test, sent, fake->medium->bytes + 7 * CORE_FAKE_BLOCK,
			   len);
	target_put_sess_cmd(task->se);
	expect_good(test, task);
}

/* The medium ends in hard-irq context; who may be called there is. */
static void complete_context(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;
	int any;

	fake->medium->hold = true;
	for (any = 0; any <= 1; any++) {
		fake->ops.complete_any_context = any;
		task = core_fake_start(fake, fake->sess[0], &req);
		KUNIT_EXPECT_EQ(test, core_fake_answers(task), 0);
		core_fake_finish(fake, BLK_STS_OK);
		expect_good(test, task);
		KUNIT_EXPECT_EQ(test, task->in_irq, any);
		KUNIT_EXPECT_EQ(test, task->released_in_irq, any);
	}
}

static void complete_error(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;

	fake->medium->hold = true;
	task = core_fake_start(fake, fake->sess[0], &req);
	core_fake_finish(fake, BLK_STS_MEDIUM);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, task->data_in, 0);
	KUNIT_EXPECT_EQ(test, task->statuses, 1);
	KUNIT_EXPECT_EQ(test, task->scsi_status, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, task->asc, 0x1100);
}

/* Refused in the second step: the status was queued, the reference dropped. */
static void complete_refused(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;

	req.cdb[0] = 0xff;
	task = core_fake_init(fake, fake->sess[0], &req);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	KUNIT_EXPECT_NE(test, core_fake_prep(task, &req), 0);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, task->asc, 0x2000);
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 1);

	req = core_fake_read(0, 8);
	req.lun = 9;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, task->asc, 0x2500);
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 1);
}

static void complete_response_retry(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;

	fake->refuse = 3;
	fake->refuse_with = -ENOMEM;
	task = core_fake_start(fake, fake->sess[0], &req);
	expect_good(test, task);
	KUNIT_EXPECT_EQ(test, task->refused, 3);
	KUNIT_EXPECT_EQ(test, task->data_in, 1);
}

static void complete_response_fails(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct core_fake_task *task;

	/* the data cannot be sent: say so */
	fake->refuse = 1;
	fake->refuse_with = -EIO;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, task->statuses, 1);
	KUNIT_EXPECT_EQ(test, task->asc, 0x0800);
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 1);

	/* nor can that: give up, and do not leak */
	fake->refuse = 2;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 0);
	KUNIT_EXPECT_EQ(test, task->refused, 2);
}

static void complete_fetch_retry(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_task *task;

	fake->fetch = CORE_FAKE_FETCH_AGAIN;
	task = core_fake_start(fake, fake->sess[0], &req);
	KUNIT_EXPECT_EQ(test, task->fetches, 1);
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 0);
	fake->fetch = CORE_FAKE_FETCH_NOW;
	expect_good(test, task);
	KUNIT_EXPECT_EQ(test, task->fetches, 2);
}

static void complete_transfer_fails(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_task *task;

	fake->fetch = CORE_FAKE_FETCH_LATER;
	task = core_fake_start(fake, fake->sess[0], &req);
	transport_generic_request_failure(task->se, TCM_SERVICE_CRC_ERROR);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(test, task->asc, 0x4705);
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 1);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 0);
}

/* Task attributes on the whole way */
static void complete_ordered(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req simple = core_fake_write(0, 1);
	struct core_fake_req ordered = core_fake_write(10, 1);
	struct core_fake_req head = core_fake_write(20, 1);
	struct core_fake_task *a, *b, *c, *d, *e;

	ordered.attr = TCM_ORDERED_TAG;
	head.attr = TCM_HEAD_TAG;
	fake->medium->hold = true;
	a = core_fake_start(fake, fake->sess[0], &simple);
	b = core_fake_start(fake, fake->sess[0], &simple);
	c = core_fake_start(fake, fake->sess[0], &ordered);
	d = core_fake_start(fake, fake->sess[0], &simple);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 2);
	e = core_fake_start(fake, fake->sess[0], &head);
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 3);

	core_fake_finish(fake, BLK_STS_OK);
	core_fake_finish(fake, BLK_STS_OK);
	expect_good(test, a);
	expect_good(test, b);
	core_fake_finish(fake, BLK_STS_OK);
	expect_good(test, e);
	rcu_barrier();
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 4);
	core_fake_finish(fake, BLK_STS_OK);
	expect_good(test, c);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, fake->medium->submitted, 5);
	core_fake_finish(fake, BLK_STS_OK);
	expect_good(test, d);
}

/* An error of the medium lets the next one start as well. */
static void complete_ordered_error(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req ordered = core_fake_write(10, 1);
	struct core_fake_task *a, *b;

	ordered.attr = TCM_ORDERED_TAG;
	fake->medium->hold = true;
	a = core_fake_start(fake, fake->sess[0], &ordered);
	b = core_fake_start(fake, fake->sess[0], &ordered);
	rcu_barrier();
	core_fake_settle();
	core_fake_finish(fake, BLK_STS_IOERR);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(a));
	KUNIT_EXPECT_EQ(test, a->asc, 0x0c00);
	core_fake_settle();
	core_fake_finish(fake, BLK_STS_OK);
	expect_good(test, b);
}

/* The write cache is switched off while a write is on its way into it. */
static void complete_cache_off(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req write = core_fake_write(0, 1);
	struct core_fake_task *task;

	fake->dev->limits.write_cache = true;
	fake->dev->attr.emulate_write_cache = true;
	fake->medium->hold = true;
	task = core_fake_start(fake, fake->sess[0], &write);
	core_fake_settle();
	KUNIT_ASSERT_EQ(test, fake->medium->nr_held, 1);
	KUNIT_EXPECT_EQ(test, fake->medium->held[0]->flags & TARGET_IO_FUA, 0);

	WRITE_ONCE(fake->dev->attr.emulate_write_cache, false);
	core_fake_finish(fake, BLK_STS_OK);
	core_fake_settle();
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 0);
	KUNIT_ASSERT_EQ(test, fake->medium->nr_held, 1);
	KUNIT_EXPECT_EQ(test, fake->medium->held[0]->op, TARGET_IO_FLUSH);
	core_fake_finish(fake, BLK_STS_OK);
	expect_good(test, task);

	/* the next one is durable before it ends */
	task = core_fake_start(fake, fake->sess[0], &write);
	core_fake_settle();
	KUNIT_ASSERT_EQ(test, fake->medium->nr_held, 1);
	KUNIT_EXPECT_NE(test, fake->medium->held[0]->flags & TARGET_IO_FUA, 0);
	core_fake_finish(fake, BLK_STS_OK);
	expect_good(test, task);
}

static struct kunit_case complete_cases[] = {
	KUNIT_CASE_PARAM(complete_read, type_gen_params),
	KUNIT_CASE_PARAM(complete_write, type_gen_params),
	KUNIT_CASE(complete_context),
	KUNIT_CASE(complete_error),
	KUNIT_CASE(complete_refused),
	KUNIT_CASE(complete_response_retry),
	KUNIT_CASE(complete_response_fails),
	KUNIT_CASE(complete_fetch_retry),
	KUNIT_CASE(complete_transfer_fails),
	KUNIT_CASE(complete_ordered),
	KUNIT_CASE(complete_ordered_error),
	KUNIT_CASE(complete_cache_off),
	{ }
};

static struct kunit_suite complete_suite = {
	.name = "target_complete",
	.init = complete_init,
	.exit = complete_exit,
	.test_cases = complete_cases,
};

kunit_test_suite(complete_suite);

