// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of information units, as bytes.
 */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>
#include <target/target_core_base.h>

#include "../fcp.h"

/* LUN 5, READ(10) of 0x1000 bytes */
static void put_cmnd(u8 iu[FCP_CMND_LEN])
{
	memset(iu, 0, FCP_CMND_LEN);
	iu[1] = 5;
	iu[11] = FCP_CFL_RDDATA;
	iu[12] = READ_10;
	put_unaligned_be32(0x1000, iu + 28);
}

static void fcp_plain(struct kunit *test)
{
	struct tcm_fc_cmnd cmnd;
	u8 iu[FCP_CMND_LEN];

	put_cmnd(iu);
	KUNIT_ASSERT_TRUE(test, tcm_fc_fcp_parse_cmnd(iu, sizeof(iu), &cmnd));
	KUNIT_EXPECT_EQ(test, cmnd.lun, 5);
	KUNIT_EXPECT_EQ(test, cmnd.dir, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, cmnd.data_length, 0x1000);
	KUNIT_EXPECT_EQ(test, cmnd.task_attr, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, cmnd.priority, 0);
	KUNIT_EXPECT_EQ(test, cmnd.cdb_len, 16);
	KUNIT_EXPECT_EQ(test, cmnd.cdb[0], READ_10);
	KUNIT_EXPECT_FALSE(test, cmnd.bidi);
	iu[11] = FCP_CFL_WRDATA;
	KUNIT_ASSERT_TRUE(test, tcm_fc_fcp_parse_cmnd(iu, sizeof(iu), &cmnd));
	KUNIT_EXPECT_EQ(test, cmnd.dir, DMA_TO_DEVICE);
}

static const struct attr_case {
	u8	byte;
	int	attr;
	u8	priority;
} attrs[] = {
	{ 0x00, TCM_SIMPLE_TAG, 0 },	{ 0x01, TCM_HEAD_TAG, 0 },
	{ 0x02, TCM_ORDERED_TAG, 0 },	{ 0x04, TCM_ACA_TAG, 0 },
	{ 0x03, TCM_ORDERED_TAG, 0 },	{ 0x07, TCM_ORDERED_TAG, 0 },
	{ 0x78, TCM_SIMPLE_TAG, 15 },	{ 0x0a, TCM_ORDERED_TAG, 1 },
	{ 0x80, TCM_SIMPLE_TAG, 0 },
};

static void fcp_attributes(struct kunit *test)
{
	struct tcm_fc_cmnd cmnd;
	u8 iu[FCP_CMND_LEN];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attrs); i++) {
		put_cmnd(iu);
		iu[9] = attrs[i].byte;
		KUNIT_ASSERT_TRUE(test, tcm_fc_fcp_parse_cmnd(iu, sizeof(iu),
							      &cmnd));
		KUNIT_EXPECT_EQ(test, cmnd.task_attr, attrs[i].attr);
		KUNIT_EXPECT_EQ(test, cmnd.priority, attrs[i].priority);
	}
}

static void fcp_too_short(struct kunit *test)
{
	struct tcm_fc_cmnd cmnd;
	u8 iu[FCP_CMND_LEN];
	size_t len;

	put_cmnd(iu);
	for (len = 0; len < sizeof(iu); len++)
		KUNIT_EXPECT_FALSE(test,
				   tcm_fc_fcp_parse_cmnd(iu, len, &cmnd));
}

/* A 32-byte CDB, and both directions */
static void fcp_long(struct kunit *test)
{
	u8 iu[52] = { [9] = 0, [11] = 4 << 2 | FCP_CFL_RDDATA | FCP_CFL_WRDATA };
	struct tcm_fc_cmnd cmnd;

	iu[12] = VARIABLE_LENGTH_CMD;
	iu[12 + 7] = 24;
	iu[12 + 31] = 0xaa;
	put_unaligned_be32(512, iu + 44);
	put_unaligned_be32(1024, iu + 48);
	KUNIT_ASSERT_TRUE(test, tcm_fc_fcp_parse_cmnd(iu, sizeof(iu), &cmnd));
	KUNIT_EXPECT_EQ(test, cmnd.cdb_len, 32);
	KUNIT_EXPECT_EQ(test, cmnd.cdb[31], 0xaa);
	KUNIT_EXPECT_TRUE(test, cmnd.bidi);
	KUNIT_EXPECT_EQ(test, cmnd.dir, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, cmnd.data_length, 512);
	KUNIT_EXPECT_EQ(test, cmnd.read_length, 1024);
	/* the second length is missing */
	KUNIT_EXPECT_FALSE(test, tcm_fc_fcp_parse_cmnd(iu, 48, &cmnd));
	/* the CDB says that it is longer */
	iu[12 + 7] = 28;
	KUNIT_EXPECT_FALSE(test,
			   tcm_fc_fcp_parse_cmnd(iu, sizeof(iu), &cmnd));
}

static void fcp_length_without_direction(struct kunit *test)
{
	struct tcm_fc_cmnd cmnd;
	u8 iu[FCP_CMND_LEN];

	put_cmnd(iu);
	iu[11] = 0;
	KUNIT_EXPECT_FALSE(test,
			   tcm_fc_fcp_parse_cmnd(iu, sizeof(iu), &cmnd));
	put_unaligned_be32(0, iu + 28);
	KUNIT_EXPECT_TRUE(test, tcm_fc_fcp_parse_cmnd(iu, sizeof(iu), &cmnd));
	KUNIT_EXPECT_EQ(test, cmnd.dir, DMA_NONE);
}

