/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_BACKEND_H
#define TARGET_BACKEND_H

#include "core.h"

/* With a reference to the module; loads the module if it is not there. */
const struct target_backend_ops *target_backend_get(const char *name);
void target_backend_put(const struct target_backend_ops *ops);

#endif /* TARGET_BACKEND_H */
