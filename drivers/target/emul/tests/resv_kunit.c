// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of persistent reservations as a value: every service action by
 * every type and role, written down from SPC-4 5.13 and SPC-5 5.14; and what
 * a reservation forbids.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../resv.h"
#include "../resv_conflict.h"
#include "../ua.h"

/* Who is there: A holds the reservation if there is one, C is a stranger. */
enum { A, B, C };

#define KEY_A		0xaULL
#define KEY_B		0xbULL
#define KEY_NEW		0x99ULL
#define KEY_WRONG	0x77ULL

/* Kinds of types that are treated alike */
enum { FREE, EXCL, REGO, ALLR, KINDS };

static const u8 types_of[KINDS][3] = {
	[FREE] = { TARGET_RESV_NONE },
	[EXCL] = { TARGET_RESV_WE, TARGET_RESV_EA },
	[REGO] = { TARGET_RESV_WE_RO, TARGET_RESV_EA_RO },
	[ALLR] = { TARGET_RESV_WE_AR, TARGET_RESV_EA_AR },
};

#define MASK_A	1
#define MASK_B	2
#define MASK_C	4
#define AB	(MASK_A | MASK_B)
#define ABC	(AB | MASK_C)

/* The type afterwards */
enum { KEEP, GONE, ASKED };

#define NOBODY	(-1)
#define SAME	(-2)

/**
 * struct row - a request and what it leads to
 * @action: service action
 * @kind: what is reserved before
 * @who: sends it, with its own key
 * @sa_key: service action reservation key
 * @result: how it ends; if that is not well, nothing below counts
 * @type: type of the reservation afterwards
 * @holder: holder afterwards
 * @regs: who is registered
 * @ua_a: unit attention for A
 * @ua_b: for B
 */
struct row {
	u8	action;
	u8	kind;
	u8	who;
	u64	sa_key;
	u8	result;
	u8	type;
	s8	holder;
	u8	regs;
	u16	ua_a;
	u16	ua_b;
};

#define RELEASED	TARGET_UA_RESERVATIONS_RELEASED
#define PREEMPTED	TARGET_UA_RESERVATIONS_PREEMPTED
#define REMOVED		TARGET_UA_REGISTRATIONS_PREEMPTED
#define CONFLICT	TARGET_RESV_CONFLICT
#define BAD_KEY		TARGET_RESV_BAD_SA_KEY

/* The same for every kind, that is: whatever is reserved */
#define ALWAYS(action, who, sa, result, ...)				\
	{ action, FREE, who, sa, result, __VA_ARGS__ },			\
	{ action, EXCL, who, sa, result, __VA_ARGS__ },			\
	{ action, REGO, who, sa, result, __VA_ARGS__ },			\
	{ action, ALLR, who, sa, result, __VA_ARGS__ }

#define REGISTERS(action)						\
	/* a new key, or the first one */				\
	ALWAYS(action, A, KEY_NEW, 0, KEEP, SAME, AB),			\
	ALWAYS(action, B, KEY_NEW, 0, KEEP, SAME, AB),			\
	ALWAYS(action, C, KEY_NEW, 0, KEEP, SAME, ABC),			\
	/* unregister: what the holder had is released */		\
	{ action, FREE, A, 0, 0, KEEP, SAME, MASK_B },			\
	{ action, EXCL, A, 0, 0, GONE, NOBODY, MASK_B },		\
	{ action, REGO, A, 0, 0, GONE, NOBODY, MASK_B, 0, RELEASED },	\
	{ action, ALLR, A, 0, 0, KEEP, SAME, MASK_B },			\
	ALWAYS(action, B, 0, 0, KEEP, SAME, MASK_A),			\
	ALWAYS(action, C, 0, 0, KEEP, SAME, AB)

