// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a command: from its outcome to the fabric, and to the last
 * reference.
 *
 * A command ends in one of three ways.  Its owner ends it
 * (target_complete()); or somebody aborted it and answers in the owner's
 * place (target_complete_aborted()), after which the owner, when it comes to
 * the end, finds an orphan (target_complete_orphan()) and lets go of it.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>
#include "aca.h"
#include "arrival.h"
#include "budget.h"
#include "complete.h"
#include "data.h"
#include "events.h"
#include "protection.h"
#include "range.h"
#include "sense.h"
#include "state.h"
#include "stats.h"
#include "trace.h"

/* How long a fabric that had no resources gets to find some */
#define RETRY_DELAY	msecs_to_jiffies(10)

struct workqueue_struct *target_complete_wq;
static struct workqueue_struct *reap_wq;

/* aborts what QERR says when a command ends with CHECK CONDITION: tmf.c */
static void (*abort_rest)(struct target_cmd *cmd);

void target_complete_set_qerr(void (*fn)(struct target_cmd *cmd))
{
	abort_rest = fn;
}

static void retry_all(struct work_struct *work);

static DEFINE_SPINLOCK(retry_lock);
static LIST_HEAD(retry_list);	/* target_retry.node, under retry_lock */
static DECLARE_DELAYED_WORK(retry_work, retry_all);

static void retry_all(struct work_struct *work)
{
	struct target_retry *retry, *next;
	LIST_HEAD(batch);

	spin_lock_irq(&retry_lock);
	list_splice_init(&retry_list, &batch);
	spin_unlock_irq(&retry_lock);

	list_for_each_entry_safe(retry, next, &batch, node) {
		list_del(&retry->node);
		retry->again(retry);
	}
}

/**
 * target_complete_retry - call the fabric again, a little later
 * @retry: of the command for which the fabric had no resources
 * @again: the call; in process context
 *
 * Context: any.
 */
void target_complete_retry(struct target_retry *retry,
			   void (*again)(struct target_retry *retry))
{
	unsigned long flags;

	retry->again = again;
	spin_lock_irqsave(&retry_lock, flags);
	list_add_tail(&retry->node, &retry_list);
	spin_unlock_irqrestore(&retry_lock, flags);
	queue_delayed_work(target_complete_wq, &retry_work, RETRY_DELAY);
}

static int give_to_fabric(struct se_cmd *se)
{
	if (se->scsi_status == SAM_STAT_GOOD && se->data_length &&
	    se->data_direction == DMA_FROM_DEVICE)
		return se->se_tfo->queue_data_in(se);
	return se->se_tfo->queue_status(se);
}

static bool is_shortage(int ret)
{
	return ret == -EAGAIN || ret == -ENOMEM;
}

/* Let go of what serialises commands: others may run now. */
static void leave(struct target_cmd *cmd)
{
	target_arrival_leave(cmd);
	if (unlikely(cmd->flags & TARGET_CMD_RANGE)) {
		cmd->flags &= ~TARGET_CMD_RANGE;
		target_range_end(cmd_dev(cmd), &cmd->range);
	}
}

/* Who waits in the order waits until it has ended: until it is answered. */
static void end_turn(struct target_cmd *cmd)
{
	if (cmd->link &&
	    unlikely(test_bit(TARGET_SLOW_ORDERED, &cmd_dev(cmd)->slow)))
		cmd->flags |= TARGET_CMD_LATE;
	else
		leave(cmd);
}

static void respond_again(struct target_retry *retry);

static void respond_now(struct target_cmd *cmd)
{
	struct se_cmd *se = to_se(cmd);
	int ret = give_to_fabric(se);

	if (ret && !is_shortage(ret)) {
		/* the data cannot be sent; the sense data says so */
		target_sense_build(cmd, TCM_LOGICAL_UNIT_COMMUNICATION_FAILURE);
		ret = se->se_tfo->queue_status(se);
	}
	/* if the status can't be sent either, there is nobody to tell */
	if (is_shortage(ret))
		target_complete_retry(&cmd->respond, respond_again);
	else
		se->se_tfo->check_stop_free(se);
}

static void respond(struct target_cmd *cmd)
{
	if (likely(!(cmd->flags & TARGET_CMD_LATE))) {
		respond_now(cmd);
		return;
	}
	/* an answer that has to be given again does not keep others waiting */
	cmd->flags &= ~TARGET_CMD_LATE;
	kref_get(&to_se(cmd)->cmd_kref);
	respond_now(cmd);
	leave(cmd);
	target_complete_put(cmd);
}

