// SPDX-License-Identifier: GPL-2.0-only
/*
 * THE table of commands, second part: those of disks (SBC-4), in order of
 * operation code and service action.  opdef.h says what the columns mean,
 * opindex.c checks that they agree.
 */
#include <linux/dma-direction.h>
#include <scsi/scsi_proto.h>
#include "atomic.h"
#include "handlers.h"
#include "lu.h"
#include "opdef.h"
#include "opdef_rows.h"
#include "opindex.h"
#include "referrals.h"

/* What scsi_proto.h does not name */
#define OP_SANITIZE		0x48
#define OP_ORWRITE_16		0x8b
#define OP_PRE_FETCH_16		0x90
#define OP_WRITE_STREAM_16	0x9a
#define OP_READ_DEFECT_DATA_12	0xb7
#define SA_ORWRITE_32		0x0e
#define SA_WRITE_ATOMIC_32	0x0f
#define SA_WRITE_STREAM_32	0x10
#define SA_GET_LBA_STATUS_32	0x12
#define SA_STREAM_CONTROL	0x14
#define SA_OVERWRITE		0x01
#define SA_BLOCK_ERASE		0x02
#define SA_EXIT_FAILURE_MODE	0x1f

/* Where the numbers of block commands are */
#define BLOCKS_6	.cdb_len = 6, .lba = { 1, 3 }, .count = { 4, 1 }
#define BLOCKS_10	.cdb_len = 10, .lba = { 2, 4 }, .count = { 7, 2 }
#define BLOCKS_12	.cdb_len = 12, .lba = { 2, 4 }, .count = { 6, 4 }
#define BLOCKS_16	.cdb_len = 16, .lba = { 2, 8 }, .count = { 10, 4 }
#define BLOCKS_16_2	.cdb_len = 16, .lba = { 2, 8 }, .count = { 12, 2 }
#define BLOCKS_32	.cdb_len = 32, .lba = { 12, 8 }, .count = { 28, 4 }

/* Their CDB usage data, but for the byte with the options */
#define USAGE_6(op)		{ op, 0x1f, 0xff, 0xff, 0xff, 0 }
#define USAGE_10(op, flags)						\
	{ op, flags, 0xff, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0 }
#define USAGE_12(op, flags)						\
	{ op, flags, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0 }
#define USAGE_16(op, flags)						\
	{ op, flags, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,	\
	  0xff, 0xff, 0xff, 0xff, 0, 0 }
