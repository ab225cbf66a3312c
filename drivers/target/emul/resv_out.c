// SPDX-License-Identifier: GPL-2.0-only
/*
 * PERSISTENT RESERVE OUT (SPC-5 6.16): the parameter list becomes a request,
 * and what the request leads to is carried out.
 *
 * Each logical unit carries out one at a time, in a work item of its own,
 * because who is meant is looked up under mutexes and because the status may
 * have to wait until the change is durable.  No thread of I/O waits for that.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include "../core/complete.h"
#include "../core/sense.h"
#include "../core/state.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"
#include "resv_lu.h"
#include "resv_out.h"
#include "resv_pass.h"
#include "resv_who.h"

#define BASIC_LEN	24
/* Longest parameter list: some hundred TransportIDs */
#define LIST_MAX	SZ_64K

/* byte 20 of the basic parameter list */
#define SPEC_I_PT	0x08
#define ALL_TG_PT	0x04
/* bytes 20 and 17 */
#define APTPL		0x01
/* byte 17 of REGISTER AND MOVE */
#define UNREG		0x02

static u8 action_of(struct target_cmd *cmd)
{
	return target_cdb_bytes(cmd)[1] & 0x1f;
}

static bool registers(u8 action)
{
	return action == TARGET_RESV_REGISTER ||
	       action == TARGET_RESV_REGISTER_IGNORE;
}

/* ---------------------------------------------------------- the request -- */

static sense_reason_t parse_basic(struct target_cmd *cmd,
				  struct target_cursor *list,
				  struct target_resv_request *req)
{
	sense_reason_t reason = TCM_NO_SENSE;
	u8 flags;

	target_cursor_get32(list);		/* obsolete */
	flags = target_cursor_get8(list);
	target_cursor_take(list, 3);
	req->aptpl = flags & APTPL;
	if (!registers(req->action))
		return list->len == BASIC_LEN ? TCM_NO_SENSE :
						TCM_PARAMETER_LIST_LENGTH_ERROR;
	req->spec_i_pt = flags & SPEC_I_PT;
	req->all_tg_pt = flags & ALL_TG_PT;
	if (req->spec_i_pt && req->action == TARGET_RESV_REGISTER)
		reason = target_resv_who_named(cmd, list, req);
	else if (list->len != BASIC_LEN)
		reason = TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (!reason && req->all_tg_pt)
		reason = target_resv_who_everywhere(cmd, req);
	return reason;
}

static sense_reason_t parse_move(struct target_cmd *cmd,
				 struct target_cursor *list,
				 struct target_resv_request *req)
{
	u8 flags;
	u16 rtpi;
	u32 len;

	target_cursor_get8(list);
	flags = target_cursor_get8(list);
	rtpi = target_cursor_get16(list);
	len = target_cursor_get32(list);
	/* that of no TransportID has nothing to point at either */
	if (list->bad || !len || len != list->len - list->pos)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	req->aptpl = flags & APTPL;
	req->unreg = flags & UNREG;
	return target_resv_who_move(cmd, rtpi, list, req);
}

/* Who asks, as the logical unit tells initiators apart */
static void set_self(const struct target_dev *dev,
		     const struct target_sess *sess,
		     struct target_resv_nexus *self)
{
	target_resv_lu_nexus(sess, self);
	if (READ_ONCE(dev->attr.enforce_pr_isids))
		return;
	self->initiator.has_isid = false;
	memset(self->initiator.isid, 0, sizeof(self->initiator.isid));
}

static sense_reason_t parse(struct target_cmd *cmd,
			    struct target_resv_request *req)
{
	const struct target_dev *dev = cmd_dev(cmd);
	struct target_cursor list;
	sense_reason_t reason;

	set_self(dev, cmd_sess(cmd), &req->self);
	target_cursor_init(&list, cmd->scratch, to_se(cmd)->data_length);
	req->action = action_of(cmd);
	req->type = target_cdb_bytes(cmd)[2] & 0x0f;
	req->key = target_cursor_get64(&list);
	req->sa_key = target_cursor_get64(&list);
	reason = req->action == TARGET_RESV_MOVE ? parse_move(cmd, &list, req) :
						   parse_basic(cmd, &list, req);
	if (READ_ONCE(dev->attr.force_pr_aptpl))
		req->aptpl = true;
	return reason;
}

/* ----------------------------------------------------------- the answer -- */

static sense_reason_t bad_action(struct target_cmd *cmd)
{
	return target_sense_cdb(cmd, 1, 4);
}

