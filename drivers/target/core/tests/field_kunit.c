// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of scalars that an administrator sets: what is accepted, with
 * which errno it is refused, and that every row of the attribute table can
 * hold its own default.
 */
#include <kunit/test.h>
#include "../attrib.h"
#include "../field.h"
#include "../ident.h"
#include "../tp_group.h"
#include "../tp_member.h"

struct field_case {
	const struct target_field	*row;
	const char			*text;
	int				ret;
	u32				value;
};

static const struct target_field switch_row = {
	.kind = TARGET_FIELD_BOOL, .max = 1,
};

static const struct target_field flag_row = {
	.kind = TARGET_FIELD_FLAG, .max = 1,
};

static const struct target_field code_row = {
	.kind = TARGET_FIELD_CODE, .max = 2,
};

static const struct target_field small_row = {
	.kind = TARGET_FIELD_U8, .max = 2,
};

static const struct target_field delay_row = {
	.kind = TARGET_FIELD_U16, .max = 10000,
};

static const struct target_field wide_row = {
	.kind = TARGET_FIELD_U32, .min = 1, .max = U32_MAX,
};

static const struct field_case field_cases[] = {
	{ &switch_row, "0\n", 0, 0 },
	{ &switch_row, "1", 0, 1 },
	{ &switch_row, "yes", 0, 1 },
	{ &switch_row, "No", 0, 0 },
	{ &switch_row, "1 ", 0, 1 },
	{ &switch_row, "2", -EINVAL },
	{ &switch_row, " 1", -EINVAL },
	{ &switch_row, "abc", -EINVAL },
	{ &switch_row, "\n", -EINVAL },
	{ &flag_row, "0", 0, 0 },
	{ &flag_row, "1\n", 0, 1 },
	{ &flag_row, "0x1", 0, 1 },
	{ &flag_row, "2", -EINVAL },
	{ &flag_row, "yes", -EINVAL },
	{ &flag_row, "4294967296", -EINVAL },
	{ &flag_row, "4294967297", -EINVAL },
	{ &code_row, "2", 0, 2 },
	{ &code_row, "3", -EINVAL },
	{ &code_row, "256", -EINVAL },
	{ &code_row, "4294967296", -EINVAL },
	{ &small_row, "2", 0, 2 },
	{ &small_row, "8", -EINVAL },
	{ &small_row, "256", -ERANGE },
	{ &small_row, "4294967296", -ERANGE },
	{ &delay_row, "0x10", 0, 16 },
	{ &delay_row, "10000", 0, 10000 },
	{ &delay_row, "10001", -EINVAL },
	{ &delay_row, "65536", -EINVAL },
	{ &delay_row, "18446744073709551616", -EINVAL },
	{ &wide_row, "4294967295", 0, U32_MAX },
	{ &wide_row, "4294967296", -ERANGE },
	{ &wide_row, "0", -EINVAL },
	{ &wide_row, "-1", -EINVAL },
	{ &wide_row, "1 ", -EINVAL },
	{ &wide_row, "", -EINVAL },
};

static void parse(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(field_cases); i++) {
		const struct field_case *c = &field_cases[i];
		u32 value = 77;

		KUNIT_EXPECT_EQ_MSG(test, c->ret,
				    target_field_parse(c->row, c->text, &value),
				    "kind %d \"%s\"", c->row->kind, c->text);
		KUNIT_EXPECT_EQ(test, value, c->ret ? 77 : c->value);
	}
}

struct sample {
	bool	before;
	bool	on;
	u8	code;
	u16	delay;
	u32	wide;
	u32	after;
};

static void store_touches_its_member_alone(struct kunit *test)
{
	static const struct target_field rows[] = {
		{ .kind = TARGET_FIELD_BOOL,
		  .offset = TARGET_FIELD_AT(struct sample, on, BOOL) },
		{ .kind = TARGET_FIELD_CODE,
		  .offset = TARGET_FIELD_AT(struct sample, code, CODE) },
		{ .kind = TARGET_FIELD_U16,
		  .offset = TARGET_FIELD_AT(struct sample, delay, U16) },
		{ .kind = TARGET_FIELD_U32,
		  .offset = TARGET_FIELD_AT(struct sample, wide, U32) },
	};
	static const u32 values[] = { 1, 0xa5, 0xbeef, 0xdeadbeef };
	struct sample sample = { };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		target_field_store(&rows[i], &sample, values[i]);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ(test, values[i],
				target_field_load(&rows[i], &sample));
	KUNIT_EXPECT_FALSE(test, sample.before);
	KUNIT_EXPECT_EQ(test, sample.after, 0);
}

/* What a file shows at first is what it accepts. */
static void check_row(struct kunit *test, const struct target_field *row)
{
	char text[16];
	u32 value;

	KUNIT_EXPECT_NOT_NULL(test, row->help);
	snprintf(text, sizeof(text), "%u\n", row->init);
	KUNIT_EXPECT_EQ_MSG(test, 0, target_field_parse(row, text, &value),
			    "%s", row->name);
	KUNIT_EXPECT_EQ(test, value, row->init);
}

static void rows_accept_their_defaults(struct kunit *test)
{
	size_t i;

	for (i = 0; i < TARGET_ATTRIB_COUNT; i++)
		check_row(test, &target_attrib_row(i)->field);
	for (i = 0; i < TARGET_TP_FIELD_COUNT; i++)
		check_row(test, target_tp_group_row(i));
	for (i = 0; i < TARGET_TP_MEMBER_FIELD_COUNT; i++)
		check_row(test, target_tp_member_row(i));
}

