// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task Management Function Request (RFC 7143 11.5): one row a function.
 */
#include <linux/array_size.h>
#include <scsi/scsi_common.h>
#include <target/target_core_fabric.h>

#include "pdu_nop.h"
#include "pdu_tmf.h"
#include "rsp.h"
#include "session.h"
#include "tpg.h"

/* What the core calls it; 0: the answer is in @answer */
static const struct {
	u8	function;
	u8	answer;
} rows[] = {
	[0] = { 0, ISCSI_TMF_RSP_NOT_SUPPORTED },
	[ISCSI_TM_FUNC_ABORT_TASK]		= { TMR_ABORT_TASK },
	[ISCSI_TM_FUNC_ABORT_TASK_SET]		= { TMR_ABORT_TASK_SET },
	[ISCSI_TM_FUNC_CLEAR_ACA]		= { TMR_CLEAR_ACA },
	[ISCSI_TM_FUNC_CLEAR_TASK_SET]		= { TMR_CLEAR_TASK_SET },
	[ISCSI_TM_FUNC_LOGICAL_UNIT_RESET]	= { TMR_LUN_RESET },
	[ISCSI_TM_FUNC_TARGET_WARM_RESET]	= { TMR_TARGET_WARM_RESET },
	[ISCSI_TM_FUNC_TARGET_COLD_RESET]	= { TMR_TARGET_COLD_RESET },
	/* needs ErrorRecoveryLevel 2 */
	[ISCSI_TM_FUNC_TASK_REASSIGN]		= { 0, ISCSI_TMF_RSP_NO_FAILOVER },
};

static int answer(struct iscsit_conn *conn, u8 response)
{
	struct iscsit_reply *reply =
		iscsit_conn_reply(conn, ISCSI_OP_SCSI_TMFUNC_RSP, 0);
	struct iscsi_tm_rsp *rsp;

	if (!reply)
		return -ENOMEM;
	rsp = (struct iscsi_tm_rsp *)&reply->hdr;
	rsp->response = response;
	rsp->itt = conn->hdr.itt;
	if (!(conn->hdr.opcode & ISCSI_OP_IMMEDIATE))
		reply->flags |= ISCSIT_REPLY_CREDIT;
	iscsit_conn_send(conn, reply);
	return 0;
}

/*
 * ABORT TASK of a task that is not here (RFC 7143 11.6.1): if its CmdSN is
 * still to come, it counts as received, so that the window does not get stuck.
 */
static u8 missing_task(struct iscsit_conn *conn, const struct iscsi_tm *req)
{
	switch (iscsit_sn_admit(&conn->sess->sn, be32_to_cpu(req->refcmdsn),
				false)) {
	case ISCSIT_SN_NOW:
		iscsit_sn_release(&conn->sess->sn, 1);
		return ISCSI_TMF_RSP_COMPLETE;
	case ISCSIT_SN_LATER:
		return ISCSI_TMF_RSP_COMPLETE;
	default:
		return ISCSI_TMF_RSP_NO_TASK;
	}
}

int iscsit_pdu_tmf_begin(struct iscsit_conn *conn,
			 struct iscsit_conn_sink *sink)
{
	u8 reason = 0;

	if (iscsit_cmd_find(conn, conn->hdr.itt))
		reason = ISCSI_REASON_TASK_IN_PROGRESS;
	else if (conn->hdr.itt == RESERVED_ITT || ntoh24(conn->hdr.dlength))
		reason = ISCSI_REASON_PROTOCOL_ERROR;
	else if (conn->hdr.opcode & ISCSI_OP_IMMEDIATE &&
		 conn->nr_immediate >= ISCSIT_CONN_IMMEDIATE_MAX)
		reason = ISCSI_REASON_IMM_CMD_REJECT;
	if (!reason)
		return 0;
	return iscsit_rsp_refuse(conn, reason);
}

