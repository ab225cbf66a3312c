// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transitions of target port groups from one access state to another, and what
 * commands see of them.
 *
 * A transition begins in its caller's context and ends in a work item, so that
 * neither its delay nor the file that keeps the state holds up a command.
 * Commands look at their link's own copy of the state, without a lock.
 */
#include <linux/cleanup.h>
#include "complete.h"
#include "events.h"
#include "lba_map.h"
#include "lu_group.h"
#include "tp_file.h"
#include "tp_group.h"

/**
 * target_tp_transition_find - the group with an identifier
 * @dev: logical unit
 * @id: identifier
 *
 * Return: group or NULL
 */
struct target_tp_group *target_tp_transition_find(struct target_dev *dev,
						  u16 id)
{
	struct target_tp_group *group;

	lockdep_assert_held(&dev->mutex);

	list_for_each_entry(group, &dev->tp_groups, node)
		if (group->id_set && group->id == id)
			return group;
	return NULL;
}

/* Every link of a group gets its copy. */
static void publish_group(struct target_tp_group *group)
{
	u8 state = target_tp_access_state(&group->access);
	struct target_link *link;

	lockdep_assert_held(&group->dev->mutex);

	list_for_each_entry(link, &group->members, tp.node) {
		WRITE_ONCE(link->tp.id, group->id);
		WRITE_ONCE(link->tp.delay_msecs,
			   target_tp_access_delay(group->nonop_delay_msecs));
		WRITE_ONCE(link->tp.type, group->access_type);
		WRITE_ONCE(link->tp.access,
			   link->tp.offline ? TARGET_TP_OFFLINE : state);
	}
}

/* One that was unlinked counts until its last command has ended. */
static bool is_slow(const struct target_dev *dev)
{
	const struct target_link *link;

	lockdep_assert_held(&dev->mutex);

	list_for_each_entry(link, &dev->links, dev_node)
		if (link->tp.access != TARGET_TP_ACTIVE_OPTIMIZED)
			return true;
	return false;
}

/**
 * target_tp_transition_publish - let commands see the states as they are
 * @dev: logical unit whose groups, members or links have changed
 */
void target_tp_transition_publish(struct target_dev *dev)
{
	struct target_tp_group *group;
	u8 types = 0;

	lockdep_assert_held(&dev->mutex);

	list_for_each_entry(group, &dev->tp_groups, node) {
		publish_group(group);
		if (!list_empty(&group->members))
			types |= group->access_type;
	}
	WRITE_ONCE(dev->tp_types, types);
	if (is_slow(dev))
		set_bit(TARGET_SLOW_ALUA, &dev->slow);
	else
		clear_bit(TARGET_SLOW_ALUA, &dev->slow);
}

/* TARGET_TP_*_SUP: byte 1 of the group's descriptor */
u8 target_tp_transition_support(const struct target_tp_group *group)
{
	return (group->support_active_optimized ? TARGET_TP_AO_SUP : 0) |
	       (group->support_active_nonoptimized ? TARGET_TP_AN_SUP : 0) |
	       (group->support_standby ? TARGET_TP_S_SUP : 0) |
	       (group->support_unavailable ? TARGET_TP_U_SUP : 0) |
	       (group->support_lba_dependent ? TARGET_TP_LBD_SUP : 0) |
	       (group->support_offline ? TARGET_TP_O_SUP : 0) |
	       (group->support_transitioning ? TARGET_TP_T_SUP : 0);
}

/**
 * target_tp_transition_check - may a group be put into a state now?
 * @group: group
 * @to: state
 * @cause: on whose behalf
 *
 * Return: 0; -EINVAL, -EPERM as target_tp_access_check(); -ENODATA if the
 * state depends on a map of logical blocks, and there is none; -EBUSY while a
 * transition is under way
 */
int target_tp_transition_check(const struct target_tp_group *group, u8 to,
			       enum target_tp_status cause)
{
	int ret;

	lockdep_assert_held(&group->dev->mutex);

