// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of decoding: numbers, ranges up to 2^64, lengths, directions,
 * residuals and the places that sense data points at.
 */
#include "../cdb.h"
#include "../emul.h"
#include "fake.h"

#define NOWHERE		(-1)

/**
 * struct cdb_case - a CDB and what it means on 2048 blocks of 512 bytes
 * @name: for people
 * @cdb: CDB
 * @expected: what the initiator expects
 * @dir: which way
 * @reason: TCM_NO_SENSE or why not
 * @lba: first block
 * @blocks: how many
 * @length: bytes that are moved
 * @field: byte that sense data points at
 * @bit: bit there
 */
struct cdb_case {
	const char *name;
	u8 cdb[16];
	u32 expected;
	enum dma_data_direction dir;
	sense_reason_t reason;
	u64 lba;
	u32 blocks;
	u32 length;
	int field;
	int bit;
};

#define IN(n)	.dir = DMA_FROM_DEVICE, .expected = n
#define OUT(n)	.dir = DMA_TO_DEVICE, .expected = n
#define GOOD(l, b, n)							\
	.reason = TCM_NO_SENSE, .lba = l, .blocks = b, .length = n, .field = NOWHERE
#define BAD(r)		.reason = r, .field = NOWHERE
#define AT_BYTE(byte)							\
	.reason = TCM_INVALID_CDB_FIELD, .field = byte, .bit = NOWHERE
#define AT(byte, b)							\
	.reason = TCM_INVALID_CDB_FIELD, .field = byte, .bit = b

