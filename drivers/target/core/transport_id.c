// SPDX-License-Identifier: GPL-2.0-only
/*
 * TransportIDs (SPC-4 7.6.4): initiator ports as the parameter data of
 * reservations name them, as fabrics name them, and as text.  Pure.
 */
#include <linux/ctype.h>
#include <linux/hex.h>
#include <linux/kstrtox.h>
#include <linux/siphash.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>
#include "data.h"
#include "transport_id.h"

#define FIXED_LEN	24
/* TPID FORMAT of iSCSI: with an ISID, the name is that of a port */
#define FORMAT_PORT	0x40
#define FORMAT_MASK	0xc0
#define PROTO_MASK	0x0f
#define PROTO_SOP	0x0a
#define SEPARATOR	",i,0x"
#define ISID_DIGITS	(2 * TARGET_TRANSPORT_ID_ISID)

static_assert(sizeof(SEPARATOR) - 1 + ISID_DIGITS < 24);

/* ---------------------------------------------------- names of fabrics -- */

/* What stands in front of the digits of a name */
static const char * const prefixes[] = { "naa.", "eui.", "0x" };

static const char *digits_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (str_has_prefix(name, prefixes[i]))
			return name + strlen(prefixes[i]);
	}
	return name;
}

/* "naa.6001405abc...", "21:00:00:24:ff:...", "0x00...": len bytes, or not. */
static bool parse_digits(const char *name, u8 *id, size_t len)
{
	unsigned int nibble = 0;
	const char *p;
	int digit;

	for (p = digits_of(name); *p; p++) {
		if (*p == ':' || *p == '-')
			continue;
		digit = hex_to_bin(*p);
		if (digit < 0 || nibble == 2 * len)
			return false;
		id[nibble / 2] = id[nibble / 2] << 4 | digit;
		nibble++;
	}
	return nibble == 2 * len;
}

/* SPI: a SCSI address, in decimal digits */
static bool parse_address(const char *name, u8 *id, size_t len)
{
	u16 address;

	if (kstrtou16(name, 10, &address))
		return false;
	memset(id, 0, len);
	put_unaligned_be16(address, id);
	return true;
}

/* Where the identifier is in the TransportIDs of 24 bytes, how names have it */
static const struct {
	u8	proto;
	u8	at;
	u8	len;
	bool	(*parse)(const char *name, u8 *id, size_t len);
} fixed[] = {
	{ SCSI_PROTOCOL_FCP, 8, 8, parse_digits },	/* N_Port_Name */
	{ SCSI_PROTOCOL_SPI, 2, 6, parse_address },	/* with relative port */
	{ SCSI_PROTOCOL_SBP, 8, 8, parse_digits },	/* EUI-64 */
	{ SCSI_PROTOCOL_SRP, 8, 16, parse_digits },	/* port identifier */
	{ SCSI_PROTOCOL_SAS, 4, 8, parse_digits },	/* SAS address */
	{ PROTO_SOP, 2, 2, parse_digits },		/* routing ID */
};

static int row_of(u8 proto)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (fixed[i].proto == proto)
			return i;
	}
	return -1;
}

static bool set_name(const u8 *text, size_t len,
		     struct target_transport_id *tid)
{
	unsigned int i;

	if (!len || len > sizeof(tid->id))
		return false;
	tid->len = len;
	/* names are compared as lower case (RFC 3722) */
	for (i = 0; i < len; i++)
		tid->id[i] = tolower(text[i]);
	return true;
}

/* A name that is no identifier gets one: locally assigned, always the same. */
static void derive(const char *name, u8 *id, size_t len)
{
	static const siphash_key_t key;
	u8 bytes[8];

	put_unaligned_be64(siphash(name, strlen(name), &key), bytes);
	memset(id, 0, len);
	memcpy(id, bytes, min(len, sizeof(bytes)));
	id[0] = 0x30 | (id[0] & 0x0f);		/* NAA 3h */
}

/**
 * target_transport_id_name - the initiator port that a fabric's name is for
 * @tid: set to it; an iSCSI one has no ISID
 * @proto: SCSI protocol identifier
 * @name: as in the name of an ACL
 */
