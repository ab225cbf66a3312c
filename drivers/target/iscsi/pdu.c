// SPDX-License-Identifier: GPL-2.0-only
/*
 * Request PDUs: the table, their order, and what holds for all of them.
 */
#include <linux/array_size.h>
#include <linux/mm.h>

#include "early.h"
#include "login.h"
#include "pdu.h"
#include "pdu_logout.h"
#include "pdu_nop.h"
#include "pdu_scsi.h"
#include "pdu_tmf.h"
#include "rsp.h"
#include "session.h"
#include "text.h"

#define SESSION		(ISCSIT_PDU_NORMAL | ISCSIT_PDU_DISCOVERY)

static const struct iscsit_pdu_row rows[] = {
	[ISCSI_OP_NOOP_OUT] = {
		SESSION | ISCSIT_PDU_CMDSN,
		iscsit_pdu_nop_begin, iscsit_pdu_nop_end },
	[ISCSI_OP_SCSI_CMD] = {
		ISCSIT_PDU_NORMAL | ISCSIT_PDU_CMDSN | ISCSIT_PDU_AHS |
		ISCSIT_PDU_EARLY,
		iscsit_pdu_scsi_begin, iscsit_pdu_scsi_end },
	[ISCSI_OP_SCSI_TMFUNC] = {
		ISCSIT_PDU_NORMAL | ISCSIT_PDU_CMDSN,
		iscsit_pdu_tmf_begin, iscsit_pdu_tmf_end },
	[ISCSI_OP_LOGIN] = {
		ISCSIT_PDU_LOGIN,
		iscsit_login_begin, iscsit_login_end },
	[ISCSI_OP_TEXT] = {
		SESSION | ISCSIT_PDU_CMDSN,
		iscsit_text_begin, iscsit_text_end },
	[ISCSI_OP_SCSI_DATA_OUT] = {
		ISCSIT_PDU_NORMAL,
		iscsit_pdu_scsi_data_begin, iscsit_pdu_scsi_data_end },
	[ISCSI_OP_LOGOUT] = {
		SESSION | ISCSIT_PDU_CMDSN,
		iscsit_pdu_logout_begin, iscsit_pdu_logout_end },
	[ISCSI_OP_SNACK] = {
		ISCSIT_PDU_NORMAL,
		iscsit_pdu_nop_snack, NULL },
};

static const struct iscsit_pdu_row *row_of(const struct iscsit_conn *conn)
{
	u8 opcode = conn->hdr.opcode & ISCSI_OPCODE_MASK;

	return opcode < ARRAY_SIZE(rows) && rows[opcode].begin ?
		&rows[opcode] : NULL;
}

static u8 phase_of(const struct iscsit_conn *conn)
{
	if (!iscsit_conn_full_feature(conn))
		return ISCSIT_PDU_LOGIN;
	return conn->sess->tpg ? ISCSIT_PDU_NORMAL : ISCSIT_PDU_DISCOVERY;
}

static const struct iscsit_pdu_row held_row = {
	.begin	= iscsit_early_begin,
	.end	= iscsit_early_end,
};

/*
 * CmdSN of a PDU that is not immediate (RFC 7143 4.2.2.1).  What is outside of
 * the window or was here before is dropped without a word.  Returns the row
 * that the PDU is for now, or NULL if it goes no further.
 */
static const struct iscsit_pdu_row *admit(struct iscsit_conn *conn,
					  const struct iscsit_pdu_row *row)
{
	bool immediate = conn->hdr.opcode & ISCSI_OP_IMMEDIATE;

	switch (iscsit_sn_admit(&conn->sess->sn, be32_to_cpu(conn->hdr.statsn),
				immediate)) {
	case ISCSIT_SN_NOW:
		return row;
	case ISCSIT_SN_LATER:
		return row->flags & ISCSIT_PDU_EARLY ? row : &held_row;
	default:
		return NULL;
	}
}

