// SPDX-License-Identifier: GPL-2.0-only
/*
 * A command comes in: counted, looked up, decoded, given buffers, and started
 * where the fabric and the administrator want it.
 */
#include <linux/blkdev.h>
#include <scsi/scsi_common.h>
#include "../emul/emul.h"
#include "aca.h"
#include "arrival.h"
#include "complete.h"
#include "data.h"
#include "execute.h"
#include "itl.h"
#include "range.h"
#include "sense.h"
#include "state.h"
#include "submit.h"

/**
 * struct submit_queue - commands that a CPU has yet to submit
 * @cmds: target_cmd.submit_node, newest first
 * @work: submits them, as one batch for the block layer
 */
struct submit_queue {
	struct llist_head	cmds;
	struct work_struct	work;
};

static DEFINE_PER_CPU(struct submit_queue, submit_queues);

/* Set what the core uses; the fabric may have left anything there. */
void target_submit_init(struct target_cmd *cmd, struct target_sess *sess,
			const struct target_core_fabric_ops *tfo)
{
	struct se_cmd *se = to_se(cmd);

	target_state_init(cmd);
	target_range_reset(&cmd->range);
	cmd->flags = 0;
	cmd->cdb_len = 0;
	cmd->coming = TARGET_COMING_NOT;
	cmd->place = TARGET_PLACE_NONE;
	cmd->tasks = NULL;
	cmd->link = NULL;
	cmd->itl = NULL;
	cmd->op = NULL;
	cmd->done = NULL;
	cmd->pi = NULL;
	cmd->scratch = NULL;
	cmd->blocks = 0;
	cmd->moved = 0;
	cmd->wanted = 0;
	cmd->io.flags = 0;
	cmd->io.tuples = NULL;
	cmd->fault = (struct target_fault){};
	cmd->born = jiffies;

	kref_init(&se->cmd_kref);
	se->se_sess = &sess->se;
	se->se_tfo = tfo;
	se->se_dev = NULL;
	se->se_tmr_req = NULL;
	se->se_cmd_flags = 0;
	se->residual_count = 0;
	se->scsi_status = SAM_STAT_GOOD;
	se->scsi_sense_length = 0;
	se->t_task_cdb = cmd->cdb;
	se->t_task_lba = 0;
	se->t_data_sg = NULL;
	se->t_data_nents = 0;
	se->t_prot_sg = NULL;
	se->t_prot_nents = 0;
	se->prot_op = TARGET_PROT_NORMAL;
	se->prot_type = TARGET_DIF_TYPE0_PROT;
	se->prot_checks = 0;
	se->pi_err = TCM_NO_SENSE;
}

/* Make the command one of its session's.  False if that is going away. */
bool target_submit_count(struct target_cmd *cmd)
{
	struct target_sess *sess = cmd_sess(cmd);
	unsigned long flags;
	bool late;

	if (!percpu_ref_tryget_live(&sess->ref))
		return false;
	cmd->queue = raw_cpu_ptr(sess->queues);
	spin_lock_irqsave(&cmd->queue->lock, flags);
	/* if the session is being detached, this queue was seen to already */
	late = test_bit(TARGET_SESS_DETACHED, &sess->flags);
	if (likely(!late))
		list_add_tail(&cmd->sess_node, &cmd->queue->cmds);
	spin_unlock_irqrestore(&cmd->queue->lock, flags);
	if (unlikely(late)) {
		percpu_ref_put(&sess->ref);
		return false;
	}
	cmd->flags |= TARGET_CMD_COUNTED;
	return true;
}

/**
 * target_submit_lookup - find the logical unit
 * @cmd: command
 * @lun: as scsilun_to_int() makes it of what the initiator sent
 *
 * Return: TCM_NO_SENSE, or TCM_NON_EXISTENT_LUN and no link
 */