#define PREEMPTS(action)						\
	ALWAYS(action, C, KEY_A, CONFLICT),				\
	ALWAYS(action, A, KEY_WRONG, CONFLICT),				\
	ALWAYS(action, B, KEY_WRONG, CONFLICT),				\
	/* the holder's key */						\
	{ action, FREE, A, KEY_A, 0, KEEP, SAME, MASK_B },		\
	{ action, EXCL, A, KEY_A, 0, ASKED, A, AB },			\
	{ action, REGO, A, KEY_A, 0, ASKED, A, AB },			\
	{ action, ALLR, A, KEY_A, 0, KEEP, SAME, MASK_B },		\
	{ action, FREE, B, KEY_A, 0, KEEP, SAME, MASK_B, REMOVED },	\
	{ action, EXCL, B, KEY_A, 0, ASKED, B, MASK_B, REMOVED },	\
	{ action, REGO, B, KEY_A, 0, ASKED, B, MASK_B, REMOVED },	\
	{ action, ALLR, B, KEY_A, 0, KEEP, SAME, MASK_B, REMOVED },	\
	/* another's */							\
	ALWAYS(action, A, KEY_B, 0, KEEP, SAME, MASK_A, 0, REMOVED),	\
	ALWAYS(action, B, KEY_B, 0, KEEP, SAME, MASK_A),		\
	/* all of them, if there is no other way to name all holders */	\
	{ action, FREE, A, 0, BAD_KEY },				\
	{ action, EXCL, A, 0, BAD_KEY },				\
	{ action, REGO, B, 0, BAD_KEY },				\
	{ action, ALLR, A, 0, 0, ASKED, NOBODY, MASK_A, 0, REMOVED },	\
	{ action, ALLR, B, 0, 0, ASKED, NOBODY, MASK_B, REMOVED }

static const struct row rows[] = {
	REGISTERS(TARGET_RESV_REGISTER),
	REGISTERS(TARGET_RESV_REGISTER_IGNORE),

	{ TARGET_RESV_RESERVE, EXCL, A, 0, 0, KEEP, SAME, AB },
	{ TARGET_RESV_RESERVE, REGO, A, 0, 0, KEEP, SAME, AB },
	{ TARGET_RESV_RESERVE, ALLR, A, 0, 0, KEEP, SAME, AB },
	{ TARGET_RESV_RESERVE, EXCL, B, 0, CONFLICT },
	{ TARGET_RESV_RESERVE, REGO, B, 0, CONFLICT },
	{ TARGET_RESV_RESERVE, ALLR, B, 0, 0, KEEP, SAME, AB },
	ALWAYS(TARGET_RESV_RESERVE, C, 0, CONFLICT),

	{ TARGET_RESV_RELEASE, FREE, A, 0, 0, KEEP, SAME, AB },
	{ TARGET_RESV_RELEASE, EXCL, A, 0, 0, GONE, NOBODY, AB },
	{ TARGET_RESV_RELEASE, REGO, A, 0, 0, GONE, NOBODY, AB, 0, RELEASED },
	{ TARGET_RESV_RELEASE, ALLR, A, 0, 0, GONE, NOBODY, AB, 0, RELEASED },
	{ TARGET_RESV_RELEASE, FREE, B, 0, 0, KEEP, SAME, AB },
	{ TARGET_RESV_RELEASE, EXCL, B, 0, 0, KEEP, SAME, AB },
	{ TARGET_RESV_RELEASE, REGO, B, 0, 0, KEEP, SAME, AB },
	{ TARGET_RESV_RELEASE, ALLR, B, 0, 0, GONE, NOBODY, AB, RELEASED },
	ALWAYS(TARGET_RESV_RELEASE, C, 0, CONFLICT),

	ALWAYS(TARGET_RESV_CLEAR, A, 0, 0, GONE, NOBODY, 0, 0, PREEMPTED),
	ALWAYS(TARGET_RESV_CLEAR, B, 0, 0, GONE, NOBODY, 0, PREEMPTED),
	ALWAYS(TARGET_RESV_CLEAR, C, 0, CONFLICT),

	PREEMPTS(TARGET_RESV_PREEMPT),
	PREEMPTS(TARGET_RESV_PREEMPT_ABORT),

	/* to C, which is not registered */
	{ TARGET_RESV_MOVE, FREE, A, KEY_NEW, TARGET_RESV_BAD_ACTION },
	{ TARGET_RESV_MOVE, EXCL, A, KEY_NEW, 0, KEEP, C, ABC },
	{ TARGET_RESV_MOVE, REGO, A, KEY_NEW, 0, KEEP, C, ABC },
	{ TARGET_RESV_MOVE, ALLR, A, KEY_NEW, CONFLICT },
	{ TARGET_RESV_MOVE, EXCL, A, 0, BAD_KEY },
	{ TARGET_RESV_MOVE, REGO, A, 0, BAD_KEY },
	{ TARGET_RESV_MOVE, FREE, B, KEY_NEW, TARGET_RESV_BAD_ACTION },
	{ TARGET_RESV_MOVE, EXCL, B, KEY_NEW, CONFLICT },
	{ TARGET_RESV_MOVE, REGO, B, KEY_NEW, CONFLICT },
	{ TARGET_RESV_MOVE, ALLR, B, KEY_NEW, CONFLICT },
	ALWAYS(TARGET_RESV_MOVE, C, KEY_NEW, CONFLICT),

	/* nothing is lost */
	{ TARGET_RESV_REPLACE_LOST, FREE, A, KEY_NEW, TARGET_RESV_BAD_ACTION },
	{ TARGET_RESV_REPLACE_LOST, EXCL, A, KEY_NEW, CONFLICT },
	{ TARGET_RESV_REPLACE_LOST, REGO, B, KEY_NEW, CONFLICT },
	{ TARGET_RESV_REPLACE_LOST, ALLR, C, KEY_NEW, CONFLICT },
};

