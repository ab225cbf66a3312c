// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one line of the kernel log for what is refused in configfs.
 */
#include <linux/configfs.h>
#include <linux/export.h>
#include <linux/printk.h>
#include <linux/stdarg.h>
#include <target/target_core_refuse.h>
#include "schema.h"

/**
 * target_refuse - say why something is refused, and what to do
 * @item: directory
 * @name: file in it, or what is made in it
 * @error: negative errno
 * @format: as of printf(), with what belongs to it; without a newline
 *
 * Context: process.
 * Return: @error
 */
int target_refuse(const struct config_item *item, const char *name, int error,
		  const char *format, ...)
{
	struct va_format text = { .fmt = format };
	va_list args;

	va_start(args, format);
	text.va = &args;
	/* four folders name an object, and the line stays short */
	pr_warn("target: %pd4/%s: %pV\n", item->ci_dentry, name, &text);
	va_end(args);
	return error;
}
EXPORT_SYMBOL_GPL(target_refuse);

/**
 * target_refuse_for - the same for one of several errors
 * @item: directory
 * @name: file in it, or what is made in it
 * @error: negative errno, or 0; one without a row was explained where it arose
 * @reasons: table
 *
 * Context: process.
 * Return: @error
 */
int target_refuse_for(const struct config_item *item, const char *name,
		      int error, const struct target_reason *reasons)
{
	for (; reasons->error; reasons++)
		if (reasons->error == error)
			return target_refuse(item, name, error, "%s",
					     reasons->why);
	return error;
}
EXPORT_SYMBOL_GPL(target_refuse_for);

/**
 * target_refuse_value - the same for a value, by what the file accepts
 * @item: directory
 * @name: file in it
 * @error: negative errno
 * @row: what the file accepts
 *
 * Context: process.
 * Return: @error
 */
int target_refuse_value(const struct config_item *item, const char *name,
			int error, const struct target_schema *row)
{
	char text[160];
	struct target_listing takes = { .text = text, .size = sizeof(text) };

	target_schema_takes(&takes, row);
	return target_refuse(item, name, error, "it takes %s", text);
}
EXPORT_SYMBOL_GPL(target_refuse_value);
