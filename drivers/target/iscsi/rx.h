/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PDUs from a byte stream.
 */
#ifndef ISCSIT_RX_H
#define ISCSIT_RX_H

#include <linux/bvec.h>

#include "conn.h"
#include "digest.h"

/* Headers that one call takes at most from the socket */
#define ISCSIT_RX_AHEAD		(8 * ISCSI_HDR_LEN)
/* Pieces of data that one call takes at most */
#define ISCSIT_RX_PIECES	32

/**
 * enum iscsit_rx_state - part of the PDU that comes next
 * @ISCSIT_RX_BHS: basic header segment
 * @ISCSIT_RX_AHS: additional header segments
 * @ISCSIT_RX_HEADER_DIGEST: header digest
 * @ISCSIT_RX_KEEP: data that is kept
 * @ISCSIT_RX_DROP: data that is not
 * @ISCSIT_RX_TAIL: padding and data digest
 * @ISCSIT_RX_STATES: their number
 */
enum iscsit_rx_state {
	ISCSIT_RX_BHS,
	ISCSIT_RX_AHS,
	ISCSIT_RX_HEADER_DIGEST,
	ISCSIT_RX_KEEP,
	ISCSIT_RX_DROP,
	ISCSIT_RX_TAIL,
	ISCSIT_RX_STATES
};

/**
 * struct iscsit_rx - what is being received
 * @state: part that comes next
 * @got: bytes of this part that are there
 * @sink: where data goes
 * @sg: entry of the command's data where @sg_off is
 * @sg_off: offset in @sg
 * @drop: bytes of data that go nowhere
 * @crc: data digest so far
 * @tail_len: length of padding and data digest
 * @tail: padding and data digest
 * @digest: header digest
 * @ahead: bytes that came with an earlier part
 * @ahead_pos: first that was not used
 * @ahead_end: end of them
 * @piece: for one call
 *
 * All [W].
 */
struct iscsit_rx {
	enum iscsit_rx_state	state;
	u32			got;
	struct iscsit_conn_sink	sink;
	struct scatterlist	*sg;
	u32			sg_off;
	u32			drop;
	u32			crc;
	u32			tail_len;
	u8			tail[ISCSI_PAD_LEN + ISCSIT_DIGEST_SIZE];
	__le32			digest;
	u8			ahead[ISCSIT_RX_AHEAD];
	u32			ahead_pos;
	u32			ahead_end;
	struct bio_vec		piece[ISCSIT_RX_PIECES + 1];
};

struct iscsit_rx *iscsit_rx_new(void);
int iscsit_rx_run(struct iscsit_conn *conn, int budget);
void iscsit_rx_forget(struct iscsit_conn *conn, const void *cmd);
void iscsit_rx_end(struct iscsit_conn *conn);

#endif /* ISCSIT_RX_H */
