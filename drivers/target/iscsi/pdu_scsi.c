// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCSI Command and Data-Out PDUs, and how a command goes on.
 *
 * The core gets the command when its header is there, so that immediate data
 * goes straight to its pages, and starts it when the PDU is complete and its
 * CmdSN is due.  It asks for write data (ISCSIT_CMD_WANTED); R2Ts ask the
 * initiator for what did not come by itself; target_execute_cmd() says that
 * all is there.  A status that is known before the last unsolicited data has
 * come waits for it (RFC 7143 4.2.5.2, 11.4.7.2).
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>
#include <target/target_core_fabric.h>

#include "pdu_scsi.h"
#include "pdu_tmf.h"
#include "rsp.h"
#include "session.h"
#include "timer.h"

static const u8 attr_of[ISCSI_FLAG_CMD_ATTR_MASK + 1] = {
	[ISCSI_ATTR_UNTAGGED]		= TCM_SIMPLE_TAG,
	[ISCSI_ATTR_SIMPLE]		= TCM_SIMPLE_TAG,
	[ISCSI_ATTR_ORDERED]		= TCM_ORDERED_TAG,
	[ISCSI_ATTR_HEAD_OF_QUEUE]	= TCM_HEAD_TAG,
	[ISCSI_ATTR_ACA]		= TCM_ACA_TAG,
};

/* Is the initiator still going to send what it need not be asked for? */
static bool unsolicited(const struct iscsit_cmd *cmd)
{
	return cmd->flags & ISCSIT_CMD_WRITE && cmd->dataout.open &&
	       cmd->dataout.burst[0].ttt == ISCSI_RESERVED_TAG;
}

static void queue_out(struct iscsit_cmd *cmd)
{
	if (list_empty(&cmd->out.node))
		list_add_tail(&cmd->out.node, &cmd->conn->out);
}

/* Order of what an administrator wants out of order, if the initiator agreed */
static u32 seed_of(const struct iscsit_conn *conn,
		   enum iscsit_tpg_acl_attrib id, bool in_order)
{
	return in_order || !conn->sess->limits[id] ? 0 : get_random_u32() | 1;
}

static bool in_order(const struct iscsit_params *params)
{
	return params->data_pdu_in_order && params->data_sequence_in_order;
}

static void shuffle_datain(struct iscsit_cmd *cmd)
{
	struct iscsit_conn *conn = cmd->conn;

	iscsit_datain_shuffle(&cmd->datain,
			      seed_of(conn, ISCSIT_ACL_RANDOM_DATAIN_SEQ_OFFSETS,
				      conn->params.data_sequence_in_order),
			      seed_of(conn, ISCSIT_ACL_RANDOM_DATAIN_PDU_OFFSETS,
				      conn->params.data_pdu_in_order));
}

static bool is_due(const struct iscsit_cmd *cmd)
{
	/* iscsit_sn_admit() has moved ExpCmdSN past every one that is */
	return !(cmd->flags & ISCSIT_CMD_NUMBERED) ||
	       iscsi_sna_lt(cmd->cmdsn, cmd->conn->sess->sn.exp_cmdsn);
}

/*
 * It wants no data any more.  For its turn it waits until it is answered, even
 * so: who is not there when its CmdSN is due has given its credit back.
 */
static void want_no_data(struct iscsit_cmd *cmd)
{
	if (is_due(cmd))
		list_del_init(&cmd->wait_node);
}

/* Send the response, unless data has to be taken in first. */
static void respond(struct iscsit_cmd *cmd)
{
	if (cmd->flags & ISCSIT_CMD_ARRIVING || unsolicited(cmd))
		return;
	cmd->flags |= ISCSIT_CMD_ENDING;
	want_no_data(cmd);
	if (cmd->ends & ISCSIT_CMD_DATA) {
		/* the two positions share their memory */
		cmd->flags &= ~ISCSIT_CMD_WRITE;
		iscsit_datain_init(&cmd->datain, &cmd->conn->params,
				   cmd->se.data_length);
		if (unlikely(!in_order(&cmd->conn->params)))
			shuffle_datain(cmd);
		iscsit_datain_collapse(&cmd->datain, 0);
	}
	queue_out(cmd);
}

