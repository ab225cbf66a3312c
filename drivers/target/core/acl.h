/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ACL_H
#define TARGET_ACL_H

#include "core.h"

/* an explicit ACL, with a reference for its directory */
struct target_acl *target_acl_make(struct target_port *port, const char *name);
void target_acl_remove(struct target_acl *acl);
void target_acl_unref(struct target_acl *acl);

struct target_map *target_acl_map(struct target_acl *acl, u64 mapped_lun,
				  struct target_lun *lun);
void target_acl_unmap(struct target_map *map);
void target_acl_set_read_only(struct target_map *map, bool read_only);
void target_acl_map_totals(struct target_map *map, struct target_totals *sum);
int target_acl_set_tag(struct target_acl *acl, const char *tag);

/* for sessions; port->mutex is held */
struct target_acl *target_acl_admit(struct target_port *port, const char *name);
void target_acl_forget(struct target_sess *sess);
void target_acl_leave(struct target_sess *sess);

#endif /* TARGET_ACL_H */
