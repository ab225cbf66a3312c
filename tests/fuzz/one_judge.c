// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may come of a case.  Other cases run at the same time, so that a unit
 * attention, a reservation or a format in progress may come first; but what
 * must not be never is.
 */
#include <string.h>
#include "one.h"
#include "sense.h"
#include "shape.h"

enum { GOOD = 0x00, CHECK = 0x02, MET = 0x04, BUSY = 0x08, CONFLICT = 0x18,
	ACA = 0x30, ABORTED = 0x40 };

/*
 * With type 2, commands with short CDBs carry no protection information: one that
 * would is none that there is (SBC-4 5.11 and others), whatever else is wrong.
 */
static bool lacks_tags(const struct one *one)
{
	return one->lu->protection == 2 && one->cmd.cdb[0] != 0x7f &&
	       shape_protected(shape_find(one->cmd.cdb), one->cmd.cdb, one->lu);
}

/* The first bit that may not be set: byte << 3 | bit, or -1 */
static int first_wrong(const struct one *one)
{
	const struct command *cmd = &one->cmd;

	for (unsigned int i = 1; i < one->row->len; i++) {
		uint8_t wrong = cmd->cdb[i] & ~lu_usage(one->row, i);

		if (i == 1 && lacks_tags(one))
			wrong &= 0x1f;
		if (wrong)
			return i << 3 | (31 - __builtin_clz(wrong));
	}
	return -1;
}

static bool whole_frame(const struct one *one)
{
	const struct command *cmd = &one->cmd;

	return cmd->cdb_len == one->row->len &&
	       (cmd->cdb[0] != 0x7f || cmd->cdb[7] == CDB_MAX - 8);
}

static const char *judge_status(const struct one *one)
{
	switch (one->cmd.status) {
	case GOOD: case CHECK: case CONFLICT: case ABORTED:
		return NULL;
	case MET:
		/* PRE-FETCH, if all of it fits */
		return one->cmd.cdb[0] == 0x34 || one->cmd.cdb[0] == 0x90 ?
		       NULL : "CONDITION MET is none of its statuses";
	case BUSY:
		/* so many copies at a time */
		return one->cmd.cdb[0] == 0x83 ? NULL : "BUSY";
	case ACA:
		return "ACA ACTIVE without NACA";
	default:
		return "a status that is none of those that may be";
	}
}

/* Wrong protection information that was written unchecked fails a self-test. */
static bool may_fail_test(const struct one *one)
{
	return one->cmd.cdb[0] == 0x1d && one->lu->protection;
}

/* Sense keys that come of what this program does, or of what it did before */
static const char *judge_key(const struct one *one, const struct sense *sense)
{
	switch (sense->key) {
	case 0: case 1:
		/* mode page 1Ch asks for it */
		return sense->asc == 0x5d ? NULL : "a sense key without a reason";
	case 2: case 5: case 6: case 7: case 0xa: case 0xb: case 0xe:
		return NULL;
	case 3:
		return sense->asc == 0x31 ? NULL : "MEDIUM ERROR";
	case 4:
		if (sense->asc == 0x3e && may_fail_test(one))
			return NULL;
		/* SET TARGET PORT GROUPS FAILED has nowhere else to go */
		return sense->asc == 0x67 ? NULL : "HARDWARE ERROR";
	default:
		return "a sense key that is none of those that may be";
	}
}

/*
 * Zeros follow a CDB that is cut off: transports have a field of 16 bytes (RFC
 * 7143 11.3), and a longer CDB says how long it is.
 */
static unsigned int carried(const struct command *cmd)
{
	unsigned int bytes = cmd->cdb[0] == 0x7f ? 8 + cmd->cdb[7] : 16;

	return cmd->cdb_len < bytes ? bytes : cmd->cdb_len;
}

static const char *judge_pointer(const struct one *one,
				 const struct sense *sense)
{
	if (!sense->pointed)
		return NULL;
	if (sense->in_cdb && sense->field >= carried(&one->cmd))
		return "the field pointer is beyond the CDB";
	if (!sense->in_cdb && (one->cmd.dir != OUT || sense->field >= one->cmd.len))
		return "the field pointer is beyond the parameter list";
	if (sense->in_cdb && sense->asc != 0x24 && sense->asc != 0x26 &&
	    sense->asc != 0x2c && sense->asc != 0x55 && sense->asc != 0x1a)
		return "a field pointer with this additional sense code";
	return NULL;
}

