/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_LU_H
#define TARGET_LU_H

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include "../core/core.h"

#define TARGET_LU_BUFFER	4096	/* a size for READ BUFFER */
#define TARGET_LU_STREAMS	64	/* that can be open, numbered from 1 */
#define TARGET_LU_INFO		512	/* identifying information */
#define TARGET_LU_TEXT		256	/* the same as text */

/**
 * struct target_buffers - what WRITE BUFFER left (buffer.c)
 * @echo: the echo buffer
 * @data: buffer 0
 */
struct target_buffers {
	u8	echo[TARGET_LU_BUFFER];
	u8	data[TARGET_LU_BUFFER];
};

#define TARGET_LU_SELF_TESTS	20	/* results that are kept */
#define TARGET_LU_CLIENT	64	/* parameters of the application client */
#define TARGET_LU_CLIENT_LEN	252	/* bytes of each */

/**
 * struct target_self_test - result of a self-test
 * @code: SELF-TEST CODE; 0 for the default one
 * @failed: it failed
 * @lba: block that could not be read, if it failed
 */
struct target_self_test {
	u8	code;
	bool	failed;
	u64	lba;
};

/**
 * struct target_log - what log pages have that is kept nowhere else (log.c)
 * @zero: totals when LOG SELECT reset the counters
 * @since: when that was, or when the unit was enabled, in jiffies
 * @verify_errors: VERIFY commands that the medium could not be read for
 * @tests: results of self-tests, the latest first
 * @nr_tests: how many there are
 * @client: what the application client wrote, NULL for nothing
 *
 * All under mode_lock, but for @verify_errors.
 */
struct target_log {
	struct target_totals	zero;
	u64			since;
	atomic_long_t		verify_errors;
	struct target_self_test	tests[TARGET_LU_SELF_TESTS];
	unsigned int		nr_tests;
	u8			*client;
};

/**
 * enum target_threshold - what a threshold is of (mode page 1Ch/02h)
 * @TARGET_AVAILABLE: what the medium could still allocate
 * @TARGET_USED: what it has allocated
 * @TARGET_THRESHOLDS: how many there are
 */
enum target_threshold {
	TARGET_AVAILABLE,
	TARGET_USED,
	TARGET_THRESHOLDS,
};

/**
 * struct target_thresholds - thresholds of logical block provisioning
 * @row: by enum target_threshold: @enabled and @count, in threshold sets [A];
 *	@crossed was told of, and is armed again when it is not so any more
 * @told: the one that was crossed last [A]
 * @reported: LBPERE: none is told of without it [A]
 * @work: looks at the medium while one is enabled
 * @dev: logical unit [I]
 */
struct target_thresholds {
	struct {
		bool	enabled;
		bool	crossed;
		u32	count;
	} row[TARGET_THRESHOLDS];
	unsigned int		told;
	bool			reported;
	struct delayed_work	work;
	struct target_dev	*dev;
};

/**
 * enum target_exception_value - values of mode page 1Ch
 * @TARGET_EXCEPTION_METHOD: MRIE
 * @TARGET_EXCEPTION_INTERVAL: INTERVAL TIMER
 * @TARGET_EXCEPTION_COUNT: REPORT COUNT
 * @TARGET_EXCEPTION_WARNINGS: EWASC; there are no warnings
 * @TARGET_EXCEPTION_DISABLED: DEXCPT
 * @TARGET_EXCEPTION_TEST: TEST
 * @TARGET_EXCEPTION_POSTED: PER of page 01h
 * @TARGET_EXCEPTION_VALUES: how many there are
 */
enum target_exception_value {
	TARGET_EXCEPTION_METHOD,
	TARGET_EXCEPTION_INTERVAL,
	TARGET_EXCEPTION_COUNT,
	TARGET_EXCEPTION_WARNINGS,
	TARGET_EXCEPTION_DISABLED,
	TARGET_EXCEPTION_TEST,
	TARGET_EXCEPTION_POSTED,
	TARGET_EXCEPTION_VALUES,
};

/**
 * struct target_exceptions - informational exceptions (exception.c)
 * @value: by enum target_exception_value [A]
 * @told: how often there was one
 * @due: the last one waits for a command to end with it [A]
 * @work: makes the next one
 * @dev: logical unit [I]
 */
