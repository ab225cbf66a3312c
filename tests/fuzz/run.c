// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends cases, sixteen at a time to each logical unit, and judges what comes of
 * each; now and then waits for all, and sets the logical units right again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "one.h"
#include "run.h"
#include "sense.h"

/* What the sg driver has for one file */
#define DEPTH		16
/* Cases between two times that all is set right again */
#define ROUND		500

/* A command on its way */
struct slot {
	struct one	one;
	uint64_t	number;
	bool		busy;
};

static struct slot slots[LUS_MAX * DEPTH];
static unsigned int in_flight;

static struct command *find(int tag)
{
	return &slots[tag].one.cmd;
}

static void print_bytes(const char *what, const uint8_t *bytes, unsigned int n)
{
	printf(" %s ", what);
	for (unsigned int i = 0; i < n && i < 160; i++)
		printf("%02x", bytes[i]);
}

static void tell(const struct run *run, const struct slot *slot,
		 const char *what)
{
	static const char *const directions[] = { "none", "out", "in" };
	const struct command *cmd = &slot->one.cmd;

	printf("case %" PRIu64 " of seed %" PRIu64 ": %s: %s:", slot->number,
	       run->seed, slot->one.lu->name, what);
	print_bytes("cdb", cmd->cdb, cmd->cdb_len);
	printf(" %s %u status %02x host %x resid %d", directions[cmd->dir],
	       cmd->len, cmd->status, cmd->host, cmd->resid);
	if (cmd->sense_len)
		print_bytes("sense", cmd->sense, cmd->sense_len);
	if (cmd->len)
		print_bytes("data", cmd->data, cmd->len);
	printf("\n");
	fflush(stdout);
}

/* If the kernel itself complains, or nothing goes on, one of these may be why. */
static void tell_others(const struct run *run)
{
	printf("fuzz: on their way:");
	for (unsigned int i = 0; i < run->lu_count * DEPTH; i++) {
		if (slots[i].busy)
			printf(" %" PRIu64, slots[i].number);
	}
	printf("\n");
}

static void count(struct run *run, const struct one *one)
{
	uint8_t status = one->cmd.status;
	struct sense sense;

	run->statuses[status]++;
	run->direct += one->cmd.direct;
	if (status == 0x02 && !sense_read(&one->cmd, &sense) && sense.key == 5)
		run->refused++;
	if (!one->row)
		return;
	one->row->sent++;
	one->row->good += !status || status == 0x04;
}

static void judge(struct run *run, struct slot *slot)
{
	const char *fault = one_judge(&slot->one);

	slot->busy = false;
	in_flight--;
	count(run, &slot->one);
	if (fault)
		run->faults++;
	if (fault || run->verbose)
		tell(run, slot, fault ? fault : "fine");
	if (slot->one.cmd.host)
		tell_others(run);
}

/* The logical unit is known when the case is made; is there room for it? */
static struct slot *room_for(const struct run *run, const struct slot *next)
{
	unsigned int base = (next->one.lu - run->lus) * DEPTH;

	for (unsigned int i = 0; i < DEPTH; i++) {
		if (!slots[base + i].busy)
			return &slots[base + i];
	}
	return NULL;
}

static void give_up(const struct run *run)
{
	for (unsigned int i = 0; i < run->lu_count * DEPTH; i++) {
		if (slots[i].busy)
			tell(run, &slots[i], "never ended");
	}
	exit(1);
}

/* Take all that ended; wait for some if there is none. */
static void reap(struct run *run)
{
	int fds[LUS_MAX], tag;

	for (unsigned int i = 0; i < run->lu_count; i++)
		fds[i] = run->lus[i].fd;
	if (!command_wait(fds, run->lu_count))
		give_up(run);
	for (unsigned int i = 0; i < run->lu_count; i++) {
		while ((tag = command_take(fds[i], find)) >= 0)
			judge(run, &slots[tag]);
	}
}

