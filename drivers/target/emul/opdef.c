// SPDX-License-Identifier: GPL-2.0-only
/*
 * THE table of commands: rows in order of operation code and service action.
 * opdef.h says what the columns mean, opindex.c checks that they agree.
 */
#include <linux/dma-direction.h>
#include <scsi/scsi_proto.h>
#include "cdb.h"
#include "emul.h"
#include "handlers.h"
#include "opdef.h"
#include "opindex.h"

/* Where the numbers of block commands are */
#define BLOCKS_6	.cdb_len = 6, .lba = { 1, 3 }, .count = { 4, 1 }
#define BLOCKS_10	.cdb_len = 10, .lba = { 2, 4 }, .count = { 7, 2 }
#define BLOCKS_12	.cdb_len = 12, .lba = { 2, 4 }, .count = { 6, 4 }
#define BLOCKS_16	.cdb_len = 16, .lba = { 2, 8 }, .count = { 10, 4 }

/* Their CDB usage data, but for the bits of byte 1 */
#define USAGE_6(op)		{ op, 0x1f, 0xff, 0xff, 0xff, 0 }
#define USAGE_10(op, flags)						\
	{ op, flags, 0xff, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0 }
#define USAGE_12(op, flags)						\
	{ op, flags, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0 }
#define USAGE_16(op, flags)						\
	{ op, flags, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,	\
	  0xff, 0xff, 0xff, 0xff, 0, 0 }

/* What block commands have in common */
#define READS								\
	.exec = target_rw_read, .dir = DMA_FROM_DEVICE,			\
	.resv = TARGET_RESV_READ, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_MEDIUM, .flags = TARGET_OP_LEND
#define WRITES								\
	.exec = target_rw_write, .dir = DMA_TO_DEVICE,			\
	.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_MEDIUM, .flags = TARGET_OP_WRITES
#define WRITES_AND_VERIFIES						\
	.exec = target_verify_write, .dir = DMA_TO_DEVICE,		\
	.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_MEDIUM, .flags = TARGET_OP_WRITES,	\
	.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,		\
	.options = PROTECT_DPO
#define VERIFIES							\
	.exec = target_verify, .dir = DMA_TO_DEVICE,			\
	.resv = TARGET_RESV_READ, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_RANGE, .data = TARGET_DATA_BYTCHK,	\
	.pi = TARGET_PI_VERIFY, .options = PROTECT_DPO
#define WRITES_SAME							\
	.exec = target_write_same, .dir = DMA_TO_DEVICE,		\
	.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_RANGE, .data = TARGET_DATA_ONE_BLOCK,	\
	.flags = TARGET_OP_WRITES | TARGET_OP_WHOLE,			\
	.pi = TARGET_PI_WRITE, .options = PROTECT_UNMAP
#define SYNCHRONIZES							\
	.exec = target_sbc_synchronize_cache, .dir = DMA_NONE,		\
	.data = TARGET_DATA_RANGE, .resv = TARGET_RESV_WRITE,		\
	.alua = TARGET_ALUA_ACTIVE, .timeout = TARGET_TIMEOUT_RANGE

/* Commands that need nothing but the target */
#define ALWAYS								\
	.resv = TARGET_RESV_ALLOW, .alua = TARGET_ALUA_ANY,		\
	.ua = TARGET_UA_IGNORE, .timeout = TARGET_TIMEOUT_STATE,	\
	.flags = TARGET_OP_NO_LUN | TARGET_OP_STOPPED | TARGET_OP_HEAD

#define PROTECT_DPO	(BIT(TARGET_OPT_PROTECT) | BIT(TARGET_OPT_DPO))
#define PROTECT_DPO_FUA	(PROTECT_DPO | BIT(TARGET_OPT_FUA))
#define PROTECT_UNMAP	(BIT(TARGET_OPT_PROTECT) | BIT(TARGET_OPT_UNMAP))

static bool has_rsoc(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_rsoc);
}

static bool has_unmap(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_tpu);
}

static bool has_caw(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_caw);
}

