// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of text keys.  To add a key, add a row (and a member of struct
 * iscsit_params if it has a value that somebody uses).
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <scsi/iscsi_proto.h>

#include "keys.h"

#define SECURITY	ISCSIT_KEY_IN_SECURITY
#define OPERATIONAL	ISCSIT_KEY_IN_OPERATIONAL
#define FULL_FEATURE	ISCSIT_KEY_IN_FULL_FEATURE
#define LOGIN		(SECURITY | OPERATIONAL)
#define ALWAYS		(LOGIN | FULL_FEATURE)

#define INITIATOR	ISCSIT_KEY_BY_INITIATOR
#define TARGET		ISCSIT_KEY_BY_TARGET
#define BOTH		(INITIATOR | TARGET)

#define NORMAL		ISCSIT_KEY_NOT_DISCOVERY
#define PARAM		ISCSIT_KEY_PARAM
#define LOCAL		ISCSIT_KEY_LOCAL

#define TYPE(t)		.type = ISCSIT_KEY_##t
#define FIELD(f)	.field = offsetof(struct iscsit_params, f)

/* Boolean, RFC default and our wish */
#define BOOL(d, o)	.max = 1, .def = (d), .ours = (o)
/* Number with its legal range, RFC default and our limit */
#define NUM(lo, hi, d, o) .min = (lo), .max = (hi), .def = (d), .ours = (o)
/* List with the mask of its values, RFC default and what we allow */
#define LIST(all, d, o)	.max = (all), .def = (d), .ours = (o)

#define DSL_MIN		ISCSI_MIN_MAX_RECV_SEG_LEN
#define DSL_MAX		ISCSI_MAX_MAX_RECV_SEG_LEN

#define DIGEST_ALL	(ISCSIT_DIGEST_CRC32C | ISCSIT_DIGEST_NONE)

/* iSCSI names: RFC 7143 4.2.7.1; encoded CHAP values: 12.1.3, 1024 bytes */
#define NAME_LEN	(ISCSI_NAME_LEN - 1)
#define CHAP_LEN	(2 + 2 * 1024)

