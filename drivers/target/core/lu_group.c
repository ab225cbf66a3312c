// SPDX-License-Identifier: GPL-2.0-only
/*
 * ALUA logical unit groups (SPC-5 5.18): sets of logical units whose access
 * states change together.  A logical unit is always in one; the one without
 * another is in the default group.
 */
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "events.h"
#include "lu_group.h"

static DEFINE_MUTEX(groups_lock);	/* guards the groups and memberships */
static LIST_HEAD(groups);
static DEFINE_IDA(ids);
static struct target_lu_group *default_group;

static struct target_lu_group *alloc_group(const char *name)
{
	struct target_lu_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return NULL;
	group->name = kstrdup(name, GFP_KERNEL);
	if (!group->name) {
		kfree(group);
		return NULL;
	}
	INIT_LIST_HEAD(&group->members);
	return group;
}

static void free_group(struct target_lu_group *group)
{
	if (group->id_set)
		ida_free(&ids, group->id);
	kfree(group->name);
	kfree(group);
}

/**
 * target_lu_group_init - make the default group
 *
 * Return: 0 or -ENOMEM
 */
int target_lu_group_init(void)
{
	default_group = target_lu_group_make("default_lu_gp");
	if (IS_ERR(default_group))
		return PTR_ERR(default_group);
	default_group->id = ida_alloc(&ids, GFP_KERNEL);
	default_group->id_set = true;
	return 0;
}

void target_lu_group_exit(void)
{
	list_del(&default_group->node);
	free_group(default_group);
	ida_destroy(&ids);
}

struct target_lu_group *target_lu_group_default(void)
{
	return default_group;
}

/**
 * target_lu_group_make - make a group, without an identifier
 * @name: its directory
 *
 * Return: group or ERR_PTR
 */
struct target_lu_group *target_lu_group_make(const char *name)
{
	struct target_lu_group *group = alloc_group(name);

	if (!group)
		return ERR_PTR(-ENOMEM);
	guard(mutex)(&groups_lock);
	list_add_tail(&group->node, &groups);
	return group;
}

/**
 * target_lu_group_remove - the directory is gone
 * @group: group; its members go to the default group
 */
void target_lu_group_remove(struct target_lu_group *group)
{
	struct target_dev *dev;

	scoped_guard(mutex, &groups_lock) {
		list_for_each_entry(dev, &group->members, lu_node) {
			dev->lu_group = default_group;
			target_events_ident_changed(dev);
		}
		list_splice_tail(&group->members, &default_group->members);
		list_del(&group->node);
	}
	free_group(group);
}

/**
 * target_lu_group_set_id - give a group its identifier
 * @group: group that has none
 * @id: 1 to 65535, or 0 for one that is free
 *
 * Return: 0, or -EINVAL if it has one, or @id is taken or out of range
 */
int target_lu_group_set_id(struct target_lu_group *group, u32 id)
{
	int ret;

	if (id > U16_MAX)
		return -EINVAL;
	guard(mutex)(&groups_lock);
	if (group->id_set)
		return -EINVAL;
	ret = ida_alloc_range(&ids, id ?: 1, id ?: U16_MAX, GFP_KERNEL);
	if (ret < 0)
		return ret == -ENOSPC ? -EINVAL : ret;
	group->id = ret;
	group->id_set = true;
	return 0;
}

static void move_to(struct target_dev *dev, struct target_lu_group *group)
{
	lockdep_assert_held(&groups_lock);
	dev->lu_group = group;
	list_move_tail(&dev->lu_node, &group->members);
}

/**
 * target_lu_group_add - a new logical unit starts in the default group
 * @dev: logical unit
 */
void target_lu_group_add(struct target_dev *dev)
{
	INIT_LIST_HEAD(&dev->lu_node);
	guard(mutex)(&groups_lock);
	move_to(dev, default_group);
}

/**
 * target_lu_group_del - a logical unit goes away
 * @dev: logical unit
 */
void target_lu_group_del(struct target_dev *dev)
{
	guard(mutex)(&groups_lock);
	dev->lu_group = NULL;
	list_del_init(&dev->lu_node);
}

static struct target_lu_group *find(const char *name)
{
	struct target_lu_group *group;

	lockdep_assert_held(&groups_lock);
	list_for_each_entry(group, &groups, node)
		if (!strcmp(group->name, name))
			return group;
	return NULL;
}

/**
 * target_lu_group_join - put a logical unit into a group
 * @dev: logical unit
 * @name: group, or "NULL" for the default group
 *
 * Return: 0, or -ENODEV if there is no such group, or it has no identifier
 */
int target_lu_group_join(struct target_dev *dev, const char *name)
{
	struct target_lu_group *group;

	guard(mutex)(&groups_lock);
	group = strcmp(name, "NULL") ? find(name) : default_group;
	if (!group || !group->id_set)
		return -ENODEV;
	if (group == dev->lu_group)
		return 0;
	move_to(dev, group);
	target_events_ident_changed(dev);
	return 0;
}

/**
 * target_lu_group_show - say which group a logical unit is in
 * @dev: logical unit
 * @text: buffer
 * @size: of it
 *
 * Return: length
 */
int target_lu_group_show(struct target_dev *dev, char *text, size_t size)
{
	guard(mutex)(&groups_lock);
	return scnprintf(text, size, "LU Group Alias: %s\nLU Group ID: %u\n",
			 dev->lu_group->name, dev->lu_group->id);
}

/**
 * target_lu_group_show_members - list the logical units of a group
 * @group: group
 * @text: buffer
 * @size: of it; what does not fit is left out, line by line
 *
 * Return: length
 */
int target_lu_group_show_members(struct target_lu_group *group, char *text,
				 size_t size)
{
	struct target_dev *dev;
	size_t length = 0;

	guard(mutex)(&groups_lock);
	list_for_each_entry(dev, &group->members, lu_node) {
		int more = snprintf(text + length, size - length, "%s_%u/%s\n",
				    dev->hba->ops->name, dev->hba->plugin_index,
				    dev->name);

		if (more >= size - length)
			break;
		length += more;
	}
	return length;
}

/**
 * target_lu_group_id - identifier of the group that a logical unit is in
 * @dev: logical unit
 *
 * Context: process.
 * Return: identifier; 0, the default group's, when the directory is gone
 */
u16 target_lu_group_id(struct target_dev *dev)
{
	guard(mutex)(&groups_lock);
	return dev->lu_group ? dev->lu_group->id : 0;
}

/**
 * target_lu_group_for_each - visit the logical units of a group
 * @dev: one of them; nobody is visited if it is in the default group
 * @fn: visits; may take target_dev.mutex
 * @arg: its second argument
 *
 * Context: process.
 */
void target_lu_group_for_each(struct target_dev *dev,
			      void (*fn)(struct target_dev *dev, void *arg),
			      void *arg)
{
	struct target_dev *member;

	guard(mutex)(&groups_lock);
	if (!dev->lu_group || dev->lu_group == default_group)
		return;
	list_for_each_entry(member, &dev->lu_group->members, lu_node)
		fn(member, arg);
}
