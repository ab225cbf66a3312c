// SPDX-License-Identifier: GPL-2.0-only
/*
 * WRITE BUFFER (SPC-5 6.49) and READ BUFFER (6.19, 6.20): an echo buffer, and
 * buffer 0 for data, to test the way to the target.  There is no firmware to
 * be replaced by an initiator.
 */
#include <linux/slab.h>
#include <linux/unaligned.h>
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"

/* MODE (SPC-5 tables 222 and 323), the service actions of the rows */
#define MODE_DATA		0x02
#define MODE_DESCRIPTOR		0x03
#define MODE_ECHO		0x0a
#define MODE_ECHO_DESCRIPTOR	0x0b

/* Where the three kinds of CDB have what they say */
struct place {
	struct target_opdef_field	id;
	struct target_opdef_field	offset;
};

static const struct place place_10 = { { 2, 1 }, { 3, 3 } };
static const struct place place_16 = { { 14, 1 }, { 2, 8 } };

static const struct place *place_of(struct target_cmd *cmd)
{
	return cmd->op->cdb_len == 16 ? &place_16 : &place_10;
}

static u8 id_of(struct target_cmd *cmd)
{
	return target_cdb_bytes(cmd)[place_of(cmd)->id.byte];
}

static u64 offset_of(struct target_cmd *cmd)
{
	return target_cdb_number(target_cdb_bytes(cmd), place_of(cmd)->offset);
}

static struct target_buffers *buffers_of(struct target_cmd *cmd)
{
	struct target_emul *emul = cmd_dev(cmd)->emul;

	lockdep_assert_held(&emul->mode_lock);

	if (!emul->buffers)
		emul->buffers = kzalloc(sizeof(*emul->buffers), GFP_KERNEL);
	return emul->buffers;
}

/* What both directions refuse: another buffer, or one that ends before. */
static sense_reason_t check_data(struct target_cmd *cmd, size_t len)
{
	if (id_of(cmd))
		return target_sense_cdb(cmd, place_of(cmd)->id.byte, -1);
	if (offset_of(cmd) > TARGET_LU_BUFFER ||
	    len > TARGET_LU_BUFFER - offset_of(cmd))
		return target_sense_cdb(cmd, place_of(cmd)->offset.byte, -1);
	return TCM_NO_SENSE;
}

/* -------------------------------------------------------- READ BUFFER -- */

static sense_reason_t read_data(struct target_cmd *cmd)
{
	sense_reason_t reason = check_data(cmd, 0);
	size_t len = TARGET_LU_BUFFER - min(offset_of(cmd), TARGET_LU_BUFFER);
	struct target_buffers *buffers;

	if (reason)
		return reason;
	buffers = buffers_of(cmd);
	if (!buffers)
		return TCM_OUT_OF_RESOURCES;
	target_data_put(cmd, buffers->data + offset_of(cmd), len);
	return TCM_NO_SENSE;
}

static sense_reason_t read_descriptor(struct target_cmd *cmd)
{
	u8 buf[4] = {};

	/* OFFSET BOUNDARY 0: any byte; all zeros for what is no buffer */
	if (!id_of(cmd))
		put_unaligned_be24(TARGET_LU_BUFFER, buf + 1);
	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

/* As many bytes as this nexus wrote, though another may have written since. */
static sense_reason_t read_echo(struct target_cmd *cmd)
{
	struct target_buffers *buffers = buffers_of(cmd);

	if (!buffers)
		return TCM_OUT_OF_RESOURCES;
	if (!cmd->itl->echoed)
		return TCM_COMMAND_SEQUENCE_ERROR;
	target_data_put(cmd, buffers->echo, cmd->itl->echoed);
	return TCM_NO_SENSE;
}

static sense_reason_t read_echo_descriptor(struct target_cmd *cmd)
{
	u8 buf[4] = {};

	put_unaligned_be16(TARGET_LU_BUFFER, buf + 2);
	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

static sense_reason_t (* const reads[])(struct target_cmd *cmd) = {
	[MODE_DATA]		= read_data,
	[MODE_DESCRIPTOR]	= read_descriptor,
	[MODE_ECHO]		= read_echo,
	[MODE_ECHO_DESCRIPTOR]	= read_echo_descriptor,
};

sense_reason_t target_buffer_read(struct target_cmd *cmd)
{
	guard(mutex)(&cmd_dev(cmd)->emul->mode_lock);
	return reads[cmd->op->sa](cmd);
}

/* ------------------------------------------------------- WRITE BUFFER -- */

static sense_reason_t write_data(struct target_cmd *cmd)
{
	size_t len = to_se(cmd)->data_length;
	sense_reason_t reason = check_data(cmd, cmd->wanted);
	struct target_buffers *buffers;

	if (reason)
		return reason;
	buffers = buffers_of(cmd);
	if (!buffers)
		return TCM_OUT_OF_RESOURCES;
	target_data_get(cmd, buffers->data + offset_of(cmd), 0, len);
	return TCM_NO_SENSE;
}

static sense_reason_t write_echo(struct target_cmd *cmd)
{
	struct target_buffers *buffers;

	/* the buffer and the place in it mean nothing (SPC-5 6.49.9) */
	if (cmd->wanted > TARGET_LU_BUFFER)
		return target_sense_cdb(cmd, cmd->op->count.byte, -1);
	buffers = buffers_of(cmd);
	if (!buffers)
		return TCM_OUT_OF_RESOURCES;
	cmd->itl->echoed = target_data_get(cmd, buffers->echo, 0,
					   TARGET_LU_BUFFER);
	return TCM_NO_SENSE;
}

sense_reason_t target_buffer_write(struct target_cmd *cmd)
{
	guard(mutex)(&cmd_dev(cmd)->emul->mode_lock);
	return cmd->op->sa == MODE_ECHO ? write_echo(cmd) : write_data(cmd);
}