static void set_nexus(struct target_resv_nexus *nexus, int who)
{
	static const char * const names[] = { "iqn.2003-01.a:a",
					      "iqn.2003-01.a:b",
					      "iqn.2003-01.a:c" };
	static const u8 isid[6] = { 0, 2, 0x3d };

	memset(nexus, 0, sizeof(*nexus));
	target_transport_id_name(&nexus->initiator, SCSI_PROTOCOL_ISCSI,
				 names[who]);
	target_transport_id_isid(&nexus->initiator, isid, sizeof(isid));
	strscpy(nexus->port.fabric, "iscsi");
	strscpy(nexus->port.wwn, "iqn.2003-01.a:target");
	nexus->port.tag = 1;
	nexus->port.rtpi = 1;
}

static struct target_resv *make_state(struct kunit *test, u8 type)
{
	struct target_resv *state = target_resv_alloc(2);

	KUNIT_ASSERT_NOT_NULL(test, state);
	state->generation = 40;
	state->count = 2;
	state->regs[A].key = KEY_A;
	state->regs[B].key = KEY_B;
	set_nexus(&state->regs[A].nexus, A);
	set_nexus(&state->regs[B].nexus, B);
	state->type = type;
	if (type && !target_resv_all_registrants(type))
		state->holder = A;
	return state;
}

static u64 key_of(const struct row *row)
{
	static const u64 keys[] = { KEY_A, KEY_B, 0 };

	return row->action == TARGET_RESV_REGISTER_IGNORE ? KEY_WRONG :
							    keys[row->who];
}

static u8 registered(const struct target_resv *state)
{
	struct target_resv_nexus nexus;
	u8 mask = 0;
	int who;

	for (who = A; who <= C; who++) {
		set_nexus(&nexus, who);
		if (target_resv_find(state, &nexus) >= 0)
			mask |= BIT(who);
	}
	return mask;
}

static int holder_of(const struct target_resv *state)
{
	struct target_resv_nexus nexus;
	int who;

	for (who = A; who <= C; who++) {
		set_nexus(&nexus, who);
		if (state->holder >= 0 &&
		    target_resv_find(state, &nexus) == state->holder)
			return who;
	}
	return NOBODY;
}

/* Each effect is expected, and each that is expected is there. */
static void check_effects(struct kunit *test, const struct row *row,
			  const struct target_resv_change *change)
{
	bool abort = row->action == TARGET_RESV_PREEMPT_ABORT;
	u16 ua[2] = {};
	unsigned int i;

	for (i = 0; i < change->count; i++) {
		const struct target_resv_effect *effect = &change->effects[i];

		KUNIT_ASSERT_LT(test, effect->reg, 2);
		KUNIT_EXPECT_EQ(test, ua[effect->reg], 0);
		ua[effect->reg] = effect->ua;
		KUNIT_EXPECT_EQ(test, effect->abort,
				abort && effect->ua == REMOVED);
	}
	KUNIT_EXPECT_EQ(test, ua[A], row->ua_a);
	KUNIT_EXPECT_EQ(test, ua[B], row->ua_b);
}

