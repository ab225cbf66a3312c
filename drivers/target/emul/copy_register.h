/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_REGISTER_H
#define TARGET_COPY_REGISTER_H

#include "copy_run.h"

void target_copy_register_begin(struct target_copy *copy);

#endif /* TARGET_COPY_REGISTER_H */