struct target_exceptions {
	u32			value[TARGET_EXCEPTION_VALUES];
	atomic_t		told;
	bool			due;
	struct delayed_work	work;
	struct target_dev	*dev;
};

/**
 * struct target_info - what SET IDENTIFYING INFORMATION said (identifying.c)
 * @info: peripheral device identifying information
 * @info_len: bytes of it
 * @text: text identifying information, with a NUL
 * @text_len: bytes of it
 */
struct target_info {
	u8	info[TARGET_LU_INFO];
	u16	info_len;
	u8	text[TARGET_LU_TEXT];
	u16	text_len;
};

/* Values that MODE SELECT can change: rows of the table in mode_field.c */
#define TARGET_MODE_FIELDS	23

/**
 * struct target_aside - commands that wait for a disk (aside.c)
 * @lock: guards @queue; process context
 * @queue: they, target_cmd.wait_node
 * @work: carries them out
 */
struct target_aside {
	spinlock_t		lock;	/* what: see above */
	struct list_head	queue;
	struct work_struct	work;
};

struct target_resv;

/**
 * struct target_resv_lu - reservations of a logical unit (resv_lu.c)
 * @lock: guards what says so; taken in any context, outside of
 *	target_dev.itl_lock
 * @state: persistent ones, as they count now [L lock]
 * @lost: they are lost [A]
 * @spc2: whose RESERVE (SPC-2) it is, or NULL [L lock]
 * @change: one change of @state at a time; process context
 * @queue: PERSISTENT RESERVE OUT, target_cmd.wait_node [L lock]
 * @registers: REGISTER of copies, target_resv_register.node [L lock]
 * @work: carries them out
 */
struct target_resv_lu {
	spinlock_t		lock;	/* what: see above */
	struct target_resv	*state;
	bool			lost;
	struct target_sess	*spc2;
	struct mutex		change;	/* one change at a time */
	struct list_head	queue;
	struct list_head	registers;
	struct work_struct	work;
};

/**
 * enum target_job_kind - an operation on all of the medium (job.c)
 * @TARGET_JOB_NONE: none
 * @TARGET_JOB_FORMAT: FORMAT UNIT
 * @TARGET_JOB_SANITIZE: SANITIZE
 */
enum target_job_kind {
	TARGET_JOB_NONE,
	TARGET_JOB_FORMAT,
	TARGET_JOB_SANITIZE,
};

/**
 * struct target_job - the one that is under way, or that failed last
 * @kind: which [mode_lock to set, A]
 * @failed: it failed; nobody may use the medium until the next one [likewise]
 * @may_exit: SANITIZE with EXIT FAILURE MODE makes a failure forgotten
 *	[mode_lock]
 * @cancelled: the logical unit is being removed [A]
 * @invert: every other pass writes the complement
 * @zero_from: value of @done from which zeros are left to the medium
 * @pass: blocks of a pass
 * @done: blocks that were written in all passes [A]
 * @total: blocks to be written in all passes
 * @dev: logical unit
 * @cmd: ends when it has ended; NULL with IMMED
 * @chunk: what is written, struct target_chunk
 * @sts: how the last I/O ended
 * @io: the I/O
 * @work: next step
 *
 * What has no lock is for the job alone.
 */
struct target_job {
	enum target_job_kind	kind;
	bool			failed;
	bool			may_exit;
	bool			cancelled;
	bool			invert;
	u64			zero_from;
	u64			pass;
	u64			done;
	u64			total;
	struct target_dev	*dev;
	struct target_cmd	*cmd;
	void			*chunk;
	blk_status_t		sts;
	struct target_io	io;
	struct work_struct	work;
};

/**
 * struct target_immed - a flush that outlasts its commands (immed.c)
 * @lock: guards @busy and @again; process context
 * @busy: it is under way
 * @again: one more is wanted, of what was written since it began
 * @sts: how it ended
 * @dev: logical unit [I]
 * @io: the flush
 * @work: what comes after it
 */
struct target_immed {
	spinlock_t		lock;	/* what: see above */
	bool			busy;
	bool			again;
	blk_status_t		sts;
	struct target_dev	*dev;
	struct target_io	io;
	struct work_struct	work;
};

