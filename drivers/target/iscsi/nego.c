// SPDX-License-Identifier: GPL-2.0-only
/*
 * Negotiation of text keys (RFC 7143 6.2, 6.3, section 13), target side.
 *
 * A text is walked twice.  The first walk proves that it is well-formed and
 * takes what the initiator declares: who it is, which session it wants.  That
 * lets the caller find the portal group and the ACL before the second walk
 * answers what has to be answered, in whatever order the keys came.
 */
#include <linux/build_bug.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "nego.h"

static const char not_understood[] = "NotUnderstood";
static const char irrelevant[] = "Irrelevant";
static const char reject[] = "Reject";

static_assert(ISCSIT_KEY_COUNT <= 64);

static u32 row(const struct iscsit_key *key)
{
	return key - iscsit_keys;
}

static u64 bit(const struct iscsit_key *key)
{
	return 1ULL << row(key);
}

/**
 * iscsit_nego_init - start the negotiation of a connection
 * @nego: to set up
 * @workaround: tolerate initiators that repeat keys or leave ours unanswered
 */
void iscsit_nego_init(struct iscsit_nego *nego, bool workaround)
{
	memset(nego, 0, sizeof(*nego));
	nego->workaround = workaround;
	nego->why = ISCSIT_KEY_COUNT;
	iscsit_keys_defaults(&nego->agreed);
}

/**
 * iscsit_nego_resume - negotiate again in the full feature phase
 * @nego: to set up; @ours and @workaround are kept
 * @agreed: what holds now
 *
 * To be called at the start of every Text exchange: a key may come again in
 * the next one.
 */
void iscsit_nego_resume(struct iscsit_nego *nego,
			const struct iscsit_params *agreed)
{
	nego->agreed = *agreed;
	nego->seen = 0;
	nego->proposed = 0;
	nego->open = 0;
	nego->why = ISCSIT_KEY_COUNT;
}

/**
 * iscsit_nego_discovery - is it a discovery session?
 * @nego: negotiation
 *
 * Return: true if SessionType=Discovery was declared.
 */
bool iscsit_nego_discovery(const struct iscsit_nego *nego)
{
	return nego->agreed.session_type == ISCSIT_SESSION_DISCOVERY;
}

static enum iscsit_login_status fail(struct iscsit_nego *nego,
				     const struct iscsit_key *key,
				     enum iscsit_login_status status)
{
	nego->why = row(key);
	return status;
}

/* Rules that hold for every known key, offer or answer */
static enum iscsit_login_status admit(struct iscsit_nego *nego,
				      const struct iscsit_key *key,
				      const struct iscsit_kv_text *val)
{
	u32 limit = key->max_len ?: ISCSIT_KV_VALUE_MAX;

	/* 6.1: a single value is limited; a list is limited by its text */
	if (key->type != ISCSIT_KEY_LIST && val->len > limit)
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	if (!(key->senders & ISCSIT_KEY_BY_INITIATOR) ||
	    !(key->phases & nego->phase))
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	return ISCSIT_LOGIN_OK;
}

static char *name_of(struct iscsit_nego *nego, const struct iscsit_key *key,
		     u32 *size)
{
	switch (row(key)) {
	case ISCSIT_KEY_INITIATOR_NAME:
		*size = sizeof(nego->initiator_name);
		return nego->initiator_name;
	case ISCSIT_KEY_TARGET_NAME:
		*size = sizeof(nego->target_name);
		return nego->target_name;
	case ISCSIT_KEY_INITIATOR_ALIAS:
		*size = sizeof(nego->initiator_alias);
		return nego->initiator_alias;
	default:
		return NULL;
	}
}

