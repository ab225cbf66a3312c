// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of unit attentions: order, resets, interlock, who clears what.
 */
#include <scsi/scsi_proto.h>
#include "../../core/events.h"
#include "../emul.h"
#include "../ua.h"
#include "fake.h"

static const u8 test_unit_ready[6];
static const u8 request_sense[] = { 0x03, 0, 0, 0, 18, 0 };
static const u8 report_luns[] = { 0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0 };
static const u8 inquiry[] = { 0x12, 0, 0, 0, 96, 0 };

static void expect_next(struct kunit *test, struct target_itl *itl, u16 code)
{
	u16 found = 0;

	KUNIT_EXPECT_TRUE(test, target_ua_take(itl, &found));
	KUNIT_EXPECT_EQ(test, found, code);
}

static void ua_order(struct kunit *test)
{
	struct fake *fake = test->priv;
	u16 code;

	target_ua_add(&fake->itl, TARGET_UA_CAPACITY_CHANGED);
	target_ua_add(&fake->itl, TARGET_UA_LUNS_CHANGED);
	target_ua_add(&fake->itl, TARGET_UA_CAPACITY_CHANGED);
	expect_next(test, &fake->itl, TARGET_UA_CAPACITY_CHANGED);
	expect_next(test, &fake->itl, TARGET_UA_LUNS_CHANGED);
	KUNIT_EXPECT_FALSE(test, target_ua_take(&fake->itl, &code));
}

static void ua_resets(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_ua_add(&fake->itl, TARGET_UA_CAPACITY_CHANGED);
	target_ua_add(&fake->itl, TARGET_UA_LUN_RESET);
	target_ua_add(&fake->itl, TARGET_UA_NEXUS_LOSS);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 1);
	target_ua_add(&fake->itl, TARGET_UA_MODE_CHANGED);
	target_ua_add(&fake->itl, TARGET_UA_POWER_ON);
	target_ua_add(&fake->itl, TARGET_UA_LUN_RESET);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 1);
	expect_next(test, &fake->itl, TARGET_UA_POWER_ON);
}

static void ua_too_many(struct kunit *test)
{
	struct fake *fake = test->priv;
	u16 i;

	for (i = 0; i < TARGET_UA_DEPTH; i++)
		target_ua_add(&fake->itl, 0x3f10 + i);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, TARGET_UA_DEPTH);
	target_ua_add(&fake->itl, TARGET_UA_MODE_CHANGED);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 1);
	expect_next(test, &fake->itl, TARGET_UA_POWER_ON);
}

static void ua_reported_once(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_ua_add(&fake->itl, TARGET_UA_POWER_ON);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x062900);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 0);
}

static void ua_ignored(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_ua_add(&fake->itl, TARGET_UA_POWER_ON);
	KUNIT_EXPECT_EQ(test, fake_in(fake, inquiry, 96), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, report_luns, 16), 0);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 1);
	KUNIT_EXPECT_EQ(test, fake_in(fake, request_sense, 18), 0);
	KUNIT_EXPECT_EQ(test, fake->data[2], 6);
	KUNIT_EXPECT_EQ(test, fake->data[12], 0x29);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, request_sense, 18), 0);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0x70);
	KUNIT_EXPECT_EQ(test, fake->data[2], 0);
}

static void ua_interlock(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->dev.attr.emulate_ua_intlck_ctrl = 1;
	target_ua_add(&fake->itl, TARGET_UA_POWER_ON);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 2);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 2);
	KUNIT_EXPECT_EQ(test, fake_in(fake, request_sense, 18), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, test_unit_ready), 0);
}

/* UA_INTLCK_CTRL 11b: a refusal without sense data is remembered */
static void ua_refusals(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_emul_events.refused(&fake->itl, SAM_STAT_BUSY);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	fake->dev.attr.emulate_ua_intlck_ctrl = 2;
	target_emul_events.refused(&fake->itl, SAM_STAT_BUSY);
	target_emul_events.refused(&fake->itl, SAM_STAT_BUSY);
	target_emul_events.refused(&fake->itl, SAM_STAT_TASK_SET_FULL);
	target_emul_events.refused(&fake->itl, SAM_STAT_RESERVATION_CONFLICT);
	target_emul_events.refused(&fake->itl, SAM_STAT_TASK_ABORTED);
	KUNIT_EXPECT_EQ(test, fake->other.ua.count, 0);
	expect_next(test, &fake->itl, 0x2c07);
	expect_next(test, &fake->itl, 0x2c08);
	expect_next(test, &fake->itl, 0x2c09);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
}

static void ua_report_luns_clears(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_emul_events.lun_map_changed(&fake->sess);
	target_ua_add(&fake->itl, TARGET_UA_CAPACITY_CHANGED);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 2);
	KUNIT_EXPECT_EQ(test, fake_in(fake, report_luns, 16), 0);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 1);
	expect_next(test, &fake->itl, TARGET_UA_CAPACITY_CHANGED);
}

static void ua_events(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_emul_events.capacity_changed(&fake->dev);
	target_emul_events.aborted(&fake->itl);
	expect_next(test, &fake->itl, TARGET_UA_CAPACITY_CHANGED);
	expect_next(test, &fake->itl, TARGET_UA_COMMANDS_CLEARED);
	expect_next(test, &fake->other, TARGET_UA_CAPACITY_CHANGED);
	fake->dev.d_sense = true;
	fake->emul.swp = true;
	target_emul_events.reset(&fake->dev, TARGET_RESET_UNIT);
	expect_next(test, &fake->itl, TARGET_UA_LUN_RESET);
	expect_next(test, &fake->other, TARGET_UA_LUN_RESET);
	KUNIT_EXPECT_FALSE(test, fake->dev.d_sense);
	KUNIT_EXPECT_FALSE(test, fake->emul.swp);
	target_emul_events.nexus_reset(&fake->sess);
	expect_next(test, &fake->itl, TARGET_UA_NEXUS_LOSS);
	KUNIT_EXPECT_EQ(test, fake->other.ua.count, 0);
}

static struct kunit_case ua_cases[] = {
	KUNIT_CASE(ua_order),
	KUNIT_CASE(ua_resets),
	KUNIT_CASE(ua_too_many),
	KUNIT_CASE(ua_reported_once),
	KUNIT_CASE(ua_ignored),
	KUNIT_CASE(ua_interlock),
	KUNIT_CASE(ua_refusals),
	KUNIT_CASE(ua_report_luns_clears),
	KUNIT_CASE(ua_events),
	{}
};

static struct kunit_suite ua_suite = {
	.name = "target_ua",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = ua_cases,
};

kunit_test_suite(ua_suite);

