// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands: each with the exchange that it came by, until its response is on
 * the wire, or somebody aborted it.
 *
 * The exchange holds a reference to the command, so libfc may call its handler
 * at any time.  tcm_fc_cmd_end() gives it back; after fc_exch_done() libfc
 * calls the handler no more.
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <scsi/fc/fc_fc2.h>
#include <scsi/scsi_proto.h>
#include "tcm_fc.h"

/* E_D_TOV: a port confirms, or goes on with its sequence, before (FCP-4 9.6) */
#define SEQUENCE_TIMEOUT	(2 * HZ)

struct workqueue_struct *tcm_fc_cmd_wq;
static struct kmem_cache *cache;
static DEFINE_PER_CPU(u64, tags);

/*
 * Task tags are our own: an exchange identifier may be used again while an
 * aborted command is still at its medium.
 */
static u64 next_tag(void)
{
	int cpu = get_cpu();
	u64 tag = this_cpu_inc_return(tags) * nr_cpu_ids + cpu;

	put_cpu();
	return tag;
}

static void waited_enough(struct timer_list *timer);

/**
 * tcm_fc_cmd_alloc - a command
 * @seq: its exchange, whose reference it takes over; or NULL
 * @sess: whose it is, whose user it takes over if there is @seq
 *
 * Context: any.
 * Return: command, not initialised for the core; or NULL
 */
struct tcm_fc_cmd *tcm_fc_cmd_alloc(struct fc_seq *seq,
				    struct tcm_fc_sess *sess)
{
	struct tcm_fc_cmd *cmd;

	cmd = kmem_cache_alloc(cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!cmd)
		return NULL;
	cmd->se.tag = next_tag();
	cmd->seq = seq;
	cmd->sess = sess;
	cmd->flags = 0;
	cmd->read_length = 0;
	cmd->moved = 0;
	cmd->sg_off = 0;
	cmd->ddp = false;
	refcount_set(&cmd->holds, 1);
	timer_setup(&cmd->timer, waited_enough, 0);
	return cmd;
}

/* The core does not know it (any more). */
void tcm_fc_cmd_discard(struct tcm_fc_cmd *cmd)
{
	kmem_cache_free(cache, cmd);
}

/**
 * tcm_fc_cmd_hold - keep the exchange, whoever ends it
 * @cmd: command
 *
 * Context: any.
 * Return: false if it was given back already
 */
bool tcm_fc_cmd_hold(struct tcm_fc_cmd *cmd)
{
	return refcount_inc_not_zero(&cmd->holds);
}

/* What tcm_fc_cmd_hold() kept.  The command may be gone afterwards. */
void tcm_fc_cmd_drop(struct tcm_fc_cmd *cmd)
{
	if (!refcount_dec_and_test(&cmd->holds))
		return;
	fc_seq_release(cmd->seq);
	percpu_ref_put(&cmd->sess->users);
	target_put_sess_cmd(&cmd->se);
}

/*
 * After ABTS libfc keeps an exchange until the initiator reinstates it with
 * RRQ (FC-FS-5 18.3.2.2), but as the responder it refuses every RRQ, so that
 * is the end of it: frames come in order, and ABTS was the last.
 */
static void forget_qualifier(struct fc_seq *seq)
{
	struct fc_exch *ep = fc_seq_exch(seq);
	bool held;

	spin_lock_bh(&ep->ex_lock);
	held = ep->esb_stat & ESB_ST_REC_QUAL;
	ep->esb_stat &= ~ESB_ST_REC_QUAL;
	spin_unlock_bh(&ep->ex_lock);
	if (held) {
		fc_exch_done(seq);
		fc_seq_release(seq);
	}
}

/**
 * tcm_fc_cmd_end - give the exchange back
 * @cmd: command; may be gone afterwards
 *
 * Context: process.
 */
void tcm_fc_cmd_end(struct tcm_fc_cmd *cmd)
{
	struct fc_lport *lport;

	if (!cmd->seq || test_and_set_bit(TCM_FC_CMD_ENDED, &cmd->flags))
		return;
	lport = tcm_fc_cmd_lport(cmd);
	fc_exch_done(cmd->seq);
	forget_qualifier(cmd->seq);
	timer_shutdown_sync(&cmd->timer);
	if (cmd->ddp)
		lport->tt.ddp_done(lport, fc_seq_exch(cmd->seq)->xid);
	tcm_fc_cmd_drop(cmd);
}

