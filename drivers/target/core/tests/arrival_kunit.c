// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the order in which commands of a nexus come into that of the
 * logical unit: exact within the nexus, and nothing to others.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>

#include "../arrival.h"
#include "../execute.h"
#include "../order.h"
#include "../state.h"

#define CMDS	64
#define NEXUSES	2

/**
 * struct note - what is known of a command
 * @nexus: whose
 * @has_data: it has all that it needs
 * @started: it runs, or did
 * @over: it ended, or was aborted
 * @orphans: how often the runner got it after that
 * @entered: when it came in, by the model; 0 if it has not
 * @expected: it runs, or did, by the model
 */
struct note {
	unsigned int	nexus;
	bool		has_data;
	bool		started;
	bool		over;
	unsigned int	orphans;
	unsigned int	entered;
	bool		expected;
};

/**
 * struct scene - a logical unit, its nexuses and commands, in order of arrival
 * @dev: logical unit
 * @link: what ties them to it
 * @sess: sessions
 * @itl: what they see
 * @se: commands
 * @note: what is known of them
 * @arrived: how many came
 * @entered: how many came in, by the model
 * @drains: which fast ways were being left at the last check
 */
struct scene {
	struct target_dev	dev;
	struct target_link	link;
	struct target_sess	sess[NEXUSES];
	struct target_itl	itl[NEXUSES];
	struct se_cmd		se[CMDS];
	struct note		note[CMDS];
	unsigned int		arrived;
	unsigned int		entered;
	unsigned int		drains;
};

static struct scene *current_scene;

static void note_run(struct target_cmd *cmd)
{
	struct note *note = &current_scene->note[to_se(cmd) - current_scene->se];

	if (target_state_aborted(cmd))
		note->orphans++;
	else
		note->started = true;
}

static void nobody_waits(struct percpu_ref *ref)
{
}

static int arrival_init(struct kunit *test)
{
	struct scene *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->link.dev = &s->dev;
	KUNIT_ASSERT_EQ(test, target_order_init(&s->dev), 0);
	KUNIT_ASSERT_EQ(test, percpu_ref_init(&s->link.ref, nobody_waits, 0,
					      GFP_KERNEL), 0);
	for (i = 0; i < NEXUSES; i++) {
		s->itl[i].sess = &s->sess[i];
		s->itl[i].link = &s->link;
		target_order_init_tasks(&s->itl[i].tasks);
		KUNIT_ASSERT_EQ(test, percpu_ref_init(&s->sess[i].ref,
						      nobody_waits, 0,
						      GFP_KERNEL), 0);
		KUNIT_ASSERT_EQ(test, target_arrival_init(&s->itl[i]), 0);
	}
	current_scene = s;
	target_order_set_runner(note_run);
	test->priv = s;
	return 0;
}

static void arrival_exit(struct kunit *test)
{
	struct scene *s = test->priv;
	unsigned int i;

	if (!s)
		return;
	/* at once, as where the last command was the first ORDERED one */
	for (i = 0; i < NEXUSES; i++) {
		target_arrival_exit(&s->itl[i]);
		percpu_ref_exit(&s->sess[i].ref);
	}
	target_order_exit(&s->dev);
	percpu_ref_exit(&s->link.ref);
	target_order_set_runner(target_execute_queue);
}

static struct target_cmd *cmd_of(struct scene *s, unsigned int i)
{
	return to_cmd(&s->se[i]);
}

static unsigned int new_cmd(struct scene *s, unsigned int nexus, int attr)
{
	unsigned int i = s->arrived++;
	struct target_cmd *cmd = cmd_of(s, i);

	target_state_init(cmd);
	s->se[i].se_sess = &s->sess[nexus].se;
	s->se[i].sam_task_attr = attr;
	cmd->link = &s->link;
	cmd->itl = &s->itl[nexus];
	s->note[i].nexus = nexus;
	return i;
}

/* All that a command needs is here; true if it starts at once. */
static bool data(struct scene *s, unsigned int i)
{
	s->note[i].has_data = true;
	if (target_arrival_enter(cmd_of(s, i)))
		s->note[i].started = true;
	return s->note[i].started;
}