static void respond_again(struct target_retry *retry)
{
	respond_now(container_of(retry, struct target_cmd, respond));
}

static void respond_work(struct work_struct *work)
{
	respond(container_of(work, struct target_cmd, work));
}

static void qerr_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);

	abort_rest(cmd);
	end_turn(cmd);
	respond(cmd);
}

/* What happens to others because of how a command ended */
static bool has_qerr(struct target_cmd *cmd)
{
	return cmd->link && READ_ONCE(cmd_dev(cmd)->qerr) && abort_rest &&
	       to_se(cmd)->scsi_status == SAM_STAT_CHECK_CONDITION;
}

static void note_refusal(struct target_cmd *cmd)
{
	u8 status = to_se(cmd)->scsi_status;

	if (status != SAM_STAT_GOOD && status != SAM_STAT_CHECK_CONDITION &&
	    cmd->link)
		target_events_refused(cmd->itl, status);
}

/**
 * target_complete_defer - go on in process context
 * @cmd: command
 * @fn: what to do; gets &target_cmd.work
 *
 * Context: any.
 */
void target_complete_defer(struct target_cmd *cmd, work_func_t fn)
{
	const struct se_cmd *se = to_se(cmd);

	INIT_WORK(&cmd->work, fn);
	if (se->se_cmd_flags & SCF_USE_CPUID)
		queue_work_on(se->cpuid, target_complete_wq, &cmd->work);
	else
		queue_work(target_complete_wq, &cmd->work);
}

/* Who responds is the administrator's choice, then the fabric's. */
static void hand_over(struct target_cmd *cmd)
{
	int cpu = READ_ONCE(cmd_sess(cmd)->port->completion_cpu);
	const struct se_cmd *se = to_se(cmd);

	if (se->se_tfo->complete_any_context &&
	    (likely(cpu < 0) || cpu == raw_smp_processor_id())) {
		respond(cmd);
		return;
	}
	if (cpu == SE_COMPL_AFFINITY_CPUID)
		cpu = se->cpuid;
	else if (cpu == SE_COMPL_AFFINITY_CURR_CPU)
		cpu = WORK_CPU_UNBOUND;
	INIT_WORK(&cmd->work, respond_work);
	queue_work_on(cpu, target_complete_wq, &cmd->work);
}

/**
 * target_complete - a command has its outcome
 * @cmd: command; the caller owns it and must not touch it afterwards
 * @reason: TCM_NO_SENSE for GOOD
 *
 * Context: any.
 */
void target_complete(struct target_cmd *cmd, sense_reason_t reason)
{
	enum target_owner owner = target_state_owner(cmd);
	struct se_cmd *se = to_se(cmd);

	if (unlikely(cmd->pi))
		reason = cmd->pi->end(cmd, reason);
	if (unlikely(!target_state_move(cmd, owner, TARGET_OWNER_RESPONSE))) {
		if (target_state_in_core(owner))
			target_complete_orphan(cmd);
		return;
	}

	target_sense_build(cmd, reason);
	target_stats_count(cmd);
	if (unlikely(reason))
		target_stats_error(cmd, reason);
	trace_target_cmd_complete(se);

	/* before the next one starts: it may be blocked, or aborted */
	if (unlikely(se->scsi_status == SAM_STAT_CHECK_CONDITION) && cmd->link)
		target_aca_fault(cmd);
	if (unlikely(se->scsi_status)) {
		target_data_none(cmd);
		note_refusal(cmd);
	}
	if (unlikely(se->scsi_status) && has_qerr(cmd)) {
		target_complete_defer(cmd, qerr_work);
		return;
	}
	end_turn(cmd);
	hand_over(cmd);
}

/* In these states the owner comes to target_complete_orphan(), some day. */
static void count_orphan(struct target_cmd *cmd, int n)
{
	enum target_owner owner = target_state_owner(cmd);

	if (cmd->link && (owner == TARGET_OWNER_QUEUE ||
			  owner == TARGET_OWNER_HANDLER))
		atomic_add(n, &cmd_dev(cmd)->orphans);
}

/**
 * target_complete_crowded - has a medium too many commands that were aborted?
 * @dev: logical unit
 *
 * An aborted command is off its initiator's list and not off the medium's, and
 * keeps its memory until then: who aborts and sends again would get any amount
 * of it.
 *
 * Context: any.
 * Return: true if it shall get no more before some of them have ended
 */
bool target_complete_crowded(const struct target_dev *dev)
{
	return atomic_read(&dev->orphans) >= TARGET_COMPLETE_ORPHANS;
}

