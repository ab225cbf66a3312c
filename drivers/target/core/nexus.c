// SPDX-License-Identifier: GPL-2.0-only
/*
 * An initiator comes, and goes: a session joins its ACL and sees what that
 * maps.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include "acl.h"
#include "events.h"
#include "itl.h"
#include "nexus.h"
#include "notice.h"
#include "session.h"
#include "tpg.h"

static int see_mapped(struct target_sess *sess)
{
	struct target_map *map;
	unsigned long i;
	int ret;

	xa_for_each(&sess->acl->maps, i, map) {
		if (!map->lun->link)
			continue;
		ret = target_itl_add(sess, i, map->lun->link, map);
		if (ret)
			return ret;
	}
	return 0;
}

static int see_all(struct target_sess *sess)
{
	struct target_port *port = sess->port;
	struct target_lun *lun;
	unsigned long i;
	int ret;

	if (port->tfo->tpg_check_demo_mode_login_only(port->se_tpg))
		return 0;
	xa_for_each(&port->luns, i, lun) {
		if (!lun->link)
			continue;
		ret = target_itl_add(sess, i, lun->link, NULL);
		if (ret)
			return ret;
	}
	return 0;
}

static void free_work(struct work_struct *work)
{
	struct target_sess *sess = container_of(work, struct target_sess,
						free_work);
	struct module *module = sess->port->tfo->module;
	struct target_port *port = sess->port;
	struct target_itl *itl, *next;
	unsigned long i;

	mutex_lock(&port->mutex);
	xa_for_each(&sess->itls, i, itl)
		target_itl_free(itl);
	list_for_each_entry_safe(itl, next, &sess->retired, retired_node)
		target_itl_free(itl);
	target_acl_leave(sess);
	mutex_unlock(&port->mutex);

	xa_destroy(&sess->itls);
	target_session_free(sess);
	target_tpg_put(port);
	module_put(module);
}

/* The fabric knows now which initiator port it is. */
static void set_port(struct target_sess *sess)
{
	u8 sid[8] = {};
	u32 len = 0;

	if (sess->port->tfo->sess_get_initiator_sid)
		len = sess->port->tfo->sess_get_initiator_sid(&sess->se, sid,
							      sizeof(sid));
	target_transport_id_name(&sess->tid, sess->port->proto_id,
				 sess->se.se_node_acl->initiatorname);
	target_transport_id_isid(&sess->tid, sid, len);
	if (len)
		snprintf(sess->isid, sizeof(sess->isid), "%*phN",
			 (int)min_t(u32, len, 7), sid);
}

/* Find the ACL and see what it maps.  The session is not visible yet. */
static int join(struct target_sess *sess, struct se_portal_group *se_tpg,
		const char *initiatorname)
{
	struct target_port *port = to_port(se_tpg);
	struct target_acl *acl;

	lockdep_assert_held(&port->mutex);

	acl = target_acl_admit(port, initiatorname);
	if (IS_ERR(acl))
		return PTR_ERR(acl);
	sess->acl = acl;
	sess->port = port;
	sess->se.se_node_acl = acl->se;
	sess->se.se_tpg = se_tpg;
	list_add_tail(&sess->acl_node, &acl->sessions);
	kref_get(&port->kref);
	return acl->se->dynamic_node_acl ? see_all(sess) : see_mapped(sess);
}

/* Give it to the fabric, unless its ACL wants it closed already. */
static int publish(struct target_sess *sess)
{
	struct target_port *port = sess->port;
	struct se_portal_group *se_tpg = port->se_tpg;
	unsigned long flags;
	int ret = 0;

	set_port(sess);
	mutex_lock(&port->mutex);
	if (test_bit(TARGET_SESS_CLOSING, &sess->flags)) {
		ret = -EACCES;
	} else {
		set_bit(TARGET_SESS_LIVE, &sess->flags);
		spin_lock_irqsave(&se_tpg->session_lock, flags);
		list_add_tail(&sess->se.sess_list, &se_tpg->tpg_sess_list);
		spin_unlock_irqrestore(&se_tpg->session_lock, flags);
		target_events_nexus_made(sess);
	}
	mutex_unlock(&port->mutex);
	return ret;
}

/**
 * target_nexus_make - an initiator comes
 * @se_tpg: target port group
 * @req: who, and what the fabric wants
 *
 * Context: process; takes the group's mutex.
 * Return: session, to be ended with target_nexus_remove(); or ERR_PTR
 */
struct se_session *target_nexus_make(struct se_portal_group *se_tpg,
				     const struct target_nexus_request *req)
{
	struct target_port *port = to_port(se_tpg);
	struct target_sess *sess;
	int ret;

	if (!port || !try_module_get(port->tfo->module))
		return ERR_PTR(-ENODEV);
	sess = target_session_alloc(req->tag_num, req->tag_size, free_work);
	if (IS_ERR(sess)) {
		module_put(port->tfo->module);
		return ERR_CAST(sess);
	}
	sess->se.sup_prot_ops = req->prot_op;
	sess->se.fabric_sess_ptr = req->private;

	mutex_lock(&port->mutex);
	ret = join(sess, se_tpg, req->initiatorname);
	mutex_unlock(&port->mutex);
	if (!sess->acl) {
		target_session_free(sess);
		module_put(port->tfo->module);
		return ERR_PTR(ret);
	}

	if (!ret && req->callback)
		ret = req->callback(se_tpg, &sess->se, req->private);
	if (!ret)
		ret = publish(sess);
	if (ret) {
		target_nexus_remove(&sess->se);
		return ERR_PTR(ret);
	}
	return &sess->se;
}

/**
 * target_nexus_remove - an initiator is gone
 * @se_sess: session; the caller must not touch it afterwards
 *
 * Out of sight at once; freed when its last command is.
 *
 * Context: process; takes the group's mutex.
 */
void target_nexus_remove(struct se_session *se_sess)
{
	struct target_sess *sess = to_sess(se_sess);
	struct target_port *port = sess->port;
	unsigned long flags;

	target_session_stop(sess);
	target_notice_exit(sess);

	mutex_lock(&port->mutex);
	if (port->se_tpg) {
		spin_lock_irqsave(&port->se_tpg->session_lock, flags);
		list_del_init(&se_sess->sess_list);
		spin_unlock_irqrestore(&port->se_tpg->session_lock, flags);
	}
	target_itl_hide_all(sess);
	target_acl_forget(sess);
	mutex_unlock(&port->mutex);

	target_session_end(sess);
}
