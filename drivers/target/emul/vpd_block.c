// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vital product data of block devices (SBC-4 6.6).  Offsets are 4 less than in
 * the standard: the header is not here.
 */
#include "atomic.h"
#include "cdb.h"
#include "lu.h"
#include "vpd_block.h"

/* Body of a page with a fixed length, zeroed */
static u8 *body(struct target_cursor *c, size_t len)
{
	u8 *p = target_cursor_take(c, len);

	if (p)
		memset(p, 0, len);
	return p;
}

static u32 in_blocks(const struct target_dev *dev, u64 bytes)
{
	return min_t(u64, bytes >> dev->block_shift, U32_MAX);
}

static void unmap_limits(const struct target_dev *dev, u8 *p)
{
	u32 granularity = READ_ONCE(dev->attr.unmap_granularity);

	put_unaligned_be32(READ_ONCE(dev->attr.max_unmap_lba_count), p + 16);
	put_unaligned_be32(READ_ONCE(dev->attr.max_unmap_block_desc_count),
			   p + 20);
	put_unaligned_be32(granularity, p + 24);
	if (granularity)	/* UGAVALID */
		put_unaligned_be32(BIT(31) |
				   READ_ONCE(dev->attr.unmap_granularity_alignment),
				   p + 28);
}

/* All 0 if there is no WRITE ATOMIC */
static void atomic_limits(const struct target_dev *dev, u8 *p)
{
	struct target_atomic_limits limits = target_atomic_limits(dev);

	put_unaligned_be32(limits.max, p + 40);
	put_unaligned_be32(limits.alignment, p + 44);
	put_unaligned_be32(limits.granularity, p + 48);
}

/*
 * OPTIMAL TRANSFER LENGTH: what an administrator says, or what the medium
 * prefers.  One that is no shorter than the longest command says nothing.
 */
static u32 optimal_length(const struct target_dev *dev, u32 max)
{
	u32 said = READ_ONCE(dev->attr.optimal_sectors);
	u32 preferred = in_blocks(dev, READ_ONCE(dev->limits.io_opt));

	return min(said >= max && preferred ? preferred : said, max);
}

/* B0h Block Limits */
void target_vpd_block_limits(struct target_cmd *cmd, struct target_cursor *c)
{
	const struct target_dev *dev = cmd_dev(cmd);
	u32 max = target_cdb_max_blocks(cmd);
	u8 *p = body(c, 0x3c);

	if (!p)
		return;
	p[0] = 0x01;	/* WSNZ */
	if (READ_ONCE(dev->attr.emulate_caw))
		p[1] = min(max, U8_MAX);
	put_unaligned_be16(min(in_blocks(dev, dev->limits.io_min) ?: 1,
			       (u32)U16_MAX), p + 2);
	put_unaligned_be32(max, p + 4);
	put_unaligned_be32(optimal_length(dev, max), p + 8);
	if (READ_ONCE(dev->attr.emulate_tpu))
		unmap_limits(dev, p);
	put_unaligned_be64(READ_ONCE(dev->attr.max_write_same_len), p + 32);
	atomic_limits(dev, p);
}

/* B1h Block Device Characteristics */
void target_vpd_block_characteristics(struct target_cmd *cmd,
				      struct target_cursor *c)
{
	const struct target_dev *dev = cmd_dev(cmd);
	u8 *p = body(c, 0x3c);

	if (!p)
		return;
	put_unaligned_be16(target_dev_rotation(dev), p);
	p[3] = 0x40 |	/* WABEREQ 01b: reads after BLOCK ERASE succeed */
	       (READ_ONCE(dev->limits.form_factor) & 0x0f);
	p[4] = 0x08 |	/* RBWZ: what REASSIGN BLOCKS cannot read becomes zeros */
	       0x02 |	/* FUAB: FUA and SYNCHRONIZE CACHE are as SBC-4 has them */
	       0x01;	/* VBULS: VERIFY compares unmapped blocks too */
}