/**
 * target_complete_aborted - answer for a command that the caller aborted
 * @cmd: command for which target_state_abort() made the caller responsible
 * @tas: the initiator is told, with status TASK ABORTED (SAM-5 5.6)
 *
 * Context: process.
 */
void target_complete_aborted(struct target_cmd *cmd, bool tas)
{
	struct se_cmd *se = to_se(cmd);

	count_orphan(cmd, 1);
	if (tas) {
		WRITE_ONCE(se->transport_state, CMD_T_ABORTED | CMD_T_TAS);
		/* nothing that its owner reads: the handler may be at work */
		se->scsi_status = target_sense_status(TCM_TASK_ABORTED);
		se->scsi_sense_length = 0;
		respond(cmd);
		return;
	}
	se->se_tfo->aborted_task(se);
	se->se_tfo->check_stop_free(se);
}

static void put_work(struct work_struct *work)
{
	target_complete_put(container_of(work, struct target_cmd, work));
}

/**
 * target_complete_orphan - the owner of an aborted command lets go of it
 * @cmd: command that the core has (target_state_in_core()); the aborter left
 *	a reference for its owner
 *
 * Context: any.
 */
void target_complete_orphan(struct target_cmd *cmd)
{
	target_arrival_leave(cmd);
	count_orphan(cmd, -1);
	if (cmd->link) {
		cmd->flags &= ~TARGET_CMD_RANGE;
		target_range_end(cmd_dev(cmd), &cmd->range);
	}
	/* release_cmd() may need process context, and nobody is in a hurry */
	if (to_se(cmd)->se_tfo->complete_any_context)
		target_complete_put(cmd);
	else
		target_complete_defer(cmd, put_work);
}

static void drop_pi(struct target_cmd *cmd)
{
	struct target_pi *pi = cmd->pi;

	/* what is to be freed has to be in its place */
	pi->end(cmd, TCM_TASK_ABORTED);
	if (pi->counted)
		target_budget_give(cmd_sess(cmd), pi->counted);
	kvfree(pi->plain);
	kvfree(pi->tuples);
	kfree(pi);
}

static void release(struct target_cmd *cmd)
{
	struct se_cmd *se = to_se(cmd);
	struct target_link *link = cmd->link;
	struct target_sess *sess = NULL;
	unsigned long flags;

	if (unlikely(cmd->pi))
		drop_pi(cmd);
	target_data_free(cmd);
	kvfree(cmd->scratch);
	if (cmd->flags & TARGET_CMD_COUNTED) {
		sess = cmd_sess(cmd);
		spin_lock_irqsave(&cmd->queue->lock, flags);
		list_del(&cmd->sess_node);
		spin_unlock_irqrestore(&cmd->queue->lock, flags);
	}

	se->se_tfo->release_cmd(se);

	if (link)
		percpu_ref_put(&link->ref);
	if (sess)
		percpu_ref_put(&sess->ref);
}

static void release_work(struct work_struct *work)
{
	release(container_of(work, struct target_cmd, work));
}

/* The last reference to a command is gone.  Any context. */
void target_complete_release(struct kref *kref)
{
	struct se_cmd *se = container_of(kref, struct se_cmd, cmd_kref);
	struct target_cmd *cmd = to_cmd(se);

	/* vfree() may sleep, and the caller may have interrupts disabled */
	if (unlikely(is_vmalloc_addr(cmd->scratch) || cmd->pi))
		target_complete_defer(cmd, release_work);
	else
		release(cmd);
}

/**
 * target_complete_reap - free what no command uses any more
 * @work: does it; may close a medium, which takes its time
 *
 * The module does not end before @work has.
 *
 * Context: any.
 */
void target_complete_reap(struct work_struct *work)
{
	queue_work(reap_wq, work);
}

/**
 * target_complete_reap_later - likewise, after a while
 * @work: does it; its owner sees to it that it has before the module ends
 * @delay: jiffies
 *
 * Context: any.
 */
void target_complete_reap_later(struct delayed_work *work, unsigned long delay)
{
	queue_delayed_work(reap_wq, work, delay);
}

int target_complete_init(void)
{
	target_complete_wq = alloc_workqueue("target", WQ_MEM_RECLAIM | WQ_HIGHPRI, 0);
	if (!target_complete_wq)
		return -ENOMEM;
	reap_wq = alloc_workqueue("target_reap", WQ_UNBOUND, 0);
	if (!reap_wq) {
		destroy_workqueue(target_complete_wq);
		return -ENOMEM;
	}
	return 0;
}

void target_complete_exit(void)
{
	cancel_delayed_work_sync(&retry_work);
	destroy_workqueue(target_complete_wq);
	destroy_workqueue(reap_wq);
}