static const struct cdb_case cdb_cases[] = {
	{ "READ(6)", { 0x08, 0x00, 0x00, 0x07, 0x02, 0 }, IN(1024),
	  GOOD(7, 2, 1024) },
	{ "READ(6) of 256", { 0x08, 0x00, 0x01, 0x00, 0x00, 0 }, IN(131072),
	  GOOD(256, 256, 131072) },
	{ "WRITE(6) of 256", { 0x0a, 0x00, 0x01, 0x00, 0x00, 0 }, OUT(131072),
	  GOOD(256, 256, 131072) },
	{ "READ(6) beyond", { 0x08, 0x1f, 0xff, 0xff, 0x01, 0 }, IN(512),
	  BAD(TCM_ADDRESS_OUT_OF_RANGE) },
	{ "READ(10) last", { 0x28, 0, 0, 0, 0x07, 0xff, 0, 0, 1, 0 }, IN(512),
	  GOOD(2047, 1, 512) },
	{ "READ(10) one too many", { 0x28, 0, 0, 0, 0x07, 0xff, 0, 0, 2, 0 },
	  IN(1024), BAD(TCM_ADDRESS_OUT_OF_RANGE) },
	{ "READ(10) of nothing at the end",
	  { 0x28, 0, 0, 0, 0x08, 0x00, 0, 0, 0, 0 }, IN(0), GOOD(2048, 0, 0) },
	{ "READ(10) of nothing beyond",
	  { 0x28, 0, 0, 0, 0x08, 0x01, 0, 0, 0, 0 }, IN(0),
	  BAD(TCM_ADDRESS_OUT_OF_RANGE) },
	{ "READ(10) at 2^32 - 1",
	  { 0x28, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 0 }, IN(512),
	  BAD(TCM_ADDRESS_OUT_OF_RANGE) },
	{ "READ(12)", { 0xa8, 0, 0, 0, 0, 0x10, 0, 0, 0, 3, 0, 0 }, IN(1536),
	  GOOD(16, 3, 1536) },
	{ "READ(16)", { 0x88, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 5, 0, 0 },
	  IN(2560), GOOD(256, 5, 2560) },
	{ "READ(16) at 2^64 - 1",
	  { 0x88, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0, 0, 0, 1, 0, 0 }, IN(512), BAD(TCM_ADDRESS_OUT_OF_RANGE) },
	{ "READ(16) that wraps to 0",
	  { 0x88, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0, 0, 0, 2, 0, 0 }, IN(1024), BAD(TCM_ADDRESS_OUT_OF_RANGE) },
	{ "WRITE(16) that wraps far",
	  { 0x8a, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf8, 0x00,
	    0xff, 0xff, 0xff, 0xff, 0, 0 }, OUT(512),
	  BAD(TCM_ADDRESS_OUT_OF_RANGE) },
	{ "READ(16) of 2^32 - 1",
	  { 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0 },
	  IN(512), BAD(TCM_ADDRESS_OUT_OF_RANGE) },
	{ "RDPROTECT without protection",
	  { 0x28, 0x20, 0, 0, 0, 0, 0, 0, 1, 0 }, IN(512), AT(1, 7) },
	{ "RDPROTECT without protection, before a reserved bit",
	  { 0x28, 0x20, 0, 0, 0, 0, 0x80, 0, 1, 0 }, IN(512), AT(1, 7) },
	{ "WRPROTECT without protection",
	  { 0x2a, 0x80, 0, 0, 0, 0, 0, 0, 1, 0 }, OUT(512), AT(1, 7) },
	{ "group number", { 0x28, 0, 0, 0, 0, 0, 0x1f, 0, 1, 0 }, IN(512),
	  AT(6, 4) },
	{ "NACA", { 0x00, 0, 0, 0, 0, 0x04 }, .dir = DMA_NONE, GOOD(0, 0, 0) },
	{ "what CONTROL has besides NACA", { 0x00, 0, 0, 0, 0, 0x05 },
	  .dir = DMA_NONE, AT(5, 0) },
	{ "unknown operation code", { 0xff }, .dir = DMA_NONE,
	  BAD(TCM_UNSUPPORTED_SCSI_OPCODE) },
	{ "unknown service action", { 0x9e, 0x11 }, IN(32), AT(1, 4) },
	{ "WRITE(10) against its direction",
	  { 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0 }, IN(512), GOOD(0, 1, 0) },
	{ "READ(10) against its direction",
	  { 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0 }, OUT(512), GOOD(0, 1, 0) },
	{ "WRITE SAME(10) against its direction",
	  { 0x41, 0, 0, 0, 0, 0, 0, 0, 9, 0 }, IN(512), AT_BYTE(7) },
	{ "WRITE SAME(10) without data",
	  { 0x41, 0, 0, 0, 0, 0, 0, 0, 9, 0 }, OUT(0), AT_BYTE(7) },
	{ "WRITE(10) that nothing is sent for",
	  { 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0 }, OUT(0), GOOD(0, 1, 0) },
	{ "WRITE(10) with too little",
	  { 0x2a, 0, 0, 0, 0, 0, 0, 0, 2, 0 }, OUT(512), GOOD(0, 2, 512) },
	{ "WRITE(10) with too much",
	  { 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0 }, OUT(10000), GOOD(0, 1, 512) },
	{ "VERIFY(10) without data",
	  { 0x2f, 0, 0, 0, 0, 0, 0, 0, 4, 0 }, OUT(2048), GOOD(0, 4, 0) },
	{ "VERIFY(10) with data",
	  { 0x2f, 2, 0, 0, 0, 0, 0, 0, 4, 0 }, OUT(2048), GOOD(0, 4, 2048) },
	{ "VERIFY(10) with one block",
	  { 0x2f, 6, 0, 0, 0, 0, 0, 0, 4, 0 }, OUT(512), GOOD(0, 4, 512) },
	{ "WRITE SAME(10)", { 0x41, 0, 0, 0, 0, 0, 0, 0, 9, 0 }, OUT(512),
	  GOOD(0, 9, 512) },
	{ "WRITE SAME(10) with ANCHOR alone",
	  { 0x41, 0x10, 0, 0, 0, 0, 0, 0, 9, 0 }, OUT(512), AT(1, 4) },
	{ "WRITE SAME(16) with two blocks",
	  { 0x93, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0 }, OUT(1024),
	  AT_BYTE(10) },
	{ "WRITE SAME(16) with NDOB",
	  { 0x93, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0 }, OUT(0),
	  GOOD(0, 9, 0) },
	{ "WRITE SAME(10) has no NDOB",
	  { 0x41, 1, 0, 0, 0, 0, 0, 0, 9, 0 }, OUT(512), AT(1, 0) },
	{ "COMPARE AND WRITE",
	  { 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 3, 0, 0 }, OUT(3072),
	  GOOD(9, 3, 3072) },
	{ "COMPARE AND WRITE with too little",
	  { 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 3, 0, 0 }, OUT(2048),
	  AT_BYTE(13) },
	{ "COMPARE AND WRITE with too much",
	  { 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0 }, OUT(2048),
	  AT_BYTE(13) },
	{ "COMPARE AND WRITE of 256 blocks",
	  { 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0 }, OUT(131072),
	  AT_BYTE(13) },
	{ "COMPARE AND WRITE of nothing",
	  { 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0 }, OUT(0),
	  GOOD(9, 0, 0) },
	{ "SYNCHRONIZE CACHE(10) of all",
	  { 0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, .dir = DMA_NONE,
	  GOOD(0, 0, 0) },
	{ "SYNCHRONIZE CACHE(10) beyond",
	  { 0x35, 0, 0, 0, 0x08, 0x01, 0, 0, 0, 0 }, .dir = DMA_NONE,
	  BAD(TCM_ADDRESS_OUT_OF_RANGE) },
	{ "INQUIRY", { 0x12, 0, 0, 0x01, 0x00, 0 }, IN(256), GOOD(0, 0, 256) },
	{ "INQUIRY, LUN as in SCSI-2", { 0x12, 0xa0, 0, 0, 96, 0 }, IN(96), GOOD(0, 0, 96) },
	{ "REPORT LUNS with a vast buffer",
	  { 0xa0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0 },
	  IN(0xffffffff), GOOD(0, 0, 262144) },
};

static void cdb_desc(const struct cdb_case *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cdb, cdb_cases, cdb_desc);

static void cdb_vectors(struct kunit *test)
{
	const struct cdb_case *param = test->param_value;
	struct fake *fake = test->priv;
	struct target_cmd *cmd = to_cmd(&fake->se);
	sense_reason_t reason;

	reason = fake_decode(fake, param->cdb, sizeof(param->cdb),
			     param->expected, param->dir);
	KUNIT_ASSERT_EQ(test, (__force u32)reason, (__force u32)param->reason);
	KUNIT_EXPECT_EQ(test, cmd->fault.has_field, param->field != NOWHERE);
	if (param->field != NOWHERE) {
		KUNIT_EXPECT_EQ(test, cmd->fault.field, param->field);
		KUNIT_EXPECT_EQ(test, cmd->fault.has_bit,
				param->bit != NOWHERE);
		if (param->bit != NOWHERE)
			KUNIT_EXPECT_EQ(test, cmd->fault.bit, param->bit);
	}
	if (reason)
		return;
	KUNIT_EXPECT_EQ(test, fake->se.t_task_lba, param->lba);
	KUNIT_EXPECT_EQ(test, cmd->blocks, param->blocks);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, param->length);
}

