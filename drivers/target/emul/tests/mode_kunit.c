// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of MODE SENSE and MODE SELECT.
 */
#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/crc32.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/unaligned.h>
#include "../../core/attrib.h"
#include "../../core/dbroot.h"
#include "../../core/order.h"
#include "../../core/store.h"
#include "../../core/tp_access.h"
#include "../kept.h"
#include "../mode.h"
#include "../mode_saved.h"
#include "../threshold.h"
#include "../ua.h"
#include "fake.h"

static const u8 sense_control[] = { 0x1a, 0x08, 0x0a, 0, 0xff, 0 };
static const u8 write_10[] = { 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0 };

/* All pages, with the header and block descriptor of a 2048-block disk */
static void mode_sense_all(struct kunit *test)
{
	static const u8 cdb[] = { 0x1a, 0x00, 0x3f, 0, 0xff, 0 };
	static const u8 codes[] = { 0x01, 0x02, 0x03, 0x04, 0x07, 0x08, 0x0a,
				    0x18, 0x19, 0x1a, 0x1c };
	static const u8 header[] = { 199, 0x00, 0x10, 0x08,
				     0, 0, 8, 0, 0, 0, 2, 0 };
	/* PS: what can be changed can be saved */
	static const u8 control[] = { 0x8a, 0x0a, 0x02, 0x10, 0x00, 0x40, 0, 0,
				      0xff, 0xff, 0, 0x1e };
	unsigned int i, at = 12;
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 255), 0);
	KUNIT_ASSERT_EQ(test, fake->se.data_length, 200);
	KUNIT_EXPECT_MEMEQ(test, fake->data, header, sizeof(header));
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		KUNIT_ASSERT_EQ(test, fake->data[at] & 0x3f, codes[i]);
		KUNIT_EXPECT_EQ(test, fake->data[at] & 0x80,
				codes[i] == 0x01 || codes[i] == 0x08 ||
				codes[i] == 0x0a || codes[i] == 0x1c ? 0x80 :
								       0);
		if (codes[i] == 0x0a)
			KUNIT_EXPECT_MEMEQ(test, fake->data + at, control,
					   sizeof(control));
		at += 2 + fake->data[at + 1];
	}
	KUNIT_EXPECT_EQ(test, at, 200);
}

static void mode_sense_10(struct kunit *test)
{
	static const u8 llbaa[] = { 0x5a, 0x10, 0x0a, 0, 0, 0, 0, 0, 0xff, 0 };
	static const u8 dbd[] = { 0x5a, 0x08, 0x0a, 0xff, 0, 0, 0, 0, 0xff, 0 };
	struct fake *fake = test->priv;

	fake->dev.nr_blocks = 0x123456789ULL;
	KUNIT_ASSERT_EQ(test, fake_in(fake, llbaa, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 8 + 16 + 12);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data), 34);
	KUNIT_EXPECT_EQ(test, fake->data[4], 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 6), 16);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8),
			0x123456789ULL);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 20), 512);

	KUNIT_ASSERT_EQ(test, fake_in(fake, dbd, 255), 0);
	/* with its subpages */
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 0xff);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data),
			8 - 2 + 12 + 32 + 16 + 1040);
	KUNIT_EXPECT_EQ(test, fake->data[8], 0x8a);
	KUNIT_EXPECT_EQ(test, fake->data[8 + 12], 0x4a);
	KUNIT_EXPECT_EQ(test, fake->data[8 + 12 + 1], 0x01);
	/* TCMOS, SCSIP; and IALUAE where states change by themselves */
	KUNIT_EXPECT_EQ(test, fake->data[8 + 12 + 4], 0x07);
	fake->dev.tp_types = TARGET_TP_EXPLICIT;
	KUNIT_ASSERT_EQ(test, fake_in(fake, dbd, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[8 + 12 + 4], 0x06);
}

static void mode_page_controls(struct kunit *test)
{
	static const u8 changeable[] = { 0x1a, 0x08, 0x4a, 0, 0xff, 0 };
	static const u8 initial[] = { 0x1a, 0x08, 0x8a, 0, 0xff, 0 };
	static const u8 saved[] = { 0x1a, 0x08, 0xca, 0, 0xff, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, changeable, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 2], 0xf4);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 3], 0xf6);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 4], 0x38);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 5], 0x40);
	fake->dev.attr.emulate_tas = false;
	KUNIT_ASSERT_EQ(test, fake_in(fake, initial, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 5], 0x40);
	KUNIT_ASSERT_EQ(test, fake_in(fake, sense_control, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 5], 0x00);
	/* nothing was saved: what the administrator chose */
	KUNIT_ASSERT_EQ(test, fake_in(fake, saved, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4], 0x8a);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 5], 0x40);
}

