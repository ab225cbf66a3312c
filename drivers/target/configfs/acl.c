// SPDX-License-Identifier: GPL-2.0-only
/*
 * FABRIC/WWN/tpgt_N/acls: initiators, and the LUNs that each of them sees.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <target/target_core_refuse.h>
#include "../core/acl.h"
#include "../core/field.h"
#include "parse.h"
#include "schema.h"
#include "take.h"
#include "tree.h"

/* ------------------------------------------------------------ mapped LUNs -- */

static struct target_map_dir *to_map_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_map_dir,
			    group);
}

static ssize_t map_write_protect_show(struct config_item *item, char *page)
{
	struct target_map_dir *dir = to_map_dir(item);

	guard(mutex)(&dir->lock);
	if (!dir->map && !dir->protect)
		return 0;
	return sysfs_emit(page, "%d\n",
			  dir->map ? dir->map->read_only : dir->read_only);
}

static ssize_t map_write_protect_store(struct config_item *item,
				       const char *page, size_t count)
{
	static const struct target_field row = {
		.name = "write_protect", .kind = TARGET_FIELD_FLAG, .max = 1,
	};
	struct target_map_dir *dir = to_map_dir(item);
	u32 value;
	int ret = target_take_field(item, &row, page, &value);

	if (ret)
		return ret;
	guard(mutex)(&dir->lock);
	dir->protect = true;
	dir->read_only = value;
	if (dir->map)
		target_acl_set_read_only(dir->map, value);
	return count;
}

CONFIGFS_ATTR(map_, write_protect);

static struct configfs_attribute *map_attrs[] = {
	&map_attr_write_protect,
	NULL,
};

static const struct target_schema map_rows[] = {
	TARGET_SCHEMA_ROW(&map_attr_write_protect, BOOL, 0, 1, 0,
			  "the initiator cannot write"),
	{ }
};

static bool find_map_row(struct config_item *item,
			 const struct configfs_attribute *attr,
			 struct target_schema *row)
{
	return target_schema_find(map_rows, attr, row);
}

static const struct target_schema_dir map_schema = { .find = find_map_row };

TARGET_SCHEMA_FILE(map);

static int map_lun(struct target_map_dir *dir, struct target_lun *lun)
{
	struct target_map *map;

	if (!lun)
		return -EFAULT;
	guard(mutex)(&dir->lock);
	if (dir->map)
		return -EINVAL;
	map = target_acl_map(dir->acl, dir->number, lun);
	if (IS_ERR(map))
		return PTR_ERR(map);
	if (dir->protect)
		target_acl_set_read_only(map, dir->read_only);
	dir->map = map;
	return 0;
}

static int link_lun(struct config_item *item, struct config_item *target)
{
	static const struct target_reason reasons[] = {
		{ -EFAULT, "it links to a lun_N of the target port group" },
		{ -EINVAL, "it links to one lun_N, of the same target port group" },
		{ -EEXIST, "the initiator sees another LUN under this number" },
		{ }
	};
	int ret = map_lun(to_map_dir(item), target_lun_dir_find(target));

	return target_refuse_for(item, config_item_name(target), ret, reasons);
}

static void unlink_lun(struct config_item *item, struct config_item *target)
{
	struct target_map_dir *dir = to_map_dir(item);

	guard(mutex)(&dir->lock);
	target_acl_unmap(dir->map);
	dir->map = NULL;
	dir->protect = false;
}

static void release_map(struct config_item *item)
{
	struct target_map_dir *dir = to_map_dir(item);
	struct config_group *acl = &dir->acl->se->acl_group;

	target_tree_drop(&dir->group);
	mutex_destroy(&dir->lock);
	kfree(dir);
	config_group_put(acl);
}

static struct configfs_item_operations map_item_ops = {
	.release	= release_map,
	.allow_link	= link_lun,
	.drop_link	= unlink_lun,
};

