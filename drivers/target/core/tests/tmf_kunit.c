// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of task management functions (SAM-5 clause 7): the service
 * response of each, and what it leaves behind.
 */
#include <target/target_core_fabric.h>
#include "../../emul/deferred.h"
#include "../tmf.h"
#include "fake.h"

/* ASC of what a nexus is told next, 0 for nothing */
static u16 told(struct core_fake *fake, unsigned int who)
{
	struct core_fake_req tur = core_fake_tur();
	struct core_fake_task *task;

	task = core_fake_start(fake, fake->sess[who], &tur);
	KUNIT_ASSERT_TRUE(fake->test, core_fake_gone(task));
	return task->scsi_status ? task->asc : 0;
}

/**
 * struct tmf_case - a task management function
 * @name: for people
 * @function: enum tcm_tmreq_table
 * @idle: its response if there is no task
 * @busy: its response if there is one, which it names
 * @aborts: whether the task is aborted: the nexus's own, another's
 * @told: ASC of the unit attention for who asked, and for another
 */
struct tmf_case {
	const char	*name;
	u8		function;
	u8		idle;
	u8		busy;
	bool		aborts[2];
	u16		told[2];
};

#define COMPLETE	TMR_FUNCTION_COMPLETE

static const struct tmf_case tmf_cases[] = {
	{ "ABORT TASK", TMR_ABORT_TASK, TMR_TASK_DOES_NOT_EXIST, COMPLETE,
	  { true, false } },
	{ "ABORT TASK SET", TMR_ABORT_TASK_SET, COMPLETE, COMPLETE,
	  { true, false } },
	{ "CLEAR TASK SET", TMR_CLEAR_TASK_SET, COMPLETE, COMPLETE,
	  { true, true }, { 0, 0x2f00 } },
	{ "CLEAR ACA", TMR_CLEAR_ACA, COMPLETE, COMPLETE },
	{ "LOGICAL UNIT RESET", TMR_LUN_RESET, COMPLETE, COMPLETE,
	  { true, true }, { 0x2903, 0x2903 } },
	{ "TARGET WARM RESET", TMR_TARGET_WARM_RESET, COMPLETE, COMPLETE,
	  { true, true }, { 0x2902, 0x2902 } },
	{ "TARGET COLD RESET", TMR_TARGET_COLD_RESET, COMPLETE, COMPLETE,
	  { true, true }, { 0x2900, 0x2900 } },
	{ "I_T NEXUS RESET", TMR_I_T_NEXUS_RESET, COMPLETE, COMPLETE,
	  { true, false }, { 0x2907, 0 } },
	{ "QUERY TASK", TMR_QUERY_TASK, COMPLETE, TMR_FUNCTION_SUCCEEDED },
	{ "QUERY TASK SET", TMR_QUERY_TASK_SET, COMPLETE,
	  TMR_FUNCTION_SUCCEEDED },
	{ "QUERY ASYNCHRONOUS EVENT", TMR_QUERY_ASYNC_EVENT, COMPLETE,
	  COMPLETE },
};

static void tmf_desc(const struct tmf_case *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tmf, tmf_cases, tmf_desc);

static void tmf_idle(struct kunit *test)
{
	const struct tmf_case *row = test->param_value;
	struct core_fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], row->function,
					    0), row->idle);
}

static void tmf_busy(struct kunit *test)
{
	const struct tmf_case *row = test->param_value;
	struct core_fake_req read = core_fake_read(0, 8);
	struct core_fake *fake = test->priv;
	struct core_fake_task *task[2];
	unsigned int i;

	fake->dev->attr.emulate_tas = false;
	fake->medium->hold = true;
	for (i = 0; i < 2; i++)
		task[i] = core_fake_start(fake, fake->sess[i], &read);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0], row->function,
					    task[0]->se->tag), row->busy);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ_MSG(test, task[i]->aborted, row->aborts[i],
				    "nexus %u", i);
	for (i = 0; i < 2; i++)
		core_fake_finish(fake, BLK_STS_OK);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task[i]));
		KUNIT_EXPECT_EQ(test, core_fake_answers(task[i]), 1);
		KUNIT_EXPECT_EQ_MSG(test, told(fake, i), row->told[i],
				    "nexus %u", i);
	}
}

/* There is something to tell until it was told. */
static void tmf_async_event(struct kunit *test)
{
	struct core_fake *fake = test->priv;

	core_fake_tmr(fake, fake->sess[1], TMR_LUN_RESET, 0);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
					    TMR_QUERY_ASYNC_EVENT, 0),
			TMR_FUNCTION_SUCCEEDED);
	KUNIT_EXPECT_EQ(test, told(fake, 0), 0x2903);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
					    TMR_QUERY_ASYNC_EVENT, 0),
			COMPLETE);
	target_deferred_add(fake->dev, TCM_TARGET_FAILURE);
	KUNIT_EXPECT_EQ(test, core_fake_tmr(fake, fake->sess[0],
					    TMR_QUERY_ASYNC_EVENT, 0),
			TMR_FUNCTION_SUCCEEDED);
}

/* For a LUN without a logical unit */
static void tmf_no_unit(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_task *task;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tmf_cases); i++) {
		u8 function = tmf_cases[i].function;
		bool target = function == TMR_TARGET_WARM_RESET ||
			      function == TMR_TARGET_COLD_RESET ||
			      function == TMR_I_T_NEXUS_RESET;

		task = core_fake_start_tmr_at(fake, fake->sess[0], function, 0,
					      5);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
		KUNIT_EXPECT_EQ_MSG(test, task->response, target ? COMPLETE :
				    TMR_LUN_DOES_NOT_EXIST, "%s",
				    tmf_cases[i].name);
	}
}

static struct kunit_case tmf_kunit_cases[] = {
	KUNIT_CASE_PARAM(tmf_idle, tmf_gen_params),
	KUNIT_CASE_PARAM(tmf_busy, tmf_gen_params),
	KUNIT_CASE(tmf_async_event),
	KUNIT_CASE(tmf_no_unit),
	{ }
};

static struct kunit_suite tmf_suite = {
	.name = "target_tmf",
	.init = core_fake_two_logins,
	.exit = core_fake_exit,
	.test_cases = tmf_kunit_cases,
};

kunit_test_suite(tmf_suite);
