// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the names that EXTENDED COPY finds logical units by, besides
 * the NAA designator that the other suites use.
 */
#include "copy_fake.h"

#define UNREACHABLE	0x0a0804
#define EUI64		0x02
#define UUID		0x0a

static const char serial[] = "01234567-fe67-89ab-cdef-fedcba987654";
static const u8 eui64[] = {
	0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba,
	0x00, 0x14, 0x05, 0x01, 0x23, 0x45, 0x67, 0xfe,
};

static const u8 uuid[] = {
	0x10, 0x00, 0x01, 0x23, 0x45, 0x67, 0xfe, 0x67, 0x89,
	0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54,
};

static u8 copy_to(struct copy_pair *pair, u8 type, const u8 *id, u8 len)
{
	u8 *cscd = pair->home->data + COPY_CSCD_1;

	strscpy(pair->away->dev.ident.serial, serial);
	copy_fake_list(pair);
	cscd[5] = type;
	cscd[7] = len;
	memset(cscd + 8, 0, 20);
	memcpy(cscd + 8, id, len);
	return copy_fake_run(pair, COPY_LIST);
}

static void find_by_eui64(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	KUNIT_EXPECT_EQ(test, copy_to(pair, EUI64, eui64, sizeof(eui64)), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), UNREACHABLE);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_WRITE], 0);
	pair->away->dev.attr.vpd_eui64 = true;
	KUNIT_EXPECT_EQ(test, copy_to(pair, EUI64, eui64, sizeof(eui64)), 0);
	KUNIT_EXPECT_GT(test, pair->away->io_ops[TARGET_IO_WRITE], 0);
}

static void find_by_uuid(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	KUNIT_EXPECT_EQ(test, copy_to(pair, UUID, uuid, sizeof(uuid)), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), UNREACHABLE);
	KUNIT_EXPECT_EQ(test, pair->away->io_ops[TARGET_IO_WRITE], 0);
	pair->away->dev.attr.vpd_uuid = true;
	KUNIT_EXPECT_EQ(test, copy_to(pair, UUID, uuid, sizeof(uuid)), 0);
	KUNIT_EXPECT_GT(test, pair->away->io_ops[TARGET_IO_WRITE], 0);
}

static struct kunit_case find_cases[] = {
	KUNIT_CASE(find_by_eui64),
	KUNIT_CASE(find_by_uuid),
	{}
};

static struct kunit_suite find_suite = {
	.name		= "target_copy_find",
	.init		= copy_fake_init,
	.exit		= copy_fake_exit,
	.test_cases	= find_cases,
};

kunit_test_suite(find_suite);