static enum iscsit_login_status take_text(struct iscsit_nego *nego,
					  const struct iscsit_key *key,
					  const struct iscsit_kv_text *val)
{
	bool again = nego->seen & bit(key);
	u32 size;
	char *name = name_of(nego, key, &size);

	if (row(key) == ISCSIT_KEY_SEND_TARGETS && !again)
		nego->send_targets = *val;
	if (!name)
		return again ? fail(nego, key, ISCSIT_LOGIN_INIT_ERR) :
			       ISCSIT_LOGIN_OK;
	if (again)
		return nego->workaround && iscsit_kv_is(val, name) ?
			ISCSIT_LOGIN_OK :
			fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	if (iscsit_kv_string(val, name, size))
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	/* RFC 3722 6: names have no blanks; they are columns of our lists */
	if (name != nego->initiator_alias && strchr(name, ' '))
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	return ISCSIT_LOGIN_OK;
}

static enum iscsit_login_status take_choice(struct iscsit_nego *nego,
					    const struct iscsit_key *key,
					    const struct iscsit_kv_text *val)
{
	bool again = nego->seen & bit(key);
	u32 choice;

	if (iscsit_keys_parse(key, val, &choice))
		return fail(nego, key, ISCSIT_LOGIN_SESSION_TYPE);
	if (again && (!nego->workaround ||
		      choice != iscsit_keys_get(key, &nego->agreed)))
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	iscsit_keys_set(key, &nego->agreed, choice);
	return ISCSIT_LOGIN_OK;
}

static struct iscsit_kv_text *auth_of(struct iscsit_nego *nego,
				      const struct iscsit_key *key)
{
	switch (row(key)) {
	case ISCSIT_KEY_CHAP_A:
		return &nego->auth.a;
	case ISCSIT_KEY_CHAP_I:
		return &nego->auth.i;
	case ISCSIT_KEY_CHAP_C:
		return &nego->auth.c;
	case ISCSIT_KEY_CHAP_N:
		return &nego->auth.n;
	default:
		return &nego->auth.r;
	}
}

static enum iscsit_login_status take_auth(struct iscsit_nego *nego,
					  const struct iscsit_key *key,
					  const struct iscsit_kv_text *val)
{
	struct iscsit_kv_text *slot = auth_of(nego, key);

	if (slot->ptr)
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	*slot = *val;
	return ISCSIT_LOGIN_OK;
}

/* First walk; the keys that need an answer have to wait */
static enum iscsit_login_status declare(struct iscsit_nego *nego,
					const struct iscsit_key *key,
					const struct iscsit_kv_text *val)
{
	enum iscsit_login_status status;

	if (key->type > ISCSIT_KEY_AUTH || key->type == ISCSIT_KEY_SIZE)
		return ISCSIT_LOGIN_OK;
	status = admit(nego, key, val);
	if (status)
		return status;
	if (key->type == ISCSIT_KEY_AUTH)
		status = take_auth(nego, key, val);
	else if (key->type == ISCSIT_KEY_CHOICE)
		status = take_choice(nego, key, val);
	else
		status = take_text(nego, key, val);
	nego->seen |= bit(key);
	return status;
}

/**
 * iscsit_nego_read - first walk: check the text, take what is declared
 * @nego: negotiation
 * @phase: ISCSIT_KEY_IN_* of the PDU
 * @buf: text, all PDUs of a C-bit sequence joined
 * @len: its length
 *
 * @nego->auth and @nego->send_targets point into @buf afterwards.
 *
 * Return: ISCSIT_LOGIN_OK, or why the login fails.
 */
enum iscsit_login_status iscsit_nego_read(struct iscsit_nego *nego, u8 phase,
					  const void *buf, u32 len)
{
	enum iscsit_login_status status;
	const struct iscsit_key *key;
	struct iscsit_kv_cursor cur;
	struct iscsit_kv_pair pair;
	enum iscsit_kv_step step;

	nego->phase = phase;
	memset(&nego->auth, 0, sizeof(nego->auth));
	nego->send_targets.ptr = NULL;
	nego->send_targets.len = 0;

	iscsit_kv_open(&cur, buf, len);
	while ((step = iscsit_kv_next(&cur, &pair)) == ISCSIT_KV_PAIR) {
		key = iscsit_keys_find(&pair.key);
		if (!key)
			continue;
		status = declare(nego, key, &pair.val);
		if (status)
			return status;
	}
	return step == ISCSIT_KV_END ? ISCSIT_LOGIN_OK : ISCSIT_LOGIN_INIT_ERR;
}

