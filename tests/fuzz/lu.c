// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical units: asked at the start, and healed between cases: nothing that a
 * case did may last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "lu.h"
#include "sense.h"
#include "shape.h"

/* One command at a time is asked for here. */
uint8_t lu_room[DATA_MAX];

/* Send a command whose data is in lu_room[], and wait for its end. */
struct command lu_ask(struct lu *lu, const void *cdb, uint8_t len,
		      enum direction dir, uint32_t size)
{
	struct command cmd = {
		.cdb_len = len, .dir = dir, .len = size, .data = lu_room,
	};

	memcpy(cmd.cdb, cdb, len);
	command_do(lu->fd, &cmd);
	/* behind what came is what the driver's pages had in them */
	if (dir == IN && cmd.resid > 0 && (uint32_t)cmd.resid <= size)
		memset(lu_room + size - cmd.resid, 0, cmd.resid);
	return cmd;
}

static void need(const struct lu *lu, const struct command *cmd,
		 const char *what)
{
	struct sense sense = {};

	if (command_good(cmd))
		return;
	sense_read(cmd, &sense);
	fprintf(stderr, "fuzz: %s: %s: status %02x host %d sense %x/%02x/%02x\n",
		lu->name, what, cmd->status, cmd->host, sense.key, sense.asc,
		sense.ascq);
	exit(2);
}

static uint64_t number(const uint8_t *from, uint8_t bytes)
{
	return shape_number(from, (struct field){ 0, bytes });
}

/* ------------------------------------------------------------- asking -- */

/* REPORT SUPPORTED OPERATION CODES for one row: its usage data */
static void ask_usage(struct lu *lu, struct row *row)
{
	uint8_t cdb[12] = { 0xa3, 0x0c, row->sa < 0 ? 1 : 2, row->op,
			    row->sa < 0 ? 0 : row->sa >> 8,
			    row->sa < 0 ? 0 : row->sa, [8] = 1 };
	struct command cmd = lu_ask(lu, cdb, sizeof(cdb), IN, 256);

	need(lu, &cmd, "usage of a command");
	if ((lu_room[1] & 7) != 3 || number(lu_room + 2, 2) != row->len) {
		fprintf(stderr, "fuzz: %s: %02x/%d is listed but has no usage\n",
			lu->name, row->op, row->sa);
		exit(2);
	}
	memcpy(row->usage, lu_room + 4, row->len);
}

static void ask_rows(struct lu *lu)
{
	static const uint8_t cdb[12] = { 0xa3, 0x0c, [8] = 0x40 };
	struct command cmd = lu_ask(lu, cdb, sizeof(cdb), IN, 16384);
	uint32_t end = number(lu_room, 4) + 4;
	static uint8_t all[16384];

	need(lu, &cmd, "REPORT SUPPORTED OPERATION CODES");
	memcpy(all, lu_room, sizeof(all));
	for (uint32_t at = 4; at + 8 <= end && at + 8 <= sizeof(all); at += 8) {
		struct row *row = &lu->rows[lu->row_count];

		row->op = all[at];
		row->sa = all[at + 5] & 1 ? (int)number(all + at + 2, 2) : -1;
		row->len = number(all + at + 6, 2);
		if (lu->row_count == ROWS_MAX || row->len > CDB_MAX) {
			fprintf(stderr, "fuzz: %s: the list of commands makes no sense\n",
				lu->name);
			exit(2);
		}
		lu->row_count++;
		ask_usage(lu, row);
		if (row->op == 0x00)
			lu->naca = row->usage[5] & NACA;
	}
}

static void ask_identity(struct lu *lu, uint8_t identity[TELLS][256])
{
	static const uint8_t cdbs[TELLS][6] = {
		{ 0x12, 0, 0, 0, 96 },
		{ 0x12, 1, 0x80, 0, 255 },
		{ 0x12, 1, 0x83, 0, 255 },
	};

	for (int i = 0; i < TELLS; i++) {
		struct command cmd = lu_ask(lu, cdbs[i], 6, IN, 255);

		need(lu, &cmd, "INQUIRY");
		memcpy(identity[i], lu_room, 255);
	}
}

/* The NAA designator of the logical unit: a copy command names it by that. */
static void find_designator(struct lu *lu)
{
	const uint8_t *page = lu->identity[2];
	unsigned int at = 4, end = number(page + 2, 2) + 4;

	for (; at + 4 < end && at < 236; at += 4 + page[at + 3]) {
		if ((page[at + 1] & 0x3f) == 3 && page[at + 3] <= 16) {
			memcpy(lu->designator, page + at, 4 + page[at + 3]);
			return;
		}
	}
}

/* MODE SENSE(10) of all pages and subpages, without block descriptors */
static unsigned int ask_pages(struct lu *lu, uint8_t control, uint8_t *to)
{
	uint8_t cdb[10] = { 0x5a, 0x08, control << 6 | 0x3f, 0xff, [7] = 0x08 };
	struct command cmd = lu_ask(lu, cdb, sizeof(cdb), IN, PAGES_MAX + 8);
	unsigned int len = number(lu_room, 2) + 2 - 8;

	need(lu, &cmd, "MODE SENSE");
	len = len > PAGES_MAX ? PAGES_MAX : len;
	memcpy(to, lu_room + 8, len);
	return len;
}

