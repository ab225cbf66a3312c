// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access rules.
 *
 * An initiator with an ACL of its own proves itself with the ACL's
 * credentials; one that demo mode lets in, with those of the group.  Whether
 * it has to is said by the ACL's attrib/authentication (0 or 1), and by the
 * group's where that is -1.
 */
#include <linux/string.h>
#include <target/target_core_fabric.h>

#include "access.h"

/*
 * Who has to authenticate itself does not get around it by param/AuthMethod
 * naming None too, which is for those who do not have to.
 */
static u32 methods_of(struct iscsit_tpg *tpg, s32 enforced)
{
	u32 methods;

	if (!enforced)
		return ISCSIT_AUTH_NONE;
	mutex_lock(&tpg->mutex);
	methods = tpg->params.auth_method & ~ISCSIT_AUTH_NONE;
	mutex_unlock(&tpg->mutex);
	return methods ?: ISCSIT_AUTH_CHAP;
}

/**
 * iscsit_access_target - may an initiator use a target?
 * @tpg: group that it found
 * @initiator: its name
 * @access: filled in
 *
 * Return: ISCSIT_LOGIN_OK; ISCSIT_LOGIN_UNAVAILABLE while the group is
 * disabled, so that the initiator tries again; or ISCSIT_LOGIN_FORBIDDEN.
 */
enum iscsit_login_status iscsit_access_target(struct iscsit_tpg *tpg,
					      const char *initiator,
					      struct iscsit_access *access)
{
	s32 enforced = iscsit_tpg_attr(tpg, ISCSIT_TPG_AUTHENTICATION);
	struct se_node_acl *nacl;
	struct iscsit_acl *acl;
	bool active;

	/* an active group is registered with the core */
	mutex_lock(&tpg->nexus_mutex);
	active = tpg->active;
	nacl = active ? target_acl_get(&tpg->se, initiator) : NULL;
	mutex_unlock(&tpg->nexus_mutex);
	if (!active)
		return ISCSIT_LOGIN_UNAVAILABLE;
	if (!nacl && !iscsit_tpg_attr(tpg, ISCSIT_TPG_GENERATE_NODE_ACLS))
		return ISCSIT_LOGIN_FORBIDDEN;
	if (nacl) {
		acl = to_iscsit_acl(nacl);
		if (iscsit_tpg_acl_attr(acl, ISCSIT_ACL_AUTHENTICATION) >= 0)
			enforced = iscsit_tpg_acl_attr(acl,
						       ISCSIT_ACL_AUTHENTICATION);
		iscsit_tpg_copy_auth(&acl->auth, &access->auth);
	} else {
		iscsit_tpg_copy_auth(&tpg->auth, &access->auth);
	}
	if (nacl)
		target_acl_put(nacl);
	access->methods = methods_of(tpg, enforced);
	return ISCSIT_LOGIN_OK;
}

/**
 * iscsit_access_discovery - conditions of a discovery session
 * @access: filled in
 */
void iscsit_access_discovery(struct iscsit_access *access)
{
	iscsit_tpg_copy_auth(&iscsit_tpg_discovery_auth, &access->auth);
	access->methods = READ_ONCE(iscsit_tpg_discovery_enforced) ?
		ISCSIT_AUTH_CHAP : ISCSIT_AUTH_NONE;
}

/**
 * iscsit_access_cred - credentials as CHAP wants them
 * @access: conditions of a login
 *
 * Return: pointers into @access.
 */
struct iscsit_chap_cred iscsit_access_cred(const struct iscsit_access *access)
{
	return (struct iscsit_chap_cred) {
		.user = access->auth.text[ISCSIT_TPG_USERID],
		.secret = access->auth.text[ISCSIT_TPG_PASSWORD],
		.mutual_user = access->auth.text[ISCSIT_TPG_USERID_MUTUAL],
		.mutual_secret = access->auth.text[ISCSIT_TPG_PASSWORD_MUTUAL],
	};
}

/**
 * iscsit_access_visible - does SendTargets show a group to an initiator?
 * @tpg: group
 * @initiator: its name
 *
 * Context: called by iscsit_tpg_walk(), so the group is registered.
 * Return: true if it does.
 */
bool iscsit_access_visible(struct iscsit_tpg *tpg, const char *initiator)
{
	struct se_node_acl *nacl;

	if (iscsit_tpg_attr(tpg, ISCSIT_TPG_ENABLED_SENDTARGETS) &&
	    !READ_ONCE(tpg->active))
		return false;
	if (iscsit_tpg_attr(tpg, ISCSIT_TPG_DEMO_MODE_DISCOVERY) ||
	    iscsit_tpg_attr(tpg, ISCSIT_TPG_GENERATE_NODE_ACLS))
		return true;
	nacl = target_acl_get(&tpg->se, initiator);
	if (nacl)
		target_acl_put(nacl);
	return nacl;
}
