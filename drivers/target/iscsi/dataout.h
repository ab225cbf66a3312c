/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The data of a WRITE: immediate data, unsolicited and solicited Data-Out
 * sequences, and the R2Ts that ask for the latter (RFC 7143 4.2.5.2, 11.7,
 * 11.8).  Says which bytes may come where; knows nothing of pages.
 */
#ifndef ISCSIT_DATAOUT_H
#define ISCSIT_DATAOUT_H

#include <linux/types.h>

#include "iscsi_wire.h"
#include "keys.h"

/* R2Ts of one command that we keep open at most, whatever was agreed */
#define ISCSIT_DATAOUT_R2T_MAX		4

/* Gaps of a sequence that are followed if DataPDUInOrder=No was agreed */
#define ISCSIT_DATAOUT_PIECES_MAX	32

/**
 * enum iscsit_dataout_err - what is wrong with a command or a Data-Out PDU
 * @ISCSIT_DATAOUT_OK: nothing
 * @ISCSIT_DATAOUT_NO_IMMEDIATE: immediate data although ImmediateData=No
 * @ISCSIT_DATAOUT_NO_UNSOLICITED: F=0 in the command although InitialR2T=Yes
 * @ISCSIT_DATAOUT_FIRST_BURST: more than FirstBurstLength
 * @ISCSIT_DATAOUT_BEYOND: more than Expected Data Transfer Length
 * @ISCSIT_DATAOUT_NOTHING_LEFT: F=0 although no more unsolicited data can come
 * @ISCSIT_DATAOUT_TTT: no sequence with this Target Transfer Tag is open
 * @ISCSIT_DATAOUT_SEQUENCE: not the sequence that is due
 * @ISCSIT_DATAOUT_DATASN: not the DataSN that is due
 * @ISCSIT_DATAOUT_OFFSET: outside the sequence, or not the offset that is due
 * @ISCSIT_DATAOUT_OVERLAP: these bytes were here before
 * @ISCSIT_DATAOUT_SCATTERED: more gaps than we follow
 * @ISCSIT_DATAOUT_SHORT: F=1 although the sequence is not complete
 * @ISCSIT_DATAOUT_ERRORS: their number
 */
enum iscsit_dataout_err {
	ISCSIT_DATAOUT_OK,
	ISCSIT_DATAOUT_NO_IMMEDIATE,
	ISCSIT_DATAOUT_NO_UNSOLICITED,
	ISCSIT_DATAOUT_FIRST_BURST,
	ISCSIT_DATAOUT_BEYOND,
	ISCSIT_DATAOUT_NOTHING_LEFT,
	ISCSIT_DATAOUT_TTT,
	ISCSIT_DATAOUT_SEQUENCE,
	ISCSIT_DATAOUT_DATASN,
	ISCSIT_DATAOUT_OFFSET,
	ISCSIT_DATAOUT_OVERLAP,
	ISCSIT_DATAOUT_SCATTERED,
	ISCSIT_DATAOUT_SHORT,
	ISCSIT_DATAOUT_ERRORS
};

/**
 * struct iscsit_dataout_verdict - how an error is reported
 * @reject: reason of a Reject PDU, 0 if the command ends with sense instead
 * @asc: additional sense code of an ABORTED COMMAND (RFC 7143 11.4.7.2)
 * @ascq: its qualifier
 */
struct iscsit_dataout_verdict {
	u8	reject;
	u8	asc;
	u8	ascq;
};

/**
 * struct iscsit_dataout_piece - bytes of a sequence that have come
 * @start: offset of the first byte
 * @end: offset behind the last
 */
struct iscsit_dataout_piece {
	u32	start;
	u32	end;
};

/**
 * struct iscsit_dataout_pieces - what has come of sequences without order
 * @count: number of pieces in use
 * @piece: disjoint, rising and not adjacent
 *
 * Only a connection with DataPDUInOrder=No needs one per command.
 */
struct iscsit_dataout_pieces {
	u32				count;
	struct iscsit_dataout_piece	piece[ISCSIT_DATAOUT_PIECES_MAX];
};

