/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_SCHEMA_H
#define TARGET_SCHEMA_H

#include <target/target_core_schema.h>

/**
 * struct target_schema_text - a schema file while it is printed
 * @at: buffer, or NULL to learn the length
 * @size: of it
 * @length: what was printed, or would have been
 */
struct target_schema_text {
	char	*at;
	size_t	size;
	size_t	length;
};

bool target_schema_find(const struct target_schema *rows,
			const struct configfs_attribute *attr,
			struct target_schema *row);
void target_schema_print(struct target_schema_text *out, const char *folder,
			 const char *name, const struct target_schema *row);

#endif /* TARGET_SCHEMA_H */
