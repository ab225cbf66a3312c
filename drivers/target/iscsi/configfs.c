// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directories below iscsi/, and the fabric as the target core sees it.
 */
#include <linux/ctype.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <target/target_core_fabric.h>
#include <target/target_core_refuse.h>

#include "attrs.h"
#include "configfs.h"
#include "conn.h"
#include "event.h"
#include "fabric.h"
#include "portal.h"
#include "session.h"
#include "stat.h"

/* SPC-5 table 441 */
#define PROTOCOL_ISCSI	5

/* -------------------------------------------------------------- targets -- */

static struct se_wwn *make_wwn(struct target_fabric_configfs *tf,
			       struct config_group *group, const char *name)
{
	static const struct target_reason reasons[] = {
		{ -EINVAL, "an iSCSI name has at most 223 characters" },
		{ }
	};
	struct iscsit_target *target = iscsit_tpg_make_target(name);

	if (!IS_ERR(target))
		return &target->wwn;
	return ERR_PTR(target_refuse_for(&group->cg_item, name,
					 PTR_ERR(target), reasons));
}

static void drop_wwn(struct se_wwn *wwn)
{
	iscsit_tpg_drop_target(to_iscsit_target(wwn));
}

static void add_wwn_groups(struct se_wwn *wwn)
{
	iscsit_stat_add_target(to_iscsit_target(wwn));
}

/* -------------------------------------------------------- portal groups -- */

static int parse_tag(const char *name, u16 *tag)
{
	static const char prefix[] = "tpgt_";
	size_t len = sizeof(prefix) - 1;

	if (strncmp(name, prefix, len) || !isdigit(name[len]) ||
	    kstrtou16(name + len, 10, tag))
		return -EINVAL;
	return 0;
}

static struct se_portal_group *make_tpg(struct se_wwn *wwn, const char *name)
{
	struct iscsit_tpg *tpg;
	u16 tag;
	int ret = parse_tag(name, &tag);

	if (ret)
		return ERR_PTR(target_refuse(&wwn->wwn_group.cg_item, name, ret,
					     "a name is tpgt_N, N up to 65535"));
	tpg = iscsit_tpg_make(to_iscsit_target(wwn), tag);
	if (IS_ERR(tpg))
		return ERR_CAST(tpg);
	ret = core_tpg_register(wwn, &tpg->se, PROTOCOL_ISCSI);
	if (ret) {
		iscsit_tpg_put(tpg);
		return ERR_PTR(ret);
	}
	iscsit_tpg_publish(tpg);
	return &tpg->se;
}

static int enable_tpg(struct se_portal_group *se_tpg, bool enable)
{
	struct iscsit_tpg *tpg = to_iscsit_tpg(se_tpg);

	iscsit_tpg_activate(tpg, enable);
	if (!enable)
		iscsit_session_end_all(tpg, false);
	return 0;
}

static void drop_tpg(struct se_portal_group *se_tpg)
{
	struct iscsit_tpg *tpg = to_iscsit_tpg(se_tpg);

	iscsit_tpg_unpublish(tpg);
	iscsit_tpg_activate(tpg, false);
	iscsit_session_end_all(tpg, true);
	core_tpg_deregister(se_tpg);
	iscsit_tpg_put(tpg);
}

static void add_tpg_groups(struct se_portal_group *se_tpg)
{
	iscsit_attrs_sess_add(to_iscsit_tpg(se_tpg));
}

static ssize_t tpg_dynamic_sessions_show(struct config_item *item, char *page)
{
	return target_show_dynamic_sessions(to_tpg(item), page);
}

CONFIGFS_ATTR_RO(tpg_, dynamic_sessions);

static struct configfs_attribute *tpg_attrs[] = {
	&tpg_attr_dynamic_sessions,
	NULL,
};

/* -------------------------------------------------------------- portals -- */

static struct iscsit_portal *to_portal(struct se_tpg_np *np)
{
	return container_of(np, struct iscsit_portal, se);
}

static struct se_tpg_np *make_np(struct se_portal_group *se_tpg,
				 struct config_group *group, const char *name)
{
	struct iscsit_portal *portal = kzalloc(sizeof(*portal), GFP_KERNEL);
	struct iscsit_listener *listener;
	int ret;

	if (!portal)
		return ERR_PTR(-ENOMEM);
	listener = iscsit_portal_open(name);
	if (IS_ERR(listener)) {
		kfree(portal);
		return ERR_CAST(listener);
	}
	portal->listener = listener;
	ret = iscsit_tpg_add_portal(to_iscsit_tpg(se_tpg), portal);
	if (!ret)
		return &portal->se;
	iscsit_portal_close(listener);
	kfree(portal);
	return ERR_PTR(target_refuse(&group->cg_item, name, ret,
				     "the target has this address already"));
}

static void drop_np(struct se_tpg_np *np)
{
	struct iscsit_portal *portal = to_portal(np);

	iscsit_tpg_del_portal(portal);
	iscsit_portal_close(portal->listener);
	kfree(portal);
}

/* Other transports are not built in: these files can only stay 0. */
static ssize_t store_no_transport(struct config_item *item, const char *name,
				  const char *page, size_t count)
{
	u32 val;
	int ret = kstrtou32(page, 0, &val);

	if (ret || val)
		return target_refuse(item, name, ret ?: -EINVAL,
				     "it takes 0: only TCP is built in");
	return count;
}

