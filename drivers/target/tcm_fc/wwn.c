// SPDX-License-Identifier: GPL-2.0-only
/*
 * World Wide Port Names as text: three ways to write one, one way to print it.
 */
#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "wwn.h"

/**
 * tcm_fc_wwn_parse - read a name
 * @text: "20:00:52:54:00:12:34:56", "2000525400123456", and either of them
 *	behind "naa."
 * @wwn: it goes here
 *
 * Return: 0, or -EINVAL if it is no such name, or zero
 */
int tcm_fc_wwn_parse(const char *text, u64 *wwn)
{
	u8 bytes[sizeof(*wwn)];
	bool colons;
	unsigned int i;

	text += str_has_prefix(text, "naa.");
	colons = strlen(text) == TCM_FC_WWN_LEN - 1;
	if (!colons && strlen(text) != 2 * sizeof(bytes))
		return -EINVAL;

	for (i = 0; i < sizeof(bytes); i++) {
		if (colons && i && *text++ != ':')
			return -EINVAL;
		if (hex2bin(&bytes[i], text, 1))
			return -EINVAL;
		text += 2;
	}
	*wwn = get_unaligned_be64(bytes);
	return *wwn ? 0 : -EINVAL;
}

/**
 * tcm_fc_wwn_format - print a name as Fibre Channel writes it
 * @text: it goes here
 * @wwn: name
 */
void tcm_fc_wwn_format(char text[TCM_FC_WWN_LEN], u64 wwn)
{
	u8 bytes[sizeof(wwn)];

	put_unaligned_be64(wwn, bytes);
	snprintf(text, TCM_FC_WWN_LEN, "%8phC", bytes);
}
