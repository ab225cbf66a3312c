/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_IO_H
#define TARGET_IO_H

#include "core.h"
#include "protection.h"

/*
 * A handler's way to the medium.  It sets cmd->done, which is called in any
 * context when the I/O ended, starts one I/O and returns TCM_PENDING:
 *
 *	target_io_blocks(cmd, TARGET_IO_READ, lba, blocks, sgl, nents);
 *	return TCM_PENDING;
 *
 * cmd->done either starts the next I/O, or moves to process context with
 * target_complete_defer(), or ends with target_complete().  If it is NULL the
 * command ends with the outcome of the I/O.
 */
void target_io_blocks(struct target_cmd *cmd, enum target_io_op op, u64 lba,
		      u64 blocks, struct scatterlist *sgl, unsigned int nents);
void target_io_all(struct target_cmd *cmd, enum target_io_op op);
void target_io_flush(struct target_cmd *cmd);
bool target_io_write_through(const struct target_dev *dev);

/* To the medium, with or without protection information.  Context: process. */
static inline void target_io_submit(struct target_dev *dev,
				    struct target_io *io, struct target_pi *pi)
{
	if (unlikely(READ_ONCE(dev->attr.pi_prot_type)))
		target_protection_submit(dev, io, pi);
	else
		dev->backend->ops->submit(dev->backend, io);
}

#endif /* TARGET_IO_H */
