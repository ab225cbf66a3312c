// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vital product data: one row a page.  Page 00h is printed from the table.
 */
#include <linux/slab.h>
#include "../core/lu_group.h"
#include "../core/sense.h"
#include "../core/tp_member.h"
#include "cdb.h"
#include "copy_page.h"
#include "designator.h"
#include "feature.h"
#include "protect.h"
#include "referrals.h"
#include "vpd.h"
#include "vpd_block.h"

/* 83h has two names of 224 characters and a long serial; 88h has many ports */
#define PAGE_ROOM	4096
#define HEADER		4
/* A port of page 88h, with the longest name */
#define PORT_ROOM	256

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
		.tp_group = target_tp_member_group_id(cmd->link),
		.lu_group = target_lu_group_id(dev),
		.tag = lun->port->tag,
		.wwn = lun->port->name,
	};

	/* the identity cannot change while a nexus sees it */
	target_designator_unit(c, &dev->ident, &dev->attr);
	target_designator_port(c, &port);
}

/* 84h Software Interface Identification: this target is identified elsewhere */
static void software(struct target_cmd *cmd, struct target_cursor *c)
{
}

/* 85h Management Network Addresses: a target is managed on its own machine */
static void management(struct target_cmd *cmd, struct target_cursor *c)
{
}

/* 86h Extended INQUIRY Data */
static void extended(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 type = READ_ONCE(cmd_dev(cmd)->attr.pi_prot_type);
	u8 *p = body(c, 0x3c);

	if (!p)
		return;
	if (type)	/* SPT, GRD_CHK, APP_CHK, REF_CHK */
		p[0] = target_protect_types(type) << 3 | 0x07;
	p[1] = 0x20 |	/* UASK_SUP: REQUEST SENSE has the sense key too */
	       0x07;	/* HEADSUP, ORDSUP, SIMPSUP */
	/* V_SUP: it has a volatile cache, whether WCE is 1 or not */
	if (READ_ONCE(cmd_dev(cmd)->attr.emulate_write_cache) ||
	    READ_ONCE(cmd_dev(cmd)->limits.write_cache))
		p[2] = 0x01;
	p[3] = (type ? 0x20 : 0) |	/* NO_PI_CHK: FFFFh is not checked */
	       0x01;	/* LUICLR: REPORT LUNS clears for all logical units */
	if (target_referrals_supported(cmd_dev(cmd)))
		p[4] = 0x10;	/* R_SUP */
}

/* 87h Mode Page Policy: all pages are shared by all nexuses */
static void mode_policy(struct target_cmd *cmd, struct target_cursor *c)
{
	u8 *p = body(c, 4);

	if (!p)
		return;
	p[0] = 0x3f;
	p[1] = 0xff;
}

/* Relative port, no initiator port, and the designators of a port */
static void put_port(struct target_cursor *c, const struct target_lun *lun)
{
	const struct target_port *port = lun->port;
	size_t at = c->pos;
	u8 *p = body(c, 12);

	if (!p)
		return;
	put_unaligned_be16(READ_ONCE(port->rtpi), p + 2);
	target_designator_name(c, port->proto_id, port->name, port->tag);
	if (!c->bad)
		put_unaligned_be16(c->pos - at - 12, p + 10);
}

/*
 * 88h SCSI Ports: those by which the logical unit can be reached.  More than
 * fit are left out.
 */
static void ports(struct target_cmd *cmd, struct target_cursor *c)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct target_link *link;

	guard(mutex)(&dev->mutex);
	list_for_each_entry(link, &dev->links, dev_node) {
		if (c->len - c->pos < PORT_ROOM)
			break;
		put_port(c, link->lun);
	}
}

/* 8Ah Power Condition: active is the only one */
static void power(struct target_cmd *cmd, struct target_cursor *c)
{
	body(c, 14);
}

static const struct {
	u8	page;
	void	(*build)(struct target_cmd *cmd, struct target_cursor *c);
	bool	(*enabled)(const struct target_dev *dev);
} pages[] = {
	{ 0x00, supported },
	{ 0x80, serial },
	{ 0x83, identification },
	{ 0x84, software },
	{ 0x85, management },
	{ 0x86, extended },
	{ 0x87, mode_policy },
	{ 0x88, ports },
	{ 0x8a, power },
	{ 0x8f, target_copy_page, target_copy_page_has },
	{ 0x92, target_feature_page },
	{ 0xb0, target_vpd_block_limits },
	{ 0xb1, target_vpd_block_characteristics },
	{ 0xb2, target_vpd_block_provisioning },
	{ 0xb3, target_referrals_page, target_referrals_supported },
	{ 0xb4, target_vpd_block_lengths },
	{ 0xb7, target_vpd_block_extension },
	{ 0xb9, target_vpd_block_ranges, target_vpd_block_has_ranges },
};

static bool has_page(struct target_cmd *cmd, unsigned int i)
{
	return !pages[i].enabled || pages[i].enabled(cmd_dev(cmd));
}

static void supported(struct target_cmd *cmd, struct target_cursor *c)
{
	unsigned int i;
	u8 *p;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		p = has_page(cmd, i) ? body(c, 1) : NULL;
		if (p)
			*p = pages[i].page;
	}
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
		if (pages[i].page == page && has_page(cmd, i))
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
