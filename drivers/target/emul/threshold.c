// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thresholds of logical block provisioning (SBC-4 4.7.3.7): while one is
 * enabled, and LBPERE of the Read-Write Error Recovery mode page too, the
 * medium is asked now and then, and when it is crossed, every nexus gets a unit
 * attention.
 */
#include "../core/device.h"
#include "threshold.h"
#include "ua.h"

#define INTERVAL	(2 * HZ)

/* Where the descriptors are in mode page 1Ch/02h */
#define DESCRIPTORS	16
#define DESCRIPTOR_LEN	8

static bool any_enabled(const struct target_thresholds *thresholds)
{
	return READ_ONCE(thresholds->reported) &&
	       (READ_ONCE(thresholds->row[TARGET_AVAILABLE].enabled) ||
		READ_ONCE(thresholds->row[TARGET_USED].enabled));
}

/* THRESHOLD COUNT is in the middle of a range of one unit (SBC-4 4.7.3.7.2). */
static bool is_crossed(enum target_threshold which, u64 bytes,
		       unsigned int shift, u32 count)
{
	u64 now = (bytes + BIT_ULL(shift - 1)) >> shift;

	return which == TARGET_AVAILABLE ? now <= count : now >= count;
}

/**
 * target_threshold_look - compare what the medium has with the thresholds
 * @dev: logical unit
 *
 * Context: process.
 */
void target_threshold_look(struct target_dev *dev)
{
	unsigned int shift = dev->block_shift + target_lu_threshold_exponent(dev);
	struct target_thresholds *thresholds = &dev->emul->thresholds;
	u64 bytes[TARGET_THRESHOLDS];
	bool before, tell = false;
	unsigned int i;

	if (dev->backend->ops->usage(dev->backend, &bytes[TARGET_USED],
				     &bytes[TARGET_AVAILABLE]))
		return;
	for (i = 0; i < TARGET_THRESHOLDS; i++) {
		before = thresholds->row[i].crossed;
		thresholds->row[i].crossed =
			READ_ONCE(thresholds->reported) &&
			READ_ONCE(thresholds->row[i].enabled) &&
			is_crossed(i, bytes[i], shift,
				   READ_ONCE(thresholds->row[i].count));
		if (!thresholds->row[i].crossed || before)
			continue;
		WRITE_ONCE(thresholds->told, i);
		tell = true;
	}
	if (tell)
		target_ua_add_others(dev, NULL, TARGET_UA_THIN_THRESHOLD);
}

/**
 * target_threshold_point - say which threshold it was
 * @cmd: command that ends with a unit attention, or reports one
 *
 * INFORMATION is where its descriptor is in the mode page (SBC-4 4.7.3.7.6).
 */
void target_threshold_point(struct target_cmd *cmd)
{
	unsigned int which = READ_ONCE(cmd_dev(cmd)->emul->thresholds.told);

	if (cmd->fault.ua != TARGET_UA_THIN_THRESHOLD)
		return;
	cmd->fault.has_info = true;
	cmd->fault.info = DESCRIPTORS + which * DESCRIPTOR_LEN;
}

static void look_work(struct work_struct *work)
{
	struct target_thresholds *thresholds =
		container_of(work, struct target_thresholds, work.work);

	/* a medium that does not answer must not keep an object from going */
	if (!target_device_use_live(thresholds->dev))
		return;
	target_threshold_look(thresholds->dev);
	if (any_enabled(thresholds))
		queue_delayed_work(system_unbound_wq, &thresholds->work,
				   INTERVAL);
	target_device_unuse(thresholds->dev);
}

void target_threshold_init(struct target_dev *dev)
{
	struct target_thresholds *thresholds = &dev->emul->thresholds;

	thresholds->dev = dev;
	thresholds->reported = READ_ONCE(dev->limits.usage);
	INIT_DELAYED_WORK(&thresholds->work, look_work);
}

/* The last use of the unit is gone: nobody asks the medium any more. */
void target_threshold_exit(struct target_dev *dev)
{
	cancel_delayed_work_sync(&dev->emul->thresholds.work);
}

/* MODE SELECT: ENABLED.  The medium has to know what it has. */
void target_threshold_enable(struct target_dev *dev,
			     enum target_threshold which, bool enabled)
{
	struct target_thresholds *thresholds = &dev->emul->thresholds;

	WRITE_ONCE(thresholds->row[which].enabled, enabled);
	if (any_enabled(thresholds))
		queue_delayed_work(system_unbound_wq, &thresholds->work,
				   INTERVAL);
}

/* MODE SELECT: LBPERE */
void target_threshold_report(struct target_dev *dev, bool reported)
{
	struct target_thresholds *thresholds = &dev->emul->thresholds;

	WRITE_ONCE(thresholds->reported, reported);
	if (any_enabled(thresholds))
		queue_delayed_work(system_unbound_wq, &thresholds->work,
				   INTERVAL);
}

/* MODE SELECT: THRESHOLD COUNT */
void target_threshold_set(struct target_dev *dev, enum target_threshold which,
			  u32 count)
{
	WRITE_ONCE(dev->emul->thresholds.row[which].count, count);
}
