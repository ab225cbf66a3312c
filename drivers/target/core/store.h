/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_STORE_H
#define TARGET_STORE_H

#include <linux/types.h>

/* Longest name of a file, and longest file */
#define TARGET_STORE_NAME	200
#define TARGET_STORE_MAX	(4 * 1024 * 1024)

void target_store_name(char name[TARGET_STORE_NAME], const char *prefix,
		       const char *serial);
int target_store_make_folder(const char *path);
int target_store_write(const char *folder, const char *name, const void *data,
		       size_t len);
char *target_store_read(const char *folder, const char *name, bool previous,
			size_t *len);

#endif /* TARGET_STORE_H */
