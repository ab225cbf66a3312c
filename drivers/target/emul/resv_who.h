/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_WHO_H
#define TARGET_RESV_WHO_H

#include "../core/data.h"
#include "resv.h"

sense_reason_t target_resv_who_named(struct target_cmd *cmd,
				     struct target_cursor *list,
				     struct target_resv_request *req);
sense_reason_t target_resv_who_everywhere(struct target_cmd *cmd,
					  struct target_resv_request *req);
sense_reason_t target_resv_who_move(struct target_cmd *cmd, u16 rtpi,
				    struct target_cursor *list,
				    struct target_resv_request *req);

#endif /* TARGET_RESV_WHO_H */