static const struct target_opdef table[] = {
	{
		.name = "TEST UNIT READY", .op = TEST_UNIT_READY,
		.exec = target_spc_test_unit_ready, .cdb_len = 6,
		.dir = DMA_NONE, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_ACTIVE, .timeout = TARGET_TIMEOUT_STATE,
		.usage = { TEST_UNIT_READY },
	}, {
		.name = "REQUEST SENSE", .op = REQUEST_SENSE,
		.exec = target_spc_request_sense, ALWAYS, .cdb_len = 6,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 4, 1 },
		.usage = { REQUEST_SENSE, 0x01, 0, 0, 0xff, 0 },
	}, {
		.name = "READ(6)", .op = READ_6, READS, BLOCKS_6,
		.data = TARGET_DATA_BLOCKS_6, .usage = USAGE_6(READ_6),
	}, {
		.name = "WRITE(6)", .op = WRITE_6, WRITES, BLOCKS_6,
		.data = TARGET_DATA_BLOCKS_6, .usage = USAGE_6(WRITE_6),
	}, {
		.name = "INQUIRY", .op = INQUIRY,
		.exec = target_inquiry, ALWAYS, .cdb_len = 6,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 3, 2 },
		.usage = { INQUIRY, 0x01, 0xff, 0xff, 0xff, 0 },
	}, {
		.name = "MODE SELECT(6)", .op = MODE_SELECT,
		.exec = target_mode_select, .cdb_len = 6,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 4, 1 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_NOT_ACTIVE, .flags = TARGET_OP_STOPPED,
		.timeout = TARGET_TIMEOUT_STATE,
		.usage = { MODE_SELECT, 0x10, 0, 0, 0xff, 0 },
	}, {
		.name = "MODE SENSE(6)", .op = MODE_SENSE,
		.exec = target_mode_sense, .cdb_len = 6,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 4, 1 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_NOT_ACTIVE, .flags = TARGET_OP_STOPPED,
		.timeout = TARGET_TIMEOUT_STATE,
		.usage = { MODE_SENSE, 0x08, 0xff, 0xff, 0xff, 0 },
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
		.resv = TARGET_RESV_ALLOW, .alua = TARGET_ALUA_ACTIVE,
		.timeout = TARGET_TIMEOUT_STATE,
		.usage = { READ_CAPACITY },
	}, {
		.name = "READ(10)", .op = READ_10, READS, BLOCKS_10,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_READ,
		.options = PROTECT_DPO_FUA, .usage = USAGE_10(READ_10, 0xf8),
	}, {
		.name = "WRITE(10)", .op = WRITE_10, WRITES, BLOCKS_10,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,
		.options = PROTECT_DPO_FUA, .usage = USAGE_10(WRITE_10, 0xf8),
	}, {
		.name = "WRITE AND VERIFY(10)", .op = WRITE_VERIFY,
		WRITES_AND_VERIFIES, BLOCKS_10,
		.usage = USAGE_10(WRITE_VERIFY, 0xf6),
	}, {
		.name = "VERIFY(10)", .op = VERIFY, VERIFIES, BLOCKS_10,
		.usage = USAGE_10(VERIFY, 0xf6),
	}, {
		.name = "SYNCHRONIZE CACHE(10)", .op = SYNCHRONIZE_CACHE,
		SYNCHRONIZES, BLOCKS_10,
		.usage = USAGE_10(SYNCHRONIZE_CACHE, 0x02),
	}, {
		.name = "WRITE SAME(10)", .op = WRITE_SAME,
		WRITES_SAME, BLOCKS_10, .usage = USAGE_10(WRITE_SAME, 0xe8),
	}, {
		.name = "UNMAP", .op = UNMAP, .enabled = has_unmap,
		.exec = target_unmap, .cdb_len = 10,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 7, 2 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_ACTIVE, .flags = TARGET_OP_WRITES,
		.timeout = TARGET_TIMEOUT_RANGE,
		.usage = { UNMAP, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0 },
	}, {
		.name = "MODE SELECT(10)", .op = MODE_SELECT_10,
		.exec = target_mode_select, .cdb_len = 10,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 7, 2 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_NOT_ACTIVE, .flags = TARGET_OP_STOPPED,
		.timeout = TARGET_TIMEOUT_STATE,
		.usage = { MODE_SELECT_10, 0x10, 0, 0, 0, 0, 0, 0xff, 0xff, 0 },
	}, {
		.name = "MODE SENSE(10)", .op = MODE_SENSE_10,
		.exec = target_mode_sense, .cdb_len = 10,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 7, 2 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_NOT_ACTIVE, .flags = TARGET_OP_STOPPED,
		.timeout = TARGET_TIMEOUT_STATE,
		.usage = { MODE_SENSE_10, 0x18, 0xff, 0xff, 0, 0, 0,
			   0xff, 0xff, 0 },
	}, {
		.name = "READ(16)", .op = READ_16, READS, BLOCKS_16,
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
		.name = "WRITE(16)", .op = WRITE_16, WRITES, BLOCKS_16,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,
		.options = PROTECT_DPO_FUA, .usage = USAGE_16(WRITE_16, 0xf8),
	}, {
		.name = "WRITE AND VERIFY(16)", .op = WRITE_VERIFY_16,
		WRITES_AND_VERIFIES, BLOCKS_16,
		.usage = USAGE_16(WRITE_VERIFY_16, 0xf6),
	}, {
		.name = "VERIFY(16)", .op = VERIFY_16, VERIFIES, BLOCKS_16,
		.usage = USAGE_16(VERIFY_16, 0xf6),
	}, {
		.name = "SYNCHRONIZE CACHE(16)", .op = SYNCHRONIZE_CACHE_16,
		SYNCHRONIZES, BLOCKS_16,
		.usage = USAGE_16(SYNCHRONIZE_CACHE_16, 0x02),
	}, {
		.name = "WRITE SAME(16)", .op = WRITE_SAME_16,
		WRITES_SAME, BLOCKS_16, .usage = USAGE_16(WRITE_SAME_16, 0xe9),
	}, {
		.name = "READ CAPACITY(16)", .op = SERVICE_ACTION_IN_16,
		.sa = SAI_READ_CAPACITY_16, .flags = TARGET_OP_SA,
		.exec = target_sbc_read_capacity_16, .cdb_len = 16,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 10, 4 }, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_ACTIVE, .timeout = TARGET_TIMEOUT_STATE,
		.usage = { SERVICE_ACTION_IN_16, 0x1f, [10] = 0xff, 0xff,
			   0xff, 0xff, 0, 0 },
	}, {
		.name = "REPORT LUNS", .op = REPORT_LUNS,
		.exec = target_spc_report_luns, ALWAYS, .cdb_len = 12,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 6, 4 },
		.usage = { REPORT_LUNS, 0, 0xff, 0, 0, 0, 0xff, 0xff, 0xff,
			   0xff, 0, 0 },
	}, {
		.name = "REPORT SUPPORTED OPERATION CODES",
		.op = MAINTENANCE_IN, .sa = MI_REPORT_SUPPORTED_OPERATION_CODES,
		.flags = TARGET_OP_SA | TARGET_OP_STOPPED,
		.enabled = has_rsoc, .exec = target_rsoc, .cdb_len = 12,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 6, 4 }, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_NOT_ACTIVE, .timeout = TARGET_TIMEOUT_STATE,
		.usage = { MAINTENANCE_IN, 0x1f, 0x87, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0, 0 },
	}, {
		.name = "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
		.op = MAINTENANCE_IN,
		.sa = MI_REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS,
		.flags = TARGET_OP_SA | TARGET_OP_STOPPED,
		.exec = target_rsoc_tmfs, .cdb_len = 12,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 6, 4 }, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_NOT_ACTIVE, .timeout = TARGET_TIMEOUT_STATE,
		.usage = { MAINTENANCE_IN, 0x1f, 0x80, 0, 0, 0,
			   0xff, 0xff, 0xff, 0xff, 0, 0 },
	}, {
		.name = "READ(12)", .op = READ_12, READS, BLOCKS_12,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_READ,
		.options = PROTECT_DPO_FUA, .usage = USAGE_12(READ_12, 0xf8),
	}, {
		.name = "WRITE(12)", .op = WRITE_12, WRITES, BLOCKS_12,
		.data = TARGET_DATA_BLOCKS, .pi = TARGET_PI_WRITE,
		.options = PROTECT_DPO_FUA, .usage = USAGE_12(WRITE_12, 0xf8),
	}, {
		.name = "WRITE AND VERIFY(12)", .op = WRITE_VERIFY_12,
		WRITES_AND_VERIFIES, BLOCKS_12,
		.usage = USAGE_12(WRITE_VERIFY_12, 0xf6),
	}, {
		.name = "VERIFY(12)", .op = VERIFY_12, VERIFIES, BLOCKS_12,
		.usage = USAGE_12(VERIFY_12, 0xf6),
	},
};

/**
 * target_opdef_init - check the table and index it
 *
 * Return: 0, or -EINVAL and a log line
 */
int target_opdef_init(void)
{
	return target_opindex_build(table, ARRAY_SIZE(table));
}

/**
 * target_opdef_run - call the handler of a command
 * @cmd: decoded command that may run
 *
 * Context: process.
 * Return: TCM_NO_SENSE, why it ends badly, or TCM_PENDING
 */
sense_reason_t target_opdef_run(struct target_cmd *cmd)
{
	sense_reason_t reason = TCM_NO_SENSE;

	if (cmd->op->lba.bytes)
		reason = target_cdb_range(cmd);
	return reason ?: cmd->op->exec(cmd);
}
