// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core tells the emulation: state of logical units comes and goes,
 * and unit attentions follow from what happens.
 */
#include <linux/slab.h>
#include <scsi/scsi_proto.h>
#include "../core/events.h"
#include "aside.h"
#include "copy_token.h"
#include "emul.h"
#include "exception.h"
#include "immed.h"
#include "job.h"
#include "kept.h"
#include "log_pages.h"
#include "lu.h"
#include "mode.h"
#include "resv_lu.h"
#include "resv_out.h"
#include "stream.h"
#include "threshold.h"
#include "ua.h"

static void dev_close(struct target_dev *dev)
{
	target_aside_exit(&dev->emul->asker);
	target_aside_exit(&dev->emul->keeper);
	target_threshold_exit(dev);
	target_exception_exit(dev);
	target_copy_token_exit(dev);
	target_copy_lu_exit(dev);
	target_resv_out_exit(&dev->emul->resv);
	target_resv_lu_exit(dev);
	kfree(dev->emul->buffers);
	kfree(dev->emul->info);
	kvfree(dev->emul->log.client);
	kfree(dev->emul);
	dev->emul = NULL;
}

/* What was kept of a logical unit is so again. */
static void recall(struct target_dev *dev, struct target_kept *kept)
{
	target_mode_recall(dev, kept->mode, kept->mode_found);
	target_resv_lu_publish(dev, kept->resv);
	kept->resv = NULL;
}

static int dev_open(struct target_dev *dev, struct target_kept *kept)
{
	struct target_emul *emul = kzalloc(sizeof(*emul), GFP_KERNEL);
	int ret;

	if (!emul)
		return -ENOMEM;
	mutex_init(&emul->mode_lock);
	dev->emul = emul;
	target_threshold_init(dev);
	target_exception_init(dev);
	target_immed_init(dev);
	target_aside_init(&emul->keeper);
	target_aside_init(&emul->asker);
	target_mode_init(dev);
	target_log_pages_init(dev);
	target_copy_lu_init(dev);
	target_resv_out_init(&emul->resv);
	ret = target_resv_lu_init(dev);
	if (ret)
		dev_close(dev);
	else
		recall(dev, kept);
	return ret;
}

static void dev_removed(struct target_dev *dev)
{
	if (dev->emul)
		target_job_cancel(dev);
}

/* What is kept of it is kept under its serial number. */
static void renamed(struct target_dev *dev, struct target_kept *kept)
{
	recall(dev, kept);
}

static void itl_made(struct target_itl *itl)
{
	target_ua_add(itl, TARGET_UA_POWER_ON);
	target_resv_lu_see(itl);
}

/* A RESERVE ends with the nexus (SPC-2 5.5.2); registrations do not. */
static void itl_hidden(struct target_itl *itl)
{
	target_resv_lu_drop(itl->link->dev, itl->sess);
}

static void itl_gone(struct target_itl *itl)
{
	itl_hidden(itl);
	target_copy_lu_forget(itl->link->dev, itl->sess);
	target_copy_token_forget(itl->link->dev, itl->sess);
}

static void nexus_made(struct target_sess *sess)
{
	struct target_itl *itl;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&sess->itls, i, itl)
		target_resv_lu_see(itl);
	rcu_read_unlock();
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
static void attrib_written(struct target_dev *dev, unsigned int attrib)
{
	target_ua_add_others(dev, NULL, TARGET_UA_MODE_CHANGED);
	target_ua_add_others(dev, NULL, TARGET_UA_INQUIRY_CHANGED);
	if (!dev->emul)
		return;
	target_mode_written(dev, attrib);
	target_resv_lu_refresh(dev);
}

/* SAM-5 6.3.3: everybody hears of it, the one who asked for it too */
static void reset(struct target_dev *dev, enum target_reset how)
{
	static const u16 codes[TARGET_RESETS] = {
		[TARGET_RESET_UNIT]	= TARGET_UA_LUN_RESET,
		[TARGET_RESET_WARM]	= TARGET_UA_TARGET_RESET,
		[TARGET_RESET_COLD]	= TARGET_UA_POWER_ON,
	};

	if (dev->emul) {
		target_mode_reset(dev);
		target_resv_lu_drop(dev, NULL);
		target_copy_lu_reset(dev);
		target_stream_close_all(dev);
	}
	target_ua_add_others(dev, NULL, codes[how]);
}

static void nexus_reset(struct target_sess *sess)
{
	struct target_itl *itl;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&sess->itls, i, itl)
		target_resv_lu_drop(itl->link->dev, sess);
	rcu_read_unlock();
	target_ua_add_sess(sess, TARGET_UA_NEXUS_LOSS);
}

/* UA_INTLCK_CTRL 11b: what was refused is remembered (SPC-5 7.5.10) */
static void refused(struct target_itl *itl, u8 status)
{
	static const struct {
		u8	status;
		u16	code;
	} rows[] = {
		{ SAM_STAT_BUSY, TARGET_UA_PREVIOUS_BUSY },
		{ SAM_STAT_TASK_SET_FULL, TARGET_UA_PREVIOUS_FULL },
		{ SAM_STAT_RESERVATION_CONFLICT, TARGET_UA_PREVIOUS_CONFLICT },
	};
	unsigned int i;

	if (READ_ONCE(itl->link->dev->attr.emulate_ua_intlck_ctrl) != 2)
		return;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].status == status)
			target_ua_add(itl, rows[i].code);
	}
}

static void ident_changed(struct target_dev *dev)
{
	target_ua_add_others(dev, NULL, TARGET_UA_INQUIRY_CHANGED);
}

/* SPC-5 5.18.2.6: everybody but the one who asked for it */
static void access_changed(struct target_dev *dev, struct target_sess *by,
			   bool good)
{
	target_ua_add_elsewhere(dev, by, good ? TARGET_UA_ACCESS_CHANGED :
						TARGET_UA_TRANSITION_FAILED);
}

static void aborted(struct target_itl *itl)
{
	target_ua_add(itl, TARGET_UA_COMMANDS_CLEARED);
}

const struct target_event_ops target_emul_events = {
	.kept_load		= target_kept_load,
	.kept_free		= target_kept_free,
	.dev_open		= dev_open,
	.dev_close		= dev_close,
	.dev_removed		= dev_removed,
	.renamed		= renamed,
	.itl_made		= itl_made,
	.itl_gone		= itl_gone,
	.itl_hidden		= itl_hidden,
	.nexus_made		= nexus_made,
	.lun_map_changed	= lun_map_changed,
	.capacity_changed	= capacity_changed,
	.attrib_written		= attrib_written,
	.refused		= refused,
	.ident_changed		= ident_changed,
	.access_changed		= access_changed,
	.reset			= reset,
	.nexus_reset		= nexus_reset,
	.aborted		= aborted,
};
