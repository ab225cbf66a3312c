/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_EXCEPTION_H
#define TARGET_EXCEPTION_H

#include "lu.h"

void target_exception_init(struct target_dev *dev);
void target_exception_exit(struct target_dev *dev);
void target_exception_set(struct target_dev *dev,
			  enum target_exception_value which, u32 value);
sense_reason_t target_exception_end(struct target_dev *dev);
u16 target_exception_pending(const struct target_dev *dev);
u16 target_exception_polled(const struct target_dev *dev);

#endif /* TARGET_EXCEPTION_H */
