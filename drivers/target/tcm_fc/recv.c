// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that begin an exchange: commands, task management functions, and what
 * is refused.
 */
#include <linux/module.h>
#include <scsi/scsi_proto.h>
#include "tcm_fc.h"

/* A command is one sequence of one frame, and the answer is ours to send. */
#define COMMAND_F_CTL	(FC_FC_FIRST_SEQ | FC_FC_END_SEQ | FC_FC_SEQ_INIT)

static void submit_work(struct work_struct *work)
{
	struct tcm_fc_cmd *cmd = container_of(work, struct tcm_fc_cmd, work);

	target_submit(&cmd->se);
}

/*
 * Commands run in a work item: the medium may make the submitter wait, and
 * this context receives for every exchange of the CPU.  A write begins with
 * XFER_RDY, for which nobody waits.
 */
static void start(struct tcm_fc_cmd *cmd, u8 *cdb)
{
	struct se_cmd *se = &cmd->se;

	/* on failure the command has ended already, with a status */
	if (target_submit_prep(se, cdb, NULL, 0, NULL, 0, NULL, 0, GFP_NOIO))
		return;
	/* remember that there is something here for the initiator */
	if (unlikely(test_bit(TCM_FC_CMD_FIRST, &cmd->flags) && se->se_dev))
		WRITE_ONCE(cmd->sess->useful, true);
	if (se->data_direction == DMA_TO_DEVICE && se->data_length) {
		target_submit(se);
		return;
	}
	INIT_WORK(&cmd->work, submit_work);
	queue_work(tcm_fc_cmd_wq, &cmd->work);
}

/* Count the command in its session, which may end at any moment. */
static int init(struct tcm_fc_cmd *cmd, const struct tcm_fc_cmnd *cmnd)
{
	struct tcm_fc_sess *sess = cmd->sess;
	int flags = TARGET_SCF_ACK_KREF;
	int ret = -ENOTCONN;

	/* the core's part is there until a grace period after the kill */
	rcu_read_lock();
	if (percpu_ref_is_dying(&sess->users))
		goto out;
	cmd->max_payload = READ_ONCE(sess->max_payload);
	if (READ_ONCE(sess->params) & FCP_SPPF_CONF_COMPL)
		set_bit(TCM_FC_CMD_CONFIRMS, &cmd->flags);
	if (!READ_ONCE(sess->useful))
		set_bit(TCM_FC_CMD_FIRST, &cmd->flags);
	if (cmnd->bidi) {
		set_bit(TCM_FC_CMD_BIDI, &cmd->flags);
		cmd->read_length = cmnd->read_length;
	}
	if (cmnd->tm_flags)
		ret = target_submit_tmr(&cmd->se, sess->se, cmd->sense,
					cmnd->lun, NULL,
					tcm_fc_fcp_tmf(cmnd->tm_flags),
					GFP_ATOMIC, 0, flags);
	else
		ret = target_init_cmd(&cmd->se, sess->se, cmd->sense, cmnd->lun,
				      cmnd->data_length, cmnd->task_attr,
				      cmnd->dir, flags);
out:
	rcu_read_unlock();
	return ret;
}

/* The exchange is taken over; -ENOMEM and -EPROTO if it is not. */
static int begin(struct tcm_fc_sess *sess, struct fc_seq *seq,
		 const struct fc_frame *fp)
{
	const struct fc_frame_header *fh = fc_frame_header_get(fp);
	struct tcm_fc_cmnd cmnd;
	struct tcm_fc_cmd *cmd;
	int ret;

	if (!tcm_fc_fcp_parse_cmnd((const u8 *)(fh + 1),
				   fr_len(fp) - sizeof(*fh), &cmnd))
		return -EPROTO;
	cmd = tcm_fc_cmd_alloc(seq, sess);
	if (!cmd)
		return -ENOMEM;
	/* whoever ends its session may be faster */
	tcm_fc_cmd_hold(cmd);
	ret = init(cmd, &cmnd);
	if (ret) {
		tcm_fc_cmd_discard(cmd);
		return ret;
	}
	if (!cmnd.tm_flags) {
		fc_seq_set_resp(seq, tcm_fc_io_recv, cmd);
		/* a reset before that had nobody to tell */
		if (fc_seq_exch(seq)->state & (FC_EX_DONE | FC_EX_RST_CLEANUP))
			tcm_fc_cmd_abort(cmd);
		start(cmd, cmnd.cdb);
	}
	tcm_fc_cmd_drop(cmd);
	return 0;
}

static void refuse(struct fc_lport *lport, struct fc_seq *seq, int error)
{
	struct tcm_fc_rsp rsp = {};

	switch (error) {
	case -EPROTO:
		rsp.has_code = true;
		rsp.code = FCP_CMND_FIELDS_INVALID;
		break;
	case -ENOMEM:
		rsp.status = SAM_STAT_BUSY;
		break;
	default:
		/* its session ends, and so do its exchanges */
		fc_exch_done(seq);
		fc_seq_release(seq);
		return;
	}
	tcm_fc_cmd_refuse(lport, seq, &rsp);
}

