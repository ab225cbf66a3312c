/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_RESV_H
#define TARGET_RESV_H

#include "../core/core.h"
#include "../core/transport_id.h"

/* TYPE (SPC-4 table 68) */
enum target_resv_type {
	TARGET_RESV_NONE	= 0,
	TARGET_RESV_WE		= 1,	/* write exclusive */
	TARGET_RESV_EA		= 3,	/* exclusive access */
	TARGET_RESV_WE_RO	= 5,	/* registrants only */
	TARGET_RESV_EA_RO	= 6,
	TARGET_RESV_WE_AR	= 7,	/* all registrants */
	TARGET_RESV_EA_AR	= 8,
	TARGET_RESV_TYPES	= 9,
};

/* Service actions of PERSISTENT RESERVE OUT (SPC-5 table 244) */
enum target_resv_action {
	TARGET_RESV_REGISTER		= 0,
	TARGET_RESV_RESERVE		= 1,
	TARGET_RESV_RELEASE		= 2,
	TARGET_RESV_CLEAR		= 3,
	TARGET_RESV_PREEMPT		= 4,
	TARGET_RESV_PREEMPT_ABORT	= 5,
	TARGET_RESV_REGISTER_IGNORE	= 6,
	TARGET_RESV_MOVE		= 7,
	TARGET_RESV_REPLACE_LOST	= 8,
	TARGET_RESV_ACTIONS		= 9,
};

/* Registrations of one logical unit that there can be */
#define TARGET_RESV_MAX		1024

/**
 * struct target_resv_port - a target port, by what it is called
 * @fabric: name of the fabric
 * @wwn: name of the target
 * @tag: target port group tag
 * @rtpi: relative target port identifier when it was last seen; says nothing
 *	of who it is, because it may be another one after a restart
 */
struct target_resv_port {
	char	fabric[32];
	char	wwn[TRANSPORT_IQN_LEN];
	u16	tag;
	u16	rtpi;
};

/* An I_T nexus: initiator port and target port */
struct target_resv_nexus {
	struct target_transport_id	initiator;
	struct target_resv_port		port;
};

/**
 * struct target_resv_reg - a registration
 * @key: reservation key, not 0
 * @all_tg_pt: it was made with ALL_TG_PT
 * @nexus: whose
 */
struct target_resv_reg {
	u64				key;
	bool				all_tg_pt;
	struct target_resv_nexus	nexus;
};

/**
 * struct target_resv - persistent reservations of a logical unit: a value
 * @refs: who looks at it; it never changes
 * @generation: PRGENERATION
 * @type: of the reservation, TARGET_RESV_NONE if there is none
 * @aptpl: it is kept through power loss
 * @lost: it was, but cannot be read
 * @holder: index of the holder's registration; -1 if there is none, or if
 *	each registrant is one
 * @count: entries of @regs
 * @room: entries that there is memory for
 * @regs: registrations, oldest first
 */
struct target_resv {
	refcount_t		refs;
	u32			generation;
	u8			type;
	bool			aptpl;
	bool			lost;
	int			holder;
	unsigned int		count;
	unsigned int		room;
	struct target_resv_reg	regs[] __counted_by(room);
};

/**
 * struct target_resv_request - what a PERSISTENT RESERVE OUT asks for
 * @action: service action
 * @type: TYPE, any 4 bits
 * @aptpl: APTPL
 * @unreg: UNREG
 * @all_tg_pt: ALL_TG_PT
 * @spec_i_pt: SPEC_I_PT
 * @key: RESERVATION KEY
 * @sa_key: SERVICE ACTION RESERVATION KEY
 * @self: the nexus that it came by
 * @others: entries of @other
 * @other: nexuses that SPEC_I_PT and ALL_TG_PT name; or where to move
 */
struct target_resv_request {
	enum target_resv_action		action;
	u8				type;
	bool				aptpl;
	bool				unreg;
	bool				all_tg_pt;
	bool				spec_i_pt;
	u64				key;
	u64				sa_key;
	struct target_resv_nexus	self;
	unsigned int			others;
	struct target_resv_nexus	*other;
};

/**
 * enum target_resv_result - how it ends
 * @TARGET_RESV_OK: done
 * @TARGET_RESV_CONFLICT: RESERVATION CONFLICT
 * @TARGET_RESV_BAD_ACTION: not in this state
 * @TARGET_RESV_BAD_TYPE: no such type
 * @TARGET_RESV_BAD_SA_KEY: this service action reservation key cannot be
 * @TARGET_RESV_BAD_SPEC_I_PT: SPEC_I_PT cannot be one
 * @TARGET_RESV_BAD_INITIATOR: this TransportID cannot be
 * @TARGET_RESV_BAD_RELEASE: the reservation is of another type
 * @TARGET_RESV_NO_ROOM: too many registrations
 * @TARGET_RESV_IS_LOST: first of all the lost one has to be replaced
 * @TARGET_RESV_RESULTS: how many there are
 */
enum target_resv_result {
	TARGET_RESV_OK,
	TARGET_RESV_CONFLICT,
	TARGET_RESV_BAD_ACTION,
	TARGET_RESV_BAD_TYPE,
	TARGET_RESV_BAD_SA_KEY,
	TARGET_RESV_BAD_SPEC_I_PT,
	TARGET_RESV_BAD_INITIATOR,
	TARGET_RESV_BAD_RELEASE,
	TARGET_RESV_NO_ROOM,
	TARGET_RESV_IS_LOST,
	TARGET_RESV_RESULTS,
};

/**
 * struct target_resv_effect - what else follows for a nexus
 * @reg: which: index in the state before
 * @ua: unit attention condition, ASC << 8 | ASCQ
 * @abort: its commands are aborted
 */
struct target_resv_effect {
	u16	reg;
	u16	ua;
	bool	abort;
};

/**
 * struct target_resv_change - what a request makes of a state
 * @now: the state before
 * @next: the state after
 * @removed: registrations of @now that are not in @next
 * @count: entries of @effects
 * @effects: what else follows
 */
struct target_resv_change {
	const struct target_resv	*now;
	struct target_resv		*next;
	unsigned long			removed[BITS_TO_LONGS(TARGET_RESV_MAX)];
	unsigned int			count;
	struct target_resv_effect	effects[];
};

struct target_resv *target_resv_alloc(unsigned int room);
void target_resv_free(struct target_resv *state);
struct target_resv_change *
target_resv_prepare(const struct target_resv *now,
		    const struct target_resv_request *req);
enum target_resv_result
target_resv_apply(struct target_resv_change *change,
		  const struct target_resv_request *req);
void target_resv_discard(struct target_resv_change *change);

int target_resv_find(const struct target_resv *state,
		     const struct target_resv_nexus *nexus);
bool target_resv_same_port(const struct target_resv_port *a,
			   const struct target_resv_port *b);
bool target_resv_type_valid(u8 type);
bool target_resv_all_registrants(u8 type);
bool target_resv_holds(const struct target_resv *state, int reg);

#endif /* TARGET_RESV_H */
