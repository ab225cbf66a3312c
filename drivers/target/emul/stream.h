/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_STREAM_H
#define TARGET_STREAM_H

#include "../core/core.h"

void target_stream_close_all(struct target_dev *dev);

#endif /* TARGET_STREAM_H */
