// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nexuses: one for each initiator that did a process login.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include "tcm_fc.h"

/* Sessions, and which local port belongs to which target port group */
DEFINE_MUTEX(tcm_fc_sess_mutex);

/**
 * tcm_fc_sess_find - the nexus of an address
 * @port: local port
 * @fc_id: address
 *
 * Context: RCU, or with tcm_fc_sess_mutex.
 * Return: nexus or NULL
 */
struct tcm_fc_sess *tcm_fc_sess_find(struct tcm_fc_port *port, u32 fc_id)
{
	return xa_load(&port->sessions, fc_id);
}

/* Hosts look for logical units at LUN 0 (SAM-5 4.7.4), some only there. */
static void warn_without_lun_0(struct tcm_fc_tpg *tpg, const char *name)
{
	bool any = false, zero = false;
	struct se_lun *lun;

	rcu_read_lock();
	hlist_for_each_entry_rcu(lun, &tpg->se.tpg_lun_hlist, link) {
		any = true;
		zero |= !lun->unpacked_lun;
	}
	rcu_read_unlock();
	if (any && !zero)
		pr_warn_ratelimited("tcm_fc: %s has no LUN 0, without which some initiators, such as %s may be, find no LUN at all\n",
				    tpg->wwn->name, name);
}

/* An ACL may ask for a node name as well. */
static int check_node(struct se_portal_group *se_tpg, struct se_session *se,
		      void *private)
{
	u64 wanted = READ_ONCE(to_fc_acl(se->se_node_acl)->wwnn);
	const struct tcm_fc_sess *sess = private;

	return wanted && wanted != sess->wwnn ? -EACCES : 0;
}

static int insert(struct tcm_fc_port *port, struct tcm_fc_sess *sess)
{
	struct tcm_fc_tpg *tpg = port->tpg;
	char name[TCM_FC_WWN_LEN];
	int ret;

	tcm_fc_wwn_format(name, sess->wwpn);
	sess->se = target_setup_session(&tpg->se, 0, 0, TARGET_PROT_NORMAL,
					name, sess, check_node);
	if (IS_ERR(sess->se)) {
		ret = PTR_ERR(sess->se);
		if (ret == -EACCES)
			pr_info_ratelimited("tcm_fc: %s does not admit %s: no ACL has its names\n",
					    tpg->wwn->name, name);
		return ret;
	}
	ret = xa_err(xa_store(&port->sessions, sess->fc_id, sess, GFP_KERNEL));
	if (ret) {
		target_remove_session(sess->se);
		return ret;
	}
	warn_without_lun_0(tpg, name);
	return 0;
}

/*
 * Both sides may send PRLI.  That is one login, but two requests are two.  So
 * are two answers to PRLI of ours: libfc sends another one upon PRLO or PLOGI,
 * either of which ends the first login, and tells the provider of neither.
 */
static bool is_same_login(struct tcm_fc_sess *sess,
			  const struct fc_rport_priv *rdata, bool request)
{
	return sess->wwpn == rdata->ids.port_name &&
	       !(request ? sess->requested : sess->answered);
}

static void set_params(struct tcm_fc_sess *sess,
		       const struct fc_rport_priv *rdata, u32 params,
		       bool request)
{
	WRITE_ONCE(sess->max_payload, rdata->maxframe_size);
	WRITE_ONCE(sess->params, params);
	if (request)
		sess->requested = true;
	else
		sess->answered = true;
}

/* The last exchange was given back, and there will be no other. */
static void idle(struct percpu_ref *ref)
{
	struct tcm_fc_sess *sess = container_of(ref, struct tcm_fc_sess, users);
	struct tcm_fc_port *port = sess->port;

	if (sess->sequel)
		sess->sequel->run(sess->sequel);
	percpu_ref_exit(&sess->users);
	kfree_rcu(sess, rcu);
	if (refcount_dec_and_test(&port->holds))
		complete(&port->idle);
}

