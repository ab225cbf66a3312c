/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TMF_H
#define TARGET_TMF_H

#include "core.h"

void target_tmf_start(struct target_cmd *cmd);
void target_tmf_qerr(struct target_cmd *cmd);
void target_tmf_report(u8 bytes[2]);

#endif /* TARGET_TMF_H */
