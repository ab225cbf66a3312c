/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_MODE_PAGE_H
#define TARGET_MODE_PAGE_H

#include "../core/core.h"

#define TARGET_MODE_SPF		0x40	/* of byte 0: a subpage */

/**
 * struct target_mode_page - a mode page or subpage
 * @head: its first bytes, from PAGE CODE on
 * @head_len: how many
 * @len: bytes of the page; those behind @head are 0
 * @apart: bits of byte 2 that must not all be ones in MODE SELECT
 * @fill: sets what depends on the logical unit; may be NULL
 */
struct target_mode_page {
	const u8	*head;
	u8		head_len;
	u16		len;
	u8		apart;
	void		(*fill)(const struct target_dev *dev, u8 proto_id,
				u8 *page);
};

/* Bytes up to and with PAGE LENGTH */
static inline size_t target_mode_page_header(const u8 *page)
{
	return page[0] & TARGET_MODE_SPF ? 4 : 2;
}

const struct target_mode_page *target_mode_page_all(size_t *count);
const struct target_mode_page *target_mode_page_find(u8 page, u8 subpage,
						     bool spf);
void target_mode_page_fill(const struct target_dev *dev,
			   const struct target_mode_page *page, u8 proto_id,
			   u8 *out);

#endif /* TARGET_MODE_PAGE_H */
