/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IBLOCK_DRIVE_H
#define IBLOCK_DRIVE_H

#include <linux/blkdev.h>
#include <target/target_core_backend.h>

/**
 * struct iblock_drive - the drive behind a block device
 * @rotation: revolutions per minute, 0 if unknown or none
 * @form_factor: NOMINAL FORM FACTOR, 0 if unknown
 * @nr_ranges: entries of @ranges
 * @ranges: what each of its actuators has of the block device; NULL if it has
 *	one
 */
struct iblock_drive {
	u16				rotation;
	u8				form_factor;
	unsigned int			nr_ranges;
	struct target_access_range	*ranges;
};

int iblock_drive_read(struct iblock_drive *drive, struct block_device *bdev);
void iblock_drive_forget(struct iblock_drive *drive);

/* Parts of it, without a block device */
void iblock_drive_characteristics(struct iblock_drive *drive, const u8 *page,
				  size_t len);
int iblock_drive_ranges(struct iblock_drive *drive,
			const struct blk_independent_access_ranges *found,
			sector_t start, sector_t sectors);

#endif /* IBLOCK_DRIVE_H */
