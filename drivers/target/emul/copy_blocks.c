// SPDX-License-Identifier: GPL-2.0-only
/*
 * A piece that copies blocks to blocks, in chunks, of which a few are under way
 * at a time.  A chunk is read and written with its blocks locked
 * (core/range.c), never those of both sides at once, so that a command which
 * begins later waits for the chunk that is under way on its blocks: also when
 * the copy was aborted and the medium takes its time.
 *
 * Where a medium can copy by itself, or share blocks (TARGET_IO_COPY), a chunk
 * is longer and never in memory.  Otherwise nothing is different: it waits for
 * the blocks of its source, then for those of its destination.
 *
 * The nexus must be allowed each read and each write at the time of it: what
 * it could not do by a command of its own, now, is not done for it.
 */
#include "../core/complete.h"
#include "../core/io.h"
#include "../core/range.h"
#include "../core/sense.h"
#include "access.h"
#include "copy_blocks.h"
#include "copy_held.h"
#include "copy_token.h"

/* Longest range of zeros that is asked for at a time */
#define ZERO_MAX	SZ_4M

/* Longest range that a medium is asked to copy at a time */
#define COPY_MAX	SZ_16M

static void begin_chunk(struct target_copy_lane *lane);

static struct target_copy_piece *piece_of(struct target_copy *copy)
{
	return &copy->pieces[copy->at];
}

static struct target_dev *source_of(const struct target_copy_piece *piece)
{
	return piece->source->link->dev;
}

static struct target_dev *dest_of(const struct target_copy_piece *piece)
{
	return piece->dest->link->dev;
}

/* The side that a failure is of (SPC-4 5.17.7.4 f) */
static void blame(const struct target_copy_lane *lane, bool dest,
		  struct target_fault *fault)
{
	const struct target_copy_piece *piece = piece_of(lane->copy);

	fault->field = dest ? piece->dest_at : piece->source_at;
	fault->has_field = fault->field;
}

static sense_reason_t may(struct target_copy_lane *lane, bool write,
			  struct target_fault *fault)
{
	const struct target_copy_piece *piece = piece_of(lane->copy);
	struct target_itl *itl = write ? piece->dest : piece->source;
	unsigned int shift = itl->link->dev->block_shift;
	sense_reason_t reason = target_copy_run_may(lane->copy, itl);

	blame(lane, write, fault);
	return reason ?:
	       target_access_blocks(itl, (write ? lane->to : lane->from) >> shift,
				    lane->bytes >> shift, write, fault);
}

/* The same blocks on both sides: as memmove() does it, a chunk at a time */
static bool overlaps(const struct target_copy_piece *piece)
{
	return piece->source && source_of(piece) == dest_of(piece) &&
	       piece->from < piece->to + piece->bytes &&
	       piece->to < piece->from + piece->bytes;
}

static bool may_offload(const struct target_copy *copy,
			const struct target_copy_piece *piece)
{
	return !copy->by_hand && !piece->holds && !overlaps(piece) &&
	       !READ_ONCE(source_of(piece)->attr.pi_prot_type) &&
	       READ_ONCE(dest_of(piece)->limits.copy_max) >= TARGET_CHUNK_MAX &&
	       source_of(piece)->backend->ops == dest_of(piece)->backend->ops;
}

/* What a medium can do by itself is left to it. */
static u8 choose_op(const struct target_copy *copy,
		    const struct target_copy_piece *piece)
{
	if (piece->source)
		return may_offload(copy, piece) ? TARGET_IO_COPY :
						  TARGET_IO_WRITE;
	return READ_ONCE(dest_of(piece)->limits.zero_max) ? TARGET_IO_ZERO :
							    TARGET_IO_WRITE;
}

