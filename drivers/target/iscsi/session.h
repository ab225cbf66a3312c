/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A session: an I_T nexus, or a discovery session, which is none.
 */
#ifndef ISCSIT_SESSION_H
#define ISCSIT_SESSION_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "conn_fsm.h"
#include "event.h"
#include "login_fsm.h"
#include "nego.h"
#include "sn.h"
#include "tpg.h"

struct iscsit_conn;
struct se_session;

/**
 * struct iscsit_session - one session
 * @se: nexus; NULL for discovery and after it was detached [lock]
 * @tpg: where, with a reference; NULL for discovery [I]
 * @initiator: InitiatorName [I]
 * @alias: InitiatorAlias [I]
 * @isid: as on the wire [I]
 * @tsih: target session identifying handle [I]
 * @sid: number for administrators [I]
 * @depth: command window [lock]
 * @nr_events: of @events [lock]
 * @events: for which its connection has ISCSIT_CONN_EVENT [lock]
 * @limits: attributes of the ACL, as of the login [I]
 * @sn: numbers of its commands [W of the connection]
 * @state: RFC 7143 8.3 [lock]
 * @lock: innermost; process context
 * @conn: its connection, without a reference: gone from here before it ends
 *	[lock]
 * @hash: in the table of identities [sessions_lock in session.c]
 * @tpg_node: in iscsit_tpg.sessions [tpg->session_lock]
 * @created: jiffies [I]
 * @kref: connection, tables, whoever looks
 *
 * [I] constant, [W] the connection's work item only.  A session has one
 * connection; for more, @conn becomes a list and @sn needs @lock.
 */
struct iscsit_session {
	struct se_session	*se;
	struct iscsit_tpg	*tpg;
	char			initiator[ISCSI_NAME_LEN];
	char			alias[ISCSIT_NEGO_ALIAS_LEN];
	u8			isid[6];
	u16			tsih;
	u32			sid;
	u32			depth;
	u8			nr_events;
	struct iscsit_event	events[ISCSIT_EVENT_MAX];
	s32			limits[ISCSIT_ACL_ATTRIBS];
	struct iscsit_sn	sn;
	enum iscsit_sess_state	state;
	spinlock_t		lock;	/* what: see above */
	struct iscsit_conn	*conn;
	struct hlist_node	hash;
	struct list_head	tpg_node;
	unsigned long		created;
	struct kref		kref;
};

struct iscsit_session *iscsit_session_new(const struct iscsit_nego *nego,
					  const struct iscsit_login_fsm *fsm,
					  struct iscsit_tpg *tpg);
enum iscsit_login_status iscsit_session_open(struct iscsit_session *sess,
					     struct iscsit_conn *conn);
void iscsit_session_close(struct iscsit_session *sess);
void iscsit_session_get(struct iscsit_session *sess);
void iscsit_session_put(struct iscsit_session *sess);

bool iscsit_session_known(const char *initiator, const u8 *isid,
			  const struct iscsit_tpg *tpg,
			  struct iscsit_login_known *known);
void iscsit_session_want(struct iscsit_session *sess, unsigned int want);
void iscsit_session_end_all(struct iscsit_tpg *tpg, bool now);
struct iscsit_session *iscsit_session_of_acl(struct iscsit_tpg *tpg,
					     const struct se_node_acl *nacl);
struct iscsit_session *iscsit_session_of_nexus(struct iscsit_tpg *tpg,
					       const struct se_session *se);
struct iscsit_session *iscsit_session_of_sid(struct iscsit_tpg *tpg, u32 sid);
void iscsit_session_kill(struct iscsit_session *sess);
struct se_session *iscsit_session_enter(struct iscsit_session *sess);
void iscsit_session_leave(struct iscsit_session *sess);
struct iscsit_conn *iscsit_session_conn(struct iscsit_session *sess);

#endif /* ISCSIT_SESSION_H */
