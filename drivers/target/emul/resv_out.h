/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_OUT_H
#define TARGET_RESV_OUT_H

#include "lu.h"

/**
 * struct target_resv_register - a REGISTER that no command asks for
 * @node: in target_resv_lu.registers
 * @itl: nexus whose registration it is; the caller holds its session and link
 * @key: RESERVATION KEY
 * @sa_key: SERVICE ACTION RESERVATION KEY
 * @check: may it be, when its turn has come?
 * @done: it has ended; may free it.  Process context, nothing held
 */
struct target_resv_register {
	struct list_head	node;
	struct target_itl	*itl;
	u64			key;
	u64			sa_key;
	sense_reason_t		(*check)(struct target_resv_register *reg);
	void			(*done)(struct target_resv_register *reg,
					sense_reason_t reason);
};

/* Go on in the work item of reservations; returns TCM_PENDING. */
sense_reason_t target_resv_out_defer(struct target_cmd *cmd);
/* Likewise; ends with @reg->done(). */
void target_resv_out_register(struct target_resv_register *reg);

void target_resv_out_init(struct target_resv_lu *resv);
void target_resv_out_exit(struct target_resv_lu *resv);

#endif /* TARGET_RESV_OUT_H */
