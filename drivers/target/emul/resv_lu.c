// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reservations of a logical unit that is in use: which state counts, what
 * it means to each nexus, and what happens to them when it changes.
 *
 * The I/O path asks one byte of its nexus, target_itl.resv, what it may not
 * do, and that only while TARGET_SLOW_RESV is set.
 */
#include <linux/slab.h>
#include "../core/aca.h"
#include "../core/abort.h"
#include "../core/watch.h"
#include "copy_lu.h"
#include "lu.h"
#include "opdef.h"
#include "resv_aptpl.h"
#include "resv_conflict.h"
#include "resv_lu.h"
#include "ua.h"

static struct target_resv_lu *resv_of(const struct target_dev *dev)
{
	return &dev->emul->resv;
}

/**
 * target_resv_lu_nexus - the nexus that a session is
 * @sess: session
 * @nexus: set to it
 */
void target_resv_lu_nexus(const struct target_sess *sess,
			  struct target_resv_nexus *nexus)
{
	const struct target_port *port = sess->port;

	memset(nexus, 0, sizeof(*nexus));
	nexus->initiator = sess->tid;
	strscpy(nexus->port.fabric, port->tfo->fabric_name);
	strscpy(nexus->port.wwn, port->name);
	nexus->port.tag = port->tag;
	nexus->port.rtpi = port->rtpi;
}

/* ------------------------------------------------- what a nexus may not -- */

static enum target_resv_role role_of(const struct target_resv *state,
				     const struct target_sess *sess)
{
	struct target_resv_nexus nexus;
	int reg;

	target_resv_lu_nexus(sess, &nexus);
	reg = target_resv_find(state, &nexus);
	if (target_resv_holds(state, reg))
		return TARGET_RESV_HOLDER;
	return reg >= 0 ? TARGET_RESV_REGISTRANT : TARGET_RESV_STRANGER;
}

static u8 mask_of(const struct target_resv_lu *resv,
		  const struct target_itl *itl)
{
	const struct target_resv *state = resv->state;
	u8 mask = 0;

	if (!READ_ONCE(itl->link->dev->attr.emulate_pr))
		return 0;
	if (resv->spc2 && resv->spc2 != itl->sess)
		mask |= target_resv_conflict_spc2();
	if (state->lost)
		mask |= target_resv_conflict_all();
	else if (state->type)
		mask |= target_resv_conflict_mask(state->type,
						  role_of(state, itl->sess));
	return mask;
}

static void refresh_locked(struct target_dev *dev)
{
	struct target_resv_lu *resv = resv_of(dev);
	struct target_itl *itl;

	lockdep_assert_held(&resv->lock);

	/* before the last one conflicts, all have to look */
	if (resv->spc2 || resv->state->type || resv->state->lost)
		set_bit(TARGET_SLOW_RESV, &dev->slow);
	else
		clear_bit(TARGET_SLOW_RESV, &dev->slow);
	spin_lock(&dev->itl_lock);
	list_for_each_entry(itl, &dev->itls, dev_node)
		WRITE_ONCE(itl->resv, mask_of(resv, itl));
	spin_unlock(&dev->itl_lock);
}

/* An attribute may have changed what counts.  Context: any. */
void target_resv_lu_refresh(struct target_dev *dev)
{
	struct target_resv_lu *resv = resv_of(dev);
	unsigned long flags;

	spin_lock_irqsave(&resv->lock, flags);
	refresh_locked(dev);
	spin_unlock_irqrestore(&resv->lock, flags);
}

/* A nexus is there, or it is known now which one it is.  Context: any. */
void target_resv_lu_see(struct target_itl *itl)
{
	struct target_resv_lu *resv = resv_of(itl->link->dev);
	unsigned long flags;

	spin_lock_irqsave(&resv->lock, flags);
	WRITE_ONCE(itl->resv, mask_of(resv, itl));
	spin_unlock_irqrestore(&resv->lock, flags);
}

/**
 * target_resv_lu_check_class - does a reservation forbid commands of a class?
 * @itl: nexus
 * @class: enum target_opdef_resv
 *
 * Context: any.
 * Return: TCM_NO_SENSE, or why none may run
 */
sense_reason_t target_resv_lu_check_class(const struct target_itl *itl,
					  u8 class)
{
	if (!(READ_ONCE(itl->resv) & BIT(class)))
		return TCM_NO_SENSE;
	return READ_ONCE(resv_of(itl->link->dev)->lost) ?
	       TCM_RESERVATIONS_LOST : TCM_RESERVATION_CONFLICT;
}

/**
 * target_resv_lu_check - does a reservation forbid a command?
 * @cmd: command with a logical unit
 *
 * Context: any.
 * Return: TCM_NO_SENSE, or why it may not run
 */
sense_reason_t target_resv_lu_check(const struct target_cmd *cmd)
{
	const struct target_opdef *op = cmd->op;

	/* START STOP UNIT that starts (SPC-4 table 65) */
	if (op->resv == TARGET_RESV_START &&
	    (to_se((void *)cmd)->t_task_cdb[4] & 0xf1) == 0x01)
		return TCM_NO_SENSE;
	return target_resv_lu_check_class(cmd->itl, op->resv);
}

