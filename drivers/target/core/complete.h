/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COMPLETE_H
#define TARGET_COMPLETE_H

#include "core.h"

/* Aborted commands that a logical unit may have and still take others */
#define TARGET_COMPLETE_ORPHANS	512

void target_complete(struct target_cmd *cmd, sense_reason_t reason);
void target_complete_set_qerr(void (*fn)(struct target_cmd *cmd));
void target_complete_defer(struct target_cmd *cmd, work_func_t fn);
void target_complete_retry(struct target_retry *retry,
			   void (*again)(struct target_retry *retry));
void target_complete_aborted(struct target_cmd *cmd, bool tas);
void target_complete_orphan(struct target_cmd *cmd);
bool target_complete_crowded(const struct target_dev *dev);
void target_complete_release(struct kref *kref);
void target_complete_reap(struct work_struct *work);
void target_complete_reap_later(struct delayed_work *work, unsigned long delay);
int target_complete_init(void);
void target_complete_exit(void);

extern struct workqueue_struct *target_complete_wq;

/* Drop a reference.  Context: any that suits release_cmd(). */
static inline void target_complete_put(struct target_cmd *cmd)
{
	kref_put(&to_se(cmd)->cmd_kref, target_complete_release);
}

#endif /* TARGET_COMPLETE_H */