/**
 * iscsit_nego_identified - did the first text say who wants what?
 * @nego: negotiation after the first iscsit_nego_read()
 *
 * RFC 7143 6.3: InitiatorName always, TargetName unless it is discovery.
 *
 * Return: ISCSIT_LOGIN_OK, or ISCSIT_LOGIN_MISSING.
 */
enum iscsit_login_status iscsit_nego_identified(const struct iscsit_nego *nego)
{
	if (!nego->initiator_name[0])
		return ISCSIT_LOGIN_MISSING;
	if (!nego->target_name[0] && !iscsit_nego_discovery(nego))
		return ISCSIT_LOGIN_MISSING;
	return ISCSIT_LOGIN_OK;
}

static u32 our_value(const struct iscsit_nego *nego,
		     const struct iscsit_key *key)
{
	u32 ours;

	if (row(key) == ISCSIT_KEY_AUTH_METHOD)
		return nego->auth_allowed;
	ours = iscsit_keys_get(key, nego->ours);
	/* 13.14: FirstBurstLength never exceeds MaxBurstLength */
	if (row(key) != ISCSIT_KEY_FIRST_BURST_LENGTH)
		return ours;
	if (nego->seen & (1ULL << ISCSIT_KEY_MAX_BURST_LENGTH))
		return min(ours, nego->agreed.max_burst_length);
	return min(ours, nego->ours->max_burst_length);
}

/*
 * What to say to an offer: one of the constants, or NULL and a value.
 */
static const char *evaluate(const struct iscsit_nego *nego,
			    const struct iscsit_key *key,
			    const struct iscsit_kv_text *offer, u32 *val)
{
	u32 theirs;

	if (key->type == ISCSIT_KEY_REFUSED)
		return reject;
	if ((key->flags & ISCSIT_KEY_NOT_DISCOVERY) &&
	    iscsit_nego_discovery(nego))
		return irrelevant;
	if (key->type == ISCSIT_KEY_LIST)
		return iscsit_keys_choose(key, our_value(nego, key), *offer,
					  val) ? reject : NULL;
	if (iscsit_keys_parse(key, offer, &theirs))
		return reject;
	*val = iscsit_keys_result(key, our_value(nego, key), theirs);
	return NULL;
}

static void put_value(struct iscsit_kv_out *out, const struct iscsit_key *key,
		      u32 val)
{
	char text[ISCSIT_KV_VALUE_MAX];

	if (iscsit_keys_format(key, val, text, sizeof(text)) < 0)
		out->full = true;
	else
		iscsit_kv_put_str(out, key->name, text);
}

/* The initiator offers, we answer */
static enum iscsit_login_status respond(struct iscsit_nego *nego,
					const struct iscsit_key *key,
					const struct iscsit_kv_text *offer,
					struct iscsit_kv_out *out)
{
	bool again = nego->seen & bit(key);
	const char *constant;
	u32 val = 0;

	constant = evaluate(nego, key, offer, &val);
	/*
	 * 6.3: to negotiate a key twice is an error.  Boot ROMs that repeat
	 * themselves mean the same, and get the same answer.
	 */
	if (again && (!nego->workaround ||
		      (!constant && val != iscsit_keys_get(key, &nego->agreed))))
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	nego->seen |= bit(key);
	if (constant && row(key) == ISCSIT_KEY_AUTH_METHOD)
		return fail(nego, key, ISCSIT_LOGIN_AUTH_FAILED);
	if (constant) {
		iscsit_kv_put_str(out, key->name, constant);
		return ISCSIT_LOGIN_OK;
	}
	iscsit_keys_set(key, &nego->agreed, val);
	put_value(out, key, val);
	return ISCSIT_LOGIN_OK;
}

