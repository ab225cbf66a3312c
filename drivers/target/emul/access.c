// SPDX-License-Identifier: GPL-2.0-only
/*
 * May this command run now?  Asked once for each command, just before its
 * handler; the row of the table says what applies.
 *
 * The fast path is one load of target_dev.slow, two of what the nexus has not
 * heard yet and, for writes, the write protection.
 */
#include <linux/overflow.h>
#include "../core/data.h"
#include "access.h"
#include "alua.h"
#include "copy_token.h"
#include "deferred.h"
#include "emul.h"
#include "lu.h"
#include "meanwhile.h"
#include "opdef.h"
#include "opindex.h"
#include "resv_lu.h"
#include "threshold.h"
#include "ua.h"

/* Reasons that are looked at here; core/execute.c sees to the others. */
#define SLOW_HERE							\
	(BIT(TARGET_SLOW_RESV) | BIT(TARGET_SLOW_ALUA) |		\
	 BIT(TARGET_SLOW_STOPPED))

static bool is_read_only(const struct target_itl *itl)
{
	const struct target_dev *dev = itl->link->dev;

	return READ_ONCE(itl->read_only) ||
	       READ_ONCE(dev->limits.read_only) || READ_ONCE(dev->emul->swp);
}

/**
 * target_access_read_only - are writes of this nexus refused?
 * @cmd: command with a logical unit
 *
 * Return: true if the mapping, the medium or SWP says so
 */
bool target_access_read_only(const struct target_cmd *cmd)
{
	return is_read_only(cmd->itl);
}

/* SBC-4 4.11, 4.33: a job keeps the medium for itself, and if it failed too. */
static sense_reason_t busy(const struct target_job *job,
			   enum target_job_kind kind,
			   struct target_fault *fault)
{
	bool format = kind == TARGET_JOB_FORMAT;

	if (READ_ONCE(job->failed))
		return format ? TCM_FORMAT_CORRUPTED : TCM_SANITIZE_FAILED;
	fault->has_progress = true;
	fault->progress = target_lu_progress(job);
	return format ? TCM_NOT_READY_FORMATTING : TCM_NOT_READY_SANITIZING;
}

/**
 * target_access_ready - can the medium be accessed?
 * @dev: logical unit
 * @fault: gets the progress of what it is busy with
 *
 * Return: TCM_NO_SENSE, or what TEST UNIT READY ends with
 */
sense_reason_t target_access_ready(const struct target_dev *dev,
				   struct target_fault *fault)
{
	enum target_job_kind kind;

	if (likely(!test_bit(TARGET_SLOW_STOPPED, &dev->slow)))
		return TCM_NO_SENSE;
	if (READ_ONCE(dev->dead))
		return TCM_NOT_READY_CAUSE_NOT_REPORTABLE;
	kind = READ_ONCE(dev->emul->job.kind);
	if (kind != TARGET_JOB_NONE)
		return busy(&dev->emul->job, kind, fault);
	if (READ_ONCE(dev->emul->stopped))
		return TCM_NOT_READY_STOPPED;
	return TCM_NOT_READY_CAUSE_NOT_REPORTABLE;
}

/**
 * target_access_range - has a medium these blocks?
 * @dev: logical unit
 * @lba: first block
 * @blocks: how many
 *
 * Return: TCM_NO_SENSE or TCM_ADDRESS_OUT_OF_RANGE
 */
sense_reason_t target_access_range(const struct target_dev *dev, u64 lba,
				   u64 blocks)
{
	u64 end;

	if (check_add_overflow(lba, blocks, &end) ||
	    end > READ_ONCE(dev->nr_blocks))
		return TCM_ADDRESS_OUT_OF_RANGE;
	return TCM_NO_SENSE;
}

/**
 * target_access_blocks - could a READ or a WRITE of a nexus run now?
 * @itl: nexus
 * @lba: first block
 * @blocks: how many
 * @write: WRITE, else READ
 * @fault: gets the progress of what the medium is busy with
 *
 * For what is done in the name of a nexus by a command to another logical
 * unit.  Unit attentions stay for commands that can report them.
 *
 * Return: TCM_NO_SENSE, or what the command would end with
 */
sense_reason_t target_access_blocks(const struct target_itl *itl, u64 lba,
				    u64 blocks, bool write,
				    struct target_fault *fault)
{
	const struct target_dev *dev = itl->link->dev;
	sense_reason_t reason;

	reason = target_alua_check_blocks(itl->link, lba, blocks);
	if (reason)
		return reason;
	reason = target_resv_lu_check_class(itl, write ? TARGET_RESV_WRITE :
							 TARGET_RESV_READ);
	if (reason)
		return reason;
	reason = target_access_ready(dev, fault);
	if (reason)
		return reason;
	if (write && is_read_only(itl))
		return TCM_WRITE_PROTECTED;
	return target_access_range(dev, lba, blocks);
}

/**
 * target_access_row - could a command of a nexus run now that names no blocks?
 * @itl: nexus
 * @op: its row
 * @fault: gets the progress of what the medium is busy with
 *
 * As target_access_blocks().
 *
 * Return: TCM_NO_SENSE, or what the command would end with
 */
sense_reason_t target_access_row(const struct target_itl *itl,
				 const struct target_opdef *op,
				 struct target_fault *fault)
{
	sense_reason_t reason;

