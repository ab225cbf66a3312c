// SPDX-License-Identifier: GPL-2.0-only
/*
 * PDUs from a byte stream, one step for each part of a PDU.
 *
 * Nothing blocks: a step takes what is there and is called again when there
 * is more.  Headers come through a small buffer that takes several of them in
 * one call; data goes from the socket to the pages of its command, and the
 * same call takes the header behind it along.
 */
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "digest.h"
#include "pdu.h"
#include "rx.h"
#include "timer.h"

/* Outcomes of a step, besides a negative errno */
enum {
	STEP_WAIT,	/* the socket is empty */
	STEP_NEXT,	/* part complete, the state is the next one */
	STEP_PDU,	/* PDU complete */
};

/**
 * iscsit_rx_new - set up
 *
 * Return: memory for conn->rx, or NULL.
 */
struct iscsit_rx *iscsit_rx_new(void)
{
	return kzalloc(sizeof(struct iscsit_rx), GFP_KERNEL);
}

/* Bytes received, 0 if the socket is empty, or an errno. */
static int receive(struct iscsit_conn *conn, u32 pieces, u32 bytes)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };
	int ret;

	iov_iter_bvec(&msg.msg_iter, ITER_DEST, conn->rx->piece, pieces, bytes);
	ret = sock_recvmsg(conn->sock, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (ret == -EAGAIN)
		return 0;
	if (!ret)
		return -ECONNRESET;
	iscsit_timer_heard(conn);
	return ret;
}

static u32 ahead(const struct iscsit_rx *rx)
{
	return rx->ahead_end - rx->ahead_pos;
}

/* 1 if something is ahead now, 0 if the socket is empty, or an errno. */
static int look_ahead(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = conn->rx;
	int ret;

	if (ahead(rx))
		return 1;
	bvec_set_virt(&rx->piece[0], rx->ahead, sizeof(rx->ahead));
	ret = receive(conn, 1, sizeof(rx->ahead));
	if (ret <= 0)
		return ret;
	rx->ahead_pos = 0;
	rx->ahead_end = ret;
	return 1;
}

/*
 * Take bytes of the current part until it has @need.  1 when it has them, 0
 * if the socket is empty, or an errno.  @dst is where the part goes, or NULL.
 */
static int take(struct iscsit_conn *conn, void *dst, u32 need)
{
	struct iscsit_rx *rx = conn->rx;
	u32 part;
	int ret;

	while (rx->got < need) {
		ret = look_ahead(conn);
		if (ret <= 0)
			return ret;
		part = min(need - rx->got, ahead(rx));
		if (dst)
			memcpy(dst + rx->got, rx->ahead + rx->ahead_pos, part);
		rx->ahead_pos += part;
		rx->got += part;
	}
	return 1;
}

static int enter(struct iscsit_rx *rx, enum iscsit_rx_state state)
{
	rx->state = state;
	rx->got = 0;
	return STEP_NEXT;
}

/* The header is complete: where does the data go? */
static int begin(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = conn->rx;
	u32 len = ntoh24(conn->hdr.dlength), skip;
	int ret;

	rx->sink = (struct iscsit_conn_sink){};
	ret = iscsit_pdu_begin(conn, &rx->sink);
	if (ret)
		return ret;
	rx->sink.keep = min(rx->sink.keep, len);
	rx->drop = len - rx->sink.keep;
	rx->crc = ISCSIT_DIGEST_SEED;
	rx->tail_len = iscsit_wire_pad(len);
	if (len && conn->data_digest)
		rx->tail_len += ISCSIT_DIGEST_SIZE;
	if (!rx->sink.cmd || !rx->sink.keep)
		return enter(rx, ISCSIT_RX_KEEP);

	rx->sg = rx->sink.cmd->se.t_data_sg;
	for (skip = rx->sink.offset; skip >= rx->sg->length;
	     rx->sg = sg_next(rx->sg))
		skip -= rx->sg->length;
	rx->sg_off = skip;
	return enter(rx, ISCSIT_RX_KEEP);
}

