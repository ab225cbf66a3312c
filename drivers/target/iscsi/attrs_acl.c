// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of ACLs: parse, one typed setter; and what a session looks like.
 */
#include <linux/capability.h>
#include <linux/kstrtox.h>
#include <linux/sysfs.h>
#include <net/ipv6.h>
#include <target/target_core_fabric.h>
#include <target/target_core_refuse.h>

#include "attrs.h"
#include "conn.h"
#include "session.h"
#include "transport.h"

static struct iscsit_session *session_of(struct se_node_acl *nacl)
{
	return iscsit_session_of_acl(to_iscsit_tpg(nacl->se_tpg), nacl);
}

/* --------------------------------------------------------------- attrib/ -- */

static ssize_t show_attrib(struct config_item *item,
			   enum iscsit_tpg_acl_attrib id, char *page)
{
	return sysfs_emit(page, "%d\n",
			  iscsit_tpg_acl_attr(to_iscsit_acl(attrib_to_nacl(item)),
					      id));
}

static ssize_t store_attrib(struct config_item *item,
			    enum iscsit_tpg_acl_attrib id, const char *page,
			    size_t count)
{
	s32 val;
	int ret = kstrtos32(page, 0, &val);

	if (!ret)
		ret = iscsit_tpg_set_acl_attrib(to_iscsit_acl(attrib_to_nacl(item)),
						id, val);
	return iscsit_attrs_tpg_refuse(item, ret,
				       &iscsit_attrs_acl_attrib_schema[id]) ?:
	       count;
}

