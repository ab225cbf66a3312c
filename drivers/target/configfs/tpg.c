// SPDX-License-Identifier: GPL-2.0-only
/*
 * FABRIC/WWN/tpgt_N: target port groups and their portals.
 */
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <target/target_core_refuse.h>
#include "../core/field.h"
#include "../core/tpg.h"
#include "schema.h"
#include "take.h"
#include "tree.h"

/* ---------------------------------------------------------------- portals -- */

static void release_np(struct config_item *item)
{
	struct se_tpg_np *np = to_tpg_np(item);
	struct se_portal_group *se_tpg = np->tpg_np_parent;

	se_tpg->se_tpg_tfo->fabric_drop_np(np);
	config_group_put(&se_tpg->tpg_group);
}

static struct configfs_item_operations np_item_ops = {
	.release	= release_np,
};

static bool find_np_row(struct config_item *item,
			const struct configfs_attribute *attr,
			struct target_schema *row)
{
	const struct se_portal_group *se_tpg = to_tpg_np(item)->tpg_np_parent;

	return target_schema_find_fabric(se_tpg->se_tpg_tfo, attr, row);
}

static const struct target_schema_dir np_schema = { .find = find_np_row };

TARGET_SCHEMA_FILE(np);

/* np/ADDRESS/ */
const struct target_tree_ops target_tpg_np_ops = {
	.item	= &np_item_ops,
	.bin_attrs = np_bin_attrs,
};

static struct config_group *make_np(struct config_group *group,
				    const char *name)
{
	struct se_portal_group *se_tpg =
		container_of(group, struct se_portal_group, tpg_np_group);
	struct se_wwn *wwn = se_tpg->se_tpg_wwn;
	struct se_tpg_np *np;

	if (!se_tpg->se_tpg_tfo->fabric_make_np)
		return ERR_PTR(target_refuse(&group->cg_item, name, -EPERM,
					     "this fabric has no portals"));
	np = se_tpg->se_tpg_tfo->fabric_make_np(se_tpg, group, name);
	if (IS_ERR_OR_NULL(np))
		return np ? ERR_CAST(np) : ERR_PTR(-EINVAL);
	np->tpg_np_parent = se_tpg;
	/* the group of ports stays until the portal was released */
	config_group_get(&se_tpg->tpg_group);
	config_group_init_type_name(&np->tpg_np_group, name,
				    target_tree_type(wwn, TARGET_FABRIC_TYPE_NP));
	return &np->tpg_np_group;
}

static struct configfs_group_operations nps_group_ops = {
	.make_group	= make_np,
};

static const struct config_item_type nps_type = {
	.ct_group_ops	= &nps_group_ops,
	.ct_owner	= THIS_MODULE,
};

/* ------------------------------------------------------------------ files -- */

static ssize_t tpg_enable_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", to_tpg(item)->enabled);
}

static ssize_t tpg_enable_store(struct config_item *item, const char *page,
				size_t count)
{
	static const struct target_field row = {
		.name = "enable", .kind = TARGET_FIELD_FLAG, .max = 1,
	};
	u32 enable;
	int ret = target_take_field(item, &row, page, &enable);

	if (!ret)
		ret = target_tpg_enable(to_tpg(item), enable);
	return ret ?: count;
}

CONFIGFS_ATTR(tpg_, enable);

static ssize_t tpg_rtpi_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "0x%x\n", to_port(to_tpg(item))->rtpi);
}

static ssize_t tpg_rtpi_store(struct config_item *item, const char *page,
			      size_t count)
{
	u16 rtpi;
	int ret = kstrtou16(page, 0, &rtpi);

	if (ret)
		return target_refuse(item, "rtpi", ret,
				     "it takes a number, 1..65535");
	ret = target_tpg_set_rtpi(to_tpg(item), rtpi);
	return ret ?: count;
}

CONFIGFS_ATTR(tpg_, rtpi);

static struct configfs_attribute *tpg_attrs[] = {
	&tpg_attr_enable,
	&tpg_attr_rtpi,
	NULL,
};

/* Where a fabric has nothing to enable there is no such file. */
static bool is_visible(struct config_item *item,
		       struct configfs_attribute *attr, int n)
{
	return attr != &tpg_attr_enable ||
	       to_tpg(item)->se_tpg_tfo->fabric_enable_tpg;
}

