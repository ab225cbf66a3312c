// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fuzzer as a KUnit suite: cases of a thousand commands and more, without
 * user space.
 */
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/moduleparam.h>
#include <stdlib.h>
#include "../run.h"
#include "flight.h"
#include "port.h"
#include "units.h"

/* Cases of the fuzzer in one of KUnit, which has a limit of five minutes */
#define CHUNK		10000
/* So many that each command comes often */
#define MANY		50000

static unsigned long long seed = 20030131;
module_param(seed, ullong, 0);
static unsigned long long first;
module_param(first, ullong, 0);
static unsigned long long cases = 1000;
module_param(cases, ullong, 0);

struct chunk {
	u64	first;
	u64	count;
};

static struct run run;
static char names[LUS_MAX][24], paths[LUS_MAX][8];
/* None that a KUnit case left in the middle is gone on with. */
static bool usable;

void __noreturn fuzz_exit(int code)
{
	pr_info("fuzz: exit %d\n", code);
	__kunit_abort(kunit_get_current_test());
}

static void open_units(void)
{
	unsigned int nexus, lun, i = 0;

	for (nexus = 0; nexus < PORT_NEXUSES; nexus++) {
		for (lun = 0; lun < units_count(); lun++, i++) {
			snprintf(names[i], sizeof(names[i]), "%s-%u",
				 units_name(lun), nexus);
			snprintf(paths[i], sizeof(paths[i]), "%u:%u", nexus,
				 lun);
			run_open(&run, names[i], paths[i]);
		}
	}
}

/* Before all others */
static void units_come_up(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, port_make(&flight_ops), 0);
	KUNIT_ASSERT_EQ(test, units_make(port_get()), 0);
	KUNIT_ASSERT_EQ(test, port_log_in(), 0);
	run.seed = seed;
	run.verbose = cases == 1;
	open_units();
	usable = true;
}

static const void *next_chunk(const void *prev, char *desc)
{
	static struct chunk chunk;
	u64 done;

	if (!prev)
		chunk = (struct chunk){ .first = first };
	chunk.first += chunk.count;
	done = chunk.first - first;
	if (done >= cases)
		return NULL;
	chunk.count = min_t(u64, cases - done, CHUNK);
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%llu to %llu of seed %llu",
		 chunk.first, chunk.first + chunk.count - 1, seed);
	return &chunk;
}

static void each_ends_as_it_may(struct kunit *test)
{
	const struct chunk *chunk = test->param_value;
	bool whole = chunk->count == CHUNK;

	if (!usable)
		kunit_skip(test, "an earlier one ended everything");
	usable = false;
	run_start(&run, chunk->first, chunk->count);
	/* Nexuses end, with what is under way, and come again. */
	if (whole) {
		port_log_out();
		KUNIT_ASSERT_EQ(test, port_log_in(), 0);
	}
	run_end(&run);
	usable = run.faults < FAULTS_MAX;
	pr_info("fuzz: %llu cases: %lu good, %lu refused, %lu check condition, %lu reservation conflict, %lu aborted, %u faults\n",
		chunk->first + chunk->count - first, run.statuses[0],
		run.refused, run.statuses[2], run.statuses[0x18],
		run.statuses[0x40], run.faults);
	KUNIT_EXPECT_EQ(test, run.faults, 0);
	if (whole)
		KUNIT_EXPECT_GT(test, run.statuses[0], CHUNK / 10);
}

static void nothing_is_left(struct kunit *test)
{
	if (!usable)
		kunit_skip(test, "commands may be under way");
	if (cases >= MANY)
		KUNIT_EXPECT_EQ(test, run_barren(&run), 0);
	port_log_out();
	units_end();
	KUNIT_EXPECT_TRUE(test, port_end());
}

static struct kunit_case fuzz_cases[] = {
	KUNIT_CASE(units_come_up),
	KUNIT_CASE_PARAM(each_ends_as_it_may, next_chunk),
	KUNIT_CASE(nothing_is_left),
	{}
};

static struct kunit_suite fuzz_suite = {
	.name		= "target_fuzz",
	.test_cases	= fuzz_cases,
};

kunit_test_suite(fuzz_suite);
