/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command's data as a fabric may bring it: in many pieces of any length, each
 * with no byte more than it has, so that KASAN sees one that is too far.
 */
#ifndef FUZZ_PIECES_H
#define FUZZ_PIECES_H

#include <linux/scatterlist.h>
#include <linux/types.h>

struct rng;

/**
 * struct pieces - data
 * @sgl: scatterlist, NULL without any
 * @nents: its entries
 */
struct pieces {
	struct scatterlist	*sgl;
	unsigned int		nents;
};

bool pieces_make(struct pieces *pieces, u32 len, u32 grain, struct rng *rng);
void pieces_free(struct pieces *pieces);

#endif /* FUZZ_PIECES_H */
