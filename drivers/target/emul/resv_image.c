// SPDX-License-Identifier: GPL-2.0-only
/*
 * Persistent reservations as text, for the file that outlives a power cut and
 * for people: a version, one line a value, one line a registration, and a
 * checksum of all that.  Pure.
 */
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include "resv_image.h"

#define VERSION		"target-pr 1\n"
#define CHECKSUM	"checksum "
/* Bytes of a line besides the two names, and of all lines that are no names */
#define LINE_ROOM	256
#define HEAD_ROOM	256
/* Each byte of a name can become \xHH */
#define WWN_ROOM	(4 * TRANSPORT_IQN_LEN)

/**
 * target_resv_image_room - how long the text may be
 * @state: what to write
 *
 * Return: bytes, with a NUL
 */
size_t target_resv_image_room(const struct target_resv *state)
{
	return HEAD_ROOM + (size_t)state->count *
	       (LINE_ROOM + WWN_ROOM + TARGET_TRANSPORT_ID_TEXT);
}

static size_t put_name(char *text, size_t size, const char *name)
{
	int n = string_escape_mem(name, strlen(name), text, size,
				  ESCAPE_HEX | ESCAPE_NAP | ESCAPE_APPEND,
				  " \\");

	return min_t(size_t, n, size);
}

static size_t write_reg(const struct target_resv *state, unsigned int i,
			char *text, size_t size)
{
	const struct target_resv_reg *reg = &state->regs[i];
	const struct target_resv_port *port = &reg->nexus.port;
	size_t n;

	n = scnprintf(text, size,
		      "registration key=0x%016llx holder=%d all_tg_pt=%d rtpi=%u fabric=%s tag=%u target=",
		      reg->key, state->holder == i, reg->all_tg_pt, port->rtpi,
		      port->fabric, port->tag);
	n += put_name(text + n, size - n, port->wwn);
	n += scnprintf(text + n, size - n, " protocol=%u initiator=",
		       reg->nexus.initiator.proto);
	n += target_transport_id_print(&reg->nexus.initiator, text + n,
				       size - n);
	return n + scnprintf(text + n, size - n, "\n");
}

/**
 * target_resv_image_write - write a state as text
 * @state: what
 * @text: where to
 * @size: target_resv_image_room() of it
 *
 * Return: length without the NUL
 */
size_t target_resv_image_write(const struct target_resv *state, char *text,
			       size_t size)
{
	unsigned int i;
	size_t n;

	n = scnprintf(text, size, VERSION "generation %u\naptpl %d\nlost %d\ntype %u\n",
		      state->generation, state->aptpl, state->lost, state->type);
	for (i = 0; i < state->count; i++)
		n += write_reg(state, i, text + n, size - n);
	return n + scnprintf(text + n, size - n, CHECKSUM "0x%08x\n",
			     crc32_le(~0, text, n));
}

/* -------------------------------------------------------------- reading -- */

static bool number(const char *word, u64 max, u64 *value)
{
	return word && !kstrtou64(word, 0, value) && *value <= max;
}

/* "NAME VALUE" with a value up to @max, on the next line */
static bool line_number(char **text, const char *name, u64 max, u64 *value)
{
	char *line = strsep(text, "\n");
	size_t len = line ? str_has_prefix(line, name) : 0;

	return len && line[len] == ' ' && number(line + len + 1, max, value);
}

/* "NAME=VALUE", the next word of a line */
static char *word(char **line, const char *name)
{
	char *found = strsep(line, " ");
	size_t len = found ? str_has_prefix(found, name) : 0;

	return len && found[len] == '=' ? found + len + 1 : NULL;
}

static bool word_number(char **line, const char *name, u64 max, u64 *value)
{
	return number(word(line, name), max, value);
}

