/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_LU_H
#define TARGET_RESV_LU_H

#include "resv.h"

int target_resv_lu_init(struct target_dev *dev);
void target_resv_lu_exit(struct target_dev *dev);

struct target_resv *target_resv_lu_get(const struct target_dev *dev);
void target_resv_lu_put(struct target_resv *state);
void target_resv_lu_publish(struct target_dev *dev, struct target_resv *next);
int target_resv_lu_commit(struct target_dev *dev,
			  struct target_resv_change *change,
			  struct target_sess *sess);
int target_resv_lu_restore(struct target_dev *dev, struct target_resv *state);

void target_resv_lu_nexus(const struct target_sess *sess,
			  struct target_resv_nexus *nexus);
void target_resv_lu_refresh(struct target_dev *dev);
void target_resv_lu_see(struct target_itl *itl);
sense_reason_t target_resv_lu_check_class(const struct target_itl *itl,
					  u8 class);
sense_reason_t target_resv_lu_check(const struct target_cmd *cmd);

/* the RESERVE of SPC-2 */
bool target_resv_lu_spc2(const struct target_dev *dev);
sense_reason_t target_resv_lu_reserve(struct target_cmd *cmd);
sense_reason_t target_resv_lu_release(struct target_cmd *cmd);
void target_resv_lu_drop(struct target_dev *dev, const struct target_sess *sess);

#endif /* TARGET_RESV_LU_H */
