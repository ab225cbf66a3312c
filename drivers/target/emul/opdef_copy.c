// SPDX-License-Identifier: GPL-2.0-only
/*
 * THE table of commands, third part: third-party copy (SPC-4, and SBC-3 for
 * tokens), in order of operation code and service action.  opdef.h says what
 * the columns mean, opindex.c checks that they agree.
 */
#include <linux/dma-direction.h>
#include <scsi/scsi_proto.h>
#include "handlers.h"
#include "opdef.h"
#include "opdef_rows.h"
#include "opindex.h"

#define SA_EXTENDED_COPY_LID1	0x00
#define SA_EXTENDED_COPY_LID4	0x01
#define SA_POPULATE_TOKEN	0x10
#define SA_WRITE_USING_TOKEN	0x11
#define SA_COPY_ABORT		0x1c
#define SA_COPY_STATUS_LID1	0x00
#define SA_COPY_DATA_LID1	0x01
#define SA_COPY_PARAMETERS	0x03
#define SA_COPY_FAILURE		0x04
#define SA_COPY_STATUS_LID4	0x05
#define SA_COPY_DATA_LID4	0x06
#define SA_ROD_TOKEN		0x07
#define SA_ALL_ROD_TOKENS	0x08

/*
 * None of them is marked as one that writes: what is written, and whether that
 * is allowed, is only known when the parameter list is.
 */
#define COPY_OUT(action)						\
	.op = EXTENDED_COPY, .sa = action, .cdb_len = 16,		\
	.enabled = has_3pc, .dir = DMA_TO_DEVICE,		\
	.data = TARGET_DATA_BYTES, .count = { 10, 4 },			\
	.resv = TARGET_RESV_WRITE, .alua = TARGET_ALUA_ACTIVE,		\
	.timeout = TARGET_TIMEOUT_RANGE
#define COPY_IN(action)							\
	.op = RECEIVE_COPY_RESULTS, .sa = action, .cdb_len = 16,	\
	.flags = TARGET_OP_SA, .enabled = has_3pc, ASKS,	\
	.count = { 10, 4 }, .resv = TARGET_RESV_WRITE,			\
	.alua = TARGET_ALUA_ACTIVE
#define USAGE_OUT							\
	{ EXTENDED_COPY, 0x1f, [10] = 0xff, 0xff, 0xff, 0xff, 0, 0 }
#define USAGE_TOKEN							\
	{ EXTENDED_COPY, 0x1f, [6] = 0xff, 0xff, 0xff, 0xff,		\
	  0xff, 0xff, 0xff, 0xff, 0x3f, 0 }
#define USAGE_IN(...)							\
	{ RECEIVE_COPY_RESULTS, 0x1f, ##__VA_ARGS__,			\
	  [10] = 0xff, 0xff, 0xff, 0xff, 0, 0 }

static bool has_3pc(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_3pc);
}

static const struct target_opdef table[] = {
	{
		.name = "EXTENDED COPY(LID1)", COPY_OUT(SA_EXTENDED_COPY_LID1),
		.flags = TARGET_OP_SA, .exec = target_copy_cmd_lid1,
		.usage = USAGE_OUT,
	}, {
		.name = "EXTENDED COPY(LID4)", COPY_OUT(SA_EXTENDED_COPY_LID4),
		.flags = TARGET_OP_SA, .exec = target_copy_cmd_lid4,
		.usage = USAGE_OUT,
	}, {
		.name = "POPULATE TOKEN", COPY_OUT(SA_POPULATE_TOKEN),
		.flags = TARGET_OP_SA | TARGET_OP_ORDERED,
		.exec = target_copy_odx_populate, .usage = USAGE_TOKEN,
	}, {
		.name = "WRITE USING TOKEN", COPY_OUT(SA_WRITE_USING_TOKEN),
		.flags = TARGET_OP_SA, .exec = target_copy_odx_write,
		.usage = USAGE_TOKEN,
	}, {
		.name = "COPY OPERATION ABORT", .op = EXTENDED_COPY,
		.sa = SA_COPY_ABORT, .cdb_len = 16, .flags = TARGET_OP_SA,
		.enabled = has_3pc, .dir = DMA_NONE,
		.exec = target_copy_cmd_abort, .resv = TARGET_RESV_WRITE,
		.alua = TARGET_ALUA_ACTIVE, .timeout = TARGET_TIMEOUT_STATE,
		.usage = { EXTENDED_COPY, 0x1f, 0xff, 0xff, 0xff, 0xff },
	}, {
		.name = "RECEIVE COPY STATUS(LID1)",
		COPY_IN(SA_COPY_STATUS_LID1), .exec = target_copy_status_1,
		.usage = USAGE_IN(0xff),
	}, {
		.name = "RECEIVE COPY DATA(LID1)", COPY_IN(SA_COPY_DATA_LID1),
		.exec = target_copy_status_data_1, .usage = USAGE_IN(0xff),
	}, {
		.name = "RECEIVE COPY OPERATING PARAMETERS",
		COPY_IN(SA_COPY_PARAMETERS),
		.exec = target_copy_status_parameters, .usage = USAGE_IN(0),
	}, {
		.name = "RECEIVE COPY FAILURE DETAILS(LID1)",
		COPY_IN(SA_COPY_FAILURE), .exec = target_copy_status_failure,
		.usage = USAGE_IN(0xff),
	}, {
		.name = "RECEIVE COPY STATUS(LID4)",
		COPY_IN(SA_COPY_STATUS_LID4), .exec = target_copy_status_4,
		.usage = USAGE_IN(0xff, 0xff, 0xff, 0xff),
	}, {
		.name = "RECEIVE COPY DATA(LID4)", COPY_IN(SA_COPY_DATA_LID4),
		.exec = target_copy_status_data_4,
		.usage = USAGE_IN(0xff, 0xff, 0xff, 0xff),
	}, {
		.name = "RECEIVE ROD TOKEN INFORMATION", COPY_IN(SA_ROD_TOKEN),
		.exec = target_copy_status_token,
		.usage = USAGE_IN(0xff, 0xff, 0xff, 0xff),
	}, {
		.name = "REPORT ALL ROD TOKENS", COPY_IN(SA_ALL_ROD_TOKENS),
		.exec = target_copy_status_all_tokens, .usage = USAGE_IN(0),
	},
};

/**
 * target_opdef_copy_init - index these commands
 *
 * Return: 0, or -EINVAL and a log line
 */
int target_opdef_copy_init(void)
{
	return target_opindex_add(table, ARRAY_SIZE(table));
}
