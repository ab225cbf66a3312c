// SPDX-License-Identifier: GPL-2.0-only
/*
 * Targets and portal groups: tables, typed setters, references.
 *
 * targets_lock guards what logins and discovery walk: names, groups, portals.
 * It is held for a table look-up or a listing, never across anything that
 * waits for a peer or for I/O.  What a login needs longer it holds by a
 * reference to the group; a group whose directory is gone is not active.
 */
#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringhash.h>

#include "sn.h"
#include "tpg.h"

static DEFINE_MUTEX(targets_lock);
static DEFINE_HASHTABLE(targets, 8);	/* [targets_lock] */
static DEFINE_IDA(indexes);
static DEFINE_MUTEX(auth_lock);

struct iscsit_tpg_auth iscsit_tpg_discovery_auth;
bool iscsit_tpg_discovery_enforced;

const struct iscsit_tpg_limit iscsit_tpg_limits[ISCSIT_TPG_ATTRIBS] = {
	[ISCSIT_TPG_DEFAULT_ERL]	= { "default_erl", 0 },
	[ISCSIT_TPG_FABRIC_PROT_TYPE]	= { "fabric_prot_type", 0 },
	[ISCSIT_TPG_T10_PI]		= { "t10_pi", 0 },
};

const struct iscsit_tpg_limit iscsit_tpg_acl_limits[ISCSIT_ACL_ATTRIBS] = {
	[ISCSIT_ACL_DEFAULT_ERL]	= { "default_erl", 0 },
};

const struct iscsit_tpg_limit iscsit_tpg_param_limits[ISCSIT_KEY_COUNT] = {
	[ISCSIT_KEY_MAX_CONNECTIONS]	  = { "MaxConnections", 1 },
	[ISCSIT_KEY_ERROR_RECOVERY_LEVEL] = { "ErrorRecoveryLevel", 0 },
};

static int check_limit(const struct iscsit_tpg *tpg,
		       const struct iscsit_tpg_limit *limit, u32 val)
{
	if (!limit->name || val <= limit->offered)
		return 0;
	pr_warn("iSCSI: %s,%u: %s cannot be more than %u\n", tpg->target->name,
		tpg->tag, limit->name, limit->offered);
	return -EOPNOTSUPP;
}

/* by enum iscsit_tpg_attrib */
const struct iscsit_tpg_range iscsit_tpg_attribs[] = {
	[ISCSIT_TPG_ALLOW_COLD_RESET] = {
		0, 0, 1, 0, "initiators can end the sessions of all initiators" },
	[ISCSIT_TPG_ASYNC_EVENTS] = {
		0, 0, 1, 0, "initiators hear of new LUNs and sizes before they ask" },
	[ISCSIT_TPG_AUTHENTICATION] = {
		1, 0, 1, 1, "initiators have to authenticate themselves" },
	[ISCSIT_TPG_CACHE_DYNAMIC_ACLS] = {
		0, 0, 1, 0, "what generate_node_acls made outlives its session" },
	[ISCSIT_TPG_DEFAULT_CMDSN_DEPTH] = {
		64, 1, ISCSIT_SN_DEPTH_MAX, 64, "cmdsn_depth of new ACLs" },
	[ISCSIT_TPG_DEFAULT_ERL] = {
		0, 0, 2, 0, "default_erl of new ACLs" },
	[ISCSIT_TPG_DEMO_MODE_DISCOVERY] = {
		1, 0, 1, 1, "unknown initiators discover the target" },
	[ISCSIT_TPG_DEMO_MODE_WRITE_PROTECT] = {
		1, 0, 1, 1, "unknown initiators cannot write" },
	/* DIF type 2 needs 32-byte CDBs, which nobody sends over iSCSI */
	[ISCSIT_TPG_FABRIC_PROT_TYPE] = {
		0, 0, 1, 3, "protection type above a medium without one" },
	[ISCSIT_TPG_GENERATE_NODE_ACLS] = {
		0, 0, 1, 0, "unknown initiators can log in" },
	[ISCSIT_TPG_LOGIN_KEYS_WORKAROUND] = {
		1, 0, 1, 1, "answer keys that some initiators wait for" },
	[ISCSIT_TPG_LOGIN_TIMEOUT] = {
		15, 5, 30, 15, "seconds that a login may take" },
	[ISCSIT_TPG_PROD_MODE_WRITE_PROTECT] = {
		0, 0, 1, 0, "newly mapped LUNs are write-protected" },
	[ISCSIT_TPG_T10_PI] = {
		0, 0, 1, 0, "protection information on the wire" },
	[ISCSIT_TPG_ENABLED_SENDTARGETS] = {
		1, 0, 1, 1, "discovery shows the group only while it is enabled" },
};