static void mode_write_cache_fixed(struct kunit *test)
{
	static const u8 changeable[] = { 0x1a, 0x08, 0x48, 0, 0xff, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, changeable, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 2], 0x04);
	fake->dev.limits.write_cache_fixed = true;
	KUNIT_ASSERT_EQ(test, fake_in(fake, changeable, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 2], 0x00);
	KUNIT_EXPECT_EQ(test, fake->data[4], 0x08);
}

static void mode_unknown_page(struct kunit *test)
{
	static const u8 page[] = { 0x1a, 0, 0x05, 0, 0xff, 0 };
	static const u8 subpage[] = { 0x1a, 0, 0x0a, 0x03, 0xff, 0 };
	static const u8 too_long[] = { 0x1a, 0, 0x3f, 0xff, 0xff, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_in(fake, page, 255), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0xcd);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
	KUNIT_EXPECT_EQ(test, fake_in(fake, subpage, 255), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 3);
	/* more than MODE SENSE(6) can say */
	KUNIT_EXPECT_EQ(test, fake_in(fake, too_long, 255), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 3);
}

/**
 * struct mode_case - a MODE SELECT(6) parameter list, and why it is refused
 * @name: for people
 * @list: parameter list
 * @len: bytes of it
 * @sense: what becomes of it
 * @field: byte that the sense data points at
 * @bit: bit there, or -1
 */
struct mode_case {
	const char *name;
	u8 list[32];
	u8 len;
	u32 sense;
	u16 field;
	int bit;
};

static const struct mode_case mode_cases[] = {
	{ "header alone", { 0, 0, 0, 0 }, 4, FAKE_NO_SENSE },
	{ "what is so", { 0, 0, 0, 0,
	    0x0a, 0x0a, 2, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e }, 16,
	  FAKE_NO_SENSE },
	{ "MODE DATA LENGTH is not looked at",
	  { 0x43, 0, 0x90, 0,
	    0x0a, 0x0a, 2, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e }, 16, FAKE_NO_SENSE },
	{ "block descriptor",
	  { 0, 0, 0, 8, 0, 0, 8, 0, 0, 0, 2, 0,
	    0x0a, 0x0a, 2, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e },
	  24, FAKE_NO_SENSE },
	{ "block descriptor without a number",
	  { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 2, 0 }, 12, FAKE_NO_SENSE },
	{ "another block length",
	  { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0x10, 0 }, 12, FAKE_INVALID_LIST,
	  9, -1 },
	{ "another capacity",
	  { 0, 0, 0, 8, 0, 0, 4, 0, 0, 0, 2, 0 }, 12, FAKE_INVALID_LIST,
	  4, -1 },
	{ "descriptor of an odd length",
	  { 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 2, 0 }, 12, FAKE_INVALID_LIST,
	  3, -1 },
	{ "medium type", { 0, 1, 0, 0 }, 4, FAKE_INVALID_LIST, 1, -1 },
	{ "half a header", { 0, 0, 0 }, 3, FAKE_LIST_LENGTH },
	{ "half a descriptor", { 0, 0, 0, 8, 0, 0 }, 6, FAKE_LIST_LENGTH },
	{ "half a page", { 0, 0, 0, 0,
	    0x0a, 0x0a, 2, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e }, 10,
	  FAKE_LIST_LENGTH },
	{ "one byte of a page", { 0, 0, 0, 0, 0x0a }, 5, FAKE_LIST_LENGTH },
	{ "unknown page", { 0, 0, 0, 0, 0x05, 0x0a }, 16, FAKE_INVALID_LIST,
	  4, 5 },
	{ "subpage as it is", { 0, 0, 0, 0, 0x4a, 0x02, 0, 0x0c }, 20,
	  FAKE_NO_SENSE },
	{ "unknown subpage", { 0, 0, 0, 0, 0x4a, 0x03, 0, 0x1c }, 16,
	  FAKE_INVALID_LIST, 5, -1 },
	{ "length of a subpage", { 0, 0, 0, 0, 0x4a, 0x02, 0, 0x0b }, 20,
	  FAKE_INVALID_LIST, 6, -1 },
	{ "half a subpage", { 0, 0, 0, 0, 0x4a, 0x02, 0, 0x0c }, 19,
	  FAKE_LIST_LENGTH },
	{ "three bytes of a subpage", { 0, 0, 0, 0, 0x4a, 0x02, 0 }, 7,
	  FAKE_LIST_LENGTH },
	{ "a bit of a subpage", { 0, 0, 0, 0, 0x4a, 0x02, 0, 0x0c, 1 }, 20,
	  FAKE_INVALID_LIST, 8, 0 },
	{ "page length", { 0, 0, 0, 0, 0x0a, 0x06, 2, 0x10 }, 12,
	  FAKE_INVALID_LIST, 5, -1 },
	{ "TST 010b is reserved",
	  { 0, 0, 0, 0,
	    0x0a, 0x0a, 0x42, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e }, 16,
	  FAKE_INVALID_LIST, 6, 7 },
	{ "QUEUE ALGORITHM MODIFIER 2h is reserved",
	  { 0, 0, 0, 0,
	    0x0a, 0x0a, 2, 0x20, 0, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e }, 16,
	  FAKE_INVALID_LIST, 7, 7 },
	{ "UA_INTLCK_CTRL 01b is reserved",
	  { 0, 0, 0, 0,
	    0x0a, 0x0a, 2, 0x10, 0x10, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e }, 16,
	  FAKE_INVALID_LIST, 8, 5 },
	{ "second page is bad",
	  { 0, 0, 0, 0,
	    0x0a, 0x0a, 6, 0x10, 0x08, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e, 0x1c, 0x0a, 0x80 }, 28,
	  FAKE_INVALID_LIST, 18, 7 },
};

