/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_KERNEL_TIME_H
#define FUZZ_KERNEL_TIME_H

#include <linux/ktime.h>
#include <linux/timekeeping.h>

typedef time64_t time_t;

#define time(where)	ktime_get_seconds()

#endif /* FUZZ_KERNEL_TIME_H */
