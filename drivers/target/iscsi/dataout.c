// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sequences of Data-Out PDUs, target side.
 *
 * A PDU is checked when its header is there and counted when its data segment
 * is, so that a segment with a bad digest changes nothing.  No byte is counted
 * twice: a command whose buffer has a hole never runs, or the hole's old
 * contents would go to the medium.
 */
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "dataout.h"
#include "shuffle.h"

/* ABORTED COMMAND with one of these (RFC 7143 11.4.7.2) */
#define UNEXPECTED_DATA		.asc = 0x0c, .ascq = 0x0c
#define INCORRECT_AMOUNT	.asc = 0x0c, .ascq = 0x0d

static const struct iscsit_dataout_verdict verdicts[ISCSIT_DATAOUT_ERRORS] = {
	[ISCSIT_DATAOUT_NO_IMMEDIATE]	= { UNEXPECTED_DATA },
	[ISCSIT_DATAOUT_NO_UNSOLICITED]	= { UNEXPECTED_DATA },
	[ISCSIT_DATAOUT_FIRST_BURST]	= { INCORRECT_AMOUNT },
	[ISCSIT_DATAOUT_BEYOND]		= { INCORRECT_AMOUNT },
	[ISCSIT_DATAOUT_NOTHING_LEFT]	= { UNEXPECTED_DATA },
	[ISCSIT_DATAOUT_TTT]		= { ISCSI_REASON_PROTOCOL_ERROR },
	[ISCSIT_DATAOUT_SEQUENCE]	= { ISCSI_REASON_PROTOCOL_ERROR },
	[ISCSIT_DATAOUT_DATASN]		= { ISCSI_REASON_PROTOCOL_ERROR },
	[ISCSIT_DATAOUT_OFFSET]		= { ISCSI_REASON_PROTOCOL_ERROR },
	[ISCSIT_DATAOUT_OVERLAP]	= { ISCSI_REASON_PROTOCOL_ERROR },
	[ISCSIT_DATAOUT_SCATTERED]	= { INCORRECT_AMOUNT },
	[ISCSIT_DATAOUT_SHORT]		= { INCORRECT_AMOUNT },
};

/**
 * iscsit_dataout_verdict - how to report an error
 * @err: error, not ISCSIT_DATAOUT_OK
 *
 * Return: Reject reason, or additional sense code.
 */
const struct iscsit_dataout_verdict *
iscsit_dataout_verdict(enum iscsit_dataout_err err)
{
	return &verdicts[err];
}

static struct iscsit_dataout_burst *open_burst(struct iscsit_dataout *data,
					       u32 ttt, u32 start, u32 end)
{
	struct iscsit_dataout_burst *burst = &data->burst[data->open++];

	*burst = (struct iscsit_dataout_burst) {
		.ttt = ttt, .start = start, .end = end, .next = start,
	};
	return burst;
}

static enum iscsit_dataout_err
check_command(const struct iscsit_params *params,
	      const struct iscsit_dataout_cmd *cmd)
{
	if (cmd->immediate > cmd->expected)
		return ISCSIT_DATAOUT_BEYOND;
	if (cmd->immediate && !params->immediate_data)
		return ISCSIT_DATAOUT_NO_IMMEDIATE;
	if (cmd->immediate > params->first_burst_length)
		return ISCSIT_DATAOUT_FIRST_BURST;
	if (cmd->final)
		return ISCSIT_DATAOUT_OK;
	if (params->initial_r2t)
		return ISCSIT_DATAOUT_NO_UNSOLICITED;
	if (cmd->immediate == min(params->first_burst_length, cmd->expected))
		return ISCSIT_DATAOUT_NOTHING_LEFT;
	return ISCSIT_DATAOUT_OK;
}

/**
 * iscsit_dataout_init - start a command with data from the initiator
 * @data: to set up
 * @params: agreed values of the connection
 * @cmd: what the command's header and CDB say
 * @pieces: needed if DataPDUInOrder=No was agreed, else NULL
 *
 * Return: ISCSIT_DATAOUT_OK, or an error of the command; @data is then set up
 * to want nothing.
 */
enum iscsit_dataout_err
iscsit_dataout_init(struct iscsit_dataout *data,
		    const struct iscsit_params *params,
		    const struct iscsit_dataout_cmd *cmd,
		    struct iscsit_dataout_pieces *pieces)
{
	enum iscsit_dataout_err err;

	memset(data, 0, sizeof(*data));
	data->params = params;
	data->pieces = params->data_pdu_in_order ? NULL : pieces;
	if (data->pieces)
		data->pieces->count = 0;
	err = check_command(params, cmd);
	if (err)
		return err;

