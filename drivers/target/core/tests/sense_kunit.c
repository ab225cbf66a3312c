// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of status and sense data, against SPC-5 and SAM-5.
 */
#include <kunit/test.h>
#include <linux/unaligned.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "../sense.h"

#define BUF	TRANSPORT_SENSE_BUFFER

/**
 * struct row - what a reason is on the wire
 * @reason: reason
 * @status: SAM status
 * @key: sense key
 * @asc: ASC << 8 | ASCQ
 */
struct row {
	sense_reason_t	reason;
	u8		status;
	u8		key;
	u16		asc;
};

#define CHECK(_reason, _key, _asc)					\
	{ TCM_##_reason, SAM_STAT_CHECK_CONDITION, _key, _asc }
#define STATUS(_reason, _status)					\
	{ TCM_##_reason, SAM_STAT_##_status, 0, 0 }

/* Written down from the standards, not from the table under test */
static const struct row rows[] = {
	STATUS(NO_SENSE, GOOD),
	STATUS(RESERVATION_CONFLICT, RESERVATION_CONFLICT),
	STATUS(LUN_BUSY, BUSY),
	STATUS(BUSY, BUSY),
	STATUS(TASK_SET_FULL, TASK_SET_FULL),
	STATUS(TASK_ABORTED, TASK_ABORTED),
	CHECK(NON_EXISTENT_LUN, ILLEGAL_REQUEST, 0x2500),
	CHECK(UNSUPPORTED_SCSI_OPCODE, ILLEGAL_REQUEST, 0x2000),
	CHECK(INCORRECT_AMOUNT_OF_DATA, ABORTED_COMMAND, 0x0c0d),
	CHECK(UNEXPECTED_UNSOLICITED_DATA, ABORTED_COMMAND, 0x0c0c),
	CHECK(SERVICE_CRC_ERROR, ABORTED_COMMAND, 0x4705),
	CHECK(SECTOR_COUNT_TOO_MANY, ILLEGAL_REQUEST, 0x2400),
	CHECK(INVALID_CDB_FIELD, ILLEGAL_REQUEST, 0x2400),
	CHECK(INVALID_PARAMETER_LIST, ILLEGAL_REQUEST, 0x2600),
	CHECK(LOGICAL_UNIT_COMMUNICATION_FAILURE, ABORTED_COMMAND, 0x0800),
	CHECK(UNKNOWN_MODE_PAGE, ILLEGAL_REQUEST, 0x2400),
	CHECK(WRITE_PROTECTED, DATA_PROTECT, 0x2700),
	CHECK(CHECK_CONDITION_ABORT_CMD, ABORTED_COMMAND, 0x0000),
	CHECK(CHECK_CONDITION_UNIT_ATTENTION, UNIT_ATTENTION, 0x2900),
	CHECK(ADDRESS_OUT_OF_RANGE, ILLEGAL_REQUEST, 0x2100),
	CHECK(OUT_OF_RESOURCES, ABORTED_COMMAND, 0x5503),
	CHECK(PARAMETER_LIST_LENGTH_ERROR, ILLEGAL_REQUEST, 0x1a00),
	CHECK(MISCOMPARE_VERIFY, MISCOMPARE, 0x1d00),
	CHECK(MISCOMPARE_GUARD, MISCOMPARE, 0x1001),
	CHECK(MISCOMPARE_APP_TAG, MISCOMPARE, 0x1002),
	CHECK(MISCOMPARE_REF_TAG, MISCOMPARE, 0x1003),
	CHECK(LOGICAL_BLOCK_GUARD_CHECK_FAILED, ABORTED_COMMAND, 0x1001),
	CHECK(LOGICAL_BLOCK_APP_TAG_CHECK_FAILED, ABORTED_COMMAND, 0x1002),
	CHECK(LOGICAL_BLOCK_REF_TAG_CHECK_FAILED, ABORTED_COMMAND, 0x1003),
	CHECK(COPY_TARGET_DEVICE_NOT_REACHABLE, COPY_ABORTED, 0x0d02),
	CHECK(TOO_MANY_TARGET_DESCS, ILLEGAL_REQUEST, 0x2606),
	CHECK(UNSUPPORTED_TARGET_DESC_TYPE_CODE, ILLEGAL_REQUEST, 0x2607),
	CHECK(TOO_MANY_SEGMENT_DESCS, ILLEGAL_REQUEST, 0x2608),
	CHECK(UNSUPPORTED_SEGMENT_DESC_TYPE_CODE, ILLEGAL_REQUEST, 0x2609),
	CHECK(INSUFFICIENT_REGISTRATION_RESOURCES, ILLEGAL_REQUEST, 0x5504),
	CHECK(INVALID_FIELD_IN_COMMAND_IU, ILLEGAL_REQUEST, 0x0e03),
	CHECK(ALUA_STATE_TRANSITION, NOT_READY, 0x040a),
	CHECK(ALUA_TG_PT_STANDBY, NOT_READY, 0x040b),
	CHECK(ALUA_TG_PT_UNAVAILABLE, NOT_READY, 0x040c),
	CHECK(ALUA_OFFLINE, NOT_READY, 0x0412),
	CHECK(MEDIUM_READ_ERROR, MEDIUM_ERROR, 0x1100),
	CHECK(MEDIUM_WRITE_ERROR, MEDIUM_ERROR, 0x0c00),
	CHECK(SPACE_ALLOCATION_FAILED, DATA_PROTECT, 0x2707),
	CHECK(TRANSPORT_PROBLEM, ABORTED_COMMAND, 0x0801),
	CHECK(TARGET_FAILURE, HARDWARE_ERROR, 0x4400),
	CHECK(NOT_READY_CAUSE_NOT_REPORTABLE, NOT_READY, 0x0400),
	CHECK(NOT_READY_BECOMING_READY, NOT_READY, 0x0401),
	CHECK(NOT_READY_STOPPED, NOT_READY, 0x0402),
	CHECK(NOT_READY_FORMATTING, NOT_READY, 0x0404),
	CHECK(SAVING_PARAMETERS_NOT_SUPPORTED, ILLEGAL_REQUEST, 0x3900),
	CHECK(RESERVATIONS_LOST, DATA_PROTECT, 0x4401),
	CHECK(INVALID_RELEASE_OF_RESERVATION, ILLEGAL_REQUEST, 0x2604),
	CHECK(COMMAND_SEQUENCE_ERROR, ILLEGAL_REQUEST, 0x2c00),
	CHECK(DATA_PHASE_ERROR, ABORTED_COMMAND, 0x4b00),
	CHECK(ABORTED_BY_ANOTHER, UNIT_ATTENTION, 0x2f00),
};

static void row_desc(const struct row *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "reason %02x",
		 (__force unsigned int)row->reason);
}

KUNIT_ARRAY_PARAM(row, rows, row_desc);

static void expect_sense(struct kunit *test, const u8 *buf, size_t len,
			 const struct row *row)
{
	struct scsi_sense_hdr hdr;

	KUNIT_ASSERT_TRUE(test, scsi_normalize_sense(buf, len, &hdr));
	KUNIT_EXPECT_EQ(test, hdr.sense_key, row->key);
	KUNIT_EXPECT_EQ(test, hdr.asc << 8 | hdr.ascq, row->asc);
}

static void sense_row(struct kunit *test)
{
	const struct row *row = test->param_value;
	struct target_fault fault = {};
	u8 buf[BUF];
	size_t len;
	int d;

	KUNIT_EXPECT_EQ(test, target_sense_status(row->reason), row->status);
	for (d = 0; d <= 1; d++) {
		memset(buf, 0xff, sizeof(buf));
		len = target_sense_format(buf, sizeof(buf), row->reason, &fault,
					  d);
		if (row->status != SAM_STAT_CHECK_CONDITION) {
			KUNIT_EXPECT_EQ(test, len, 0);
			continue;
		}
		KUNIT_EXPECT_EQ(test, len, d ? 8 : 18);
		KUNIT_EXPECT_EQ(test, buf[0], d ? 0x72 : 0x70);
		KUNIT_EXPECT_EQ(test, buf[7], len - 8);
		expect_sense(test, buf, len, row);
	}
}

/* No reason is without a row: GOOD is for one of them only. */
static void sense_all(struct kunit *test)
{
	unsigned int i;

	for (i = 1; i < TCM_SENSE_REASON_COUNT; i++)
		KUNIT_EXPECT_NE_MSG(test, target_sense_status(TCM_REASON(i)),
				    SAM_STAT_GOOD, "reason %02x", i);
}

static struct target_cmd *new_cmd(struct kunit *test)
{
	struct se_cmd *se = kunit_kzalloc(test, sizeof(*se), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, se);
	se->sense_buffer = kunit_kzalloc(test, BUF, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, se->sense_buffer);
	return to_cmd(se);
}

/**
 * struct field - a field pointer
 * @byte: first byte
 * @bit: its bit, or -1
 * @in_cdb: where
 * @sks: sense key specific bytes (SPC-5 table 53)
 */
struct field {
	u16	byte;
	int	bit;
	bool	in_cdb;
	u8	sks[3];
};

static const struct field fields[] = {
	{ 2, 7, true,	{ 0xcf, 0x00, 0x02 } },
	{ 1, 0, true,	{ 0xc8, 0x00, 0x01 } },
	{ 14, -1, true,	{ 0xc0, 0x00, 0x0e } },
	{ 4, 3, false,	{ 0x8b, 0x00, 0x04 } },
	{ 0x1234, -1, false, { 0x80, 0x12, 0x34 } },
};

static void field_desc(const struct field *field, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "byte %u bit %d of the %s",
		 field->byte, field->bit, field->in_cdb ? "CDB" : "parameters");
}

