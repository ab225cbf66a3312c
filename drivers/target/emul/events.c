// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core tells the emulation: state of logical units comes and goes,
 * and unit attentions follow from what happens.
 */
#include <linux/slab.h>
#include "../core/events.h"
#include "emul.h"
#include "job.h"
#include "lu.h"
#include "mode.h"
#include "ua.h"

static int dev_open(struct target_dev *dev)
{
	struct target_emul *emul = kzalloc(sizeof(*emul), GFP_KERNEL);

	if (!emul)
		return -ENOMEM;
	mutex_init(&emul->mode_lock);
	dev->emul = emul;
	return 0;
}

static void dev_close(struct target_dev *dev)
{
	kfree(dev->emul->buffers);
	kfree(dev->emul->info);
	kvfree(dev->emul->log.client);
	kfree(dev->emul);
	dev->emul = NULL;
}

static void dev_removed(struct target_dev *dev)
{
	if (dev->emul)
		target_job_cancel(dev);
}

static void itl_made(struct target_itl *itl)
{
	target_ua_add(itl, TARGET_UA_POWER_ON);
}

static void lun_map_changed(struct target_sess *sess)
{
	target_ua_add_sess(sess, TARGET_UA_LUNS_CHANGED);
}

static void capacity_changed(struct target_dev *dev)
{
	target_ua_add_others(dev, NULL, TARGET_UA_CAPACITY_CHANGED);
}

/* An attribute may show in mode pages and in vital product data. */
static void attribs_changed(struct target_dev *dev)
{
	if (dev->emul && READ_ONCE(dev->emul->mode_task) == current)
		return;
	target_ua_add_others(dev, NULL, TARGET_UA_MODE_CHANGED);
	target_ua_add_others(dev, NULL, TARGET_UA_INQUIRY_CHANGED);
}

/* SAM-5 6.3.3: everybody hears of it, the one who asked for it too */
static void lun_reset(struct target_dev *dev, struct target_sess *by)
{
	if (dev->emul)
		target_mode_reset(dev);
	target_ua_add_others(dev, NULL, TARGET_UA_LUN_RESET);
}

static void nexus_reset(struct target_sess *sess)
{
	target_ua_add_sess(sess, TARGET_UA_NEXUS_LOSS);
}

static void aborted(struct target_itl *itl)
{
	target_ua_add(itl, TARGET_UA_COMMANDS_CLEARED);
}

const struct target_event_ops target_emul_events = {
	.dev_open		= dev_open,
	.dev_close		= dev_close,
	.dev_removed		= dev_removed,
	.itl_made		= itl_made,
	.lun_map_changed	= lun_map_changed,
	.capacity_changed	= capacity_changed,
	.attribs_changed	= attribs_changed,
	.lun_reset		= lun_reset,
	.nexus_reset		= nexus_reset,
	.aborted		= aborted,
};