/* ----------------------------------------------------------- the state -- */

/* The state that counts now, to look at.  Context: any. */
struct target_resv *target_resv_lu_get(const struct target_dev *dev)
{
	struct target_resv_lu *resv = resv_of(dev);
	struct target_resv *state;
	unsigned long flags;

	spin_lock_irqsave(&resv->lock, flags);
	state = resv->state;
	refcount_inc(&state->refs);
	spin_unlock_irqrestore(&resv->lock, flags);
	return state;
}

/* Context: process. */
void target_resv_lu_put(struct target_resv *state)
{
	if (refcount_dec_and_test(&state->refs))
		target_resv_free(state);
}

/**
 * target_resv_lu_publish - a state counts from now on
 * @dev: logical unit
 * @next: the state, with a reference that is taken over
 *
 * Context: process, one at a time.
 */
void target_resv_lu_publish(struct target_dev *dev, struct target_resv *next)
{
	struct target_resv_lu *resv = resv_of(dev);
	struct target_resv *before;

	spin_lock_irq(&resv->lock);
	before = resv->state;
	resv->state = next;
	WRITE_ONCE(resv->lost, next->lost);
	refresh_locked(dev);
	spin_unlock_irq(&resv->lock);
	target_resv_lu_put(before);
	target_watch_notify(&dev->watch);
}

/* ---------------------------------------------------------- the effects -- */

/* The registration, before the change, of the nexus that a session is; or -1 */
static int reg_of(const struct target_resv_change *change,
		  const struct target_sess *sess)
{
	struct target_resv_nexus nexus;

	target_resv_lu_nexus(sess, &nexus);
	return target_resv_find(change->now, &nexus);
}

static void tell(struct target_itl *itl, const struct target_resv_change *change)
{
	int reg = reg_of(change, itl->sess);
	unsigned int i;

	for (i = 0; i < change->count; i++) {
		if (change->effects[i].reg == reg)
			target_ua_add(itl, change->effects[i].ua);
	}
}

/* Is this one of the nexuses that are preempted, commands and all? */
static bool is_aborted(const struct target_sess *sess, const void *arg)
{
	const struct target_resv_change *change = arg;
	int reg = reg_of(change, sess);
	unsigned int i;

	for (i = 0; i < change->count; i++) {
		if (change->effects[i].abort && change->effects[i].reg == reg)
			return true;
	}
	return false;
}

/*
 * SPC-4 5.13.11.2.7: the preempted commands are aborted, wherever they are;
 * nobody waits for them.
 */
static void abort_preempted(struct target_dev *dev,
			    const struct target_resv_change *change,
			    struct target_sess *self)
{
	const struct target_abort_scope scope = {
		.dev = dev,
		.self = self,
		.cleared = true,
		.whose = is_aborted,
		.arg = change,
	};

	target_abort_dev(&scope);
	target_copy_lu_stop(dev);
}

/* SPC-5 5.13.11.2.6: so is the ACA condition of a nexus that is preempted. */
static void clear_preempted(struct target_dev *dev,
			    const struct target_resv_change *change)
{
	struct target_itl *itl;

	spin_lock_irq(&dev->itl_lock);
	list_for_each_entry(itl, &dev->itls, dev_node) {
		if (target_aca_is_faulted(dev, itl->sess) &&
		    is_aborted(itl->sess, change))
			target_aca_clear(dev, itl->sess);
	}
	spin_unlock_irq(&dev->itl_lock);
}

static void apply_effects(struct target_dev *dev,
			  const struct target_resv_change *change,
			  struct target_sess *self)
{
	struct target_itl *itl;
	bool abort = false;
	unsigned int i;

	for (i = 0; i < change->count; i++)
		abort |= change->effects[i].abort;
	/* registrations may be as many as nexuses: look once for each of these */
	spin_lock_irq(&dev->itl_lock);
	if (change->count)
		list_for_each_entry(itl, &dev->itls, dev_node)
			tell(itl, change);
	spin_unlock_irq(&dev->itl_lock);
	if (abort)
		abort_preempted(dev, change, self);
	if (abort && test_bit(TARGET_SLOW_ACA, &dev->slow))
		clear_preempted(dev, change);
}

/**
 * target_resv_lu_commit - carry out a change
 * @dev: logical unit
 * @change: from target_resv_apply(); its next state is taken out
 * @sess: nexus that asked for it
 *
 * If reservations persist, the change is durable before anybody sees it.
 *
 * Context: process, one at a time; may wait for the medium that dbroot is on.
 * Return: 0; an errno, and nothing has changed
 */
int target_resv_lu_commit(struct target_dev *dev,
			  struct target_resv_change *change,
			  struct target_sess *sess)
{
	struct target_resv *now = target_resv_lu_get(dev);
	struct target_resv *next = change->next;
	int ret = 0;

