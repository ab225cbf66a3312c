// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the reason why a command ended to its status and sense data (SPC-5
 * clause 4.4): one row a reason.
 */
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>
#include "sense.h"

/**
 * struct sense_row - a reason, on the wire
 * @status: SAM status
 * @key: sense key
 * @asc: additional sense code
 * @ascq: its qualifier
 */
struct sense_row {
	u8	status;
	u8	key;
	u8	asc;
	u8	ascq;
};

#define CHECK(key, asc, ascq)	{ SAM_STAT_CHECK_CONDITION, key, asc, ascq }
/* the index of a row, without the type that keeps reasons apart */
#define ROW(reason)		((__force unsigned int)(reason))

static const struct sense_row rows[TCM_SENSE_REASON_COUNT] = {
	[ROW(TCM_NO_SENSE)]			= { SAM_STAT_GOOD },
	[ROW(TCM_NON_EXISTENT_LUN)]		= CHECK(ILLEGAL_REQUEST, 0x25, 0x00),
	[ROW(TCM_UNSUPPORTED_SCSI_OPCODE)]	= CHECK(ILLEGAL_REQUEST, 0x20, 0x00),
	[ROW(TCM_INCORRECT_AMOUNT_OF_DATA)]	= CHECK(ABORTED_COMMAND, 0x0c, 0x0d),
	[ROW(TCM_UNEXPECTED_UNSOLICITED_DATA)]	= CHECK(ABORTED_COMMAND, 0x0c, 0x0c),
	[ROW(TCM_SERVICE_CRC_ERROR)]		= CHECK(ABORTED_COMMAND, 0x47, 0x05),
	[ROW(TCM_SNACK_REJECTED)]			= CHECK(ABORTED_COMMAND, 0x11, 0x13),
	[ROW(TCM_SECTOR_COUNT_TOO_MANY)]		= CHECK(ILLEGAL_REQUEST, 0x24, 0x00),
	[ROW(TCM_INVALID_CDB_FIELD)]		= CHECK(ILLEGAL_REQUEST, 0x24, 0x00),
	[ROW(TCM_INVALID_PARAMETER_LIST)]		= CHECK(ILLEGAL_REQUEST, 0x26, 0x00),
	[ROW(TCM_LOGICAL_UNIT_COMMUNICATION_FAILURE)] =
						  CHECK(ABORTED_COMMAND, 0x08, 0x00),
	[ROW(TCM_UNKNOWN_MODE_PAGE)]		= CHECK(ILLEGAL_REQUEST, 0x24, 0x00),
	[ROW(TCM_WRITE_PROTECTED)]		= CHECK(DATA_PROTECT, 0x27, 0x00),
	[ROW(TCM_CHECK_CONDITION_ABORT_CMD)]	= CHECK(ABORTED_COMMAND, 0x00, 0x00),
	[ROW(TCM_CHECK_CONDITION_UNIT_ATTENTION)]	= CHECK(UNIT_ATTENTION, 0x29, 0x00),
	[ROW(TCM_RESERVATION_CONFLICT)]		= { SAM_STAT_RESERVATION_CONFLICT },
	[ROW(TCM_ADDRESS_OUT_OF_RANGE)]		= CHECK(ILLEGAL_REQUEST, 0x21, 0x00),
	[ROW(TCM_OUT_OF_RESOURCES)]		= CHECK(ABORTED_COMMAND, 0x55, 0x03),
	[ROW(TCM_PARAMETER_LIST_LENGTH_ERROR)]	= CHECK(ILLEGAL_REQUEST, 0x1a, 0x00),
	[ROW(TCM_MISCOMPARE_VERIFY)]		= CHECK(MISCOMPARE, 0x1d, 0x00),
	[ROW(TCM_LOGICAL_BLOCK_GUARD_CHECK_FAILED)] =
						  CHECK(ABORTED_COMMAND, 0x10, 0x01),
	[ROW(TCM_LOGICAL_BLOCK_APP_TAG_CHECK_FAILED)] =
						  CHECK(ABORTED_COMMAND, 0x10, 0x02),
	[ROW(TCM_LOGICAL_BLOCK_REF_TAG_CHECK_FAILED)] =
						  CHECK(ABORTED_COMMAND, 0x10, 0x03),
	[ROW(TCM_COPY_TARGET_DEVICE_NOT_REACHABLE)] =
						  CHECK(COPY_ABORTED, 0x0d, 0x02),
	[ROW(TCM_TOO_MANY_TARGET_DESCS)]		= CHECK(ILLEGAL_REQUEST, 0x26, 0x06),
	[ROW(TCM_UNSUPPORTED_TARGET_DESC_TYPE_CODE)] =
						  CHECK(ILLEGAL_REQUEST, 0x26, 0x07),
	[ROW(TCM_TOO_MANY_SEGMENT_DESCS)]		= CHECK(ILLEGAL_REQUEST, 0x26, 0x08),
	[ROW(TCM_UNSUPPORTED_SEGMENT_DESC_TYPE_CODE)] =
						  CHECK(ILLEGAL_REQUEST, 0x26, 0x09),
	[ROW(TCM_INSUFFICIENT_REGISTRATION_RESOURCES)] =
						  CHECK(ILLEGAL_REQUEST, 0x55, 0x04),
	[ROW(TCM_LUN_BUSY)]			= { SAM_STAT_BUSY },
	[ROW(TCM_INVALID_FIELD_IN_COMMAND_IU)]	= CHECK(ILLEGAL_REQUEST, 0x0e, 0x03),
	[ROW(TCM_ALUA_TG_PT_STANDBY)]		= CHECK(NOT_READY, 0x04, 0x0b),
	[ROW(TCM_ALUA_TG_PT_UNAVAILABLE)]		= CHECK(NOT_READY, 0x04, 0x0c),
	[ROW(TCM_ALUA_STATE_TRANSITION)]		= CHECK(NOT_READY, 0x04, 0x0a),
	[ROW(TCM_ALUA_OFFLINE)]			= CHECK(NOT_READY, 0x04, 0x12),
	[ROW(TCM_MEDIUM_READ_ERROR)]		= CHECK(MEDIUM_ERROR, 0x11, 0x00),
	[ROW(TCM_MEDIUM_WRITE_ERROR)]		= CHECK(MEDIUM_ERROR, 0x0c, 0x00),
	[ROW(TCM_SPACE_ALLOCATION_FAILED)]	= CHECK(DATA_PROTECT, 0x27, 0x07),
	[ROW(TCM_TRANSPORT_PROBLEM)]		= CHECK(ABORTED_COMMAND, 0x08, 0x01),
	[ROW(TCM_TARGET_FAILURE)]			= CHECK(HARDWARE_ERROR, 0x44, 0x00),
	[ROW(TCM_NOT_READY_CAUSE_NOT_REPORTABLE)]	= CHECK(NOT_READY, 0x04, 0x00),
	[ROW(TCM_NOT_READY_BECOMING_READY)]	= CHECK(NOT_READY, 0x04, 0x01),
	[ROW(TCM_NOT_READY_STOPPED)]		= CHECK(NOT_READY, 0x04, 0x02),
	[ROW(TCM_NOT_READY_FORMATTING)]		= CHECK(NOT_READY, 0x04, 0x04),
	[ROW(TCM_SAVING_PARAMETERS_NOT_SUPPORTED)] =
						  CHECK(ILLEGAL_REQUEST, 0x39, 0x00),
	[ROW(TCM_INVALID_RELEASE_OF_RESERVATION)]	= CHECK(ILLEGAL_REQUEST, 0x26, 0x04),
	[ROW(TCM_COMMAND_SEQUENCE_ERROR)]		= CHECK(ILLEGAL_REQUEST, 0x2c, 0x00),
	[ROW(TCM_DATA_PHASE_ERROR)]		= CHECK(ABORTED_COMMAND, 0x4b, 0x00),
	[ROW(TCM_ABORTED_BY_ANOTHER)]		= CHECK(UNIT_ATTENTION, 0x2f, 0x00),
	[ROW(TCM_BUSY)]				= { SAM_STAT_BUSY },
	[ROW(TCM_TASK_SET_FULL)]			= { SAM_STAT_TASK_SET_FULL },
	[ROW(TCM_TASK_ABORTED)]			= { SAM_STAT_TASK_ABORTED },
	[ROW(TCM_ORWRITE_GENERATION)]		= CHECK(ILLEGAL_REQUEST, 0x2c, 0x0c),
	[ROW(TCM_NOT_READY_SANITIZING)]		= CHECK(NOT_READY, 0x04, 0x1b),
	[ROW(TCM_SANITIZE_FAILED)]		= CHECK(MEDIUM_ERROR, 0x31, 0x03),
	[ROW(TCM_FORMAT_FAILED)]		= CHECK(MEDIUM_ERROR, 0x31, 0x01),
	[ROW(TCM_SELF_TEST_FAILED)]		= CHECK(HARDWARE_ERROR, 0x3e, 0x03),
	[ROW(TCM_RESERVATIONS_LOST)]		= CHECK(DATA_PROTECT, 0x44, 0x01),
	[ROW(TCM_SET_TARGET_PORT_GROUPS_FAILED)] =
						  CHECK(HARDWARE_ERROR, 0x67, 0x0a),
	[ROW(TCM_ACA_ACTIVE)]			= { SAM_STAT_ACA_ACTIVE },
	[ROW(TCM_INVALID_TASK_ATTRIBUTE)]	= CHECK(ILLEGAL_REQUEST, 0x49, 0x00),
	[ROW(TCM_COPY_UNREACHABLE)]		= CHECK(COPY_ABORTED, 0x08, 0x04),
	[ROW(TCM_COPY_DEVICE_FAILURE)]		= CHECK(COPY_ABORTED, 0x0d, 0x01),
	[ROW(TCM_COPY_DEVICE_TYPE)]		= CHECK(COPY_ABORTED, 0x0d, 0x03),
	[ROW(TCM_COPY_INEXACT_SEGMENT)]		= CHECK(COPY_ABORTED, 0x26, 0x0a),
	[ROW(TCM_COPY_STOPPED)]			= CHECK(COPY_ABORTED, 0x2f, 0x02),
	[ROW(TCM_COPY_IN_PROGRESS)]		= CHECK(ILLEGAL_REQUEST, 0x00, 0x16),
	[ROW(TCM_COPY_INLINE_DATA)]		= CHECK(ILLEGAL_REQUEST, 0x26, 0x0b),
	[ROW(TCM_TOKEN_TYPE)]			= CHECK(ILLEGAL_REQUEST, 0x23, 0x01),
	[ROW(TCM_TOKEN_UNKNOWN)]		= CHECK(ILLEGAL_REQUEST, 0x23, 0x04),
	[ROW(TCM_TOKEN_CORRUPT)]		= CHECK(ILLEGAL_REQUEST, 0x23, 0x05),
	[ROW(TCM_TOKEN_REVOKED)]		= CHECK(ILLEGAL_REQUEST, 0x23, 0x06),
	[ROW(TCM_TOKEN_EXPIRED)]		= CHECK(ILLEGAL_REQUEST, 0x23, 0x07),
	[ROW(TCM_TOKEN_LENGTH)]			= CHECK(ILLEGAL_REQUEST, 0x23, 0x0a),
	[ROW(TCM_TOKEN_RESOURCES)]		= CHECK(ILLEGAL_REQUEST, 0x55, 0x0d),
	[ROW(TCM_MISCOMPARE_GUARD)]		= CHECK(MISCOMPARE, 0x10, 0x01),
	[ROW(TCM_MISCOMPARE_APP_TAG)]		= CHECK(MISCOMPARE, 0x10, 0x02),
	[ROW(TCM_MISCOMPARE_REF_TAG)]		= CHECK(MISCOMPARE, 0x10, 0x03),
	[ROW(TCM_PREDICTED_RECOVERED)]		= CHECK(RECOVERED_ERROR, 0x5d, 0xff),
	[ROW(TCM_PREDICTED_NO_SENSE)]		= CHECK(NO_SENSE, 0x5d, 0xff),
	[ROW(TCM_FORMAT_CORRUPTED)]		= CHECK(MEDIUM_ERROR, 0x31, 0x00),
	[ROW(TCM_STREAM_NOT_OPEN)]		= CHECK(ILLEGAL_REQUEST, 0x2c, 0x0f),
	[ROW(TCM_STREAMS_ALL_OPEN)]		= CHECK(ILLEGAL_REQUEST, 0x55, 0x10),
};