static sense_reason_t bad_type(struct target_cmd *cmd)
{
	return target_sense_cdb(cmd, 2, 3);
}

static sense_reason_t bad_sa_key(struct target_cmd *cmd)
{
	return target_sense_param(cmd, 8, -1);
}

static sense_reason_t bad_spec_i_pt(struct target_cmd *cmd)
{
	return target_sense_param(cmd, 20, 3);
}

static sense_reason_t bad_initiator(struct target_cmd *cmd)
{
	return target_sense_param(cmd, BASIC_LEN, -1);
}

/**
 * struct answer - how a result is told
 * @say: points at what is wrong in a command, or NULL
 * @reason: how that ends, or what does not point
 */
struct answer {
	sense_reason_t	(*say)(struct target_cmd *cmd);
	sense_reason_t	reason;
};

static const struct answer answers[TARGET_RESV_RESULTS] = {
	[TARGET_RESV_OK]		= { NULL, TCM_NO_SENSE },
	[TARGET_RESV_CONFLICT]		= { NULL, TCM_RESERVATION_CONFLICT },
	[TARGET_RESV_BAD_ACTION]	= { bad_action, TCM_INVALID_CDB_FIELD },
	[TARGET_RESV_BAD_TYPE]		= { bad_type, TCM_INVALID_CDB_FIELD },
	[TARGET_RESV_BAD_SA_KEY]	= {
		bad_sa_key, TCM_INVALID_PARAMETER_LIST
	},
	[TARGET_RESV_BAD_SPEC_I_PT]	= {
		bad_spec_i_pt, TCM_INVALID_PARAMETER_LIST
	},
	[TARGET_RESV_BAD_INITIATOR]	= {
		bad_initiator, TCM_INVALID_PARAMETER_LIST
	},
	[TARGET_RESV_BAD_RELEASE]	= {
		NULL, TCM_INVALID_RELEASE_OF_RESERVATION
	},
	[TARGET_RESV_NO_ROOM]		= {
		NULL, TCM_INSUFFICIENT_REGISTRATION_RESOURCES
	},
	[TARGET_RESV_IS_LOST]		= { NULL, TCM_RESERVATIONS_LOST },
};

static sense_reason_t answer(struct target_cmd *cmd,
			     enum target_resv_result result)
{
	const struct answer *row = &answers[result];

	return row->say ? row->say(cmd) : row->reason;
}

/* ------------------------------------------------------------- the work -- */

static sense_reason_t carry_out(struct target_dev *dev,
				struct target_sess *sess,
				const struct target_resv_request *req,
				enum target_resv_result *result)
{
	struct target_resv *now = target_resv_lu_get(dev);
	struct target_resv_change *change = target_resv_prepare(now, req);
	sense_reason_t reason = TCM_OUT_OF_RESOURCES;

	if (change) {
		reason = TCM_NO_SENSE;
		*result = target_resv_apply(change, req);
		if (*result == TARGET_RESV_OK &&
		    target_resv_lu_commit(dev, change, sess))
			reason = TCM_TARGET_FAILURE;
	}
	target_resv_discard(change);
	target_resv_lu_put(now);
	return reason;
}

static sense_reason_t run(struct target_cmd *cmd)
{
	enum target_resv_result result;
	struct target_resv_request *req;
	sense_reason_t reason;

	/* who aborted it, maybe to preempt, was told that it is over */
	if (target_state_aborted(cmd))
		return TCM_TASK_ABORTED;
	if (target_resv_pass_on(cmd_dev(cmd)))
		return cmd->op->dir == DMA_TO_DEVICE ?
			target_resv_pass_out(cmd) : target_resv_pass_in(cmd);
	/* SPC-2 5.5.1: whosesoever the RESERVE is */
	if (target_resv_lu_spc2(cmd_dev(cmd)))
		return TCM_RESERVATION_CONFLICT;
	req = kzalloc(sizeof(*req), GFP_KERNEL);
	if (!req)
		return TCM_OUT_OF_RESOURCES;
	reason = parse(cmd, req);
	if (!reason)
		reason = carry_out(cmd_dev(cmd), cmd_sess(cmd), req, &result) ?:
			 answer(cmd, result);
	kvfree(req->other);
	kfree(req);
	return reason;
}

/* Nothing in a segment of a copy says APTPL: it stays what it was. */
static bool persists(const struct target_dev *dev)
{
	struct target_resv *now = target_resv_lu_get(dev);
	bool aptpl = now->aptpl || READ_ONCE(dev->attr.force_pr_aptpl);

	target_resv_lu_put(now);
	return aptpl;
}