/* With a count of two bytes, and what the two before it may be */
#define USAGE_16_2(op, flags, ...)					\
	{ op, flags, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,	\
	  ##__VA_ARGS__, [12] = 0xff, 0xff, 0, 0 }
/*
 * Reference and application tags, from byte 20 on, mean nothing without
 * protection information (SBC-4 5.18); ORWRITE has its generation there.
 */
#define USAGE_32_ID(flags, ...)						\
	{ VARIABLE_LENGTH_CMD, 0, 0, 0, __VA_ARGS__, 0, 32 - 8,		\
	  0xff, 0xff, flags, 0,						\
	  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,		\
	  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,		\
	  0xff, 0xff, 0xff, 0xff }
#define USAGE_32(flags)		USAGE_32_ID(flags, 0, 0)

/* What block commands have in common */
#define READS(more)							\
	.flags = TARGET_OP_LEND | (more),				\
	.exec = target_rw_read, .dir = DMA_FROM_DEVICE,			\
	.resv = TARGET_RESV_READ, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_MEDIUM
#define WRITES(handler, more)						\
	.flags = TARGET_OP_WRITES | (more),				\
	.exec = handler, .dir = DMA_TO_DEVICE,			\
	.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_MEDIUM
#define WRITES_AND_VERIFIES(more)					\
	.flags = TARGET_OP_WRITES | (more),				\
	.exec = target_verify_write, .dir = DMA_TO_DEVICE,		\
	.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_MEDIUM, .data = TARGET_DATA_BLOCKS,	\
	.pi = TARGET_PI_WRITE, .options = PROTECT_DPO
#define VERIFIES(more)							\
	.flags = more,							\
	.exec = target_verify, .dir = DMA_TO_DEVICE,			\
	.resv = TARGET_RESV_READ, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_RANGE, .data = TARGET_DATA_BYTCHK,	\
	.pi = TARGET_PI_VERIFY, .options = PROTECT_DPO
#define WRITES_SAME(more)						\
	.flags = TARGET_OP_WRITES | TARGET_OP_WHOLE | (more),		\
	.exec = target_write_same, .dir = DMA_TO_DEVICE,		\
	.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_RANGE, .data = TARGET_DATA_ONE_BLOCK,	\
	.pi = TARGET_PI_WRITE, .options = PROTECT_UNMAP
#define SYNCHRONIZES							\
	.exec = target_sbc_synchronize_cache, .dir = DMA_NONE,		\
	.data = TARGET_DATA_RANGE, .resv = TARGET_RESV_WRITE,		\
	.alua = TARGET_ALUA_ACTIVE, .timeout = TARGET_TIMEOUT_RANGE

#define EXCLUSIVE_WRITES(handler, more)					\
	.flags = TARGET_OP_WRITES | TARGET_OP_EXCLUSIVE | (more),	\
	.exec = handler,						\
	.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BLOCKS,		\
	.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,		\
	.pi = TARGET_PI_WRITE, .options = PROTECT_DPO_FUA,		\
	.timeout = TARGET_TIMEOUT_MEDIUM
#define PRE_FETCHES							\
	.exec = target_prefetch, .dir = DMA_NONE,			\
	.data = TARGET_DATA_RANGE, .resv = TARGET_RESV_READ,		\
	.alua = TARGET_ALUA_ACTIVE, .timeout = TARGET_TIMEOUT_MEDIUM

#define SANITIZES							\
	.cdb_len = 10, .resv = TARGET_RESV_WRITE,			\
	.alua = TARGET_ALUA_ACTIVE, .timeout = TARGET_TIMEOUT_RANGE,	\
	.flags = TARGET_OP_SA | TARGET_OP_WRITES | TARGET_OP_ORDERED |	\
		 TARGET_OP_EXCLUSIVE | TARGET_OP_REPAIRS

#define PROTECT_DPO	(BIT(TARGET_OPT_PROTECT) | BIT(TARGET_OPT_DPO))
#define PROTECT_DPO_FUA	(PROTECT_DPO | BIT(TARGET_OPT_FUA))
#define PROTECT_UNMAP	(BIT(TARGET_OPT_PROTECT) | BIT(TARGET_OPT_UNMAP) | \
			 BIT(TARGET_OPT_ANCHOR))

static bool has_unmap(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_tpu);
}

static bool has_caw(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_caw);
}

static bool has_atomic(const struct target_dev *dev)
{
	return target_atomic_limits(dev).max;
}

/* What is fully provisioned has no streams (SBC-4 4.32). */
static bool has_streams(const struct target_dev *dev)
{
	return target_lu_is_thin(dev);
}

