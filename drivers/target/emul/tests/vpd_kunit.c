// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of INQUIRY.  The bytes of the identity vectors were read from
 * the target that Linux 6.12 shipped with, for the same settings: hosts that
 * switch must find their disks again.
 */
#include <linux/hex.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>
#include "../../core/tp_group.h"
#include "../emul.h"
#include "../vpd.h"
#include "fake.h"

/**
 * struct vpd_case - a configuration and the pages that hosts know it by
 * @name: for people
 * @vendor: vendor_id
 * @product: product_id
 * @serial: vpd_unit_serial
 * @wwn: name of the target
 * @company_id: company_id
 * @tag: number of the target port group
 * @rtpi: relative target port identifier
 * @tp_group: ALUA target port group
 * @lu_group: ALUA logical unit group
 * @proto_id: protocol of the fabric
 * @page_80: Unit Serial Number, in hexadecimal
 * @page_83: Device Identification
 */
struct vpd_case {
	const char *name;
	const char *vendor;
	const char *product;
	const char *serial;
	const char *wwn;
	u32 company_id;
	u16 tag;
	u16 rtpi;
	u16 tp_group;
	u16 lu_group;
	int proto_id;
	const char *page_80;
	const char *page_83;
};

static const struct vpd_case vpd_cases[] = {
	{
		.name = "UUID",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"00000000-0000-4000-8000-000000000001",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"0080002530303030303030302d303030302d343030302d383030302d30303030303030303030303100",
		.page_83 =
			"008300a90103001060014050000000000004000800000000020100394c494f2d4f52472052414d4449534b2d4d43503a30303030303030302d303030302d343030302d383030302d30303030303030303030303100619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "upper case",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"ABCDEF-12",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"0080000a4142434445462d313200",
		.page_83 =
			"0083008e010300106001405abcdef12000000000000000000201001e4c494f2d4f52472052414d4449534b2d4d43503a4142434445462d313200619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "few hexadecimal digits",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"xyzzy-no-hex-G1H2",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"0080001278797a7a792d6e6f2d6865782d4731483200",
		.page_83 =
			"00830096010300106001405e120000000000000000000000020100264c494f2d4f52472052414d4449534b2d4d43503a78797a7a792d6e6f2d6865782d4731483200619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "more digits than fit",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"deadbeefcafe0123456789abcdef0123456789",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"00800027646561646265656663616665303132333435363738396162636465663031323334353637383900",
		.page_83 =
			"008300ab010300106001405deadbeefcafe0123456789abc0201003b4c494f2d4f52472052414d4449534b2d4d43503a646561646265656663616665303132333435363738396162636465663031323334353637383900619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "200 characters",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"008000c9613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613100",
		.page_83 =
			"0083014d010300106001405a1a1a1a1a1a1a1a1a1a1a1a1a020100dd4c494f2d4f52472052414d4449534b2d4d43503a613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613161316131613100619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "another company",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x123456,
		.serial =
			"0f0f0f0f-1234",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"0080000e30663066306630662d3132333400",
		.page_83 =
			"008300920103001061234560f0f0f0f12340000000000000020100224c494f2d4f52472052414d4449534b2d4d43503a30663066306630662d3132333400619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "another vendor and product",
		.vendor = "ACME", .product = "My Disk", .company_id = 0x001405,
		.serial =
			"77777777-aaaa",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"0080000e37373737373737372d6161616100",
		.page_83 =
			"0083008e01030010600140577777777aaaa00000000000000201001e41434d45202020204d79204469736b3a37373737373737372d6161616100619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "short product",
		.vendor = "LIO-ORG", .product = "c8", .company_id = 0x001405,
		.serial =
			"88888888-bbbb",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"0080000e38383838383838382d6262626200",
		.page_83 =
			"0083008901030010600140588888888bbbb0000000000000020100194c494f2d4f52472063383a38383838383838382d6262626200619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "groups",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"99999999-cccc",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 17, .lu_group = 9,
		.page_80 =
			"0080000e39393939393939392d6363636300",
		.page_83 =
			"0083009201030010600140599999999cccc0000000000000020100224c494f2d4f52472052414d4449534b2d4d43503a39393939393939392d6363636300619400040000000061950004000000110106000400000009639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "spaces",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"a b c d",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"008000086120622063206400",
		.page_83 =
			"0083008c010300106001405abcd0000000000000000000000201001c4c494f2d4f52472052414d4449534b2d4d43503a6120622063206400619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "one digit",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"Z9",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 1, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"008000035a3900",
		.page_83 =
			"008300870103001060014059000000000000000000000000020100174c494f2d4f52472052414d4449534b2d4d43503a5a3900619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303100000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "another port",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"00000000-0000-4000-8000-000000000001",
		.proto_id = SCSI_PROTOCOL_SAS, .wwn = "naa.5001405000000001",
		.tag = 7, .rtpi = 0, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"0080002530303030303030302d303030302d343030302d383030302d30303030303030303030303100",
		.page_83 =
			"008300a90103001060014050000000000004000800000000020100394c494f2d4f52472052414d4449534b2d4d43503a30303030303030302d303030302d343030302d383030302d30303030303030303030303100619400040000000061950004000000000106000400000000639800206e61612e353030313430353030303030303030312c742c30783030303700000063a800186e61612e3530303134303530303030303030303100000000",
	},
	{
		.name = "iSCSI",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"00000000-0000-4000-8000-000000000001",
		.proto_id = SCSI_PROTOCOL_ISCSI, .wwn = "iqn.2003-01.org.example:lab",
		.tag = 3, .rtpi = 1, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"0080002530303030303030302d303030302d343030302d383030302d30303030303030303030303100",
		.page_83 =
			"008300b50103001060014050000000000004000800000000020100394c494f2d4f52472052414d4449534b2d4d43503a30303030303030302d303030302d343030302d383030302d303030303030303030303031005194000400000001519500040000000001060004000000005398002869716e2e323030332d30312e6f72672e6578616d706c653a6c61622c742c3078303030330000000053a8001c69716e2e323030332d30312e6f72672e6578616d706c653a6c616200",
	},
	{
		.name = "iSCSI, another unit",
		.vendor = "LIO-ORG", .product = "RAMDISK-MCP", .company_id = 0x001405,
		.serial =
			"ABCDEF-12",
		.proto_id = SCSI_PROTOCOL_ISCSI, .wwn = "iqn.2003-01.org.example:lab",
		.tag = 3, .rtpi = 1, .tp_group = 0, .lu_group = 0,
		.page_80 =
			"0080000a4142434445462d313200",
		.page_83 =
			"0083009a010300106001405abcdef12000000000000000000201001e4c494f2d4f52472052414d4449534b2d4d43503a4142434445462d3132005194000400000001519500040000000001060004000000005398002869716e2e323030332d30312e6f72672e6578616d706c653a6c61622c742c3078303030330000000053a8001c69716e2e323030332d30312e6f72672e6578616d706c653a6c616200",
	},
};

