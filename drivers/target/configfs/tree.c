// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all directories have in common.
 */
#include <linux/module.h>
#include "tree.h"

/* A directory with no more than the directories in it. */
const struct config_item_type target_tree_plain = {
	.ct_owner	= THIS_MODULE,
};

/**
 * target_tree_add - put a directory into one that is not visible yet
 * @parent: where
 * @group: directory
 * @name: its name
 * @type: its files and functions
 */
void target_tree_add(struct config_group *parent, struct config_group *group,
		     const char *name, const struct config_item_type *type)
{
	config_group_init_type_name(group, name, type);
	configfs_add_default_group(group, parent);
}

/**
 * target_tree_drop - give up the directories inside a directory
 * @group: directory that is being released
 */
void target_tree_drop(struct config_group *group)
{
	struct config_group *child;

	list_for_each_entry(child, &group->default_groups, group_entry)
		target_tree_drop(child);
	configfs_remove_default_groups(group);
}
