// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directories and files of the Fibre Channel fabric: text in, one call; and
 * what the target core asks of a fabric about its ports.
 */
#include <generated/utsrelease.h>
#include <linux/cleanup.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>
#include <target/target_core_refuse.h>
#include <target/target_core_schema.h>
#include "tcm_fc.h"

/*
 * Port names may be written in several ways, so the names of the directories
 * do not keep two from being the same.
 */
static LIST_HEAD(wwns);		/* tcm_fc_wwn.node, wwns_mutex */
static DEFINE_MUTEX(wwns_mutex);

/* -------------------------------------------------------- target ports -- */

static char *tpg_get_wwn(struct se_portal_group *se_tpg)
{
	return to_fc_tpg(se_tpg)->wwn->name;
}

static u16 tpg_get_tag(struct se_portal_group *se_tpg)
{
	return to_fc_tpg(se_tpg)->tag;
}

/* ----------------------------------------------------------- initiators -- */

static int init_nodeacl(struct se_node_acl *se_nacl, const char *name)
{
	struct tcm_fc_acl *acl = to_fc_acl(se_nacl);
	char canonical[TCM_FC_WWN_LEN];

	if (tcm_fc_wwn_parse(name, &acl->wwpn)) {
		pr_err("tcm_fc: %s: an ACL's name is a WWPN, such as 20:00:52:54:00:12:34:56\n",
		       name);
		return -EINVAL;
	}
	tcm_fc_wwn_format(canonical, acl->wwpn);
	if (strcmp(name, canonical)) {
		pr_err("tcm_fc: the ACL of %s must have the name %s\n", name,
		       canonical);
		return -EINVAL;
	}
	tcm_fc_announce_soon(to_fc_tpg(se_nacl->se_tpg));
	return 0;
}

/* 1 to 16 hexadecimal digits, or a name as it is printed */
static int parse_name(const char *page, u64 *wwn)
{
	char text[TCM_FC_WWN_LEN + 1];

	if (strscpy(text, page, sizeof(text)) < 0)
		return -EPERM;
	text[strcspn(text, "\n")] = '\0';
	if (strchr(text, ':'))
		return tcm_fc_wwn_parse(text, wwn) ? -EPERM : 0;
	if (!text[0] || strspn(text, "0123456789abcdefABCDEF") != strlen(text))
		return -EPERM;
	return kstrtou64(text, 16, wwn) ? -EPERM : 0;
}

static ssize_t show_name(char *page, u64 wwn)
{
	char text[TCM_FC_WWN_LEN];

	tcm_fc_wwn_format(text, wwn);
	return sysfs_emit(page, "%s\n", text);
}

static ssize_t tcm_fc_acl_port_name_show(struct config_item *item, char *page)
{
	return show_name(page, to_fc_acl(acl_to_nacl(item))->wwpn);
}

/* The directory's name is the port name; another one would do nothing. */
static ssize_t tcm_fc_acl_port_name_store(struct config_item *item,
					  const char *page, size_t count)
{
	struct tcm_fc_acl *acl = to_fc_acl(acl_to_nacl(item));
	u64 wwn;

	if (parse_name(page, &wwn) || wwn != acl->wwpn)
		return target_refuse(item, "port_name", -EPERM,
				     "it stays the directory's name");
	return count;
}

static ssize_t tcm_fc_acl_node_name_show(struct config_item *item, char *page)
{
	return show_name(page, READ_ONCE(to_fc_acl(acl_to_nacl(item))->wwnn));
}

static ssize_t tcm_fc_acl_node_name_store(struct config_item *item,
					  const char *page, size_t count)
{
	struct tcm_fc_acl *acl = to_fc_acl(acl_to_nacl(item));
	u64 wwn;
	int ret = parse_name(page, &wwn);

	if (ret)
		return target_refuse(item, "node_name", ret,
				     "it takes a name such as 20:00:52:54:00:12:34:56");
	WRITE_ONCE(acl->wwnn, wwn);
	return count;
}

