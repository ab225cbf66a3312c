// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fixed number of reads or writes with Linux AIO and O_DIRECT.
 *
 * fio is not used: it does not say exactly how many I/Os it did, and starts
 * threads and timers of its own.  Here the first and the last instruction that
 * is counted are markers around the loop (see plugin/count.c); elsewhere these
 * are two NOPs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/aio_abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define HUGE	(2ul << 20)
#define DEVICES	64
#define DEPTH	1024

static void mark_start(void)
{
	__asm__ volatile("nopl 0x7a3c5e01(%%rax)" ::: "memory");
}

static void mark_stop(void)
{
	__asm__ volatile("nopl 0x7a3c5e02(%%rax)" ::: "memory");
}

struct job {
	int write, random, batch;
	unsigned long size, depth, count, warmup, span;
	int devices;
	int fds[DEVICES];
	unsigned long next[DEVICES];
	unsigned long total;
	aio_context_t context;
	struct iocb *iocbs;
	uint64_t seed;
};

static void die(const char *what)
{
	fprintf(stderr, "aio: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t draw(struct job *job)
{
	job->seed ^= job->seed << 13;
	job->seed ^= job->seed >> 7;
	job->seed ^= job->seed << 17;
	return job->seed;
}

/* Each request keeps its device, so that the load stays even. */
static void aim(struct job *job, struct iocb *iocb)
{
	unsigned long blocks = job->span / job->size, at;

	if (job->random)
		at = draw(job) % blocks;
	else
		at = job->next[iocb->aio_data]++ % blocks;
	iocb->aio_offset = at * job->size;
}

static void submit(struct job *job, struct iocb **list, long n)
{
	long done = syscall(SYS_io_submit, job->context, n, list);

	if (done < 0)
		die("io_submit");
	if (done != n) {
		fprintf(stderr, "aio: io_submit took %ld of %ld\n", done, n);
		exit(1);
	}
}

static void send_out(struct job *job, struct iocb **list, long n)
{
	if (job->batch) {
		submit(job, list, n);
		return;
	}
	for (long i = 0; i < n; i++)
		submit(job, list + i, 1);
}

static long reap(struct job *job, struct io_event *events, unsigned long least)
{
	long n = syscall(SYS_io_getevents, job->context, (long)least, (long)job->total,
			 events, NULL);

	if (n < 0)
		die("io_getevents");
	for (long i = 0; i < n; i++) {
		if (events[i].res == (int64_t)job->size)
			continue;
		errno = events[i].res < 0 ? -events[i].res : EIO;
		die(job->write ? "write" : "read");
	}
	return n;
}

static void work(struct job *job, unsigned long count)
{
	struct iocb *list[DEPTH];
	struct io_event events[DEPTH];
	unsigned long sent = 0, done = 0, n = 0;

	for (; n < job->total && sent < count; n++, sent++) {
		list[n] = &job->iocbs[n];
		aim(job, list[n]);
	}
	for (;;) {
		long reaped;

		if (n)
			send_out(job, list, n);
		/* A batch is a batch: all of it ends before the next begins. */
		reaped = reap(job, events, job->batch ? sent - done : 1);
		done += reaped;
		if (done == count)
			return;
		for (n = 0; (long)n < reaped && sent < count; n++, sent++) {
			list[n] = (struct iocb *)(uintptr_t)events[n].obj;
			aim(job, list[n]);
		}
	}
}

static void *memory(size_t bytes)
{
	size_t size = (bytes + HUGE - 1) & -HUGE;
	char *raw = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *start;

	if (raw == MAP_FAILED)
		die("mmap");
	start = (char *)(((uintptr_t)raw + HUGE - 1) & -HUGE);
	/* Large or small pages cost differently: not left to chance. */
	madvise(start, size, bytes >= HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	memset(start, 0x5a, size);
	return start;
}

static void prepare(struct job *job)
{
	char *buffer;

	job->total = job->depth * job->devices;
	if (!job->total || job->total > DEPTH || !job->size || job->span < job->size) {
		fprintf(stderr, "aio: these numbers make no sense\n");
		exit(2);
	}
	if (syscall(SYS_io_setup, DEPTH, &job->context))
		die("io_setup");
	buffer = memory(job->size * job->total);
	job->iocbs = calloc(job->total, sizeof(*job->iocbs));
	if (!job->iocbs)
		die("calloc");
	for (unsigned long i = 0; i < job->total; i++) {
		struct iocb *iocb = &job->iocbs[i];

		iocb->aio_data = i % job->devices;
		iocb->aio_fildes = job->fds[iocb->aio_data];
		iocb->aio_lio_opcode = job->write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
		iocb->aio_buf = (uintptr_t)(buffer + i * job->size);
		iocb->aio_nbytes = job->size;
	}
}

static void parse(struct job *job, int argc, char **argv)
{
	if (argc < 10) {
		fprintf(stderr, "usage: aio read|write random|sequential single|batch "
			"SIZE DEPTH COUNT WARMUP SPAN DEVICE...\n");
		exit(2);
	}
	job->write = !strcmp(argv[1], "write");
	job->random = !strcmp(argv[2], "random");
	job->batch = !strcmp(argv[3], "batch");
	job->size = strtoul(argv[4], NULL, 0);
	job->depth = strtoul(argv[5], NULL, 0);
	job->count = strtoul(argv[6], NULL, 0);
	job->warmup = strtoul(argv[7], NULL, 0);
	job->span = strtoul(argv[8], NULL, 0);
	for (int i = 9; i < argc && job->devices < DEVICES; i++) {
		int fd = open(argv[i], (job->write ? O_RDWR : O_RDONLY) | O_DIRECT);

		if (fd < 0)
			die(argv[i]);
		job->fds[job->devices++] = fd;
	}
}

int main(int argc, char **argv)
{
	struct job job = { .seed = 0x9e3779b97f4a7c15 };
	struct timespec begin, end;
	int64_t ns;

	parse(&job, argc, argv);
	prepare(&job);
	if (job.warmup)
		work(&job, job.warmup);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	mark_start();
	work(&job, job.count);
	mark_stop();
	clock_gettime(CLOCK_MONOTONIC, &end);
	ns = (end.tv_sec - begin.tv_sec) * 1000000000ll + end.tv_nsec - begin.tv_nsec;
	printf("{\"count\": %lu, \"ns\": %" PRId64 "}\n", job.count, ns);
	return 0;
}
