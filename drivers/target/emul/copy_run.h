/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_RUN_H
#define TARGET_COPY_RUN_H

#include "../core/core.h"
#include "../core/protection.h"
#include "chunk.h"
#include "copy_lu.h"
#include "resv_out.h"

#define TARGET_COPY_RUN_LANES	4	/* chunks of a copy under way */

struct target_copy;
struct target_copy_token;

/**
 * struct target_copy_piece - a segment, when it is known that it can be
 * @begin: does what there is to do, in process context, and calls
 *	target_copy_run_next() when all of it has ended
 * @source: nexus of the source, with a reference to its link; NULL for none:
 *	where blocks are copied, these are zeros
 * @dest: nexus of the destination, likewise
 * @source_at: where the parameter list has the descriptor that names the source;
 *	0 if none does
 * @dest_at: likewise, of the destination
 * @from: first byte of the source
 * @to: first byte of the destination
 * @bytes: how many: whole blocks of both; 0 for a piece that copies nothing
 * @holds: its data is held for the initiator, so a medium does not copy by itself
 * @held_at: where it is in all that the operation holds
 * @test: the source has to be ready
 * @key: RESERVATION KEY
 * @sa_key: SERVICE ACTION RESERVATION KEY
 */
struct target_copy_piece {
	void			(*begin)(struct target_copy *copy);
	struct target_itl	*source;
	struct target_itl	*dest;
	u16			source_at;
	u16			dest_at;
	u64			from;
	u64			to;
	u64			bytes;
	bool			holds;
	u64			held_at;
	bool			test;
	u64			key;
	u64			sa_key;
};

/**
 * struct target_copy_lane - a chunk under way, one after another
 * @copy: whose
 * @chunk: its bytes
 * @at: where in the segment they are
 * @pending: they are not there yet
 * @from: where they are from
 * @to: where they go
 * @bytes: how many
 * @op: how they are written: TARGET_IO_WRITE, TARGET_IO_ZERO or TARGET_IO_COPY
 * @locked: logical unit that @range is of, NULL if there is no lock
 * @range: blocks that are read or written
 * @next: next step
 * @sts: how the last I/O ended
 * @io: the I/O
 * @pi: how protection information of what is read is checked
 * @work: runs @next
 *
 * Used by one context at a time, but for @at and @pending
 * [L target_copy.lock].
 */
struct target_copy_lane {
	struct target_copy	*copy;
	struct target_chunk	*chunk;
	u64			at;
	bool			pending;
	u64			from;
	u64			to;
	u32			bytes;
	u8			op;
	struct target_dev	*locked;
	struct target_range	range;
	void			(*next)(struct target_copy_lane *lane);
	blk_status_t		sts;
	struct target_io	io;
	struct target_pi	pi;
	struct work_struct	work;
};

/**
 * struct target_copy - a copy under way
 * @home: nexus that asked for it, and the logical unit that it asked; with
 *	references to its session and link
 * @cmd: command that waits for it, or NULL
 * @op: what others see of it
 * @token: ROD token that says what the source is, with a reference, or NULL;
 *	what was read is only written if it was still valid then
 * @by_token: WRITE USING TOKEN: what it copies are not called segments
 * @spend: the token ends with the copy
 * @lock: guards what lanes share
 * @busy: lanes that have work [L lock]
 * @done: bytes of the segment that lanes have taken [L lock]
 * @before: bytes of the segments before it
 * @wrote: some of it is there [L lock]
 * @again: the medium does not copy this segment by itself, after all: once the
 *	lanes are idle, all of it is read and written [L lock]
 * @by_hand: that was so
 * @write_op: enum target_io_op: how the segment is written
 * @backward: from the end of the segment to its beginning: a copy within a
 *	logical unit to blocks that overlap its source
 * @counted: among those of all logical units
 * @at: segment
 * @reason: why nothing more begins [L lock]
 * @fault: details [L lock]
 * @reg: a registration under way
 * @lanes: chunks under way
 * @nr_pieces: segments
 * @pieces: what to copy
 */
struct target_copy {
	struct target_itl	*home;
	struct target_cmd	*cmd;
	struct target_copy_op	*op;
	struct target_copy_token *token;
	bool			by_token;
	bool			spend;
	spinlock_t		lock;	/* what: see above */
	unsigned int		busy;
	u64			done;
	u64			before;
	bool			wrote;
	bool			again;
	bool			by_hand;
	u8			write_op;
	bool			backward;
	bool			counted;
	unsigned int		at;
	sense_reason_t		reason;
	struct target_fault	fault;
	struct target_resv_register reg;
	struct target_copy_lane	lanes[TARGET_COPY_RUN_LANES];
	unsigned int		nr_pieces;
	struct target_copy_piece pieces[] __counted_by(nr_pieces);
};

struct target_copy *target_copy_run_make(unsigned int pieces);
void target_copy_run_free(struct target_copy *copy);
sense_reason_t target_copy_run_start(struct target_copy *copy,
				     struct target_cmd *cmd);

/* for the pieces */
sense_reason_t target_copy_run_may(const struct target_copy *copy,
				   const struct target_itl *itl);
void target_copy_run_fail(struct target_copy *copy, sense_reason_t reason,
			  const struct target_fault *fault);
void target_copy_run_go(struct target_copy_lane *lane,
			void (*next)(struct target_copy_lane *lane));
struct target_copy_lu *target_copy_run_home(const struct target_copy *copy);
void target_copy_run_next(struct target_copy *copy);
void target_copy_run_did(struct target_copy *copy, sense_reason_t reason,
			 struct target_fault *fault, u16 at);

#endif /* TARGET_COPY_RUN_H */
