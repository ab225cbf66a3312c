// SPDX-License-Identifier: GPL-2.0-only
/*
 * Streams (SBC-4 4.32): STREAM CONTROL (5.29), GET STREAM STATUS (5.9) and
 * WRITE STREAM (5.52, 5.53).  The medium is not told which writes belong
 * together, so that a stream is a number and no more.
 */
#include <linux/bitops.h>
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"
#include "stream.h"

#define HEADER_LEN	8
#define STATUS_LEN	8

/* STR_CTL, bits 6..5 of byte 1 (SBC-4 table 135) */
#define CONTROL_OPEN	0x01
#define CONTROL_CLOSE	0x02

static bool is_open(struct target_cmd *cmd, u16 stream)
{
	return stream && stream <= TARGET_LU_STREAMS &&
	       test_bit(stream, cmd_dev(cmd)->emul->streams);
}

/* A reset, FORMAT UNIT and SANITIZE close all of them (SBC-4 4.32). */
void target_stream_close_all(struct target_dev *dev)
{
	unsigned int stream;

	for (stream = 1; stream <= TARGET_LU_STREAMS; stream++)
		clear_bit(stream, dev->emul->streams);
}

/* The lowest number that is free, or 0 */
static u16 open_stream(struct target_emul *emul)
{
	u16 stream;

	for (stream = 1; stream <= TARGET_LU_STREAMS; stream++) {
		if (!test_and_set_bit(stream, emul->streams))
			return stream;
	}
	return 0;
}

sense_reason_t target_stream_control(struct target_cmd *cmd)
{
	struct target_emul *emul = cmd_dev(cmd)->emul;
	const u8 *cdb = target_cdb_bytes(cmd);
	u16 stream = get_unaligned_be16(cdb + 4);
	u8 buf[HEADER_LEN] = { sizeof(buf) - 1 };

	switch (cdb[1] >> 5) {
	case CONTROL_OPEN:
		stream = open_stream(emul);
		if (!stream)
			return TCM_STREAMS_ALL_OPEN;
		put_unaligned_be16(stream, buf + 4);
		break;
	case CONTROL_CLOSE:
		if (!is_open(cmd, stream))
			return TCM_STREAM_NOT_OPEN;
		clear_bit(stream, emul->streams);
		break;
	default:
		return target_sense_cdb(cmd, 1, 6);
	}
	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

sense_reason_t target_stream_status(struct target_cmd *cmd)
{
	const struct target_emul *emul = cmd_dev(cmd)->emul;
	u16 first = get_unaligned_be16(target_cdb_bytes(cmd) + 4), stream;
	u8 buf[HEADER_LEN + TARGET_LU_STREAMS * STATUS_LEN] = {};
	struct target_cursor c;
	u16 count = 0;
	u8 *p;

	if (first > TARGET_LU_STREAMS)
		return target_sense_cdb(cmd, 4, -1);
	target_cursor_init(&c, buf, sizeof(buf));
	target_cursor_take(&c, HEADER_LEN);
	for (stream = 1; stream <= TARGET_LU_STREAMS; stream++) {
		if (!test_bit(stream, emul->streams))
			continue;
		count++;
		p = stream < first ? NULL : target_cursor_take(&c, STATUS_LEN);
		if (p)
			put_unaligned_be16(stream, p + 2);
	}
	put_unaligned_be32(c.pos - HEADER_LEN, buf);
	put_unaligned_be16(count, buf + 6);
	target_data_put(cmd, buf, c.pos);
	return TCM_NO_SENSE;
}

/* STR_ID is the stream that the blocks are of */
static sense_reason_t write_stream(struct target_cmd *cmd, u8 str_id)
{
	if (!is_open(cmd, get_unaligned_be16(target_cdb_bytes(cmd) + str_id)))
		return TCM_STREAM_NOT_OPEN;
	return target_rw_write(cmd);
}

sense_reason_t target_stream_write(struct target_cmd *cmd)
{
	return write_stream(cmd, 10);
}

sense_reason_t target_stream_write_32(struct target_cmd *cmd)
{
	return write_stream(cmd, 4);
}
