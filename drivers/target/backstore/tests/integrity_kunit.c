// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what goes to a block device beside the data, and of which devices
 * get it.
 */
#include <kunit/test.h>
#include <linux/blk-integrity.h>
#include <linux/slab.h>
#include <linux/t10-pi.h>
#include <linux/vmalloc.h>
#include "../iblock/integrity.h"

#define CAPABLE	BLK_INTEGRITY_DEVICE_CAPABLE
#define REF	BLK_INTEGRITY_REF_TAG
#define CRC	BLK_INTEGRITY_CSUM_CRC
#define BLOCK	4096
#define BLOCKS	(3 * PAGE_SIZE / sizeof(struct t10_pi_tuple))

static void put_disk_action(void *disk)
{
	put_disk(disk);
}

static struct block_device *make_disk(struct kunit *test,
				      const struct blk_integrity *profile,
				      unsigned int block)
{
	struct queue_limits limits = {
		.logical_block_size = block,
		.integrity = *profile,
	};
	struct gendisk *disk;

	disk = blk_alloc_disk(&limits, NUMA_NO_NODE);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, disk);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, put_disk_action,
							   disk));
	return disk->part0;
}

/* ------------------------------------------------------------ the type -- */

/**
 * struct profile_case - what a block device has, and what SCSI says of it
 * @name: for people
 * @profile: what it has
 * @type: protection type
 * @app_tags: application tags are kept
 */
struct profile_case {
	const char		*name;
	struct blk_integrity	profile;
	u8			type;
	bool			app_tags;
};

static const struct profile_case profile_cases[] = {
	{ "nothing" },
	{ "type 1", { .flags = CAPABLE | REF, .csum_type = CRC, .tuple_size = 8 },
	  1 },
	{ "type 1 with application tags",
	  { .flags = CAPABLE | REF, .csum_type = CRC, .tuple_size = 8,
	    .tag_size = 2 }, 1, true },
	{ "type 3", { .flags = CAPABLE, .csum_type = CRC, .tuple_size = 8 }, 3 },
	{ "of the controller", { .flags = REF, .csum_type = CRC, .tuple_size = 8 } },
	{ "IP checksum", { .flags = CAPABLE | REF, .tuple_size = 8,
			   .csum_type = BLK_INTEGRITY_CSUM_IP } },
	{ "64 bits", { .flags = CAPABLE | REF, .tuple_size = 16,
		       .csum_type = BLK_INTEGRITY_CSUM_CRC64 } },
	{ "metadata before it", { .flags = CAPABLE | REF, .csum_type = CRC,
				  .tuple_size = 16, .pi_offset = 8 } },
	{ "metadata behind it", { .flags = CAPABLE | REF, .csum_type = CRC,
				  .tuple_size = 16 } },
	{ "eight for each block", { .flags = CAPABLE | REF, .csum_type = CRC,
				    .tuple_size = 8, .interval_exp = 9 } },
};

