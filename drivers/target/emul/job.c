// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs: what FORMAT UNIT and SANITIZE do to all of the medium, while a command
 * waits for it or nobody does.  A job is no command: no abort and no reset
 * ends it (SBC-4 4.33), only the removal of the logical unit.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include "../core/complete.h"
#include "../core/device.h"
#include "../core/io.h"
#include "../core/order.h"
#include "../core/range.h"
#include "access.h"
#include "chunk.h"
#include "job.h"
#include "stream.h"

/* Longest range of zeros that is asked for at a time: progress, and removal */
#define ZERO_MAX	SZ_32M

static void run_step(struct work_struct *work);

/* ---------------------------------------------------------------- end -- */

/* The medium is free again, unless the job failed. */
static void settle(struct target_job *job, bool failed)
{
	struct target_dev *dev = job->dev;

	guard(mutex)(&dev->emul->mode_lock);
	WRITE_ONCE(job->failed, failed);
	if (!failed)
		WRITE_ONCE(job->kind, TARGET_JOB_NONE);
	target_access_refresh(dev);
}

static void finish(struct target_job *job, blk_status_t sts)
{
	bool format = job->kind == TARGET_JOB_FORMAT;
	struct target_dev *dev = job->dev;
	struct target_cmd *cmd = job->cmd;
	sense_reason_t reason = TCM_NO_SENSE;

	if (sts)
		reason = format ? TCM_FORMAT_FAILED : TCM_SANITIZE_FAILED;
	kvfree(job->chunk);
	job->chunk = NULL;
	job->cmd = NULL;
	settle(job, sts);
	if (cmd)
		target_complete(cmd, reason);
	target_device_unuse(dev);
}

/* -------------------------------------------------------------- steps -- */

static void io_done(struct target_io *io, blk_status_t sts)
{
	struct target_job *job = container_of(io, struct target_job, io);

	job->sts = sts;
	queue_work(target_complete_wq, &job->work);
}

static void start_io(struct target_job *job, enum target_io_op op, u64 lba,
		     u64 blocks)
{
	struct target_dev *dev = job->dev;
	struct target_chunk *chunk = job->chunk;

	job->io.op = op;
	job->io.pos = lba << dev->block_shift;
	job->io.len = blocks << dev->block_shift;
	job->io.sgl = op == TARGET_IO_WRITE ? chunk->sgl : NULL;
	job->io.nents = op == TARGET_IO_WRITE ? chunk->nents : 0;
	job->io.done = io_done;
	INIT_WORK(&job->work, run_step);
	target_io_submit(dev, &job->io, NULL);
}

static bool is_zeroing(const struct target_job *job)
{
	return job->done >= job->zero_from;
}

/*
 * Zeros that have no protection information yet are unmapped blocks: those of a
 * medium that makes zeros of them.
 */
static enum target_io_op zero_op(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.pi_prot_type) ? TARGET_IO_UNMAP :
						   TARGET_IO_ZERO;
}

static u64 zero_max(const struct target_dev *dev)
{
	if (zero_op(dev) == TARGET_IO_ZERO)
		return READ_ONCE(dev->limits.zero_max);
	return READ_ONCE(dev->limits.unmap_zeroes) ?
	       READ_ONCE(dev->limits.unmap_max) : 0;
}

static u64 longest_io(const struct target_job *job)
{
	const struct target_dev *dev = job->dev;
	const struct target_chunk *chunk = job->chunk;
	u64 bytes = chunk->bytes;

	if (is_zeroing(job))
		bytes = min_t(u64, zero_max(dev), ZERO_MAX);
	return max(bytes >> dev->block_shift, 1ULL);
}

static void complement(struct target_chunk *chunk)
{
	size_t i;

	for (i = 0; i < chunk->bytes; i++)
		chunk->data[i] = ~chunk->data[i];
}

static void next_io(struct target_job *job)
{
	bool zero = is_zeroing(job);
	u64 at, blocks;

	div64_u64_rem(job->done, job->pass, &at);
	blocks = min(longest_io(job), job->pass - at);
	if (!at && job->done && job->invert)
		complement(job->chunk);
	/* nobody has written these blocks (SBC-4 4.7.2, 5.4) */
	job->io.flags = zero ? TARGET_IO_MAY_UNMAP : TARGET_IO_ESCAPE;
	WRITE_ONCE(job->done, job->done + blocks);
	start_io(job, zero ? zero_op(job->dev) : TARGET_IO_WRITE, at, blocks);
}

