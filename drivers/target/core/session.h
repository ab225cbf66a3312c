/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_SESSION_H
#define TARGET_SESSION_H

#include "core.h"

struct target_sess *target_session_alloc(unsigned int tag_num,
					 unsigned int tag_size,
					 work_func_t free_fn);
void target_session_free(struct target_sess *sess);
void target_session_end(struct target_sess *sess);
void target_session_stop(struct target_sess *sess);
void target_session_close(struct target_acl *acl);

#endif /* TARGET_SESSION_H */
