/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_UA_H
#define TARGET_UA_H

#include "../core/core.h"

/* Unit attention conditions: ASC << 8 | ASCQ (SPC-5 annex E) */
#define TARGET_UA_POWER_ON			0x2900
#define TARGET_UA_TARGET_RESET			0x2902
#define TARGET_UA_LUN_RESET			0x2903
#define TARGET_UA_NEXUS_LOSS			0x2907
#define TARGET_UA_MODE_CHANGED			0x2a01
#define TARGET_UA_LOG_CHANGED			0x2a02
#define TARGET_UA_RESERVATIONS_PREEMPTED	0x2a03
#define TARGET_UA_RESERVATIONS_RELEASED		0x2a04
#define TARGET_UA_REGISTRATIONS_PREEMPTED	0x2a05
#define TARGET_UA_ACCESS_CHANGED		0x2a06
#define TARGET_UA_TRANSITION_FAILED		0x2a07
#define TARGET_UA_CAPACITY_CHANGED		0x2a09
#define TARGET_UA_PREVIOUS_BUSY			0x2c07
#define TARGET_UA_PREVIOUS_FULL			0x2c08
#define TARGET_UA_PREVIOUS_CONFLICT		0x2c09
#define TARGET_UA_COMMANDS_CLEARED		0x2f00
#define TARGET_UA_TIMESTAMP_CHANGED		0x2a10
#define TARGET_UA_THIN_THRESHOLD		0x3807
#define TARGET_UA_INQUIRY_CHANGED		0x3f03
#define TARGET_UA_IDENTIFIER_CHANGED		0x3f05
#define TARGET_UA_LUNS_CHANGED			0x3f0e
#define TARGET_UA_FAILURE_PREDICTED_FALSE	0x5dff

void target_ua_add(struct target_itl *itl, u16 code);
void target_ua_add_others(struct target_dev *dev,
			  const struct target_itl *except, u16 code);
void target_ua_add_elsewhere(struct target_dev *dev,
			     const struct target_sess *except, u16 code);
void target_ua_add_sess(struct target_sess *sess, u16 code);
bool target_ua_peek(struct target_itl *itl, u16 *code);
bool target_ua_take(struct target_itl *itl, u16 *code);
void target_ua_remove_sess(struct target_sess *sess, u16 code);
sense_reason_t target_ua_report(struct target_cmd *cmd);

#endif /* TARGET_UA_H */