/**
 * enum target_copied - how third-party copies moved data to a logical unit
 * @TARGET_COPIED_OPS: operations that ended well
 * @TARGET_COPIED_ERRORS: those that did not
 * @TARGET_COPIED_BYTES: bytes that were read and written
 * @TARGET_COPIED_ZEROS: bytes that the medium was told to zero
 * @TARGET_COPIED_OFFLOAD: bytes that the medium copied by itself, or shares
 * @TARGET_COPIED_KINDS: how many there are
 */
enum target_copied {
	TARGET_COPIED_OPS,
	TARGET_COPIED_ERRORS,
	TARGET_COPIED_BYTES,
	TARGET_COPIED_ZEROS,
	TARGET_COPIED_OFFLOAD,
	TARGET_COPIED_KINDS,
};

/**
 * struct target_copy_lu - third-party copies of a logical unit (copy_lu.c)
 * @lock: guards the rest; taken in any context
 * @ops: struct target_copy_op, oldest first
 * @running: how many of them have not ended
 * @nr_ops: how many there are
 * @tokens: struct target_copy_token, oldest first (copy_token.c)
 * @nr_tokens: how many there are
 * @counts: by enum target_copied: operations where they were asked for, bytes
 *	where they went [A]
 */
struct target_copy_lu {
	spinlock_t		lock;	/* what: see above */
	struct list_head	ops;
	unsigned int		running;
	unsigned int		nr_ops;
	struct list_head	tokens;
	unsigned int		nr_tokens;
	atomic64_t		counts[TARGET_COPIED_KINDS];
};

/**
 * struct target_emul - what the emulation keeps of a logical unit
 * @mode_lock: one change of state by an initiator at a time; process
 *	context
 * @saved: what mode pages go back to with a reset, by row of mode_field.c [A]
 * @keeper: commands that wait for the disk that dbroot is on
 * @asker: those that ask how full the medium is
 * @job: FORMAT UNIT or SANITIZE
 * @immed: a flush for commands with IMMED
 * @log: log pages
 * @thresholds: of logical block provisioning
 * @exceptions: informational exceptions
 * @buffers: NULL until something is written [mode_lock]
 * @info: NULL until something is set [mode_lock]
 * @streams: those that are open [atomic bits]
 * @clock_shift: SET TIMESTAMP's clock less the time since boot, in ms [A]
 * @clock_set: SET TIMESTAMP was used [A]
 * @swp: software write protect (control mode page) [A]
 * @stopped: START STOP UNIT stopped it [A]
 * @stop_due: it stops when @immed has ended [mode_lock]
 * @resv: reservations
 * @copy: third-party copies
 *
 * [A] one aligned word, read anywhere.
 */
struct target_emul {
	struct mutex		mode_lock;	/* what: see above */
	u32			saved[TARGET_MODE_FIELDS];
	struct target_aside	keeper;
	struct target_aside	asker;
	struct target_job	job;
	struct target_immed	immed;
	struct target_log	log;
	struct target_thresholds thresholds;
	struct target_exceptions exceptions;
	struct target_buffers	*buffers;
	struct target_info	*info;
	DECLARE_BITMAP(streams, TARGET_LU_STREAMS + 1);
	s64			clock_shift;
	bool			clock_set;
	bool			swp;
	bool			stopped;
	bool			stop_due;
	struct target_resv_lu	resv;
	struct target_copy_lu	copy;
};

/* LBPME of READ CAPACITY(16): blocks may be deallocated (SBC-4 4.7.3) */
static inline bool target_lu_is_thin(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_tpu) ||
	       READ_ONCE(dev->attr.emulate_tpws);
}

/*
 * Resources are counted in 2^11 blocks, or in as many as leave 32 bits for all of
 * them (SBC-4 6.6.7).
 */
static inline unsigned int
target_lu_threshold_exponent(const struct target_dev *dev)
{
	return max(11, fls64(READ_ONCE(dev->nr_blocks)) - 32);
}

/* What is done of a job, of 65536 */
static inline u16 target_lu_progress(const struct target_job *job)
{
	u64 done = READ_ONCE(job->done), total = READ_ONCE(job->total);

	return total ? min(mul_u64_u64_div_u64(done, 0x10000, total), 0xffff) :
		       0;
}

#endif /* TARGET_LU_H */
