// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that wait for a disk in process context: for a file below dbroot,
 * or for a filesystem to say how full it is.  A logical unit has one work item
 * for each such disk, so one that does not answer keeps no worker and no
 * connection from other commands, however often an initiator tries again.
 */
#include "aside.h"

static struct target_cmd *next_cmd(struct target_aside *aside)
{
	struct target_cmd *cmd;

	spin_lock(&aside->lock);
	cmd = list_first_entry_or_null(&aside->queue, struct target_cmd,
				       wait_node);
	if (cmd)
		list_del_init(&cmd->wait_node);
	spin_unlock(&aside->lock);
	return cmd;
}

/* The last command may take the logical unit along, but not the work item. */
static void aside_work(struct work_struct *work)
{
	struct target_aside *aside = container_of(work, struct target_aside,
						  work);
	void (*fn)(struct target_cmd *cmd, blk_status_t sts);
	struct target_cmd *cmd;

	while ((cmd = next_cmd(aside))) {
		fn = cmd->done;
		cmd->done = NULL;
		fn(cmd, BLK_STS_OK);
	}
}

void target_aside_init(struct target_aside *aside)
{
	spin_lock_init(&aside->lock);
	INIT_LIST_HEAD(&aside->queue);
	INIT_WORK(&aside->work, aside_work);
}

/* Nobody sends any more.  Context: process. */
void target_aside_exit(struct target_aside *aside)
{
	flush_work(&aside->work);
}

/**
 * target_aside_run - the second half of a handler waits for a disk
 * @aside: where
 * @cmd: command
 * @fn: second half, which ends with target_complete()
 *
 * Context: process.
 * Return: TCM_PENDING
 */
sense_reason_t target_aside_run(struct target_aside *aside,
				struct target_cmd *cmd,
				void (*fn)(struct target_cmd *cmd,
					   blk_status_t sts))
{
	cmd->done = fn;
	spin_lock(&aside->lock);
	list_add_tail(&cmd->wait_node, &aside->queue);
	/* once it can be taken, nothing holds the logical unit here */
	queue_work(system_unbound_wq, &aside->work);
	spin_unlock(&aside->lock);
	return TCM_PENDING;
}