sense_reason_t target_submit_lookup(struct target_cmd *cmd, u64 lun)
{
	struct target_itl *itl;

	if (unlikely(lun == TARGET_ITL_REPORT_LUNS))
		cmd->flags |= TARGET_CMD_WELL_KNOWN;
	rcu_read_lock();
	itl = target_itl_find(cmd_sess(cmd), target_itl_number(lun));
	if (itl && percpu_ref_tryget_live(&itl->link->ref)) {
		cmd->itl = itl;
		/* pairs with link_of() of an abort */
		smp_store_release(&cmd->link, itl->link);
		to_se(cmd)->se_dev = &itl->link->dev->se;
	}
	rcu_read_unlock();
	return cmd->link ? TCM_NO_SENSE : TCM_NON_EXISTENT_LUN;
}

/* No longer CDB than this is implemented; SPC-5 4.2.3.3 has the length. */
static sense_reason_t set_cdb(struct target_cmd *cmd, const u8 *cdb)
{
	unsigned int len = scsi_command_size(cdb);

	cmd->cdb_len = min_t(unsigned int, len, sizeof(cmd->cdb));
	memcpy(cmd->cdb, cdb, cmd->cdb_len);
	return len > sizeof(cmd->cdb) ? target_sense_cdb(cmd, 7, -1) :
					TCM_NO_SENSE;
}

static sense_reason_t set_data(struct target_cmd *cmd,
			       const struct target_submit_data *data, gfp_t gfp)
{
	struct se_cmd *se = to_se(cmd);

	if (data->sgl) {
		se->t_data_sg = data->sgl;
		se->t_data_nents = data->nents;
		se->se_cmd_flags |= SCF_PASSTHROUGH_SG_TO_MEM_NOALLOC;
		return TCM_NO_SENSE;
	}
	target_access_foresee(cmd);
	return target_data_alloc(cmd, gfp);
}

static sense_reason_t parse(struct target_cmd *cmd, const u8 *cdb,
			    const struct target_submit_data *data, gfp_t gfp)
{
	sense_reason_t reason;

	/* how much data a CDB means depends on it */
	to_se(cmd)->t_prot_sg = data->prot_sgl;
	to_se(cmd)->t_prot_nents = data->prot_nents;
	/* commands for no logical unit are decoded too: some have an answer */
	target_submit_lookup(cmd, to_se(cmd)->orig_fe_lun);
	reason = set_cdb(cmd, cdb);
	if (cmd->link && !reason)
		reason = target_aca_admit(cmd);
	if (!reason)
		reason = target_cdb_decode(cmd);
	if (!reason)
		reason = set_data(cmd, data, gfp);
	return reason;
}

/**
 * target_submit_parse - look up, decode, allocate
 * @cmd: counted command
 * @cdb: as long as its operation code says
 * @data: the fabric's buffers
 * @gfp: how to allocate
 *
 * Context: any that suits @gfp.
 * Return: 0, or -EIO if the command has ended with a status
 */
int target_submit_parse(struct target_cmd *cmd, const u8 *cdb,
			const struct target_submit_data *data, gfp_t gfp)
{
	sense_reason_t reason = parse(cmd, cdb, data, gfp);

	if (likely(!reason))
		return 0;
	target_complete(cmd, reason);
	return -EIO;
}

static void fetch_again(struct target_retry *retry);

/*
 * The fabric has the command from now on, may end it on another CPU, and
 * somebody may abort it, all before write_pending() returns: hence a reference
 * of the caller's, which is dropped here.
 */
static void fetch_data(struct target_cmd *cmd)
{
	struct se_cmd *se = to_se(cmd);
	int ret = se->se_tfo->write_pending(se);

	if (ret == -EAGAIN || ret == -ENOMEM) {
		target_complete_retry(&cmd->fetch, fetch_again);
		return;
	}
	if (ret)
		target_complete(cmd, TCM_LOGICAL_UNIT_COMMUNICATION_FAILURE);
	target_complete_put(cmd);
}

static void fetch_again(struct target_retry *retry)
{
	struct target_cmd *cmd = container_of(retry, struct target_cmd, fetch);

	/* whoever aborted it answered */
	if (target_state_aborted(cmd) &&
	    !to_se(cmd)->se_tfo->write_pending_must_be_called)
		target_complete_put(cmd);
	else
		fetch_data(cmd);
}

