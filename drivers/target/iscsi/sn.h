/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sequence numbers of a session and of its connections: the command window
 * (RFC 7143 4.2.2.1) and status numbers (4.2.2.2).  All arithmetic is modulo
 * 2^32 as in RFC 1982.
 */
#ifndef ISCSIT_SN_H
#define ISCSIT_SN_H

#include <linux/bitmap.h>
#include <linux/types.h>

/* Deepest command window; the bitmap of early commands has this many bits */
#define ISCSIT_SN_DEPTH_MAX	512

/**
 * struct iscsit_sn - command window of a session
 * @exp_cmdsn: next CmdSN to start, ExpCmdSN
 * @max_cmdsn: last CmdSN that the initiator may use, MaxCmdSN
 * @early: CmdSNs that came before @exp_cmdsn did, modulo the largest depth
 *
 * The caller's session lock protects it; a session with one connection needs
 * none, for then only that connection's work touches it.
 */
struct iscsit_sn {
	u32	exp_cmdsn;
	u32	max_cmdsn;
	DECLARE_BITMAP(early, ISCSIT_SN_DEPTH_MAX);
};

/**
 * enum iscsit_sn_admit - what to do with a command
 * @ISCSIT_SN_NOW: start it
 * @ISCSIT_SN_LATER: keep it, commands before it are still to come
 * @ISCSIT_SN_DUPLICATE: drop it, it was here before
 * @ISCSIT_SN_OUTSIDE: drop it, it is beyond the window
 */
enum iscsit_sn_admit {
	ISCSIT_SN_NOW,
	ISCSIT_SN_LATER,
	ISCSIT_SN_DUPLICATE,
	ISCSIT_SN_OUTSIDE,
};

/**
 * struct iscsit_sn_stat - status numbers of a connection
 * @next: StatSN of the next response
 * @acked: every StatSN before this one has been acknowledged
 */
struct iscsit_sn_stat {
	u32	next;
	u32	acked;
};

void iscsit_sn_init(struct iscsit_sn *sn, u32 cmdsn, u32 depth);
enum iscsit_sn_admit iscsit_sn_admit(struct iscsit_sn *sn, u32 cmdsn,
				     bool immediate);
bool iscsit_sn_next(struct iscsit_sn *sn, u32 *cmdsn);
void iscsit_sn_release(struct iscsit_sn *sn, u32 commands);
void iscsit_sn_finish(struct iscsit_sn *sn, u32 cmdsn);
bool iscsit_sn_closed(const struct iscsit_sn *sn);

void iscsit_sn_stat_init(struct iscsit_sn_stat *stat, u32 first);
u32 iscsit_sn_stat_take(struct iscsit_sn_stat *stat);
bool iscsit_sn_stat_ack(struct iscsit_sn_stat *stat, u32 exp_statsn);

#endif /* ISCSIT_SN_H */
