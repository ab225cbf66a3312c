/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of a directory accept, as rows of a table.  The core prints
 * those of a fabric into the schema files of its directories; a file without a
 * row is printed as text of any kind.
 */
#ifndef TARGET_CORE_SCHEMA_H
#define TARGET_CORE_SCHEMA_H

#include <linux/types.h>

struct configfs_attribute;

/**
 * enum target_schema_kind - what is written
 * @TARGET_SCHEMA_ANY: text, of which no more can be said
 * @TARGET_SCHEMA_TEXT: text of @min to @max characters
 * @TARGET_SCHEMA_SECRET: the same, not to be shown to everybody
 * @TARGET_SCHEMA_BOOL: 0 or 1
 * @TARGET_SCHEMA_NUMBER: a number
 * @TARGET_SCHEMA_POWER: a power of two
 * @TARGET_SCHEMA_WORD: one of @names
 * @TARGET_SCHEMA_WORDS: one or more of @names, with commas between them
 * @TARGET_SCHEMA_ACTION: text that has something done; no setting, so that it
 *	is in nobody's configuration
 */
enum target_schema_kind {
	TARGET_SCHEMA_ANY,
	TARGET_SCHEMA_TEXT,
	TARGET_SCHEMA_SECRET,
	TARGET_SCHEMA_BOOL,
	TARGET_SCHEMA_NUMBER,
	TARGET_SCHEMA_POWER,
	TARGET_SCHEMA_WORD,
	TARGET_SCHEMA_WORDS,
	TARGET_SCHEMA_ACTION,
};

/**
 * enum target_schema_when - when a file can be written
 * @TARGET_SCHEMA_ALWAYS: at any time
 * @TARGET_SCHEMA_NEW: until the object is enabled
 * @TARGET_SCHEMA_ONCE: until it has a value
 * @TARGET_SCHEMA_UNEXPORTED: while no LUN links to the logical unit
 * @TARGET_SCHEMA_LINKED: while the LUN links to a logical unit
 * @TARGET_SCHEMA_DISABLED: while the target port group is disabled
 * @TARGET_SCHEMA_UNUSED: while there is no other object
 * @TARGET_SCHEMA_NEVER: every value is refused
 */
enum target_schema_when {
	TARGET_SCHEMA_ALWAYS,
	TARGET_SCHEMA_NEW,
	TARGET_SCHEMA_ONCE,
	TARGET_SCHEMA_UNEXPORTED,
	TARGET_SCHEMA_LINKED,
	TARGET_SCHEMA_DISABLED,
	TARGET_SCHEMA_UNUSED,
	TARGET_SCHEMA_NEVER,
};

/**
 * struct target_schema - what one file accepts
 * @attr: file; NULL ends a table
 * @kind: enum target_schema_kind
 * @when: enum target_schema_when, if its mode lets it be written at all
 * @has_init: @init is the value of every new object
 * @has_also: @also is accepted, too
 * @min: least number, or characters of a text
 * @max: greatest number, or characters of a text
 * @also: a number outside @min to @max
 * @init: value of a new object
 * @names: words that are accepted, with a NULL behind the last
 * @text: value of a new object, if it is no number
 * @help: one line for people
 */
struct target_schema {
	const struct configfs_attribute	*attr;
	u8				kind;
	u8				when;
	bool				has_init;
	bool				has_also;
	s64				min;
	u64				max;
	s64				also;
	s64				init;
	const char * const		*names;
	const char			*text;
	const char			*help;
};

/* a row for a number, written at any time */
#define TARGET_SCHEMA_ROW(_attr, _kind, _min, _max, _init, _help) {	\
	.attr = _attr, .kind = TARGET_SCHEMA_##_kind, .min = _min,	\
	.max = _max, .has_init = true, .init = _init, .help = _help,	\
}

/* a row for a text of up to _max characters */
#define TARGET_SCHEMA_LINE(_attr, _kind, _when, _max, _text, _help) {	\
	.attr = _attr, .kind = TARGET_SCHEMA_##_kind,			\
	.when = TARGET_SCHEMA_##_when, .max = _max, .text = _text,	\
	.help = _help,							\
}

/* a row for a file that has something done */
#define TARGET_SCHEMA_DO(_attr, _help) {				\
	.attr = _attr, .kind = TARGET_SCHEMA_ACTION, .help = _help,	\
}

#endif /* TARGET_CORE_SCHEMA_H */
