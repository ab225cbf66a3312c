// SPDX-License-Identifier: GPL-2.0-only
/*
 * Information units of the Fibre Channel Protocol for SCSI.
 */
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <scsi/scsi_common.h>
#include <target/target_core_base.h>
#include "fcp.h"

/* Fields of an FCP_CMND IU, FCP-4 table 21 */
#define CMND_ATTRIBUTE		9
#define CMND_TM_FLAGS		10
#define CMND_LENGTH_FLAGS	11
#define CMND_CDB		12
#define CMND_CDB_LEN		16

static_assert(sizeof(struct fcp_cmnd) == FCP_CMND_LEN);
static_assert(offsetof(struct fcp_cmnd, fc_cdb) == CMND_CDB);
static_assert(sizeof(struct fcp_txrdy) == FCP_TXRDY_LEN);
static_assert(sizeof(struct fcp_resp_with_ext) == FCP_RESP_WITH_EXT);

/* Reserved codes are ordered: it is always right, and never fast. */
static int task_attr(u8 code)
{
	static const int attrs[] = {
		[FCP_PTA_SIMPLE]	= TCM_SIMPLE_TAG,
		[FCP_PTA_HEADQ]		= TCM_HEAD_TAG,
		[FCP_PTA_ORDERED]	= TCM_ORDERED_TAG,
		[FCP_PTA_ACA]		= TCM_ACA_TAG,
	};

	code &= FCP_PTA_MASK;
	return code < ARRAY_SIZE(attrs) && attrs[code] ? attrs[code] :
							 TCM_ORDERED_TAG;
}

static enum dma_data_direction direction(u8 flags)
{
	if (flags & FCP_CFL_WRDATA)
		return DMA_TO_DEVICE;
	return flags & FCP_CFL_RDDATA ? DMA_FROM_DEVICE : DMA_NONE;
}

/* A CDB says itself how long it is (SPC-5 4.2.2); it must all be there. */
static bool cdb_is_whole(const struct tcm_fc_cmnd *cmnd)
{
	return scsi_command_size(cmnd->cdb) <= cmnd->cdb_len;
}

/**
 * tcm_fc_fcp_parse_cmnd - take an FCP_CMND IU apart
 * @iu: as it came
 * @len: bytes of it
 * @cmnd: it goes here
 *
 * Return: false if a field of it is invalid; @cmnd->lun is set if @len allows
 */
bool tcm_fc_fcp_parse_cmnd(const u8 *iu, size_t len, struct tcm_fc_cmnd *cmnd)
{
	size_t tail = CMND_CDB + CMND_CDB_LEN;
	struct scsi_lun lun;
	u8 flags;

	memset(cmnd, 0, sizeof(*cmnd));
	cmnd->dir = DMA_NONE;
	if (len < FCP_CMND_LEN)
		return false;
	memcpy(&lun, iu, sizeof(lun));
	cmnd->lun = scsilun_to_int(&lun);
	cmnd->task_attr = task_attr(iu[CMND_ATTRIBUTE]);
	cmnd->priority = (iu[CMND_ATTRIBUTE] & ~FCP_PRI_RESVD_MASK) >>
			 FCP_PRI_SHIFT;
	cmnd->tm_flags = iu[CMND_TM_FLAGS];
	if (cmnd->tm_flags)
		return true;

	flags = iu[CMND_LENGTH_FLAGS];
	tail += flags & FCP_CFL_LEN_MASK;
	cmnd->bidi = (flags & FCP_CFL_WRDATA) && (flags & FCP_CFL_RDDATA);
	if (len < tail + (cmnd->bidi ? 8 : 4))
		return false;
	cmnd->cdb_len = tail - CMND_CDB;
	memcpy(cmnd->cdb, iu + CMND_CDB, cmnd->cdb_len);
	cmnd->dir = direction(flags);
	cmnd->data_length = get_unaligned_be32(iu + tail);
	if (cmnd->bidi)
		cmnd->read_length = get_unaligned_be32(iu + tail + 4);
	return cdb_is_whole(cmnd) &&
	       (cmnd->dir != DMA_NONE || !cmnd->data_length);
}

static u8 *put_code(u8 *at, struct fcp_resp_with_ext *iu, u8 code)
{
	struct fcp_resp_rsp_info *info = (struct fcp_resp_rsp_info *)at;

	iu->resp.fr_flags |= FCP_RSP_LEN_VAL;
	iu->ext.fr_rsp_len = cpu_to_be32(FCP_RESP_RSP_INFO_LEN8);
	memset(info, 0, FCP_RESP_RSP_INFO_LEN8);
	info->rsp_code = code;
	return at + FCP_RESP_RSP_INFO_LEN8;
}

