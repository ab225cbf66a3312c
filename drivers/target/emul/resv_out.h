/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_OUT_H
#define TARGET_RESV_OUT_H

#include "lu.h"

/* Go on in the work item of reservations; returns TCM_PENDING. */
sense_reason_t target_resv_out_defer(struct target_cmd *cmd);

void target_resv_out_init(struct target_resv_lu *resv);
void target_resv_out_exit(struct target_resv_lu *resv);

#endif /* TARGET_RESV_OUT_H */