static void vpd_desc(const struct vpd_case *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vpd, vpd_cases, vpd_desc);

static void configure(struct fake *fake, struct target_tp_group *group,
		      const struct vpd_case *param)
{
	struct target_ident *ident = &fake->dev.ident;

	strscpy(ident->vendor, param->vendor);
	strscpy(ident->product, param->product);
	strscpy(ident->serial, param->serial);
	ident->company_id = param->company_id;
	fake->port.name = (char *)param->wwn;
	fake->port.proto_id = param->proto_id;
	fake->port.tag = param->tag;
	fake->port.rtpi = param->rtpi;
	fake->lu_group.id = param->lu_group;
	group->id = param->tp_group;
	fake->link.tp.group = group;
}

static void expect_page(struct kunit *test, u8 page, const char *hex)
{
	struct fake *fake = test->priv;
	const u8 cdb[] = { 0x12, 0x01, page, 0x04, 0x00, 0 };
	size_t len = strlen(hex) / 2;
	u8 *bytes = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	KUNIT_ASSERT_EQ(test, hex2bin(bytes, hex, len), 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	KUNIT_ASSERT_EQ(test, fake->se.data_length, len);
	KUNIT_EXPECT_MEMEQ(test, fake->data, bytes, len);
}

static void vpd_identity(struct kunit *test)
{
	const struct vpd_case *param = test->param_value;
	struct target_tp_group group = {};

	configure(test->priv, &group, param);
	expect_page(test, 0x80, param->page_80);
	expect_page(test, 0x83, param->page_83);
}

/* A serial number that the one byte of length cannot hold is cut off. */
static void vpd_long_serial(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0x83, 0x04, 0x00, 0 };
	struct fake *fake = test->priv;

	memset(fake->dev.ident.serial, 'b', 253);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	/* the T10 designator follows the NAA one */
	KUNIT_EXPECT_EQ(test, fake->data[24 + 3], 255);
	KUNIT_EXPECT_EQ(test, fake->data[24 + 4 + 254], 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2) + 4,
			fake->se.data_length);
	/* and the relative target port comes where it says it ends */
	KUNIT_EXPECT_EQ(test, fake->data[24 + 4 + 255 + 1], 0x94);
}

