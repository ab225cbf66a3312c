// SPDX-License-Identifier: GPL-2.0-only
/*
 * schema: the files of an object, walked as configfs knows them.
 */
#include <linux/string.h>
#include <target/target_core_fabric.h>
#include "schema.h"

static bool is_visible(struct config_item *item,
		       struct configfs_attribute *attr, int n)
{
	const struct configfs_group_operations *ops = item->ci_type->ct_group_ops;

	return !ops || !ops->is_visible || ops->is_visible(item, attr, n);
}

static bool is_schema(const struct configfs_bin_attribute *bin)
{
	return !strcmp(bin->cb_attr.ca_name, "schema");
}

static void print_file(struct config_item *object,
		       const struct target_schema_dir *dir, const char *folder,
		       const struct configfs_attribute *attr,
		       struct target_listing *out)
{
	struct target_schema row = { };

	if (!dir->find(object, attr, &row))
		row = (struct target_schema){ };
	if (!(attr->ca_mode & 0222))
		row.when = TARGET_SCHEMA_NEVER;
	target_schema_print(out, folder, attr->ca_name, &row);
}

static void print_files(struct config_item *object,
			const struct target_schema_dir *dir,
			struct config_item *item, const char *folder,
			struct target_listing *out)
{
	struct configfs_bin_attribute **bin = item->ci_type->ct_bin_attrs;
	struct configfs_attribute **attrs = item->ci_type->ct_attrs;
	int n;

	for (n = 0; attrs && attrs[n]; n++)
		if (is_visible(item, attrs[n], n))
			print_file(object, dir, folder, attrs[n], out);
	for (; bin && *bin; bin++)
		if (!is_schema(*bin))
			print_file(object, dir, folder, &(*bin)->cb_attr, out);
}

/* A folder with a schema of its own is an object; others are part of this. */
static bool is_object(const struct config_item *item)
{
	struct configfs_bin_attribute **bin = item->ci_type->ct_bin_attrs;

	for (; bin && *bin; bin++)
		if (is_schema(*bin))
			return true;
	return false;
}

struct object {
	struct config_item		*item;
	const struct target_schema_dir	*dir;
};

static void print(struct target_listing *out, void *arg)
{
	struct config_item *item = ((struct object *)arg)->item;
	const struct target_schema_dir *dir = ((struct object *)arg)->dir;
	struct config_group *child;
	const char *name;
	char folder[64];

	print_files(item, dir, item, "", out);
	list_for_each_entry(child, &to_config_group(item)->default_groups,
			    group_entry) {
		name = config_item_name(&child->cg_item);
		if (is_object(&child->cg_item) &&
		    !(dir->home && !strcmp(name, dir->home)))
			continue;
		snprintf(folder, sizeof(folder), "%s/", name);
		print_files(item, dir, &child->cg_item, folder, out);
	}
	if (dir->more)
		dir->more(item, out);
}

/**
 * target_schema_read - read a schema file
 * @item: directory
 * @dir: what is known about its files
 * @text: buffer, or NULL to learn the length
 * @size: of it
 *
 * Return: length or -ENOMEM
 */
ssize_t target_schema_read(struct config_item *item,
			   const struct target_schema_dir *dir, char *text,
			   size_t size)
{
	struct object object = { .item = item, .dir = dir };

	return target_listing_read(text, size, print, &object);
}

/**
 * target_schema_find_fabric - the row of a file of a fabric
 * @tfo: fabric
 * @attr: file
 * @row: filled in if there is one
 *
 * Return: true if there is
 */
bool target_schema_find_fabric(const struct target_core_fabric_ops *tfo,
			       const struct configfs_attribute *attr,
			       struct target_schema *row)
{
	const struct target_schema * const *table = tfo->tfc_schema;

	for (; table && *table; table++)
		if (target_schema_find(*table, attr, row))
			return true;
	return false;
}
