// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command window of a session, status numbers of a connection.
 *
 * The window is a number of credits, the queue depth.  A command that is not
 * immediate takes one when ExpCmdSN passes it; MaxCmdSN gives it back when the
 * command is finished.  So MaxCmdSN - ExpCmdSN + 1 plus the commands in the
 * target is the depth, always.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/iscsi_proto.h>

#include "sn.h"

/**
 * iscsit_sn_init - open the window of a new session
 * @sn: to set up
 * @cmdsn: CmdSN of the login, which the first command has as well
 * @depth: commands that may be in the target, 1 to ISCSIT_SN_DEPTH_MAX
 */
void iscsit_sn_init(struct iscsit_sn *sn, u32 cmdsn, u32 depth)
{
	memset(sn, 0, sizeof(*sn));
	depth = clamp(depth, 1, ISCSIT_SN_DEPTH_MAX);
	sn->exp_cmdsn = cmdsn;
	sn->max_cmdsn = cmdsn + depth - 1;
}

static unsigned int slot(u32 cmdsn)
{
	return cmdsn % ISCSIT_SN_DEPTH_MAX;
}

/**
 * iscsit_sn_admit - place a command in the order of its session
 * @sn: window
 * @cmdsn: its CmdSN
 * @immediate: its I bit: it takes no number and waits for none
 *
 * After ISCSIT_SN_NOW for a numbered command, iscsit_sn_next() tells which of
 * those that were told ISCSIT_SN_LATER may go.
 *
 * Return: what to do with it.
 */
enum iscsit_sn_admit iscsit_sn_admit(struct iscsit_sn *sn, u32 cmdsn,
				     bool immediate)
{
	/* 4.2.2.1: neither the window nor the order hold for these */
	if (immediate)
		return ISCSIT_SN_NOW;
	if (iscsi_sna_lt(cmdsn, sn->exp_cmdsn))
		return ISCSIT_SN_DUPLICATE;
	if (iscsi_sna_gt(cmdsn, sn->max_cmdsn))
		return ISCSIT_SN_OUTSIDE;
	if (cmdsn == sn->exp_cmdsn) {
		sn->exp_cmdsn++;
		return ISCSIT_SN_NOW;
	}
	if (__test_and_set_bit(slot(cmdsn), sn->early))
		return ISCSIT_SN_DUPLICATE;
	return ISCSIT_SN_LATER;
}

/**
 * iscsit_sn_next - take the next command that had to wait
 * @sn: window
 * @cmdsn: its CmdSN
 *
 * Return: false if the next command has not come yet.
 */
bool iscsit_sn_next(struct iscsit_sn *sn, u32 *cmdsn)
{
	if (!__test_and_clear_bit(slot(sn->exp_cmdsn), sn->early))
		return false;
	*cmdsn = sn->exp_cmdsn++;
	return true;
}

/**
 * iscsit_sn_release - give credits back
 * @sn: window
 * @commands: how many numbered commands are finished
 */
void iscsit_sn_release(struct iscsit_sn *sn, u32 commands)
{
	sn->max_cmdsn += commands;
}

/**
 * iscsit_sn_finish - a command is finished
 * @sn: window
 * @cmdsn: its CmdSN
 *
 * One that ended before its turn took no credit yet.  It does when ExpCmdSN
 * passes it, and whoever finds by iscsit_sn_next() that the command is gone
 * gives it back.
 */
void iscsit_sn_finish(struct iscsit_sn *sn, u32 cmdsn)
{
	if (iscsi_sna_lt(cmdsn, sn->exp_cmdsn))
		iscsit_sn_release(sn, 1);
}

/**
 * iscsit_sn_closed - may the initiator send no numbered command?
 * @sn: window
 *
 * Return: true if it may not.
 */
bool iscsit_sn_closed(const struct iscsit_sn *sn)
{
	return iscsi_sna_lt(sn->max_cmdsn, sn->exp_cmdsn);
}

/**
 * iscsit_sn_stat_init - start the numbers of a connection
 * @stat: to set up
 * @first: StatSN of the first Login Response
 */
void iscsit_sn_stat_init(struct iscsit_sn_stat *stat, u32 first)
{
	stat->next = first;
	stat->acked = first;
}

/**
 * iscsit_sn_stat_take - number a response
 * @stat: numbers of the connection
 *
 * Return: its StatSN.
 */
u32 iscsit_sn_stat_take(struct iscsit_sn_stat *stat)
{
	return stat->next++;
}

/**
 * iscsit_sn_stat_ack - take the ExpStatSN of a PDU
 * @stat: numbers of the connection
 * @exp_statsn: next StatSN that the initiator expects
 *
 * Return: false if it acknowledges what was never sent; an old number is legal,
 * PDUs may have been built before our last response arrived.
 */
bool iscsit_sn_stat_ack(struct iscsit_sn_stat *stat, u32 exp_statsn)
{
	if (iscsi_sna_gt(exp_statsn, stat->next))
		return false;
	if (iscsi_sna_gt(exp_statsn, stat->acked))
		stat->acked = exp_statsn;
	return true;
}
