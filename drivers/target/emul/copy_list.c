// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameter lists of EXTENDED COPY (SPC-4 6.4 for LID4, 6.5 for LID1): from
 * bytes to what is to be copied, or to what is wrong with them.  Pure: whether
 * there are such logical units and blocks is asked later (copy_plan.c).
 *
 * One row for each type of descriptor; what is not in a table is refused, and
 * what is in them is what VPD page 8Fh and RECEIVE COPY OPERATING PARAMETERS say.
 */
#include <linux/bitops.h>
#include <linux/string.h>
#include "../core/sense.h"
#include "copy_list.h"

#define HEADER_4	48
#define G_SENSE		0x02

/* LIST ID USAGE (SPC-4 table 100) */
#define USAGE_RESERVED	1
#define USAGE_NONE	3

/* Refuse a field for another reason than INVALID FIELD IN PARAMETER LIST. */
static sense_reason_t refuse(struct target_cmd *cmd, u16 byte, int bit,
			     sense_reason_t reason)
{
	target_sense_param(cmd, byte, bit);
	return reason;
}

/* -------------------------------------------------------------- CSCDs -- */

/*
 * SPC-4 6.4.5.6, Identification Descriptor CSCD descriptor.  LU ID TYPE does
 * not matter there, nor does RELATIVE INITIATOR PORT IDENTIFIER for a logical
 * unit of this target (6.4.5.1).
 */
static sense_reason_t parse_identified(struct target_cmd *cmd, const u8 *p,
				       struct target_copy_cscd *cscd)
{
	u16 at = cscd->at;

	if (p[1] & 0x20)		/* NUL */
		return target_sense_param(cmd, at + 1, 5);
	if (p[1] & 0x1f)		/* a disk */
		return refuse(cmd, at + 1, 4, TCM_COPY_DEVICE_TYPE);
	if (!p[7] || p[7] > sizeof(cscd->id))
		return target_sense_param(cmd, at + 7, -1);
	cscd->code_set = p[4] & 0x0f;
	cscd->type = p[5] & 0x3f;
	cscd->len = p[7];
	memcpy(cscd->id, p + 8, cscd->len);
	cscd->block = get_unaligned_be24(p + 29);
	return TCM_NO_SENSE;
}

static const struct {
	u8		code;
	sense_reason_t	(*parse)(struct target_cmd *cmd, const u8 *p,
				 struct target_copy_cscd *cscd);
} cscd_types[] = {
	{ TARGET_COPY_LIST_IDENTIFIED, parse_identified },
};

static sense_reason_t parse_cscd(struct target_cmd *cmd, const u8 *p,
				 struct target_copy_cscd *cscd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cscd_types); i++) {
		if (cscd_types[i].code == p[0])
			return cscd_types[i].parse(cmd, p, cscd);
	}
	return refuse(cmd, cscd->at, -1, TCM_UNSUPPORTED_TARGET_DESC_TYPE_CODE);
}

static sense_reason_t parse_cscds(struct target_cmd *cmd,
				  struct target_cursor *c, size_t len,
				  struct target_copy_list *list)
{
	size_t end = c->pos + len;
	sense_reason_t reason;

	while (c->pos < end) {
		struct target_copy_cscd *cscd = &list->cscds[list->nr_cscds++];
		const u8 *p = c->data + c->pos;

		cscd->at = c->pos;
		target_cursor_take(c, TARGET_COPY_LIST_CSCD_LEN);
		reason = parse_cscd(cmd, p, cscd);
		if (reason)
			return reason;
	}
	return TCM_NO_SENSE;
}

/* ----------------------------------------------------------- segments -- */

static bool is_cscd(const struct target_copy_list *list, u16 id)
{
	return id < list->nr_cscds || id == TARGET_COPY_LIST_OWN;
}

