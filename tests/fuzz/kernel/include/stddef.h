/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_KERNEL_STDDEF_H
#define FUZZ_KERNEL_STDDEF_H

#include <linux/stddef.h>

#endif /* FUZZ_KERNEL_STDDEF_H */
