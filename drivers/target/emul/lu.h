/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_LU_H
#define TARGET_LU_H

#include <linux/bitmap.h>
#include <linux/mutex.h>
#include "../core/core.h"

#define TARGET_LU_BUFFER	4096	/* a size for READ BUFFER */
#define TARGET_LU_STREAMS	64	/* that can be open, numbered from 1 */
#define TARGET_LU_INFO		512	/* identifying information */
#define TARGET_LU_TEXT		256	/* the same as text */

/**
 * struct target_buffers - what WRITE BUFFER left (buffer.c)
 * @echo: the echo buffer
 * @data: buffer 0
 * @echoed: bytes that are in @echo
 */
struct target_buffers {
	u8	echo[TARGET_LU_BUFFER];
	u8	data[TARGET_LU_BUFFER];
	size_t	echoed;
};

/**
 * struct target_info - what SET IDENTIFYING INFORMATION said (identifying.c)
 * @info: peripheral device identifying information
 * @info_len: bytes of it
 * @text: text identifying information, with a NUL
 * @text_len: bytes of it
 */
struct target_info {
	u8	info[TARGET_LU_INFO];
	u16	info_len;
	u8	text[TARGET_LU_TEXT];
	u16	text_len;
};

/**
 * struct target_emul - what the emulation keeps of a logical unit
 * @mode_lock: one change of state by an initiator at a time; process
 *	context
 * @mode_task: who changes attributes for a MODE SELECT: it raises the unit
 *	attentions itself [mode_lock for changes]
 * @buffers: NULL until something is written [mode_lock]
 * @info: NULL until something is set [mode_lock]
 * @streams: those that are open [atomic bits]
 * @clock_shift: SET TIMESTAMP's clock less this machine's, in ms [A]
 * @clock_set: SET TIMESTAMP was used [A]
 * @swp: software write protect (control mode page) [A]
 * @stopped: START STOP UNIT stopped it [A]
 *
 * [A] one aligned word, read anywhere.
 */
struct target_emul {
	struct mutex		mode_lock;	/* what: see above */
	struct task_struct	*mode_task;
	struct target_buffers	*buffers;
	struct target_info	*info;
	DECLARE_BITMAP(streams, TARGET_LU_STREAMS + 1);
	s64			clock_shift;
	bool			clock_set;
	bool			swp;
	bool			stopped;
};

#endif /* TARGET_LU_H */