/* B2h Logical Block Provisioning */
void target_vpd_block_provisioning(struct target_cmd *cmd,
				   struct target_cursor *c)
{
	const struct target_attribs *attr = &cmd_dev(cmd)->attr;
	bool tpu = READ_ONCE(attr->emulate_tpu);
	bool tpws = READ_ONCE(attr->emulate_tpws);
	u8 *p = body(c, 4);

	if (!p || !(tpu || tpws))
		return;
	p[1] = (tpu ? 0x80 : 0) |			/* LBPU */
	       (tpws ? 0x60 : 0) |			/* LBPWS, LBPWS10 */
	       (READ_ONCE(attr->unmap_zeroes_data) ? 0x04 : 0) | /* LBPRZ */
	       (READ_ONCE(cmd_dev(cmd)->limits.anchors) ? 0x02 : 0); /* ANC_SUP */
	p[2] = 0x02;					/* thin provisioned */
	if (READ_ONCE(cmd_dev(cmd)->limits.usage))
		p[0] = target_lu_threshold_exponent(cmd_dev(cmd));
}

/* B4h Supported Block Lengths and Protection Types: what there is */
void target_vpd_block_lengths(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 8);

	if (!p)
		return;
	put_unaligned_be32(target_dev_block_size(cmd_dev(cmd)), p);
	p[5] = BIT(READ_ONCE(cmd_dev(cmd)->attr.pi_prot_type)); /* T0PS and on */
	if (p[5] != 0x01)
		p[4] = 0x0f;	/* NO_PI_CHK, GRD_CHK, APP_CHK, REF_CHK */
}

/* B7h Block Limits Extension: streams, which only a thin unit has */
void target_vpd_block_extension(struct target_cmd *cmd,
				struct target_cursor *c)
{
	u8 *p = body(c, 0x3c);

	if (!p || !target_lu_is_thin(cmd_dev(cmd)))
		return;
	put_unaligned_be16(TARGET_LU_STREAMS, p + 2);
	put_unaligned_be16(1, p + 4);	/* OPTIMAL STREAM WRITE SIZE */
	put_unaligned_be32(1, p + 6);	/* STREAM GRANULARITY SIZE */
}

/* Each has a number of one byte, and all of them fit into the page. */
#define MAX_RANGES	64

/* Parts of the medium, if there are several and nothing is outside them */
static const struct target_access_range *
ranges_of(const struct target_dev *dev, unsigned int *count)
{
	const struct target_backend_ops *ops = dev->backend->ops;
	const struct target_access_range *range, *last;

	if (!ops->ranges)
		return NULL;
	range = ops->ranges(dev->backend, count);
	if (*count < 2 || *count > MAX_RANGES)
		return NULL;
	last = &range[*count - 1];
	return last->pos + last->len == READ_ONCE(dev->limits.bytes) ?
	       range : NULL;
}

bool target_vpd_block_has_ranges(const struct target_dev *dev)
{
	unsigned int count;

	return ranges_of(dev, &count);
}

/*
 * B9h Concurrent Positioning Ranges (SBC-5 6.6.3): of the medium's.  One that
 * ends in the middle of a block leaves that one to the next, and is left out if
 * it had no other.
 */
void target_vpd_block_ranges(struct target_cmd *cmd, struct target_cursor *c)
{
	const struct target_dev *dev = cmd_dev(cmd);
	const struct target_access_range *range;
	unsigned int count, i;
	u64 lba = 0, next;
	u8 *p, number = 0;

	range = ranges_of(dev, &count);
	if (!range || !body(c, 60))
		return;
	for (i = 0; i < count; i++, lba = next) {
		next = (range[i].pos + range[i].len) >> dev->block_shift;
		p = next > lba ? body(c, 32) : NULL;
		if (!p)
			continue;
		p[0] = number++;
		put_unaligned_be64(lba, p + 8);
		put_unaligned_be64(next - lba, p + 16);
	}
}