#define ATTRIB(_name, _id)						\
static ssize_t attrib_##_name##_show(struct config_item *item, char *page) \
{									\
	return show_attrib(item, ISCSIT_ACL_##_id, page);		\
}									\
static ssize_t attrib_##_name##_store(struct config_item *item,		\
				      const char *page, size_t count)	\
{									\
	return store_attrib(item, ISCSIT_ACL_##_id, page, count);	\
}									\
CONFIGFS_ATTR(attrib_, _name)

ATTRIB(authentication, AUTHENTICATION);
ATTRIB(dataout_timeout, DATAOUT_TIMEOUT);
ATTRIB(dataout_timeout_retries, DATAOUT_TIMEOUT_RETRIES);
ATTRIB(default_erl, DEFAULT_ERL);
ATTRIB(nopin_response_timeout, NOPIN_RESPONSE_TIMEOUT);
ATTRIB(nopin_timeout, NOPIN_TIMEOUT);
ATTRIB(random_datain_pdu_offsets, RANDOM_DATAIN_PDU_OFFSETS);
ATTRIB(random_datain_seq_offsets, RANDOM_DATAIN_SEQ_OFFSETS);
ATTRIB(random_r2t_offsets, RANDOM_R2T_OFFSETS);

struct configfs_attribute *iscsit_attrs_acl_attrib[] = {
	&attrib_attr_authentication,
	&attrib_attr_dataout_timeout,
	&attrib_attr_dataout_timeout_retries,
	&attrib_attr_default_erl,
	&attrib_attr_nopin_response_timeout,
	&attrib_attr_nopin_timeout,
	&attrib_attr_random_datain_pdu_offsets,
	&attrib_attr_random_datain_seq_offsets,
	&attrib_attr_random_r2t_offsets,
	NULL,
};

/* ----------------------------------------------------------------- auth/ -- */

ISCSIT_ATTRS_AUTH(acl, &to_iscsit_acl(auth_to_nacl(item))->auth);

struct configfs_attribute *iscsit_attrs_acl_auth[] = {
	ISCSIT_ATTRS_AUTH_LIST(acl),
	NULL,
};

/* ---------------------------------------------------------------- param/ -- */

static ssize_t show_param(struct config_item *item, enum iscsit_key_id id,
			  char *page)
{
	struct iscsit_session *sess = session_of(param_to_nacl(item));
	struct iscsit_conn *conn = sess ? iscsit_session_conn(sess) : NULL;
	ssize_t len;

	if (sess)
		iscsit_session_put(sess);
	if (!conn)
		return sysfs_emit(page, "No Active iSCSI Session\n");
	len = sysfs_emit(page, "%u\n",
			 iscsit_keys_get(&iscsit_keys[id], &conn->params));
	iscsit_conn_put(conn);
	return len;
}

#define PARAM(_name, _id)						\
static ssize_t param_##_name##_show(struct config_item *item, char *page) \
{									\
	return show_param(item, ISCSIT_KEY_##_id, page);		\
}									\
CONFIGFS_ATTR_RO(param_, _name)

PARAM(MaxConnections, MAX_CONNECTIONS);
PARAM(InitialR2T, INITIAL_R2T);
PARAM(ImmediateData, IMMEDIATE_DATA);
PARAM(MaxBurstLength, MAX_BURST_LENGTH);
PARAM(FirstBurstLength, FIRST_BURST_LENGTH);
PARAM(DefaultTime2Wait, TIME2WAIT);
PARAM(DefaultTime2Retain, TIME2RETAIN);
PARAM(MaxOutstandingR2T, MAX_OUTSTANDING_R2T);
PARAM(DataPDUInOrder, DATA_PDU_IN_ORDER);
PARAM(DataSequenceInOrder, DATA_SEQUENCE_IN_ORDER);
PARAM(ErrorRecoveryLevel, ERROR_RECOVERY_LEVEL);

struct configfs_attribute *iscsit_attrs_acl_param[] = {
	&param_attr_MaxConnections,
	&param_attr_InitialR2T,
	&param_attr_ImmediateData,
	&param_attr_MaxBurstLength,
	&param_attr_FirstBurstLength,
	&param_attr_DefaultTime2Wait,
	&param_attr_DefaultTime2Retain,
	&param_attr_MaxOutstandingR2T,
	&param_attr_DataPDUInOrder,
	&param_attr_DataSequenceInOrder,
	&param_attr_ErrorRecoveryLevel,
	NULL,
};

/* ----------------------------------------------------- the ACL itself ---- */

static ssize_t acl_cmdsn_depth_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", acl_to_nacl(item)->queue_depth);
}

static ssize_t acl_cmdsn_depth_store(struct config_item *item,
				     const char *page, size_t count)
{
	u32 depth;
	int ret = kstrtou32(page, 0, &depth);

	if (!ret && depth > ISCSIT_SN_DEPTH_MAX)
		ret = -EINVAL;
	if (ret)
		return target_refuse(item, "cmdsn_depth", ret,
				     "it takes a number, 0..%u",
				     ISCSIT_SN_DEPTH_MAX);
	ret = target_acl_set_queue_depth(acl_to_nacl(item), max(1U, depth));
	return ret ?: count;
}

CONFIGFS_ATTR(acl_, cmdsn_depth);

/* The address without the port */
static int put_address(char *page, int len, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in6 *sin6 = (const void *)ss;

	if (ss->ss_family == AF_INET6 && ipv6_addr_v4mapped(&sin6->sin6_addr))
		return sysfs_emit_at(page, len, "%pI4",
				     &sin6->sin6_addr.s6_addr32[3]);
	return sysfs_emit_at(page, len, "%pISc", ss);
}

static int put_conn(char *page, int len, const struct iscsit_conn *conn)
{
	int start = len;

	len += sysfs_emit_at(page, len, "CID: %u  Connection State: %s\n",
			     conn->cid,
			     iscsit_conn_fsm_name(READ_ONCE(conn->state)));
	len += sysfs_emit_at(page, len, "   Address ");
	len += put_address(page, len, &conn->peer);
	len += sysfs_emit_at(page, len, " %s  StatSN: 0x%08x\n",
			     conn->transport->name, READ_ONCE(conn->stat.next));
	return len - start;
}

/* Tools read this by its words, and people by its columns. */
static int put_session(char *page, struct iscsit_session *sess)
{
	struct iscsit_conn *conn = iscsit_session_conn(sess);
	u32 depth = sess->sn.max_cmdsn - sess->sn.exp_cmdsn + 1;
	int len;

	len = sysfs_emit(page, "InitiatorName: %s\nInitiatorAlias: %s\n",
			 sess->initiator, sess->alias);
	len += sysfs_emit_at(page, len,
			     "LIO Session ID: %u   ISID: 0x%6ph  TSIH: %u  SessionType: %s\n",
			     sess->sid, sess->isid, sess->tsih,
			     sess->tpg ? "Normal" : "Discovery");
	len += sysfs_emit_at(page, len, "Session State: %s\n",
			     iscsit_conn_fsm_sess_name(READ_ONCE(sess->state)));
	len += sysfs_emit_at(page, len,
			     "---------------------[iSCSI Session Values]-----------------------\n"
			     "  CmdSN/WR  :  CmdSN/WC  :  ExpCmdSN  :  MaxCmdSN  :     ITT    :     TTT\n");
	len += sysfs_emit_at(page, len,
			     " 0x%08x   0x%08x   0x%08x   0x%08x   0x%08x   0x%08x\n",
			     sess->depth, sess->depth - min(sess->depth, depth),
			     sess->sn.exp_cmdsn, sess->sn.max_cmdsn, 0,
			     conn ? READ_ONCE(conn->next_ttt) : 0);
	len += sysfs_emit_at(page, len,
			     "----------------------[iSCSI Connections]-------------------------\n");
	if (conn) {
		len += put_conn(page, len, conn);
		iscsit_conn_put(conn);
	}
	return len;
}

static ssize_t acl_info_show(struct config_item *item, char *page)
{
	struct se_node_acl *nacl = acl_to_nacl(item);
	struct iscsit_session *sess = session_of(nacl);
	ssize_t len;

	if (!sess)
		return sysfs_emit(page,
				  "No active iSCSI Session for Initiator Endpoint: %s\n",
				  nacl->initiatorname);
	len = put_session(page, sess);
	iscsit_session_put(sess);
	return len;
}

CONFIGFS_ATTR_RO(acl_, info);

struct configfs_attribute *iscsit_attrs_acl_base[] = {
	&acl_attr_cmdsn_depth,
	&acl_attr_info,
	NULL,
};

/* --------------------------------------------------------------- schema -- */

const struct target_schema iscsit_attrs_acl_schema[] = {
	{
		.attr = &acl_attr_cmdsn_depth, .kind = TARGET_SCHEMA_NUMBER,
		.max = ISCSIT_SN_DEPTH_MAX,
		.help = "commands that a session may have under way; a change ends its sessions",
	},
	ISCSIT_ATTRS_AUTH_SCHEMA(acl),
	{ }
};

struct target_schema
iscsit_attrs_acl_attrib_schema[ARRAY_SIZE(iscsit_attrs_acl_attrib)];

/**
 * iscsit_attrs_acl_init - say what the files of attrib/ accept
 */
void iscsit_attrs_acl_init(void)
{
	BUILD_BUG_ON(ARRAY_SIZE(iscsit_attrs_acl_attrib) !=
		     ISCSIT_ACL_ATTRIBS + 1);
	iscsit_attrs_tpg_describe(iscsit_attrs_acl_attrib_schema,
				  iscsit_attrs_acl_attrib,
				  iscsit_tpg_acl_attribs,
				  iscsit_tpg_acl_limits, ISCSIT_ACL_ATTRIBS);
}
