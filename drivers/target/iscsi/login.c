// SPDX-License-Identifier: GPL-2.0-only
/*
 * Login (RFC 7143 6.3, 11.12, 11.13), driven by the PDUs that arrive.
 *
 * The pure parts decide: login_fsm.c about headers and stages, nego.c about
 * keys, chap.c about credentials.  Here they are put together for one
 * connection.  Between two PDUs of an initiator a login is memory and a
 * deadline; it holds up nobody.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <target/target_core_base.h>

#include "access.h"
#include "login.h"
#include "login_fsm.h"
#include "nego.h"
#include "rsp.h"
#include "session.h"
#include "timer.h"

/**
 * struct iscsit_login - a login under way
 * @fsm: headers and stages
 * @nego: keys
 * @chap: credentials
 * @access: what the initiator has to meet
 * @ours: what the group wants, as of the first text
 * @alias: TargetAlias of the group
 * @tpg: group, with a reference, once it is known; NULL for discovery
 * @identified: the first text was read
 * @introduced: the group's tag and alias were sent
 * @text: text of the current C-bit sequence
 *
 * Belongs to the work item of its connection.
 */
struct iscsit_login {
	struct iscsit_login_fsm	fsm;
	struct iscsit_nego	nego;
	struct iscsit_chap	chap;
	struct iscsit_access	access;
	struct iscsit_params	ours;
	char			alias[ISCSIT_KV_VALUE_MAX + 1];
	struct iscsit_tpg	*tpg;
	bool			identified;
	bool			introduced;
	u8			text[ISCSIT_LOGIN_FSM_TEXT_MAX];
};

static atomic_t nr_logins = ATOMIC_INIT(0);

static bool crowded(void)
{
	return atomic_read(&nr_logins) >=
	       iscsit_conn_logins_of(sizeof(struct iscsit_login));
}

/**
 * iscsit_login_free - the login is over, one way or another
 * @conn: connection, which need not have one
 */
void iscsit_login_free(struct iscsit_conn *conn)
{
	struct iscsit_login *login = conn->login;

	if (!login)
		return;
	if (login->tpg)
		iscsit_tpg_put(login->tpg);
	conn->login = NULL;
	kvfree_sensitive(login, sizeof(*login));
	atomic_dec(&nr_logins);
}

static struct iscsit_login *new_login(struct iscsit_conn *conn)
{
	struct iscsit_login *login = NULL;

	if (!crowded())
		login = kvzalloc(sizeof(*login), GFP_KERNEL);
	if (!login)
		return NULL;
	atomic_inc(&nr_logins);
	conn->login = login;
	iscsit_login_fsm_init(&login->fsm);
	iscsit_nego_init(&login->nego, true);
	iscsit_chap_init(&login->chap);
	iscsit_conn_step(conn, ISCSIT_CONN_LOGIN_STARTED);
	return login;
}

/* ---------------------------------------------------------- failures ---- */

static enum iscsit_tpg_count count_of(enum iscsit_login_status status)
{
	switch (status) {
	case ISCSIT_LOGIN_MOVED_TEMP:
	case ISCSIT_LOGIN_MOVED_PERM:
		return ISCSIT_LOGIN_REDIRECTS;
	case ISCSIT_LOGIN_AUTH_FAILED:
		return ISCSIT_LOGIN_AUTHENTICATE_FAILS;
	case ISCSIT_LOGIN_FORBIDDEN:
		return ISCSIT_LOGIN_AUTHORIZE_FAILS;
	case ISCSIT_LOGIN_INIT_ERR:
	case ISCSIT_LOGIN_MISSING:
		return ISCSIT_LOGIN_NEGOTIATE_FAILS;
	default:
		return ISCSIT_LOGIN_OTHER_FAILS;
	}
}

static void note_failure(struct iscsit_conn *conn,
			 enum iscsit_login_status status)
{
	struct iscsit_login *login = conn->login;
	u32 why = login->nego.why;

