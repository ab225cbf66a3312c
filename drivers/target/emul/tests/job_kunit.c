// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of SANITIZE and FORMAT UNIT, and of what others see meanwhile.
 */
#include <linux/delay.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "../../core/complete.h"
#include "../../core/range.h"
#include "../emul.h"
#include "../job.h"
#include "fake.h"

#define FAKE_SANITIZING		0x02041b
#define FAKE_FORMATTING		0x020404
#define FAKE_SANITIZE_FAILED	0x033103
#define FAKE_FORMAT_FAILED	0x033101
#define FAKE_FORMAT_CORRUPTED	0x033100

static const u8 ready[] = { 0x00, 0, 0, 0, 0, 0 };
static const u8 erase[] = { 0x48, 0x02, 0, 0, 0, 0, 0, 0, 0, 0 };
static const u8 leave[] = { 0x48, 0x1f, 0, 0, 0, 0, 0, 0, 0, 0 };
static const u8 format[] = { 0x04, 0, 0, 0, 0, 0 };

static int job_init(struct kunit *test)
{
	struct fake *fake = fake_make(test);

	memset(fake->medium, 0x5a, FAKE_BLOCKS * FAKE_BLOCK);
	test->priv = fake;
	return 0;
}

static void put_overwrite(struct fake *fake, u8 flags, u16 len, u8 pattern)
{
	memset(fake->data, 0, 4);
	fake->data[0] = flags;
	put_unaligned_be16(len, fake->data + 2);
	memset(fake->data + 4, pattern, len);
}

static void job_overwrite(struct kunit *test)
{
	u8 cdb[] = { 0x48, 0x01, 0, 0, 0, 0, 0, 0, 7, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	put_overwrite(fake, 1, 3, 0);
	memcpy(fake->data + 4, "abc", 3);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 7), 0);
	for (i = 0; i < FAKE_BLOCKS; i++) {
		/* 512 is no multiple of 3: each block begins anew */
		KUNIT_ASSERT_MEMEQ(test, fake->medium + i * 512, "abca", 4);
		KUNIT_ASSERT_EQ(test, fake->medium[i * 512 + 511], 'b');
	}
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 1);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 4);
	KUNIT_EXPECT_EQ(test, (int)fake->emul.job.kind, TARGET_JOB_NONE);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
}

/* Every other pass writes the complement, and the last one does not. */
static void job_overwrite_inverted(struct kunit *test)
{
	u8 cdb[] = { 0x48, 0x01, 0, 0, 0, 0, 0, 0, 5, 0 };
	struct fake *fake = test->priv;

	fake->fail_at = 5;
	put_overwrite(fake, 0x82, 1, 0x0f);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 5), 2);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium, 0xf0,
					   FAKE_BLOCKS * FAKE_BLOCK));
	memset(fake->io_ops, 0, sizeof(fake->io_ops));
	fake->fail_at = 0;
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 5), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 8);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium, 0x0f,
					   FAKE_BLOCKS * FAKE_BLOCK));
	put_overwrite(fake, 0x83, 1, 0x0f);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 5), 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium, 0x0f,
					   FAKE_BLOCKS * FAKE_BLOCK));
}

/**
 * struct overwrite_case - a parameter list that is refused
 * @name: why
 * @flags: its first byte
 * @len: INITIALIZATION PATTERN LENGTH
 * @wanted: PARAMETER LIST LENGTH
 * @sense: what the command ends with
 * @field: where the sense data points
 */
struct overwrite_case {
	const char	*name;
	u8		flags;
	u16		len;
	u16		wanted;
	u32		sense;
	u8		field;
};

static const struct overwrite_case overwrite_cases[] = {
	{ "no list", 1, 1, 0, FAKE_INVALID_CDB, 7 },
	{ "no pattern", 1, 1, 4, FAKE_INVALID_CDB, 7 },
	{ "longer than a block", 1, 513, 517, FAKE_INVALID_CDB, 7 },
	{ "no pass", 0, 1, 5, FAKE_INVALID_LIST, 0 },
	{ "test", 0x21, 1, 5, FAKE_INVALID_LIST, 0 },
	{ "empty pattern", 1, 0, 5, FAKE_INVALID_LIST, 2 },
	{ "pattern beyond the list", 1, 2, 5, FAKE_INVALID_LIST, 2 },
	{ "list beyond the pattern", 1, 2, 7, FAKE_INVALID_LIST, 2 },
};

