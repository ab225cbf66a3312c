// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of IMMED, of deferred errors, and of who hears that data in a
 * cache was lost.
 */
#include <linux/string.h>
#include "../deferred.h"
#include "../immed.h"
#include "fake.h"

#define FAKE_FAILURE	0x044400

static const u8 sync[] = { 0x35, [9] = 0 };
static const u8 sync_immed[] = { 0x35, 0x02, [9] = 0 };
static const u8 sync_immed_16[] = { 0x91, 0x02, [15] = 0 };
static const u8 start[] = { 0x1b, 0, 0, 0, 1, 0 };
static const u8 stop_immed[] = { 0x1b, 1, 0, 0, 0, 0 };
static const u8 ready[] = { 0x00, 0, 0, 0, 0, 0 };
static const u8 inquiry[] = { 0x12, 0, 0, 0, 96, 0 };
static const u8 ask_sense[] = { 0x03, 0, 0, 0, 18, 0 };

/* The flush that is under way ends. */
static void end_flush(struct fake *fake, blk_status_t sts)
{
	struct target_io *io = fake->held;

	fake->held = NULL;
	if (sts)
		target_loss_note(&fake->backend, sts);
	target_io_done(io, sts);
	flush_work(&fake->emul.immed.work);
}

static void immed_good(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->slow = true;
	KUNIT_ASSERT_EQ(test, fake_none(fake, sync_immed), 0);
	KUNIT_ASSERT_NOT_NULL(test, fake->held);
	KUNIT_EXPECT_EQ(test, fake->held->op, TARGET_IO_FLUSH);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->dev.flushes), 1);
	end_flush(fake, BLK_STS_OK);
	KUNIT_EXPECT_NULL(test, fake->held);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->dev.flushes), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 1);
}

/* What was written after the flush began wants another one, and no more. */
static void immed_again(struct kunit *test)
{
	struct fake *fake = test->priv;
	unsigned int i;

	fake->slow = true;
	for (i = 0; i < 5; i++)
		KUNIT_ASSERT_EQ(test, fake_none(fake, sync_immed_16), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 1);
	end_flush(fake, BLK_STS_OK);
	KUNIT_ASSERT_NOT_NULL(test, fake->held);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 2);
	end_flush(fake, BLK_STS_OK);
	KUNIT_EXPECT_NULL(test, fake->held);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->dev.flushes), 0);
}

/* SPC-4 4.5: each nexus is told once, and the command has to come again. */
static void immed_fails(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->slow = true;
	KUNIT_ASSERT_EQ(test, fake_none(fake, sync_immed), 0);
	end_flush(fake, BLK_STS_IOERR);
	KUNIT_EXPECT_EQ(test, fake_in(fake, inquiry, 96), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[0], 0x71);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_FAILURE);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
	KUNIT_EXPECT_NE(test, fake->other.deferred, TCM_NO_SENSE);
}

static void immed_polled(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_deferred_add(&fake->dev, TCM_TARGET_FAILURE);
	KUNIT_ASSERT_EQ(test, fake_in(fake, ask_sense, 18), 0);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0x71);
	KUNIT_EXPECT_EQ(test, fake->data[2], 0x04);
	KUNIT_EXPECT_EQ(test, fake->data[12], 0x44);
	KUNIT_ASSERT_EQ(test, fake_in(fake, ask_sense, 18), 0);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0x70);
	KUNIT_EXPECT_EQ(test, fake->data[2], 0);
	fake->dev.d_sense = true;
	target_deferred_add(&fake->dev, TCM_TARGET_FAILURE);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[0], 0x73);
	KUNIT_EXPECT_EQ(test, fake->sense[1], 0x04);
}

static void immed_stop(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->slow = true;
	KUNIT_ASSERT_EQ(test, fake_none(fake, stop_immed), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
	end_flush(fake, BLK_STS_OK);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_STOPPED);
	/* a START that comes before the end of the flush is the last word */
	KUNIT_ASSERT_EQ(test, fake_none(fake, start), 0);
	KUNIT_ASSERT_EQ(test, fake_none(fake, stop_immed), 0);
	KUNIT_ASSERT_EQ(test, fake_none(fake, start), 0);
	end_flush(fake, BLK_STS_OK);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
	/* and what cannot be written keeps it from stopping */
	KUNIT_ASSERT_EQ(test, fake_none(fake, stop_immed), 0);
	end_flush(fake, BLK_STS_IOERR);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[0], 0x71);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
}

/* Somebody's flush found out: each nexus hears of it with its own next one. */
static void loss_told_once(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_none(fake, sync), 0);
	target_loss_note(&fake->backend, BLK_STS_IOERR);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, sync), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_FAILURE);
	KUNIT_EXPECT_EQ(test, fake->sense[0], 0x70);
	KUNIT_EXPECT_EQ(test, fake_none(fake, sync), 0);
	target_loss_note(&fake->backend, BLK_STS_NOSPC);
	KUNIT_EXPECT_EQ(test, fake_none(fake, sync_immed), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_FAILURE);
	flush_work(&fake->emul.immed.work);
	KUNIT_EXPECT_EQ(test, fake_none(fake, sync), 0);
}

/* Who switches off has to hear of it before. */
static void loss_keeps_running(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_loss_note(&fake->backend, BLK_STS_IOERR);
	KUNIT_EXPECT_EQ(test, fake_none(fake, stop_immed), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_FAILURE);
	flush_work(&fake->emul.immed.work);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, stop_immed), 0);
	flush_work(&fake->emul.immed.work);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_STOPPED);
}

/* Nothing is lost with what can be tried again. */
static void loss_transient(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_loss_note(&fake->backend, BLK_STS_TRANSPORT);
	target_loss_note(&fake->backend, BLK_STS_OFFLINE);
	target_loss_note(&fake->backend, BLK_STS_OK);
	KUNIT_EXPECT_EQ(test, fake_none(fake, sync), 0);
}

static struct kunit_case immed_cases[] = {
	KUNIT_CASE(immed_good),
	KUNIT_CASE(immed_again),
	KUNIT_CASE(immed_fails),
	KUNIT_CASE(immed_polled),
	KUNIT_CASE(immed_stop),
	KUNIT_CASE(loss_told_once),
	KUNIT_CASE(loss_keeps_running),
	KUNIT_CASE(loss_transient),
	{}
};

static struct kunit_suite immed_suite = {
	.name = "target_immed",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = immed_cases,
};

kunit_test_suite(immed_suite);