static const char *schema_line(struct kunit *test,
			       const struct target_schema *row)
{
	struct target_listing out = { };

	target_schema_print(&out, "folder/", "file", row);
	out.size = out.length + 1;
	out.text = kunit_kzalloc(test, out.size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, out.text);
	out.length = 0;
	target_schema_print(&out, "folder/", "file", row);
	KUNIT_EXPECT_EQ(test, strlen(out.text), out.length);
	KUNIT_EXPECT_EQ(test, out.size, out.length + 1);
	return out.text;
}

static void schema_lines(struct kunit *test)
{
	static const char * const names[] = { "Yes", "No", NULL };
	static const struct {
		struct target_schema	row;
		const char		*line;
	} cases[] = {
		{ { }, "folder/file text - default=- write=always\n" },
		{
			TARGET_SCHEMA_ROW(NULL, NUMBER, 3, 60, 15, "seconds"),
			"folder/file number 3..60 default=15 write=always # seconds\n",
		}, {
			{ .kind = TARGET_SCHEMA_NUMBER, .min = 3, .max = 60,
			  .has_also = true },
			"folder/file number 0,3..60 default=- write=always\n",
		}, {
			{ .kind = TARGET_SCHEMA_NUMBER, .min = -1, .max = 1,
			  .has_also = true, .also = 3,
			  .when = TARGET_SCHEMA_DISABLED },
			"folder/file number -1..1,3 default=- write=disabled\n",
		}, {
			{ .kind = TARGET_SCHEMA_WORDS, .names = names,
			  .text = "No", .when = TARGET_SCHEMA_ONCE },
			"folder/file words Yes|No default=\"No\" write=once\n",
		}, {
			TARGET_SCHEMA_DO(NULL, "do it"),
			"folder/file action - default=- write=always # do it\n",
		}, {
			TARGET_SCHEMA_LINE(NULL, SECRET, NEW, 255, "", "x"),
			"folder/file secret 0..255 default=\"\" write=new # x\n",
		},
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_STREQ(test, cases[i].line,
				   schema_line(test, &cases[i].row));
}

/* What the log says of a value that is refused */
static void schema_takes(struct kunit *test)
{
	static const char * const names[] = { "Yes", "No", NULL };
	static const struct {
		struct target_schema	row;
		const char		*words;
	} cases[] = {
		{ { .kind = TARGET_SCHEMA_ANY }, "text" },
		{ { .kind = TARGET_SCHEMA_ACTION, .max = 9 }, "text" },
		{ { .kind = TARGET_SCHEMA_TEXT, .min = 1, .max = 8 },
		  "characters: 1..8" },
		{ { .kind = TARGET_SCHEMA_BOOL, .max = 1, .help = "go" },
		  "a truth value: 0..1 (go)" },
		{ { .kind = TARGET_SCHEMA_NUMBER, .min = 3, .max = 60,
		    .has_also = true }, "a number: 0,3..60" },
		{ { .kind = TARGET_SCHEMA_POWER, .min = 512, .max = 4096 },
		  "a power of two: 512..4096" },
		{ { .kind = TARGET_SCHEMA_WORDS, .names = names },
		  "words with commas between them: Yes|No" },
	};
	char text[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct target_listing out = {
			.text = text, .size = sizeof(text),
		};

		target_schema_takes(&out, &cases[i].row);
		KUNIT_EXPECT_STREQ(test, text, cases[i].words);
	}
}

static void schema_of_fields(struct kunit *test)
{
	const struct target_attrib *row =
		target_attrib_row(TARGET_ATTRIB_block_size);
	struct target_schema schema;

	target_field_describe(&row->field, &schema);
	KUNIT_EXPECT_NOT_NULL(test, strstr(schema_line(test, &schema),
					   " power 512..4096 default=512 "));
}

static void ident_texts(struct kunit *test)
{
	char clean[8 + 1];

	KUNIT_EXPECT_EQ(test, 0, target_ident_clean(" LIO-ORG\x20\n", 9, clean));
	KUNIT_EXPECT_STREQ(test, clean, "LIO-ORG");
	KUNIT_EXPECT_EQ(test, 0, target_ident_clean("12345678", 8, clean));
	KUNIT_EXPECT_EQ(test, -EOVERFLOW,
			target_ident_clean("123456789", 8, clean));
	KUNIT_EXPECT_EQ(test, 0, target_ident_clean("\n", 8, clean));
	KUNIT_EXPECT_STREQ(test, clean, "");
	KUNIT_EXPECT_EQ(test, -EINVAL, target_ident_clean("a\tb", 8, clean));
	KUNIT_EXPECT_EQ(test, -EINVAL, target_ident_clean("\xc3\xa4", 8, clean));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(parse),
	KUNIT_CASE(store_touches_its_member_alone),
	KUNIT_CASE(rows_accept_their_defaults),
	KUNIT_CASE(schema_lines),
	KUNIT_CASE(schema_takes),
	KUNIT_CASE(schema_of_fields),
	KUNIT_CASE(ident_texts),
	{ }
};

static struct kunit_suite suite = {
	.name		= "target_field",
	.test_cases	= cases,
};

kunit_test_suite(suite);

