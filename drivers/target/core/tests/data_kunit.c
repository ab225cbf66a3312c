// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the data of commands and of the cursor over wire data.
 */
#include <kunit/test.h>
#include <linux/mm.h>

#include "../budget.h"
#include "../data.h"

static const struct target_core_fabric_ops plain_ops;
static const struct target_core_fabric_ops lent_ops = { .lent_pages = 1 };

static struct target_cmd *new_cmd(struct kunit *test, u32 expected)
{
	struct se_cmd *se = kunit_kzalloc(test, sizeof(*se), GFP_KERNEL);
	struct target_sess *sess = kunit_kzalloc(test, sizeof(*sess),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, se);
	KUNIT_ASSERT_NOT_NULL(test, sess);
	se->se_sess = &sess->se;
	se->se_tfo = &plain_ops;
	se->data_length = expected;
	to_cmd(se)->expected = expected;
	return to_cmd(se);
}

/**
 * struct length - what is expected, and what the CDB says
 * @expected: by the initiator
 * @wanted: by the CDB
 * @length: bytes to transfer
 * @flags: SCF_OVERFLOW_BIT or SCF_UNDERFLOW_BIT
 * @residual: residual
 */
struct length {
	u32	expected;
	u32	wanted;
	u32	length;
	u32	flags;
	u32	residual;
};

static const struct length lengths[] = {
	{ 512, 512, 512, 0, 0 },
	{ 0, 0, 0, 0, 0 },
	{ 512, 0, 0, SCF_UNDERFLOW_BIT, 512 },
	{ 0, 512, 0, SCF_OVERFLOW_BIT, 512 },
	{ 1024, 512, 512, SCF_UNDERFLOW_BIT, 512 },
	{ 200, 512, 200, SCF_OVERFLOW_BIT, 312 },
	{ U32_MAX, 1, 1, SCF_UNDERFLOW_BIT, U32_MAX - 1 },
	{ 1, U32_MAX, 1, SCF_OVERFLOW_BIT, U32_MAX - 1 },
};

static void length_desc(const struct length *length, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "expected %u, wanted %u",
		 length->expected, length->wanted);
}

KUNIT_ARRAY_PARAM(length, lengths, length_desc);

static void data_resize(struct kunit *test)
{
	const u32 both = SCF_OVERFLOW_BIT | SCF_UNDERFLOW_BIT;
	const struct length *length = test->param_value;
	struct target_cmd *cmd = new_cmd(test, length->expected);
	struct se_cmd *se = to_se(cmd);

	/* whatever was there before */
	se->se_cmd_flags = both;
	se->residual_count = 99;
	target_data_resize(cmd, length->wanted);
	KUNIT_EXPECT_EQ(test, se->data_length, length->length);
	KUNIT_EXPECT_EQ(test, se->se_cmd_flags & both, length->flags);
	KUNIT_EXPECT_EQ(test, se->residual_count, length->residual);
	KUNIT_EXPECT_EQ(test, cmd->wanted, length->wanted);
}

/* A fabric that does not know takes what the CDB says. */
static void data_unsized(struct kunit *test)
{
	struct target_cmd *cmd = new_cmd(test, 0);

	cmd->flags |= TARGET_CMD_UNSIZED;
	target_data_resize(cmd, 4096);
	KUNIT_EXPECT_EQ(test, to_se(cmd)->data_length, 4096);
	KUNIT_EXPECT_EQ(test, to_se(cmd)->residual_count, 0);
}

static u32 total(struct se_cmd *se)
{
	struct scatterlist *sg;
	unsigned int i;
	u32 sum = 0;

	for_each_sg(se->t_data_sg, sg, se->t_data_nents, i)
		sum += sg->length;
	return sum;
}

/**
 * struct layout - a scatterlist
 * @length: bytes
 * @nents: entries that fabrics without lent_pages get
 */
struct layout {
	u32	length;
	u32	nents;
};

static const struct layout layouts[] = {
	{ 1, 1 },
	{ PAGE_SIZE, 1 },
	{ PAGE_SIZE + 1, 2 },
	{ TARGET_SG_INLINE * PAGE_SIZE, TARGET_SG_INLINE },
	{ TARGET_SG_INLINE * PAGE_SIZE + 512, TARGET_SG_INLINE + 1 },
	{ SZ_1M, SZ_1M / PAGE_SIZE },
};

