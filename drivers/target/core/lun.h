/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_LUN_H
#define TARGET_LUN_H

#include "core.h"

struct target_lun *target_lun_make(struct target_port *port, u64 number);
void target_lun_remove(struct target_lun *lun);
void target_lun_put(struct target_lun *lun);
int target_lun_link(struct target_lun *lun, struct target_dev *dev);
void target_lun_unlink(struct target_lun *lun);
struct target_link *target_lun_get_link(struct target_lun *lun);
void target_lun_put_link(struct target_link *link);
void target_lun_totals(struct target_lun *lun, struct target_totals *sum);

#endif /* TARGET_LUN_H */