/* by enum iscsit_tpg_acl_attrib */
const struct iscsit_tpg_range iscsit_tpg_acl_attribs[] = {
	[ISCSIT_ACL_AUTHENTICATION] = {
		-1, 0, 1, -1, "as of the group; -1 takes the group's" },
	[ISCSIT_ACL_DATAOUT_TIMEOUT] = {
		3, 2, 60, 3, "seconds to wait for Data-Out" },
	[ISCSIT_ACL_DATAOUT_TIMEOUT_RETRIES] = {
		5, 1, 15, 5, "how often Data-Out is asked for again" },
	[ISCSIT_ACL_DEFAULT_ERL] = {
		0, 0, 2, 0, "error recovery level before it was negotiated" },
	[ISCSIT_ACL_NOPIN_RESPONSE_TIMEOUT] = {
		30, 3, 60, 30, "seconds to wait for the answer to a NOP-In" },
	[ISCSIT_ACL_NOPIN_TIMEOUT] = {
		15, 3, 60, 0, "idle seconds before a NOP-In; 0 for none" },
	[ISCSIT_ACL_RANDOM_DATAIN_PDU_OFFSETS] = {
		0, 0, 1, 0, "for tests: Data-In PDUs in random order" },
	[ISCSIT_ACL_RANDOM_DATAIN_SEQ_OFFSETS] = {
		0, 0, 1, 0, "for tests: Data-In sequences in random order" },
	[ISCSIT_ACL_RANDOM_R2T_OFFSETS] = {
		0, 0, 1, 0, "for tests: R2Ts in random order" },
};

static bool is_legal(const struct iscsit_tpg_range *range, s64 val)
{
	return val == range->also || (val >= range->min && val <= range->max);
}

static u32 hash_of(const char *name)
{
	return full_name_hash(NULL, name, strlen(name));
}

static struct iscsit_target *find_target(const char *name)
{
	struct iscsit_target *target;

	lockdep_assert_held(&targets_lock);
	hash_for_each_possible(targets, target, hash, hash_of(name))
		if (!strcmp(target->name, name))
			return target;
	return NULL;
}

/**
 * iscsit_tpg_make_target - a new target
 * @name: iSCSI name, at most 223 bytes
 *
 * Return: the target, or an ERR_PTR().
 */
struct iscsit_target *iscsit_tpg_make_target(const char *name)
{
	struct iscsit_target *target;
	int index;

	if (!name[0] || strlen(name) >= ISCSI_NAME_LEN)
		return ERR_PTR(-EINVAL);
	target = kzalloc(sizeof(*target), GFP_KERNEL);
	if (!target)
		return ERR_PTR(-ENOMEM);
	target->name = kstrdup(name, GFP_KERNEL);
	index = target->name ? ida_alloc(&indexes, GFP_KERNEL) : -ENOMEM;
	if (index < 0) {
		kfree(target->name);
		kfree(target);
		return ERR_PTR(index);
	}
	target->index = index;
	INIT_LIST_HEAD(&target->tpgs);
	spin_lock_init(&target->fail_lock);
	kref_init(&target->kref);

	mutex_lock(&targets_lock);
	hash_add(targets, &target->hash, hash_of(name));
	mutex_unlock(&targets_lock);
	return target;
}

static void free_target(struct kref *kref)
{
	struct iscsit_target *target = container_of(kref, struct iscsit_target,
						    kref);

	ida_free(&indexes, target->index);
	kfree(target->name);
	kfree(target);
}

/**
 * iscsit_tpg_drop_target - its directory is gone
 * @target: target
 */
void iscsit_tpg_drop_target(struct iscsit_target *target)
{
	mutex_lock(&targets_lock);
	hash_del(&target->hash);
	mutex_unlock(&targets_lock);
	kref_put(&target->kref, free_target);
}

/**
 * iscsit_tpg_make - a new portal group, not yet visible
 * @target: whose
 * @tag: its tag
 *
 * Return: the group, or an ERR_PTR().
 */
struct iscsit_tpg *iscsit_tpg_make(struct iscsit_target *target, u16 tag)
{
	struct iscsit_tpg *tpg = kzalloc(sizeof(*tpg), GFP_KERNEL);
	u32 i;

