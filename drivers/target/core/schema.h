/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_SCHEMA_H
#define TARGET_SCHEMA_H

#include <target/target_core_listing.h>
#include <target/target_core_schema.h>

bool target_schema_find(const struct target_schema *rows,
			const struct configfs_attribute *attr,
			struct target_schema *row);
void target_schema_takes(struct target_listing *out,
			 const struct target_schema *row);
void target_schema_print(struct target_listing *out, const char *folder,
			 const char *name, const struct target_schema *row);

#endif /* TARGET_SCHEMA_H */
