// SPDX-License-Identifier: GPL-2.0-only
/*
 * VPD page 92h, SCSI Feature Sets: promises of everything that a set has in it
 * (SPC-5, and SBC-4 annex H for block devices).  One row for each set; what it
 * asks for and every logical unit has is not asked for again.
 *
 * Drive Maintenance 2016 wants microcode to be downloaded: it is not here.
 */
#include <linux/sizes.h>
#include "cdb.h"
#include "feature.h"
#include "lu.h"

#define RESERVED	4	/* bytes before the first code */

/* Commands that tell what there is */
static bool has_discovery(struct target_cmd *cmd)
{
	return READ_ONCE(cmd_dev(cmd)->attr.emulate_rsoc);
}

/* H.3.4.2: a volatile cache that can be switched off */
static bool may_be_durable(const struct target_dev *dev)
{
	return !READ_ONCE(dev->limits.write_cache) ||
	       !READ_ONCE(dev->limits.write_cache_fixed);
}

/* H.2: LBA 0 is aligned, and the kind of medium is known. */
static bool has_base_2010(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);

	return !READ_ONCE(dev->limits.alignment_offset) &&
	       target_dev_rotation(dev) && may_be_durable(dev);
}

static bool is_long(const struct target_dev *dev, u64 blocks)
{
	return blocks << dev->block_shift >= SZ_1M;
}

/* H.3: with its own commands and limits, of a MiB at least */
static bool has_base_2016(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);

	return has_discovery(cmd) && has_base_2010(cmd) &&
	       READ_ONCE(dev->attr.emulate_fua_write) &&
	       is_long(dev, target_cdb_max_blocks(cmd)) &&
	       is_long(dev, READ_ONCE(dev->attr.max_write_same_len));
}

/* H.4: UNMAP and WRITE SAME that leave zeros, and are told when room is short */
static bool has_provisioning(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);
	const struct target_attribs *attr = &dev->attr;
	u64 most = READ_ONCE(attr->max_write_same_len);

	return has_base_2010(cmd) && READ_ONCE(attr->emulate_tpu) &&
	       READ_ONCE(attr->emulate_tpws) &&
	       READ_ONCE(attr->unmap_zeroes_data) &&
	       READ_ONCE(dev->limits.usage) && most &&
	       READ_ONCE(attr->max_unmap_lba_count) >= most &&
	       READ_ONCE(attr->max_unmap_block_desc_count) >= 64;
}

static const struct {
	u16	code;
	bool	(*has)(struct target_cmd *cmd);
} sets[] = {
	{ 0x0001, has_discovery },	/* Discovery 2016 */
	{ 0x0101, has_base_2016 },	/* SBC Base 2016 */
	{ 0x0102, has_base_2010 },	/* SBC Base 2010 */
	{ 0x0103, has_provisioning },	/* Basic Provisioning 2016 */
};

/**
 * target_feature_page - body of the page
 * @cmd: INQUIRY
 * @c: where it goes
 */
void target_feature_page(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = target_cursor_take(c, RESERVED);
	unsigned int i;

	if (p)
		memset(p, 0, RESERVED);
	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		p = sets[i].has(cmd) ? target_cursor_take(c, sizeof(u16)) : NULL;
		if (p)
			put_unaligned_be16(sets[i].code, p);
	}
}
