/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A logical unit: what it says of itself, and how it is made usable again.
 */
#ifndef FUZZ_LU_H
#define FUZZ_LU_H

#include "command.h"
#include "seen.h"

#define ROWS_MAX	192
#define PAGES_MAX	2048
#define TELLS		3

/**
 * struct row - a command that is reported
 * @op: operation code
 * @sa: service action, or -1
 * @len: length of the CDB
 * @usage: which bits of it may be set
 * @sent: how often it was sent as it should be
 * @good: how often that ended with GOOD, or CONDITION MET
 */
struct row {
	uint8_t		op;
	int16_t		sa;
	uint8_t		len;
	uint8_t		usage[CDB_MAX];
	unsigned long	sent, good;
};

/**
 * struct lu - a logical unit
 * @name: of its device
 * @fd: where commands go, see command_open()
 * @next: another one, until it is the first again
 * @blocks: capacity
 * @block: bytes of a block
 * @protection: type of its protection information, 0 for none
 * @rows: commands
 * @row_count: how many
 * @naca: NACA may be set
 * @identity: standard INQUIRY data, serial number, designators
 * @pages: mode pages as they were
 * @pages_len: bytes of these
 * @changeable: likewise, which bits can change
 * @designator: NAA designator of VPD page 83h with its header, 20 bytes
 * @seen: what cases may name
 */
struct lu {
	const char	*name;
	int		fd;
	const struct lu	*next;
	uint64_t	blocks;
	uint32_t	block;
	uint8_t		protection;
	struct row	rows[ROWS_MAX];
	unsigned int	row_count;
	bool		naca;
	uint8_t		identity[TELLS][256];
	uint8_t		pages[PAGES_MAX];
	unsigned int	pages_len;
	uint8_t		changeable[PAGES_MAX];
	uint8_t		designator[20];
	struct seen	seen;
};

extern uint8_t lu_room[DATA_MAX];

struct command lu_ask(struct lu *lu, const void *cdb, uint8_t len,
		      enum direction dir, uint32_t size);
void lu_prepare(struct lu *lu, uint8_t key);
void lu_open(struct lu *lu, const char *name, const char *path);
void lu_let_go(struct lu *lu);
const char *lu_heal(struct lu *lu);
const struct row *lu_row(const struct lu *lu, const uint8_t *cdb);
bool lu_has(const struct lu *lu, uint8_t op);
unsigned int lu_page_size(const uint8_t *page);
const uint8_t *lu_page(const struct lu *lu, unsigned int chosen);
uint8_t lu_usage(const struct row *row, unsigned int byte);

#endif /* FUZZ_LU_H */