static const bool counts[TARGET_RESV_ACTIONS] = {
	true, false, false, true, true, true, true, true, true,
};

static void check_next(struct kunit *test, const struct row *row, u8 type,
		       const struct target_resv_change *change)
{
	const struct target_resv *next = change->next;
	int holder = row->holder == SAME ? holder_of(change->now) : row->holder;

	KUNIT_EXPECT_EQ(test, next->type, row->type == GONE ? 0 : type);
	KUNIT_EXPECT_EQ(test, holder_of(next), holder);
	KUNIT_EXPECT_EQ(test, registered(next), row->regs);
	KUNIT_EXPECT_EQ(test, next->count, hweight8(row->regs));
	KUNIT_EXPECT_EQ(test, next->generation, 40 + counts[row->action]);
	check_effects(test, row, change);
}

static void run_row(struct kunit *test, const struct row *row, u8 type)
{
	struct target_resv *now = make_state(test, type);
	struct target_resv_nexus to;
	struct target_resv_request req = {
		.action = row->action, .type = type, .key = key_of(row),
		.sa_key = row->sa_key, .other = &to,
		.others = row->action == TARGET_RESV_MOVE,
	};
	struct target_resv_change *change;
	enum target_resv_result result;

	set_nexus(&req.self, row->who);
	set_nexus(&to, C);
	change = target_resv_prepare(now, &req);
	KUNIT_ASSERT_NOT_NULL(test, change);
	result = target_resv_apply(change, &req);
	KUNIT_EXPECT_EQ(test, result, row->result);
	if (!result && !row->result)
		check_next(test, row, type, change);
	target_resv_discard(change);
	target_resv_free(now);
}

static void resv_actions(struct kunit *test)
{
	size_t i, t;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (t = 0; t < 2; t++) {
			if (t && !types_of[rows[i].kind][t])
				continue;
			run_row(test, &rows[i], types_of[rows[i].kind][t]);
			if (test->status == KUNIT_FAILURE) {
				kunit_err(test, "row %zu: action %u type %u by %c, key %llx",
					  i, rows[i].action,
					  types_of[rows[i].kind][t],
					  'A' + rows[i].who, rows[i].sa_key);
				return;
			}
		}
	}
}

/* One request on a state; the state afterwards, or NULL if it failed. */
static struct target_resv *ask(struct kunit *test, struct target_resv *now,
			       struct target_resv_request *req, int who,
			       enum target_resv_result expected)
{
	struct target_resv_change *change;
	struct target_resv *next;

	set_nexus(&req->self, who);
	change = target_resv_prepare(now, req);
	KUNIT_ASSERT_NOT_NULL(test, change);
	KUNIT_EXPECT_EQ(test, target_resv_apply(change, req), expected);
	next = change->next;
	change->next = NULL;
	target_resv_discard(change);
	target_resv_free(now);
	return next;
}

static const u8 all_types[] = { 1, 3, 5, 6, 7, 8 };

/* What every action but REGISTER AND IGNORE does with a key that is wrong */
static void resv_wrong_key(struct kunit *test)
{
	static const u8 actions[] = { 0, 1, 2, 3, 4, 5, 7 };
	struct target_resv_nexus to;
	struct target_resv_request req = { .key = KEY_WRONG, .sa_key = KEY_A,
					   .other = &to };
	size_t i, t;
	int who;

	set_nexus(&to, C);
	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		for (t = 0; t < ARRAY_SIZE(all_types); t++) {
			for (who = A; who <= C; who++) {
				req.action = actions[i];
				req.type = all_types[t];
				req.others = req.action == TARGET_RESV_MOVE;
				target_resv_free(ask(test, make_state(test, all_types[t]),
						     &req, who, CONFLICT));
			}
		}
	}
}