/* We proposed, the initiator answers */
static enum iscsit_login_status conclude(struct iscsit_nego *nego,
					 const struct iscsit_key *key,
					 const struct iscsit_kv_text *answer)
{
	u32 val;

	nego->seen |= bit(key);
	nego->open &= ~bit(key);
	if (iscsit_kv_is(answer, not_understood) ||
	    iscsit_kv_is(answer, irrelevant))
		return ISCSIT_LOGIN_OK;
	if (iscsit_keys_parse(key, answer, &val) ||
	    iscsit_keys_result(key, our_value(nego, key), val) != val)
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	iscsit_keys_set(key, &nego->agreed, val);
	return ISCSIT_LOGIN_OK;
}

static enum iscsit_login_status take_size(struct iscsit_nego *nego,
					  const struct iscsit_key *key,
					  const struct iscsit_kv_text *text)
{
	bool again = nego->seen & bit(key);
	u32 size;

	if (iscsit_keys_parse(key, text, &size))
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	size = min(size, nego->ours->max_xmit_dsl);
	if (again && (!nego->workaround || size != nego->agreed.max_xmit_dsl))
		return fail(nego, key, ISCSIT_LOGIN_INIT_ERR);
	nego->seen |= bit(key);
	nego->agreed.max_xmit_dsl = size;
	return ISCSIT_LOGIN_OK;
}

static void answer_unknown(const struct iscsit_kv_pair *pair,
			   struct iscsit_kv_out *out)
{
	const struct iscsit_kv_text constant = {
		not_understood, sizeof(not_understood) - 1 };

	/* these are answers to something that we never said: end it here */
	if (iscsit_kv_is(&pair->val, not_understood) ||
	    iscsit_kv_is(&pair->val, irrelevant) ||
	    iscsit_kv_is(&pair->val, reject))
		return;
	iscsit_kv_put(out, &pair->key, &constant);
}

/* Second walk */
static enum iscsit_login_status negotiate(struct iscsit_nego *nego,
					  const struct iscsit_kv_pair *pair,
					  struct iscsit_kv_out *out)
{
	const struct iscsit_key *key = iscsit_keys_find(&pair->key);
	enum iscsit_login_status status;

	if (!key || (key->flags & ISCSIT_KEY_LOCAL)) {
		answer_unknown(pair, out);
		return ISCSIT_LOGIN_OK;
	}
	if (!iscsit_keys_negotiated(key) && key->type != ISCSIT_KEY_SIZE)
		return ISCSIT_LOGIN_OK;
	/* 6.4: after login most keys cannot change; that is no protocol error */
	if (nego->phase == ISCSIT_KEY_IN_FULL_FEATURE &&
	    !(key->phases & nego->phase)) {
		iscsit_kv_put_str(out, key->name, reject);
		return ISCSIT_LOGIN_OK;
	}
	status = admit(nego, key, &pair->val);
	if (status)
		return status;
	if (key->type == ISCSIT_KEY_SIZE)
		return take_size(nego, key, &pair->val);
	if (nego->open & bit(key))
		return conclude(nego, key, &pair->val);
	return respond(nego, key, &pair->val, out);
}

/**
 * iscsit_nego_answer - second walk: answer what needs an answer
 * @nego: negotiation; @ours and @auth_allowed are set by now
 * @buf: the text that iscsit_nego_read() has accepted
 * @len: its length
 * @out: where the answers go
 *
 * Return: ISCSIT_LOGIN_OK, or why the login fails.  Answers that do not fit
 * are the initiator's fault: no sensible offer makes 8 KiB of them.
 */
enum iscsit_login_status iscsit_nego_answer(struct iscsit_nego *nego,
					    const void *buf, u32 len,
					    struct iscsit_kv_out *out)
{
	enum iscsit_login_status status;
	struct iscsit_kv_cursor cur;
	struct iscsit_kv_pair pair;

	iscsit_kv_open(&cur, buf, len);
	while (iscsit_kv_next(&cur, &pair) == ISCSIT_KV_PAIR) {
		status = negotiate(nego, &pair, out);
		if (status)
			return status;
		if (out->full)
			return ISCSIT_LOGIN_INIT_ERR;
	}
	return ISCSIT_LOGIN_OK;
}