const struct iscsit_key iscsit_keys[ISCSIT_KEY_COUNT] = {
	/* Who is there: declared, not answered */
	[ISCSIT_KEY_INITIATOR_NAME] = {
		"InitiatorName", TYPE(TEXT), LOGIN, INITIATOR,
		.max_len = NAME_LEN },
	[ISCSIT_KEY_TARGET_NAME] = {
		"TargetName", TYPE(TEXT), LOGIN, BOTH, .max_len = NAME_LEN },
	[ISCSIT_KEY_SESSION_TYPE] = {
		"SessionType", TYPE(CHOICE), LOGIN, INITIATOR,
		FIELD(session_type),
		LIST(ISCSIT_SESSION_NORMAL | ISCSIT_SESSION_DISCOVERY,
		     ISCSIT_SESSION_NORMAL,
		     ISCSIT_SESSION_NORMAL | ISCSIT_SESSION_DISCOVERY),
		.list = { "Normal", "Discovery" } },
	[ISCSIT_KEY_INITIATOR_ALIAS] = {
		"InitiatorAlias", TYPE(TEXT), ALWAYS, INITIATOR },
	[ISCSIT_KEY_TARGET_ALIAS] = {
		"TargetAlias", TYPE(TEXT), ALWAYS, TARGET },
	[ISCSIT_KEY_TARGET_ADDRESS] = {
		"TargetAddress", TYPE(TEXT), ALWAYS, TARGET },
	[ISCSIT_KEY_TARGET_PORTAL_GROUP_TAG] = {
		"TargetPortalGroupTag", TYPE(TEXT), LOGIN, TARGET },
	[ISCSIT_KEY_SEND_TARGETS] = {
		"SendTargets", TYPE(TEXT), FULL_FEATURE, INITIATOR },
	[ISCSIT_KEY_NODE_ARCHITECTURE] = {
		"X#NodeArchitecture", TYPE(TEXT), ALWAYS, BOTH },

	/* Security stage */
	[ISCSIT_KEY_AUTH_METHOD] = {
		"AuthMethod", TYPE(LIST), SECURITY, BOTH, PARAM,
		FIELD(auth_method),
		LIST(ISCSIT_AUTH_CHAP | ISCSIT_AUTH_NONE, ISCSIT_AUTH_NONE,
		     ISCSIT_AUTH_CHAP),
		.list = { "CHAP", "None" } },
	[ISCSIT_KEY_CHAP_A] = { "CHAP_A", TYPE(AUTH), SECURITY, BOTH },
	[ISCSIT_KEY_CHAP_I] = { "CHAP_I", TYPE(AUTH), SECURITY, BOTH },
	[ISCSIT_KEY_CHAP_C] = {
		"CHAP_C", TYPE(AUTH), SECURITY, BOTH,
		.max_len = CHAP_LEN },
	[ISCSIT_KEY_CHAP_N] = { "CHAP_N", TYPE(AUTH), SECURITY, BOTH },
	[ISCSIT_KEY_CHAP_R] = {
		"CHAP_R", TYPE(AUTH), SECURITY, BOTH,
		.max_len = CHAP_LEN },

	/* Connection */
	[ISCSIT_KEY_HEADER_DIGEST] = {
		"HeaderDigest", TYPE(LIST), OPERATIONAL, BOTH, PARAM,
		FIELD(header_digest),
		LIST(DIGEST_ALL, ISCSIT_DIGEST_NONE, DIGEST_ALL),
		.list = { "CRC32C", "None" } },
	[ISCSIT_KEY_DATA_DIGEST] = {
		"DataDigest", TYPE(LIST), OPERATIONAL, BOTH, PARAM,
		FIELD(data_digest),
		LIST(DIGEST_ALL, ISCSIT_DIGEST_NONE, DIGEST_ALL),
		.list = { "CRC32C", "None" } },
	[ISCSIT_KEY_MAX_RECV_DSL] = {
		"MaxRecvDataSegmentLength", TYPE(SIZE), ALWAYS, BOTH,
		PARAM, FIELD(max_recv_dsl),
		NUM(DSL_MIN, DSL_MAX, ISCSI_DEF_MAX_RECV_SEG_LEN, 8192) },
	[ISCSIT_KEY_MAX_XMIT_DSL] = {
		"MaxXmitDataSegmentLength", TYPE(MIN), 0, 0,
		PARAM | LOCAL, FIELD(max_xmit_dsl),
		NUM(DSL_MIN, DSL_MAX, ISCSI_DEF_MAX_RECV_SEG_LEN, 262144) },

	/* Session */
	[ISCSIT_KEY_MAX_CONNECTIONS] = {
		"MaxConnections", TYPE(MIN), OPERATIONAL, BOTH,
		NORMAL | PARAM, FIELD(max_connections),
		NUM(1, 65535, 1, 1) },
	[ISCSIT_KEY_INITIAL_R2T] = {
		"InitialR2T", TYPE(OR), OPERATIONAL, BOTH,
		NORMAL | PARAM, FIELD(initial_r2t), BOOL(1, 1) },
	[ISCSIT_KEY_IMMEDIATE_DATA] = {
		"ImmediateData", TYPE(AND), OPERATIONAL, BOTH,
		NORMAL | PARAM, FIELD(immediate_data), BOOL(1, 1) },
	[ISCSIT_KEY_MAX_BURST_LENGTH] = {
		"MaxBurstLength", TYPE(MIN), OPERATIONAL, BOTH,
		NORMAL | PARAM, FIELD(max_burst_length),
		NUM(ISCSI_MIN_MAX_BURST_LEN, ISCSI_MAX_MAX_BURST_LEN,
		    ISCSI_DEF_MAX_BURST_LEN, 262144) },
	[ISCSIT_KEY_FIRST_BURST_LENGTH] = {
		"FirstBurstLength", TYPE(MIN), OPERATIONAL, BOTH,
		NORMAL | PARAM, FIELD(first_burst_length),
		NUM(ISCSI_MIN_FIRST_BURST_LEN, ISCSI_MAX_FIRST_BURST_LEN,
		    ISCSI_DEF_FIRST_BURST_LEN, 65536) },
	[ISCSIT_KEY_TIME2WAIT] = {
		"DefaultTime2Wait", TYPE(MAX), OPERATIONAL, BOTH,
		PARAM, FIELD(time2wait),
		NUM(0, 3600, ISCSI_DEF_TIME2WAIT, 2) },
	[ISCSIT_KEY_TIME2RETAIN] = {
		"DefaultTime2Retain", TYPE(MIN), OPERATIONAL, BOTH,
		PARAM, FIELD(time2retain), NUM(0, 3600, 20, 20) },
	[ISCSIT_KEY_MAX_OUTSTANDING_R2T] = {
		"MaxOutstandingR2T", TYPE(MIN), OPERATIONAL, BOTH,
		NORMAL | PARAM, FIELD(max_outstanding_r2t),
		NUM(1, 65535, 1, 1) },
	[ISCSIT_KEY_DATA_PDU_IN_ORDER] = {
		"DataPDUInOrder", TYPE(OR), OPERATIONAL, BOTH,
		NORMAL | PARAM, FIELD(data_pdu_in_order),
		BOOL(1, 1) },
	[ISCSIT_KEY_DATA_SEQUENCE_IN_ORDER] = {
		"DataSequenceInOrder", TYPE(OR), OPERATIONAL, BOTH,
		NORMAL | PARAM, FIELD(data_sequence_in_order),
		BOOL(1, 1) },
	[ISCSIT_KEY_ERROR_RECOVERY_LEVEL] = {
		"ErrorRecoveryLevel", TYPE(MIN), OPERATIONAL, BOTH,
		PARAM, FIELD(error_recovery_level),
		NUM(0, 2, 0, 0) },
	[ISCSIT_KEY_TASK_REPORTING] = {
		"TaskReporting", TYPE(LIST), OPERATIONAL, BOTH,
		NORMAL, FIELD(task_reporting),
		LIST(ISCSIT_TASK_RFC3720 | ISCSIT_TASK_RESPONSE_FENCE |
		     ISCSIT_TASK_FAST_ABORT, ISCSIT_TASK_RFC3720,
		     ISCSIT_TASK_RFC3720),
		.list = { "RFC3720", "ResponseFence", "FastAbort" } },
	[ISCSIT_KEY_PROTOCOL_LEVEL] = {
		"iSCSIProtocolLevel", TYPE(MIN), OPERATIONAL, BOTH,
		NORMAL, FIELD(protocol_level),
		NUM(0, 31, ISCSIT_PROTOCOL_LEVEL_7143,
		    ISCSIT_PROTOCOL_LEVEL_7143) },
	[ISCSIT_KEY_RDMA_EXTENSIONS] = {
		"RDMAExtensions", TYPE(AND), OPERATIONAL, BOTH,
		NORMAL, FIELD(rdma_extensions), BOOL(0, 0) },

	/*
	 * Obsolete (RFC 7143 13.25).  "No" is a legal answer to the markers
	 * that RFC 3720 initiators understand too; the intervals have to be
	 * rejected.  None may be answered NotUnderstood.
	 */
	[ISCSIT_KEY_OF_MARKER] = {
		"OFMarker", TYPE(AND), OPERATIONAL, INITIATOR, PARAM,
		FIELD(of_marker), BOOL(0, 0) },
	[ISCSIT_KEY_IF_MARKER] = {
		"IFMarker", TYPE(AND), OPERATIONAL, INITIATOR, PARAM,
		FIELD(if_marker), BOOL(0, 0) },
	[ISCSIT_KEY_OF_MARK_INT] = {
		"OFMarkInt", TYPE(REFUSED), OPERATIONAL, INITIATOR,
		PARAM },
	[ISCSIT_KEY_IF_MARK_INT] = {
		"IFMarkInt", TYPE(REFUSED), OPERATIONAL, INITIATOR,
		PARAM },
};

