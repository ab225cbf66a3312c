// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of TransportIDs, against the tables of SPC-4 7.6.4.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../data.h"
#include "../transport_id.h"

/**
 * struct vector - a port as a fabric names it and on the wire
 * @proto: SCSI protocol identifier
 * @name: name of its ACL
 * @wire: bytes of the TransportID, the first 24
 */
struct vector {
	u8		proto;
	const char	*name;
	u8		wire[24];
};

static const struct vector vectors[] = {
	{ SCSI_PROTOCOL_FCP, "21:00:00:24:ff:31:4c:48",
	  { 0x00, [8] = 0x21, 0x00, 0x00, 0x24, 0xff, 0x31, 0x4c, 0x48 } },
	{ SCSI_PROTOCOL_FCP, "naa.21000024ff314c48",
	  { 0x00, [8] = 0x21, 0x00, 0x00, 0x24, 0xff, 0x31, 0x4c, 0x48 } },
	{ SCSI_PROTOCOL_SBP, "0011223344556677",
	  { 0x03, [8] = 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77 } },
	{ SCSI_PROTOCOL_SRP, "0x00000000000000007cfe900300726e4e",
	  { 0x04, [16] = 0x7c, 0xfe, 0x90, 0x03, 0x00, 0x72, 0x6e, 0x4e } },
	{ SCSI_PROTOCOL_SAS, "naa.5001405012345678",
	  { 0x06, [4] = 0x50, 0x01, 0x40, 0x50, 0x12, 0x34, 0x56, 0x78 } },
	{ SCSI_PROTOCOL_ISCSI, "iqn.1994-05.a:b",
	  { 0x05, 0, 0, 20, 'i', 'q', 'n', '.', '1', '9', '9', '4', '-', '0',
	    '5', '.', 'a', ':', 'b' } },
};

static const u8 isid[] = { 0x00, 0x02, 0x3d, 0x0a, 0xbc, 0xde };

static void transport_id_wire(struct kunit *test)
{
	struct target_transport_id tid, back;
	u8 buf[TARGET_TRANSPORT_ID_WIRE];
	struct target_cursor c;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		const struct vector *v = &vectors[i];

		target_transport_id_name(&tid, v->proto, v->name);
		target_cursor_init(&c, buf, sizeof(buf));
		target_transport_id_build(&c, &tid);
		KUNIT_EXPECT_FALSE(test, c.bad);
		KUNIT_EXPECT_EQ(test, c.pos, sizeof(v->wire));
		KUNIT_EXPECT_MEMEQ(test, buf, v->wire, sizeof(v->wire));
		target_cursor_init(&c, buf, sizeof(v->wire));
		KUNIT_EXPECT_TRUE(test, target_transport_id_parse(&c, &back));
		KUNIT_EXPECT_TRUE(test, target_transport_id_equal(&tid, &back));
		KUNIT_EXPECT_EQ(test, c.pos, sizeof(v->wire));
	}
}

static void transport_id_isid(struct kunit *test)
{
	static const char text[] = "iqn.1994-05.a:b,i,0x00023d0abcde";
	struct target_transport_id tid, any, back;
	u8 buf[TARGET_TRANSPORT_ID_WIRE];
	struct target_cursor c;

	target_transport_id_name(&tid, SCSI_PROTOCOL_ISCSI, "IQN.1994-05.A:b");
	any = tid;
	target_transport_id_isid(&tid, isid, sizeof(isid));
	target_cursor_init(&c, buf, sizeof(buf));
	target_transport_id_build(&c, &tid);
	KUNIT_EXPECT_EQ(test, buf[0], 0x45);
	KUNIT_EXPECT_EQ(test, buf[3], 36);
	KUNIT_EXPECT_EQ(test, c.pos, 40);
	KUNIT_EXPECT_STREQ(test, buf + 4, text);
	target_cursor_init(&c, buf, c.pos);
	KUNIT_EXPECT_TRUE(test, target_transport_id_parse(&c, &back));
	KUNIT_EXPECT_TRUE(test, target_transport_id_equal(&tid, &back));
	KUNIT_EXPECT_FALSE(test, target_transport_id_equal(&tid, &any));
	KUNIT_EXPECT_TRUE(test, target_transport_id_covers(&any, &tid));
	back.isid[0] ^= 1;
	KUNIT_EXPECT_FALSE(test, target_transport_id_covers(&back, &tid));
	KUNIT_EXPECT_TRUE(test, target_transport_id_covers(&any, &back));
}

