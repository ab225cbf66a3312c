// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vital product data: one row a page.  Page 00h is printed from the table.
 */
#include <linux/log2.h>
#include <linux/slab.h>
#include "../core/lu_group.h"
#include "../core/sense.h"
#include "../core/tp_group.h"
#include "cdb.h"
#include "designator.h"
#include "vpd.h"

/* Longest page: 83h, with two names of 224 characters and a long serial */
#define PAGE_ROOM	1024
#define HEADER		4

/* Body of a page with a fixed length, zeroed */
static u8 *body(struct target_cursor *c, size_t len)
{
	u8 *p = target_cursor_take(c, len);

	if (p)
		memset(p, 0, len);
	return p;
}

static void supported(struct target_cmd *cmd, struct target_cursor *c);

/* 80h Unit Serial Number, with a NUL that belongs to what hosts remember */
static void serial(struct target_cmd *cmd, struct target_cursor *c)
{
	const char *text = cmd_dev(cmd)->ident.serial;
	u8 *p = body(c, strlen(text) + 1);

	if (p)
		memcpy(p, text, strlen(text));
}

/* 83h Device Identification */
static void identification(struct target_cmd *cmd, struct target_cursor *c)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct target_lun *lun = cmd->link->lun;
	const struct target_designator_port port = {
		.proto_id = lun->port->proto_id,
		.rtpi = READ_ONCE(lun->port->rtpi),
		.tp_group = target_tp_group_id(lun, dev),
		.lu_group = target_lu_group_id(dev),
		.tag = lun->port->tag,
		.wwn = lun->port->name,
	};

	/* the identity cannot change while a nexus sees it */
	target_designator_naa(c, &dev->ident);
	target_designator_t10(c, &dev->ident);
	target_designator_port(c, &port);
}

/* 86h Extended INQUIRY Data */
static void extended(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 0x3c);

	if (!p)
		return;
	p[1] = 0x20 |	/* UASK_SUP: REQUEST SENSE has the sense key too */
	       0x07;	/* HEADSUP, ORDSUP, SIMPSUP */
	if (READ_ONCE(cmd_dev(cmd)->attr.emulate_write_cache))
		p[2] = 0x01;	/* V_SUP */
	p[3] = 0x01;	/* LUICLR: REPORT LUNS clears for all logical units */
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

/* B0h Block Limits (SBC-4 6.6.4); offsets are 4 less than in the standard */
static void block_limits(struct target_cmd *cmd, struct target_cursor *c)
{
	const struct target_dev *dev = cmd_dev(cmd);
	u32 max = target_cdb_max_blocks(cmd);
	u8 *p = body(c, 0x3c);

	if (!p)
		return;
	p[0] = 0x01;	/* WSNZ */
	if (READ_ONCE(dev->attr.emulate_caw))
		p[1] = U8_MAX;
	put_unaligned_be16(min(in_blocks(dev, dev->limits.io_min) ?: 1,
			       (u32)U16_MAX), p + 2);
	put_unaligned_be32(max, p + 4);
	put_unaligned_be32(min(READ_ONCE(dev->attr.optimal_sectors), max),
			   p + 8);
	if (READ_ONCE(dev->attr.emulate_tpu))
		unmap_limits(dev, p);
	put_unaligned_be64(READ_ONCE(dev->attr.max_write_same_len), p + 32);
}

/* B1h Block Device Characteristics */
static void characteristics(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 0x3c);

	if (p && READ_ONCE(cmd_dev(cmd)->attr.is_nonrot))
		put_unaligned_be16(1, p);	/* MEDIUM ROTATION RATE */
}

/* B2h Logical Block Provisioning */
static void provisioning(struct target_cmd *cmd, struct target_cursor *c)
{
	const struct target_attribs *attr = &cmd_dev(cmd)->attr;
	bool tpu = READ_ONCE(attr->emulate_tpu);
	bool tpws = READ_ONCE(attr->emulate_tpws);
	u8 *p = body(c, 4);

	if (!p || !(tpu || tpws))
		return;
	p[1] = (tpu ? 0x80 : 0) |			/* LBPU */
	       (tpws ? 0x60 : 0) |			/* LBPWS, LBPWS10 */
	       (READ_ONCE(attr->unmap_zeroes_data) ? 0x04 : 0);	/* LBPRZ */
	p[2] = 0x02;					/* thin provisioned */
}

static const struct {
	u8	page;
	void	(*build)(struct target_cmd *cmd, struct target_cursor *c);
} pages[] = {
	{ 0x00, supported },
	{ 0x80, serial },
	{ 0x83, identification },
	{ 0x86, extended },
	{ 0xb0, block_limits },
	{ 0xb1, characteristics },
	{ 0xb2, provisioning },
};

static void supported(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, ARRAY_SIZE(pages));
	unsigned int i;

	for (i = 0; p && i < ARRAY_SIZE(pages); i++)
		p[i] = pages[i].page;
}

/**
 * target_vpd_build - write a page
 * @cmd: INQUIRY of a logical unit
 * @page: PAGE CODE
 * @c: where it goes
 *
 * Return: false if there is no such page
 */
bool target_vpd_build(struct target_cmd *cmd, u8 page, struct target_cursor *c)
{
	u8 *header = target_cursor_take(c, HEADER);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (pages[i].page == page)
			break;
	}
	if (i == ARRAY_SIZE(pages) || !header)
		return false;

	header[0] = TARGET_VPD_DISK;
	header[1] = page;
	pages[i].build(cmd, c);
	put_unaligned_be16(c->pos - HEADER, header + 2);
	return true;
}

/**
 * target_vpd_page - answer INQUIRY with EVPD
 * @cmd: command
 * @page: PAGE CODE
 *
 * Return: TCM_NO_SENSE, or why not
 */
sense_reason_t target_vpd_page(struct target_cmd *cmd, u8 page)
{
	struct target_cursor c;

	/* no logical unit, no vital product data (SPC-5 6.7.1) */
	if (!cmd->link)
		return target_sense_cdb(cmd, 2, -1);
	cmd->scratch = kmalloc(PAGE_ROOM, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	target_cursor_init(&c, cmd->scratch, PAGE_ROOM);
	if (!target_vpd_build(cmd, page, &c))
		return target_sense_cdb(cmd, 2, -1);
	if (WARN_ON_ONCE(c.bad))
		return TCM_TARGET_FAILURE;
	target_data_put(cmd, cmd->scratch, c.pos);
	return TCM_NO_SENSE;
}
