/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_SENSE_H
#define TARGET_SENSE_H

#include "core.h"

/* Longest sense data: a header, and a descriptor of each kind */
#define TARGET_SENSE_MAX	40

/*
 * A handler that refuses a command says where and why:
 *
 *	return target_sense_cdb(cmd, 2, 7);	byte 2, bit 7 of the CDB
 *	return target_sense_param(cmd, 4, -1);	byte 4 of the parameter list
 */
sense_reason_t target_sense_cdb(struct target_cmd *cmd, u16 byte, int bit);
sense_reason_t target_sense_param(struct target_cmd *cmd, u16 byte, int bit);
sense_reason_t target_sense_info(struct target_cmd *cmd, sense_reason_t reason,
				 u64 info);
sense_reason_t target_sense_blk(blk_status_t sts, u8 io_op);

u8 target_sense_status(sense_reason_t reason);
size_t target_sense_format(u8 *buf, size_t size, sense_reason_t reason,
			   const struct target_fault *fault, bool descriptor);
void target_sense_build(struct target_cmd *cmd, sense_reason_t reason);

#endif /* TARGET_SENSE_H */