/* A bit is set that REPORT SUPPORTED OPERATION CODES says is not looked at */
static const char *judge_refusal(const struct sense *sense, int wrong)
{
	if (sense->key != 5)
		return NULL;
	if (sense->asc != 0x24)
		return "a bit that may not be set is not what is refused";
	if (!sense->pointed || !sense->in_cdb)
		return "no field pointer to a bit that may not be set";
	if (sense->field != wrong >> 3)
		return "the field pointer is not at the first bit that may not be set";
	return NULL;
}

/* What is refused for its value is something that is looked at. */
static const char *judge_place(const struct one *one, const struct sense *sense)
{
	const struct row *row = one->row;
	uint8_t usage;

	if (!row || !whole_frame(one) || sense->asc != 0x24 || !sense->pointed ||
	    !sense->in_cdb || lacks_tags(one))
		return NULL;
	usage = sense->field < row->len ? lu_usage(row, sense->field) : 0;
	if (sense->field == (row->op == 0x7f ? 1 : row->len - 1))
		usage &= ~NACA;
	if (!usage || (sense->has_bit && !(usage >> sense->bit & 1)))
		return "the field pointer is at what has no meaning";
	return NULL;
}

static const char *judge_sense(const struct one *one, int wrong)
{
	struct sense sense;
	const char *fault = sense_read(&one->cmd, &sense);

	if (!fault)
		fault = judge_key(one, &sense);
	if (!fault)
		fault = judge_pointer(one, &sense);
	if (!fault && !one->row && sense.key == 5 && sense.asc != 0x20 &&
	    sense.asc != 0x24)
		fault = "a command that there is not is refused for something else";
	if (!fault && wrong >= 0 && !(lacks_tags(one) && sense.asc == 0x20))
		fault = judge_refusal(&sense, wrong);
	if (!fault && wrong < 0)
		fault = judge_place(one, &sense);
	return fault;
}

static const char *judge_good(const struct one *one, int wrong)
{
	const struct shape *shape = shape_find(one->cmd.cdb);
	uint64_t lba = shape_number(one->cmd.cdb, shape->lba);
	uint64_t blocks = shape_blocks(shape, one->cmd.cdb);

	if (!one->row)
		return "a command that is not reported succeeds";
	if (wrong >= 0 || lacks_tags(one))
		return "a bit that may not be set is accepted";
	if (shape->lba.bytes && (lba > one->lu->blocks ||
				 blocks > one->lu->blocks - lba))
		return "blocks that there are not";
	return NULL;
}

/* Blocks whose protection information is wrong were read to be looked at. */
static bool was_checked(const struct command *cmd)
{
	struct sense sense;

	return cmd->status == CHECK && !sense_read(cmd, &sense) &&
	       sense.key == 0xb && sense.asc == 0x10;
}

/* What did not come must not have been touched, and no more come than asked for */
static const char *judge_data(const struct one *one)
{
	const struct command *cmd = &one->cmd;
	const struct shape *shape = shape_find(cmd->cdb);
	uint64_t bytes = shape_bytes(shape, cmd->cdb, one->lu);
	uint32_t moved = cmd->len - cmd->resid;

	/* There was more than the initiator had room for: no count of what came */
	if (cmd->dir != IN || bytes > cmd->len)
		return NULL;
	if (cmd->resid < 0 || (uint32_t)cmd->resid > cmd->len)
		return "a residual that makes no sense";
	if (one->row && shape->dir == IN && moved > bytes)
		return "more data than asked for";
	/* Data was expected the wrong way: an overflow, which nobody tells here */
	if (one->row && shape->dir != IN)
		moved = 0;
	if (was_checked(cmd))
		return NULL;
	for (uint32_t i = moved; cmd->direct && i < cmd->len; i++) {
		if (cmd->data[i] != FILL)
			return "data beyond what is said to have come";
	}
	return NULL;
}

/**
 * one_judge - say what is wrong with the end of a case
 * @one: case that ended
 *
 * Return: NULL, or what is wrong
 */
const char *one_judge(const struct one *one)
{
	int wrong = one->row && whole_frame(one) ? first_wrong(one) : -1;
	const char *fault;

	if (one->cmd.host)
		return "the transport has a fault, or the time is over";
	fault = judge_status(one);
	if (!fault && one->cmd.status == CHECK)
		fault = judge_sense(one, wrong);
	if (!fault && (one->cmd.status == GOOD || one->cmd.status == MET))
		fault = judge_good(one, wrong);
	return fault ? fault : judge_data(one);
}
