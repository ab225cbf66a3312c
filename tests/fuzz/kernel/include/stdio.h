/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that is printed goes to the kernel's log, a line at a time: print.c.
 */
#ifndef FUZZ_KERNEL_STDIO_H
#define FUZZ_KERNEL_STDIO_H

#include <linux/sprintf.h>
#include <linux/compiler_attributes.h>

__printf(1, 2) void print_text(const char *format, ...);

#define printf(...)		print_text(__VA_ARGS__)
#define fprintf(file, ...)	print_text(__VA_ARGS__)
#define fflush(file)		((void)0)

#endif /* FUZZ_KERNEL_STDIO_H */
