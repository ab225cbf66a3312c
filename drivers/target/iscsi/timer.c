// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deadlines of a connection: one timer, which looks at what the connection
 * notes anyway, so that no PDU has to touch it.
 *
 *	login		conn->deadline, until the full feature phase
 *	discovery	conn->deadline again: nothing else tells that it is over
 *	its end		conn->deadline again: the initiator may not read any more
 *	NOP-In		sent when nothing was heard for nopin_timeout
 *	its answer	due within nopin_response_timeout
 *	Data-Out	due within dataout_timeout * dataout_timeout_retries
 *
 * The timer never decides: it asks the work item with iscsit_conn_want().
 */
#include "cmd.h"
#include "timer.h"
#include "tpg.h"

/* Until the portal group of a login is known */
#define LOGIN_SECONDS	15
/* To ask for targets, by those who need not say who they are */
#define DISCOVERY_SECONDS	120
/* To take what is sent before the connection ends */
#define END_SECONDS	10

/* Is there a NOP-In without an answer?  If so, @ping_sent is its. */
static bool pinged(const struct iscsit_conn *conn)
{
	/* pairs with iscsit_timer_pinged() */
	return smp_load_acquire(&conn->ping_ttt) != ISCSI_RESERVED_TAG;
}

/* What the timer looks at next, or 0 if there is nothing to look at */
static unsigned long next_look(const struct iscsit_conn *conn)
{
	unsigned long deadline = READ_ONCE(conn->deadline);
	unsigned long data = READ_ONCE(conn->data_due);
	unsigned long next = 0;

	if (deadline)
		return deadline;
	if (pinged(conn))
		next = READ_ONCE(conn->ping_sent) + conn->ping_wait;
	else if (conn->ping_after)
		next = READ_ONCE(conn->heard) + conn->ping_after;
	if (data && (!next || time_before(data, next)))
		next = data;
	return next;
}

/* Has it passed the end of its login, or of the time for an answer? */
static bool expired(const struct iscsit_conn *conn)
{
	unsigned long deadline = READ_ONCE(conn->deadline);

	if (deadline)
		return time_after_eq(jiffies, deadline);
	return conn->ping_after && pinged(conn) &&
	       time_after_eq(jiffies, READ_ONCE(conn->ping_sent) +
				      conn->ping_wait);
}

static void look(struct iscsit_conn *conn)
{
	unsigned long data = READ_ONCE(conn->data_due);

	if (expired(conn)) {
		iscsit_conn_want(conn, ISCSIT_CONN_TIMEOUT);
		return;
	}
	if (READ_ONCE(conn->deadline))
		return;
	if (data && time_after_eq(jiffies, data))
		iscsit_conn_want(conn, ISCSIT_CONN_OVERDUE);
	if (conn->ping_after && !pinged(conn) &&
	    time_after_eq(jiffies, READ_ONCE(conn->heard) + conn->ping_after))
		iscsit_conn_want(conn, ISCSIT_CONN_PING);
}

static void fire(struct timer_list *timer)
{
	struct iscsit_conn *conn = from_timer(conn, timer, timer);
	unsigned long next;

	look(conn);
	next = next_look(conn);
	/* the work item may be late: look again in a second */
	if (next && time_before_eq(next, jiffies))
		next = jiffies + HZ;
	/* the work item may have asked for an earlier look since it was read */
	if (next)
		timer_reduce(&conn->timer, next);
}

/**
 * iscsit_timer_accepted - a connection came in
 * @conn: new connection
 */
void iscsit_timer_accepted(struct iscsit_conn *conn)
{
	timer_setup(&conn->timer, fire, 0);
	iscsit_timer_heard(conn);
	iscsit_timer_login(conn, LOGIN_SECONDS);
}

/**
 * iscsit_timer_login - how long the login may take
 * @conn: connection
 * @seconds: from when the connection came in
 */
