/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_KERNEL_STRING_H
#define FUZZ_KERNEL_STRING_H

#include <linux/string.h>

#endif /* FUZZ_KERNEL_STRING_H */