/* What follows from the type alone */
static const struct {
	bool	value;		/* has a member in struct iscsit_params */
	bool	negotiated;	/* an offer gets an answer */
	bool	boolean;	/* Yes or No */
	bool	mask;		/* bits of a list of names */
} types[] = {
	[ISCSIT_KEY_CHOICE]	= { .value = true, .mask = true },
	[ISCSIT_KEY_SIZE]	= { .value = true },
	[ISCSIT_KEY_LIST]	= { .value = true, .negotiated = true,
				    .mask = true },
	[ISCSIT_KEY_AND]	= { .value = true, .negotiated = true,
				    .boolean = true },
	[ISCSIT_KEY_OR]		= { .value = true, .negotiated = true,
				    .boolean = true },
	[ISCSIT_KEY_MIN]	= { .value = true, .negotiated = true },
	[ISCSIT_KEY_MAX]	= { .value = true, .negotiated = true },
	[ISCSIT_KEY_REFUSED]	= { .negotiated = true },
};

/**
 * iscsit_keys_find - row of a key
 * @name: name from the wire, or of a configuration attribute
 *
 * Return: the row, or NULL for a key that we do not know.
 */
const struct iscsit_key *iscsit_keys_find(const struct iscsit_kv_text *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(iscsit_keys); i++)
		if (iscsit_kv_is(name, iscsit_keys[i].name))
			return &iscsit_keys[i];
	return NULL;
}

