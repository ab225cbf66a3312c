/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ITL_H
#define TARGET_ITL_H

#include "core.h"

/* all with port->mutex held, but for the first one: under rcu_read_lock() */
struct target_itl *target_itl_find(struct target_sess *sess, u64 lun);
int target_itl_add(struct target_sess *sess, u64 lun, struct target_link *link,
		   struct target_map *map);
void target_itl_hide(struct target_itl *itl);
void target_itl_hide_all(struct target_sess *sess);
void target_itl_free(struct target_itl *itl);

#endif /* TARGET_ITL_H */