	if (iscsit_conn_may_log())
		pr_notice("iSCSI: login of \"%s\" from %pISpc to \"%s\" refused: status 0x%04x%s%s, CHAP %u\n",
			  login->nego.initiator_name, &conn->peer,
			  login->nego.target_name, status,
			  why < ISCSIT_KEY_COUNT ? ", key " : "",
			  why < ISCSIT_KEY_COUNT ? iscsit_keys[why].name : "",
			  login->chap.why);
	if (login->tpg)
		iscsit_tpg_login_failed(login->tpg->target, count_of(status),
					login->nego.initiator_name,
					&conn->peer);
}

/**
 * iscsit_login_failed - the connection ends before the login is done
 * @conn: connection
 */
void iscsit_login_failed(struct iscsit_conn *conn)
{
	if (conn->login && conn->login->tpg)
		iscsit_tpg_login_failed(conn->login->tpg->target,
					ISCSIT_LOGIN_OTHER_FAILS,
					conn->login->nego.initiator_name,
					&conn->peer);
}

/* --------------------------------------------------------- responses ---- */

static struct iscsit_reply *new_response(struct iscsit_conn *conn, u32 len)
{
	const struct iscsit_login_fsm *fsm = &conn->login->fsm;
	struct iscsit_reply *reply;
	struct iscsi_login_rsp *rsp;

	reply = iscsit_conn_reply(conn, ISCSI_OP_LOGIN_RSP, len);
	if (!reply)
		return NULL;
	rsp = (struct iscsi_login_rsp *)&reply->hdr;
	rsp->max_version = ISCSI_DRAFT20_VERSION;
	rsp->active_version = ISCSI_DRAFT20_VERSION;
	memcpy(rsp->isid, fsm->isid, sizeof(rsp->isid));
	rsp->tsih = cpu_to_be16(fsm->tsih);
	rsp->itt = ((const struct iscsi_login_req *)&conn->hdr)->itt;
	/* Login Requests are immediate: the window starts behind them */
	rsp->exp_cmdsn = cpu_to_be32(fsm->cmdsn);
	rsp->max_cmdsn = cpu_to_be32(fsm->cmdsn);
	return reply;
}

static int refuse(struct iscsit_conn *conn, enum iscsit_login_status status)
{
	struct iscsit_reply *reply = new_response(conn, 0);
	struct iscsi_login_rsp *rsp;

	if (!reply)
		return -ENOMEM;
	note_failure(conn, status);
	rsp = (struct iscsi_login_rsp *)&reply->hdr;
	rsp->flags = 0;
	rsp->status_class = status >> 8;
	rsp->status_detail = status & 0xff;
	reply->flags |= ISCSIT_REPLY_CLOSE;
	iscsit_conn_send(conn, reply);
	conn->quiet = true;
	conn->row = NULL;
	return 0;
}

/* ---------------------------------------------------- who wants what ---- */

static enum iscsit_login_status find_group(struct iscsit_conn *conn)
{
	struct iscsit_login *login = conn->login;
	struct iscsit_login_known known;

	login->tpg = iscsit_tpg_find(login->nego.target_name, conn->listener);
	if (!login->tpg)
		return ISCSIT_LOGIN_NO_TARGET;
	iscsit_session_known(login->nego.initiator_name, login->fsm.isid,
			     login->tpg, &known);
	switch (iscsit_login_fsm_action(&login->fsm, &known)) {
	case ISCSIT_LOGIN_REFUSE:
		return ISCSIT_LOGIN_NO_SESSION;
	case ISCSIT_LOGIN_ADD_CONNECTION:
	case ISCSIT_LOGIN_REINSTATE_CONNECTION:
		/* MaxConnections=1 */
		return ISCSIT_LOGIN_TOO_MANY_CONNS;
	default:
		return ISCSIT_LOGIN_OK;
	}
}

static enum iscsit_login_status identify(struct iscsit_conn *conn)
{
	struct iscsit_login *login = conn->login;
	struct iscsit_nego *nego = &login->nego;
	enum iscsit_login_status status = iscsit_nego_identified(nego);

