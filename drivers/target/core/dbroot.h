/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_DBROOT_H
#define TARGET_DBROOT_H

#include <linux/types.h>

void target_dbroot_init(void);
int target_dbroot_show(char *text, size_t size);
size_t target_dbroot_path(char *path, size_t size);
int target_dbroot_set(const char *path);

/* While somebody holds it, the folder cannot change. */
void target_dbroot_hold(void);
void target_dbroot_release(void);

#endif /* TARGET_DBROOT_H */
