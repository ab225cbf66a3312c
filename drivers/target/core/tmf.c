// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task management functions (SAM-5 clause 7): one row each.  REPORT SUPPORTED
 * TASK MANAGEMENT FUNCTIONS is printed from the same table.
 */
#include "abort.h"
#include "aca.h"
#include "complete.h"
#include "events.h"
#include "order.h"
#include "state.h"
#include "tmf.h"

/**
 * struct tmf_row - one task management function
 * @run: do it; returns the service response
 * @needs_lu: addresses a logical unit
 * @report: bit in byte 0 or 1 of the parameter data of REPORT SUPPORTED TASK
 *	MANAGEMENT FUNCTIONS (SPC-5 6.37): byte << 8 | mask; 0 if it has none
 */
struct tmf_row {
	u8	(*run)(struct target_cmd *cmd);
	bool	needs_lu;
	u16	report;
};

static struct target_abort_scope own_lu(struct target_cmd *cmd)
{
	return (struct target_abort_scope) {
		.dev = cmd_dev(cmd),
		.self = cmd_sess(cmd),
		.except = cmd,
	};
}

static void count_abort(struct target_dev *dev, bool found)
{
	atomic_long_inc(found ? &dev->aborts_complete : &dev->aborts_no_task);
}

static u8 abort_task(struct target_cmd *cmd)
{
	struct target_abort_scope scope = own_lu(cmd);
	bool found;

	scope.by_tag = true;
	scope.tag = cmd->tmr.ref_task_tag;
	found = target_abort_session(cmd_sess(cmd), &scope);
	count_abort(scope.dev, found);
	return found ? TMR_FUNCTION_COMPLETE : TMR_TASK_DOES_NOT_EXIST;
}

static u8 abort_task_set(struct target_cmd *cmd)
{
	struct target_abort_scope scope = own_lu(cmd);

	target_abort_session(cmd_sess(cmd), &scope);
	return TMR_FUNCTION_COMPLETE;
}

/* Of a task set that the nexus has for itself: ABORT TASK SET (SAM-5 7.5) */
static u8 clear_task_set(struct target_cmd *cmd)
{
	struct target_abort_scope scope = own_lu(cmd);

	if (target_order_is_separate(scope.dev))
		return abort_task_set(cmd);
	scope.cleared = true;
	target_abort_dev(&scope);
	return TMR_FUNCTION_COMPLETE;
}

/* From another nexus than the faulted one it does nothing (SAM-5 7.4). */
static u8 clear_aca(struct target_cmd *cmd)
{
	struct target_abort_scope scope = own_lu(cmd);

	if (!target_aca_is_faulted(scope.dev, scope.self))
		return TMR_FUNCTION_COMPLETE;
	scope.aca = true;
	target_abort_session(scope.self, &scope);
	target_aca_clear(scope.dev, scope.self);
	return TMR_FUNCTION_COMPLETE;
}

/* QERR (SPC-5 table 186) */
#define QERR_NEXUS	3	/* the nexus's commands are aborted; else all */

/**
 * target_tmf_qerr - a command ends with CHECK CONDITION: so may others
 * @cmd: command, which has its outcome, of a logical unit with a QERR
 *
 * Context: process.
 */
void target_tmf_qerr(struct target_cmd *cmd)
{
	struct target_abort_scope scope = {
		.dev = cmd_dev(cmd),
		.self = cmd_sess(cmd),
		.cleared = true,
	};

	if (READ_ONCE(scope.dev->qerr) == QERR_NEXUS ||
	    target_order_is_separate(scope.dev))
		target_abort_session(scope.self, &scope);
	else
		target_abort_dev(&scope);
}

static void reset_lu(const struct target_abort_scope *scope,
		     enum target_reset how)
{
	target_abort_dev(scope);
	target_aca_clear(scope->dev, NULL);
	atomic_long_inc(&scope->dev->resets);
	target_events_reset(scope->dev, how);
}

static u8 lun_reset(struct target_cmd *cmd)
{
	const struct target_abort_scope scope = own_lu(cmd);

	reset_lu(&scope, TARGET_RESET_UNIT);
	return TMR_FUNCTION_COMPLETE;
}

/* What the session sees at LUN *number or the first one behind it, referenced */
static struct target_link *next_link(struct target_sess *sess,
				     unsigned long *number)
{
	struct target_link *link = NULL;
	struct target_itl *itl;

	rcu_read_lock();
	xa_for_each_start(&sess->itls, *number, itl, *number) {
		link = itl->link;
		if (percpu_ref_tryget(&link->ref))
			break;
		link = NULL;
	}
	rcu_read_unlock();
	return link;
}

/* Every logical unit that the initiator knows (RFC 7143 11.5.1) */
static u8 reset_all(struct target_cmd *cmd, enum target_reset how)
{
	struct target_abort_scope scope = { .self = cmd_sess(cmd), .except = cmd };
	struct target_link *link;
	unsigned long number = 0;

	while ((link = next_link(scope.self, &number))) {
		scope.dev = link->dev;
		reset_lu(&scope, how);
		percpu_ref_put(&link->ref);
		if (!++number)
			break;
	}
	return TMR_FUNCTION_COMPLETE;
}

