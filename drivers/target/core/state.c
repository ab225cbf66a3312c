// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has a command: the one place that writes target_cmd.state.
 *
 * The word is an owner and the ABORTED bit.  An owner hands the command on
 * with target_state_move(); somebody who aborts it sets the bit, once, in
 * any state but RESPONSE.  Both are compare-and-exchange, so exactly one of
 * them wins: either the command is answered as if nobody had aborted it, or
 * the aborter answers for it (complete.c) and the owner, whose next move
 * fails, only lets go of it.  Nobody ever waits.
 *
 * In NEW, QUEUE and HANDLER the owner is in the core, and the aborter leaves
 * it a reference.  In FABRIC it is not: a fabric that does not call
 * target_execute_cmd() before write_pending() returns has its own reference
 * (TARGET_SCF_ACK_KREF).
 *
 *	       NEW ----> QUEUE <---> HANDLER --> RESPONSE
 *		|	   ^		^	   ^
 *		+-> FABRIC +------------+	   |
 *		|	|			   |
 *		+-------+--------------------------+
 */
#include <linux/bug.h>
#include "state.h"

static const u8 legal[TARGET_OWNERS] = {
	[TARGET_OWNER_NEW]	= BIT(TARGET_OWNER_FABRIC) |
				  BIT(TARGET_OWNER_QUEUE) |
				  BIT(TARGET_OWNER_RESPONSE),
	[TARGET_OWNER_FABRIC]	= BIT(TARGET_OWNER_QUEUE) |
				  BIT(TARGET_OWNER_RESPONSE),
	[TARGET_OWNER_QUEUE]	= BIT(TARGET_OWNER_HANDLER) |
				  BIT(TARGET_OWNER_RESPONSE),
	[TARGET_OWNER_HANDLER]	= BIT(TARGET_OWNER_QUEUE) |
				  BIT(TARGET_OWNER_RESPONSE),
};

static const enum transport_state_table mirror[TARGET_OWNERS] = {
	[TARGET_OWNER_NEW]	= TRANSPORT_NEW_CMD,
	[TARGET_OWNER_FABRIC]	= TRANSPORT_WRITE_PENDING,
	[TARGET_OWNER_QUEUE]	= TRANSPORT_PROCESSING,
	[TARGET_OWNER_HANDLER]	= TRANSPORT_PROCESSING,
	[TARGET_OWNER_RESPONSE]	= TRANSPORT_COMPLETE,
};

/* May a command go from one owner to the other?  Not if it was aborted. */
bool target_state_legal(enum target_owner from, enum target_owner to)
{
	return legal[from] & BIT(to);
}

void target_state_init(struct target_cmd *cmd)
{
	struct se_cmd *se = to_se(cmd);

	atomic_set(&cmd->state, TARGET_OWNER_NEW);
	se->t_state = TRANSPORT_NEW_CMD;
	se->transport_state = 0;
}

/**
 * target_state_move - hand a command on
 * @cmd: command
 * @from: who has it
 * @to: who is to have it
 *
 * Context: any.
 * Return: false if it was aborted: the caller lets go of it
 */
bool target_state_move(struct target_cmd *cmd, enum target_owner from,
		       enum target_owner to)
{
	int old = from;

	if (WARN_ON_ONCE(!target_state_legal(from, to)))
		return false;
	if (!atomic_try_cmpxchg(&cmd->state, &old, to)) {
		WARN_ON_ONCE(!(old & TARGET_STATE_ABORTED));
		return false;
	}
	WRITE_ONCE(to_se(cmd)->t_state, mirror[to]);
	return true;
}

/**
 * target_state_abort - fence the response path of a command
 * @cmd: command; the caller makes sure that it stays
 *
 * Context: any.
 * Return: who had it; the caller answers for it now.  TARGET_OWNER_RESPONSE if
 * it is too late or somebody else aborted it already
 */
enum target_owner target_state_abort(struct target_cmd *cmd)
{
	int old = atomic_read(&cmd->state);

	do {
		if (old & TARGET_STATE_ABORTED || old == TARGET_OWNER_RESPONSE)
			return TARGET_OWNER_RESPONSE;
	} while (!atomic_try_cmpxchg(&cmd->state, &old,
				     old | TARGET_STATE_ABORTED));

	WRITE_ONCE(to_se(cmd)->transport_state, CMD_T_ABORTED);
	return old;
}
