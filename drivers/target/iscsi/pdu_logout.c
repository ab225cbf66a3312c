// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logout (RFC 7143 11.14, 11.15).
 */
#include "pdu_logout.h"
#include "rsp.h"
#include "session.h"
#include "timer.h"
#include "tpg.h"

int iscsit_pdu_logout_begin(struct iscsit_conn *conn,
			    struct iscsit_conn_sink *sink)
{
	return 0;
}

/* Response code; *@ends says whether the connection does */
static u8 response_to(struct iscsit_conn *conn, const struct iscsi_logout *req,
		      bool *ends)
{
	switch (req->flags & ISCSI_FLAG_LOGOUT_REASON_MASK) {
	case ISCSI_LOGOUT_REASON_CLOSE_SESSION:
		*ends = true;
		return ISCSI_LOGOUT_SUCCESS;
	case ISCSI_LOGOUT_REASON_CLOSE_CONNECTION:
		*ends = be16_to_cpu(req->cid) == conn->cid;
		return *ends ? ISCSI_LOGOUT_SUCCESS : ISCSI_LOGOUT_CID_NOT_FOUND;
	case ISCSI_LOGOUT_REASON_RECOVERY:
		/* needs ErrorRecoveryLevel 2 */
		return ISCSI_LOGOUT_RECOVERY_UNSUPPORTED;
	default:
		return ISCSI_LOGOUT_CLEANUP_FAILED;
	}
}

/**
 * iscsit_pdu_logout_end - a Logout Request is there
 * @conn: connection
 * @good: the data digest was right; there is no data
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_pdu_logout_end(struct iscsit_conn *conn, bool good)
{
	const struct iscsi_logout *req = (const void *)&conn->hdr;
	struct iscsit_reply *reply =
		iscsit_conn_reply(conn, ISCSI_OP_LOGOUT_RSP, 0);
	struct iscsi_logout_rsp *rsp;
	bool ends = false;

	if (!reply)
		return -ENOMEM;
	rsp = (struct iscsi_logout_rsp *)&reply->hdr;
	rsp->response = response_to(conn, req, &ends);
	rsp->itt = req->itt;
	rsp->t2wait = cpu_to_be16(conn->params.time2wait);
	if (!(req->opcode & ISCSI_OP_IMMEDIATE))
		reply->flags |= ISCSIT_REPLY_CREDIT;
	if (ends) {
		iscsit_conn_step(conn, ISCSIT_CONN_LOGOUT_RECEIVED);
		/* 11.14: tasks that are not answered by now are aborted */
		conn->quiet = true;
		iscsit_timer_ending(conn);
		reply->flags |= ISCSIT_REPLY_CLOSE;
		if (conn->sess->tpg)
			iscsit_tpg_count(conn->sess->tpg->target,
					 ISCSIT_LOGOUT_NORMAL);
	}
	iscsit_conn_send(conn, reply);
	return 0;
}