static void overwrite_desc(const struct overwrite_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(overwrite_case, overwrite_cases, overwrite_desc);

static void job_overwrite_refused(struct kunit *test)
{
	const struct overwrite_case *c = test->param_value;
	u8 cdb[] = { 0x48, 0x01, 0, 0, 0, 0, 0, c->wanted >> 8, c->wanted, 0 };
	struct fake *fake = test->priv;

	put_overwrite(fake, c->flags, c->len, 0x11);
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, c->wanted), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), c->sense);
	KUNIT_EXPECT_EQ(test, fake->sense[17], c->field);
	KUNIT_EXPECT_EQ(test, fake->medium[0], 0x5a);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
}

/* Zeros are written, not only asked for */
static void job_block_erase(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->dev.attr.emulate_tpu = false;
	fake->dev.attr.emulate_tpws = false;
	KUNIT_ASSERT_EQ(test, fake_none(fake, erase), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 4);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium, 0,
					   FAKE_BLOCKS * FAKE_BLOCK));
	KUNIT_EXPECT_TRUE(test, fake->se.sam_task_attr == TCM_ORDERED_TAG);
}

/* A thin unit has its blocks written, and deallocated after that */
static void job_block_erase_thin(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_none(fake, erase), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 4);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 16);
	fake->dev.limits.zero_max = 0;
	KUNIT_ASSERT_EQ(test, fake_none(fake, erase), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 8);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 16);
}

/* What others are told while it is under way: the state is set by hand. */
static void job_meanwhile(struct kunit *test)
{
	static const u8 sense[] = { 0x03, 0, 0, 0, 18, 0 };
	static const u8 inquiry[] = { 0x12, 0, 0, 0, 96, 0 };
	static const u8 luns[] = { 0xa0, [9] = 16, 0, 0 };
	struct fake *fake = test->priv;
	struct target_job *job = &fake->emul.job;

	job->kind = TARGET_JOB_SANITIZE;
	job->total = 8;
	job->done = 3;
	set_bit(TARGET_SLOW_STOPPED, &fake->dev.slow);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_SANITIZING);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0x80);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->sense + 16), 0x6000);
	KUNIT_EXPECT_EQ(test, fake_none(fake, erase), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_SANITIZING);
	KUNIT_EXPECT_EQ(test, fake_in(fake, inquiry, 96), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, luns, 16), 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, sense, 18), 0);
	KUNIT_EXPECT_EQ(test, fake->data[2], 2);
	KUNIT_EXPECT_EQ(test, fake->data[13], 0x1b);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 16), 0x6000);
	job->kind = TARGET_JOB_FORMAT;
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_FORMATTING);
}

/**
 * struct meanwhile_case - a command, of the state that is set by hand
 * @name: what it is
 * @cdb: it
 * @len: bytes of that
 * @sanitize: it runs while there is SANITIZE, and after that has failed
 * @corrupt: it runs after FORMAT UNIT has failed
 */
struct meanwhile_case {
	const char	*name;
	u8		cdb[16];
	u8		len;
	bool		sanitize;
	bool		corrupt;
};

static const struct meanwhile_case meanwhile_cases[] = {
	{ "TEST UNIT READY", { 0x00 }, 6 },
	{ "READ", { 0x28, [8] = 1 }, 10 },
	{ "caching page", { 0x1a, 0x08, 0x08, 0, 255 }, 6, true, true },
	{ "control page", { 0x5a, 0x08, 0x0a, [8] = 255 }, 10, true, true },
	{ "protocol specific unit", { 0x1a, 0x08, 0x18, 0, 255 }, 6, true, true },
	{ "protocol specific port", { 0x1a, 0x08, 0x19, 0, 255 }, 6, true, true },
	{ "exceptions page", { 0x1a, 0x08, 0x1c, 0, 255 }, 6, true, true },
	{ "control extension", { 0x1a, 0x08, 0x0a, 1, 255 }, 6, false, true },
	{ "error recovery", { 0x1a, 0x08, 0x01, 0, 255 }, 6, false, true },
	{ "temperature", { 0x4d, 0, 0x4d, [8] = 255 }, 10, true, true },
	{ "log of exceptions", { 0x4d, 0, 0x6f, [8] = 255 }, 10, false, true },
	{ "READ CAPACITY(10)", { 0x25 }, 10, true },
	{ "READ CAPACITY(16)", { 0x9e, 0x10, [13] = 32 }, 16, true },
	{ "operation codes", { 0xa3, 0x0c, [9] = 255 }, 12, true, true },
	{ "task management", { 0xa3, 0x0d, [9] = 255 }, 12, true, true },
	{ "timestamp", { 0xa3, 0x0f, [9] = 255 }, 12 },
};

