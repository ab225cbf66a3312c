// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines of the schema files: what a file accepts.  Pure.
 */
#include "schema.h"

/**
 * target_schema_find - the row of a file
 * @rows: table, or NULL
 * @attr: file
 * @row: filled in if there is one
 *
 * Return: true if there is
 */
bool target_schema_find(const struct target_schema *rows,
			const struct configfs_attribute *attr,
			struct target_schema *row)
{
	for (; rows && rows->attr; rows++) {
		if (rows->attr == attr) {
			*row = *rows;
			return true;
		}
	}
	return false;
}

static void add_range(struct target_listing *out,
		      const struct target_schema *row)
{
	const char * const *name;

	if (row->names) {
		for (name = row->names; *name; name++)
			target_listing_put(out, "%s%s", name == row->names ? "" : "|", *name);
		return;
	}
	if (row->kind == TARGET_SCHEMA_ANY ||
	    row->kind == TARGET_SCHEMA_ACTION) {
		target_listing_put(out, "-");
		return;
	}
	if (row->has_also && row->also < row->min)
		target_listing_put(out, "%lld,", row->also);
	target_listing_put(out, "%lld..%llu", row->min, row->max);
	if (row->has_also && row->also >= row->min)
		target_listing_put(out, ",%lld", row->also);
}

static void add_init(struct target_listing *out,
		     const struct target_schema *row)
{
	if (row->text)
		target_listing_put(out, " default=\"%s\"", row->text);
	else if (row->has_init)
		target_listing_put(out, " default=%lld", row->init);
	else
		target_listing_put(out, " default=-");
}

/**
 * target_schema_takes - print in words what a file accepts
 * @out: where
 * @row: what it accepts
 */
void target_schema_takes(struct target_listing *out,
			 const struct target_schema *row)
{
	static const char * const nouns[] = {
		[TARGET_SCHEMA_ANY] = "text",
		[TARGET_SCHEMA_TEXT] = "characters: ",
		[TARGET_SCHEMA_SECRET] = "characters: ",
		[TARGET_SCHEMA_BOOL] = "a truth value: ",
		[TARGET_SCHEMA_NUMBER] = "a number: ",
		[TARGET_SCHEMA_POWER] = "a power of two: ",
		[TARGET_SCHEMA_WORD] = "a word: ",
		[TARGET_SCHEMA_WORDS] = "words with commas between them: ",
		[TARGET_SCHEMA_ACTION] = "text",
	};

	target_listing_put(out, "%s", nouns[row->kind]);
	if (row->kind != TARGET_SCHEMA_ANY && row->kind != TARGET_SCHEMA_ACTION)
		add_range(out, row);
	if (row->help)
		target_listing_put(out, " (%s)", row->help);
}

/**
 * target_schema_print - print the line of a file
 * @out: where
 * @folder: path from the object's directory, with a slash, or ""
 * @name: of the file
 * @row: what it accepts
 */
void target_schema_print(struct target_listing *out, const char *folder,
			 const char *name, const struct target_schema *row)
{
	static const char * const kinds[] = {
		[TARGET_SCHEMA_ANY] = "text",
		[TARGET_SCHEMA_TEXT] = "text",
		[TARGET_SCHEMA_SECRET] = "secret",
		[TARGET_SCHEMA_BOOL] = "bool",
		[TARGET_SCHEMA_NUMBER] = "number",
		[TARGET_SCHEMA_POWER] = "power",
		[TARGET_SCHEMA_WORD] = "word",
		[TARGET_SCHEMA_WORDS] = "words",
		[TARGET_SCHEMA_ACTION] = "action",
	};
	static const char * const times[] = {
		[TARGET_SCHEMA_ALWAYS] = "always",
		[TARGET_SCHEMA_NEW] = "new",
		[TARGET_SCHEMA_ONCE] = "once",
		[TARGET_SCHEMA_UNEXPORTED] = "unexported",
		[TARGET_SCHEMA_LINKED] = "linked",
		[TARGET_SCHEMA_DISABLED] = "disabled",
		[TARGET_SCHEMA_UNUSED] = "unused",
		[TARGET_SCHEMA_NEVER] = "never",
	};

	target_listing_put(out, "%s%s %s ", folder, name, kinds[row->kind]);
	add_range(out, row);
	add_init(out, row);
	target_listing_put(out, " write=%s", times[row->when]);
	if (row->help)
		target_listing_put(out, " # %s", row->help);
	target_listing_put(out, "\n");
}