static int check(struct iscsit_conn *conn, const struct iscsit_pdu_row *row)
{
	u8 phase = phase_of(conn);

	/* RFC 7143 11.7: behind a segment that is too long nothing is sure */
	if (ntoh24(conn->hdr.dlength) > conn->params.max_recv_dsl) {
		iscsit_conn_broken(conn, "data segment longer than agreed");
		return -EPROTO;
	}
	if (phase == ISCSIT_PDU_LOGIN) {
		if (row && row->flags & ISCSIT_PDU_LOGIN)
			return 0;
		/* 6.3: nothing but Login Requests before the login is done */
		iscsit_conn_broken(conn, "request before login");
		return -EPROTO;
	}
	if (!row || !(row->flags & phase)) {
		iscsit_rsp_reject(conn, row ? ISCSI_REASON_PROTOCOL_ERROR :
					      ISCSI_REASON_CMD_NOT_SUPPORTED);
		return 1;
	}
	if (conn->ahs_len && !(row->flags & ISCSIT_PDU_AHS)) {
		iscsit_rsp_reject(conn, ISCSI_REASON_PROTOCOL_ERROR);
		return 1;
	}
	/*
	 * Some initiators take the StatSN of an R2T, which acknowledges
	 * nothing, for one that was used, and are ahead by one.  Nothing
	 * depends on it at ErrorRecoveryLevel 0.
	 */
	iscsit_sn_stat_ack(&conn->stat, be32_to_cpu(conn->hdr.exp_statsn));
	return 0;
}

/**
 * iscsit_pdu_begin - a header has arrived
 * @conn: connection; conn->hdr and conn->ahs are the header
 * @sink: filled in: where the data segment goes; empty drops it
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_pdu_begin(struct iscsit_conn *conn, struct iscsit_conn_sink *sink)
{
	const struct iscsit_pdu_row *row = row_of(conn);
	int ret;

	conn->row = NULL;
	conn->stats.cmd_pdus++;
	conn->stats.rx_bytes += ntoh24(conn->hdr.dlength);
	ret = check(conn, row);
	if (ret)
		return min(ret, 0);
	if (row->flags & ISCSIT_PDU_CMDSN)
		row = admit(conn, row);
	conn->row = row;
	return row ? row->begin(conn, sink) : 0;
}

static int finish(struct iscsit_conn *conn, bool good)
{
	const struct iscsit_pdu_row *row = conn->row;

	conn->row = NULL;
	return row && row->end ? row->end(conn, good) : 0;
}

/* As if the PDU came now. */
static int replay(struct iscsit_conn *conn, const struct iscsit_early *early)
{
	struct iscsit_conn_sink sink = {};
	int ret;

	conn->hdr = early->hdr;
	conn->row = row_of(conn);
	ret = conn->row->begin(conn, &sink);
	if (ret)
		return ret;
	if (conn->row && sink.buf)
		memcpy(sink.buf, early->data, min(sink.keep, early->len));
	return finish(conn, early->good);
}

/* What waited for the PDUs that are there now, in the order of CmdSN */
static int run_early(struct iscsit_conn *conn)
{
	struct iscsit_sn *sn = &conn->sess->sn;
	struct iscsit_early *early;
	int ret = 0;
	u32 cmdsn;

	while (!ret && !conn->fault && !conn->quiet &&
	       iscsit_sn_next(sn, &cmdsn)) {
		if (iscsit_pdu_scsi_due(conn, cmdsn))
			continue;
		early = iscsit_early_take(conn, cmdsn);
		if (early)
			ret = replay(conn, early);
		else
			iscsit_sn_release(sn, 1);	/* it has ended */
		kvfree(early);
	}
	return ret;
}

/**
 * iscsit_pdu_end - the whole PDU has arrived
 * @conn: connection
 * @good: there was no wrong digest
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_pdu_end(struct iscsit_conn *conn, bool good)
{
	int ret = finish(conn, good);

	if (!ret && conn->sess)
		ret = run_early(conn);
	return ret;
}