/* Names of the longest kind fit. */
static void vpd_long_name(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0x83, 0x04, 0x00, 0 };
	struct fake *fake = test->priv;
	char name[TRANSPORT_IQN_LEN] = {};

	memset(fake->dev.ident.serial, 'b', 253);
	memset(name, 'n', sizeof(name) - 1);
	fake->port.name = name;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 1024), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2) + 4,
			fake->se.data_length);
}

static void vpd_supported(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0x00, 0x00, 0xff, 0 };
	static const u8 page[] = { 0, 0, 0, 16, 0x00, 0x80, 0x83, 0x84, 0x85,
				   0x86, 0x87, 0x88, 0x8a, 0x8f, 0x92, 0xb0,
				   0xb1, 0xb2, 0xb4, 0xb7 };
	struct fake *fake = test->priv;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 255), 0);
	KUNIT_ASSERT_EQ(test, fake->se.data_length, sizeof(page));
	KUNIT_EXPECT_MEMEQ(test, fake->data, page, sizeof(page));
	/* what is listed is there, what is not is refused */
	for (i = 0; i < 256; i++) {
		const u8 ask[] = { 0x12, 0x01, i, 0x04, 0x00, 0 };
		u8 status = fake_in(fake, ask, 1024);

		KUNIT_EXPECT_EQ_MSG(test, !status,
				    !!memchr(page + 4, i, sizeof(page) - 4),
				    "%02x", i);
		if (status)
			KUNIT_EXPECT_EQ(test, fake_sense(fake),
					FAKE_INVALID_CDB);
		else
			KUNIT_EXPECT_EQ(test, fake->data[1], i);
	}
}

static void vpd_block_limits(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0xb0, 0x00, 0x40, 0 };
	struct fake *fake = test->priv;

	fake->dev.attr.optimal_sectors = U32_MAX;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 64);
	KUNIT_EXPECT_EQ(test, fake->data[3], 0x3c);
	KUNIT_EXPECT_EQ(test, fake->data[4], 1);	/* WSNZ */
	KUNIT_EXPECT_EQ(test, fake->data[5], 255);	/* COMPARE AND WRITE */
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 8), 65536);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 12), 65536);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 20), 1024);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 24), 4);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 36), 1024);
	/* atomic writes: longest, alignment, granularity */
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 44), 32);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 48), 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 52), 4);

	/* COMPARE AND WRITE is no longer than the longest command */
	fake->tfo.max_data_sg_nents = 16;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->data[5], 16 * PAGE_SIZE / FAKE_BLOCK);
	fake->tfo.max_data_sg_nents = 0;

	fake->dev.attr.emulate_tpu = false;
	fake->dev.attr.emulate_caw = false;
	/* a stripe of the medium's */
	fake->dev.limits.io_opt = 384 * FAKE_BLOCK;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 12), 384);
	KUNIT_EXPECT_EQ(test, fake->data[5], 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 20), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 24), 0);

	fake->dev.attr.optimal_sectors = 100;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 12), 100);
	fake->dev.attr.optimal_sectors = U32_MAX;
	fake->dev.limits.io_opt = U32_MAX;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 12), 65536);
}

