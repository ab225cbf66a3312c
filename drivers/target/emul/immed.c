// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is still to be done for commands with IMMED that have their status: a
 * flush of the medium, and then perhaps a stop.  One is under way at a time,
 * and one more may be wanted meanwhile, however many commands ask for it.
 */
#include "../core/complete.h"
#include "../core/device.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "access.h"
#include "deferred.h"
#include "immed.h"

static void ended(struct target_io *io, blk_status_t sts)
{
	struct target_immed *immed = container_of(io, struct target_immed, io);

	immed->sts = sts;
	queue_work(target_complete_wq, &immed->work);
}

static void submit(struct target_immed *immed)
{
	immed->io.op = TARGET_IO_FLUSH;
	immed->io.done = ended;
	target_io_submit(immed->dev, &immed->io, NULL);
}

/* False if one is under way: there will be another one. */
static bool claim(struct target_immed *immed)
{
	bool busy;

	spin_lock(&immed->lock);
	busy = immed->busy;
	immed->busy = true;
	immed->again = busy;
	spin_unlock(&immed->lock);
	return !busy;
}

static void begin(struct target_immed *immed)
{
	target_device_use(immed->dev);
	atomic_inc(&immed->dev->flushes);
	submit(immed);
}

/* False if there is more to do. */
static bool is_idle(struct target_immed *immed)
{
	bool idle;

	spin_lock(&immed->lock);
	idle = !immed->again;
	immed->busy = !idle;
	immed->again = false;
	spin_unlock(&immed->lock);
	return idle;
}

/*
 * False if there is more to do.  Else another flush may begin at once, and a stop
 * that comes with it is not due yet.
 */
static bool settle(struct target_immed *immed)
{
	struct target_dev *dev = immed->dev;
	bool written = !immed->sts;

	guard(mutex)(&dev->emul->mode_lock);
	if (!is_idle(immed))
		return false;
	target_access_stop_due(dev, written);
	return true;
}

static void end(struct target_dev *dev)
{
	atomic_dec(&dev->flushes);
	target_device_unuse(dev);
}

static void immed_work(struct work_struct *work)
{
	struct target_immed *immed = container_of(work, struct target_immed,
						  work);
	struct target_dev *dev = immed->dev;

	if (immed->sts)
		target_deferred_add(dev, target_sense_blk(immed->sts,
							  TARGET_IO_FLUSH));
	if (settle(immed))
		end(dev);
	else
		submit(immed);
}

void target_immed_init(struct target_dev *dev)
{
	struct target_immed *immed = &dev->emul->immed;

	immed->dev = dev;
	spin_lock_init(&immed->lock);
	INIT_WORK(&immed->work, immed_work);
}

/**
 * target_immed_flush - make durable what was written so far, without @cmd
 * @cmd: command, which ends now
 *
 * A failure becomes a deferred error.
 *
 * Context: process.
 */
void target_immed_flush(struct target_cmd *cmd)
{
	struct target_immed *immed = &cmd_dev(cmd)->emul->immed;

	if (claim(immed))
		begin(immed);
}

/**
 * target_immed_stop - the same, and then stop, unless START comes before that
 * @cmd: command, which ends now
 *
 * Context: process.
 */
void target_immed_stop(struct target_cmd *cmd)
{
	struct target_emul *emul = cmd_dev(cmd)->emul;
	bool claimed;

	/* a flush that ends now is not the one to stop after */
	scoped_guard(mutex, &emul->mode_lock) {
		emul->stop_due = true;
		claimed = claim(&emul->immed);
	}
	if (claimed)
		begin(&emul->immed);
}
