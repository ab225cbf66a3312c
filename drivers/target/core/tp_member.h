/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TP_MEMBER_H
#define TARGET_TP_MEMBER_H

#include "core.h"
#include "field.h"

/* The files of a LUN about its membership */
#define TARGET_TP_MEMBER_FIELDS(X)					\
	X(alua_tg_pt_offline)						\
	X(alua_tg_pt_status)						\
	X(alua_tg_pt_write_md)

#define TARGET_TP_MEMBER_FIELD_ID(row)					\
	TARGET_TP_##row,
enum target_tp_member_field {
	TARGET_TP_MEMBER_FIELDS(TARGET_TP_MEMBER_FIELD_ID)
	TARGET_TP_MEMBER_FIELD_COUNT,
};

void target_tp_member_add(struct target_link *link);
void target_tp_member_del(struct target_link *link);
int target_tp_member_join(struct target_link *link, const char *name);
const struct target_field *target_tp_member_row(enum target_tp_member_field id);
u32 target_tp_member_get(struct target_link *link,
			 enum target_tp_member_field id);
int target_tp_member_set(struct target_link *link,
			 enum target_tp_member_field id, u32 value);
int target_tp_member_set_offline(struct target_link *link, bool offline,
				 struct target_sess *by);
u16 target_tp_member_group_id(struct target_link *link);
int target_tp_member_show(struct target_link *link, char *text, size_t size);

#endif /* TARGET_TP_MEMBER_H */
