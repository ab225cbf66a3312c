/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_STATE_H
#define TARGET_STATE_H

#include "core.h"

bool target_state_legal(enum target_owner from, enum target_owner to);
void target_state_init(struct target_cmd *cmd);
bool target_state_move(struct target_cmd *cmd, enum target_owner from,
		       enum target_owner to);
enum target_owner target_state_abort(struct target_cmd *cmd);

static inline enum target_owner target_state_owner(const struct target_cmd *cmd)
{
	return atomic_read(&cmd->state) & TARGET_STATE_OWNER;
}

/*
 * Somebody in the core has the command: whoever aborts it leaves them a
 * reference, and they let go of it with target_complete_orphan().
 */
static inline bool target_state_in_core(enum target_owner owner)
{
	return owner == TARGET_OWNER_NEW || owner == TARGET_OWNER_QUEUE ||
	       owner == TARGET_OWNER_HANDLER;
}

static inline bool target_state_aborted(const struct target_cmd *cmd)
{
	return atomic_read(&cmd->state) & TARGET_STATE_ABORTED;
}

#endif /* TARGET_STATE_H */