static struct tcm_fc_sess *alloc(struct tcm_fc_port *port,
				 const struct fc_rport_priv *rdata)
{
	struct tcm_fc_sess *sess = kzalloc(sizeof(*sess), GFP_KERNEL);

	if (!sess)
		return NULL;
	if (percpu_ref_init(&sess->users, idle, 0, GFP_KERNEL)) {
		kfree(sess);
		return NULL;
	}
	sess->port = port;
	sess->fc_id = rdata->ids.port_id;
	sess->wwpn = rdata->ids.port_name;
	sess->wwnn = rdata->ids.node_name;
	return sess;
}

/**
 * tcm_fc_sess_open - an initiator did a process login
 * @port: where
 * @rdata: who
 * @params: its service parameters
 * @request: it sent PRLI; otherwise it answered ours
 *
 * Return: 0, -EACCES if no ACL admits it, -ENOMEM
 */
int tcm_fc_sess_open(struct tcm_fc_port *port, struct fc_rport_priv *rdata,
		     u32 params, bool request)
{
	struct tcm_fc_sess *sess;
	int ret;

	lockdep_assert_held(&tcm_fc_sess_mutex);

	sess = tcm_fc_sess_find(port, rdata->ids.port_id);
	if (sess && is_same_login(sess, rdata, request)) {
		set_params(sess, rdata, params, request);
		return 0;
	}
	if (sess)
		tcm_fc_sess_close(port, sess->fc_id, NULL);

	sess = alloc(port, rdata);
	if (!sess)
		return -ENOMEM;
	set_params(sess, rdata, params, request);
	refcount_inc(&port->holds);
	ret = insert(port, sess);
	if (ret) {
		refcount_dec(&port->holds);
		percpu_ref_exit(&sess->users);
		kfree(sess);
	}
	return ret;
}

/**
 * tcm_fc_sess_close - an initiator is gone
 * @port: where
 * @fc_id: who
 * @sequel: what follows when the last of its exchanges was given back, or NULL
 *
 * That is at once, but for those in which the initiator still sends: it has
 * E_D_TOV for that.
 *
 * Return: false if it was not there, and @sequel will not be run
 */
bool tcm_fc_sess_close(struct tcm_fc_port *port, u32 fc_id,
		       struct tcm_fc_sequel *sequel)
{
	struct se_session *se_sess;
	struct tcm_fc_sess *sess;

	lockdep_assert_held(&tcm_fc_sess_mutex);

	sess = xa_erase(&port->sessions, fc_id);
	if (!sess)
		return false;
	se_sess = sess->se;
	sess->sequel = sequel;
	/* it may be gone after that */
	percpu_ref_kill(&sess->users);
	target_session_detach(se_sess);
	target_remove_session(se_sess);
	return true;
}

/* They are all gone. */
void tcm_fc_sess_close_all(struct tcm_fc_port *port)
{
	struct tcm_fc_sess *sess;
	unsigned long fc_id;

	lockdep_assert_held(&tcm_fc_sess_mutex);

	xa_for_each(&port->sessions, fc_id, sess)
		tcm_fc_sess_close(port, fc_id, NULL);
}

/**
 * tcm_fc_sess_roles - what an initiator says that it is
 * @params: its service parameters
 *
 * Return: text
 */
const char *tcm_fc_sess_roles(u32 params)
{
	static const char * const roles[] = {
		"none", "FCP Target", "FCP Initiator",
		"FCP Target, FCP Initiator",
	};

	return roles[(params & FCP_SPPF_TARG_FCN ? 1 : 0) +
		     (params & FCP_SPPF_INIT_FCN ? 2 : 0)];
}

/**
 * tcm_fc_sess_show - the nexuses of an initiator, one a line
 * @port: where
 * @wwpn: its port name
 * @page: text goes here
 *
 * Return: bytes of text
 */
ssize_t tcm_fc_sess_show(struct tcm_fc_port *port, u64 wwpn, char *page)
{
	struct tcm_fc_sess *sess;
	unsigned long fc_id;
	ssize_t len = 0;

	lockdep_assert_held(&tcm_fc_sess_mutex);

	xa_for_each(&port->sessions, fc_id, sess)
		if (sess->wwpn == wwpn)
			len += sysfs_emit_at(page, len,
					     "0x%06lx max_payload=%u roles=%s\n",
					     fc_id, sess->max_payload,
					     tcm_fc_sess_roles(sess->params));
	return len;
}