KUNIT_ARRAY_PARAM(field, fields, field_desc);

static void sense_field(struct kunit *test)
{
	const struct field *field = test->param_value;
	struct target_cmd *cmd = new_cmd(test);
	sense_reason_t reason;
	u8 buf[BUF];
	size_t len;

	reason = field->in_cdb ?
		target_sense_cdb(cmd, field->byte, field->bit) :
		target_sense_param(cmd, field->byte, field->bit);
	KUNIT_EXPECT_TRUE(test, reason == (field->in_cdb ?
					   TCM_INVALID_CDB_FIELD :
					   TCM_INVALID_PARAMETER_LIST));

	len = target_sense_format(buf, sizeof(buf), reason, &cmd->fault, false);
	KUNIT_EXPECT_EQ(test, len, 18);
	KUNIT_EXPECT_MEMEQ(test, buf + 15, field->sks, 3);
	KUNIT_EXPECT_EQ(test, buf[0], 0x70);

	len = target_sense_format(buf, sizeof(buf), reason, &cmd->fault, true);
	KUNIT_EXPECT_EQ(test, len, 16);
	KUNIT_EXPECT_EQ(test, buf[7], 8);
	KUNIT_EXPECT_EQ(test, buf[8], 0x02);
	KUNIT_EXPECT_EQ(test, buf[9], 6);
	KUNIT_EXPECT_MEMEQ(test, buf + 12, field->sks, 3);
}

