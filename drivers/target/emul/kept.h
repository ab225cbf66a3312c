/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_KEPT_H
#define TARGET_KEPT_H

#include "lu.h"

/**
 * struct target_kept - what is kept of a logical unit below dbroot
 * @resv: reservations; NULL when they were taken out
 * @mode: values of mode pages, by row of mode_field.c
 * @mode_found: BIT() of each of them that there is
 */
struct target_kept {
	struct target_resv	*resv;
	u32			mode[TARGET_MODE_FIELDS];
	u32			mode_found;
};

struct target_kept *target_kept_load(const struct target_dev *dev,
				     const char *serial);
void target_kept_free(struct target_kept *kept);

#endif /* TARGET_KEPT_H */
