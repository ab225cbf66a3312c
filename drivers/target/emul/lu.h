/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_LU_H
#define TARGET_LU_H

#include <linux/mutex.h>
#include "../core/core.h"

/**
 * struct target_emul - what the emulation keeps of a logical unit
 * @mode_lock: one MODE SELECT at a time; process context
 * @mode_task: who changes attributes for a MODE SELECT: it raises the unit
 *	attentions itself [mode_lock for changes]
 * @swp: software write protect (control mode page) [A]
 * @stopped: START STOP UNIT stopped it [A]
 *
 * [A] one aligned word, read anywhere.
 */
struct target_emul {
	struct mutex		mode_lock;	/* one MODE SELECT at a time */
	struct task_struct	*mode_task;
	bool			swp;
	bool			stopped;
};

#endif /* TARGET_LU_H */