/* From nothing reserved, and asking for another type than is reserved */
static void resv_types(struct kunit *test)
{
	struct target_resv_request req = { .key = KEY_A };
	struct target_resv *state;
	size_t i;
	u8 type;

	for (type = 0; type < 16; type++) {
		bool valid = memchr(all_types, type, sizeof(all_types));

		req.action = TARGET_RESV_RESERVE;
		req.type = type;
		state = ask(test, make_state(test, 0), &req, A,
			    valid ? TARGET_RESV_OK : TARGET_RESV_BAD_TYPE);
		if (valid) {
			KUNIT_EXPECT_EQ(test, state->type, type);
			KUNIT_EXPECT_EQ(test, holder_of(state),
					type >= 7 ? NOBODY : A);
			KUNIT_EXPECT_TRUE(test, target_resv_holds(state, A));
			KUNIT_EXPECT_EQ(test, target_resv_holds(state, B),
					type >= 7);
		}
		target_resv_free(state);
		for (i = 0; i < ARRAY_SIZE(all_types); i++) {
			if (all_types[i] == type || !valid)
				continue;
			req.action = TARGET_RESV_RESERVE;
			target_resv_free(ask(test, make_state(test, all_types[i]),
					     &req, A, CONFLICT));
			req.action = TARGET_RESV_RELEASE;
			target_resv_free(ask(test, make_state(test, all_types[i]),
					     &req, A, TARGET_RESV_BAD_RELEASE));
		}
	}
}

/* PREEMPT of one's own reservation by one of another type tells the others. */
static void resv_preempt_type(struct kunit *test)
{
	struct target_resv *now = make_state(test, TARGET_RESV_WE_RO);
	struct target_resv_request req = {
		.action = TARGET_RESV_PREEMPT, .type = TARGET_RESV_EA,
		.key = KEY_A, .sa_key = KEY_A,
	};
	struct target_resv_change *change;

	set_nexus(&req.self, A);
	change = target_resv_prepare(now, &req);
	KUNIT_ASSERT_NOT_NULL(test, change);
	KUNIT_EXPECT_EQ(test, target_resv_apply(change, &req), TARGET_RESV_OK);
	KUNIT_EXPECT_EQ(test, change->next->type, TARGET_RESV_EA);
	KUNIT_EXPECT_EQ(test, change->count, 1);
	KUNIT_EXPECT_EQ(test, change->effects[0].reg, B);
	KUNIT_EXPECT_EQ(test, change->effects[0].ua, RELEASED);
	target_resv_discard(change);
	target_resv_free(now);
}

static void resv_move(struct kunit *test)
{
	struct target_resv_nexus to;
	struct target_resv_request req = {
		.action = TARGET_RESV_MOVE, .key = KEY_A, .sa_key = KEY_NEW,
		.others = 1, .other = &to,
	};
	struct target_resv *state;

	set_nexus(&to, B);
	state = ask(test, make_state(test, 1), &req, A, TARGET_RESV_OK);
	KUNIT_EXPECT_EQ(test, registered(state), AB);
	KUNIT_EXPECT_EQ(test, holder_of(state), B);
	KUNIT_EXPECT_EQ(test, state->regs[B].key, KEY_NEW);
	target_resv_free(state);

	req.unreg = true;
	state = ask(test, make_state(test, 5), &req, A, TARGET_RESV_OK);
	KUNIT_EXPECT_EQ(test, registered(state), MASK_B);
	KUNIT_EXPECT_EQ(test, holder_of(state), B);
	KUNIT_EXPECT_EQ(test, state->type, 5);
	target_resv_free(state);

	set_nexus(&to, A);
	target_resv_free(ask(test, make_state(test, 1), &req, A,
			     TARGET_RESV_BAD_INITIATOR));
}

