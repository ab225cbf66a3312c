// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode pages: what they have that MODE SELECT cannot change.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "../core/tp_access.h"
#include "mode_page.h"

/* A geometry that nobody has, for hosts that divide by it */
#define HEADS			255
#define SECTORS_PER_TRACK	63

/*
 * Read-Write Error Recovery (SBC-4 6.5.10), with AWRE and ARRE: what is below
 * reassigns bad blocks by itself, and nobody can keep it from that
 */
static const u8 error_recovery[] = { 0x01, 0x0a, 0xc0 };

/* Disconnect-Reconnect (SPC-5 7.5.11): the transport negotiates */
static const u8 disconnect[] = { 0x02, 0x0e };

/* Format Device and Rigid Disk Geometry (SBC-2 6.3.3, 6.3.5; obsolete since) */
static const u8 format_device[] = { 0x03, 0x16, [20] = 0x40 /* HSEC */ };
static const u8 geometry[] = { 0x04, 0x16, [5] = HEADS };

static void fill_format(const struct target_dev *dev, u8 proto_id, u8 *page)
{
	put_unaligned_be16(SECTORS_PER_TRACK, page + 10);
	put_unaligned_be16(target_dev_block_size(dev), page + 12);
}

static void fill_geometry(const struct target_dev *dev, u8 proto_id, u8 *page)
{
	u64 cylinders = div_u64(READ_ONCE(dev->nr_blocks),
				HEADS * SECTORS_PER_TRACK);

	put_unaligned_be24(clamp_t(u64, cylinders, 1, 0xffffff), page + 2);
	put_unaligned_be16(target_dev_rotation(dev), page + 20);
}

/* Verify Error Recovery (SBC-4 6.5.11) */
static const u8 verify_recovery[] = { 0x07, 0x0a };

/* Caching (SBC-4 6.5.6) */
static const u8 caching[] = {
	0x08, 0x12,
	[12] = 0x20,		/* DRA: no read-ahead of our own */
};

/* Control (SPC-5 7.5.10) */
static const u8 control[] = {
	0x0a, 0x0a,
	[2] = 0x02,		/* GLTSD */
	[8] = 0xff, 0xff,	/* BUSY TIMEOUT PERIOD: unlimited */
	[10] = 0x00, 0x1e,	/* EXTENDED SELF-TEST COMPLETION TIME */
};

/*
 * Control Extension (SPC-5 7.5.9): TCMOS, the clock is this machine's, and SCSIP,
 * until an initiator sets it
 */
static const u8 control_extension[] = { 0x4a, 0x01, 0, 0x1c, 0x06 };
#define IALUAE	0x01

static void fill_control_extension(const struct target_dev *dev, u8 proto_id,
				   u8 *page)
{
	if (READ_ONCE(dev->attr.alua_support) &&
	    READ_ONCE(dev->tp_types) & TARGET_TP_IMPLICIT)
		page[4] |= IALUAE;
}

/* Application Tag (SBC-4 6.5.3), without any; IO Advice Hints Grouping, 6.5.7 */
static const u8 application_tag[] = { 0x4a, 0x02, 0, 0x0c };
static const u8 advice_hints[] = { 0x4a, 0x05, 0x04, 0x0c };

/* Protocol Specific Logical Unit and Port (SPC-5 7.5.14, 7.5.15) */
static const u8 protocol_unit[] = { 0x18, 0x06 };
static const u8 protocol_port[] = { 0x19, 0x06 };

static void fill_protocol(const struct target_dev *dev, u8 proto_id, u8 *page)
{
	page[2] = proto_id & 0x0f;
}

/* Power Condition (SPC-5 7.5.13): no timer, active is all there is */
static const u8 power_condition[] = { 0x1a, 0x26 };

/*
 * Informational Exceptions Control (SPC-5 7.5.16): an exception to test with,
 * TEST, while none are reported, DEXCPT, is refused
 */
static const u8 exceptions[] = { 0x1c, 0x0a };
#define DEXCPT_AND_TEST	0x0c

/*
 * Logical Block Provisioning (SBC-4 6.5.9, table 7): two soft thresholds, for
 * available resources that become fewer (arming 0) and used ones that become
 * more (1)
 */
static const u8 provisioning[] = {
	0x5c, 0x02, 0, 0x1c,
	[16] = 0x00, 0x01,
	[24] = 0x01, 0x02,
};

#define PAGE(name, len)		{ name, sizeof(name), len }
#define FILLED(name, len, fill)	{ name, sizeof(name), len, 0, fill }
#define APART(name, len, bits)	{ name, sizeof(name), len, bits }

/* in the order that MODE SENSE has them in: ascending */
static const struct target_mode_page pages[] = {
	PAGE(error_recovery, 12),
	PAGE(disconnect, 16),
	FILLED(format_device, 24, fill_format),
	FILLED(geometry, 24, fill_geometry),
	PAGE(verify_recovery, 12),
	PAGE(caching, 20),
	PAGE(control, 12),
	FILLED(control_extension, 32, fill_control_extension),
	PAGE(application_tag, 16),
	PAGE(advice_hints, 16 + 64 * 16),
	FILLED(protocol_unit, 8, fill_protocol),
	FILLED(protocol_port, 8, fill_protocol),
	PAGE(power_condition, 40),
	APART(exceptions, 12, DEXCPT_AND_TEST),
	PAGE(provisioning, 32),
};

const struct target_mode_page *target_mode_page_all(size_t *count)
{
	*count = ARRAY_SIZE(pages);
	return pages;
}

/**
 * target_mode_page_find - a page of the table
 * @page: PAGE CODE
 * @subpage: SUBPAGE CODE
 * @spf: it is in the format of subpages
 *
 * Return: page or NULL
 */
const struct target_mode_page *target_mode_page_find(u8 page, u8 subpage,
						     bool spf)
{
	u8 code = page | (spf ? TARGET_MODE_SPF : 0);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (pages[i].head[0] == code &&
		    (!spf || pages[i].head[1] == subpage))
			return &pages[i];
	}
	return NULL;
}

/**
 * target_mode_page_fill - write a page
 * @dev: logical unit
 * @page: which
 * @proto_id: protocol of the port that asks
 * @out: where it goes
 */
void target_mode_page_fill(const struct target_dev *dev,
			   const struct target_mode_page *page, u8 proto_id,
			   u8 *out)
{
	memset(out, 0, page->len);
	memcpy(out, page->head, page->head_len);
	if (page->fill)
		page->fill(dev, proto_id, out);
}