/* A command that needs no data, or has it with it */
static unsigned int whole(struct scene *s, unsigned int nexus, int attr)
{
	unsigned int i = new_cmd(s, nexus, attr);

	data(s, i);
	return i;
}

/* One whose data comes later */
static unsigned int begun(struct scene *s, unsigned int nexus, int attr)
{
	unsigned int i = new_cmd(s, nexus, attr);

	target_arrival_begin(cmd_of(s, i));
	return i;
}

static void end(struct scene *s, unsigned int i)
{
	s->note[i].over = true;
	target_arrival_leave(cmd_of(s, i));
}

static void abort_cmd(struct scene *s, unsigned int i)
{
	target_state_abort(cmd_of(s, i));
	end(s, i);
}

/* Give a drain of a fast way the grace period that it needs. */
static void settle(void)
{
	rcu_barrier();
}

static bool started(struct scene *s, unsigned int i)
{
	return s->note[i].started;
}

static void arrival_fast(struct kunit *test)
{
	struct scene *s = test->priv;
	unsigned int write = begun(s, 0, TCM_SIMPLE_TAG);
	unsigned int head = begun(s, 0, TCM_HEAD_TAG);
	unsigned int read = whole(s, 0, TCM_SIMPLE_TAG);

	KUNIT_EXPECT_EQ(test, cmd_of(s, write)->coming, TARGET_COMING_COUNTED);
	KUNIT_EXPECT_EQ(test, cmd_of(s, write)->place, TARGET_PLACE_NONE);
	KUNIT_EXPECT_EQ(test, cmd_of(s, read)->place, TARGET_PLACE_FAST);
	KUNIT_EXPECT_TRUE(test, started(s, read));
	KUNIT_EXPECT_TRUE(test, data(s, write));
	KUNIT_EXPECT_TRUE(test, data(s, head));
	KUNIT_EXPECT_EQ(test, cmd_of(s, write)->coming, TARGET_COMING_NOT);
	KUNIT_EXPECT_EQ(test, cmd_of(s, write)->place, TARGET_PLACE_FAST);
	KUNIT_EXPECT_TRUE(test, target_arrival_is_fast(&s->itl[0].arrival));
	KUNIT_EXPECT_FALSE(test, test_bit(TARGET_SLOW_ORDERED, &s->dev.slow));
	end(s, read);
	end(s, write);
	end(s, head);
	/* letting go twice is harmless: an orphan may have done it */
	target_arrival_leave(cmd_of(s, write));
}

/* A silent write, and what waits for it in its nexus, are nothing to others. */
static void arrival_silent(struct kunit *test)
{
	struct scene *s = test->priv;
	unsigned int silent, ordered, read, head, other, i;

	/* counted per CPU, and then under the lock */
	for (i = 0; i < 2; i++) {
		silent = begun(s, 0, TCM_SIMPLE_TAG);
		ordered = whole(s, 0, TCM_ORDERED_TAG);
		read = whole(s, 0, TCM_SIMPLE_TAG);
		head = whole(s, 0, TCM_HEAD_TAG);
		KUNIT_EXPECT_TRUE(test, started(s, head));
		end(s, head);
		settle();
		KUNIT_EXPECT_FALSE(test, started(s, ordered));
		KUNIT_EXPECT_FALSE(test, started(s, read));
		KUNIT_EXPECT_EQ(test, s->dev.order.running, 0);

		other = whole(s, 1, TCM_SIMPLE_TAG);
		KUNIT_EXPECT_TRUE(test, started(s, other));
		end(s, other);
		other = whole(s, 1, TCM_ORDERED_TAG);
		settle();
		KUNIT_EXPECT_TRUE(test, started(s, other));

		/* and what is at the medium is */
		KUNIT_EXPECT_FALSE(test, data(s, silent));
		settle();
		KUNIT_EXPECT_FALSE(test, started(s, silent));
		end(s, other);
		KUNIT_EXPECT_TRUE(test, started(s, silent));
		KUNIT_EXPECT_FALSE(test, started(s, ordered));
		end(s, silent);
		KUNIT_EXPECT_TRUE(test, started(s, ordered));
		KUNIT_EXPECT_FALSE(test, started(s, read));
		end(s, ordered);
		KUNIT_EXPECT_TRUE(test, started(s, read));
		end(s, read);
	}
}

