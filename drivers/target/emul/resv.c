// SPDX-License-Identifier: GPL-2.0-only
/*
 * Persistent reservations (SPC-4 5.13, SPC-5 5.14) as a value: state and
 * request in, next state and a list of effects out.  Pure.
 *
 * "Removed" below are registrations of the state before; those that are added
 * stand behind the survivors.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "resv.h"
#include "ua.h"

/* ---------------------------------------------------------- the value -- */

/**
 * target_resv_alloc - a state without registrations
 * @room: registrations that it may get
 *
 * Return: state with one reference, or NULL
 */
struct target_resv *target_resv_alloc(unsigned int room)
{
	struct target_resv *state;

	state = kvzalloc(struct_size(state, regs, room), GFP_KERNEL);
	if (!state)
		return NULL;
	refcount_set(&state->refs, 1);
	state->room = room;
	state->holder = -1;
	return state;
}

void target_resv_free(struct target_resv *state)
{
	kvfree(state);
}

bool target_resv_same_port(const struct target_resv_port *a,
			   const struct target_resv_port *b)
{
	return a->tag == b->tag && !strcmp(a->wwn, b->wwn) &&
	       !strcmp(a->fabric, b->fabric);
}

/**
 * target_resv_find - the registration of a nexus
 * @state: where
 * @nexus: whose
 *
 * Its own comes before one that is for every port of its initiator.
 *
 * Return: index, or -1
 */
int target_resv_find(const struct target_resv *state,
		     const struct target_resv_nexus *nexus)
{
	const struct target_resv_nexus *reg;
	int i, found = -1;

	for (i = 0; i < state->count; i++) {
		reg = &state->regs[i].nexus;
		if (!target_transport_id_covers(&reg->initiator,
						&nexus->initiator) ||
		    !target_resv_same_port(&reg->port, &nexus->port))
			continue;
		if (target_transport_id_equal(&reg->initiator,
					      &nexus->initiator))
			return i;
		found = i;
	}
	return found;
}

bool target_resv_type_valid(u8 type)
{
	return type == TARGET_RESV_WE || type == TARGET_RESV_EA ||
	       (type >= TARGET_RESV_WE_RO && type <= TARGET_RESV_EA_AR);
}

bool target_resv_all_registrants(u8 type)
{
	return type == TARGET_RESV_WE_AR || type == TARGET_RESV_EA_AR;
}

static bool registrants_only(u8 type)
{
	return type == TARGET_RESV_WE_RO || type == TARGET_RESV_EA_RO;
}

/* Is this registrant a holder of the reservation? */
bool target_resv_holds(const struct target_resv *state, int reg)
{
	return reg >= 0 && state->type &&
	       (target_resv_all_registrants(state->type) ||
		state->holder == reg);
}

/* --------------------------------------------------------- the change -- */

/**
 * target_resv_prepare - memory for a change
 * @now: state
 * @req: what is asked for
 *
 * Return: change, for target_resv_apply() and target_resv_discard(); or NULL
 */
struct target_resv_change *
target_resv_prepare(const struct target_resv *now,
		    const struct target_resv_request *req)
{
	struct target_resv_change *change;
	struct target_resv *next;

	change = kvzalloc(struct_size(change, effects, now->count), GFP_KERNEL);
	next = target_resv_alloc(now->count + req->others + 1);
	if (!change || !next) {
		kvfree(change);
		kvfree(next);
		return NULL;
	}
	next->generation = now->generation;
	next->type = now->type;
	next->aptpl = now->aptpl;
	next->lost = now->lost;
	next->holder = now->holder;
	next->count = now->count;
	memcpy(next->regs, now->regs, array_size(now->count, sizeof(*now->regs)));
	change->now = now;
	change->next = next;
	return change;
}

/* Nobody wants it.  The next state goes too, unless it was taken out. */
void target_resv_discard(struct target_resv_change *change)
{
	if (!change)
		return;
	target_resv_free(change->next);
	kvfree(change);
}

static void effect(struct target_resv_change *c, unsigned int reg, u16 ua,
		   bool abort)
{
	c->effects[c->count++] = (struct target_resv_effect) {
		.reg = reg, .ua = ua, .abort = abort,
	};
}

