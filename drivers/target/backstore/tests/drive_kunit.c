// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what is known of a drive.
 */
#include <kunit/test.h>
#include "../iblock/drive.h"

/* Two actuators of a disk of 1000 sectors, and one of 24 more */
static struct blk_independent_access_ranges *three(struct kunit *test)
{
	struct blk_independent_access_ranges *found;

	found = kunit_kzalloc(test, struct_size(found, ia_range, 3), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, found);
	found->nr_ia_ranges = 3;
	found->ia_range[0].nr_sectors = 600;
	found->ia_range[1].sector = 600;
	found->ia_range[1].nr_sectors = 400;
	found->ia_range[2].sector = 1000;
	found->ia_range[2].nr_sectors = 24;
	return found;
}

/**
 * struct cut_case - a partition, and what it has of the ranges
 * @name: for people
 * @start: first sector
 * @sectors: size
 * @count: ranges
 * @range: they, in sectors
 */
struct cut_case {
	const char			*name;
	sector_t			start;
	sector_t			sectors;
	unsigned int			count;
	struct target_access_range	range[3];
};

static const struct cut_case cut_cases[] = {
	{ "disk", 0, 1024, 3, { { 0, 600 }, { 600, 400 }, { 1000, 24 } } },
	{ "begins inside", 590, 434, 3, { { 0, 10 }, { 10, 400 }, { 410, 24 } } },
	{ "ends inside", 0, 601, 2, { { 0, 600 }, { 600, 1 } } },
	{ "inside two", 599, 2, 2, { { 0, 1 }, { 1, 1 } } },
	{ "last two", 600, 424, 2, { { 0, 400 }, { 400, 24 } } },
	{ "one range", 0, 600, 0 },
	{ "inside one", 700, 10, 0 },
};

static void cut_desc(const struct cut_case *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cut, cut_cases, cut_desc);

static void drive_ranges(struct kunit *test)
{
	const struct cut_case *param = test->param_value;
	struct iblock_drive drive = {};
	unsigned int i;

	KUNIT_ASSERT_EQ(test, iblock_drive_ranges(&drive, three(test),
						  param->start,
						  param->sectors), 0);
	KUNIT_ASSERT_EQ(test, drive.nr_ranges, param->count);
	KUNIT_EXPECT_EQ(test, !drive.ranges, !param->count);
	for (i = 0; i < param->count; i++) {
		KUNIT_EXPECT_EQ(test, drive.ranges[i].pos,
				param->range[i].pos << SECTOR_SHIFT);
		KUNIT_EXPECT_EQ(test, drive.ranges[i].len,
				param->range[i].len << SECTOR_SHIFT);
	}
	iblock_drive_forget(&drive);
	KUNIT_EXPECT_NULL(test, drive.ranges);
	KUNIT_EXPECT_EQ(test, drive.nr_ranges, 0);
}

/* Revolutions, and values that are none */
static void drive_characteristics(struct kunit *test)
{
	static const u16 rates[] = { 0, 1, 0x400, 0x401, 7200, 0xfffe, 0xffff };
	u8 page[64] = { 0, 0xb1, 0, 0x3c, [7] = 0x42 };
	struct iblock_drive drive;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		bool real = rates[i] > 0x400 && rates[i] < 0xffff;

		drive = (struct iblock_drive){};
		page[4] = rates[i] >> 8;
		page[5] = rates[i] & 0xff;
		iblock_drive_characteristics(&drive, page, sizeof(page));
		KUNIT_EXPECT_EQ(test, drive.rotation, real ? rates[i] : 0);
		KUNIT_EXPECT_EQ(test, drive.form_factor, 2);
	}
	drive = (struct iblock_drive){};
	iblock_drive_characteristics(&drive, page, 7);
	KUNIT_EXPECT_EQ(test, drive.form_factor, 0);
}

static struct kunit_case drive_kunit_cases[] = {
	KUNIT_CASE_PARAM(drive_ranges, cut_gen_params),
	KUNIT_CASE(drive_characteristics),
	{}
};

static struct kunit_suite drive_suite = {
	.name = "target_drive",
	.test_cases = drive_kunit_cases,
};

kunit_test_suite(drive_suite);
