// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the target core calls, but for directories (configfs.c).
 *
 * The callbacks for commands come in any context; each leaves an event for
 * the connection's work item and returns.
 */
#include "cmd.h"
#include "conn.h"
#include "fabric.h"
#include "session.h"
#include "tpg.h"

char *iscsit_fabric_wwn(struct se_portal_group *se_tpg)
{
	return (char *)to_iscsit_tpg(se_tpg)->target->name;
}

u16 iscsit_fabric_tag(struct se_portal_group *se_tpg)
{
	return to_iscsit_tpg(se_tpg)->tag;
}

u32 iscsit_fabric_inst(struct se_portal_group *se_tpg)
{
	return to_iscsit_tpg(se_tpg)->target->index;
}

u32 iscsit_fabric_depth(struct se_portal_group *se_tpg)
{
	return iscsit_tpg_attr(to_iscsit_tpg(se_tpg),
			       ISCSIT_TPG_DEFAULT_CMDSN_DEPTH);
}

int iscsit_fabric_demo_mode(struct se_portal_group *se_tpg)
{
	return iscsit_tpg_attr(to_iscsit_tpg(se_tpg),
			       ISCSIT_TPG_GENERATE_NODE_ACLS);
}

int iscsit_fabric_demo_cache(struct se_portal_group *se_tpg)
{
	return iscsit_tpg_attr(to_iscsit_tpg(se_tpg),
			       ISCSIT_TPG_CACHE_DYNAMIC_ACLS);
}

int iscsit_fabric_demo_read_only(struct se_portal_group *se_tpg)
{
	return iscsit_tpg_attr(to_iscsit_tpg(se_tpg),
			       ISCSIT_TPG_DEMO_MODE_WRITE_PROTECT);
}

int iscsit_fabric_prod_read_only(struct se_portal_group *se_tpg)
{
	return iscsit_tpg_attr(to_iscsit_tpg(se_tpg),
			       ISCSIT_TPG_PROD_MODE_WRITE_PROTECT);
}

int iscsit_fabric_prot_type(struct se_portal_group *se_tpg)
{
	return iscsit_tpg_attr(to_iscsit_tpg(se_tpg),
			       ISCSIT_TPG_FABRIC_PROT_TYPE);
}

int iscsit_fabric_write_pending(struct se_cmd *se_cmd)
{
	iscsit_cmd_event(to_iscsit_cmd(se_cmd), ISCSIT_CMD_WANTED);
	return 0;
}

int iscsit_fabric_queue_data_in(struct se_cmd *se_cmd)
{
	iscsit_cmd_event(to_iscsit_cmd(se_cmd), ISCSIT_CMD_DATA);
	return 0;
}

int iscsit_fabric_queue_status(struct se_cmd *se_cmd)
{
	iscsit_cmd_event(to_iscsit_cmd(se_cmd), ISCSIT_CMD_STATUS);
	return 0;
}

void iscsit_fabric_queue_tm_rsp(struct se_cmd *se_cmd)
{
	iscsit_cmd_event(to_iscsit_cmd(se_cmd), ISCSIT_CMD_TMF);
}

void iscsit_fabric_aborted_task(struct se_cmd *se_cmd)
{
	iscsit_cmd_event(to_iscsit_cmd(se_cmd), ISCSIT_CMD_ABORTED);
}

int iscsit_fabric_check_stop_free(struct se_cmd *se_cmd)
{
	return target_put_sess_cmd(se_cmd);
}

void iscsit_fabric_release_cmd(struct se_cmd *se_cmd)
{
	iscsit_cmd_free(to_iscsit_cmd(se_cmd));
}

/**
 * iscsit_fabric_close_session - the core wants a nexus gone
 * @se_sess: nexus
 */
void iscsit_fabric_close_session(struct se_session *se_sess)
{
	struct iscsit_session *sess;

	/* it may be ending already, so its own pointer is not to be trusted */
	sess = iscsit_session_of_nexus(to_iscsit_tpg(se_sess->se_tpg), se_sess);
	if (!sess)
		return;
	iscsit_session_want(sess, ISCSIT_CONN_DROP);
	iscsit_session_put(sess);
}

u32 iscsit_fabric_sess_index(struct se_session *se_sess)
{
	const struct iscsit_session *sess = se_sess->fabric_sess_ptr;

	return sess->sid;
}

u32 iscsit_fabric_sess_isid(struct se_session *se_sess, unsigned char *buf,
			    u32 size)
{
	const struct iscsit_session *sess = se_sess->fabric_sess_ptr;

	if (size < sizeof(sess->isid))
		return 0;
	memcpy(buf, sess->isid, sizeof(sess->isid));
	return sizeof(sess->isid);
}

void iscsit_fabric_init_acl(struct se_node_acl *se_nacl)
{
	iscsit_tpg_init_acl(to_iscsit_acl(se_nacl),
			    to_iscsit_tpg(se_nacl->se_tpg));
}
