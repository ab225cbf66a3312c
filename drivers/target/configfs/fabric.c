// SPDX-License-Identifier: GPL-2.0-only
/*
 * FABRIC: fabrics, and FABRIC/WWN: their targets.
 *
 * What a directory of a fabric shows is partly the core's and partly the
 * fabric's, so every fabric has item types of its own, which belong to its
 * module: a directory below keeps the module.
 */
#include <linux/cpumask.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <target/target_core_refuse.h>
#include "../core/registry.h"
#include "../core/tpg.h"
#include "schema.h"
#include "tree.h"

/* ----------------------------------------------------------------- param/ -- */

static struct se_wwn *param_to_wwn(struct config_item *item)
{
	return container_of(to_config_group(item), struct se_wwn, param_group);
}

static ssize_t wwn_cmd_completion_affinity_show(struct config_item *item,
						char *page)
{
	return sysfs_emit(page, "%d\n",
			  READ_ONCE(param_to_wwn(item)->cmd_compl_affinity));
}

static bool may_complete(int cpu)
{
	return cpu == SE_COMPL_AFFINITY_CPUID ||
	       cpu == SE_COMPL_AFFINITY_CURR_CPU ||
	       (cpu >= 0 && cpu < nr_cpu_ids && cpu_online(cpu));
}

static ssize_t wwn_cmd_completion_affinity_store(struct config_item *item,
						 const char *page, size_t count)
{
	int cpu;

	if (kstrtoint(page, 0, &cpu) || !may_complete(cpu))
		return target_refuse(item, "cmd_completion_affinity", -EINVAL,
				     "it takes a CPU that is online, -1 or -2");
	target_tpg_set_affinity(param_to_wwn(item), cpu);
	return count;
}

CONFIGFS_ATTR(wwn_, cmd_completion_affinity);

static ssize_t wwn_default_submit_type_show(struct config_item *item,
					    char *page)
{
	return sysfs_emit(page, "%u\n",
			  param_to_wwn(item)->wwn_tf->tf_ops->default_submit_type);
}

CONFIGFS_ATTR_RO(wwn_, default_submit_type);

static ssize_t wwn_direct_submit_supported_show(struct config_item *item,
						char *page)
{
	return sysfs_emit(page, "%u\n",
			  param_to_wwn(item)->wwn_tf->tf_ops->direct_submit_supp);
}

CONFIGFS_ATTR_RO(wwn_, direct_submit_supported);

static struct configfs_attribute *wwn_param_attrs[] = {
	&wwn_attr_cmd_completion_affinity,
	&wwn_attr_default_submit_type,
	&wwn_attr_direct_submit_supported,
	NULL,
};

static const struct config_item_type wwn_param_type = {
	.ct_attrs	= wwn_param_attrs,
	.ct_owner	= THIS_MODULE,
};

/* ---------------------------------------------------------------- targets -- */

static struct target_fabric_dir *to_fabric_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_fabric_dir,
			    group);
}

static void release_wwn(struct config_item *item)
{
	struct se_wwn *wwn = container_of(to_config_group(item), struct se_wwn,
					  wwn_group);
	struct target_fabric_dir *dir = target_tree_fabric(wwn->wwn_tf);

	target_tree_drop(&wwn->wwn_group);
	dir->tf.tf_ops->fabric_drop_wwn(wwn);
	config_group_put(&dir->group);
}

static const struct target_schema wwn_rows[] = {
	TARGET_SCHEMA_ROW(&wwn_attr_cmd_completion_affinity, NUMBER,
			  SE_COMPL_AFFINITY_CURR_CPU, 0,
			  SE_COMPL_AFFINITY_CPUID,
			  "CPU that completes commands; -1 the one that submitted, -2 any"),
	{ }
};

static bool find_wwn_row(struct config_item *item,
			 const struct configfs_attribute *attr,
			 struct target_schema *row)
{
	const struct se_wwn *wwn = container_of(to_config_group(item),
						struct se_wwn, wwn_group);

	if (!target_schema_find(wwn_rows, attr, row))
		return target_schema_find_fabric(wwn->wwn_tf->tf_ops, attr,
						 row);
	row->max = nr_cpu_ids - 1;
	return true;
}

