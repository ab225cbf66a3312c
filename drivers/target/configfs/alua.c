// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/alua/lu_gps: logical unit groups, and core/PLUGIN_N/NAME/alua: target
 * port groups of a logical unit.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <target/target_core_refuse.h>
#include "../core/lu_group.h"
#include "../core/tp_group.h"
#include "schema.h"
#include "take.h"
#include "tree.h"

/* An identifier: out of range is EINVAL, however large */
static int parse_id(const char *text, u32 *id)
{
	unsigned long long number;

	if (kstrtoull(text, 0, &number) || number > U16_MAX)
		return -EINVAL;
	*id = number;
	return 0;
}

static const struct target_reason id_reasons[] = {
	{ -EINVAL, "it takes a number, 0..65535, once; not one that another group has" },
	{ }
};

/* ---------------------------------------------------- logical unit groups -- */

/**
 * struct lu_group_dir - core/alua/lu_gps/NAME
 * @group: the directory
 * @lu_group: group
 */
struct lu_group_dir {
	struct config_group	group;
	struct target_lu_group	*lu_group;
};

static struct lu_group_dir default_dir;
static struct config_group lu_groups;

static struct lu_group_dir *to_lu_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct lu_group_dir, group);
}

static ssize_t lu_lu_gp_id_show(struct config_item *item, char *page)
{
	const struct target_lu_group *group = to_lu_dir(item)->lu_group;

	return group->id_set ? sysfs_emit(page, "%u\n", group->id) : 0;
}

static ssize_t lu_lu_gp_id_store(struct config_item *item, const char *page,
				 size_t count)
{
	u32 id;
	int ret = parse_id(page, &id);

	if (!ret)
		ret = target_lu_group_set_id(to_lu_dir(item)->lu_group, id);
	return target_refuse_for(item, "lu_gp_id", ret, id_reasons) ?: count;
}

CONFIGFS_ATTR(lu_, lu_gp_id);

static ssize_t lu_members_show(struct config_item *item, char *page)
{
	return target_lu_group_show_members(to_lu_dir(item)->lu_group, page,
					    PAGE_SIZE);
}

CONFIGFS_ATTR_RO(lu_, members);

static struct configfs_attribute *lu_attrs[] = {
	&lu_attr_lu_gp_id,
	&lu_attr_members,
	NULL,
};

static const struct target_schema lu_rows[] = {
	{
		.attr = &lu_attr_lu_gp_id, .kind = TARGET_SCHEMA_NUMBER,
		.when = TARGET_SCHEMA_ONCE, .max = U16_MAX,
		.help = "identifier; 0 for one that is free",
	},
	{ }
};

static bool find_lu_row(struct config_item *item,
			const struct configfs_attribute *attr,
			struct target_schema *row)
{
	return target_schema_find(lu_rows, attr, row);
}

static const struct target_schema_dir lu_schema = { .find = find_lu_row };

TARGET_SCHEMA_FILE(lu);

static void release_lu_group(struct config_item *item)
{
	struct lu_group_dir *dir = to_lu_dir(item);

	target_lu_group_remove(dir->lu_group);
	kfree(dir);
}

static struct configfs_item_operations lu_item_ops = {
	.release	= release_lu_group,
};