static void mode_desc(const struct mode_case *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mode, mode_cases, mode_desc);

static u8 mode_select(struct fake *fake, const u8 *list, u8 len)
{
	const u8 cdb[] = { 0x15, 0x10, 0, 0, len, 0 };

	memcpy(fake->data, list, len);
	return fake_out(fake, cdb, len);
}

static void mode_select_vectors(struct kunit *test)
{
	const struct mode_case *param = test->param_value;
	struct fake *fake = test->priv;

	mode_select(fake, param->list, param->len);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), param->sense);
	/* nothing of a list that is not good has an effect */
	KUNIT_EXPECT_FALSE(test, fake->dev.d_sense);
	KUNIT_EXPECT_FALSE(test, fake->emul.swp);
	KUNIT_EXPECT_EQ(test, fake->other.ua.count, 0);
	if (param->sense != FAKE_INVALID_LIST)
		return;
	KUNIT_EXPECT_EQ(test, fake->sense[15],
			param->bit < 0 ? 0x80 : 0x88 | param->bit);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->sense + 16),
			param->field);
}

static void mode_select_swp(struct kunit *test)
{
	static const u8 on[] = { 0, 0, 0, 0,
	    0x0a, 0x0a, 2, 0x10, 0x08, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e };
	static const u8 off[] = { 0, 0, 0, 0,
	    0x0a, 0x0a, 2, 0x10, 0x00, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, mode_select(fake, on, sizeof(on)), 0);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	KUNIT_ASSERT_EQ(test, fake->other.ua.count, 1);
	KUNIT_EXPECT_EQ(test, fake->other.ua.code[0], TARGET_UA_MODE_CHANGED);
	KUNIT_ASSERT_EQ(test, fake_in(fake, sense_control, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[2] & 0x80, 0x80);	/* WP */
	KUNIT_EXPECT_EQ(test, fake->data[4 + 4], 0x08);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write_10, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_WRITE_PROTECTED);
	KUNIT_ASSERT_EQ(test, mode_select(fake, off, sizeof(off)), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, write_10, 512), 0);
}

static void mode_select_control(struct kunit *test)
{
	static const u8 list[] = { 0, 0, 0, 0,
	    0x0a, 0x0a, 6, 0x10, 0x20, 0x00, 0, 0, 0xff, 0xff, 0, 0x1e };
	static const u8 bad[] = { 0xff, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, mode_select(fake, list, sizeof(list)), 0);
	KUNIT_EXPECT_FALSE(test, fake->dev.attr.emulate_tas);
	KUNIT_EXPECT_EQ(test, fake->dev.attr.emulate_ua_intlck_ctrl, 1);
	KUNIT_EXPECT_TRUE(test, fake->dev.d_sense);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, bad), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[0], 0x72);
	KUNIT_ASSERT_EQ(test, fake_in(fake, sense_control, 255), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 5, list + 5, 11);
}