static bool is_removed(const struct target_resv_change *c, unsigned int reg)
{
	return test_bit(reg, c->removed);
}

/* Tell those that stay registered; not @me, who knows. */
static void tell_survivors(struct target_resv_change *c, int me, u16 ua)
{
	unsigned int i;

	for (i = 0; i < c->now->count; i++) {
		if (i != me && !is_removed(c, i))
			effect(c, i, ua, false);
	}
}

static void unreserve(struct target_resv_change *c)
{
	c->next->type = TARGET_RESV_NONE;
	c->next->holder = -1;
}

/* Registrations were removed: is there still a holder? (SPC-4 5.13.11.2.4) */
static void settle(struct target_resv_change *c, int me)
{
	const struct target_resv *now = c->now;
	bool last = bitmap_weight(c->removed, now->count) == now->count &&
		    c->next->count == now->count;

	if (target_resv_all_registrants(now->type)) {
		if (last)
			unreserve(c);
		return;
	}
	if (now->holder < 0 || !is_removed(c, now->holder))
		return;
	unreserve(c);
	if (registrants_only(now->type))
		tell_survivors(c, me, TARGET_UA_RESERVATIONS_RELEASED);
}

/* Close the gaps.  The holder's index follows. */
static void compact(struct target_resv_change *c)
{
	struct target_resv *next = c->next;
	unsigned int from, to = 0;
	int holder = -1;

	for (from = 0; from < next->count; from++) {
		if (from < c->now->count && is_removed(c, from))
			continue;
		if (next->holder == from)
			holder = to;
		if (from != to)
			next->regs[to] = next->regs[from];
		to++;
	}
	next->count = to;
	next->holder = holder;
}

static int add(struct target_resv_change *c,
	       const struct target_resv_request *req,
	       const struct target_resv_nexus *nexus)
{
	struct target_resv *next = c->next;

	next->regs[next->count] = (struct target_resv_reg) {
		.key = req->sa_key,
		.all_tg_pt = req->all_tg_pt,
		.nexus = *nexus,
	};
	return next->count++;
}

static bool has_key(const struct target_resv *state, int reg, u64 key)
{
	return reg >= 0 && state->regs[reg].key == key;
}

/* ------------------------------------------------------ service actions -- */

/* REGISTER for one of the nexuses that ALL_TG_PT and SPEC_I_PT name */
static bool register_other(struct target_resv_change *c,
			   const struct target_resv_request *req,
			   const struct target_resv_nexus *nexus)
{
	bool ignore = req->action == TARGET_RESV_REGISTER_IGNORE;
	int reg = target_resv_find(c->next, nexus);

	if (reg < 0) {
		if (req->sa_key)
			add(c, req, nexus);
		return true;
	}
	/* named twice in this very list */
	if (reg >= c->now->count)
		return true;
	if (!ignore && c->now->regs[reg].key != req->key)
		return !req->sa_key;
	if (req->sa_key)
		c->next->regs[reg].key = req->sa_key;
	else
		set_bit(reg, c->removed);
	return true;
}

/* SPC-4 5.13.7, 5.13.11.2.3 */
static enum target_resv_result do_register(struct target_resv_change *c,
					   const struct target_resv_request *req)
{
	bool ignore = req->action == TARGET_RESV_REGISTER_IGNORE;
	int me = target_resv_find(c->now, &req->self);
	unsigned int i;

	if (!ignore && (me < 0 ? req->key != 0 : !has_key(c->now, me, req->key)))
		return TARGET_RESV_CONFLICT;
	if (req->spec_i_pt && (ignore || me >= 0))
		return TARGET_RESV_BAD_SPEC_I_PT;
	/* who is none asks for none (SPC-4 tables 67 and 68) */
	if (me < 0 && !req->sa_key)
		return TARGET_RESV_OK;

	c->next->aptpl = req->aptpl;
	if (me >= 0 && req->sa_key)
		c->next->regs[me].key = req->sa_key;
	else if (me >= 0)
		set_bit(me, c->removed);
	else
		add(c, req, &req->self);
	for (i = 0; i < req->others; i++) {
		if (!register_other(c, req, &req->other[i]))
			return req->spec_i_pt ? TARGET_RESV_BAD_INITIATOR :
						TARGET_RESV_CONFLICT;
	}
	settle(c, me);
	return TARGET_RESV_OK;
}