	data->expected = cmd->expected;
	data->wanted = min(cmd->wanted, cmd->expected);
	data->solicit = cmd->immediate;
	if (cmd->final)
		return ISCSIT_DATAOUT_OK;
	open_burst(data, ISCSI_RESERVED_TAG, cmd->immediate,
		   min(params->first_burst_length, cmd->expected));
	data->solicit = data->burst[0].end;
	return ISCSIT_DATAOUT_OK;
}

/**
 * iscsit_dataout_shuffle - ask for data in another order than the rising one
 * @data: data of the command, as iscsit_dataout_init() left it
 * @seed: for the order, if DataSequenceInOrder=No; else 0
 */
void iscsit_dataout_shuffle(struct iscsit_dataout *data, u32 seed)
{
	data->seed = seed;
}

/* The command has less use for data than the initiator has data */
static struct iscsit_dataout_place place_of(const struct iscsit_dataout *data,
					    u32 offset, u32 length)
{
	struct iscsit_dataout_place place = { .offset = offset };

	if (offset < data->wanted)
		place.keep = min(length, data->wanted - offset);
	place.drop = length - place.keep;
	return place;
}

/**
 * iscsit_dataout_immediate - count the immediate data
 * @data: data of the command, as iscsit_dataout_init() left it
 * @length: DataSegmentLength of the command, as given there
 *
 * Return: where the data goes.
 */
struct iscsit_dataout_place
iscsit_dataout_immediate(struct iscsit_dataout *data, u32 length)
{
	struct iscsit_dataout_place place = place_of(data, 0, length);

	data->received += place.keep;
	return place;
}

static const struct iscsit_dataout_burst *
find_burst(const struct iscsit_dataout *data, u32 ttt)
{
	u32 i;

	for (i = 0; i < data->open; i++)
		if (data->burst[i].ttt == ttt)
			return &data->burst[i];
	return NULL;
}

/* First piece that ends at or behind @offset; pieces->count if there is none */
static u32 piece_at(const struct iscsit_dataout_pieces *pieces, u32 offset)
{
	u32 i = 0;

	while (i < pieces->count && pieces->piece[i].end < offset)
		i++;
	return i;
}

static enum iscsit_dataout_err
check_scattered(const struct iscsit_dataout_pieces *pieces, u32 start, u32 end)
{
	u32 i = piece_at(pieces, start);
	const struct iscsit_dataout_piece *piece = &pieces->piece[i];
	bool touches = false;

	if (i < pieces->count && piece->end == start) {
		touches = true;
		i++;
		piece++;
	}
	if (i < pieces->count && piece->start < end)
		return ISCSIT_DATAOUT_OVERLAP;
	touches |= i < pieces->count && piece->start == end;
	return touches || pieces->count < ISCSIT_DATAOUT_PIECES_MAX ?
		ISCSIT_DATAOUT_OK : ISCSIT_DATAOUT_SCATTERED;
}

static void drop_piece(struct iscsit_dataout_pieces *pieces, u32 i)
{
	pieces->count--;
	memmove(&pieces->piece[i], &pieces->piece[i + 1],
		(pieces->count - i) * sizeof(pieces->piece[0]));
}

/* Only after check_scattered() */
static void add_piece(struct iscsit_dataout_pieces *pieces, u32 start, u32 end)
{
	u32 i = piece_at(pieces, start);
	struct iscsit_dataout_piece *piece = &pieces->piece[i];

	if (i < pieces->count && piece->end == start) {
		piece->end = end;
		if (i + 1 < pieces->count && piece[1].start == end) {
			piece->end = piece[1].end;
			drop_piece(pieces, i + 1);
		}
		return;
	}
	if (i < pieces->count && piece->start == end) {
		piece->start = start;
		return;
	}
	memmove(piece + 1, piece,
		(pieces->count - i) * sizeof(pieces->piece[0]));
	piece->start = start;
	piece->end = end;
	pieces->count++;
}

/**
 * iscsit_dataout_check - check the header of a Data-Out PDU
 * @data: data of the command that its Initiator Task Tag names
 * @pdu: header
 * @place: where its data segment goes
 *
 * Changes nothing.
 *
 * Return: ISCSIT_DATAOUT_OK, or what is wrong.
 */
enum iscsit_dataout_err
iscsit_dataout_check(const struct iscsit_dataout *data,
		     const struct iscsit_dataout_pdu *pdu,
		     struct iscsit_dataout_place *place)
{
	const struct iscsit_dataout_burst *burst = find_burst(data, pdu->ttt);
	enum iscsit_dataout_err err;
	u32 end;

