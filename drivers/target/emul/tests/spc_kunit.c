// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of commands that only talk: REQUEST SENSE, REPORT LUNS, READ
 * CAPACITY, START STOP UNIT, REPORT SUPPORTED ....
 */
#include <linux/unaligned.h>
#include <scsi/scsi_common.h>
#include "../../core/itl.h"
#include "../emul.h"
#include "../opindex.h"
#include "../ua.h"
#include "fake.h"

static void spc_request_sense_formats(struct kunit *test)
{
	static const u8 fixed[] = { 0x03, 0, 0, 0, 252, 0 };
	static const u8 descriptor[] = { 0x03, 1, 0, 0, 252, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, fixed, 252), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 18);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0x70);
	KUNIT_EXPECT_EQ(test, fake->data[7], 10);
	KUNIT_ASSERT_EQ(test, fake_in(fake, descriptor, 252), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 8);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0x72);
}

static void spc_request_sense_no_unit(struct kunit *test)
{
	static const u8 cdb[] = { 0x03, 0, 0, 0, 18, 0 };
	struct fake *fake = test->priv;
	struct target_cmd *cmd = fake_cmd(fake, cdb, sizeof(cdb), 18,
					  DMA_FROM_DEVICE);

	cmd->link = NULL;
	cmd->itl = NULL;
	KUNIT_ASSERT_EQ(test, (__force u32)target_cdb_decode(cmd), 0);
	KUNIT_ASSERT_EQ(test, (__force u32)target_opdef_run(cmd), 0);
	KUNIT_EXPECT_EQ(test, fake->data[2], 5);
	KUNIT_EXPECT_EQ(test, fake->data[12], 0x25);
}

static void spc_report_luns(struct kunit *test)
{
	static const u8 cdb[] = { 0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0 };
	static const u8 known[] = { 0xa0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0 };
	static const u8 all[] = { 0xa0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0 };
	static const u8 odd[] = { 0xa0, 0, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0 };
	static const u8 luns[] = { 0, 0, 0, 16, 0, 0, 0, 0,
				   0, 0, 0, 0, 0, 0, 0, 0,
				   0, 200, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	fake->other.lun = 200;
	xa_store(&fake->sess.itls, 200, &fake->other, GFP_KERNEL);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 256), 0);
	KUNIT_ASSERT_EQ(test, fake->se.data_length, sizeof(luns));
	KUNIT_EXPECT_MEMEQ(test, fake->data, luns, sizeof(luns));
	KUNIT_ASSERT_EQ(test, fake_in(fake, known, 256), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 16);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8),
			0xc101000000000000ULL);
	KUNIT_ASSERT_EQ(test, fake_in(fake, all, 256), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 8 + 3 * 8);
	KUNIT_EXPECT_EQ(test, fake_in(fake, odd, 256), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
	/* a session that sees nothing has LUN 0; none has a longer number */
	xa_erase(&fake->sess.itls, 0);
	xa_erase(&fake->sess.itls, 200);
	fake->other.lun = TARGET_ITL_LAST + 1;
	xa_store(&fake->sess.itls, fake->other.lun, &fake->other, GFP_KERNEL);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 256), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 16);
}

/* What a LUN may look like (SAM-5 4.7), and its number */
static void spc_lun_forms(struct kunit *test)
{
	static const struct {
		u64	wire;
		u64	number;
		bool	ours;
	} forms[] = {
		{ 0x0000000000000000ULL, 0, true },
		{ 0x00ff000000000000ULL, 255, true },
		{ 0x0100000000000000ULL, 256, false },
		{ 0x4100000000000000ULL, 256, true },
		{ 0x4005000000000000ULL, 5, false },
		{ 0x7fff000000000000ULL, 16383, true },
		{ 0xd200400000000000ULL, 16384, true },
		{ 0xd2ffffff00000000ULL, 0xffffff, true },
		{ 0xd200400000000001ULL, TARGET_ITL_NO_NUMBER, false },
		{ 0x0000000100000000ULL, TARGET_ITL_NO_NUMBER, false },
		{ 0x8001000000000000ULL, TARGET_ITL_NO_NUMBER, false },
		{ 0xc101000000000000ULL, TARGET_ITL_NO_NUMBER, false },
		{ 0xc102000000000000ULL, TARGET_ITL_NO_NUMBER, false },
	};
	struct scsi_lun lun;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		put_unaligned_be64(forms[i].wire, lun.scsi_lun);
		KUNIT_EXPECT_EQ_MSG(test, forms[i].number,
				    target_itl_number(scsilun_to_int(&lun)),
				    "%016llx", forms[i].wire);
		if (!forms[i].ours)
			continue;
		target_itl_put_lun(forms[i].number, lun.scsi_lun);
		KUNIT_EXPECT_EQ(test, get_unaligned_be64(lun.scsi_lun),
				forms[i].wire);
	}
}

