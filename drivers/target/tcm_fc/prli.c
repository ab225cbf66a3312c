// SPDX-License-Identifier: GPL-2.0-only
/*
 * Process login: what to say to a service parameter page.
 */
#include <scsi/fc/fc_els.h>
#include <scsi/fc/fc_fcp.h>
#include "prli.h"

/* What this side never offers: SRR, and data that overlays data. */
#define NEVER	(FCP_SPPF_TASK_RETRY_ID | FCP_SPPF_RETRY | FCP_SPPF_OVLY_ALLOW | \
		 FCP_SPPF_WR_XRDY_DIS)

/**
 * tcm_fc_prli_check - is a page one that can be answered?
 * @theirs: page
 *
 * Return: FC_SPP_RESP_ACK, or why not (FC-LS-3 table 66)
 */
u8 tcm_fc_prli_check(const struct tcm_fc_prli *theirs)
{
	if (theirs->flags & (FC_SPP_OPA_VAL | FC_SPP_RPA_VAL))
		return FC_SPP_RESP_NO_PA;
	if (!(theirs->params & (FCP_SPPF_INIT_FCN | FCP_SPPF_TARG_FCN)))
		return FC_SPP_RESP_INVL;
	return FC_SPP_RESP_ACK;
}

/**
 * tcm_fc_prli_wants_target - does the remote port want a nexus?
 * @theirs: page
 *
 * Return: true if it is an initiator that establishes an image pair; without
 * that flag it only tells and asks for parameters
 */
bool tcm_fc_prli_wants_target(const struct tcm_fc_prli *theirs)
{
	return theirs->flags & FC_SPP_EST_IMG_PAIR &&
	       theirs->params & FCP_SPPF_INIT_FCN;
}

/**
 * tcm_fc_prli_params - this side's parameters
 * @params: those of the local port's other function, if it is an initiator too
 *
 * Return: parameters
 */
u32 tcm_fc_prli_params(u32 params)
{
	/* a read needs no XFER_RDY; FCP-4 wants this bit from everybody */
	return (params & ~NEVER) | FCP_SPPF_TARG_FCN | FCP_SPPF_RD_XRDY_DIS |
	       FCP_SPPF_CONF_COMPL;
}
