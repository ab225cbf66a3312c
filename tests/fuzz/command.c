// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands through the sg driver: write() starts one, read() takes one that
 * ended.  No thread waits for each, so that even a slow guest is kept busy.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "command.h"

#ifndef SG_SCSI_RESET_NO_ESCALATE
#define SG_SCSI_RESET_NO_ESCALATE	0x100
#endif

/* Seconds after which a command is given up */
unsigned int command_limit = 60;

const bool command_tells_aborts;

static void die(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

int command_open(const char *path)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC), queue = 1;

	if (fd < 0 || ioctl(fd, SG_SET_COMMAND_Q, &queue) < 0)
		die(path);
	return fd;
}

static struct sg_io_hdr header_of(struct command *cmd, int tag)
{
	static const int directions[] = {
		[NONE] = SG_DXFER_NONE, [OUT] = SG_DXFER_TO_DEV,
		[IN] = SG_DXFER_FROM_DEV,
	};
	struct sg_io_hdr header = {
		.interface_id = 'S',
		.dxfer_direction = directions[cmd->dir],
		/*
		 * Into our pages, not through the driver's, so that what no
		 * target sent is known from what one did; if these can be.
		 */
		.flags = cmd->dir == IN ? SG_FLAG_DIRECT_IO : 0,
		.cmd_len = cmd->cdb_len,
		.cmdp = cmd->cdb,
		.mx_sb_len = sizeof(cmd->sense),
		.sbp = cmd->sense,
		.dxfer_len = cmd->dir == NONE ? 0 : cmd->len,
		.dxferp = cmd->dir == NONE ? NULL : cmd->data,
		.timeout = command_limit * 1000,
		.pack_id = tag,
	};

	memset(cmd->sense, 0, sizeof(cmd->sense));
	if (cmd->dir == IN)
		memset(cmd->data, FILL, cmd->len);
	return header;
}

static void ended(struct command *cmd, const struct sg_io_hdr *header)
{
	cmd->status = header->status;
	cmd->host = header->host_status;
	cmd->resid = header->resid;
	cmd->direct = (header->info & SG_INFO_DIRECT_IO_MASK) == SG_INFO_DIRECT_IO;
	cmd->sense_len = header->sb_len_wr;
}

/* Start a command; its tag says later which one ended. */
void command_send(int fd, struct command *cmd, int tag)
{
	struct sg_io_hdr header = header_of(cmd, tag);

	if (write(fd, &header, sizeof(header)) != sizeof(header))
		die("sg: write");
}

/* Wait until one of those that were started has ended; false if none does. */
bool command_wait(const int *fds, unsigned int count)
{
	struct pollfd polled[count];

	for (unsigned int i = 0; i < count; i++)
		polled[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	return poll(polled, count, (command_limit + 30) * 1000) > 0;
}

/* Take the end of one that was started; return its tag, or -1 for none yet. */
int command_take(int fd, struct command *(*find)(int tag))
{
	struct sg_io_hdr header = { .interface_id = 'S' };

	if (read(fd, &header, sizeof(header)) < 0) {
		if (errno != EAGAIN)
			die("sg: read");
		return -1;
	}
	ended(find(header.pack_id), &header);
	return header.pack_id;
}

/* Send one and wait for its end. */
void command_do(int fd, struct command *cmd)
{
	struct sg_io_hdr header = header_of(cmd, -1);

	if (ioctl(fd, SG_IO, &header) < 0)
		die("SG_IO");
	ended(cmd, &header);
}

/* LOGICAL UNIT RESET */
void command_reset(int fd)
{
	int what = SG_SCSI_RESET_DEVICE | SG_SCSI_RESET_NO_ESCALATE;

	if (ioctl(fd, SG_SCSI_RESET, &what) < 0)
		die("SG_SCSI_RESET");
}