/* Policy of mode pages, ports, block lengths, streams */
static void vpd_more(struct kunit *test)
{
	static const u8 policy[] = { 0, 0x87, 0, 4, 0x3f, 0xff, 0, 0 };
	static const u8 lengths[] = { 0, 0xb4, 0, 8, 0, 0, 2, 0, 0, 1, 0, 0 };
	static const u8 streams[] = { 0, 0xb7, 0, 0x3c, 0, 0, 0, 64, 0, 1,
				      0, 0, 0, 1 };
	static const char name[] = "iqn.2003-01.org.example:fake,t,0x0001";
	u8 cdb[] = { 0x12, 0x01, 0x87, 0x00, 0xff, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 255), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, policy, sizeof(policy));
	cdb[2] = 0xb4;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 255), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, lengths, sizeof(lengths));
	cdb[2] = 0xb7;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 255), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, streams, sizeof(streams));
	fake->dev.attr.emulate_tpu = false;
	fake->dev.attr.emulate_tpws = false;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 255), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 6), 0);
	cdb[2] = 0x88;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 255), 0);
	/* one port: header, relative port 1, a name of 40 bytes with header 4 */
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 12 + 44);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 6), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 14), 44);
	KUNIT_EXPECT_EQ(test, fake->data[16], 0x53);
	KUNIT_EXPECT_EQ(test, fake->data[17], 0x98);
	KUNIT_EXPECT_STREQ(test, (const char *)fake->data + 20, name);
}

/* What the drive says of itself, and what an administrator says of it */
static void vpd_characteristics(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0xb1, 0x00, 0x40, 0 };
	static const u8 unknown[] = { 0, 0xb1, 0, 0x3c, 0, 0, 0, 0x40,
				      0x0b };
	static const u8 disk[] = { 0, 0xb1, 0, 0x3c, 0x1c, 0x20, 0, 0x42 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 64);
	KUNIT_EXPECT_MEMEQ(test, fake->data, unknown, sizeof(unknown));
	fake->dev.limits.rotation = 7200;
	fake->dev.limits.form_factor = 2;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, disk, sizeof(disk));
	fake->dev.attr.is_nonrot = true;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 4), 1);
}

static void expect_features(struct kunit *test, const u8 *codes, size_t len)
{
	static const u8 cdb[] = { 0x12, 0x01, 0x92, 0x00, 0x40, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_ASSERT_EQ(test, fake->se.data_length, 8 + len);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 0x00920004 + len);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 4), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data + 8, codes, len);
}