static ssize_t tcm_fc_acl_sessions_show(struct config_item *item, char *page)
{
	struct se_node_acl *se_nacl = acl_to_nacl(item);
	struct tcm_fc_tpg *tpg = to_fc_tpg(se_nacl->se_tpg);

	guard(mutex)(&tcm_fc_sess_mutex);
	return tpg->port ? tcm_fc_sess_show(tpg->port,
					    to_fc_acl(se_nacl)->wwpn, page) : 0;
}

CONFIGFS_ATTR_RO(tcm_fc_acl_, sessions);
CONFIGFS_ATTR(tcm_fc_acl_, port_name);
CONFIGFS_ATTR(tcm_fc_acl_, node_name);

static struct configfs_attribute *acl_attrs[] = {
	&tcm_fc_acl_attr_port_name,
	&tcm_fc_acl_attr_sessions,
	&tcm_fc_acl_attr_node_name,
	NULL
};

/* -------------------------------------------------------------- targets -- */

static int insert_wwn(struct tcm_fc_wwn *new)
{
	struct tcm_fc_wwn *wwn;

	guard(mutex)(&wwns_mutex);
	list_for_each_entry(wwn, &wwns, node)
		if (wwn->wwpn == new->wwpn)
			return -EEXIST;
	list_add_tail(&new->node, &wwns);
	return 0;
}

static struct se_wwn *make_wwn(struct target_fabric_configfs *tf,
			       struct config_group *group, const char *name)
{
	struct tcm_fc_wwn *wwn;
	u64 wwpn;

	if (tcm_fc_wwn_parse(name, &wwpn)) {
		pr_err("tcm_fc: a target's name is a WWPN, such as 20:00:52:54:00:12:34:56\n");
		return ERR_PTR(-EINVAL);
	}
	wwn = kzalloc(sizeof(*wwn), GFP_KERNEL);
	if (!wwn)
		return ERR_PTR(-ENOMEM);
	wwn->wwpn = wwpn;
	tcm_fc_wwn_format(wwn->name, wwpn);
	if (insert_wwn(wwn)) {
		kfree(wwn);
		pr_err("tcm_fc: %s: there is a target of this name, written in another way\n",
		       name);
		return ERR_PTR(-EEXIST);
	}
	return &wwn->se;
}

static void drop_wwn(struct se_wwn *se_wwn)
{
	struct tcm_fc_wwn *wwn = to_fc_wwn(se_wwn);

	mutex_lock(&wwns_mutex);
	list_del(&wwn->node);
	mutex_unlock(&wwns_mutex);
	kfree(wwn);
}

static ssize_t tcm_fc_wwn_version_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "TCM FC Fabric module %s\n", UTS_RELEASE);
}

CONFIGFS_ATTR_RO(tcm_fc_wwn_, version);

static struct configfs_attribute *wwn_attrs[] = {
	&tcm_fc_wwn_attr_version,
	NULL
};

/* --------------------------------------------------- target port groups -- */

/* The local port, so long as there is one */
static ssize_t tcm_fc_tpg_port_show(struct config_item *item, char *page)
{
	const struct tcm_fc_tpg *tpg = to_fc_tpg(to_tpg(item));
	const struct fc_lport *lport;

	guard(mutex)(&tcm_fc_sess_mutex);
	if (!tpg->port)
		return sysfs_emit(page, "none\n");
	lport = tpg->port->lport;
	return sysfs_emit(page, "host%u 0x%06x %s\n", lport->host->host_no,
			  lport->port_id,
			  lport->state == LPORT_ST_READY ? "ready" :
							   "not ready");
}

CONFIGFS_ATTR_RO(tcm_fc_tpg_, port);

static struct configfs_attribute *tpg_attrs[] = {
	&tcm_fc_tpg_attr_port,
	NULL
};

static int enable_tpg(struct se_portal_group *se_tpg, bool enable)
{
	struct tcm_fc_tpg *tpg = to_fc_tpg(se_tpg);

	if (enable)
		return tcm_fc_port_add_tpg(tpg);
	tcm_fc_port_del_tpg(tpg);
	return 0;
}

/*
 * Enabled from the start: the tools that make it know of nothing to enable.
 * A local port is one target port, so there is one group.
 */
