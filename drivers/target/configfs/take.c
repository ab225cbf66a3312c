// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an administrator writes is taken, or the log says what would be.
 */
#include <target/target_core_refuse.h>
#include "../core/field.h"
#include "parse.h"
#include "take.h"

/**
 * target_take_line - take one line
 * @item: directory
 * @name: file that was written
 * @text: what was written
 * @line: buffer
 * @size: of it
 *
 * Return: length, or -EINVAL after a log line if it does not fit
 */
int target_take_line(const struct config_item *item, const char *name,
		     const char *text, char *line, size_t size)
{
	int ret = target_parse_line(text, line, size);

	if (ret < 0)
		target_refuse(item, name, ret, "it takes up to %zu characters",
			      size - 1);
	return ret;
}

/**
 * target_take_field - take a scalar
 * @item: directory
 * @field: row of the file that was written
 * @text: what was written
 * @value: set if the text is good
 *
 * Return: 0, or what target_field_parse() says, after a log line
 */
int target_take_field(const struct config_item *item,
		      const struct target_field *field, const char *text,
		      u32 *value)
{
	struct target_schema row;
	int ret = target_field_parse(field, text, value);

	if (!ret)
		return 0;
	target_field_describe(field, &row);
	return target_refuse_value(item, field->name, ret, &row);
}
