// SPDX-License-Identifier: GPL-2.0-only
/*
 * What fabric modules registered; and the target ports of the system, for
 * their relative identifiers.
 */
#include <linux/export.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>
#include "registry.h"

static DEFINE_MUTEX(registry_lock);
static LIST_HEAD(fabrics);	/* target_fabric.node, under registry_lock */

/* relative target port identifiers (SPC-5 3.1.111): 1 to 65535 */
static DEFINE_XARRAY_ALLOC1(rtpis);

/* ------------------------------------------------------- defaults ------- */

static int answer_0_tpg(struct se_portal_group *se_tpg)
{
	return 0;
}

static u32 answer_1_tpg(struct se_portal_group *se_tpg)
{
	return 1;
}

static u32 answer_0_sess(struct se_session *se_sess)
{
	return 0;
}

static int answer_0_cmd(struct se_cmd *se_cmd)
{
	return 0;
}

static void ignore_nacl(struct se_node_acl *se_nacl)
{
}

static void set_defaults(struct target_core_fabric_ops *ops)
{
	if (!ops->tpg_check_demo_mode)
		ops->tpg_check_demo_mode = answer_0_tpg;
	if (!ops->tpg_check_demo_mode_cache)
		ops->tpg_check_demo_mode_cache = answer_0_tpg;
	if (!ops->tpg_check_demo_mode_write_protect)
		ops->tpg_check_demo_mode_write_protect = answer_0_tpg;
	if (!ops->tpg_check_demo_mode_login_only)
		ops->tpg_check_demo_mode_login_only = answer_0_tpg;
	if (!ops->tpg_check_prod_mode_write_protect)
		ops->tpg_check_prod_mode_write_protect = answer_0_tpg;
	if (!ops->tpg_check_prot_fabric_only)
		ops->tpg_check_prot_fabric_only = answer_0_tpg;
	if (!ops->tpg_get_inst_index)
		ops->tpg_get_inst_index = answer_1_tpg;
	if (!ops->tpg_get_default_depth)
		ops->tpg_get_default_depth = answer_1_tpg;
	if (!ops->sess_get_index)
		ops->sess_get_index = answer_0_sess;
	if (!ops->get_cmd_state)
		ops->get_cmd_state = answer_0_cmd;
	if (!ops->set_default_node_attributes)
		ops->set_default_node_attributes = ignore_nacl;
	if (!ops->fabric_alias)
		ops->fabric_alias = ops->fabric_name;
	if (ops->default_submit_type == TARGET_FABRIC_DEFAULT_SUBMIT)
		ops->default_submit_type = TARGET_QUEUE_SUBMIT;
}

/* -------------------------------------------------------- fabrics ------- */

#define MANDATORY(member)	{ offsetof(struct target_core_fabric_ops, member), #member }

static const struct {
	size_t		offset;
	const char	*name;
} mandatory[] = {
	MANDATORY(tpg_get_wwn),
	MANDATORY(tpg_get_tag),
	MANDATORY(write_pending),
	MANDATORY(queue_data_in),
	MANDATORY(queue_status),
	MANDATORY(queue_tm_rsp),
	MANDATORY(aborted_task),
	MANDATORY(check_stop_free),
	MANDATORY(release_cmd),
	MANDATORY(fabric_make_wwn),
	MANDATORY(fabric_drop_wwn),
	MANDATORY(fabric_make_tpg),
	MANDATORY(fabric_drop_tpg),
};

static int check_template(const struct target_core_fabric_ops *fo)
{
	unsigned int i;

	if (!fo->fabric_name || !*fo->fabric_name ||
	    strnlen(fo->fabric_name, 32) == 32) {
		pr_err("target: a fabric needs a name of 1 to 31 characters\n");
		return -EINVAL;
	}
	for (i = 0; i < ARRAY_SIZE(mandatory); i++) {
		if (!*(void **)((char *)fo + mandatory[i].offset)) {
			pr_err("target: fabric %s has no %s()\n",
			       fo->fabric_name, mandatory[i].name);
			return -EINVAL;
		}
	}
	return 0;
}

static struct target_fabric *find_fabric(const char *name)
{
	struct target_fabric *fabric;

	lockdep_assert_held(&registry_lock);

	list_for_each_entry(fabric, &fabrics, node)
		if (!strcmp(fabric->ops.fabric_alias, name))
			return fabric;
	return NULL;
}

/**
 * target_register_template - make a fabric known
 * @fo: its ops; copied
 *
 * After this, mkdir /sys/kernel/config/target/NAME works.
 *
 * Context: process; module initialisation.
 * Return: 0, -EINVAL if a mandatory member is missing, -EEXIST if the name is
 * taken, -ENOMEM
 */
