// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks as objects, and the way of events from the core to the connection.
 *
 * The core calls back in any context, on any CPU.  An event is a bit; the
 * first one puts the command on its connection's list and wakes the work item.
 * Two references: the core's, and ours (TARGET_SCF_ACK_KREF), which the work
 * item drops when the response was handed to the transport, when the command
 * was aborted, or when the connection ends.
 */
#include <linux/hash.h>
#include <linux/slab.h>
#include <target/target_core_fabric.h>

#include "cmd.h"
#include "conn.h"
#include "session.h"
#include "transport.h"

static struct kmem_cache *cmds;

int iscsit_cmd_setup(void)
{
	cmds = KMEM_CACHE(iscsit_cmd, SLAB_HWCACHE_ALIGN);
	return cmds ? 0 : -ENOMEM;
}

void iscsit_cmd_cleanup(void)
{
	kmem_cache_destroy(cmds);
}

static struct hlist_head *bucket_of(struct iscsit_conn *conn, itt_t itt)
{
	return &conn->tasks[hash_32((__force u32)itt,
				    ilog2(ISCSIT_CONN_TASK_BUCKETS))];
}

/**
 * iscsit_cmd_new - a task for the current PDU
 * @conn: connection
 * @itt: Initiator Task Tag, not in use
 *
 * Return: the command, or NULL.
 */
struct iscsit_cmd *iscsit_cmd_new(struct iscsit_conn *conn, itt_t itt)
{
	struct iscsit_cmd *cmd = kmem_cache_alloc(cmds, GFP_KERNEL);
	bool immediate = conn->hdr.opcode & ISCSI_OP_IMMEDIATE;

	if (!cmd)
		return NULL;
	iscsit_conn_get(conn);
	cmd->conn = conn;
	cmd->itt = itt;
	cmd->cmdsn = be32_to_cpu(conn->hdr.statsn);	/* where requests have CmdSN */
	cmd->flags = immediate ? 0 : ISCSIT_CMD_NUMBERED;
	cmd->ends = 0;
	cmd->expected = 0;
	cmd->failure = TCM_NO_SENSE;
	cmd->pieces = NULL;
	atomic_set(&cmd->events, 0);
	INIT_LIST_HEAD(&cmd->out.node);
	INIT_LIST_HEAD(&cmd->wait_node);

	cmd->se.tag = be32_to_cpu((__force __be32)itt);
	cmd->se.map_tag = 0;
	cmd->se.map_cpu = 0;
	cmd->se.cpuid = 0;
	cmd->se.prot_pto = false;
	cmd->se.sense_info = 0;

	hlist_add_head(&cmd->hash, bucket_of(conn, itt));
	conn->nr_immediate += immediate;
	return cmd;
}

/**
 * iscsit_cmd_find - task of a tag
 * @conn: connection
 * @itt: Initiator Task Tag
 *
 * Return: the command, or NULL.
 */
struct iscsit_cmd *iscsit_cmd_find(struct iscsit_conn *conn, itt_t itt)
{
	struct iscsit_cmd *cmd;

	hlist_for_each_entry(cmd, bucket_of(conn, itt), hash)
		if (cmd->itt == itt)
			return cmd;
	return NULL;
}

/**
 * iscsit_cmd_free - the last reference is gone
 * @cmd: command, on no list
 *
 * Context: any.
 */
void iscsit_cmd_free(struct iscsit_cmd *cmd)
{
	struct iscsit_conn *conn = cmd->conn;

	kfree(cmd->pieces);
	kmem_cache_free(cmds, cmd);
	iscsit_conn_put(conn);
}

/**
 * iscsit_cmd_event - the core has something to say about a command
 * @cmd: command
 * @event: what
 *
 * Context: any.
 */
void iscsit_cmd_event(struct iscsit_cmd *cmd, enum iscsit_cmd_event event)
{
	struct iscsit_conn *conn = cmd->conn;

	if (atomic_fetch_or(event, &cmd->events))
		return;
	if (llist_add(&cmd->event_node, &conn->events))
		iscsit_conn_kick(conn);
}

static void forget_tag(struct iscsit_cmd *cmd)
{
	if (hlist_unhashed(&cmd->hash))
		return;
	hlist_del_init(&cmd->hash);
	if (!(cmd->flags & ISCSIT_CMD_NUMBERED))
		cmd->conn->nr_immediate--;
}

/**
 * iscsit_cmd_unlink - forget a task
 * @cmd: command
 */
void iscsit_cmd_unlink(struct iscsit_cmd *cmd)
{
	struct iscsit_conn *conn = cmd->conn;

	forget_tag(cmd);
	list_del_init(&cmd->wait_node);
	list_del_init(&cmd->out.node);
	if (!(cmd->flags & ISCSIT_CMD_ARRIVING))
		return;
	/* the rest of its PDU is for nobody */
	cmd->flags &= ~ISCSIT_CMD_ARRIVING;
	conn->row = NULL;
	conn->current_cmd = NULL;
	conn->transport->forget(conn, cmd);
}

/* The core waits for target_submit() of what it has parsed. */
static void abandon(struct iscsit_cmd *cmd)
{
	const u16 over = ISCSIT_CMD_SUBMITTED | ISCSIT_CMD_STARTED;

	if ((cmd->flags & (over | ISCSIT_CMD_PARSED)) != ISCSIT_CMD_PARSED)
		return;
	cmd->flags &= ~ISCSIT_CMD_PARSED;
	target_abandon_cmd(&cmd->se);
}

/**
 * iscsit_cmd_answered - the response is made, or there will be none
 * @cmd: command
 *
 * Moves the window, once; or, before its turn, leaves that to who finds it gone
 * when its CmdSN is due.  The tag may come again as soon as the initiator has
 * the response, which may be long before the socket has taken what was made
 * along with it.
 */
void iscsit_cmd_answered(struct iscsit_cmd *cmd)
{
	const u16 has = ISCSIT_CMD_NUMBERED | ISCSIT_CMD_CREDITED;

	forget_tag(cmd);
	list_del_init(&cmd->wait_node);
	if ((cmd->flags & has) != ISCSIT_CMD_NUMBERED)
		return;
	cmd->flags |= ISCSIT_CMD_CREDITED;
	iscsit_sn_finish(&cmd->conn->sess->sn, cmd->cmdsn);
}

/**
 * iscsit_cmd_done - the work item needs a command no more
 * @cmd: command whose response was sent, or that was aborted
 */
void iscsit_cmd_done(struct iscsit_cmd *cmd)
{
	iscsit_cmd_unlink(cmd);
	abandon(cmd);
	target_put_sess_cmd(&cmd->se);
}

/**
 * iscsit_cmd_kill - the connection ends before the command does
 * @cmd: command
 *
 * A command that is on the list of events stays there: the work item drops
 * the reference when it gets to it.
 */
void iscsit_cmd_kill(struct iscsit_cmd *cmd)
{
	iscsit_cmd_unlink(cmd);
	abandon(cmd);
	if (!atomic_fetch_or(ISCSIT_CMD_DEAD, &cmd->events))
		target_put_sess_cmd(&cmd->se);
}
