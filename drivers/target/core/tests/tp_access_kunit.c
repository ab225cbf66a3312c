// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of access states: who may change what into what, transitions,
 * and the text that survives a restart.
 */
#include <kunit/test.h>
#include "../tp_access.h"
#include "../tp_file.h"

#define ALL_SUP	0xdf

static void access_support(struct kunit *test)
{
	/* byte 1 of a descriptor, SPC-5 6.36 */
	static const u8 bits[TARGET_TP_STATES] = {
		[0] = 0x01, [1] = 0x02, [2] = 0x04, [3] = 0x08, [4] = 0x10,
	};
	unsigned int state;

	for (state = 0; state < TARGET_TP_STATES + 2; state++) {
		u8 bit = state < TARGET_TP_STATES ? bits[state] : 0;

		KUNIT_EXPECT_EQ_MSG(test,
				    target_tp_access_check(ALL_SUP, 3, state,
							   TARGET_TP_BY_ITSELF),
				    bit ? 0 : -EINVAL, "state %u", state);
		KUNIT_EXPECT_EQ_MSG(test,
				    target_tp_access_check(ALL_SUP & ~bit, 3,
							   state,
							   TARGET_TP_BY_ITSELF),
				    -EINVAL, "state %u", state);
	}
}

static void access_type(struct kunit *test)
{
	static const struct {
		u8	type;
		int	implicit;
		int	explicit;
		int	restored;
	} cases[] = {
		{ 0, -EPERM, -EPERM, -EPERM }, { 1, 0, -EPERM, 0 },
		{ 2, -EPERM, 0, 0 }, { 3, 0, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_EXPECT_EQ(test,
				target_tp_access_check(ALL_SUP, cases[i].type, 2,
						       TARGET_TP_BY_ITSELF),
				cases[i].implicit);
		KUNIT_EXPECT_EQ(test,
				target_tp_access_check(ALL_SUP, cases[i].type, 2,
						       TARGET_TP_BY_COMMAND),
				cases[i].explicit);
		KUNIT_EXPECT_EQ(test,
				target_tp_access_check(ALL_SUP, cases[i].type, 2,
						       TARGET_TP_UNALTERED),
				cases[i].restored);
	}
}

/* Every state into every other one, shown or not, well or badly ended */
static void access_transitions(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 5 * 5 * 4; i++) {
		u8 from = i % 5, to = i / 5 % 5;
		bool show = i / 25 & 1, good = i / 25 & 2;
		struct target_tp_access a = { .state = from };
		int ret = target_tp_access_begin(&a, to, TARGET_TP_BY_COMMAND,
						 show);

		KUNIT_EXPECT_EQ(test, ret, from == to ? -EALREADY : 0);
		KUNIT_EXPECT_EQ(test, target_tp_access_state(&a),
				show && !ret ? TARGET_TP_TRANSITION : from);
		KUNIT_EXPECT_EQ(test,
				target_tp_access_begin(&a, from,
						       TARGET_TP_BY_ITSELF,
						       show),
				ret ?: -EBUSY);
		KUNIT_EXPECT_EQ(test, target_tp_access_end(&a, good), !ret);
		KUNIT_EXPECT_EQ(test, target_tp_access_state(&a),
				good ? to : from);
		KUNIT_EXPECT_EQ(test, a.status,
				good && !ret ? TARGET_TP_BY_COMMAND :
					       TARGET_TP_UNALTERED);
		KUNIT_EXPECT_FALSE(test, target_tp_access_end(&a, true));
	}
}

static void access_text(struct kunit *test)
{
	struct target_tp_access a = { .state = 2, .status = 1 }, b = { };
	char text[TARGET_TP_FILE_TEXT];

	target_tp_file_print(7, &a, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text,
			   "tg_pt_gp_id=7\nalua_access_state=0x02\nalua_access_status=0x01\n");
	KUNIT_EXPECT_EQ(test, target_tp_file_parse(text, 7, &b), 0);
	KUNIT_EXPECT_EQ(test, b.state, 2);
	KUNIT_EXPECT_EQ(test, b.status, 1);
	KUNIT_EXPECT_EQ(test, target_tp_file_parse(text, 8, &b), -EBADMSG);
}

static void access_bad_texts(struct kunit *test)
{
	static const char * const texts[] = {
		"", "tg_pt_gp_id=7\n", "tg_pt_gp_id=7\nalua_access_state=0x02\n",
		"tg_pt_gp_id=7\nalua_access_state=0x05\nalua_access_status=0x01\n",
		"tg_pt_gp_id=7\nalua_access_state=0x0f\nalua_access_status=0x01\n",
		"tg_pt_gp_id=7\nalua_access_state=0x02\nalua_access_status=0x03\n",
		"tg_pt_gp_id=x\nalua_access_state=0x02\nalua_access_status=0x01\n",
	};
	struct target_tp_access b = { .state = 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		KUNIT_EXPECT_EQ_MSG(test, target_tp_file_parse(texts[i], 7, &b),
				    -EBADMSG, "text %u", i);
	KUNIT_EXPECT_EQ(test, b.state, 1);
}

static struct kunit_case access_cases[] = {
	KUNIT_CASE(access_support),
	KUNIT_CASE(access_type),
	KUNIT_CASE(access_transitions),
	KUNIT_CASE(access_text),
	KUNIT_CASE(access_bad_texts),
	{}
};

static struct kunit_suite access_suite = {
	.name = "target_tp_access",
	.test_cases = access_cases,
};

kunit_test_suite(access_suite);
