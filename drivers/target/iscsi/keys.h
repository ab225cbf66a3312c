/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of text keys: RFC 7143 section 13, RFC 7144 and the obsolete keys
 * of RFC 3720.  Defaults, ranges, what may be said when and by whom, and the
 * function that makes a result of two values all come from here.
 */
#ifndef ISCSIT_KEYS_H
#define ISCSIT_KEYS_H

#include <linux/bits.h>
#include <linux/types.h>

#include "kv.h"

/* Values of the keys that are lists, one bit each in the order of the names */
#define ISCSIT_AUTH_CHAP		BIT(0)
#define ISCSIT_AUTH_NONE		BIT(1)

#define ISCSIT_DIGEST_CRC32C		BIT(0)
#define ISCSIT_DIGEST_NONE		BIT(1)

#define ISCSIT_TASK_RFC3720		BIT(0)
#define ISCSIT_TASK_RESPONSE_FENCE	BIT(1)
#define ISCSIT_TASK_FAST_ABORT		BIT(2)

#define ISCSIT_SESSION_NORMAL		BIT(0)
#define ISCSIT_SESSION_DISCOVERY	BIT(1)

/* RFC 7144 5: level of those without the new task management functions */
#define ISCSIT_PROTOCOL_LEVEL_7143	1

/**
 * struct iscsit_params - one value per negotiable key
 *
 * Two uses.  As a configuration it says what a portal group wants: limits for
 * numbers, and for lists a mask of everything that is allowed.  As a result it
 * says what was agreed; a list then has exactly one bit set.  Booleans are 0
 * or 1.  Each member is a u32, so that the table can address it.
 *
 * @auth_method: ISCSIT_AUTH_*
 * @header_digest: ISCSIT_DIGEST_*
 * @data_digest: ISCSIT_DIGEST_*
 * @max_connections: connections in the session
 * @initial_r2t: no unsolicited Data-Out
 * @immediate_data: data may ride on a SCSI Command PDU
 * @max_recv_dsl: longest data segment that the target accepts
 * @max_xmit_dsl: longest data segment that the target may send; as a
 *	configuration, a limit of our own to what the initiator declares
 * @max_burst_length: longest Data-In or solicited Data-Out sequence
 * @first_burst_length: most unsolicited data of one command
 * @time2wait: seconds before reconnecting
 * @time2retain: seconds that tasks are kept for a reconnection
 * @max_outstanding_r2t: R2Ts of one command that may be open together
 * @data_pdu_in_order: PDUs of a sequence come at rising offsets
 * @data_sequence_in_order: sequences come at rising offsets
 * @error_recovery_level: 0 to 2
 * @session_type: ISCSIT_SESSION_*
 * @task_reporting: ISCSIT_TASK_*
 * @protocol_level: iSCSIProtocolLevel
 * @of_marker: always 0, obsolete
 * @if_marker: always 0, obsolete
 * @rdma_extensions: 1 for an iSER connection
 */
struct iscsit_params {
	u32	auth_method;
	u32	header_digest;
	u32	data_digest;
	u32	max_connections;
	u32	initial_r2t;
	u32	immediate_data;
	u32	max_recv_dsl;
	u32	max_xmit_dsl;
	u32	max_burst_length;
	u32	first_burst_length;
	u32	time2wait;
	u32	time2retain;
	u32	max_outstanding_r2t;
	u32	data_pdu_in_order;
	u32	data_sequence_in_order;
	u32	error_recovery_level;
	u32	session_type;
	u32	task_reporting;
	u32	protocol_level;
	u32	of_marker;
	u32	if_marker;
	u32	rdma_extensions;
};

/*
 * Rows of the table, named after the keys; see iscsit_keys[].  MAX_XMIT_DSL is
 * not a key on the wire but a configured limit that shares the machinery.
 */
enum iscsit_key_id {
	ISCSIT_KEY_INITIATOR_NAME,
	ISCSIT_KEY_TARGET_NAME,
	ISCSIT_KEY_SESSION_TYPE,
	ISCSIT_KEY_INITIATOR_ALIAS,
	ISCSIT_KEY_TARGET_ALIAS,
	ISCSIT_KEY_TARGET_ADDRESS,
	ISCSIT_KEY_TARGET_PORTAL_GROUP_TAG,
	ISCSIT_KEY_SEND_TARGETS,
	ISCSIT_KEY_NODE_ARCHITECTURE,
	ISCSIT_KEY_AUTH_METHOD,
	ISCSIT_KEY_CHAP_A,
	ISCSIT_KEY_CHAP_I,
	ISCSIT_KEY_CHAP_C,
	ISCSIT_KEY_CHAP_N,
	ISCSIT_KEY_CHAP_R,
	ISCSIT_KEY_HEADER_DIGEST,
	ISCSIT_KEY_DATA_DIGEST,
	ISCSIT_KEY_MAX_CONNECTIONS,
	ISCSIT_KEY_INITIAL_R2T,
	ISCSIT_KEY_IMMEDIATE_DATA,
	ISCSIT_KEY_MAX_RECV_DSL,
	ISCSIT_KEY_MAX_XMIT_DSL,
	ISCSIT_KEY_MAX_BURST_LENGTH,
	ISCSIT_KEY_FIRST_BURST_LENGTH,
	ISCSIT_KEY_TIME2WAIT,
	ISCSIT_KEY_TIME2RETAIN,
	ISCSIT_KEY_MAX_OUTSTANDING_R2T,
	ISCSIT_KEY_DATA_PDU_IN_ORDER,
	ISCSIT_KEY_DATA_SEQUENCE_IN_ORDER,
	ISCSIT_KEY_ERROR_RECOVERY_LEVEL,
	ISCSIT_KEY_TASK_REPORTING,
	ISCSIT_KEY_PROTOCOL_LEVEL,
	ISCSIT_KEY_RDMA_EXTENSIONS,
	ISCSIT_KEY_OF_MARKER,
	ISCSIT_KEY_IF_MARKER,
	ISCSIT_KEY_OF_MARK_INT,
	ISCSIT_KEY_IF_MARK_INT,
	ISCSIT_KEY_COUNT
};