	if (now->aptpl || next->aptpl)
		ret = target_resv_aptpl_save(dev, next);
	if (!ret) {
		change->next = NULL;
		target_resv_lu_publish(dev, next);
		apply_effects(dev, change, sess);
	}
	target_resv_lu_put(now);
	return ret;
}

/**
 * target_resv_lu_restore - an administrator knows better
 * @dev: logical unit
 * @state: its reservations, with a reference that is taken over
 *
 * Context: process; may wait for the medium that dbroot is on.
 * Return: 0 or an errno
 */
int target_resv_lu_restore(struct target_dev *dev, struct target_resv *state)
{
	struct target_resv_lu *resv = resv_of(dev);
	int ret = 0;

	mutex_lock(&resv->change);
	if (resv->state->aptpl || state->aptpl)
		ret = target_resv_aptpl_save(dev, state);
	if (!ret)
		target_resv_lu_publish(dev, state);
	mutex_unlock(&resv->change);
	if (ret)
		target_resv_lu_put(state);
	return ret;
}

/* ------------------------------------------------------- SPC-2 RESERVE -- */

/* Is the logical unit reserved by a RESERVE? */
bool target_resv_lu_spc2(const struct target_dev *dev)
{
	return READ_ONCE(resv_of(dev)->spc2);
}

/*
 * While there are registrations, RESERVE and RELEASE conflict; but who has
 * access by a persistent reservation is told that all is well (SPC-4 5.13.3:
 * CRH).
 */
static sense_reason_t compatible(const struct target_resv *state,
				 const struct target_sess *sess)
{
	enum target_resv_role role = role_of(state, sess);

	if (role == TARGET_RESV_HOLDER)
		return TCM_NO_SENSE;
	return state->type && !target_resv_conflict_mask(state->type, role) ?
		TCM_NO_SENSE : TCM_RESERVATION_CONFLICT;
}

static sense_reason_t reserve_locked(struct target_cmd *cmd)
{
	struct target_resv_lu *resv = resv_of(cmd_dev(cmd));
	struct target_sess *sess = cmd_sess(cmd);

	lockdep_assert_held(&resv->lock);

	if (resv->state->lost)
		return TCM_RESERVATIONS_LOST;
	if (resv->state->count)
		return compatible(resv->state, sess);
	if (resv->spc2 && resv->spc2 != sess)
		return TCM_RESERVATION_CONFLICT;
	WRITE_ONCE(resv->spc2, sess);
	refresh_locked(cmd_dev(cmd));
	return TCM_NO_SENSE;
}

/* RESERVE.  Context: any. */
sense_reason_t target_resv_lu_reserve(struct target_cmd *cmd)
{
	struct target_resv_lu *resv = resv_of(cmd_dev(cmd));
	sense_reason_t reason;
	unsigned long flags;

	spin_lock_irqsave(&resv->lock, flags);
	reason = reserve_locked(cmd);
	spin_unlock_irqrestore(&resv->lock, flags);
	return reason;
}

/* RELEASE: of what another one reserved, it does nothing.  Context: any. */
sense_reason_t target_resv_lu_release(struct target_cmd *cmd)
{
	struct target_resv_lu *resv = resv_of(cmd_dev(cmd));
	sense_reason_t reason = TCM_NO_SENSE;
	unsigned long flags;

	spin_lock_irqsave(&resv->lock, flags);
	if (resv->state->count)
		reason = compatible(resv->state, cmd_sess(cmd));
	spin_unlock_irqrestore(&resv->lock, flags);
	if (!reason)
		target_resv_lu_drop(cmd_dev(cmd), cmd_sess(cmd));
	return reason;
}

/**
 * target_resv_lu_drop - a RESERVE counts no more
 * @dev: logical unit
 * @sess: if it is this session's, or NULL for whosesoever it is
 *
 * Context: any.
 */
void target_resv_lu_drop(struct target_dev *dev, const struct target_sess *sess)
{
	struct target_resv_lu *resv = resv_of(dev);
	unsigned long flags;

	if (!READ_ONCE(resv->spc2))
		return;
	spin_lock_irqsave(&resv->lock, flags);
	if (resv->spc2 && (!sess || resv->spc2 == sess)) {
		WRITE_ONCE(resv->spc2, NULL);
		refresh_locked(dev);
	}
	spin_unlock_irqrestore(&resv->lock, flags);
}

/* -------------------------------------------------------- comes and goes -- */

/* No reservations.  Returns 0 or -ENOMEM. */
int target_resv_lu_init(struct target_dev *dev)
{
	struct target_resv_lu *resv = resv_of(dev);

	spin_lock_init(&resv->lock);
	mutex_init(&resv->change);
	INIT_LIST_HEAD(&resv->queue);
	INIT_LIST_HEAD(&resv->registers);
	resv->state = target_resv_alloc(0);
	return resv->state ? 0 : -ENOMEM;
}

void target_resv_lu_exit(struct target_dev *dev)
{
	if (resv_of(dev)->state)
		target_resv_lu_put(resv_of(dev)->state);
}
