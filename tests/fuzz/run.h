/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cases one after the other, many on their way at a time, each judged when it
 * ends.
 */
#ifndef FUZZ_RUN_H
#define FUZZ_RUN_H

#include "lu.h"

#define LUS_MAX		16
/* More of them say nothing new. */
#define FAULTS_MAX	10

/**
 * struct run - which cases, and what came of them
 * @seed: decides them, with their numbers and the logical units
 * @lus: logical units, in this order
 * @lu_count: how many
 * @verbose: tell of each case, not of those with faults alone
 * @faults: what was wrong
 * @statuses: how many cases ended with each SAM status
 * @refused: those with ILLEGAL REQUEST
 * @direct: those whose data the target alone wrote
 */
struct run {
	uint64_t	seed;
	struct lu	lus[LUS_MAX];
	unsigned int	lu_count;
	bool		verbose;
	unsigned int	faults;
	unsigned long	statuses[256], refused, direct;
};

void run_open(struct run *run, const char *name, const char *path);
void run_start(struct run *run, uint64_t first, uint64_t cases);
void run_end(struct run *run);
unsigned int run_barren(const struct run *run);

#endif /* FUZZ_RUN_H */