/* An ORDERED write without data is neither, nor does it use up a limit. */
static void arrival_silent_ordered(struct kunit *test)
{
	struct scene *s = test->priv;
	unsigned int silent, write, read, other;

	target_order_set_limit(&s->dev, 1);
	silent = begun(s, 0, TCM_ORDERED_TAG);
	write = begun(s, 0, TCM_SIMPLE_TAG);
	read = whole(s, 0, TCM_SIMPLE_TAG);
	settle();
	KUNIT_EXPECT_FALSE(test, started(s, read));
	other = whole(s, 1, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_TRUE(test, started(s, other));
	/* its data is first, its turn is not */
	KUNIT_EXPECT_FALSE(test, data(s, write));
	end(s, other);
	KUNIT_EXPECT_FALSE(test, started(s, write));
	KUNIT_EXPECT_TRUE(test, data(s, silent));
	end(s, silent);
	KUNIT_EXPECT_TRUE(test, started(s, write));
	KUNIT_EXPECT_FALSE(test, started(s, read));
	end(s, write);
	KUNIT_EXPECT_TRUE(test, started(s, read));
	end(s, read);
	target_order_set_limit(&s->dev, 0);
}

/* Whoever is aborted holds up nobody, wherever it is; who waits comes back. */
static void arrival_abort(struct kunit *test)
{
	struct scene *s = test->priv;
	unsigned int counted = begun(s, 0, TCM_SIMPLE_TAG);
	unsigned int ordered = whole(s, 0, TCM_ORDERED_TAG);
	unsigned int behind = begun(s, 0, TCM_SIMPLE_TAG);
	unsigned int ready = whole(s, 0, TCM_SIMPLE_TAG);
	unsigned int last = whole(s, 0, TCM_ORDERED_TAG);
	unsigned int ahead;

	settle();
	KUNIT_EXPECT_EQ(test, cmd_of(s, behind)->coming, TARGET_COMING_BEHIND);
	KUNIT_EXPECT_EQ(test, cmd_of(s, ready)->coming, TARGET_COMING_READY);
	abort_cmd(s, ready);
	KUNIT_EXPECT_EQ(test, s->note[ready].orphans, 1);
	abort_cmd(s, ordered);
	KUNIT_EXPECT_EQ(test, s->note[ordered].orphans, 1);
	KUNIT_EXPECT_EQ(test, cmd_of(s, behind)->coming, TARGET_COMING_AHEAD);
	abort_cmd(s, counted);
	KUNIT_EXPECT_EQ(test, s->note[counted].orphans, 0);
	KUNIT_EXPECT_FALSE(test, started(s, last));
	abort_cmd(s, behind);
	KUNIT_EXPECT_EQ(test, s->note[behind].orphans, 0);
	KUNIT_EXPECT_TRUE(test, started(s, last));
	end(s, last);

	ahead = begun(s, 0, TCM_SIMPLE_TAG);
	behind = begun(s, 0, TCM_ORDERED_TAG);
	last = whole(s, 0, TCM_SIMPLE_TAG);
	abort_cmd(s, ahead);
	KUNIT_EXPECT_FALSE(test, started(s, last));
	abort_cmd(s, behind);
	KUNIT_EXPECT_TRUE(test, started(s, last));
	end(s, last);
	/* it was aborted already when its data came: its owner finds out */
	last = begun(s, 0, TCM_ORDERED_TAG);
	target_state_abort(cmd_of(s, last));
	KUNIT_EXPECT_TRUE(test, data(s, last));
	end(s, last);
	KUNIT_EXPECT_EQ(test, s->itl[0].arrival.ahead, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&s->itl[0].arrival.held));
}

