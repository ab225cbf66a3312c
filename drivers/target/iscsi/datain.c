// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data-In PDUs of one command, at rising offsets unless something else was
 * asked for.
 *
 * A sequence is at most MaxBurstLength long and ends with the F bit; DataSN
 * counts through all sequences of the command, in the order in which they are
 * sent.  Every PDU but the one with the highest offset of its sequence is as
 * long as the initiator takes, so offset and DataSN follow from each other and
 * a retransmission can start anywhere.
 */
#include <linux/math.h>
#include <linux/minmax.h>
#include <scsi/iscsi_proto.h>

#include "datain.h"
#include "shuffle.h"

/**
 * iscsit_datain_residual - compare what was expected with what there is
 * @expected: Expected Data Transfer Length of the command
 * @have: bytes that the command produces or consumes
 *
 * Return: bytes to transfer, residual count and flags.
 */
struct iscsit_datain_residual iscsit_datain_residual(u32 expected, u32 have)
{
	struct iscsit_datain_residual res = { .send = min(expected, have) };

	if (have > expected) {
		res.flags = ISCSI_FLAG_CMD_OVERFLOW;
		res.count = have - expected;
	} else if (have < expected) {
		res.flags = ISCSI_FLAG_CMD_UNDERFLOW;
		res.count = expected - have;
	}
	return res;
}

/**
 * iscsit_datain_init - start at the first byte
 * @it: iterator to set up
 * @params: agreed values of the connection
 * @length: bytes to send
 */
void iscsit_datain_init(struct iscsit_datain *it,
			const struct iscsit_params *params, u32 length)
{
	*it = (struct iscsit_datain) {
		.length = length,
		.burst_max = params->max_burst_length,
		.pdu_max = min(params->max_xmit_dsl, params->max_burst_length),
		.ack = params->error_recovery_level > 0,
	};
	it->seqs = length / it->burst_max + (length % it->burst_max > 0);
}

/**
 * iscsit_datain_shuffle - leave the rising order
 * @it: iterator, before its first PDU
 * @seq_seed: for the order of sequences if DataSequenceInOrder=No, else 0
 * @pdu_seed: for that of PDUs in a sequence if DataPDUInOrder=No, else 0
 */
void iscsit_datain_shuffle(struct iscsit_datain *it, u32 seq_seed, u32 pdu_seed)
{
	it->seq_seed = seq_seed;
	it->pdu_seed = pdu_seed;
}

/**
 * iscsit_datain_collapse - let the last PDU carry status
 * @it: iterator, before its last PDU
 * @residual_flags: from iscsit_datain_residual()
 *
 * Legal for a status without sense (RFC 7143 11.7.3).  A command that sends no
 * data still needs a SCSI Response.
 */
void iscsit_datain_collapse(struct iscsit_datain *it, u8 residual_flags)
{
	it->collapse = true;
	it->residual = residual_flags;
}

/* Begin the next sequence.  False if there is none. */
static bool enter_sequence(struct iscsit_datain *it)
{
	if (it->seq == it->seqs)
		return false;
	it->start = iscsit_shuffle_pick(it->seq_seed, it->seq++, it->seqs) *
		    it->burst_max;
	it->end = it->start + min(it->length - it->start, it->burst_max);
	it->pdus = DIV_ROUND_UP(it->end - it->start, it->pdu_max);
	it->pdu = 0;
	return true;
}

/**
 * iscsit_datain_next - next PDU
 * @it: iterator
 * @pdu: filled in
 *
 * Return: false if there is no more.
 */
bool iscsit_datain_next(struct iscsit_datain *it,
			struct iscsit_datain_pdu *pdu)
{
	if (it->pdu == it->pdus && !enter_sequence(it))
		return false;
	pdu->offset = it->start + it->pdu_max *
		      iscsit_shuffle_pick(it->pdu_seed, it->pdu++, it->pdus);
	pdu->length = min(it->end - pdu->offset, it->pdu_max);
	pdu->data_sn = it->data_sn++;
	pdu->flags = 0;
	if (it->pdu < it->pdus)
		return true;
	pdu->flags = ISCSI_FLAG_CMD_FINAL;
	if (it->ack)
		pdu->flags |= ISCSI_FLAG_DATA_ACK;
	if (it->seq == it->seqs && it->collapse)
		pdu->flags |= ISCSI_FLAG_DATA_STATUS | it->residual;
	return true;
}

static u32 pdus_per_burst(const struct iscsit_datain *it)
{
	return DIV_ROUND_UP(it->burst_max, it->pdu_max);
}

/**
 * iscsit_datain_count - how many PDUs does the command take?
 * @it: iterator
 *
 * Return: the number, which is ExpDataSN of the SCSI Response.
 */
u32 iscsit_datain_count(const struct iscsit_datain *it)
{
	return it->length / it->burst_max * pdus_per_burst(it) +
	       DIV_ROUND_UP(it->length % it->burst_max, it->pdu_max);
}
