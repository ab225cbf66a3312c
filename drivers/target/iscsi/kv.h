/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text of Login and Text PDUs: key=value pairs (RFC 7143 6.1), read by one
 * bounded cursor and written by one bounded encoder.  Wire text is never a C
 * string: it is a pointer and a length that the cursor has checked.
 */
#ifndef ISCSIT_KV_H
#define ISCSIT_KV_H

#include <linux/types.h>

/* RFC 7143 6.1: longest key name, and longest value unless a key says more */
#define ISCSIT_KV_KEY_MAX	63
#define ISCSIT_KV_VALUE_MAX	255

/*
 * More pairs than this in one text are an attack: all keys that the RFCs
 * define are fewer than 50, and every unknown one has to be answered.
 */
#define ISCSIT_KV_PAIRS_MAX	128

/**
 * struct iscsit_kv_text - piece of text that somebody else owns
 * @ptr: first byte; not NUL-terminated
 * @len: number of bytes
 */
struct iscsit_kv_text {
	const char	*ptr;
	u32		len;
};

/* Text of a string literal */
#define ISCSIT_KV_TEXT(literal)	\
	((struct iscsit_kv_text){ .ptr = (literal), .len = sizeof(literal) - 1 })

/**
 * struct iscsit_kv_pair - one key=value as it was received
 * @key: 1 to 63 bytes from the set of RFC 7143 6.1
 * @val: any bytes but NUL, possibly none
 */
struct iscsit_kv_pair {
	struct iscsit_kv_text	key;
	struct iscsit_kv_text	val;
};

/**
 * enum iscsit_kv_step - what the cursor found
 * @ISCSIT_KV_END: no more pairs, the whole text was well-formed
 * @ISCSIT_KV_PAIR: one pair
 * @ISCSIT_KV_UNTERMINATED: the last pair has no NUL behind it
 * @ISCSIT_KV_NO_EQUALS: a pair without '='
 * @ISCSIT_KV_BAD_KEY: key empty, longer than 63 or with a forbidden character
 * @ISCSIT_KV_TOO_MANY: more than ISCSIT_KV_PAIRS_MAX pairs
 */
enum iscsit_kv_step {
	ISCSIT_KV_END,
	ISCSIT_KV_PAIR,
	ISCSIT_KV_UNTERMINATED,
	ISCSIT_KV_NO_EQUALS,
	ISCSIT_KV_BAD_KEY,
	ISCSIT_KV_TOO_MANY,
};

/**
 * struct iscsit_kv_cursor - position in a received text
 * @rest: what has not been looked at
 * @pairs: pairs seen so far
 */
struct iscsit_kv_cursor {
	struct iscsit_kv_text	rest;
	u32			pairs;
};

/**
 * struct iscsit_kv_out - text that is being written
 * @buf: caller's buffer
 * @size: its size
 * @len: bytes written, whole pairs only
 * @full: a pair did not fit; stays set
 */
struct iscsit_kv_out {
	char	*buf;
	u32	size;
	u32	len;
	bool	full;
};

void iscsit_kv_open(struct iscsit_kv_cursor *cur, const void *buf, u32 len);
enum iscsit_kv_step iscsit_kv_next(struct iscsit_kv_cursor *cur,
				   struct iscsit_kv_pair *pair);

bool iscsit_kv_is(const struct iscsit_kv_text *text, const char *str);
bool iscsit_kv_list_next(struct iscsit_kv_text *list,
			 struct iscsit_kv_text *item);
int iscsit_kv_bool(const struct iscsit_kv_text *text, bool *val);
int iscsit_kv_number(const struct iscsit_kv_text *text, u64 *val);
int iscsit_kv_binary(const struct iscsit_kv_text *text, u8 *buf, u32 size,
		     u32 *len);
int iscsit_kv_string(const struct iscsit_kv_text *text, char *buf, u32 size);

void iscsit_kv_out_init(struct iscsit_kv_out *out, void *buf, u32 size);
bool iscsit_kv_put(struct iscsit_kv_out *out, const struct iscsit_kv_text *key,
		   const struct iscsit_kv_text *val);
bool iscsit_kv_put_str(struct iscsit_kv_out *out, const char *key,
		       const char *val);
bool iscsit_kv_put_num(struct iscsit_kv_out *out, const char *key, u64 val);
bool iscsit_kv_put_hex(struct iscsit_kv_out *out, const char *key,
		       const u8 *val, u32 len);

#endif /* ISCSIT_KV_H */
