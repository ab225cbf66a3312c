/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TMF_H
#define TARGET_TMF_H

#include "core.h"

void target_tmf_run(struct target_cmd *cmd);
bool target_tmf_supported(u8 function);
size_t target_tmf_report(u8 *buf, size_t size);

#endif /* TARGET_TMF_H */