static void begin_lanes(struct target_copy *copy)
{
	const struct target_copy_piece *piece = piece_of(copy);
	bool alone = overlaps(piece);
	unsigned int i, lanes;

	lanes = min_t(u64, alone ? 1 : TARGET_COPY_RUN_LANES,
		      DIV_ROUND_UP_ULL(piece->bytes, TARGET_CHUNK_MAX));
	copy->backward = alone && piece->to > piece->from;
	copy->write_op = choose_op(copy, piece);
	copy->done = 0;
	copy->busy = lanes;
	for (i = 0; i < TARGET_COPY_RUN_LANES; i++)
		copy->lanes[i].pending = false;
	for (i = 0; i < lanes; i++)
		target_copy_run_go(&copy->lanes[i], begin_chunk);
}

/* See struct target_copy_piece. */
void target_copy_blocks_begin(struct target_copy *copy)
{
	copy->again = false;
	copy->by_hand = false;
	copy->wrote = false;
	if (piece_of(copy)->bytes)
		begin_lanes(copy);
	else
		target_copy_run_next(copy);
}

/*
 * Bytes that are there, without a gap from the beginning of the segment on:
 * where an initiator may go on by itself (SPC-4 6.24, TRANSFER COUNT).
 */
static u64 copied_locked(struct target_copy *copy)
{
	u64 bytes = copy->done;
	unsigned int i;

	lockdep_assert_held(&copy->lock);

	for (i = 0; i < TARGET_COPY_RUN_LANES; i++) {
		if (copy->lanes[i].pending)
			bytes = min(bytes, copy->lanes[i].at);
	}
	if (copy->backward && bytes < piece_of(copy)->bytes)
		return 0;
	return bytes;
}

/* INFORMATION: blocks of the segment that are not there (SPC-4 5.17.7.4 c) */
static void tell_residue(struct target_copy *copy)
{
	const struct target_copy_piece *piece = piece_of(copy);
	unsigned long flags;

	spin_lock_irqsave(&copy->lock, flags);
	copy->fault.has_info = copy->wrote && !copy->by_token;
	copy->fault.info = (piece->bytes - copied_locked(copy)) >>
			   dest_of(piece)->block_shift;
	spin_unlock_irqrestore(&copy->lock, flags);
}

/* No lane is busy: once more, or the next piece. */
static void end_lanes(struct target_copy *copy)
{
	if (copy->again && !copy->reason) {
		copy->again = false;
		copy->by_hand = true;
		begin_lanes(copy);
		return;
	}
	if (copy->reason)
		tell_residue(copy);
	copy->before += copy->done;
	target_copy_run_next(copy);
}

static void idle(struct target_copy_lane *lane)
{
	struct target_copy *copy = lane->copy;
	bool last;

	scoped_guard(spinlock_irqsave, &copy->lock)
		last = !--copy->busy;
	if (last)
		end_lanes(copy);
}

/* -------------------------------------------------------------- chunks -- */

static void io_done(struct target_io *io, blk_status_t sts)
{
	struct target_copy_lane *lane =
		container_of(io, struct target_copy_lane, io);

	lane->sts = sts;
	queue_work(target_complete_wq, &lane->work);
}

static void granted(struct target_range *range)
{
	struct target_copy_lane *lane =
		container_of(range, struct target_copy_lane, range);

	queue_work(target_complete_wq, &lane->work);
}

/* Lock blocks, then go on with @next. */
static void lock_blocks(struct target_copy_lane *lane, struct target_dev *dev,
			u64 pos, void (*next)(struct target_copy_lane *lane))
{
	lane->locked = dev;
	lane->next = next;
	target_range_reset(&lane->range);
	lane->range.lba = pos >> dev->block_shift;
	lane->range.blocks = lane->bytes >> dev->block_shift;
	lane->range.granted = granted;
	if (target_range_lock(dev, &lane->range))
		next(lane);
}

static void unlock_blocks(struct target_copy_lane *lane)
{
	if (lane->locked)
		target_range_end(lane->locked, &lane->range);
	lane->locked = NULL;
}

static void give_up(struct target_copy_lane *lane, sense_reason_t reason,
		    const struct target_fault *fault)
{
	unlock_blocks(lane);
	target_copy_run_fail(lane->copy, reason, fault);
	idle(lane);
}