static void ask_capacity(struct lu *lu)
{
	static const uint8_t cdb[16] = { 0x9e, 0x10, [13] = 32 };
	struct command cmd = lu_ask(lu, cdb, sizeof(cdb), IN, 32);

	need(lu, &cmd, "READ CAPACITY(16)");
	lu->blocks = number(lu_room, 8) + 1;
	lu->block = number(lu_room + 8, 4);
	if (lu_room[12] & 0x01)
		lu->protection = (lu_room[12] >> 1 & 7) + 1;
}

/* -------------------------------------------------------------- healing -- */

static void reserve_out(struct lu *lu, uint8_t action, uint8_t key,
			uint8_t service_key)
{
	uint8_t cdb[10] = { 0x5f, action, [8] = 24 };

	memset(lu_room, 0, 24);
	lu_room[7] = key;
	lu_room[15] = service_key;
	lu_ask(lu, cdb, sizeof(cdb), OUT, 24);
}

/* Register whatever was registered, and clear everything. */
static void clear_reservations(struct lu *lu)
{
	reserve_out(lu, 6, 0, 0x5a);
	reserve_out(lu, 3, 0x5a, 0);
}

static void open_port_groups(struct lu *lu)
{
	static const uint8_t report[12] = { 0xa3, 0x0a, [8] = 4 };
	uint8_t set[12] = { 0xa4, 0x0a };
	uint8_t groups[256] = {};
	unsigned int at = 4, end, len = 4;

	lu_ask(lu, report, sizeof(report), IN, 1024);
	end = number(lu_room, 4) + 4;
	for (; at + 8 <= end && at < 1000 && len < 252; at += 8 + 4 * lu_room[at + 7]) {
		groups[len + 2] = lu_room[at + 2];
		groups[len + 3] = lu_room[at + 3];
		len += 4;
	}
	set[9] = len;
	memcpy(lu_room, groups, len);
	lu_ask(lu, set, sizeof(set), OUT, len);
}

/* After a failure that only another SANITIZE or FORMAT UNIT ends */
static void repair(struct lu *lu)
{
	static const uint8_t leave[10] = { 0x48, 0x1f }, format[6] = { 0x04 };
	static const uint8_t erase[10] = { 0x48, 0x02 };

	lu_ask(lu, leave, sizeof(leave), NONE, 0);
	lu_ask(lu, erase, sizeof(erase), NONE, 0);
	lu_ask(lu, format, sizeof(format), NONE, 0);
}

static void treat(struct lu *lu, const struct command *cmd, int round)
{
	static const uint8_t start[6] = { 0x1b, 0, 0, 0, 1, 0 };
	static const uint8_t request[6] = { 0x03, 0, 0, 0, 252, 0 };
	struct sense sense;

	if (cmd->status != 0x02) {
		/* RESERVATION CONFLICT: of one kind or of the other */
		clear_reservations(lu);
		if (round)
			command_reset(lu->fd);
		return;
	}
	sense_read(cmd, &sense);
	if (sense.key == 3)
		repair(lu);
	/* with UA_INTLCK_CTRL 10b it stays until it is asked for */
	if (sense.key == 6)
		lu_ask(lu, request, sizeof(request), IN, 252);
	if (sense.key != 2 || sense.asc != 0x04)
		return;
	if (sense.ascq == 0x02)
		lu_ask(lu, start, sizeof(start), NONE, 0);
	else if (sense.ascq >= 0x0b && sense.ascq <= 0x12)
		open_port_groups(lu);
	else
		usleep(10000);
}

static const char *become_ready(struct lu *lu)
{
	static const uint8_t cdb[6];
	static char words[128];
	struct sense sense = {};
	time_t start = time(NULL);

	for (int round = 0;; round++) {
		struct command cmd = lu_ask(lu, cdb, sizeof(cdb), NONE, 0);

		if (command_good(&cmd))
			return NULL;
		if (time(NULL) - start > command_limit) {
			sense_read(&cmd, &sense);
			snprintf(words, sizeof(words),
				 "does not become ready: status %02x host %d sense %x/%02x/%02x",
				 cmd.status, cmd.host, sense.key, sense.asc,
				 sense.ascq);
			return words;
		}
		treat(lu, &cmd, round);
	}
}

/* Mode pages with the values that they had at the start, each by itself */
static void restore_pages(struct lu *lu)
{
	static uint8_t now[PAGES_MAX];
	unsigned int len = ask_pages(lu, 0, now), at, size;

	if (len == lu->pages_len && !memcmp(now, lu->pages, len))
		return;
	for (at = 0; at < lu->pages_len; at += size) {
		const uint8_t *page = lu->pages + at;
		uint8_t cdb[10] = { 0x55, 0x10 };

		size = lu_page_size(page);
		if (!memcmp(page, now + at, size))
			continue;
		memset(lu_room, 0, 8);
		memcpy(lu_room + 8, page, size);
		lu_room[8] &= 0x7f;
		shape_put(cdb, (struct field){ 7, 2 }, size + 8);
		lu_ask(lu, cdb, sizeof(cdb), OUT, size + 8);
	}
}

