// SPDX-License-Identifier: GPL-2.0-only
/*
 * FABRIC/WWN/tpgt_N/lun: LUNs, and the links from them to logical units.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <target/target_core_refuse.h>
#include "../core/lun.h"
#include "../core/tp_member.h"
#include "parse.h"
#include "schema.h"
#include "take.h"
#include "tree.h"

static struct target_lun_dir *to_lun_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_lun_dir,
			    group);
}

/* ------------------------------------------------------------------ files -- */

static ssize_t lun_alua_tg_pt_gp_show(struct config_item *item, char *page)
{
	struct target_lun *lun = to_lun_dir(item)->lun;

	guard(mutex)(&lun->port->mutex);
	return lun->link ? target_tp_member_show(lun->link, page, PAGE_SIZE) :
			   -ENODEV;
}

static ssize_t lun_alua_tg_pt_gp_store(struct config_item *item,
				       const char *page, size_t count)
{
	static const struct target_reason reasons[] = {
		{ -ENODEV, "link a logical unit; its alua/ needs the group, with a tg_pt_gp_id" },
		{ }
	};
	struct target_lun *lun = to_lun_dir(item)->lun;
	char name[256];
	int ret;

	ret = target_take_line(item, "alua_tg_pt_gp", page, name, sizeof(name));
	if (ret < 0)
		return ret;
	scoped_guard(mutex, &lun->port->mutex)
		ret = lun->link ? target_tp_member_join(lun->link, name) :
				  -ENODEV;
	return target_refuse_for(item, "alua_tg_pt_gp", ret, reasons) ?: count;
}

CONFIGFS_ATTR(lun_, alua_tg_pt_gp);

static ssize_t member_show(struct config_item *item,
			   enum target_tp_member_field id, char *page)
{
	struct target_lun *lun = to_lun_dir(item)->lun;

	guard(mutex)(&lun->port->mutex);
	if (!lun->link)
		return -ENODEV;
	return sysfs_emit(page, "%u\n",
			  target_tp_member_get(lun->link, id));
}

static ssize_t member_store(struct config_item *item,
			    enum target_tp_member_field id, const char *page,
			    size_t count)
{
	static const struct target_reason reasons[] = {
		{ -EINVAL, "the group of the LUN has no such state: see alua_support_offline" },
		{ -ENODEV, "link a logical unit first" },
		{ }
	};
	const struct target_field *row = target_tp_member_row(id);
	struct target_lun *lun = to_lun_dir(item)->lun;
	struct target_link *link;
	u32 value;
	int ret;

	ret = target_take_field(item, row, page, &value);
	if (ret)
		return ret;
	/* no lock is held while a file below dbroot is written */
	link = target_lun_get_link(lun);
	ret = link ? target_tp_member_set(link, id, value) : -ENODEV;
	if (link)
		target_lun_put_link(link);
	return target_refuse_for(item, row->name, ret, reasons) ?: count;
}

