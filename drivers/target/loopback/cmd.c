// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of the loopback fabric.
 *
 * A command is submitted where the midlayer queues it and completed where the
 * backstore ends, in the initiator's own pages: no copy, no thread between.
 * That makes one submission to the block layer part of another, which has two
 * pitfalls, both here: see set_plug_aside() and queuecommand().
 *
 * The pages belong to the initiator, so a command that a backstore works on
 * cannot be given back before the backstore is done with it.  A command that
 * takes too long is aborted, which takes it out of any queue at once, and its
 * timer starts again: the midlayer never gets to reuse a request that is
 * still somebody else's, and error handling never waits for a medium.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include "loopback.h"

/* How long a task management function may take: it waits for no medium */
#define TMF_TIMEOUT		(10 * HZ)

/**
 * struct tcm_loop_cmd - private part of a request
 * @se: the core's part
 * @work: submits it, if that cannot be done where it was queued
 * @owned: the core has it
 * @timed_out: its initiator lost patience
 */
struct tcm_loop_cmd {
	struct se_cmd		se;
	struct work_struct	work;
	bool			owned;
	bool			timed_out;
};

/**
 * struct tcm_loop_tmr - a task management function
 * @se: the core's part; its reference count is this struct's
 * @done: @response is known
 * @response: enum tcm_tmrsp_table
 */
struct tcm_loop_tmr {
	struct se_cmd		se;
	struct completion	done;
	u8			response;
};

static struct workqueue_struct *submit_wq;

/* The core writes sense data where the midlayer looks for it. */
static_assert(SCSI_SENSE_BUFFERSIZE >= TRANSPORT_SENSE_BUFFER);

static struct tcm_loop_cmd *to_loop_cmd(struct se_cmd *se)
{
	return container_of(se, struct tcm_loop_cmd, se);
}

static struct tcm_loop_tmr *to_loop_tmr(struct se_cmd *se)
{
	return container_of(se, struct tcm_loop_tmr, se);
}

static struct scsi_cmnd *to_scsi(struct tcm_loop_cmd *cmd)
{
	return (struct scsi_cmnd *)cmd - 1;
}

/* -------------------------------------------------------------- submit -- */

/* Make the command one of the nexus'.  The nexus may end at any moment. */
static int start(struct tcm_loop_host *host, struct scsi_cmnd *sc,
		 struct tcm_loop_cmd *cmd)
{
	struct se_session *sess;
	int ret = -ENOTCONN;

	cmd->se.tag = blk_mq_unique_tag(scsi_cmd_to_rq(sc));
	rcu_read_lock();
	sess = rcu_dereference(host->sess);
	if (sess)
		ret = target_init_cmd(&cmd->se, sess, sc->sense_buffer,
				      sc->device->lun, scsi_bufflen(sc),
				      TCM_SIMPLE_TAG, sc->sc_data_direction, 0);
	rcu_read_unlock();
	return ret;
}

static int submit(struct tcm_loop_host *host, struct scsi_cmnd *sc)
{
	struct tcm_loop_cmd *cmd = scsi_cmd_priv(sc);

	if (unlikely(READ_ONCE(host->offline)))
		return DID_TRANSPORT_DISRUPTED;

	cmd->timed_out = false;
	WRITE_ONCE(cmd->owned, true);
	if (start(host, sc, cmd)) {
		WRITE_ONCE(cmd->owned, false);
		return DID_NO_CONNECT;
	}
	/* with none beside the data it is made, and checked, on this side */
	cmd->se.prot_pto = scsi_get_prot_op(sc) != SCSI_PROT_NORMAL;
	/* on failure the command has ended already, with a status */
	if (!target_submit_prep(&cmd->se, sc->cmnd, scsi_sglist(sc),
				scsi_sg_count(sc), NULL, 0,
				scsi_prot_sglist(sc), scsi_prot_sg_count(sc),
				GFP_NOIO))
		target_submit(&cmd->se);
	return DID_OK;
}

/*
 * The caller may be in the middle of dispatching its plug, whose list must
 * not get requests of the backstore's device meanwhile.
 */
static struct blk_plug *set_plug_aside(void)
{
	struct blk_plug *plug = current->plug;

	if (plug) {
		/* the scheduler goes by the flag, and would look for the plug */
		plug->cur_ktime = 0;
		current->flags &= ~PF_BLOCK_TS;
		current->plug = NULL;
	}
	return plug;
}

