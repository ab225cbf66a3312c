// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text Request and Response (RFC 7143 11.10, 11.11): SendTargets, and the few
 * keys that may change after login.
 *
 * An exchange puts the requests of a C-bit sequence together, makes the whole
 * answer, and hands it out in segments that the initiator takes.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "access.h"
#include "nego.h"
#include "portal.h"
#include "rsp.h"
#include "session.h"
#include "text.h"

/* Text that an initiator may send, and the longest list of targets */
#define IN_MAX		16384
#define OUT_MIN		8192
#define OUT_MAX		(64U << 20)
/* Segment of an answer, whatever the initiator would take */
#define SEGMENT_MAX	32768U

/**
 * struct iscsit_text - a Text exchange
 * @itt: Initiator Task Tag of all its requests
 * @ttt: Target Transfer Tag that the next request has to show
 * @in: requests so far
 * @in_len: their length
 * @out: answer, or NULL before it was made
 * @out_len: its length
 * @out_pos: how much of it was sent
 */
struct iscsit_text {
	itt_t	itt;
	u32	ttt;
	u8	*in;
	u32	in_len;
	char	*out;
	u32	out_len;
	u32	out_pos;
};

/* What a walk over the groups writes */
struct listing {
	const struct iscsit_conn	*conn;
	const char			*last;
	struct iscsit_kv_out		out;
};

/**
 * iscsit_text_free - end an exchange
 * @conn: connection, which need not have one
 */
void iscsit_text_free(struct iscsit_conn *conn)
{
	if (!conn->text)
		return;
	kvfree(conn->text->in);
	kvfree(conn->text->out);
	kfree(conn->text);
	conn->text = NULL;
}

static int refuse(struct iscsit_conn *conn, u8 reason)
{
	iscsit_text_free(conn);
	return iscsit_rsp_refuse(conn, reason);
}

static struct iscsit_text *new_text(struct iscsit_conn *conn, itt_t itt)
{
	struct iscsit_text *text;

	/* 11.10.4: the reserved tag starts anew, whatever there was */
	iscsit_text_free(conn);
	text = kzalloc(sizeof(*text), GFP_KERNEL);
	if (!text)
		return NULL;
	conn->text = text;
	text->itt = itt;
	text->ttt = ISCSI_RESERVED_TAG;
	text->in = kvmalloc(IN_MAX, GFP_KERNEL);
	return text->in ? text : NULL;
}

/**
 * iscsit_text_begin - header of a Text Request
 * @conn: connection
 * @sink: where the text goes
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_text_begin(struct iscsit_conn *conn, struct iscsit_conn_sink *sink)
{
	const struct iscsi_text *req = (const void *)&conn->hdr;
	u32 len = ntoh24(req->dlength), ttt = be32_to_cpu(req->ttt);
	struct iscsit_text *text = conn->text;

	if (req->itt == RESERVED_ITT ||
	    (req->flags & ISCSI_FLAG_CMD_FINAL &&
	     req->flags & ISCSI_FLAG_TEXT_CONTINUE))
		return refuse(conn, ISCSI_REASON_PROTOCOL_ERROR);
	if (ttt == ISCSI_RESERVED_TAG)
		text = new_text(conn, req->itt);
	else if (!text || text->ttt != ttt || text->itt != req->itt)
		return refuse(conn, ISCSI_REASON_PROTOCOL_ERROR);
	if (!text)
		return -ENOMEM;
	if (len > IN_MAX - text->in_len)
		return refuse(conn, ISCSI_REASON_PROTOCOL_ERROR);
	sink->buf = text->in + text->in_len;
	sink->keep = len;
	return 0;
}

/* ------------------------------------------------------- SendTargets ---- */

static int list_portals(struct iscsit_tpg *tpg, struct listing *list)
{
	char addr[ISCSIT_PORTAL_ADDR_LEN];
	struct iscsit_portal *portal;

	list_for_each_entry(portal, &tpg->portals, node) {
		/* another network's addresses are nobody's business in this one */
		if (!net_eq(portal->listener->net, list->conn->listener->net))
			continue;
		if (iscsit_portal_addr_target(&portal->listener->addr.ss,
					      &list->conn->local, tpg->tag,
					      addr, sizeof(addr)) < 0)
			continue;
		if (list->last != tpg->target->name)
			iscsit_kv_put_str(&list->out, "TargetName",
					  tpg->target->name);
		list->last = tpg->target->name;
		iscsit_kv_put_str(&list->out, "TargetAddress", addr);
	}
	return list->out.full;
}

static int list_group(struct iscsit_tpg *tpg, void *data)
{
	struct listing *list = data;

	if (!iscsit_access_visible(tpg, list->conn->sess->initiator))
		return 0;
	return list_portals(tpg, list);
}

/* The target that SendTargets names; NULL for all; or an ERR_PTR() */
static const char *which(const struct iscsit_conn *conn,
			 const struct iscsit_kv_text *val, char *name,
			 size_t size)
{
	const struct iscsit_tpg *tpg = conn->sess->tpg;

	/* appendix C: All is for discovery, nothing for one's own target */
	if (iscsit_kv_is(val, "All"))
		return tpg ? ERR_PTR(-EACCES) : NULL;
	if (!val->len)
		return tpg ? tpg->target->name : ERR_PTR(-EINVAL);
	if (iscsit_kv_string(val, name, size))
		return ERR_PTR(-EINVAL);
	return name;
}

