// SPDX-License-Identifier: GPL-2.0-only
/*
 * Designators of the Device Identification page (SPC-5 7.7.6).  Pure.
 *
 * Hosts know their disks by these bytes, so they are a matter of record: what
 * they are made of, their order and their padding stay as they are.
 */
#include <linux/ctype.h>
#include <linux/hex.h>
#include <linux/string.h>
#include <linux/uuid.h>
#include "designator.h"

/* CODE SET */
#define BINARY		1
#define ASCII		2
#define UTF8		3

/* DESIGNATOR TYPE */
#define T10_VENDOR	1
#define EUI64		2
#define NAA		3
#define RELATIVE_PORT	4
#define PORT_GROUP	5
#define LU_GROUP	6
#define SCSI_NAME	8
#define UUID		10

/* PIV and ASSOCIATION */
#define LU		0x00
#define PORT		0x90
#define DEVICE		0xa0

/* A LU's designator says nothing of a protocol. */
#define NO_PROTOCOL	0

static u8 *start(struct target_cursor *c, u8 protocol, u8 code_set, u8 type,
		 u8 len)
{
	u8 *p = target_cursor_take(c, 4 + len);

	if (!p)
		return NULL;
	p[0] = protocol << 4 | code_set;
	p[1] = type;
	p[2] = 0;
	p[3] = len;
	memset(p + 4, 0, len);
	return p + 4;
}

static void put_nibble(u8 *p, unsigned int i, u8 value)
{
	p[i / 2] |= i % 2 ? value : value << 4;
}

/* IEEE COMPANY_ID, at a nibble */
static void put_company(u8 *p, unsigned int at, u32 company_id)
{
	unsigned int i;

	for (i = 0; i < 6; i++)
		put_nibble(p, at + i, company_id >> (20 - 4 * i) & 0xf);
}

/* An identifier that the administrator chose */
static void put_id(struct target_cursor *c, u8 type,
		   const struct target_ident_id *id)
{
	u8 *p;

	if (id->len == TARGET_IDENT_NONE)
		return;
	p = start(c, NO_PROTOCOL, BINARY, LU | type, id->len);
	if (p)
		memcpy(p, id->bytes, id->len);
}

/*
 * NAA IEEE Registered Extended (SPC-5 7.7.6.6.5), if no other is given: the
 * company identifier, and the first hexadecimal digits of the serial number as
 * vendor specific identifier and its extension.
 */
static void put_naa(struct target_cursor *c, const struct target_ident *ident)
{
	unsigned int i, nibble = 7;
	int digit;
	u8 *p;

	if (ident->naa.len) {
		put_id(c, NAA, &ident->naa);
		return;
	}
	p = start(c, NO_PROTOCOL, BINARY, LU | NAA, 16);
	if (!p)
		return;
	put_nibble(p, 0, 6);
	put_company(p, 1, ident->company_id);
	for (i = 0; ident->serial[i] && nibble < 32; i++) {
		digit = hex_to_bin(ident->serial[i]);
		if (digit >= 0)
			put_nibble(p, nibble++, digit);
	}
}

/* T10 vendor ID based (SPC-5 7.7.6.4); returns what is after the vendor */
static u8 *start_t10(struct target_cursor *c, const struct target_ident *ident,
		     size_t len)
{
	u8 *p = start(c, NO_PROTOCOL, ASCII, LU | T10_VENDOR, 8 + len);

	if (!p)
		return NULL;
	memset(p, ' ', 8);
	memcpy(p, ident->vendor, strnlen(ident->vendor, 8));
	return p + 8;
}

/*
 * The vendor specific identifier is product and serial number if no other is
 * given.  A serial number that is too long for the one byte of length is cut
 * off.
 */
static void put_t10(struct target_cursor *c, const struct target_ident *ident)
{
	size_t product = strlen(ident->product);
	size_t serial = strlen(ident->serial);
	size_t len = strlen(ident->t10_id);
	u8 *p;

	if (len) {
		p = start_t10(c, ident, len);
		if (p)
			memcpy(p, ident->t10_id, len);
		return;
	}
	len = min_t(size_t, product + 1 + serial + 1, 255 - 8);
	p = start_t10(c, ident, len);
	if (!p)
		return;
	memcpy(p, ident->product, product);
	p[product] = ':';
	memcpy(p + product + 1, ident->serial, len - product - 2);
}

