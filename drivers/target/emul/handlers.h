/* SPDX-License-Identifier: GPL-2.0-only */
/* Handlers that rows of the opcode table name; each file has its own. */
#ifndef TARGET_HANDLERS_H
#define TARGET_HANDLERS_H

#include "../core/core.h"

/* inquiry.c */
sense_reason_t target_inquiry(struct target_cmd *cmd);

/* mode.c */
sense_reason_t target_mode_sense(struct target_cmd *cmd);
sense_reason_t target_mode_select(struct target_cmd *cmd);

/* spc.c */
sense_reason_t target_spc_test_unit_ready(struct target_cmd *cmd);
sense_reason_t target_spc_request_sense(struct target_cmd *cmd);
sense_reason_t target_spc_report_luns(struct target_cmd *cmd);

/* rsoc.c */
sense_reason_t target_rsoc(struct target_cmd *cmd);
sense_reason_t target_rsoc_tmfs(struct target_cmd *cmd);

/* sbc.c */
sense_reason_t target_sbc_read_capacity_10(struct target_cmd *cmd);
sense_reason_t target_sbc_read_capacity_16(struct target_cmd *cmd);
sense_reason_t target_sbc_synchronize_cache(struct target_cmd *cmd);
sense_reason_t target_sbc_start_stop(struct target_cmd *cmd);

/* rw.c */
sense_reason_t target_rw_read(struct target_cmd *cmd);
sense_reason_t target_rw_write(struct target_cmd *cmd);

/* verify.c */
sense_reason_t target_verify(struct target_cmd *cmd);
sense_reason_t target_verify_write(struct target_cmd *cmd);

/* unmap.c */
sense_reason_t target_unmap(struct target_cmd *cmd);

/* write_same.c */
sense_reason_t target_write_same(struct target_cmd *cmd);

/* caw.c */
sense_reason_t target_caw(struct target_cmd *cmd);

#endif /* TARGET_HANDLERS_H */
