/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TP_ACCESS_H
#define TARGET_TP_ACCESS_H

#include "core.h"

/* Asymmetric access states, as REPORT TARGET PORT GROUPS has them (SPC-5 6.36) */
enum target_tp_state {
	TARGET_TP_ACTIVE_OPTIMIZED	= 0x0,
	TARGET_TP_ACTIVE_NONOPTIMIZED	= 0x1,
	TARGET_TP_STANDBY		= 0x2,
	TARGET_TP_UNAVAILABLE		= 0x3,
	TARGET_TP_LBA_DEPENDENT		= 0x4,
	TARGET_TP_OFFLINE		= 0xe,
	TARGET_TP_TRANSITION		= 0xf,
	TARGET_TP_STATES		= 0x10,
};

/* Bits of states that a group may be in: byte 1 of its descriptor */
#define TARGET_TP_AO_SUP	0x01
#define TARGET_TP_AN_SUP	0x02
#define TARGET_TP_S_SUP		0x04
#define TARGET_TP_U_SUP		0x08
#define TARGET_TP_LBD_SUP	0x10
#define TARGET_TP_O_SUP		0x40
#define TARGET_TP_T_SUP		0x80

/* Bits of the access type: who may change the state; TPGS of INQUIRY */
#define TARGET_TP_IMPLICIT	0x01
#define TARGET_TP_EXPLICIT	0x02

/* Default of nonop_delay_msecs */
#define TARGET_TP_NONOP_DELAY_MSECS	100

/**
 * enum target_tp_status - why a state is what it is: STATUS CODE
 * @TARGET_TP_UNALTERED: nothing is known
 * @TARGET_TP_BY_COMMAND: SET TARGET PORT GROUPS
 * @TARGET_TP_BY_ITSELF: an administrator, implicitly
 */
enum target_tp_status {
	TARGET_TP_UNALTERED,
	TARGET_TP_BY_COMMAND,
	TARGET_TP_BY_ITSELF,
};

/**
 * struct target_tp_access - primary access state of a group: a pure value
 * @state: enum target_tp_state, as it was before a transition under way
 * @status: enum target_tp_status of @state
 * @to: where the transition leads
 * @cause: enum target_tp_status of @to
 * @moving: a transition is under way
 * @shown: and the state is transitioning meanwhile
 */
struct target_tp_access {
	u8	state;
	u8	status;
	u8	to;
	u8	cause;
	bool	moving;
	bool	shown;
};

int target_tp_access_check(u8 support, u8 type, u8 to,
			   enum target_tp_status cause);
int target_tp_access_begin(struct target_tp_access *access, u8 to,
			   enum target_tp_status cause, bool show);
bool target_tp_access_end(struct target_tp_access *access, bool good);
u8 target_tp_access_state(const struct target_tp_access *access);
unsigned int target_tp_access_delay(u16 nonop_delay_msecs);
const char *target_tp_access_name(u8 state);

#endif /* TARGET_TP_ACCESS_H */
