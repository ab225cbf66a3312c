// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics in the shape of the iSCSI MIB (RFC 4544), in fabric_statistics/
 * of targets and of ACLs.
 */
#include <linux/configfs.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#include "conn.h"
#include "session.h"
#include "stat.h"
#include "tpg.h"

#define INDEX	1

static u32 count(const struct iscsit_target *target, enum iscsit_tpg_count what)
{
	return atomic_read(&target->counts[what]);
}

static int count_portals(struct iscsit_tpg *tpg, void *data)
{
	*(u32 *)data += list_count_nodes(&tpg->portals);
	return 0;
}

static int count_sessions(struct iscsit_tpg *tpg, void *data)
{
	*(u32 *)data += READ_ONCE(tpg->nr_sessions);
	return 0;
}

static u32 sum(const struct iscsit_target *target,
	       int (*fn)(struct iscsit_tpg *tpg, void *data))
{
	u32 n = 0;

	iscsit_tpg_walk(target->name, fn, &n);
	return n;
}

static u32 login_fails(const struct iscsit_target *target)
{
	return count(target, ISCSIT_LOGIN_OTHER_FAILS) +
	       count(target, ISCSIT_LOGIN_REDIRECTS) +
	       count(target, ISCSIT_LOGIN_AUTHORIZE_FAILS) +
	       count(target, ISCSIT_LOGIN_AUTHENTICATE_FAILS) +
	       count(target, ISCSIT_LOGIN_NEGOTIATE_FAILS);
}

