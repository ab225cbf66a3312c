// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of task attributes (SAM-5 clause 8).
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>

#include "../execute.h"
#include "../order.h"

#define CMDS	64

/**
 * struct order - a logical unit and commands, in order of arrival
 * @dev: logical unit
 * @link: what ties them to it
 * @se: commands
 * @arrived: how many came
 * @started: which ones have started
 * @ended: which ones have ended
 */
struct order {
	struct target_dev	dev;
	struct target_link	link;
	struct se_cmd		se[CMDS];
	unsigned int		arrived;
	bool			started[CMDS];
	bool			ended[CMDS];
};

static struct order *current_order;

static void note_start(struct target_cmd *cmd)
{
	current_order->started[to_se(cmd) - current_order->se] = true;
}

static int order_init(struct kunit *test)
{
	struct order *o = kunit_kzalloc(test, sizeof(*o), GFP_KERNEL);
	int ret;

	if (!o)
		return -ENOMEM;
	o->link.dev = &o->dev;
	ret = target_order_init(&o->dev);
	if (ret)
		return ret;
	current_order = o;
	target_order_set_runner(note_start);
	test->priv = o;
	return 0;
}

static void order_exit(struct kunit *test)
{
	struct order *o = test->priv;

	if (!o)
		return;
	/* at once, as where a unit goes that had a limit set a moment ago */
	target_order_exit(&o->dev);
	target_order_set_runner(target_execute_queue);
}

/* One more command; returns whether it started at once. */
static bool arrive(struct order *o, int attr)
{
	unsigned int i = o->arrived++;
	struct target_cmd *cmd = to_cmd(&o->se[i]);

	o->se[i].sam_task_attr = attr;
	cmd->link = &o->link;
	if (target_order_enter(cmd))
		o->started[i] = true;
	return o->started[i];
}

static void end(struct order *o, unsigned int i)
{
	o->ended[i] = true;
	target_order_leave(to_cmd(&o->se[i]));
}

/* Give a drain of the fast way the grace period that it needs. */
static void settle(void)
{
	rcu_barrier();
}

static bool slow(struct order *o)
{
	return test_bit(TARGET_SLOW_ORDERED, &o->dev.slow);
}

static void order_simple(struct kunit *test)
{
	struct order *o = test->priv;

	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_HEAD_TAG));
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_FALSE(test, slow(o));
	/* one that comes by again, from a range or a work item, has its turn */
	KUNIT_EXPECT_TRUE(test, target_order_goes_on(to_cmd(&o->se[0])));
	end(o, 1);
	end(o, 0);
	end(o, 2);
	/* letting go twice is harmless: an orphan may have done it */
	target_order_leave(to_cmd(&o->se[2]));
}

static void order_ordered(struct kunit *test)
{
	struct order *o = test->priv;

	arrive(o, TCM_SIMPLE_TAG);
	arrive(o, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_ORDERED_TAG));
	KUNIT_EXPECT_TRUE(test, slow(o));
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_SIMPLE_TAG));
	end(o, 0);
	settle();
	KUNIT_EXPECT_FALSE(test, o->started[2]);
	end(o, 1);
	settle();
	KUNIT_EXPECT_TRUE(test, o->started[2]);
	KUNIT_EXPECT_FALSE(test, o->started[3]);
	end(o, 2);
	KUNIT_EXPECT_TRUE(test, o->started[3]);
	end(o, 3);
}

/* No more than so many at a time; when the limit goes, all that wait run. */
static void order_limit(struct kunit *test)
{
	struct order *o = test->priv;

	target_order_set_limit(&o->dev, 2);
	settle();
	KUNIT_EXPECT_TRUE(test, slow(o));
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_HEAD_TAG));
	end(o, 0);
	KUNIT_EXPECT_FALSE(test, o->started[2]);
	end(o, 5);
	KUNIT_EXPECT_TRUE(test, o->started[2]);
	KUNIT_EXPECT_FALSE(test, o->started[3]);
	target_order_set_limit(&o->dev, 0);
	KUNIT_EXPECT_TRUE(test, o->started[3]);
	KUNIT_EXPECT_TRUE(test, o->started[4]);
	end(o, 1);
	end(o, 2);
	end(o, 3);
	end(o, 4);
}

/* Commands that run when the limit is set count no less. */
static void order_limit_later(struct kunit *test)
{
	struct order *o = test->priv;

	arrive(o, TCM_SIMPLE_TAG);
	target_order_set_limit(&o->dev, 1);
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_SIMPLE_TAG));
	settle();
	KUNIT_EXPECT_FALSE(test, o->started[1]);
	end(o, 0);
	settle();
	KUNIT_EXPECT_TRUE(test, o->started[1]);
	end(o, 1);
}