/* Everything that is shorter, longer or otherwise not what it says */
static void transport_id_refused(struct kunit *test)
{
	struct target_transport_id tid;
	u8 good[40 + 1] = "\x45\0\0\x24iqn.1994-05.a:b,i,0x00023d0abcde";
	struct target_cursor c;
	u8 buf[1032];
	size_t i;

	for (i = 0; i < 40; i++) {
		target_cursor_init(&c, good, i);
		KUNIT_EXPECT_FALSE(test, target_transport_id_parse(&c, &tid));
	}
#define REFUSED(...)							\
	do {								\
		memcpy(buf, good, 40);				\
		__VA_ARGS__;						\
		target_cursor_init(&c, buf, 40);			\
		KUNIT_EXPECT_FALSE_MSG(test,				\
				       target_transport_id_parse(&c, &tid), \
				       #__VA_ARGS__);			\
	} while (0)
	REFUSED(buf[0] = 0x05);			/* a port's name for a node */
	REFUSED(buf[0] = 0x85);			/* reserved format */
	REFUSED(buf[3] = 35);			/* no multiple of 4 */
	REFUSED(buf[3] = 16);			/* too short */
	REFUSED(buf[2] = 0xff);			/* longer than what is there */
	REFUSED(memset(buf + 36, 'f', 4));	/* no NUL */
	REFUSED(buf[35] = 0);			/* a digit less */
	REFUSED(buf[30] = 'x');			/* no digit */
	REFUSED(buf[4] = 0);			/* no name */
	REFUSED(buf[0] = 0x47);			/* no such protocol */
	REFUSED(buf[0] = 0x40);			/* no such format of FC */
#undef REFUSED
	/* a name that is too long, and where a string would never end */
	memset(buf, 'a', sizeof(buf));
	buf[0] = 0x05;
	buf[2] = 1024 >> 8;
	buf[3] = 0;
	target_cursor_init(&c, buf, 1028);
	KUNIT_EXPECT_FALSE(test, target_transport_id_parse(&c, &tid));
	buf[1027] = 0;
	target_cursor_init(&c, buf, 1028);
	KUNIT_EXPECT_FALSE(test, target_transport_id_parse(&c, &tid));
}

static void transport_id_text(struct kunit *test)
{
	struct target_transport_id tid, back;
	char text[TARGET_TRANSPORT_ID_TEXT];
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		target_transport_id_name(&tid, vectors[i].proto, vectors[i].name);
		target_transport_id_isid(&tid, isid, sizeof(isid));
		n = target_transport_id_print(&tid, text, sizeof(text));
		KUNIT_EXPECT_TRUE(test, target_transport_id_scan(&back, tid.proto,
								 text, n));
		KUNIT_EXPECT_TRUE(test, target_transport_id_equal(&tid, &back));
	}
	/* what an initiator calls itself cannot break a line */
	target_transport_id_name(&tid, SCSI_PROTOCOL_ISCSI, "a b\n%,\x80");
	n = target_transport_id_print(&tid, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "a%20b%0a%25%2c%80");
	KUNIT_EXPECT_TRUE(test, target_transport_id_scan(&back, tid.proto, text, n));
	KUNIT_EXPECT_TRUE(test, target_transport_id_equal(&tid, &back));
	KUNIT_EXPECT_FALSE(test, target_transport_id_scan(&back, 5, "a%2", 3));
	KUNIT_EXPECT_FALSE(test, target_transport_id_scan(&back, 5, "", 0));
	KUNIT_EXPECT_FALSE(test, target_transport_id_scan(&back, 6, "50", 2));
	/* the longest one fits */
	memset(&tid, 0, sizeof(tid));
	tid.proto = SCSI_PROTOCOL_ISCSI;
	tid.len = sizeof(tid.id);
	memset(tid.id, ' ', sizeof(tid.id));
	target_transport_id_isid(&tid, isid, sizeof(isid));
	n = target_transport_id_print(&tid, text, sizeof(text));
	KUNIT_EXPECT_TRUE(test, target_transport_id_scan(&back, 5, text, n));
	KUNIT_EXPECT_TRUE(test, target_transport_id_equal(&tid, &back));
}

/* Names that are no numbers get different identifiers, always the same ones. */
static void transport_id_derived(struct kunit *test)
{
	struct target_transport_id a, b, again;

	target_transport_id_name(&a, SCSI_PROTOCOL_SAS, "guest-1");
	target_transport_id_name(&b, SCSI_PROTOCOL_SAS, "guest-2");
	target_transport_id_name(&again, SCSI_PROTOCOL_SAS, "guest-1");
	KUNIT_EXPECT_EQ(test, a.id[0] >> 4, 3);
	KUNIT_EXPECT_TRUE(test, target_transport_id_equal(&a, &again));
	KUNIT_EXPECT_FALSE(test, target_transport_id_equal(&a, &b));
}

/* Parallel SCSI has numbers, not identifiers, for names. */
static void transport_id_address(struct kunit *test)
{
	static const u8 wire[24] = { SCSI_PROTOCOL_SPI, 0, 0, 15 };
	u8 buf[24];
	struct target_transport_id tid;
	struct target_cursor c;

	target_cursor_init(&c, buf, sizeof(buf));
	target_transport_id_name(&tid, SCSI_PROTOCOL_SPI, "15");
	target_transport_id_build(&c, &tid);
	KUNIT_EXPECT_MEMEQ(test, buf, wire, sizeof(wire));
	target_transport_id_name(&tid, SCSI_PROTOCOL_SPI, "0x0f");
	KUNIT_EXPECT_EQ(test, tid.id[0] >> 4, 3);
}

static struct kunit_case transport_id_cases[] = {
	KUNIT_CASE(transport_id_wire),
	KUNIT_CASE(transport_id_isid),
	KUNIT_CASE(transport_id_refused),
	KUNIT_CASE(transport_id_text),
	KUNIT_CASE(transport_id_derived),
	KUNIT_CASE(transport_id_address),
	{}
};

static struct kunit_suite transport_id_suite = {
	.name = "target_transport_id",
	.test_cases = transport_id_cases,
};

kunit_test_suite(transport_id_suite);
