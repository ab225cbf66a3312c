/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_APTPL_H
#define TARGET_RESV_APTPL_H

#include "resv.h"

int target_resv_aptpl_save(const struct target_dev *dev,
			   const struct target_resv *state);
struct target_resv *target_resv_aptpl_load(const struct target_dev *dev,
					   const char *serial);

#endif /* TARGET_RESV_APTPL_H */
