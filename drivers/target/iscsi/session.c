// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions: identity, reinstatement, end.
 *
 * A session with the same InitiatorName, ISID and portal group as an older
 * one takes its place at once (RFC 7143 6.3.5): the old nexus is detached,
 * which fences its commands, and its connection is told to end.  Nobody waits
 * for either.
 */
#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/jhash.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <target/target_core_fabric.h>

#include "conn.h"
#include "session.h"
#include "tpg.h"

static DEFINE_SPINLOCK(sessions_lock);
static DEFINE_HASHTABLE(sessions, 10);	/* [sessions_lock] */
static DEFINE_IDA(tsihs);
/*
 * Discovery sessions have numbers of their own, fewer of them: they need no
 * credentials, as a rule, and must not use up what the others need.  No login
 * refers to a discovery session by its TSIH.
 */
static DEFINE_IDA(discovery_tsihs);
static atomic_t last_sid = ATOMIC_INIT(0);

static u32 hash_of(const char *initiator, const u8 *isid)
{
	return jhash(initiator, strlen(initiator), jhash(isid, 6, 0));
}

static int new_tsih(bool discovery)
{
	/* 0 means "a new session" on the wire */
	if (discovery)
		return ida_alloc_range(&discovery_tsihs, 1,
				       iscsit_conn_discoveries(), GFP_KERNEL);
	return ida_alloc_range(&tsihs, 1, U16_MAX, GFP_KERNEL);
}

/**
 * iscsit_session_new - a session that nobody sees yet
 * @nego: who wants it
 * @fsm: its login
 * @tpg: where; NULL for discovery
 *
 * Return: the session, or NULL if there are too many or no memory.
 */
struct iscsit_session *iscsit_session_new(const struct iscsit_nego *nego,
					  const struct iscsit_login_fsm *fsm,
					  struct iscsit_tpg *tpg)
{
	struct iscsit_session *sess = kzalloc(sizeof(*sess), GFP_KERNEL);
	int tsih;

	if (!sess)
		return NULL;
	tsih = new_tsih(!tpg);
	if (tsih < 0) {
		kfree(sess);
		return NULL;
	}
	sess->tsih = tsih;
	sess->sid = atomic_inc_return(&last_sid);
	sess->created = jiffies;
	strscpy(sess->initiator, nego->initiator_name);
	strscpy(sess->alias, nego->initiator_alias);
	memcpy(sess->isid, fsm->isid, sizeof(sess->isid));
	spin_lock_init(&sess->lock);
	INIT_HLIST_NODE(&sess->hash);
	INIT_LIST_HEAD(&sess->tpg_node);
	kref_init(&sess->kref);
	iscsit_conn_fsm_sess_step(&sess->state, ISCSIT_SESS_LOGIN_STARTED);
	if (tpg) {
		iscsit_tpg_get(tpg);
		sess->tpg = tpg;
	}
	return sess;
}

static void free_session(struct kref *kref)
{
	struct iscsit_session *sess = container_of(kref, struct iscsit_session,
						   kref);

	ida_free(sess->tpg ? &tsihs : &discovery_tsihs, sess->tsih);
	if (sess->tpg)
		iscsit_tpg_put(sess->tpg);
	kfree(sess);
}

/**
 * iscsit_session_get - take a reference
 * @sess: session
 */
void iscsit_session_get(struct iscsit_session *sess)
{
	kref_get(&sess->kref);
}

/**
 * iscsit_session_put - drop a reference
 * @sess: session
 */
void iscsit_session_put(struct iscsit_session *sess)
{
	kref_put(&sess->kref, free_session);
}

static struct iscsit_session *find(const char *initiator, const u8 *isid,
				   const struct iscsit_tpg *tpg)
{
	struct iscsit_session *sess;

	lockdep_assert_held(&sessions_lock);
	hash_for_each_possible(sessions, sess, hash, hash_of(initiator, isid))
		if (sess->tpg == tpg && !memcmp(sess->isid, isid, 6) &&
		    !strcmp(sess->initiator, initiator))
			return sess;
	return NULL;
}

