// SPDX-License-Identifier: GPL-2.0-only
/*
 * THE table of commands, first part: those that every device may have (SPC-5),
 * in order of operation code and service action.  opdef.h says what the columns
 * mean, opindex.c checks that they agree.
 */
#include <linux/dma-direction.h>
#include <scsi/scsi_proto.h>
#include "../core/tp_access.h"
#include "handlers.h"
#include "opdef.h"
#include "opdef_rows.h"
#include "opindex.h"

/* What scsi_proto.h does not name */
#define OP_READ_BUFFER_16	0x9b

/* A command with a PARAMETER LIST LENGTH */
#define TELLS								\
	.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BYTES,		\
	.resv = TARGET_RESV_WRITE, .timeout = TARGET_TIMEOUT_STATE

/* Commands that need nothing but the target */
#define ALWAYS(more)							\
	.resv = TARGET_RESV_ALLOW, .alua = TARGET_ALUA_ANY,		\
	.ua = TARGET_UA_IGNORE, .timeout = TARGET_TIMEOUT_STATE,	\
	.flags = TARGET_OP_NO_LUN | TARGET_OP_STOPPED | TARGET_OP_HEAD | (more)

/* The echo buffer, by which a path is tried, is there but for offline ports. */
#define ECHOES								\
	(TARGET_ALUA_NOT_ACTIVE | TARGET_ALUA_UNAVAILABLE |		\
	 TARGET_ALUA_TRANSITION)

/* MODE is as good as a service action (SPC-5 table 246, SBC-4 H.3.3.3). */
#define WRITES_BUFFER(mode)						\
	.op = WRITE_BUFFER, .sa = mode, .flags = TARGET_OP_SA,		\
	.exec = target_buffer_write, TELLS, .cdb_len = 10,		\
	.count = { 6, 3 }, .alua = ECHOES,				\
	.usage = { WRITE_BUFFER, 0x1f, 0xff, 0xff, 0xff, 0xff,		\
		   0xff, 0xff, 0xff, 0 }
#define READS_BUFFER(mode)						\
	.op = READ_BUFFER, .sa = mode, .flags = TARGET_OP_SA,		\
	.exec = target_buffer_read, ASKS, .cdb_len = 10,		\
	.count = { 6, 3 }, .resv = TARGET_RESV_WRITE, .alua = ECHOES,	\
	.usage = { READ_BUFFER, 0x1f, 0xff, 0xff, 0xff, 0xff,		\
		   0xff, 0xff, 0xff, 0 }
#define READS_BUFFER_16(mode)						\
	.op = OP_READ_BUFFER_16, .sa = mode, .flags = TARGET_OP_SA,	\
	.exec = target_buffer_read, ASKS, .cdb_len = 16,		\
	.count = { 10, 4 }, .resv = TARGET_RESV_WRITE, .alua = ECHOES,	\
	.usage = { OP_READ_BUFFER_16, 0x1f, 0xff, 0xff, 0xff, 0xff,	\
		   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,	\
		   0, 0 }

/* Reservations themselves */
#define RESV_SPC2							\
	.cdb_len = 6, .enabled = has_pgr, .dir = DMA_NONE,		\
	.resv = TARGET_RESV_ALLOW, .alua = TARGET_ALUA_NOT_ACTIVE,	\
	.timeout = TARGET_TIMEOUT_STATE, .flags = TARGET_OP_STOPPED
#define RESV_SPC2_10							\
	.cdb_len = 10, .enabled = has_pgr, .dir = DMA_NONE,		\
	.resv = TARGET_RESV_ALLOW, .alua = TARGET_ALUA_NOT_ACTIVE,	\
	.timeout = TARGET_TIMEOUT_STATE, .flags = TARGET_OP_STOPPED
#define RESV_IN(action, has)						\
	.op = PERSISTENT_RESERVE_IN, .sa = action, .enabled = has,	\
	.flags = TARGET_OP_SA | TARGET_OP_STOPPED, .cdb_len = 10,	\
	.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,		\
	.count = { 7, 2 }, .resv = TARGET_RESV_SPC2,			\
	.alua = TARGET_ALUA_NOT_ACTIVE,					\
	.timeout = TARGET_TIMEOUT_STATE,				\
	.usage = { PERSISTENT_RESERVE_IN, 0x1f, 0, 0, 0, 0, 0,		\
		   0xff, 0xff, 0 }
