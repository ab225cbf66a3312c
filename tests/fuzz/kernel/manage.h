/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Task management functions.
 */
#ifndef FUZZ_MANAGE_H
#define FUZZ_MANAGE_H

#include <target/target_core_fabric.h>

struct rng;

/* The tag of the next command; an abort may name one of the last. */
u64 manage_next_tag(void);

/* One of them, for whatever commands there are; nobody waits for its end. */
void manage_some(struct se_session *sess, u64 lun, struct rng *rng);

/* LOGICAL UNIT RESET; false if it fails. */
bool manage_reset(struct se_session *sess, u64 lun);

/* Callbacks of the fabric */
void manage_responded(struct se_cmd *se);
void manage_released(struct se_cmd *se);

#endif /* FUZZ_MANAGE_H */
