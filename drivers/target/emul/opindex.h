/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_OPINDEX_H
#define TARGET_OPINDEX_H

#include "opdef.h"

int target_opindex_add(const struct target_opdef *table, size_t rows);
int target_opindex_check(const struct target_opdef *op);

const struct target_opdef *target_opindex_next(const struct target_opdef *op);
size_t target_opindex_count(void);
const struct target_opdef *target_opindex_first(u8 op, size_t *rows);
const struct target_opdef *target_opindex_find(u8 op, u16 sa);

/* Byte with the options of a block command: DPO, FUA, BYTCHK and the like */
static inline unsigned int target_opindex_options(const struct target_opdef *op)
{
	return op->cdb_len == 32 ? 10 : 1;
}

bool target_opindex_enabled(const struct target_opdef *op,
			    const struct target_dev *dev);
u8 target_opindex_missing(const struct target_opdef *op, u8 bits,
			  const struct target_dev *dev);
bool target_opindex_protects(const struct target_opdef *op,
			     const struct target_dev *dev);
u8 target_opindex_control(const struct target_opdef *op);
u8 target_opindex_usage(const struct target_opdef *op,
			const struct target_dev *dev, unsigned int byte);

#endif /* TARGET_OPINDEX_H */
