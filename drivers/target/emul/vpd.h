/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_VPD_H
#define TARGET_VPD_H

#include "../core/data.h"

/* PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE (SPC-5 table 146, 147) */
#define TARGET_VPD_DISK		0x00
#define TARGET_VPD_WELL_KNOWN	0x1e
#define TARGET_VPD_NO_UNIT	0x7f

sense_reason_t target_vpd_page(struct target_cmd *cmd, u8 page);
bool target_vpd_build(struct target_cmd *cmd, u8 page, struct target_cursor *c);

#endif /* TARGET_VPD_H */