static void layout_desc(const struct layout *layout, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u bytes", layout->length);
}

KUNIT_ARRAY_PARAM(layout, layouts, layout_desc);

static void data_alloc_pages(struct kunit *test)
{
	const struct layout *layout = test->param_value;
	struct target_cmd *cmd = new_cmd(test, layout->length);
	struct se_cmd *se = to_se(cmd);
	struct scatterlist *sg;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL),
			TCM_NO_SENSE);
	KUNIT_EXPECT_EQ(test, se->t_data_nents, layout->nents);
	KUNIT_EXPECT_EQ(test, total(se), layout->length);
	KUNIT_EXPECT_EQ(test, se->t_data_sg == cmd->sg,
			layout->nents <= TARGET_SG_INLINE);
	for_each_sg(se->t_data_sg, sg, se->t_data_nents, i) {
		KUNIT_EXPECT_LE(test, sg->length, PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, sg->offset, 0);
		/* not blocks of a medium: nothing of ours may show */
		KUNIT_EXPECT_PTR_EQ(test, memchr_inv(sg_virt(sg), 0, sg->length),
				    NULL);
	}
	KUNIT_EXPECT_TRUE(test, sg_is_last(&se->t_data_sg[layout->nents - 1]));
	target_data_free(cmd);
	KUNIT_EXPECT_EQ(test, cmd->flags, 0);
	/* a second time is one too many, and does nothing */
	target_data_free(cmd);
}

/* Fabrics with lent_pages take longer entries; blocks only. */
static void data_alloc_chunks(struct kunit *test)
{
	const struct layout *layout = test->param_value;
	struct target_cmd *cmd = new_cmd(test, layout->length);
	struct se_cmd *se = to_se(cmd);

	se->se_tfo = &lent_ops;
	se->se_cmd_flags = SCF_SCSI_DATA_CDB;
	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL),
			TCM_NO_SENSE);
	KUNIT_EXPECT_LE(test, se->t_data_nents, layout->nents);
	KUNIT_EXPECT_EQ(test, total(se), layout->length);
	target_data_free(cmd);
}

static void data_alloc_lent(struct kunit *test)
{
	const struct layout *layout = test->param_value;
	struct target_cmd *cmd = new_cmd(test, layout->length);
	struct se_cmd *se = to_se(cmd);

	se->se_tfo = &lent_ops;
	se->se_cmd_flags = SCF_SCSI_DATA_CDB;
	cmd->flags = TARGET_CMD_LENDABLE;
	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL),
			TCM_NO_SENSE);
	KUNIT_EXPECT_TRUE(test, cmd->flags & TARGET_CMD_LENT);
	/* one more, where the first page is used from its middle */
	KUNIT_EXPECT_EQ(test, se->t_data_nents, layout->nents + 1);
	target_data_free(cmd);
}

/* The pages of a backstore are put if, and only if, it says so. */
static void data_lent_pages(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct target_cmd *cmd;
	int put;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (put = 0; put <= 1; put++) {
		cmd = new_cmd(test, PAGE_SIZE);
		to_se(cmd)->se_tfo = &lent_ops;
		cmd->flags = TARGET_CMD_LENDABLE;
		KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL),
				TCM_NO_SENSE);
		get_page(page);
		sg_set_page(&to_se(cmd)->t_data_sg[0], page, PAGE_SIZE, 0);
		to_se(cmd)->t_data_nents = 1;
		cmd->io.flags = put ? TARGET_IO_PUT_PAGES : 0;
		target_data_free(cmd);
		KUNIT_EXPECT_EQ(test, page_count(page), put ? 1 : 2);
		if (!put)
			put_page(page);
	}
	put_page(page);
}

