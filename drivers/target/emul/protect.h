/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_PROTECT_H
#define TARGET_PROTECT_H

#include "../core/core.h"

/* Bytes of protection information for each block */
#define TARGET_PROTECT_BYTES	8

/**
 * struct target_protect_row - what RDPROTECT, WRPROTECT and VRPROTECT say
 *	(SBC-4 tables 75, 106 to 109, 117)
 * @checks: enum target_core_dif_check: what is checked, wherever it comes from
 * @compare: likewise: what BYTCHK compares
 */
struct target_protect_row {
	u8	checks;
	u8	compare;
};

u8 target_protect_code(struct target_cmd *cmd);
const struct target_protect_row *target_protect_row(u8 code);
bool target_protect_among_data(struct target_cmd *cmd);
sense_reason_t target_protect_admit(struct target_cmd *cmd);
u64 target_protect_length(struct target_cmd *cmd, u64 bytes);
bool target_protect_format_matches(u8 type, u8 fmtpinfo, u8 usage);
bool target_protect_format_fits(u8 type, u8 fmtpinfo);
u8 target_protect_types(u8 type);

#endif /* TARGET_PROTECT_H */
