// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asymmetric access states of a target port group (SPC-5 5.18.2) as a value:
 * which there are, who may change one into which, and a transition's begin and
 * end.  Pure.
 */
#include <linux/errno.h>
#include "tp_access.h"

static const struct {
	const char	*name;
	u8		support;
} states[TARGET_TP_STATES] = {
	[TARGET_TP_ACTIVE_OPTIMIZED]	= { "Active/Optimized",
					    TARGET_TP_AO_SUP },
	[TARGET_TP_ACTIVE_NONOPTIMIZED]	= { "Active/NonOptimized",
					    TARGET_TP_AN_SUP },
	[TARGET_TP_STANDBY]		= { "Standby", TARGET_TP_S_SUP },
	[TARGET_TP_UNAVAILABLE]		= { "Unavailable", TARGET_TP_U_SUP },
	[TARGET_TP_LBA_DEPENDENT]	= { "LBA Dependent",
					    TARGET_TP_LBD_SUP },
	/* of ports and of moments: nobody puts a group into these */
	[TARGET_TP_OFFLINE]		= { "Offline" },
	[TARGET_TP_TRANSITION]		= { "Transitioning" },
};

static const u8 needs[] = {
	/* a state that is restored: whoever may change it may have done so */
	[TARGET_TP_UNALTERED]	= TARGET_TP_EXPLICIT | TARGET_TP_IMPLICIT,
	[TARGET_TP_BY_COMMAND]	= TARGET_TP_EXPLICIT,
	[TARGET_TP_BY_ITSELF]	= TARGET_TP_IMPLICIT,
};

/**
 * target_tp_access_check - may a group be put into a state?
 * @support: TARGET_TP_*_SUP bits of the group
 * @type: its access type
 * @to: state
 * @cause: on whose behalf
 *
 * Return: 0; -EINVAL if a group is never in this state, or this one is not;
 * -EPERM if its access type does not let @cause change it
 */
int target_tp_access_check(u8 support, u8 type, u8 to,
			   enum target_tp_status cause)
{
	if (to >= TARGET_TP_STATES || !(states[to].support & support))
		return -EINVAL;
	return type & needs[cause] ? 0 : -EPERM;
}

/**
 * target_tp_access_begin - a transition begins
 * @access: state of a group
 * @to: a state that target_tp_access_check() accepts
 * @cause: on whose behalf
 * @show: the group is in the state transitioning until it ends
 *
 * Return: 0; -EALREADY if the group is in that state; -EBUSY while a
 * transition is under way
 */
int target_tp_access_begin(struct target_tp_access *access, u8 to,
			   enum target_tp_status cause, bool show)
{
	if (access->moving)
		return -EBUSY;
	if (access->state == to)
		return -EALREADY;
	access->to = to;
	access->cause = cause;
	access->moving = true;
	access->shown = show;
	return 0;
}

/**
 * target_tp_access_end - a transition ends
 * @access: state of a group
 * @good: in the new state, else back in the old one
 *
 * Return: false if none was under way
 */
bool target_tp_access_end(struct target_tp_access *access, bool good)
{
	if (!access->moving)
		return false;
	access->moving = false;
	access->shown = false;
	if (good) {
		access->state = access->to;
		access->status = access->cause;
	}
	return true;
}

/* The state that initiators see. */
u8 target_tp_access_state(const struct target_tp_access *access)
{
	return access->shown ? TARGET_TP_TRANSITION : access->state;
}

/**
 * target_tp_access_delay - delay of commands while active/non-optimized
 * @nonop_delay_msecs: as configured
 *
 * The default never delayed anything and is in every saved configuration, so
 * only another value is somebody's wish.
 *
 * Return: milliseconds
 */
unsigned int target_tp_access_delay(u16 nonop_delay_msecs)
{
	return nonop_delay_msecs == TARGET_TP_NONOP_DELAY_MSECS ?
	       0 : nonop_delay_msecs;
}

/* A state for people */
const char *target_tp_access_name(u8 state)
{
	return state < TARGET_TP_STATES && states[state].name ?
	       states[state].name : "Unknown";
}