static void submit(struct target_copy_lane *lane, struct target_dev *dev,
		   enum target_io_op op, u64 pos,
		   void (*next)(struct target_copy_lane *lane))
{
	bool data = op == TARGET_IO_READ || op == TARGET_IO_WRITE;

	lane->next = next;
	lane->io.op = op;
	lane->io.bad = 0;
	lane->io.flags = op != TARGET_IO_READ && target_io_write_through(dev) ?
			 TARGET_IO_FUA : 0;
	lane->io.pos = pos;
	lane->io.len = lane->bytes;
	lane->io.sgl = data ? lane->chunk->sgl : NULL;
	lane->io.nents = data ? lane->chunk->nents : 0;
	lane->io.done = io_done;
	if (op == TARGET_IO_COPY)
		dev->backend->ops->copy(dev->backend, &lane->io,
					source_of(piece_of(lane->copy))->backend,
					lane->from);
	else
		target_io_submit(dev, &lane->io,
				 op == TARGET_IO_READ ? &lane->pi : NULL);
}

/* May what was read, by whomever, be used? */
static sense_reason_t check_read(struct target_copy_lane *lane,
				 struct target_fault *fault)
{
	struct target_copy_token *token = lane->copy->token;
	sense_reason_t reason = TCM_NO_SENSE;

	/* its blocks were not locked while the medium read them */
	if (lane->op == TARGET_IO_COPY)
		reason = may(lane, false, fault);
	if (!reason && token)
		reason = target_copy_token_check(token);
	return reason;
}

static void hold_chunk(const struct target_copy_lane *lane)
{
	const struct target_copy_piece *piece = piece_of(lane->copy);

	target_copy_held_keep(lane->copy->op->held,
			      piece->held_at + lane->from - piece->from,
			      lane->chunk->data, lane->bytes);
}

static void count_chunk(struct target_copy_lane *lane)
{
	static const u8 kinds[] = {
		[TARGET_IO_WRITE]	= TARGET_COPIED_BYTES,
		[TARGET_IO_ZERO]	= TARGET_COPIED_ZEROS,
		[TARGET_IO_COPY]	= TARGET_COPIED_OFFLOAD,
	};
	struct target_copy *copy = lane->copy;
	bool read = piece_of(copy)->source && lane->op == TARGET_IO_WRITE;
	unsigned long flags;

	target_copy_lu_count(dest_of(piece_of(copy)), kinds[lane->op],
			     lane->bytes);
	spin_lock_irqsave(&copy->lock, flags);
	lane->pending = false;
	copy->wrote = true;
	spin_lock(&target_copy_run_home(copy)->lock);
	copy->op->bytes = copy->before + copied_locked(copy);
	copy->op->ios += 1 + read;
	spin_unlock(&target_copy_run_home(copy)->lock);
	spin_unlock_irqrestore(&copy->lock, flags);
}

/* The medium does not copy: go over the segment once more. */
static void refused(struct target_copy_lane *lane)
{
	unlock_blocks(lane);
	scoped_guard(spinlock_irqsave, &lane->copy->lock)
		lane->copy->again = true;
	idle(lane);
}

/* The write has ended. */
static void end_chunk(struct target_copy_lane *lane)
{
	struct target_fault fault = {};
	sense_reason_t reason = TCM_NO_SENSE;

	if (lane->op == TARGET_IO_COPY && lane->sts == BLK_STS_NOTSUPP) {
		refused(lane);
		return;
	}
	blame(lane, true, &fault);
	if (lane->sts)
		reason = target_sense_blk(lane->sts, lane->op);
	else if (lane->op == TARGET_IO_COPY)
		reason = check_read(lane, &fault);
	if (reason) {
		give_up(lane, reason, &fault);
		return;
	}
	unlock_blocks(lane);
	if (piece_of(lane->copy)->holds)
		hold_chunk(lane);
	count_chunk(lane);
	begin_chunk(lane);
}

