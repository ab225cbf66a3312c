/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_KERNEL_STDLIB_H
#define FUZZ_KERNEL_STDLIB_H

#include <linux/slab.h>

/* Nothing can go on: the KUnit case ends here. */
void __noreturn fuzz_exit(int code);

#define exit(code)			fuzz_exit(code)
/* By its size, which is a power of two; never given back */
#define aligned_alloc(align, size)	kmalloc(size, GFP_KERNEL)

#endif /* FUZZ_KERNEL_STDLIB_H */
