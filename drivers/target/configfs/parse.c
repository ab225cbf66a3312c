// SPDX-License-Identifier: GPL-2.0-only
/*
 * Texts that an administrator writes, as far as they are more than a number.
 * Pure.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include "parse.h"

/**
 * target_parse_line - take one line
 * @text: what was written; what follows a newline is not part of it
 * @line: buffer
 * @size: of it
 *
 * Return: length, or -EINVAL if it does not fit
 */
int target_parse_line(const char *text, char *line, size_t size)
{
	size_t length = strcspn(text, "\n");

	if (length >= size)
		return -EINVAL;
	memcpy(line, text, length);
	line[length] = 0;
	return length;
}

/**
 * target_parse_hba - take the name of a core/PLUGIN_N directory apart
 * @name: name
 * @plugin: buffer for PLUGIN
 * @size: of it
 * @index: N
 *
 * Return: 0 or -EINVAL
 */
int target_parse_hba(const char *name, char *plugin, size_t size, u32 *index)
{
	const char *mark = strrchr(name, '_');

	if (!mark || mark == name || mark - name >= size)
		return -EINVAL;
	if (kstrtou32(mark + 1, 10, index))
		return -EINVAL;
	memcpy(plugin, name, mark - name);
	plugin[mark - name] = 0;
	return 0;
}

/* Extended flat space addressing, the longest form of a LUN, has 24 bits. */
#define LUN_MAX	0xffffff

/**
 * target_parse_lun - number of a lun_N directory
 * @name: name
 * @number: N
 *
 * Return: 0, or -EINVAL if it is none that an initiator could be told of
 */
int target_parse_lun(const char *name, u64 *number)
{
	if (!str_has_prefix(name, "lun_") ||
	    kstrtou64(name + strlen("lun_"), 0, number))
		return -EINVAL;
	return *number > LUN_MAX ? -EINVAL : 0;
}

/**
 * target_parse_option - next option of a text "key=value,key=value"
 * @rest: where to go on; NULL at the end
 * @key: key, without white space around it
 * @value: value, the same; "" if there is none
 *
 * Commas and newlines end an option; empty ones are left out.
 *
 * Return: false at the end
 */
bool target_parse_option(char **rest, char **key, char **value)
{
	char *option;

	while ((option = strsep(rest, ",\n"))) {
		option = strim(option);
		if (!*option)
			continue;
		*value = strchr(option, '=');
		if (*value)
			*(*value)++ = 0;
		else
			*value = option + strlen(option);
		*key = strim(option);
		*value = strim(*value);
		return true;
	}
	return false;
}