/* Feature sets: each condition of SBC-4 annex H that a unit may not meet */
static void vpd_features(struct kunit *test)
{
	static const u8 all[] = { 0, 1, 1, 1, 1, 2, 1, 3 };
	static const u8 no_discovery[] = { 1, 2, 1, 3 };
	struct fake *fake = test->priv;
	struct target_limits *limits = &fake->dev.limits;
	struct target_attribs *attr = &fake->dev.attr;

	attr->is_nonrot = true;
	attr->unmap_zeroes_data = true;
	attr->max_write_same_len = SZ_1M / FAKE_BLOCK;
	attr->max_unmap_lba_count = SZ_1M / FAKE_BLOCK;
	attr->max_unmap_block_desc_count = 64;
	expect_features(test, all, 8);
	attr->max_unmap_block_desc_count = 63;
	expect_features(test, all, 6);
	attr->max_unmap_block_desc_count = 64;
	attr->max_unmap_lba_count--;
	expect_features(test, all, 6);
	attr->max_unmap_lba_count++;
	attr->max_write_same_len--;
	expect_features(test, (u8[]){ 0, 1, 1, 2, 1, 3 }, 6);
	attr->max_write_same_len++;
	attr->emulate_rsoc = false;
	expect_features(test, no_discovery, 4);
	attr->emulate_rsoc = true;
	attr->emulate_fua_write = false;
	expect_features(test, (u8[]){ 0, 1, 1, 2, 1, 3 }, 6);
	attr->emulate_fua_write = true;
	limits->alignment_offset = 512;
	expect_features(test, all, 2);
	limits->alignment_offset = 0;
	limits->write_cache_fixed = true;
	expect_features(test, all, 8);
	limits->write_cache = true;
	expect_features(test, all, 2);
	limits->write_cache_fixed = false;
	attr->is_nonrot = false;
	expect_features(test, all, 2);
}

static void expect_range(struct kunit *test, unsigned int number, u64 lba,
			 u64 blocks)
{
	const struct fake *fake = test->priv;
	const u8 *p = fake->data + 64 + 32 * number;

	KUNIT_EXPECT_EQ(test, p[0], number);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(p + 8), lba);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(p + 16), blocks);
}

/* Concurrent positioning ranges: all of the medium, or no such page */
static void vpd_ranges(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0xb9, 0x01, 0x00, 0 };
	static const u64 total = FAKE_BLOCKS * FAKE_BLOCK;
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_in(fake, cdb, 256), 2);
	/* the first ends inside a block */
	fake->ranges[0].len = 700 * FAKE_BLOCK + 100;
	fake->ranges[1].pos = fake->ranges[0].len;
	fake->ranges[1].len = total - fake->ranges[0].len;
	fake->nr_ranges = 2;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 256), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 64 + 2 * 32);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data), 0x00b9007c);
	expect_range(test, 0, 0, 700);
	expect_range(test, 1, 700, FAKE_BLOCKS - 700);
	/* one that has no whole block is left out */
	fake->ranges[2] = fake->ranges[1];
	fake->ranges[1].len = 100;
	fake->ranges[2].pos += 100;
	fake->ranges[2].len -= 100;
	fake->nr_ranges = 3;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 256), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 64 + 2 * 32);
	expect_range(test, 1, 700, FAKE_BLOCKS - 700);
	/* the medium grew: what is behind belongs to none of them */
	fake->dev.limits.bytes += FAKE_BLOCK;
	KUNIT_EXPECT_EQ(test, fake_in(fake, cdb, 256), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	fake->dev.limits.bytes = total;
	fake->ranges[0].len = total;
	fake->nr_ranges = 1;
	KUNIT_EXPECT_EQ(test, fake_in(fake, cdb, 256), 2);
}

static void vpd_provisioning(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0xb2, 0x00, 0x40, 0 };
	static const u8 thin[] = { 0, 0xb2, 0, 4, 11, 0xe0, 0x02, 0 };
	static const u8 thick[] = { 0, 0xb2, 0, 4, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, thin, sizeof(thin));
	/* capacity / 2^THRESHOLD EXPONENT < 2^32 */
	fake->dev.nr_blocks = BIT_ULL(43) - 1;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4], 11);
	fake->dev.nr_blocks = BIT_ULL(43);
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4], 12);
	fake->dev.limits.usage = false;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4], 0);
	fake->dev.attr.unmap_zeroes_data = true;
	fake->dev.limits.anchors = true;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->data[5], 0xe6);
	fake->dev.attr.emulate_tpu = false;
	fake->dev.attr.emulate_tpws = false;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, thick, sizeof(thick));
}