	if (!tpg)
		return ERR_PTR(-ENOMEM);
	kref_get(&target->kref);
	tpg->target = target;
	tpg->tag = tag;
	for (i = 0; i < ISCSIT_TPG_ATTRIBS; i++)
		tpg->attrib[i] = iscsit_tpg_attribs[i].def;
	iscsit_keys_ours(&tpg->params);
	strscpy(tpg->alias, "LIO Target");
	mutex_init(&tpg->mutex);
	mutex_init(&tpg->nexus_mutex);
	INIT_LIST_HEAD(&tpg->portals);
	INIT_LIST_HEAD(&tpg->node);
	spin_lock_init(&tpg->session_lock);
	INIT_LIST_HEAD(&tpg->sessions);
	kref_init(&tpg->kref);
	return tpg;
}

/**
 * iscsit_tpg_publish - let logins and discovery find it
 * @tpg: new group
 */
void iscsit_tpg_publish(struct iscsit_tpg *tpg)
{
	mutex_lock(&targets_lock);
	list_add_tail(&tpg->node, &tpg->target->tpgs);
	mutex_unlock(&targets_lock);
}

/**
 * iscsit_tpg_unpublish - no new login finds it
 * @tpg: group
 */
void iscsit_tpg_unpublish(struct iscsit_tpg *tpg)
{
	mutex_lock(&targets_lock);
	list_del_init(&tpg->node);
	mutex_unlock(&targets_lock);
}

/**
 * iscsit_tpg_activate - admit initiators, or no more
 * @tpg: group
 * @active: which
 *
 * After this has returned for false, no session of the group is being made.
 */
void iscsit_tpg_activate(struct iscsit_tpg *tpg, bool active)
{
	mutex_lock(&tpg->nexus_mutex);
	WRITE_ONCE(tpg->active, active);
	mutex_unlock(&tpg->nexus_mutex);
}

/**
 * iscsit_tpg_get - take a reference
 * @tpg: group that the caller has one of already
 */
void iscsit_tpg_get(struct iscsit_tpg *tpg)
{
	kref_get(&tpg->kref);
}

static void free_tpg(struct kref *kref)
{
	struct iscsit_tpg *tpg = container_of(kref, struct iscsit_tpg, kref);

	kref_put(&tpg->target->kref, free_target);
	kfree_sensitive(tpg);
}

/**
 * iscsit_tpg_put - drop a reference
 * @tpg: group
 */
void iscsit_tpg_put(struct iscsit_tpg *tpg)
{
	kref_put(&tpg->kref, free_tpg);
}

static struct iscsit_portal *portal_on(const struct iscsit_target *target,
				       const struct iscsit_listener *listener)
{
	struct iscsit_portal *portal;
	struct iscsit_tpg *tpg;

	list_for_each_entry(tpg, &target->tpgs, node)
		list_for_each_entry(portal, &tpg->portals, node)
			if (portal->listener == listener)
				return portal;
	return NULL;
}

/**
 * iscsit_tpg_add_portal - tie a portal to its group
 * @tpg: group
 * @portal: new portal with its listener
 *
 * A login is for a target on an address, so a target has an address in one
 * group only.
 *
 * Return: 0, or -EEXIST.
 */
int iscsit_tpg_add_portal(struct iscsit_tpg *tpg, struct iscsit_portal *portal)
{
	int ret = -EEXIST;

	mutex_lock(&targets_lock);
	if (!portal_on(tpg->target, portal->listener)) {
		portal->tpg = tpg;
		list_add_tail(&portal->node, &tpg->portals);
		ret = 0;
	}
	mutex_unlock(&targets_lock);
	return ret;
}

/**
 * iscsit_tpg_del_portal - untie it
 * @portal: portal
 */
void iscsit_tpg_del_portal(struct iscsit_portal *portal)
{
	mutex_lock(&targets_lock);
	list_del(&portal->node);
	mutex_unlock(&targets_lock);
}

/**
 * iscsit_tpg_find - which group does a login want?
 * @name: TargetName
 * @listener: where it came in
 *
 * Return: the group with a reference, active or not; NULL if the target is not
 * to be had here.
 */
struct iscsit_tpg *iscsit_tpg_find(const char *name,
				   const struct iscsit_listener *listener)
{
	struct iscsit_portal *portal = NULL;
	struct iscsit_tpg *tpg = NULL;
	struct iscsit_target *target;

	mutex_lock(&targets_lock);
	target = find_target(name);
	if (target)
		portal = portal_on(target, listener);
	if (portal) {
		tpg = portal->tpg;
		iscsit_tpg_get(tpg);
	}
	mutex_unlock(&targets_lock);
	return tpg;
}

