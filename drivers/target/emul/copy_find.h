/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_FIND_H
#define TARGET_COPY_FIND_H

#include "../core/core.h"
#include "copy_list.h"

struct target_itl *
target_copy_find_by(struct target_cmd *cmd,
		    bool (*match)(const struct target_itl *itl, void *arg),
		    void *arg);
struct target_itl *target_copy_find(struct target_cmd *cmd,
				    struct target_copy_cscd *cscd);
bool target_copy_find_still(const struct target_itl *itl);

#endif /* TARGET_COPY_FIND_H */
