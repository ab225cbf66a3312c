/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TP_FILE_H
#define TARGET_TP_FILE_H

#include "tp_access.h"

/* Longest text of a file */
#define TARGET_TP_FILE_TEXT	128

struct target_port;
struct target_tp_group;

int target_tp_file_print(u16 id, const struct target_tp_access *access,
			 char *text, size_t size);
int target_tp_file_parse(const char *text, u16 id,
			 struct target_tp_access *access);
int target_tp_file_save(const struct target_tp_group *group,
			const struct target_tp_access *access);
int target_tp_file_load(const struct target_tp_group *group,
			struct target_tp_access *access);
char *target_tp_file_folder(const struct target_port *port);
int target_tp_file_save_member(const char *folder, u64 lun, bool offline,
			       u8 status);
int target_tp_file_load_member(const char *folder, u64 lun, bool *offline,
			       u8 *status);

#endif /* TARGET_TP_FILE_H */
