// SPDX-License-Identifier: GPL-2.0-only
/*
 * Builders of response PDUs, one row for each kind of item that is sent.
 *
 * Numbers are given when a PDU is built, in the order in which it is sent, so
 * StatSN needs no lock and MaxCmdSN is always the newest.
 */
#include <linux/mm.h>
#include <linux/unaligned.h>
#include <target/target_core_fabric.h>

#include "rsp.h"
#include "session.h"

static void set_len(struct iscsi_hdr *hdr, u32 len)
{
	hton24(hdr->dlength, len);
}

/*
 * The three numbers that stand at the same place in every response
 * (RFC 7143 11.4): StatSN, ExpCmdSN, MaxCmdSN.
 */
static void set_numbers(struct iscsit_conn *conn, struct iscsi_hdr *hdr,
			bool take)
{
	struct iscsi_nopin *rsp = (struct iscsi_nopin *)hdr;
	const struct iscsit_sn *sn;

	rsp->statsn = cpu_to_be32(take ? iscsit_sn_stat_take(&conn->stat) :
					 conn->stat.next);
	if (!conn->sess)
		return;
	sn = &conn->sess->sn;
	rsp->exp_cmdsn = cpu_to_be32(sn->exp_cmdsn);
	rsp->max_cmdsn = cpu_to_be32(sn->max_cmdsn);
}

static enum iscsit_rsp_step next_reply(struct iscsit_conn *conn,
				       struct iscsit_out *out,
				       struct iscsit_rsp_pdu *pdu)
{
	struct iscsit_reply *reply = container_of(out, struct iscsit_reply, out);

	if (reply->flags & ISCSIT_REPLY_CREDIT && conn->sess)
		iscsit_sn_release(&conn->sess->sn, 1);
	*pdu->hdr = reply->hdr;
	set_len(pdu->hdr, reply->len);
	set_numbers(conn, pdu->hdr, reply->flags & ISCSIT_REPLY_NUMBERED);
	pdu->page = reply->page;
	pdu->len = reply->len;
	return ISCSIT_RSP_LAST;
}

static void set_residual(const struct se_cmd *se, u8 *flags, __be32 *count)
{
	if (se->se_cmd_flags & SCF_OVERFLOW_BIT)
		*flags |= ISCSI_FLAG_CMD_OVERFLOW;
	else if (se->se_cmd_flags & SCF_UNDERFLOW_BIT)
		*flags |= ISCSI_FLAG_CMD_UNDERFLOW;
	else
		return;
	*count = cpu_to_be32(se->residual_count);
}

static enum iscsit_rsp_step put_status(struct iscsit_conn *conn,
				       struct iscsit_cmd *cmd,
				       struct iscsit_rsp_pdu *pdu)
{
	struct iscsi_scsi_rsp *rsp = (struct iscsi_scsi_rsp *)pdu->hdr;
	const struct se_cmd *se = &cmd->se;

	iscsit_cmd_answered(cmd);
	memset(rsp, 0, sizeof(*rsp));
	rsp->opcode = ISCSI_OP_SCSI_CMD_RSP;
	rsp->flags = ISCSI_FLAG_CMD_FINAL;
	rsp->response = ISCSI_STATUS_CMD_COMPLETED;
	rsp->cmd_status = se->scsi_status;
	rsp->itt = cmd->itt;
	set_residual(se, &rsp->flags, &rsp->residual_count);
	if (cmd->flags & ISCSIT_CMD_WRITE)
		rsp->exp_datasn = cpu_to_be32(cmd->dataout.r2t_sn);
	else if (cmd->ends & ISCSIT_CMD_DATA)
		rsp->exp_datasn = cpu_to_be32(cmd->datain.data_sn);
	set_numbers(conn, pdu->hdr, true);

