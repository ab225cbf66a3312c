/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ACL_TABLE_H
#define TARGET_ACL_TABLE_H

#include "core.h"

extern const struct rhashtable_params target_acl_table_params;

/* with port->mutex held */
struct target_acl *target_acl_table_find(struct target_port *port,
					 const char *name);
int target_acl_table_add(struct target_acl *acl);
void target_acl_table_del(struct target_acl *acl);

#endif /* TARGET_ACL_TABLE_H */
