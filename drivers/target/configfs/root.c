// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/target.
 */
#include <linux/export.h>
#include <linux/module.h>
#include <linux/utsname.h>
#include <target/target_core_fabric.h>
#include <target/target_core_refuse.h>
#include "../core/dbroot.h"
#include "../core/main.h"
#include "schema.h"
#include "take.h"
#include "tree.h"

static ssize_t root_version_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "Target Engine Core ConfigFS Infrastructure v5.0 on %s/%s on %s\n",
			  utsname()->sysname, utsname()->machine,
			  utsname()->release);
}

CONFIGFS_ATTR_RO(root_, version);

static ssize_t root_dbroot_show(struct config_item *item, char *page)
{
	return target_dbroot_show(page, PAGE_SIZE);
}

static ssize_t root_dbroot_store(struct config_item *item, const char *page,
				 size_t count)
{
	char path[256];
	int ret = target_take_line(item, "dbroot", page, path, sizeof(path));

	if (ret >= 0)
		ret = target_dbroot_set(path);
	return ret < 0 ? ret : count;
}

CONFIGFS_ATTR(root_, dbroot);

static struct configfs_attribute *root_attrs[] = {
	&root_attr_dbroot,
	&root_attr_version,
	NULL,
};

static const struct target_schema root_rows[] = {
	{
		.attr = &root_attr_dbroot, .kind = TARGET_SCHEMA_TEXT,
		.when = TARGET_SCHEMA_UNUSED, .min = 1, .max = 255,
		.text = "/var/target",
		.help = "folder for what has to survive power loss",
	},
	{ }
};

static bool find_root_row(struct config_item *item,
			  const struct configfs_attribute *attr,
			  struct target_schema *row)
{
	return target_schema_find(root_rows, attr, row);
}

static const struct target_schema_dir root_schema = { .find = find_root_row };

TARGET_SCHEMA_FILE(root);

static struct config_group *make_fabric(struct config_group *group,
					const char *name)
{
	static const struct target_reason reasons[] = {
		{ -EINVAL, "no module has a fabric of this name" },
		{ }
	};
	struct config_group *made = target_fabric_dir_make(name);

	if (IS_ERR(made))
		target_refuse_for(&group->cg_item, name, PTR_ERR(made), reasons);
	return made;
}

static struct configfs_group_operations root_group_ops = {
	.make_group	= make_fabric,
};

static const struct config_item_type root_type = {
	.ct_group_ops	= &root_group_ops,
	.ct_attrs	= root_attrs,
	.ct_bin_attrs	= root_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct configfs_subsystem subsystem = {
	.su_mutex	= __MUTEX_INITIALIZER(subsystem.su_mutex),
};

static struct config_group core_group;
static struct config_group alua_group;

/**
 * target_depend_item - keep a directory: rmdir is refused
 * @item: its item
 *
 * Context: process; not from a configfs callback.
 * Return: 0, or -ENOENT if it is going away
 */
int target_depend_item(struct config_item *item)
{
	return configfs_depend_item(&subsystem, item);
}
EXPORT_SYMBOL(target_depend_item);

/**
 * target_undepend_item - allow rmdir again
 * @item: what target_depend_item() got
 *
 * Context: any that may take a spinlock.
 */
void target_undepend_item(struct config_item *item)
{
	configfs_undepend_item(item);
}
EXPORT_SYMBOL(target_undepend_item);

int __init target_root_init(void)
{
	struct config_group *root = &subsystem.su_group;
	int ret;

	target_dbroot_init();
	target_device_dir_init();
	config_group_init_type_name(root, "target", &root_type);
	target_tree_add(root, &core_group, "core", &target_hba_core_type);
	target_tree_add(&core_group, &alua_group, "alua", &target_tree_plain);
	ret = target_alua_lu_groups_add(&alua_group);
	if (ret)
		return ret;
	ret = configfs_register_subsystem(&subsystem);
	if (ret)
		target_alua_lu_groups_drop();
	return ret;
}

void target_root_exit(void)
{
	configfs_unregister_subsystem(&subsystem);
	target_tree_drop(&subsystem.su_group);
	target_alua_lu_groups_drop();
}
