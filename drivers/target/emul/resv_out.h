/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_OUT_H
#define TARGET_RESV_OUT_H

#include "lu.h"

void target_resv_out_init(struct target_resv_lu *resv);
void target_resv_out_exit(struct target_resv_lu *resv);

#endif /* TARGET_RESV_OUT_H */