void target_transport_id_name(struct target_transport_id *tid, u8 proto,
			      const char *name)
{
	int row = row_of(proto);

	memset(tid, 0, sizeof(*tid));
	tid->proto = proto;
	if (row < 0) {
		/* a protocol without TransportIDs is spoken of like iSCSI */
		set_name((const u8 *)name,
			 strnlen(name, TARGET_TRANSPORT_ID_NAME), tid);
		return;
	}
	tid->len = fixed[row].len;
	if (!fixed[row].parse(name, tid->id, tid->len))
		derive(name, tid->id, tid->len);
}

/**
 * target_transport_id_isid - which of an iSCSI initiator's ports it is
 * @tid: initiator
 * @isid: session identifier's initiator part
 * @len: bytes of it; other protocols have none
 */
void target_transport_id_isid(struct target_transport_id *tid, const u8 *isid,
			      size_t len)
{
	if (tid->proto != SCSI_PROTOCOL_ISCSI || len < sizeof(tid->isid))
		return;
	memcpy(tid->isid, isid, sizeof(tid->isid));
	tid->has_isid = true;
}

/* The same in all, ISID or its absence included */
bool target_transport_id_equal(const struct target_transport_id *a,
			       const struct target_transport_id *b)
{
	return a->proto == b->proto && a->len == b->len &&
	       a->has_isid == b->has_isid &&
	       !memcmp(a->isid, b->isid, sizeof(a->isid)) &&
	       !memcmp(a->id, b->id, a->len);
}

/* Is @port that port, or one of them where @tid has no ISID? */
bool target_transport_id_covers(const struct target_transport_id *tid,
				const struct target_transport_id *port)
{
	return tid->proto == port->proto && tid->len == port->len &&
	       !memcmp(tid->id, port->id, tid->len) &&
	       (!tid->has_isid || !port->has_isid ||
		!memcmp(tid->isid, port->isid, sizeof(tid->isid)));
}

/* ------------------------------------------------------------- the wire -- */

static bool parse_fixed(struct target_cursor *c, int row,
			struct target_transport_id *tid)
{
	const u8 *p = target_cursor_take(c, FIXED_LEN);

	if (!p || p[0] & FORMAT_MASK)
		return false;
	tid->len = fixed[row].len;
	memcpy(tid->id, p + fixed[row].at, tid->len);
	return true;
}

/* Where "," begins the part that only port names have; len if nowhere */
static size_t find_separator(const u8 *text, size_t len)
{
	const u8 *p = memchr(text, ',', len);

	return p ? p - text : len;
}

static bool parse_isid(const u8 *text, size_t len,
		       struct target_transport_id *tid)
{
	size_t prefix = strlen(SEPARATOR);
	unsigned int i;
	int digit;

	if (len != prefix + ISID_DIGITS || memcmp(text, SEPARATOR, prefix))
		return false;
	for (i = 0; i < ISID_DIGITS; i++) {
		digit = hex_to_bin(text[prefix + i]);
		if (digit < 0)
			return false;
		tid->isid[i / 2] = tid->isid[i / 2] << 4 | digit;
	}
	tid->has_isid = true;
	return true;
}

static bool parse_iscsi(struct target_cursor *c,
			struct target_transport_id *tid)
{
	const u8 *head = target_cursor_take(c, 4);
	const u8 *text, *end;
	size_t len, name;

	if (!head)
		return false;
	len = get_unaligned_be16(head + 2);
	text = target_cursor_take(c, len);
	if (!text || len < FIXED_LEN - 4 || len % 4)
		return false;
	end = memchr(text, 0, len);
	if (!end)
		return false;
	len = end - text;
	name = find_separator(text, len);
	if (!set_name(text, name, tid))
		return false;
	if ((head[0] & FORMAT_MASK) == FORMAT_PORT)
		return parse_isid(text + name, len - name, tid);
	return !(head[0] & FORMAT_MASK) && name == len;
}

/**
 * target_transport_id_parse - take a TransportID from parameter data
 * @c: where; moves behind it
 * @tid: set to it
 *
 * Return: false if it is none
 */
bool target_transport_id_parse(struct target_cursor *c,
			       struct target_transport_id *tid)
{
	int row;