	if (!burst)
		return ISCSIT_DATAOUT_TTT;
	if (data->params->data_sequence_in_order && burst != data->burst)
		return ISCSIT_DATAOUT_SEQUENCE;
	if (pdu->data_sn != burst->data_sn)
		return ISCSIT_DATAOUT_DATASN;
	if (check_add_overflow(pdu->offset, pdu->length, &end) ||
	    pdu->offset < burst->start || end > burst->end)
		return ISCSIT_DATAOUT_OFFSET;
	if (!data->pieces && pdu->offset != burst->next)
		return ISCSIT_DATAOUT_OFFSET;
	if (data->pieces && pdu->length) {
		err = check_scattered(data->pieces, pdu->offset, end);
		if (err)
			return err;
	}
	/*
	 * Unsolicited data may end early, an R2T asks for the rest; a sequence
	 * that an R2T asked for may not.
	 */
	if (pdu->final && burst->ttt != ISCSI_RESERVED_TAG &&
	    pdu->length != burst->end - burst->start - burst->received)
		return ISCSIT_DATAOUT_SHORT;
	/* the gaps of what came out of order cannot be named by one offset */
	if (pdu->final && data->pieces && burst->received + pdu->length !=
	    max(end, burst->next) - burst->start)
		return ISCSIT_DATAOUT_SHORT;
	*place = place_of(data, pdu->offset, pdu->length);
	return ISCSIT_DATAOUT_OK;
}

static void close_burst(struct iscsit_dataout *data,
			struct iscsit_dataout_burst *burst)
{
	u32 i = burst - data->burst;

	data->open--;
	memmove(burst, burst + 1, (data->open - i) * sizeof(*burst));
}

/**
 * iscsit_dataout_commit - count a Data-Out PDU whose data has arrived
 * @data: data of the command
 * @pdu: header, as iscsit_dataout_check() has accepted it
 *
 * Nothing else may have been committed since the check.
 */
void iscsit_dataout_commit(struct iscsit_dataout *data,
			   const struct iscsit_dataout_pdu *pdu)
{
	struct iscsit_dataout_burst *burst =
		&data->burst[find_burst(data, pdu->ttt) - data->burst];
	u32 end = pdu->offset + pdu->length;

	data->received += place_of(data, pdu->offset, pdu->length).keep;
	burst->received += pdu->length;
	burst->next = max(burst->next, end);
	burst->data_sn++;
	if (data->pieces && pdu->length)
		add_piece(data->pieces, pdu->offset, end);
	if (!pdu->final)
		return;
	if (burst->ttt == ISCSI_RESERVED_TAG)
		data->solicit = burst->next;
	close_burst(data, burst);
}

/* The sequence that the next R2T asks for; its number is in data->r2t_sn */
static u32 r2t_offset(const struct iscsit_dataout *data)
{
	u32 burst = data->params->max_burst_length;
	u32 left = data->wanted - data->first;

	if (!data->seed)
		return data->solicit;
	return data->first + burst *
	       iscsit_shuffle_pick(data->seed, data->r2t_sn,
				   left / burst + (left % burst > 0));
}

/**
 * iscsit_dataout_next_r2t - ask for more
 * @data: data of the command
 * @ttt: tag for this R2T, not used by another open one of the command
 * @r2t: filled in
 *
 * To be called after init and after every commit until it says no.
 *
 * Return: false if nothing is to be asked for now.
 */
bool iscsit_dataout_next_r2t(struct iscsit_dataout *data, u32 ttt,
			     struct iscsit_dataout_r2t *r2t)
{
	u32 most = min(data->params->max_outstanding_r2t,
		       ISCSIT_DATAOUT_R2T_MAX);

	if (data->solicit >= data->wanted || data->open >= most)
		return false;
	/* unsolicited data first: it may end early and move the offset */
	if (data->open && data->burst[0].ttt == ISCSI_RESERVED_TAG)
		return false;

	if (!data->r2t_sn)
		data->first = data->solicit;
	r2t->ttt = ttt;
	r2t->offset = r2t_offset(data);
	r2t->r2t_sn = data->r2t_sn++;
	r2t->length = min(data->wanted - r2t->offset,
			  data->params->max_burst_length);
	data->solicit += r2t->length;
	open_burst(data, ttt, r2t->offset, r2t->offset + r2t->length);
	return true;
}

/**
 * iscsit_dataout_complete - is all data there?
 * @data: data of the command
 *
 * Return: true if the command can run.
 */
bool iscsit_dataout_complete(const struct iscsit_dataout *data)
{
	return data->received == data->wanted && !data->open;
}