int target_register_template(const struct target_core_fabric_ops *fo)
{
	struct target_fabric *fabric;
	int ret = check_template(fo);

	if (ret)
		return ret;
	fabric = kzalloc(sizeof(*fabric), GFP_KERNEL);
	if (!fabric)
		return -ENOMEM;
	fabric->ops = *fo;
	fabric->given = fo;
	set_defaults(&fabric->ops);

	mutex_lock(&registry_lock);
	if (find_fabric(fabric->ops.fabric_alias)) {
		ret = -EEXIST;
		kfree(fabric);
	} else {
		list_add_tail(&fabric->node, &fabrics);
	}
	mutex_unlock(&registry_lock);
	return ret;
}
EXPORT_SYMBOL(target_register_template);

/**
 * target_unregister_template - the fabric's module goes away
 * @fo: what was registered
 *
 * Nothing of the fabric exists any more: its directories hold the module.
 *
 * Context: process; module exit.
 */
void target_unregister_template(const struct target_core_fabric_ops *fo)
{
	struct target_fabric *fabric;

	mutex_lock(&registry_lock);
	list_for_each_entry(fabric, &fabrics, node) {
		if (fabric->given == fo) {
			list_del(&fabric->node);
			kfree(fabric);
			break;
		}
	}
	mutex_unlock(&registry_lock);
}
EXPORT_SYMBOL(target_unregister_template);

static struct target_fabric *try_get_fabric(const char *name)
{
	struct target_fabric *fabric;

	mutex_lock(&registry_lock);
	fabric = find_fabric(name);
	if (fabric && !try_module_get(fabric->ops.module))
		fabric = NULL;
	mutex_unlock(&registry_lock);
	return fabric;
}

/* Modules that are not named after their fabric */
static const struct {
	const char	*fabric;
	const char	*module;
} fabric_modules[] = {
	{ "iscsi",	"iscsi_target_mod" },
	{ "loopback",	"tcm_loop" },
	{ "fc",		"tcm_fc" },
	{ "qla2xxx",	"tcm_qla2xxx" },
	{ "vhost",	"vhost_scsi" },
	{ "srpt",	"ib_srpt" },
	{ "sbp",	"sbp_target" },
	{ "xen-pvscsi",	"xen_scsiback" },
	{ "usb_gadget",	"usb_f_tcm" },
};

/**
 * target_registry_get_fabric - a fabric, by the name of its directory
 * @name: name
 *
 * Loads the module if need be: the one that has the alias
 * "target-fabric-NAME", or that stock user space knows under another name.
 *
 * Context: process; waits for modprobe.
 * Return: fabric with a reference to its module, or NULL
 */
struct target_fabric *target_registry_get_fabric(const char *name)
{
	struct target_fabric *fabric = try_get_fabric(name);
	unsigned int i;

	if (fabric)
		return fabric;
	request_module("target-fabric-%s", name);
	for (i = 0; i < ARRAY_SIZE(fabric_modules); i++)
		if (!strcmp(fabric_modules[i].fabric, name))
			request_module("%s", fabric_modules[i].module);
	return try_get_fabric(name);
}

void target_registry_put_fabric(struct target_fabric *fabric)
{
	module_put(fabric->ops.module);
}

/* ------------------------------------------------------------ ports ----- */

/**
 * target_registry_add_port - give a target port its relative identifier
 * @port: port; the one in port->rtpi if an administrator chose one
 *
 * Context: process.
 * Return: 0, -EBUSY if another port has it, or -ENOSPC if all are taken
 */
int target_registry_add_port(struct target_port *port)
{
	u32 rtpi = port->rtpi;
	int ret;

	if (port->rtpi_manual)
		return xa_insert(&rtpis, rtpi, port, GFP_KERNEL);
	ret = xa_alloc(&rtpis, &rtpi, port, XA_LIMIT(1, U16_MAX), GFP_KERNEL);
	if (!ret)
		port->rtpi = rtpi;
	return ret == -EBUSY ? -ENOSPC : ret;
}

void target_registry_del_port(struct target_port *port)
{
	if (port->rtpi && xa_load(&rtpis, port->rtpi) == port)
		xa_erase(&rtpis, port->rtpi);
	if (!port->rtpi_manual)
		port->rtpi = 0;
}

/* Is a relative identifier in use? */
bool target_registry_rtpi_taken(u16 rtpi)
{
	return xa_load(&rtpis, rtpi);
}
