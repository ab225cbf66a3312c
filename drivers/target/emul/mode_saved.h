/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_MODE_SAVED_H
#define TARGET_MODE_SAVED_H

#include "lu.h"

/* Longest text of target_mode_saved_print() */
#define TARGET_MODE_SAVED_TEXT	512

size_t target_mode_saved_print(const u32 value[TARGET_MODE_FIELDS], char *text,
			       size_t size);
int target_mode_saved_parse(char *text, size_t len,
			    u32 value[TARGET_MODE_FIELDS], u32 *found);
int target_mode_saved_write(const struct target_dev *dev,
			    const u32 value[TARGET_MODE_FIELDS]);
u32 target_mode_saved_read(const struct target_dev *dev, const char *serial,
			   u32 value[TARGET_MODE_FIELDS]);

#endif /* TARGET_MODE_SAVED_H */
