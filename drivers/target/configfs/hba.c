// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/PLUGIN_N: HBAs.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <target/target_core_refuse.h>
#include "../core/dbroot.h"
#include "../core/device.h"
#include "parse.h"
#include "schema.h"
#include "tree.h"

static struct target_hba_dir *to_hba_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_hba_dir,
			    group);
}

static ssize_t hba_info_show(struct config_item *item, char *page)
{
	const struct target_hba *hba = to_hba_dir(item)->hba;

	return sysfs_emit(page, "HBA Index: %u plugin: %s version: v5.0\n",
			  hba->index, hba->ops->name);
}

CONFIGFS_ATTR_RO(, hba_info);

static ssize_t hba_mode_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "0\n");
}

/* Only a SCSI host that is passed through as a whole has another mode. */
static ssize_t hba_mode_store(struct config_item *item, const char *page,
			      size_t count)
{
	pr_warn("target: %s: this kind of backstore has no modes; hba_mode stays 0\n",
		config_item_name(item));
	return -EINVAL;
}

CONFIGFS_ATTR(, hba_mode);

static struct configfs_attribute *hba_attrs[] = {
	&attr_hba_info,
	&attr_hba_mode,
	NULL,
};

static const struct target_schema hba_rows[] = {
	{
		.attr = &attr_hba_mode, .kind = TARGET_SCHEMA_NUMBER,
		.when = TARGET_SCHEMA_NEVER, .has_init = true,
		.help = "how a SCSI host is passed through",
	},
	{ }
};

static bool find_hba_row(struct config_item *item,
			 const struct configfs_attribute *attr,
			 struct target_schema *row)
{
	return target_schema_find(hba_rows, attr, row);
}

static const struct target_schema_dir hba_schema = { .find = find_hba_row };

TARGET_SCHEMA_FILE(hba);

static struct config_group *make_dev(struct config_group *group,
				     const char *name)
{
	return target_device_dir_make(to_hba_dir(&group->cg_item)->hba, name);
}

static struct configfs_group_operations hba_group_ops = {
	.make_group	= make_dev,
};

static void release_hba(struct config_item *item)
{
	struct target_hba_dir *dir = to_hba_dir(item);

	target_device_hba_put(dir->hba);
	target_dbroot_release();
	kfree(dir);
}

static struct configfs_item_operations hba_item_ops = {
	.release	= release_hba,
};

static const struct config_item_type hba_type = {
	.ct_item_ops	= &hba_item_ops,
	.ct_group_ops	= &hba_group_ops,
	.ct_attrs	= hba_attrs,
	.ct_bin_attrs	= hba_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_group *make_hba(struct config_group *group,
				     const char *name)
{
	static const struct target_reason reasons[] = {
		{ -EINVAL, "a name is KIND_N, as fileio_0, iblock_0 or rd_mcp_0" },
		{ }
	};
	struct target_hba_dir *dir;
	struct target_hba *hba;
	char plugin[32];
	u32 index;

	if (target_parse_hba(name, plugin, sizeof(plugin), &index))
		return ERR_PTR(target_refuse_for(&group->cg_item, name, -EINVAL,
						 reasons));
	dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	if (!dir)
		return ERR_PTR(-ENOMEM);
	hba = target_device_hba_make(plugin, index);
	if (IS_ERR(hba)) {
		kfree(dir);
		return ERR_PTR(target_refuse_for(&group->cg_item, name,
						 PTR_ERR(hba), reasons));
	}
	dir->hba = hba;
	target_dbroot_hold();
	config_group_init_type_name(&dir->group, name, &hba_type);
	return &dir->group;
}

static struct configfs_group_operations core_group_ops = {
	.make_group	= make_hba,
};

/* core/ */
const struct config_item_type target_hba_core_type = {
	.ct_group_ops	= &core_group_ops,
	.ct_owner	= THIS_MODULE,
};
