/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the data of a READ is cut into Data-In PDUs (RFC 7143 11.7): an iterator
 * that knows lengths and numbers, and nothing of pages or transports.
 */
#ifndef ISCSIT_DATAIN_H
#define ISCSIT_DATAIN_H

#include <linux/types.h>

#include "keys.h"

/**
 * struct iscsit_datain_residual - what is over or missing (RFC 7143 11.4.5)
 * @send: bytes that are transferred
 * @count: residual count
 * @flags: ISCSI_FLAG_CMD_OVERFLOW, ISCSI_FLAG_CMD_UNDERFLOW or 0; the bits are
 *	the same in Data-In and in SCSI Response
 */
struct iscsit_datain_residual {
	u32	send;
	u32	count;
	u8	flags;
};

/**
 * struct iscsit_datain - position in the data of one command
 * @length: bytes to send
 * @pdu_max: longest data segment
 * @burst_max: longest sequence
 * @seqs: how many sequences the data is
 * @seq: how many of them were begun
 * @start: offset of the one that is under way
 * @end: offset behind it
 * @pdus: how many PDUs it takes
 * @pdu: how many of them were made
 * @data_sn: next DataSN
 * @seq_seed: order of the sequences, see iscsit_shuffle_pick()
 * @pdu_seed: order of the PDUs in a sequence
 * @residual: flags for the PDU that carries status
 * @collapse: the last PDU carries status (phase collapse)
 * @ack: ask for a DataACK at the end of every sequence (ErrorRecoveryLevel 1)
 */
struct iscsit_datain {
	u32	length;
	u32	pdu_max;
	u32	burst_max;
	u32	seqs;
	u32	seq;
	u32	start;
	u32	end;
	u32	pdus;
	u32	pdu;
	u32	data_sn;
	u32	seq_seed;
	u32	pdu_seed;
	u8	residual;
	bool	collapse;
	bool	ack;
};

/**
 * struct iscsit_datain_pdu - one Data-In PDU
 * @offset: Buffer Offset
 * @length: DataSegmentLength
 * @data_sn: DataSN
 * @flags: F, A, S, O and U bits as in the header
 */
struct iscsit_datain_pdu {
	u32	offset;
	u32	length;
	u32	data_sn;
	u8	flags;
};

struct iscsit_datain_residual iscsit_datain_residual(u32 expected, u32 have);
void iscsit_datain_init(struct iscsit_datain *it,
			const struct iscsit_params *params, u32 length);
void iscsit_datain_shuffle(struct iscsit_datain *it, u32 seq_seed,
			   u32 pdu_seed);
void iscsit_datain_collapse(struct iscsit_datain *it, u8 residual_flags);
bool iscsit_datain_next(struct iscsit_datain *it,
			struct iscsit_datain_pdu *pdu);
u32 iscsit_datain_count(const struct iscsit_datain *it);

#endif /* ISCSIT_DATAIN_H */
