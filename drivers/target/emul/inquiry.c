// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY (SPC-5 6.7): standard data here, vital product data in vpd.c.
 */
#include <scsi/scsi_proto.h>
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "handlers.h"
#include "opindex.h"
#include "vpd.h"

#define STANDARD_LEN	96

/* Version descriptors (SPC-5 table 156), and one of the transport's */
#define SAM_5		0x00a0
#define SPC_4		0x0460
#define SBC_3		0x04c0

static const u16 transports[16] = {
	[SCSI_PROTOCOL_FCP]	= 0x0a40,	/* FCP-4 */
	[SCSI_PROTOCOL_SPI]	= 0x0ba0,	/* SPI-5 */
	[SCSI_PROTOCOL_SBP]	= 0x0980,	/* SBP-3 */
	[SCSI_PROTOCOL_SRP]	= 0x0940,	/* SRP */
	[SCSI_PROTOCOL_ISCSI]	= 0x0960,	/* iSCSI */
	[SCSI_PROTOCOL_SAS]	= 0x0c60,	/* SPL-2 and what it is part of */
	[SCSI_PROTOCOL_ADT]	= 0x09e0,	/* ADT-2 */
};

static void put_text(u8 *p, size_t size, const char *text)
{
	memset(p, ' ', size);
	memcpy(p, text, strnlen(text, size));
}

static bool has_command(const struct target_dev *dev, u8 op, u8 sa)
{
	const struct target_opdef *row = target_opindex_find(op, sa);

	return row && target_opindex_enabled(row, dev);
}

/* What other commands there are, as their rows say */
static u8 capabilities(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);
	u8 flags = 0;

	if (has_command(dev, MAINTENANCE_IN, MI_REPORT_TARGET_PGS))
		flags |= READ_ONCE(cmd->link->tp.type) << 4;	/* TPGS */
	if (has_command(dev, EXTENDED_COPY, 0))
		flags |= 0x08;		/* 3PC */
	if (READ_ONCE(dev->attr.pi_prot_type))
		flags |= 0x01;		/* PROTECT */
	return flags;
}

static void put_versions(u8 *p, int proto_id)
{
	put_unaligned_be16(SAM_5, p);
	if (proto_id >= 0 && proto_id < ARRAY_SIZE(transports))
		put_unaligned_be16(transports[proto_id], p + 2);
	put_unaligned_be16(SPC_4, p + 4);
	put_unaligned_be16(SBC_3, p + 6);
}

static void put_unit(struct target_cmd *cmd, u8 *p)
{
	const struct target_dev *dev = cmd_dev(cmd);

	p[0] = TARGET_VPD_DISK;
	p[3] |= 0x20;			/* NORMACA */
	p[5] = capabilities(cmd);
	if (READ_ONCE(dev->nr_links) > 1)
		p[6] = 0x10;		/* MULTIP */
	/* the identity cannot change while a nexus sees it */
	put_text(p + 8, 8, dev->ident.vendor);
	put_text(p + 16, 16, dev->ident.product);
	put_text(p + 32, 4, dev->ident.revision);
	put_versions(p + 58, cmd->link->lun->port->proto_id);
}

static void put_no_unit(const struct target_cmd *cmd, u8 *p)
{
	p[0] = cmd->flags & TARGET_CMD_WELL_KNOWN ? TARGET_VPD_WELL_KNOWN :
						    TARGET_VPD_NO_UNIT;
	put_text(p + 8, 8, "LIO-ORG");
	put_text(p + 16, 16, "");
	put_text(p + 32, 4, "");
}

static sense_reason_t standard(struct target_cmd *cmd)
{
	u8 buf[STANDARD_LEN] = {
		[2] = 0x06,		/* VERSION: SPC-4 */
		[3] = 0x02,		/* RESPONSE DATA FORMAT */
		[4] = STANDARD_LEN - 5,
		[7] = 0x02,		/* CMDQUE */
	};

	if (cmd->link)
		put_unit(cmd, buf);
	else
		put_no_unit(cmd, buf);
	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

sense_reason_t target_inquiry(struct target_cmd *cmd)
{
	const u8 *cdb = target_cdb_bytes(cmd);

	if (cdb[1] & 0x01)
		return target_vpd_page(cmd, cdb[2]);
	if (cdb[2])
		return target_sense_cdb(cmd, 2, -1);
	return standard(cmd);
}
