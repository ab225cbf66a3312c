// SPDX-License-Identifier: GPL-2.0-only
/*
 * Process login and logout: what libfc asks of a provider of FCP.
 *
 * libfc calls with the remote port's lock held, and merges the answer with
 * that of its own initiator, if the local port is one as well.
 */
#include <linux/cleanup.h>
#include <linux/module.h>
#include <scsi/fc/fc_els.h>
#include "prli.h"
#include "tcm_fc.h"

static struct tcm_fc_prli page_of(const struct fc_els_spp *spp)
{
	return (struct tcm_fc_prli) {
		.flags = spp->spp_flags,
		.params = be32_to_cpu(spp->spp_params),
	};
}

static void set_params(struct fc_els_spp *spp)
{
	u32 params = be32_to_cpu(spp->spp_params);

	spp->spp_params = cpu_to_be32(tcm_fc_prli_params(params));
}

/*
 * Every local port says that it is a target, to everybody.  A host that was
 * told otherwise at the first login does not look again before it has
 * forgotten the port altogether; one that finds no logical unit does.
 */
static int answer(struct tcm_fc_port *port, struct fc_rport_priv *rdata,
		  const struct tcm_fc_prli *theirs, struct fc_els_spp *out)
{
	bool request = !(theirs->flags & FC_SPP_RESP_MASK);
	int ret = tcm_fc_prli_check(theirs);

	lockdep_assert_held(&tcm_fc_sess_mutex);

	if (ret != FC_SPP_RESP_ACK)
		return ret;
	out->spp_flags |= theirs->flags & FC_SPP_EST_IMG_PAIR;
	if (!port || !tcm_fc_prli_wants_target(theirs))
		return ret;
	/* without an ACL there is no nexus, and no logical unit to be seen */
	if (tcm_fc_sess_open(port, rdata, theirs->params, request) == -ENOMEM)
		return FC_SPP_RESP_RES;
	rdata->prli_count++;
	return ret;
}

/* @in is a request, or the answer to ours; it is NULL when ours is made. */
static int prli(struct fc_rport_priv *rdata, u32 spp_len,
		const struct fc_els_spp *in, struct fc_els_spp *out)
{
	struct tcm_fc_prli theirs;
	int ret = 0;

	set_params(out);
	if (!in)
		return ret;
	theirs = page_of(in);
	mutex_lock(&tcm_fc_sess_mutex);
	ret = answer(tcm_fc_port_of(rdata->local_port), rdata, &theirs, out);
	mutex_unlock(&tcm_fc_sess_mutex);
	return ret;
}

/* The remote port logged out, or is gone. */
static void prlo(struct fc_rport_priv *rdata)
{
	struct tcm_fc_port *port;

	rdata->prli_count = 0;
	mutex_lock(&tcm_fc_sess_mutex);
	port = tcm_fc_port_of(rdata->local_port);
	if (port)
		tcm_fc_sess_close(port, rdata->ids.port_id, NULL);
	mutex_unlock(&tcm_fc_sess_mutex);
}

struct fc4_prov tcm_fc_login_provider = {
	.prli	= prli,
	.prlo	= prlo,
	.recv	= tcm_fc_recv,
	.module	= THIS_MODULE,
};

/**
 * tcm_fc_login_end - log an initiator out
 * @tpg: where
 * @fc_id: who
 *
 * Return: 0, or -ENOENT if it is not logged in
 */
int tcm_fc_login_end(struct tcm_fc_tpg *tpg, u32 fc_id)
{
	struct tcm_fc_port *port;

	guard(mutex)(&tcm_fc_sess_mutex);
	port = tpg->port;
	if (!port || !tcm_fc_sess_find(port, fc_id))
		return -ENOENT;
	tcm_fc_announce_logout(port, fc_id);
	return 0;
}

/**
 * tcm_fc_login_close - the core wants a nexus gone
 * @se_sess: nexus
 */
void tcm_fc_login_close(struct se_session *se_sess)
{
	struct tcm_fc_tpg *tpg = to_fc_tpg(se_sess->se_tpg);
	struct tcm_fc_sess *sess;
	unsigned long fc_id;

	mutex_lock(&tcm_fc_sess_mutex);
	/* it may be gone already, so its own pointer is not to be trusted */
	if (tpg->port)
		xa_for_each(&tpg->port->sessions, fc_id, sess) {
			if (sess->se != se_sess)
				continue;
			tcm_fc_announce_logout(tpg->port, fc_id);
			break;
		}
	mutex_unlock(&tcm_fc_sess_mutex);
}
