/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TP_TRANSITION_H
#define TARGET_TP_TRANSITION_H

#include "tp_access.h"

struct target_tp_group;

/**
 * struct target_tp_request - somebody who changes states of groups
 * @cause: enum target_tp_status
 * @by: nexus that asked, or NULL
 * @error: of the first transition that failed
 * @pending: transitions under way, and one for who starts them
 * @done: called in process context when none is left; may free it
 */
struct target_tp_request {
	enum target_tp_status	cause;
	struct target_sess	*by;
	int			error;
	atomic_t		pending;
	void			(*done)(struct target_tp_request *request);
};

void target_tp_transition_init(struct target_tp_group *group);
void target_tp_transition_exit(struct target_tp_group *group);
void target_tp_transition_publish(struct target_dev *dev);
u8 target_tp_transition_support(const struct target_tp_group *group);
int target_tp_transition_check(const struct target_tp_group *group, u8 to,
			       enum target_tp_status cause);
int target_tp_transition_start(struct target_dev *dev, u16 id, u8 to,
			       struct target_tp_request *request);
void target_tp_transition_put(struct target_tp_request *request);
struct target_tp_group *target_tp_transition_find(struct target_dev *dev,
						  u16 id);

#endif /* TARGET_TP_TRANSITION_H */
