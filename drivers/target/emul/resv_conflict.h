/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_CONFLICT_H
#define TARGET_RESV_CONFLICT_H

#include "opdef.h"
#include "resv.h"

/**
 * enum target_resv_role - what a nexus is to a persistent reservation
 * @TARGET_RESV_STRANGER: not registered
 * @TARGET_RESV_REGISTRANT: registered
 * @TARGET_RESV_HOLDER: holds it
 */
enum target_resv_role {
	TARGET_RESV_STRANGER,
	TARGET_RESV_REGISTRANT,
	TARGET_RESV_HOLDER,
};

u8 target_resv_conflict_mask(u8 type, enum target_resv_role role);
u8 target_resv_conflict_spc2(void);
u8 target_resv_conflict_all(void);
u16 target_resv_conflict_types(void);

#endif /* TARGET_RESV_CONFLICT_H */
