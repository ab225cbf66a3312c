// SPDX-License-Identifier: GPL-2.0-only
/*
 * The drive behind a block device: what initiators of a disk may want to know
 * of it, and submission does not.  Device mapper and the like have none, and
 * then nothing is known.
 */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <scsi/scsi_device.h>
#include "drive.h"

/* MEDIUM ROTATION RATE (SBC-4 table 241): all others are not revolutions */
#define SLOWEST		0x0401
#define FASTEST		0xfffe

/**
 * iblock_drive_characteristics - take what a SCSI disk says of itself
 * @drive: drive
 * @page: its Block Device Characteristics VPD page (SBC-4 6.6.2)
 * @len: bytes of it
 */
void iblock_drive_characteristics(struct iblock_drive *drive, const u8 *page,
				  size_t len)
{
	u16 rotation;

	if (len < 8)
		return;
	rotation = get_unaligned_be16(page + 4);
	if (rotation >= SLOWEST && rotation <= FASTEST)
		drive->rotation = rotation;
	drive->form_factor = page[7] & 0x0f;
}

/* The SCSI layer keeps the page from when it found the disk. */
static void ask_scsi(struct iblock_drive *drive, struct gendisk *disk)
{
	struct device *parent = disk_to_dev(disk)->parent;
	const struct scsi_vpd *page;

	if (!parent || !scsi_is_sdev_device(parent))
		return;
	guard(rcu)();
	page = rcu_dereference(to_scsi_device(parent)->vpd_pgb1);
	if (page)
		iblock_drive_characteristics(drive, page->data, page->len);
}

/**
 * iblock_drive_ranges - cut a disk's independent access ranges to a partition
 * @drive: drive without ranges
 * @found: ranges of the whole disk, ascending and without gaps
 * @start: first sector of the partition
 * @sectors: its size
 *
 * One range is as good as none.
 *
 * Return: 0 or -ENOMEM
 */
int iblock_drive_ranges(struct iblock_drive *drive,
			const struct blk_independent_access_ranges *found,
			sector_t start, sector_t sectors)
{
	const struct blk_independent_access_range *range;
	struct target_access_range *out;
	sector_t from, to;
	int i;

	out = kcalloc(found->nr_ia_ranges, sizeof(*out), GFP_KERNEL);
	if (!out)
		return -ENOMEM;
	drive->ranges = out;
	for (i = 0; i < found->nr_ia_ranges; i++) {
		range = &found->ia_range[i];
		from = max(range->sector, start);
		to = min(range->sector + range->nr_sectors, start + sectors);
		if (from >= to)
			continue;
		out->pos = (from - start) << SECTOR_SHIFT;
		out->len = (to - from) << SECTOR_SHIFT;
		out++;
	}
	drive->nr_ranges = out - drive->ranges;
	if (drive->nr_ranges < 2)
		iblock_drive_forget(drive);
	return 0;
}

/**
 * iblock_drive_read - find out about the drive behind a block device
 * @drive: filled in
 * @bdev: open block device
 *
 * Return: 0 or -ENOMEM
 *
 * Context: process.
 */
int iblock_drive_read(struct iblock_drive *drive, struct block_device *bdev)
{
	struct gendisk *disk = bdev->bd_disk;

	*drive = (struct iblock_drive){};
	ask_scsi(drive, disk);
	guard(mutex)(&disk->queue->sysfs_lock);
	if (!disk->ia_ranges)
		return 0;
	return iblock_drive_ranges(drive, disk->ia_ranges,
				   bdev->bd_start_sect, bdev_nr_sectors(bdev));
}

/**
 * iblock_drive_forget - free the ranges of a drive
 * @drive: drive that nobody asks any more
 */
void iblock_drive_forget(struct iblock_drive *drive)
{
	kfree(drive->ranges);
	drive->ranges = NULL;
	drive->nr_ranges = 0;
}
