// SPDX-License-Identifier: GPL-2.0-only
/*
 * Informational exceptions (SPC-5 5.11, mode page 1Ch).  No failure of a medium
 * is known before it happens.  There is one that TEST asks for, and no other:
 * whoever set up monitoring sees that it works.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include "../core/device.h"
#include "exception.h"
#include "ua.h"

/* MRIE (SPC-5 table 452): a unit attention, or an answer to REQUEST SENSE */
#define BY_ATTENTION	0x2
#define ON_REQUEST	0x6

/* What an INTERVAL TIMER of 0 or FFFFFFFFh leaves to the device */
#define OWN_INTERVAL	(60 * HZ)

static u32 value_of(const struct target_dev *dev,
		    enum target_exception_value which)
{
	return READ_ONCE(dev->emul->exceptions.value[which]);
}

static bool is_tested(const struct target_dev *dev)
{
	return value_of(dev, TARGET_EXCEPTION_TEST) &&
	       !value_of(dev, TARGET_EXCEPTION_DISABLED) &&
	       value_of(dev, TARGET_EXCEPTION_METHOD);
}

/* INTERVAL TIMER is in units of 100 ms. */
static unsigned long interval_of(const struct target_dev *dev)
{
	u32 interval = value_of(dev, TARGET_EXCEPTION_INTERVAL);

	if (!interval || interval == U32_MAX)
		return OWN_INTERVAL;
	return min_t(u64, div_u64((u64)interval * HZ, 10) + 1,
		     MAX_JIFFY_OFFSET);
}

/* REPORT COUNT: so often, and 0 is without end. */
static bool is_told_enough(const struct target_dev *dev)
{
	u32 limit = value_of(dev, TARGET_EXCEPTION_COUNT);

	return limit && atomic_read(&dev->emul->exceptions.told) >= limit;
}

/**
 * target_exception_pending - the exception that there is
 * @dev: logical unit
 *
 * Return: ASC << 8 | ASCQ, 0 for none
 */
u16 target_exception_pending(const struct target_dev *dev)
{
	return is_tested(dev) && atomic_read(&dev->emul->exceptions.told) ?
	       TARGET_UA_FAILURE_PREDICTED_FALSE : 0;
}

/* What REQUEST SENSE says of it: nothing, unless that is the way to ask. */
u16 target_exception_polled(const struct target_dev *dev)
{
	return value_of(dev, TARGET_EXCEPTION_METHOD) == ON_REQUEST ?
	       target_exception_pending(dev) : 0;
}

static void tell_work(struct work_struct *work)
{
	struct target_exceptions *exceptions =
		container_of(work, struct target_exceptions, work.work);
	struct target_dev *dev = exceptions->dev;

	if (!is_tested(dev) || is_told_enough(dev))
		return;
	atomic_inc(&exceptions->told);
	if (value_of(dev, TARGET_EXCEPTION_METHOD) == BY_ATTENTION)
		target_ua_add_others(dev, NULL,
				     TARGET_UA_FAILURE_PREDICTED_FALSE);
	if (!is_told_enough(dev))
		queue_delayed_work(system_wq, &exceptions->work,
				   interval_of(dev));
}

void target_exception_init(struct target_dev *dev)
{
	struct target_exceptions *exceptions = &dev->emul->exceptions;

	exceptions->dev = dev;
	INIT_DELAYED_WORK(&exceptions->work, tell_work);
}

/* The last use of the unit is gone. */
void target_exception_exit(struct target_dev *dev)
{
	cancel_delayed_work_sync(&dev->emul->exceptions.work);
}

/**
 * target_exception_set - MODE SELECT: a value of page 1Ch
 * @dev: logical unit
 * @which: what it is of
 * @value: a legal one
 *
 * A test begins anew with each of them.
 *
 * Context: process.
 */
void target_exception_set(struct target_dev *dev,
			  enum target_exception_value which, u32 value)
{
	struct target_exceptions *exceptions = &dev->emul->exceptions;

	WRITE_ONCE(exceptions->value[which], value);
	atomic_set(&exceptions->told, 0);
	if (is_tested(dev))
		mod_delayed_work(system_wq, &exceptions->work,
				 interval_of(dev));
	else
		cancel_delayed_work(&exceptions->work);
}
