// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scalars that an administrator sets, described by a table: what a text means,
 * whether it is in range, where the value is kept, and what the schema says
 * about it.  Pure.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include "field.h"

static int parse_bool(const char *text, u64 *value)
{
	bool on;
	int ret = kstrtobool(text, &on);

	*value = on;
	return ret;
}

/* What is too large for the type is ERANGE, what is outside the row EINVAL. */
static int parse_narrow(const char *text, u64 type_max, u64 *value)
{
	int ret = kstrtoull(text, 0, value);

	if (ret)
		return ret;
	return *value > type_max ? -ERANGE : 0;
}

static int parse_wide(const char *text, u64 *value)
{
	return kstrtoull(text, 0, value) ? -EINVAL : 0;
}

/**
 * target_field_parse - the value that a text means
 * @field: row
 * @text: what was written, with or without a newline
 * @value: set if the text is good
 *
 * Return: 0, -EINVAL, or -ERANGE if the number does not fit the type
 */
int target_field_parse(const struct target_field *field, const char *text,
		       u32 *value)
{
	u64 number = 0;
	int ret;

	switch (field->kind) {
	case TARGET_FIELD_BOOL:
		ret = parse_bool(text, &number);
		break;
	case TARGET_FIELD_U8:
		ret = parse_narrow(text, U8_MAX, &number);
		break;
	case TARGET_FIELD_U32:
	case TARGET_FIELD_POWER:
		ret = parse_narrow(text, U32_MAX, &number);
		break;
	default:
		ret = parse_wide(text, &number);
		break;
	}
	if (ret)
		return ret;
	if (number < field->min || number > field->max)
		return -EINVAL;
	if (field->kind == TARGET_FIELD_POWER && !is_power_of_2(number))
		return -EINVAL;
	*value = number;
	return 0;
}

/**
 * target_field_load - read a value
 * @field: row
 * @object: struct that the table is about
 *
 * Return: the value; torn by nobody, it is one aligned load
 */
u32 target_field_load(const struct target_field *field, const void *object)
{
	const void *place = object + field->offset;

	switch (field->kind) {
	case TARGET_FIELD_BOOL:
	case TARGET_FIELD_FLAG:
		return READ_ONCE(*(const bool *)place);
	case TARGET_FIELD_CODE:
	case TARGET_FIELD_U8:
		return READ_ONCE(*(const u8 *)place);
	case TARGET_FIELD_U16:
		return READ_ONCE(*(const u16 *)place);
	default:
		return READ_ONCE(*(const u32 *)place);
	}
}

/**
 * target_field_store - write a value
 * @field: row
 * @object: struct that the table is about
 * @value: in range
 */
void target_field_store(const struct target_field *field, void *object,
			u32 value)
{
	void *place = object + field->offset;

	switch (field->kind) {
	case TARGET_FIELD_BOOL:
	case TARGET_FIELD_FLAG:
		WRITE_ONCE(*(bool *)place, value);
		break;
	case TARGET_FIELD_CODE:
	case TARGET_FIELD_U8:
		WRITE_ONCE(*(u8 *)place, value);
		break;
	case TARGET_FIELD_U16:
		WRITE_ONCE(*(u16 *)place, value);
		break;
	default:
		WRITE_ONCE(*(u32 *)place, value);
		break;
	}
}

/**
 * target_field_describe - what the schema says about it
 * @field: row
 * @row: filled in, but for the file
 */
void target_field_describe(const struct target_field *field,
			   struct target_schema *row)
{
	static const u8 kinds[] = {
		[TARGET_FIELD_BOOL] = TARGET_SCHEMA_BOOL,
		[TARGET_FIELD_FLAG] = TARGET_SCHEMA_BOOL,
		[TARGET_FIELD_CODE] = TARGET_SCHEMA_NUMBER,
		[TARGET_FIELD_U8] = TARGET_SCHEMA_NUMBER,
		[TARGET_FIELD_U16] = TARGET_SCHEMA_NUMBER,
		[TARGET_FIELD_U32] = TARGET_SCHEMA_NUMBER,
		[TARGET_FIELD_POWER] = TARGET_SCHEMA_POWER,
	};

	*row = (struct target_schema){
		.kind = kinds[field->kind], .min = field->min,
		.max = field->max, .has_init = true, .init = field->init,
		.help = field->help,
	};
}
