/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ACA_H
#define TARGET_ACA_H

#include "core.h"

/* of CONTROL, the last byte of a CDB, or byte 1 if it has a variable length */
#define TARGET_ACA_NACA		0x04

sense_reason_t target_aca_admit(struct target_cmd *cmd);
void target_aca_fault(struct target_cmd *cmd);
void target_aca_forsake(struct target_itl *itl);
bool target_aca_clear(struct target_dev *dev, const struct target_sess *sess);
bool target_aca_is_faulted(struct target_dev *dev,
			   const struct target_sess *sess);

#endif /* TARGET_ACA_H */
