// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text that comes in pieces, into the log in whole lines.
 */
#include <linux/printk.h>
#include <linux/string.h>
#include <stdio.h>

/* The log cuts off what is longer. */
#define LINE_MAX_LEN	960

static char line[LINE_MAX_LEN];
static size_t len;

void print_text(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	len += vscnprintf(line + len, sizeof(line) - len, format, args);
	va_end(args);
	if (!strchr(format, '\n'))
		return;
	strim(line);
	pr_info("%s\n", line);
	len = 0;
}
