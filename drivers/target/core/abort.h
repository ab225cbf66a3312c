/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ABORT_H
#define TARGET_ABORT_H

#include "core.h"

/**
 * struct target_abort_scope - which commands to abort
 * @dev: logical unit, or NULL for every one
 * @tag: only the command with this tag, if @by_tag
 * @by_tag: see @tag
 * @except: never this one, nor one that came after it: who asked for the abort
 * @self: nexus on whose behalf; TAS does not apply to its own commands
 * @aca: only those with the ACA attribute
 * @silent: no TASK ABORTED status whatever TAS says
 * @cleared: nexuses other than @self that get no such status get a unit
 *	attention
 * @whose: of target_abort_dev(): only of sessions for which it says so, given
 *	@arg; NULL for all
 * @arg: see @whose
 */
struct target_abort_scope {
	struct target_dev	*dev;
	u64			tag;
	bool			by_tag;
	bool			aca;
	bool			silent;
	bool			cleared;
	struct target_cmd	*except;
	struct target_sess	*self;
	bool			(*whose)(const struct target_sess *sess,
					 const void *arg);
	const void		*arg;
};

unsigned int target_abort_session(struct target_sess *sess,
				  const struct target_abort_scope *scope);
unsigned int target_abort_dev(const struct target_abort_scope *scope);
bool target_abort_find(struct target_sess *sess,
		       const struct target_abort_scope *scope);

#endif /* TARGET_ABORT_H */