	if (status)
		return status;
	login->identified = true;
	nego->ours = &login->ours;
	if (iscsit_nego_discovery(nego)) {
		iscsit_keys_ours(&login->ours);
		iscsit_access_discovery(&login->access);
		nego->auth_allowed = login->access.methods;
		return ISCSIT_LOGIN_OK;
	}
	status = find_group(conn);
	if (status)
		return status;
	iscsit_timer_login(conn, iscsit_tpg_attr(login->tpg,
						 ISCSIT_TPG_LOGIN_TIMEOUT));
	status = iscsit_access_target(login->tpg, nego->initiator_name,
				      &login->access);
	if (status)
		return status;
	iscsit_tpg_snapshot(login->tpg, &login->ours, login->alias,
			    sizeof(login->alias));
	nego->workaround = iscsit_tpg_attr(login->tpg,
					   ISCSIT_TPG_LOGIN_KEYS_WORKAROUND);
	nego->auth_allowed = login->access.methods;
	return ISCSIT_LOGIN_OK;
}

/* RFC 7143 13.9: the tag is in the first response that the target makes */
static void introduce(struct iscsit_login *login, struct iscsit_kv_out *out)
{
	if (login->introduced || !login->tpg)
		return;
	login->introduced = true;
	iscsit_kv_put_num(out, "TargetPortalGroupTag", login->tpg->tag);
	if (login->alias[0])
		iscsit_kv_put_str(out, "TargetAlias", login->alias);
}

/* ------------------------------------------------------------ stages ---- */

static enum iscsit_login_status security(struct iscsit_login *login,
					 struct iscsit_kv_out *out, bool *ready)
{
	const struct iscsit_nego *nego = &login->nego;
	struct iscsit_chap_cred cred;

	*ready = nego->agreed.auth_method & nego->auth_allowed;
	if (nego->agreed.auth_method != ISCSIT_AUTH_CHAP)
		return ISCSIT_LOGIN_OK;
	cred = iscsit_access_cred(&login->access);
	switch (iscsit_chap_step(&login->chap, &cred, &nego->auth, out)) {
	case ISCSIT_CHAP_FAILED:
		return ISCSIT_LOGIN_AUTH_FAILED;
	case ISCSIT_CHAP_DONE:
		return ISCSIT_LOGIN_OK;
	default:
		*ready = false;
		return ISCSIT_LOGIN_OK;
	}
}

static enum iscsit_login_status operational(struct iscsit_login *login,
					    struct iscsit_kv_out *out,
					    bool *ready)
{
	enum iscsit_login_status status = ISCSIT_LOGIN_OK;

	if (!(login->access.methods & ISCSIT_AUTH_NONE) &&
	    login->chap.state != ISCSIT_CHAP_DONE)
		return ISCSIT_LOGIN_AUTH_FAILED;
	if (login->fsm.transit)
		status = iscsit_nego_propose(&login->nego, out);
	*ready = iscsit_nego_settled(&login->nego);
	return status;
}

/* The text of a C-bit sequence is complete: answer it. */
static enum iscsit_login_status answer(struct iscsit_conn *conn,
				       struct iscsit_kv_out *out, bool *ready)
{
	struct iscsit_login *login = conn->login;
	u8 phase = iscsit_login_fsm_phase(&login->fsm);
	u32 len = login->fsm.text_len;
	enum iscsit_login_status status;

	status = iscsit_nego_read(&login->nego, phase, login->text, len);
	if (!status && !login->identified)
		status = identify(conn);
	if (status)
		return status;
	introduce(login, out);
	status = iscsit_nego_answer(&login->nego, login->text, len, out);
	if (status)
		return status;
	status = phase == ISCSIT_KEY_IN_SECURITY ?
		security(login, out, ready) : operational(login, out, ready);
	return status ?: (out->full ? ISCSIT_LOGIN_INIT_ERR : ISCSIT_LOGIN_OK);
}

/* ------------------------------------------------- the end of it all ---- */

static enum iscsit_login_status establish(struct iscsit_conn *conn)
{
	struct iscsit_login *login = conn->login;
	enum iscsit_login_status status = iscsit_nego_finish(&login->nego);
	struct iscsit_session *sess;

