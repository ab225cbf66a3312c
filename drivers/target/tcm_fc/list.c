// SPDX-License-Identifier: GPL-2.0-only
/*
 * sessions/ of a target port group: who is logged in, and an end to it.  One
 * directory for all of them, because one that the kernel makes for each could
 * not be removed safely while an administrator removes the group.
 */
#include <linux/cleanup.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <target/target_core_listing.h>
#include <target/target_core_refuse.h>
#include "tcm_fc.h"

static struct tcm_fc_tpg *tpg_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct tcm_fc_tpg,
			    sessions_group);
}

/* What libfc has to say of the remote port, which may know more than we do. */
static const char *state_of(struct fc_lport *lport, u32 fc_id)
{
	struct fc_rport_priv *rdata = fc_rport_lookup(lport, fc_id);
	const char *state = "logging_in";

	if (!rdata)
		return "logged_out";
	if (rdata->rp_state == RPORT_ST_READY)
		state = "logged_in";
	else if (rdata->rp_state == RPORT_ST_DELETE)
		state = "logged_out";
	kref_put(&rdata->kref, fc_rport_destroy);
	return state;
}

static void put_nexus(struct target_listing *list, struct tcm_fc_port *port,
		      const struct tcm_fc_sess *sess)
{
	char wwpn[TCM_FC_WWN_LEN], wwnn[TCM_FC_WWN_LEN];

	tcm_fc_wwn_format(wwpn, sess->wwpn);
	tcm_fc_wwn_format(wwnn, sess->wwnn);
	target_listing_put(list, "session 0x%06x initiator=%s node=%s",
			   sess->fc_id, wwpn, wwnn);
	target_listing_put(list, " max_payload=%u state=%s roles=%s\n",
			   READ_ONCE(sess->max_payload),
			   state_of(port->lport, sess->fc_id),
			   tcm_fc_sess_roles(READ_ONCE(sess->params)));
}

static void list_all(struct target_listing *list, void *arg)
{
	struct tcm_fc_tpg *tpg = arg;
	struct tcm_fc_sess *sess;
	unsigned long fc_id;

	guard(mutex)(&tcm_fc_sess_mutex);
	if (!tpg->port)
		return;
	xa_for_each(&tpg->port->sessions, fc_id, sess)
		put_nexus(list, tpg->port, sess);
}

static ssize_t sessions_list_read(struct config_item *item, void *text,
				  size_t size)
{
	return target_listing_read(text, size, list_all, tpg_of(item));
}

CONFIGFS_BIN_ATTR_RO(sessions_, list, NULL, 0);

static ssize_t sessions_force_close_store(struct config_item *item,
					  const char *page, size_t count)
{
	u32 fc_id;
	int ret = kstrtou32(page, 0, &fc_id);

	if (!ret)
		ret = tcm_fc_login_end(tpg_of(item), fc_id);
	if (ret)
		return target_refuse(item, "force_close", ret,
				     "it takes the FC_ID of a session in list");
	return count;
}

CONFIGFS_ATTR_WO(sessions_, force_close);

static struct configfs_bin_attribute *bin_attrs[] = {
	&sessions_attr_list,
	NULL
};

static struct configfs_attribute *attrs[] = {
	&sessions_attr_force_close,
	NULL
};

const struct target_schema tcm_fc_list_schema[] = {
	TARGET_SCHEMA_DO(&sessions_attr_force_close,
			 "FC_ID of a session in list: log it out"),
	{ }
};

static const struct config_item_type sessions_type = {
	.ct_bin_attrs	= bin_attrs,
	.ct_attrs	= attrs,
	.ct_owner	= THIS_MODULE,
};

/**
 * tcm_fc_list_add - make sessions/
 * @tpg: group whose directory is being made
 */
void tcm_fc_list_add(struct tcm_fc_tpg *tpg)
{
	config_group_init_type_name(&tpg->sessions_group, "sessions",
				    &sessions_type);
	configfs_add_default_group(&tpg->sessions_group, &tpg->se.tpg_group);
}
