// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands through the sg driver: write() starts one, read() takes one that
 * ended.  No thread waits for each, so that even a slow guest is kept busy.
 */
#include <errno.h>
#include <fcntl.h>
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
 * command_sense - read sense data
 * @cmd: command that ended with CHECK CONDITION
 * @sense: set
 *
 * Return: NULL, or what is wrong with it
 */
const char *command_sense(const struct command *cmd, struct sense *sense)
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
