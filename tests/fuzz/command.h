/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command on its way to a logical unit, many at a time.
 */
#ifndef FUZZ_COMMAND_H
#define FUZZ_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CDB_MAX		32
#define DATA_MAX	65536
/* In the CONTROL byte (SAM-5 5.2) */
#define NACA		0x04
/* What is where nothing was received */
#define FILL		0xc5

enum direction { NONE, OUT, IN };

/**
 * struct command - a command and its end
 * @cdb: CDB
 * @cdb_len: its length
 * @dir: which way the initiator expects data to go
 * @len: how much
 * @data: room of DATA_MAX bytes
 * @status: SAM status
 * @host: what Linux says of the transport: 0, or DID_*
 * @resid: bytes of @len that were not moved
 * @direct: nothing was written to @data but by the target
 * @sense: sense data
 * @sense_len: how much of it there is
 */
struct command {
	uint8_t		cdb[CDB_MAX];
	uint8_t		cdb_len;
	enum direction	dir;
	uint32_t	len;
	uint8_t		*data;
	uint8_t		status;
	uint16_t	host;
	int32_t		resid;
	bool		direct;
	uint8_t		sense[96];
	uint8_t		sense_len;
};

extern unsigned int command_limit;
/* A command that is aborted ends with TASK ABORTED, if with no status. */
extern const bool command_tells_aborts;

int command_open(const char *path);
void command_send(int fd, struct command *cmd, int tag);
bool command_wait(const int *fds, unsigned int count);
int command_take(int fd, struct command *(*find)(int tag));
void command_do(int fd, struct command *cmd);
void command_reset(int fd);

static inline bool command_good(const struct command *cmd)
{
	return !cmd->status && !cmd->host;
}

#endif /* FUZZ_COMMAND_H */