static void mode_select_write_cache(struct kunit *test)
{
	static const u8 list[] = { 0, 0, 0, 0, 0x08, 0x12, 0x04, 0, 0, 0, 0, 0,
				   0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 off[] = { 0, 0, 0, 0, 0x08, 0x12, 0x00, 0, 0, 0, 0, 0,
				  0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, mode_select(fake, list, sizeof(list)), 0);
	KUNIT_EXPECT_TRUE(test, fake->dev.attr.emulate_write_cache);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 0);
	KUNIT_ASSERT_EQ(test, mode_select(fake, off, sizeof(off)), 0);
	KUNIT_EXPECT_FALSE(test, fake->dev.attr.emulate_write_cache);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 1);
	KUNIT_ASSERT_EQ(test, mode_select(fake, off, sizeof(off)), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 1);
	fake->dev.limits.write_cache_fixed = true;
	KUNIT_EXPECT_EQ(test, mode_select(fake, list, sizeof(list)), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->sense + 16), 6);
}

/* 3 MiB used and 100 MiB available, in units of 1 MiB: soft thresholds */
static void mode_thresholds(struct kunit *test)
{
	static const u8 list[] = { 0, 0, 0, 0, 0x5c, 0x02, 0, 0x1c,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0x80, 0x01, 0, 0, 0, 0, 0, 90, 0x81, 0x02, 0, 0, 0, 0, 0, 50 };
	static const u8 changeable[] = { 0x1a, 0x08, 0x5c, 0x02, 0xff, 0 };
	static const u8 current_page[] = { 0x1a, 0x08, 0x1c, 0x02, 0xff, 0 };
	static const u8 request[] = { 0x03, 0, 0, 0, 18, 0 };
	static const u8 ready[] = { 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, changeable, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 16], 0x80);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 4 + 20), U32_MAX);
	KUNIT_ASSERT_EQ(test, mode_select(fake, list, sizeof(list)), 0);
	KUNIT_EXPECT_EQ(test, fake->emul.thresholds.row[0].count, 90);
	KUNIT_EXPECT_EQ(test, fake->emul.thresholds.row[1].count, 50);
	target_threshold_exit(&fake->dev);
	target_threshold_look(&fake->dev);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	/* above the range that 90 is in the middle of */
	fake->filled = (9 << 20) + SZ_256K;
	target_threshold_look(&fake->dev);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	/* within it: told once, with where its descriptor is */
	fake->filled = (9 << 20) + SZ_512K + SZ_256K;
	target_threshold_look(&fake->dev);
	target_threshold_look(&fake->dev);
	KUNIT_ASSERT_EQ(test, fake->itl.ua.count, 1);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.code[0], TARGET_UA_THIN_THRESHOLD);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x063807);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 16);
	/* more than 50 are used */
	fake->filled = 47 << 20;
	target_threshold_look(&fake->dev);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 1);
	KUNIT_ASSERT_EQ(test, fake_in(fake, request, 18), 0);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0xf0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 3), 24);
	/* armed again */
	fake->filled = 0;
	target_threshold_look(&fake->dev);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	fake->filled = 47 << 20;
	target_threshold_look(&fake->dev);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 1);
	fake->itl.ua.count = 0;
	/* a reset forgets them */
	target_mode_reset(&fake->dev);
	target_threshold_look(&fake->dev);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, current_page, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 16], 0x00);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 24], 0x01);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 4 + 20), 0);
}