/* SPC-4 5.13.9 */
static enum target_resv_result do_reserve(struct target_resv_change *c,
					  const struct target_resv_request *req)
{
	int me = target_resv_find(c->now, &req->self);

	if (!has_key(c->now, me, req->key))
		return TARGET_RESV_CONFLICT;
	if (!target_resv_type_valid(req->type))
		return TARGET_RESV_BAD_TYPE;
	if (c->now->type)
		return target_resv_holds(c->now, me) &&
		       c->now->type == req->type ? TARGET_RESV_OK :
						   TARGET_RESV_CONFLICT;
	c->next->type = req->type;
	c->next->holder = target_resv_all_registrants(req->type) ? -1 : me;
	return TARGET_RESV_OK;
}

/* SPC-4 5.13.11.2.2 */
static enum target_resv_result do_release(struct target_resv_change *c,
					  const struct target_resv_request *req)
{
	int me = target_resv_find(c->now, &req->self);

	if (!has_key(c->now, me, req->key))
		return TARGET_RESV_CONFLICT;
	if (!target_resv_holds(c->now, me))
		return TARGET_RESV_OK;
	if (c->now->type != req->type)
		return TARGET_RESV_BAD_RELEASE;
	unreserve(c);
	if (registrants_only(c->now->type) ||
	    target_resv_all_registrants(c->now->type))
		tell_survivors(c, me, TARGET_UA_RESERVATIONS_RELEASED);
	return TARGET_RESV_OK;
}

/* SPC-4 5.13.11.2.8 */
static enum target_resv_result do_clear(struct target_resv_change *c,
					const struct target_resv_request *req)
{
	int me = target_resv_find(c->now, &req->self);

	if (!has_key(c->now, me, req->key))
		return TARGET_RESV_CONFLICT;
	tell_survivors(c, me, TARGET_UA_RESERVATIONS_PREEMPTED);
	bitmap_fill(c->removed, c->now->count);
	unreserve(c);
	return TARGET_RESV_OK;
}

/* Remove those with the key, or all where that is what 0 means. */
static unsigned int remove(struct target_resv_change *c,
			   const struct target_resv_request *req, int me,
			   bool keep_me)
{
	bool abort = req->action == TARGET_RESV_PREEMPT_ABORT;
	unsigned int i, found = 0;

	for (i = 0; i < c->now->count; i++) {
		if (req->sa_key && c->now->regs[i].key != req->sa_key)
			continue;
		found++;
		if (i == me && keep_me)
			continue;
		set_bit(i, c->removed);
		if (i != me)
			effect(c, i, TARGET_UA_REGISTRATIONS_PREEMPTED, abort);
	}
	return found;
}

/* Does the key name the reservation, not just registrations? */
static bool names_holder(const struct target_resv *now, u64 sa_key)
{
	if (!now->type)
		return false;
	if (target_resv_all_registrants(now->type))
		return !sa_key;
	return has_key(now, now->holder, sa_key);
}

/* PREEMPT, and PREEMPT AND ABORT: SPC-4 5.13.11.2.5 to 5.13.11.2.7 */
static enum target_resv_result do_preempt(struct target_resv_change *c,
					  const struct target_resv_request *req)
{
	int me = target_resv_find(c->now, &req->self);

	if (!has_key(c->now, me, req->key))
		return TARGET_RESV_CONFLICT;
	if (!names_holder(c->now, req->sa_key)) {
		if (!req->sa_key)
			return TARGET_RESV_BAD_SA_KEY;
		if (!remove(c, req, me, false))
			return TARGET_RESV_CONFLICT;
		settle(c, me);
		return TARGET_RESV_OK;
	}
	if (!target_resv_type_valid(req->type))
		return TARGET_RESV_BAD_TYPE;
	remove(c, req, me, true);
	if (req->type != c->now->type)
		tell_survivors(c, me, TARGET_UA_RESERVATIONS_RELEASED);
	c->next->type = req->type;
	c->next->holder = target_resv_all_registrants(req->type) ? -1 : me;
	return TARGET_RESV_OK;
}