/* What a CSCD DESCRIPTOR ID field at byte @byte of a segment says */
static sense_reason_t parse_id(struct target_cmd *cmd, const u8 *p, u8 byte,
			       const struct target_copy_list *list,
			       const struct target_copy_segment *segment,
			       u16 *id)
{
	*id = get_unaligned_be16(p + byte);
	if (is_cscd(list, *id))
		return TCM_NO_SENSE;
	cmd->fault.has_segment = true;
	cmd->fault.segment = segment - list->segments;
	return refuse(cmd, segment->at + byte, -1, TCM_COPY_UNREACHABLE);
}

/* SPC-4 6.4.6.4, block device to block device */
static sense_reason_t parse_blocks(struct target_cmd *cmd, const u8 *p,
				   const struct target_copy_list *list,
				   struct target_copy_segment *segment)
{
	segment->in_dest = p[1] & 0x02;		/* DC */
	segment->blocks = get_unaligned_be16(p + 10);
	segment->from = get_unaligned_be64(p + 12);
	segment->to = get_unaligned_be64(p + 20);
	return parse_id(cmd, p, 4, list, segment, &segment->source) ?:
	       parse_id(cmd, p, 6, list, segment, &segment->dest);
}

/* Likewise, and the data is held; whoever asks for it names the list. */
static sense_reason_t parse_held(struct target_cmd *cmd, const u8 *p,
				 const struct target_copy_list *list,
				 struct target_copy_segment *segment)
{
	if (!list->identified)
		return target_sense_param(cmd, 1, 4);
	return parse_blocks(cmd, p, list, segment);
}

/* 6.4.6.9, verify CSCD */
static sense_reason_t parse_verify(struct target_cmd *cmd, const u8 *p,
				   const struct target_copy_list *list,
				   struct target_copy_segment *segment)
{
	segment->test = p[8] & 0x01;		/* TUR */
	return parse_id(cmd, p, 4, list, segment, &segment->source);
}

/* 6.4.6.17, register persistent reservation key */
static sense_reason_t parse_register(struct target_cmd *cmd, const u8 *p,
				     const struct target_copy_list *list,
				     struct target_copy_segment *segment)
{
	segment->key = get_unaligned_be64(p + 8);
	segment->sa_key = get_unaligned_be64(p + 16);
	return parse_id(cmd, p, 6, list, segment, &segment->dest);
}

/*
 * struct segment_type - a segment descriptor
 * @code: DESCRIPTOR TYPE CODE
 * @len: bytes
 * @parse: takes what it says
 * @usage: bits that are not reserved; DC and CAT are ignored where they mean
 *	nothing
 */
struct segment_type {
	u8		code;
	u8		len;
	sense_reason_t	(*parse)(struct target_cmd *cmd, const u8 *p,
				 const struct target_copy_list *list,
				 struct target_copy_segment *segment);
	u8		usage[TARGET_COPY_LIST_SEGMENT_LEN];
};

/* In order of code */
static const struct segment_type segment_types[] = {
	{
		.code = TARGET_COPY_LIST_BLOCKS, .parse = parse_blocks,
		.len = 28, .usage = { 0xff, 0x03, 0xff, 0xff, 0xff, 0xff, 0xff,
				      0xff, [10 ... 27] = 0xff },
	}, {
		.code = TARGET_COPY_LIST_VERIFY, .parse = parse_verify,
		.len = 12, .usage = { 0xff, 0x03, 0xff, 0xff, 0xff, 0xff,
				      [8] = 0x01 },
	}, {
		.code = TARGET_COPY_LIST_HELD, .parse = parse_held,
		.len = 28, .usage = { 0xff, 0x03, 0xff, 0xff, 0xff, 0xff, 0xff,
				      0xff, [10 ... 27] = 0xff },
	}, {
		.code = TARGET_COPY_LIST_REGISTER, .parse = parse_register,
		.len = 28, .usage = { 0xff, 0x03, 0xff, 0xff,
				      [6 ... 23] = 0xff },
	},
};

static const struct segment_type *type_of(u8 code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(segment_types); i++) {
		if (segment_types[i].code == code)
			return &segment_types[i];
	}
	return NULL;
}