static void profile_desc(const struct profile_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(profile, profile_cases, profile_desc);

static void integrity_profile(struct kunit *test)
{
	const struct profile_case *c = test->param_value;
	struct iblock_integrity found;

	iblock_integrity_read(&found, make_disk(test, &c->profile, BLOCK));
	KUNIT_EXPECT_EQ(test, found.type, c->type);
	KUNIT_EXPECT_EQ(test, found.app_tags, c->app_tags);
	KUNIT_EXPECT_EQ(test, found.block_shift, 12);
}

/* ------------------------------------------------------------- the bio -- */

/**
 * struct carried - an I/O from block 100 on
 * @integrity: of the device
 * @io: the I/O
 * @bio: part of it
 */
struct carried {
	struct iblock_integrity	integrity;
	struct target_io	io;
	struct bio		bio;
};

static struct carried *carry(struct kunit *test, enum target_io_op op, u64 lba,
			     unsigned int blocks)
{
	static const struct blk_integrity profile = {
		.flags = CAPABLE | REF, .csum_type = CRC, .tuple_size = 8,
	};
	struct carried *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	struct block_device *bdev = make_disk(test, &profile, BLOCK);

	KUNIT_ASSERT_NOT_NULL(test, c);
	iblock_integrity_read(&c->integrity, bdev);
	c->io.op = op;
	c->io.pos = 100 * BLOCK;
	bio_init(&c->bio, bdev, NULL, 0, REQ_OP_READ);
	c->bio.bi_iter.bi_sector = lba * (BLOCK >> SECTOR_SHIFT);
	c->bio.bi_iter.bi_size = blocks * BLOCK;
	return c;
}

static blk_status_t add(struct carried *c, struct t10_pi_tuple *tuples)
{
	c->io.tuples = tuples;
	return iblock_integrity_add(&c->integrity, &c->io, &c->bio);
}

static void integrity_one_piece(struct kunit *test)
{
	struct t10_pi_tuple *tuples = kunit_kmalloc(test, BLOCKS * 8, GFP_KERNEL);
	struct carried *c = carry(test, TARGET_IO_WRITE, 103, 600);
	struct bio_integrity_payload *bip;

	KUNIT_ASSERT_NOT_NULL(test, tuples);
	KUNIT_ASSERT_EQ(test, add(c, tuples), BLK_STS_OK);
	bip = bio_integrity(&c->bio);
	KUNIT_ASSERT_NOT_NULL(test, bip);
	KUNIT_EXPECT_EQ(test, bip_get_seed(bip), 103);
	KUNIT_EXPECT_EQ(test, bip->bip_vcnt, 1);
	KUNIT_EXPECT_EQ(test, bip->bip_iter.bi_size, 600 * 8);
	KUNIT_EXPECT_PTR_EQ(test, bvec_virt(bip->bip_vec), (void *)&tuples[3]);
	KUNIT_EXPECT_EQ(test, bip->bip_flags, 0);
	KUNIT_EXPECT_EQ(test, iblock_integrity_room(&c->integrity, &c->io,
						    103 * 8), U64_MAX);
	bio_uninit(&c->bio);
}

static void vfree_action(void *memory)
{
	vfree(memory);
}

/* A page, and what is left of it, is a piece. */
static void integrity_pages(struct kunit *test)
{
	const u64 page = PAGE_SIZE / sizeof(struct t10_pi_tuple);
	struct carried *c = carry(test, TARGET_IO_WRITE, 100 + page - 5, 5);
	struct t10_pi_tuple *tuples = vmalloc(BLOCKS * 8);
	struct bio_vec *vec;
	u64 room;

	KUNIT_ASSERT_NOT_NULL(test, tuples);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, vfree_action,
							   tuples));
	c->io.tuples = tuples;
	room = iblock_integrity_room(&c->integrity, &c->io, 100 * 8);
	KUNIT_EXPECT_EQ(test, room, page * BLOCK);
	room = iblock_integrity_room(&c->integrity, &c->io,
				     c->bio.bi_iter.bi_sector);
	KUNIT_EXPECT_EQ(test, room, 5 * BLOCK);
	room = iblock_integrity_room(&c->integrity, &c->io,
				     (100 + page) * 8);
	KUNIT_EXPECT_EQ(test, room, page * BLOCK);

	KUNIT_ASSERT_EQ(test, add(c, tuples), BLK_STS_OK);
	vec = bio_integrity(&c->bio)->bip_vec;
	KUNIT_EXPECT_PTR_EQ(test, vec->bv_page, vmalloc_to_page(tuples));
	KUNIT_EXPECT_EQ(test, vec->bv_offset, (page - 5) * 8);
	KUNIT_EXPECT_EQ(test, vec->bv_len, 5 * 8);
	bio_uninit(&c->bio);
}

/* What is read is checked later; what may be wrong is to be written. */
static void integrity_unchecked(struct kunit *test)
{
	const unsigned int nobody = BIP_CTRL_NOCHECK | BIP_DISK_NOCHECK;
	struct carried *c = carry(test, TARGET_IO_READ, 100, 1);
	struct t10_pi_tuple *tuples = kunit_kmalloc(test, 8, GFP_KERNEL);

	KUNIT_ASSERT_EQ(test, add(c, tuples), BLK_STS_OK);
	KUNIT_EXPECT_EQ(test, bio_integrity(&c->bio)->bip_flags, nobody);
	bio_uninit(&c->bio);
	c->io.op = TARGET_IO_WRITE;
	c->io.flags = TARGET_IO_UNCHECKED;
	KUNIT_ASSERT_EQ(test, add(c, tuples), BLK_STS_OK);
	KUNIT_EXPECT_EQ(test, bio_integrity(&c->bio)->bip_flags, nobody);
	bio_uninit(&c->bio);
}

/* Part of a block, and a device that was formatted anew */
static void integrity_refused(struct kunit *test)
{
	struct carried *c = carry(test, TARGET_IO_WRITE, 100, 1);
	struct t10_pi_tuple *tuples = kunit_kmalloc(test, 8, GFP_KERNEL);

	c->bio.bi_iter.bi_size = SECTOR_SIZE;
	KUNIT_EXPECT_EQ(test, add(c, tuples), BLK_STS_INVAL);
	c->bio.bi_iter.bi_size = BLOCK;
	c->integrity.type = 3;
	KUNIT_EXPECT_EQ(test, add(c, tuples), BLK_STS_IOERR);
	KUNIT_EXPECT_NULL(test, bio_integrity(&c->bio));
}

static struct kunit_case integrity_cases[] = {
	KUNIT_CASE_PARAM(integrity_profile, profile_gen_params),
	KUNIT_CASE(integrity_one_piece),
	KUNIT_CASE(integrity_pages),
	KUNIT_CASE(integrity_unchecked),
	KUNIT_CASE(integrity_refused),
	{ }
};

static struct kunit_suite integrity_suite = {
	.name = "target_integrity",
	.test_cases = integrity_cases,
};

kunit_test_suite(integrity_suite);
