/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A task of an initiator, and what is sent.
 */
#ifndef ISCSIT_CMD_H
#define ISCSIT_CMD_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <target/target_core_base.h>

#include "datain.h"
#include "dataout.h"
#include "iscsi_wire.h"

struct iscsit_conn;

/**
 * enum iscsit_out_kind - row of the table in rsp.c
 * @ISCSIT_OUT_REPLY: struct iscsit_reply
 * @ISCSIT_OUT_SCSI: struct iscsit_cmd of a SCSI command
 * @ISCSIT_OUT_TMF: struct iscsit_cmd of a task management function
 * @ISCSIT_OUT_KINDS: their number
 */
enum iscsit_out_kind {
	ISCSIT_OUT_REPLY,
	ISCSIT_OUT_SCSI,
	ISCSIT_OUT_TMF,
	ISCSIT_OUT_KINDS
};

/**
 * struct iscsit_out - something that waits to be sent
 * @node: in iscsit_conn.out
 * @kind: what it is part of
 */
struct iscsit_out {
	struct list_head	node;
	u8			kind;
};

/**
 * enum iscsit_reply_flags - what else there is to a reply
 * @ISCSIT_REPLY_NUMBERED: takes a StatSN, else it shows the next one
 * @ISCSIT_REPLY_CREDIT: ends a numbered command: the window moves
 * @ISCSIT_REPLY_CLOSE: the connection ends when it has been sent
 */
enum iscsit_reply_flags {
	ISCSIT_REPLY_NUMBERED	= BIT(0),
	ISCSIT_REPLY_CREDIT	= BIT(1),
	ISCSIT_REPLY_CLOSE	= BIT(2),
};

/**
 * struct iscsit_reply - a PDU that is no part of a SCSI command
 * @out: in iscsit_conn.out
 * @flags: enum iscsit_reply_flags
 * @hdr: header, but for the sequence numbers
 * @page: data segment, of which the reply holds a reference, or NULL
 * @len: its length
 */
struct iscsit_reply {
	struct iscsit_out	out;
	u8			flags;
	struct iscsi_hdr	hdr;
	struct page		*page;
	u32			len;
};

/**
 * enum iscsit_cmd_event - what the core says of a command, iscsit_cmd.events
 * @ISCSIT_CMD_WANTED: it wants the write data
 * @ISCSIT_CMD_DATA: send the data and the status
 * @ISCSIT_CMD_STATUS: send the status
 * @ISCSIT_CMD_TMF: send the response of the task management function
 * @ISCSIT_CMD_ABORTED: send nothing
 * @ISCSIT_CMD_DEAD: the connection is gone; nobody listens any more
 */
enum iscsit_cmd_event {
	ISCSIT_CMD_WANTED	= BIT(0),
	ISCSIT_CMD_DATA		= BIT(1),
	ISCSIT_CMD_STATUS	= BIT(2),
	ISCSIT_CMD_TMF		= BIT(3),
	ISCSIT_CMD_ABORTED	= BIT(4),
	ISCSIT_CMD_DEAD		= BIT(5),
};

#define ISCSIT_CMD_ENDS	(ISCSIT_CMD_DATA | ISCSIT_CMD_STATUS | \
			 ISCSIT_CMD_TMF | ISCSIT_CMD_ABORTED)

/**
 * enum iscsit_cmd_flags - iscsit_cmd.flags
 * @ISCSIT_CMD_NUMBERED: took a CmdSN: its end moves the window
 * @ISCSIT_CMD_WRITE: has data from the initiator; @dataout is valid
 * @ISCSIT_CMD_READ: has data for it; @datain is valid once it is sent
 * @ISCSIT_CMD_ARRIVING: its data segment is being received
 * @ISCSIT_CMD_ASKED: the core wants the data
 * @ISCSIT_CMD_SUBMITTED: target_submit() was called
 * @ISCSIT_CMD_STARTED: target_execute_cmd() was called, or it has failed
 * @ISCSIT_CMD_PARSED: the core took it; nothing has ended it yet
 * @ISCSIT_CMD_ENDING: the response is on the way
 * @ISCSIT_CMD_CREDITED: its end has moved the window
 */
