// SPDX-License-Identifier: GPL-2.0-only
/*
 * Saved values of mode pages (SPC-5 7.5.1): a file for each logical unit, with
 * a version, one line a value, and a checksum of all that.
 */
#include <linux/bits.h>
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include "../core/store.h"
#include "mode_field.h"
#include "mode_saved.h"

#define FOLDER		"mode"
#define VERSION		"target-mode 1\n"
#define CHECKSUM	"checksum "

/**
 * target_mode_saved_print - write values as text
 * @value: by row of mode_field.c
 * @text: where to
 * @size: %TARGET_MODE_SAVED_TEXT bytes of room
 *
 * Return: length without the NUL
 */
size_t target_mode_saved_print(const u32 value[TARGET_MODE_FIELDS], char *text,
			       size_t size)
{
	size_t n = scnprintf(text, size, VERSION);
	unsigned int i;

	for (i = 0; i < TARGET_MODE_FIELDS; i++)
		n += scnprintf(text + n, size - n, "%s %u\n",
			       target_mode_field_row(i)->name, value[i]);
	return n + scnprintf(text + n, size - n, CHECKSUM "0x%08x\n",
			     crc32_le(~0, text, n));
}

/* Check the last line, and cut it off.  False if it is wrong. */
static bool cut_checksum(char *text, size_t len)
{
	char *last;
	u32 sum;

	if (strlen(text) != len || !len || text[len - 1] != '\n')
		return false;
	text[len - 1] = '\0';
	last = strrchr(text, '\n');
	if (!last || !str_has_prefix(++last, CHECKSUM) ||
	    kstrtou32(last + strlen(CHECKSUM), 0, &sum) ||
	    crc32_le(~0, text, last - text) != sum)
		return false;
	*last = '\0';
	return true;
}

/* A value that is not known is another version's, and none of our business. */
static bool parse_line(char *line, u32 value[TARGET_MODE_FIELDS], u32 *found)
{
	char *name = strsep(&line, " ");
	unsigned int i;
	u32 number;

	if (!line || kstrtou32(line, 0, &number))
		return false;
	for (i = 0; i < TARGET_MODE_FIELDS; i++) {
		if (strcmp(target_mode_field_row(i)->name, name))
			continue;
		if (!target_mode_field_legal(target_mode_field_row(i), number))
			return false;
		value[i] = number;
		*found |= BIT(i);
	}
	return true;
}

/**
 * target_mode_saved_parse - read values
 * @text: text with a NUL behind it; is taken apart
 * @len: its length
 * @value: gets those that the text has
 * @found: gets BIT() of each of these
 *
 * Return: 0, or -EINVAL if it is not what target_mode_saved_print() writes
 */
int target_mode_saved_parse(char *text, size_t len,
			    u32 value[TARGET_MODE_FIELDS], u32 *found)
{
	char *line;

	*found = 0;
	if (!cut_checksum(text, len) || !str_has_prefix(text, VERSION))
		return -EINVAL;
	text += strlen(VERSION);
	while (text && *text) {
		line = strsep(&text, "\n");
		if (!parse_line(line, value, found))
			return -EINVAL;
	}
	return 0;
}

/* ------------------------------------------------------------- the file -- */

/**
 * target_mode_saved_write - make values durable
 * @dev: logical unit
 * @value: by row of mode_field.c
 *
 * Context: process; waits for the medium that dbroot is on.
 * Return: 0 when they cannot be lost any more; an errno
 */
int target_mode_saved_write(const struct target_dev *dev,
			    const u32 value[TARGET_MODE_FIELDS])
{
	char text[TARGET_MODE_SAVED_TEXT], name[TARGET_STORE_NAME];
	size_t len = target_mode_saved_print(value, text, sizeof(text));
	int ret;

	target_store_name(name, "pages_", dev->ident.serial);
	ret = target_store_write(FOLDER, name, text, len);
	if (ret)
		pr_warn_ratelimited("target: %s: mode pages cannot be saved in dbroot/%s/%s: error %d\n",
				    dev->name, FOLDER, name, ret);
	return ret;
}

static int read_version(const char *name, bool previous,
			u32 value[TARGET_MODE_FIELDS], u32 *found)
{
	size_t len = 0;
	char *text;
	int ret;

	*found = 0;
	text = target_store_read(FOLDER, name, previous, &len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	ret = target_mode_saved_parse(text, len, value, found);
	kvfree(text);
	return ret;
}

static bool is_absent(int ret)
{
	return ret == -ENOENT || ret == -ENOTDIR;
}

/**
 * target_mode_saved_read - values that were saved
 * @dev: logical unit, for messages
 * @serial: its serial number, now or soon
 * @value: gets them, by row of mode_field.c
 *
 * The last version, else the one before.  Without either the unit starts with
 * its defaults, which no data depends on, and a line in the log says so.
 *
 * Context: process; waits for the medium that dbroot is on.
 * Return: BIT() of each value that there is
 */
u32 target_mode_saved_read(const struct target_dev *dev, const char *serial,
			   u32 value[TARGET_MODE_FIELDS])
{
	char name[TARGET_STORE_NAME];
	int ret, before;
	u32 found;

	target_store_name(name, "pages_", serial);
	ret = read_version(name, false, value, &found);
	if (!ret)
		return found;
	before = read_version(name, true, value, &found);
	if (before)
		found = 0;
	if (!is_absent(ret) || (before && !is_absent(before)))
		pr_warn("target: %s: mode pages in dbroot/%s/%s cannot be read (error %d): %s\n",
			dev->name, FOLDER, name, ret, before ?
			"defaults are used" : "the version before is used");
	return found;
}
