/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One case: a command that a seed and a number decide, and what may come of it.
 */
#ifndef FUZZ_ONE_H
#define FUZZ_ONE_H

#include "lu.h"
#include "random.h"

/**
 * struct one - a case
 * @lu: where it goes
 * @cmd: what goes there
 * @row: what it is, NULL for a command that there is not
 */
struct one {
	struct lu	*lu;
	struct command	cmd;
	struct row	*row;
};

void one_make(struct one *one, struct lu *lus, unsigned int count,
	      struct rng rng);
const char *one_judge(const struct one *one);

#endif /* FUZZ_ONE_H */
