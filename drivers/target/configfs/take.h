/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TAKE_H
#define TARGET_TAKE_H

#include <linux/types.h>

struct config_item;
struct target_field;

int target_take_line(const struct config_item *item, const char *name,
		     const char *text, char *line, size_t size);
int target_take_field(const struct config_item *item,
		      const struct target_field *field, const char *text,
		      u32 *value);

#endif /* TARGET_TAKE_H */