/* One that is expected holds up nobody; when it comes it waits for all. */
static void order_expect(struct kunit *test)
{
	struct order *o = test->priv;

	arrive(o, TCM_SIMPLE_TAG);
	target_order_expect(&o->dev);
	KUNIT_EXPECT_TRUE(test, slow(o));
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_SIMPLE_TAG));
	settle();
	KUNIT_EXPECT_EQ(test, o->dev.order.mode, TARGET_ORDER_DRAINING);
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_SIMPLE_TAG));
	end(o, 1);
	end(o, 2);
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_ORDERED_TAG));
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_SIMPLE_TAG));
	end(o, 0);
	KUNIT_EXPECT_TRUE(test, o->started[3]);
	end(o, 3);
	KUNIT_EXPECT_TRUE(test, o->started[4]);
	end(o, 4);
}

/* One that has to be alone waits for those that started fast, too. */
static void order_sole(struct kunit *test)
{
	struct order *o = test->priv;

	arrive(o, TCM_SIMPLE_TAG);
	to_cmd(&o->se[1])->flags = TARGET_CMD_SOLE;
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_SIMPLE_TAG));
	settle();
	KUNIT_EXPECT_FALSE(test, o->started[1]);
	end(o, 0);
	KUNIT_EXPECT_TRUE(test, o->started[1]);
	KUNIT_EXPECT_FALSE(test, o->started[2]);
	end(o, 1);
	KUNIT_EXPECT_TRUE(test, o->started[2]);
	end(o, 2);
}

/* What writes does not start beside it either, whatever its attribute. */
static void order_sole_head(struct kunit *test)
{
	struct order *o = test->priv;

	to_cmd(&o->se[0])->flags = TARGET_CMD_SOLE;
	to_cmd(&o->se[2])->flags = TARGET_CMD_WRITES;
	to_cmd(&o->se[3])->flags = TARGET_CMD_WRITES | TARGET_CMD_UNBLOCKED;
	arrive(o, TCM_SIMPLE_TAG);
	settle();
	KUNIT_EXPECT_TRUE(test, o->started[0]);
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_HEAD_TAG));
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_ACA_TAG));
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_HEAD_TAG));
	end(o, 0);
	KUNIT_EXPECT_TRUE(test, o->started[1]);
	KUNIT_EXPECT_TRUE(test, o->started[2]);
	KUNIT_EXPECT_TRUE(test, o->started[3]);
	end(o, 1);
	end(o, 2);
	end(o, 3);
	end(o, 4);
}

static void order_idle(struct kunit *test)
{
	struct order *o = test->priv;

	arrive(o, TCM_ORDERED_TAG);
	settle();
	KUNIT_EXPECT_TRUE(test, o->started[0]);
	/* ordered again, after the change of mode */
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_ORDERED_TAG));
	KUNIT_EXPECT_FALSE(test, arrive(o, TCM_ORDERED_TAG));
	end(o, 0);
	KUNIT_EXPECT_TRUE(test, o->started[1]);
	KUNIT_EXPECT_FALSE(test, o->started[2]);
	end(o, 1);
	KUNIT_EXPECT_TRUE(test, o->started[2]);
	end(o, 2);
	/* nothing runs: at once */
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_ORDERED_TAG));
	end(o, 3);
}

static void order_head(struct kunit *test)
{
	struct order *o = test->priv;

	arrive(o, TCM_SIMPLE_TAG);
	arrive(o, TCM_ORDERED_TAG);
	/* while the fast way drains, and while an ordered one runs alone */
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_HEAD_TAG));
	end(o, 0);
	settle();
	/* it waits for every command that runs, and that is one */
	KUNIT_EXPECT_FALSE(test, o->started[1]);
	end(o, 2);
	KUNIT_EXPECT_TRUE(test, o->started[1]);
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_HEAD_TAG));
	end(o, 3);
	end(o, 1);
}

static void come_back(struct kunit *test, struct order *o)
{
	unsigned int i = o->arrived;

	arrive(o, TCM_ORDERED_TAG);
	settle();
	KUNIT_EXPECT_TRUE(test, o->started[i]);
	end(o, i);
	/* not at once */
	arrive(o, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, o->dev.order.mode, TARGET_ORDER_SERIAL);
	end(o, i + 1);
	o->dev.order.last = jiffies - 2 * HZ;
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_EQ(test, o->dev.order.mode, TARGET_ORDER_FAST);
	KUNIT_EXPECT_FALSE(test, slow(o));
}

