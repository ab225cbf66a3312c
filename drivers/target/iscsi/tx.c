// SPDX-License-Identifier: GPL-2.0-only
/*
 * PDUs to a byte stream, as few segments and calls as can be.
 *
 * A batch is an array of pieces of memory: headers, padding and digests from
 * a page of our own, data from the pages of commands, of as many PDUs as
 * there are room for.  The socket takes references to all of it
 * (MSG_SPLICE_PAGES), and MSG_MORE while another batch follows, so that a
 * burst leaves in full segments and the peer is woken once.
 *
 * With a data digest, data that somebody may still write to is copied, so
 * that digest and data agree.  Copies are put one behind the other in long
 * pages, so that they are few pieces.
 */
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/sock.h>

#include "digest.h"
#include "tx.h"

/* Header with digest, a few bytes of data, padding and digest */
#define PDU_ROOM	(ISCSI_HDR_LEN + ISCSIT_DIGEST_SIZE + \
			 ALIGN(ISCSIT_RSP_BYTES_MAX, ISCSI_PAD_LEN) + \
			 ISCSIT_DIGEST_SIZE)
/* A batch starts with room for a handful of PDUs at least */
#define BATCH_ROOM	(8 * PDU_ROOM)
/* Page that copies are put in, if there is memory for it */
#define COPIES_ORDER	PAGE_ALLOC_COSTLY_ORDER
/* Pieces that a PDU takes besides its data */
#define PDU_PIECES	2

/**
 * iscsit_tx_new - set up
 *
 * Return: memory for conn->tx, or NULL.
 */
struct iscsit_tx *iscsit_tx_new(void)
{
	struct iscsit_tx *tx = kzalloc(sizeof(*tx), GFP_KERNEL);

	if (tx)
		INIT_LIST_HEAD(&tx->done);
	return tx;
}

static bool ready_arena(struct iscsit_tx *tx)
{
	if (tx->arena && PAGE_SIZE - tx->arena_used >= BATCH_ROOM)
		return true;
	if (tx->arena)
		put_page(tx->arena);
	tx->arena = alloc_page(GFP_KERNEL);
	tx->arena_used = 0;
	return tx->arena;
}

/* What came from our own pages one after the other is one piece. */
static bool extend_piece(struct iscsit_tx *tx, struct page *page, u32 len,
			 u32 offset)
{
	struct bio_vec *last;

	if (!tx->pieces || (page != tx->arena && page != tx->copies))
		return false;
	last = &tx->piece[tx->pieces - 1];
	if (last->bv_page != page || last->bv_offset + last->bv_len != offset)
		return false;
	last->bv_len += len;
	return true;
}

static void add_piece(struct iscsit_tx *tx, struct page *page, u32 len,
		      u32 offset)
{
	tx->bytes += len;
	if (!extend_piece(tx, page, len, offset))
		bvec_set_page(&tx->piece[tx->pieces++], page, len, offset);
}

static void add_bytes(struct iscsit_tx *tx, const void *bytes, u32 len)
{
	memcpy(page_address(tx->arena) + tx->arena_used, bytes, len);
	add_piece(tx, tx->arena, len, tx->arena_used);
	tx->arena_used += len;
}

static void add_digest(struct iscsit_tx *tx, __le32 digest)
{
	add_bytes(tx, &digest, sizeof(digest));
}

/* Login Responses come before what was agreed there holds. */
static bool has_digest(const struct iscsit_tx *tx, bool agreed)
{
	return agreed && tx->hdr.opcode != ISCSI_OP_LOGIN_RSP;
}

static bool room(const struct iscsit_tx *tx)
{
	return tx->pieces + PDU_PIECES < ISCSIT_TX_PIECES &&
	       tx->arena_used + PDU_ROOM <= PAGE_SIZE;
}

/* Start the next PDU.  False if there is none. */
static bool open_pdu(struct iscsit_conn *conn)
{
	struct iscsit_tx *tx = conn->tx;
	struct iscsit_out *out;

	do {
		out = list_first_entry_or_null(&conn->out, struct iscsit_out,
					       node);
		if (!out)
			return false;
		tx->pdu.hdr = &tx->hdr;
		tx->step = iscsit_rsp_next(conn, out, &tx->pdu);
		if (tx->step == ISCSIT_RSP_NONE)
			list_del_init(&out->node);
	} while (tx->step == ISCSIT_RSP_NONE);

	if (tx->step == ISCSIT_RSP_LAST)
		list_move_tail(&out->node, &tx->done);
	tx->open = true;
	tx->crc = ISCSIT_DIGEST_SEED;
	add_bytes(tx, &tx->hdr, ISCSI_HDR_LEN);
	if (has_digest(tx, conn->header_digest))
		add_digest(tx, iscsit_digest_header(&tx->hdr, ISCSI_HDR_LEN));
	return true;
}

