/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_KERNEL_UNISTD_H
#define FUZZ_KERNEL_UNISTD_H

#include <linux/delay.h>

#define usleep(us)	usleep_range(us, (us) + 100)

#endif /* FUZZ_KERNEL_UNISTD_H */
