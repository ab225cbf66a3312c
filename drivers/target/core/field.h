/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_FIELD_H
#define TARGET_FIELD_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include "schema.h"

/**
 * enum target_field_kind - how a value is written, and where it is kept
 * @TARGET_FIELD_BOOL: a bool; 0, 1, y, n, on, off and the like
 * @TARGET_FIELD_FLAG: a bool; the numbers 0 and 1
 * @TARGET_FIELD_CODE: a u8; out of range is EINVAL, however large
 * @TARGET_FIELD_U8: a u8; too large for it is ERANGE
 * @TARGET_FIELD_U16: a u16; out of range is EINVAL, however large
 * @TARGET_FIELD_U32: a u32; too large for it is ERANGE
 * @TARGET_FIELD_POWER: the same; a power of two
 */
enum target_field_kind {
	TARGET_FIELD_BOOL,
	TARGET_FIELD_FLAG,
	TARGET_FIELD_CODE,
	TARGET_FIELD_U8,
	TARGET_FIELD_U16,
	TARGET_FIELD_U32,
	TARGET_FIELD_POWER,
};

/**
 * struct target_field - one scalar that an administrator sets: a table row
 * @name: file name
 * @kind: how it is written, and where it is kept
 * @offset: of the value in the struct that the table is about
 * @min: least value
 * @max: greatest value
 * @init: value of a new object
 * @help: one line for people
 */
struct target_field {
	const char		*name;
	enum target_field_kind	kind;
	size_t			offset;
	u32			min;
	u32			max;
	u32			init;
	const char		*help;
};

/* offsetof(), with a check that the member has the size of the kind */
#define TARGET_FIELD_AT(row, _member, _kind)				\
	(offsetof(row, _member) +					\
	 BUILD_BUG_ON_ZERO(sizeof_field(row, _member) !=		\
			   TARGET_FIELD_SIZE_##_kind))
#define TARGET_FIELD_SIZE_BOOL	sizeof(bool)
#define TARGET_FIELD_SIZE_FLAG	sizeof(bool)
#define TARGET_FIELD_SIZE_CODE	sizeof(u8)
#define TARGET_FIELD_SIZE_U8	sizeof(u8)
#define TARGET_FIELD_SIZE_U16	sizeof(u16)
#define TARGET_FIELD_SIZE_U32	sizeof(u32)
#define TARGET_FIELD_SIZE_POWER	sizeof(u32)

int target_field_parse(const struct target_field *field, const char *text,
		       u32 *value);
u32 target_field_load(const struct target_field *field, const void *object);
void target_field_store(const struct target_field *field, void *object,
			u32 value);
void target_field_describe(const struct target_field *field,
			   struct target_schema *row);

#endif /* TARGET_FIELD_H */
