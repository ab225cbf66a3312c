/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_COPY_LIST_H
#define TARGET_COPY_LIST_H

#include "../core/data.h"

/* Limits that RECEIVE COPY OPERATING PARAMETERS and VPD page 8Fh tell */
#define TARGET_COPY_LIST_CSCDS		64
#define TARGET_COPY_LIST_SEGMENTS	256
#define TARGET_COPY_LIST_CSCD_LEN	32
#define TARGET_COPY_LIST_SEGMENT_LEN	28
#define TARGET_COPY_LIST_DESCRIPTORS					\
	(TARGET_COPY_LIST_CSCDS * TARGET_COPY_LIST_CSCD_LEN +		\
	 TARGET_COPY_LIST_SEGMENTS * TARGET_COPY_LIST_SEGMENT_LEN)

/* The logical unit that got the command (SPC-4 table 105) */
#define TARGET_COPY_LIST_OWN		0xffff

/* Codes of the descriptors that there are (SPC-4 tables 131 and 146) */
#define TARGET_COPY_LIST_BLOCKS		0x02
#define TARGET_COPY_LIST_VERIFY		0x07
#define TARGET_COPY_LIST_HELD		0x0d
#define TARGET_COPY_LIST_REGISTER	0x14
#define TARGET_COPY_LIST_IDENTIFIED	0xe4

/**
 * struct target_copy_cscd - a logical unit by one of its designators
 * @code_set: CODE SET
 * @type: ASSOCIATION and DESIGNATOR TYPE, as in a designator
 * @len: bytes of @id
 * @id: designator
 * @block: DISK BLOCK LENGTH
 * @at: where its descriptor is in the parameter list
 * @itl: what it was found to be, held by the first piece that it is a side of;
 *	NULL as long as nobody looked
 */
struct target_copy_cscd {
	u8	code_set;
	u8	type;
	u8	len;
	u8	id[20];
	u32	block;
	u16	at;
	struct target_itl *itl;
};

/**
 * struct target_copy_segment - what to do; the code says which of these count
 * @code: DESCRIPTOR TYPE CODE
 * @source: index of a struct target_copy_cscd, or TARGET_COPY_LIST_OWN
 * @dest: likewise
 * @test: TUR: it has to be ready, too
 * @key: RESERVATION KEY
 * @sa_key: SERVICE ACTION RESERVATION KEY
 * @in_dest: @blocks are of the destination's length, else of the source's
 * @blocks: how many
 * @from: first block of the source
 * @to: first block of the destination
 * @at: where its descriptor is in the parameter list
 */
struct target_copy_segment {
	u8	code;
	u16	source;
	u16	dest;
	bool	test;
	u64	key;
	u64	sa_key;
	bool	in_dest;
	u16	blocks;
	u64	from;
	u64	to;
	u16	at;
};

/**
 * struct target_copy_list - parameter list of an EXTENDED COPY
 * @id: LIST IDENTIFIER
 * @identified: it is one
 * @immed: the command does not wait for the copy
 * @nr_cscds: entries of @cscds
 * @nr_segments: entries of @segments
 * @cscds: logical units
 * @segments: what to do, in this order
 */
struct target_copy_list {
	u32				id;
	bool				identified;
	bool				immed;
	unsigned int			nr_cscds;
	unsigned int			nr_segments;
	struct target_copy_cscd		cscds[TARGET_COPY_LIST_CSCDS];
	struct target_copy_segment	segments[TARGET_COPY_LIST_SEGMENTS];
};

sense_reason_t target_copy_list_parse_1(struct target_cmd *cmd, u8 *bytes,
					size_t len,
					struct target_copy_list *list);
sense_reason_t target_copy_list_parse_4(struct target_cmd *cmd, u8 *bytes,
					size_t len,
					struct target_copy_list *list);
void target_copy_list_codes(struct target_cursor *c);

#endif /* TARGET_COPY_LIST_H */