static const struct target_schema_dir wwn_schema = { .find = find_wwn_row };

TARGET_SCHEMA_FILE(wwn);

static struct configfs_item_operations wwn_item_ops = {
	.release	= release_wwn,
};

static struct configfs_group_operations wwn_group_ops = {
	.make_group	= target_tpg_dir_make,
};

static const struct target_tree_ops wwn_dir_ops = {
	.item	= &wwn_item_ops,
	.group	= &wwn_group_ops,
	.bin_attrs = wwn_bin_attrs,
};

static struct config_group *make_wwn(struct config_group *group,
				     const char *name)
{
	struct target_fabric_dir *dir = to_fabric_dir(&group->cg_item);
	const struct target_core_fabric_ops *tfo = dir->tf.tf_ops;
	struct se_wwn *wwn;

	wwn = tfo->fabric_make_wwn(&dir->tf, group, name);
	if (IS_ERR_OR_NULL(wwn))
		return wwn ? ERR_CAST(wwn) : ERR_PTR(-EINVAL);
	wwn->wwn_tf = &dir->tf;
	wwn->cmd_compl_affinity = SE_COMPL_AFFINITY_CPUID;
	/* the fabric's directory stays until the target was released */
	config_group_get(group);
	config_group_init_type_name(&wwn->wwn_group, name,
				    target_tree_type(wwn, TARGET_FABRIC_TYPE_WWN));
	target_tree_add(&wwn->wwn_group, &wwn->fabric_stat_group,
			"fabric_statistics", &target_tree_plain);
	target_tree_add(&wwn->wwn_group, &wwn->param_group, "param",
			&wwn_param_type);
	if (tfo->add_wwn_groups)
		tfo->add_wwn_groups(wwn);
	return &wwn->wwn_group;
}

/* ------------------------------------------------------- fabric and types -- */

static void free_dir(struct target_fabric_dir *dir)
{
	size_t i;

	for (i = 0; i < TARGET_FABRIC_TYPES; i++)
		kfree(dir->attrs[i]);
	target_registry_put_fabric(dir->fabric);
	kfree(dir);
}

static void release_fabric(struct config_item *item)
{
	struct target_fabric_dir *dir = to_fabric_dir(item);

	target_tree_drop(&dir->group);
	free_dir(dir);
}

static bool find_fabric_row(struct config_item *item,
			    const struct configfs_attribute *attr,
			    struct target_schema *row)
{
	return target_schema_find_fabric(to_fabric_dir(item)->tf.tf_ops, attr,
					 row);
}

/*
 * Tools take everything in a fabric's directory, except for names that they
 * know, for a target: the schema is in one that they know.
 */
#define DISCOVERY	"discovery_auth"

static const struct target_schema_dir fabric_schema = {
	.find = find_fabric_row, .home = DISCOVERY,
};

static ssize_t discovery_schema_read(struct config_item *item, void *text,
				     size_t size)
{
	return target_schema_read(item->ci_parent, &fabric_schema, text, size);
}

CONFIGFS_BIN_ATTR_RO(discovery_, schema, NULL, 0);

static struct configfs_bin_attribute *discovery_bin_attrs[] = {
	&discovery_attr_schema,
	NULL,
};

static const struct target_tree_ops discovery_ops = {
	.bin_attrs = discovery_bin_attrs,
};

static struct configfs_item_operations fabric_item_ops = {
	.release	= release_fabric,
};

static struct configfs_group_operations fabric_group_ops = {
	.make_group	= make_wwn,
};

static const struct target_tree_ops fabric_dir_ops = {
	.item	= &fabric_item_ops,
	.group	= &fabric_group_ops,
};

/* what is the core's and what is the fabric's in each type of directory */
#define TYPE(_which, _ops, _files)					\
	[TARGET_FABRIC_TYPE_##_which] = {				\
		_ops, offsetof(struct target_core_fabric_ops, _files)	\
	}

