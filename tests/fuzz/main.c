// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends commands that a seed decides to logical units, many at a time, and
 * judges what comes of each.
 *
 * usage: fuzz SEED FIRST COUNT LIMIT NAME=/dev/sgN...
 *
 * A case is decided by the seed, its number, and the logical units, in their
 * order; LIMIT is seconds.  With a count of 1 it is told what was sent and what
 * came.  The last line is a summary in JSON; exit code 1 says that there are
 * faults, each on a line of its own.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "one.h"

#define LUS_MAX		16
/* What the sg driver has for one file */
#define DEPTH		16
#define FAULTS_MAX	10
/* Cases between two times that all is set right again */
#define ROUND		500

/* A command on its way */
struct slot {
	struct one	one;
	uint64_t	number;
	bool		busy;
};

static struct lu lus[LUS_MAX];
static unsigned int lu_count;
static struct slot slots[LUS_MAX * DEPTH];
static unsigned int in_flight, faults;
static uint64_t seed;
static unsigned long statuses[256], refused, direct;
static bool verbose;

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

static void tell(const struct slot *slot, const char *what)
{
	static const char *const directions[] = { "none", "out", "in" };
	const struct command *cmd = &slot->one.cmd;

	printf("case %" PRIu64 " of seed %" PRIu64 ": %s: %s:", slot->number, seed,
	       slot->one.lu->name, what);
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

static void count(struct slot *slot)
{
	const struct one *one = &slot->one;
	uint8_t status = one->cmd.status;

	statuses[status]++;
	direct += one->cmd.direct;
	if (status == 0x02 && (one->cmd.sense[2] & 0xf) == 5)
		refused++;
	if (!one->row)
		return;
	one->row->sent++;
	one->row->good += !status || status == 0x04;
}

static void judge(struct slot *slot)
{
	const char *fault = one_judge(&slot->one);

	slot->busy = false;
	in_flight--;
	count(slot);
	if (fault)
		faults++;
	if (fault || verbose)
		tell(slot, fault ? fault : "fine");
}

/* The logical unit is known when the case is made; is there room for it? */
static struct slot *room_for(const struct slot *next)
{
	unsigned int base = (next->one.lu - lus) * DEPTH;

	for (unsigned int i = 0; i < DEPTH; i++) {
		if (!slots[base + i].busy)
			return &slots[base + i];
	}
	return NULL;
}

/* Take all that ended; wait for some if there is none. */
static void reap(void)
{
	struct pollfd fds[LUS_MAX];

	for (unsigned int i = 0; i < lu_count; i++)
		fds[i] = (struct pollfd){ .fd = lus[i].fd, .events = POLLIN };
	if (poll(fds, lu_count, (command_limit + 30) * 1000) <= 0) {
		for (unsigned int i = 0; i < lu_count * DEPTH; i++) {
			if (slots[i].busy)
				tell(&slots[i], "never ended");
		}
		exit(1);
	}
	for (unsigned int i = 0; i < lu_count; i++) {
		int tag;

		if (!(fds[i].revents & POLLIN))
			continue;
		while ((tag = command_take(lus[i].fd, find)) >= 0)
			judge(&slots[tag]);
	}
}

/* The case moves to a slot with its data, whose place is left behind. */
static void start(struct slot *next)
{
	struct slot *slot, swap;

	while (!(slot = room_for(next)))
		reap();
	swap = *slot;
	*slot = *next;
	next->one.cmd.data = swap.one.cmd.data;
	slot->busy = true;
	in_flight++;
	command_send(slot->one.lu->fd, &slot->one.cmd, slot - slots);
}

static void heal(void)
{
	while (in_flight)
		reap();
	for (unsigned int i = 0; i < lu_count; i++) {
		const char *wrong = lu_heal(&lus[i]);

		if (!wrong)
			continue;
		printf("%s: %s\n", lus[i].name, wrong);
		faults++;
	}
}

/* As block devices want it, or the driver takes pages of its own */
static uint8_t *make_room(void)
{
	uint8_t *room = aligned_alloc(4096, DATA_MAX);

	if (!room)
		exit(2);
	return room;
}

static void run(uint64_t first, uint64_t cases)
{
	struct slot next = {};

	next.one.cmd.data = make_room();
	for (uint64_t i = 0; i < cases && faults < FAULTS_MAX; i++) {
		next.number = first + i;
		one_make(&next.one, lus, lu_count, random_case(seed, next.number));
		start(&next);
		if (i % ROUND == ROUND - 1)
			heal();
	}
	heal();
}

/* Commands that never succeeded: what was sent of them was not worth much */
static void print_rows(void)
{
	const char *comma = "";

	for (unsigned int i = 0; i < lu_count; i++) {
		for (unsigned int j = 0; j < lus[i].row_count; j++) {
			const struct row *row = &lus[i].rows[j];

			printf("%s[\"%s\", %u, %d, %lu, %lu]", comma, lus[i].name,
			       row->op, row->sa, row->sent, row->good);
			comma = ", ";
		}
	}
}

static void print_summary(uint64_t cases, double seconds)
{
	printf("{\"cases\": %" PRIu64 ", \"faults\": %u, \"seconds\": %.1f, \"good\": %lu, "
	       "\"refused\": %lu, \"check\": %lu, \"conflict\": %lu, "
	       "\"direct\": %lu, \"rows\": [",
	       cases, faults, seconds, statuses[0], refused, statuses[2],
	       statuses[0x18], direct);
	print_rows();
	printf("]}\n");
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	uint64_t first, cases;
	double begin;

	if (argc < 6 || argc - 5 > LUS_MAX) {
		fprintf(stderr, "usage: fuzz SEED FIRST COUNT LIMIT NAME=/dev/sgN...\n");
		return 2;
	}
	seed = strtoull(argv[1], NULL, 0);
	first = strtoull(argv[2], NULL, 0);
	cases = strtoull(argv[3], NULL, 0);
	command_limit = strtoul(argv[4], NULL, 0);
	verbose = cases == 1;
	for (int i = 5; i < argc; i++) {
		char *path = strchr(argv[i], '=');

		if (!path)
			return 2;
		*path = '\0';
		lu_open(&lus[lu_count++], argv[i], path + 1);
	}
	for (unsigned int i = 0; i < lu_count * DEPTH; i++)
		slots[i].one.cmd.data = make_room();
	begin = now();
	run(first, cases);
	print_summary(cases, now() - begin);
	return faults ? 1 : 0;
}
