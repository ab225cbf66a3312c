/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The target core's own objects and commands.  Nobody outside
 * drivers/target/core, emul and configfs includes this; fabrics and backstores
 * see include/target.
 */
#ifndef TARGET_CORE_H
#define TARGET_CORE_H

#include "cmd.h"
#include "objects.h"

#endif /* TARGET_CORE_H */