/**
 * enum iscsit_key_type - how a value is written and how two make a result
 * @ISCSIT_KEY_TEXT: declared text, no answer
 * @ISCSIT_KEY_CHOICE: declared, one of the list, no answer
 * @ISCSIT_KEY_SIZE: declared number, one for each direction, no answer
 * @ISCSIT_KEY_AUTH: belongs to the authentication method, see chap.c
 * @ISCSIT_KEY_LIST: first value of the offer that is allowed
 * @ISCSIT_KEY_AND: Yes if both say Yes
 * @ISCSIT_KEY_OR: Yes if one says Yes
 * @ISCSIT_KEY_MIN: the smaller number
 * @ISCSIT_KEY_MAX: the larger number
 * @ISCSIT_KEY_REFUSED: obsolete, always answered with Reject
 */
enum iscsit_key_type {
	ISCSIT_KEY_TEXT,
	ISCSIT_KEY_CHOICE,
	ISCSIT_KEY_SIZE,
	ISCSIT_KEY_AUTH,
	ISCSIT_KEY_LIST,
	ISCSIT_KEY_AND,
	ISCSIT_KEY_OR,
	ISCSIT_KEY_MIN,
	ISCSIT_KEY_MAX,
	ISCSIT_KEY_REFUSED,
};

/* When a key may come (RFC 7143 section 13, "Use") */
#define ISCSIT_KEY_IN_SECURITY		BIT(0)
#define ISCSIT_KEY_IN_OPERATIONAL	BIT(1)
#define ISCSIT_KEY_IN_FULL_FEATURE	BIT(2)

/* Who may say it */
#define ISCSIT_KEY_BY_INITIATOR		BIT(0)
#define ISCSIT_KEY_BY_TARGET		BIT(1)

/* What else there is to know */
#define ISCSIT_KEY_NOT_DISCOVERY	BIT(0)	/* irrelevant for discovery */
#define ISCSIT_KEY_PARAM		BIT(1)	/* shown in the param directory */
#define ISCSIT_KEY_LOCAL		BIT(2)	/* never on the wire */

/* Longest list of names, checked by the suite */
#define ISCSIT_KEY_LIST_MAX		4

/**
 * struct iscsit_key - one row
 * @name: as on the wire
 * @type: see enum iscsit_key_type
 * @phases: ISCSIT_KEY_IN_*
 * @senders: ISCSIT_KEY_BY_*
 * @flags: ISCSIT_KEY_NOT_DISCOVERY and the others
 * @field: offset in struct iscsit_params, for everything that has a value
 * @max_len: longest value in bytes, 0 for the common limit of 255
 * @min: smallest legal number
 * @max: largest legal number; for lists, mask of all values
 * @def: RFC default: number, boolean or bit of the list
 * @ours: configured value of a new portal group
 * @list: names of the values of a list or choice
 */
struct iscsit_key {
	const char	*name;
	u8		type;
	u8		phases;
	u8		senders;
	u8		flags;
	u16		field;
	u16		max_len;
	u32		min;
	u32		max;
	u32		def;
	u32		ours;
	const char	*list[ISCSIT_KEY_LIST_MAX];
};

extern const struct iscsit_key iscsit_keys[ISCSIT_KEY_COUNT];

const struct iscsit_key *iscsit_keys_find(const struct iscsit_kv_text *name);
bool iscsit_keys_has_value(const struct iscsit_key *key);
bool iscsit_keys_negotiated(const struct iscsit_key *key);
u32 iscsit_keys_get(const struct iscsit_key *key,
		    const struct iscsit_params *params);
void iscsit_keys_set(const struct iscsit_key *key, struct iscsit_params *params,
		     u32 val);
void iscsit_keys_defaults(struct iscsit_params *params);
void iscsit_keys_ours(struct iscsit_params *params);
int iscsit_keys_parse(const struct iscsit_key *key,
		      const struct iscsit_kv_text *text, u32 *val);
u32 iscsit_keys_result(const struct iscsit_key *key, u32 ours, u32 theirs);
int iscsit_keys_choose(const struct iscsit_key *key, u32 allowed,
		       struct iscsit_kv_text offer, u32 *val);
int iscsit_keys_format(const struct iscsit_key *key, u32 val, char *buf,
		       u32 size);
int iscsit_keys_store(const struct iscsit_key *key,
		      const struct iscsit_kv_text *text,
		      struct iscsit_params *config);

#endif /* ISCSIT_KEYS_H */
