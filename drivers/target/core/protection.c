// SPDX-License-Identifier: GPL-2.0-only
/*
 * Protection information between the emulation and the medium: every I/O of a
 * logical unit that has it comes by here, whoever asks for it, and none of any
 * other.  What is written without protection information gets some; what is read
 * is checked before anybody uses it, and is none of who asked if it is wrong.
 */
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/t10-pi.h>
#include "complete.h"
#include "protection.h"

/*
 * How often what looks wrong is read once more: the first time after two
 * milliseconds, then after twice as many each time, half a second in all.
 */
#define TRIES	8

/**
 * struct protection_io - an I/O whose blocks have protection information
 * @dev: logical unit
 * @io: the I/O
 * @pi: of the command that it is for, NULL for none
 * @done: target_io.done of who asks
 * @tries: how often what was read looked wrong
 * @sts: how the medium ended it
 * @work: checks what was read
 * @count: blocks
 * @tuples: target_io.tuples
 */
struct protection_io {
	struct target_dev	*dev;
	struct target_io	*io;
	struct target_pi	*pi;
	void			(*done)(struct target_io *io, blk_status_t sts);
	unsigned int		tries;
	blk_status_t		sts;
	struct delayed_work	work;
	unsigned int		count;
	struct t10_pi_tuple	tuples[] __counted_by(count)
					 __aligned(ARCH_DMA_MINALIGN);
};

/* Parts that are known of a block, whoever wrote it */
static u8 known_of(u8 type)
{
	return type == TARGET_DIF_TYPE1_PROT ?
	       TARGET_DIF_CHECK_GUARD | TARGET_DIF_CHECK_REFTAG :
	       TARGET_DIF_CHECK_GUARD;
}

/**
 * target_protection_rule - what the blocks of a logical unit are to have
 * @dev: logical unit with protection information
 * @lba: first block
 *
 * The reference tag of types 2 and 3 is known to who wrote the block alone.  So is
 * the application tag: what is generated says, if initiators own it, that it is not
 * to be checked (SBC-4 table 117, WRPROTECT 000b).
 *
 * Return: the rule, with what pi_prot_verify asks for to be checked
 */
struct target_tuple_rule target_protection_rule(const struct target_dev *dev,
						u64 lba)
{
	struct target_tuple_rule rule = {
		.type = READ_ONCE(dev->attr.pi_prot_type),
		.block = target_dev_block_size(dev),
		.ref = lba,
		.app = READ_ONCE(dev->protection.ato) ? 0xffff : 0,
	};

	if (READ_ONCE(dev->attr.pi_prot_verify))
		rule.checks = known_of(rule.type);
	return rule;
}

/**
 * target_protection_source - how blocks are read whose data gets new protection
 *	information elsewhere
 * @dev: logical unit
 * @lba: first block
 *
 * Nobody could tell any more, there, that it is not what was written here: so it is
 * checked whatever pi_prot_verify says.
 *
 * Return: for target_io_submit()
 */
struct target_pi target_protection_source(const struct target_dev *dev, u64 lba)
{
	struct target_pi pi = {
		.lba = lba,
		.rule = target_protection_rule(dev, lba),
	};

	pi.rule.checks = known_of(pi.rule.type);
	return pi;
}

/* Something was found wrong.  Context: any. */
void target_protection_count(struct target_dev *dev,
			     enum target_protection_stage stage, u8 bad)
{
	atomic_long_inc(&dev->protection.errors[stage][ffs(bad) - 1]);
}

/* How often: @part is one of enum target_core_dif_check. */
unsigned long target_protection_counted(struct target_dev *dev,
					enum target_protection_stage stage,
					u8 part)
{
	return atomic_long_read(&dev->protection.errors[stage][ffs(part) - 1]);
}

/**
 * target_protection_reason - why an I/O has ended with BLK_STS_PROTECTION
 * @bad: target_io.bad, or that of struct target_pi
 *
 * Return: reason
 */
sense_reason_t target_protection_reason(u8 bad)
{
	static const sense_reason_t reasons[TARGET_PROTECTION_PARTS] = {
		TCM_LOGICAL_BLOCK_GUARD_CHECK_FAILED,
		TCM_LOGICAL_BLOCK_APP_TAG_CHECK_FAILED,
		TCM_LOGICAL_BLOCK_REF_TAG_CHECK_FAILED,
	};

	return reasons[ffs(bad) - 1];
}

/* Has a comparison found other protection information, so far? */
bool target_protection_differs(const struct target_cmd *cmd)
{
	return cmd->pi && cmd->pi->differs;
}

/* ------------------------------------------------------------- the I/O -- */

static struct protection_io *io_of(struct target_io *io)
{
	return container_of(io->tuples, struct protection_io, tuples[0]);
}

static u64 lba_of(const struct protection_io *p)
{
	return p->io->pos >> p->dev->block_shift;
}

static struct target_tuple_rule rule_of(const struct protection_io *p)
{
	struct target_tuple_rule rule;