	memset(tid, 0, sizeof(*tid));
	if (c->bad || c->pos >= c->len)
		return false;
	tid->proto = c->data[c->pos] & PROTO_MASK;
	if (tid->proto == SCSI_PROTOCOL_ISCSI)
		return parse_iscsi(c, tid);
	row = row_of(tid->proto);
	return row >= 0 && parse_fixed(c, row, tid);
}

static void build_named(struct target_cursor *c,
			const struct target_transport_id *tid)
{
	size_t isid = tid->has_isid ? strlen(SEPARATOR) + ISID_DIGITS : 0;
	size_t len = max_t(size_t, round_up(tid->len + isid + 1, 4),
			   FIXED_LEN - 4);
	u8 *p = target_cursor_take(c, 4 + len);

	if (!p)
		return;
	memset(p, 0, 4 + len);
	p[0] = tid->proto | (tid->has_isid ? FORMAT_PORT : 0);
	put_unaligned_be16(len, p + 2);
	memcpy(p + 4, tid->id, tid->len);
	if (tid->has_isid) {
		memcpy(p + 4 + tid->len, SEPARATOR, strlen(SEPARATOR));
		bin2hex(p + 4 + tid->len + strlen(SEPARATOR), tid->isid,
			sizeof(tid->isid));
	}
}

/**
 * target_transport_id_build - put a TransportID into parameter data
 * @c: where; moves behind it
 * @tid: initiator port
 */
void target_transport_id_build(struct target_cursor *c,
			       const struct target_transport_id *tid)
{
	int row = row_of(tid->proto);
	u8 *p;

	if (row < 0) {
		build_named(c, tid);
		return;
	}
	p = target_cursor_take(c, FIXED_LEN);
	if (!p)
		return;
	memset(p, 0, FIXED_LEN);
	p[0] = tid->proto;
	memcpy(p + fixed[row].at, tid->id, fixed[row].len);
}

/* ----------------------------------------------------------------- text -- */

static bool is_plain(u8 byte)
{
	return isascii(byte) && (isalnum(byte) || strchr(".:-_", byte));
}

/**
 * target_transport_id_print - write it as a word
 * @tid: initiator port
 * @text: where to; no more than %TARGET_TRANSPORT_ID_TEXT bytes
 * @size: room there
 *
 * Return: length without the NUL
 */
size_t target_transport_id_print(const struct target_transport_id *tid,
				 char *text, size_t size)
{
	size_t n = 0;
	unsigned int i;

	if (row_of(tid->proto) >= 0)
		return scnprintf(text, size, "%*phN", tid->len, tid->id);
	for (i = 0; i < tid->len; i++)
		n += scnprintf(text + n, size - n,
			       is_plain(tid->id[i]) ? "%c" : "%%%02x",
			       tid->id[i]);
	if (tid->has_isid)
		n += scnprintf(text + n, size - n, SEPARATOR "%*phN",
			       TARGET_TRANSPORT_ID_ISID, tid->isid);
	return n;
}

static bool unescape(const char *text, size_t len,
		     struct target_transport_id *tid)
{
	size_t i = 0;

	for (tid->len = 0; i < len; tid->len++) {
		if (tid->len == sizeof(tid->id))
			return false;
		if (text[i] != '%') {
			tid->id[tid->len] = text[i++];
			continue;
		}
		if (len - i < 3 || hex2bin(&tid->id[tid->len], text + i + 1, 1))
			return false;
		i += 3;
	}
	return tid->len;
}

/**
 * target_transport_id_scan - read what target_transport_id_print() wrote
 * @tid: set to it
 * @proto: SCSI protocol identifier
 * @text: word
 * @len: its length
 *
 * Return: false if it is none
 */
bool target_transport_id_scan(struct target_transport_id *tid, u8 proto,
			      const char *text, size_t len)
{
	int row = row_of(proto);
	size_t name;

	memset(tid, 0, sizeof(*tid));
	tid->proto = proto;
	if (row >= 0) {
		tid->len = fixed[row].len;
		return len == 2 * tid->len && !hex2bin(tid->id, text, tid->len);
	}
	name = find_separator(text, len);
	if (!unescape(text, name, tid))
		return false;
	return name == len || parse_isid(text + name, len - name, tid);
}
