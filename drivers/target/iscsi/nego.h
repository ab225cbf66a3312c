/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Negotiation of text keys over the table of keys.h: one whole text in, the
 * answer text and the agreed values out.
 */
#ifndef ISCSIT_NEGO_H
#define ISCSIT_NEGO_H

#include <linux/types.h>

#include "chap.h"
#include "iscsi_wire.h"
#include "keys.h"
#include "kv.h"

/* Longest alias, terminating NUL included (RFC 7143 13.6, 13.7) */
#define ISCSIT_NEGO_ALIAS_LEN	(ISCSIT_KV_VALUE_MAX + 1)

/**
 * struct iscsit_nego - negotiation of one connection
 *
 * Lives as long as the login, and again for every Text exchange that changes
 * a parameter.  The caller sets up the first group, reads the others.
 *
 * @ours: configuration of the portal group (or of the discovery session);
 *	owned by the caller, needed from iscsit_nego_answer() on and constant
 *	from there
 * @auth_allowed: ISCSIT_AUTH_* that this initiator may use, known with its name
 * @workaround: go on with initiators that repeat themselves or leave our
 *	proposals unanswered (some boot ROMs)
 *
 * @phase: the one ISCSIT_KEY_IN_* that the current text belongs to
 * @agreed: results so far, RFC defaults before that
 * @seen: keys that the initiator has sent, by row
 * @proposed: keys that we have proposed, by row
 * @open: of @proposed, those without an answer
 * @why: row that made the negotiation fail, ISCSIT_KEY_COUNT if none did;
 *	for the one line of log that an administrator gets
 *
 * @initiator_name: InitiatorName, empty if there was none
 * @target_name: TargetName, empty if there was none
 * @initiator_alias: InitiatorAlias, empty if there was none
 *
 * @auth: CHAP keys of the current text, for iscsit_chap_step(); they point into
 *	the text
 * @send_targets: value of SendTargets in the current text, points into it
 */
struct iscsit_nego {
	const struct iscsit_params	*ours;
	u32				auth_allowed;
	bool				workaround;

	u8				phase;
	struct iscsit_params		agreed;
	u64				seen;
	u64				proposed;
	u64				open;
	u32				why;

	char				initiator_name[ISCSI_NAME_LEN];
	char				target_name[ISCSI_NAME_LEN];
	char				initiator_alias[ISCSIT_NEGO_ALIAS_LEN];

	struct iscsit_chap_keys		auth;
	struct iscsit_kv_text		send_targets;
};

void iscsit_nego_init(struct iscsit_nego *nego, bool workaround);
void iscsit_nego_resume(struct iscsit_nego *nego,
			const struct iscsit_params *agreed);
enum iscsit_login_status iscsit_nego_read(struct iscsit_nego *nego, u8 phase,
					  const void *buf, u32 len);
enum iscsit_login_status iscsit_nego_identified(const struct iscsit_nego *nego);
bool iscsit_nego_discovery(const struct iscsit_nego *nego);
enum iscsit_login_status iscsit_nego_answer(struct iscsit_nego *nego,
					    const void *buf, u32 len,
					    struct iscsit_kv_out *out);
enum iscsit_login_status iscsit_nego_propose(struct iscsit_nego *nego,
					     struct iscsit_kv_out *out);
bool iscsit_nego_settled(const struct iscsit_nego *nego);
enum iscsit_login_status iscsit_nego_finish(struct iscsit_nego *nego);

#endif /* ISCSIT_NEGO_H */
