/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Response PDUs: what a header says, and where the data segment is.
 */
#ifndef ISCSIT_RSP_H
#define ISCSIT_RSP_H

#include "conn.h"
#include "event.h"

struct scatterlist;

/**
 * struct iscsit_rsp_pdu - a PDU that can be sent
 * @hdr: header; written by rsp.c
 * @bytes: data segment if it is a few bytes, else NULL
 * @page: data segment if it is in one allocation, else NULL
 * @sg: data segment if it is in the pages of a command, else NULL
 * @skip: bytes to pass over in @sg
 * @len: length of the data segment
 * @volatile_data: others may write to @sg while it is being sent
 */
struct iscsit_rsp_pdu {
	struct iscsi_hdr	*hdr;
	const void		*bytes;
	struct page		*page;
	struct scatterlist	*sg;
	u32			skip;
	u32			len;
	bool			volatile_data;
};

/**
 * enum iscsit_rsp_step - what is left of an item after a PDU
 * @ISCSIT_RSP_NONE: there was no PDU: the item waits for something else
 * @ISCSIT_RSP_MORE: more PDUs
 * @ISCSIT_RSP_LAST: that was the last one; iscsit_rsp_sent() when it was sent
 */
enum iscsit_rsp_step {
	ISCSIT_RSP_NONE,
	ISCSIT_RSP_MORE,
	ISCSIT_RSP_LAST,
};

/* Longest data segment that comes as iscsit_rsp_pdu.bytes */
#define ISCSIT_RSP_BYTES_MAX	(2 + TRANSPORT_SENSE_BUFFER)

enum iscsit_rsp_step iscsit_rsp_next(struct iscsit_conn *conn,
				     struct iscsit_out *out,
				     struct iscsit_rsp_pdu *pdu);
void iscsit_rsp_sent(struct iscsit_conn *conn, struct iscsit_out *out);
void iscsit_rsp_reject(struct iscsit_conn *conn, u8 reason);
int iscsit_rsp_refuse(struct iscsit_conn *conn, u8 reason);
void iscsit_rsp_async(struct iscsit_conn *conn, u8 event, u16 wait);
void iscsit_rsp_event(struct iscsit_conn *conn,
		      const struct iscsit_event *event);

#endif /* ISCSIT_RSP_H */
