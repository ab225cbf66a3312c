// SPDX-License-Identifier: GPL-2.0-only
/*
 * Local ports of libfc, and the target port groups that configfs has for them.
 * Either may come first, and go first.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include "tcm_fc.h"

static LIST_HEAD(tpgs);		/* tcm_fc_tpg.node, tcm_fc_sess_mutex */

static struct tcm_fc_port *alloc_port(struct tcm_fc_tpg *tpg,
				      struct fc_lport *lport)
{
	struct tcm_fc_port *port = kzalloc(sizeof(*port), GFP_KERNEL);

	if (!port)
		return NULL;
	refcount_set(&port->holds, 1);
	port->lport = lport;
	port->tpg = tpg;
	init_completion(&port->idle);
	xa_init(&port->sessions);
	return port;
}

static void bind(struct tcm_fc_tpg *tpg, struct fc_lport *lport)
{
	struct tcm_fc_port *port;

	lockdep_assert_held(&tcm_fc_sess_mutex);

	if (tpg->port)
		return;
	port = alloc_port(tpg, lport);
	if (!port) {
		pr_err("tcm_fc: %s: no memory\n", tpg->wwn->name);
		return;
	}
	tpg->port = port;
	/* pairs with tcm_fc_port_of() */
	smp_store_release(&lport->prov[FC_TYPE_FCP], port);
	tcm_fc_announce_soon(tpg);
}

/*
 * Exchanges are given back at once, whatever the media do, so the wait for
 * them is short; the longest is E_D_TOV, for an initiator that should confirm
 * a response or end a sequence and does not.
 */
static void unbind(struct tcm_fc_tpg *tpg)
{
	struct tcm_fc_port *port = tpg->port;

	lockdep_assert_held(&tcm_fc_sess_mutex);

	if (!port)
		return;
	tpg->port = NULL;
	WRITE_ONCE(port->lport->prov[FC_TYPE_FCP], NULL);
	tcm_fc_sess_close_all(port);
	if (!refcount_dec_and_test(&port->holds))
		wait_for_completion(&port->idle);
	xa_destroy(&port->sessions);
	kfree_rcu(port, rcu);
}

static struct tcm_fc_tpg *find_tpg(u64 wwpn)
{
	struct tcm_fc_tpg *tpg;

	lockdep_assert_held(&tcm_fc_sess_mutex);

	list_for_each_entry(tpg, &tpgs, node)
		if (tpg->wwn->wwpn == wwpn)
			return tpg;
	return NULL;
}

/* Called by libfc with its list of local ports locked. */
static void lport_came(struct fc_lport *lport, void *unused)
{
	struct tcm_fc_tpg *tpg;

	mutex_lock(&tcm_fc_sess_mutex);
	lport->service_params |= FCP_SPPF_TARG_FCN;
	tpg = find_tpg(lport->wwpn);
	if (tpg)
		bind(tpg, lport);
	mutex_unlock(&tcm_fc_sess_mutex);
}

static void lport_goes(struct fc_lport *lport, void *unused)
{
	struct tcm_fc_port *port;

	mutex_lock(&tcm_fc_sess_mutex);
	port = tcm_fc_port_of(lport);
	if (port)
		unbind(port->tpg);
	lport->service_params &= ~FCP_SPPF_TARG_FCN;
	mutex_unlock(&tcm_fc_sess_mutex);
}

static int lport_event(struct notifier_block *nb, unsigned long event, void *arg)
{
	if (event == FC_LPORT_EV_ADD)
		lport_came(arg, NULL);
	else if (event == FC_LPORT_EV_DEL)
		lport_goes(arg, NULL);
	return NOTIFY_DONE;
}

static struct notifier_block lport_nb = {
	.notifier_call = lport_event,
};

/**
 * tcm_fc_port_add_tpg - a target port group admits initiators
 * @tpg: group; its local port need not exist
 *
 * Return: 0
 */
int tcm_fc_port_add_tpg(struct tcm_fc_tpg *tpg)
{
	mutex_lock(&tcm_fc_sess_mutex);
	list_add_tail(&tpg->node, &tpgs);
	mutex_unlock(&tcm_fc_sess_mutex);
	fc_lport_iterate(lport_came, NULL);
	return 0;
}

/* They end, and are to hear that there is no target any more. */
static void log_out_all(struct tcm_fc_port *port)
{
	struct tcm_fc_sess *sess;
	unsigned long fc_id;

	lockdep_assert_held(&tcm_fc_sess_mutex);

	xa_for_each(&port->sessions, fc_id, sess)
		tcm_fc_announce_logout(port, fc_id);
}

/**
 * tcm_fc_port_del_tpg - a target port group admits nobody any more
 * @tpg: group
 *
 * Its initiators are logged out.
 *
 * Context: process; waits for no medium, and E_D_TOV for an initiator that owes
 * FCP_CONF or the rest of a sequence.
 */
void tcm_fc_port_del_tpg(struct tcm_fc_tpg *tpg)
{
	mutex_lock(&tcm_fc_sess_mutex);
	list_del(&tpg->node);
	if (tpg->port)
		log_out_all(tpg->port);
	unbind(tpg);
	mutex_unlock(&tcm_fc_sess_mutex);
	cancel_delayed_work_sync(&tpg->announce);
}

int tcm_fc_port_setup(void)
{
	int ret = blocking_notifier_chain_register(&fc_lport_notifier_head,
						   &lport_nb);

	if (!ret)
		fc_lport_iterate(lport_came, NULL);
	return ret;
}

void tcm_fc_port_exit(void)
{
	blocking_notifier_chain_unregister(&fc_lport_notifier_head, &lport_nb);
	fc_lport_iterate(lport_goes, NULL);
}
