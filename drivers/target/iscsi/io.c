// SPDX-License-Identifier: GPL-2.0-only
/*
 * The work item of a connection: receive, execute, send; and its end.
 *
 * It is queued by the transport when bytes came or can go, and by
 * iscsit_conn_kick() for events and wants.  The latter does nothing while the
 * work item itself is running in that context (also from an interrupt on top
 * of it), so the work item looks at both once more after it has said that it
 * runs no longer.
 *
 * After the end of the connection it runs only to drop references of commands
 * that answer late.
 */
#include "cmd.h"
#include "early.h"
#include "io.h"
#include "login.h"
#include "pdu_nop.h"
#include "pdu_scsi.h"
#include "pdu_tmf.h"
#include "portal.h"
#include "rsp.h"
#include "session.h"
#include "text.h"
#include "timer.h"
#include "tpg.h"
#include "transport.h"

/* PDUs received before what they brought about is sent */
#define RECEIVE_BUDGET	16
/* Rounds before other connections get their turn */
#define ROUNDS		16

static void (*const event_of[ISCSIT_OUT_KINDS])(struct iscsit_cmd *cmd,
						unsigned int events) = {
	[ISCSIT_OUT_SCSI]	= iscsit_pdu_scsi_event,
	[ISCSIT_OUT_TMF]	= iscsit_pdu_tmf_event,
};

static bool take_events(struct iscsit_conn *conn)
{
	struct llist_node *list = llist_del_all(&conn->events);
	struct iscsit_cmd *cmd, *next;
	unsigned int events;

	if (!list)
		return false;
	/* the node is free for the next event once the bits are gone */
	llist_for_each_entry_safe(cmd, next, llist_reverse_order(list),
				  event_node) {
		if (atomic_read(&cmd->events) & ISCSIT_CMD_DEAD) {
			iscsit_cmd_done(cmd);
			continue;
		}
		events = atomic_xchg(&cmd->events, 0);
		event_of[cmd->out.kind](cmd, events);
	}
	return true;
}

/* ----------------------------------------------------------- the end ---- */

static void kill_tasks(struct iscsit_conn *conn)
{
	struct iscsit_out *out, *next_out;
	struct hlist_node *next;
	struct iscsit_cmd *cmd;
	int i;

	/* the ones whose response is made have no tag any more */
	list_for_each_entry_safe(out, next_out, &conn->out, node)
		if (out->kind != ISCSIT_OUT_REPLY)
			iscsit_cmd_kill(container_of(out, struct iscsit_cmd,
						     out));
	for (i = 0; i < ISCSIT_CONN_TASK_BUCKETS; i++)
		hlist_for_each_entry_safe(cmd, next, &conn->tasks[i], hash)
			iscsit_cmd_kill(cmd);
}

/* Commands have left the queue by now. */
static void free_replies(struct iscsit_conn *conn)
{
	struct iscsit_out *out, *next;

	list_for_each_entry_safe(out, next, &conn->out, node) {
		list_del(&out->node);
		iscsit_conn_free_reply(conn, container_of(out,
							  struct iscsit_reply,
							  out));
	}
	if (conn->ping)
		iscsit_conn_free_reply(conn, conn->ping);
	conn->ping = NULL;
}

static void count_end(struct iscsit_conn *conn)
{
	enum iscsit_tpg_count fault = ISCSIT_TPG_COUNTS;
	struct iscsit_session *sess = conn->sess;

	if (!sess) {
		iscsit_login_failed(conn);
		return;
	}
	if (!sess->tpg)
		return;
	if (conn->state != ISCSIT_CONN_IN_LOGOUT)
		iscsit_tpg_count(sess->tpg->target, ISCSIT_LOGOUT_ABNORMAL);
	if (conn->stats.digest_errors)
		fault = ISCSIT_SESS_ERR_DIGEST;
	else if (conn->stats.timeouts)
		fault = ISCSIT_SESS_ERR_CXN_TIMEOUT;
	else if (conn->broken)
		fault = ISCSIT_SESS_ERR_FORMAT;
	if (fault != ISCSIT_TPG_COUNTS)
		iscsit_tpg_session_failed(sess->tpg->target, fault,
					  sess->initiator);
}

