/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A connection.
 *
 * One work item does everything for it: receives, executes, sends, ends it.
 * Whoever else has something for the connection leaves it in one of the
 * members marked [A] and calls iscsit_conn_kick(); nobody waits for it.
 */
#ifndef ISCSIT_CONN_H
#define ISCSIT_CONN_H

#include <linux/kref.h>
#include <linux/llist.h>
#include <linux/socket.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "cmd.h"
#include "conn_fsm.h"
#include "keys.h"
#include "sn.h"

struct iscsit_listener;
struct iscsit_login;
struct iscsit_pdu_row;
struct iscsit_rx;
struct iscsit_session;
struct iscsit_text;
struct iscsit_transport;
struct iscsit_tx;
struct sock;
struct socket;

/**
 * enum iscsit_conn_want - bits of iscsit_conn.wants
 * @ISCSIT_CONN_CLOSE: end the connection now
 * @ISCSIT_CONN_DROP: tell the initiator that it ends, then end it
 * @ISCSIT_CONN_PING: send a NOP-In
 * @ISCSIT_CONN_TIMEOUT: login or initiator too slow: end it, it is a fault
 * @ISCSIT_CONN_OVERDUE: look for commands whose data does not come
 * @ISCSIT_CONN_EVENT: send the events of the session
 */
enum iscsit_conn_want {
	ISCSIT_CONN_CLOSE,
	ISCSIT_CONN_DROP,
	ISCSIT_CONN_PING,
	ISCSIT_CONN_TIMEOUT,
	ISCSIT_CONN_OVERDUE,
	ISCSIT_CONN_EVENT,
};

/**
 * struct iscsit_conn_sink - where the data segment of a PDU goes
 * @cmd: command whose pages take the first @keep bytes, or NULL
 * @offset: where in its data
 * @buf: memory that takes them if there is no @cmd
 * @keep: bytes to keep; the rest of the segment is dropped
 */
struct iscsit_conn_sink {
	struct iscsit_cmd	*cmd;
	u32			offset;
	u8			*buf;
	u32			keep;
};

/**
 * struct iscsit_conn_stats - for the statistics of its session [W]
 * @cmd_pdus: request PDUs
 * @rsp_pdus: response PDUs
 * @rx_bytes: data from the initiator
 * @tx_bytes: data to it
 * @copied_bytes: of those, bytes that were copied for a digest
 * @digest_errors: PDUs with a wrong digest
 * @timeouts: deadlines that the initiator missed
 */
struct iscsit_conn_stats {
	u64	cmd_pdus;
	u64	rsp_pdus;
	u64	rx_bytes;
	u64	tx_bytes;
	u64	copied_bytes;
	u32	digest_errors;
	u32	timeouts;
};

#define ISCSIT_CONN_TASK_BUCKETS	64

/* Immediate commands that may be under way; they need no window */
#define ISCSIT_CONN_IMMEDIATE_MAX	64

/* Replies that may wait for an initiator that does not read them */
#define ISCSIT_CONN_REPLIES_MAX		64

/**
 * struct iscsit_conn - one connection
 * @work: the work item; also runs free_conn() at the end
 * @events: iscsit_cmd.event_node [A]
 * @wants: bits of enum iscsit_conn_want [A]
 * @runner: the task that runs @work now, else NULL [A]
 * @node: in the list of all of them [conns_lock in conn.c]
 * @kref: transport, each command, each queued @work, management
 * @transport: what it goes over [I]
 * @sock: for the transport [W]
 * @cpu: where it was last seen by the network [A]
 * @saved_ready: callbacks of the socket before it was ours [I]
 * @saved_change: likewise
 * @saved_space: likewise
 * @rx: for the transport [W]
 * @tx: for the transport [W]
 * @state: RFC 7143 8.1 [W, others READ_ONCE()]
 * @fault: end it now [W]
 * @ended: it has ended; only late commands refer to it [W]
 * @broken: the initiator broke the protocol [W]
 * @quiet: nothing more is received; it ends when all is sent [W]
 * @login: while it lasts [W]
 * @text: a Text exchange under way [W]
 * @sess: its session, with a reference, after login [W, I then]
 * @listener: where it came in, with a reference [I]
 * @params: agreed values [W]
 * @stat: status numbers [W]
 * @cid: connection identifier [W]
 * @header_digest: agreed and in force [W]
 * @data_digest: the same [W]
 * @current_cmd: command that @row is for, until its end() [W]
 * @row: PDU that is being received [W]
 * @hdr: its header [W]
 * @ahs: its additional header segments, or NULL [W]
 * @ahs_len: their length [W]
 * @tasks: iscsit_cmd.hash, by ITT [W]
 * @nr_immediate: immediate commands among them [W]
 * @early: commands before which others are missing: iscsit_cmd.wait_node [W]
 * @held: other PDUs of that kind: iscsit_early.node [W]
 * @held_bytes: of data that they have [W]
 * @waiting: commands that wait for Data-Out, longest first [W]
 * @next_ttt: next Target Transfer Tag [W]
 * @ping: answer of the NOP-Out that is being received [W]
 * @ping_ttt: tag of our NOP-In without an answer, or ISCSI_RESERVED_TAG [W]
 * @ping_sent: jiffies when it was sent [W, timer READ_ONCE()]
 * @out: what is to be sent: iscsit_out.node [W]
 * @nr_replies: struct iscsit_reply in @out or on the way [W]
 * @timer: see timer.c
 * @accepted: jiffies when it came in [I]
 * @heard: jiffies when something came [W, timer READ_ONCE()]
 * @ping_after: silence before a NOP-In, 0 for never [I after login]
 * @ping_wait: time for its answer [I after login]
 * @data_wait: time for Data-Out [I after login]
 * @data_due: jiffies when the first of @waiting is overdue, 0 if none is
 *	[W, timer READ_ONCE()]
 * @deadline: jiffies of the end of the login, or of discovery, else 0
 *	[W, timer READ_ONCE()]
 * @peer: address of the initiator [I]
 * @local: our address [I]
 * @stats: counters [W, others READ_ONCE()]
 *
 * [A] any context, [I] constant, [W] the work item only.
 */
