/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logical units of many kinds, none like another.
 */
#ifndef FUZZ_UNITS_H
#define FUZZ_UNITS_H

#include <linux/types.h>

struct target_port;

int units_make(struct target_port *port);
void units_end(void);
unsigned int units_count(void);
const char *units_name(unsigned int lun);
u32 units_grain(unsigned int lun);

#endif /* FUZZ_UNITS_H */
