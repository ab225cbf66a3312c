/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Information units of the Fibre Channel Protocol for SCSI (FCP-4, clause 9):
 * what comes is taken apart once, what goes is built from plain values.
 */
#ifndef TCM_FC_FCP_H
#define TCM_FC_FCP_H

#include <linux/dma-direction.h>
#include <linux/types.h>
#include <scsi/fc/fc_fcp.h>

/* 16 bytes, and what six bits of words can add */
#define TCM_FC_CDB_MAX		(16 + 63 * 4)
/* Longest FCP_RSP IU: header, FCP_RSP_INFO, sense data, residual of a read */
#define TCM_FC_RSP_MAX		(FCP_RESP_WITH_EXT + FCP_RESP_RSP_INFO_LEN8 + \
				 252 + 4)

/* Not in enum fcp_resp_rsp_codes (FCP-4 table 32) */
#define TCM_FC_RSP_SUCCEEDED	8

/**
 * struct tcm_fc_cmnd - an FCP_CMND IU
 * @lun: logical unit number
 * @data_length: FCP_DL
 * @read_length: FCP_BIDIRECTIONAL_READ_DL; 0 if it is not there
 * @dir: direction as the initiator sees it; DMA_TO_DEVICE also for both
 * @bidi: both directions
 * @task_attr: TCM_*_TAG
 * @priority: command priority, 0 for none
 * @tm_flags: task management flags; then there is no CDB
 * @cdb_len: bytes of @cdb
 * @cdb: CDB, zeros behind its end
 */
struct tcm_fc_cmnd {
	u64			lun;
	u32			data_length;
	u32			read_length;
	enum dma_data_direction	dir;
	bool			bidi;
	u8			priority;
	u8			tm_flags;
	u16			cdb_len;
	int			task_attr;
	u8			cdb[TCM_FC_CDB_MAX];
};

/**
 * struct tcm_fc_rsp - an FCP_RSP IU
 * @status: SAM status
 * @confirm: ask for FCP_CONF
 * @over: bytes that the command wanted beyond FCP_DL
 * @under: bytes of FCP_DL that were not transferred
 * @bidi: it was a bidirectional command
 * @read_under: bytes of FCP_BIDIRECTIONAL_READ_DL that were not transferred
 * @has_code: @code is valid: a task management function, or a refusal
 * @code: FCP_RSP_INFO
 * @sense: sense data
 * @sense_len: bytes of it
 */
struct tcm_fc_rsp {
	u8		status;
	bool		confirm;
	u32		over;
	u32		under;
	bool		bidi;
	u32		read_under;
	bool		has_code;
	u8		code;
	const u8	*sense;
	unsigned int	sense_len;
};

bool tcm_fc_fcp_parse_cmnd(const u8 *iu, size_t len, struct tcm_fc_cmnd *cmnd);
size_t tcm_fc_fcp_build_rsp(u8 iu[TCM_FC_RSP_MAX], const struct tcm_fc_rsp *rsp);
u8 tcm_fc_fcp_tmf(u8 tm_flags);
u8 tcm_fc_fcp_tmf_code(u8 response);

#endif /* TCM_FC_FCP_H */