static int walk_target(struct iscsit_target *target,
		       int (*fn)(struct iscsit_tpg *tpg, void *data),
		       void *data)
{
	struct iscsit_tpg *tpg;
	int ret = 0;

	list_for_each_entry(tpg, &target->tpgs, node) {
		ret = fn(tpg, data);
		if (ret)
			break;
	}
	return ret;
}

/**
 * iscsit_tpg_walk - look at groups
 * @name: target, or NULL for all
 * @fn: called for each group, with its portals stable; nonzero ends the walk.
 *	Must not wait for anything
 * @data: for @fn
 *
 * Return: what @fn returned last, 0 if there is nothing.
 */
int iscsit_tpg_walk(const char *name,
		    int (*fn)(struct iscsit_tpg *tpg, void *data), void *data)
{
	struct iscsit_target *target;
	int bucket, ret = 0;

	mutex_lock(&targets_lock);
	if (name) {
		target = find_target(name);
		if (target)
			ret = walk_target(target, fn, data);
		goto unlock;
	}
	hash_for_each(targets, bucket, target, hash) {
		ret = walk_target(target, fn, data);
		if (ret)
			break;
	}
unlock:
	mutex_unlock(&targets_lock);
	return ret;
}

/**
 * iscsit_tpg_set_attrib - change an attribute
 * @tpg: group
 * @id: which
 * @val: new value
 *
 * Return: 0, -EINVAL, or -EOPNOTSUPP after a log line for a legal value that
 * would do nothing.
 */
int iscsit_tpg_set_attrib(struct iscsit_tpg *tpg, enum iscsit_tpg_attrib id,
			  u32 val)
{
	int ret;

	if (!is_legal(&iscsit_tpg_attribs[id], val))
		return -EINVAL;
	ret = check_limit(tpg, &iscsit_tpg_limits[id], val);
	if (!ret)
		WRITE_ONCE(tpg->attrib[id], val);
	return ret;
}

/**
 * iscsit_tpg_set_acl_attrib - change an attribute of an ACL
 * @acl: ACL
 * @id: which
 * @val: new value
 *
 * Return: as for iscsit_tpg_set_attrib().
 */
int iscsit_tpg_set_acl_attrib(struct iscsit_acl *acl,
			      enum iscsit_tpg_acl_attrib id, s32 val)
{
	int ret;

	if (!is_legal(&iscsit_tpg_acl_attribs[id], val))
		return -EINVAL;
	ret = check_limit(to_iscsit_tpg(acl->se.se_tpg), &iscsit_tpg_acl_limits[id], val);
	if (!ret)
		WRITE_ONCE(acl->attrib[id], val);
	return ret;
}

/**
 * iscsit_tpg_init_acl - attributes of a new ACL
 * @acl: ACL
 * @tpg: its group
 */
void iscsit_tpg_init_acl(struct iscsit_acl *acl, const struct iscsit_tpg *tpg)
{
	u32 i;

	for (i = 0; i < ISCSIT_ACL_ATTRIBS; i++)
		acl->attrib[i] = iscsit_tpg_acl_attribs[i].def;
	acl->attrib[ISCSIT_ACL_DEFAULT_ERL] =
		iscsit_tpg_attr(tpg, ISCSIT_TPG_DEFAULT_ERL);
}

static int set_key(struct iscsit_tpg *tpg, const struct iscsit_key *key,
		   const struct iscsit_kv_text *text)
{
	struct iscsit_params params = tpg->params;
	int ret = iscsit_keys_store(key, text, &params);

	lockdep_assert_held(&tpg->mutex);
	if (!ret && iscsit_keys_has_value(key))
		ret = check_limit(tpg, &iscsit_tpg_param_limits[key - iscsit_keys],
				  iscsit_keys_get(key, &params));
	if (!ret)
		tpg->params = params;
	return ret;
}

/**
 * iscsit_tpg_set_param - change what a group negotiates
 * @tpg: group
 * @key: row with ISCSIT_KEY_PARAM, or TargetAlias
 * @val: new value
 * @len: its length
 *
 * Return: as for iscsit_tpg_set_attrib().
 */
int iscsit_tpg_set_param(struct iscsit_tpg *tpg, const struct iscsit_key *key,
			 const char *val, size_t len)
{
	struct iscsit_kv_text text = { val, len };
	int ret;

	if (len > ISCSIT_KV_VALUE_MAX)
		return -EINVAL;
	mutex_lock(&tpg->mutex);
	if (key == &iscsit_keys[ISCSIT_KEY_TARGET_ALIAS])
		ret = iscsit_kv_string(&text, tpg->alias, sizeof(tpg->alias));
	else
		ret = set_key(tpg, key, &text);
	mutex_unlock(&tpg->mutex);
	return ret && ret != -EOPNOTSUPP ? -EINVAL : ret;
}