static const struct target_opdef table[] = {
	{
		.name = "FORMAT UNIT", .op = FORMAT_UNIT,
		.exec = target_format, .cdb_len = 6,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_SENT,
		.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,
		.flags = TARGET_OP_WRITES | TARGET_OP_ORDERED |
			 TARGET_OP_EXCLUSIVE | TARGET_OP_REPAIRS,
		.timeout = TARGET_TIMEOUT_RANGE,
		.options = BIT(TARGET_OPT_FORMAT),
		.usage = { FORMAT_UNIT, 0xff, 0, 0, 0x03, 0 },
	}, {
		.name = "REASSIGN BLOCKS", .op = REASSIGN_BLOCKS,
		.exec = target_defects_reassign, .cdb_len = 6,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_SENT,
		.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,
		.flags = TARGET_OP_WRITES | TARGET_OP_ORDERED,
		.timeout = TARGET_TIMEOUT_RANGE,
		.usage = { REASSIGN_BLOCKS, 0x03 },
	}, {
		.name = "READ(6)", .op = READ_6, READS(0), BLOCKS_6,
		.data = TARGET_DATA_BLOCKS_6, .usage = USAGE_6(READ_6),
	}, {
		.name = "WRITE(6)", .op = WRITE_6,
		WRITES(target_rw_write, 0), BLOCKS_6,
		.data = TARGET_DATA_BLOCKS_6, .usage = USAGE_6(WRITE_6),
	}, {
		.name = "START STOP UNIT", .op = START_STOP,
		.exec = target_sbc_start_stop, .cdb_len = 6,
		.dir = DMA_NONE, .resv = TARGET_RESV_START,
		.alua = TARGET_ALUA_ACTIVE, .flags = TARGET_OP_STOPPED,
		.timeout = TARGET_TIMEOUT_MEDIUM,
		.usage = { START_STOP, 0x01, 0, 0, 0x05, 0 },
	}, {
		.name = "READ CAPACITY(10)", .op = READ_CAPACITY,
		.exec = target_sbc_read_capacity_10, .cdb_len = 10,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_FIXED_8,
		.resv = TARGET_RESV_ALLOW, .alua = TARGET_ALUA_NOT_ACTIVE,
		.timeout = TARGET_TIMEOUT_STATE,
		.usage = { READ_CAPACITY },
	}, {
		.name = "READ(10)", .op = READ_10, READS(0), BLOCKS_10,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_READ,
		.options = PROTECT_DPO_FUA, .usage = USAGE_10(READ_10, 0xf8),
	}, {
		.name = "WRITE(10)", .op = WRITE_10,
		WRITES(target_rw_write, 0), BLOCKS_10,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,
		.options = PROTECT_DPO_FUA, .usage = USAGE_10(WRITE_10, 0xf8),
	}, {
		.name = "WRITE AND VERIFY(10)", .op = WRITE_VERIFY,
		WRITES_AND_VERIFIES(0), BLOCKS_10,
		.usage = USAGE_10(WRITE_VERIFY, 0xf6),
	}, {
		.name = "VERIFY(10)", .op = VERIFY, VERIFIES(0), BLOCKS_10,
		.usage = USAGE_10(VERIFY, 0xf6),
	}, {
		.name = "PRE-FETCH(10)", .op = PRE_FETCH, PRE_FETCHES,
		BLOCKS_10,
		/* with GROUP NUMBER, which means nothing here */
		.usage = { PRE_FETCH, 0x02, 0xff, 0xff, 0xff, 0xff, 0x3f,
			   0xff, 0xff, 0 },
	}, {
		.name = "SYNCHRONIZE CACHE(10)", .op = SYNCHRONIZE_CACHE,
		SYNCHRONIZES, BLOCKS_10,
		.usage = USAGE_10(SYNCHRONIZE_CACHE, 0x02),
	}, {
		.name = "READ DEFECT DATA(10)", .op = READ_DEFECT_DATA,
		.exec = target_defects_read_10, ASKS, .cdb_len = 10,
		.count = { 7, 2 }, .resv = TARGET_RESV_READ,
		.alua = TARGET_ALUA_ACTIVE,
		.usage = { READ_DEFECT_DATA, 0, 0x1f, [7] = 0xff, 0xff, 0 },
	}, {
		.name = "WRITE SAME(10)", .op = WRITE_SAME,
		WRITES_SAME(0), BLOCKS_10, .usage = USAGE_10(WRITE_SAME, 0xf8),
	}, {
		.name = "UNMAP", .op = UNMAP, .enabled = has_unmap,
		.exec = target_unmap, .span = target_unmap_span, .cdb_len = 10,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 7, 2 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_ACTIVE, .flags = TARGET_OP_WRITES,
		.timeout = TARGET_TIMEOUT_RANGE,
		.options = BIT(TARGET_OPT_UNMAP_ANCHOR),
		.usage = { UNMAP, 0x01, 0, 0, 0, 0, 0, 0xff, 0xff, 0 },
	}, {
		.name = "SANITIZE: OVERWRITE", .op = OP_SANITIZE, SANITIZES,
		.sa = SA_OVERWRITE, .exec = target_sanitize_overwrite,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 7, 2 },
		.usage = { OP_SANITIZE, 0xbf, [7] = 0xff, 0xff, 0 },
	}, {
		.name = "SANITIZE: BLOCK ERASE", .op = OP_SANITIZE, SANITIZES,
		.sa = SA_BLOCK_ERASE, .exec = target_sanitize_block_erase,
		.dir = DMA_NONE, .usage = { OP_SANITIZE, 0xbf },
	}, {
		.name = "SANITIZE: EXIT FAILURE MODE", .op = OP_SANITIZE,
		SANITIZES, .sa = SA_EXIT_FAILURE_MODE,
		.exec = target_sanitize_exit, .dir = DMA_NONE,
		.usage = { OP_SANITIZE, 0xbf },
	}, {
		.name = "READ(32)", .op = VARIABLE_LENGTH_CMD,
		.sa = READ_32, READS(TARGET_OP_SA), BLOCKS_32,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_READ,
		.options = PROTECT_DPO_FUA, .usage = USAGE_32(0xf8),
	}, {
		.name = "VERIFY(32)", .op = VARIABLE_LENGTH_CMD,
		.sa = VERIFY_32, VERIFIES(TARGET_OP_SA), BLOCKS_32,
		.usage = USAGE_32(0xf6),
	}, {
		.name = "WRITE(32)", .op = VARIABLE_LENGTH_CMD,
		.sa = WRITE_32,
		WRITES(target_rw_write, TARGET_OP_SA), BLOCKS_32,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,
		.options = PROTECT_DPO_FUA, .usage = USAGE_32(0xf8),
	}, {
		.name = "WRITE AND VERIFY(32)", .op = VARIABLE_LENGTH_CMD,
		.sa = WRITE_VERIFY_32, WRITES_AND_VERIFIES(TARGET_OP_SA),
		BLOCKS_32, .usage = USAGE_32(0xf6),
	}, {
		.name = "WRITE SAME(32)", .op = VARIABLE_LENGTH_CMD,
		.sa = WRITE_SAME_32, WRITES_SAME(TARGET_OP_SA), BLOCKS_32,
		.usage = USAGE_32(0xf9),
	}, {
		.name = "ORWRITE(32)", .op = VARIABLE_LENGTH_CMD,
		.sa = SA_ORWRITE_32,
		EXCLUSIVE_WRITES(target_orwrite_32,
				 TARGET_OP_SA | TARGET_OP_ORDERED),
		BLOCKS_32, .usage = USAGE_32(0xf8),
	}, {
		.name = "WRITE ATOMIC(32)", .op = VARIABLE_LENGTH_CMD,
		.sa = SA_WRITE_ATOMIC_32,
		EXCLUSIVE_WRITES(target_atomic_write, TARGET_OP_SA),
		.enabled = has_atomic, BLOCKS_32,
		.usage = USAGE_32(0xf8),
	}, {
		.name = "WRITE STREAM(32)", .op = VARIABLE_LENGTH_CMD,
		.sa = SA_WRITE_STREAM_32,
		WRITES(target_stream_write_32, TARGET_OP_SA), BLOCKS_32,
		.enabled = has_streams,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,
		.options = PROTECT_DPO_FUA,
		.usage = USAGE_32_ID(0xf8, 0xff, 0xff),
	}, {
		.name = "GET LBA STATUS(32)", .op = VARIABLE_LENGTH_CMD,
		.sa = SA_GET_LBA_STATUS_32, ASKS,
		.flags = TARGET_OP_SA, .exec = target_lba_status_32,
		.cdb_len = 32, .count = { 28, 4 }, .resv = TARGET_RESV_READ,
		.alua = TARGET_ALUA_ACTIVE,
		/* with REPORT TYPE, which is not processed (RTP) */
		.usage = { VARIABLE_LENGTH_CMD, [7] = 32 - 8, 0xff, 0xff, 0xff,
			   [12] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, [28] = 0xff, 0xff,
			   0xff, 0xff },
	}, {
		.name = "READ(16)", .op = READ_16, READS(0), BLOCKS_16,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_READ,
		.options = PROTECT_DPO_FUA, .usage = USAGE_16(READ_16, 0xf8),
	}, {
		.name = "COMPARE AND WRITE", .op = COMPARE_AND_WRITE,
		.enabled = has_caw, .exec = target_caw, .cdb_len = 16,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BLOCKS_TWICE,
		.lba = { 2, 8 }, .count = { 13, 1 },
		.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,
		.pi = TARGET_PI_WRITE, .options = PROTECT_DPO_FUA,
		.flags = TARGET_OP_WRITES | TARGET_OP_EXCLUSIVE |
			 TARGET_OP_WHOLE,
		.timeout = TARGET_TIMEOUT_MEDIUM,
		.usage = { COMPARE_AND_WRITE, 0xf8, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0xff, 0, 0 },
	}, {
		.name = "WRITE(16)", .op = WRITE_16,
		WRITES(target_rw_write, 0), BLOCKS_16,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,
		.options = PROTECT_DPO_FUA, .usage = USAGE_16(WRITE_16, 0xf8),
	}, {
		.name = "ORWRITE(16)", .op = OP_ORWRITE_16,
		EXCLUSIVE_WRITES(target_orwrite, TARGET_OP_ORDERED), BLOCKS_16,
		.usage = USAGE_16(OP_ORWRITE_16, 0xf8),
	}, {
		.name = "WRITE AND VERIFY(16)", .op = WRITE_VERIFY_16,
		WRITES_AND_VERIFIES(0), BLOCKS_16,
		.usage = USAGE_16(WRITE_VERIFY_16, 0xf6),
	}, {
		.name = "VERIFY(16)", .op = VERIFY_16, VERIFIES(0), BLOCKS_16,
		.usage = USAGE_16(VERIFY_16, 0xf6),
	}, {
		.name = "PRE-FETCH(16)", .op = OP_PRE_FETCH_16, PRE_FETCHES,
		BLOCKS_16,
		.usage = { OP_PRE_FETCH_16, 0x02, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0x3f, 0 },
	}, {
		.name = "SYNCHRONIZE CACHE(16)", .op = SYNCHRONIZE_CACHE_16,
		SYNCHRONIZES, BLOCKS_16,
		.usage = USAGE_16(SYNCHRONIZE_CACHE_16, 0x02),
	}, {
		.name = "WRITE SAME(16)", .op = WRITE_SAME_16,
		WRITES_SAME(0), BLOCKS_16,
		.usage = USAGE_16(WRITE_SAME_16, 0xf9),
	}, {
		.name = "WRITE STREAM(16)", .op = OP_WRITE_STREAM_16,
		WRITES(target_stream_write, 0), BLOCKS_16_2,
		.enabled = has_streams,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,
		.options = PROTECT_DPO_FUA,
		.usage = USAGE_16_2(OP_WRITE_STREAM_16, 0xf8, 0xff, 0xff),
	}, {
		.name = "WRITE ATOMIC(16)", .op = WRITE_ATOMIC_16,
		EXCLUSIVE_WRITES(target_atomic_write, 0),
		.enabled = has_atomic, BLOCKS_16_2,
		.usage = USAGE_16_2(WRITE_ATOMIC_16, 0xf8),
	}, {
		.name = "READ CAPACITY(16)", .op = SERVICE_ACTION_IN_16,
		.sa = SAI_READ_CAPACITY_16, .flags = TARGET_OP_SA,
		.exec = target_sbc_read_capacity_16, ASKS, .cdb_len = 16,
		.count = { 10, 4 }, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_NOT_ACTIVE,
		.usage = { SERVICE_ACTION_IN_16, 0x1f, [10] = 0xff, 0xff,
			   0xff, 0xff, 0, 0 },
	}, {
		.name = "GET LBA STATUS(16)", .op = SERVICE_ACTION_IN_16,
		.sa = SAI_GET_LBA_STATUS, .flags = TARGET_OP_SA,
		.exec = target_lba_status_16, ASKS, .cdb_len = 16,
		.count = { 10, 4 }, .resv = TARGET_RESV_READ,
		.alua = TARGET_ALUA_ACTIVE,
		.usage = { SERVICE_ACTION_IN_16, 0x1f, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0 },
	}, {
		.name = "REPORT REFERRALS", .op = SERVICE_ACTION_IN_16,
		.sa = SAI_REPORT_REFERRALS, .flags = TARGET_OP_SA,
		.enabled = target_referrals_supported,
		.exec = target_referrals, ASKS, .cdb_len = 16,
		.count = { 10, 4 }, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_ACTIVE,
		.usage = { SERVICE_ACTION_IN_16, 0x1f, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0x01, 0 },
	}, {
		.name = "STREAM CONTROL", .op = SERVICE_ACTION_IN_16,
		.sa = SA_STREAM_CONTROL, .flags = TARGET_OP_SA,
		.enabled = has_streams,
		.exec = target_stream_control, ASKS, .cdb_len = 16,
		.count = { 10, 4 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_ACTIVE,
		.usage = { SERVICE_ACTION_IN_16, 0x7f, 0, 0, 0xff, 0xff,
			   [10] = 0xff, 0xff, 0xff, 0xff, 0, 0 },
	}, {
		.name = "GET STREAM STATUS", .op = SERVICE_ACTION_IN_16,
		.sa = SAI_GET_STREAM_STATUS, .flags = TARGET_OP_SA,
		.enabled = has_streams,
		.exec = target_stream_status, ASKS, .cdb_len = 16,
		.count = { 10, 4 }, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_ACTIVE,
		.usage = { SERVICE_ACTION_IN_16, 0x1f, 0, 0, 0xff, 0xff,
			   [10] = 0xff, 0xff, 0xff, 0xff, 0, 0 },
	}, {
		.name = "READ(12)", .op = READ_12, READS(0), BLOCKS_12,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_READ,
		.options = PROTECT_DPO_FUA, .usage = USAGE_12(READ_12, 0xf8),
	}, {
		.name = "WRITE(12)", .op = WRITE_12,
		WRITES(target_rw_write, 0), BLOCKS_12,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,
		.options = PROTECT_DPO_FUA, .usage = USAGE_12(WRITE_12, 0xf8),
	}, {
		.name = "WRITE AND VERIFY(12)", .op = WRITE_VERIFY_12,
		WRITES_AND_VERIFIES(0), BLOCKS_12,
		.usage = USAGE_12(WRITE_VERIFY_12, 0xf6),
	}, {
		.name = "VERIFY(12)", .op = VERIFY_12, VERIFIES(0), BLOCKS_12,
		.usage = USAGE_12(VERIFY_12, 0xf6),
	}, {
		.name = "READ DEFECT DATA(12)", .op = OP_READ_DEFECT_DATA_12,
		.exec = target_defects_read_12, ASKS, .cdb_len = 12,
		.count = { 6, 4 }, .resv = TARGET_RESV_READ,
		.alua = TARGET_ALUA_ACTIVE,
		.usage = USAGE_12(OP_READ_DEFECT_DATA_12, 0x1f),
	},
};

/**
 * target_opdef_block_init - index these commands
 *
 * Return: 0, or -EINVAL and a log line
 */
int target_opdef_block_init(void)
{
	return target_opindex_add(table, ARRAY_SIZE(table));
}