static const struct sense_row *row_of(sense_reason_t reason)
{
	unsigned int i = (__force unsigned int)reason;

	if (WARN_ON_ONCE(i >= ARRAY_SIZE(rows)))
		i = (__force unsigned int)TCM_TARGET_FAILURE;
	return &rows[i];
}

static void set_field(struct target_cmd *cmd, u16 byte, int bit, bool in_cdb)
{
	cmd->fault.has_field = true;
	cmd->fault.in_cdb = in_cdb;
	cmd->fault.field = byte;
	cmd->fault.has_bit = bit >= 0;
	cmd->fault.bit = bit & 7;
}

/**
 * target_sense_cdb - refuse a field of the CDB
 * @cmd: command
 * @byte: first byte of the field
 * @bit: most significant bit of it, or -1 for the whole byte
 *
 * Return: what the handler returns
 */
sense_reason_t target_sense_cdb(struct target_cmd *cmd, u16 byte, int bit)
{
	set_field(cmd, byte, bit, true);
	return TCM_INVALID_CDB_FIELD;
}

/**
 * target_sense_param - refuse a field of the parameter list
 * @cmd: command
 * @byte: first byte of the field
 * @bit: most significant bit of it, or -1 for the whole byte
 *
 * Return: what the handler returns
 */
sense_reason_t target_sense_param(struct target_cmd *cmd, u16 byte, int bit)
{
	set_field(cmd, byte, bit, false);
	return TCM_INVALID_PARAMETER_LIST;
}