/**
 * tcm_fc_cmd_abort - the exchange was aborted, or takes too long
 * @cmd: command, with the exchange's reference
 *
 * By ABORT TASK, so that the core knows.  Without memory for that, nothing
 * happens: whatever the command waits for ends it.
 *
 * Context: any.
 */
void tcm_fc_cmd_abort(struct tcm_fc_cmd *cmd)
{
	struct tcm_fc_cmd *tmr = tcm_fc_cmd_alloc(NULL, NULL);

	if (!tmr)
		return;
	/* it fails if the session ends, which aborts every command */
	if (target_submit_tmr(&tmr->se, cmd->se.se_sess, tmr->sense,
			      cmd->se.orig_fe_lun, NULL, TMR_ABORT_TASK,
			      GFP_ATOMIC, cmd->se.tag, 0))
		tcm_fc_cmd_discard(tmr);
}

static void end_work(struct work_struct *work)
{
	tcm_fc_cmd_end(container_of(work, struct tcm_fc_cmd, work));
}

/* The timer of an exchange: its reference is there until the timer stopped. */
static void waited_enough(struct timer_list *timer)
{
	struct tcm_fc_cmd *cmd = from_timer(cmd, timer, timer);

	if (!tcm_fc_cmd_answered(cmd)) {
		tcm_fc_cmd_abort(cmd);
		return;
	}
	INIT_WORK(&cmd->work, end_work);
	queue_work(tcm_fc_cmd_wq, &cmd->work);
}

/* ------------------------------------------------------------ responses -- */

static int send(struct fc_lport *lport, struct fc_seq *seq, struct fc_frame *fp,
		enum fc_rctl r_ctl, u32 f_ctl, u32 offset)
{
	struct fc_exch *ep = fc_seq_exch(seq);

	fc_fill_fc_hdr(fp, r_ctl, ep->did, ep->sid, FC_TYPE_FCP,
		       FC_FC_EX_CTX | f_ctl, offset);
	return fc_seq_send(lport, seq, fp);
}

/**
 * tcm_fc_cmd_send - send a frame of a command
 * @cmd: command
 * @fp: frame, which is gone afterwards
 * @r_ctl: what it is
 * @f_ctl: FC_FC_*, besides those that every frame of a target has
 * @offset: relative offset
 *
 * Context: process.
 * Return: 0, or an errno if the exchange is no more
 */
int tcm_fc_cmd_send(struct tcm_fc_cmd *cmd, struct fc_frame *fp,
		    enum fc_rctl r_ctl, u32 f_ctl, u32 offset)
{
	return send(tcm_fc_cmd_lport(cmd), cmd->seq, fp, r_ctl, f_ctl, offset);
}

static int send_rsp(struct fc_lport *lport, struct fc_seq *seq,
		    const struct tcm_fc_rsp *rsp)
{
	u8 iu[TCM_FC_RSP_MAX];
	size_t len = tcm_fc_fcp_build_rsp(iu, rsp);
	struct fc_frame *fp = fc_frame_alloc(lport, len);

	if (!fp)
		return -ENOMEM;
	memcpy(fc_frame_payload_get(fp, len), iu, len);
	fc_seq_start_next(seq);
	/* a response that is to be confirmed passes the initiative on */
	send(lport, seq, fp, FC_RCTL_DD_CMD_STATUS,
	     FC_FC_END_SEQ | (rsp->confirm ? FC_FC_SEQ_INIT : FC_FC_LAST_SEQ),
	     0);
	return 0;
}

/**
 * tcm_fc_cmd_refuse - answer an exchange that has no command
 * @lport: local port
 * @seq: exchange with a reference, which is gone afterwards
 * @rsp: what to say
 *
 * Context: process.
 * Return: 0 or -ENOMEM, and then the initiator has to run out of patience
 */
int tcm_fc_cmd_refuse(struct fc_lport *lport, struct fc_seq *seq,
		      const struct tcm_fc_rsp *rsp)
{
	int ret = send_rsp(lport, seq, rsp);

	fc_exch_done(seq);
	fc_seq_release(seq);
	return ret;
}

static void fill_rsp(struct tcm_fc_cmd *cmd, struct tcm_fc_rsp *rsp)
{
	const struct se_cmd *se = &cmd->se;

	rsp->status = se->scsi_status;
	if (se->se_cmd_flags & SCF_OVERFLOW_BIT)
		rsp->over = se->residual_count;
	else if (se->se_cmd_flags & SCF_UNDERFLOW_BIT)
		rsp->under = se->residual_count;
	rsp->bidi = test_bit(TCM_FC_CMD_BIDI, &cmd->flags);
	rsp->read_under = cmd->read_length;
	rsp->sense = cmd->sense;
	rsp->sense_len = se->scsi_sense_length;
	/* sense data must not get lost: it is told once */
	rsp->confirm = rsp->sense_len &&
		       test_bit(TCM_FC_CMD_CONFIRMS, &cmd->flags);
}