static u8 *put_sense(u8 *at, struct fcp_resp_with_ext *iu,
		     const struct tcm_fc_rsp *rsp)
{
	unsigned int len = min(rsp->sense_len, 252U);

	iu->resp.fr_flags |= FCP_SNS_LEN_VAL;
	iu->ext.fr_sns_len = cpu_to_be32(len);
	memcpy(at, rsp->sense, len);
	return at + len;
}

static u8 *put_read_residual(u8 *at, struct fcp_resp_with_ext *iu, u32 under)
{
	iu->resp.fr_flags |= FCP_BIDI_RSP;
	if (under)
		iu->resp.fr_flags |= FCP_BIDI_READ_UNDER;
	put_unaligned_be32(under, at);
	return at + 4;
}

/**
 * tcm_fc_fcp_build_rsp - an FCP_RSP IU (FCP-4 9.5)
 * @buf: it goes here
 * @rsp: what to say
 *
 * Return: bytes of it
 */
size_t tcm_fc_fcp_build_rsp(u8 buf[TCM_FC_RSP_MAX], const struct tcm_fc_rsp *rsp)
{
	struct fcp_resp_with_ext *iu = (struct fcp_resp_with_ext *)buf;
	u8 *at = buf + sizeof(*iu);

	memset(iu, 0, sizeof(*iu));
	iu->resp.fr_status = rsp->status;
	if (rsp->confirm)
		iu->resp.fr_flags |= FCP_CONF_REQ;
	if (rsp->over) {
		iu->resp.fr_flags |= FCP_RESID_OVER;
		iu->ext.fr_resid = cpu_to_be32(rsp->over);
	} else if (rsp->under) {
		iu->resp.fr_flags |= FCP_RESID_UNDER;
		iu->ext.fr_resid = cpu_to_be32(rsp->under);
	}
	if (rsp->has_code)
		at = put_code(at, iu, rsp->code);
	if (rsp->sense_len)
		at = put_sense(at, iu, rsp);
	if (rsp->bidi)
		at = put_read_residual(at, iu, rsp->read_under);
	return at - buf;
}

/**
 * tcm_fc_fcp_tmf - the task management function that is asked for
 * @tm_flags: of the FCP_CMND IU
 *
 * Return: enum tcm_tmreq_table; TMR_UNKNOWN if it is none, or several
 */
u8 tcm_fc_fcp_tmf(u8 tm_flags)
{
	/* FCP-4 table 25 */
	static const struct { u8 flag; u8 function; } rows[] = {
		{ BIT(0), TMR_QUERY_ASYNC_EVENT },
		{ FCP_TMF_ABT_TASK_SET, TMR_ABORT_TASK_SET },
		{ FCP_TMF_CLR_TASK_SET, TMR_CLEAR_TASK_SET },
		{ BIT(3), TMR_QUERY_TASK_SET },
		{ FCP_TMF_LUN_RESET, TMR_LUN_RESET },
		{ FCP_TMF_TGT_RESET, TMR_TARGET_WARM_RESET },
		{ FCP_TMF_CLR_ACA, TMR_CLEAR_ACA },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].flag == tm_flags)
			return rows[i].function;
	return TMR_UNKNOWN;
}

/**
 * tcm_fc_fcp_tmf_code - FCP_RSP_INFO for the outcome of a function
 * @response: enum tcm_tmrsp_table
 *
 * Return: RSP_CODE of FCP-4 table 32
 */
u8 tcm_fc_fcp_tmf_code(u8 response)
{
	static const struct { u8 response; u8 code; } rows[] = {
		{ TMR_FUNCTION_COMPLETE, FCP_TMF_CMPL },
		{ TMR_TASK_DOES_NOT_EXIST, FCP_TMF_CMPL },
		{ TMR_FUNCTION_SUCCEEDED, TCM_FC_RSP_SUCCEEDED },
		{ TMR_LUN_DOES_NOT_EXIST, FCP_TMF_INVALID_LUN },
		{ TMR_TASK_MGMT_FUNCTION_NOT_SUPPORTED, FCP_TMF_REJECTED },
		{ TMR_FUNCTION_REJECTED, FCP_TMF_REJECTED },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].response == response)
			return rows[i].code;
	return FCP_TMF_FAILED;
}
