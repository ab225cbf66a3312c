// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends commands that a seed decides to logical units, many at a time, and
 * judges what comes of each.
 *
 * usage: fuzz SEED FIRST COUNT LIMIT NAME=/dev/sgN...
 *
 * A case is decided by the seed, its number, and the logical units, in their
 * order; LIMIT is seconds.  With a count of 1 it is told what was sent and what
 * came.  The last line is a summary in JSON; exit code 1 says that there are
 * faults, each on a line of its own.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "run.h"

static struct run run;

/* Commands that never succeeded: what was sent of them was not worth much */
static void print_rows(void)
{
	const char *comma = "";

	for (unsigned int i = 0; i < run.lu_count; i++) {
		for (unsigned int j = 0; j < run.lus[i].row_count; j++) {
			const struct row *row = &run.lus[i].rows[j];

			printf("%s[\"%s\", %u, %d, %lu, %lu]", comma,
			       run.lus[i].name, row->op, row->sa, row->sent,
			       row->good);
			comma = ", ";
		}
	}
}

static void print_summary(uint64_t cases, double seconds)
{
	printf("{\"cases\": %" PRIu64 ", \"faults\": %u, \"seconds\": %.1f, \"good\": %lu, "
	       "\"refused\": %lu, \"check\": %lu, \"conflict\": %lu, "
	       "\"direct\": %lu, \"rows\": [",
	       cases, run.faults, seconds, run.statuses[0], run.refused,
	       run.statuses[2], run.statuses[0x18], run.direct);
	print_rows();
	printf("]}\n");
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	uint64_t first, cases;
	double begin;

	if (argc < 6 || argc - 5 > LUS_MAX) {
		fprintf(stderr, "usage: fuzz SEED FIRST COUNT LIMIT NAME=/dev/sgN...\n");
		return 2;
	}
	run.seed = strtoull(argv[1], NULL, 0);
	first = strtoull(argv[2], NULL, 0);
	cases = strtoull(argv[3], NULL, 0);
	command_limit = strtoul(argv[4], NULL, 0);
	run.verbose = cases == 1;
	for (int i = 5; i < argc; i++) {
		char *path = strchr(argv[i], '=');

		if (!path)
			return 2;
		*path = '\0';
		run_open(&run, argv[i], path + 1);
	}
	begin = now();
	run_start(&run, first, cases);
	run_end(&run);
	print_summary(cases, now() - begin);
	return run.faults ? 1 : 0;
}