#define MEMBER_FUNCTIONS(row)						\
static ssize_t lun_##row##_show(struct config_item *item, char *page)	\
{									\
	return member_show(item, TARGET_TP_##row, page);		\
}									\
static ssize_t lun_##row##_store(struct config_item *item,		\
				 const char *page, size_t count)	\
{									\
	return member_store(item, TARGET_TP_##row, page, count);	\
}

TARGET_TP_MEMBER_FIELDS(MEMBER_FUNCTIONS)

#define MEMBER_FILE(row)						\
	[TARGET_TP_##row] = {						\
		.ca_name	= #row,					\
		.ca_mode	= 0644,					\
		.ca_owner	= THIS_MODULE,				\
		.show		= lun_##row##_show,			\
		.store		= lun_##row##_store,			\
	},

static struct configfs_attribute member_files[] = {
	TARGET_TP_MEMBER_FIELDS(MEMBER_FILE)
};

#define MEMBER_POINTER(row)						\
	&member_files[TARGET_TP_##row],

static struct configfs_attribute *lun_attrs[] = {
	&lun_attr_alua_tg_pt_gp,
	TARGET_TP_MEMBER_FIELDS(MEMBER_POINTER)
	NULL,
};

static const struct target_schema lun_rows[] = {
	TARGET_SCHEMA_LINE(&lun_attr_alua_tg_pt_gp, TEXT, LINKED, 255,
			   "default_tg_pt_gp",
			   "name of a target port group of the logical unit"),
	{ }
};

static bool find_lun_row(struct config_item *item,
			 const struct configfs_attribute *attr,
			 struct target_schema *row)
{
	size_t id;

	for (id = 0; id < TARGET_TP_MEMBER_FIELD_COUNT; id++) {
		if (attr == &member_files[id]) {
			target_field_describe(target_tp_member_row(id),
					      row);
			row->when = TARGET_SCHEMA_LINKED;
			return true;
		}
	}
	return target_schema_find(lun_rows, attr, row);
}

static const struct target_schema_dir lun_schema = { .find = find_lun_row };

TARGET_SCHEMA_FILE(lun);

/* ------------------------------------------------------------------ links -- */

static int link_dev(struct config_item *item, struct config_item *target)
{
	static const struct target_reason reasons[] = {
		{ -EFAULT, "a LUN links to a logical unit, core/KIND_N/NAME" },
		{ -EEXIST, "a LUN links to one logical unit: remove the other link" },
		{ -ENODEV, "the logical unit is not enabled: write 1 to its enable first" },
		{ }
	};
	struct target_lun *lun = to_lun_dir(item)->lun;
	struct target_dev *dev = target_device_dir_find(target);
	int ret;

	ret = dev ? target_lun_link(lun, dev) : -EFAULT;
	if (ret)
		return target_refuse_for(item, config_item_name(target), ret,
					 reasons);
	return 0;
}

static void unlink_dev(struct config_item *item, struct config_item *target)
{
	struct target_lun *lun = to_lun_dir(item)->lun;
	const struct target_core_fabric_ops *tfo = lun->port->tfo;

	if (tfo->fabric_pre_unlink)
		tfo->fabric_pre_unlink(lun->port->se_tpg, &lun->se);
	target_lun_unlink(lun);
}

/* ------------------------------------------------------- made and removed -- */

static void release_lun(struct config_item *item)
{
	struct target_lun_dir *dir = to_lun_dir(item);
	struct config_group *tpg = &dir->lun->port->se_tpg->tpg_group;

	target_tree_drop(&dir->group);
	target_lun_remove(dir->lun);
	kfree(dir);
	config_group_put(tpg);
}

static struct configfs_item_operations lun_item_ops = {
	.release	= release_lun,
	.allow_link	= link_dev,
	.drop_link	= unlink_dev,
};

static const struct config_item_type lun_type = {
	.ct_item_ops	= &lun_item_ops,
	.ct_attrs	= lun_attrs,
	.ct_bin_attrs	= lun_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_group *make_lun(struct config_group *group,
				     const char *name)
{
	static const struct target_reason reasons[] = {
		{ -EEXIST, "there is a folder for this number under another name" },
		{ }
	};
	struct se_portal_group *se_tpg =
		container_of(group, struct se_portal_group, tpg_lun_group);
	struct target_lun_dir *dir;
	struct target_lun *lun;
	u64 number;

	if (target_parse_lun(name, &number))
		return ERR_PTR(target_refuse(&group->cg_item, name, -EINVAL,
					     "a name is lun_N, N up to 16777215"));
	dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	if (!dir)
		return ERR_PTR(-ENOMEM);
	lun = target_lun_make(to_port(se_tpg), number);
	if (IS_ERR(lun)) {
		kfree(dir);
		return ERR_PTR(target_refuse_for(&group->cg_item, name,
						 PTR_ERR(lun), reasons));
	}
	dir->lun = lun;
	/* the group of ports stays until the LUN was released */
	config_group_get(&se_tpg->tpg_group);
	config_group_init_type_name(&dir->group, name, &lun_type);
	target_stat_lun_add(dir);
	return &dir->group;
}

static struct configfs_group_operations lun_dirs_ops = {
	.make_group	= make_lun,
};

/* lun/ */
const struct config_item_type target_lun_dirs_type = {
	.ct_group_ops	= &lun_dirs_ops,
	.ct_owner	= THIS_MODULE,
};

/**
 * target_lun_dir_find - the LUN that a directory stands for
 * @item: any directory
 *
 * Return: LUN, or NULL if the directory is something else
 */
struct target_lun *target_lun_dir_find(struct config_item *item)
{
	return item->ci_type == &lun_type ? to_lun_dir(item)->lun : NULL;
}