	if (se->scsi_sense_length) {
		cmd->sense_len = cpu_to_be16(se->scsi_sense_length);
		pdu->bytes = &cmd->sense_len;
		pdu->len = sizeof(cmd->sense_len) + se->scsi_sense_length;
		set_len(pdu->hdr, pdu->len);
	}
	conn->stats.rsp_pdus++;
	return ISCSIT_RSP_LAST;
}

static enum iscsit_rsp_step put_data(struct iscsit_conn *conn,
				     struct iscsit_cmd *cmd,
				     const struct iscsit_datain_pdu *in,
				     struct iscsit_rsp_pdu *pdu)
{
	struct iscsi_data_rsp *rsp = (struct iscsi_data_rsp *)pdu->hdr;
	bool status = in->flags & ISCSI_FLAG_DATA_STATUS;

	if (status)
		iscsit_cmd_answered(cmd);
	memset(rsp, 0, sizeof(*rsp));
	rsp->opcode = ISCSI_OP_SCSI_DATA_IN;
	rsp->flags = in->flags;
	rsp->itt = cmd->itt;
	rsp->ttt = cpu_to_be32(ISCSI_RESERVED_TAG);
	rsp->datasn = cpu_to_be32(in->data_sn);
	rsp->offset = cpu_to_be32(in->offset);
	set_len(pdu->hdr, in->length);
	set_numbers(conn, pdu->hdr, status);
	if (status) {
		rsp->cmd_status = cmd->se.scsi_status;
		set_residual(&cmd->se, &rsp->flags, &rsp->residual_count);
		conn->stats.rsp_pdus++;
	} else {
		rsp->statsn = 0;
	}

	pdu->sg = cmd->se.t_data_sg;
	pdu->skip = in->offset;
	pdu->len = in->length;
	pdu->volatile_data = target_data_lent(&cmd->se);
	conn->stats.tx_bytes += in->length;
	return status ? ISCSIT_RSP_LAST : ISCSIT_RSP_MORE;
}

static enum iscsit_rsp_step put_r2t(struct iscsit_conn *conn,
				    struct iscsit_cmd *cmd,
				    struct iscsit_rsp_pdu *pdu)
{
	struct iscsi_r2t_rsp *rsp = (struct iscsi_r2t_rsp *)pdu->hdr;
	struct iscsit_dataout_r2t r2t;

	if (!iscsit_dataout_next_r2t(&cmd->dataout, conn->next_ttt, &r2t))
		return ISCSIT_RSP_NONE;
	r2t.ttt = conn->next_ttt;
	iscsit_conn_new_ttt(conn);

	memset(rsp, 0, sizeof(*rsp));
	rsp->opcode = ISCSI_OP_R2T;
	rsp->flags = ISCSI_FLAG_CMD_FINAL;
	int_to_scsilun(cmd->se.orig_fe_lun, &rsp->lun);
	rsp->itt = cmd->itt;
	rsp->ttt = cpu_to_be32(r2t.ttt);
	rsp->r2tsn = cpu_to_be32(r2t.r2t_sn);
	rsp->data_offset = cpu_to_be32(r2t.offset);
	rsp->data_length = cpu_to_be32(r2t.length);
	set_numbers(conn, pdu->hdr, false);
	return ISCSIT_RSP_MORE;
}

static enum iscsit_rsp_step next_scsi(struct iscsit_conn *conn,
				      struct iscsit_out *out,
				      struct iscsit_rsp_pdu *pdu)
{
	struct iscsit_cmd *cmd = container_of(out, struct iscsit_cmd, out);
	struct iscsit_datain_pdu in;

	if (!(cmd->flags & ISCSIT_CMD_ENDING))
		return put_r2t(conn, cmd, pdu);
	if (cmd->ends & ISCSIT_CMD_DATA &&
	    iscsit_datain_next(&cmd->datain, &in))
		return put_data(conn, cmd, &in, pdu);
	return put_status(conn, cmd, pdu);
}