/**
 * tcm_fc_cmd_status - send the status of a command
 * @se: command
 *
 * Context: process.
 * Return: 0 or -ENOMEM
 */
int tcm_fc_cmd_status(struct se_cmd *se)
{
	struct tcm_fc_cmd *cmd = to_fc_cmd(se);
	struct tcm_fc_rsp rsp = {};
	int ret;

	/*
	 * While it is the initiator's turn to send, the status waits for the
	 * end of its sequence.  Whoever takes the bit sends.
	 */
	set_bit(TCM_FC_CMD_STATUS_DUE, &cmd->flags);
	/* pairs with the end of a burst */
	smp_mb__after_atomic();
	if (test_bit(TCM_FC_CMD_WANTS_DATA, &cmd->flags)) {
		mod_timer(&cmd->timer, jiffies + SEQUENCE_TIMEOUT);
		return 0;
	}
	if (!test_and_clear_bit(TCM_FC_CMD_STATUS_DUE, &cmd->flags) ||
	    !tcm_fc_cmd_hold(cmd))
		return 0;
	fill_rsp(cmd, &rsp);
	if (rsp.confirm) {
		mod_timer(&cmd->timer, jiffies + SEQUENCE_TIMEOUT);
		set_bit(TCM_FC_CMD_UNCONFIRMED, &cmd->flags);
	}
	ret = send_rsp(tcm_fc_cmd_lport(cmd), cmd->seq, &rsp);
	if (!ret && !rsp.confirm)
		tcm_fc_cmd_end(cmd);
	tcm_fc_cmd_drop(cmd);
	return ret;
}

void tcm_fc_cmd_tm_rsp(struct se_cmd *se)
{
	struct tcm_fc_cmd *cmd = to_fc_cmd(se);
	struct tcm_fc_rsp rsp = {
		.has_code = true,
		.code = tcm_fc_fcp_tmf_code(se->se_tmr_req->response),
	};

	if (!cmd->seq)
		return;
	send_rsp(tcm_fc_cmd_lport(cmd), cmd->seq, &rsp);
	tcm_fc_cmd_end(cmd);
}

/* Nothing comes in an exchange that libfc reset, or after ABTS. */
static bool data_may_come(struct tcm_fc_cmd *cmd)
{
	return test_bit(TCM_FC_CMD_WANTS_DATA, &cmd->flags) &&
	       !(READ_ONCE(fc_seq_exch(cmd->seq)->esb_stat) &
		 (ESB_ST_COMPLETE | ESB_ST_ABNORMAL));
}

/**
 * tcm_fc_cmd_aborted - the core wants no answer
 * @se: command
 *
 * While the initiator sends what it was asked for, the exchange stays: libfc
 * would use its number for the next one, even one of its own, and gives each
 * frame with that number to the handler there.  Those of its logins take it
 * for an answer, and drop a reference to the remote port for each.
 *
 * Context: process.
 */
void tcm_fc_cmd_aborted(struct se_cmd *se)
{
	struct tcm_fc_cmd *cmd = to_fc_cmd(se);

	set_bit(TCM_FC_CMD_ABORTED, &cmd->flags);
	/* pairs with the end of a burst */
	smp_mb__after_atomic();
	if (cmd->seq && data_may_come(cmd))
		mod_timer(&cmd->timer, jiffies + SEQUENCE_TIMEOUT);
	else
		tcm_fc_cmd_end(cmd);
}

int tcm_fc_cmd_stop_free(struct se_cmd *se)
{
	return target_put_sess_cmd(se);
}

void tcm_fc_cmd_release(struct se_cmd *se)
{
	tcm_fc_cmd_discard(to_fc_cmd(se));
}

int tcm_fc_cmd_setup(void)
{
	cache = KMEM_CACHE(tcm_fc_cmd, SLAB_HWCACHE_ALIGN);
	if (!cache)
		return -ENOMEM;
	tcm_fc_cmd_wq = alloc_workqueue("tcm_fc", WQ_MEM_RECLAIM | WQ_HIGHPRI,
					0);
	if (!tcm_fc_cmd_wq) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	return 0;
}

void tcm_fc_cmd_exit(void)
{
	destroy_workqueue(tcm_fc_cmd_wq);
	kmem_cache_destroy(cache);
}
