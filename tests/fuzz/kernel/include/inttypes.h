/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_KERNEL_INTTYPES_H
#define FUZZ_KERNEL_INTTYPES_H

#define PRIu64	"llu"

#endif /* FUZZ_KERNEL_INTTYPES_H */
