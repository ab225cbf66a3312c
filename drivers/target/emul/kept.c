// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is kept of a logical unit below dbroot.  It is read before the unit has
 * the name that it is kept under, with no lock held: a disk that does not answer
 * keeps nobody waiting but who wants this unit.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include "kept.h"
#include "mode_saved.h"
#include "resv_aptpl.h"

/**
 * target_kept_load - read it
 * @dev: logical unit, for messages
 * @serial: its serial number, now or soon
 *
 * Context: process; waits for the medium that dbroot is on.
 * Return: for target_kept_free(); or ERR_PTR
 */
struct target_kept *target_kept_load(const struct target_dev *dev,
				     const char *serial)
{
	struct target_kept *kept = kzalloc(sizeof(*kept), GFP_KERNEL);
	struct target_resv *resv;

	if (!kept)
		return ERR_PTR(-ENOMEM);
	resv = target_resv_aptpl_load(dev, serial);
	if (IS_ERR(resv)) {
		kfree(kept);
		return ERR_CAST(resv);
	}
	kept->resv = resv;
	kept->mode_found = target_mode_saved_read(dev, serial, kept->mode);
	return kept;
}

/* Context: process. */
void target_kept_free(struct target_kept *kept)
{
	if (kept->resv)
		target_resv_free(kept->resv);
	kfree(kept);
}
