// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data, of both formats (SPC-5 4.4): whether it is whole, and what it says.
 */
#include <string.h>
#include "sense.h"

/* SENSE KEY SPECIFIC (SPC-5 4.4.2.4.2): a field pointer, if it is of a key that has one */
static void field_pointer(const uint8_t *specific, struct sense *sense)
{
	if (sense->key != 5 || !(specific[0] & 0x80))
		return;
	sense->pointed = true;
	sense->in_cdb = specific[0] & 0x40;
	sense->has_bit = specific[0] & 0x08;
	sense->bit = specific[0] & 0x07;
	sense->field = specific[1] << 8 | specific[2];
}

/* The descriptors: whole, known, one of a kind in the space there is */
static const char *descriptors(const struct command *cmd, struct sense *sense)
{
	static const uint8_t lengths[] = {
		[0] = 0x0a, [1] = 0x0a, [2] = 0x06, [3] = 0x02, [4] = 0x00,
		[5] = 0x02, [6] = 0x00, [0x0a] = 0x06, [0x0b] = 0x00,
	};
	unsigned int at = 8, end = 8 + cmd->sense[7];

	while (at < end) {
		uint8_t type = cmd->sense[at];

		if (at + 2 > end || at + 2 + cmd->sense[at + 1] > end)
			return "a sense data descriptor is cut off";
		if (type < sizeof(lengths) && lengths[type] &&
		    lengths[type] != cmd->sense[at + 1])
			return "a sense data descriptor has the wrong length";
		if (type == 2)
			field_pointer(cmd->sense + at + 4, sense);
		at += 2 + cmd->sense[at + 1];
	}
	return NULL;
}

/**
 * sense_read - read sense data
 * @cmd: command that ended with CHECK CONDITION
 * @sense: set
 *
 * Return: NULL, or what is wrong with it
 */
const char *sense_read(const struct command *cmd, struct sense *sense)
{
	const uint8_t *raw = cmd->sense;

	memset(sense, 0, sizeof(*sense));
	if (cmd->sense_len < 8)
		return "CHECK CONDITION without sense data";
	if (raw[0] == 0x72 || raw[0] == 0x73) {
		sense->key = raw[1] & 0x0f;
		sense->asc = raw[2];
		sense->ascq = raw[3];
		return raw[7] > 88 ? "sense data is too long" :
				     descriptors(cmd, sense);
	}
	if ((raw[0] & 0x7f) != 0x70 && (raw[0] & 0x7f) != 0x71)
		return "sense data of no known format";
	if (cmd->sense_len < 18 || raw[7] < 10 || raw[7] > 88)
		return "fixed sense data of a wrong length";
	sense->key = raw[2] & 0x0f;
	sense->asc = raw[12];
	sense->ascq = raw[13];
	field_pointer(raw + 15, sense);
	return NULL;
}
