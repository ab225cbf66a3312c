// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directories and files of the loopback fabric: text in, one call; and what
 * the target core asks of a fabric about its ports.
 */
#include <generated/utsrelease.h>
#include <linux/ctype.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>
#include <target/target_core_refuse.h>
#include <target/target_core_schema.h>
#include "loopback.h"

static const struct tcm_loop_proto protos[] = {
	{ .prefix = "naa.", .skip = 0, .id = SCSI_PROTOCOL_SAS },
	{ .prefix = "fc.", .skip = 3, .id = SCSI_PROTOCOL_FCP },
	{ .prefix = "iqn.", .skip = 0, .id = SCSI_PROTOCOL_ISCSI },
};

static const struct tcm_loop_proto *find_proto(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(protos); i++)
		if (str_has_prefix(name, protos[i].prefix))
			return &protos[i];
	return NULL;
}

/* -------------------------------------------------------- target ports -- */

static char *tpg_get_wwn(struct se_portal_group *se_tpg)
{
	return to_loop_tpg(se_tpg)->wwn->name;
}

static u16 tpg_get_tag(struct se_portal_group *se_tpg)
{
	return to_loop_tpg(se_tpg)->host->tag;
}

/* The only initiator is this machine: it needs no access control list. */
static int tpg_check_demo_mode(struct se_portal_group *se_tpg)
{
	return 1;
}

/* ---------------------------------------------------- files of a group -- */

static ssize_t tcm_loop_tpg_address_show(struct config_item *item, char *page)
{
	const struct tcm_loop_host *host = to_loop_tpg(to_tpg(item))->host;

	return sysfs_emit(page, "%u:0:%u\n", host->sh->host_no, host->tag);
}

static ssize_t tcm_loop_tpg_nexus_show(struct config_item *item, char *page)
{
	struct tcm_loop_host *host = to_loop_tpg(to_tpg(item))->host;
	ssize_t ret = -ENODEV;

	mutex_lock(&host->mutex);
	if (rcu_access_pointer(host->sess))
		ret = sysfs_emit(page, "%s\n", host->name);
	mutex_unlock(&host->mutex);
	return ret;
}

/* A name of an initiator port, of the protocol that the target port has */
static int start_nexus(struct tcm_loop_tpg *tpg, const char *text, size_t len)
{
	const struct tcm_loop_proto *proto = tpg->wwn->proto;
	char name[TCM_LOOP_NAME_LEN];

	while (len && isspace(text[len - 1]))
		len--;
	if (len >= sizeof(name))
		return -EINVAL;
	memcpy(name, text, len);
	name[len] = '\0';
	if (find_proto(name) != proto)
		return -EINVAL;
	return tcm_loop_sess_start(tpg, name);
}

static ssize_t tcm_loop_tpg_nexus_store(struct config_item *item,
					const char *page, size_t count)
{
	static const struct target_reason reasons[] = {
		{ -EEXIST, "there is one: write NULL to take it away first" },
		{ -ENODEV, "there is none" },
		{ -EBUSY, "it sees LUNs: remove their links first" },
		{ -EINVAL, "it takes a port's name that begins as the target's does" },
		{ }
	};
	struct tcm_loop_tpg *tpg = to_loop_tpg(to_tpg(item));
	int ret;

	if (str_has_prefix(page, "NULL"))
		ret = tcm_loop_sess_end(tpg->host);
	else
		ret = start_nexus(tpg, page, count);
	return target_refuse_for(item, "nexus", ret, reasons) ?: count;
}

static ssize_t tcm_loop_tpg_transport_status_show(struct config_item *item,
						  char *page)
{
	const struct tcm_loop_host *host = to_loop_tpg(to_tpg(item))->host;

	return sysfs_emit(page, "%s\n",
			  READ_ONCE(host->offline) ? "offline" : "online");
}

