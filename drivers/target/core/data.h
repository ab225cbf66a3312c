/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_DATA_H
#define TARGET_DATA_H

#include <linux/unaligned.h>
#include "core.h"

/**
 * struct target_cursor - a bounded walk through bytes of the wire
 * @data: the bytes
 * @len: how many
 * @pos: next one
 * @bad: something was asked for that is not there
 *
 * Reads past the end give zeros and set @bad, writes past the end count but
 * store nothing, so a parser or builder checks once, at its end.
 */
struct target_cursor {
	u8	*data;
	size_t	len;
	size_t	pos;
	bool	bad;
};

static inline void target_cursor_init(struct target_cursor *c, void *data,
				      size_t len)
{
	*c = (struct target_cursor){ .data = data, .len = len };
}

static inline u8 *target_cursor_take(struct target_cursor *c, size_t n)
{
	u8 *p = c->data + c->pos;

	if (c->bad || n > c->len - c->pos) {
		c->bad = true;
		return NULL;
	}
	c->pos += n;
	return p;
}

static inline u8 target_cursor_get8(struct target_cursor *c)
{
	u8 *p = target_cursor_take(c, 1);

	return p ? *p : 0;
}

static inline u16 target_cursor_get16(struct target_cursor *c)
{
	u8 *p = target_cursor_take(c, 2);

	return p ? get_unaligned_be16(p) : 0;
}

static inline u32 target_cursor_get32(struct target_cursor *c)
{
	u8 *p = target_cursor_take(c, 4);

	return p ? get_unaligned_be32(p) : 0;
}

static inline u64 target_cursor_get64(struct target_cursor *c)
{
	u8 *p = target_cursor_take(c, 8);

	return p ? get_unaligned_be64(p) : 0;
}

sense_reason_t target_data_alloc(struct target_cmd *cmd, gfp_t gfp);
void target_data_free(struct target_cmd *cmd);
void target_data_resize(struct target_cmd *cmd, u32 wanted);
void target_data_none(struct target_cmd *cmd);
void target_data_put(struct target_cmd *cmd, const void *buf, size_t len);
size_t target_data_get(struct target_cmd *cmd, void *buf, size_t off,
		       size_t len);

#endif /* TARGET_DATA_H */
