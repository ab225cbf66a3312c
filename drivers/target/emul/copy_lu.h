/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_LU_H
#define TARGET_COPY_LU_H

#include "lu.h"

struct target_copy_held;

#define TARGET_COPY_LU_RUNNING	8	/* copies of a logical unit at a time */
#define TARGET_COPY_LU_OPS	64	/* with those whose results are kept */
#define TARGET_COPY_LU_TOKEN	512	/* bytes of a ROD token */

/**
 * enum target_copy_phase - how far a copy operation is
 * @TARGET_COPY_RUNNING: it has not ended
 * @TARGET_COPY_GOOD: it ended well
 * @TARGET_COPY_FAILED: it did not
 * @TARGET_COPY_ABORTED: somebody ended it
 */
enum target_copy_phase {
	TARGET_COPY_RUNNING,
	TARGET_COPY_GOOD,
	TARGET_COPY_FAILED,
	TARGET_COPY_ABORTED,
};

/**
 * struct target_copy_op - a copy operation and, later, its result
 * @node: in target_copy_lu.ops
 * @sess: nexus that asked for it; only compared, NULL when it is gone
 * @id: LIST IDENTIFIER
 * @identified: it has one
 * @immed: its command did not wait for it
 * @cancelled: COPY OPERATION ABORT
 * @phase: enum target_copy_phase
 * @sa: service action that asked for it
 * @segments: segments that were begun
 * @bytes: bytes that were copied, without a gap from the first one on
 * @ios: reads and writes that have ended well; wraps
 * @partial: it ended well, but there was less to copy than was asked for
 * @reason: why it ended
 * @fault: details
 * @aborts: target_cmd.wait_node: COPY OPERATION ABORT commands that end with it
 * @held: data that it holds, or NULL
 * @discarded: some that it held is not there any more
 * @has_token: it made @token
 * @token: ROD token
 *
 * All under target_copy_lu.lock, but for what is set when it begins.
 */
struct target_copy_op {
	struct list_head	node;
	const struct target_sess *sess;
	u32			id;
	bool			identified;
	bool			immed;
	bool			cancelled;
	u8			phase;
	u8			sa;
	u16			segments;
	u64			bytes;
	u16			ios;
	bool			partial;
	sense_reason_t		reason;
	struct target_fault	fault;
	struct list_head	aborts;
	struct target_copy_held	*held;
	bool			discarded;
	bool			has_token;
	u8			token[TARGET_COPY_LU_TOKEN];
};

void target_copy_lu_init(struct target_dev *dev);
void target_copy_lu_exit(struct target_dev *dev);
sense_reason_t target_copy_lu_begin(struct target_cmd *cmd,
				    struct target_copy_op *op);
void target_copy_lu_end(struct target_dev *dev, struct target_copy_op *op,
			sense_reason_t reason);
bool target_copy_lu_find(struct target_dev *dev, const struct target_sess *sess,
			 u32 id, bool hold, struct target_copy_op *copy);
void target_copy_lu_free(struct target_copy_op *op);
void target_copy_lu_discard(struct target_dev *dev,
			    const struct target_sess *sess, u32 id,
			    struct target_copy_held *held);
bool target_copy_lu_cancel(struct target_cmd *cmd, u32 id);
void target_copy_lu_stop(struct target_dev *dev);
void target_copy_lu_reset(struct target_dev *dev);
void target_copy_lu_forget(struct target_dev *dev,
			   const struct target_sess *sess);
void target_copy_lu_count(struct target_dev *dev, enum target_copied what,
			  u64 much);
u64 target_copy_lu_counted(const struct target_dev *dev,
			   enum target_copied what);

#endif /* TARGET_COPY_LU_H */