/* The way back is taken after a while, and writes of before count still. */
static void arrival_back_to_fast(struct kunit *test)
{
	struct scene *s = test->priv;
	struct target_arrival *arrival = &s->itl[0].arrival;
	unsigned int ordered = whole(s, 0, TCM_ORDERED_TAG);
	unsigned int silent, write, read;

	settle();
	KUNIT_EXPECT_TRUE(test, started(s, ordered));
	end(s, ordered);
	silent = begun(s, 0, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, arrival->mode, TARGET_ORDER_SERIAL);
	arrival->last = jiffies - 2 * HZ;
	read = whole(s, 0, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_TRUE(test, started(s, read));
	KUNIT_EXPECT_TRUE(test, target_arrival_is_fast(arrival));
	end(s, read);
	KUNIT_EXPECT_EQ(test, s->itl[1].arrival.mode, TARGET_ORDER_FAST);
	/* what its reads get may not be written to any more */
	KUNIT_EXPECT_TRUE(test, arrival->orders);
	KUNIT_EXPECT_FALSE(test, s->itl[1].arrival.orders);

	write = begun(s, 0, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, cmd_of(s, write)->coming, TARGET_COMING_COUNTED);
	ordered = whole(s, 0, TCM_ORDERED_TAG);
	data(s, write);
	settle();
	KUNIT_EXPECT_TRUE(test, started(s, write));
	end(s, write);
	KUNIT_EXPECT_FALSE(test, started(s, ordered));
	data(s, silent);
	KUNIT_EXPECT_TRUE(test, started(s, silent));
	KUNIT_EXPECT_FALSE(test, started(s, ordered));
	end(s, silent);
	KUNIT_EXPECT_TRUE(test, started(s, ordered));
	end(s, ordered);
}

/* A nexus that goes while the grace period of its first ORDERED one lasts */
static void arrival_short_life(struct kunit *test)
{
	struct scene *s = test->priv;
	unsigned int ordered = whole(s, 0, TCM_ORDERED_TAG);

	KUNIT_EXPECT_EQ(test, s->itl[0].arrival.mode, TARGET_ORDER_DRAINING);
	abort_cmd(s, ordered);
	KUNIT_EXPECT_EQ(test, s->note[ordered].orphans, 1);
}

/* --------------------------------------------------------------- model -- */

static int attr_of(const struct scene *s, unsigned int i)
{
	return s->se[i].sam_task_attr;
}

/* Does an older command of the nexus keep one from coming in? */
static bool model_kept(const struct scene *s, unsigned int i)
{
	unsigned int j;

	if (attr_of(s, i) == TCM_HEAD_TAG)
		return false;
	for (j = 0; j < i; j++) {
		if (s->note[j].nexus != s->note[i].nexus || s->note[j].over ||
		    s->note[j].entered)
			continue;
		if (attr_of(s, i) == TCM_ORDERED_TAG ||
		    attr_of(s, j) == TCM_ORDERED_TAG)
			return true;
	}
	return false;
}

static void model_enter(struct scene *s)
{
	unsigned int i;

	for (i = 0; i < s->arrived; i++) {
		struct note *note = &s->note[i];

		if (note->over || note->entered || !note->has_data ||
		    model_kept(s, i))
			continue;
		note->entered = ++s->entered;
		note->expected = attr_of(s, i) == TCM_HEAD_TAG;
	}
}

static struct note *model_nth(struct scene *s, unsigned int nth)
{
	unsigned int i;

	for (i = 0; i < s->arrived; i++)
		if (s->note[i].entered == nth)
			return &s->note[i];
	return NULL;
}

/* Of what came in: an ORDERED one runs after all before it, and alone. */
static void model_start(struct scene *s)
{
	unsigned int nth, i, running = 0;
	bool alone = false;

	for (i = 0; i < s->arrived; i++) {
		if (!s->note[i].expected || s->note[i].over)
			continue;
		running++;
		alone |= attr_of(s, i) == TCM_ORDERED_TAG;
	}
	for (nth = 1; nth <= s->entered && !alone; nth++) {
		struct note *note = model_nth(s, nth);

		if (note->over || note->expected)
			continue;
		alone = attr_of(s, note - s->note) == TCM_ORDERED_TAG;
		if (alone && running)
			break;
		note->expected = true;
		running++;
	}
}

/* The fast ways that are being left; some last until a silent write has data. */
static unsigned int drains(const struct scene *s)
{
	unsigned int i, all = s->dev.order.mode == TARGET_ORDER_DRAINING;

	for (i = 0; i < NEXUSES; i++)
		if (s->itl[i].arrival.mode == TARGET_ORDER_DRAINING)
			all |= BIT(1 + i);
	return all;
}

static void check(struct kunit *test, struct scene *s)
{
	unsigned int i, all = drains(s);

	if (all & ~s->drains)
		settle();
	s->drains = all;
	model_enter(s);
	model_start(s);
	for (i = 0; i < s->arrived; i++)
		KUNIT_ASSERT_EQ_MSG(test, s->note[i].started,
				    s->note[i].expected, "command %u of %u", i,
				    s->arrived);
}

static bool is_silent(const struct note *note)
{
	return !note->has_data && !note->over;
}

static bool is_running(const struct note *note)
{
	return note->started && !note->over;
}

static bool is_alive(const struct note *note)
{
	return !note->over;
}

/* One of those that are so, or CMDS */
static unsigned int pick(struct scene *s, struct rnd_state *rnd,
			 bool (*is_so)(const struct note *note))
{
	unsigned int i, n = 0, which = CMDS;

	for (i = 0; i < s->arrived; i++)
		if (is_so(&s->note[i]) && !(prandom_u32_state(rnd) % ++n))
			which = i;
	return which;
}

static void step(struct scene *s, struct rnd_state *rnd)
{
	static const int attrs[] = {
		TCM_SIMPLE_TAG, TCM_SIMPLE_TAG, TCM_SIMPLE_TAG, TCM_SIMPLE_TAG,
		TCM_ORDERED_TAG, TCM_ORDERED_TAG, TCM_HEAD_TAG,
	};
	unsigned int what = prandom_u32_state(rnd) % 16;
	int attr = attrs[prandom_u32_state(rnd) % ARRAY_SIZE(attrs)];
	unsigned int nexus = prandom_u32_state(rnd) % NEXUSES;
	unsigned int i;

	if (what < 4) {
		whole(s, nexus, attr);
	} else if (what < 8) {
		begun(s, nexus, attr);
	} else if (what < 11) {
		i = pick(s, rnd, is_silent);
		if (i < CMDS)
			data(s, i);
	} else if (what < 15) {
		i = pick(s, rnd, is_running);
		if (i < CMDS)
			end(s, i);
	} else {
		i = pick(s, rnd, is_alive);
		if (i < CMDS)
			abort_cmd(s, i);
	}
}

static const u32 seeds[] = { 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233 };

static void seed_desc(const u32 *seed, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "seed %u", *seed);
}

