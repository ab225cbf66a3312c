// SPDX-License-Identifier: GPL-2.0-only
/*
 * Initiators that logged in before there was something for them are made to
 * look again, without anybody there doing anything.
 *
 * An initiator remembers what a port said it is, and asks no more of one that
 * was no target.  So it is told by a PRLI of ours that this is one, in case
 * that it logged in before the module was there, and then logged out of, upon
 * which it logs in again.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <scsi/fc/fc_els.h>
#include <scsi/scsi_host.h>
#include "prli.h"
#include "tcm_fc.h"

/* An administrator, or targetcli, may still be at it */
#define DELAY		(HZ / 2)

/**
 * struct notice - a logout to come, maybe after a PRLI
 * @lport: local port, with a reference to its host
 * @fc_id: remote port
 * @prli: exchange of the PRLI that was answered, with a reference; or NULL
 * @answered: bit 0: it was
 * @told: ends the session then
 * @ended: queues @logout when the session has no exchanges any more
 * @logout: does it
 * @node: in the list of all, under its lock
 */
struct notice {
	struct fc_lport		*lport;
	u32			fc_id;
	struct fc_seq		*prli;
	unsigned long		answered;
	struct work_struct	told;
	struct tcm_fc_sequel	ended;
	struct work_struct	logout;
	struct list_head	node;
};

static LIST_HEAD(notices);
static DEFINE_SPINLOCK(notices_lock);
static struct workqueue_struct *announce_wq;
static atomic_t pending = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(none_pending);

/* The local port and its driver stay; it may be shut down nevertheless. */
static bool get_lport(struct fc_lport *lport)
{
	if (!try_module_get(lport->host->hostt->module))
		return false;
	if (scsi_host_get(lport->host))
		return true;
	module_put(lport->host->hostt->module);
	return false;
}

static void put_lport(struct fc_lport *lport)
{
	struct module *module = lport->host->hostt->module;

	scsi_host_put(lport->host);
	module_put(module);
}

/*
 * Log out of a remote port, and let it come again.  libfc ends all exchanges
 * with it, and uses their numbers for those of the next login at once, so the
 * remote port must not be sending in one of ours; see tcm_fc_cmd_aborted().
 */
static void log_out(struct fc_lport *lport, u32 fc_id)
{
	struct fc_rport_priv *rdata;

	mutex_lock(&lport->lp_mutex);
	rdata = lport->state == LPORT_ST_READY ?
		fc_rport_lookup(lport, fc_id) : NULL;
	if (rdata) {
		fc_rport_logoff(rdata);
		/* the second call only says that it is wanted again */
		fc_rport_login(rdata);
		kref_put(&rdata->kref, fc_rport_destroy);
	}
	mutex_unlock(&lport->lp_mutex);
}

static void log_out_work(struct work_struct *work)
{
	struct notice *notice = container_of(work, struct notice, logout);

	log_out(notice->lport, notice->fc_id);
	spin_lock(&notices_lock);
	list_del(&notice->node);
	spin_unlock(&notices_lock);
	put_lport(notice->lport);
	kfree(notice);
	if (atomic_dec_and_test(&pending))
		wake_up(&none_pending);
}

static void log_out_next(struct tcm_fc_sequel *ended)
{
	struct notice *notice = container_of(ended, struct notice, ended);

	queue_work(announce_wq, &notice->logout);
}

/* The notice may be NULL, for want of memory. */
static void end_session(struct tcm_fc_port *port, u32 fc_id,
			struct notice *notice)
{
	struct tcm_fc_sequel *ended = notice ? &notice->ended : NULL;

	lockdep_assert_held(&tcm_fc_sess_mutex);

	if (!(port && tcm_fc_sess_close(port, fc_id, ended)) && ended)
		ended->run(ended);
}

static void told_work(struct work_struct *work)
{
	struct notice *notice = container_of(work, struct notice, told);

	if (notice->prli) {
		/* libfc may have been about to call the handler again */
		fc_exch_done(notice->prli);
		fc_seq_release(notice->prli);
	}
	mutex_lock(&tcm_fc_sess_mutex);
	end_session(tcm_fc_port_of(notice->lport), notice->fc_id, notice);
	mutex_unlock(&tcm_fc_sess_mutex);
}

static struct notice *make_notice(struct fc_lport *lport, u32 fc_id)
{
	struct notice *notice = kzalloc(sizeof(*notice), GFP_KERNEL);

	if (!notice || !get_lport(lport)) {
		kfree(notice);
		return NULL;
	}
	notice->lport = lport;
	notice->fc_id = fc_id;
	notice->ended.run = log_out_next;
	INIT_WORK(&notice->told, told_work);
	INIT_WORK(&notice->logout, log_out_work);
	atomic_inc(&pending);
	spin_lock(&notices_lock);
	list_add_tail(&notice->node, &notices);
	spin_unlock(&notices_lock);
	return notice;
}

/**
 * tcm_fc_announce_pending - is a remote port about to be logged out of?
 * @lport: local port
 * @fc_id: remote port
 *
 * Context: process.
 * Return: true if it is
 */
bool tcm_fc_announce_pending(struct fc_lport *lport, u32 fc_id)
{
	struct notice *notice;
	bool found = false;

	spin_lock(&notices_lock);
	list_for_each_entry(notice, &notices, node)
		found |= notice->lport == lport && notice->fc_id == fc_id;
	spin_unlock(&notices_lock);
	return found;
}