/**
 * target_sense_info - give the INFORMATION field a value
 * @cmd: command
 * @reason: why it ends
 * @info: an LBA or an offset, as the command's clause says
 *
 * Return: @reason
 */
sense_reason_t target_sense_info(struct target_cmd *cmd, sense_reason_t reason,
				 u64 info)
{
	cmd->fault.has_info = true;
	cmd->fault.info = info;
	return reason;
}

/**
 * target_sense_blk - what a block status means to an initiator
 * @sts: how an I/O ended
 * @io_op: enum target_io_op
 *
 * A transient trouble of the backing device must not become a MEDIUM ERROR:
 * initiators turn their filesystems read-only on those.  A flush that failed
 * must not become one either: they send it again, and what was lost by then is
 * not there to fail once more.
 *
 * Return: reason
 */
sense_reason_t target_sense_blk(blk_status_t sts, u8 io_op)
{
	switch (sts) {
	case BLK_STS_OK:
		return TCM_NO_SENSE;
	case BLK_STS_NOSPC:
		return TCM_SPACE_ALLOCATION_FAILED;
	case BLK_STS_MEDIUM:
	case BLK_STS_IOERR:
		if (io_op == TARGET_IO_FLUSH)
			return TCM_TARGET_FAILURE;
		return io_op == TARGET_IO_READ ? TCM_MEDIUM_READ_ERROR :
						 TCM_MEDIUM_WRITE_ERROR;
	case BLK_STS_TRANSPORT:
	case BLK_STS_TIMEOUT:
		return TCM_TRANSPORT_PROBLEM;
	case BLK_STS_RESV_CONFLICT:
		return TCM_RESERVATION_CONFLICT;
	case BLK_STS_PROTECTION:
		return TCM_LOGICAL_BLOCK_GUARD_CHECK_FAILED;
	case BLK_STS_RESOURCE:
	case BLK_STS_DEV_RESOURCE:
	case BLK_STS_AGAIN:
	case BLK_STS_ZONE_OPEN_RESOURCE:
	case BLK_STS_ZONE_ACTIVE_RESOURCE:
		return TCM_BUSY;
	case BLK_STS_OFFLINE:
		return TCM_NOT_READY_CAUSE_NOT_REPORTABLE;
	case BLK_STS_NOTSUPP:
		return TCM_UNSUPPORTED_SCSI_OPCODE;
	default:
		return TCM_TARGET_FAILURE;
	}
}