/* Service responses of the core (SAM-5) as RFC 7143 11.6.1 numbers them */
static u8 tmf_response(u8 response)
{
	switch (response) {
	case TMR_FUNCTION_COMPLETE:
		return ISCSI_TMF_RSP_COMPLETE;
	case TMR_FUNCTION_SUCCEEDED:
		return ISCSIT_TMF_RSP_SUCCEEDED;
	case TMR_TASK_DOES_NOT_EXIST:
		return ISCSI_TMF_RSP_NO_TASK;
	case TMR_LUN_DOES_NOT_EXIST:
		return ISCSI_TMF_RSP_NO_LUN;
	case TMR_TASK_MGMT_FUNCTION_NOT_SUPPORTED:
		return ISCSI_TMF_RSP_NOT_SUPPORTED;
	case TMR_FUNCTION_AUTHORIZATION_FAILED:
		return ISCSI_TMF_RSP_AUTH_FAILED;
	default:
		return ISCSI_TMF_RSP_REJECTED;
	}
}

static enum iscsit_rsp_step next_tmf(struct iscsit_conn *conn,
				     struct iscsit_out *out,
				     struct iscsit_rsp_pdu *pdu)
{
	struct iscsit_cmd *cmd = container_of(out, struct iscsit_cmd, out);
	struct iscsi_tm_rsp *rsp = (struct iscsi_tm_rsp *)pdu->hdr;

	iscsit_cmd_answered(cmd);
	memset(rsp, 0, sizeof(*rsp));
	rsp->opcode = ISCSI_OP_SCSI_TMFUNC_RSP;
	rsp->flags = ISCSI_FLAG_CMD_FINAL;
	rsp->response = tmf_response(cmd->se.se_tmr_req->response);
	rsp->itt = cmd->itt;
	set_numbers(conn, pdu->hdr, true);
	return ISCSIT_RSP_LAST;
}

static enum iscsit_rsp_step (*const next_of[ISCSIT_OUT_KINDS])
	(struct iscsit_conn *conn, struct iscsit_out *out,
	 struct iscsit_rsp_pdu *pdu) = {
	[ISCSIT_OUT_REPLY]	= next_reply,
	[ISCSIT_OUT_SCSI]	= next_scsi,
	[ISCSIT_OUT_TMF]	= next_tmf,
};

/**
 * iscsit_rsp_next - build the next PDU of an item
 * @conn: connection
 * @out: item at the head of conn->out
 * @pdu: @pdu->hdr is where the header goes; the rest is filled in
 *
 * Return: what is left of the item.
 */
enum iscsit_rsp_step iscsit_rsp_next(struct iscsit_conn *conn,
				     struct iscsit_out *out,
				     struct iscsit_rsp_pdu *pdu)
{
	pdu->bytes = NULL;
	pdu->page = NULL;
	pdu->sg = NULL;
	pdu->skip = 0;
	pdu->len = 0;
	pdu->volatile_data = false;
	return next_of[out->kind](conn, out, pdu);
}

/**
 * iscsit_rsp_sent - the transport has taken the last PDU of an item
 * @conn: connection
 * @out: item, on no list
 */
void iscsit_rsp_sent(struct iscsit_conn *conn, struct iscsit_out *out)
{
	struct iscsit_reply *reply;

	if (out->kind != ISCSIT_OUT_REPLY) {
		iscsit_cmd_done(container_of(out, struct iscsit_cmd, out));
		return;
	}
	reply = container_of(out, struct iscsit_reply, out);
	if (reply->flags & ISCSIT_REPLY_CLOSE)
		conn->fault = true;
	iscsit_conn_free_reply(conn, reply);
}

/**
 * iscsit_rsp_reject - refuse the current PDU
 * @conn: connection
 * @reason: ISCSI_REASON_*
 *
 * The data segment is the header of that PDU (RFC 7143 11.17).
 */