static int submit(struct iscsit_conn *conn, u8 function)
{
	struct iscsi_tm *req = (struct iscsi_tm *)&conn->hdr;
	struct iscsit_cmd *cmd = iscsit_cmd_new(conn, req->itt);
	struct se_session *se_sess;
	int ret = -ESHUTDOWN;

	if (!cmd)
		return -ENOMEM;
	cmd->out.kind = ISCSIT_OUT_TMF;
	se_sess = iscsit_session_enter(conn->sess);
	if (se_sess)
		ret = target_submit_tmr(&cmd->se, se_sess, cmd->sense,
					scsilun_to_int(&req->lun), cmd,
					function, GFP_ATOMIC,
					be32_to_cpu((__force __be32)req->rtt),
					TARGET_SCF_ACK_KREF);
	iscsit_session_leave(conn->sess);
	if (!ret)
		return 0;
	iscsit_cmd_unlink(cmd);
	iscsit_cmd_free(cmd);
	return ret;
}

/*
 * RFC 7143 11.5.1: SCSI access controls do not cover a cold reset, so iSCSI has
 * to say who may.  What the other resets do, an initiator can do to each unit
 * that it sees.
 */
static bool may(const struct iscsit_conn *conn, u8 function)
{
	return function != TMR_TARGET_COLD_RESET ||
	       iscsit_tpg_attr(conn->sess->tpg, ISCSIT_TPG_ALLOW_COLD_RESET);
}

int iscsit_pdu_tmf_end(struct iscsit_conn *conn, bool good)
{
	const struct iscsi_tm *req = (const void *)&conn->hdr;
	u8 function = ISCSI_TM_FUNC_VALUE(req);

	if (function >= ARRAY_SIZE(rows))
		function = 0;
	if (!rows[function].function)
		return answer(conn, rows[function].answer);
	if (function == ISCSI_TM_FUNC_ABORT_TASK &&
	    !iscsit_cmd_find(conn, req->rtt))
		return answer(conn, missing_task(conn, req));
	if (!may(conn, rows[function].function))
		return answer(conn, ISCSI_TMF_RSP_AUTH_FAILED);
	return submit(conn, rows[function].function);
}

/**
 * iscsit_pdu_tmf_aborted - a command was aborted, and nothing is sent for it
 * @cmd: command or function
 */
void iscsit_pdu_tmf_aborted(struct iscsit_cmd *cmd)
{
	struct iscsit_conn *conn = cmd->conn;
	bool closed = iscsit_sn_closed(&conn->sess->sn);

	iscsit_cmd_answered(cmd);
	if (closed && !iscsit_sn_closed(&conn->sess->sn))
		iscsit_pdu_nop_window(conn);
	iscsit_cmd_done(cmd);
}

static int end_sessions(struct iscsit_tpg *tpg, void *data)
{
	iscsit_session_end_all(tpg, false);
	return 0;
}

/*
 * RFC 7143 11.5.1: a cold reset is a power-on for every initiator.  The one
 * that asked for it gets its response first, as far as that can be had.
 */
static void power_on(const struct iscsit_tpg *tpg)
{
	iscsit_tpg_walk(tpg->target->name, end_sessions, NULL);
}

/**
 * iscsit_pdu_tmf_event - the core has something to say about a function
 * @cmd: command of the function
 * @events: enum iscsit_cmd_event
 *
 * The responses of the tasks that it ended are in front of it in the queue.
 *
 * Context: work item of its connection.
 */
void iscsit_pdu_tmf_event(struct iscsit_cmd *cmd, unsigned int events)
{
	if (events & ISCSIT_CMD_ABORTED) {
		iscsit_pdu_tmf_aborted(cmd);
		return;
	}
	list_add_tail(&cmd->out.node, &cmd->conn->out);
	if (cmd->se.se_tmr_req->function == TMR_TARGET_COLD_RESET)
		power_on(cmd->conn->sess->tpg);
}