static void meanwhile_desc(const struct meanwhile_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(meanwhile, meanwhile_cases, meanwhile_desc);

static void job_allows(struct kunit *test)
{
	const struct meanwhile_case *c = test->param_value;
	struct fake *fake = test->priv;
	struct target_job *job = &fake->emul.job;
	unsigned int len = c->cdb[0] == 0x28 ? 512 : 255;
	enum dma_data_direction dir = c->cdb[0] ? DMA_FROM_DEVICE : DMA_NONE;

	set_bit(TARGET_SLOW_STOPPED, &fake->dev.slow);
	job->kind = TARGET_JOB_SANITIZE;
	job->total = 8;
	KUNIT_EXPECT_EQ(test, fake_run(fake, c->cdb, c->len, len, dir),
			c->sanitize ? 0 : 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake),
			c->sanitize ? 0 : FAKE_SANITIZING);
	job->failed = true;
	fake_run(fake, c->cdb, c->len, len, dir);
	KUNIT_EXPECT_EQ(test, fake_sense(fake),
			c->sanitize ? 0 : FAKE_SANITIZE_FAILED);
	job->kind = TARGET_JOB_FORMAT;
	fake_run(fake, c->cdb, c->len, len, dir);
	KUNIT_EXPECT_EQ(test, fake_sense(fake),
			c->corrupt ? 0 : FAKE_FORMAT_CORRUPTED);
	job->failed = false;
	fake_run(fake, c->cdb, c->len, len, dir);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_FORMATTING);
}

/* They wait for all blocks that are locked, and nobody begins meanwhile. */
static void job_alone(struct kunit *test)
{
	static const u8 zero_blocks[16] = { 0x89 };
	struct target_cmd *cmd;
	struct fake *fake = test->priv;

	cmd = to_cmd(&fake->se);
	KUNIT_ASSERT_EQ(test, (__force u8)fake_decode(fake, erase, 10, 0, DMA_NONE), 0);
	KUNIT_EXPECT_TRUE(test, cmd->flags & TARGET_CMD_EXCLUSIVE);
	KUNIT_ASSERT_EQ(test, (__force u8)fake_decode(fake, format, 6, 0, DMA_NONE), 0);
	KUNIT_EXPECT_TRUE(test, cmd->flags & TARGET_CMD_EXCLUSIVE);
	/* unlike a command that could name blocks, and names none */
	KUNIT_ASSERT_EQ(test, (__force u8)fake_decode(fake, zero_blocks, 16, 0, DMA_TO_DEVICE), 0);
	KUNIT_EXPECT_FALSE(test, cmd->flags & TARGET_CMD_EXCLUSIVE);
}

static void job_fails(struct kunit *test)
{
	static const u8 may_exit[] = { 0x48, 0x22, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0 };
	struct fake *fake = test->priv;

	fake->fail_at = 2;
	KUNIT_EXPECT_EQ(test, fake_none(fake, erase), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_SANITIZE_FAILED);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_SANITIZE_FAILED);
	/* nobody was allowed to leave it */
	KUNIT_EXPECT_EQ(test, fake_none(fake, leave), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake_none(fake, may_exit), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake_none(fake, format), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_SANITIZE_FAILED);
	KUNIT_EXPECT_EQ(test, fake_none(fake, erase), 0);
	memset(fake->io_ops, 0, sizeof(fake->io_ops));
	KUNIT_EXPECT_EQ(test, fake_none(fake, may_exit), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_SANITIZE_FAILED);
	KUNIT_EXPECT_EQ(test, fake_none(fake, leave), 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, leave), 0);
}

/* A failure ends with the next one that succeeds. */
static void job_fails_then_works(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->fail_at = 1;
	KUNIT_EXPECT_EQ(test, fake_none(fake, erase), 2);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake_none(fake, erase), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
}