static u8 warm_reset(struct target_cmd *cmd)
{
	return reset_all(cmd, TARGET_RESET_WARM);
}

static u8 cold_reset(struct target_cmd *cmd)
{
	return reset_all(cmd, TARGET_RESET_COLD);
}

static u8 nexus_reset(struct target_cmd *cmd)
{
	struct target_abort_scope scope = { .self = cmd_sess(cmd), .except = cmd };
	struct target_link *link;
	unsigned long number = 0;

	target_abort_session(scope.self, &scope);
	while ((link = next_link(scope.self, &number))) {
		target_aca_clear(link->dev, scope.self);
		percpu_ref_put(&link->ref);
		if (!++number)
			break;
	}
	target_events_nexus_reset(scope.self);
	return TMR_FUNCTION_COMPLETE;
}

static u8 query_task(struct target_cmd *cmd)
{
	struct target_abort_scope scope = own_lu(cmd);

	scope.by_tag = true;
	scope.tag = cmd->tmr.ref_task_tag;
	return target_abort_find(cmd_sess(cmd), &scope) ?
		TMR_FUNCTION_SUCCEEDED : TMR_FUNCTION_COMPLETE;
}

static u8 query_task_set(struct target_cmd *cmd)
{
	struct target_abort_scope scope = own_lu(cmd);

	return target_abort_find(cmd_sess(cmd), &scope) ?
		TMR_FUNCTION_SUCCEEDED : TMR_FUNCTION_COMPLETE;
}

/* SAM-5 clause 7: a unit attention condition or a deferred error */
static u8 query_async_event(struct target_cmd *cmd)
{
	const struct target_itl *itl = cmd->itl;

	return READ_ONCE(itl->ua.count) || READ_ONCE(itl->deferred) ?
		TMR_FUNCTION_SUCCEEDED : TMR_FUNCTION_COMPLETE;
}

#define BYTE0(mask)	(mask)
#define BYTE1(mask)	(0x100 | (mask))

static const struct tmf_row rows[] = {
	[TMR_ABORT_TASK]	= { abort_task,		true, BYTE0(0x80) },
	[TMR_ABORT_TASK_SET]	= { abort_task_set,	true, BYTE0(0x40) },
	[TMR_CLEAR_ACA]		= { clear_aca,		true, BYTE0(0x20) },
	[TMR_CLEAR_TASK_SET]	= { clear_task_set,	true, BYTE0(0x10) },
	[TMR_LUN_RESET]		= { lun_reset,		true, BYTE0(0x08) },
	[TMR_TARGET_WARM_RESET]	= { warm_reset },
	[TMR_TARGET_COLD_RESET]	= { cold_reset },
	[TMR_I_T_NEXUS_RESET]	= { nexus_reset,	false, BYTE1(0x01) },
	[TMR_QUERY_TASK]	= { query_task,		true, BYTE0(0x04) },
	[TMR_QUERY_TASK_SET]	= { query_task_set,	true, BYTE1(0x02) },
	[TMR_QUERY_ASYNC_EVENT]	= { query_async_event,	true, BYTE1(0x04) },
};

static const struct tmf_row *row_of(u8 function)
{
	return function < ARRAY_SIZE(rows) && rows[function].run ?
		&rows[function] : NULL;
}

/**
 * target_tmf_report - bytes 0 and 1 of REPORT SUPPORTED TASK MANAGEMENT
 *	FUNCTIONS
 * @bytes: they go here
 */
void target_tmf_report(u8 bytes[2])
{
	unsigned int i;

	bytes[0] = 0;
	bytes[1] = 0;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		bytes[rows[i].report >> 8] |= rows[i].report & 0xff;
}

static u8 run(struct target_cmd *cmd)
{
	const struct tmf_row *row = row_of(cmd->tmr.function);

	if (!row)
		return TMR_TASK_MGMT_FUNCTION_NOT_SUPPORTED;
	if (row->needs_lu && !cmd->link)
		return TMR_LUN_DOES_NOT_EXIST;
	return row->run(cmd);
}

static void tmf_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, work);
	struct se_cmd *se = to_se(cmd);

	if (!target_state_move(cmd, TARGET_OWNER_QUEUE, TARGET_OWNER_HANDLER)) {
		target_complete_orphan(cmd);
		return;
	}
	cmd->tmr.response = run(cmd);
	if (!target_state_move(cmd, TARGET_OWNER_HANDLER,
			       TARGET_OWNER_RESPONSE)) {
		target_complete_orphan(cmd);
		return;
	}
	se->se_tfo->queue_tm_rsp(se);
	se->se_tfo->check_stop_free(se);
}

/**
 * target_tmf_start - carry out a task management function
 * @cmd: counted and looked up; cmd->tmr says what
 *
 * In a work item: the fabric is asked for its answer in process context.
 *
 * Context: any.
 */
void target_tmf_start(struct target_cmd *cmd)
{
	if (target_state_move(cmd, TARGET_OWNER_NEW, TARGET_OWNER_QUEUE))
		target_complete_defer(cmd, tmf_work);
	else
		target_complete_orphan(cmd);
}