enum iscsit_cmd_flags {
	ISCSIT_CMD_NUMBERED	= BIT(0),
	ISCSIT_CMD_WRITE	= BIT(1),
	ISCSIT_CMD_READ		= BIT(2),
	ISCSIT_CMD_ARRIVING	= BIT(3),
	ISCSIT_CMD_ASKED	= BIT(4),
	ISCSIT_CMD_STARTED	= BIT(5),
	ISCSIT_CMD_PARSED	= BIT(6),
	ISCSIT_CMD_ENDING	= BIT(7),
	ISCSIT_CMD_CREDITED	= BIT(9),
	ISCSIT_CMD_SUBMITTED	= BIT(10),
};

/**
 * struct iscsit_cmd - a task that the core knows
 * @se: public part, first
 * @conn: its connection, with a reference [I]
 * @event_node: in iscsit_conn.events while @events is not empty
 * @events: enum iscsit_cmd_event, set by the core in any context [A]
 * @out: in iscsit_conn.out [W]
 * @hash: in iscsit_conn.tasks until its response is made [W]
 * @wait_node: in iscsit_conn.early or iscsit_conn.waiting [W]
 * @itt: Initiator Task Tag as on the wire [I]
 * @cmdsn: CmdSN [I]
 * @flags: enum iscsit_cmd_flags [W]
 * @ends: the ISCSIT_CMD_ENDS that came while data was arriving [W]
 * @failure: how it will end when the core asks for its data [W]
 * @expected: Expected Data Transfer Length [I]
 * @deadline: jiffies when Data-Out is overdue [W]
 * @datain: position in the data that is sent [W]
 * @dataout: what has come of the data [W]
 * @pieces: for DataPDUInOrder=No, else NULL [W]
 * @sense_len: SenseLength, on the wire in front of the sense data
 * @sense: for the core
 *
 * [I] constant, [A] atomic, [W] by the connection's work item only.  Nothing
 * here is zeroed by the allocator: cmd.c sets each member.
 */
struct iscsit_cmd {
	struct se_cmd			se;
	struct iscsit_conn		*conn;
	struct llist_node		event_node;
	atomic_t			events;
	struct iscsit_out		out;
	struct hlist_node		hash;
	struct list_head		wait_node;
	itt_t				itt;
	u32				cmdsn;
	u16				flags;
	u8				ends;
	sense_reason_t			failure;
	u32				expected;
	unsigned long			deadline;
	union {
		struct iscsit_datain	datain;
		struct iscsit_dataout	dataout;
	};
	struct iscsit_dataout_pieces	*pieces;
	__be16				sense_len;
	u8				sense[TRANSPORT_SENSE_BUFFER];
};

static inline struct iscsit_cmd *to_iscsit_cmd(struct se_cmd *se)
{
	return container_of(se, struct iscsit_cmd, se);
}

int iscsit_cmd_setup(void);
void iscsit_cmd_cleanup(void);
struct iscsit_cmd *iscsit_cmd_new(struct iscsit_conn *conn, itt_t itt);
struct iscsit_cmd *iscsit_cmd_find(struct iscsit_conn *conn, itt_t itt);
void iscsit_cmd_free(struct iscsit_cmd *cmd);
void iscsit_cmd_event(struct iscsit_cmd *cmd, enum iscsit_cmd_event event);
void iscsit_cmd_unlink(struct iscsit_cmd *cmd);
void iscsit_cmd_answered(struct iscsit_cmd *cmd);
void iscsit_cmd_done(struct iscsit_cmd *cmd);
void iscsit_cmd_kill(struct iscsit_cmd *cmd);

#endif /* ISCSIT_CMD_H */
