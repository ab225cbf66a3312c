// SPDX-License-Identifier: GPL-2.0-only
/*
 * key=value text of Login and Text PDUs (RFC 7143 6.1).
 *
 * The caller joins the data segments of PDUs with the C bit into one buffer
 * of its own, bounded, choice; from there on all access goes through the
 * cursor.  Nothing here logs, allocates or looks past a length.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "kv.h"

/**
 * iscsit_kv_open - start reading a text
 * @cur: cursor to set up
 * @buf: the text, owned by the caller while the cursor is in use
 * @len: its length, padding not included
 */
void iscsit_kv_open(struct iscsit_kv_cursor *cur, const void *buf, u32 len)
{
	cur->rest.ptr = buf;
	cur->rest.len = len;
	cur->pairs = 0;
}

static void skip(struct iscsit_kv_text *text, u32 bytes)
{
	text->ptr += bytes;
	text->len -= bytes;
}

/* RFC 7143 6.1 "standard-label", and the '#' of registered extensions */
static bool key_char(char c)
{
	return isascii(c) && (isalnum(c) || (c && strchr(".-+@_#", c)));
}

static bool key_valid(const struct iscsit_kv_text *key)
{
	u32 i;

	if (!key->len || key->len > ISCSIT_KV_KEY_MAX)
		return false;
	for (i = 0; i < key->len; i++)
		if (!key_char(key->ptr[i]))
			return false;
	return true;
}

/**
 * iscsit_kv_next - take the next pair
 * @cur: cursor
 * @pair: filled in if the result is ISCSIT_KV_PAIR
 *
 * Repeated NULs between pairs are skipped: some boot firmware counts its
 * padding into DataSegmentLength.
 *
 * Return: ISCSIT_KV_PAIR, ISCSIT_KV_END, or what is wrong with the text.
 */
enum iscsit_kv_step iscsit_kv_next(struct iscsit_kv_cursor *cur,
				   struct iscsit_kv_pair *pair)
{
	const char *nul, *eq;
	u32 len;

	while (cur->rest.len && !*cur->rest.ptr)
		skip(&cur->rest, 1);
	if (!cur->rest.len)
		return ISCSIT_KV_END;
	if (cur->pairs++ >= ISCSIT_KV_PAIRS_MAX)
		return ISCSIT_KV_TOO_MANY;

	nul = memchr(cur->rest.ptr, '\0', cur->rest.len);
	if (!nul)
		return ISCSIT_KV_UNTERMINATED;
	len = nul - cur->rest.ptr;
	eq = memchr(cur->rest.ptr, '=', len);
	if (!eq)
		return ISCSIT_KV_NO_EQUALS;

	pair->key.ptr = cur->rest.ptr;
	pair->key.len = eq - cur->rest.ptr;
	pair->val.ptr = eq + 1;
	pair->val.len = nul - eq - 1;
	skip(&cur->rest, len + 1);
	return key_valid(&pair->key) ? ISCSIT_KV_PAIR : ISCSIT_KV_BAD_KEY;
}

/**
 * iscsit_kv_is - compare a text with a string of our own
 * @text: text from the wire
 * @str: what it may be; keys and values are case-sensitive
 *
 * Return: true if they are the same.
 */
bool iscsit_kv_is(const struct iscsit_kv_text *text, const char *str)
{
	return text->len == strlen(str) && !memcmp(text->ptr, str, text->len);
}

/**
 * iscsit_kv_list_next - take the next item of a comma-separated list
 * @list: what is left of the list; shortened
 * @item: the item, possibly empty
 *
 * Return: false if the list is used up.
 */
bool iscsit_kv_list_next(struct iscsit_kv_text *list,
			 struct iscsit_kv_text *item)
{
	const char *comma;

	if (!list->len)
		return false;
	comma = memchr(list->ptr, ',', list->len);
	item->ptr = list->ptr;
	item->len = comma ? comma - list->ptr : list->len;
	skip(list, comma ? item->len + 1 : item->len);
	return true;
}

