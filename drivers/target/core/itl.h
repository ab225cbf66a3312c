/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ITL_H
#define TARGET_ITL_H

#include <linux/limits.h>
#include "core.h"

/* LUN of the well known logical unit REPORT LUNS, as scsilun_to_int() has it */
#define TARGET_ITL_REPORT_LUNS	0xc101ULL
#define TARGET_ITL_NO_NUMBER	U64_MAX
/* Greatest number that a LUN can say */
#define TARGET_ITL_LAST		0xffffffULL

u64 target_itl_number(u64 lun);
void target_itl_put_lun(u64 number, u8 lun[8]);

/* under rcu_read_lock(); the others with port->mutex held */
struct target_itl *target_itl_find(struct target_sess *sess, u64 lun);
int target_itl_add(struct target_sess *sess, u64 lun, struct target_link *link,
		   struct target_map *map);
void target_itl_hide(struct target_itl *itl);
void target_itl_hide_all(struct target_sess *sess);
void target_itl_free(struct target_itl *itl);

#endif /* TARGET_ITL_H */