static void add_page(struct iscsit_tx *tx, struct page *page, u32 len,
		     u32 offset, bool digest)
{
	struct bio_vec bv;

	bvec_set_page(&bv, page, len, offset);
	if (digest)
		tx->crc = iscsit_digest_bvec(tx->crc, &bv, 0, len);
	add_piece(tx, page, len, offset);
}

static bool ready_copies(struct iscsit_tx *tx)
{
	const gfp_t many = GFP_KERNEL | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY;

	if (tx->copies && tx->copies_used < tx->copies_size)
		return true;
	if (tx->copies)
		put_page(tx->copies);
	tx->copies_used = 0;
	tx->copies_size = PAGE_SIZE << COPIES_ORDER;
	tx->copies = alloc_pages(many & ~__GFP_DIRECT_RECLAIM, COPIES_ORDER);
	if (tx->copies)
		return true;
	tx->copies_size = PAGE_SIZE;
	tx->copies = alloc_page(GFP_KERNEL);
	return tx->copies;
}

/* Returns the bytes that were added, which may be fewer; 0: no memory */
static u32 add_copy(struct iscsit_conn *conn, struct page *from, u32 len,
		    u32 offset)
{
	struct iscsit_tx *tx = conn->tx;
	u32 done, part, before = tx->pieces;
	u8 *to;

	if (!ready_copies(tx))
		return 0;
	len = min(len, tx->copies_size - tx->copies_used);
	to = page_address(tx->copies) + tx->copies_used;
	/* a page at a time, so that the digest finds it in the cache */
	for (done = 0; done < len; done += part) {
		part = min_t(u32, len - done,
			     PAGE_SIZE - offset_in_page(offset + done));
		memcpy_from_page(to + done,
				 nth_page(from, (offset + done) >> PAGE_SHIFT),
				 offset_in_page(offset + done), part);
		tx->crc = iscsit_digest_bytes(tx->crc, to + done, part);
	}
	add_piece(tx, tx->copies, len, tx->copies_used);
	if (tx->pieces > before) {
		get_page(tx->copies);
		__set_bit(before, tx->copied);
	}
	tx->copies_used += len;
	conn->stats.copied_bytes += len;
	return len;
}

/* Pages of a command, as far as the batch has room.  0 or -ENOMEM. */
static int add_sg(struct iscsit_conn *conn, bool digest)
{
	struct iscsit_tx *tx = conn->tx;
	struct iscsit_rsp_pdu *pdu = &tx->pdu;
	u32 len, offset;

	while (pdu->len && tx->pieces + 1 < ISCSIT_TX_PIECES) {
		if (pdu->skip >= pdu->sg->length) {
			pdu->skip -= pdu->sg->length;
			pdu->sg = sg_next(pdu->sg);
			continue;
		}
		offset = pdu->sg->offset + pdu->skip;
		len = min(pdu->len, pdu->sg->length - pdu->skip);
		if (digest && pdu->volatile_data)
			len = add_copy(conn, sg_page(pdu->sg), len, offset);
		else
			add_page(tx, sg_page(pdu->sg), len, offset, digest);
		if (!len)
			return -ENOMEM;
		pdu->skip += len;
		pdu->len -= len;
	}
	return 0;
}

/* Add data of the open PDU, and end it if that is all.  0 or -ENOMEM. */
static int add_data(struct iscsit_conn *conn)
{
	struct iscsit_tx *tx = conn->tx;
	struct iscsit_rsp_pdu *pdu = &tx->pdu;
	u32 total = ntoh24(tx->hdr.dlength);
	bool digest = total && has_digest(tx, conn->data_digest);
	u32 zeroes = 0;
	int ret;

	if (pdu->bytes) {
		tx->crc = iscsit_digest_bytes(tx->crc, pdu->bytes, pdu->len);
		add_bytes(tx, pdu->bytes, pdu->len);
		pdu->len = 0;
	} else if (pdu->page && pdu->len) {
		add_page(tx, pdu->page, pdu->len, 0, digest);
		pdu->len = 0;
	} else if (pdu->sg) {
		ret = add_sg(conn, digest);
		if (ret || pdu->len)
			return ret;
	}

	if (iscsit_wire_pad(total)) {
		tx->crc = iscsit_digest_zeroes(tx->crc, iscsit_wire_pad(total));
		add_bytes(tx, &zeroes, iscsit_wire_pad(total));
	}
	if (digest)
		add_digest(tx, iscsit_digest_final(tx->crc));
	tx->open = false;
	return 0;
}