/*
 * End a command that the core has parsed and not begun to execute.  One that
 * is on its way to ask for data is ended when it asks.
 */
static void fail(struct iscsit_cmd *cmd, sense_reason_t reason)
{
	const u16 over = ISCSIT_CMD_STARTED | ISCSIT_CMD_PARSED;

	if (cmd->ends || (cmd->flags & over) != ISCSIT_CMD_PARSED)
		return;
	want_no_data(cmd);
	list_del_init(&cmd->out.node);
	cmd->failure = reason;
	if (cmd->flags & ISCSIT_CMD_SUBMITTED &&
	    !(cmd->flags & ISCSIT_CMD_ASKED))
		return;
	cmd->flags |= ISCSIT_CMD_STARTED;
	transport_generic_request_failure(&cmd->se, reason);
}

/* The core wants data: give it what is there, or ask for the rest. */
static void go_on(struct iscsit_cmd *cmd)
{
	const u16 ready = ISCSIT_CMD_ASKED | ISCSIT_CMD_STARTED;

	if ((cmd->flags & ready) != ISCSIT_CMD_ASKED || cmd->ends)
		return;
	if (cmd->failure && !cmd->dataout.open) {
		fail(cmd, cmd->failure);
		return;
	}
	if (iscsit_dataout_complete(&cmd->dataout)) {
		cmd->flags |= ISCSIT_CMD_STARTED;
		list_del_init(&cmd->wait_node);
		target_execute_cmd(&cmd->se);
		return;
	}
	iscsit_timer_awaits_data(cmd->conn, cmd);
	if (!unsolicited(cmd) && !cmd->failure)
		queue_out(cmd);
}

static sense_reason_t reason_of(enum iscsit_dataout_err err)
{
	return iscsit_dataout_verdict(err)->ascq == 0x0d ?
		TCM_INCORRECT_AMOUNT_OF_DATA : TCM_UNEXPECTED_UNSOLICITED_DATA;
}

/**
 * iscsit_pdu_scsi_event - the core has something to say about a SCSI command
 * @cmd: command
 * @events: enum iscsit_cmd_event
 *
 * Context: work item of its connection.
 */
void iscsit_pdu_scsi_event(struct iscsit_cmd *cmd, unsigned int events)
{
	if (events & ISCSIT_CMD_ABORTED) {
		iscsit_pdu_tmf_aborted(cmd);
		return;
	}
	if (events & ISCSIT_CMD_WANTED) {
		cmd->flags |= ISCSIT_CMD_ASKED;
		if (!(events & ISCSIT_CMD_ENDS))
			go_on(cmd);
	}
	if (events & ISCSIT_CMD_ENDS) {
		cmd->ends |= events & ISCSIT_CMD_ENDS;
		/* R2Ts are of no use any more */
		list_del_init(&cmd->out.node);
		respond(cmd);
	}
}

/* ------------------------------------------------------ SCSI Command ---- */

/* CDB with what an additional header segment adds (RFC 7143 11.2.2.4) */
static int whole_cdb(const struct iscsit_conn *conn, u8 *cdb)
{
	const struct iscsi_scsi_req *req = (const void *)&conn->hdr;
	u32 pos = 0, len, room = SCSI_MAX_VARLEN_CDB_SIZE - ISCSI_CDB_SIZE;
	const u8 *ahs = conn->ahs;

	memcpy(cdb, req->cdb, ISCSI_CDB_SIZE);
	memset(cdb + ISCSI_CDB_SIZE, 0, room);
	while (conn->ahs_len - pos > 4) {
		len = ahs[pos] << 8 | ahs[pos + 1];
		if (!len || 3 + len > conn->ahs_len - pos)
			return -EINVAL;
		/* AHSLength counts the reserved byte in front of the CDB */
		if ((ahs[pos + 2] & 0x3f) == ISCSI_AHSTYPE_CDB) {
			if (len - 1 > room)
				return -EINVAL;
			memcpy(cdb + ISCSI_CDB_SIZE, ahs + pos + 4, len - 1);
		}
		pos += ALIGN(3 + len, 4);
		if (pos > conn->ahs_len)
			return -EINVAL;
	}
	return scsi_command_size(cdb) <= SCSI_MAX_VARLEN_CDB_SIZE ? 0 : -EINVAL;
}

