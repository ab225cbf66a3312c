// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connection and session state machines (RFC 7143 section 8), each as one
 * table.  An event that a state does not know is refused and changes nothing.
 */
#include <linux/compiler.h>

#include "conn_fsm.h"

/* Next state plus one, so that what the table leaves out is "refused" */
#define TO(state)	(ISCSIT_CONN_##state + 1)

static const u8 conn_next[ISCSIT_CONN_STATES][ISCSIT_CONN_EVENTS] = {
	[ISCSIT_CONN_FREE] = {
		[ISCSIT_CONN_ACCEPTED]		= TO(XPT_UP),
	},
	[ISCSIT_CONN_XPT_UP] = {
		[ISCSIT_CONN_LOGIN_STARTED]	= TO(IN_LOGIN),
		[ISCSIT_CONN_LOGIN_FAILED]	= TO(FREE),
		[ISCSIT_CONN_LOST]		= TO(FREE),
		[ISCSIT_CONN_CLOSED]		= TO(FREE),
	},
	[ISCSIT_CONN_IN_LOGIN] = {
		[ISCSIT_CONN_LOGIN_DONE]	= TO(LOGGED_IN),
		[ISCSIT_CONN_LOGIN_FAILED]	= TO(FREE),
		[ISCSIT_CONN_LOST]		= TO(FREE),
		[ISCSIT_CONN_CLOSED]		= TO(FREE),
	},
	[ISCSIT_CONN_LOGGED_IN] = {
		[ISCSIT_CONN_LOGOUT_RECEIVED]	= TO(IN_LOGOUT),
		[ISCSIT_CONN_LOGOUT_ASKED]	= TO(LOGOUT_REQUESTED),
		[ISCSIT_CONN_LOST]		= TO(CLEANUP_WAIT),
		[ISCSIT_CONN_CLOSED]		= TO(FREE),
	},
	[ISCSIT_CONN_IN_LOGOUT] = {
		[ISCSIT_CONN_LOGOUT_SENT]	= TO(FREE),
		[ISCSIT_CONN_LOGOUT_FAILED]	= TO(CLEANUP_WAIT),
		[ISCSIT_CONN_LOST]		= TO(CLEANUP_WAIT),
		[ISCSIT_CONN_CLOSED]		= TO(FREE),
	},
	[ISCSIT_CONN_LOGOUT_REQUESTED] = {
		[ISCSIT_CONN_LOGOUT_ASKED]	= TO(LOGOUT_REQUESTED),
		[ISCSIT_CONN_LOGOUT_RECEIVED]	= TO(IN_LOGOUT),
		[ISCSIT_CONN_LOST]		= TO(CLEANUP_WAIT),
		[ISCSIT_CONN_CLOSED]		= TO(FREE),
	},
	[ISCSIT_CONN_CLEANUP_WAIT] = {
		[ISCSIT_CONN_CLEANED]		= TO(FREE),
		[ISCSIT_CONN_CLOSED]		= TO(FREE),
	},
};

#undef TO
#define TO(state)	(ISCSIT_SESS_##state + 1)

static const u8 sess_next[ISCSIT_SESS_STATES][ISCSIT_SESS_EVENTS] = {
	[ISCSIT_SESS_FREE] = {
		[ISCSIT_SESS_LOGIN_STARTED]	= TO(ACTIVE),
	},
	[ISCSIT_SESS_ACTIVE] = {
		[ISCSIT_SESS_LOGIN_DONE]	= TO(LOGGED_IN),
		[ISCSIT_SESS_LOGIN_FAILED]	= TO(FREE),
		[ISCSIT_SESS_CLOSED]		= TO(FREE),
	},
	[ISCSIT_SESS_LOGGED_IN] = {
		[ISCSIT_SESS_CLOSED]		= TO(FREE),
		[ISCSIT_SESS_EXPIRED]		= TO(FREE),
		[ISCSIT_SESS_LOST]		= TO(FAILED),
	},
	[ISCSIT_SESS_FAILED] = {
		[ISCSIT_SESS_CLOSED]		= TO(FREE),
		[ISCSIT_SESS_EXPIRED]		= TO(FREE),
		[ISCSIT_SESS_CONTINUED]		= TO(IN_CONTINUE),
	},
	[ISCSIT_SESS_IN_CONTINUE] = {
		[ISCSIT_SESS_CLOSED]		= TO(FREE),
		[ISCSIT_SESS_EXPIRED]		= TO(FREE),
		[ISCSIT_SESS_RECOVERED]		= TO(LOGGED_IN),
		[ISCSIT_SESS_NOT_RECOVERED]	= TO(FAILED),
	},
};

/* Names that administrators' tools know */
static const char * const conn_names[ISCSIT_CONN_STATES] = {
	[ISCSIT_CONN_FREE]		= "TARG_CONN_STATE_FREE",
	[ISCSIT_CONN_XPT_UP]		= "TARG_CONN_STATE_XPT_UP",
	[ISCSIT_CONN_IN_LOGIN]		= "TARG_CONN_STATE_IN_LOGIN",
	[ISCSIT_CONN_LOGGED_IN]		= "TARG_CONN_STATE_LOGGED_IN",
	[ISCSIT_CONN_IN_LOGOUT]		= "TARG_CONN_STATE_IN_LOGOUT",
	[ISCSIT_CONN_LOGOUT_REQUESTED]	= "TARG_CONN_STATE_LOGOUT_REQUESTED",
	[ISCSIT_CONN_CLEANUP_WAIT]	= "TARG_CONN_STATE_CLEANUP_WAIT",
};

static const char * const sess_names[ISCSIT_SESS_STATES] = {
	[ISCSIT_SESS_FREE]		= "TARG_SESS_STATE_FREE",
	[ISCSIT_SESS_ACTIVE]		= "TARG_SESS_STATE_ACTIVE",
	[ISCSIT_SESS_LOGGED_IN]		= "TARG_SESS_STATE_LOGGED_IN",
	[ISCSIT_SESS_FAILED]		= "TARG_SESS_STATE_FAILED",
	[ISCSIT_SESS_IN_CONTINUE]	= "TARG_SESS_STATE_IN_CONTINUE",
};

/**
 * iscsit_conn_fsm_step - the only place where a connection changes its state
 * @state: state, protected by the caller; others may READ_ONCE() it
 * @event: what happened
 *
 * Return: false if the event is not legal in this state, which is unchanged.
 */
bool iscsit_conn_fsm_step(enum iscsit_conn_state *state,
			  enum iscsit_conn_event event)
{
	u8 next = conn_next[*state][event];

	if (next)
		WRITE_ONCE(*state, next - 1);
	return next;
}

/**
 * iscsit_conn_fsm_name - state of a connection for people
 * @state: state
 *
 * Return: its name.
 */
const char *iscsit_conn_fsm_name(enum iscsit_conn_state state)
{
	return conn_names[state];
}

/**
 * iscsit_conn_fsm_sess_step - the only place where a session changes its state
 * @state: state, protected by the caller; others may READ_ONCE() it
 * @event: what happened
 *
 * Return: false if the event is not legal in this state, which is unchanged.
 */
bool iscsit_conn_fsm_sess_step(enum iscsit_sess_state *state,
			       enum iscsit_sess_event event)
{
	u8 next = sess_next[*state][event];

	if (next)
		WRITE_ONCE(*state, next - 1);
	return next;
}

/**
 * iscsit_conn_fsm_sess_name - state of a session for people
 * @state: state
 *
 * Return: its name.
 */
const char *iscsit_conn_fsm_sess_name(enum iscsit_sess_state state)
{
	return sess_names[state];
}