static void spc_well_known(struct kunit *test)
{
	static const u8 ready[] = { 0, 0, 0, 0, 0, 0 };
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0 };
	static const u8 inquiry[] = { 0x12, 0, 0, 0, 96, 0 };
	struct fake *fake = test->priv;
	struct target_cmd *cmd;

	cmd = fake_cmd(fake, ready, 6, 0, DMA_NONE);
	cmd->link = NULL;
	KUNIT_EXPECT_EQ(test, (__force u32)target_cdb_decode(cmd),
			(__force u32)TCM_NON_EXISTENT_LUN);
	cmd->flags |= TARGET_CMD_WELL_KNOWN;
	KUNIT_EXPECT_EQ(test, (__force u32)target_cdb_decode(cmd), 0);
	KUNIT_EXPECT_EQ(test, (__force u32)target_opdef_run(cmd), 0);
	cmd = fake_cmd(fake, read, 10, 512, DMA_FROM_DEVICE);
	cmd->link = NULL;
	cmd->flags |= TARGET_CMD_WELL_KNOWN;
	KUNIT_EXPECT_EQ(test, (__force u32)target_cdb_decode(cmd),
			(__force u32)TCM_UNSUPPORTED_SCSI_OPCODE);
	cmd = fake_cmd(fake, inquiry, 6, 96, DMA_FROM_DEVICE);
	cmd->link = NULL;
	cmd->flags |= TARGET_CMD_WELL_KNOWN;
	KUNIT_EXPECT_EQ(test, (__force u32)target_cdb_decode(cmd), 0);
	KUNIT_EXPECT_EQ(test, (__force u32)target_opdef_run(cmd), 0);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0x1e);
}

static void spc_capacity(struct kunit *test)
{
	static const u8 ten[] = { 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 sixteen[] = { 0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0,
				      0, 0, 0, 32, 0, 0 };
	static const u8 fifteen[] = { 0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0,
				      0, 0, 0, 15, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, ten, 8), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 2047);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 4), 512);
	fake->dev.nr_blocks = 1ULL << 40;
	fake->dev.limits.physical_block_size = 4096;
	fake->dev.limits.alignment_offset = 3584;
	fake->dev.attr.unmap_zeroes_data = true;
	KUNIT_ASSERT_EQ(test, fake_in(fake, ten, 8), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), U32_MAX);
	KUNIT_ASSERT_EQ(test, fake_in(fake, sixteen, 32), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data), (1ULL << 40) - 1);
	KUNIT_EXPECT_EQ(test, fake->data[13], 3);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 14), 0xc007);
	KUNIT_ASSERT_EQ(test, fake_in(fake, fifteen, 15), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 15);
}

/* Who asks finds out that the medium has grown, and the others are told. */
static void spc_capacity_grows(struct kunit *test)
{
	static const u8 ten[] = { 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;
	u16 code = 0;

	KUNIT_ASSERT_EQ(test, fake_in(fake, ten, 8), 0);
	KUNIT_EXPECT_FALSE(test, target_ua_take(&fake->other, &code));
	fake->grown = 2 * FAKE_BLOCKS * FAKE_BLOCK;
	KUNIT_ASSERT_EQ(test, fake_in(fake, ten, 8), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data),
			2 * FAKE_BLOCKS - 1);
	KUNIT_EXPECT_TRUE(test, target_ua_take(&fake->other, &code));
	KUNIT_EXPECT_EQ(test, code, TARGET_UA_CAPACITY_CHANGED);
}

static void spc_start_stop(struct kunit *test)
{
	static const u8 ready[6];
	static const u8 stop[] = { 0x1b, 0, 0, 0, 0, 0 };
	static const u8 start[] = { 0x1b, 1, 0, 0, 1, 0 };
	static const u8 eject[] = { 0x1b, 0, 0, 0, 2, 0 };
	static const u8 standby[] = { 0x1b, 0, 0, 0, 0x30, 0 };
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0 };
	static const u8 sense[] = { 0x03, 0, 0, 0, 18, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_none(fake, stop), 0);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_FLUSH], 1);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_STOPPED);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 2);
	KUNIT_ASSERT_EQ(test, fake_in(fake, sense, 18), 0);
	KUNIT_EXPECT_EQ(test, fake->data[12], 0x04);
	KUNIT_ASSERT_EQ(test, fake_none(fake, start), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, eject), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 4);
	KUNIT_EXPECT_EQ(test, fake_none(fake, standby), 2);
	/* one that is dead cannot be started */
	fake->dev.dead = true;
	set_bit(TARGET_SLOW_STOPPED, &fake->dev.slow);
	KUNIT_ASSERT_EQ(test, fake_none(fake, start), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, ready), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), 0x020400);
}

static void spc_all_codes(struct kunit *test)
{
	static const u8 cdb[] = { 0xa3, 0x0c, 0x00, 0, 0, 0, 0, 0, 0xff, 0xff,
				  0, 0 };
	static const u8 timed[] = { 0xa3, 0x0c, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff,
				    0, 0 };
	static const u8 first[] = { 0x00, 0, 0, 0, 0, 0, 0, 6 };
	struct fake *fake = test->priv;
	size_t rows = target_opindex_count();

	fake_add_map(test, fake);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 0xffff), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), rows * 8);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, rows * 8 + 4);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, first, sizeof(first));
	KUNIT_ASSERT_EQ(test, fake_in(fake, timed, 0xffff), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), rows * 20);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 5], 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 12), 10);
	fake->dev.attr.emulate_caw = false;
	fake->dev.attr.emulate_tpu = false;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 0xffff), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), (rows - 2) * 8);
	fake->dev.attr.emulate_rsoc = false;
	KUNIT_EXPECT_EQ(test, fake_in(fake, cdb, 0xffff), 2);
}