/**
 * iscsit_tpg_show_param - read what a group negotiates
 * @tpg: group
 * @key: as for iscsit_tpg_set_param()
 * @buf: where to write
 * @size: size of @buf
 *
 * Return: length, or a negative errno.
 */
int iscsit_tpg_show_param(struct iscsit_tpg *tpg, const struct iscsit_key *key,
			  char *buf, size_t size)
{
	u32 val = 0;
	int ret;

	mutex_lock(&tpg->mutex);
	if (iscsit_keys_has_value(key))
		val = iscsit_keys_get(key, &tpg->params);
	if (key == &iscsit_keys[ISCSIT_KEY_TARGET_ALIAS])
		ret = scnprintf(buf, size, "%s", tpg->alias);
	else
		ret = iscsit_keys_format(key, val, buf, size);
	mutex_unlock(&tpg->mutex);
	return ret;
}

/**
 * iscsit_tpg_snapshot - what a group negotiates, for one login
 * @tpg: group
 * @params: filled in
 * @alias: TargetAlias
 * @size: size of @alias
 */
void iscsit_tpg_snapshot(struct iscsit_tpg *tpg, struct iscsit_params *params,
			 char *alias, size_t size)
{
	mutex_lock(&tpg->mutex);
	*params = tpg->params;
	strscpy(alias, tpg->alias, size);
	mutex_unlock(&tpg->mutex);
}

/**
 * iscsit_tpg_set_auth - change a user name or secret
 * @auth: credentials
 * @id: which
 * @val: new value; "NULL" or nothing takes it away
 * @len: its length
 *
 * Return: 0, or -EINVAL if it is too long.
 */
int iscsit_tpg_set_auth(struct iscsit_tpg_auth *auth,
			enum iscsit_tpg_auth_id id, const char *val, size_t len)
{
	if (len > ISCSIT_TPG_AUTH_MAX)
		return -EINVAL;
	if (len == 4 && !memcmp(val, "NULL", 4))
		len = 0;
	mutex_lock(&auth_lock);
	memzero_explicit(auth->text[id], sizeof(auth->text[id]));
	memcpy(auth->text[id], val, len);
	mutex_unlock(&auth_lock);
	return 0;
}

/**
 * iscsit_tpg_copy_auth - credentials at one moment
 * @auth: credentials
 * @copy: filled in; the caller wipes it
 */
void iscsit_tpg_copy_auth(const struct iscsit_tpg_auth *auth,
			  struct iscsit_tpg_auth *copy)
{
	mutex_lock(&auth_lock);
	*copy = *auth;
	mutex_unlock(&auth_lock);
}

/**
 * iscsit_tpg_is_mutual - can we authenticate ourselves?
 * @auth: credentials
 *
 * Return: true if both our name and our secret are set.
 */
bool iscsit_tpg_is_mutual(const struct iscsit_tpg_auth *auth)
{
	bool ret;

	mutex_lock(&auth_lock);
	ret = auth->text[ISCSIT_TPG_USERID_MUTUAL][0] &&
	      auth->text[ISCSIT_TPG_PASSWORD_MUTUAL][0];
	mutex_unlock(&auth_lock);
	return ret;
}

/**
 * iscsit_tpg_login_failed - note it for the statistics
 * @target: target that the login was for
 * @what: how it failed
 * @initiator: InitiatorName, or ""
 * @peer: where from
 */
void iscsit_tpg_login_failed(struct iscsit_target *target,
			     enum iscsit_tpg_count what, const char *initiator,
			     const struct sockaddr_storage *peer)
{
	iscsit_tpg_count(target, what);
	spin_lock(&target->fail_lock);
	target->last_fail = jiffies;
	target->last_fail_type = what;
	strscpy(target->last_fail_name, initiator);
	target->last_fail_peer = *peer;
	spin_unlock(&target->fail_lock);
}

/**
 * iscsit_tpg_session_failed - note it for the statistics
 * @target: target of the session
 * @what: why it ended, one of ISCSIT_SESS_ERR_*
 * @initiator: InitiatorName
 */
void iscsit_tpg_session_failed(struct iscsit_target *target,
			       enum iscsit_tpg_count what,
			       const char *initiator)
{
	iscsit_tpg_count(target, what);
	spin_lock(&target->fail_lock);
	target->sess_fails++;
	target->sess_fail_type = what - ISCSIT_SESS_ERR_DIGEST + 1;
	strscpy(target->sess_fail_name, initiator);
	spin_unlock(&target->fail_lock);
}