#define RESV_OUT(action, has)						\
	.op = PERSISTENT_RESERVE_OUT, .sa = action, .enabled = has,	\
	.exec = target_resv_out, .cdb_len = 10,				\
	.flags = TARGET_OP_SA | TARGET_OP_STOPPED,			\
	.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BYTES,		\
	.count = { 5, 4 }, .resv = TARGET_RESV_SPC2,			\
	.alua = TARGET_ALUA_NOT_ACTIVE,					\
	.timeout = TARGET_TIMEOUT_MEDIUM,				\
	.usage = { PERSISTENT_RESERVE_OUT, 0x1f, 0xff, 0, 0,		\
		   0xff, 0xff, 0xff, 0xff, 0 }

static bool has_rsoc(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_rsoc);
}

static bool has_alua(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.alua_support) && READ_ONCE(dev->tp_types);
}

static bool has_explicit_alua(const struct target_dev *dev)
{
	return has_alua(dev) && READ_ONCE(dev->tp_types) & TARGET_TP_EXPLICIT;
}

static bool has_pr(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_pr);
}

/* what a backing device that keeps reservations cannot be asked for */
static bool has_pgr(const struct target_dev *dev)
{
	return has_pr(dev) && READ_ONCE(dev->attr.pgr_support);
}

static const struct target_opdef table[] = {
	{
		.name = "TEST UNIT READY", .op = TEST_UNIT_READY,
		.exec = target_spc_test_unit_ready, .cdb_len = 6,
		.dir = DMA_NONE, .resv = TARGET_RESV_SPC2,
		.alua = TARGET_ALUA_ACTIVE, .timeout = TARGET_TIMEOUT_STATE,
		.flags = TARGET_OP_WELL_KNOWN, .usage = { TEST_UNIT_READY },
	}, {
		.name = "REQUEST SENSE", .op = REQUEST_SENSE,
		.exec = target_spc_request_sense, ALWAYS(0), .cdb_len = 6,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 4, 1 },
		.usage = { REQUEST_SENSE, 0x01, 0, 0, 0xff, 0 },
	}, {
		.name = "INQUIRY", .op = INQUIRY,
		.exec = target_inquiry, ALWAYS(TARGET_OP_OLD_LUN), .cdb_len = 6,
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
		.usage = { MODE_SELECT, 0x11, 0, 0, 0xff, 0 },
	}, {
		.name = "RESERVE(6)", .op = RESERVE, RESV_SPC2,
		.exec = target_resv_spc2_reserve, .usage = { RESERVE },
	}, {
		.name = "RELEASE(6)", .op = RELEASE, RESV_SPC2,
		.exec = target_resv_spc2_release, .usage = { RELEASE },
	}, {
		.name = "MODE SENSE(6)", .op = MODE_SENSE,
		.exec = target_mode_sense, .cdb_len = 6,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 4, 1 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_NOT_ACTIVE, .flags = TARGET_OP_STOPPED,
		.timeout = TARGET_TIMEOUT_STATE,
		.usage = { MODE_SENSE, 0x08, 0xff, 0xff, 0xff, 0 },
	}, {
		.name = "RECEIVE DIAGNOSTIC RESULTS", .op = RECEIVE_DIAGNOSTIC,
		.exec = target_diagnostic_receive, ASKS, .cdb_len = 6,
		.count = { 3, 2 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_NOT_ACTIVE,
		.usage = { RECEIVE_DIAGNOSTIC, 0x01, 0xff, 0xff, 0xff, 0 },
	}, {
		.name = "SEND DIAGNOSTIC", .op = SEND_DIAGNOSTIC,
		.exec = target_diagnostic_send, .cdb_len = 6,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 3, 2 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_NOT_ACTIVE, .timeout = TARGET_TIMEOUT_RANGE,
		.usage = { SEND_DIAGNOSTIC, 0xf7, 0, 0xff, 0xff, 0 },
	}, {
		.name = "WRITE BUFFER: DATA",
		WRITES_BUFFER(0x02),
	}, {
		.name = "WRITE BUFFER: ECHO BUFFER",
		WRITES_BUFFER(0x0a),
	}, {
		.name = "READ BUFFER(10): DATA",
		READS_BUFFER(0x02),
	}, {
		.name = "READ BUFFER(10): DESCRIPTOR",
		READS_BUFFER(0x03),
	}, {
		.name = "READ BUFFER(10): ECHO BUFFER",
		READS_BUFFER(0x0a),
	}, {
		.name = "READ BUFFER(10): ECHO BUFFER DESCRIPTOR",
		READS_BUFFER(0x0b),
	}, {
		.name = "LOG SELECT", .op = LOG_SELECT,
		.exec = target_log_select, TELLS, .cdb_len = 10,
		.count = { 7, 2 }, .alua = TARGET_ALUA_NOT_ACTIVE,
		.usage = { LOG_SELECT, 0x02, 0xff, 0xff, [7] = 0xff, 0xff, 0 },
	}, {
		.name = "LOG SENSE", .op = LOG_SENSE,
		.exec = target_log_sense, ASKS, .cdb_len = 10,
		.count = { 7, 2 }, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_NOT_ACTIVE, .flags = TARGET_OP_STOPPED,
		.usage = { LOG_SENSE, 0, 0xff, 0xff, 0, 0xff, 0xff,
			   0xff, 0xff, 0 },
	}, {
		.name = "MODE SELECT(10)", .op = MODE_SELECT_10,
		.exec = target_mode_select, .cdb_len = 10,
		.dir = DMA_TO_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 7, 2 }, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_NOT_ACTIVE, .flags = TARGET_OP_STOPPED,
		.timeout = TARGET_TIMEOUT_STATE,
		.usage = { MODE_SELECT_10, 0x11, 0, 0, 0, 0, 0, 0xff, 0xff, 0 },
	}, {
		.name = "RESERVE(10)", .op = RESERVE_10, RESV_SPC2_10,
		.exec = target_resv_spc2_reserve,
		.usage = { RESERVE_10, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0 },
	}, {
		.name = "RELEASE(10)", .op = RELEASE_10, RESV_SPC2_10,
		.exec = target_resv_spc2_release,
		.usage = { RELEASE_10, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0 },
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
		.name = "PERSISTENT RESERVE IN, READ KEYS",
		RESV_IN(0, has_pr), .exec = target_resv_in_keys,
	}, {
		.name = "PERSISTENT RESERVE IN, READ RESERVATION",
		RESV_IN(1, has_pr), .exec = target_resv_in_reservation,
	}, {
		.name = "PERSISTENT RESERVE IN, REPORT CAPABILITIES",
		RESV_IN(2, has_pr), .exec = target_resv_in_capabilities,
	}, {
		.name = "PERSISTENT RESERVE IN, READ FULL STATUS",
		RESV_IN(3, has_pgr), .exec = target_resv_in_full,
	}, {
		.name = "PERSISTENT RESERVE OUT, REGISTER",
		RESV_OUT(0, has_pr),
	}, {
		.name = "PERSISTENT RESERVE OUT, RESERVE",
		RESV_OUT(1, has_pr),
	}, {
		.name = "PERSISTENT RESERVE OUT, RELEASE",
		RESV_OUT(2, has_pr),
	}, {
		.name = "PERSISTENT RESERVE OUT, CLEAR",
		RESV_OUT(3, has_pr),
	}, {
		.name = "PERSISTENT RESERVE OUT, PREEMPT",
		RESV_OUT(4, has_pr),
	}, {
		.name = "PERSISTENT RESERVE OUT, PREEMPT AND ABORT",
		RESV_OUT(5, has_pr),
	}, {
		.name = "PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY",
		RESV_OUT(6, has_pr),
	}, {
		.name = "PERSISTENT RESERVE OUT, REGISTER AND MOVE",
		RESV_OUT(7, has_pgr),
	}, {
		.name = "PERSISTENT RESERVE OUT, REPLACE LOST RESERVATION",
		RESV_OUT(8, has_pgr),
	}, {
		.name = "READ BUFFER(16): DATA",
		READS_BUFFER_16(0x02),
	}, {
		.name = "READ BUFFER(16): DESCRIPTOR",
		READS_BUFFER_16(0x03),
	}, {
		.name = "READ BUFFER(16): ECHO BUFFER",
		READS_BUFFER_16(0x0a),
	}, {
		.name = "READ BUFFER(16): ECHO BUFFER DESCRIPTOR",
		READS_BUFFER_16(0x0b),
	}, {
		.name = "REPORT LUNS", .op = REPORT_LUNS,
		.exec = target_spc_report_luns, ALWAYS(0), .cdb_len = 12,
		.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,
		.count = { 6, 4 },
		.usage = { REPORT_LUNS, 0, 0xff, 0, 0, 0, 0xff, 0xff, 0xff,
			   0xff, 0, 0 },
	}, {
		.name = "REPORT IDENTIFYING INFORMATION", .op = MAINTENANCE_IN,
		.sa = MI_REPORT_IDENTIFYING_INFORMATION, .flags = TARGET_OP_SA,
		.exec = target_identifying_report, ASKS, .cdb_len = 12,
		.count = { 6, 4 }, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_NOT_ACTIVE,
		.usage = { MAINTENANCE_IN, 0x1f, 0, 0, 0, 0,
			   0xff, 0xff, 0xff, 0xff, 0xfe, 0 },
	}, {
		.name = "REPORT TARGET PORT GROUPS",
		.op = MAINTENANCE_IN, .sa = MI_REPORT_TARGET_PGS,
		.flags = TARGET_OP_SA | TARGET_OP_STOPPED,
		.enabled = has_alua, .exec = target_alua_cmd_report, ASKS,
		.cdb_len = 12, .count = { 6, 4 },
		.resv = TARGET_RESV_ALLOW, .alua = TARGET_ALUA_ANY,
		.usage = { MAINTENANCE_IN, 0xff, 0, 0, 0, 0,
			   0xff, 0xff, 0xff, 0xff, 0, 0 },
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
		.name = "REPORT TIMESTAMP", .op = MAINTENANCE_IN,
		.sa = MI_REPORT_TIMESTAMP, .flags = TARGET_OP_SA,
		.exec = target_timestamp_report, ASKS, .cdb_len = 12,
		.count = { 6, 4 }, .resv = TARGET_RESV_ALLOW,
		.alua = TARGET_ALUA_NOT_ACTIVE,
		.usage = { MAINTENANCE_IN, 0x1f, 0, 0, 0, 0,
			   0xff, 0xff, 0xff, 0xff, 0, 0 },
	}, {
		.name = "SET IDENTIFYING INFORMATION", .op = MAINTENANCE_OUT,
		.sa = MO_SET_IDENTIFYING_INFORMATION, .flags = TARGET_OP_SA,
		.exec = target_identifying_set, TELLS, .cdb_len = 12,
		.count = { 6, 4 }, .alua = TARGET_ALUA_NOT_ACTIVE,
		.usage = { MAINTENANCE_OUT, 0x1f, 0, 0, 0, 0,
			   0xff, 0xff, 0xff, 0xff, 0xfe, 0 },
	}, {
		.name = "SET TARGET PORT GROUPS",
		.op = MAINTENANCE_OUT, .sa = MO_SET_TARGET_PGS,
		.flags = TARGET_OP_SA | TARGET_OP_STOPPED,
		.enabled = has_explicit_alua, .exec = target_alua_cmd_set,
		.cdb_len = 12, .dir = DMA_TO_DEVICE,
		.data = TARGET_DATA_BYTES, .count = { 6, 4 },
		.resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_NOT_ACTIVE | TARGET_ALUA_UNAVAILABLE,
		.timeout = TARGET_TIMEOUT_MEDIUM,
		.usage = { MAINTENANCE_OUT, 0x1f, 0, 0, 0, 0,
			   0xff, 0xff, 0xff, 0xff, 0, 0 },
	}, {
		.name = "SET TIMESTAMP", .op = MAINTENANCE_OUT,
		.sa = MO_SET_TIMESTAMP, .flags = TARGET_OP_SA,
		.exec = target_timestamp_set, TELLS, .cdb_len = 12,
		.count = { 6, 4 }, .alua = TARGET_ALUA_NOT_ACTIVE,
		.usage = { MAINTENANCE_OUT, 0x1f, 0, 0, 0, 0,
			   0xff, 0xff, 0xff, 0xff, 0, 0 },
	},
};

/**
 * target_opdef_primary_init - index these commands
 *
 * Return: 0, or -EINVAL and a log line
 */
int target_opdef_primary_init(void)
{
	return target_opindex_add(table, ARRAY_SIZE(table));
}
