// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an asymmetric access state does to a command (SPC-5 5.18.2.4): its row
 * says in which states it runs.
 */
#include "../core/lba_map.h"
#include "../core/tp_access.h"
#include "alua.h"
#include "emul.h"
#include "opdef.h"

static const struct {
	u8		bit;	/* of target_opdef.alua */
	sense_reason_t	refusal;
} states[TARGET_TP_STATES] = {
	[TARGET_TP_ACTIVE_OPTIMIZED]	= { TARGET_ALUA_OPTIMIZED,
					    TCM_TARGET_FAILURE },
	[TARGET_TP_ACTIVE_NONOPTIMIZED]	= { TARGET_ALUA_NONOPTIMIZED,
					    TCM_TARGET_FAILURE },
	[TARGET_TP_STANDBY]		= { TARGET_ALUA_STANDBY,
					    TCM_ALUA_TG_PT_STANDBY },
	[TARGET_TP_UNAVAILABLE]		= { TARGET_ALUA_UNAVAILABLE,
					    TCM_ALUA_TG_PT_UNAVAILABLE },
	[TARGET_TP_LBA_DEPENDENT]	= { TARGET_ALUA_LBA_DEPENDENT,
					    TCM_TARGET_FAILURE },
	[TARGET_TP_OFFLINE]		= { TARGET_ALUA_OFFLINE,
					    TCM_ALUA_OFFLINE },
	[TARGET_TP_TRANSITION]		= { TARGET_ALUA_TRANSITION,
					    TCM_ALUA_STATE_TRANSITION },
};

/**
 * target_alua_verdict - does a command run in a state?
 * @state: enum target_tp_state
 * @allowed: TARGET_ALUA_* bits of its row
 *
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_alua_verdict(u8 state, u8 allowed)
{
	return allowed & states[state].bit ? TCM_NO_SENSE :
					     states[state].refusal;
}

/* The state of blocks at a port */
static u8 state_at(const struct target_link *link, u64 first, u64 blocks)
{
	const struct target_tp_member *tp = &link->tp;
	u8 state = READ_ONCE(tp->access);
	const struct target_lba_map *map;

	if (state != TARGET_TP_LBA_DEPENDENT)
		return state;
	guard(rcu)();
	map = rcu_dereference(link->dev->lba_map);
	return map ? target_lba_map_state(map, READ_ONCE(tp->id), first,
					  blocks) : state;
}

/* The state of the blocks that a command is about, at its port */
static u8 state_of(const struct target_cmd *cmd)
{
	if (cmd->op->lba.bytes)
		return state_at(cmd->link,
				to_se((struct target_cmd *)cmd)->t_task_lba,
				cmd->blocks);
	/*
	 * One whose blocks are in its parameter list: as if it were all of them,
	 * unless its handler looks at each.
	 */
	if (cmd->op->flags & TARGET_OP_WRITES && !cmd->op->span)
		return state_at(cmd->link, 0, U64_MAX);
	return READ_ONCE(cmd->link->tp.access);
}

/**
 * target_alua_check_blocks - could a nexus read and write blocks now?
 * @link: LUN and logical unit
 * @lba: first block
 * @blocks: how many
 *
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_alua_check_blocks(const struct target_link *link, u64 lba,
					u64 blocks)
{
	if (!test_bit(TARGET_SLOW_ALUA, &link->dev->slow))
		return TCM_NO_SENSE;
	return target_alua_verdict(state_at(link, lba, blocks),
				   TARGET_ALUA_ACTIVE);
}

/**
 * target_alua_check_port - could commands that name no blocks run now?
 * @link: LUN and logical unit
 * @allowed: TARGET_ALUA_* bits of their row
 *
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_alua_check_port(const struct target_link *link,
				      u8 allowed)
{
	if (!test_bit(TARGET_SLOW_ALUA, &link->dev->slow))
		return TCM_NO_SENSE;
	return target_alua_verdict(READ_ONCE(link->tp.access), allowed);
}

/**
 * target_alua_check - does a command run in its port's state?
 * @cmd: decoded command with a logical unit
 *
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_alua_check(const struct target_cmd *cmd)
{
	return target_alua_verdict(state_of(cmd), cmd->op->alua);
}

/**
 * target_alua_delay - how long a command is held up by its port's state
 * @cmd: decoded command with a logical unit
 *
 * Return: milliseconds
 */
unsigned int target_alua_delay(const struct target_cmd *cmd)
{
	if (!cmd->op->lba.bytes ||
	    state_of(cmd) != TARGET_TP_ACTIVE_NONOPTIMIZED)
		return 0;
	return READ_ONCE(cmd->link->tp.delay_msecs);
}