/* SAM status code of a reason */
u8 target_sense_status(sense_reason_t reason)
{
	return row_of(reason)->status;
}

static bool has_specific(const struct target_fault *fault)
{
	return fault->has_field || fault->has_progress;
}

/*
 * SPC-5 4.4.2.4: sense key specific: a field pointer, or a progress indication
 */
static void put_specific(u8 *p, const struct target_fault *fault)
{
	if (fault->has_progress) {
		p[0] = 0x80;
		put_unaligned_be16(fault->progress, p + 1);
		return;
	}
	p[0] = 0x80 | (fault->in_cdb ? 0x40 : 0) |
	       (fault->has_bit ? 0x08 | fault->bit : 0);
	put_unaligned_be16(fault->field, p + 1);
}

/* SPC-5 4.4.3 */
static size_t format_fixed(u8 *buf, const struct target_fault *fault)
{
	buf[0] = fault->deferred ? 0x71 : 0x70;
	buf[7] = 18 - 8;
	if (fault->has_info && fault->info <= U32_MAX) {
		buf[0] |= 0x80;
		put_unaligned_be32(fault->info, buf + 3);
	}
	/* of four bytes, the last two: nobody's sense data is forwarded */
	if (fault->has_segment)
		put_unaligned_be32(fault->segment, buf + 8);
	/* SBC-4 5.24.2: all ones for what is not known, or does not fit */
	if (fault->has_first)
		put_unaligned_be32(min(fault->first, U32_MAX), buf + 8);
	if (has_specific(fault))
		put_specific(buf + 15, fault);
	return 18;
}