/* At ErrorRecoveryLevel 0 the session ends with it (RFC 7143 7.1.4). */
static void end(struct iscsit_conn *conn)
{
	iscsit_timer_ended(conn);
	conn->transport->close(conn);
	count_end(conn);
	iscsit_conn_step(conn, ISCSIT_CONN_CLOSED);
	if (conn->sess)
		iscsit_session_close(conn->sess);
	kill_tasks(conn);
	free_replies(conn);
	iscsit_early_free(conn);
	iscsit_text_free(conn);
	iscsit_login_free(conn);
	if (conn->sess)
		iscsit_session_put(conn->sess);
	conn->sess = NULL;
	iscsit_portal_put(conn->listener);
	conn->ended = true;
	iscsit_conn_put(conn);
}

/* ------------------------------------------------------------- wants ---- */

static void timed_out(struct iscsit_conn *conn, const char *what)
{
	/* who never said anything is not worth a line */
	if (conn->stats.cmd_pdus && iscsit_conn_may_log())
		pr_notice("iSCSI: connection from %pISpc ends: %s\n",
			  &conn->peer, what);
	conn->stats.timeouts++;
	conn->fault = true;
}

static const char *late(const struct iscsit_conn *conn)
{
	if (!conn->sess)
		return "login took too long";
	if (conn->quiet)
		return "its last PDUs were not taken";
	return conn->sess->tpg ? "no answer to a NOP-In" :
				 "discovery took too long";
}

static void drop(struct iscsit_conn *conn)
{
	if (!iscsit_conn_full_feature(conn)) {
		conn->fault = true;
		return;
	}
	iscsit_rsp_async(conn, ISCSI_ASYNC_MSG_DROPPING_ALL_CONNECTIONS,
			 conn->params.time2wait);
	conn->quiet = true;
	iscsit_timer_ending(conn);
}

static bool take_wants(struct iscsit_conn *conn)
{
	unsigned long wants;

	if (likely(!READ_ONCE(conn->wants)))
		return false;
	wants = xchg(&conn->wants, 0);
	if (test_bit(ISCSIT_CONN_CLOSE, &wants))
		conn->fault = true;
	if (test_bit(ISCSIT_CONN_TIMEOUT, &wants) && iscsit_timer_expired(conn))
		timed_out(conn, late(conn));
	if (test_bit(ISCSIT_CONN_OVERDUE, &wants) && iscsit_timer_overdue(conn))
		timed_out(conn, "write data did not come");
	if (test_bit(ISCSIT_CONN_DROP, &wants))
		drop(conn);
	if (test_bit(ISCSIT_CONN_PING, &wants) && iscsit_conn_full_feature(conn))
		iscsit_pdu_nop_ping(conn);
	if (test_bit(ISCSIT_CONN_EVENT, &wants) && iscsit_conn_full_feature(conn))
		iscsit_event_send(conn);
	return true;
}

/* -------------------------------------------------------------- work ---- */

/* One round.  True if another may find something to do. */
static bool do_round(struct iscsit_conn *conn)
{
	bool busy = take_events(conn);
	int received = 0, sent;

	/* an initiator that does not read its replies has to wait */
	if (conn->nr_replies < ISCSIT_CONN_REPLIES_MAX)
		received = conn->transport->receive(conn, RECEIVE_BUDGET);
	/* an answer that is there by now is in time, so wants come after it */
	busy |= take_events(conn) | take_wants(conn);
	sent = conn->fault ? 0 : conn->transport->transmit(conn);
	if (received < 0 || sent < 0)
		conn->fault = true;
	if (conn->quiet && list_empty(&conn->out) && sent >= 0 &&
	    conn->transport->idle(conn))
		conn->fault = true;
	return busy || received > 0 || sent > 0;
}

static void serve(struct iscsit_conn *conn, bool *busy)
{
	int i;

	for (i = 0; i < ROUNDS && *busy && !conn->fault; i++)
		*busy = do_round(conn);
	if (conn->fault)
		end(conn);
}

/**
 * iscsit_io_run - the work item of a connection
 * @work: iscsit_conn.work
 *
 * Whoever queued it has left a reference for it.
 */
void iscsit_io_run(struct work_struct *work)
{
	struct iscsit_conn *conn = container_of(work, struct iscsit_conn, work);
	bool busy = true;

	WRITE_ONCE(conn->runner, current);
	if (!conn->ended)
		serve(conn, &busy);
	if (conn->ended) {
		take_events(conn);
		busy = false;
	}
	WRITE_ONCE(conn->runner, NULL);
	/* pairs with the full barriers of those who leave something */
	smp_mb();
	if (busy || !llist_empty(&conn->events) ||
	    (READ_ONCE(conn->wants) && !conn->ended))
		iscsit_conn_wake(conn);
	iscsit_conn_put(conn);
}