/**
 * iscsit_kv_bool - boolean-value
 * @text: text from the wire
 * @val: result
 *
 * Return: 0, or -EINVAL if it is neither "Yes" nor "No".
 */
int iscsit_kv_bool(const struct iscsit_kv_text *text, bool *val)
{
	*val = iscsit_kv_is(text, "Yes");
	return *val || iscsit_kv_is(text, "No") ? 0 : -EINVAL;
}

static bool has_prefix(const struct iscsit_kv_text *text, char lower)
{
	return text->len > 2 && text->ptr[0] == '0' &&
	       (text->ptr[1] | 0x20) == lower;
}

/**
 * iscsit_kv_number - numerical-value, decimal or hexadecimal
 * @text: text from the wire
 * @val: result
 *
 * Return: 0, -EINVAL if it is not a number, -ERANGE above 64 bits.
 */
int iscsit_kv_number(const struct iscsit_kv_text *text, u64 *val)
{
	struct iscsit_kv_text digits = *text;
	u32 base = 10, i;
	int digit;

	if (has_prefix(text, 'x')) {
		skip(&digits, 2);
		base = 16;
	}
	if (!digits.len)
		return -EINVAL;
	*val = 0;
	for (i = 0; i < digits.len; i++) {
		digit = hex_to_bin(digits.ptr[i]);
		if (digit < 0 || digit >= base)
			return -EINVAL;
		if (check_mul_overflow(*val, base, val) ||
		    check_add_overflow(*val, digit, val))
			return -ERANGE;
	}
	return 0;
}