static int prepare(struct iscsit_cmd *cmd)
{
	struct iscsi_scsi_req *req = (struct iscsi_scsi_req *)&cmd->conn->hdr;
	u8 cdb[SCSI_MAX_VARLEN_CDB_SIZE], *use = req->cdb;

	if (unlikely(cmd->conn->ahs_len || use[0] == VARIABLE_LENGTH_CMD)) {
		if (whole_cdb(cmd->conn, cdb))
			return -EINVAL;
		use = cdb;
	}
	if (!target_submit_prep(&cmd->se, use, NULL, 0, NULL, 0, NULL, 0,
				GFP_KERNEL))
		cmd->flags |= ISCSIT_CMD_PARSED;
	return 0;
}

static struct iscsit_dataout_pieces *new_pieces(struct iscsit_conn *conn)
{
	if (conn->params.data_pdu_in_order)
		return NULL;
	return kmalloc(sizeof(struct iscsit_dataout_pieces), GFP_KERNEL);
}

/* What may come of data, and where the immediate data goes */
static void expect_data(struct iscsit_cmd *cmd, struct iscsit_conn_sink *sink)
{
	struct iscsit_conn *conn = cmd->conn;
	struct iscsit_dataout_cmd out = {
		.expected = cmd->expected,
		.immediate = ntoh24(conn->hdr.dlength),
		.final = conn->hdr.flags & ISCSI_FLAG_CMD_FINAL,
	};
	struct iscsit_dataout_place place;
	enum iscsit_dataout_err err;

	if (cmd->flags & ISCSIT_CMD_PARSED &&
	    cmd->se.data_direction == DMA_TO_DEVICE)
		out.wanted = cmd->se.data_length;
	cmd->pieces = new_pieces(conn);
	err = iscsit_dataout_init(&cmd->dataout, &conn->params, &out,
				  cmd->pieces);
	if (!err && !conn->params.data_pdu_in_order && !cmd->pieces) {
		fail(cmd, TCM_OUT_OF_RESOURCES);
		return;
	}
	if (err) {
		fail(cmd, reason_of(err));
		return;
	}
	iscsit_dataout_shuffle(&cmd->dataout,
			       seed_of(conn, ISCSIT_ACL_RANDOM_R2T_OFFSETS,
				       conn->params.data_sequence_in_order));
	place = iscsit_dataout_immediate(&cmd->dataout, out.immediate);
	sink->cmd = place.keep ? cmd : NULL;
	sink->offset = place.offset;
	sink->keep = place.keep;
}

static u8 check_command(struct iscsit_conn *conn)
{
	u8 flags = conn->hdr.flags;

	if (iscsit_cmd_find(conn, conn->hdr.itt))
		return ISCSI_REASON_TASK_IN_PROGRESS;
	if (conn->hdr.itt == RESERVED_ITT)
		return ISCSI_REASON_PROTOCOL_ERROR;
	if (conn->hdr.opcode & ISCSI_OP_IMMEDIATE &&
	    conn->nr_immediate >= ISCSIT_CONN_IMMEDIATE_MAX)
		return ISCSI_REASON_IMM_CMD_REJECT;
	/* no logical unit here has commands with data in both directions */
	if (flags & ISCSI_FLAG_CMD_READ && flags & ISCSI_FLAG_CMD_WRITE)
		return ISCSI_REASON_CMD_NOT_SUPPORTED;
	/* 11.3.1: F=0 says that data follows; who does not write has none */
	if (!(flags & (ISCSI_FLAG_CMD_FINAL | ISCSI_FLAG_CMD_WRITE)))
		return ISCSI_REASON_PROTOCOL_ERROR;
	return 0;
}

