// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbered PDUs that came before their turn (RFC 7143 4.2.2.1): NOP-Out, Text,
 * task management and Logout wait here as they came.  A SCSI Command waits in
 * the core, its data in its pages already (pdu_scsi.c).
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "early.h"

/* Bytes that an initiator can have kept here; few have cause to send one PDU */
#define HELD_MAX	SZ_1M

static u32 cmdsn_of(const struct iscsit_early *early)
{
	return be32_to_cpu(early->hdr.statsn);	/* where requests have CmdSN */
}

/**
 * iscsit_early_begin - header of a PDU that has to wait
 * @conn: connection
 * @sink: where its data goes
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_early_begin(struct iscsit_conn *conn, struct iscsit_conn_sink *sink)
{
	u32 len = ntoh24(conn->hdr.dlength);
	struct iscsit_early *early;

	if (len > HELD_MAX - conn->held_bytes) {
		iscsit_conn_broken(conn, "too much before its turn");
		return -EPROTO;
	}
	early = kvmalloc(struct_size(early, data, len), GFP_KERNEL);
	if (!early)
		return -ENOMEM;
	early->hdr = conn->hdr;
	early->len = len;
	conn->held_bytes += len;
	list_add_tail(&early->node, &conn->held);
	sink->buf = early->data;
	sink->keep = len;
	return 0;
}

/**
 * iscsit_early_end - all of it is there
 * @conn: connection
 * @good: the data digest was right
 *
 * Return: 0.
 */
int iscsit_early_end(struct iscsit_conn *conn, bool good)
{
	list_last_entry(&conn->held, struct iscsit_early, node)->good = good;
	return 0;
}

/**
 * iscsit_early_take - take out a PDU whose turn it is
 * @conn: connection
 * @cmdsn: its number
 *
 * Return: the PDU, to be freed with kvfree(); NULL if there is none.
 */
struct iscsit_early *iscsit_early_take(struct iscsit_conn *conn, u32 cmdsn)
{
	struct iscsit_early *early;

	list_for_each_entry(early, &conn->held, node) {
		if (cmdsn_of(early) != cmdsn)
			continue;
		list_del(&early->node);
		conn->held_bytes -= early->len;
		return early;
	}
	return NULL;
}

/**
 * iscsit_early_free - the connection ends
 * @conn: connection
 */
void iscsit_early_free(struct iscsit_conn *conn)
{
	struct iscsit_early *early, *next;

	list_for_each_entry_safe(early, next, &conn->held, node) {
		list_del(&early->node);
		kvfree(early);
	}
}
