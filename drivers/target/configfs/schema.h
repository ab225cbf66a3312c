/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The schema file of a directory: what the files in it, and in the folders that
 * belong to it, accept.
 */
#ifndef TARGET_CONFIGFS_SCHEMA_H
#define TARGET_CONFIGFS_SCHEMA_H

#include <linux/configfs.h>
#include "../core/schema.h"

/**
 * struct target_schema_dir - what is known about the files of a directory
 * @find: the row of a file of the directory, or of a folder in it
 * @more: print what no file of its own is for; may be NULL
 * @home: folder in which the schema file is, NULL for the directory itself
 */
struct target_schema_dir {
	bool	(*find)(struct config_item *item,
			const struct configfs_attribute *attr,
			struct target_schema *row);
	void	(*more)(struct config_item *item,
			struct target_listing *out);
	const char	*home;
};

ssize_t target_schema_read(struct config_item *item,
			   const struct target_schema_dir *dir, char *text,
			   size_t size);
bool target_schema_find_fabric(const struct target_core_fabric_ops *tfo,
			       const struct configfs_attribute *attr,
			       struct target_schema *row);

/* _dir_bin_attrs: the schema file of a directory that _dir_schema describes */
#define TARGET_SCHEMA_FILE(_dir)					\
static ssize_t _dir##_schema_read(struct config_item *item, void *text,	\
				  size_t size)				\
{									\
	return target_schema_read(item, &_dir##_schema, text, size);	\
}									\
CONFIGFS_BIN_ATTR_RO(_dir##_, schema, NULL, 0);				\
static struct configfs_bin_attribute *_dir##_bin_attrs[] = {		\
	&_dir##_attr_schema,						\
	NULL,								\
}

#endif /* TARGET_CONFIGFS_SCHEMA_H */