static void start_write(struct target_cmd *cmd)
{
	struct se_cmd *se = to_se(cmd);

	kref_get(&se->cmd_kref);
	if (likely(target_state_move(cmd, TARGET_OWNER_NEW,
				     TARGET_OWNER_FABRIC))) {
		fetch_data(cmd);
		return;
	}
	if (se->se_tfo->write_pending_must_be_called)
		se->se_tfo->write_pending(se);
	target_complete_put(cmd);
	target_complete_orphan(cmd);
}

static bool has_data_out(struct target_cmd *cmd)
{
	const struct se_cmd *se = to_se(cmd);

	return se->data_direction == DMA_TO_DEVICE && se->data_length;
}

/* Run a command as far as it goes in this context, which is process. */
static void start_here(struct target_cmd *cmd)
{
	if (has_data_out(cmd))
		start_write(cmd);
	else
		target_execute(cmd);
}

static void submit_batch(struct work_struct *work)
{
	struct submit_queue *queue = container_of(work, struct submit_queue,
						  work);
	struct llist_node *batch = llist_del_all(&queue->cmds);
	struct target_cmd *cmd, *next;
	struct blk_plug plug;

	blk_start_plug(&plug);
	llist_for_each_entry_safe(cmd, next, llist_reverse_order(batch),
				  submit_node)
		start_here(cmd);
	blk_finish_plug(&plug);
}

static void start_queued(struct target_cmd *cmd)
{
	const struct se_cmd *se = to_se(cmd);
	int cpu = se->se_cmd_flags & SCF_USE_CPUID ? se->cpuid :
						     raw_smp_processor_id();
	struct submit_queue *queue = per_cpu_ptr(&submit_queues, cpu);

	if (llist_add(&cmd->submit_node, &queue->cmds))
		queue_work_on(cpu, target_complete_wq, &queue->work);
}

static bool wants_direct(struct target_cmd *cmd)
{
	const struct target_core_fabric_ops *tfo = to_se(cmd)->se_tfo;
	u8 type = TARGET_FABRIC_DEFAULT_SUBMIT;

	if (!tfo->direct_submit_supp)
		return false;
	if (cmd->link)
		type = READ_ONCE(cmd_dev(cmd)->attr.submit_type);
	if (type == TARGET_FABRIC_DEFAULT_SUBMIT)
		type = tfo->default_submit_type;
	return type == TARGET_DIRECT_SUBMIT;
}

/* It has all that it needs.  False if somebody else goes on with it. */
static bool arrive(struct target_cmd *cmd)
{
	if (likely(target_state_move(cmd, TARGET_OWNER_NEW,
				     TARGET_OWNER_QUEUE)))
		return !cmd->link || target_arrival_enter(cmd);
	target_complete_orphan(cmd);
	return false;
}

/* Context: what the fabric's ops say of target_submit(). */
void target_submit_start(struct target_cmd *cmd)
{
	/* its place is that of now, whenever its data or a worker comes */
	if (!has_data_out(cmd)) {
		if (!arrive(cmd))
			return;
	} else if (cmd->link) {
		target_arrival_begin(cmd);
	}
	if (wants_direct(cmd))
		start_here(cmd);
	else
		start_queued(cmd);
}

/* The fabric has all write data.  Context: any with interrupts enabled. */
void target_submit_data_ready(struct target_cmd *cmd)
{
	if (!target_state_move(cmd, TARGET_OWNER_FABRIC, TARGET_OWNER_QUEUE))
		return;
	if (cmd->link && !target_arrival_enter(cmd))
		return;
	if (in_task() && wants_direct(cmd))
		target_execute(cmd);
	else
		target_execute_queue(cmd);
}

int target_submit_setup(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct submit_queue *queue = per_cpu_ptr(&submit_queues, cpu);

		init_llist_head(&queue->cmds);
		INIT_WORK(&queue->work, submit_batch);
	}
	return 0;
}