static const struct target_schema tpg_rows[] = {
	TARGET_SCHEMA_ROW(&tpg_attr_enable, BOOL, 0, 1, 0,
			  "initiators can log in"),
	{
		.attr = &tpg_attr_rtpi, .kind = TARGET_SCHEMA_NUMBER,
		.when = TARGET_SCHEMA_DISABLED, .min = 1, .max = U16_MAX,
		.help = "relative target port identifier",
	},
	{ }
};

static bool find_tpg_row(struct config_item *item,
			 const struct configfs_attribute *attr,
			 struct target_schema *row)
{
	const struct se_portal_group *se_tpg = to_tpg(item);

	if (!target_schema_find(tpg_rows, attr, row))
		return target_schema_find_fabric(se_tpg->se_tpg_tfo, attr, row);
	if (attr == &tpg_attr_enable)
		row->init = to_port(to_tpg(item))->enabled_first;
	return true;
}

static const struct target_schema_dir tpg_schema = { .find = find_tpg_row };

TARGET_SCHEMA_FILE(tpg);

/* ------------------------------------------------------- made and removed -- */

static void release_tpg(struct config_item *item)
{
	struct se_portal_group *se_tpg = to_tpg(item);
	struct se_wwn *wwn = se_tpg->se_tpg_wwn;

	target_tree_drop(&se_tpg->tpg_group);
	se_tpg->se_tpg_tfo->fabric_drop_tpg(se_tpg);
	config_group_put(&wwn->wwn_group);
}

static struct configfs_item_operations tpg_item_ops = {
	.release	= release_tpg,
};

static struct configfs_group_operations tpg_group_ops = {
	.is_visible	= is_visible,
};

/* tpgt_N/ */
const struct target_tree_ops target_tpg_dir_ops = {
	.item	= &tpg_item_ops,
	.group	= &tpg_group_ops,
	.attrs	= tpg_attrs,
	.bin_attrs = tpg_bin_attrs,
};

static void add_parts(struct se_portal_group *se_tpg, struct se_wwn *wwn)
{
	struct config_group *group = &se_tpg->tpg_group;

	target_tree_add(group, &se_tpg->tpg_lun_group, "lun",
			&target_lun_dirs_type);
	target_tree_add(group, &se_tpg->tpg_np_group, "np", &nps_type);
	target_tree_add(group, &se_tpg->tpg_acl_group, "acls",
			&target_acl_dirs_type);
	target_tree_add(group, &se_tpg->tpg_attrib_group, "attrib",
			target_tree_type(wwn, TARGET_FABRIC_TYPE_TPG_ATTRIB));
	target_tree_add(group, &se_tpg->tpg_auth_group, "auth",
			target_tree_type(wwn, TARGET_FABRIC_TYPE_TPG_AUTH));
	target_tree_add(group, &se_tpg->tpg_param_group, "param",
			target_tree_type(wwn, TARGET_FABRIC_TYPE_TPG_PARAM));
}

/**
 * target_tpg_dir_make - mkdir FABRIC/WWN/tpgt_N
 * @group: FABRIC/WWN
 * @name: tpgt_N, which the fabric checks
 *
 * Return: directory or ERR_PTR
 */
struct config_group *target_tpg_dir_make(struct config_group *group,
					 const char *name)
{
	struct se_wwn *wwn = container_of(group, struct se_wwn, wwn_group);
	const struct target_core_fabric_ops *tfo = wwn->wwn_tf->tf_ops;
	struct se_portal_group *se_tpg;

	se_tpg = tfo->fabric_make_tpg(wwn, name);
	if (IS_ERR_OR_NULL(se_tpg))
		return se_tpg ? ERR_CAST(se_tpg) : ERR_PTR(-EINVAL);
	/* the target stays until the group of ports was released */
	config_group_get(group);
	config_group_init_type_name(&se_tpg->tpg_group, name,
				    target_tree_type(wwn, TARGET_FABRIC_TYPE_TPG));
	to_port(se_tpg)->enabled_first = se_tpg->enabled;
	add_parts(se_tpg, wwn);
	if (tfo->add_tpg_groups)
		tfo->add_tpg_groups(se_tpg);
	return &se_tpg->tpg_group;
}
