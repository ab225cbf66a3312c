/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Binary files of configfs that hold a text longer than a page: sessions/list
 * of a fabric, schema.
 */
#ifndef TARGET_CORE_LISTING_H
#define TARGET_CORE_LISTING_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

/**
 * struct target_listing - a text while it is printed
 * @text: buffer, or NULL to learn the length
 * @size: of it
 * @length: what was printed, or would have been
 */
struct target_listing {
	char	*text;
	size_t	size;
	size_t	length;
};

__printf(2, 3)
void target_listing_put(struct target_listing *list, const char *format, ...);
ssize_t target_listing_read(void *data, size_t size,
			    void (*print)(struct target_listing *list, void *arg),
			    void *arg);

#endif /* TARGET_CORE_LISTING_H */
