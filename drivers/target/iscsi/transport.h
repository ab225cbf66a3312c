/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What carries PDUs.  Everything above this interface handles whole PDUs and
 * knows no socket; everything below it moves bytes and knows no opcode.  A
 * transport with its own placement of data (iSER) fits here.
 */
#ifndef ISCSIT_TRANSPORT_H
#define ISCSIT_TRANSPORT_H

struct iscsit_conn;

/**
 * struct iscsit_transport - a kind of connection
 * @name: for administrators, as in "Address 10.0.0.1 TCP"
 * @receive: take what has arrived, give each PDU to iscsit_pdu_begin() and
 *	iscsit_pdu_end(), at most @budget PDUs.  Returns how many, or a
 *	negative errno if the connection cannot go on
 * @transmit: send what iscsit_rsp_next() makes of conn->out.queue, for as long
 *	as the peer takes it.  Returns 1 if something was sent, 0 if nothing
 *	could be, or a negative errno
 * @idle: everything that was taken from conn->out is gone
 * @forget: a command goes away whose data is just arriving: drop the rest
 * @cpu: where the connection is best served
 * @close: end it; nothing of it calls iscsit_conn_kick() afterwards
 *
 * Context: all are called by the connection's work item and may sleep, but
 * @cpu, which may be called anywhere.
 */
struct iscsit_transport {
	const char *name;
	int (*receive)(struct iscsit_conn *conn, int budget);
	int (*transmit)(struct iscsit_conn *conn);
	bool (*idle)(const struct iscsit_conn *conn);
	void (*forget)(struct iscsit_conn *conn, const void *cmd);
	int (*cpu)(const struct iscsit_conn *conn);
	void (*close)(struct iscsit_conn *conn);
};

#endif /* ISCSIT_TRANSPORT_H */