static void cdb_residuals(struct kunit *test)
{
	static const u8 write[] = { 0x2a, 0, 0, 0, 0, 0, 0, 0, 2, 0 };
	struct fake *fake = test->priv;

	fake_decode(fake, write, sizeof(write), 0, DMA_TO_DEVICE);
	KUNIT_EXPECT_TRUE(test, fake->se.se_cmd_flags & SCF_OVERFLOW_BIT);
	KUNIT_EXPECT_EQ(test, fake->se.residual_count, 1024);
	fake_decode(fake, write, sizeof(write), 10000, DMA_TO_DEVICE);
	KUNIT_EXPECT_TRUE(test, fake->se.se_cmd_flags & SCF_UNDERFLOW_BIT);
	KUNIT_EXPECT_EQ(test, fake->se.residual_count, 10000 - 1024);
}

/* Longer than MAXIMUM TRANSFER LENGTH, on a medium that would have it */
static void cdb_too_long(struct kunit *test)
{
	static const u8 read[] = { 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 0,
				   0, 1, 0, 1, 0, 0 };
	static const u8 fits[] = { 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 0,
				   0, 1, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	fake->dev.nr_blocks = 1 << 20;
	KUNIT_EXPECT_EQ(test, (__force u32)fake_decode(fake, fits, 16, 512, DMA_FROM_DEVICE), 0);
	KUNIT_EXPECT_EQ(test, (__force u32)fake_decode(fake, read, 16, 512, DMA_FROM_DEVICE),
			(__force u32)TCM_INVALID_CDB_FIELD);
	KUNIT_EXPECT_EQ(test, to_cmd(&fake->se)->fault.field, 10);
	/* a fabric that takes less */
	fake->tfo.max_data_sg_nents = 1;
	KUNIT_EXPECT_EQ(test, (__force u32)fake_decode(fake, fits, 16, 512, DMA_FROM_DEVICE),
			(__force u32)TCM_INVALID_CDB_FIELD);
}

/* Eight blocks fill the fabric's page; with protection information seven do. */
static void cdb_too_long_protected(struct kunit *test)
{
	static const u8 eight[] = { 0x28, 0, 0, 0, 0, 0, 0, 0, 8, 0 };
	static const u8 seven[] = { 0x28, 0x20, 0, 0, 0, 0, 0, 0, 7, 0 };
	struct fake *fake = test->priv;

	if (PAGE_SIZE != 8 * FAKE_BLOCK)
		kunit_skip(test, "another page");
	fake->tfo.max_data_sg_nents = 1;
	KUNIT_EXPECT_EQ(test, (__force u32)fake_decode(fake, eight, 10, 4096, DMA_FROM_DEVICE), 0);
	fake->dev.attr.pi_prot_type = 1;
	KUNIT_EXPECT_EQ(test, (__force u32)fake_decode(fake, eight, 10, 4096, DMA_FROM_DEVICE),
			(__force u32)TCM_INVALID_CDB_FIELD);
	KUNIT_EXPECT_EQ(test, (__force u32)fake_decode(fake, seven, 10, 3640, DMA_FROM_DEVICE), 0);
}

static void cdb_flags(struct kunit *test)
{
	static const u8 caw[] = { 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 9,
				  0, 0, 0, 1, 0, 0 };
	static const u8 nothing[] = { 0x2a, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 unmap[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	static const u8 inquiry[] = { 0x12, 0, 0, 0, 96, 0 };
	struct fake *fake = test->priv;
	struct target_cmd *cmd = to_cmd(&fake->se);

	fake_decode(fake, caw, sizeof(caw), 1024, DMA_TO_DEVICE);
	KUNIT_EXPECT_TRUE(test, cmd->flags & TARGET_CMD_EXCLUSIVE);
	KUNIT_EXPECT_TRUE(test, cmd->flags & TARGET_CMD_WRITES);
	fake_decode(fake, nothing, sizeof(nothing), 0, DMA_TO_DEVICE);
	KUNIT_EXPECT_FALSE(test, cmd->flags & TARGET_CMD_WRITES);
	fake_decode(fake, unmap, sizeof(unmap), 24, DMA_TO_DEVICE);
	KUNIT_EXPECT_TRUE(test, cmd->flags & TARGET_CMD_WRITES);
	fake_decode(fake, inquiry, sizeof(inquiry), 96, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, fake->se.sam_task_attr, TCM_HEAD_TAG);
	KUNIT_EXPECT_FALSE(test, fake->se.se_cmd_flags & SCF_SCSI_DATA_CDB);
}

/* A LUN without a logical unit answers three commands. */
static void cdb_no_unit(struct kunit *test)
{
	static const u8 works[] = { 0x03, 0x12, 0xa0 };
	struct fake *fake = test->priv;
	unsigned int op;

	for (op = 0; op < 256; op++) {
		u8 cdb[16] = { op };
		struct target_cmd *cmd = fake_cmd(fake, cdb, 16, 0, DMA_NONE);
		sense_reason_t reason;

		cmd->link = NULL;
		cmd->itl = NULL;
		reason = target_cdb_decode(cmd);
		KUNIT_EXPECT_EQ_MSG(test, (__force u32)reason,
				    memchr(works, op, sizeof(works)) ? 0 :
				    (__force u32)TCM_NON_EXISTENT_LUN,
				    "%02x", op);
	}
}

static struct kunit_case cdb_kunit_cases[] = {
	KUNIT_CASE_PARAM(cdb_vectors, cdb_gen_params),
	KUNIT_CASE(cdb_residuals),
	KUNIT_CASE(cdb_too_long),
	KUNIT_CASE(cdb_too_long_protected),
	KUNIT_CASE(cdb_flags),
	KUNIT_CASE(cdb_no_unit),
	{}
};

static struct kunit_suite cdb_suite = {
	.name = "target_cdb",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = cdb_kunit_cases,
};

kunit_test_suite(cdb_suite);

