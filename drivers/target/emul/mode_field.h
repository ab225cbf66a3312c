/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_MODE_FIELD_H
#define TARGET_MODE_FIELD_H

#include "../core/attrib.h"
#include "lu.h"

/* of target_mode_field.attrib: the value is no attribute */
#define TARGET_MODE_NO_ATTRIB	TARGET_ATTRIB_COUNT

/**
 * struct target_mode_field - a value in a page that is not constant
 * @name: in the file that keeps it
 * @page: first byte of its page
 * @byte: byte of the page
 * @legal: BIT() of each value that it may have; 0 for any
 * @mask: bits there; U32_MAX if it has four bytes
 * @attrib: enum target_attrib_id that it is kept in, or TARGET_MODE_NO_ATTRIB
 * @to_attrib: value of the attribute that a value of the field is; may be NULL
 * @get: its value
 * @initial: its default
 * @set: give it a value: 0 or an errno
 * @fixed: it cannot be changed, on this logical unit; may be NULL
 * @absent: this logical unit has no such field; may be NULL
 */
struct target_mode_field {
	const char		*name;
	u8			page;
	u8			byte;
	u8			legal;
	u32			mask;
	unsigned int		attrib;
	u32			(*to_attrib)(u32 value);
	u32			(*get)(const struct target_dev *dev);
	u32			(*initial)(const struct target_dev *dev);
	int			(*set)(struct target_dev *dev, u32 value);
	bool			(*fixed)(const struct target_dev *dev);
	bool			(*absent)(const struct target_dev *dev);
};

const struct target_mode_field *target_mode_field_row(unsigned int i);
bool target_mode_field_legal(const struct target_mode_field *field, u32 value);
bool target_mode_field_fixed(const struct target_mode_field *field,
			     const struct target_dev *dev);
bool target_mode_field_absent(const struct target_mode_field *field,
			      const struct target_dev *dev);
int target_mode_field_set(const struct target_mode_field *field,
			  struct target_dev *dev, u32 value);
bool target_mode_field_recall(const struct target_mode_field *field,
			      struct target_dev *dev, u32 value);
void target_mode_field_place(const struct target_mode_field *field, u32 value,
			     u8 *page);
u32 target_mode_field_take(const struct target_mode_field *field,
			   const u8 *page);

#endif /* TARGET_MODE_FIELD_H */