static int hex_binary(const struct iscsit_kv_text *digits, u8 *buf, u32 size,
		      u32 *len)
{
	if (digits->len % 2)
		return -EINVAL;
	if (digits->len / 2 > size)
		return -E2BIG;
	*len = digits->len / 2;
	return hex2bin(buf, digits->ptr, *len) ? -EINVAL : 0;
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* One group of four characters; returns the bytes it makes or -EINVAL */
static int base64_group(const char *in, bool last, u8 out[3])
{
	u32 word = 0, pad = 0, i;
	int val;

	if (last && in[3] == '=')
		pad = in[2] == '=' ? 2 : 1;
	for (i = 0; i < 4 - pad; i++) {
		val = base64_value(in[i]);
		if (val < 0)
			return -EINVAL;
		word |= val << (18 - 6 * i);
	}
	/* RFC 4648 3.5: what the padding cuts off has to be zero */
	if (word & ((1 << 8 * pad) - 1))
		return -EINVAL;
	out[0] = word >> 16;
	out[1] = word >> 8;
	out[2] = word;
	return 3 - pad;
}

static int base64_binary(const struct iscsit_kv_text *digits, u8 *buf, u32 size,
			 u32 *len)
{
	u8 bytes[3];
	u32 i;
	int n;

	if (digits->len % 4)
		return -EINVAL;
	*len = 0;
	for (i = 0; i < digits->len; i += 4) {
		n = base64_group(digits->ptr + i, i + 4 == digits->len, bytes);
		if (n < 0)
			return n;
		if (n > size - *len)
			return -E2BIG;
		memcpy(buf + *len, bytes, n);
		*len += n;
	}
	return 0;
}

/**
 * iscsit_kv_binary - large-binary-value, "0x" hexadecimal or "0b" base64
 * @text: text from the wire
 * @buf: where to put the bytes
 * @size: how many fit
 * @len: how many there are
 *
 * Return: 0, -EINVAL if it is neither, -E2BIG if it does not fit; then @buf
 * may have been written, never beyond @size.
 */
int iscsit_kv_binary(const struct iscsit_kv_text *text, u8 *buf, u32 size,
		     u32 *len)
{
	struct iscsit_kv_text digits = *text;

	if (text->len <= 2)
		return -EINVAL;
	skip(&digits, 2);
	if (has_prefix(text, 'x'))
		return hex_binary(&digits, buf, size, len);
	if (has_prefix(text, 'b'))
		return base64_binary(&digits, buf, size, len);
	return -EINVAL;
}

/**
 * iscsit_kv_string - keep a value as a string of our own
 * @text: text from the wire
 * @buf: where to put it
 * @size: size of @buf, the terminating NUL included
 *
 * Control characters are refused: names and aliases end up in logs and in
 * configfs, one to a line.
 *
 * Return: 0, -E2BIG if it is too long, -EINVAL if it has control characters.
 */
int iscsit_kv_string(const struct iscsit_kv_text *text, char *buf, u32 size)
{
	u32 i;

	if (text->len >= size)
		return -E2BIG;
	for (i = 0; i < text->len; i++)
		if (isascii(text->ptr[i]) && iscntrl(text->ptr[i]))
			return -EINVAL;
	memcpy(buf, text->ptr, text->len);
	buf[text->len] = '\0';
	return 0;
}

/**
 * iscsit_kv_out_init - start writing a text
 * @out: encoder to set up
 * @buf: where to write
 * @size: how much fits
 */
void iscsit_kv_out_init(struct iscsit_kv_out *out, void *buf, u32 size)
{
	out->buf = buf;
	out->size = size;
	out->len = 0;
	out->full = false;
}

/* Room for key, '=', @vlen bytes and NUL, all or nothing */
static char *reserve(struct iscsit_kv_out *out,
		     const struct iscsit_kv_text *key, u32 vlen)
{
	u32 left = out->size - out->len;
	char *pos = out->buf + out->len;

	if (out->full || key->len > left || left - key->len < 2 ||
	    vlen > left - key->len - 2) {
		out->full = true;
		return NULL;
	}
	memcpy(pos, key->ptr, key->len);
	pos[key->len] = '=';
	pos[key->len + 1 + vlen] = '\0';
	out->len += key->len + vlen + 2;
	return pos + key->len + 1;
}

/**
 * iscsit_kv_put - write one pair
 * @out: encoder
 * @key: key, ours or one from the cursor
 * @val: value, ours or one from the cursor
 *
 * Return: true, or false if it did not fit; then nothing was written and no
 * later pair will be.
 */
bool iscsit_kv_put(struct iscsit_kv_out *out, const struct iscsit_kv_text *key,
		   const struct iscsit_kv_text *val)
{
	char *pos = reserve(out, key, val->len);

	if (!pos)
		return false;
	memcpy(pos, val->ptr, val->len);
	return true;
}

/**
 * iscsit_kv_put_str - write a pair of strings
 * @out: encoder
 * @key: key
 * @val: value
 *
 * Return: as iscsit_kv_put().
 */
bool iscsit_kv_put_str(struct iscsit_kv_out *out, const char *key,
		       const char *val)
{
	struct iscsit_kv_text k = { key, strlen(key) };
	struct iscsit_kv_text v = { val, strlen(val) };

	return iscsit_kv_put(out, &k, &v);
}

/**
 * iscsit_kv_put_num - write a pair with a decimal number
 * @out: encoder
 * @key: key
 * @val: value
 *
 * Return: as iscsit_kv_put().
 */
bool iscsit_kv_put_num(struct iscsit_kv_out *out, const char *key, u64 val)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", val);
	return iscsit_kv_put_str(out, key, digits);
}

/**
 * iscsit_kv_put_hex - write a pair with a binary value in hexadecimal
 * @out: encoder
 * @key: key
 * @val: bytes
 * @len: how many, not more than fit any text (64 KiB)
 *
 * Return: as iscsit_kv_put().
 */
bool iscsit_kv_put_hex(struct iscsit_kv_out *out, const char *key,
		       const u8 *val, u32 len)
{
	struct iscsit_kv_text k = { key, strlen(key) };
	char *pos = len > SZ_64K ? NULL : reserve(out, &k, 2 + 2 * len);

	if (!pos) {
		out->full = true;
		return false;
	}
	*pos++ = '0';
	*pos++ = 'x';
	bin2hex(pos, val, len);
	return true;
}