/**
 * iscsit_keys_has_value - does a row have a member in struct iscsit_params?
 * @key: row
 *
 * Return: true if iscsit_keys_get() may be called for it.
 */
bool iscsit_keys_has_value(const struct iscsit_key *key)
{
	return types[key->type].value;
}

/**
 * iscsit_keys_negotiated - does an offer of this key get an answer?
 * @key: row
 *
 * Return: false for everything that is only declared.
 */
bool iscsit_keys_negotiated(const struct iscsit_key *key)
{
	return types[key->type].negotiated;
}

/**
 * iscsit_keys_get - value of a key
 * @key: row with a value
 * @params: values
 *
 * Return: the member that belongs to the row.
 */
u32 iscsit_keys_get(const struct iscsit_key *key,
		    const struct iscsit_params *params)
{
	return *(const u32 *)((const char *)params + key->field);
}

/**
 * iscsit_keys_set - set the value of a key
 * @key: row with a value
 * @params: values
 * @val: new value
 */
void iscsit_keys_set(const struct iscsit_key *key, struct iscsit_params *params,
		     u32 val)
{
	*(u32 *)((char *)params + key->field) = val;
}

/**
 * iscsit_keys_defaults - what holds if nobody says anything
 * @params: filled with the defaults of RFC 7143 section 13
 */
void iscsit_keys_defaults(struct iscsit_params *params)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(iscsit_keys); i++)
		if (iscsit_keys_has_value(&iscsit_keys[i]))
			iscsit_keys_set(&iscsit_keys[i], params,
					iscsit_keys[i].def);
}

/**
 * iscsit_keys_ours - configuration of a new portal group
 * @params: filled with the column "ours"
 */
void iscsit_keys_ours(struct iscsit_params *params)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(iscsit_keys); i++)
		if (iscsit_keys_has_value(&iscsit_keys[i]))
			iscsit_keys_set(&iscsit_keys[i], params,
					iscsit_keys[i].ours);
}

static int find_name(const struct iscsit_key *key,
		     const struct iscsit_kv_text *text, u32 *val)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(key->list) && key->list[i]; i++)
		if (iscsit_kv_is(text, key->list[i])) {
			*val = BIT(i);
			return 0;
		}
	return -EINVAL;
}

/**
 * iscsit_keys_parse - read one value of a key
 * @key: row with a value
 * @text: value, for lists a single item
 * @val: result; for lists the bit
 *
 * Return: 0, -EINVAL if it is not a value of this key, -ERANGE if it is a
 * number outside the legal range.
 */
int iscsit_keys_parse(const struct iscsit_key *key,
		      const struct iscsit_kv_text *text, u32 *val)
{
	bool yes;
	u64 num;
	int err;

	if (types[key->type].mask)
		return find_name(key, text, val);
	if (types[key->type].boolean) {
		err = iscsit_kv_bool(text, &yes);
		*val = yes;
		return err;
	}
	err = iscsit_kv_number(text, &num);
	if (err)
		return err;
	if (num < key->min || num > key->max)
		return -ERANGE;
	*val = num;
	return 0;
}

