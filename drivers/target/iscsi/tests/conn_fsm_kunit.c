// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the connection and session states: the diagrams of RFC 7143
 * section 8, row by row, and nothing beside them.
 */
#include <kunit/test.h>

#include "../conn_fsm.h"

struct arc {
	u8 from;
	u8 event;
	u8 to;
};

#define CONN(f, e, t) { ISCSIT_CONN_##f, ISCSIT_CONN_##e, ISCSIT_CONN_##t }

static const struct arc conn_arcs[] = {
	CONN(FREE, ACCEPTED, XPT_UP),
	CONN(XPT_UP, LOGIN_STARTED, IN_LOGIN),
	CONN(XPT_UP, LOGIN_FAILED, FREE),
	CONN(XPT_UP, LOST, FREE),
	CONN(XPT_UP, CLOSED, FREE),
	CONN(IN_LOGIN, LOGIN_DONE, LOGGED_IN),
	CONN(IN_LOGIN, LOGIN_FAILED, FREE),
	CONN(IN_LOGIN, LOST, FREE),
	CONN(IN_LOGIN, CLOSED, FREE),
	CONN(LOGGED_IN, LOGOUT_RECEIVED, IN_LOGOUT),
	CONN(LOGGED_IN, LOGOUT_ASKED, LOGOUT_REQUESTED),
	CONN(LOGGED_IN, LOST, CLEANUP_WAIT),
	CONN(LOGGED_IN, CLOSED, FREE),
	CONN(IN_LOGOUT, LOGOUT_SENT, FREE),
	CONN(IN_LOGOUT, LOGOUT_FAILED, CLEANUP_WAIT),
	CONN(IN_LOGOUT, LOST, CLEANUP_WAIT),
	CONN(IN_LOGOUT, CLOSED, FREE),
	CONN(LOGOUT_REQUESTED, LOGOUT_ASKED, LOGOUT_REQUESTED),
	CONN(LOGOUT_REQUESTED, LOGOUT_RECEIVED, IN_LOGOUT),
	CONN(LOGOUT_REQUESTED, LOST, CLEANUP_WAIT),
	CONN(LOGOUT_REQUESTED, CLOSED, FREE),
	CONN(CLEANUP_WAIT, CLEANED, FREE),
	CONN(CLEANUP_WAIT, CLOSED, FREE),
};

#define SESS(f, e, t) { ISCSIT_SESS_##f, ISCSIT_SESS_##e, ISCSIT_SESS_##t }

static const struct arc sess_arcs[] = {
	SESS(FREE, LOGIN_STARTED, ACTIVE),
	SESS(ACTIVE, LOGIN_DONE, LOGGED_IN),
	SESS(ACTIVE, LOGIN_FAILED, FREE),
	SESS(ACTIVE, CLOSED, FREE),
	SESS(LOGGED_IN, CLOSED, FREE),
	SESS(LOGGED_IN, EXPIRED, FREE),
	SESS(LOGGED_IN, LOST, FAILED),
	SESS(FAILED, CLOSED, FREE),
	SESS(FAILED, EXPIRED, FREE),
	SESS(FAILED, CONTINUED, IN_CONTINUE),
	SESS(IN_CONTINUE, CLOSED, FREE),
	SESS(IN_CONTINUE, EXPIRED, FREE),
	SESS(IN_CONTINUE, RECOVERED, LOGGED_IN),
	SESS(IN_CONTINUE, NOT_RECOVERED, FAILED),
};

/* Where an event leads, or -1 */
static int target_of(const struct arc *arc, u32 arcs, u8 from, u8 event)
{
	for (; arcs; arcs--, arc++)
		if (arc->from == from && arc->event == event)
			return arc->to;
	return -1;
}

static void conn_fsm_every_pair(struct kunit *test)
{
	enum iscsit_conn_state state;
	u8 from, event;
	int to;

	for (from = 0; from < ISCSIT_CONN_STATES; from++)
		for (event = 0; event < ISCSIT_CONN_EVENTS; event++) {
			state = from;
			to = target_of(conn_arcs, ARRAY_SIZE(conn_arcs), from,
				       event);
			KUNIT_EXPECT_EQ_MSG(test,
					    iscsit_conn_fsm_step(&state, event),
					    to >= 0, "%u in %u", event, from);
			KUNIT_EXPECT_EQ(test, state, to >= 0 ? to : from);
		}
}

static void conn_fsm_every_sess_pair(struct kunit *test)
{
	enum iscsit_sess_state state;
	u8 from, event;
	int to;

	for (from = 0; from < ISCSIT_SESS_STATES; from++)
		for (event = 0; event < ISCSIT_SESS_EVENTS; event++) {
			state = from;
			to = target_of(sess_arcs, ARRAY_SIZE(sess_arcs), from,
				       event);
			KUNIT_EXPECT_EQ_MSG(test,
					    iscsit_conn_fsm_sess_step(&state,
								      event),
					    to >= 0, "%u in %u", event, from);
			KUNIT_EXPECT_EQ(test, state, to >= 0 ? to : from);
		}
}

static void conn_fsm_names(struct kunit *test)
{
	u8 i;

	for (i = 0; i < ISCSIT_CONN_STATES; i++)
		KUNIT_EXPECT_NOT_NULL(test, iscsit_conn_fsm_name(i));
	for (i = 0; i < ISCSIT_SESS_STATES; i++)
		KUNIT_EXPECT_NOT_NULL(test, iscsit_conn_fsm_sess_name(i));
	KUNIT_EXPECT_STREQ(test, iscsit_conn_fsm_name(ISCSIT_CONN_LOGGED_IN),
			   "TARG_CONN_STATE_LOGGED_IN");
	KUNIT_EXPECT_STREQ(test,
			   iscsit_conn_fsm_sess_name(ISCSIT_SESS_LOGGED_IN),
			   "TARG_SESS_STATE_LOGGED_IN");
}

static struct kunit_case conn_fsm_cases[] = {
	KUNIT_CASE(conn_fsm_every_pair),
	KUNIT_CASE(conn_fsm_every_sess_pair),
	KUNIT_CASE(conn_fsm_names),
	{}
};

static struct kunit_suite conn_fsm_suite = {
	.name = "iscsit_conn_fsm",
	.test_cases = conn_fsm_cases,
};

kunit_test_suite(conn_fsm_suite);