/* LBPERE 0: a threshold is crossed, and nobody is told until it is 1 again */
static void mode_thresholds_unreported(struct kunit *test)
{
	static const u8 changeable[] = { 0x1a, 0x08, 0x41, 0, 0xff, 0 };
	static const u8 off[] = { 0, 0, 0, 0,
		0x01, 0x0a, 0xc0, 0, 0, 0, 0, 0x00, 0, 0, 0, 0 };
	static const u8 on[] = { 0, 0, 0, 0,
		0x01, 0x0a, 0xc0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, changeable, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 7], 0x80);
	KUNIT_ASSERT_EQ(test, mode_select(fake, off, sizeof(off)), 0);
	target_threshold_set(&fake->dev, TARGET_USED, 1);
	target_threshold_enable(&fake->dev, TARGET_USED, true);
	KUNIT_EXPECT_FALSE(test,
			   delayed_work_pending(&fake->emul.thresholds.work));
	fake->filled = 47 << 20;
	fake->itl.ua.count = 0;
	target_threshold_look(&fake->dev);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	KUNIT_ASSERT_EQ(test, mode_select(fake, on, sizeof(on)), 0);
	KUNIT_EXPECT_TRUE(test,
			  delayed_work_pending(&fake->emul.thresholds.work));
	target_threshold_exit(&fake->dev);
	target_threshold_look(&fake->dev);
	KUNIT_ASSERT_EQ(test, fake->itl.ua.count, 1);
	KUNIT_EXPECT_EQ(test, fake->itl.ua.code[0], TARGET_UA_THIN_THRESHOLD);
	fake->itl.ua.count = 0;
}

static void mode_select_formats(struct kunit *test)
{
	static const u8 ten[] = { 0x55, 0x10, 0, 0, 0, 0, 0, 0, 20, 0 };
	static const u8 vendor[] = { 0x15, 0x00, 0, 0, 4, 0 };
	static const u8 nothing[] = { 0x15, 0x10, 0, 0, 0, 0 };
	static const u8 list[] = { 0, 0, 0, 0, 0, 0, 0, 0,
				0x0a, 0x0a, 6, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0, 0x1e };
	struct fake *fake = test->priv;

	memcpy(fake->data, list, sizeof(list));
	KUNIT_EXPECT_EQ(test, fake_out(fake, ten, sizeof(list)), 0);
	KUNIT_EXPECT_TRUE(test, fake->dev.d_sense);
	fake->dev.d_sense = false;
	/* the initiator sends less than the CDB says */
	KUNIT_EXPECT_EQ(test, fake_out(fake, ten, 12), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
	KUNIT_EXPECT_EQ(test, fake_out(fake, vendor, 4), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake_out(fake, nothing, 0), 0);
}

/* ---------------------------------------------------------- saved pages -- */

static void mode_saved_text(struct kunit *test)
{
	static const u32 value[TARGET_MODE_FIELDS] = {
		1, 0, 0, 1, 1, 3, 2, 0, 1, 4000000000U, 1, 17, 0, 1,
		6, U32_MAX, U32_MAX, 1, 1, 1,
	};
	char text[TARGET_MODE_SAVED_TEXT], copy[TARGET_MODE_SAVED_TEXT];
	u32 read[TARGET_MODE_FIELDS], found;
	size_t len, i;

	len = target_mode_saved_print(value, text, sizeof(text));
	KUNIT_ASSERT_LT(test, len, sizeof(text) - 1);
	strscpy(copy, text);
	KUNIT_ASSERT_EQ(test, target_mode_saved_parse(copy, len, read, &found),
			0);
	KUNIT_EXPECT_EQ(test, found, GENMASK(TARGET_MODE_FIELDS - 1, 0));
	KUNIT_EXPECT_MEMEQ(test, read, value, sizeof(value));
	/* every byte counts, and none may be missing */
	for (i = 0; i < len; i++) {
		strscpy(copy, text);
		copy[i] ^= 1;
		KUNIT_EXPECT_EQ_MSG(test, target_mode_saved_parse(copy, len,
								  read, &found),
				    -EINVAL, "byte %zu", i);
		strscpy(copy, text);
		copy[i] = '\0';
		KUNIT_EXPECT_EQ_MSG(test, target_mode_saved_parse(copy, i, read,
								  &found),
				    -EINVAL, "%zu bytes", i);
	}
}

#define SWP_ROW	7

/* A good checksum makes no good value. */
static void mode_saved_values(struct kunit *test)
{
	static const struct {
		const char *lines;
		u32 found;
		int ret;
	} rows[] = {
		{ "target-mode 1\n", 0, 0 },
		{ "target-mode 1\nswp 1\n", BIT(SWP_ROW), 0 },
		{ "target-mode 1\nlater 5\nswp 1\n", BIT(SWP_ROW), 0 },
		{ "target-mode 2\nswp 1\n", 0, -EINVAL },
		{ "target-mode 1\nswp 2\n", 0, -EINVAL },
		{ "target-mode 1\nqerr 2\n", 0, -EINVAL },
		{ "target-mode 1\nqerr 9\n", 0, -EINVAL },
		{ "target-mode 1\nswp\n", 0, -EINVAL },
		{ "target-mode 1\nswp 4294967296\n", 0, -EINVAL },
	};
	u32 read[TARGET_MODE_FIELDS], found;
	char text[128];
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		len = scnprintf(text, sizeof(text), "%schecksum 0x%08x\n",
				rows[i].lines,
				crc32_le(~0, rows[i].lines,
					 strlen(rows[i].lines)));
		KUNIT_EXPECT_EQ_MSG(test, target_mode_saved_parse(text, len,
								  read, &found),
				    rows[i].ret, "%zu", i);
		if (!rows[i].ret)
			KUNIT_EXPECT_EQ_MSG(test, found, rows[i].found, "%zu",
					    i);
	}
}