static const struct config_item_type map_type = {
	.ct_item_ops	= &map_item_ops,
	.ct_attrs	= map_attrs,
	.ct_bin_attrs	= map_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_group *make_map(struct config_group *group,
				     const char *name)
{
	struct se_node_acl *nacl = acl_to_nacl(&group->cg_item);
	struct target_map_dir *dir;
	u64 number;

	if (target_parse_lun(name, &number))
		return ERR_PTR(target_refuse(&group->cg_item, name, -EINVAL,
					     "a name is lun_N, N up to 16777215"));
	dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	if (!dir)
		return ERR_PTR(-ENOMEM);
	dir->acl = to_acl(nacl);
	dir->number = number;
	mutex_init(&dir->lock);
	/* the initiator stays until the mapping was released */
	config_group_get(group);
	config_group_init_type_name(&dir->group, name, &map_type);
	target_stat_map_add(dir);
	return &dir->group;
}

/* ------------------------------------------------------------- initiators -- */

static ssize_t acl_tag_show(struct config_item *item, char *page)
{
	int length = sysfs_emit(page, "%s", acl_to_nacl(item)->acl_tag);

	return length;
}

static ssize_t acl_tag_store(struct config_item *item, const char *page,
			     size_t count)
{
	char tag[sizeof_field(struct se_node_acl, acl_tag)];
	int ret = target_take_line(item, "tag", page, tag, sizeof(tag));

	if (ret >= 0)
		ret = target_acl_set_tag(to_acl(acl_to_nacl(item)), tag);
	return ret < 0 ? ret : count;
}

CONFIGFS_ATTR(acl_, tag);

static struct configfs_attribute *acl_attrs[] = {
	&acl_attr_tag,
	NULL,
};

static const struct target_schema acl_rows[] = {
	TARGET_SCHEMA_LINE(&acl_attr_tag, TEXT, ALWAYS,
			   sizeof_field(struct se_node_acl, acl_tag) - 1, "",
			   "a label"),
	{ }
};

static bool find_acl_row(struct config_item *item,
			 const struct configfs_attribute *attr,
			 struct target_schema *row)
{
	const struct se_portal_group *se_tpg = acl_to_nacl(item)->se_tpg;

	return target_schema_find(acl_rows, attr, row) ||
	       target_schema_find_fabric(se_tpg->se_tpg_tfo, attr, row);
}

static const struct target_schema_dir acl_schema = { .find = find_acl_row };

TARGET_SCHEMA_FILE(acl);

static void release_acl(struct config_item *item)
{
	struct se_node_acl *nacl = acl_to_nacl(item);
	struct config_group *tpg = &nacl->se_tpg->tpg_group;
	struct target_acl *acl = to_acl(nacl);

	target_tree_drop(&nacl->acl_group);
	target_acl_remove(acl);
	target_acl_unref(acl);
	config_group_put(tpg);
}

static struct configfs_item_operations acl_item_ops = {
	.release	= release_acl,
};

static struct configfs_group_operations acl_group_ops = {
	.make_group	= make_map,
};

/* acls/NAME/ */
const struct target_tree_ops target_acl_dir_ops = {
	.item	= &acl_item_ops,
	.group	= &acl_group_ops,
	.attrs	= acl_attrs,
	.bin_attrs = acl_bin_attrs,
};

static void add_parts(struct se_node_acl *nacl, struct se_wwn *wwn)
{
	struct config_group *group = &nacl->acl_group;
	struct config_group *stat = &nacl->acl_fabric_stat_group;

	target_tree_add(group, &nacl->acl_attrib_group, "attrib",
			target_tree_type(wwn, TARGET_FABRIC_TYPE_ACL_ATTRIB));
	target_tree_add(group, &nacl->acl_auth_group, "auth",
			target_tree_type(wwn, TARGET_FABRIC_TYPE_ACL_AUTH));
	target_tree_add(group, &nacl->acl_param_group, "param",
			target_tree_type(wwn, TARGET_FABRIC_TYPE_ACL_PARAM));
	/* initialised with the ACL: the fabric has put its own into it */
	config_item_set_name(&stat->cg_item, "fabric_statistics");
	stat->cg_item.ci_type = &target_tree_plain;
	configfs_add_default_group(stat, group);
}

static struct config_group *make_acl(struct config_group *group,
				     const char *name)
{
	static const struct target_reason reasons[] = {
		{ -EEXIST, "the initiator is admitted already" },
		{ -EOVERFLOW, "an initiator's name is shorter" },
		{ }
	};
	struct se_portal_group *se_tpg =
		container_of(group, struct se_portal_group, tpg_acl_group);
	struct se_wwn *wwn = se_tpg->se_tpg_wwn;
	struct target_acl *acl;

	acl = target_acl_make(to_port(se_tpg), name);
	if (IS_ERR(acl))
		return ERR_PTR(target_refuse_for(&group->cg_item, name,
						 PTR_ERR(acl), reasons));
	/* the group of ports stays until the ACL was released */
	config_group_get(&se_tpg->tpg_group);
	config_group_init_type_name(&acl->se->acl_group, name,
				    target_tree_type(wwn, TARGET_FABRIC_TYPE_ACL));
	add_parts(acl->se, wwn);
	return &acl->se->acl_group;
}

static struct configfs_group_operations acl_dirs_ops = {
	.make_group	= make_acl,
};

/* acls/ */
const struct config_item_type target_acl_dirs_type = {
	.ct_group_ops	= &acl_dirs_ops,
	.ct_owner	= THIS_MODULE,
};
