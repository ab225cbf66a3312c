/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_PI_H
#define TARGET_PI_H

#include "../core/core.h"

sense_reason_t target_pi_begin(struct target_cmd *cmd);
sense_reason_t target_pi_check_written(struct target_cmd *cmd,
				       struct scatterlist *sgl,
				       unsigned int nents);
sense_reason_t target_pi_carry(struct target_cmd *cmd);

#endif /* TARGET_PI_H */
