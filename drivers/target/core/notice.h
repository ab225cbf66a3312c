/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_NOTICE_H
#define TARGET_NOTICE_H

#include "core.h"

void target_notice_init(struct target_sess *sess);
void target_notice_exit(struct target_sess *sess);
void target_notice_add(struct target_itl *itl, u16 code);

#endif /* TARGET_NOTICE_H */
