/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Targets, target portal groups and ACLs: what an administrator set up.
 */
#ifndef ISCSIT_TPG_H
#define ISCSIT_TPG_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/socket.h>
#include <linux/spinlock.h>
#include <target/target_core_base.h>

#include "iscsi_wire.h"
#include "keys.h"

struct iscsit_listener;

/* Longest user name or secret */
#define ISCSIT_TPG_AUTH_MAX	255
#define ISCSIT_TPG_AUTH_LEN	(ISCSIT_TPG_AUTH_MAX + 1)

/**
 * enum iscsit_tpg_auth_id - one string of struct iscsit_tpg_auth
 * @ISCSIT_TPG_USERID: name that the initiator shows
 * @ISCSIT_TPG_PASSWORD: its secret
 * @ISCSIT_TPG_USERID_MUTUAL: name that we show
 * @ISCSIT_TPG_PASSWORD_MUTUAL: our secret
 * @ISCSIT_TPG_AUTH_IDS: their number
 */
enum iscsit_tpg_auth_id {
	ISCSIT_TPG_USERID,
	ISCSIT_TPG_PASSWORD,
	ISCSIT_TPG_USERID_MUTUAL,
	ISCSIT_TPG_PASSWORD_MUTUAL,
	ISCSIT_TPG_AUTH_IDS
};

/**
 * struct iscsit_tpg_auth - credentials of a group, an ACL or of discovery
 * @text: by enum iscsit_tpg_auth_id, empty if not set [auth_lock in tpg.c]
 */
struct iscsit_tpg_auth {
	char	text[ISCSIT_TPG_AUTH_IDS][ISCSIT_TPG_AUTH_LEN];
};

/*
 * enum iscsit_tpg_attrib - number in iscsit_tpg.attrib
 *
 * The names are those of the files in attrib/.
 */
enum iscsit_tpg_attrib {
	ISCSIT_TPG_ALLOW_COLD_RESET,
	ISCSIT_TPG_ASYNC_EVENTS,
	ISCSIT_TPG_AUTHENTICATION,
	ISCSIT_TPG_CACHE_DYNAMIC_ACLS,
	ISCSIT_TPG_DEFAULT_CMDSN_DEPTH,
	ISCSIT_TPG_DEFAULT_ERL,
	ISCSIT_TPG_DEMO_MODE_DISCOVERY,
	ISCSIT_TPG_DEMO_MODE_WRITE_PROTECT,
	ISCSIT_TPG_FABRIC_PROT_TYPE,
	ISCSIT_TPG_GENERATE_NODE_ACLS,
	ISCSIT_TPG_LOGIN_KEYS_WORKAROUND,
	ISCSIT_TPG_LOGIN_TIMEOUT,
	ISCSIT_TPG_PROD_MODE_WRITE_PROTECT,
	ISCSIT_TPG_T10_PI,
	ISCSIT_TPG_ENABLED_SENDTARGETS,
	ISCSIT_TPG_ATTRIBS
};

/*
 * enum iscsit_tpg_acl_attrib - number in iscsit_acl.attrib
 */
enum iscsit_tpg_acl_attrib {
	ISCSIT_ACL_AUTHENTICATION,
	ISCSIT_ACL_DATAOUT_TIMEOUT,
	ISCSIT_ACL_DATAOUT_TIMEOUT_RETRIES,
	ISCSIT_ACL_DEFAULT_ERL,
	ISCSIT_ACL_NOPIN_RESPONSE_TIMEOUT,
	ISCSIT_ACL_NOPIN_TIMEOUT,
	ISCSIT_ACL_RANDOM_DATAIN_PDU_OFFSETS,
	ISCSIT_ACL_RANDOM_DATAIN_SEQ_OFFSETS,
	ISCSIT_ACL_RANDOM_R2T_OFFSETS,
	ISCSIT_ACL_ATTRIBS
};

/**
 * struct iscsit_tpg_range - what an attribute accepts
 * @def: value of a new object
 * @min: least value
 * @max: greatest value
 * @also: one more value, or @def
 * @help: one line for people
 */
struct iscsit_tpg_range {
	s32		def;
	s32		min;
	s32		max;
	s32		also;
	const char	*help;
};

/**
 * struct iscsit_tpg_limit - values that are legal, but not offered
 * @name: of the file, NULL if all are
 * @offered: tools know values above this, but nothing would come of them
 */
struct iscsit_tpg_limit {
	const char	*name;
	u32		offered;
};

/*
 * enum iscsit_tpg_count - events of a target that are counted
 *
 * The first six are results of logins, in the order of RFC 4544's table.
 */
