/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_JOB_H
#define TARGET_JOB_H

#include "lu.h"

/**
 * struct target_job_plan - what to do to all blocks of a medium
 * @kind: for whom
 * @may_exit: a failure may be forgotten
 * @immed: the command does not wait for the end
 * @passes: how often
 * @invert: with the complement of the pattern every other time
 * @may_unmap: after the passes, which may be none, blocks become deallocated
 *	ones or ones of zeros, as the medium likes it
 * @pattern: is repeated in each block
 * @pattern_len: bytes of it; 0 for zeros
 */
struct target_job_plan {
	enum target_job_kind	kind;
	bool			may_exit;
	bool			immed;
	unsigned int		passes;
	bool			invert;
	bool			may_unmap;
	const u8		*pattern;
	size_t			pattern_len;
};

sense_reason_t target_job_start(struct target_cmd *cmd,
				const struct target_job_plan *plan);
void target_job_forget(struct target_dev *dev);
void target_job_cancel(struct target_dev *dev);

#endif /* TARGET_JOB_H */