/* The unit is enabled once more. */
static void enable_again(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct target_kept *kept;

	fake->dev.d_sense = false;
	fake->dev.qerr = 0;
	fake->emul.swp = false;
	target_order_separate(&fake->dev, false);
	target_mode_init(&fake->dev);
	kept = target_kept_load(&fake->dev, fake->dev.ident.serial);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, kept);
	scoped_guard(mutex, &fake->dev.mutex)
		target_mode_recall(&fake->dev, kept->mode, kept->mode_found);
	target_kept_free(kept);
}

#define FOLDER	"/target-kunit"

static void remove_from(const struct path *folder, const char *name)
{
	struct inode *dir = d_inode(folder->dentry);
	struct dentry *dentry;

	inode_lock_nested(dir, I_MUTEX_PARENT);
	dentry = lookup_one_len(name, folder->dentry, strlen(name));
	if (!IS_ERR(dentry)) {
		if (d_is_dir(dentry))
			vfs_rmdir(mnt_idmap(folder->mnt), dir, dentry);
		else if (d_is_positive(dentry))
			vfs_unlink(mnt_idmap(folder->mnt), dir, dentry, NULL);
		dput(dentry);
	}
	inode_unlock(dir);
}

static void remove_in(const char *folder, const char *name)
{
	struct path path;

	if (kern_path(folder, LOOKUP_DIRECTORY, &path))
		return;
	remove_from(&path, name);
	path_put(&path);
}

/* dbroot is what it was, and nothing is left of the test's own. */
static void remove_folder(void *before)
{
	remove_in(FOLDER "/mode", "pages_0123-4567");
	remove_in(FOLDER "/mode", "pages_0123-4567.old");
	remove_in(FOLDER, "mode");
	remove_in("/", FOLDER + 1);
	target_dbroot_set(before);
}

static void use_folder(struct kunit *test)
{
	char *before = kunit_kzalloc(test, 256, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, before);
	target_dbroot_show(before, 256);
	strreplace(before, '\n', '\0');
	if (target_store_make_folder(FOLDER))
		kunit_skip(test, "no folder to write to");
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, remove_folder,
							before), 0);
	if (target_dbroot_set(FOLDER))
		kunit_skip(test, "somebody uses dbroot");
}