static void vpd_standard(struct kunit *test)
{
	/* but for NORMACA in byte 3 */
	static const char hex[] =
		"000006225b3810024c494f2d4f52472052414d4449534b2d4d43502020202020342e3020";
	static const u8 cdb[] = { 0x12, 0, 0, 0, 0xff, 0 };
	static const u8 versions[] = { 0x00, 0xa0, 0x09, 0x60, 0x04, 0x60,
				       0x04, 0xc0 };
	struct fake *fake = test->priv;
	u8 bytes[36];

	KUNIT_ASSERT_EQ(test, hex2bin(bytes, hex, sizeof(bytes)), 0);
	strscpy(fake->dev.ident.product, "RAMDISK-MCP");
	fake->dev.nr_links = 2;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 255), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 96);
	KUNIT_EXPECT_TRUE(test, fake->se.se_cmd_flags & SCF_UNDERFLOW_BIT);
	KUNIT_EXPECT_EQ(test, fake->se.residual_count, 255 - 96);
	KUNIT_EXPECT_MEMEQ(test, fake->data, bytes, sizeof(bytes));
	KUNIT_EXPECT_MEMEQ(test, fake->data + 58, versions, sizeof(versions));
}

static void vpd_no_unit(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0, 0, 0, 0xff, 0 };
	static const u8 vital[] = { 0x12, 0x01, 0x83, 0, 0xff, 0 };
	struct fake *fake = test->priv;
	struct target_cmd *cmd;

	cmd = fake_cmd(fake, cdb, sizeof(cdb), 255, DMA_FROM_DEVICE);
	cmd->link = NULL;
	cmd->itl = NULL;
	KUNIT_ASSERT_EQ(test, (__force u32)target_cdb_decode(cmd), 0);
	KUNIT_ASSERT_EQ(test, (__force u32)target_opdef_run(cmd), 0);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0x7f);

	cmd = fake_cmd(fake, vital, sizeof(vital), 255, DMA_FROM_DEVICE);
	cmd->link = NULL;
	cmd->itl = NULL;
	KUNIT_ASSERT_EQ(test, (__force u32)target_cdb_decode(cmd), 0);
	KUNIT_EXPECT_EQ(test, (__force u32)target_opdef_run(cmd),
			(__force u32)TCM_INVALID_CDB_FIELD);
}

static void vpd_page_without_evpd(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0, 0x80, 0, 0xff, 0 };
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_in(fake, cdb, 255), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_CDB);
	/* field pointer: CDB, byte 2 */
	KUNIT_EXPECT_EQ(test, fake->sense[15] & 0xc0, 0xc0);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
}

/* Short buffers cut the answer off, which is no residual. */
static void vpd_short_buffer(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0x83, 0x00, 0x04, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 4), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 4);
	KUNIT_EXPECT_EQ(test, fake->se.residual_count, 0);
}

static struct kunit_case vpd_kunit_cases[] = {
	KUNIT_CASE_PARAM(vpd_identity, vpd_gen_params),
	KUNIT_CASE(vpd_long_serial),
	KUNIT_CASE(vpd_long_name),
	KUNIT_CASE(vpd_supported),
	KUNIT_CASE(vpd_block_limits),
	KUNIT_CASE(vpd_characteristics),
	KUNIT_CASE(vpd_features),
	KUNIT_CASE(vpd_ranges),
	KUNIT_CASE(vpd_provisioning),
	KUNIT_CASE(vpd_more),
	KUNIT_CASE(vpd_standard),
	KUNIT_CASE(vpd_no_unit),
	KUNIT_CASE(vpd_page_without_evpd),
	KUNIT_CASE(vpd_short_buffer),
	{}
};

static struct kunit_suite vpd_suite = {
	.name = "target_vpd",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = vpd_kunit_cases,
};

kunit_test_suite(vpd_suite);