static sense_reason_t check_reserved(struct target_cmd *cmd, const u8 *p,
				     const struct segment_type *type, u16 at)
{
	unsigned int i;
	u8 bad;

	for (i = 0; i < type->len; i++) {
		bad = p[i] & ~type->usage[i];
		if (bad)
			return target_sense_param(cmd, at + i, fls(bad) - 1);
	}
	return TCM_NO_SENSE;
}

static sense_reason_t parse_segment(struct target_cmd *cmd,
				    struct target_cursor *c, size_t end,
				    struct target_copy_list *list)
{
	struct target_copy_segment *segment =
		&list->segments[list->nr_segments];
	const u8 *p = c->data + c->pos;
	const struct segment_type *type = type_of(p[0]);
	sense_reason_t reason;

	segment->code = p[0];
	segment->at = c->pos;
	if (!type)
		return refuse(cmd, segment->at, -1,
			      TCM_UNSUPPORTED_SEGMENT_DESC_TYPE_CODE);
	if (end - c->pos < type->len)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	/* DESCRIPTOR LENGTH */
	if (get_unaligned_be16(p + 2) != type->len - 4)
		return target_sense_param(cmd, segment->at + 2, -1);
	reason = check_reserved(cmd, p, type, segment->at);
	if (reason)
		return reason;
	list->nr_segments++;
	target_cursor_take(c, type->len);
	return type->parse(cmd, p, list, segment);
}

static sense_reason_t parse_segments(struct target_cmd *cmd,
				     struct target_cursor *c, size_t len,
				     struct target_copy_list *list)
{
	size_t end = c->pos + len;
	sense_reason_t reason = TCM_NO_SENSE;

	while (c->pos < end && !reason) {
		if (list->nr_segments == TARGET_COPY_LIST_SEGMENTS)
			return refuse(cmd, c->pos, -1,
				      TCM_TOO_MANY_SEGMENT_DESCS);
		reason = parse_segment(cmd, c, end, list);
	}
	return reason;
}

/* ------------------------------------------------------------- headers -- */

/*
 * struct lengths - what a header says of what follows it
 */
struct lengths {
	size_t	cscds;
	u16	cscds_at;
	size_t	segments;
	size_t	inline_data;
	u16	inline_at;
};

static sense_reason_t parse_rest(struct target_cmd *cmd,
				 struct target_cursor *c,
				 const struct lengths *lengths,
				 struct target_copy_list *list)
{
	sense_reason_t reason;

	/* MAXIMUM DESCRIPTOR LIST LENGTH of what RECEIVE COPY tells */
	if (lengths->cscds > TARGET_COPY_LIST_DESCRIPTORS ||
	    lengths->segments > TARGET_COPY_LIST_DESCRIPTORS - lengths->cscds)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (lengths->cscds % TARGET_COPY_LIST_CSCD_LEN)
		return target_sense_param(cmd, lengths->cscds_at, -1);
	if (lengths->cscds / TARGET_COPY_LIST_CSCD_LEN > TARGET_COPY_LIST_CSCDS)
		return refuse(cmd, lengths->cscds_at, -1,
			      TCM_TOO_MANY_TARGET_DESCS);
	/* no segment that there is has inline data */
	if (lengths->inline_data)
		return refuse(cmd, lengths->inline_at, -1,
			      TCM_COPY_INLINE_DATA);
	if (lengths->cscds > c->len - c->pos ||
	    lengths->segments > c->len - c->pos - lengths->cscds)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	reason = parse_cscds(cmd, c, lengths->cscds, list);
	return reason ?: parse_segments(cmd, c, lengths->segments, list);
}

/* Byte 1 is the same in both: STR, LIST ID USAGE, PRIORITY */
static sense_reason_t parse_usage(struct target_cmd *cmd, u8 flags, u16 id_at,
				  struct target_copy_list *list)
{
	u8 usage = flags >> 3 & 3;

