// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random order of Data-In PDUs, sequences and R2Ts, to test initiators with
 * that have agreed to DataPDUInOrder=No or DataSequenceInOrder=No.
 */
#include <linux/gcd.h>
#include <linux/math64.h>

#include "shuffle.h"

/**
 * iscsit_shuffle_pick - which of some items comes next?
 * @seed: chooses the order; 0 for the rising one
 * @i: how many have come, below @count
 * @count: how many there are
 *
 * A stride that has no divisor in common with @count meets every item once.
 *
 * Return: the item; a different one for each @i.
 */
u32 iscsit_shuffle_pick(u32 seed, u32 i, u32 count)
{
	u32 stride, pick;

	if (!seed || count < 2)
		return i;
	stride = 1 + seed % (count - 1);
	/* count - 1 is such a number at the latest */
	while (gcd(stride, count) != 1)
		stride++;
	div_u64_rem(mul_u32_u32(i, stride) + (seed >> 16), count, &pick);
	return pick;
}
