// SPDX-License-Identifier: GPL-2.0-only
/*
 * LUNs of a target port group, and their links to logical units.
 *
 * Unlinking is instant: no session sees the logical unit any more.  The link
 * itself goes when the last command on it has ended.
 */
#include <linux/idr.h>
#include <linux/slab.h>
#include "complete.h"
#include "device.h"
#include "events.h"
#include "itl.h"
#include "lun.h"
#include "stats.h"
#include "tp_member.h"
#include "tp_transition.h"
#include "tpg.h"

static DEFINE_IDA(indices);

static void release(struct kref *kref)
{
	struct target_lun *lun = container_of(kref, struct target_lun, kref);

	target_tpg_put(lun->port);
	ida_free(&indices, lun->index);
	kfree_rcu(lun, rcu);
}

void target_lun_put(struct target_lun *lun)
{
	kref_put(&lun->kref, release);
}

/**
 * target_lun_make - a LUN without a logical unit
 * @port: target port group
 * @number: LUN
 *
 * Context: process.
 * Return: LUN, to be removed with target_lun_remove(); or ERR_PTR: -EEXIST,
 * -ENOMEM
 */
struct target_lun *target_lun_make(struct target_port *port, u64 number)
{
	struct target_lun *lun = kzalloc(sizeof(*lun), GFP_KERNEL);
	int ret = ida_alloc_min(&indices, 1, GFP_KERNEL);

	if (!lun || ret < 0) {
		if (ret > 0)
			ida_free(&indices, ret);
		kfree(lun);
		return ERR_PTR(-ENOMEM);
	}
	lun->index = ret;
	lun->port = port;
	lun->se.unpacked_lun = number;
	mutex_init(&lun->file_lock);
	kref_init(&lun->kref);
	kref_get(&port->kref);

	mutex_lock(&port->mutex);
	ret = xa_insert(&port->luns, number, lun, GFP_KERNEL);
	if (!ret) {
		mutex_lock(&port->se_tpg->tpg_lun_mutex);
		hlist_add_head_rcu(&lun->se.link, &port->se_tpg->tpg_lun_hlist);
		mutex_unlock(&port->se_tpg->tpg_lun_mutex);
	}
	mutex_unlock(&port->mutex);
	if (ret) {
		target_lun_put(lun);
		return ERR_PTR(ret == -EBUSY ? -EEXIST : ret);
	}
	return lun;
}

/* The directory is gone; nothing is linked any more.  Context: process. */
void target_lun_remove(struct target_lun *lun)
{
	struct target_port *port = lun->port;

	mutex_lock(&port->mutex);
	xa_erase(&port->luns, lun->se.unpacked_lun);
	mutex_lock(&port->se_tpg->tpg_lun_mutex);
	hlist_del_rcu(&lun->se.link);
	mutex_unlock(&port->se_tpg->tpg_lun_mutex);
	mutex_unlock(&port->mutex);
	target_lun_put(lun);
}

/* ------------------------------------------------------------ links ----- */

static void free_work(struct work_struct *work)
{
	struct target_link *link = container_of(work, struct target_link,
						free_work);
	struct target_port *port = link->lun->port;
	struct target_dev *dev = link->dev;
	struct target_itl *itl, *next;

	mutex_lock(&port->mutex);
	list_for_each_entry_safe(itl, next, &link->itls, link_node)
		target_itl_free(itl);
	if (link->told && port->se_tpg && port->tfo->fabric_post_unlink)
		port->tfo->fabric_post_unlink(port->se_tpg, &link->lun->se);
	mutex_unlock(&port->mutex);

	mutex_lock(&dev->mutex);
	list_del(&link->dev_node);
	target_tp_transition_publish(dev);
	/* pairs with prepare_to_wait_event() of who waits for an empty list */
	smp_mb();
	wake_up_var(&dev->links);
	mutex_unlock(&dev->mutex);
	target_device_unuse(dev);
	target_lun_put(link->lun);
	percpu_ref_exit(&link->ref);
	kfree_rcu(link, rcu);
}

static void no_commands(struct percpu_ref *ref)
{
	struct target_link *link = container_of(ref, struct target_link, ref);

	target_complete_reap(&link->free_work);
}

static struct target_link *alloc_link(struct target_lun *lun,
				      struct target_dev *dev)
{
	struct target_link *link = kzalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return NULL;
	if (percpu_ref_init(&link->ref, no_commands, 0, GFP_KERNEL)) {
		kfree(link);
		return NULL;
	}
	link->lun = lun;
	link->dev = dev;
	INIT_LIST_HEAD(&link->itls);
	INIT_WORK(&link->free_work, free_work);
	return link;
}

static int show_as(struct target_sess *sess, struct target_lun *lun, u64 number,
		   struct target_map *map)
{
	int ret = target_itl_add(sess, number, lun->link, map);

	if (!ret)
		target_events_lun_map_changed(sess);
	return ret;
}

/* What demo mode shows, if it is for more than the login */
static int show_demo(struct target_sess *sess, struct target_lun *lun)
{
	struct target_port *port = lun->port;

	if (port->tfo->tpg_check_demo_mode_login_only(port->se_tpg))
		return 0;
	return show_as(sess, lun, lun->se.unpacked_lun, NULL);
}

