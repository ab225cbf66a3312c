/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TP_GROUP_H
#define TARGET_TP_GROUP_H

#include "core.h"
#include "field.h"
#include "tp_transition.h"

/**
 * struct target_tp_group - an ALUA target port group of a logical unit
 * @dev: logical unit [I]
 * @name: its directory's name [I]
 * @id: identifier, valid if @id_set
 * @id_set: it has one, which never changes
 * @access: its state
 * @access_type: TARGET_TP_IMPLICIT and TARGET_TP_EXPLICIT
 * @support_active_optimized: bits of REPORT TARGET PORT GROUPS: states that
 *	the group may be in
 * @support_active_nonoptimized: same
 * @support_lba_dependent: same
 * @support_offline: same
 * @support_standby: same
 * @support_transitioning: same
 * @support_unavailable: same
 * @write_metadata: keep the state in a file
 * @preferred: PREF bit
 * @nonop_delay_msecs: delay of commands while active/non-optimized
 * @trans_delay_msecs: how long it is in the state transitioning, if it has that
 * @implicit_trans_secs: IMPLICIT TRANSITION TIME
 * @members: target_link.tp.node
 * @node: in target_dev.tp_groups
 * @request: who asked for the transition under way
 * @end_work: ends it
 * @file_lock: one change of the file at a time; process context, outside of
 *	dev->mutex, held while that file is read or written
 *
 * [I] constant; the rest is guarded by dev->mutex.
 */
struct target_tp_group {
	struct target_dev	*dev;
	char			*name;
	u16			id;
	bool			id_set;
	struct target_tp_access	access;
	u8			access_type;
	bool			support_active_optimized;
	bool			support_active_nonoptimized;
	bool			support_lba_dependent;
	bool			support_offline;
	bool			support_standby;
	bool			support_transitioning;
	bool			support_unavailable;
	bool			write_metadata;
	bool			preferred;
	u16			nonop_delay_msecs;
	u16			trans_delay_msecs;
	u16			implicit_trans_secs;
	struct list_head	members;
	struct list_head	node;
	struct target_tp_request *request;
	struct delayed_work	end_work;
	struct mutex		file_lock;	/* what: see above */
};

/* The scalar files of a group's directory, each with its row in tp_group.c */
#define TARGET_TP_FIELDS(X)						\
	X(alua_access_state)						\
	X(alua_access_status)						\
	X(alua_access_type)						\
	X(alua_support_active_nonoptimized)				\
	X(alua_support_active_optimized)				\
	X(alua_support_lba_dependent)					\
	X(alua_support_offline)						\
	X(alua_support_standby)						\
	X(alua_support_transitioning)					\
	X(alua_support_unavailable)					\
	X(alua_write_metadata)						\
	X(implicit_trans_secs)						\
	X(nonop_delay_msecs)						\
	X(preferred)							\
	X(trans_delay_msecs)

#define TARGET_TP_FIELD_ID(row)						\
	TARGET_TP_##row,
enum target_tp_field {
	TARGET_TP_FIELDS(TARGET_TP_FIELD_ID)
	TARGET_TP_FIELD_COUNT,
};

const struct target_field *target_tp_group_row(enum target_tp_field id);

struct target_tp_group *target_tp_group_make(struct target_dev *dev,
					     const char *name);
void target_tp_group_remove(struct target_tp_group *group);
int target_tp_group_init(struct target_dev *dev);
void target_tp_group_exit(struct target_dev *dev);
int target_tp_group_set_id(struct target_tp_group *group, u32 id);
u32 target_tp_group_get(struct target_tp_group *group,
			enum target_tp_field id);
void target_tp_group_set(struct target_tp_group *group, enum target_tp_field id,
			 u32 value);
int target_tp_group_move(struct target_tp_group *group, u32 state);
int target_tp_group_keep(struct target_tp_group *group, bool keep);
const char *target_tp_group_status_text(u8 status);
const char *target_tp_group_type_text(u8 type);

int target_tp_group_show_members(struct target_tp_group *group, char *text,
				 size_t size);

#endif /* TARGET_TP_GROUP_H */
