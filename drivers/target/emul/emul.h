/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pipeline asks of the emulation.  Included by core/submit.c,
 * core/execute.c, core/tmf.c, core/main.c and the emulation itself.
 */
#ifndef TARGET_EMUL_H
#define TARGET_EMUL_H

#include "../core/core.h"

int target_opdef_init(void);
sense_reason_t target_cdb_decode(struct target_cmd *cmd);
void target_access_foresee(struct target_cmd *cmd);
sense_reason_t target_access_check(struct target_cmd *cmd);
unsigned int target_alua_delay(const struct target_cmd *cmd);
void target_opdef_span(struct target_cmd *cmd, u64 *lba, u64 *blocks);
sense_reason_t target_opdef_run(struct target_cmd *cmd);
void target_rsoc_set_tmfs(void (*report)(u8 bytes[2]));
extern const struct target_event_ops target_emul_events;

#endif /* TARGET_EMUL_H */
