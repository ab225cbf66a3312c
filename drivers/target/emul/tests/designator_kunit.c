// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of the designators that are chosen, and of those that are given. */
#include <linux/string.h>
#include "../../core/ident.h"
#include "fake.h"

/* By attributes, behind those that hosts know, which stay where they are */
static void more_names(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0x83, 0x04, 0x00, 0 };
	static const u8 more[] = {
		0x01, 0x02, 0x00, 0x10, 0x67, 0x89, 0xab, 0xcd, 0xef,
		0xfe, 0xdc, 0xba, 0x00, 0x14, 0x05, 0x01, 0x23, 0x45,
		0x67, 0xfe,
		0x01, 0x0a, 0x00, 0x12, 0x10, 0x00, 0x01, 0x23, 0x45,
		0x67, 0xfe, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc,
		0xba, 0x98, 0x76, 0x54,
	};
	struct fake *fake = test->priv;
	u8 plain[256];
	size_t len, at;

	/* with capitals, as UUIDs may have */
	strscpy(fake->dev.ident.serial, "01234567-Fe67-89AB-cdef-fedcba987654");
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	len = fake->se.data_length;
	KUNIT_ASSERT_LE(test, len, sizeof(plain));
	memcpy(plain, fake->data, len);

	fake->dev.attr.vpd_eui64 = true;
	fake->dev.attr.vpd_uuid = true;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	KUNIT_ASSERT_EQ(test, fake->se.data_length, len + sizeof(more));
	/* NAA and T10 come first: header, 20, 4 and its length */
	at = 4 + 20 + 4 + plain[4 + 20 + 3];
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, plain + 4, at - 4);
	KUNIT_EXPECT_MEMEQ(test, fake->data + at, more, sizeof(more));
	KUNIT_EXPECT_MEMEQ(test, fake->data + at + sizeof(more), plain + at,
			   len - at);

	/* a serial number that is no UUID is not made one */
	strscpy(fake->dev.ident.serial, "01234567-fe67-89ab-cdef-fedcba98765g");
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, len + 20);
	strscpy(fake->dev.ident.serial, "01234567-fe67-89ab-cdef-fedcba9876540");
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, len + 20 + 1);
}

/* Identifiers that were given take the places of the derived ones. */
static void given_names(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0x83, 0x04, 0x00, 0 };
	static const u8 given[] = {
		0x01, 0x03, 0x00, 0x08, 0x50, 0x01, 0x40, 0x51, 0x23, 0x45,
		0x67, 0x89,
		0x02, 0x01, 0x00, 0x0f, 'S', 'C', 'S', 'T', '_', 'F', 'I', 'O',
		'1', '2', '-', 'd', 'i', 's', 'k',
		0x01, 0x02, 0x00, 0x08, 0x02, 0x00, 0x00, 0xff, 0xfe, 0x00,
		0x00, 0x01,
	};
	struct fake *fake = test->priv;
	struct target_ident *ident = &fake->dev.ident;

	strscpy(ident->vendor, "SCST_FIO");
	KUNIT_ASSERT_EQ(test, target_ident_set_text(&fake->dev, TARGET_IDENT_T10,
						    "12-disk\n"), 0);
	KUNIT_ASSERT_EQ(test, target_ident_set_id(&fake->dev, TARGET_IDENT_NAA,
						  "0x5001405123456789\n"), 0);
	KUNIT_ASSERT_EQ(test, target_ident_set_id(&fake->dev, TARGET_IDENT_EUI64,
						  "020000FFFE000001"), 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, given, sizeof(given));

	/* without an NAA identifier, the others keep their places */
	KUNIT_ASSERT_EQ(test, target_ident_set_id(&fake->dev, TARGET_IDENT_NAA,
						  "none\n"), 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, given + 12, sizeof(given) - 12);

	/* nothing: the derived ones are there again */
	KUNIT_ASSERT_EQ(test, target_ident_set_id(&fake->dev, TARGET_IDENT_NAA,
						  "\n"), 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 3], 16);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 4] >> 4, 6);
}

static void refused_names(struct kunit *test)
{
	static const struct {
		enum target_ident_number	which;
		const char			*text;
		int				err;
	} cases[] = {
		{ TARGET_IDENT_NAA, "5001405", -EINVAL },
		{ TARGET_IDENT_NAA, "500140512345678g", -EINVAL },
		{ TARGET_IDENT_NAA, "4001405123456789", -EINVAL },
		{ TARGET_IDENT_NAA, "6001405123456789", -EINVAL },
		{ TARGET_IDENT_NAA, "50014051234567890011223344556677", -EINVAL },
		{ TARGET_IDENT_NAA, "6001405123456789001122334455667700", -EOVERFLOW },
		{ TARGET_IDENT_NAA, "non", -EINVAL },
		{ TARGET_IDENT_EUI64, "none", -EINVAL },
		{ TARGET_IDENT_EUI64, "0200", -EINVAL },
		{ TARGET_IDENT_EUI64, "00112233445566778899", -EINVAL },
		{ TARGET_IDENT_EUI64, "00112233445566778899aabb", 0 },
		{ TARGET_IDENT_NAA, "3001405123456789", 0 },
		{ TARGET_IDENT_NAA, "60014051234567890011223344556677", 0 },
	};
	struct fake *fake = test->priv;
	char text[64];
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, cases[i].err,
				    target_ident_set_id(&fake->dev, cases[i].which,
							cases[i].text),
				    "%s", cases[i].text);
	/* what is shown is what was written */
	target_ident_format_id(&fake->dev.ident.naa, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "60014051234567890011223344556677\n");
}

/* Few digits: the EUI-64 has them first, zeros are where none are. */
static void short_eui(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0x83, 0x04, 0x00, 0 };
	static const u8 eui[] = { 0x01, 0x02, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0, 0,
				  0x00, 0x14, 0x05, 0xab, 0xc0, 0, 0, 0 };
	struct fake *fake = test->priv;

	strscpy(fake->dev.ident.serial, "xAByC");
	fake->dev.attr.vpd_eui64 = true;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 24 + 4 + fake->data[24 + 3], eui,
			   sizeof(eui));
}

/* An administrator names it before a LUN links to it. */
static int init(struct kunit *test)
{
	int ret = fake_init(test);
	struct fake *fake = test->priv;

	if (!ret)
		fake->dev.nr_links = 0;
	return ret;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(more_names),
	KUNIT_CASE(given_names),
	KUNIT_CASE(refused_names),
	KUNIT_CASE(short_eui),
	{ }
};

static struct kunit_suite suite = {
	.name = "target_designator",
	.init = init,
	.exit = fake_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
