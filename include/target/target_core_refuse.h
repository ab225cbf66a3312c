/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an administrator did was refused: an errno tells him so, and one line of
 * the kernel log what about, and what to do instead.
 */
#ifndef TARGET_CORE_REFUSE_H
#define TARGET_CORE_REFUSE_H

#include <linux/compiler_attributes.h>

struct config_item;
struct target_schema;

/**
 * struct target_reason - what an errno means: a row of a table
 * @error: negative errno; 0 ends the table
 * @why: and what to do
 */
struct target_reason {
	int		error;
	const char	*why;
};

__printf(4, 5)
int target_refuse(const struct config_item *item, const char *name, int error,
		  const char *format, ...);
int target_refuse_for(const struct config_item *item, const char *name,
		      int error, const struct target_reason *reasons);
int target_refuse_value(const struct config_item *item, const char *name,
			int error, const struct target_schema *row);

#endif /* TARGET_CORE_REFUSE_H */