static void submit_here(struct scsi_cmnd *sc)
{
	struct blk_plug *plug = set_plug_aside();
	/* this may be memory reclaim, and the backstore may be a file */
	unsigned int noio = memalloc_noio_save();
	int host_byte;

	host_byte = submit(shost_priv(sc->device->host), sc);
	current->plug = plug;
	memalloc_noio_restore(noio);

	if (unlikely(host_byte != DID_OK)) {
		sc->result = host_byte << 16;
		scsi_done(sc);
	}
}

static void submit_work(struct work_struct *work)
{
	struct tcm_loop_cmd *cmd = container_of(work, struct tcm_loop_cmd, work);

	submit_here(to_scsi(cmd));
}

/*
 * A plug with requests of several devices may hold those that the backstore's
 * device has to finish before it takes another one, and while the plug is set
 * aside, waiting does not send them on their way.
 */
static int queuecommand(struct Scsi_Host *sh, struct scsi_cmnd *sc)
{
	struct tcm_loop_cmd *cmd = scsi_cmd_priv(sc);

	if (unlikely(READ_ONCE(cmd->owned)))
		return SCSI_MLQUEUE_HOST_BUSY;

	if (unlikely(current->plug && current->plug->multiple_queues))
		queue_work(submit_wq, &cmd->work);
	else
		submit_here(sc);
	return 0;
}

/* Once for a request, so that the midlayer does not zero it for each command */
static int init_cmd_priv(struct Scsi_Host *sh, struct scsi_cmnd *sc)
{
	struct tcm_loop_cmd *cmd = scsi_cmd_priv(sc);

	memset(cmd, 0, sizeof(*cmd));
	INIT_WORK(&cmd->work, submit_work);
	return 0;
}

/* The data is where it is needed: in the initiator's pages. */
int tcm_loop_cmd_write_pending(struct se_cmd *se)
{
	target_execute_cmd(se);
	return 0;
}

/* ------------------------------------------------------------ complete -- */

int tcm_loop_cmd_respond(struct se_cmd *se)
{
	struct scsi_cmnd *sc = to_scsi(to_loop_cmd(se));

	sc->result = se->scsi_status;
	if (se->se_cmd_flags & SCF_UNDERFLOW_BIT)
		scsi_set_resid(sc, se->residual_count);
	return 0;
}

/*
 * DID_RESET has the midlayer send the command again, as often as it takes;
 * DID_SOFT_ERROR counts, so that an initiator whose commands time out gets
 * an error in the end.
 */
void tcm_loop_cmd_aborted(struct se_cmd *se)
{
	struct tcm_loop_cmd *cmd = to_loop_cmd(se);
	int host_byte = cmd->timed_out ? DID_SOFT_ERROR : DID_RESET;

	to_scsi(cmd)->result = host_byte << 16;
}

int tcm_loop_cmd_stop_free(struct se_cmd *se)
{
	return target_put_sess_cmd(se);
}

void tcm_loop_cmd_release(struct se_cmd *se)
{
	struct tcm_loop_cmd *cmd;

	if (unlikely(se->se_tmr_req)) {
		kfree(to_loop_tmr(se));
		return;
	}
	cmd = to_loop_cmd(se);
	WRITE_ONCE(cmd->owned, false);
	if (in_task())
		scsi_done_direct(to_scsi(cmd));
	else
		scsi_done(to_scsi(cmd));
}

/* ------------------------------------------------------ error handling -- */

void tcm_loop_cmd_tm_rsp(struct se_cmd *se)
{
	struct tcm_loop_tmr *tmr = to_loop_tmr(se);

	tmr->response = se->se_tmr_req->response;
	complete(&tmr->done);
}

/* Context: any.  With TARGET_SCF_ACK_KREF the caller has to put the result. */
static struct tcm_loop_tmr *send_tmr(struct scsi_cmnd *sc, u8 function,
				     u64 tag, int flags)
{
	struct tcm_loop_host *host = shost_priv(sc->device->host);
	struct se_session *sess;
	struct tcm_loop_tmr *tmr;
	int ret = -ENOTCONN;

	tmr = kzalloc(sizeof(*tmr), GFP_ATOMIC | __GFP_NOWARN);
	if (!tmr)
		return NULL;
	init_completion(&tmr->done);

	rcu_read_lock();
	sess = rcu_dereference(host->sess);
	if (sess)
		ret = target_submit_tmr(&tmr->se, sess, NULL, sc->device->lun,
					tmr, function, GFP_ATOMIC, tag, flags);
	rcu_read_unlock();
	if (ret) {
		kfree(tmr);
		return NULL;
	}
	return tmr;
}