static void sense_info_fixed(struct kunit *test)
{
	struct target_cmd *cmd = new_cmd(test);
	struct se_cmd *se = to_se(cmd);
	const u8 *sense = se->sense_buffer;

	target_sense_build(cmd, target_sense_info(cmd, TCM_MISCOMPARE_VERIFY,
						  0xfedcba98));
	KUNIT_EXPECT_EQ(test, se->scsi_status, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, se->scsi_sense_length, 18);
	KUNIT_EXPECT_EQ(test, sense[0], 0xf0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(sense + 3), 0xfedcba98);
	KUNIT_EXPECT_TRUE(test, se->se_cmd_flags & SCF_EMULATED_TASK_SENSE);
}

/* An LBA of more than 32 bits does not fit in the fixed format. */
static void sense_info_long(struct kunit *test)
{
	struct target_cmd *cmd = new_cmd(test);
	struct se_cmd *se = to_se(cmd);
	const u8 *sense = se->sense_buffer;

	target_sense_build(cmd, target_sense_info(cmd, TCM_MEDIUM_READ_ERROR,
						  0x123456789aULL));
	KUNIT_EXPECT_EQ(test, se->scsi_sense_length, 20);
	KUNIT_EXPECT_EQ(test, sense[0], 0x72);
	KUNIT_EXPECT_EQ(test, sense[8], 0x00);
	KUNIT_EXPECT_EQ(test, sense[9], 0x0a);
	KUNIT_EXPECT_EQ(test, sense[10], 0x80);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(sense + 12), 0x123456789aULL);
}

/* Both descriptors have room in the 32 bytes that are promised. */
static void sense_both_descriptors(struct kunit *test)
{
	struct target_fault fault = {
		.has_info = true, .info = 7,
		.has_field = true, .field = 9,
	};
	u8 buf[BUF];
	size_t len;

	len = target_sense_format(buf, sizeof(buf), TCM_INVALID_CDB_FIELD,
				  &fault, true);
	KUNIT_EXPECT_EQ(test, len, 28);
	KUNIT_EXPECT_EQ(test, buf[7], 20);
	KUNIT_EXPECT_EQ(test, buf[20], 0x02);
}