/* From fast to serial and back, twice, with a command left of each. */
static void order_back_to_fast(struct kunit *test)
{
	struct order *o = test->priv;

	come_back(test, o);
	KUNIT_EXPECT_TRUE(test, arrive(o, TCM_SIMPLE_TAG));
	KUNIT_EXPECT_TRUE(test, to_cmd(&o->se[3])->place == TARGET_PLACE_FAST);

	/* the one that found the way back started under the lock */
	KUNIT_EXPECT_TRUE(test, to_cmd(&o->se[2])->place == TARGET_PLACE_SERIAL);
	arrive(o, TCM_ORDERED_TAG);
	end(o, 3);
	settle();
	KUNIT_EXPECT_FALSE(test, o->started[4]);
	end(o, 2);
	KUNIT_EXPECT_TRUE(test, o->started[4]);
	end(o, 4);
	come_back(test, o);
	end(o, o->arrived - 1);
}

/*
 * An ordered command that runs is the oldest of all but head of queue ones,
 * and no younger one runs beside it.
 */
static void check(struct kunit *test, struct order *o)
{
	unsigned int i, j;

	for (i = 0; i < o->arrived; i++) {
		if (o->se[i].sam_task_attr != TCM_ORDERED_TAG ||
		    !o->started[i])
			continue;
		for (j = 0; j < o->arrived; j++) {
			if (o->se[j].sam_task_attr == TCM_HEAD_TAG)
				continue;
			if (j < i)
				KUNIT_ASSERT_TRUE(test, o->ended[j]);
			if (j > i && o->started[j])
				KUNIT_ASSERT_TRUE(test, o->ended[i]);
		}
	}
}

static void end_one(struct order *o, struct rnd_state *rnd)
{
	unsigned int n = 0, i, which;

	for (i = 0; i < o->arrived; i++)
		n += o->started[i] && !o->ended[i];
	if (!n)
		return;
	which = prandom_u32_state(rnd) % n;
	for (i = 0; i < o->arrived; i++) {
		if (!o->started[i] || o->ended[i])
			continue;
		if (!which--) {
			end(o, i);
			return;
		}
	}
}

static const u32 seeds[] = { 1, 2, 3, 5, 8, 13, 21, 34 };

static void seed_desc(const u32 *seed, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "seed %u", *seed);
}

KUNIT_ARRAY_PARAM(seed, seeds, seed_desc);

static void order_random(struct kunit *test)
{
	static const int attrs[] = {
		TCM_SIMPLE_TAG, TCM_SIMPLE_TAG, TCM_SIMPLE_TAG,
		TCM_ORDERED_TAG, TCM_HEAD_TAG,
	};
	struct order *o = test->priv;
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, *(const u32 *)test->param_value);
	while (o->arrived < CMDS) {
		if (prandom_u32_state(&rnd) % 2)
			arrive(o, attrs[prandom_u32_state(&rnd) %
					ARRAY_SIZE(attrs)]);
		else
			end_one(o, &rnd);
		if (prandom_u32_state(&rnd) % 8 == 0)
			settle();
		check(test, o);
	}
	/* nobody is forgotten */
	for (i = 0; i < 2 * CMDS; i++) {
		end_one(o, &rnd);
		settle();
		check(test, o);
	}
	for (i = 0; i < CMDS; i++)
		KUNIT_EXPECT_TRUE(test, o->ended[i]);
	KUNIT_EXPECT_EQ(test, o->dev.order.running, 0);
	KUNIT_EXPECT_FALSE(test, o->dev.order.tasks.alone);
}

static struct kunit_case order_cases[] = {
	KUNIT_CASE(order_simple),
	KUNIT_CASE(order_ordered),
	KUNIT_CASE(order_limit),
	KUNIT_CASE(order_limit_later),
	KUNIT_CASE(order_expect),
	KUNIT_CASE(order_sole),
	KUNIT_CASE(order_sole_head),
	KUNIT_CASE(order_idle),
	KUNIT_CASE(order_head),
	KUNIT_CASE(order_back_to_fast),
	KUNIT_CASE_PARAM(order_random, seed_gen_params),
	{ }
};

static struct kunit_suite order_suite = {
	.name = "target_order",
	.init = order_init,
	.exit = order_exit,
	.test_cases = order_cases,
};

kunit_test_suite(order_suite);

