// SPDX-License-Identifier: GPL-2.0-only
/*
 * Target port groups.  The public object lives in the fabric's memory and goes
 * with its directory; struct target_port stays as long as a session or a link
 * of it has commands.
 */
#include <linux/export.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include "acl_table.h"
#include "registry.h"
#include "tpg.h"

/* Commands read what they need from the port: it outlives its target. */
static DEFINE_MUTEX(affinity_lock);

static void join_target(struct target_port *port, struct se_wwn *wwn)
{
	mutex_lock(&affinity_lock);
	port->completion_cpu = wwn->cmd_compl_affinity;
	hlist_add_head(&port->wwn_node, &wwn->core_ports);
	mutex_unlock(&affinity_lock);
}

static void leave_target(struct target_port *port)
{
	mutex_lock(&affinity_lock);
	hlist_del(&port->wwn_node);
	mutex_unlock(&affinity_lock);
}

/**
 * target_tpg_set_affinity - choose where the commands of a target complete
 * @wwn: target
 * @cpu: CPU, or SE_COMPL_AFFINITY_CPUID or SE_COMPL_AFFINITY_CURR_CPU
 *
 * Context: process.
 */
void target_tpg_set_affinity(struct se_wwn *wwn, int cpu)
{
	struct target_port *port;

	mutex_lock(&affinity_lock);
	WRITE_ONCE(wwn->cmd_compl_affinity, cpu);
	hlist_for_each_entry(port, &wwn->core_ports, wwn_node)
		WRITE_ONCE(port->completion_cpu, cpu);
	mutex_unlock(&affinity_lock);
}

static void release(struct kref *kref)
{
	struct target_port *port = container_of(kref, struct target_port, kref);

	rhashtable_destroy(&port->acls);
	xa_destroy(&port->luns);
	kfree(port->name);
	kfree(port);
}

void target_tpg_put(struct target_port *port)
{
	kref_put(&port->kref, release);
}

static struct target_port *alloc_port(struct se_wwn *wwn,
				      struct se_portal_group *se_tpg)
{
	const struct target_core_fabric_ops *tfo = wwn->wwn_tf->tf_ops;
	struct target_port *port = kzalloc(sizeof(*port), GFP_KERNEL);

	if (!port)
		return NULL;
	port->name = kstrdup(tfo->tpg_get_wwn(se_tpg) ?: "", GFP_KERNEL);
	if (!port->name || rhashtable_init(&port->acls, &target_acl_table_params)) {
		kfree(port->name);
		kfree(port);
		return NULL;
	}
	port->tfo = tfo;
	port->tag = tfo->tpg_get_tag(se_tpg);
	port->se_tpg = se_tpg;
	mutex_init(&port->mutex);
	mutex_init(&port->enable_lock);
	xa_init(&port->luns);
	INIT_LIST_HEAD(&port->acl_list);
	kref_init(&port->kref);
	return port;
}

/**
 * core_tpg_register - set up a target port group
 * @wwn: target
 * @se_tpg: public part, in memory of the fabric
 * @proto_id: SCSI protocol identifier (SPC-5 7.6.1), negative for a group that
 *	initiators never see
 *
 * Called from fabric_make_tpg(), when tpg_get_wwn() and tpg_get_tag() work.
 *
 * Context: process.
 * Return: 0, -EINVAL without a target, -ENOMEM
 */
int core_tpg_register(struct se_wwn *wwn, struct se_portal_group *se_tpg,
		      int proto_id)
{
	struct target_port *port;

	if (!wwn)
		return -EINVAL;
	se_tpg->se_tpg_wwn = wwn;
	se_tpg->se_tpg_tfo = wwn->wwn_tf->tf_ops;
	se_tpg->proto_id = proto_id;
	se_tpg->enabled = false;
	INIT_HLIST_HEAD(&se_tpg->tpg_lun_hlist);
	INIT_LIST_HEAD(&se_tpg->tpg_sess_list);
	mutex_init(&se_tpg->tpg_lun_mutex);
	spin_lock_init(&se_tpg->session_lock);

	port = alloc_port(wwn, se_tpg);
	if (!port)
		return -ENOMEM;
	port->proto_id = proto_id;
	/*
	 * A relative identifier comes with "enable". Fabrics without it keep 0:
	 * that is in the VPD page 83h by which initiators know their disks.
	 */
	se_tpg->core_private[0] = (uintptr_t)port;
	join_target(port, wwn);
	return 0;
}
EXPORT_SYMBOL(core_tpg_register);

