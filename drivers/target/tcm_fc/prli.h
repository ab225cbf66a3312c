/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Process login: the FCP service parameter page (FCP-4 6.3).
 */
#ifndef TCM_FC_PRLI_H
#define TCM_FC_PRLI_H

#include <linux/types.h>

/**
 * struct tcm_fc_prli - what a service parameter page says
 * @flags: FC_SPP_OPA_VAL, FC_SPP_RPA_VAL, FC_SPP_EST_IMG_PAIR
 * @params: FCP_SPPF_*
 */
struct tcm_fc_prli {
	u8	flags;
	u32	params;
};

u8 tcm_fc_prli_check(const struct tcm_fc_prli *theirs);
bool tcm_fc_prli_wants_target(const struct tcm_fc_prli *theirs);
u32 tcm_fc_prli_params(u32 params);

#endif /* TCM_FC_PRLI_H */
