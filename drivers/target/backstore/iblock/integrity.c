// SPDX-License-Identifier: GPL-2.0-only
/*
 * Protection information of a block device: what goes there with a bio, and comes
 * back with it.
 *
 * The block layer leaves alone what a bio brings, but for the reference tags of
 * type 1: where they count as the seed does, it makes them count as the blocks of
 * the whole disk do, on which the device may be a partition.  So initiators see
 * numbers that begin with 0, as they have to.
 */
#include <linux/blk-integrity.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/t10-pi.h>
#include "integrity.h"

static bool is_known(const struct blk_integrity *bi, struct block_device *bdev)
{
	return bi->csum_type == BLK_INTEGRITY_CSUM_CRC &&
	       bi->tuple_size == sizeof(struct t10_pi_tuple) &&
	       !bi->pi_offset &&
	       1U << bi->interval_exp == bdev_logical_block_size(bdev) &&
	       /* else it ends at a controller */
	       bi->flags & BLK_INTEGRITY_DEVICE_CAPABLE;
}

/**
 * iblock_integrity_read - find out about protection information of a block device
 * @integrity: filled in
 * @bdev: open block device
 *
 * The block layer does not tell a disk of type 2 from one of type 1, nor need it:
 * the driver makes of both what type 1 is.
 */
void iblock_integrity_read(struct iblock_integrity *integrity,
			   struct block_device *bdev)
{
	const struct blk_integrity *bi = bdev_get_integrity(bdev);

	*integrity = (struct iblock_integrity){
		.block_shift = ilog2(bdev_logical_block_size(bdev)),
	};
	if (!bi || !is_known(bi, bdev))
		return;
	integrity->type = bi->flags & BLK_INTEGRITY_REF_TAG ?
			  T10_PI_TYPE1_PROTECTION : T10_PI_TYPE3_PROTECTION;
	integrity->app_tags = bi->tag_size;
}

static struct t10_pi_tuple *tuple_at(const struct iblock_integrity *integrity,
				     const struct target_io *io, sector_t sector)
{
	u64 pos = (u64)sector << SECTOR_SHIFT;

	return io->tuples + ((pos - io->pos) >> integrity->block_shift);
}

/**
 * iblock_integrity_room - how long may a bio be?
 * @integrity: of the block device
 * @io: I/O with tuples
 * @sector: where the bio begins
 *
 * Some devices take the tuples of a bio in one piece only.  In vmalloc() memory,
 * that is a page.
 *
 * Return: bytes of data
 */
u64 iblock_integrity_room(const struct iblock_integrity *integrity,
			  const struct target_io *io, sector_t sector)
{
	const struct t10_pi_tuple *first = tuple_at(integrity, io, sector);
	size_t left = PAGE_SIZE - offset_in_page(first);

	if (!is_vmalloc_addr(first))
		return U64_MAX;
	return (u64)(left / sizeof(*first)) << integrity->block_shift;
}

/* A device may be formatted anew, by others, while it is open. */
static bool is_as_before(const struct iblock_integrity *integrity,
			 struct block_device *bdev)
{
	struct iblock_integrity now;

	iblock_integrity_read(&now, bdev);
	return now.type == integrity->type &&
	       now.block_shift == integrity->block_shift;
}

/**
 * iblock_integrity_add - give a bio the tuples of its blocks
 * @integrity: of the block device
 * @io: I/O with tuples
 * @bio: part of it or all, with its data, no longer than there is room
 *
 * What is read is checked by the core, whatever the device would say of it; what is
 * written by the device too, unless it may be wrong.
 *
 * Context: process; does not sleep if the bio has REQ_NOWAIT.
 * Return: BLK_STS_OK, or why it cannot be
 */
blk_status_t iblock_integrity_add(const struct iblock_integrity *integrity,
				  const struct target_io *io, struct bio *bio)
{
	gfp_t gfp = bio->bi_opf & REQ_NOWAIT ? GFP_NOWAIT | __GFP_NOWARN :
					       GFP_NOIO;
	unsigned int blocks = bio->bi_iter.bi_size >> integrity->block_shift;
	sector_t sector = bio->bi_iter.bi_sector;
	struct t10_pi_tuple *first = tuple_at(integrity, io, sector);
	size_t bytes = blocks * sizeof(*first);
	struct bio_integrity_payload *bip;
	struct page *page;

	if (!is_as_before(integrity, bio->bi_bdev))
		return BLK_STS_IOERR;
	if (blocks << integrity->block_shift != bio->bi_iter.bi_size)
		return BLK_STS_INVAL;
	bip = bio_integrity_alloc(bio, gfp, 1);
	if (IS_ERR(bip))
		return bio->bi_opf & REQ_NOWAIT ? BLK_STS_AGAIN :
						  BLK_STS_RESOURCE;
	if (io->op == TARGET_IO_READ || io->flags & TARGET_IO_UNCHECKED)
		bip->bip_flags |= BIP_CTRL_NOCHECK | BIP_DISK_NOCHECK;
	/* in blocks, whatever the unit of a bio's own sector is */
	bip_set_seed(bip, sector >> (integrity->block_shift - SECTOR_SHIFT));
	page = is_vmalloc_addr(first) ? vmalloc_to_page(first) :
					virt_to_page(first);
	return bio_integrity_add_page(bio, page, bytes, offset_in_page(first)) ==
	       bytes ? BLK_STS_OK : BLK_STS_RESOURCE;
}
