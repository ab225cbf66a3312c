/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IBLOCK_INTEGRITY_H
#define IBLOCK_INTEGRITY_H

#include <linux/blk_types.h>
#include <target/target_core_backend.h>

/**
 * struct iblock_integrity - protection information of a block device
 * @type: its type; 0 if it has none, or one that SCSI does not know
 * @app_tags: application tags are kept as they are
 * @block_shift: log2 of the bytes of a block
 */
struct iblock_integrity {
	u8	type;
	bool	app_tags;
	u8	block_shift;
};

#ifdef CONFIG_BLK_DEV_INTEGRITY
void iblock_integrity_read(struct iblock_integrity *integrity,
			   struct block_device *bdev);
u64 iblock_integrity_room(const struct iblock_integrity *integrity,
			  const struct target_io *io, sector_t sector);
blk_status_t iblock_integrity_add(const struct iblock_integrity *integrity,
				  const struct target_io *io, struct bio *bio);
#else
static inline void iblock_integrity_read(struct iblock_integrity *integrity,
					 struct block_device *bdev)
{
	*integrity = (struct iblock_integrity){};
}

static inline u64 iblock_integrity_room(const struct iblock_integrity *integrity,
					const struct target_io *io,
					sector_t sector)
{
	return U64_MAX;
}

static inline blk_status_t
iblock_integrity_add(const struct iblock_integrity *integrity,
		     const struct target_io *io, struct bio *bio)
{
	return BLK_STS_NOTSUPP;
}
#endif

#endif /* IBLOCK_INTEGRITY_H */