void iscsit_rsp_reject(struct iscsit_conn *conn, u8 reason)
{
	struct iscsit_reply *reply = iscsit_conn_reply(conn, ISCSI_OP_REJECT,
						       ISCSI_HDR_LEN);
	struct iscsi_reject *rsp;

	if (!reply) {
		iscsit_conn_broken(conn, "no memory for a Reject");
		return;
	}
	if (iscsit_conn_may_log())
		pr_info("iSCSI: PDU from %pISpc rejected: opcode 0x%02x, reason 0x%02x\n",
			&conn->peer, conn->hdr.opcode & ISCSI_OPCODE_MASK,
			reason);
	rsp = (struct iscsi_reject *)&reply->hdr;
	rsp->reason = reason;
	rsp->ffffffff = cpu_to_be32(ISCSI_RESERVED_TAG);
	memcpy(page_address(reply->page), &conn->hdr, ISCSI_HDR_LEN);
	iscsit_conn_send(conn, reply);
}

/**
 * iscsit_rsp_refuse - Reject the current PDU, which has a CmdSN
 * @conn: connection
 * @reason: ISCSI_REASON_*
 *
 * Its number is used up, and its data is dropped.
 *
 * Return: 0, for begin() and end() of its row.
 */
int iscsit_rsp_refuse(struct iscsit_conn *conn, u8 reason)
{
	if (!(conn->hdr.opcode & ISCSI_OP_IMMEDIATE))
		iscsit_sn_finish(&conn->sess->sn,
				 be32_to_cpu(conn->hdr.statsn));
	iscsit_rsp_reject(conn, reason);
	conn->row = NULL;
	return 0;
}

/**
 * iscsit_rsp_async - tell the initiator something that it did not ask for
 * @conn: connection
 * @event: ISCSI_ASYNC_MSG_*
 * @wait: Parameter2 and Parameter3: Time2Wait, or seconds until logout
 */
void iscsit_rsp_async(struct iscsit_conn *conn, u8 event, u16 wait)
{
	struct iscsit_reply *reply = iscsit_conn_reply(conn,
						       ISCSI_OP_ASYNC_EVENT, 0);
	struct iscsi_async *rsp;

	if (!reply)
		return;
	rsp = (struct iscsi_async *)&reply->hdr;
	put_unaligned_be32(ISCSI_RESERVED_TAG, &rsp->rsvd4);
	rsp->async_event = event;
	rsp->param1 = cpu_to_be16(conn->cid);
	rsp->param2 = cpu_to_be16(wait);
	rsp->param3 = cpu_to_be16(wait);
	iscsit_conn_send(conn, reply);
}

/* SenseLength and sense data of fixed format (RFC 7143 11.9.4, SPC-5 4.4.3) */
struct event_data {
	__be16	sense_len;
	u8	sense[18];
};

static_assert(sizeof(struct event_data) == 20);

/**
 * iscsit_rsp_event - tell the initiator of a unit attention condition
 * @conn: connection
 * @event: condition
 */
void iscsit_rsp_event(struct iscsit_conn *conn,
		      const struct iscsit_event *event)
{
	struct iscsit_reply *reply = iscsit_conn_reply(conn,
						       ISCSI_OP_ASYNC_EVENT,
						       sizeof(struct event_data));
	struct event_data *data;
	struct iscsi_async *rsp;

	if (!reply)
		return;
	rsp = (struct iscsi_async *)&reply->hdr;
	rsp->async_event = ISCSI_ASYNC_MSG_SCSI_EVENT;
	rsp->lun = event->lun;
	put_unaligned_be32(ISCSI_RESERVED_TAG, &rsp->rsvd4);

	data = page_address(reply->page);
	*data = (struct event_data){
		.sense_len = cpu_to_be16(sizeof(data->sense)),
		.sense = {
			[0] = 0x70, [2] = UNIT_ATTENTION, [7] = 10,
			[12] = event->asc, [13] = event->ascq,
		},
	};
	iscsit_conn_send(conn, reply);
}
