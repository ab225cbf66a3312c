// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flush that an administrator waits for: no command asks for it.
 */
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include "device.h"
#include "flush.h"

/**
 * struct flush - a flush that is under way
 * @io: what the medium is asked for
 * @dev: logical unit, in use as long as it is under way
 * @ended: it has ended
 * @err: how: 0 or an errno
 * @users: who waits, and the medium
 */
struct flush {
	struct target_io	io;
	struct target_dev	*dev;
	struct completion	ended;
	int			err;
	refcount_t		users;
};

static void put(struct flush *flush)
{
	if (refcount_dec_and_test(&flush->users))
		kfree(flush);
}

static void flush_done(struct target_io *io, blk_status_t sts)
{
	struct flush *flush = container_of(io, struct flush, io);
	struct target_dev *dev = flush->dev;

	flush->err = blk_status_to_errno(sts);
	complete(&flush->ended);
	put(flush);
	atomic_dec(&dev->flushes);
	target_device_unuse(dev);
}

/* From here on until the flush has ended nobody makes room on the medium. */
static bool count(struct target_dev *dev)
{
	guard(mutex)(&dev->mutex);
	if (dev->protection.formatting)
		return false;
	atomic_inc(&dev->flushes);
	return true;
}

/* 0, or what ended the wait for somebody who does that */
static int await_turn(struct target_dev *dev)
{
	bool *formatting = &dev->protection.formatting;
	int ret = 0;

	while (!ret && !count(dev))
		ret = wait_var_event_killable(formatting,
					      !READ_ONCE(*formatting));
	return ret;
}

/**
 * target_flush_wait - make durable what was written so far, and wait for it
 * @dev: logical unit; one without a medium has nothing to write
 *
 * Who waits for a medium that does not answer can be killed.
 *
 * Context: process.
 * Return: 0, or an errno
 */
int target_flush_wait(struct target_dev *dev)
{
	struct flush *flush;
	int ret;

	if (!READ_ONCE(dev->opened) || READ_ONCE(dev->dead) ||
	    !target_device_use_live(dev))
		return 0;
	flush = kzalloc(sizeof(*flush), GFP_KERNEL);
	ret = flush ? await_turn(dev) : -ENOMEM;
	if (ret) {
		kfree(flush);
		target_device_unuse(dev);
		return ret;
	}
	flush->dev = dev;
	flush->io.op = TARGET_IO_FLUSH;
	flush->io.done = flush_done;
	init_completion(&flush->ended);
	refcount_set(&flush->users, 2);
	dev->backend->ops->submit(dev->backend, &flush->io);

	ret = wait_for_completion_killable(&flush->ended) ?: flush->err;
	put(flush);
	return ret;
}