/* One file of a target's group: "expr" sees the target as "t" */
#define TARGET_FILE(_group, _name, _fmt, _expr)				\
static ssize_t _group##_##_name##_show(struct config_item *item,	\
				       char *page)			\
{									\
	struct iscsit_target *t __maybe_unused =			\
		container_of(to_config_group(item),			\
			     struct iscsit_target, stats[GROUP_##_group]); \
									\
	return sysfs_emit(page, _fmt "\n", _expr);			\
}									\
CONFIGFS_ATTR_RO(_group##_, _name)

enum {
	GROUP_instance,
	GROUP_login,
	GROUP_logout,
	GROUP_err,
	GROUP_attr,
	GROUPS
};

static_assert(ARRAY_SIZE(((struct iscsit_target *)NULL)->stats) == GROUPS);

/* ------------------------------------------------------ iscsi_instance -- */

static u32 last_type(struct iscsit_target *t)
{
	return t->sess_fails ? t->sess_fail_type : 0;
}

TARGET_FILE(instance, inst, "%u", t->index);
TARGET_FILE(instance, min_ver, "%u", ISCSI_DRAFT20_VERSION);
TARGET_FILE(instance, max_ver, "%u", ISCSI_DRAFT20_VERSION);
TARGET_FILE(instance, portals, "%u", sum(t, count_portals));
TARGET_FILE(instance, nodes, "%u", 1);
TARGET_FILE(instance, sessions, "%u", sum(t, count_sessions));
TARGET_FILE(instance, fail_sess, "%u", READ_ONCE(t->sess_fails));
TARGET_FILE(instance, fail_type, "%u", last_type(t));
TARGET_FILE(instance, disc_time, "%u", 0);
TARGET_FILE(instance, description, "%s", "Storage Engine Target");
TARGET_FILE(instance, vendor, "%s", "Datera, Inc. iSCSI-Target");
TARGET_FILE(instance, version, "%s", "v4.1.0");

static ssize_t instance_fail_rem_name_show(struct config_item *item,
					   char *page)
{
	struct iscsit_target *t = container_of(to_config_group(item),
					       struct iscsit_target,
					       stats[GROUP_instance]);
	ssize_t len;

	spin_lock(&t->fail_lock);
	len = sysfs_emit(page, "%s\n", t->sess_fail_name[0] ?
			 t->sess_fail_name : "None");
	spin_unlock(&t->fail_lock);
	return len;
}

CONFIGFS_ATTR_RO(instance_, fail_rem_name);

static struct configfs_attribute *instance_attrs[] = {
	&instance_attr_inst,
	&instance_attr_min_ver,
	&instance_attr_max_ver,
	&instance_attr_portals,
	&instance_attr_nodes,
	&instance_attr_sessions,
	&instance_attr_fail_sess,
	&instance_attr_fail_type,
	&instance_attr_fail_rem_name,
	&instance_attr_disc_time,
	&instance_attr_description,
	&instance_attr_vendor,
	&instance_attr_version,
	NULL,
};

/* ---------------------------------------------------- iscsi_login_stats -- */

TARGET_FILE(login, inst, "%u", t->index);
TARGET_FILE(login, indx, "%u", INDEX);
TARGET_FILE(login, accepts, "%u", count(t, ISCSIT_LOGIN_ACCEPTS));
TARGET_FILE(login, other_fails, "%u", count(t, ISCSIT_LOGIN_OTHER_FAILS));
TARGET_FILE(login, redirects, "%u", count(t, ISCSIT_LOGIN_REDIRECTS));
TARGET_FILE(login, authorize_fails, "%u",
	    count(t, ISCSIT_LOGIN_AUTHORIZE_FAILS));
TARGET_FILE(login, authenticate_fails, "%u",
	    count(t, ISCSIT_LOGIN_AUTHENTICATE_FAILS));
TARGET_FILE(login, negotiate_fails, "%u",
	    count(t, ISCSIT_LOGIN_NEGOTIATE_FAILS));

static struct configfs_attribute *login_attrs[] = {
	&login_attr_inst,
	&login_attr_indx,
	&login_attr_accepts,
	&login_attr_other_fails,
	&login_attr_redirects,
	&login_attr_authorize_fails,
	&login_attr_authenticate_fails,
	&login_attr_negotiate_fails,
	NULL,
};

/* --------------------------------------------------- iscsi_logout_stats -- */

TARGET_FILE(logout, inst, "%u", t->index);
TARGET_FILE(logout, indx, "%u", INDEX);
TARGET_FILE(logout, normal_logouts, "%u", count(t, ISCSIT_LOGOUT_NORMAL));
TARGET_FILE(logout, abnormal_logouts, "%u", count(t, ISCSIT_LOGOUT_ABNORMAL));

static struct configfs_attribute *logout_attrs[] = {
	&logout_attr_inst,
	&logout_attr_indx,
	&logout_attr_normal_logouts,
	&logout_attr_abnormal_logouts,
	NULL,
};

/* ------------------------------------------------------- iscsi_sess_err -- */

TARGET_FILE(err, inst, "%u", t->index);
TARGET_FILE(err, digest_errors, "%u", count(t, ISCSIT_SESS_ERR_DIGEST));
TARGET_FILE(err, cxn_errors, "%u", count(t, ISCSIT_SESS_ERR_CXN_TIMEOUT));
TARGET_FILE(err, format_errors, "%u", count(t, ISCSIT_SESS_ERR_FORMAT));

static struct configfs_attribute *err_attrs[] = {
	&err_attr_inst,
	&err_attr_digest_errors,
	&err_attr_cxn_errors,
	&err_attr_format_errors,
	NULL,
};

/* ------------------------------------------------------- iscsi_tgt_attr -- */

/* In hundredths of a second since boot, as the MIB has it */
static u32 fail_time(struct iscsit_target *t)
{
	unsigned long at = READ_ONCE(t->last_fail);

	return at ? (u32)((at - INITIAL_JIFFIES) * 100 / HZ) : 0;
}

TARGET_FILE(attr, inst, "%u", t->index);
TARGET_FILE(attr, indx, "%u", INDEX);
TARGET_FILE(attr, login_fails, "%u", login_fails(t));
TARGET_FILE(attr, last_fail_time, "%u", fail_time(t));
TARGET_FILE(attr, last_fail_type, "%u", READ_ONCE(t->last_fail_type));

static struct iscsit_target *attr_target(struct config_item *item)
{
	return container_of(to_config_group(item), struct iscsit_target,
			    stats[GROUP_attr]);
}

static ssize_t attr_fail_intr_name_show(struct config_item *item, char *page)
{
	struct iscsit_target *t = attr_target(item);
	ssize_t len;

	spin_lock(&t->fail_lock);
	len = sysfs_emit(page, "%s\n", t->last_fail_name[0] ?
			 t->last_fail_name : "None");
	spin_unlock(&t->fail_lock);
	return len;
}

CONFIGFS_ATTR_RO(attr_, fail_intr_name);

static ssize_t attr_fail_intr_addr_show(struct config_item *item, char *page)
{
	struct iscsit_target *t = attr_target(item);
	ssize_t len;

	spin_lock(&t->fail_lock);
	len = sysfs_emit(page, "%pISc\n", &t->last_fail_peer);
	spin_unlock(&t->fail_lock);
	return len;
}

CONFIGFS_ATTR_RO(attr_, fail_intr_addr);

static ssize_t attr_fail_intr_addr_type_show(struct config_item *item,
					     char *page)
{
	return sysfs_emit(page, "%s\n",
			  attr_target(item)->last_fail_peer.ss_family ==
			  AF_INET6 ? "ipv6" : "ipv4");
}

CONFIGFS_ATTR_RO(attr_, fail_intr_addr_type);

static struct configfs_attribute *attr_attrs[] = {
	&attr_attr_inst,
	&attr_attr_indx,
	&attr_attr_login_fails,
	&attr_attr_last_fail_time,
	&attr_attr_last_fail_type,
	&attr_attr_fail_intr_name,
	&attr_attr_fail_intr_addr,
	&attr_attr_fail_intr_addr_type,
	NULL,
};

/* ----------------------------------------------------- iscsi_sess_stats -- */

static struct iscsit_acl *sess_acl(struct config_item *item)
{
	return container_of(to_config_group(item), struct iscsit_acl, stats);
}

/* The connection of the ACL's session with a reference, or NULL */
static struct iscsit_conn *conn_of(struct config_item *item, u32 *sid)
{
	struct se_node_acl *nacl = &sess_acl(item)->se;
	struct iscsit_session *sess;
	struct iscsit_conn *conn;

	sess = iscsit_session_of_acl(to_iscsit_tpg(nacl->se_tpg), nacl);
	if (!sess)
		return NULL;
	*sid = sess->sid;
	conn = iscsit_session_conn(sess);
	iscsit_session_put(sess);
	return conn;
}

/* One file of an ACL's group, empty without a session: the connection is "c" */
#define SESS_FILE(_name, _expr)						\
static ssize_t sess_##_name##_show(struct config_item *item, char *page) \
{									\
	u32 sid;							\
	struct iscsit_conn *c = conn_of(item, &sid);			\
	ssize_t len;							\
									\
	if (!c)								\
		return 0;						\
	len = sysfs_emit(page, "%llu\n", (u64)(_expr));			\
	iscsit_conn_put(c);						\
	return len;							\
}									\
CONFIGFS_ATTR_RO(sess_, _name)

SESS_FILE(node, 1);
SESS_FILE(indx, sid);
SESS_FILE(cmd_pdus, READ_ONCE(c->stats.cmd_pdus));
SESS_FILE(rsp_pdus, READ_ONCE(c->stats.rsp_pdus));
SESS_FILE(txdata_octs, READ_ONCE(c->stats.tx_bytes));
SESS_FILE(rxdata_octs, READ_ONCE(c->stats.rx_bytes));
SESS_FILE(conn_digest_errors, READ_ONCE(c->stats.digest_errors));
SESS_FILE(conn_timeout_errors, READ_ONCE(c->stats.timeouts));

static ssize_t sess_inst_show(struct config_item *item, char *page)
{
	struct se_node_acl *nacl = &sess_acl(item)->se;

	return sysfs_emit(page, "%u\n",
			  to_iscsit_tpg(nacl->se_tpg)->target->index);
}

CONFIGFS_ATTR_RO(sess_, inst);

static struct configfs_attribute *sess_attrs[] = {
	&sess_attr_inst,
	&sess_attr_node,
	&sess_attr_indx,
	&sess_attr_cmd_pdus,
	&sess_attr_rsp_pdus,
	&sess_attr_txdata_octs,
	&sess_attr_rxdata_octs,
	&sess_attr_conn_digest_errors,
	&sess_attr_conn_timeout_errors,
	NULL,
};

/* --------------------------------------------------------------- groups -- */

#define TYPE(_group)							\
static const struct config_item_type _group##_type = {			\
	.ct_attrs	= _group##_attrs,				\
	.ct_owner	= THIS_MODULE,					\
}

TYPE(instance);
TYPE(login);
TYPE(logout);
TYPE(err);
TYPE(attr);
TYPE(sess);

static const struct {
	const char			*name;
	const struct config_item_type	*type;
} groups[GROUPS] = {
	[GROUP_instance]	= { "iscsi_instance", &instance_type },
	[GROUP_login]		= { "iscsi_login_stats", &login_type },
	[GROUP_logout]		= { "iscsi_logout_stats", &logout_type },
	[GROUP_err]		= { "iscsi_sess_err", &err_type },
	[GROUP_attr]		= { "iscsi_tgt_attr", &attr_type },
};

/**
 * iscsit_stat_add_target - groups below fabric_statistics/ of a target
 * @target: new target
 */
void iscsit_stat_add_target(struct iscsit_target *target)
{
	u32 i;

	for (i = 0; i < GROUPS; i++) {
		config_group_init_type_name(&target->stats[i], groups[i].name,
					    groups[i].type);
		configfs_add_default_group(&target->stats[i],
					   &target->wwn.fabric_stat_group);
	}
}

/**
 * iscsit_stat_add_acl - group below fabric_statistics/ of an ACL
 * @acl: new explicit ACL
 */
void iscsit_stat_add_acl(struct iscsit_acl *acl)
{
	config_group_init_type_name(&acl->stats, "iscsi_sess_stats",
				    &sess_type);
	configfs_add_default_group(&acl->stats, &acl->se.acl_fabric_stat_group);
}