	if (status)
		return status;
	if (!(login->access.methods & ISCSIT_AUTH_NONE) &&
	    login->chap.state != ISCSIT_CHAP_DONE)
		return ISCSIT_LOGIN_AUTH_FAILED;
	sess = iscsit_session_new(&login->nego, &login->fsm, login->tpg);
	if (!sess)
		return ISCSIT_LOGIN_NO_RESOURCES;
	status = iscsit_session_open(sess, conn);
	if (status) {
		iscsit_session_put(sess);
		return status;
	}
	iscsit_sn_init(&sess->sn, login->fsm.cmdsn, sess->depth);
	conn->params = login->nego.agreed;
	conn->cid = login->fsm.cid;
	conn->sess = sess;
	return ISCSIT_LOGIN_OK;
}

/* The response is queued: from now on it is a session. */
static void enter_full_feature(struct iscsit_conn *conn)
{
	struct iscsit_session *sess = conn->sess;

	conn->header_digest = conn->params.header_digest == ISCSIT_DIGEST_CRC32C;
	conn->data_digest = conn->params.data_digest == ISCSIT_DIGEST_CRC32C;
	if (sess->tpg)
		iscsit_tpg_count(sess->tpg->target, ISCSIT_LOGIN_ACCEPTS);
	iscsit_conn_step(conn, ISCSIT_CONN_LOGIN_DONE);
	iscsit_timer_logged_in(conn, sess->tpg ? sess->limits : NULL);
	iscsit_login_free(conn);
}

static int respond(struct iscsit_conn *conn, const struct iscsit_kv_out *out,
		   bool ready)
{
	struct iscsit_login *login = conn->login;
	u8 flags = iscsit_login_fsm_respond(&login->fsm, ready);
	bool done = iscsit_login_fsm_done(&login->fsm);
	enum iscsit_login_status status;
	struct iscsit_reply *reply;
	struct iscsi_login_rsp *rsp;

	if (done) {
		status = establish(conn);
		if (status)
			return refuse(conn, status);
	}
	reply = new_response(conn, out->len);
	if (!reply)
		return -ENOMEM;
	rsp = (struct iscsi_login_rsp *)&reply->hdr;
	rsp->flags = flags;
	if (out->len)
		memcpy(page_address(reply->page), out->buf, out->len);
	if (done)
		rsp->tsih = cpu_to_be16(conn->sess->tsih);
	iscsit_conn_send(conn, reply);
	if (done)
		enter_full_feature(conn);
	return 0;
}

/**
 * iscsit_login_begin - header of a Login Request
 * @conn: connection
 * @sink: where the text goes
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_login_begin(struct iscsit_conn *conn, struct iscsit_conn_sink *sink)
{
	const struct iscsi_login_req *req = (const void *)&conn->hdr;
	struct iscsit_login *login = conn->login ?: new_login(conn);
	enum iscsit_login_status status;
	u32 len = ntoh24(req->dlength);

	if (!login)
		return -ENOMEM;
	status = iscsit_login_fsm_request(&login->fsm, req);
	if (status)
		return refuse(conn, status);
	sink->buf = login->text + login->fsm.text_len - len;
	sink->keep = len;
	return 0;
}

/**
 * iscsit_login_end - a Login Request is there
 * @conn: connection
 * @good: true, there are no digests yet
 *
 * Return: 0, or a negative errno if the connection has to end.
 */
int iscsit_login_end(struct iscsit_conn *conn, bool good)
{
	char *buf __free(kfree) = kmalloc(ISCSIT_LOGIN_FSM_SEGMENT_MAX,
					  GFP_KERNEL);
	enum iscsit_login_status status = ISCSIT_LOGIN_OK;
	struct iscsit_kv_out out;
	bool ready = false;

	if (!buf)
		return -ENOMEM;
	iscsit_kv_out_init(&out, buf, ISCSIT_LOGIN_FSM_SEGMENT_MAX);
	/* 11.12.2: text that goes on is answered with nothing */
	if (!conn->login->fsm.more)
		status = answer(conn, &out, &ready);
	return status ? refuse(conn, status) : respond(conn, &out, ready);
}