static int direction_of(const struct iscsi_scsi_req *req)
{
	if (!req->data_length)
		return DMA_NONE;
	if (req->flags & ISCSI_FLAG_CMD_WRITE)
		return DMA_TO_DEVICE;
	return req->flags & ISCSI_FLAG_CMD_READ ? DMA_FROM_DEVICE : DMA_NONE;
}

static int join_nexus(struct iscsit_cmd *cmd, const struct iscsi_scsi_req *req)
{
	struct iscsit_session *sess = cmd->conn->sess;
	struct se_session *se_sess = iscsit_session_enter(sess);
	int ret = -ESHUTDOWN;

	if (se_sess)
		ret = target_init_cmd(&cmd->se, se_sess, cmd->sense,
				      scsilun_to_int((void *)&req->lun),
				      cmd->expected,
				      attr_of[req->flags & ISCSI_FLAG_CMD_ATTR_MASK],
				      direction_of(req), TARGET_SCF_ACK_KREF);
	iscsit_session_leave(sess);
	return ret;
}

/**
 * iscsit_pdu_scsi_begin - header of a SCSI Command
 * @conn: connection
 * @sink: where the immediate data goes
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_pdu_scsi_begin(struct iscsit_conn *conn,
			  struct iscsit_conn_sink *sink)
{
	struct iscsi_scsi_req *req = (struct iscsi_scsi_req *)&conn->hdr;
	u8 reason = check_command(conn);
	struct iscsit_cmd *cmd;

	if (reason)
		return iscsit_rsp_refuse(conn, reason);
	cmd = iscsit_cmd_new(conn, req->itt);
	if (!cmd)
		return -ENOMEM;
	cmd->out.kind = ISCSIT_OUT_SCSI;
	cmd->expected = be32_to_cpu(req->data_length);
	if (req->flags & ISCSI_FLAG_CMD_READ)
		cmd->flags |= ISCSIT_CMD_READ;
	if (join_nexus(cmd, req)) {
		iscsit_cmd_unlink(cmd);
		iscsit_cmd_free(cmd);
		return -ESHUTDOWN;
	}
	if (prepare(cmd)) {
		target_abandon_cmd(&cmd->se);
		iscsit_cmd_kill(cmd);
		return iscsit_rsp_refuse(conn, ISCSI_REASON_PROTOCOL_ERROR);
	}
	if (req->flags & ISCSI_FLAG_CMD_WRITE || ntoh24(req->dlength)) {
		cmd->flags |= ISCSIT_CMD_WRITE;
		expect_data(cmd, sink);
	}
	cmd->flags |= ISCSIT_CMD_ARRIVING;
	conn->current_cmd = cmd;
	return 0;
}

static void start(struct iscsit_cmd *cmd)
{
	const u16 over = ISCSIT_CMD_STARTED | ISCSIT_CMD_PARSED;

	if ((cmd->flags & over) != ISCSIT_CMD_PARSED)
		return;
	cmd->flags |= ISCSIT_CMD_SUBMITTED;
	target_submit(&cmd->se);
}

/**
 * iscsit_pdu_scsi_end - a SCSI Command and its immediate data are there
 * @conn: connection
 * @good: the data digest was right
 *
 * Return: 0.
 */
int iscsit_pdu_scsi_end(struct iscsit_conn *conn, bool good)
{
	struct iscsit_cmd *cmd = conn->current_cmd;

	cmd->flags &= ~ISCSIT_CMD_ARRIVING;
	if (!good) {
		/* RFC 7143 7.8: say so, and end the command with sense */
		iscsit_rsp_reject(conn, ISCSI_REASON_DATA_DIGEST_ERROR);
		if (unsolicited(cmd))
			cmd->failure = TCM_SERVICE_CRC_ERROR;
		else
			fail(cmd, TCM_SERVICE_CRC_ERROR);
	}
	if (!is_due(cmd))
		list_add_tail(&cmd->wait_node, &conn->early);
	if (cmd->ends)
		respond(cmd);
	else if (is_due(cmd))
		start(cmd);
	return 0;
}

static struct iscsit_cmd *find_early(struct iscsit_conn *conn, u32 cmdsn)
{
	struct iscsit_cmd *cmd;

