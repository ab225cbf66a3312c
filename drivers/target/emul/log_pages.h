/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_LOG_PAGES_H
#define TARGET_LOG_PAGES_H

#include "../core/data.h"

/* Longest page: what the application client may write */
#define TARGET_LOG_ROOM		(17 * 1024)
#define TARGET_LOG_HEADER	4
#define TARGET_LOG_ALL_SUBPAGES	0xff
#define TARGET_LOG_CLIENT	0x0f

/**
 * struct target_log_page - a log page
 * @page: PAGE CODE
 * @subpage: SUBPAGE CODE
 * @build: appends its parameters; emul->mode_lock is held, unless @asks;
 *	NULL for target_log_pages_subpages()
 * @reset: LOG SELECT with PCR; may be NULL
 * @counters: its parameters are counters, of which there could be thresholds;
 *	lists have nothing that PC could choose from
 * @enabled: the logical unit has the page; NULL if each one has
 * @asks: @build waits for the medium to say how full it is
 */
struct target_log_page {
	u8	page;
	u8	subpage;
	void	(*build)(struct target_dev *dev, struct target_cursor *c);
	void	(*reset)(struct target_dev *dev);
	bool	counters;
	bool	(*enabled)(const struct target_dev *dev);
	bool	asks;
};

const struct target_log_page *
target_log_pages_find(const struct target_dev *dev, u8 page, u8 subpage);
void target_log_pages_init(struct target_dev *dev);
void target_log_pages_subpages(u8 page, struct target_cursor *c);
const struct target_log_page *target_log_pages_all(size_t *count);

#endif /* TARGET_LOG_PAGES_H */
