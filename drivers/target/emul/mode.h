/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_MODE_H
#define TARGET_MODE_H

#include "../core/data.h"
#include "lu.h"

/* PC of MODE SENSE (SPC-5 table 177) */
enum target_mode_pc {
	TARGET_MODE_CURRENT,
	TARGET_MODE_CHANGEABLE,
	TARGET_MODE_DEFAULT,
	TARGET_MODE_SAVED,
};

sense_reason_t target_mode_parse(struct target_cmd *cmd, u8 *list, size_t len,
				 bool ten, u32 want[TARGET_MODE_FIELDS]);
void target_mode_init(struct target_dev *dev);
void target_mode_recall(struct target_dev *dev,
			const u32 kept[TARGET_MODE_FIELDS], u32 found);
void target_mode_written(struct target_dev *dev, unsigned int attrib);
void target_mode_reset(struct target_dev *dev);

#endif /* TARGET_MODE_H */
