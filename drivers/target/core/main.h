/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_MAIN_H
#define TARGET_MAIN_H

/*
 * The directory tree stands on top of the core and starts last: the two
 * functions that main.c knows of it, in configfs/root.c.
 */
int target_root_init(void);
void target_root_exit(void);

#endif /* TARGET_MAIN_H */