/* With NACA, a fault closes the task set until it is seen to (SAM-5 5.9). */
static const char *try_aca(struct lu *lu)
{
	static const uint8_t wrong[6] = { 0, 0x01, [5] = NACA }, right[6];
	struct command cmd;

	if (!lu->naca)
		return NULL;
	cmd = lu_ask(lu, wrong, sizeof(wrong), NONE, 0);
	if (cmd.status != 0x02)
		return "accepts a bit that may not be set, with NACA";
	cmd = lu_ask(lu, right, sizeof(right), NONE, 0);
	command_reset(lu->fd);
	if (cmd.status != 0x30)
		return "has no ACA after a fault with NACA";
	return become_ready(lu);
}

/**
 * lu_let_go - end what only this initiator can
 * @lu: logical unit that is idle
 *
 * What reserved it may be the only one that can have its ports leave a state in
 * which nothing else is accepted.
 */
void lu_let_go(struct lu *lu)
{
	open_port_groups(lu);
	clear_reservations(lu);
}

/**
 * lu_heal - undo what cases did to a logical unit that is idle
 * @lu: logical unit
 *
 * Return: NULL, or what is wrong with it
 */
const char *lu_heal(struct lu *lu)
{
	uint8_t identity[TELLS][256] = {};
	const char *wrong = become_ready(lu);

	if (wrong)
		return wrong;
	lu_let_go(lu);
	wrong = become_ready(lu);
	if (!wrong)
		wrong = try_aca(lu);
	if (wrong)
		return wrong;
	restore_pages(lu);
	wrong = become_ready(lu);
	if (wrong)
		return wrong;
	ask_identity(lu, identity);
	if (memcmp(identity, lu->identity, sizeof(identity)))
		return "says that it is another one";
	return NULL;
}

/**
 * lu_prepare - get ready for cases, when no logical unit has to be healed
 * @lu: logical unit that is idle
 * @key: reservation key of its own, not 0
 */
void lu_prepare(struct lu *lu, uint8_t key)
{
	become_ready(lu);
	seen_ask(lu, key);
	become_ready(lu);
}

/**
 * lu_open - get to know a logical unit
 * @lu: set
 * @name: for people
 * @path: see command_open()
 */
void lu_open(struct lu *lu, const char *name, const char *path)
{
	const char *wrong;

	memset(lu, 0, sizeof(*lu));
	lu->name = name;
	lu->fd = command_open(path);
	wrong = become_ready(lu);
	if (wrong) {
		fprintf(stderr, "fuzz: %s %s\n", name, wrong);
		exit(2);
	}
	ask_identity(lu, lu->identity);
	find_designator(lu);
	ask_capacity(lu);
	ask_rows(lu);
	lu->pages_len = ask_pages(lu, 0, lu->pages);
	ask_pages(lu, 1, lu->changeable);
}

/* ----------------------------------------------------------------- pages -- */

unsigned int lu_page_size(const uint8_t *page)
{
	return page[0] & 0x40 ? number(page + 2, 2) + 4 : page[1] + 2u;
}

/* The mode page after so many; behind the last is the first again. */
const uint8_t *lu_page(const struct lu *lu, unsigned int chosen)
{
	unsigned int at = 0;

	while (chosen--) {
		at += lu_page_size(lu->pages + at);
		if (at >= lu->pages_len)
			at = 0;
	}
	return lu->pages + at;
}

/* -------------------------------------------------------------- commands -- */

/* The row of a CDB, whatever else is in it */
const struct row *lu_row(const struct lu *lu, const uint8_t *cdb)
{
	for (unsigned int i = 0; i < lu->row_count; i++) {
		if (lu->rows[i].op == cdb[0] &&
		    (lu->rows[i].sa < 0 || lu->rows[i].sa == shape_action(cdb)))
			return &lu->rows[i];
	}
	return NULL;
}

/* Is there any command of an operation code? */
bool lu_has(const struct lu *lu, uint8_t op)
{
	for (unsigned int i = 0; i < lu->row_count; i++) {
		if (lu->rows[i].op == op)
			return true;
	}
	return false;
}

/*
 * Bits of a byte that may be set.  For a service action the usage data has the
 * action itself (SPC-5 6.35.3), which found the row.  INQUIRY may have the LUN
 * where SCSI-2 had it: hosts that do not know the unit yet put it there.
 */
uint8_t lu_usage(const struct row *row, unsigned int byte)
{
	if (!byte)
		return 0xff;
	if (row->op == 0x12 && byte == 1)
		return row->usage[1] | 0xe0;
	if (row->sa < 0)
		return row->usage[byte];
	if (row->op == 0x7f)
		return byte >= 7 && byte <= 9 ? 0xff : row->usage[byte];
	return byte == 1 ? row->usage[1] | 0x1f : row->usage[byte];
}
