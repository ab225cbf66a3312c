// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for the data of a command, in pieces.
 */
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include "../random.h"
#include "pieces.h"

/* More of them than data of that length can have */
#define PIECES_MAX	128

static u32 length_of(struct rng *rng, u32 grain)
{
	static const u32 lengths[] = {
		1, 7, 64, 511, 512, 513, 1024, 2048, 3000, 4095, 4096, 4097, 8192,
	};

	return round_up(random_of(rng, lengths), grain);
}

/**
 * pieces_make - memory for data
 * @pieces: set
 * @len: bytes of it
 * @grain: each piece but the last is a multiple of this, a power of two
 * @rng: decides how long they are
 *
 * Return: false if there is no memory, and then there are no pieces
 */
bool pieces_make(struct pieces *pieces, u32 len, u32 grain, struct rng *rng)
{
	u32 lengths[PIECES_MAX], left = len;
	unsigned int i;

	*pieces = (struct pieces){};
	if (!len)
		return true;
	for (i = 0; left; left -= lengths[i++])
		lengths[i] = i < PIECES_MAX - 1 ? min(left, length_of(rng, grain)) :
						  left;
	pieces->sgl = kmalloc_array(i, sizeof(*pieces->sgl), GFP_KERNEL);
	if (!pieces->sgl)
		return false;
	sg_init_table(pieces->sgl, i);
	for (; pieces->nents < i; pieces->nents++) {
		void *piece = kmalloc(lengths[pieces->nents], GFP_KERNEL);

		if (!piece) {
			pieces_free(pieces);
			return false;
		}
		sg_set_buf(&pieces->sgl[pieces->nents], piece,
			   lengths[pieces->nents]);
	}
	return true;
}

void pieces_free(struct pieces *pieces)
{
	unsigned int i;

	for (i = 0; i < pieces->nents; i++)
		kfree(sg_virt(&pieces->sgl[i]));
	kfree(pieces->sgl);
	*pieces = (struct pieces){};
}