/*
 * EUI-64 based, 16 bytes (SPC-5 7.7.6.5.4).  The first ten hexadecimal digits of
 * the serial number make up the EUI-64 with the company identifier, and the next
 * sixteen the identifier extension, which comes before it.
 */
static void put_eui64(struct target_cursor *c, const struct target_ident *ident)
{
	unsigned int i, digits = 0;
	int digit;
	u8 *p;

	p = start(c, NO_PROTOCOL, BINARY, LU | EUI64, 16);
	if (!p)
		return;
	put_company(p, 16, ident->company_id);
	for (i = 0; ident->serial[i] && digits < 26; i++) {
		digit = hex_to_bin(ident->serial[i]);
		if (digit >= 0)
			put_nibble(p, (22 + digits++) % 32, digit);
	}
}

/* UUID identifier (SPC-5 7.7.6.12), if the serial number is a UUID */
static void put_uuid(struct target_cursor *c, const struct target_ident *ident)
{
	uuid_t uuid;
	u8 *p;

	if (strlen(ident->serial) != UUID_STRING_LEN ||
	    uuid_parse(ident->serial, &uuid))
		return;
	p = start(c, NO_PROTOCOL, BINARY, LU | UUID, 2 + UUID_SIZE);
	if (!p)
		return;
	p[0] = 0x10;	/* UUID TYPE: locally assigned */
	export_uuid(p + 2, &uuid);
}

/**
 * target_designator_unit - all designators of a logical unit
 * @c: where they go
 * @ident: who it is
 * @attr: which it has besides those that hosts know it by
 */
void target_designator_unit(struct target_cursor *c,
			    const struct target_ident *ident,
			    const struct target_attribs *attr)
{
	put_naa(c, ident);
	put_t10(c, ident);
	if (ident->eui64.len)
		put_id(c, EUI64, &ident->eui64);
	else if (READ_ONCE(attr->vpd_eui64))
		put_eui64(c, ident);
	if (READ_ONCE(attr->vpd_uuid))
		put_uuid(c, ident);
}

/* A number of 16 bits with two reserved bytes in front */
static void put_u16(struct target_cursor *c, u8 protocol, u8 type, u16 value)
{
	u8 *p = start(c, protocol, BINARY, type, 4);

	if (p)
		put_unaligned_be16(value, p + 2);
}

/* With at least one NUL, and as many as make its length a multiple of 4 */
static void put_name(struct target_cursor *c, u8 protocol, u8 type,
		     const char *name, size_t len)
{
	u8 *p = start(c, protocol, UTF8, type | SCSI_NAME,
		      min_t(size_t, round_up(len + 1, 4), 252));

	if (p)
		memcpy(p, name, min_t(size_t, len, 251));
}

/**
 * target_designator_name - SCSI name of a target port (SPC-5 7.7.6.11)
 * @c: where it goes
 * @proto_id: SCSI protocol identifier
 * @wwn: name of the target
 * @tag: number of the target port in the target
 */
void target_designator_name(struct target_cursor *c, u8 proto_id,
			    const char *wwn, u16 tag)
{
	/* ",t,0x" and four digits */
	char name[TRANSPORT_IQN_LEN + 16];
	size_t len = strnlen(wwn, TRANSPORT_IQN_LEN);

	memcpy(name, wwn, len);
	len += scnprintf(name + len, sizeof(name) - len, ",t,0x%04x", tag);
	put_name(c, proto_id, PORT, name, len);
}

/**
 * target_designator_port - where the logical unit is seen
 * @c: where they go
 * @port: port, groups and target
 */
void target_designator_port(struct target_cursor *c,
			    const struct target_designator_port *port)
{
	put_u16(c, port->proto_id, PORT | RELATIVE_PORT, port->rtpi);
	put_u16(c, port->proto_id, PORT | PORT_GROUP, port->tp_group);
	put_u16(c, NO_PROTOCOL, LU | LU_GROUP, port->lu_group);

	target_designator_name(c, port->proto_id, port->wwn, port->tag);
	put_name(c, port->proto_id, DEVICE, port->wwn,
		 strnlen(port->wwn, TRANSPORT_IQN_LEN));
}