static ssize_t tcm_loop_tpg_transport_status_store(struct config_item *item,
						   const char *page,
						   size_t count)
{
	static const char * const states[] = { "online", "offline" };
	struct tcm_loop_host *host = to_loop_tpg(to_tpg(item))->host;
	int state = sysfs_match_string(states, page);

	if (state < 0)
		return target_refuse(item, "transport_status", state,
				     "it takes online or offline");
	WRITE_ONCE(host->offline, state);
	return count;
}

CONFIGFS_ATTR_RO(tcm_loop_tpg_, address);
CONFIGFS_ATTR(tcm_loop_tpg_, nexus);
CONFIGFS_ATTR(tcm_loop_tpg_, transport_status);

static struct configfs_attribute *tpg_attrs[] = {
	&tcm_loop_tpg_attr_address,
	&tcm_loop_tpg_attr_nexus,
	&tcm_loop_tpg_attr_transport_status,
	NULL
};

static ssize_t tcm_loop_attrib_fabric_prot_type_show(struct config_item *item,
						     char *page)
{
	return sysfs_emit(page, "0\n");
}

static ssize_t tcm_loop_attrib_fabric_prot_type_store(struct config_item *item,
						      const char *page,
						      size_t count)
{
	unsigned long type;
	int ret = kstrtoul(page, 0, &type);

	if (!ret && !type)
		return count;
	/* there is no protection that ends before the medium does */
	ret = !ret && (type == 1 || type == 3) ? -EOPNOTSUPP : -EINVAL;
	return target_refuse(item, "fabric_prot_type", ret,
			     "it takes 0: give the units a pi_prot_type");
}

CONFIGFS_ATTR(tcm_loop_attrib_, fabric_prot_type);

static struct configfs_attribute *attrib_attrs[] = {
	&tcm_loop_attrib_attr_fabric_prot_type,
	NULL
};

static const char * const transport_states[] = { "online", "offline", NULL };

static const struct target_schema files[] = {
	TARGET_SCHEMA_LINE(&tcm_loop_tpg_attr_nexus, TEXT, ALWAYS,
			   TCM_LOOP_NAME_LEN - 1, NULL,
			   "name of the initiator port, of the target's kind; NULL takes it away"),
	{
		.attr = &tcm_loop_tpg_attr_transport_status,
		.kind = TARGET_SCHEMA_WORD, .names = transport_states,
		.text = "online", .help = "commands of an offline port fail",
	},
	TARGET_SCHEMA_ROW(&tcm_loop_attrib_attr_fabric_prot_type, NUMBER, 0, 0,
			  0, "protection type"),
	{ }
};

static const struct target_schema * const schema[] = { files, NULL };

static ssize_t tcm_loop_wwn_version_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "TCM Loopback Fabric module %s\n", UTS_RELEASE);
}

CONFIGFS_ATTR_RO(tcm_loop_wwn_, version);

static struct configfs_attribute *wwn_attrs[] = {
	&tcm_loop_wwn_attr_version,
	NULL
};

/* --------------------------------------------------------- directories -- */

static struct se_wwn *make_wwn(struct target_fabric_configfs *tf,
			       struct config_group *group, const char *name)
{
	const struct tcm_loop_proto *proto = find_proto(name);
	struct tcm_loop_wwn *wwn;

	if (!proto) {
		pr_err("tcm_loop: a target's name begins with naa., fc. or iqn.\n");
		return ERR_PTR(-EINVAL);
	}
	if (strlen(name) >= sizeof(wwn->name)) {
		pr_err("tcm_loop: a target's name has at most %zu characters\n",
		       sizeof(wwn->name) - 1);
		return ERR_PTR(-EINVAL);
	}
	wwn = kzalloc(sizeof(*wwn), GFP_KERNEL);
	if (!wwn)
		return ERR_PTR(-ENOMEM);
	wwn->proto = proto;
	strscpy(wwn->name, name + proto->skip, sizeof(wwn->name));
	return &wwn->se;
}

