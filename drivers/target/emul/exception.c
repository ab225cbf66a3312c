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

/*
 * MRIE (SPC-5 table 452): a unit attention; the end of a command that did what it
 * should, if recovered errors are reported (PER) or whether they are or not, or
 * without a sense key; or an answer to REQUEST SENSE
 */
enum {
	BY_ATTENTION	= 0x2,
	BY_ERROR_IF_PER	= 0x3,
	BY_ERROR	= 0x4,
	BY_NO_SENSE	= 0x5,
	ON_REQUEST	= 0x6,
};

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

/**
 * target_exception_end - how a command ends that did what it should
 * @dev: logical unit
 *
 * Commands without data can end with sense data: those that have some would lose it.
 * TEST UNIT READY is what an initiator asks with.
 *
 * Return: TCM_NO_SENSE, or what says that there is an exception; once each time
 */
sense_reason_t target_exception_end(struct target_dev *dev)
{
	struct target_exceptions *exceptions = &dev->emul->exceptions;
	u32 method;

	if (likely(!READ_ONCE(exceptions->due)))
		return TCM_NO_SENSE;
	method = value_of(dev, TARGET_EXCEPTION_METHOD);
	if (method == BY_ERROR_IF_PER && !value_of(dev, TARGET_EXCEPTION_POSTED))
		return TCM_NO_SENSE;
	if (!xchg(&exceptions->due, false))
		return TCM_NO_SENSE;
	return method == BY_NO_SENSE ? TCM_PREDICTED_NO_SENSE :
				       TCM_PREDICTED_RECOVERED;
}

static void tell(struct target_dev *dev)
{
	switch (value_of(dev, TARGET_EXCEPTION_METHOD)) {
	case BY_ATTENTION:
		target_ua_add_others(dev, NULL,
				     TARGET_UA_FAILURE_PREDICTED_FALSE);
		break;
	case BY_ERROR_IF_PER:
	case BY_ERROR:
	case BY_NO_SENSE:
		WRITE_ONCE(dev->emul->exceptions.due, true);
		break;
	}
}

static void tell_work(struct work_struct *work)
{
	struct target_exceptions *exceptions =
		container_of(work, struct target_exceptions, work.work);
	struct target_dev *dev = exceptions->dev;

	/* MODE SELECT sets one value after the other */
	guard(mutex)(&dev->emul->mode_lock);
	if (!is_tested(dev) || is_told_enough(dev))
		return;
	atomic_inc(&exceptions->told);
	tell(dev);
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
 * target_exception_set - MODE SELECT: a value of page 1Ch, or PER
 * @dev: logical unit
 * @which: what it is of
 * @value: a legal one
 *
 * A test begins anew with each of them: it is reported when it is first there,
 * and the interval begins with that (SBC-4 table 248).
 *
 * Context: process.
 */
void target_exception_set(struct target_dev *dev,
			  enum target_exception_value which, u32 value)
{
	struct target_exceptions *exceptions = &dev->emul->exceptions;

	WRITE_ONCE(exceptions->value[which], value);
	WRITE_ONCE(exceptions->due, false);
	atomic_set(&exceptions->told, 0);
	if (is_tested(dev))
		mod_delayed_work(system_wq, &exceptions->work, 0);
	else
		cancel_delayed_work(&exceptions->work);
}
