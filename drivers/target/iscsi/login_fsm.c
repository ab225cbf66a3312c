// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stages of the login phase, target side (RFC 7143 6.3, 11.12, 11.13).
 *
 * The initiator leads: it says in which stage it is (CSG) and, with the T bit,
 * into which it wants to go (NSG).  The target follows as soon as it has
 * nothing more to say in the current stage.
 */
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "keys.h"
#include "login_fsm.h"

/* Stages that may follow a stage, one bit each (RFC 7143 11.12.3) */
static const u8 may_follow[] = {
	[ISCSI_SECURITY_NEGOTIATION_STAGE] =
		BIT(ISCSI_OP_PARMS_NEGOTIATION_STAGE) |
		BIT(ISCSI_FULL_FEATURE_PHASE),
	[ISCSI_OP_PARMS_NEGOTIATION_STAGE] = BIT(ISCSI_FULL_FEATURE_PHASE),
};

/**
 * iscsit_login_fsm_init - before the first Login Request
 * @fsm: to set up
 */
void iscsit_login_fsm_init(struct iscsit_login_fsm *fsm)
{
	memset(fsm, 0, sizeof(*fsm));
}

/* Rules for a request by itself */
static enum iscsit_login_status check_alone(const struct iscsi_login_req *req,
					    u32 len)
{
	u8 csg = ISCSI_LOGIN_CURRENT_STAGE(req->flags);
	u8 nsg = ISCSI_LOGIN_NEXT_STAGE(req->flags);
	bool transit = req->flags & ISCSI_FLAG_LOGIN_TRANSIT;

	if ((req->opcode & ISCSI_OPCODE_MASK) != ISCSI_OP_LOGIN)
		return ISCSIT_LOGIN_INVALID;
	/* 11.12.4, 11.12.5: there is no version but 0 */
	if (req->min_version > ISCSI_DRAFT20_VERSION)
		return ISCSIT_LOGIN_VERSION;
	if (req->hlength || len > ISCSIT_LOGIN_FSM_SEGMENT_MAX)
		return ISCSIT_LOGIN_INIT_ERR;
	if (csg >= ARRAY_SIZE(may_follow))
		return ISCSIT_LOGIN_INIT_ERR;
	if (transit && !(may_follow[csg] & BIT(nsg)))
		return ISCSIT_LOGIN_INIT_ERR;
	/* 11.12.2: who has more to say cannot want to go on */
	if (transit && (req->flags & ISCSI_FLAG_LOGIN_CONTINUE))
		return ISCSIT_LOGIN_INIT_ERR;
	return ISCSIT_LOGIN_OK;
}

static void remember(struct iscsit_login_fsm *fsm,
		     const struct iscsi_login_req *req)
{
	fsm->stage = ISCSI_LOGIN_CURRENT_STAGE(req->flags);
	memcpy(fsm->isid, req->isid, sizeof(fsm->isid));
	fsm->tsih = be16_to_cpu(req->tsih);
	fsm->cid = be16_to_cpu(req->cid);
	fsm->itt = req->itt;
	fsm->cmdsn = be32_to_cpu(req->cmdsn);
}

/* 11.12: these are the same in all requests of a login */
static bool is_same(const struct iscsit_login_fsm *fsm,
		    const struct iscsi_login_req *req)
{
	return !memcmp(fsm->isid, req->isid, sizeof(fsm->isid)) &&
	       fsm->tsih == be16_to_cpu(req->tsih) &&
	       fsm->cid == be16_to_cpu(req->cid) && fsm->itt == req->itt &&
	       fsm->stage == ISCSI_LOGIN_CURRENT_STAGE(req->flags);
}

/**
 * iscsit_login_fsm_request - take the header of a Login Request
 * @fsm: state of the login
 * @req: header; its data segment need not have arrived
 *
 * On success the data segment belongs behind @fsm->text_len minus its length;
 * the text is complete unless @fsm->more.
 *
 * Return: ISCSIT_LOGIN_OK, or the status to refuse the login with.
 */
