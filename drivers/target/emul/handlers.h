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

/* resv_in.c */
sense_reason_t target_resv_in_keys(struct target_cmd *cmd);
sense_reason_t target_resv_in_reservation(struct target_cmd *cmd);
sense_reason_t target_resv_in_capabilities(struct target_cmd *cmd);
sense_reason_t target_resv_in_full(struct target_cmd *cmd);

/* resv_out.c */
sense_reason_t target_resv_out(struct target_cmd *cmd);

/* resv_spc2.c */
sense_reason_t target_resv_spc2_reserve(struct target_cmd *cmd);
sense_reason_t target_resv_spc2_release(struct target_cmd *cmd);

/* alua_cmd.c */
sense_reason_t target_alua_cmd_report(struct target_cmd *cmd);
sense_reason_t target_alua_cmd_set(struct target_cmd *cmd);

/* referrals.c */
sense_reason_t target_referrals(struct target_cmd *cmd);

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

/* orwrite.c */
sense_reason_t target_orwrite(struct target_cmd *cmd);
sense_reason_t target_orwrite_32(struct target_cmd *cmd);

/* atomic.c */
sense_reason_t target_atomic_write(struct target_cmd *cmd);

/* stream.c */
sense_reason_t target_stream_control(struct target_cmd *cmd);
sense_reason_t target_stream_status(struct target_cmd *cmd);
sense_reason_t target_stream_write(struct target_cmd *cmd);
sense_reason_t target_stream_write_32(struct target_cmd *cmd);

/* prefetch.c */
sense_reason_t target_prefetch(struct target_cmd *cmd);

/* lba_status.c */
sense_reason_t target_lba_status_16(struct target_cmd *cmd);
sense_reason_t target_lba_status_32(struct target_cmd *cmd);

/* defects.c */
sense_reason_t target_defects_read_10(struct target_cmd *cmd);
sense_reason_t target_defects_read_12(struct target_cmd *cmd);
sense_reason_t target_defects_reassign(struct target_cmd *cmd);

/* sanitize.c */
sense_reason_t target_sanitize_overwrite(struct target_cmd *cmd);
sense_reason_t target_sanitize_block_erase(struct target_cmd *cmd);
sense_reason_t target_sanitize_exit(struct target_cmd *cmd);

/* format.c */
sense_reason_t target_format(struct target_cmd *cmd);

/* log.c */
sense_reason_t target_log_sense(struct target_cmd *cmd);
sense_reason_t target_log_select(struct target_cmd *cmd);

/* buffer.c */
sense_reason_t target_buffer_read(struct target_cmd *cmd);
sense_reason_t target_buffer_write(struct target_cmd *cmd);

/* diagnostic.c */
sense_reason_t target_diagnostic_send(struct target_cmd *cmd);
sense_reason_t target_diagnostic_receive(struct target_cmd *cmd);

/* timestamp.c */
sense_reason_t target_timestamp_report(struct target_cmd *cmd);
sense_reason_t target_timestamp_set(struct target_cmd *cmd);

/* identifying.c */
sense_reason_t target_identifying_report(struct target_cmd *cmd);
sense_reason_t target_identifying_set(struct target_cmd *cmd);

/* unmap.c */
sense_reason_t target_unmap(struct target_cmd *cmd);
void target_unmap_span(struct target_cmd *cmd, u64 *lba, u64 *blocks);

/* write_same.c */
sense_reason_t target_write_same(struct target_cmd *cmd);

/* caw.c */
sense_reason_t target_caw(struct target_cmd *cmd);

/* copy_cmd.c */
sense_reason_t target_copy_cmd_lid1(struct target_cmd *cmd);
sense_reason_t target_copy_cmd_lid4(struct target_cmd *cmd);
sense_reason_t target_copy_cmd_abort(struct target_cmd *cmd);

/* copy_odx.c */
sense_reason_t target_copy_odx_populate(struct target_cmd *cmd);
sense_reason_t target_copy_odx_write(struct target_cmd *cmd);

/* copy_status.c */
sense_reason_t target_copy_status_1(struct target_cmd *cmd);
sense_reason_t target_copy_status_data_1(struct target_cmd *cmd);
sense_reason_t target_copy_status_parameters(struct target_cmd *cmd);
sense_reason_t target_copy_status_failure(struct target_cmd *cmd);
sense_reason_t target_copy_status_4(struct target_cmd *cmd);
sense_reason_t target_copy_status_data_4(struct target_cmd *cmd);
sense_reason_t target_copy_status_token(struct target_cmd *cmd);
sense_reason_t target_copy_status_all_tokens(struct target_cmd *cmd);

#endif /* TARGET_HANDLERS_H */