static u8 run_tmr(struct scsi_cmnd *sc, u8 function, u64 tag)
{
	struct tcm_loop_tmr *tmr = send_tmr(sc, function, tag,
					    TARGET_SCF_ACK_KREF);
	u8 response = TMR_FUNCTION_FAILED;

	if (!tmr)
		return response;
	if (wait_for_completion_timeout(&tmr->done, TMF_TIMEOUT))
		response = tmr->response;
	target_put_sess_cmd(&tmr->se);
	return response;
}

/*
 * Called by the block layer's timer, which holds the request.  Whatever the
 * abort does, the command ends by tcm_loop_cmd_release().
 */
static enum scsi_timeout_action eh_timed_out(struct scsi_cmnd *sc)
{
	struct tcm_loop_cmd *cmd = scsi_cmd_priv(sc);

	if (READ_ONCE(cmd->owned) && !cmd->timed_out) {
		cmd->timed_out = true;
		if (!send_tmr(sc, TMR_ABORT_TASK, cmd->se.tag, 0))
			cmd->timed_out = false;
	}
	return SCSI_EH_RESET_TIMER;
}

/*
 * Only commands that the midlayer's error handler itself sends come here:
 * TEST UNIT READY and the like, which no backstore ever sees, so that an
 * abort ends them.  The request must not be reused before.
 */
static int eh_abort(struct scsi_cmnd *sc)
{
	struct tcm_loop_cmd *cmd = scsi_cmd_priv(sc);

	if (READ_ONCE(cmd->owned))
		run_tmr(sc, TMR_ABORT_TASK, cmd->se.tag);
	while (READ_ONCE(cmd->owned))
		msleep(20);
	return SUCCESS;
}

static int eh_device_reset(struct scsi_cmnd *sc)
{
	return run_tmr(sc, TMR_LUN_RESET, 0) == TMR_FUNCTION_COMPLETE ?
	       SUCCESS : FAILED;
}

/* --------------------------------------------------------------- host --- */

/* A host has one target, whose identifier is the target port group tag. */
static int target_alloc(struct scsi_target *starget)
{
	struct tcm_loop_host *host = shost_priv(dev_to_shost(&starget->dev));

	return starget->id == host->tag ? 0 : -ENXIO;
}

/*
 * A flush of a disk here ends within that of the block device behind it, and one
 * of them is read from while the limits of the other are set, so that lockdep
 * must not take the locks of the two queues for one.
 */
static int slave_alloc(struct scsi_device *sdev)
{
	static struct lock_class_key flush_key, limits_key;
	struct request_queue *q = sdev->request_queue;
	struct blk_mq_hw_ctx *hctx;
	unsigned long i;

	lockdep_set_class(&q->limits_lock, &limits_key);
	queue_for_each_hw_ctx(q, hctx, i)
		blk_mq_hctx_set_fq_lock_class(hctx, &flush_key);
	return 0;
}

const struct scsi_host_template tcm_loop_cmd_template = {
	.module			= THIS_MODULE,
	.name			= "TCM_Loopback",
	.proc_name		= "tcm_loopback",
	.queuecommand		= queuecommand,
	.queuecommand_may_block	= true,
	.init_cmd_priv		= init_cmd_priv,
	.cmd_size		= sizeof(struct tcm_loop_cmd),
	.change_queue_depth	= scsi_change_queue_depth,
	.target_alloc		= target_alloc,
	.slave_alloc		= slave_alloc,
	.eh_timed_out		= eh_timed_out,
	.eh_abort_handler	= eh_abort,
	.eh_device_reset_handler = eh_device_reset,
	.can_queue		= 256,
	.cmd_per_lun		= 256,
	.this_id		= -1,
	.sg_tablesize		= SG_MAX_SEGMENTS,
	/* whole sectors, as the block devices behind may need them */
	.dma_alignment		= SECTOR_SIZE - 1,
	.max_sectors		= SZ_8M >> SECTOR_SHIFT,
	.max_segment_size	= UINT_MAX,
};

int tcm_loop_cmd_setup(void)
{
	submit_wq = alloc_workqueue("tcm_loop_submit",
				    WQ_MEM_RECLAIM | WQ_HIGHPRI, 0);
	return submit_wq ? 0 : -ENOMEM;
}

void tcm_loop_cmd_exit(void)
{
	destroy_workqueue(submit_wq);
}