static bool read_port(char **line, struct target_resv_port *port)
{
	char *text;
	u64 value;

	if (!word_number(line, "rtpi", U16_MAX, &value))
		return false;
	port->rtpi = value;
	text = word(line, "fabric");
	if (!text || strscpy(port->fabric, text) <= 0)
		return false;
	if (!word_number(line, "tag", U16_MAX, &value))
		return false;
	port->tag = value;
	text = word(line, "target");
	if (!text)
		return false;
	string_unescape_inplace(text, UNESCAPE_HEX);
	return strscpy(port->wwn, text) > 0;
}

static bool read_reg(char *line, struct target_resv *state)
{
	struct target_resv_reg *reg = &state->regs[state->count];
	u64 value;
	char *text;

	text = strsep(&line, " ");
	if (!text || strcmp(text, "registration") ||
	    !word_number(&line, "key", U64_MAX, &reg->key) || !reg->key)
		return false;
	if (!word_number(&line, "holder", 1, &value))
		return false;
	if (value && state->holder >= 0)
		return false;
	if (value)
		state->holder = state->count;
	if (!word_number(&line, "all_tg_pt", 1, &value))
		return false;
	reg->all_tg_pt = value;
	if (!read_port(&line, &reg->nexus.port) ||
	    !word_number(&line, "protocol", 15, &value))
		return false;
	text = word(&line, "initiator");
	if (!text || line ||
	    !target_transport_id_scan(&reg->nexus.initiator, value, text,
				      strlen(text)))
		return false;
	state->count++;
	return true;
}

static bool read_head(char **text, struct target_resv *state)
{
	u64 value;

	if (!line_number(text, "generation", U32_MAX, &value))
		return false;
	state->generation = value;
	if (!line_number(text, "aptpl", 1, &value))
		return false;
	state->aptpl = value;
	if (!line_number(text, "lost", 1, &value))
		return false;
	state->lost = value;
	if (!line_number(text, "type", TARGET_RESV_TYPES, &value))
		return false;
	state->type = value;
	return !value || target_resv_type_valid(value);
}

/* A reservation has the holder that its type has. */
static bool holder_fits(const struct target_resv *state)
{
	if (!state->type || target_resv_all_registrants(state->type))
		return state->holder < 0 && (!state->type || state->count);
	return state->holder >= 0;
}

static bool checksum_fits(char *text, char *last)
{
	u64 value;

	return number(last + strlen(CHECKSUM), U32_MAX, &value) &&
	       crc32_le(~0, text, last - text) == value;
}

/* Check the last line, and cut it off.  False if it is wrong. */
static bool cut_checksum(char *text, size_t len, bool needed)
{
	char *last;

	if (!len || text[len - 1] != '\n')
		return false;
	text[--len] = '\0';
	last = strrchr(text, '\n');
	last = last ? last + 1 : text;
	if (!str_has_prefix(last, CHECKSUM))
		return !needed;
	if (!checksum_fits(text, last))
		return false;
	*last = '\0';
	return true;
}

static unsigned int count_lines(const char *text)
{
	unsigned int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static bool read_all(char *text, struct target_resv *state)
{
	char *line;

	if (!read_head(&text, state))
		return false;
	while (text && *text) {
		line = strsep(&text, "\n");
		if (state->count == state->room || !read_reg(line, state))
			return false;
	}
	return state->count <= TARGET_RESV_MAX && holder_fits(state);
}

/**
 * target_resv_image_read - read a state
 * @text: text with a NUL behind it; is taken apart
 * @len: its length
 * @need_checksum: a text without one is broken
 *
 * Return: state with one reference, or ERR_PTR: -EINVAL if it is none
 */
struct target_resv *target_resv_image_read(char *text, size_t len,
					   bool need_checksum)
{
	struct target_resv *state;

	if (strlen(text) != len || !cut_checksum(text, len, need_checksum) ||
	    !str_has_prefix(text, VERSION))
		return ERR_PTR(-EINVAL);
	state = target_resv_alloc(min(count_lines(text) + 1, TARGET_RESV_MAX + 1));
	if (!state)
		return ERR_PTR(-ENOMEM);
	if (!read_all(text + strlen(VERSION), state)) {
		target_resv_free(state);
		return ERR_PTR(-EINVAL);
	}
	return state;
}
