// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to the objects, told to the emulation above them.  The core
 * works without anybody listening, which is how its tests run.
 */
#include <linux/err.h>
#include "events.h"

static const struct target_event_ops no_ops;
static const struct target_event_ops *listener = &no_ops;

void target_events_set(const struct target_event_ops *ops)
{
	listener = ops ?: &no_ops;
}

struct target_kept *target_events_kept_load(const struct target_dev *dev,
					    const char *serial)
{
	return listener->kept_load ? listener->kept_load(dev, serial) : NULL;
}

void target_events_kept_free(struct target_kept *kept)
{
	if (!IS_ERR_OR_NULL(kept))
		listener->kept_free(kept);
}

int target_events_dev_open(struct target_dev *dev, struct target_kept *kept)
{
	return listener->dev_open ? listener->dev_open(dev, kept) : 0;
}

void target_events_dev_close(struct target_dev *dev)
{
	if (listener->dev_close)
		listener->dev_close(dev);
}

void target_events_dev_removed(struct target_dev *dev)
{
	if (listener->dev_removed)
		listener->dev_removed(dev);
}

void target_events_itl_made(struct target_itl *itl)
{
	if (listener->itl_made)
		listener->itl_made(itl);
}

void target_events_itl_gone(struct target_itl *itl)
{
	if (listener->itl_gone)
		listener->itl_gone(itl);
}

void target_events_itl_hidden(struct target_itl *itl)
{
	if (listener->itl_hidden)
		listener->itl_hidden(itl);
}

void target_events_nexus_made(struct target_sess *sess)
{
	if (listener->nexus_made)
		listener->nexus_made(sess);
}

void target_events_lun_map_changed(struct target_sess *sess)
{
	if (listener->lun_map_changed)
		listener->lun_map_changed(sess);
}

void target_events_renamed(struct target_dev *dev, struct target_kept *kept)
{
	if (listener->renamed)
		listener->renamed(dev, kept);
}

void target_events_capacity_changed(struct target_dev *dev)
{
	if (listener->capacity_changed)
		listener->capacity_changed(dev);
}

void target_events_attrib_written(struct target_dev *dev, unsigned int attrib)
{
	if (listener->attrib_written)
		listener->attrib_written(dev, attrib);
}

void target_events_ident_changed(struct target_dev *dev)
{
	if (listener->ident_changed)
		listener->ident_changed(dev);
}

void target_events_reset(struct target_dev *dev, enum target_reset how)
{
	if (listener->reset)
		listener->reset(dev, how);
}

void target_events_nexus_reset(struct target_sess *sess)
{
	if (listener->nexus_reset)
		listener->nexus_reset(sess);
}

void target_events_refused(struct target_itl *itl, u8 status)
{
	if (listener->refused)
		listener->refused(itl, status);
}

void target_events_access_changed(struct target_dev *dev,
				  struct target_sess *by, bool good)
{
	if (listener->access_changed)
		listener->access_changed(dev, by, good);
}

void target_events_aborted(struct target_itl *itl)
{
	if (listener->aborted)
		listener->aborted(itl);
}