/* REGISTER AND MOVE: SPC-4 5.13.8 */
static enum target_resv_result do_move(struct target_resv_change *c,
				       const struct target_resv_request *req)
{
	int me = target_resv_find(c->now, &req->self);
	int to;

	if (!has_key(c->now, me, req->key))
		return TARGET_RESV_CONFLICT;
	if (!c->now->type)
		return TARGET_RESV_BAD_ACTION;
	if (target_resv_all_registrants(c->now->type) || c->now->holder != me)
		return TARGET_RESV_CONFLICT;
	if (!req->sa_key)
		return TARGET_RESV_BAD_SA_KEY;
	to = target_resv_find(c->now, req->other);
	if (to == me || (target_transport_id_covers(&req->other->initiator,
						    &req->self.initiator) &&
			 target_resv_same_port(&req->other->port,
					       &req->self.port)))
		return TARGET_RESV_BAD_INITIATOR;
	c->next->aptpl = req->aptpl;
	if (to < 0)
		to = add(c, req, req->other);
	c->next->regs[to].key = req->sa_key;
	c->next->holder = to;
	if (req->unreg)
		set_bit(me, c->removed);
	return TARGET_RESV_OK;
}

/* REPLACE LOST RESERVATION: SPC-5 5.14.11.3 */
static enum target_resv_result
do_replace(struct target_resv_change *c, const struct target_resv_request *req)
{
	if (!c->now->lost)
		return c->now->type ? TARGET_RESV_CONFLICT :
				      TARGET_RESV_BAD_ACTION;
	if (!req->sa_key)
		return TARGET_RESV_BAD_SA_KEY;
	if (!target_resv_type_valid(req->type))
		return TARGET_RESV_BAD_TYPE;
	bitmap_fill(c->removed, c->now->count);
	c->next->lost = false;
	c->next->aptpl = req->aptpl;
	c->next->type = req->type;
	c->next->holder = add(c, req, &req->self);
	return TARGET_RESV_OK;
}

/**
 * struct action_row - a service action
 * @apply: what it does
 * @counts: PRGENERATION goes up (SPC-5 table 244)
 */
struct action_row {
	enum target_resv_result
		(*apply)(struct target_resv_change *c,
			 const struct target_resv_request *req);
	bool counts;
};

static const struct action_row actions[TARGET_RESV_ACTIONS] = {
	[TARGET_RESV_REGISTER]		= { do_register, true },
	[TARGET_RESV_RESERVE]		= { do_reserve, false },
	[TARGET_RESV_RELEASE]		= { do_release, false },
	[TARGET_RESV_CLEAR]		= { do_clear, true },
	[TARGET_RESV_PREEMPT]		= { do_preempt, true },
	[TARGET_RESV_PREEMPT_ABORT]	= { do_preempt, true },
	[TARGET_RESV_REGISTER_IGNORE]	= { do_register, true },
	[TARGET_RESV_MOVE]		= { do_move, true },
	[TARGET_RESV_REPLACE_LOST]	= { do_replace, true },
};

/**
 * target_resv_apply - find out what a request leads to
 * @change: from target_resv_prepare(); unless all is well, it is worth
 *	nothing any more
 * @req: request
 *
 * Return: how it ends
 */
enum target_resv_result
target_resv_apply(struct target_resv_change *change,
		  const struct target_resv_request *req)
{
	const struct action_row *row = &actions[req->action];
	enum target_resv_result result;

	if (change->now->lost && req->action != TARGET_RESV_REPLACE_LOST)
		return TARGET_RESV_IS_LOST;
	result = row->apply(change, req);
	if (result)
		return result;
	compact(change);
	if (target_resv_all_registrants(change->next->type))
		change->next->holder = -1;
	if (change->next->count > TARGET_RESV_MAX)
		return TARGET_RESV_NO_ROOM;
	change->next->generation += row->counts;
	return TARGET_RESV_OK;
}