static struct se_portal_group *make_tpg(struct se_wwn *se_wwn, const char *name)
{
	struct tcm_fc_wwn *wwn = to_fc_wwn(se_wwn);
	size_t prefix = str_has_prefix(name, "tpgt_");
	struct tcm_fc_tpg *tpg;
	int ret;
	u16 tag;

	if (!prefix || kstrtou16(name + prefix, 10, &tag) || !tag || wwn->tpg)
		return ERR_PTR(target_refuse(&se_wwn->wwn_group.cg_item, name,
					     -EINVAL,
					     "a target has one group, tpgt_N, N from 1 to 65535"));
	tpg = kzalloc(sizeof(*tpg), GFP_KERNEL);
	if (!tpg)
		return ERR_PTR(-ENOMEM);
	tpg->wwn = wwn;
	tpg->tag = tag;
	INIT_DELAYED_WORK(&tpg->announce, tcm_fc_announce_work);

	ret = core_tpg_register(se_wwn, &tpg->se, SCSI_PROTOCOL_FCP);
	if (ret) {
		kfree(tpg);
		return ERR_PTR(ret);
	}
	ret = target_tpg_enable(&tpg->se, true);
	if (ret) {
		core_tpg_deregister(&tpg->se);
		kfree(tpg);
		return ERR_PTR(ret);
	}
	wwn->tpg = tpg;
	return &tpg->se;
}

static void drop_tpg(struct se_portal_group *se_tpg)
{
	struct tcm_fc_tpg *tpg = to_fc_tpg(se_tpg);

	target_tpg_enable(se_tpg, false);
	cancel_delayed_work_sync(&tpg->announce);
	tpg->wwn->tpg = NULL;
	core_tpg_deregister(se_tpg);
	kfree(tpg);
}

static void add_tpg_groups(struct se_portal_group *se_tpg)
{
	tcm_fc_list_add(to_fc_tpg(se_tpg));
}

static int post_link(struct se_portal_group *se_tpg, struct se_lun *se_lun)
{
	tcm_fc_announce_soon(to_fc_tpg(se_tpg));
	return 0;
}

static const struct target_schema files[] = {
	TARGET_SCHEMA_LINE(&tcm_fc_acl_attr_port_name, TEXT, NEVER,
			   TCM_FC_WWN_LEN - 1, NULL,
			   "the directory's name"),
	TARGET_SCHEMA_LINE(&tcm_fc_acl_attr_node_name, TEXT, ALWAYS,
			   TCM_FC_WWN_LEN - 1, "00:00:00:00:00:00:00:00",
			   "WWNN that the initiator has to have; 0 for any"),
	{ }
};

static const struct target_schema * const schema[] = {
	files, tcm_fc_list_schema, NULL
};

const struct target_core_fabric_ops tcm_fc_configfs_ops = {
	.module			= THIS_MODULE,
	.fabric_name		= "fc",
	.node_acl_size		= sizeof(struct tcm_fc_acl),
	.default_submit_type	= TARGET_DIRECT_SUBMIT,
	.direct_submit_supp	= 1,

	.tpg_get_wwn		= tpg_get_wwn,
	.tpg_get_tag		= tpg_get_tag,

	.write_pending		= tcm_fc_io_write_pending,
	.queue_data_in		= tcm_fc_io_data_in,
	.queue_status		= tcm_fc_cmd_status,
	.queue_tm_rsp		= tcm_fc_cmd_tm_rsp,
	.aborted_task		= tcm_fc_cmd_aborted,
	.check_stop_free	= tcm_fc_cmd_stop_free,
	.release_cmd		= tcm_fc_cmd_release,
	.close_session		= tcm_fc_login_close,

	.fabric_make_wwn	= make_wwn,
	.fabric_drop_wwn	= drop_wwn,
	.fabric_make_tpg	= make_tpg,
	.fabric_drop_tpg	= drop_tpg,
	.fabric_enable_tpg	= enable_tpg,
	.fabric_init_nodeacl	= init_nodeacl,
	.add_tpg_groups		= add_tpg_groups,
	.fabric_post_link	= post_link,

	.tfc_wwn_attrs		= wwn_attrs,
	.tfc_tpg_base_attrs	= tpg_attrs,
	.tfc_tpg_nacl_base_attrs = acl_attrs,
	.tfc_schema		= schema,
};
