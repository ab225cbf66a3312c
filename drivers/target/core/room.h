/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ROOM_H
#define TARGET_ROOM_H

#include "core.h"

bool target_room_any(const struct target_dev *dev);
u32 target_room_own_type(const struct target_dev *dev);
bool target_room_offers(const struct target_dev *dev, u32 type);
int target_room_set_type(struct target_dev *dev, u32 type);
int target_room_format(struct target_dev *dev, u32 value);

#endif /* TARGET_ROOM_H */
