/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Deadlines of a connection.  The functions say what happened, not which
 * timer to arm.
 */
#ifndef ISCSIT_TIMER_H
#define ISCSIT_TIMER_H

#include <linux/jiffies.h>

#include "conn.h"

void iscsit_timer_accepted(struct iscsit_conn *conn);
void iscsit_timer_login(struct iscsit_conn *conn, u32 seconds);
void iscsit_timer_ending(struct iscsit_conn *conn);
void iscsit_timer_logged_in(struct iscsit_conn *conn, const s32 *limits);
void iscsit_timer_awaits_data(struct iscsit_conn *conn, struct iscsit_cmd *cmd);
void iscsit_timer_pinged(struct iscsit_conn *conn, u32 ttt);
bool iscsit_timer_expired(const struct iscsit_conn *conn);
void iscsit_timer_ended(struct iscsit_conn *conn);
bool iscsit_timer_overdue(struct iscsit_conn *conn);

/* Something came from the initiator. */
static inline void iscsit_timer_heard(struct iscsit_conn *conn)
{
	WRITE_ONCE(conn->heard, jiffies);
}

#endif /* ISCSIT_TIMER_H */