	if (!p->pi)
		return target_protection_rule(p->dev, lba_of(p));
	rule = p->pi->rule;
	rule.ref += lba_of(p) - p->pi->lba;
	return rule;
}

/* Of the command's tuples, the one of the first block; NULL for none */
static struct t10_pi_tuple *tuples_of(const struct protection_io *p)
{
	const struct target_pi *pi = p->pi;
	u64 at;

	if (!pi || !pi->tuples)
		return NULL;
	if (pi->carry || pi->repeat)
		return pi->tuples;
	at = lba_of(p) - pi->lba;
	if (p->io->op == TARGET_IO_WRITE)
		at += pi->skip;
	if (WARN_ON_ONCE(at + p->count > pi->count))
		return NULL;
	return pi->tuples + at;
}

/* ------------------------------------------------------------- a write -- */

static void fill(struct protection_io *p)
{
	struct target_tuple_rule rule = rule_of(p);
	const struct t10_pi_tuple *given = tuples_of(p);
	struct target_io *io = p->io;

	if (io->flags & TARGET_IO_ESCAPE)
		target_tuple_escape(p->tuples, p->count);
	else if (!given)
		target_tuple_make(p->tuples, io->sgl, io->nents, p->count,
				  &rule);
	else if (p->pi->repeat)
		target_tuple_repeat(p->tuples, p->count, given,
				    lba_of(p) - p->pi->lba, rule.type);
	else
		memcpy(p->tuples, given, p->count * sizeof(*given));
	if (given && p->pi->reseal)
		target_tuple_guard(p->tuples, io->sgl, io->nents, p->count,
				   rule.block);
}

/* What a medium looks at that checks what is written */
static u8 parts_of(u8 type)
{
	return type == TARGET_DIF_TYPE3_PROT ?
	       TARGET_DIF_CHECK_GUARD :
	       TARGET_DIF_CHECK_GUARD | TARGET_DIF_CHECK_REFTAG;
}

/* Is it right, as far as that can be known? */
static bool is_sound(const struct protection_io *p)
{
	u8 parts = parts_of(rule_of(p).type);

	/* that it is not to be checked counts for reads only (SBC-4 4.21.2.3) */
	if (p->io->flags & TARGET_IO_ESCAPE)
		return false;
	return !tuples_of(p) || (p->pi->sound & parts) == parts;
}

/* -------------------------------------------------------------- a read -- */

static void note_bad(struct protection_io *p, unsigned int at, u8 bad)
{
	target_protection_count(p->dev, TARGET_PROTECTION_MEDIUM, bad);
	p->io->bad = bad;
	if (!p->pi)
		return;
	p->pi->bad = bad;
	p->pi->bad_lba = lba_of(p) + at;
}

static bool is_bad(struct protection_io *p)
{
	struct target_tuple_rule rule = rule_of(p);
	unsigned int at;
	u8 bad;

	at = target_tuple_check(p->tuples, p->io->sgl, p->io->nents, p->count,
				&rule, &bad);
	if (at < p->count && p->tries == TRIES)
		note_bad(p, at, bad);
	return at < p->count;
}

/* What a comparison expects of a block */
static struct t10_pi_tuple expected(const struct protection_io *p,
				    const struct t10_pi_tuple *given,
				    unsigned int i)
{
	struct t10_pi_tuple one;

	if (!p->pi->repeat)
		return given[i];
	target_tuple_repeat(&one, 1, given, lba_of(p) - p->pi->lba + i,
			    p->pi->rule.type);
	return one;
}

/* What differs is said by who compares the data, after that (emul/pi.c). */
static void compare(struct protection_io *p)
{
	const struct t10_pi_tuple *given = tuples_of(p);
	struct target_pi *pi = p->pi;
	struct t10_pi_tuple one;
	unsigned int i;

	if (!given || !pi->compare)
		return;
	for (i = 0; i < p->count && !pi->differs; i++) {
		one = expected(p, given, i);
		if (!target_tuple_compare(&one, &p->tuples[i], 1, pi->rule.type,
					  pi->compare, &pi->differs))
			pi->differs_at = pi->repeat ? 0 :
						      given - pi->tuples + i;
	}
}

static blk_status_t judge(struct protection_io *p)
{
	struct t10_pi_tuple *kept;

	if (is_bad(p))
		return BLK_STS_PROTECTION;
	compare(p);
	kept = p->pi && (p->pi->keep || p->pi->carry) ? tuples_of(p) : NULL;
	if (kept)
		memcpy(kept, p->tuples, p->count * sizeof(*kept));
	return BLK_STS_OK;
}

/*
 * The medium has found something wrong, but not said what: in what was written it
 * is still there to be found.  The block layer may have changed the reference tags
 * for its own use.
 */
