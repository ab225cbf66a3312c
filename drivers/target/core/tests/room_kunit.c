// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of making room for protection information: the medium is
 * meanwhile nobody else's.
 */
#include <linux/delay.h>
#include <linux/wait_bit.h>

#include "../device.h"
#include "../flush.h"
#include "../room.h"
#include "../tp_group.h"
#include "fake.h"

#define PATIENCE_MS	5000

/**
 * struct room - a unit that no LUN links to
 * @fake: what is around it
 * @dev: it
 * @medium: its medium
 * @other: that of the unit that has LUNs
 * @work: a flush that somebody waits for
 * @ret: how it ended
 */
struct room {
	struct core_fake	*fake;
	struct target_dev	*dev;
	struct core_fake_medium	*medium;
	struct core_fake_medium	*other;
	struct work_struct	work;
	int			ret;
};

static void flush_work_fn(struct work_struct *work)
{
	struct room *room = container_of(work, struct room, work);

	room->ret = target_flush_wait(room->dev);
}

static int room_init(struct kunit *test)
{
	struct room *room = kunit_kzalloc(test, sizeof(*room), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, room);
	test->priv = room;
	room->fake = core_fake_make(test);
	room->dev = target_device_make(room->fake->hba, "room");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, room->dev);
	KUNIT_ASSERT_EQ(test, target_tp_group_init(room->dev), 0);
	KUNIT_ASSERT_EQ(test, target_device_enable(room->dev), 0);
	room->medium = container_of(room->dev->backend, struct core_fake_medium,
				    backend);
	room->medium->hold = true;
	/* what the test ends is this one's */
	room->other = room->fake->medium;
	room->fake->medium = room->medium;
	INIT_WORK(&room->work, flush_work_fn);
	return 0;
}

static void room_exit(struct kunit *test)
{
	struct room *room = test->priv;

	room->medium->hold = false;
	while (room->medium->nr_held)
		core_fake_finish(room->fake, BLK_STS_OK);
	flush_work(&room->work);
	room->fake->medium = room->other;
	target_tp_group_exit(room->dev);
	target_device_remove(room->dev);
	core_fake_end(room->fake);
}

/* Has the medium something to do, sooner or later? */
static bool is_busy(const struct room *room, unsigned int ms)
{
	for (; ms && !READ_ONCE(room->medium->nr_held); ms--)
		usleep_range(1000, 2000);
	return READ_ONCE(room->medium->nr_held);
}

/* A flush that is under way may need what would be closed. */
static void room_after_flush(struct kunit *test)
{
	struct room *room = test->priv;

	schedule_work(&room->work);
	KUNIT_ASSERT_TRUE(test, is_busy(room, PATIENCE_MS));
	KUNIT_EXPECT_EQ(test, target_room_set_type(room->dev, 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, room->medium->rooms, 0);
	core_fake_finish(room->fake, BLK_STS_OK);
	flush_work(&room->work);
	KUNIT_EXPECT_EQ(test, room->ret, 0);
	KUNIT_EXPECT_EQ(test, target_room_set_type(room->dev, 1), 0);
	KUNIT_EXPECT_EQ(test, room->medium->rooms, 1);
}

/* And one that begins meanwhile waits. */
static void room_before_flush(struct kunit *test)
{
	struct room *room = test->priv;
	bool *formatting = &room->dev->protection.formatting;

	WRITE_ONCE(*formatting, true);
	schedule_work(&room->work);
	KUNIT_EXPECT_FALSE(test, is_busy(room, 50));
	WRITE_ONCE(*formatting, false);
	wake_up_var(formatting);
	KUNIT_EXPECT_TRUE(test, is_busy(room, PATIENCE_MS));
	core_fake_finish(room->fake, BLK_STS_OK);
	flush_work(&room->work);
	KUNIT_EXPECT_EQ(test, room->ret, 0);
}

static struct kunit_case room_cases[] = {
	KUNIT_CASE(room_after_flush),
	KUNIT_CASE(room_before_flush),
	{ }
};

static struct kunit_suite room_suite = {
	.name = "target_room",
	.init = room_init,
	.exit = room_exit,
	.test_cases = room_cases,
};

kunit_test_suite(room_suite);
