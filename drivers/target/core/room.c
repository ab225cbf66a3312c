// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room for protection information on a medium that has none by itself: made,
 * formatted and given up; and whether that of a medium is used which has some.  The
 * medium may take its time for it, so no lock is held meanwhile; the unit cannot be
 * exported until it has come to an end.
 */
#include <linux/wait_bit.h>
#include "room.h"

/* The file that was written says what was asked for. */
static void say(const struct target_dev *dev, bool fresh, const char *why)
{
	pr_warn("target: %s/%s: protection information stays as it is: %s\n",
		dev->name, fresh ? "pi_prot_format" : "pi_prot_type", why);
}

/* Why not now: an errno after a log line, or 0 */
static int refusal(const struct target_dev *dev, bool fresh)
{
	bool busy = dev->protection.formatting || atomic_read(&dev->flushes);
	const char *why = NULL;

	lockdep_assert_held(&dev->mutex);
	if (dev->state != TARGET_DEV_OPEN)
		why = "enable the unit first";
	else if (dev->protection.formatting)
		why = "it is being changed already";
	else if (busy)
		why = "the unit's cache is being flushed: try again";
	else if (dev->nr_links || !list_empty(&dev->links))
		why = "unlink the unit from its LUNs first";
	else if (test_bit(TARGET_SLOW_STOPPED, &dev->slow))
		why = "the unit is stopped, or being formatted";
	if (!why)
		return 0;
	say(dev, fresh, why);
	return busy ? -EBUSY : -EINVAL;
}

/* Can blocks of this medium have protection information at all? */
bool target_room_any(const struct target_dev *dev)
{
	return dev->limits.tuples || dev->limits.protection;
}

/* What the medium has by itself, which is of use with its own blocks only */
u32 target_room_own_type(const struct target_dev *dev)
{
	return dev->attr.block_size == dev->limits.block_size ?
	       dev->limits.protection : 0;
}

/* May a logical unit have this protection type?  0 is none. */
bool target_room_offers(const struct target_dev *dev, u32 type)
{
	return !type || dev->limits.tuples || type == target_room_own_type(dev);
}

/*
 * 0 if there is nothing to do, 1 if the caller has the unit for himself: then it
 * keeps its block length, too.
 */
static int claim(struct target_dev *dev, u32 *wanted, bool fresh)
{
	u32 type;
	int ret;

	guard(mutex)(&dev->mutex);
	if (fresh)
		*wanted = dev->attr.pi_prot_type;
	type = *wanted;
	/* what a saved configuration has, before there is a medium */
	if (dev->state != TARGET_DEV_OPEN && !type && !fresh)
		return 0;
	ret = refusal(dev, fresh);
	if (ret)
		return ret;
	if (!fresh && type == dev->attr.pi_prot_type)
		return 0;
	if (!target_room_offers(dev, type) ||
	    (fresh && (!type || !dev->limits.tuples))) {
		say(dev, fresh, dev->limits.tuples ? "set a pi_prot_type first" :
			"the medium has no room for it, or comes with its own");
		/* the errno that user space knows for what is not offered */
		return -ENOSYS;
	}
	dev->protection.formatting = true;
	return 1;
}

/* What the medium can do depends on it. */
static void settle(struct target_dev *dev, u32 type, int ret)
{
	struct target_limits limits = {};

	guard(mutex)(&dev->mutex);
	WRITE_ONCE(dev->protection.formatting, false);
	wake_up_var(&dev->protection.formatting);
	if (ret)
		return;
	WRITE_ONCE(dev->attr.pi_prot_type, type);
	dev->backend->ops->limits(dev->backend, &limits);
	target_protection_limit(dev, &limits);
	dev->limits = limits;
}

static int make_room(struct target_dev *dev, u32 type, bool fresh)
{
	int ret = claim(dev, &type, fresh);

	if (ret <= 0)
		return ret;
	/* what the medium has by itself it has in any case */
	if (dev->limits.tuples)
		ret = dev->backend->ops->protect(dev->backend, type,
						 target_dev_block_size(dev),
						 fresh);
	else
		ret = 0;
	settle(dev, type, ret);
	return ret;
}

/**
 * target_room_set_type - a logical unit gets a protection type
 * @dev: logical unit
 * @type: 0 for none, to 3
 *
 * Context: process; may wait for the medium.
 * Return: 0, or an errno after a log line
 */
int target_room_set_type(struct target_dev *dev, u32 type)
{
	return make_room(dev, type, false);
}

/**
 * target_room_format - no block has protection information that is checked
 * @dev: logical unit
 * @value: 0 to leave it as it is
 *
 * Context: process; may wait for the medium.
 * Return: 0, or an errno after a log line
 */
int target_room_format(struct target_dev *dev, u32 value)
{
	return value ? make_room(dev, 0, true) : 0;
}