static int fill(struct iscsit_conn *conn)
{
	struct iscsit_tx *tx = conn->tx;
	int ret = 0;

	if (!tx->open && list_empty(&conn->out))
		return 0;
	if (!ready_arena(tx))
		return -ENOMEM;
	while (!ret && room(tx) && (tx->open || open_pdu(conn)))
		ret = add_data(conn);
	return ret;
}

static void end_batch(struct iscsit_conn *conn)
{
	struct iscsit_tx *tx = conn->tx;
	struct iscsit_out *out, *next;
	u32 i;

	for_each_set_bit(i, tx->copied, tx->pieces)
		put_page(tx->piece[i].bv_page);
	bitmap_zero(tx->copied, ISCSIT_TX_PIECES);
	tx->pieces = 0;
	tx->bytes = 0;
	tx->sent = 0;
	list_for_each_entry_safe(out, next, &tx->done, node) {
		/* its data may be in the next batch still */
		if (tx->open && tx->step == ISCSIT_RSP_LAST &&
		    list_is_last(&out->node, &tx->done))
			break;
		list_del_init(&out->node);
		iscsit_rsp_sent(conn, out);
	}
}

/* Returns 1 when the batch is gone, 0 if the socket is full, or an errno. */
static int push(struct iscsit_conn *conn)
{
	struct iscsit_tx *tx = conn->tx;
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL |
					   MSG_SPLICE_PAGES };
	int ret;

	tx->corked = tx->open || !list_empty(&conn->out);
	if (tx->corked)
		msg.msg_flags |= MSG_MORE;
	while (tx->sent < tx->bytes) {
		iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, tx->piece,
			      tx->pieces, tx->bytes);
		iov_iter_advance(&msg.msg_iter, tx->sent);
		ret = sock_sendmsg(conn->sock, &msg);
		if (ret == -EAGAIN)
			return 0;
		if (ret <= 0)
			return ret ?: -EPIPE;
		tx->sent += ret;
	}
	end_batch(conn);
	return 1;
}

/*
 * What was left had nothing to send, such as a write whose R2Ts are all
 * outstanding: the end of the last batch must not wait for more.
 */
static void uncork(struct iscsit_conn *conn)
{
	if (!conn->tx->corked)
		return;
	conn->tx->corked = false;
	/* besides what its name says, this sends what is held back */
	tcp_sock_set_nodelay(conn->sock->sk);
}

/**
 * iscsit_tx_run - send what is there, as far as the socket takes it
 * @conn: connection
 *
 * Return: 1 if something was sent, 0 if nothing could be, or a negative errno.
 */
int iscsit_tx_run(struct iscsit_conn *conn)
{
	struct iscsit_tx *tx = conn->tx;
	int ret, sent = 0;

	while (!conn->fault) {
		if (!tx->bytes) {
			ret = fill(conn);
			if (ret)
				return ret;
			if (!tx->bytes) {
				uncork(conn);
				break;
			}
		}
		ret = push(conn);
		if (ret < 0)
			return ret;
		if (!ret)
			break;
		sent = 1;
	}
	return sent;
}

/**
 * iscsit_tx_idle - is all that was started with the socket?
 * @conn: connection
 *
 * Return: true if it is.
 */
bool iscsit_tx_idle(const struct iscsit_conn *conn)
{
	return !conn->tx->bytes && !conn->tx->open;
}

/**
 * iscsit_tx_end - give up what was not sent
 * @conn: connection whose socket is closed
 *
 * What it has of commands stays with them.
 */
void iscsit_tx_end(struct iscsit_conn *conn)
{
	struct iscsit_tx *tx = conn->tx;
	u32 i;

	for_each_set_bit(i, tx->copied, tx->pieces)
		put_page(tx->piece[i].bv_page);
	if (tx->arena)
		put_page(tx->arena);
	if (tx->copies)
		put_page(tx->copies);
	/* replies are freed with the others; commands unlink themselves */
	list_splice_init(&tx->done, &conn->out);
	kfree(tx);
	conn->tx = NULL;
}
