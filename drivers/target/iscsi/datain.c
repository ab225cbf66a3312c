// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data-In PDUs of one command, at rising offsets.
 *
 * A sequence is at most MaxBurstLength long and ends with the F bit; DataSN
 * counts through all sequences of the command.  Every PDU but the last of its
 * sequence is as long as the initiator takes, so offset and DataSN follow from
 * each other and a retransmission can start anywhere.
 */
#include <linux/math.h>
#include <linux/minmax.h>
#include <scsi/iscsi_proto.h>

#include "datain.h"

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
	u32 left = it->length - it->offset;
	u32 burst_left = it->burst_max - it->offset % it->burst_max;

	if (!left)
		return false;
	pdu->offset = it->offset;
	pdu->data_sn = it->data_sn;
	pdu->length = min3(left, burst_left, it->pdu_max);
	pdu->flags = 0;
	if (pdu->length == left || pdu->length == burst_left) {
		pdu->flags = ISCSI_FLAG_CMD_FINAL;
		if (it->ack)
			pdu->flags |= ISCSI_FLAG_DATA_ACK;
	}
	if (pdu->length == left && it->collapse)
		pdu->flags |= ISCSI_FLAG_DATA_STATUS | it->residual;

	it->offset += pdu->length;
	it->data_sn++;
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

/**
 * iscsit_datain_seek - go to a DataSN, for a SNACK
 * @it: iterator
 * @data_sn: PDU that shall come next
 *
 * Return: false if the command has no such PDU; the position is unchanged.
 */
bool iscsit_datain_seek(struct iscsit_datain *it, u32 data_sn)
{
	if (data_sn >= iscsit_datain_count(it))
		return false;
	it->data_sn = data_sn;
	it->offset = data_sn / pdus_per_burst(it) * it->burst_max +
		     data_sn % pdus_per_burst(it) * it->pdu_max;
	return true;
}