/**
 * iscsit_session_known - is there a session of this identity?
 * @initiator: InitiatorName
 * @isid: ISID
 * @tpg: portal group
 * @known: filled in, for iscsit_login_fsm_action()
 *
 * Return: true if there is.
 */
bool iscsit_session_known(const char *initiator, const u8 *isid,
			  const struct iscsit_tpg *tpg,
			  struct iscsit_login_known *known)
{
	struct iscsit_session *sess;

	*known = (struct iscsit_login_known){};
	spin_lock(&sessions_lock);
	sess = find(initiator, isid, tpg);
	if (sess) {
		known->isid = true;
		known->tsih = sess->tsih;
	}
	spin_unlock(&sessions_lock);
	return known->isid;
}

/* Take the identity; whoever had it gives it up. */
static struct iscsit_session *replace(struct iscsit_session *sess)
{
	struct iscsit_session *old;

	spin_lock(&sessions_lock);
	old = find(sess->initiator, sess->isid, sess->tpg);
	if (old)
		hash_del(&old->hash);
	hash_add(sessions, &sess->hash, hash_of(sess->initiator, sess->isid));
	kref_get(&sess->kref);
	spin_unlock(&sessions_lock);
	return old;
}

static void leave_tables(struct iscsit_session *sess)
{
	bool hashed, listed;

	spin_lock(&sessions_lock);
	hashed = !hlist_unhashed(&sess->hash);
	hash_del(&sess->hash);
	spin_unlock(&sessions_lock);
	if (hashed)
		iscsit_session_put(sess);

	if (!sess->tpg)
		return;
	spin_lock(&sess->tpg->session_lock);
	listed = !list_empty(&sess->tpg_node);
	list_del_init(&sess->tpg_node);
	sess->tpg->nr_sessions -= listed;
	spin_unlock(&sess->tpg->session_lock);
}

static void tell_conn(struct iscsit_session *sess, unsigned int want)
{
	struct iscsit_conn *conn = iscsit_session_conn(sess);

	if (!conn)
		return;
	iscsit_conn_want(conn, want);
	iscsit_conn_put(conn);
}

static void enter_group(struct iscsit_session *sess)
{
	struct iscsit_tpg *tpg = sess->tpg;

	spin_lock(&tpg->session_lock);
	list_add_tail(&sess->tpg_node, &tpg->sessions);
	tpg->nr_sessions++;
	spin_unlock(&tpg->session_lock);
}

static void set_nexus(struct iscsit_session *sess, struct se_session *se)
{
	spin_lock(&sess->lock);
	sess->se = se;
	spin_unlock(&sess->lock);
}

/*
 * From here on iscsit_session_of_nexus() finds the session.  The nexus is the
 * core's still, which may refuse it: nobody ends it before nexus_mutex is free,
 * and nobody uses it before the session is logged in.
 */
static int bind_nexus(struct se_portal_group *se_tpg, struct se_session *se,
		      void *private)
{
	struct iscsit_session *sess = private;

	sess->depth = clamp_t(u32, se->se_node_acl->queue_depth, 1,
			      ISCSIT_SN_DEPTH_MAX);
	memcpy(sess->limits, to_iscsit_acl(se->se_node_acl)->attrib,
	       sizeof(sess->limits));
	set_nexus(sess, se);
	return 0;
}

static enum iscsit_login_status make_nexus(struct iscsit_session *sess)
{
	struct iscsit_tpg *tpg = sess->tpg;
	struct se_session *se;

	lockdep_assert_held(&tpg->nexus_mutex);