/* SPC-5 4.4.2 */
static size_t format_descriptor(u8 *buf, const struct target_fault *fault)
{
	u8 *p = buf + 8;

	buf[0] = fault->deferred ? 0x73 : 0x72;
	if (fault->has_info) {
		p[0] = 0x00;
		p[1] = 0x0a;
		p[2] = 0x80;
		put_unaligned_be64(fault->info, p + 4);
		p += 12;
	}
	if (fault->has_segment) {
		p[0] = 0x01;
		p[1] = 0x0a;
		put_unaligned_be64(fault->segment, p + 4);
		p += 12;
	}
	if (fault->has_first) {
		p[0] = 0x01;
		p[1] = 0x0a;
		put_unaligned_be64(fault->first, p + 4);
		p += 12;
	}
	if (has_specific(fault)) {
		p[0] = 0x02;
		p[1] = 0x06;
		put_specific(p + 4, fault);
		p += 8;
	}
	buf[7] = p - buf - 8;
	return p - buf;
}

/**
 * target_sense_format - sense data of a reason
 * @buf: where it goes
 * @size: room there, at least TARGET_SENSE_MAX bytes
 * @reason: why
 * @fault: details; @fault.ua is the code of a unit attention
 * @descriptor: descriptor format (D_SENSE is one), else fixed
 *
 * Return: bytes of sense data; 0 if the status has none
 */
size_t target_sense_format(u8 *buf, size_t size, sense_reason_t reason,
			   const struct target_fault *fault, bool descriptor)
{
	const struct sense_row *row = row_of(reason);
	u8 key = row->key, asc = row->asc, ascq = row->ascq;
	size_t len;

	if (row->status != SAM_STAT_CHECK_CONDITION ||
	    WARN_ON_ONCE(size < TARGET_SENSE_MAX))
		return 0;
	if (fault->copy)
		key = COPY_ABORTED;
	if (reason == TCM_CHECK_CONDITION_UNIT_ATTENTION && fault->ua) {
		asc = fault->ua >> 8;
		ascq = fault->ua & 0xff;
	}

	memset(buf, 0, TARGET_SENSE_MAX);
	if (descriptor) {
		len = format_descriptor(buf, fault);
		buf[1] = key;
		buf[2] = asc;
		buf[3] = ascq;
	} else {
		len = format_fixed(buf, fault);
		buf[2] = key;
		buf[12] = asc;
		buf[13] = ascq;
	}
	return len;
}

/**
 * target_sense_build - status and sense data of a command
 * @cmd: command
 * @reason: why it ended
 *
 * Sense data that a handler put there itself (SCF_TRANSPORT_TASK_SENSE)
 * stays.
 */
void target_sense_build(struct target_cmd *cmd, sense_reason_t reason)
{
	struct se_cmd *se = to_se(cmd);
	bool descriptor = cmd->link && READ_ONCE(cmd_dev(cmd)->d_sense);

	if (se->se_cmd_flags & SCF_TRANSPORT_TASK_SENSE)
		return;

	se->scsi_status = target_sense_status(reason);
	se->scsi_sense_length = 0;
	if (se->scsi_status != SAM_STAT_CHECK_CONDITION || !se->sense_buffer)
		return;

	/* what does not fit in fixed format goes out in the other one */
	if (cmd->fault.has_info && cmd->fault.info > U32_MAX)
		descriptor = true;
	se->scsi_sense_length =
		target_sense_format(se->sense_buffer, TRANSPORT_SENSE_BUFFER,
				    reason, &cmd->fault, descriptor);
	se->se_cmd_flags |= SCF_EMULATED_TASK_SENSE;
}