static const struct config_item_type lu_type = {
	.ct_item_ops	= &lu_item_ops,
	.ct_attrs	= lu_attrs,
	.ct_bin_attrs	= lu_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

/* the default group stays as long as the module */
static const struct config_item_type default_lu_type = {
	.ct_attrs	= lu_attrs,
	.ct_bin_attrs	= lu_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_group *make_lu_group(struct config_group *group,
					  const char *name)
{
	struct lu_group_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);

	if (!dir)
		return ERR_PTR(-ENOMEM);
	dir->lu_group = target_lu_group_make(name);
	if (IS_ERR(dir->lu_group)) {
		struct config_group *error = ERR_CAST(dir->lu_group);

		kfree(dir);
		return error;
	}
	config_group_init_type_name(&dir->group, name, &lu_type);
	return &dir->group;
}

static struct configfs_group_operations lu_groups_ops = {
	.make_group	= make_lu_group,
};

static const struct config_item_type lu_groups_type = {
	.ct_group_ops	= &lu_groups_ops,
	.ct_owner	= THIS_MODULE,
};

/**
 * target_alua_lu_groups_add - make core/alua/lu_gps
 * @alua: core/alua
 *
 * Return: 0 or -ENOMEM
 */
int target_alua_lu_groups_add(struct config_group *alua)
{
	int ret = target_lu_group_init();

	if (ret)
		return ret;
	default_dir.lu_group = target_lu_group_default();
	target_tree_add(alua, &lu_groups, "lu_gps", &lu_groups_type);
	target_tree_add(&lu_groups, &default_dir.group, "default_lu_gp",
			&default_lu_type);
	return 0;
}

void target_alua_lu_groups_drop(void)
{
	target_lu_group_exit();
}

/* ----------------------------------------------------- target port groups -- */

static struct target_tp_dir *to_tp_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_tp_dir, group);
}

static ssize_t tp_show(struct config_item *item, enum target_tp_field id,
		       char *page)
{
	u32 value = target_tp_group_get(to_tp_dir(item)->tp, id);

	switch (id) {
	case TARGET_TP_alua_access_status:
		return sysfs_emit(page, "%s\n",
				  target_tp_group_status_text(value));
	case TARGET_TP_alua_access_type:
		return sysfs_emit(page, "%s\n",
				  target_tp_group_type_text(value));
	default:
		return sysfs_emit(page, "%u\n", value);
	}
}

static ssize_t tp_store(struct config_item *item, enum target_tp_field id,
			const char *page, size_t count)
{
	static const struct target_reason move_reasons[] = {
		{ -EBUSY, "a transition is under way: wait for its end" },
		{ }
	};
	static const struct target_reason keep_reasons[] = {
		{ -EINVAL, "give the group a tg_pt_gp_id first" },
		{ -EBUSY, "a transition is under way: wait for its end" },
		{ }
	};
	const struct target_field *row = target_tp_group_row(id);
	u32 value;
	int ret;

	ret = target_take_field(item, row, page, &value);
	if (ret)
		return ret;
	switch (id) {
	case TARGET_TP_alua_access_state:
		ret = target_tp_group_move(to_tp_dir(item)->tp, value);
		target_refuse_for(item, row->name, ret, move_reasons);
		break;
	case TARGET_TP_alua_write_metadata:
		ret = target_tp_group_keep(to_tp_dir(item)->tp, value);
		target_refuse_for(item, row->name, ret, keep_reasons);
		break;
	default:
		target_tp_group_set(to_tp_dir(item)->tp, id, value);
		break;
	}
	return ret ?: count;
}