	list->identified = usage != USAGE_NONE;
	if (usage == USAGE_RESERVED)
		return target_sense_param(cmd, 1, 4);
	if (!list->identified && list->id)
		return target_sense_param(cmd, id_at, -1);
	return TCM_NO_SENSE;
}

/**
 * target_copy_list_parse_1 - parameter list of EXTENDED COPY(LID1)
 * @cmd: command
 * @bytes: parameter list
 * @len: bytes of it, fewer than 64 KiB
 * @list: zeroed; set to what it says
 *
 * Return: TCM_NO_SENSE, or why nothing is copied
 */
sense_reason_t target_copy_list_parse_1(struct target_cmd *cmd, u8 *bytes,
					size_t len,
					struct target_copy_list *list)
{
	struct lengths lengths = { .cscds_at = 2, .inline_at = 12 };
	struct target_cursor c;
	sense_reason_t reason;
	u8 flags;

	target_cursor_init(&c, bytes, len);
	list->id = target_cursor_get8(&c);
	flags = target_cursor_get8(&c);
	lengths.cscds = target_cursor_get16(&c);
	target_cursor_get32(&c);
	lengths.segments = target_cursor_get32(&c);
	lengths.inline_data = target_cursor_get32(&c);
	if (c.bad)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	reason = parse_usage(cmd, flags, 0, list);
	return reason ?: parse_rest(cmd, &c, &lengths, list);
}

/* FORMAT, and the header CSCD descriptor, which has nothing for us */
static sense_reason_t parse_format_4(struct target_cmd *cmd, const u8 *p)
{
	if (p[0] != 0x01)
		return target_sense_param(cmd, 0, -1);
	if (get_unaligned_be16(p + 2) != 0x20)
		return target_sense_param(cmd, 2, -1);
	if (p[16] != 0xff)
		return target_sense_param(cmd, 16, -1);
	return TCM_NO_SENSE;
}

/**
 * target_copy_list_parse_4 - parameter list of EXTENDED COPY(LID4)
 * @cmd: command
 * @bytes: parameter list
 * @len: bytes of it, fewer than 64 KiB
 * @list: zeroed; set to what it says
 *
 * Return: TCM_NO_SENSE, or why nothing is copied
 */
sense_reason_t target_copy_list_parse_4(struct target_cmd *cmd, u8 *bytes,
					size_t len,
					struct target_copy_list *list)
{
	struct lengths lengths = { .cscds_at = 42, .inline_at = 46 };
	struct target_cursor c;
	sense_reason_t reason;
	const u8 *p;

	target_cursor_init(&c, bytes, len);
	p = target_cursor_take(&c, HEADER_4);
	if (!p)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	reason = parse_format_4(cmd, p);
	if (reason)
		return reason;
	list->immed = p[15] & 0x01;
	list->id = get_unaligned_be32(p + 20);
	lengths.cscds = get_unaligned_be16(p + 42);
	lengths.segments = get_unaligned_be16(p + 44);
	lengths.inline_data = get_unaligned_be16(p + 46);
	reason = parse_usage(cmd, p[1], 20, list);
	/* whoever does not wait asks by a name, not for sense data (6.4.2) */
	if (!reason && list->immed && (p[15] & G_SENSE || !list->identified))
		reason = TCM_INVALID_CDB_FIELD;
	return reason ?: parse_rest(cmd, &c, &lengths, list);
}

static void put_code(struct target_cursor *c, u8 code)
{
	u8 *p = target_cursor_take(c, 1);

	if (p)
		*p = code;
}

/**
 * target_copy_list_codes - codes of the descriptors that there are, ascending
 * @c: where they go, behind a byte that says how many they are
 */
void target_copy_list_codes(struct target_cursor *c)
{
	unsigned int i;

	put_code(c, ARRAY_SIZE(segment_types) + ARRAY_SIZE(cscd_types));
	for (i = 0; i < ARRAY_SIZE(segment_types); i++)
		put_code(c, segment_types[i].code);
	for (i = 0; i < ARRAY_SIZE(cscd_types); i++)
		put_code(c, cscd_types[i].code);
}