static sense_reason_t run_register(const struct target_resv_register *reg)
{
	struct target_dev *dev = reg->itl->link->dev;
	struct target_sess *sess = reg->itl->sess;
	enum target_resv_result result;
	struct target_resv_request *req;
	sense_reason_t reason;

	if (target_resv_pass_on(dev))
		return target_resv_pass_register(dev, reg->key, reg->sa_key);
	if (target_resv_lu_spc2(dev))
		return TCM_RESERVATION_CONFLICT;
	req = kzalloc(sizeof(*req), GFP_KERNEL);
	if (!req)
		return TCM_OUT_OF_RESOURCES;
	set_self(dev, sess, &req->self);
	req->action = TARGET_RESV_REGISTER;
	req->aptpl = persists(dev);
	req->key = reg->key;
	req->sa_key = reg->sa_key;
	reason = carry_out(dev, sess, req, &result) ?: answers[result].reason;
	kfree(req);
	return reason;
}

static struct target_cmd *next_cmd(struct target_resv_lu *resv)
{
	struct target_cmd *cmd;

	spin_lock_irq(&resv->lock);
	cmd = list_first_entry_or_null(&resv->queue, struct target_cmd,
				       wait_node);
	if (cmd)
		list_del_init(&cmd->wait_node);
	spin_unlock_irq(&resv->lock);
	return cmd;
}

static struct target_resv_register *next_register(struct target_resv_lu *resv)
{
	struct target_resv_register *reg;

	spin_lock_irq(&resv->lock);
	reg = list_first_entry_or_null(&resv->registers,
				       struct target_resv_register, node);
	if (reg)
		list_del_init(&reg->node);
	spin_unlock_irq(&resv->lock);
	return reg;
}

/* The last one may take the logical unit along, but not the work item. */
static void out_work(struct work_struct *work)
{
	struct target_resv_lu *resv = container_of(work, struct target_resv_lu,
						   work);
	struct target_resv_register *reg;
	struct target_cmd *cmd;
	sense_reason_t reason;

	while ((cmd = next_cmd(resv))) {
		mutex_lock(&resv->change);
		reason = run(cmd);
		mutex_unlock(&resv->change);
		target_complete(cmd, reason);
	}
	while ((reg = next_register(resv))) {
		mutex_lock(&resv->change);
		reason = reg->check(reg) ?: run_register(reg);
		mutex_unlock(&resv->change);
		reg->done(reg, reason);
	}
}

void target_resv_out_init(struct target_resv_lu *resv)
{
	INIT_WORK(&resv->work, out_work);
}

/* Nobody sends any more.  Context: process. */
void target_resv_out_exit(struct target_resv_lu *resv)
{
	flush_work(&resv->work);
}

sense_reason_t target_resv_out_defer(struct target_cmd *cmd)
{
	struct target_resv_lu *resv = &cmd_dev(cmd)->emul->resv;

	spin_lock_irq(&resv->lock);
	list_add_tail(&cmd->wait_node, &resv->queue);
	/* once it can be taken, nothing holds the logical unit here */
	queue_work(system_unbound_wq, &resv->work);
	spin_unlock_irq(&resv->lock);
	return TCM_PENDING;
}

void target_resv_out_register(struct target_resv_register *reg)
{
	struct target_resv_lu *resv = &reg->itl->link->dev->emul->resv;

	spin_lock_irq(&resv->lock);
	list_add_tail(&reg->node, &resv->registers);
	queue_work(system_unbound_wq, &resv->work);
	spin_unlock_irq(&resv->lock);
}

/* SCOPE counts where a reservation is made or named; only LU_SCOPE exists. */
static bool scope_counts(u8 action)
{
	return action == TARGET_RESV_RESERVE || action == TARGET_RESV_RELEASE ||
	       action == TARGET_RESV_PREEMPT ||
	       action == TARGET_RESV_PREEMPT_ABORT ||
	       action == TARGET_RESV_REPLACE_LOST;
}

sense_reason_t target_resv_out(struct target_cmd *cmd)
{
	size_t len = to_se(cmd)->data_length;

	if (scope_counts(action_of(cmd)) && target_cdb_bytes(cmd)[2] >> 4)
		return target_sense_cdb(cmd, 2, 7);
	if (len < BASIC_LEN || len != cmd->wanted || len > LIST_MAX)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	cmd->scratch = kvmalloc(len, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	target_data_get(cmd, cmd->scratch, 0, len);
	return target_resv_out_defer(cmd);
}