static void job_immed(struct kunit *test)
{
	static const u8 immed[] = { 0x48, 0x82, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, fake_none(fake, immed), 0);
	for (i = 0; i < 1000 && READ_ONCE(fake->emul.job.kind); i++)
		fsleep(1000);
	KUNIT_EXPECT_EQ(test, (int)fake->emul.job.kind, TARGET_JOB_NONE);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium, 0,
					   FAKE_BLOCKS * FAKE_BLOCK));
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
}

static void granted(struct target_range *range)
{
}

/* A job locks no blocks, not even when its command is aborted. */
static void job_locks_nothing(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct target_range range = { .blocks = 1, .granted = granted };

	KUNIT_ASSERT_EQ(test, fake_none(fake, erase), 0);
	target_range_orphan(&fake->dev, &to_cmd(&fake->se)->range, 0,
			    FAKE_BLOCKS);
	INIT_LIST_HEAD(&range.node);
	KUNIT_EXPECT_TRUE(test, target_range_lock(&fake->dev, &range));
	target_range_end(&fake->dev, &range);
	KUNIT_EXPECT_FALSE(test, test_bit(TARGET_SLOW_RANGE, &fake->dev.slow));
}

static void job_cancelled(struct kunit *test)
{
	struct fake *fake = test->priv;

	target_job_cancel(&fake->dev);
	KUNIT_EXPECT_EQ(test, fake_none(fake, erase), 2);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 0);
	KUNIT_EXPECT_EQ(test, kref_read(&fake->dev.uses), 1);
}

static void job_format(struct kunit *test)
{
	static const u8 data[] = { 0x04, 0x10, 0, 0, 0, 0 };
	static const u8 fast[] = { 0x04, 0, 0, 0, 1, 0 };
	static const u8 list[] = { 0, 0x88, 0, 0, 0, 1, 0, 2, 0xca, 0xfe };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_none(fake, fast), 0);
	KUNIT_EXPECT_EQ(test, fake->medium[0], 0x5a);
	KUNIT_ASSERT_EQ(test, fake_none(fake, format), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 16);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium, 0,
					   FAKE_BLOCKS * FAKE_BLOCK));
	memcpy(fake->data, list, sizeof(list));
	KUNIT_ASSERT_EQ(test, fake_out(fake, data, sizeof(list)), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->medium + 2047 * 512 + 510,
			   "\xca\xfe", 2);
	fake->fail_at = 1;
	memset(fake->io_ops, 0, sizeof(fake->io_ops));
	KUNIT_EXPECT_EQ(test, fake_none(fake, format), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_FORMAT_FAILED);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_FORMAT_CORRUPTED);
	KUNIT_EXPECT_EQ(test, fake_none(fake, format), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
}

/* Security initialization: zeros are written, although they are the default. */
static void job_format_securely(struct kunit *test)
{
	static const u8 data[] = { 0x04, 0x10, 0, 0, 0, 0 };
	static const u8 list[] = { 0, 0x88, 0, 0, 0x20, 0, 0, 0 };
	/* what else is in the header is ignored */
	static const u8 odd[] = { 7, 0x28, 0, 8, 0x20, 0, 0, 0 };
	struct fake *fake = test->priv;

	fake->dev.attr.emulate_tpu = false;
	fake->dev.attr.emulate_tpws = false;
	memcpy(fake->data, list, sizeof(list));
	KUNIT_ASSERT_EQ(test, fake_out(fake, data, sizeof(list)), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 4);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->medium, 0,
					   FAKE_BLOCKS * FAKE_BLOCK));
	/* written first, and deallocated then */
	fake->dev.attr.emulate_tpu = true;
	memcpy(fake->data, odd, sizeof(odd));
	KUNIT_ASSERT_EQ(test, fake_out(fake, data, sizeof(odd)), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 16);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 8);
}

/* A pattern of zeros leaves no block mapped, as none does (SBC-4 4.33.3.1). */
static void job_format_zeros(struct kunit *test)
{
	static const u8 data[] = { 0x04, 0x10, 0, 0, 0, 0 };
	static const u8 list[] = { 0, 0x88, 0, 0, 0, 1, 0, 2, 0, 0 };
	struct fake *fake = test->priv;

	memcpy(fake->data, list, sizeof(list));
	KUNIT_ASSERT_EQ(test, fake_out(fake, data, sizeof(list)), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_ZERO], 16);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 0);
}