	if (!target_opindex_enabled(op, itl->link->dev))
		return TCM_UNSUPPORTED_SCSI_OPCODE;
	reason = target_alua_check_port(itl->link, op->alua);
	if (reason)
		return reason;
	reason = target_resv_lu_check_class(itl, op->resv);
	if (reason || op->flags & TARGET_OP_STOPPED)
		return reason;
	return target_access_ready(itl->link->dev, fault);
}

/**
 * target_access_stop - START STOP UNIT
 * @dev: logical unit
 * @stop: stop it, else start it
 */
void target_access_stop(struct target_dev *dev, bool stop)
{
	guard(mutex)(&dev->emul->mode_lock);
	dev->emul->stop_due = false;
	WRITE_ONCE(dev->emul->stopped, stop);
	target_access_refresh(dev);
}

/*
 * The cache is written, or cannot be: then nothing is stopped.  emul->mode_lock is
 * held.
 */
void target_access_stop_due(struct target_dev *dev, bool written)
{
	struct target_emul *emul = dev->emul;

	lockdep_assert_held(&emul->mode_lock);

	if (written && emul->stop_due) {
		WRITE_ONCE(emul->stopped, true);
		target_access_refresh(dev);
	}
	emul->stop_due = false;
}

/**
 * target_access_refresh - whether the medium can be used may have changed
 * @dev: logical unit; emul->mode_lock is held
 */
void target_access_refresh(struct target_dev *dev)
{
	const struct target_emul *emul = dev->emul;

	lockdep_assert_held(&emul->mode_lock);

	if (emul->stopped || emul->job.kind != TARGET_JOB_NONE) {
		set_bit(TARGET_SLOW_STOPPED, &dev->slow);
		return;
	}
	clear_bit(TARGET_SLOW_STOPPED, &dev->slow);
	/* the medium may die meanwhile, for which nobody takes the mutex */
	smp_mb__after_atomic();
	if (READ_ONCE(dev->dead))
		set_bit(TARGET_SLOW_STOPPED, &dev->slow);
}

static sense_reason_t check_slow(struct target_cmd *cmd)
{
	const struct target_job *job = &cmd_dev(cmd)->emul->job;
	const struct target_opdef *op = cmd->op;
	sense_reason_t reason;

	if (test_bit(TARGET_SLOW_ALUA, &cmd_dev(cmd)->slow)) {
		reason = target_alua_check(cmd);
		if (reason)
			return reason;
	}
	if (test_bit(TARGET_SLOW_RESV, &cmd_dev(cmd)->slow)) {
		reason = target_resv_lu_check(cmd);
		if (reason)
			return reason;
	}
	if (op->flags & TARGET_OP_NO_LUN)
		return TCM_NO_SENSE;
	if (READ_ONCE(job->kind) != TARGET_JOB_NONE) {
		if (target_meanwhile_runs(cmd))
			return TCM_NO_SENSE;
	} else if (op->flags & TARGET_OP_STOPPED) {
		return TCM_NO_SENSE;
	}
	return target_access_ready(cmd_dev(cmd), &cmd->fault);
}

/**
 * target_access_foresee - is it known by now that a write will be refused?
 * @cmd: decoded command
 *
 * If so, its data is not asked for and gets no memory; but the command keeps
 * its place, so that whatever comes before DATA PROTECT is still said first.
 *
 * Context: any.
 */
void target_access_foresee(struct target_cmd *cmd)
{
	if (!cmd->link || !(cmd->op->flags & TARGET_OP_WRITES) ||
	    likely(!target_access_read_only(cmd)))
		return;
	cmd->flags |= TARGET_CMD_BARRED;
	target_data_resize(cmd, 0);
}

static bool barred(const struct target_cmd *cmd)
{
	return cmd->op->flags & TARGET_OP_WRITES &&
	       (cmd->flags & TARGET_CMD_BARRED || target_access_read_only(cmd));
}

static bool has_news(const struct target_itl *itl)
{
	return READ_ONCE(itl->ua.count) || READ_ONCE(itl->deferred);
}

static sense_reason_t tell_news(struct target_cmd *cmd)
{
	sense_reason_t reason = target_ua_report(cmd);

	if (!reason)
		return target_deferred_take(cmd);
	target_threshold_point(cmd);
	return reason;
}

/**
 * target_access_check - may a command run?
 * @cmd: command with a logical unit and a row
 *
 * Context: process.
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_access_check(struct target_cmd *cmd)
{
	const struct target_opdef *op = cmd->op;
	sense_reason_t reason;

	if (unlikely(has_news(cmd->itl)) && op->ua == TARGET_UA_REPORT) {
		reason = tell_news(cmd);
		if (reason)
			return reason;
	}
	if (unlikely(READ_ONCE(cmd_dev(cmd)->slow) & SLOW_HERE)) {
		reason = check_slow(cmd);
		if (reason)
			return reason;
	}
	if (unlikely(barred(cmd)))
		return TCM_WRITE_PROTECTED;
	if (unlikely(test_bit(TARGET_SLOW_TOKEN, &cmd_dev(cmd)->slow)) &&
	    cmd->flags & TARGET_CMD_WRITES && !op->span)
		target_copy_token_written(cmd_dev(cmd), to_se(cmd)->t_task_lba,
					  cmd->blocks);
	return TCM_NO_SENSE;
}
