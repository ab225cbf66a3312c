// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the emulation keeps has changed: whoever shows it hears of it.  The
 * lower layer calls a pointer, and knows nothing of files.
 */
#include "watch.h"

void target_watch_init(struct target_watch *watch)
{
	mutex_init(&watch->lock);
}

/* When it returns, the one before is not called any more. */
void target_watch_set(struct target_watch *watch, void (*fn)(void *arg),
		      void *arg)
{
	guard(mutex)(&watch->lock);
	watch->fn = fn;
	watch->arg = arg;
}

/* Context: process. */
void target_watch_notify(struct target_watch *watch)
{
	guard(mutex)(&watch->lock);
	if (watch->fn)
		watch->fn(watch->arg);
}