/**
 * struct rsoc_case - a question about one command
 * @options: REPORTING OPTIONS and RCTD
 * @op: REQUESTED OPERATION CODE
 * @sa: REQUESTED SERVICE ACTION
 * @answer: SUPPORT and CTDP, or 0 if the question is refused
 * @len: bytes of the answer
 */
struct rsoc_case {
	u8 options;
	u8 op;
	u8 sa;
	u8 answer;
	u8 len;
};

static const struct rsoc_case questions[] = {
	{ 0x01, 0x28, 0, 0x03, 4 + 10 },
	{ 0x81, 0x28, 0, 0x83, 4 + 10 + 12 },
	{ 0x01, 0xa3, 0x0c, 0, 0 },
	{ 0x01, 0x9e, 0x10, 0, 0 },
	{ 0x02, 0x9e, 0x10, 0x03, 4 + 16 },
	{ 0x02, 0x9e, 0x11, 0x01, 4 },
	{ 0x02, 0x28, 0, 0, 0 },
	{ 0x03, 0x28, 0, 0x03, 4 + 10 },
	{ 0x03, 0x28, 1, 0x01, 4 },
	{ 0x03, 0xa3, 0x0d, 0x03, 4 + 12 },
	/* MODE of READ BUFFER and WRITE BUFFER is a service action */
	{ 0x01, 0x3b, 0, 0, 0 },
	{ 0x02, 0x3b, 0x02, 0x03, 4 + 10 },
	{ 0x02, 0x3b, 0x05, 0x01, 4 },
	{ 0x02, 0x3c, 0x0b, 0x03, 4 + 10 },
	{ 0x82, 0x9b, 0x0a, 0x83, 4 + 16 + 12 },
	{ 0x01, 0xff, 0, 0x01, 4 },
	{ 0x83, 0xff, 0, 0x01, 4 },
	{ 0x04, 0x28, 0, 0, 0 },
};

static void spc_one_code(struct kunit *test)
{
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(questions); i++) {
		const struct rsoc_case *q = &questions[i];
		const u8 cdb[] = { 0xa3, 0x0c, q->options, q->op, 0, q->sa,
				   0, 0, 1, 0, 0, 0 };
		u8 status = fake_in(fake, cdb, 256);

		KUNIT_ASSERT_EQ_MSG(test, status, q->answer ? 0 : 2,
				    "question %u", i);
		if (status)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, fake->data[1], q->answer,
				    "question %u", i);
		KUNIT_EXPECT_EQ_MSG(test, fake->se.data_length, q->len,
				    "question %u", i);
	}
}

static void spc_usage_data(struct kunit *test)
{
	static const u8 read[] = { 0xa3, 0x0c, 1, 0x28, 0, 0, 0, 0, 1, 0, 0, 0 };
	static const u8 sai[] = { 0xa3, 0x0c, 2, 0x9e, 0, 0x10, 0, 0, 1, 0, 0, 0 };
	static const u8 read_usage[] = { 0x28, 0x18, 0xff, 0xff, 0xff, 0xff, 0,
					 0xff, 0xff, 0x04 /* NACA */ };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 256), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 10);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 4, read_usage,
			   sizeof(read_usage));
	KUNIT_ASSERT_EQ(test, fake_in(fake, sai, 256), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4], 0x9e);
	KUNIT_EXPECT_EQ(test, fake->data[5], 0x10);
}

static void spc_tmfs(struct kunit *test)
{
	static const u8 cdb[] = { 0xa3, 0x0d, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0 };
	static const u8 extended[] = { 0xa3, 0x0d, 0x80, 0, 0, 0, 0, 0, 0, 16,
				       0, 0 };
	static const u8 less[] = { 0xa3, 0x0d, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_in(fake, less, 3), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 6);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 16), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 4);
	KUNIT_EXPECT_EQ(test, fake->data[3], 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, extended, 16), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 16);
	KUNIT_EXPECT_EQ(test, fake->data[3], 12);
}

static struct kunit_case spc_cases[] = {
	KUNIT_CASE(spc_request_sense_formats),
	KUNIT_CASE(spc_request_sense_no_unit),
	KUNIT_CASE(spc_report_luns),
	KUNIT_CASE(spc_lun_forms),
	KUNIT_CASE(spc_well_known),
	KUNIT_CASE(spc_capacity),
	KUNIT_CASE(spc_capacity_grows),
	KUNIT_CASE(spc_start_stop),
	KUNIT_CASE(spc_all_codes),
	KUNIT_CASE(spc_one_code),
	KUNIT_CASE(spc_usage_data),
	KUNIT_CASE(spc_tmfs),
	{}
};

static struct kunit_suite spc_suite = {
	.name = "target_spc",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = spc_cases,
};

kunit_test_suite(spc_suite);