/* The case moves to a slot with its data, whose place is left behind. */
static void start(struct run *run, struct slot *next)
{
	struct slot *slot, swap;

	while (!(slot = room_for(run, next)))
		reap(run);
	swap = *slot;
	*slot = *next;
	next->one.cmd.data = swap.one.cmd.data;
	slot->busy = true;
	in_flight++;
	command_send(slot->one.lu->fd, &slot->one.cmd, slot - slots);
}

/* As block devices want it, or the driver takes pages of its own */
static void make_room(struct slot *slot)
{
	if (!slot->one.cmd.data)
		slot->one.cmd.data = aligned_alloc(4096, DATA_MAX);
	if (!slot->one.cmd.data)
		exit(2);
}

/**
 * run_open - one more logical unit
 * @run: those that there are
 * @name: for people
 * @path: of a command interface, see command_open()
 */
void run_open(struct run *run, const char *name, const char *path)
{
	struct lu *lu = &run->lus[run->lu_count];

	lu_open(lu, name, path);
	lu->next = run->lus;
	if (run->lu_count)
		lu[-1].next = lu;
	run->lu_count++;
}

static void prepare(struct run *run)
{
	for (unsigned int i = 0; i < run->lu_count; i++)
		lu_prepare(&run->lus[i], i + 1);
}

/**
 * run_start - send cases
 * @run: logical units that are open; what comes of the cases is added
 * @first: number of the first case
 * @cases: how many
 *
 * The last ones are still under way when this returns.  Too many faults end it
 * earlier.
 */
void run_start(struct run *run, uint64_t first, uint64_t cases)
{
	static struct slot next;

	make_room(&next);
	for (unsigned int i = 0; i < run->lu_count * DEPTH; i++)
		make_room(&slots[i]);
	for (uint64_t i = 0; i < cases && run->faults < FAULTS_MAX; i++) {
		if (i && !(i % ROUND))
			run_end(run);
		if (!(i % ROUND))
			prepare(run);
		next.number = first + i;
		one_make(&next.one, run->lus, run->lu_count,
			 random_case(run->seed, next.number));
		start(run, &next);
	}
}

/**
 * run_end - wait for all cases, and undo what they did
 * @run: logical units, which are idle then
 */
void run_end(struct run *run)
{
	while (in_flight)
		reap(run);
	for (unsigned int i = 0; i < run->lu_count; i++)
		lu_let_go(&run->lus[i]);
	for (unsigned int i = 0; i < run->lu_count; i++) {
		const char *wrong = lu_heal(&run->lus[i]);

		if (!wrong)
			continue;
		printf("fuzz: %s %s\n", run->lus[i].name, wrong);
		run->faults++;
	}
}

static const struct row *row_of(const struct lu *lu, const struct row *row)
{
	for (unsigned int i = 0; i < lu->row_count; i++) {
		if (lu->rows[i].op == row->op && lu->rows[i].sa == row->sa)
			return &lu->rows[i];
	}
	return NULL;
}

/* How often a command succeeded, by all logical units */
static unsigned long goods_of(const struct run *run, const struct row *row)
{
	unsigned long good = 0;

	for (unsigned int i = 0; i < run->lu_count; i++) {
		const struct row *same = row_of(&run->lus[i], row);

		good += same ? same->good : 0;
	}
	return good;
}

/**
 * run_barren - commands that never succeeded: what is sent of them is worth little
 * @run: logical units
 *
 * Each of them is told.  REPLACE LOST RESERVATION needs a damaged file, COPY
 * OPERATION ABORT a copy that takes its time.
 *
 * Return: how many there are
 */
unsigned int run_barren(const struct run *run)
{
	const struct lu *lu = &run->lus[0];
	unsigned int barren = 0;

	for (unsigned int i = 0; i < lu->row_count; i++) {
		const struct row *row = &lu->rows[i];

		if (goods_of(run, row) || (row->op == 0x5f && row->sa == 0x08) ||
		    (row->op == 0x83 && row->sa == 0x1c))
			continue;
		printf("fuzz: %02x/%d never succeeded\n", row->op, row->sa);
		barren++;
	}
	return barren;
}