struct iscsit_conn {
	struct work_struct		work;
	struct llist_head		events;
	unsigned long			wants;
	struct task_struct		*runner;
	struct list_head		node;
	struct kref			kref;

	const struct iscsit_transport	*transport;
	struct socket			*sock;
	int				cpu;
	void				(*saved_ready)(struct sock *sk);
	void				(*saved_change)(struct sock *sk);
	void				(*saved_space)(struct sock *sk);
	struct iscsit_rx		*rx;
	struct iscsit_tx		*tx;

	enum iscsit_conn_state		state;
	bool				fault;
	bool				broken;
	bool				quiet;
	bool				ended;
	bool				header_digest;
	bool				data_digest;
	u16				cid;
	struct iscsit_login		*login;
	struct iscsit_text		*text;
	struct iscsit_session		*sess;
	struct iscsit_listener		*listener;
	struct iscsit_params		params;
	struct iscsit_sn_stat		stat;

	struct iscsit_cmd		*current_cmd;
	const struct iscsit_pdu_row	*row;
	struct iscsi_hdr		hdr;
	u8				*ahs;
	u32				ahs_len;

	struct hlist_head		tasks[ISCSIT_CONN_TASK_BUCKETS];
	u32				nr_immediate;
	struct list_head		early;
	struct list_head		held;
	u32				held_bytes;
	struct list_head		waiting;
	u32				next_ttt;
	struct iscsit_reply		*ping;
	u32				ping_ttt;
	unsigned long			ping_sent;
	struct list_head		out;
	u32				nr_replies;

	struct timer_list		timer;
	unsigned long			accepted;
	unsigned long			heard;
	unsigned long			ping_after;
	unsigned long			ping_wait;
	unsigned long			data_wait;
	unsigned long			data_due;
	unsigned long			deadline;
	struct sockaddr_storage		peer;
	struct sockaddr_storage		local;
	struct iscsit_conn_stats	stats;
};

int iscsit_conn_setup(void);
void iscsit_conn_cleanup(void);
struct iscsit_conn *iscsit_conn_new(work_func_t run);
void iscsit_conn_get(struct iscsit_conn *conn);
void iscsit_conn_put(struct iscsit_conn *conn);
void iscsit_conn_kick(struct iscsit_conn *conn);
void iscsit_conn_wake(struct iscsit_conn *conn);
void iscsit_conn_want(struct iscsit_conn *conn, enum iscsit_conn_want want);
void iscsit_conn_step(struct iscsit_conn *conn, enum iscsit_conn_event event);
unsigned long iscsit_conn_logins_of(size_t bytes);
bool iscsit_conn_crowded(void);
u32 iscsit_conn_discoveries(void);
bool iscsit_conn_full_feature(const struct iscsit_conn *conn);
struct iscsit_reply *iscsit_conn_reply(struct iscsit_conn *conn, u8 opcode,
				       u32 len);
void iscsit_conn_send(struct iscsit_conn *conn, struct iscsit_reply *reply);
void iscsit_conn_free_reply(struct iscsit_conn *conn,
			    struct iscsit_reply *reply);
u32 iscsit_conn_new_ttt(struct iscsit_conn *conn);
bool iscsit_conn_may_log(void);
void iscsit_conn_broken(struct iscsit_conn *conn, const char *why);

int iscsit_conn_set_cpus(const char *list);
int iscsit_conn_show_cpus(char *page);
int iscsit_conn_pick_cpu(int cpu);

#endif /* ISCSIT_CONN_H */
