/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_KERNEL_STDINT_H
#define FUZZ_KERNEL_STDINT_H

#include <linux/limits.h>
#include <linux/types.h>

#define INT64_MAX	S64_MAX
#define UINT64_MAX	U64_MAX

#endif /* FUZZ_KERNEL_STDINT_H */