static void write_chunk(struct target_copy_lane *lane)
{
	const struct target_copy_piece *piece = piece_of(lane->copy);
	struct target_dev *dev = dest_of(piece);
	struct target_fault fault = {};
	sense_reason_t reason = may(lane, true, &fault);

	if (!reason && lane->op == TARGET_IO_COPY)
		reason = check_read(lane, &fault);
	if (reason) {
		give_up(lane, reason, &fault);
		return;
	}
	target_copy_token_written(dev, lane->to >> dev->block_shift,
				  lane->bytes >> dev->block_shift);
	submit(lane, dev, lane->op, lane->to, end_chunk);
}

/* The read has ended. */
static void turn_chunk(struct target_copy_lane *lane)
{
	struct target_fault fault = {};
	sense_reason_t reason;

	unlock_blocks(lane);
	blame(lane, false, &fault);
	if (lane->sts == BLK_STS_PROTECTION && lane->io.bad)
		reason = target_protection_reason(lane->io.bad);
	else if (lane->sts)
		reason = target_sense_blk(lane->sts, TARGET_IO_READ);
	else
		reason = check_read(lane, &fault);
	if (reason)
		give_up(lane, reason, &fault);
	else
		lock_blocks(lane, dest_of(piece_of(lane->copy)), lane->to,
			    write_chunk);
}

static void read_chunk(struct target_copy_lane *lane)
{
	struct target_dev *dev = source_of(piece_of(lane->copy));
	struct target_fault fault = {};
	sense_reason_t reason = may(lane, false, &fault);

	if (reason) {
		give_up(lane, reason, &fault);
	} else if (lane->op == TARGET_IO_COPY) {
		lane->sts = BLK_STS_OK;
		turn_chunk(lane);
	} else {
		lane->pi = target_protection_source(dev, lane->from >> dev->block_shift);
		submit(lane, dev, TARGET_IO_READ, lane->from, turn_chunk);
	}
}

static u32 longest(u8 op, const struct target_dev *dev)
{
	u64 least = target_dev_block_size(dev), max, most;

	switch (op) {
	case TARGET_IO_ZERO:
		max = READ_ONCE(dev->limits.zero_max);
		most = ZERO_MAX;
		break;
	case TARGET_IO_COPY:
		/* whole blocks of both sides */
		least = TARGET_CHUNK_MAX;
		max = READ_ONCE(dev->limits.copy_max);
		most = COPY_MAX;
		break;
	default:
		return TARGET_CHUNK_MAX;
	}
	return round_down(clamp(max, least, most), least);
}

static bool take_locked(struct target_copy_lane *lane)
{
	struct target_copy *copy = lane->copy;
	const struct target_copy_piece *piece = piece_of(copy);
	u64 at = copy->done;

	lockdep_assert_held(&copy->lock);

	if (copy->reason || copy->again || at == piece->bytes)
		return false;
	lane->op = copy->write_op;
	lane->bytes = min_t(u64, longest(lane->op, dest_of(piece)),
			    piece->bytes - at);
	lane->at = at;
	lane->pending = true;
	copy->done += lane->bytes;
	if (copy->backward)
		at = piece->bytes - copy->done;
	lane->from = piece->from + at;
	lane->to = piece->to + at;
	return true;
}

/* False if there is nothing left to take. */
static bool take(struct target_copy_lane *lane)
{
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&lane->copy->lock, flags);
	taken = take_locked(lane);
	spin_unlock_irqrestore(&lane->copy->lock, flags);
	return taken;
}

static void begin_chunk(struct target_copy_lane *lane)
{
	const struct target_copy_piece *piece = piece_of(lane->copy);

	if (!take(lane))
		idle(lane);
	else if (piece->source)
		lock_blocks(lane, source_of(piece), lane->from, read_chunk);
	else
		lock_blocks(lane, dest_of(piece), lane->to, write_chunk);
}