/**
 * struct iscsit_dataout_burst - one sequence that is open
 * @ttt: Target Transfer Tag, ISCSI_RESERVED_TAG for unsolicited data
 * @start: offset of its first byte
 * @end: offset behind its last
 * @next: offset that is due, if PDUs come in order
 * @received: bytes that have come
 * @data_sn: DataSN that is due
 * @final: the F bit has come
 */
struct iscsit_dataout_burst {
	u32	ttt;
	u32	start;
	u32	end;
	u32	next;
	u32	received;
	u32	data_sn;
	bool	final;
};

/**
 * struct iscsit_dataout - the data of one command
 * @params: agreed values of the connection
 * @expected: Expected Data Transfer Length: what the initiator may send
 * @wanted: what the command consumes, not more; the rest is dropped
 * @received: bytes of @wanted that have come
 * @solicit: offset of the next R2T, or how far R2Ts have come if they go in
 *	another order
 * @first: offset of the first R2T [valid after it]
 * @seed: order of the R2Ts, see iscsit_shuffle_pick()
 * @r2t_sn: R2TSN of the next R2T
 * @open: number of bursts in use
 * @burst: open sequences, oldest first; unsolicited data is the first of all
 * @pieces: for DataPDUInOrder=No, else NULL; the caller's
 *
 * Belongs to the work of the connection that the command came on.
 */
struct iscsit_dataout {
	const struct iscsit_params	*params;
	u32				expected;
	u32				wanted;
	u32				received;
	u32				solicit;
	u32				first;
	u32				seed;
	u32				r2t_sn;
	u32				open;
	struct iscsit_dataout_burst	burst[ISCSIT_DATAOUT_R2T_MAX];
	struct iscsit_dataout_pieces	*pieces;
};

/**
 * struct iscsit_dataout_cmd - what the SCSI Command PDU says about data
 * @expected: Expected Data Transfer Length
 * @wanted: bytes that the CDB asks for, at most @expected
 * @immediate: DataSegmentLength of the command
 * @final: its F bit: no unsolicited Data-Out follows
 */
struct iscsit_dataout_cmd {
	u32	expected;
	u32	wanted;
	u32	immediate;
	bool	final;
};

/**
 * struct iscsit_dataout_pdu - header of a Data-Out PDU
 * @ttt: Target Transfer Tag
 * @data_sn: DataSN
 * @offset: Buffer Offset
 * @length: DataSegmentLength
 * @final: F bit
 */
struct iscsit_dataout_pdu {
	u32	ttt;
	u32	data_sn;
	u32	offset;
	u32	length;
	bool	final;
};

/**
 * struct iscsit_dataout_place - where the data segment goes
 * @offset: offset in the command's buffer
 * @keep: bytes that go there
 * @drop: bytes behind them that go nowhere
 */
struct iscsit_dataout_place {
	u32	offset;
	u32	keep;
	u32	drop;
};

/**
 * struct iscsit_dataout_r2t - an R2T to send
 * @ttt: Target Transfer Tag, the caller's
 * @r2t_sn: R2TSN
 * @offset: Buffer Offset
 * @length: Desired Data Transfer Length
 */
struct iscsit_dataout_r2t {
	u32	ttt;
	u32	r2t_sn;
	u32	offset;
	u32	length;
};

enum iscsit_dataout_err
iscsit_dataout_init(struct iscsit_dataout *data,
		    const struct iscsit_params *params,
		    const struct iscsit_dataout_cmd *cmd,
		    struct iscsit_dataout_pieces *pieces);
void iscsit_dataout_shuffle(struct iscsit_dataout *data, u32 seed);
struct iscsit_dataout_place
iscsit_dataout_immediate(struct iscsit_dataout *data, u32 length);
enum iscsit_dataout_err
iscsit_dataout_check(const struct iscsit_dataout *data,
		     const struct iscsit_dataout_pdu *pdu,
		     struct iscsit_dataout_place *place);
void iscsit_dataout_commit(struct iscsit_dataout *data,
			   const struct iscsit_dataout_pdu *pdu);
bool iscsit_dataout_next_r2t(struct iscsit_dataout *data, u32 ttt,
			     struct iscsit_dataout_r2t *r2t);
bool iscsit_dataout_complete(const struct iscsit_dataout *data);
const struct iscsit_dataout_verdict *
iscsit_dataout_verdict(enum iscsit_dataout_err err);

#endif /* ISCSIT_DATAOUT_H */
