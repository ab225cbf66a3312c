/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * World Wide Port Names as text (FC-FS-5, clause 18).
 */
#ifndef TCM_FC_WWN_H
#define TCM_FC_WWN_H

#include <linux/types.h>

/* "20:00:52:54:00:12:34:56" */
#define TCM_FC_WWN_LEN		24

int tcm_fc_wwn_parse(const char *text, u64 *wwn);
void tcm_fc_wwn_format(char text[TCM_FC_WWN_LEN], u64 wwn);

#endif /* TCM_FC_WWN_H */