/* Long data is counted until it is freed, short data and lent pages are not. */
static void data_budget(struct kunit *test)
{
	struct target_cmd *cmd = new_cmd(test, SZ_64K);
	atomic_long_t *held = &cmd_sess(cmd)->held_bytes;

	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL), TCM_NO_SENSE);
	KUNIT_EXPECT_EQ(test, atomic_long_read(held), 0);
	target_data_free(cmd);

	to_se(cmd)->data_length = SZ_64K + 512;
	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL), TCM_NO_SENSE);
	KUNIT_EXPECT_EQ(test, atomic_long_read(held), SZ_64K + 512);
	/* a handler may have less to send */
	to_se(cmd)->data_length = 36;
	target_data_free(cmd);
	target_data_free(cmd);
	KUNIT_EXPECT_EQ(test, atomic_long_read(held), 0);

	to_se(cmd)->data_length = SZ_1M;
	to_se(cmd)->se_tfo = &lent_ops;
	cmd->flags = TARGET_CMD_LENDABLE;
	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL), TCM_NO_SENSE);
	KUNIT_EXPECT_EQ(test, atomic_long_read(held), 0);
	target_data_free(cmd);
}

/* What is refused has no buffers and is not counted. */
static void data_over_budget(struct kunit *test)
{
	struct target_cmd *cmd = new_cmd(test, SZ_128K);
	atomic_long_t *held = &cmd_sess(cmd)->held_bytes;
	long before = target_budget_of_session() - SZ_64K;

	atomic_long_set(held, before);
	KUNIT_EXPECT_EQ(test, target_data_alloc(cmd, GFP_KERNEL),
			TCM_TASK_SET_FULL);
	KUNIT_EXPECT_NULL(test, to_se(cmd)->t_data_sg);
	KUNIT_EXPECT_EQ(test, cmd->flags, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(held), before);
	target_data_free(cmd);
	KUNIT_EXPECT_EQ(test, atomic_long_read(held), before);

	/* short data is what others still can have, and this one too */
	to_se(cmd)->data_length = SZ_64K;
	KUNIT_EXPECT_EQ(test, target_data_alloc(cmd, GFP_KERNEL), TCM_NO_SENSE);
	target_data_free(cmd);
}

static void data_put(struct kunit *test)
{
	const u32 both = SCF_OVERFLOW_BIT | SCF_UNDERFLOW_BIT;
	struct target_cmd *cmd = new_cmd(test, 64);
	struct se_cmd *se = to_se(cmd);
	u8 answer[96], got[96];
	int i;

	for (i = 0; i < ARRAY_SIZE(answer); i++)
		answer[i] = i + 1;
	target_data_resize(cmd, 255);
	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL),
			TCM_NO_SENSE);

	/* shorter than the buffer: underflow */
	target_data_put(cmd, answer, 36);
	KUNIT_EXPECT_EQ(test, se->data_length, 36);
	KUNIT_EXPECT_EQ(test, se->se_cmd_flags & both, SCF_UNDERFLOW_BIT);
	KUNIT_EXPECT_EQ(test, se->residual_count, 28);
	KUNIT_EXPECT_EQ(test, cmd->moved, 36);
	sg_copy_to_buffer(se->t_data_sg, se->t_data_nents, got, 36);
	KUNIT_EXPECT_MEMEQ(test, got, answer, 36);
	/* longer than it, and the allocation length would let it: overflow */
	target_data_put(cmd, answer, 96);
	KUNIT_EXPECT_EQ(test, se->data_length, 64);
	KUNIT_EXPECT_EQ(test, se->se_cmd_flags & both, SCF_OVERFLOW_BIT);
	KUNIT_EXPECT_EQ(test, se->residual_count, 32);
	target_data_free(cmd);

	/* the allocation length cuts it off: no residual */
	cmd = new_cmd(test, 16);
	se = to_se(cmd);
	target_data_resize(cmd, 16);
	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL),
			TCM_NO_SENSE);
	target_data_put(cmd, answer, 96);
	KUNIT_EXPECT_EQ(test, se->data_length, 16);
	KUNIT_EXPECT_EQ(test, se->se_cmd_flags & both, 0);
	KUNIT_EXPECT_EQ(test, se->residual_count, 0);
	target_data_free(cmd);
}

static void data_put_nowhere(struct kunit *test)
{
	struct target_cmd *cmd = new_cmd(test, 0);

	target_data_resize(cmd, 0);
	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL),
			TCM_NO_SENSE);
	target_data_put(cmd, "abc", 3);
	KUNIT_EXPECT_EQ(test, to_se(cmd)->data_length, 0);
	KUNIT_EXPECT_EQ(test, cmd->moved, 0);
	target_data_free(cmd);
}

