/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_WATCH_H
#define TARGET_WATCH_H

#include <linux/mutex.h>

/**
 * struct target_watch - somebody who wants to hear of changes
 * @lock: guards the rest; process context
 * @fn: is called with @arg and @lock held; NULL if nobody is there
 * @arg: see @fn
 */
struct target_watch {
	struct mutex	lock;	/* what: see above */
	void		(*fn)(void *arg);
	void		*arg;
};

void target_watch_init(struct target_watch *watch);
void target_watch_set(struct target_watch *watch, void (*fn)(void *arg),
		      void *arg);
void target_watch_notify(struct target_watch *watch);

#endif /* TARGET_WATCH_H */
