// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much memory the data of commands may take.
 *
 * A command has its buffers from the moment that it arrives, and what comes
 * next is up to the initiator: a few headers could take all memory, and keep
 * it.  So long data is counted.  A session has a share of the memory; all of
 * them together have another, half of which is kept for sessions that have
 * nothing yet, so that one that fills its share, or four that do, leave the
 * others something.
 *
 * Short data is not counted, and costs nothing here.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/percpu_counter.h>
#include <linux/sizes.h>
#include "budget.h"

/*
 * A share is never less than the longest command (emul/cdb.c), whose blocks may have
 * protection information among them, and then be copied without it.
 */
#define SHARE_MIN	(SZ_32M + SZ_512K + SZ_32M)
#define SHARE_MAX	SZ_256M

/* Bytes that a CPU counts by itself */
#define BATCH		SZ_1M

static struct percpu_counter total;
static long share;	/* of a session [I] */
static s64 common;	/* of all of them; half of it of those that have some [I] */

int target_budget_init(void)
{
	unsigned long ram = totalram_pages() << PAGE_SHIFT;

	share = clamp_t(unsigned long, ram / 8, SHARE_MIN, SHARE_MAX);
	common = max_t(s64, ram / 2, 4 * (s64)SHARE_MIN);
	return percpu_counter_init(&total, 0, GFP_KERNEL);
}

void target_budget_exit(void)
{
	percpu_counter_destroy(&total);
}

/* What the data of one session may take */
long target_budget_of_session(void)
{
	return share;
}

/**
 * target_budget_take - count long data that is about to get its buffers
 * @sess: whose
 * @bytes: how long
 *
 * SAM-5 5.3.1: TASK SET FULL says that some of what the initiator sent has to
 * end first; BUSY, that it is others who have the memory.
 *
 * Context: any.
 * Return: TCM_NO_SENSE, or TCM_TASK_SET_FULL or TCM_BUSY and nothing counted
 */
sense_reason_t target_budget_take(struct target_sess *sess, u32 bytes)
{
	long mine = atomic_long_add_return(bytes, &sess->held_bytes);
	bool first = mine == bytes;
	s64 limit = first ? common : common / 2;

	percpu_counter_add_batch(&total, bytes, BATCH);
	if (mine <= share && percpu_counter_read_positive(&total) <= limit)
		return TCM_NO_SENSE;
	target_budget_give(sess, bytes);
	return first ? TCM_BUSY : TCM_TASK_SET_FULL;
}

/**
 * target_budget_give - such data has lost its buffers
 * @sess: whose
 * @bytes: what target_budget_take() has counted
 *
 * Context: any.
 */
void target_budget_give(struct target_sess *sess, u32 bytes)
{
	percpu_counter_add_batch(&total, -(s64)bytes, BATCH);
	atomic_long_sub(bytes, &sess->held_bytes);
}