static void run_step(struct work_struct *work)
{
	struct target_job *job = container_of(work, struct target_job, work);

	if (READ_ONCE(job->cancelled))
		job->sts = BLK_STS_OFFLINE;
	if (job->sts) {
		finish(job, job->sts);
	} else if (job->done < job->total) {
		next_io(job);
	} else if (job->io.op != TARGET_IO_FLUSH) {
		job->io.flags = 0;
		start_io(job, TARGET_IO_FLUSH, 0, 0);
	} else {
		finish(job, BLK_STS_OK);
	}
}

/* -------------------------------------------------------------- start -- */

static void put_pattern(struct target_chunk *chunk, size_t block,
			const struct target_job_plan *plan)
{
	size_t i;

	/* each block begins with the beginning of the pattern */
	for (i = 0; i < block; i++)
		chunk->data[i] = plan->pattern_len ?
				 plan->pattern[i % plan->pattern_len] : 0;
	target_chunk_fill(chunk, block);
}

/* False if there is one already.  A new one makes the last failure forgotten. */
static bool claim(struct target_dev *dev, const struct target_job_plan *plan)
{
	struct target_job *job = &dev->emul->job;

	guard(mutex)(&dev->emul->mode_lock);
	if (job->kind != TARGET_JOB_NONE && !job->failed)
		return false;
	WRITE_ONCE(job->done, 0);
	WRITE_ONCE(job->failed, false);
	WRITE_ONCE(job->kind, plan->kind);
	job->may_exit = plan->may_exit;
	target_stream_close_all(dev);
	target_access_refresh(dev);
	return true;
}

/* A medium that cannot make zeros by itself gets them written, once. */
static void set_passes(struct target_job *job,
		       const struct target_job_plan *plan)
{
	bool zero = plan->may_unmap && zero_max(job->dev);
	unsigned int passes = plan->passes;

	if (plan->may_unmap && !zero && !passes)
		passes = 1;
	job->pass = READ_ONCE(job->dev->nr_blocks);
	job->zero_from = zero ? job->pass * passes : U64_MAX;
	WRITE_ONCE(job->total, job->pass * (passes + zero));
}

/**
 * target_job_start - begin
 * @cmd: command that asks for it; its row makes it ORDERED and EXCLUSIVE, so
 *	that no other command is at the medium, and no chunk of a copy
 * @plan: what to do
 *
 * From here on other commands are told how far it has come.
 *
 * Context: process.
 * Return: TCM_NO_SENSE with IMMED, else TCM_PENDING; or why not
 */
sense_reason_t target_job_start(struct target_cmd *cmd,
				const struct target_job_plan *plan)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct target_job *job = &dev->emul->job;
	struct target_chunk *chunk;

	if (!READ_ONCE(dev->nr_blocks))
		return TCM_NO_SENSE;
	chunk = target_chunk_make(TARGET_CHUNK_MAX);
	if (!chunk)
		return TCM_OUT_OF_RESOURCES;
	put_pattern(chunk, target_dev_block_size(dev), plan);
	/* so that the last pass has the pattern (SBC-4 5.30.2.2) */
	if (plan->invert && !(plan->passes & 1))
		complement(chunk);
	if (!claim(dev, plan)) {
		kvfree(chunk);
		return TCM_BUSY;
	}
	target_device_use(dev);
	job->dev = dev;
	job->cmd = plan->immed ? NULL : cmd;
	job->chunk = chunk;
	job->invert = plan->invert;
	set_passes(job, plan);
	job->sts = BLK_STS_OK;
	job->io.op = TARGET_IO_OPS;
	INIT_WORK(&job->work, run_step);
	/*
	 * Those that waited for this command get their answer now.  No block is
	 * locked for it, if it is aborted either: they are told of the job.
	 */
	target_order_leave(cmd);
	cmd->flags &= ~TARGET_CMD_RANGE;
	target_range_end(dev, &cmd->range);
	queue_work(target_complete_wq, &job->work);
	return plan->immed ? TCM_NO_SENSE : TCM_PENDING;
}

/* A failure is forgotten: the medium can be used, whatever is on it. */
void target_job_forget(struct target_dev *dev)
{
	struct target_job *job = &dev->emul->job;

	guard(mutex)(&dev->emul->mode_lock);
	if (!job->failed)
		return;
	WRITE_ONCE(job->kind, TARGET_JOB_NONE);
	WRITE_ONCE(job->failed, false);
	target_access_refresh(dev);
}

/* The logical unit is being removed: do not keep its medium open. */
void target_job_cancel(struct target_dev *dev)
{
	WRITE_ONCE(dev->emul->job.cancelled, true);
}