/* SPEC_I_PT and ALL_TG_PT: all that are named, or none */
static void resv_others(struct kunit *test)
{
	struct target_resv_nexus other[2];
	struct target_resv_request req = {
		.action = TARGET_RESV_REGISTER, .sa_key = KEY_NEW,
		.spec_i_pt = true, .others = 2, .other = other,
	};
	struct target_resv *state;

	set_nexus(&other[0], C);
	other[0].port.tag = 2;
	set_nexus(&other[1], C);
	other[1].port.tag = 2;
	state = ask(test, make_state(test, 1), &req, C, TARGET_RESV_OK);
	KUNIT_EXPECT_EQ(test, state->count, 4);
	KUNIT_EXPECT_EQ(test, state->regs[3].nexus.port.tag, 2);
	KUNIT_EXPECT_EQ(test, state->regs[3].key, KEY_NEW);

	/* unregistered through one port, it stays at the other */
	req = (struct target_resv_request) { .key = KEY_NEW };
	state = ask(test, state, &req, C, TARGET_RESV_OK);
	KUNIT_EXPECT_EQ(test, state->count, 3);
	KUNIT_EXPECT_EQ(test, registered(state), AB);
	target_resv_free(state);

	/* B has another key */
	set_nexus(&other[1], B);
	req = (struct target_resv_request) {
		.sa_key = KEY_NEW, .spec_i_pt = true, .others = 2,
		.other = other,
	};
	target_resv_free(ask(test, make_state(test, 1), &req, C,
			     TARGET_RESV_BAD_INITIATOR));
	/* without SPEC_I_PT they are other ports of this initiator's */
	req.spec_i_pt = false;
	target_resv_free(ask(test, make_state(test, 1), &req, C, CONFLICT));
	/* who is not registered asks for nothing with a key of 0 */
	req.sa_key = 0;
	req.aptpl = true;
	state = ask(test, make_state(test, 1), &req, C, TARGET_RESV_OK);
	KUNIT_EXPECT_EQ(test, state->count, 2);
	KUNIT_EXPECT_FALSE(test, state->aptpl);
	target_resv_free(state);
	req.sa_key = KEY_NEW;
	req.spec_i_pt = true;
	req.key = KEY_A;
	target_resv_free(ask(test, make_state(test, 1), &req, A,
			     TARGET_RESV_BAD_SPEC_I_PT));
	req.action = TARGET_RESV_REGISTER_IGNORE;
	target_resv_free(ask(test, make_state(test, 1), &req, C,
			     TARGET_RESV_BAD_SPEC_I_PT));
}

static void resv_lost(struct kunit *test)
{
	struct target_resv_request req = { .sa_key = KEY_NEW, .type = 6 };
	struct target_resv *state;
	u8 action;

	for (action = 0; action < TARGET_RESV_REPLACE_LOST; action++) {
		state = make_state(test, 0);
		state->lost = true;
		req.action = action;
		target_resv_free(ask(test, state, &req, A, TARGET_RESV_IS_LOST));
	}
	state = make_state(test, 0);
	state->lost = true;
	req.action = TARGET_RESV_REPLACE_LOST;
	state = ask(test, state, &req, C, TARGET_RESV_OK);
	KUNIT_EXPECT_FALSE(test, state->lost);
	KUNIT_EXPECT_EQ(test, registered(state), MASK_C);
	KUNIT_EXPECT_EQ(test, holder_of(state), C);
	KUNIT_EXPECT_EQ(test, state->type, 6);
	target_resv_free(state);
}

static void resv_aptpl(struct kunit *test)
{
	struct target_resv_request req = { .key = KEY_A, .sa_key = KEY_A,
					   .aptpl = true };
	struct target_resv *state;

	state = ask(test, make_state(test, 1), &req, A, TARGET_RESV_OK);
	KUNIT_EXPECT_TRUE(test, state->aptpl);
	req = (struct target_resv_request) { .action = TARGET_RESV_RELEASE,
					     .key = KEY_A, .type = 1 };
	state = ask(test, state, &req, A, TARGET_RESV_OK);
	KUNIT_EXPECT_TRUE(test, state->aptpl);
	req = (struct target_resv_request) { .key = KEY_B, .sa_key = KEY_B };
	state = ask(test, state, &req, B, TARGET_RESV_OK);
	KUNIT_EXPECT_FALSE(test, state->aptpl);
	target_resv_free(state);
}

/* A registration without an ISID is for each port that has no own one. */
static void resv_any_isid(struct kunit *test)
{
	struct target_resv *state = make_state(test, 0);
	struct target_resv_nexus nexus;

	set_nexus(&nexus, A);
	nexus.initiator.isid[0] = 0x80;
	KUNIT_EXPECT_EQ(test, target_resv_find(state, &nexus), -1);
	state->regs[B].nexus = state->regs[A].nexus;
	state->regs[B].nexus.initiator.has_isid = false;
	memset(state->regs[B].nexus.initiator.isid, 0, 6);
	KUNIT_EXPECT_EQ(test, target_resv_find(state, &nexus), B);
	set_nexus(&nexus, A);
	KUNIT_EXPECT_EQ(test, target_resv_find(state, &nexus), A);
	nexus.port.tag = 2;
	KUNIT_EXPECT_EQ(test, target_resv_find(state, &nexus), -1);
	target_resv_free(state);
}

