/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_DEVICE_H
#define TARGET_DEVICE_H

#include "core.h"

/* HBAs: core/NAME_N directories */
struct target_hba *target_device_hba_make(const char *plugin, u32 plugin_index);
void target_device_hba_put(struct target_hba *hba);

/* logical units: core/NAME_N/DEVICE directories */
struct target_dev *target_device_make(struct target_hba *hba, const char *name);
void target_device_remove(struct target_dev *dev);
int target_device_show_options(struct target_dev *dev, char *text, size_t size);
int target_device_set_option(struct target_dev *dev, const char *key,
			     const char *value);
int target_device_enable(struct target_dev *dev);
int target_device_set_serial(struct target_dev *dev, const char *serial);
void target_device_refresh(struct target_dev *dev);
void target_device_totals(struct target_dev *dev, struct target_totals *sum);

/* for links */
void target_device_use(struct target_dev *dev);
bool target_device_use_live(struct target_dev *dev);
void target_device_unuse(struct target_dev *dev);

#endif /* TARGET_DEVICE_H */
