/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The login phase as a state machine over Login Request headers: stages, the
 * T and C bits, what has to be the same in every request (RFC 7143 6.3, 11.12,
 * 11.13).
 */
#ifndef ISCSIT_LOGIN_FSM_H
#define ISCSIT_LOGIN_FSM_H

#include <linux/types.h>

#include "iscsi_wire.h"

/* RFC 7143 13.12: the default limit holds until the login is over */
#define ISCSIT_LOGIN_FSM_SEGMENT_MAX	ISCSI_DEF_MAX_RECV_SEG_LEN

/* Longest text of a C-bit sequence; RFC 7143 6.2 asks for 8 KiB at least */
#define ISCSIT_LOGIN_FSM_TEXT_MAX	16384

/* Requests of one login; CHAP with every key in its own PDU takes 12 */
#define ISCSIT_LOGIN_FSM_REQUESTS_MAX	64

/**
 * struct iscsit_login_fsm - state of one login
 * @stage: current stage, as in CSG; ISCSI_FULL_FEATURE_PHASE when it is over
 * @requests: requests so far
 * @text_len: bytes of the text that is being put together
 * @isid: ISID of the first request
 * @tsih: TSIH of the first request
 * @cid: CID of the first request
 * @itt: ITT of the first request
 * @cmdsn: CmdSN of the first request, where the session starts
 * @exp_statsn: ExpStatSN of the last request
 * @csg: CSG of the last request
 * @nsg: NSG of the last request, of value only with @transit
 * @transit: T bit of the last request
 * @more: C bit of the last request: answer with an empty response
 */
struct iscsit_login_fsm {
	u8	stage;
	u32	requests;
	u32	text_len;
	u8	isid[6];
	u16	tsih;
	u16	cid;
	itt_t	itt;
	u32	cmdsn;
	u32	exp_statsn;
	u8	csg;
	u8	nsg;
	bool	transit;
	bool	more;
};

/**
 * enum iscsit_login_action - what a first request asks for
 * @ISCSIT_LOGIN_NEW_SESSION: a new session
 * @ISCSIT_LOGIN_REINSTATE_SESSION: a new session in place of the existing one
 * @ISCSIT_LOGIN_ADD_CONNECTION: a further connection
 * @ISCSIT_LOGIN_REINSTATE_CONNECTION: a connection in place of an existing one
 * @ISCSIT_LOGIN_REFUSE: there is no such session
 */
enum iscsit_login_action {
	ISCSIT_LOGIN_NEW_SESSION,
	ISCSIT_LOGIN_REINSTATE_SESSION,
	ISCSIT_LOGIN_ADD_CONNECTION,
	ISCSIT_LOGIN_REINSTATE_CONNECTION,
	ISCSIT_LOGIN_REFUSE,
};

/**
 * struct iscsit_login_known - what the target knows about an identity
 * @isid: there is a session with this InitiatorName, ISID and portal group
 * @tsih: its TSIH, 0 if there is none
 * @cid: it has a connection with this CID
 */
struct iscsit_login_known {
	bool	isid;
	u16	tsih;
	bool	cid;
};

void iscsit_login_fsm_init(struct iscsit_login_fsm *fsm);
enum iscsit_login_status
iscsit_login_fsm_request(struct iscsit_login_fsm *fsm,
			 const struct iscsi_login_req *req);
u8 iscsit_login_fsm_phase(const struct iscsit_login_fsm *fsm);
u8 iscsit_login_fsm_respond(struct iscsit_login_fsm *fsm, bool ready);
bool iscsit_login_fsm_done(const struct iscsit_login_fsm *fsm);
enum iscsit_login_action
iscsit_login_fsm_action(const struct iscsit_login_fsm *fsm,
			const struct iscsit_login_known *known);

#endif /* ISCSIT_LOGIN_FSM_H */