/**
 * iscsit_keys_result - result function of RFC 7143 section 13
 * @key: row of type AND, OR, MIN or MAX; or LIST with single bits
 * @ours: our value
 * @theirs: value of the other side
 *
 * Return: the value that holds.  For a list this is @theirs if we allow it,
 * else one that we do allow, which differs from @theirs and so shows that the
 * two do not agree.
 */
u32 iscsit_keys_result(const struct iscsit_key *key, u32 ours, u32 theirs)
{
	switch (key->type) {
	case ISCSIT_KEY_LIST:
		return ours & theirs ? theirs : ours & -ours;
	case ISCSIT_KEY_AND:
		return ours && theirs;
	case ISCSIT_KEY_OR:
		return ours || theirs;
	case ISCSIT_KEY_MAX:
		return max(ours, theirs);
	default:
		return min(ours, theirs);
	}
}

/**
 * iscsit_keys_choose - answer the offer of a list
 * @key: row of type LIST
 * @allowed: mask of what we take
 * @offer: the list, in the initiator's order of preference
 * @val: the bit of our choice
 *
 * RFC 7143 6.2.1: the answer is the first value of the offer that the
 * responder supports.  Values that we do not know are passed over.
 *
 * Return: 0, or -ENOENT if there is none.
 */
int iscsit_keys_choose(const struct iscsit_key *key, u32 allowed,
		       struct iscsit_kv_text offer, u32 *val)
{
	struct iscsit_kv_text item;

	while (iscsit_kv_list_next(&offer, &item))
		if (!find_name(key, &item, val) && (*val & allowed))
			return 0;
	return -ENOENT;
}

/**
 * iscsit_keys_format - write a value as text
 * @key: row with a value, or an obsolete one, which is "Reject"
 * @val: value; for lists a mask, written in the table's order
 * @buf: where to write, NUL-terminated
 * @size: size of @buf
 *
 * Return: length, or -E2BIG.
 */
int iscsit_keys_format(const struct iscsit_key *key, u32 val, char *buf,
		       u32 size)
{
	u32 i, len = 0;

	if (key->type == ISCSIT_KEY_REFUSED)
		len = snprintf(buf, size, "Reject");
	else if (types[key->type].boolean)
		len = snprintf(buf, size, "%s", val ? "Yes" : "No");
	else if (!types[key->type].mask)
		len = snprintf(buf, size, "%u", val);
	else
		buf[0] = '\0';

	for (i = 0; types[key->type].mask && i < ARRAY_SIZE(key->list); i++)
		if ((val & BIT(i)) && len < size)
			len += snprintf(buf + len, size - len, "%s%s",
					len ? "," : "", key->list[i]);
	return len < size ? len : -E2BIG;
}

/**
 * iscsit_keys_store - change a configured value
 * @key: row with ISCSIT_KEY_PARAM
 * @text: new value; a list may have several items
 * @config: configuration to change
 *
 * What the wire cannot do is refused: markers, and numbers out of range.
 *
 * Return: 0, -EINVAL for anything that is not a value of this key.
 */
int iscsit_keys_store(const struct iscsit_key *key,
		      const struct iscsit_kv_text *text,
		      struct iscsit_params *config)
{
	struct iscsit_kv_text left = *text, item;
	u32 val, mask = 0;

	if (key->type == ISCSIT_KEY_REFUSED)
		return iscsit_kv_is(text, "Reject") ? 0 : -EINVAL;
	if (!types[key->type].mask) {
		if (iscsit_keys_parse(key, text, &val))
			return -EINVAL;
		if ((key->senders & TARGET) || (key->flags & LOCAL) || !val) {
			iscsit_keys_set(key, config, val);
			return 0;
		}
		return -EINVAL;
	}
	while (iscsit_kv_list_next(&left, &item)) {
		if (find_name(key, &item, &val) || (mask & val))
			return -EINVAL;
		mask |= val;
	}
	if (!mask)
		return -EINVAL;
	iscsit_keys_set(key, config, mask);
	return 0;
}