#define NO_TRANSPORT(_name)						\
static ssize_t np_##_name##_show(struct config_item *item, char *page)	\
{									\
	return sysfs_emit(page, "0\n");					\
}									\
static ssize_t np_##_name##_store(struct config_item *item,		\
				  const char *page, size_t count)	\
{									\
	return store_no_transport(item, #_name, page, count);		\
}									\
CONFIGFS_ATTR(np_, _name)

NO_TRANSPORT(iser);
NO_TRANSPORT(cxgbit);

static struct configfs_attribute *np_attrs[] = {
	&np_attr_iser,
	&np_attr_cxgbit,
	NULL,
};

/* ----------------------------------------------------------------- ACLs -- */

static int init_nodeacl(struct se_node_acl *nacl, const char *name)
{
	iscsit_stat_add_acl(to_iscsit_acl(nacl));
	return 0;
}

/* --------------------------------------------------------------- iscsi/ -- */

static ssize_t fabric_lio_version_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "Datera Inc. iSCSI Target v4.1.0\n");
}

CONFIGFS_ATTR_RO(fabric_, lio_version);

static ssize_t fabric_cpus_allowed_list_show(struct config_item *item,
					     char *page)
{
	return iscsit_conn_show_cpus(page);
}

static ssize_t fabric_cpus_allowed_list_store(struct config_item *item,
					      const char *page, size_t count)
{
	int ret = iscsit_conn_set_cpus(page);

	if (ret)
		return target_refuse(item, "cpus_allowed_list", ret,
				     "it takes CPUs that are online, as 0-3,8");
	return count;
}

CONFIGFS_ATTR(fabric_, cpus_allowed_list);

static struct configfs_attribute *fabric_attrs[] = {
	&fabric_attr_lio_version,
	&fabric_attr_cpus_allowed_list,
	NULL,
};

static const struct target_schema files[] = {
	TARGET_SCHEMA_LINE(&fabric_attr_cpus_allowed_list, TEXT, ALWAYS,
			   PAGE_SIZE - 1, NULL,
			   "CPUs that serve connections, as 0-3,8"),
	TARGET_SCHEMA_ROW(&np_attr_iser, NUMBER, 0, 0, 0, "not built in"),
	TARGET_SCHEMA_ROW(&np_attr_cxgbit, NUMBER, 0, 0, 0, "not built in"),
	{ }
};

static const struct target_schema * const schema[] = {
	files, iscsit_attrs_tpg_schema, iscsit_attrs_tpg_attrib_schema,
	iscsit_attrs_tpg_param_schema, iscsit_attrs_acl_schema,
	iscsit_attrs_acl_attrib_schema, iscsit_attrs_sess_schema, NULL
};

const struct target_core_fabric_ops iscsit_configfs_ops = {
	.fabric_name			= "iSCSI",
	.fabric_alias			= "iscsi",
	.module				= THIS_MODULE,
	.node_acl_size			= sizeof(struct iscsit_acl),
	.default_submit_type		= TARGET_DIRECT_SUBMIT,
	.direct_submit_supp		= 1,
	.complete_any_context		= 1,
	.lent_pages			= 1,

	.tpg_get_wwn			= iscsit_fabric_wwn,
	.tpg_get_tag			= iscsit_fabric_tag,
	.tpg_get_inst_index		= iscsit_fabric_inst,
	.tpg_get_default_depth		= iscsit_fabric_depth,
	.tpg_check_demo_mode		= iscsit_fabric_demo_mode,
	.tpg_check_demo_mode_cache	= iscsit_fabric_demo_cache,
	.tpg_check_demo_mode_write_protect = iscsit_fabric_demo_read_only,
	.tpg_check_prod_mode_write_protect = iscsit_fabric_prod_read_only,
	.tpg_check_prot_fabric_only	= iscsit_fabric_prot_type,

	.write_pending			= iscsit_fabric_write_pending,
	.queue_data_in			= iscsit_fabric_queue_data_in,
	.queue_status			= iscsit_fabric_queue_status,
	.queue_tm_rsp			= iscsit_fabric_queue_tm_rsp,
	.aborted_task			= iscsit_fabric_aborted_task,
	.check_stop_free		= iscsit_fabric_check_stop_free,
	.release_cmd			= iscsit_fabric_release_cmd,

	.close_session			= iscsit_fabric_close_session,
	.sess_event			= iscsit_event_add,
	.sess_get_index			= iscsit_fabric_sess_index,
	.sess_get_initiator_sid		= iscsit_fabric_sess_isid,
	.set_default_node_attributes	= iscsit_fabric_init_acl,

	.fabric_make_wwn		= make_wwn,
	.fabric_drop_wwn		= drop_wwn,
	.add_wwn_groups			= add_wwn_groups,
	.fabric_make_tpg		= make_tpg,
	.add_tpg_groups			= add_tpg_groups,
	.fabric_enable_tpg		= enable_tpg,
	.fabric_drop_tpg		= drop_tpg,
	.fabric_make_np			= make_np,
	.fabric_drop_np			= drop_np,
	.fabric_init_nodeacl		= init_nodeacl,

	.tfc_discovery_attrs		= iscsit_attrs_tpg_discovery,
	.tfc_wwn_attrs			= fabric_attrs,
	.tfc_tpg_base_attrs		= tpg_attrs,
	.tfc_tpg_np_base_attrs		= np_attrs,
	.tfc_tpg_attrib_attrs		= iscsit_attrs_tpg_attrib,
	.tfc_tpg_auth_attrs		= iscsit_attrs_tpg_auth,
	.tfc_tpg_param_attrs		= iscsit_attrs_tpg_param,
	.tfc_tpg_nacl_base_attrs	= iscsit_attrs_acl_base,
	.tfc_tpg_nacl_attrib_attrs	= iscsit_attrs_acl_attrib,
	.tfc_tpg_nacl_auth_attrs	= iscsit_attrs_acl_auth,
	.tfc_tpg_nacl_param_attrs	= iscsit_attrs_acl_param,
	.tfc_schema			= schema,
};
