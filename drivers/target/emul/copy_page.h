/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_PAGE_H
#define TARGET_COPY_PAGE_H

#include <linux/sizes.h>
#include "../core/data.h"

/* The longest segment: 65535 blocks of 4096 bytes, rounded up */
#define TARGET_COPY_PAGE_SEGMENT_BYTES	SZ_256M
/* Bytes that a token may be of, and those that are best */
#define TARGET_COPY_PAGE_TOKEN_BYTES	SZ_1G
#define TARGET_COPY_PAGE_TOKEN_BEST	SZ_64M

bool target_copy_page_has(const struct target_dev *dev);
void target_copy_page(struct target_cmd *cmd, struct target_cursor *c);

#endif /* TARGET_COPY_PAGE_H */
