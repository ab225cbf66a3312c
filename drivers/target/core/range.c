// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks on ranges of logical blocks, for what has to be alone on them:
 *
 * - COMPARE AND WRITE, against everything that starts meanwhile, not against
 *   what has started;
 * - a write that was aborted while the backing device had it.  The initiator
 *   got its answer, but the device may still carry it out, and must not do
 *   that on top of what the initiator writes next.
 *
 * While nothing is locked, TARGET_SLOW_RANGE is clear and nobody comes here.
 */
#include "range.h"

void target_range_init(struct target_dev *dev)
{
	spin_lock_init(&dev->ranges.lock);
	INIT_LIST_HEAD(&dev->ranges.locked);
	INIT_LIST_HEAD(&dev->ranges.waiting);
}

void target_range_reset(struct target_range *range)
{
	INIT_LIST_HEAD(&range->node);
	range->ended = false;
}

static bool overlap(const struct target_range *a, const struct target_range *b)
{
	/* neither wraps: decoding saw to it */
	return a->lba < b->lba + b->blocks && b->lba < a->lba + a->blocks;
}

static bool overlaps_any(const struct list_head *list,
			 const struct target_range *range)
{
	const struct target_range *other;

	list_for_each_entry(other, list, node) {
		if (other == range)
			return false;
		if (overlap(other, range))
			return true;
	}
	return false;
}

/**
 * target_range_lock - lock a range, in order of arrival
 * @dev: logical unit
 * @range: lba, blocks and granted are set
 *
 * Context: any.
 * Return: true if it is locked; otherwise granted() is called when it is
 */
bool target_range_lock(struct target_dev *dev, struct target_range *range)
{
	struct target_ranges *ranges = &dev->ranges;
	unsigned long flags;
	bool wait;

	spin_lock_irqsave(&ranges->lock, flags);
	set_bit(TARGET_SLOW_RANGE, &dev->slow);
	wait = overlaps_any(&ranges->locked, range) ||
	       overlaps_any(&ranges->waiting, range);
	list_add_tail(&range->node, wait ? &ranges->waiting : &ranges->locked);
	spin_unlock_irqrestore(&ranges->lock, flags);
	return !wait;
}

/* Only those that waited for what ended may have their turn now. */
static void grant(struct target_ranges *ranges,
		  const struct target_range *ended, struct list_head *granted)
{
	struct target_range *range, *next;

	lockdep_assert_held(&ranges->lock);

	list_for_each_entry_safe(range, next, &ranges->waiting, node) {
		if (!overlap(ended, range) ||
		    overlaps_any(&ranges->locked, range) ||
		    overlaps_any(granted, range) ||
		    overlaps_any(&ranges->waiting, range))
			continue;
		list_move_tail(&range->node, granted);
	}
}

/**
 * target_range_orphan - keep blocks locked until an aborted write has ended
 * @dev: logical unit
 * @range: of the command; it may be locked or waiting already
 * @lba: first block that the write may change
 * @blocks: how many
 *
 * Races with target_range_end() for the same range, on purpose: whichever
 * comes second sees what the first did.
 *
 * Context: any.
 */
void target_range_orphan(struct target_dev *dev, struct target_range *range,
			 u64 lba, u64 blocks)
{
	struct target_ranges *ranges = &dev->ranges;
	unsigned long flags;

	spin_lock_irqsave(&ranges->lock, flags);
	if (!range->ended && list_empty(&range->node)) {
		range->lba = lba;
		range->blocks = blocks;
		set_bit(TARGET_SLOW_RANGE, &dev->slow);
		list_add_tail(&range->node, &ranges->locked);
	}
	spin_unlock_irqrestore(&ranges->lock, flags);
}

/* The command of a range has ended.  Any context; granted() is called. */
void target_range_end(struct target_dev *dev, struct target_range *range)
{
	struct target_ranges *ranges = &dev->ranges;
	struct target_range *next, *other;
	LIST_HEAD(granted);
	unsigned long flags;

	spin_lock_irqsave(&ranges->lock, flags);
	range->ended = true;
	list_del_init(&range->node);
	grant(ranges, range, &granted);
	list_for_each_entry_safe(other, next, &granted, node) {
		list_move_tail(&other->node, &ranges->locked);
		other->granted(other);
	}
	if (list_empty(&ranges->locked) && list_empty(&ranges->waiting))
		clear_bit(TARGET_SLOW_RANGE, &dev->slow);
	spin_unlock_irqrestore(&ranges->lock, flags);
}
