/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_SENSE_H
#define FUZZ_SENSE_H

#include "command.h"

/* Sense data, read */
struct sense {
	uint8_t	key, asc, ascq;
	bool	pointed, in_cdb, has_bit;
	uint16_t field;
	uint8_t	bit;
};

const char *sense_read(const struct command *cmd, struct sense *sense);

#endif /* FUZZ_SENSE_H */
