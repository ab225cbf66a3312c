/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An order that is not the rising one, without memory for it.
 */
#ifndef ISCSIT_SHUFFLE_H
#define ISCSIT_SHUFFLE_H

#include <linux/types.h>

u32 iscsit_shuffle_pick(u32 seed, u32 i, u32 count);

#endif /* ISCSIT_SHUFFLE_H */
