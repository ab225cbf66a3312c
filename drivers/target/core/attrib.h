/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ATTRIB_H
#define TARGET_ATTRIB_H

#include "core.h"

/**
 * struct target_attrib - one attribute of a logical unit: a row of THE table
 *
 * The files of attrib/, their modes, what they accept and the schema file
 * are printed from this table.
 * @name: file name
 * @kind: how the text is read and printed
 * @offset: of the value in struct target_attribs; unused if @get
 * @min: least value
 * @max: greatest value
 * @read_only: cannot be written (the hw_* files)
 * @not_exported: can be written only while no LUN links to the unit
 * @get: value, if it is not stored in struct target_attribs
 * @check: refuse a value: an errno and one log line; NULL accepts the range.
 *	Called with dev->mutex held
 * @help: one line for people
 */
struct target_attrib {
	const char	*name;
	enum target_attrib_kind {
		TARGET_ATTRIB_BOOL,
		TARGET_ATTRIB_U8,
		TARGET_ATTRIB_U32,
	} kind;
	size_t		offset;
	u32		min;
	u32		max;
	bool		read_only;
	bool		not_exported;
	u64		(*get)(struct target_dev *dev);
	int		(*check)(struct target_dev *dev, u32 value);
	const char	*help;
};

const struct target_attrib *target_attrib_table(size_t *rows);
void target_attrib_defaults(struct target_dev *dev);
u64 target_attrib_get(struct target_dev *dev, const struct target_attrib *row);
int target_attrib_set(struct target_dev *dev, const struct target_attrib *row,
		      u32 value);

#endif /* TARGET_ATTRIB_H */