static void fcp_task_management(struct kunit *test)
{
	struct tcm_fc_cmnd cmnd;
	u8 iu[FCP_CMND_LEN];

	put_cmnd(iu);
	iu[10] = FCP_TMF_LUN_RESET;
	KUNIT_ASSERT_TRUE(test, tcm_fc_fcp_parse_cmnd(iu, sizeof(iu), &cmnd));
	KUNIT_EXPECT_EQ(test, cmnd.tm_flags, FCP_TMF_LUN_RESET);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf(0x10), TMR_LUN_RESET);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf(0x02), TMR_ABORT_TASK_SET);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf(0x04), TMR_CLEAR_TASK_SET);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf(0x08), TMR_QUERY_TASK_SET);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf(0x01), TMR_QUERY_ASYNC_EVENT);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf(0x20), TMR_TARGET_WARM_RESET);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf(0x40), TMR_CLEAR_ACA);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf(0x12), TMR_UNKNOWN);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf(0x80), TMR_UNKNOWN);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf_code(TMR_FUNCTION_COMPLETE), 0);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf_code(TMR_FUNCTION_SUCCEEDED), 8);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf_code(TMR_LUN_DOES_NOT_EXIST), 9);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf_code(TMR_FUNCTION_REJECTED), 4);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf_code(TMR_FUNCTION_FAILED), 5);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_tmf_code(0x77), 5);
}

static void fcp_response(struct kunit *test)
{
	static const u8 sense[18] = { 0x70, 0, 0x05 };
	struct tcm_fc_rsp rsp = {};
	u8 iu[TCM_FC_RSP_MAX];

	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_build_rsp(iu, &rsp), 24);
	KUNIT_EXPECT_TRUE(test, !memchr_inv(iu, 0, 24));

	rsp = (struct tcm_fc_rsp) {
		.status = SAM_STAT_CHECK_CONDITION, .under = 0x200,
		.sense = sense, .sense_len = sizeof(sense), .confirm = true,
	};
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_build_rsp(iu, &rsp), 24 + 18);
	KUNIT_EXPECT_EQ(test, iu[10], 0x10 | 0x08 | 0x02);
	KUNIT_EXPECT_EQ(test, iu[11], SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(iu + 12), 0x200);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(iu + 16), 18);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(iu + 20), 0);
	KUNIT_EXPECT_MEMEQ(test, iu + 24, sense, sizeof(sense));

	rsp = (struct tcm_fc_rsp) { .over = 1 };
	tcm_fc_fcp_build_rsp(iu, &rsp);
	KUNIT_EXPECT_EQ(test, iu[10], 0x04);
}

static void fcp_response_info(struct kunit *test)
{
	struct tcm_fc_rsp rsp = { .has_code = true, .code = 9 };
	u8 iu[TCM_FC_RSP_MAX];

	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_build_rsp(iu, &rsp), 32);
	KUNIT_EXPECT_EQ(test, iu[10], 0x01);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(iu + 20), 8);
	KUNIT_EXPECT_EQ(test, iu[27], 9);
}

static void fcp_response_bidi(struct kunit *test)
{
	struct tcm_fc_rsp rsp = { .bidi = true, .read_under = 4096 };
	u8 iu[TCM_FC_RSP_MAX];

	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_build_rsp(iu, &rsp), 28);
	KUNIT_EXPECT_EQ(test, iu[10], 0xc0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(iu + 24), 4096);
}

/* The longest response fits, whatever sense data a device may send */
static void fcp_response_longest(struct kunit *test)
{
	u8 *sense = kunit_kzalloc(test, 1024, GFP_KERNEL);
	u8 *iu = kunit_kzalloc(test, TCM_FC_RSP_MAX, GFP_KERNEL);
	struct tcm_fc_rsp rsp = {
		.has_code = true, .bidi = true, .sense = sense,
		.sense_len = 1024,
	};

	KUNIT_ASSERT_NOT_NULL(test, sense);
	KUNIT_ASSERT_NOT_NULL(test, iu);
	KUNIT_EXPECT_EQ(test, tcm_fc_fcp_build_rsp(iu, &rsp), TCM_FC_RSP_MAX);
}

/* Any bytes: what is accepted lies within what came */
static void fcp_random(struct kunit *test)
{
	struct rnd_state rnd;
	struct tcm_fc_cmnd cmnd;
	unsigned int i;

	prandom_seed_state(&rnd, 20260101);
	for (i = 0; i < 20000; i++) {
		u32 len = prandom_u32_state(&rnd) % 300;
		u8 *iu = kmalloc(max(len, 1U), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, iu);
		prandom_bytes_state(&rnd, iu, len);
		if (len > 10 && i % 4)
			iu[10] = 0;
		if (tcm_fc_fcp_parse_cmnd(iu, len, &cmnd) && !cmnd.tm_flags) {
			KUNIT_EXPECT_LE(test, 12 + cmnd.cdb_len + 4, len);
			KUNIT_EXPECT_LE(test, scsi_command_size(cmnd.cdb),
					cmnd.cdb_len);
		}
		kfree(iu);
	}
}

static struct kunit_case fcp_cases[] = {
	KUNIT_CASE(fcp_plain),
	KUNIT_CASE(fcp_attributes),
	KUNIT_CASE(fcp_too_short),
	KUNIT_CASE(fcp_long),
	KUNIT_CASE(fcp_length_without_direction),
	KUNIT_CASE(fcp_task_management),
	KUNIT_CASE(fcp_response),
	KUNIT_CASE(fcp_response_info),
	KUNIT_CASE(fcp_response_bidi),
	KUNIT_CASE(fcp_response_longest),
	KUNIT_CASE(fcp_random),
	{}
};

static struct kunit_suite fcp_suite = {
	.name = "tcm_fc_fcp",
	.test_cases = fcp_cases,
};

kunit_test_suite(fcp_suite);