static void data_get(struct kunit *test)
{
	const u32 len = 2 * PAGE_SIZE + 100;
	struct target_cmd *cmd = new_cmd(test, len);
	struct se_cmd *se = to_se(cmd);
	u8 *all = kunit_kzalloc(test, len, GFP_KERNEL);
	u8 part[32];
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, all);
	for (i = 0; i < len; i++)
		all[i] = i ^ i >> 8;
	KUNIT_ASSERT_EQ(test, target_data_alloc(cmd, GFP_KERNEL),
			TCM_NO_SENSE);
	sg_copy_from_buffer(se->t_data_sg, se->t_data_nents, all, len);

	/* across the end of a page */
	KUNIT_EXPECT_EQ(test, target_data_get(cmd, part, PAGE_SIZE - 5, 32), 32);
	KUNIT_EXPECT_MEMEQ(test, part, all + PAGE_SIZE - 5, 32);
	/* up to the end, at it, and behind it */
	KUNIT_EXPECT_EQ(test, target_data_get(cmd, part, len - 3, 32), 3);
	KUNIT_EXPECT_EQ(test, target_data_get(cmd, part, len, 32), 0);
	KUNIT_EXPECT_EQ(test, target_data_get(cmd, part, SIZE_MAX, 32), 0);
	/* what the initiator did not send is not data */
	se->data_length = 10;
	KUNIT_EXPECT_EQ(test, target_data_get(cmd, part, 0, 32), 10);
	target_data_free(cmd);
}

static void data_cursor(struct kunit *test)
{
	u8 bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
	struct target_cursor c;

	target_cursor_init(&c, bytes, sizeof(bytes));
	KUNIT_EXPECT_EQ(test, target_cursor_get8(&c), 0x01);
	KUNIT_EXPECT_EQ(test, target_cursor_get16(&c), 0x0203);
	KUNIT_EXPECT_EQ(test, target_cursor_get32(&c), 0x04050607);
	KUNIT_EXPECT_EQ(test, target_cursor_get64(&c), 0x08090a0b0c0d0e0fULL);
	KUNIT_EXPECT_FALSE(test, c.bad);
	/* one byte is left, two are wanted */
	KUNIT_EXPECT_EQ(test, target_cursor_get16(&c), 0);
	KUNIT_EXPECT_TRUE(test, c.bad);
	/* and nothing is good after that */
	KUNIT_EXPECT_EQ(test, target_cursor_get8(&c), 0);
	KUNIT_EXPECT_EQ(test, c.pos, 15);
}

static void data_cursor_bounds(struct kunit *test)
{
	u8 byte = 1;
	struct target_cursor c;

	target_cursor_init(&c, &byte, 0);
	KUNIT_EXPECT_PTR_EQ(test, target_cursor_take(&c, 0), &byte);
	KUNIT_EXPECT_FALSE(test, c.bad);
	KUNIT_EXPECT_EQ(test, target_cursor_get8(&c), 0);
	KUNIT_EXPECT_TRUE(test, c.bad);

	/* a length that would wrap */
	target_cursor_init(&c, &byte, 1);
	target_cursor_get8(&c);
	KUNIT_EXPECT_PTR_EQ(test, target_cursor_take(&c, SIZE_MAX), NULL);
	KUNIT_EXPECT_TRUE(test, c.bad);
}

static struct kunit_case data_cases[] = {
	KUNIT_CASE_PARAM(data_resize, length_gen_params),
	KUNIT_CASE(data_unsized),
	KUNIT_CASE_PARAM(data_alloc_pages, layout_gen_params),
	KUNIT_CASE_PARAM(data_alloc_chunks, layout_gen_params),
	KUNIT_CASE_PARAM(data_alloc_lent, layout_gen_params),
	KUNIT_CASE(data_lent_pages),
	KUNIT_CASE(data_budget),
	KUNIT_CASE(data_over_budget),
	KUNIT_CASE(data_put),
	KUNIT_CASE(data_put_nowhere),
	KUNIT_CASE(data_get),
	KUNIT_CASE(data_cursor),
	KUNIT_CASE(data_cursor_bounds),
	{ }
};

static struct kunit_suite data_suite = {
	.name = "target_data",
	.test_cases = data_cases,
};

kunit_test_suite(data_suite);