	ret = target_tp_access_check(target_tp_transition_support(group),
				     group->access_type, to, cause);
	if (ret)
		return ret;
	if (to == TARGET_TP_LBA_DEPENDENT && !target_lba_map_exists(group->dev))
		return -ENODATA;
	return group->access.moving ? -EBUSY : 0;
}

/**
 * target_tp_transition_put - a transition of a request, or its start, is over
 * @request: request
 */
void target_tp_transition_put(struct target_tp_request *request)
{
	if (atomic_dec_and_test(&request->pending))
		request->done(request);
}

/* The file first: a state that was seen must not be forgotten. */
static int keep(struct target_tp_group *group)
{
	struct target_tp_access next = group->access;

	if (!group->write_metadata)
		return 0;
	guard(mutex)(&group->file_lock);
	target_tp_access_end(&next, true);
	return target_tp_file_save(group, &next);
}

static void end_work(struct work_struct *work)
{
	struct target_tp_group *group = container_of(to_delayed_work(work),
						     struct target_tp_group,
						     end_work);
	struct target_tp_request *request = group->request;
	struct target_dev *dev = group->dev;
	int ret = keep(group);

	scoped_guard(mutex, &dev->mutex) {
		target_tp_access_end(&group->access, !ret);
		group->request = NULL;
		target_tp_transition_publish(dev);
	}
	if (ret)
		WRITE_ONCE(request->error, ret);
	target_events_access_changed(dev, ret ? NULL : request->by, !ret);
	target_tp_transition_put(request);
}

static int start_one(struct target_tp_group *group, u8 to,
		     struct target_tp_request *request)
{
	bool show = group->support_transitioning && group->trans_delay_msecs;
	unsigned int delay = show ? group->trans_delay_msecs : 0;
	int ret;

	lockdep_assert_held(&group->dev->mutex);

	ret = target_tp_transition_check(group, to, request->cause);
	if (!ret)
		ret = target_tp_access_begin(&group->access, to,
					     request->cause, show);
	if (ret)
		return ret == -EALREADY ? 0 : ret;
	atomic_inc(&request->pending);
	group->request = request;
	target_tp_transition_publish(group->dev);
	target_complete_reap_later(&group->end_work, msecs_to_jiffies(delay));
	return 0;
}

/**
 * struct follow - a change that other logical units of the LU group follow
 * @leader: not this one
 * @id: group
 * @to: state
 * @request: on whose behalf
 */
struct follow {
	struct target_dev		*leader;
	u16				id;
	u8				to;
	struct target_tp_request	*request;
};

/* Those that have no such group, or one that cannot follow, stay as they are. */
static void follow(struct target_dev *dev, void *arg)
{
	const struct follow *f = arg;
	struct target_tp_group *group;

	if (dev == f->leader)
		return;
	guard(mutex)(&dev->mutex);
	group = target_tp_transition_find(dev, f->id);
	if (group)
		start_one(group, f->to, f->request);
}

/**
 * target_tp_transition_start - begin the transition of a group
 * @dev: logical unit
 * @id: group
 * @to: state
 * @request: who asks, with a count of its own in @request->pending
 *
 * Other logical units of an LU group that is not the default one follow.
 *
 * Context: process; waits for nothing but configuration.
 * Return: 0, -ENODEV if there is no such group, or as
 * target_tp_transition_check()
 */
int target_tp_transition_start(struct target_dev *dev, u16 id, u8 to,
			       struct target_tp_request *request)
{
	struct follow f = { dev, id, to, request };
	struct target_tp_group *group;
	int ret = -ENODEV;

	scoped_guard(mutex, &dev->mutex) {
		group = target_tp_transition_find(dev, id);
		if (group)
			ret = start_one(group, to, request);
	}
	if (!ret)
		target_lu_group_for_each(dev, follow, &f);
	return ret;
}

void target_tp_transition_init(struct target_tp_group *group)
{
	INIT_DELAYED_WORK(&group->end_work, end_work);
}

/* The group goes away: what is under way ends now. */
void target_tp_transition_exit(struct target_tp_group *group)
{
	flush_delayed_work(&group->end_work);
}