enum iscsit_tpg_count {
	ISCSIT_LOGIN_ACCEPTS,
	ISCSIT_LOGIN_OTHER_FAILS,
	ISCSIT_LOGIN_REDIRECTS,
	ISCSIT_LOGIN_AUTHORIZE_FAILS,
	ISCSIT_LOGIN_AUTHENTICATE_FAILS,
	ISCSIT_LOGIN_NEGOTIATE_FAILS,
	ISCSIT_LOGOUT_NORMAL,
	ISCSIT_LOGOUT_ABNORMAL,
	ISCSIT_SESS_ERR_DIGEST,
	ISCSIT_SESS_ERR_CXN_TIMEOUT,
	ISCSIT_SESS_ERR_FORMAT,
	ISCSIT_TPG_COUNTS
};

/**
 * struct iscsit_target - a directory below iscsi/
 * @wwn: public part
 * @name: iSCSI name [I]
 * @index: number for the iSCSI MIB [I]
 * @hash: in the table of names [targets_lock in tpg.c]
 * @tpgs: iscsit_tpg.node [targets_lock]
 * @counts: events [A]
 * @last_fail: the rest is about the last login that failed [fail_lock]
 * @last_fail_type: enum iscsit_tpg_count
 * @last_fail_name: who it was
 * @last_fail_peer: where it came from
 * @sess_fails: sessions that ended by a fault
 * @sess_fail_type: enum iscsit_tpg_count of the last one, from 1
 * @sess_fail_name: who it was
 * @fail_lock: guards these
 * @stats: groups of fabric_statistics/, see stat.c
 * @kref: directory and groups
 *
 * [I] constant, [A] atomic.
 */
struct iscsit_target {
	struct se_wwn		wwn;
	const char		*name;
	u32			index;
	struct hlist_node	hash;
	struct list_head	tpgs;
	atomic_t		counts[ISCSIT_TPG_COUNTS];

	spinlock_t		fail_lock;	/* what: see above */
	unsigned long		last_fail;
	u32			last_fail_type;
	char			last_fail_name[ISCSI_NAME_LEN];
	struct sockaddr_storage	last_fail_peer;
	u32			sess_fails;
	u32			sess_fail_type;
	char			sess_fail_name[ISCSI_NAME_LEN];
	struct config_group	stats[5];
	struct kref		kref;
};

/**
 * struct iscsit_tpg - a target portal group
 * @se: public part
 * @target: whose [I]
 * @tag: TargetPortalGroupTag [I]
 * @attrib: by enum iscsit_tpg_attrib [A]
 * @mutex: guards @params and @alias
 * @params: what it wants in negotiations [mutex]
 * @alias: TargetAlias [mutex]
 * @auth: credentials of demo mode
 * @nexus_mutex: sessions are made under it, while @active, and ended by others
 *	than their connection
 * @active: it admits initiators [nexus_mutex for changes, A]
 * @portals: iscsit_portal.node [targets_lock]
 * @node: in iscsit_target.tpgs [targets_lock]
 * @session_lock: guards @sessions; iscsit_session.lock is taken inside
 * @sessions: iscsit_session.tpg_node [session_lock]
 * @nr_sessions: how many [session_lock]
 * @sessions_group: sessions/, see attrs_sess.c
 * @kref: directory, logins, sessions
 */
struct iscsit_tpg {
	struct se_portal_group	se;
	struct iscsit_target	*target;
	u16			tag;
	u32			attrib[ISCSIT_TPG_ATTRIBS];
	struct mutex		mutex;	/* what: see above */
	struct iscsit_params	params;
	char			alias[ISCSIT_KV_VALUE_MAX + 1];
	struct iscsit_tpg_auth	auth;
	struct mutex		nexus_mutex;	/* what: see above */
	bool			active;
	struct list_head	portals;
	struct list_head	node;
	spinlock_t		session_lock;	/* what: see above */
	struct list_head	sessions;
	u32			nr_sessions;
	struct config_group	sessions_group;
	struct kref		kref;
};

/**
 * struct iscsit_portal - a directory below np/
 * @se: public part
 * @tpg: whose [I]
 * @listener: socket, shared by all portals on the address [I]
 * @node: in iscsit_tpg.portals [targets_lock]
 */
struct iscsit_portal {
	struct se_tpg_np	se;
	struct iscsit_tpg	*tpg;
	struct iscsit_listener	*listener;
	struct list_head	node;
};

/**
 * struct iscsit_acl - a directory below acls/, or what demo mode made
 * @se: public part, first as the core wants it
 * @attrib: by enum iscsit_tpg_acl_attrib [A]
 * @auth: credentials
 * @stats: group of fabric_statistics/, see stat.c
 */
