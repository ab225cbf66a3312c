// SPDX-License-Identifier: GPL-2.0-only
/*
 * listing: a text as long as there is something to say.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <target/target_core_listing.h>

/**
 * target_listing_put - go on with a text
 * @list: text; what has no room in it counts for its length only
 * @format: as of printf(), with what belongs to it
 *
 * Context: any; it does not sleep.
 */
void target_listing_put(struct target_listing *list, const char *format, ...)
{
	size_t left = list->size > list->length ? list->size - list->length : 0;
	va_list args;

	va_start(args, format);
	list->length += vsnprintf(left ? list->text + list->length : NULL, left,
				  format, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(target_listing_put);

/**
 * target_listing_read - the read function of a binary file in configfs
 * @data: buffer, or NULL to learn the length
 * @size: of it; what has become longer since the length was asked is cut
 * @print: prints the text, for its length first
 * @arg: handed to it
 *
 * Context: process; sleeps.
 *
 * Return: length of the text or -ENOMEM
 */
ssize_t target_listing_read(void *data, size_t size,
			    void (*print)(struct target_listing *list, void *arg),
			    void *arg)
{
	struct target_listing list = { };

	if (!data) {
		print(&list, arg);
		return list.length;
	}
	/* the file has no room for the NUL */
	list.size = size + 1;
	list.text = kvmalloc(list.size, GFP_KERNEL);
	if (!list.text)
		return -ENOMEM;
	print(&list, arg);
	size = min(size, list.length);
	memcpy(data, list.text, size);
	kvfree(list.text);
	return size;
}
EXPORT_SYMBOL_GPL(target_listing_read);