enum iscsit_login_status
iscsit_login_fsm_request(struct iscsit_login_fsm *fsm,
			 const struct iscsi_login_req *req)
{
	u32 len = get_unaligned_be24(req->dlength);
	enum iscsit_login_status status;

	if (iscsit_login_fsm_done(fsm))
		return ISCSIT_LOGIN_INVALID;
	status = check_alone(req, len);
	if (status)
		return status;
	if (!fsm->requests)
		remember(fsm, req);
	else if (!is_same(fsm, req))
		return ISCSIT_LOGIN_INIT_ERR;
	if (++fsm->requests > ISCSIT_LOGIN_FSM_REQUESTS_MAX)
		return ISCSIT_LOGIN_INIT_ERR;
	if (!fsm->more)
		fsm->text_len = 0;
	if (len > ISCSIT_LOGIN_FSM_TEXT_MAX - fsm->text_len)
		return ISCSIT_LOGIN_NO_RESOURCES;

	fsm->text_len += len;
	fsm->exp_statsn = be32_to_cpu(req->exp_statsn);
	fsm->csg = ISCSI_LOGIN_CURRENT_STAGE(req->flags);
	fsm->nsg = ISCSI_LOGIN_NEXT_STAGE(req->flags);
	fsm->transit = req->flags & ISCSI_FLAG_LOGIN_TRANSIT;
	fsm->more = req->flags & ISCSI_FLAG_LOGIN_CONTINUE;
	return ISCSIT_LOGIN_OK;
}

/**
 * iscsit_login_fsm_phase - which keys may the current request carry?
 * @fsm: state of the login
 *
 * Return: one ISCSIT_KEY_IN_*, for iscsit_nego_read().
 */
u8 iscsit_login_fsm_phase(const struct iscsit_login_fsm *fsm)
{
	return fsm->stage == ISCSI_SECURITY_NEGOTIATION_STAGE ?
		ISCSIT_KEY_IN_SECURITY : ISCSIT_KEY_IN_OPERATIONAL;
}

/**
 * iscsit_login_fsm_respond - flags of the response; enters the next stage
 * @fsm: state of the login
 * @ready: the target has nothing left to do in this stage: authentication is
 *	over, no proposal waits for an answer
 *
 * Return: flags byte of the Login Response.
 */
u8 iscsit_login_fsm_respond(struct iscsit_login_fsm *fsm, bool ready)
{
	u8 flags = fsm->stage << 2;

	if (!fsm->transit || fsm->more || !ready)
		return flags;
	fsm->stage = fsm->nsg;
	return flags | ISCSI_FLAG_LOGIN_TRANSIT | fsm->nsg;
}

/**
 * iscsit_login_fsm_done - is the connection in the full feature phase?
 * @fsm: state of the login
 *
 * Return: true once the response that says so has been made.
 */
bool iscsit_login_fsm_done(const struct iscsit_login_fsm *fsm)
{
	return fsm->stage == ISCSI_FULL_FEATURE_PHASE;
}

/**
 * iscsit_login_fsm_action - what does the initiator want, given what exists?
 * @fsm: state of the login after the first request
 * @known: what the target knows about InitiatorName, ISID and CID
 *
 * The table of RFC 7143 6.3.1.
 *
 * Return: the action; ISCSIT_LOGIN_REFUSE is status ISCSIT_LOGIN_NO_SESSION.
 */
enum iscsit_login_action
iscsit_login_fsm_action(const struct iscsit_login_fsm *fsm,
			const struct iscsit_login_known *known)
{
	if (!fsm->tsih)
		return known->isid ? ISCSIT_LOGIN_REINSTATE_SESSION :
				     ISCSIT_LOGIN_NEW_SESSION;
	if (!known->isid || known->tsih != fsm->tsih)
		return ISCSIT_LOGIN_REFUSE;
	return known->cid ? ISCSIT_LOGIN_REINSTATE_CONNECTION :
			    ISCSIT_LOGIN_ADD_CONNECTION;
}