/* Sessions that see this LUN, and under which number. */
static int show_to(struct target_sess *sess, struct target_lun *lun)
{
	struct target_map *map;
	unsigned long i;
	int ret = 0;

	if (sess->acl->se->dynamic_node_acl)
		return show_demo(sess, lun);
	xa_for_each(&sess->acl->maps, i, map) {
		if (map->lun == lun)
			ret = show_as(sess, lun, i, map);
		if (ret)
			break;
	}
	return ret;
}

static int show_to_all(struct target_lun *lun)
{
	struct target_sess *sess;
	struct target_acl *acl;
	int ret;

	lockdep_assert_held(&lun->port->mutex);

	target_tpg_for_each_acl(lun->port, acl) {
		list_for_each_entry(sess, &acl->sessions, acl_node) {
			ret = show_to(sess, lun);
			if (ret)
				return ret;
		}
	}
	return 0;
}

/* The caller kills link->ref when it has let go of the group. */
static struct target_link *hide_from_all(struct target_lun *lun)
{
	struct target_link *link = lun->link;
	struct target_itl *itl;

	lockdep_assert_held(&lun->port->mutex);

	lun->link = NULL;
	RCU_INIT_POINTER(lun->se.lun_se_dev, NULL);
	list_for_each_entry(itl, &link->itls, link_node) {
		target_itl_hide(itl);
		target_events_lun_map_changed(itl->sess);
	}
	target_tp_member_del(link);
	mutex_lock(&link->dev->mutex);
	link->dev->nr_links--;
	mutex_unlock(&link->dev->mutex);
	return link;
}

/**
 * target_lun_unlink - no session sees the logical unit any more
 * @lun: LUN with a link
 *
 * Context: process; waits for nobody.
 */
void target_lun_unlink(struct target_lun *lun)
{
	struct target_port *port = lun->port;
	struct target_link *link = NULL;

	mutex_lock(&port->mutex);
	if (lun->link)
		link = hide_from_all(lun);
	mutex_unlock(&port->mutex);
	if (link)
		percpu_ref_kill(&link->ref);
}

static int tell_fabric(struct target_lun *lun)
{
	struct target_port *port = lun->port;
	int ret = 0;

	lun->link->told = true;
	if (port->tfo->fabric_post_link)
		ret = port->tfo->fabric_post_link(port->se_tpg, &lun->se);
	if (ret) {
		lun->link->told = false;
		target_lun_unlink(lun);
	}
	return ret;
}

/**
 * target_lun_link - tie a logical unit to a LUN
 * @lun: LUN
 * @dev: logical unit
 *
 * Context: process; who unlinks the LUN waits for its end.
 * Return: 0; -EEXIST if one is tied already, or a session has another under
 * this number; -ENODEV if @dev is not enabled; -EBUSY while its protection
 * information is being changed; -ENOMEM; what ops->fabric_post_link() returned
 */
int target_lun_link(struct target_lun *lun, struct target_dev *dev)
{
	struct target_port *port = lun->port;
	struct target_link *link;
	int ret = 0;

	link = alloc_link(lun, dev);
	if (!link)
		return -ENOMEM;

	mutex_lock(&port->mutex);
	mutex_lock(&dev->mutex);
	if (lun->link)
		ret = -EEXIST;
	else if (dev->state != TARGET_DEV_OPEN)
		ret = -ENODEV;
	else if (dev->protection.formatting)
		ret = -EBUSY;
	if (!ret) {
		list_add_tail(&link->dev_node, &dev->links);
		dev->nr_links++;
		target_device_use(dev);
		kref_get(&lun->kref);
		lun->link = link;
		rcu_assign_pointer(lun->se.lun_se_dev, &dev->se);
	}
	mutex_unlock(&dev->mutex);
	if (ret) {
		mutex_unlock(&port->mutex);
		percpu_ref_exit(&link->ref);
		kfree(link);
		return ret;
	}

	/* no command comes before it has an access state */
	target_tp_member_add(link);
	/* all that should see it, or nobody */
	ret = show_to_all(lun);
	if (ret)
		hide_from_all(lun);
	mutex_unlock(&port->mutex);
	if (ret) {
		percpu_ref_kill(&link->ref);
		return ret;
	}
	return tell_fabric(lun);
}

/**
 * target_lun_get_link - what a LUN is tied to
 * @lun: LUN
 *
 * Context: process.
 * Return: link with a reference, which goes with target_lun_put_link(), and
 * keeps neither the LUN from being unlinked nor anybody waiting; or NULL
 */
struct target_link *target_lun_get_link(struct target_lun *lun)
{
	guard(mutex)(&lun->port->mutex);
	/* it is killed only when it is the LUN's no more */
	if (lun->link)
		percpu_ref_get(&lun->link->ref);
	return lun->link;
}

/* Context: any. */
void target_lun_put_link(struct target_link *link)
{
	percpu_ref_put(&link->ref);
}

/* What was done through a LUN.  Context: process. */
void target_lun_totals(struct target_lun *lun, struct target_totals *sum)
{
	struct target_itl *itl;

	mutex_lock(&lun->port->mutex);
	*sum = lun->base;
	if (lun->link)
		list_for_each_entry(itl, &lun->link->itls, link_node)
			target_stats_fold(itl, sum);
	mutex_unlock(&lun->port->mutex);
}
