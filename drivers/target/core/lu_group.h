/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_LU_GROUP_H
#define TARGET_LU_GROUP_H

#include "core.h"

/**
 * struct target_lu_group - an ALUA logical unit group
 * @name: its directory's name [I]
 * @id: identifier, valid if @id_set
 * @id_set: it has one, which never changes
 * @members: target_dev.lu_node
 * @node: in the list of groups
 *
 * [I] constant; the rest is guarded by a lock of lu_group.c.
 */
struct target_lu_group {
	char			*name;
	u16			id;
	bool			id_set;
	struct list_head	members;
	struct list_head	node;
};

/* Before and after everything else of this file; the default group */
int target_lu_group_init(void);
void target_lu_group_exit(void);
struct target_lu_group *target_lu_group_default(void);

struct target_lu_group *target_lu_group_make(const char *name);
void target_lu_group_remove(struct target_lu_group *group);
int target_lu_group_set_id(struct target_lu_group *group, u32 id);

void target_lu_group_add(struct target_dev *dev);
void target_lu_group_del(struct target_dev *dev);
int target_lu_group_join(struct target_dev *dev, const char *name);
u16 target_lu_group_id(struct target_dev *dev);
void target_lu_group_for_each(struct target_dev *dev,
			      void (*fn)(struct target_dev *dev, void *arg),
			      void *arg);

int target_lu_group_show(struct target_dev *dev, char *text, size_t size);
int target_lu_group_show_members(struct target_lu_group *group, char *text,
				 size_t size);

#endif /* TARGET_LU_GROUP_H */
