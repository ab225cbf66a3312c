// SPDX-License-Identifier: GPL-2.0-only
/*
 * I_T_L nexuses: what a session sees at a LUN.
 *
 * The submission path finds them in the session's table under RCU.  One that
 * is hidden stays, for the commands that came by it, until its session or its
 * link has no command left.
 */
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "aca.h"
#include "arrival.h"
#include "events.h"
#include "itl.h"
#include "loss.h"
#include "order.h"
#include "stats.h"
#include "tpg.h"

#define EXTENDED_FLAT	0xd2

/**
 * target_itl_number - which number a LUN stands for (SAM-5 4.7)
 * @lun: as scsilun_to_int() makes it of the eight bytes
 *
 * Peripheral device and flat space addressing of one level, and extended flat
 * space addressing.  A number above 255 is accepted in the first of them too,
 * where it has a bus identifier, as hosts learnt it from other targets.
 *
 * Return: number, or TARGET_ITL_NO_NUMBER for what is addressed otherwise
 */
u64 target_itl_number(u64 lun)
{
	u16 first = lun & 0xffff;
	u64 rest = lun >> 16;

	if (first < 0x8000)
		return rest ? TARGET_ITL_NO_NUMBER : first & 0x3fff;
	if (first >> 8 == EXTENDED_FLAT && rest <= 0xffff)
		return (first & 0xff) << 16 | rest;
	return TARGET_ITL_NO_NUMBER;
}

/**
 * target_itl_put_lun - the eight bytes of a LUN
 * @number: its number, less than 2^24
 * @lun: where they go: the shortest form that has room for it
 */
void target_itl_put_lun(u64 number, u8 lun[8])
{
	memset(lun, 0, 8);
	if (number < 0x100) {
		lun[1] = number;
	} else if (number < 0x4000) {
		put_unaligned_be16(0x4000 | number, lun);
	} else {
		lun[0] = EXTENDED_FLAT;
		put_unaligned_be24(number, lun + 1);
	}
}

struct target_itl *target_itl_find(struct target_sess *sess, u64 lun)
{
	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "no rcu_read_lock()");

	return lun <= ULONG_MAX ? xa_load(&sess->itls, lun) : NULL;
}

static struct target_itl *alloc_itl(void)
{
	struct target_itl *itl = kzalloc(sizeof(*itl), GFP_KERNEL);
	int cpu;

	if (!itl)
		return NULL;
	itl->stats = alloc_percpu(struct target_stats);
	if (!itl->stats || target_arrival_init(itl)) {
		free_percpu(itl->stats);
		kfree(itl);
		return NULL;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(itl->stats, cpu)->sync);
	spin_lock_init(&itl->ua.lock);
	INIT_LIST_HEAD(&itl->retired_node);
	target_order_init_tasks(&itl->tasks);
	return itl;
}

static void publish_itl(struct target_itl *itl)
{
	struct target_dev *dev = itl->link->dev;
	unsigned long flags;

	list_add_tail(&itl->link_node, &itl->link->itls);
	spin_lock_irqsave(&dev->itl_lock, flags);
	itl->seq = ++dev->itl_seq;
	list_add_tail(&itl->dev_node, &dev->itls);
	spin_unlock_irqrestore(&dev->itl_lock, flags);
}

/**
 * target_itl_add - let a session see a logical unit
 * @sess: session
 * @lun: under which number
 * @link: LUN and logical unit
 * @map: mapping of its ACL, NULL in demo mode
 *
 * Context: process, port->mutex held.
 * Return: 0, -EEXIST, -ENOMEM
 */
int target_itl_add(struct target_sess *sess, u64 lun, struct target_link *link,
		   struct target_map *map)
{
	struct target_itl *itl;
	int ret;

	lockdep_assert_held(&sess->port->mutex);

	itl = alloc_itl();
	if (!itl)
		return -ENOMEM;
	itl->sess = sess;
	itl->link = link;
	itl->map = map;
	itl->lun = lun;
	itl->read_only = map ? map->read_only :
			       target_tpg_demo_read_only(sess->port);
	target_loss_init(itl);
	publish_itl(itl);
	/* its unit attentions have to be there before the first command is */
	target_events_itl_made(itl);

	ret = xa_insert(&sess->itls, lun, itl, GFP_KERNEL);
	if (ret)
		target_itl_free(itl);
	return ret == -EBUSY ? -EEXIST : ret;
}

/* The mapping counts it no more; commands under way are not waited for. */
static void leave_map(struct target_itl *itl)
{
	if (itl->map)
		target_stats_fold(itl, &itl->map->base);
	itl->map = NULL;
}

/* The session does not see it any more; commands under way go on. */
void target_itl_hide(struct target_itl *itl)
{
	lockdep_assert_held(&itl->sess->port->mutex);

	if (!list_empty(&itl->retired_node))
		return;
	xa_erase(&itl->sess->itls, itl->lun);
	list_add_tail(&itl->retired_node, &itl->sess->retired);
	target_aca_forsake(itl);
	target_events_itl_hidden(itl);
	leave_map(itl);
}

void target_itl_hide_all(struct target_sess *sess)
{
	struct target_itl *itl;
	unsigned long i;

	xa_for_each(&sess->itls, i, itl)
		target_itl_hide(itl);
}

/* No command uses it any more. */
void target_itl_free(struct target_itl *itl)
{
	struct target_dev *dev = itl->link->dev;
	struct target_totals sum = {};
	unsigned long flags;

	lockdep_assert_held(&itl->sess->port->mutex);

	target_aca_forsake(itl);
	target_events_itl_gone(itl);
	target_stats_fold(itl, &sum);
	target_stats_add(&itl->link->lun->base, &sum);
	leave_map(itl);

	if (xa_load(&itl->sess->itls, itl->lun) == itl)
		xa_erase(&itl->sess->itls, itl->lun);
	list_del(&itl->retired_node);
	list_del(&itl->link_node);
	spin_lock_irqsave(&dev->itl_lock, flags);
	target_stats_add(&dev->base, &sum);
	list_del(&itl->dev_node);
	spin_unlock_irqrestore(&dev->itl_lock, flags);
	target_arrival_exit(itl);
	free_percpu(itl->stats);
	kfree_rcu(itl, rcu);
}
