/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The core's part of a command.
 */
#ifndef TARGET_CMD_H
#define TARGET_CMD_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/scatterlist.h>
#include "objects.h"

struct target_opdef;

/*
 * More outcomes of a handler, besides sense_reason_t: the handler started
 * something that will call target_complete() itself.
 */
#define TCM_PENDING		TCM_REASON(0xff)

/**
 * enum target_owner - who has a command; low bits of target_cmd.state
 * @TARGET_OWNER_NEW: initialised, being decoded by the submitter
 * @TARGET_OWNER_FABRIC: the fabric fetches write data
 * @TARGET_OWNER_QUEUE: waits for its turn (arrival.c, order.c, range.c, work
 *	item)
 * @TARGET_OWNER_HANDLER: a handler or the backstore works on it
 * @TARGET_OWNER_RESPONSE: given to the fabric to respond to, or gone
 * @TARGET_OWNERS: how many there are
 */
enum target_owner {
	TARGET_OWNER_NEW,
	TARGET_OWNER_FABRIC,
	TARGET_OWNER_QUEUE,
	TARGET_OWNER_HANDLER,
	TARGET_OWNER_RESPONSE,
	TARGET_OWNERS,
};

#define TARGET_STATE_OWNER	0x0f
/* the response path is fenced: somebody aborted it (state.c) */
#define TARGET_STATE_ABORTED	0x10

/**
 * struct target_fault - where and why, for the sense data (sense.c)
 * @field: byte that is wrong, in the CDB or the parameter list
 * @bit: most significant wrong bit there
 * @has_field: @field is valid
 * @has_bit: @bit is valid
 * @in_cdb: C/D bit of the field pointer
 * @has_info: @info is valid
 * @has_progress: @progress is valid
 * @progress: what is done of an operation, of 65536
 * @deferred: a deferred error: not of this command
 * @copy: the sense key is COPY ABORTED, whatever the reason has
 * @has_segment: @segment is valid
 * @segment: segment of a third-party copy that was being processed
 * @has_first: @first is valid
 * @ua: ASC << 8 | ASCQ of a unit attention
 * @info: INFORMATION field
 * @first: the first block that REASSIGN BLOCKS did not do, U64_MAX if that is
 *	not known
 */
struct target_fault {
	u16	field;
	u8	bit;
	bool	has_field;
	bool	has_bit;
	bool	in_cdb;
	bool	has_info;
	bool	has_progress;
	bool	deferred;
	bool	copy;
	bool	has_segment;
	bool	has_first;
	u16	segment;
	u16	progress;
	u16	ua;
	u64	info;
	u64	first;
};

/**
 * enum target_coming - a command that is not in the order yet (arrival.c)
 * @TARGET_COMING_NOT: it is, or does not want to be
 * @TARGET_COMING_COUNTED: counted in target_arrival.coming; has no data
 * @TARGET_COMING_AHEAD: counted in target_arrival.ahead; has no data
 * @TARGET_COMING_BEHIND: in target_arrival.held; has no data
 * @TARGET_COMING_READY: in target_arrival.held; has all that it needs
 */
enum target_coming {
	TARGET_COMING_NOT,
	TARGET_COMING_COUNTED,
	TARGET_COMING_AHEAD,
	TARGET_COMING_BEHIND,
	TARGET_COMING_READY,
};

/**
 * enum target_order_place - where a command is in the order (order.c)
 * @TARGET_PLACE_NONE: not in it yet, or not any more
 * @TARGET_PLACE_FAST: counted in target_order.fast
 * @TARGET_PLACE_SERIAL: counted in target_order.serial
 * @TARGET_PLACE_ALONE: likewise, and it is the ordered command that runs
 * @TARGET_PLACE_HELD: in target_order.held
 */
enum target_order_place {
	TARGET_PLACE_NONE,
	TARGET_PLACE_FAST,
	TARGET_PLACE_SERIAL,
	TARGET_PLACE_ALONE,
	TARGET_PLACE_HELD,
};

#define TARGET_CDB_INLINE	32
#define TARGET_SG_INLINE	4

/**
 * struct target_retry - a call of the fabric for which it had no resources
 * @node: in the list of those (complete.c)
 * @again: the call; in process context
 */
struct target_retry {
	struct list_head	node;
	void			(*again)(struct target_retry *retry);
};