void iscsit_timer_login(struct iscsit_conn *conn, u32 seconds)
{
	unsigned long start = conn->accepted;

	WRITE_ONCE(conn->deadline, (start + seconds * HZ) ?: 1);
	mod_timer(&conn->timer, conn->deadline);
}

/**
 * iscsit_timer_logged_in - the login is over
 * @conn: connection
 * @limits: by enum iscsit_tpg_acl_attrib; NULL for discovery
 */
void iscsit_timer_logged_in(struct iscsit_conn *conn, const s32 *limits)
{
	unsigned long deadline = 0, next;

	if (limits) {
		conn->ping_after = HZ * limits[ISCSIT_ACL_NOPIN_TIMEOUT];
		conn->ping_wait = HZ * limits[ISCSIT_ACL_NOPIN_RESPONSE_TIMEOUT];
		conn->data_wait = HZ * limits[ISCSIT_ACL_DATAOUT_TIMEOUT] *
				  limits[ISCSIT_ACL_DATAOUT_TIMEOUT_RETRIES];
	} else {
		deadline = (jiffies + DISCOVERY_SECONDS * HZ) ?: 1;
	}
	WRITE_ONCE(conn->deadline, deadline);
	next = next_look(conn);
	if (next)
		mod_timer(&conn->timer, next);
	else
		timer_delete(&conn->timer);
}

/**
 * iscsit_timer_ending - the connection ends when all is sent
 * @conn: connection after its login
 */
void iscsit_timer_ending(struct iscsit_conn *conn)
{
	WRITE_ONCE(conn->deadline, (jiffies + END_SECONDS * HZ) ?: 1);
	timer_reduce(&conn->timer, conn->deadline);
}

/**
 * iscsit_timer_pinged - a NOP-In is sent that wants an answer
 * @conn: connection
 * @ttt: its tag
 */
void iscsit_timer_pinged(struct iscsit_conn *conn, u32 ttt)
{
	WRITE_ONCE(conn->ping_sent, jiffies);
	/* the timer, on another CPU, must not take an older time for this one */
	smp_store_release(&conn->ping_ttt, ttt);
}

/**
 * iscsit_timer_expired - is the initiator too slow indeed?
 * @conn: connection whose timer thinks so
 *
 * What it was to send may have come since.
 *
 * Return: true if it is.
 */
bool iscsit_timer_expired(const struct iscsit_conn *conn)
{
	return expired(conn);
}

/**
 * iscsit_timer_awaits_data - a command waits for Data-Out, again
 * @conn: connection
 * @cmd: command; goes to the end of conn->waiting
 */
void iscsit_timer_awaits_data(struct iscsit_conn *conn, struct iscsit_cmd *cmd)
{
	struct iscsit_cmd *first;

	cmd->deadline = jiffies + conn->data_wait;
	list_move_tail(&cmd->wait_node, &conn->waiting);
	first = list_first_entry(&conn->waiting, struct iscsit_cmd, wait_node);
	WRITE_ONCE(conn->data_due, first->deadline ?: 1);
	if (first == cmd)
		timer_reduce(&conn->timer, conn->data_due);
}

/**
 * iscsit_timer_overdue - did a command wait too long for its data?
 * @conn: connection whose timer thinks so
 *
 * Return: true if one did.
 */
bool iscsit_timer_overdue(struct iscsit_conn *conn)
{
	struct iscsit_cmd *first;

	first = list_first_entry_or_null(&conn->waiting, struct iscsit_cmd,
					 wait_node);
	WRITE_ONCE(conn->data_due, first ? (first->deadline ?: 1) : 0);
	if (!first)
		return false;
	if (time_after_eq(jiffies, first->deadline))
		return true;
	timer_reduce(&conn->timer, conn->data_due);
	return false;
}

/**
 * iscsit_timer_ended - the connection ends
 * @conn: connection
 *
 * The timer does not touch it any more when this returns.
 */
void iscsit_timer_ended(struct iscsit_conn *conn)
{
	timer_shutdown_sync(&conn->timer);
}
