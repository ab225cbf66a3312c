/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * States of a connection and of a session, target side (RFC 7143 section 8).
 */
#ifndef ISCSIT_CONN_FSM_H
#define ISCSIT_CONN_FSM_H

#include <linux/types.h>

/**
 * enum iscsit_conn_state - state of a connection (RFC 7143 8.1)
 * @ISCSIT_CONN_FREE: S1, before the transport is there and after all is over
 * @ISCSIT_CONN_XPT_UP: S3, transport is up, no Login Request yet
 * @ISCSIT_CONN_IN_LOGIN: S4
 * @ISCSIT_CONN_LOGGED_IN: S5, full feature phase
 * @ISCSIT_CONN_IN_LOGOUT: S6, Logout Request received
 * @ISCSIT_CONN_LOGOUT_REQUESTED: S7, we asked the initiator to log out
 * @ISCSIT_CONN_CLEANUP_WAIT: S8, transport is gone, tasks may be reassigned
 * @ISCSIT_CONN_STATES: their number
 */
enum iscsit_conn_state {
	ISCSIT_CONN_FREE,
	ISCSIT_CONN_XPT_UP,
	ISCSIT_CONN_IN_LOGIN,
	ISCSIT_CONN_LOGGED_IN,
	ISCSIT_CONN_IN_LOGOUT,
	ISCSIT_CONN_LOGOUT_REQUESTED,
	ISCSIT_CONN_CLEANUP_WAIT,
	ISCSIT_CONN_STATES
};

/**
 * enum iscsit_conn_event - what happened to a connection
 * @ISCSIT_CONN_ACCEPTED: T3, the transport connection was accepted
 * @ISCSIT_CONN_LOGIN_STARTED: T4, first Login Request
 * @ISCSIT_CONN_LOGIN_DONE: T5, final Login Response with success was sent
 * @ISCSIT_CONN_LOGIN_FAILED: T6, T7: refused, timed out or disconnected
 * @ISCSIT_CONN_LOGOUT_RECEIVED: T9, T10: Logout Request
 * @ISCSIT_CONN_LOGOUT_ASKED: T11, T12: Async Message asks for logout
 * @ISCSIT_CONN_LOGOUT_SENT: T13: Logout Response with success was sent
 * @ISCSIT_CONN_LOGOUT_FAILED: T17: Logout Response reports a failure
 * @ISCSIT_CONN_LOST: T15, T16: transport failed or was closed
 * @ISCSIT_CONN_CLOSED: T8, T18: the session ends, another one takes its place,
 *	or we drop the connection without room for recovery
 * @ISCSIT_CONN_CLEANED: M1 to M4: timed out, logged out or reinstated from
 *	another connection
 * @ISCSIT_CONN_EVENTS: their number
 */
enum iscsit_conn_event {
	ISCSIT_CONN_ACCEPTED,
	ISCSIT_CONN_LOGIN_STARTED,
	ISCSIT_CONN_LOGIN_DONE,
	ISCSIT_CONN_LOGIN_FAILED,
	ISCSIT_CONN_LOGOUT_RECEIVED,
	ISCSIT_CONN_LOGOUT_ASKED,
	ISCSIT_CONN_LOGOUT_SENT,
	ISCSIT_CONN_LOGOUT_FAILED,
	ISCSIT_CONN_LOST,
	ISCSIT_CONN_CLOSED,
	ISCSIT_CONN_CLEANED,
	ISCSIT_CONN_EVENTS
};

/**
 * enum iscsit_sess_state - state of a session (RFC 7143 8.3)
 * @ISCSIT_SESS_FREE: Q1
 * @ISCSIT_SESS_ACTIVE: Q2, first connection is logging in
 * @ISCSIT_SESS_LOGGED_IN: Q3, at least one connection is usable
 * @ISCSIT_SESS_FAILED: Q4, no connection is left, time2retain runs
 * @ISCSIT_SESS_IN_CONTINUE: Q5, a new connection tries to take over
 * @ISCSIT_SESS_STATES: their number
 */
enum iscsit_sess_state {
	ISCSIT_SESS_FREE,
	ISCSIT_SESS_ACTIVE,
	ISCSIT_SESS_LOGGED_IN,
	ISCSIT_SESS_FAILED,
	ISCSIT_SESS_IN_CONTINUE,
	ISCSIT_SESS_STATES
};

/**
 * enum iscsit_sess_event - what happened to a session
 * @ISCSIT_SESS_LOGIN_STARTED: N1, leading connection sent a Login Request
 * @ISCSIT_SESS_LOGIN_DONE: N2, it reached the full feature phase
 * @ISCSIT_SESS_LOGIN_FAILED: N9, it did not
 * @ISCSIT_SESS_CLOSED: N3, logged out, or the last connection ended for good
 * @ISCSIT_SESS_LOST: N5, every connection waits for cleanup
 * @ISCSIT_SESS_EXPIRED: N6, time2retain is over, or reinstatement
 * @ISCSIT_SESS_CONTINUED: N10, a connection of the failed session logs in
 * @ISCSIT_SESS_RECOVERED: N11, it reached the full feature phase
 * @ISCSIT_SESS_NOT_RECOVERED: N12, it did not
 * @ISCSIT_SESS_EVENTS: their number
 */
enum iscsit_sess_event {
	ISCSIT_SESS_LOGIN_STARTED,
	ISCSIT_SESS_LOGIN_DONE,
	ISCSIT_SESS_LOGIN_FAILED,
	ISCSIT_SESS_CLOSED,
	ISCSIT_SESS_LOST,
	ISCSIT_SESS_EXPIRED,
	ISCSIT_SESS_CONTINUED,
	ISCSIT_SESS_RECOVERED,
	ISCSIT_SESS_NOT_RECOVERED,
	ISCSIT_SESS_EVENTS
};

bool iscsit_conn_fsm_step(enum iscsit_conn_state *state,
			  enum iscsit_conn_event event);
const char *iscsit_conn_fsm_name(enum iscsit_conn_state state);
bool iscsit_conn_fsm_sess_step(enum iscsit_sess_state *state,
			       enum iscsit_sess_event event);
const char *iscsit_conn_fsm_sess_name(enum iscsit_sess_state state);

#endif /* ISCSIT_CONN_FSM_H */
