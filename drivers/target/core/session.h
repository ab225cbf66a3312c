/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_SESSION_H
#define TARGET_SESSION_H

#include "core.h"

/* I_T_L nexuses; all with port->mutex held */
int target_session_add_itl(struct target_sess *sess, u64 lun,
			   struct target_link *link, struct target_map *map,
			   bool read_only);
void target_session_del_itl(struct target_itl *itl);
void target_session_free_itl(struct target_itl *itl);

struct target_itl *target_session_find_itl(struct target_sess *sess, u64 lun);

#endif /* TARGET_SESSION_H */