static void resv_too_many(struct kunit *test)
{
	struct target_resv *state = target_resv_alloc(TARGET_RESV_MAX);
	struct target_resv_request req = { .sa_key = KEY_NEW };
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, state);
	for (i = 0; i < TARGET_RESV_MAX; i++) {
		set_nexus(&state->regs[i].nexus, A);
		state->regs[i].nexus.port.tag = i + 2;
		state->regs[i].key = KEY_A;
	}
	state->count = TARGET_RESV_MAX;
	target_resv_free(ask(test, state, &req, C, TARGET_RESV_NO_ROOM));
}

/* SPC-4 table 65: who may read, who may write */
static void resv_conflicts(struct kunit *test)
{
	static const struct {
		u8	type;
		bool	stranger_reads;
		bool	registrant_reads;
		bool	registrant_writes;
	} table[] = {
		{ TARGET_RESV_WE, true, true, false },
		{ TARGET_RESV_EA, false, false, false },
		{ TARGET_RESV_WE_RO, true, true, true },
		{ TARGET_RESV_EA_RO, false, true, true },
		{ TARGET_RESV_WE_AR, true, true, true },
		{ TARGET_RESV_EA_AR, false, true, true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		u8 stranger = target_resv_conflict_mask(table[i].type,
							TARGET_RESV_STRANGER);
		u8 registrant = target_resv_conflict_mask(table[i].type,
							  TARGET_RESV_REGISTRANT);

		KUNIT_EXPECT_EQ(test, target_resv_conflict_mask(table[i].type,
								TARGET_RESV_HOLDER),
				0);
		KUNIT_EXPECT_TRUE(test, stranger & BIT(TARGET_RESV_WRITE));
		KUNIT_EXPECT_TRUE(test, stranger & BIT(TARGET_RESV_START));
		KUNIT_EXPECT_EQ(test, !(stranger & BIT(TARGET_RESV_READ)),
				table[i].stranger_reads);
		KUNIT_EXPECT_EQ(test, !(registrant & BIT(TARGET_RESV_READ)),
				table[i].registrant_reads);
		KUNIT_EXPECT_EQ(test, !(registrant & BIT(TARGET_RESV_WRITE)),
				table[i].registrant_writes);
		KUNIT_EXPECT_FALSE(test, stranger & BIT(TARGET_RESV_ALLOW));
		KUNIT_EXPECT_FALSE(test, stranger & BIT(TARGET_RESV_SPC2));
	}
	KUNIT_EXPECT_EQ(test, target_resv_conflict_mask(0, TARGET_RESV_STRANGER),
			0);
	KUNIT_EXPECT_FALSE(test, target_resv_conflict_spc2() &
			   BIT(TARGET_RESV_ALLOW));
	KUNIT_EXPECT_TRUE(test, target_resv_conflict_spc2() &
			  BIT(TARGET_RESV_SPC2));
	/* WR_EX_AR EX_AC_RO WR_EX_RO EX_AC WR_EX, EX_AC_AR */
	KUNIT_EXPECT_EQ(test, target_resv_conflict_types(), 0xea01);
}

static struct kunit_case resv_cases[] = {
	KUNIT_CASE(resv_actions),
	KUNIT_CASE(resv_wrong_key),
	KUNIT_CASE(resv_types),
	KUNIT_CASE(resv_preempt_type),
	KUNIT_CASE(resv_move),
	KUNIT_CASE(resv_others),
	KUNIT_CASE(resv_lost),
	KUNIT_CASE(resv_aptpl),
	KUNIT_CASE(resv_any_isid),
	KUNIT_CASE(resv_too_many),
	KUNIT_CASE(resv_conflicts),
	{}
};

static struct kunit_suite resv_suite = {
	.name = "target_resv",
	.test_cases = resv_cases,
};

kunit_test_suite(resv_suite);