static int take_bhs(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = conn->rx;
	int ret = take(conn, &conn->hdr, ISCSI_HDR_LEN);

	if (ret <= 0)
		return ret;
	kfree(conn->ahs);
	conn->ahs = NULL;
	conn->ahs_len = conn->hdr.hlength * 4;
	if (conn->ahs_len)
		return enter(rx, ISCSIT_RX_AHS);
	if (conn->header_digest)
		return enter(rx, ISCSIT_RX_HEADER_DIGEST);
	return begin(conn);
}

static int take_ahs(struct iscsit_conn *conn)
{
	int ret;

	if (!conn->ahs)
		conn->ahs = kmalloc(conn->ahs_len, GFP_KERNEL);
	if (!conn->ahs)
		return -ENOMEM;
	ret = take(conn, conn->ahs, conn->ahs_len);
	if (ret <= 0)
		return ret;
	if (conn->header_digest)
		return enter(conn->rx, ISCSIT_RX_HEADER_DIGEST);
	return begin(conn);
}

static int take_header_digest(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = conn->rx;
	int ret = take(conn, &rx->digest, ISCSIT_DIGEST_SIZE);
	u32 crc;

	if (ret <= 0)
		return ret;
	crc = iscsit_digest_bytes(ISCSIT_DIGEST_SEED, &conn->hdr,
				  ISCSI_HDR_LEN);
	crc = iscsit_digest_bytes(crc, conn->ahs, conn->ahs_len);
	if (rx->digest != iscsit_digest_final(crc)) {
		/* RFC 7143 7.7: nothing in the header can be believed */
		conn->stats.digest_errors++;
		iscsit_conn_broken(conn, "wrong header digest");
		return -EBADMSG;
	}
	return begin(conn);
}

/* Pieces of the command's data from where we are, and their length */
static u32 map_data(struct iscsit_rx *rx, u32 *bytes)
{
	u32 left = rx->sink.keep - rx->got, n = 0, off = rx->sg_off, part;
	struct scatterlist *sg = rx->sg;

	*bytes = 0;
	for (; left && n < ISCSIT_RX_PIECES; sg = sg_next(sg), off = 0) {
		part = min(left, sg->length - off);
		bvec_set_page(&rx->piece[n++], sg_page(sg), part,
			      sg->offset + off);
		*bytes += part;
		left -= part;
	}
	return n;
}

static void advance(struct iscsit_rx *rx, u32 bytes)
{
	u32 part;

	rx->got += bytes;
	while (bytes) {
		part = min(bytes, rx->sg->length - rx->sg_off);
		rx->sg_off += part;
		bytes -= part;
		if (rx->sg_off == rx->sg->length &&
		    (bytes || rx->got < rx->sink.keep)) {
			rx->sg = sg_next(rx->sg);
			rx->sg_off = 0;
		}
	}
}

/* From what came ahead to the pages of the command */
static u32 copy_ahead(struct iscsit_rx *rx, u32 pieces, u32 bytes)
{
	struct iov_iter iter;
	u32 n = min(bytes, ahead(rx));

	iov_iter_bvec(&iter, ITER_DEST, rx->piece, pieces, bytes);
	n = copy_to_iter(rx->ahead + rx->ahead_pos, n, &iter);
	rx->ahead_pos += n;
	return n;
}

static int take_pages(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = conn->rx;
	u32 pieces, bytes;
	int n;

	while (rx->got < rx->sink.keep) {
		pieces = map_data(rx, &bytes);
		if (ahead(rx)) {
			n = copy_ahead(rx, pieces, bytes);
		} else {
			/* whatever is behind the data comes along */
			bvec_set_virt(&rx->piece[pieces], rx->ahead,
				      sizeof(rx->ahead));
			n = receive(conn, pieces + 1,
				    bytes + sizeof(rx->ahead));
			if (n <= 0)
				return n;
			rx->ahead_pos = 0;
			rx->ahead_end = n > bytes ? n - bytes : 0;
			n = min_t(u32, n, bytes);
		}
		if (conn->data_digest)
			rx->crc = iscsit_digest_bvec(rx->crc, rx->piece, 0, n);
		advance(rx, n);
	}
	return 1;
}