	/* it may have been disabled since the login began */
	if (!tpg->active)
		return ISCSIT_LOGIN_UNAVAILABLE;
	enter_group(sess);
	se = target_setup_session(&tpg->se, 0, 0, TARGET_PROT_NORMAL,
				  sess->initiator, sess, bind_nexus);
	if (!IS_ERR(se))
		return ISCSIT_LOGIN_OK;
	set_nexus(sess, NULL);
	return PTR_ERR(se) == -EACCES ? ISCSIT_LOGIN_FORBIDDEN :
					ISCSIT_LOGIN_NO_RESOURCES;
}

/* The nexus of a session that is being made must be whole to be ended. */
static void kill_locked(struct iscsit_session *sess)
{
	lockdep_assert_held(&sess->tpg->nexus_mutex);

	tell_conn(sess, ISCSIT_CONN_CLOSE);
	iscsit_session_close(sess);
}

/**
 * iscsit_session_open - the login is done: make the session usable
 * @sess: new session
 * @conn: its connection
 *
 * An older session of the same identity ends.
 *
 * Context: work item of @conn.
 * Return: ISCSIT_LOGIN_OK, or why it cannot be.
 */
enum iscsit_login_status iscsit_session_open(struct iscsit_session *sess,
					     struct iscsit_conn *conn)
{
	enum iscsit_login_status status;
	struct iscsit_session *old;

	sess->depth = 64;
	spin_lock(&sess->lock);
	sess->conn = conn;
	spin_unlock(&sess->lock);
	if (sess->tpg) {
		mutex_lock(&sess->tpg->nexus_mutex);
		/* the nexus of the old session must not answer any more */
		old = replace(sess);
		if (old) {
			kill_locked(old);
			iscsit_session_put(old);
		}
		status = make_nexus(sess);
		mutex_unlock(&sess->tpg->nexus_mutex);
		if (status) {
			iscsit_session_close(sess);
			return status;
		}
	}
	spin_lock(&sess->lock);
	iscsit_conn_fsm_sess_step(&sess->state, ISCSIT_SESS_LOGIN_DONE);
	spin_unlock(&sess->lock);
	return ISCSIT_LOGIN_OK;
}

/**
 * iscsit_session_close - end a session
 * @sess: session
 *
 * Fences its commands and gives up its identity.  What the backstores still
 * have ends later.  Does nothing the second time.
 *
 * Context: process; does not wait for commands.
 */
void iscsit_session_close(struct iscsit_session *sess)
{
	struct se_session *se;

	spin_lock(&sess->lock);
	se = sess->se;
	sess->se = NULL;
	sess->conn = NULL;
	iscsit_conn_fsm_sess_step(&sess->state, ISCSIT_SESS_CLOSED);
	spin_unlock(&sess->lock);

	leave_tables(sess);
	if (se) {
		target_session_detach(se);
		target_remove_session(se);
	}
}

/**
 * iscsit_session_enter - the nexus, to give it a command
 * @sess: session
 *
 * The nexus stays until iscsit_session_leave(); after that, a command that it
 * has taken keeps it.  Nothing in between may sleep.
 *
 * Return: the nexus, or NULL if it has ended, or is being made.
 */
struct se_session *iscsit_session_enter(struct iscsit_session *sess)
	__acquires(&sess->lock)
{
	spin_lock(&sess->lock);
	return sess->state == ISCSIT_SESS_LOGGED_IN ? sess->se : NULL;
}

/**
 * iscsit_session_leave - after iscsit_session_enter()
 * @sess: session
 */
void iscsit_session_leave(struct iscsit_session *sess)
	__releases(&sess->lock)
{
	spin_unlock(&sess->lock);
}

/**
 * iscsit_session_conn - connection of a session
 * @sess: session
 *
 * Return: the connection with a reference, or NULL if it has none any more.
 */
struct iscsit_conn *iscsit_session_conn(struct iscsit_session *sess)
{
	struct iscsit_conn *conn;

	spin_lock(&sess->lock);
	conn = sess->conn;
	if (conn)
		iscsit_conn_get(conn);
	spin_unlock(&sess->lock);
	return conn;
}