/* Without a parameter list there is nothing that its fields could say. */
static void job_format_bare(struct kunit *test)
{
	static const u8 protect[] = { 0x04, 0x80, 0, 0, 0, 0 };
	static const u8 defects[] = { 0x04, 0x04, 0, 0, 0, 0 };
	static const u8 reserved[] = { 0x04, 0x17, 0, 0, 0, 0 };
	static const u8 ignored[] = { 0x04, 0x28, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_none(fake, defects), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0xca);
	memset(fake->data, 0, 4);
	KUNIT_EXPECT_EQ(test, fake_out(fake, reserved, 4), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ignored), 0);
	fake->dev.attr.pi_prot_type = TARGET_DIF_TYPE1_PROT;
	KUNIT_EXPECT_EQ(test, fake_none(fake, protect), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake->sense[15], 0xcf);
}

/**
 * struct format_case - a FORMAT UNIT parameter list that is refused
 * @name: why
 * @list: it
 * @len: bytes of it
 * @sense: what the command ends with
 * @field: where the sense data points
 */
struct format_case {
	const char	*name;
	u8		list[12];
	u8		len;
	u32		sense;
	u8		field;
};

static const struct format_case format_cases[] = {
	{ "no list", {}, 0, FAKE_LIST_LENGTH },
	{ "part of a header", {}, 3, FAKE_LIST_LENGTH },
	{ "protection", { 1 }, 4, FAKE_INVALID_LIST, 0 },
	{ "options without FOV", { 0, 0x08 }, 4, FAKE_INVALID_LIST, 1 },
	{ "defects", { 0, 0, 0, 8 }, 12, FAKE_INVALID_LIST, 2 },
	{ "no pattern descriptor", { 0, 0x88 }, 4, FAKE_LIST_LENGTH },
	{ "pattern type", { 0, 0x88, 0, 0, 0, 2 }, 8, FAKE_INVALID_LIST, 5 },
	{ "pattern beyond", { 0, 0x88, 0, 0, 0, 1, 0, 5 }, 12,
	  FAKE_LIST_LENGTH },
	{ "default pattern of a length", { 0, 0x88, 0, 0, 0, 0, 0, 4 }, 12,
	  FAKE_INVALID_LIST, 6 },
};

static void format_desc(const struct format_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(format_case, format_cases, format_desc);

static void job_format_refused(struct kunit *test)
{
	static const u8 data[] = { 0x04, 0x10, 0, 0, 0, 0 };
	const struct format_case *c = test->param_value;
	struct fake *fake = test->priv;

	memcpy(fake->data, c->list, sizeof(c->list));
	KUNIT_EXPECT_EQ(test, fake_out(fake, data, c->len), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), c->sense);
	KUNIT_EXPECT_EQ(test, fake->sense[17], c->field);
	KUNIT_EXPECT_EQ(test, fake->medium[0], 0x5a);
}

static struct kunit_case job_cases[] = {
	KUNIT_CASE(job_overwrite),
	KUNIT_CASE(job_overwrite_inverted),
	KUNIT_CASE_PARAM(job_overwrite_refused, overwrite_case_gen_params),
	KUNIT_CASE(job_block_erase),
	KUNIT_CASE(job_block_erase_thin),
	KUNIT_CASE(job_meanwhile),
	KUNIT_CASE_PARAM(job_allows, meanwhile_gen_params),
	KUNIT_CASE(job_alone),
	KUNIT_CASE(job_fails),
	KUNIT_CASE(job_fails_then_works),
	KUNIT_CASE(job_immed),
	KUNIT_CASE(job_locks_nothing),
	KUNIT_CASE(job_cancelled),
	KUNIT_CASE(job_format),
	KUNIT_CASE(job_format_securely),
	KUNIT_CASE(job_format_zeros),
	KUNIT_CASE(job_format_bare),
	KUNIT_CASE_PARAM(job_format_refused, format_case_gen_params),
	{}
};

static struct kunit_suite job_suite = {
	.name = "target_job",
	.init = job_init,
	.exit = fake_exit,
	.test_cases = job_cases,
};

kunit_test_suite(job_suite);