static int take_keep(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = conn->rx;
	int ret;

	if (rx->sink.cmd) {
		ret = take_pages(conn);
	} else {
		ret = take(conn, rx->sink.buf, rx->sink.keep);
		if (ret > 0 && conn->data_digest)
			rx->crc = iscsit_digest_bytes(rx->crc, rx->sink.buf,
						      rx->sink.keep);
	}
	return ret <= 0 ? ret : enter(rx, ISCSIT_RX_DROP);
}

static int take_drop(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = conn->rx;
	u32 part;
	int ret;

	while (rx->got < rx->drop) {
		ret = look_ahead(conn);
		if (ret <= 0)
			return ret;
		part = min(rx->drop - rx->got, ahead(rx));
		if (conn->data_digest)
			rx->crc = iscsit_digest_bytes(rx->crc, rx->ahead +
						      rx->ahead_pos, part);
		rx->ahead_pos += part;
		rx->got += part;
	}
	return enter(rx, ISCSIT_RX_TAIL);
}

static int take_tail(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = conn->rx;
	u32 pad = iscsit_wire_pad(ntoh24(conn->hdr.dlength));
	__le32 digest;
	bool good = true;
	int ret = take(conn, rx->tail, rx->tail_len);

	if (ret <= 0)
		return ret;
	if (rx->tail_len > pad) {
		rx->crc = iscsit_digest_bytes(rx->crc, rx->tail, pad);
		memcpy(&digest, rx->tail + pad, sizeof(digest));
		good = digest == iscsit_digest_final(rx->crc);
		conn->stats.digest_errors += !good;
	}
	enter(rx, ISCSIT_RX_BHS);
	ret = iscsit_pdu_end(conn, good);
	return ret ?: STEP_PDU;
}

static int (*const steps[ISCSIT_RX_STATES])(struct iscsit_conn *conn) = {
	[ISCSIT_RX_BHS]			= take_bhs,
	[ISCSIT_RX_AHS]			= take_ahs,
	[ISCSIT_RX_HEADER_DIGEST]	= take_header_digest,
	[ISCSIT_RX_KEEP]		= take_keep,
	[ISCSIT_RX_DROP]		= take_drop,
	[ISCSIT_RX_TAIL]		= take_tail,
};

/**
 * iscsit_rx_run - take PDUs from the socket
 * @conn: connection
 * @budget: how many at most
 *
 * Return: how many were completed, or a negative errno.
 */
int iscsit_rx_run(struct iscsit_conn *conn, int budget)
{
	int pdus = 0, ret;

	while (pdus < budget && !conn->fault && !conn->quiet) {
		ret = steps[conn->rx->state](conn);
		if (ret < 0)
			return ret;
		if (ret == STEP_WAIT)
			break;
		pdus += ret == STEP_PDU;
	}
	return pdus;
}

/**
 * iscsit_rx_forget - a command goes whose data is being received
 * @conn: connection
 * @cmd: command
 *
 * The rest of the data segment is read and dropped.  What is in the pages
 * already was not counted yet.
 */
void iscsit_rx_forget(struct iscsit_conn *conn, const void *cmd)
{
	struct iscsit_rx *rx = conn->rx;

	if (!rx || rx->sink.cmd != cmd)
		return;
	rx->sink.cmd = NULL;
	if (rx->state == ISCSIT_RX_KEEP) {
		rx->drop += rx->sink.keep - rx->got;
		enter(rx, ISCSIT_RX_DROP);
	}
}

/**
 * iscsit_rx_end - give up what was received of a PDU
 * @conn: connection whose socket is closed
 */
void iscsit_rx_end(struct iscsit_conn *conn)
{
	kfree(conn->ahs);
	conn->ahs = NULL;
	kfree(conn->rx);
	conn->rx = NULL;
}