/**
 * iscsit_session_want - ask the connection of a session for something
 * @sess: session
 * @want: enum iscsit_conn_want
 */
void iscsit_session_want(struct iscsit_session *sess, unsigned int want)
{
	tell_conn(sess, want);
}

/**
 * iscsit_session_end_all - a group goes away or is disabled
 * @tpg: group, not active any more
 * @now: fence the commands too, before this returns; else the initiators are
 *	told first
 *
 * Ends the sessions and their connections; waits for nobody.
 */
void iscsit_session_end_all(struct iscsit_tpg *tpg, bool now)
{
	struct iscsit_session *sess;

	spin_lock(&tpg->session_lock);
	list_for_each_entry(sess, &tpg->sessions, tpg_node)
		tell_conn(sess, ISCSIT_CONN_DROP);
	while (now && !list_empty(&tpg->sessions)) {
		sess = list_first_entry(&tpg->sessions, struct iscsit_session,
					tpg_node);
		iscsit_session_get(sess);
		spin_unlock(&tpg->session_lock);
		iscsit_session_close(sess);
		iscsit_session_put(sess);
		spin_lock(&tpg->session_lock);
	}
	spin_unlock(&tpg->session_lock);
}

static struct iscsit_session *
first_session(struct iscsit_tpg *tpg,
	      bool (*match)(const struct iscsit_session *sess, const void *with),
	      const void *with)
{
	struct iscsit_session *sess, *found = NULL;

	spin_lock(&tpg->session_lock);
	list_for_each_entry(sess, &tpg->sessions, tpg_node) {
		if (!match(sess, with))
			continue;
		iscsit_session_get(sess);
		found = sess;
		break;
	}
	spin_unlock(&tpg->session_lock);
	return found;
}

static bool is_of_acl(const struct iscsit_session *sess, const void *with)
{
	const struct se_node_acl *nacl = with;

	return !strcmp(sess->initiator, nacl->initiatorname);
}

/**
 * iscsit_session_of_acl - a session that uses an ACL
 * @tpg: group
 * @nacl: ACL
 *
 * Return: the oldest such session with a reference, or NULL.
 */
struct iscsit_session *iscsit_session_of_acl(struct iscsit_tpg *tpg,
					     const struct se_node_acl *nacl)
{
	return first_session(tpg, is_of_acl, nacl);
}

static bool is_of_nexus(const struct iscsit_session *sess, const void *with)
{
	return READ_ONCE(sess->se) == with;
}

/**
 * iscsit_session_of_nexus - the session of a nexus, if it has not ended
 * @tpg: group
 * @se: nexus
 *
 * Return: the session with a reference, or NULL.
 */
struct iscsit_session *iscsit_session_of_nexus(struct iscsit_tpg *tpg,
					       const struct se_session *se)
{
	return first_session(tpg, is_of_nexus, se);
}

static bool has_sid(const struct iscsit_session *sess, const void *with)
{
	return sess->sid == *(const u32 *)with;
}

/**
 * iscsit_session_of_sid - the session with a number
 * @tpg: group
 * @sid: number, as administrators see it
 *
 * Return: the session with a reference, or NULL.
 */
struct iscsit_session *iscsit_session_of_sid(struct iscsit_tpg *tpg, u32 sid)
{
	return first_session(tpg, has_sid, &sid);
}

/**
 * iscsit_session_kill - an administrator wants a session gone
 * @sess: session of a group
 *
 * Its commands are fenced when this returns, and its connection ends without a
 * word: the initiator may be one that does not listen.
 *
 * Context: process; waits for nobody.
 */
void iscsit_session_kill(struct iscsit_session *sess)
{
	mutex_lock(&sess->tpg->nexus_mutex);
	kill_locked(sess);
	mutex_unlock(&sess->tpg->nexus_mutex);
}
