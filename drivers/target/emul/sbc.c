// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block commands about the logical unit as a whole: READ CAPACITY,
 * SYNCHRONIZE CACHE, START STOP UNIT.
 */
#include <linux/log2.h>
#include "../core/data.h"
#include "../core/complete.h"
#include "../core/device.h"
#include "../core/io.h"
#include "../core/loss.h"
#include "../core/sense.h"
#include "../core/state.h"
#include "access.h"
#include "cdb.h"
#include "handlers.h"
#include "immed.h"
#include "lu.h"

static u64 last_block(const struct target_dev *dev)
{
	u64 blocks = READ_ONCE(dev->nr_blocks);

	return blocks ? blocks - 1 : 0;
}

/*
 * No medium says that it has grown.  Who asks for its size finds out, and the
 * others are told.
 */
sense_reason_t target_sbc_read_capacity_10(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	u8 buf[8];

	target_device_refresh(dev);
	put_unaligned_be32(min_t(u64, last_block(dev), U32_MAX), buf);
	put_unaligned_be32(target_dev_block_size(dev), buf + 4);
	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

/* LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT and LOWEST ALIGNED LBA */
static void put_alignment(const struct target_dev *dev, u8 *p)
{
	u32 physical = READ_ONCE(dev->limits.physical_block_size);
	u32 offset = READ_ONCE(dev->limits.alignment_offset);
	unsigned int exponent = 0;

	if (physical > target_dev_block_size(dev))
		exponent = min(ilog2(physical) - dev->block_shift, 15U);
	/* blocks up to the first one that starts a physical block */
	offset = (offset >> dev->block_shift) & 0x3fff;
	p[1] = exponent;
	put_unaligned_be16(offset, p + 2);
}

/* SBC-4 5.20.2 */
sense_reason_t target_sbc_read_capacity_16(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	const struct target_attribs *attr = &dev->attr;
	u8 buf[32] = {};

	target_device_refresh(dev);
	put_unaligned_be64(last_block(dev), buf);
	put_unaligned_be32(target_dev_block_size(dev), buf + 8);
	if (READ_ONCE(attr->pi_prot_type))		/* P_TYPE, PROT_EN */
		buf[12] = (READ_ONCE(attr->pi_prot_type) - 1) << 1 | 0x01;
	put_alignment(dev, buf + 12);
	if (target_lu_is_thin(dev)) {
		buf[14] |= 0x80;			/* LBPME */
		if (READ_ONCE(attr->unmap_zeroes_data))
			buf[14] |= 0x40;		/* LBPRZ */
	}
	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

/* A loss that the nexus has not heard of: with IMMED this is the last chance. */
static sense_reason_t lost(struct target_cmd *cmd)
{
	return target_sense_blk(target_loss_settle(cmd->itl, BLK_STS_OK),
				TARGET_IO_FLUSH);
}

/* All of the cache is written, whatever range is named (SBC-4 5.28). */
sense_reason_t target_sbc_synchronize_cache(struct target_cmd *cmd)
{
	sense_reason_t reason;

	if (target_cdb_bytes(cmd)[1] & 0x02) {		/* IMMED */
		reason = lost(cmd);
		target_immed_flush(cmd);
		return reason;
	}
	target_io_flush(cmd);
	return TCM_PENDING;
}

static void stop_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);

	if (!target_state_aborted(cmd))
		target_access_stop(cmd_dev(cmd), true);
	target_complete(cmd, TCM_NO_SENSE);
}

static void flushed(struct target_cmd *cmd, blk_status_t sts)
{
	if (sts)
		target_complete(cmd, target_sense_blk(sts, TARGET_IO_FLUSH));
	else
		target_complete_defer(cmd, stop_work);
}

/* Power conditions and LOEJ are not in the row: the medium is always there. */
sense_reason_t target_sbc_start_stop(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);
	bool start = cdb[4] & 0x01, no_flush = cdb[4] & 0x04;
	bool immed = cdb[1] & 0x01;
	sense_reason_t reason;

	if (start || no_flush) {
		target_access_stop(cmd_dev(cmd), !start);
		return TCM_NO_SENSE;
	}
	if (immed) {
		reason = lost(cmd);
		if (!reason)
			target_immed_stop(cmd);
		return reason;
	}
	cmd->done = flushed;
	target_io_flush(cmd);
	return TCM_PENDING;
}