static void mode_select_saves(struct kunit *test)
{
	static const u8 save[] = { 0x15, 0x11, 0, 0, 16, 0 };
	static const u8 save_all[] = { 0x15, 0x11, 0, 0, 0, 0 };
	static const u8 sense_saved[] = { 0x1a, 0x08, 0xca, 0, 0xff, 0 };
	/* TST 001b, D_SENSE, QERR 11b, TAS off; then D_SENSE off again */
	static const u8 list[] = { 0, 0, 0, 0,
	    0x8a, 0x0a, 0x26, 0x16, 0x00, 0x00, 0, 0, 0xff, 0xff, 0, 0x1e };
	static const u8 after[] = { 0, 0, 0, 0,
	    0x8a, 0x0a, 2, 0x16, 0x00, 0x00, 0, 0, 0xff, 0xff, 0, 0x1e };
	struct fake *fake = test->priv;

	use_folder(test);
	memcpy(fake->data, list, sizeof(list));
	KUNIT_ASSERT_EQ(test, fake_out(fake, save, sizeof(list)), 0);
	KUNIT_EXPECT_TRUE(test, fake->dev.d_sense);
	KUNIT_EXPECT_TRUE(test, fake->dev.order.separate);
	KUNIT_EXPECT_EQ(test, fake->other.ua.count, 1);
	KUNIT_ASSERT_EQ(test, mode_select(fake, after, sizeof(after)), 0);
	KUNIT_EXPECT_FALSE(test, fake->dev.d_sense);
	KUNIT_EXPECT_FALSE(test, fake->dev.order.separate);
	KUNIT_ASSERT_EQ(test, fake_in(fake, sense_saved, 255), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, list + 4, 12);

	/* a reset goes back to it, and so does a restart */
	target_mode_reset(&fake->dev);
	KUNIT_EXPECT_TRUE(test, fake->dev.d_sense);
	KUNIT_EXPECT_EQ(test, fake->dev.qerr, 3);
	fake->dev.attr.emulate_tas = true;
	enable_again(test);
	KUNIT_EXPECT_TRUE(test, fake->dev.d_sense);
	KUNIT_EXPECT_TRUE(test, fake->dev.order.separate);
	KUNIT_EXPECT_EQ(test, fake->dev.qerr, 3);
	KUNIT_EXPECT_FALSE(test, fake->dev.attr.emulate_tas);

	/* but what the administrator wrote is as it was written */
	fake->dev.attr.emulate_tas = true;
	fake->dev.attr_given = BIT_ULL(TARGET_ATTRIB_emulate_tas);
	enable_again(test);
	KUNIT_EXPECT_TRUE(test, fake->dev.attr.emulate_tas);
	KUNIT_ASSERT_EQ(test, fake_in(fake, sense_saved, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 5], 0x40);

	/* SP without a list */
	fake->emul.swp = true;
	KUNIT_ASSERT_EQ(test, fake_out(fake, save_all, 0), 0);
	enable_again(test);
	KUNIT_EXPECT_TRUE(test, fake->emul.swp);
	/* another unit's are not this one's */
	strscpy(fake->dev.ident.serial, "another/unit");
	enable_again(test);
	KUNIT_EXPECT_FALSE(test, fake->emul.swp);
}

/* Nothing was saved: a reset goes back to what the administrator chose. */
static void mode_reset_attributes(struct kunit *test)
{
	static const u8 wce[] = { 0, 0, 0, 0, 0x08, 0x12, 0x04, 0, 0, 0, 0, 0,
				  0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 no_tas[] = { 0, 0, 0, 0,
	    0x0a, 0x0a, 2, 0x10, 0x08, 0x00, 0, 0, 0xff, 0xff, 0, 0x1e };
	struct fake *fake = test->priv;

	kref_init(&fake->dev.uses);
	KUNIT_ASSERT_EQ(test, mode_select(fake, wce, sizeof(wce)), 0);
	KUNIT_ASSERT_EQ(test, mode_select(fake, no_tas, sizeof(no_tas)), 0);
	target_mode_reset(&fake->dev);
	KUNIT_EXPECT_TRUE(test, fake->dev.attr.emulate_tas);
	KUNIT_EXPECT_FALSE(test, fake->emul.swp);
	KUNIT_EXPECT_FALSE(test, fake->dev.attr.emulate_write_cache);
	/* what was written with a cache is written before it is forgotten */
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 1);

	fake->dev.attr.emulate_tas = false;
	target_mode_written(&fake->dev, TARGET_ATTRIB_emulate_tas);
	target_mode_reset(&fake->dev);
	KUNIT_EXPECT_FALSE(test, fake->dev.attr.emulate_tas);
}

static struct kunit_case mode_kunit_cases[] = {
	KUNIT_CASE(mode_sense_all),
	KUNIT_CASE(mode_sense_10),
	KUNIT_CASE(mode_page_controls),
	KUNIT_CASE(mode_write_cache_fixed),
	KUNIT_CASE(mode_unknown_page),
	KUNIT_CASE_PARAM(mode_select_vectors, mode_gen_params),
	KUNIT_CASE(mode_select_swp),
	KUNIT_CASE(mode_select_control),
	KUNIT_CASE(mode_select_write_cache),
	KUNIT_CASE(mode_thresholds),
	KUNIT_CASE(mode_thresholds_unreported),
	KUNIT_CASE(mode_select_formats),
	KUNIT_CASE(mode_saved_text),
	KUNIT_CASE(mode_saved_values),
	KUNIT_CASE(mode_select_saves),
	KUNIT_CASE(mode_reset_attributes),
	{}
};

static struct kunit_suite mode_suite = {
	.name = "target_mode",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = mode_kunit_cases,
};

kunit_test_suite(mode_suite);

