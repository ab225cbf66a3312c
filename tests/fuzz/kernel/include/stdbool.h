/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_KERNEL_STDBOOL_H
#define FUZZ_KERNEL_STDBOOL_H

#include <linux/types.h>

#endif /* FUZZ_KERNEL_STDBOOL_H */