KUNIT_ARRAY_PARAM(seed, seeds, seed_desc);

static void arrival_random(struct kunit *test)
{
	struct scene *s = test->priv;
	struct rnd_state rnd;
	unsigned int i, n;

	prandom_seed_state(&rnd, *(const u32 *)test->param_value);
	while (s->arrived < CMDS) {
		step(s, &rnd);
		check(test, s);
	}
	/* nobody is forgotten */
	for (n = 0; n < 2 * CMDS; n++) {
		i = pick(s, &rnd, n < CMDS ? is_silent : is_running);
		if (i < CMDS && n < CMDS)
			data(s, i);
		else if (i < CMDS)
			end(s, i);
		check(test, s);
	}
	for (i = 0; i < CMDS; i++) {
		KUNIT_EXPECT_TRUE(test, s->note[i].over);
		KUNIT_EXPECT_EQ(test, s->note[i].orphans,
				s->note[i].has_data && !s->note[i].started);
	}
	for (i = 0; i < NEXUSES; i++) {
		KUNIT_EXPECT_EQ(test, s->itl[i].arrival.ahead, 0);
		KUNIT_EXPECT_TRUE(test, list_empty(&s->itl[i].arrival.held));
	}
	KUNIT_EXPECT_EQ(test, s->dev.order.running, 0);
	KUNIT_EXPECT_FALSE(test, s->dev.order.tasks.alone);
}

static struct kunit_case arrival_cases[] = {
	KUNIT_CASE(arrival_fast),
	KUNIT_CASE(arrival_silent),
	KUNIT_CASE(arrival_silent_ordered),
	KUNIT_CASE(arrival_abort),
	KUNIT_CASE(arrival_back_to_fast),
	KUNIT_CASE(arrival_short_life),
	KUNIT_CASE_PARAM(arrival_random, seed_gen_params),
	{ }
};

static struct kunit_suite arrival_suite = {
	.name = "target_arrival",
	.init = arrival_init,
	.exit = arrival_exit,
	.test_cases = arrival_cases,
};

kunit_test_suite(arrival_suite);
