// SPDX-License-Identifier: GPL-2.0-only
/*
 * sessions/ of a portal group: who is there and what was agreed, and an end to
 * it.  One directory for all of them, because a directory that the kernel makes
 * for each could not be removed safely while an administrator removes the group.
 */
#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <target/target_core_fabric.h>
#include <target/target_core_listing.h>
#include <target/target_core_refuse.h>

#include "attrs.h"
#include "conn.h"
#include "session.h"
#include "transport.h"

/* Longest value of a key in a list of agreed ones */
#define VALUE_MAX	64
/* LUNs that are listed of a session */
#define LUNS_MAX	256

static void put_keys(struct target_listing *list, const struct iscsit_params *params)
{
	const struct iscsit_key *key;
	char value[VALUE_MAX];
	int id;

	for (id = 0; id < ISCSIT_KEY_COUNT; id++) {
		key = &iscsit_keys[id];
		if (!(key->flags & ISCSIT_KEY_PARAM) ||
		    !iscsit_keys_has_value(key) ||
		    iscsit_keys_format(key, iscsit_keys_get(key, params), value,
				       sizeof(value)) < 0)
			continue;
		target_listing_put(list, " %s=%s", key->name, value);
	}
}

static void put_conn(struct target_listing *list, const struct iscsit_conn *conn)
{
	const struct iscsit_conn_stats *stats = &conn->stats;

	target_listing_put(list, "  connection cid=%u state=%s transport=%s",
			   conn->cid, iscsit_conn_fsm_name(READ_ONCE(conn->state)),
			   conn->transport->name);
	target_listing_put(list, " peer=%pISpc local=%pISpc statsn=%u\n",
			   &conn->peer, &conn->local, READ_ONCE(conn->stat.next));
	target_listing_put(list, "  agreed");
	put_keys(list, &conn->params);
	target_listing_put(list, "\n  counters cmd_pdus=%llu rsp_pdus=%llu",
			   READ_ONCE(stats->cmd_pdus), READ_ONCE(stats->rsp_pdus));
	target_listing_put(list, " rx_bytes=%llu tx_bytes=%llu copied_bytes=%llu",
			   READ_ONCE(stats->rx_bytes), READ_ONCE(stats->tx_bytes),
			   READ_ONCE(stats->copied_bytes));
	target_listing_put(list, " digest_errors=%u timeouts=%u\n",
			   READ_ONCE(stats->digest_errors), READ_ONCE(stats->timeouts));
}

static void put_luns(struct target_listing *list, struct iscsit_session *sess)
{
	struct se_session *se = iscsit_session_enter(sess);
	u64 lun = 0;
	int n;

	target_listing_put(list, "  luns");
	for (n = 0; se && n < LUNS_MAX && target_session_next_lun(se, &lun);
	     n++, lun++)
		target_listing_put(list, " %llu", lun);
	iscsit_session_leave(sess);
	target_listing_put(list, n == LUNS_MAX ? " ...\n" : "\n");
}

static void put_session(struct target_listing *list, struct iscsit_session *sess)
{
	struct iscsit_conn *conn = iscsit_session_conn(sess);

	target_listing_put(list, "session %u initiator=%s isid=0x%6phN tsih=%u",
			   sess->sid, sess->initiator, sess->isid, sess->tsih);
	target_listing_put(list, " state=%s seconds=%lu\n",
			   iscsit_conn_fsm_sess_name(READ_ONCE(sess->state)),
			   (jiffies - sess->created) / HZ);
	target_listing_put(list, "  window depth=%u expcmdsn=%u maxcmdsn=%u\n", sess->depth,
			   READ_ONCE(sess->sn.exp_cmdsn), READ_ONCE(sess->sn.max_cmdsn));
	put_luns(list, sess);
	if (!conn)
		return;
	put_conn(list, conn);
	iscsit_conn_put(conn);
}

static struct iscsit_tpg *tpg_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct iscsit_tpg,
			    sessions_group);
}

static void list_all(struct target_listing *list, void *arg)
{
	struct iscsit_tpg *tpg = arg;
	struct iscsit_session *sess;

	spin_lock(&tpg->session_lock);
	list_for_each_entry(sess, &tpg->sessions, tpg_node)
		put_session(list, sess);
	spin_unlock(&tpg->session_lock);
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
	struct iscsit_session *sess;
	u32 sid;
	int ret = kstrtou32(page, 0, &sid);

	sess = ret ? NULL : iscsit_session_of_sid(tpg_of(item), sid);
	if (!sess)
		return target_refuse(item, "force_close", ret ?: -ENOENT,
				     "it takes the number of a session in list");
	iscsit_session_kill(sess);
	iscsit_session_put(sess);
	return count;
}

CONFIGFS_ATTR_WO(sessions_, force_close);

static struct configfs_bin_attribute *bin_attrs[] = {
	&sessions_attr_list,
	NULL,
};

static struct configfs_attribute *attrs[] = {
	&sessions_attr_force_close,
	NULL,
};

const struct target_schema iscsit_attrs_sess_schema[] = {
	TARGET_SCHEMA_DO(&sessions_attr_force_close,
			 "number of a session in list: end it"),
	{ }
};

static const struct config_item_type sessions_type = {
	.ct_bin_attrs	= bin_attrs,
	.ct_attrs	= attrs,
	.ct_owner	= THIS_MODULE,
};

/**
 * iscsit_attrs_sess_add - make sessions/
 * @tpg: group whose directory is being made
 */
void iscsit_attrs_sess_add(struct iscsit_tpg *tpg)
{
	config_group_init_type_name(&tpg->sessions_group, "sessions",
				    &sessions_type);
	configfs_add_default_group(&tpg->sessions_group, &tpg->se.tpg_group);
}