/* Is the default of a key that nobody mentioned not good enough for us? */
static bool must_propose(const struct iscsit_nego *nego,
			 const struct iscsit_key *key)
{
	if (!iscsit_keys_has_value(key) || !iscsit_keys_negotiated(key) ||
	    !(key->senders & ISCSIT_KEY_BY_TARGET) ||
	    !(key->phases & nego->phase) ||
	    ((nego->seen | nego->proposed) & bit(key)))
		return false;
	if ((key->flags & ISCSIT_KEY_NOT_DISCOVERY) &&
	    iscsit_nego_discovery(nego))
		return false;
	return iscsit_keys_result(key, our_value(nego, key), key->def) !=
	       key->def;
}

/**
 * iscsit_nego_propose - say what we need and the initiator has not asked
 * @nego: negotiation, in the operational stage
 * @out: where the proposals go, behind the answers
 *
 * To be called when the initiator says that it has nothing more to negotiate
 * (T bit).  Declares MaxRecvDataSegmentLength once.  A proposal that was left
 * unanswered since the last call is dropped for initiators that need the
 * workaround; the default holds then, which we can always live with but for
 * digests, see iscsit_nego_finish().
 *
 * Return: ISCSIT_LOGIN_OK, or why the login fails.
 */
enum iscsit_login_status iscsit_nego_propose(struct iscsit_nego *nego,
					     struct iscsit_kv_out *out)
{
	const struct iscsit_key *key = &iscsit_keys[ISCSIT_KEY_MAX_RECV_DSL];

	if (nego->workaround)
		nego->open = 0;
	if (!(nego->proposed & bit(key))) {
		nego->proposed |= bit(key);
		/*
		 * What initiators were always told is the larger of the two,
		 * whose names do not say that: 8 KiB would cost a Data-Out PDU
		 * and a segment for each two pages.
		 */
		nego->agreed.max_recv_dsl = max(nego->ours->max_recv_dsl,
						nego->ours->max_xmit_dsl);
		put_value(out, key, nego->agreed.max_recv_dsl);
	}
	for (key = iscsit_keys; key < iscsit_keys + ISCSIT_KEY_COUNT; key++) {
		if (!must_propose(nego, key))
			continue;
		nego->proposed |= bit(key);
		nego->open |= bit(key);
		put_value(out, key, our_value(nego, key));
	}
	return out->full ? ISCSIT_LOGIN_INIT_ERR : ISCSIT_LOGIN_OK;
}

/**
 * iscsit_nego_settled - may the stage end?
 * @nego: negotiation
 *
 * Return: false while a proposal of ours waits for its answer.
 */
bool iscsit_nego_settled(const struct iscsit_nego *nego)
{
	return !nego->open;
}

/**
 * iscsit_nego_finish - check the whole before the full feature phase
 * @nego: negotiation, settled
 *
 * Return: ISCSIT_LOGIN_OK and final values in @nego->agreed, or
 * ISCSIT_LOGIN_AUTH_FAILED or ISCSIT_LOGIN_INIT_ERR if the initiator got by
 * default what our configuration does not allow.
 */
enum iscsit_login_status iscsit_nego_finish(struct iscsit_nego *nego)
{
	const struct iscsit_key *key;

	for (key = iscsit_keys; key < iscsit_keys + ISCSIT_KEY_COUNT; key++) {
		if (key->type != ISCSIT_KEY_LIST ||
		    (iscsit_keys_get(key, &nego->agreed) &
		     our_value(nego, key)))
			continue;
		return fail(nego, key, row(key) == ISCSIT_KEY_AUTH_METHOD ?
			    ISCSIT_LOGIN_AUTH_FAILED : ISCSIT_LOGIN_INIT_ERR);
	}
	nego->agreed.max_xmit_dsl = min(nego->agreed.max_xmit_dsl,
					nego->ours->max_xmit_dsl);
	return ISCSIT_LOGIN_OK;
}