	list_for_each_entry(cmd, &conn->early, wait_node)
		if (cmd->cmdsn == cmdsn)
			return cmd;
	return NULL;
}

/**
 * iscsit_pdu_scsi_due - the turn of a CmdSN has come
 * @conn: connection
 * @cmdsn: number
 *
 * Return: true if a SCSI Command waited for it.
 */
bool iscsit_pdu_scsi_due(struct iscsit_conn *conn, u32 cmdsn)
{
	struct iscsit_cmd *cmd = find_early(conn, cmdsn);

	if (!cmd)
		return false;
	list_del_init(&cmd->wait_node);
	if (!cmd->ends)
		start(cmd);
	return true;
}

/* ---------------------------------------------------------- Data-Out ---- */

static struct iscsit_dataout_pdu dataout_of(const struct iscsit_conn *conn)
{
	const struct iscsi_data *req = (const void *)&conn->hdr;

	return (struct iscsit_dataout_pdu) {
		.ttt = be32_to_cpu(req->ttt),
		.data_sn = be32_to_cpu(req->datasn),
		.offset = be32_to_cpu(req->offset),
		.length = ntoh24(req->dlength),
		.final = req->flags & ISCSI_FLAG_CMD_FINAL,
	};
}

/* A PDU that cannot be counted: the command cannot get its data any more */
static void wrong_data(struct iscsit_cmd *cmd, enum iscsit_dataout_err err)
{
	const struct iscsit_dataout_verdict *verdict =
		iscsit_dataout_verdict(err);

	if (verdict->reject)
		iscsit_rsp_reject(cmd->conn, verdict->reject);
	cmd->dataout.open = 0;
	fail(cmd, verdict->reject ? TCM_DATA_PHASE_ERROR : reason_of(err));
	if (cmd->ends)
		respond(cmd);
}

/**
 * iscsit_pdu_scsi_data_begin - header of a Data-Out
 * @conn: connection
 * @sink: where the data goes
 *
 * Data for a task that is not there any more was on the way when the task
 * was aborted, so it is dropped without a word.
 *
 * Return: 0.
 */
int iscsit_pdu_scsi_data_begin(struct iscsit_conn *conn,
			       struct iscsit_conn_sink *sink)
{
	struct iscsit_cmd *cmd = iscsit_cmd_find(conn, conn->hdr.itt);
	struct iscsit_dataout_pdu pdu = dataout_of(conn);
	struct iscsit_dataout_place place;
	enum iscsit_dataout_err err;

	if (!cmd || !(cmd->flags & ISCSIT_CMD_WRITE) ||
	    cmd->flags & ISCSIT_CMD_ENDING) {
		conn->row = NULL;
		return 0;
	}
	err = iscsit_dataout_check(&cmd->dataout, &pdu, &place);
	if (err) {
		conn->row = NULL;
		wrong_data(cmd, err);
		return 0;
	}
	cmd->flags |= ISCSIT_CMD_ARRIVING;
	conn->current_cmd = cmd;
	/* nobody looks at the data of a command that has failed */
	if (cmd->ends || !place.keep)
		return 0;
	sink->cmd = cmd;
	sink->offset = place.offset;
	sink->keep = place.keep;
	return 0;
}

/**
 * iscsit_pdu_scsi_data_end - a Data-Out is there
 * @conn: connection
 * @good: the data digest was right
 *
 * Return: 0.
 */
int iscsit_pdu_scsi_data_end(struct iscsit_conn *conn, bool good)
{
	struct iscsit_cmd *cmd = conn->current_cmd;
	struct iscsit_dataout_pdu pdu = dataout_of(conn);

	cmd->flags &= ~ISCSIT_CMD_ARRIVING;
	if (!good) {
		iscsit_rsp_reject(conn, ISCSI_REASON_DATA_DIGEST_ERROR);
		cmd->failure = TCM_SERVICE_CRC_ERROR;
	}
	iscsit_dataout_commit(&cmd->dataout, &pdu);
	if (cmd->ends)
		respond(cmd);
	else
		go_on(cmd);
	return 0;
}
