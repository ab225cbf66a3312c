// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of kinds of backstores, and of the end of a medium.
 */
#include <kunit/test.h>
#include <linux/blkdev.h>
#include <linux/slab.h>

#include "../backend.h"

static void backend_kinds(struct kunit *test)
{
	static const struct target_backend_ops one = { .name = "kunit_kind" };
	static const struct target_backend_ops two = { .name = "kunit_kind" };

	KUNIT_EXPECT_NULL(test, target_backend_get("kunit_kind"));
	KUNIT_ASSERT_EQ(test, target_backend_register(&one), 0);
	KUNIT_EXPECT_EQ(test, target_backend_register(&two), -EEXIST);
	target_backend_unregister(&two);
	KUNIT_EXPECT_PTR_EQ(test, target_backend_get("kunit_kind"),
			    &one);
	target_backend_put(&one);
	target_backend_unregister(&one);
	KUNIT_EXPECT_NULL(test, target_backend_get("kunit_kind"));
}

/* The block layer says it with the holder's lock held, for us to release. */
static void backend_claim_ends(struct kunit *test)
{
	const struct blk_holder_ops *ops = &target_backend_holder_ops;
	struct target_backend *backend;
	struct block_device *bdev;
	struct target_dev *dev;

	backend = kunit_kzalloc(test, sizeof(*backend), GFP_KERNEL);
	bdev = kunit_kzalloc(test, sizeof(*bdev), GFP_KERNEL);
	dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, backend);
	KUNIT_ASSERT_NOT_NULL(test, bdev);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	backend->core = dev;
	mutex_init(&bdev->bd_holder_lock);
	bdev->bd_holder = backend;

	mutex_lock(&bdev->bd_holder_lock);
	ops->mark_dead(bdev, true);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&bdev->bd_holder_lock));
	KUNIT_EXPECT_TRUE(test, dev->dead);
	KUNIT_EXPECT_TRUE(test, test_bit(TARGET_SLOW_STOPPED, &dev->slow));
}

static struct kunit_case backend_cases[] = {
	KUNIT_CASE(backend_kinds),
	KUNIT_CASE(backend_claim_ends),
	{ }
};

static struct kunit_suite backend_suite = {
	.name = "target_backend",
	.test_cases = backend_cases,
};

kunit_test_suite(backend_suite);