/* Write the list behind the answers to the other keys. */
static void put_targets(struct iscsit_text *text, const char *name,
			struct listing *list, char *buf, u32 size)
{
	memcpy(buf, text->out, text->out_len);
	iscsit_kv_out_init(&list->out, buf, size);
	list->out.len = text->out_len;
	list->last = NULL;
	if (IS_ERR(name))
		iscsit_kv_put_str(&list->out, "SendTargets", "Reject");
	else
		iscsit_tpg_walk(name, list_group, list);
}

/* The answer grows until it fits. */
static int send_targets(struct iscsit_conn *conn,
			const struct iscsit_kv_text *val)
{
	struct iscsit_text *text = conn->text;
	struct listing list = { .conn = conn };
	char name[ISCSI_NAME_LEN];
	const char *wanted = which(conn, val, name, sizeof(name));
	char *buf;
	u32 size;

	for (size = OUT_MIN; size <= OUT_MAX; size *= 4) {
		buf = kvmalloc(size, GFP_KERNEL);
		if (!buf)
			return -ENOMEM;
		put_targets(text, wanted, &list, buf, size);
		if (!list.out.full) {
			kvfree(text->out);
			text->out = buf;
			text->out_len = list.out.len;
			return 0;
		}
		kvfree(buf);
	}
	return -ENOMEM;
}

/* -------------------------------------------------------- the answer ---- */

/* Read the whole text and make the answer.  0, or a negative errno. */
static int negotiate(struct iscsit_conn *conn)
{
	struct iscsit_nego *nego __free(kfree) = kzalloc(sizeof(*nego),
							 GFP_KERNEL);
	struct iscsit_text *text = conn->text;
	struct iscsit_kv_out out;

	if (!nego)
		return -ENOMEM;
	iscsit_nego_init(nego, true);
	nego->ours = &conn->params;
	iscsit_nego_resume(nego, &conn->params);
	if (iscsit_nego_read(nego, ISCSIT_KEY_IN_FULL_FEATURE, text->in,
			     text->in_len))
		return -EPROTO;
	text->out = kvmalloc(OUT_MIN, GFP_KERNEL);
	if (!text->out)
		return -ENOMEM;
	iscsit_kv_out_init(&out, text->out, OUT_MIN);
	if (iscsit_nego_answer(nego, text->in, text->in_len, &out))
		return -EPROTO;
	conn->params.max_xmit_dsl = nego->agreed.max_xmit_dsl;
	text->out_len = out.len;
	return nego->send_targets.ptr ?
	       send_targets(conn, &nego->send_targets) : 0;
}

/* The next segment of the answer, or an empty one that asks for more text. */
static int send_part(struct iscsit_conn *conn, bool wait)
{
	struct iscsit_text *text = conn->text;
	u32 left = wait ? 0 : text->out_len - text->out_pos;
	u32 len = min3(left, conn->params.max_xmit_dsl, SEGMENT_MAX);
	struct iscsit_reply *reply = iscsit_conn_reply(conn, ISCSI_OP_TEXT_RSP,
						       len);
	struct iscsi_text_rsp *rsp;
	bool last = !wait && len == left;

	if (!reply)
		return -ENOMEM;
	rsp = (struct iscsi_text_rsp *)&reply->hdr;
	if (len)
		memcpy(page_address(reply->page), text->out + text->out_pos,
		       len);
	text->out_pos += len;
	rsp->itt = text->itt;
	text->ttt = last ? ISCSI_RESERVED_TAG : iscsit_conn_new_ttt(conn);
	rsp->ttt = cpu_to_be32(text->ttt);
	if (!last)
		rsp->flags = wait ? 0 : ISCSI_FLAG_TEXT_CONTINUE;
	if (!(conn->hdr.opcode & ISCSI_OP_IMMEDIATE))
		reply->flags |= ISCSIT_REPLY_CREDIT;
	iscsit_conn_send(conn, reply);
	if (last)
		iscsit_text_free(conn);
	return 0;
}

/**
 * iscsit_text_end - a Text Request is there
 * @conn: connection
 * @good: the data digest was right
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_text_end(struct iscsit_conn *conn, bool good)
{
	const struct iscsi_text *req = (const void *)&conn->hdr;
	struct iscsit_text *text = conn->text;
	int ret;

	if (!good)
		return refuse(conn, ISCSI_REASON_DATA_DIGEST_ERROR);
	text->in_len += ntoh24(req->dlength);
	if (text->out)
		return send_part(conn, false);
	/* 11.11.1: F=0 is never answered with F=1 */
	if (!(req->flags & ISCSI_FLAG_CMD_FINAL))
		return send_part(conn, true);
	ret = negotiate(conn);
	if (ret == -EPROTO)
		return refuse(conn, ISCSI_REASON_PROTOCOL_ERROR);
	return ret ?: send_part(conn, false);
}