static void drop_acls(struct target_port *port)
{
	struct target_acl *acl, *next;

	lockdep_assert_held(&port->mutex);

	list_for_each_entry_safe(acl, next, &port->acl_list, port_node)
		target_acl_table_del(acl);
}

/**
 * core_tpg_deregister - a target port group goes away
 * @se_tpg: group without LUNs; its sessions were removed
 *
 * Context: process; waits for nobody.
 * Return: 0
 */
int core_tpg_deregister(struct se_portal_group *se_tpg)
{
	struct target_port *port = to_port(se_tpg);

	target_registry_del_port(port);
	leave_target(port);
	mutex_lock(&port->mutex);
	drop_acls(port);
	port->se_tpg = NULL;
	mutex_unlock(&port->mutex);
	se_tpg->core_private[0] = 0;
	target_tpg_put(port);
	return 0;
}
EXPORT_SYMBOL(core_tpg_deregister);

/**
 * target_tpg_enable - admit initiators, or no more
 * @se_tpg: group of a fabric that has fabric_enable_tpg()
 * @enable: which
 *
 * The relative target port identifier is taken with the first enable and
 * given back when it is disabled.
 *
 * Context: process.
 * Return: 0 or what the fabric says
 */
int target_tpg_enable(struct se_portal_group *se_tpg, bool enable)
{
	struct target_port *port = to_port(se_tpg);
	int ret = 0;

	guard(mutex)(&port->enable_lock);
	if (se_tpg->enabled == enable)
		return 0;
	if (enable)
		ret = target_registry_add_port(port);
	if (!ret)
		ret = port->tfo->fabric_enable_tpg(se_tpg, enable);
	if (ret && !enable)
		return ret;
	if (ret || !enable)
		target_registry_del_port(port);
	if (!ret)
		se_tpg->enabled = enable;
	return ret;
}
EXPORT_SYMBOL_GPL(target_tpg_enable);

/**
 * target_tpg_set_rtpi - choose the relative target port identifier
 * @se_tpg: group that is not enabled
 * @rtpi: 1 to 65535
 *
 * Context: process.
 * Return: 0; -EINVAL while it is enabled, for 0, or if another group has it
 */
int target_tpg_set_rtpi(struct se_portal_group *se_tpg, u16 rtpi)
{
	struct target_port *port = to_port(se_tpg);

	guard(mutex)(&port->enable_lock);
	if (!rtpi || se_tpg->enabled || target_registry_rtpi_taken(rtpi)) {
		pr_err("target: %s/tpgt_%u/rtpi: %u is not taken: it must be free, and the group disabled\n",
		       port->name, port->tag, rtpi);
		return -EINVAL;
	}
	port->rtpi = rtpi;
	port->rtpi_manual = true;
	return 0;
}

/* Is what demo mode shows read-only? */
bool target_tpg_demo_read_only(struct target_port *port)
{
	return port->tfo->tpg_check_demo_mode_write_protect(port->se_tpg);
}

/**
 * target_show_dynamic_sessions - initiators that demo mode admitted
 * @se_tpg: group
 * @page: where to write one name a line
 *
 * Context: process; takes the group's mutex.
 * Return: bytes written
 */
ssize_t target_show_dynamic_sessions(struct se_portal_group *se_tpg, char *page)
{
	struct target_port *port = to_port(se_tpg);
	struct target_acl *acl;
	ssize_t len = 0;

	mutex_lock(&port->mutex);
	target_tpg_for_each_acl(port, acl)
		if (acl->se->dynamic_node_acl && !list_empty(&acl->sessions))
			len += sysfs_emit_at(page, len, "%s\n",
					     acl->se->initiatorname);
	mutex_unlock(&port->mutex);
	return len;
}
EXPORT_SYMBOL(target_show_dynamic_sessions);