struct iscsit_acl {
	struct se_node_acl	se;
	s32			attrib[ISCSIT_ACL_ATTRIBS];
	struct iscsit_tpg_auth	auth;
	struct config_group	stats;
};

static inline struct iscsit_tpg *to_iscsit_tpg(struct se_portal_group *se_tpg)
{
	return container_of(se_tpg, struct iscsit_tpg, se);
}

static inline struct iscsit_target *to_iscsit_target(struct se_wwn *wwn)
{
	return container_of(wwn, struct iscsit_target, wwn);
}

static inline struct iscsit_acl *to_iscsit_acl(struct se_node_acl *se_nacl)
{
	return container_of(se_nacl, struct iscsit_acl, se);
}

static inline u32 iscsit_tpg_attr(const struct iscsit_tpg *tpg,
				  enum iscsit_tpg_attrib id)
{
	return READ_ONCE(tpg->attrib[id]);
}

static inline s32 iscsit_tpg_acl_attr(const struct iscsit_acl *acl,
				      enum iscsit_tpg_acl_attrib id)
{
	return READ_ONCE(acl->attrib[id]);
}

static inline void iscsit_tpg_count(struct iscsit_target *target,
				    enum iscsit_tpg_count what)
{
	atomic_inc(&target->counts[what]);
}

extern const struct iscsit_tpg_limit iscsit_tpg_limits[ISCSIT_TPG_ATTRIBS];
extern const struct iscsit_tpg_limit iscsit_tpg_acl_limits[ISCSIT_ACL_ATTRIBS];
extern const struct iscsit_tpg_limit iscsit_tpg_param_limits[ISCSIT_KEY_COUNT];
extern const struct iscsit_tpg_range iscsit_tpg_attribs[ISCSIT_TPG_ATTRIBS];
extern const struct iscsit_tpg_range iscsit_tpg_acl_attribs[ISCSIT_ACL_ATTRIBS];
extern struct iscsit_tpg_auth iscsit_tpg_discovery_auth;
extern bool iscsit_tpg_discovery_enforced;

struct iscsit_target *iscsit_tpg_make_target(const char *name);
void iscsit_tpg_drop_target(struct iscsit_target *target);

struct iscsit_tpg *iscsit_tpg_make(struct iscsit_target *target, u16 tag);
void iscsit_tpg_publish(struct iscsit_tpg *tpg);
void iscsit_tpg_unpublish(struct iscsit_tpg *tpg);
void iscsit_tpg_activate(struct iscsit_tpg *tpg, bool active);
void iscsit_tpg_get(struct iscsit_tpg *tpg);
void iscsit_tpg_put(struct iscsit_tpg *tpg);

int iscsit_tpg_add_portal(struct iscsit_tpg *tpg, struct iscsit_portal *portal);
void iscsit_tpg_del_portal(struct iscsit_portal *portal);
struct iscsit_tpg *iscsit_tpg_find(const char *name,
				   const struct iscsit_listener *listener);
int iscsit_tpg_walk(const char *name,
		    int (*fn)(struct iscsit_tpg *tpg, void *data), void *data);

int iscsit_tpg_set_attrib(struct iscsit_tpg *tpg, enum iscsit_tpg_attrib id,
			  u32 val);
int iscsit_tpg_set_acl_attrib(struct iscsit_acl *acl,
			      enum iscsit_tpg_acl_attrib id, s32 val);
void iscsit_tpg_init_acl(struct iscsit_acl *acl, const struct iscsit_tpg *tpg);
int iscsit_tpg_set_param(struct iscsit_tpg *tpg, const struct iscsit_key *key,
			 const char *val, size_t len);
int iscsit_tpg_show_param(struct iscsit_tpg *tpg, const struct iscsit_key *key,
			  char *buf, size_t size);
void iscsit_tpg_snapshot(struct iscsit_tpg *tpg, struct iscsit_params *params,
			 char *alias, size_t size);
int iscsit_tpg_set_auth(struct iscsit_tpg_auth *auth,
			enum iscsit_tpg_auth_id id, const char *val, size_t len);
void iscsit_tpg_copy_auth(const struct iscsit_tpg_auth *auth,
			  struct iscsit_tpg_auth *copy);
bool iscsit_tpg_is_mutual(const struct iscsit_tpg_auth *auth);
void iscsit_tpg_login_failed(struct iscsit_target *target,
			     enum iscsit_tpg_count what, const char *initiator,
			     const struct sockaddr_storage *peer);
void iscsit_tpg_session_failed(struct iscsit_target *target,
			       enum iscsit_tpg_count what,
			       const char *initiator);

#endif /* ISCSIT_TPG_H */
