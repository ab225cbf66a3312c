/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_PARSE_H
#define TARGET_PARSE_H

#include <linux/types.h>

int target_parse_line(const char *text, char *line, size_t size);
int target_parse_hba(const char *name, char *plugin, size_t size, u32 *index);
int target_parse_lun(const char *name, u64 *number);
bool target_parse_option(char **rest, char **key, char **value);

#endif /* TARGET_PARSE_H */