/**
 * tcm_fc_announce_logout - log out of a remote port, and let it come again
 * @port: local port
 * @fc_id: remote port
 *
 * Its session ends; when that has no exchanges any more, a work item logs out,
 * for which libfc's locks are taken.
 *
 * Context: process, with tcm_fc_sess_mutex.
 */
void tcm_fc_announce_logout(struct tcm_fc_port *port, u32 fc_id)
{
	end_session(port, fc_id, make_notice(port->lport, fc_id));
}

/*
 * Whatever the answer is: a logout and a login clear up everything.  libfc
 * calls this twice if the answer and the timeout come together.
 */
static void answered(struct fc_seq *seq, struct fc_frame *fp, void *arg)
{
	struct notice *notice = arg;

	if (!IS_ERR(fp))
		fc_frame_free(fp);
	if (test_and_set_bit(0, &notice->answered))
		return;
	atomic_inc(&fc_seq_exch(seq)->ex_refcnt);
	notice->prli = seq;
	queue_work(announce_wq, &notice->told);
}

static struct fc_frame *make_prli(struct fc_lport *lport)
{
	struct {
		struct fc_els_prli	prli;
		struct fc_els_spp	spp;
	} *iu;
	struct fc_frame *fp = fc_frame_alloc(lport, sizeof(*iu));

	if (!fp)
		return NULL;
	iu = fc_frame_payload_get(fp, sizeof(*iu));
	memset(iu, 0, sizeof(*iu));
	iu->prli.prli_cmd = ELS_PRLI;
	iu->prli.prli_spp_len = sizeof(iu->spp);
	iu->prli.prli_len = cpu_to_be16(sizeof(*iu));
	iu->spp.spp_type = FC_TYPE_FCP;
	iu->spp.spp_params =
		cpu_to_be32(tcm_fc_prli_params(lport->service_params));
	return fp;
}

static void tell(struct fc_lport *lport, u32 fc_id)
{
	struct fc_frame *fp = make_prli(lport);
	struct notice *notice;

	if (!fp)
		return;
	notice = make_notice(lport, fc_id);
	if (!notice) {
		fc_frame_free(fp);
		return;
	}
	fc_fill_fc_hdr(fp, FC_RCTL_ELS_REQ, fc_id, lport->port_id, FC_TYPE_ELS,
		       FC_FC_FIRST_SEQ | FC_FC_END_SEQ | FC_FC_SEQ_INIT, 0);
	if (!fc_exch_seq_send(lport, fp, answered, NULL, notice,
			      lport->e_d_tov))
		queue_work(announce_wq, &notice->told);
}

/* One that is at work here is left alone. */
static bool should_look_again(struct fc_lport *lport,
			      const struct fc_rport_priv *rdata)
{
	struct tcm_fc_sess *sess = NULL;
	struct tcm_fc_port *port;
	bool useful;

	if (rdata->ids.port_id >= FC_FID_DOM_MGR ||
	    rdata->rp_state != RPORT_ST_READY ||
	    !(rdata->ids.roles & FC_RPORT_ROLE_FCP_INITIATOR))
		return false;
	rcu_read_lock();
	port = tcm_fc_port_of(lport);
	if (port)
		sess = tcm_fc_sess_find(port, rdata->ids.port_id);
	useful = sess && READ_ONCE(sess->useful);
	rcu_read_unlock();
	return port && !useful;
}

static void tell_all(struct fc_lport *lport)
{
	struct fc_rport_priv *rdata;

	mutex_lock(&lport->lp_mutex);
	if (lport->state != LPORT_ST_READY)
		goto out;
	mutex_lock(&lport->disc.disc_mutex);
	list_for_each_entry(rdata, &lport->disc.rports, peers)
		if (should_look_again(lport, rdata))
			tell(lport, rdata->ids.port_id);
	mutex_unlock(&lport->disc.disc_mutex);
out:
	mutex_unlock(&lport->lp_mutex);
}

void tcm_fc_announce_work(struct work_struct *work)
{
	struct tcm_fc_tpg *tpg = container_of(to_delayed_work(work),
					      struct tcm_fc_tpg, announce);
	struct fc_lport *lport = NULL;

	mutex_lock(&tcm_fc_sess_mutex);
	if (tpg->port && get_lport(tpg->port->lport))
		lport = tpg->port->lport;
	mutex_unlock(&tcm_fc_sess_mutex);
	if (!lport)
		return;
	tell_all(lport);
	put_lport(lport);
}

/**
 * tcm_fc_announce_soon - a target port group has something new
 * @tpg: group; the caller keeps it from being dropped
 *
 * Context: any.
 */
void tcm_fc_announce_soon(struct tcm_fc_tpg *tpg)
{
	mod_delayed_work(announce_wq, &tpg->announce, DELAY);
}

int tcm_fc_announce_setup(void)
{
	announce_wq = alloc_workqueue("tcm_fc_announce", WQ_UNBOUND, 0);
	return announce_wq ? 0 : -ENOMEM;
}

/*
 * Every PRLI of ours is answered, or times out, and every sequence ends, or
 * does: in E_D_TOV, 2 s by default
 */
void tcm_fc_announce_exit(void)
{
	wait_event(none_pending, !atomic_read(&pending));
	destroy_workqueue(announce_wq);
}