static void sense_unit_attention(struct kunit *test)
{
	const struct row capacity = {
		TCM_CHECK_CONDITION_UNIT_ATTENTION, SAM_STAT_CHECK_CONDITION,
		UNIT_ATTENTION, 0x2a09,
	};
	struct target_fault fault = { .ua = 0x2a09 };
	u8 buf[BUF];
	size_t len;

	len = target_sense_format(buf, sizeof(buf), capacity.reason, &fault,
				  false);
	expect_sense(test, buf, len, &capacity);
}

static void sense_of_device_stays(struct kunit *test)
{
	struct target_cmd *cmd = new_cmd(test);
	struct se_cmd *se = to_se(cmd);

	se->se_cmd_flags = SCF_TRANSPORT_TASK_SENSE;
	se->scsi_status = SAM_STAT_CHECK_CONDITION;
	se->scsi_sense_length = 42;
	target_sense_build(cmd, TCM_NO_SENSE);
	KUNIT_EXPECT_EQ(test, se->scsi_status, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, se->scsi_sense_length, 42);
}

static void sense_no_buffer(struct kunit *test)
{
	struct target_cmd *cmd = new_cmd(test);

	to_se(cmd)->sense_buffer = NULL;
	target_sense_build(cmd, TCM_INVALID_CDB_FIELD);
	KUNIT_EXPECT_EQ(test, to_se(cmd)->scsi_status, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, to_se(cmd)->scsi_sense_length, 0);
}

/**
 * struct blk - what a block status is
 * @sts: block status
 * @op: operation
 * @reason: reason
 */
struct blk {
	blk_status_t	sts;
	u8		op;
	sense_reason_t	reason;
};

static const struct blk blks[] = {
	{ BLK_STS_OK, TARGET_IO_READ, TCM_NO_SENSE },
	{ BLK_STS_MEDIUM, TARGET_IO_READ, TCM_MEDIUM_READ_ERROR },
	{ BLK_STS_IOERR, TARGET_IO_WRITE, TCM_MEDIUM_WRITE_ERROR },
	{ BLK_STS_IOERR, TARGET_IO_FLUSH, TCM_TARGET_FAILURE },
	{ BLK_STS_MEDIUM, TARGET_IO_FLUSH, TCM_TARGET_FAILURE },
	{ BLK_STS_NOSPC, TARGET_IO_WRITE, TCM_SPACE_ALLOCATION_FAILED },
	{ BLK_STS_TIMEOUT, TARGET_IO_READ, TCM_TRANSPORT_PROBLEM },
	{ BLK_STS_TRANSPORT, TARGET_IO_READ, TCM_TRANSPORT_PROBLEM },
	{ BLK_STS_RESV_CONFLICT, TARGET_IO_READ, TCM_RESERVATION_CONFLICT },
	{ BLK_STS_PROTECTION, TARGET_IO_READ,
	  TCM_LOGICAL_BLOCK_GUARD_CHECK_FAILED },
	{ BLK_STS_RESOURCE, TARGET_IO_READ, TCM_BUSY },
	{ BLK_STS_AGAIN, TARGET_IO_READ, TCM_BUSY },
	{ BLK_STS_OFFLINE, TARGET_IO_READ, TCM_NOT_READY_CAUSE_NOT_REPORTABLE },
	{ BLK_STS_NOTSUPP, TARGET_IO_UNMAP, TCM_UNSUPPORTED_SCSI_OPCODE },
	{ BLK_STS_TARGET, TARGET_IO_READ, TCM_TARGET_FAILURE },
};

static void sense_blk(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(blks); i++)
		KUNIT_EXPECT_TRUE_MSG(test,
				      target_sense_blk(blks[i].sts, blks[i].op) ==
				      blks[i].reason, "row %u", i);
}

static struct kunit_case sense_cases[] = {
	KUNIT_CASE_PARAM(sense_row, row_gen_params),
	KUNIT_CASE(sense_all),
	KUNIT_CASE_PARAM(sense_field, field_gen_params),
	KUNIT_CASE(sense_info_fixed),
	KUNIT_CASE(sense_info_long),
	KUNIT_CASE(sense_both_descriptors),
	KUNIT_CASE(sense_unit_attention),
	KUNIT_CASE(sense_of_device_stays),
	KUNIT_CASE(sense_no_buffer),
	KUNIT_CASE(sense_blk),
	{ }
};

static struct kunit_suite sense_suite = {
	.name = "target_sense",
	.test_cases = sense_cases,
};

kunit_test_suite(sense_suite);