/**
 * struct target_cmd - the core's part of struct se_cmd
 * @state: enum target_owner and TARGET_STATE_ABORTED; state.c alone writes it
 * @flags: enum target_cmd_flags
 * @cdb_len: bytes of the CDB
 * @cdb: CDB, unless it is longer; se_cmd.t_task_cdb points at it
 * @op: row of the opcode table
 * @itl: I_T_L nexus, NULL if the LUN is not mapped
 * @link: holds a reference, NULL likewise
 * @queue: where @sess_node is
 * @sess_node: in target_cmd_queue.cmds
 * @coming: enum target_coming [L target_arrival.lock, but for what is counted]
 * @place: enum target_order_place; who aborts it takes it out of the order
 * @tasks: task set that it came to, NULL while it is in none
 *	[L target_order.lock]
 * @wait_node: in target_arrival.held, target_task_set.held,
 *	target_delays.cmds, target_aside.queue, target_resv_lu.queue,
 *	target_copy_op.aborts
 * @due: jiffies when a delayed one runs
 * @fetch: write_pending() once more
 * @respond: queue_data_in() or queue_status() once more; if the command was
 *	aborted, its owner may use everything else here meanwhile
 * @submit_node: in the queue of its CPU, waiting to be submitted
 * @counted: bytes of the session's budget, with TARGET_CMD_BUDGET
 * @blocks: logical blocks that the CDB names; the first is
 *	se_cmd.t_task_lba
 * @expected: bytes that the initiator expects
 * @wanted: bytes that the CDB says it transfers
 * @moved: bytes that a data-in handler put there
 * @fault: details for the sense data
 * @range: lock on logical blocks
 * @done: second half of a handler: its I/O has ended [I while pending]
 * @pi: protection information of the command, NULL if there is none
 * @scratch: memory of the handler, freed with kvfree() at the end
 * @pos: how far a handler with several I/Os has come
 * @work: for a change of context
 * @born: jiffies
 * @sg: scatterlist of a small command
 * @tmr: a task management function
 * @io: the I/O of the command
 */
struct target_cmd {
	atomic_t		state;
	u16			flags;
	u16			cdb_len;
	u8			cdb[TARGET_CDB_INLINE];
	const struct target_opdef *op;
	struct target_itl	*itl;
	struct target_link	*link;
	struct target_cmd_queue	*queue;
	struct list_head	sess_node;
	unsigned int		coming;
	unsigned int		place;
	struct target_task_set	*tasks;
	struct list_head	wait_node;
	unsigned long		due;
	struct target_retry	fetch;
	struct target_retry	respond;
	struct llist_node	submit_node;
	u32			counted;
	u32			blocks;
	u32			expected;
	u32			wanted;
	u32			moved;
	struct target_fault	fault;
	struct target_range	range;
	void			(*done)(struct target_cmd *cmd, blk_status_t sts);
	struct target_pi	*pi;
	void			*scratch;
	u64			pos;
	struct work_struct	work;
	unsigned long		born;
	struct se_tmr_req	tmr;
	struct target_io	io;
	struct scatterlist	sg[TARGET_SG_INLINE];
};

/**
 * enum target_cmd_flags - target_cmd.flags
 * @TARGET_CMD_BUDGET: its data is counted (budget.c)
 * @TARGET_CMD_BARRED: a write that was refused before it had buffers
 * @TARGET_CMD_RANGE: @range is held
 * @TARGET_CMD_OWN_SGL: se_cmd.t_data_sg was allocated by the core
 * @TARGET_CMD_LENT: its pages are the backstore's
 * @TARGET_CMD_COUNTED: holds a reference to its session
 * @TARGET_CMD_DELAYED: it has waited as long as its access state asks for
 * @TARGET_CMD_TMR: a task management function
 * @TARGET_CMD_WRITES: changes the medium, in its blocks or, if @blocks is 0,
 *	anywhere [decode]
 * @TARGET_CMD_EXCLUSIVE: nothing else may touch its blocks meanwhile [decode]
 * @TARGET_CMD_WELL_KNOWN: for the well known logical unit REPORT LUNS, which
 *	has no link
 * @TARGET_CMD_UNSIZED: the fabric does not know what the initiator expects
 * @TARGET_CMD_UNBLOCKED: starts at once, whatever an ACA condition blocks
 * @TARGET_CMD_SOLE: nothing else may be at the medium meanwhile, of whichever
 *	nexus [decode]
 * @TARGET_CMD_LATE: keeps its place in the order until the fabric has its
 *	answer
 * @TARGET_CMD_LENDABLE: a read whose data may be the backstore's own pages
 *	[decode]
 */
enum target_cmd_flags {
	TARGET_CMD_BUDGET	= BIT(0),
	TARGET_CMD_BARRED	= BIT(1),
	TARGET_CMD_RANGE	= BIT(2),
	TARGET_CMD_OWN_SGL	= BIT(3),
	TARGET_CMD_LENT		= BIT(4),
	TARGET_CMD_COUNTED	= BIT(5),
	TARGET_CMD_TMR		= BIT(6),
	TARGET_CMD_DELAYED	= BIT(7),
	TARGET_CMD_UNBLOCKED	= BIT(8),
	TARGET_CMD_SOLE		= BIT(9),
	TARGET_CMD_WRITES	= BIT(10),
	TARGET_CMD_EXCLUSIVE	= BIT(11),
	TARGET_CMD_LENDABLE	= BIT(12),
	TARGET_CMD_UNSIZED	= BIT(13),
	TARGET_CMD_WELL_KNOWN	= BIT(14),
	TARGET_CMD_LATE		= BIT(15),
};

static_assert(sizeof(struct target_cmd) <=
	      sizeof_field(struct se_cmd, core_private));

static inline struct target_cmd *to_cmd(struct se_cmd *se_cmd)
{
	return (struct target_cmd *)se_cmd->core_private;
}

static inline struct se_cmd *to_se(struct target_cmd *cmd)
{
	return container_of((void *)cmd, struct se_cmd, core_private);
}

static inline struct target_dev *cmd_dev(const struct target_cmd *cmd)
{
	return cmd->link->dev;
}

static inline struct target_sess *cmd_sess(struct target_cmd *cmd)
{
	return to_sess(to_se(cmd)->se_sess);
}

#endif /* TARGET_CMD_H */