static void blame_medium(struct protection_io *p)
{
	struct target_tuple_rule rule = rule_of(p);
	struct target_io *io = p->io;
	unsigned int at = p->count;
	u8 bad;

	if (io->op == TARGET_IO_WRITE) {
		fill(p);
		rule.checks = parts_of(rule.type);
		at = target_tuple_check(p->tuples, io->sgl, io->nents, p->count,
					&rule, &bad);
	}
	if (at < p->count)
		note_bad(p, at, bad);
	else
		target_protection_count(p->dev, TARGET_PROTECTION_MEDIUM,
					TARGET_DIF_CHECK_GUARD);
}

/* What cannot be read has nothing that could be carried on. */
static void lose(struct protection_io *p)
{
	if (p->io->op == TARGET_IO_READ && p->pi && p->pi->carry)
		target_tuple_escape(p->pi->tuples, p->count);
}

static void again_work(struct work_struct *work)
{
	struct protection_io *p = container_of(work, struct protection_io,
					       work.work);

	p->dev->backend->ops->submit(p->dev->backend, p->io);
}

/*
 * A medium that keeps it elsewhere than the data has both of a write, but not at
 * the same moment: while that goes on, a read may find one without the other.
 */
static bool tries_again(struct protection_io *p, blk_status_t sts)
{
	if (sts != BLK_STS_PROTECTION || p->tries == TRIES)
		return false;
	p->tries++;
	INIT_DELAYED_WORK(&p->work, again_work);
	queue_delayed_work(target_complete_wq, &p->work,
			   msecs_to_jiffies(1 << p->tries));
	return true;
}

static void finish(struct protection_io *p)
{
	struct target_io *io = p->io;
	blk_status_t sts = p->sts;

	if (sts == BLK_STS_PROTECTION)
		blame_medium(p);
	if (sts)
		lose(p);
	else if (io->op == TARGET_IO_READ)
		sts = judge(p);
	if (!p->sts && tries_again(p, sts))
		return;
	io->done = p->done;
	io->tuples = NULL;
	kvfree(p);
	io->done(io, sts);
}

static void finish_work(struct work_struct *work)
{
	finish(container_of(work, struct protection_io, work.work));
}

/*
 * Checking is nothing for an interrupt to do, nor for who submits to a device
 * that is done at once: the block layer may not sleep there.
 */
static void medium_done(struct target_io *io, blk_status_t sts)
{
	struct protection_io *p = io_of(io);

	p->sts = sts;
	if (in_task() && !irqs_disabled() &&
	    !READ_ONCE(p->dev->limits.protection)) {
		finish(p);
		return;
	}
	INIT_DELAYED_WORK(&p->work, finish_work);
	queue_delayed_work(target_complete_wq, &p->work, 0);
}

static bool wants_tuples(const struct target_dev *dev,
			 const struct target_io *io, const struct target_pi *pi)
{
	u64 lba = io->pos >> dev->block_shift;

	if (io->op != TARGET_IO_READ)
		return io->op == TARGET_IO_WRITE;
	/* what comes without would be checked on the way from such a medium */
	if (READ_ONCE(dev->limits.protection))
		return true;
	if (!pi)
		return target_protection_rule(dev, lba).checks;
	return pi->rule.checks || pi->tuples;
}

/**
 * target_protection_submit - an I/O of a logical unit with protection information
 * @dev: logical unit
 * @io: whole blocks of it
 * @pi: of the command that it is for, NULL if it is for none
 *
 * A read whose protection information is wrong ends with BLK_STS_PROTECTION.
 *
 * Context: process.
 */
void target_protection_submit(struct target_dev *dev, struct target_io *io,
			      struct target_pi *pi)
{
	unsigned int count = io->len >> dev->block_shift;
	struct protection_io *p = NULL;

	io->tuples = NULL;
	io->bad = 0;
	io->flags &= ~TARGET_IO_UNCHECKED;
	if (wants_tuples(dev, io, pi)) {
		/* whatever a medium fills in, nobody sees what was here before */
		p = kvzalloc(struct_size(p, tuples, count), GFP_NOIO);
		if (!p) {
			target_io_done(io, BLK_STS_RESOURCE);
			return;
		}
		p->dev = dev;
		p->io = io;
		p->pi = pi;
		p->done = io->done;
		p->count = count;
		/* written at once, it is read as it was written */
		p->tries = READ_ONCE(dev->limits.protection) ? TRIES : 0;
		if (io->op == TARGET_IO_WRITE)
			fill(p);
		if (io->op == TARGET_IO_WRITE && !is_sound(p))
			io->flags |= TARGET_IO_UNCHECKED;
		io->tuples = p->tuples;
		io->done = medium_done;
	}
	dev->backend->ops->submit(dev->backend, io);
}

/**
 * target_protection_limit - what a medium cannot do for blocks that have it
 * @dev: logical unit
 * @limits: of its medium; changed
 *
 * Zeros have protection information that depends on the block, and so has what
 * is copied: both are written as data.
 */
void target_protection_limit(const struct target_dev *dev,
			     struct target_limits *limits)
{
	if (!READ_ONCE(dev->attr.pi_prot_type))
		return;
	limits->zero_max = 0;
	limits->copy_max = 0;
}