static void drop_wwn(struct se_wwn *se_wwn)
{
	kfree(to_loop_wwn(se_wwn));
}

static struct tcm_loop_tpg *alloc_tpg(struct tcm_loop_wwn *wwn, u16 tag)
{
	struct tcm_loop_tpg *tpg = kzalloc(sizeof(*tpg), GFP_KERNEL);
	struct tcm_loop_host *host;

	if (!tpg)
		return ERR_PTR(-ENOMEM);
	host = tcm_loop_sess_make_host(tag);
	if (IS_ERR(host)) {
		kfree(tpg);
		return ERR_CAST(host);
	}
	tpg->wwn = wwn;
	tpg->host = host;
	return tpg;
}

static struct se_portal_group *make_tpg(struct se_wwn *se_wwn, const char *name)
{
	struct tcm_loop_wwn *wwn = to_loop_wwn(se_wwn);
	size_t prefix = str_has_prefix(name, "tpgt_");
	struct tcm_loop_tpg *tpg;
	u16 tag;
	int ret;

	if (!prefix || kstrtou16(name + prefix, 10, &tag))
		return ERR_PTR(target_refuse(&se_wwn->wwn_group.cg_item, name,
					     -EINVAL,
					     "a name is tpgt_N, N up to 65535"));
	tpg = alloc_tpg(wwn, tag);
	if (IS_ERR(tpg))
		return ERR_CAST(tpg);

	ret = core_tpg_register(se_wwn, &tpg->se, wwn->proto->id);
	if (ret) {
		tcm_loop_sess_remove_host(tpg->host);
		kfree(tpg);
		return ERR_PTR(ret);
	}
	return &tpg->se;
}

static void drop_tpg(struct se_portal_group *se_tpg)
{
	struct tcm_loop_tpg *tpg = to_loop_tpg(se_tpg);

	tcm_loop_sess_remove_host(tpg->host);
	core_tpg_deregister(se_tpg);
	kfree(tpg);
}

static int post_link(struct se_portal_group *se_tpg, struct se_lun *se_lun)
{
	return tcm_loop_sess_link(to_loop_tpg(se_tpg)->host,
				  se_lun->unpacked_lun);
}

static void pre_unlink(struct se_portal_group *se_tpg, struct se_lun *se_lun)
{
	tcm_loop_sess_unlink(to_loop_tpg(se_tpg)->host, se_lun->unpacked_lun);
}

const struct target_core_fabric_ops tcm_loop_configfs_ops = {
	.module			= THIS_MODULE,
	.fabric_name		= "loopback",
	.default_submit_type	= TARGET_DIRECT_SUBMIT,
	.direct_submit_supp	= 1,
	.complete_any_context	= 1,

	.tpg_get_wwn		= tpg_get_wwn,
	.tpg_get_tag		= tpg_get_tag,
	.tpg_check_demo_mode	= tpg_check_demo_mode,

	.write_pending		= tcm_loop_cmd_write_pending,
	.queue_data_in		= tcm_loop_cmd_respond,
	.queue_status		= tcm_loop_cmd_respond,
	.queue_tm_rsp		= tcm_loop_cmd_tm_rsp,
	.aborted_task		= tcm_loop_cmd_aborted,
	.check_stop_free	= tcm_loop_cmd_stop_free,
	.release_cmd		= tcm_loop_cmd_release,

	.fabric_make_wwn	= make_wwn,
	.fabric_drop_wwn	= drop_wwn,
	.fabric_make_tpg	= make_tpg,
	.fabric_drop_tpg	= drop_tpg,
	.fabric_post_link	= post_link,
	.fabric_pre_unlink	= pre_unlink,

	.tfc_wwn_attrs		= wwn_attrs,
	.tfc_tpg_base_attrs	= tpg_attrs,
	.tfc_tpg_attrib_attrs	= attrib_attrs,
	.tfc_schema		= schema,
};
