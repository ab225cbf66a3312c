// SPDX-License-Identifier: GPL-2.0-only
/*
 * NOP-Out, NOP-In (RFC 7143 11.18, 11.19) and SNACK.
 */
#include <linux/mm.h>

#include "pdu.h"
#include "pdu_nop.h"
#include "rsp.h"
#include "session.h"
#include "timer.h"

/**
 * iscsit_pdu_nop_begin - header of a NOP-Out
 * @conn: connection
 * @sink: where the ping data goes
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_pdu_nop_begin(struct iscsit_conn *conn,
			 struct iscsit_conn_sink *sink)
{
	const struct iscsi_nopout *req = (const void *)&conn->hdr;
	bool immediate = req->opcode & ISCSI_OP_IMMEDIATE;
	struct iscsit_reply *reply;
	struct iscsi_nopin *rsp;

	if (req->itt == RESERVED_ITT) {
		/* 11.18: an answer, or just an ExpStatSN; never numbered */
		return immediate ? 0 :
		       iscsit_rsp_refuse(conn, ISCSI_REASON_PROTOCOL_ERROR);
	}
	if (be32_to_cpu(req->ttt) != ISCSI_RESERVED_TAG)
		return iscsit_rsp_refuse(conn, ISCSI_REASON_PROTOCOL_ERROR);

	/* 11.19: as much of the data as the initiator takes */
	reply = iscsit_conn_reply(conn, ISCSI_OP_NOOP_IN,
				  min(ntoh24(req->dlength),
				      conn->params.max_xmit_dsl));
	if (!reply)
		return -ENOMEM;
	rsp = (struct iscsi_nopin *)&reply->hdr;
	rsp->itt = req->itt;
	rsp->ttt = cpu_to_be32(ISCSI_RESERVED_TAG);
	if (!immediate)
		reply->flags |= ISCSIT_REPLY_CREDIT;
	conn->ping = reply;
	if (reply->len) {
		sink->buf = page_address(reply->page);
		sink->keep = reply->len;
	}
	return 0;
}

/**
 * iscsit_pdu_nop_end - a NOP-Out is there
 * @conn: connection
 * @good: the data digest was right
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_pdu_nop_end(struct iscsit_conn *conn, bool good)
{
	const struct iscsi_nopout *req = (const void *)&conn->hdr;
	struct iscsit_reply *reply = conn->ping;

	conn->ping = NULL;
	if (!good) {
		if (reply)
			iscsit_conn_free_reply(conn, reply);
		iscsit_rsp_reject(conn, ISCSI_REASON_DATA_DIGEST_ERROR);
		/* its CmdSN is used up and cannot come again */
		if (!(req->opcode & ISCSI_OP_IMMEDIATE)) {
			conn->quiet = true;
			iscsit_timer_ending(conn);
		}
		return 0;
	}
	if (reply) {
		iscsit_conn_send(conn, reply);
		return 0;
	}
	if (be32_to_cpu(req->ttt) == ISCSI_RESERVED_TAG)
		return 0;
	if (be32_to_cpu(req->ttt) == conn->ping_ttt)
		WRITE_ONCE(conn->ping_ttt, ISCSI_RESERVED_TAG);
	else
		iscsit_rsp_reject(conn, ISCSI_REASON_PROTOCOL_ERROR);
	return 0;
}

/**
 * iscsit_pdu_nop_ping - ask whether the initiator is alive
 * @conn: connection in the full feature phase
 */
void iscsit_pdu_nop_ping(struct iscsit_conn *conn)
{
	struct iscsit_reply *reply;
	struct iscsi_nopin *rsp;

	if (conn->ping_ttt != ISCSI_RESERVED_TAG)
		return;
	reply = iscsit_conn_reply(conn, ISCSI_OP_NOOP_IN, 0);
	if (!reply)
		return;
	/* 11.19.1: it does not take a StatSN */
	reply->flags &= ~ISCSIT_REPLY_NUMBERED;
	rsp = (struct iscsi_nopin *)&reply->hdr;
	rsp->itt = RESERVED_ITT;
	iscsit_timer_pinged(conn, iscsit_conn_new_ttt(conn));
	rsp->ttt = cpu_to_be32(conn->ping_ttt);
	iscsit_conn_send(conn, reply);
}

/**
 * iscsit_pdu_nop_window - tell the initiator that its window has opened
 * @conn: connection in the full feature phase
 *
 * RFC 7143 4.2.2.1: an initiator that may send nothing waits to hear of it.
 */
void iscsit_pdu_nop_window(struct iscsit_conn *conn)
{
	struct iscsit_reply *reply = iscsit_conn_reply(conn, ISCSI_OP_NOOP_IN,
						       0);
	struct iscsi_nopin *rsp;

	if (!reply)
		return;
	reply->flags &= ~ISCSIT_REPLY_NUMBERED;
	rsp = (struct iscsi_nopin *)&reply->hdr;
	rsp->itt = RESERVED_ITT;
	rsp->ttt = cpu_to_be32(ISCSI_RESERVED_TAG);
	iscsit_conn_send(conn, reply);
}

/**
 * iscsit_pdu_nop_snack - header of a SNACK
 * @conn: connection
 * @sink: not used
 *
 * Return: 0.  There is nothing to send again at ErrorRecoveryLevel 0.
 */
int iscsit_pdu_nop_snack(struct iscsit_conn *conn,
			 struct iscsit_conn_sink *sink)
{
	iscsit_rsp_reject(conn, ISCSI_REASON_DATA_SNACK_REJECT);
	conn->row = NULL;
	return 0;
}