#define TP_FUNCTIONS(row)						\
static ssize_t tp_##row##_show(struct config_item *item, char *page)	\
{									\
	return tp_show(item, TARGET_TP_##row, page);			\
}									\
static ssize_t tp_##row##_store(struct config_item *item,		\
				const char *page, size_t count)		\
{									\
	return tp_store(item, TARGET_TP_##row, page, count);		\
}

TARGET_TP_FIELDS(TP_FUNCTIONS)

#define TP_FILE(row)							\
	[TARGET_TP_##row] = {						\
		.ca_name	= #row,					\
		.ca_mode	= 0644,					\
		.ca_owner	= THIS_MODULE,				\
		.show		= tp_##row##_show,			\
		.store		= tp_##row##_store,			\
	},

static struct configfs_attribute tp_files[] = {
	TARGET_TP_FIELDS(TP_FILE)
};

static ssize_t tp_tg_pt_gp_id_show(struct config_item *item, char *page)
{
	const struct target_tp_group *tp = to_tp_dir(item)->tp;

	return tp->id_set ? sysfs_emit(page, "%u\n", tp->id) : 0;
}

static ssize_t tp_tg_pt_gp_id_store(struct config_item *item, const char *page,
				    size_t count)
{
	u32 id;
	int ret = parse_id(page, &id);

	if (!ret)
		ret = target_tp_group_set_id(to_tp_dir(item)->tp, id);
	return target_refuse_for(item, "tg_pt_gp_id", ret, id_reasons) ?: count;
}

CONFIGFS_ATTR(tp_, tg_pt_gp_id);

static ssize_t tp_members_show(struct config_item *item, char *page)
{
	return target_tp_group_show_members(to_tp_dir(item)->tp, page,
					    PAGE_SIZE);
}

CONFIGFS_ATTR_RO(tp_, members);

#define TP_POINTER(row)							\
	&tp_files[TARGET_TP_##row],

static struct configfs_attribute *tp_attrs[] = {
	TARGET_TP_FIELDS(TP_POINTER)
	&tp_attr_members,
	&tp_attr_tg_pt_gp_id,
	NULL,
};

static const struct target_schema tp_rows[] = {
	{
		.attr = &tp_attr_tg_pt_gp_id, .kind = TARGET_SCHEMA_NUMBER,
		.when = TARGET_SCHEMA_ONCE, .max = U16_MAX,
		.help = "identifier; 0 for one that is free",
	},
	{ }
};

static bool find_tp_row(struct config_item *item,
			const struct configfs_attribute *attr,
			struct target_schema *row)
{
	size_t id;

	for (id = 0; id < TARGET_TP_FIELD_COUNT; id++) {
		if (attr == &tp_files[id]) {
			target_field_describe(target_tp_group_row(id), row);
			return true;
		}
	}
	return target_schema_find(tp_rows, attr, row);
}

static const struct target_schema_dir tp_schema = { .find = find_tp_row };

TARGET_SCHEMA_FILE(tp);

static void release_tp_group(struct config_item *item)
{
	struct target_tp_dir *dir = to_tp_dir(item);

	target_tp_group_remove(dir->tp);
	kfree(dir);
}

static struct configfs_item_operations tp_item_ops = {
	.release	= release_tp_group,
};

static const struct config_item_type tp_type = {
	.ct_item_ops	= &tp_item_ops,
	.ct_attrs	= tp_attrs,
	.ct_bin_attrs	= tp_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

/* the default group goes with its logical unit */
static const struct config_item_type default_tp_type = {
	.ct_attrs	= tp_attrs,
	.ct_bin_attrs	= tp_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_group *make_tp_group(struct config_group *group,
					  const char *name)
{
	struct target_dev_dir *unit = container_of(group, struct target_dev_dir,
						   alua);
	struct target_tp_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);

	if (!dir)
		return ERR_PTR(-ENOMEM);
	dir->tp = target_tp_group_make(unit->dev, name);
	if (IS_ERR(dir->tp)) {
		struct config_group *error = ERR_CAST(dir->tp);

		kfree(dir);
		return error;
	}
	config_group_init_type_name(&dir->group, name, &tp_type);
	return &dir->group;
}

static struct configfs_group_operations tp_groups_ops = {
	.make_group	= make_tp_group,
};

static const struct config_item_type tp_groups_type = {
	.ct_group_ops	= &tp_groups_ops,
	.ct_owner	= THIS_MODULE,
};

/**
 * target_alua_dir_add - make alua/ and alua/default_tg_pt_gp/
 * @dir: directory of the logical unit
 */
void target_alua_dir_add(struct target_dev_dir *dir)
{
	dir->tp_default.tp = dir->dev->tp_default;
	target_tree_add(&dir->group, &dir->alua, "alua", &tp_groups_type);
	target_tree_add(&dir->alua, &dir->tp_default.group, "default_tg_pt_gp",
			&default_tp_type);
}