/* The session, with a user, if the sender of a frame did a process login */
static struct tcm_fc_sess *get_sess(struct fc_lport *lport, u32 fc_id)
{
	struct tcm_fc_sess *sess = NULL;
	struct tcm_fc_port *port;

	rcu_read_lock();
	port = tcm_fc_port_of(lport);
	if (port)
		sess = tcm_fc_sess_find(port, fc_id);
	if (sess && !percpu_ref_tryget_live(&sess->users))
		sess = NULL;
	rcu_read_unlock();
	return sess;
}

static bool is_task_management(const struct fc_frame *fp)
{
	const struct fc_frame_header *fh = fc_frame_header_get(fp);
	struct tcm_fc_cmnd cmnd;

	return tcm_fc_fcp_parse_cmnd((const u8 *)(fh + 1),
				     fr_len(fp) - sizeof(*fh), &cmnd) &&
	       cmnd.tm_flags;
}

/* It has not heard of a logout yet, or has, and sent this before. */
static bool is_leaving(struct fc_lport *lport, u32 fc_id)
{
	struct fc_rport_priv *rdata = fc_rport_lookup(lport, fc_id);
	bool logged_in = false;

	if (rdata) {
		logged_in = rdata->rp_state >= RPORT_ST_PRLI &&
			    rdata->rp_state != RPORT_ST_DELETE;
		kref_put(&rdata->kref, fc_rport_destroy);
	}
	return !logged_in || tcm_fc_announce_pending(lport, fc_id);
}

/*
 * LOGICAL UNIT NOT SUPPORTED: for this sender there is none (SPC-5 4.4.8); or
 * BUSY if there was one a moment ago, and will be after its next login.  A
 * task management function has no sense data (FCP-4 9.5), and libfc's
 * initiator no place for it.
 */
static void refuse_stranger(struct fc_lport *lport, struct fc_frame *fp)
{
	static const u8 sense[18] = {
		[0] = 0x70, [2] = ILLEGAL_REQUEST, [7] = 10, [12] = 0x25,
	};
	static const struct tcm_fc_rsp no_function = {
		.has_code = true,
		.code = FCP_TMF_INVALID_LUN,
	};
	static const struct tcm_fc_rsp no_unit = {
		.status = SAM_STAT_CHECK_CONDITION,
		.sense = sense, .sense_len = sizeof(sense),
	};
	static const struct tcm_fc_rsp busy = {
		.status = SAM_STAT_BUSY,
	};
	struct fc_seq *seq = fc_seq_assign(lport, fp);
	const struct tcm_fc_rsp *rsp = &no_unit;

	if (!seq)
		return;
	if (is_task_management(fp))
		rsp = &no_function;
	else if (is_leaving(lport, fc_frame_sid(fp)))
		rsp = &busy;
	tcm_fc_cmd_refuse(lport, seq, rsp);
}

static void recv_command(struct fc_lport *lport, struct fc_frame *fp)
{
	const struct fc_frame_header *fh = fc_frame_header_get(fp);
	struct tcm_fc_sess *sess;
	struct fc_seq *seq;
	int ret;

	if ((ntoh24(fh->fh_f_ctl) & COMMAND_F_CTL) != COMMAND_F_CTL ||
	    fh->fh_df_ctl)
		return;
	sess = get_sess(lport, ntoh24(fh->fh_s_id));
	if (!sess) {
		refuse_stranger(lport, fp);
		return;
	}
	seq = fc_seq_assign(lport, fp);
	if (!seq) {
		percpu_ref_put(&sess->users);
		return;
	}
	ret = begin(sess, seq, fp);
	if (ret) {
		refuse(lport, seq, ret);
		percpu_ref_put(&sess->users);
	}
}

/* FCP_RJT (FCP-4 8.2): no link service of FCP is offered, SRR neither. */
static void reject_service(struct fc_lport *lport, const struct fc_frame *in)
{
	struct fc_frame *fp = fc_frame_alloc(lport, sizeof(struct fc_els_ls_rjt));
	struct fc_els_ls_rjt *rjt;

	if (!fp)
		return;
	rjt = fc_frame_payload_get(fp, sizeof(*rjt));
	memset(rjt, 0, sizeof(*rjt));
	rjt->er_cmd = ELS_LS_RJT;
	rjt->er_reason = ELS_RJT_UNSUP;
	fc_fill_reply_hdr(fp, in, FC_RCTL_ELS4_REP, 0);
	lport->tt.frame_send(lport, fp);
}

/**
 * tcm_fc_recv - a frame of type FCP for which libfc has no handler
 * @lport: local port
 * @fp: frame
 *
 * Context: process.
 */
void tcm_fc_recv(struct fc_lport *lport, struct fc_frame *fp)
{
	struct fc_seq *seq = fr_seq(fp);

	/* libfc cuts fill bytes off, whether there are any or not */
	if (fr_len(fp) < sizeof(struct fc_frame_header)) {
		if (seq)
			fc_exch_done(seq);
	} else if (seq) {
		/* an exchange that its originator numbered for us */
		fc_exch_done(seq);
	} else if (fc_frame_is_cmd(fp)) {
		recv_command(lport, fp);
	} else if (fc_frame_rctl(fp) == FC_RCTL_ELS4_REQ) {
		reject_service(lport, fp);
	}
	fc_frame_free(fp);
}