static const struct {
	const struct target_tree_ops	*ops;
	size_t				files;
} types[] = {
	TYPE(FABRIC, &fabric_dir_ops, tfc_wwn_attrs),
	TYPE(DISCOVERY, &discovery_ops, tfc_discovery_attrs),
	[TARGET_FABRIC_TYPE_WWN] = { &wwn_dir_ops },
	TYPE(TPG, &target_tpg_dir_ops, tfc_tpg_base_attrs),
	TYPE(TPG_ATTRIB, NULL, tfc_tpg_attrib_attrs),
	TYPE(TPG_AUTH, NULL, tfc_tpg_auth_attrs),
	TYPE(TPG_PARAM, NULL, tfc_tpg_param_attrs),
	TYPE(NP, &target_tpg_np_ops, tfc_tpg_np_base_attrs),
	TYPE(ACL, &target_acl_dir_ops, tfc_tpg_nacl_base_attrs),
	TYPE(ACL_ATTRIB, NULL, tfc_tpg_nacl_attrib_attrs),
	TYPE(ACL_AUTH, NULL, tfc_tpg_nacl_auth_attrs),
	TYPE(ACL_PARAM, NULL, tfc_tpg_nacl_param_attrs),
};

static_assert(ARRAY_SIZE(types) == TARGET_FABRIC_TYPES);

static size_t count_attrs(struct configfs_attribute **attrs)
{
	size_t n = 0;

	while (attrs && attrs[n])
		n++;
	return n;
}

static bool has_attr(struct configfs_attribute **attrs, const char *name)
{
	for (; attrs && *attrs; attrs++)
		if (!strcmp((*attrs)->ca_name, name))
			return true;
	return false;
}

/* Both lists in one; a file that both have is the core's. */
static struct configfs_attribute **join_attrs(struct configfs_attribute **core,
					      struct configfs_attribute **fabric)
{
	size_t n = count_attrs(core);
	struct configfs_attribute **all;

	all = kcalloc(n + count_attrs(fabric) + 1, sizeof(*all), GFP_KERNEL);
	if (!all)
		return NULL;
	memcpy(all, core, n * sizeof(*all));
	for (; fabric && *fabric; fabric++)
		if (!has_attr(core, (*fabric)->ca_name))
			all[n++] = *fabric;
	return all;
}

static int set_type(struct target_fabric_dir *dir, enum target_fabric_type which)
{
	const struct target_tree_ops *ops = types[which].ops;
	const struct target_core_fabric_ops *tfo = dir->tf.tf_ops;
	struct config_item_type *type = &dir->types[which];
	struct configfs_attribute **fabric = NULL;

	if (types[which].files)
		fabric = *(struct configfs_attribute ***)
			 ((char *)tfo + types[which].files);
	type->ct_owner = tfo->module;
	type->ct_attrs = fabric;
	if (!ops)
		return 0;
	type->ct_item_ops = ops->item;
	type->ct_group_ops = ops->group;
	type->ct_bin_attrs = ops->bin_attrs;
	if (!ops->attrs)
		return 0;
	dir->attrs[which] = join_attrs(ops->attrs, fabric);
	type->ct_attrs = dir->attrs[which];
	return type->ct_attrs ? 0 : -ENOMEM;
}

/**
 * target_fabric_dir_make - mkdir FABRIC
 * @name: FABRIC
 *
 * Return: directory or ERR_PTR: -EINVAL if no module has such a fabric
 */
struct config_group *target_fabric_dir_make(const char *name)
{
	struct target_fabric_dir *dir;
	struct target_fabric *fabric;
	size_t i;

	fabric = target_registry_get_fabric(name);
	if (!fabric)
		return ERR_PTR(-EINVAL);
	dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	if (!dir) {
		target_registry_put_fabric(fabric);
		return ERR_PTR(-ENOMEM);
	}
	dir->fabric = fabric;
	dir->tf.tf_ops = &fabric->ops;
	for (i = 0; i < TARGET_FABRIC_TYPES; i++) {
		if (set_type(dir, i)) {
			free_dir(dir);
			return ERR_PTR(-ENOMEM);
		}
	}
	config_group_init_type_name(&dir->group, name,
				    &dir->types[TARGET_FABRIC_TYPE_FABRIC]);
	target_tree_add(&dir->group, &dir->discovery, DISCOVERY,
			&dir->types[TARGET_FABRIC_TYPE_DISCOVERY]);
	return &dir->group;
}
