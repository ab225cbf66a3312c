// SPDX-License-Identifier: GPL-2.0-only
/*
 * SEND DIAGNOSTIC (SPC-5 6.42) and RECEIVE DIAGNOSTIC RESULTS (6.29): a self-
 * test reads blocks of the medium; of the pages there is the list of pages.
 */
#include <linux/string.h>
#include "../core/complete.h"
#include "../core/data.h"
#include "../core/io.h"
#include "../core/sense.h"
#include "cdb.h"
#include "chunk.h"
#include "handlers.h"
#include "lu.h"

#define SELFTEST	0x04
#define PF		0x10
#define PAGE_SUPPORTED	0x00

/* SELF-TEST CODE (SPC-5 table 273), bits 7..5 of byte 1 */
#define CODE_NONE		0
#define CODE_FOREGROUND_SHORT	5
#define CODE_FOREGROUND_LONG	6

/* Blocks that a short test reads: first, last, and between them */
#define SHORT_BLOCKS	8

static u8 code_of(struct target_cmd *cmd)
{
	return target_cdb_bytes(cmd)[1] >> 5;
}

/* --------------------------------------------------------- self-test -- */

static u64 steps_of(struct target_cmd *cmd, u64 nr_blocks)
{
	if (code_of(cmd) != CODE_FOREGROUND_LONG)
		return min(nr_blocks, SHORT_BLOCKS);
	return DIV_ROUND_UP_ULL(nr_blocks,
				TARGET_CHUNK_MAX >> cmd_dev(cmd)->block_shift);
}

/*
 * The medium may have shrunk since the last step, so that the capacity is read
 * once a step: where there are no more blocks the test is over.
 */
static bool next_step(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);
	u64 nr_blocks = READ_ONCE(dev->nr_blocks), lba;
	u64 steps = steps_of(cmd, nr_blocks);
	u32 blocks = 1;

	if (cmd->pos >= steps)
		return false;
	if (code_of(cmd) == CODE_FOREGROUND_LONG) {
		lba = cmd->pos * (TARGET_CHUNK_MAX >> dev->block_shift);
		blocks = min_t(u64, TARGET_CHUNK_MAX >> dev->block_shift,
			       nr_blocks - lba);
	} else {
		lba = steps > 1 ? div64_u64(nr_blocks - 1, steps - 1) * cmd->pos : 0;
	}
	target_chunk_io(cmd, TARGET_IO_READ, lba, blocks);
	return true;
}

/* The latest comes first (SPC-5 7.3.18). */
static void note(struct target_dev *dev, u8 code, bool failed, u64 lba)
{
	struct target_log *log = &dev->emul->log;

	guard(mutex)(&dev->emul->mode_lock);
	memmove(&log->tests[1], &log->tests[0],
		sizeof(log->tests) - sizeof(log->tests[0]));
	log->tests[0] = (struct target_self_test) { code, failed, lba };
	log->nr_tests = min(log->nr_tests + 1, TARGET_LU_SELF_TESTS);
}

/* A failure has set has_info: the test did not get beyond these blocks. */
static void finish(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	bool failed = cmd->fault.has_info;

	cmd->fault.info = cmd->io.pos >> dev->block_shift;
	note(dev, code_of(cmd), failed, cmd->fault.info);
	target_complete(cmd, failed ? TCM_SELF_TEST_FAILED : TCM_NO_SENSE);
}

static void next_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);

	if (cmd->fault.has_info || !next_step(cmd))
		finish(cmd);
}

static void step_done(struct target_cmd *cmd, blk_status_t sts)
{
	cmd->pos++;
	cmd->fault.has_info = sts;
	target_complete_defer(cmd, next_work);
}

static sense_reason_t self_test(struct target_cmd *cmd)
{
	if (!target_chunk_alloc(cmd, TARGET_CHUNK_MAX))
		return TCM_OUT_OF_RESOURCES;
	cmd->pos = 0;
	cmd->done = step_done;
	return next_step(cmd) ? TCM_PENDING : TCM_NO_SENSE;
}

/* ------------------------------------------------------------- pages -- */

/* Page 00h, without anything, is the only one that may be sent. */
static sense_reason_t check_page(struct target_cmd *cmd)
{
	u8 page[4] = {};

	if (!(target_cdb_bytes(cmd)[1] & PF))
		return target_sense_cdb(cmd, 1, 4);
	if (cmd->wanted < sizeof(page))
		return target_sense_cdb(cmd, 3, -1);
	if (target_data_get(cmd, page, 0, sizeof(page)) < sizeof(page))
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (page[0] != PAGE_SUPPORTED)
		return target_sense_param(cmd, 0, -1);
	if (get_unaligned_be16(page + 2))
		return target_sense_param(cmd, 2, -1);
	return TCM_NO_SENSE;
}

sense_reason_t target_diagnostic_send(struct target_cmd *cmd)
{
	u8 code = code_of(cmd);

	/* the default self-test has neither a code nor a page */
	if (target_cdb_bytes(cmd)[1] & SELFTEST) {
		if (code)
			return target_sense_cdb(cmd, 1, 7);
		if (target_cdb_bytes(cmd)[1] & PF)
			return target_sense_cdb(cmd, 1, 4);
		if (cmd->wanted)
			return target_sense_cdb(cmd, 3, -1);
		return self_test(cmd);
	}
	if (code == CODE_NONE)
		return cmd->wanted ? check_page(cmd) : TCM_NO_SENSE;
	/* a self-test has no parameters (SPC-5 6.42) */
	if (cmd->wanted)
		return target_sense_cdb(cmd, 3, -1);
	if (code != CODE_FOREGROUND_SHORT && code != CODE_FOREGROUND_LONG)
		return target_sense_cdb(cmd, 1, 7);
	return self_test(cmd);
}

/* PCV 0 asks for what was sent last, which is the same page. */
sense_reason_t target_diagnostic_receive(struct target_cmd *cmd)
{
	static const u8 supported[] = { PAGE_SUPPORTED, 0, 0, 1,
					PAGE_SUPPORTED };
	const u8 *cdb = target_cdb_bytes(cmd);

	if (cdb[1] & 0x01 && cdb[2] != PAGE_SUPPORTED)
		return target_sense_cdb(cmd, 2, -1);
	target_data_put(cmd, supported, sizeof(supported));
	return TCM_NO_SENSE;
}
