// SPDX-License-Identifier: GPL-2.0-only
/*
 * The target port, without configfs, and its I_T nexuses.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <scsi/scsi_proto.h>
#include "core/registry.h"
#include "core/tpg.h"
#include "port.h"

/* Sessions and LUNs are freed by work items. */
#define PATIENCE	(10 * HZ)

static struct target_core_fabric_ops port_ops;
static struct target_fabric_configfs tf = { .tf_ops = &port_ops };
static struct se_wwn wwn = { .wwn_tf = &tf };
static struct se_portal_group tpg;
static struct target_port *port;
static struct se_session *sessions[PORT_NEXUSES];

/* The registry's copy has what a fabric leaves out. */
static int take_ops(const struct target_core_fabric_ops *ops)
{
	struct target_fabric *fabric;
	int ret = target_register_template(ops);

	if (ret)
		return ret;
	fabric = target_registry_get_fabric(ops->fabric_name);
	if (fabric) {
		port_ops = fabric->ops;
		target_registry_put_fabric(fabric);
	}
	target_unregister_template(ops);
	return fabric ? 0 : -ENOENT;
}

int port_make(const struct target_core_fabric_ops *ops)
{
	int ret = take_ops(ops);

	if (!ret)
		ret = core_tpg_register(&wwn, &tpg, SCSI_PROTOCOL_ISCSI);
	if (ret)
		return ret;
	port = to_port(&tpg);
	kref_get(&port->kref);
	return 0;
}

struct target_port *port_get(void)
{
	return port;
}

int port_log_in(void)
{
	unsigned int i;
	char name[48];

	for (i = 0; i < PORT_NEXUSES; i++) {
		struct se_session *sess;

		snprintf(name, sizeof(name), "iqn.2003-01.org.example:fuzz-%u", i);
		sess = target_setup_session(&tpg, 0, 0, TARGET_PROT_NORMAL,
					    name, NULL, NULL);
		if (IS_ERR(sess))
			return PTR_ERR(sess);
		sessions[i] = sess;
	}
	return 0;
}

struct se_session *port_session(unsigned int nexus)
{
	return sessions[nexus];
}

void port_log_out(void)
{
	unsigned int i;

	for (i = 0; i < PORT_NEXUSES; i++) {
		if (!sessions[i])
			continue;
		target_session_detach(sessions[i]);
		target_remove_session(sessions[i]);
		sessions[i] = NULL;
	}
}

/* False if something of it stays: a session that has commands, or a LUN */
bool port_end(void)
{
	unsigned long end = jiffies + PATIENCE;
	bool last;

	if (!port)
		return true;
	core_tpg_deregister(&tpg);
	while (kref_read(&port->kref) > 1 && time_before(jiffies, end))
		msleep(20);
	last = kref_read(&port->kref) == 1;
	target_tpg_put(port);
	port = NULL;
	return last;
}
