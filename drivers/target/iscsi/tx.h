/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PDUs to a byte stream.
 */
#ifndef ISCSIT_TX_H
#define ISCSIT_TX_H

#include <linux/bvec.h>

#include "rsp.h"

/* Pieces of memory that go to the socket in one call */
#define ISCSIT_TX_PIECES	128

/**
 * struct iscsit_tx - what is being sent
 * @piece: batch that the socket takes next
 * @copied: pieces that are copies, of which we hold a reference
 * @pieces: how many
 * @bytes: length of the batch
 * @sent: bytes of it that the socket has taken
 * @done: iscsit_out.node of items whose last PDU is in the batch
 * @pdu: PDU of which a part is in the batch, if @open
 * @hdr: its header
 * @step: what is left of its item
 * @crc: digest of its data so far
 * @open: there is such a PDU
 * @corked: the socket was told that more follows
 * @copies: compound page that copies of data are put in, or NULL
 * @copies_size: its length
 * @copies_used: bytes of it
 * @arena: page that headers, padding and digests are in
 * @arena_used: bytes of it
 *
 * All [W].
 */
struct iscsit_tx {
	struct bio_vec		piece[ISCSIT_TX_PIECES];
	DECLARE_BITMAP(copied, ISCSIT_TX_PIECES);
	u32			pieces;
	u32			bytes;
	u32			sent;
	struct list_head	done;
	struct iscsit_rsp_pdu	pdu;
	struct iscsi_hdr	hdr;
	enum iscsit_rsp_step	step;
	u32			crc;
	bool			open;
	bool			corked;
	struct page		*copies;
	u32			copies_size;
	u32			copies_used;
	struct page		*arena;
	u32			arena_used;
};

struct iscsit_tx *iscsit_tx_new(void);
int iscsit_tx_run(struct iscsit_conn *conn);
bool iscsit_tx_idle(const struct iscsit_conn *conn);
void iscsit_tx_end(struct iscsit_conn *conn);

#endif /* ISCSIT_TX_H */
