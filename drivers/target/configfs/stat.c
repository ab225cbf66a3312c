// SPDX-License-Identifier: GPL-2.0-only
/*
 * statistics/: the tables of the SCSI MIB (RFC 4455).  One macro a table, one
 * line a file.
 */
#include <linux/module.h>
#include "../core/acl.h"
#include "../core/device.h"
#include "../core/lun.h"
#include "../core/protection.h"
#include "../emul/copy_lu.h"
#include "tree.h"

#define MEGABYTES(_bytes)	((unsigned long long)(_bytes) >> 20)

/* TimeTicks (RFC 2578 7.1.8): hundredths of a second since the machine began */
static u32 ticks(unsigned long when)
{
	return div_u64((u64)(when - INITIAL_JIFFIES) * 100, HZ);
}

/* --------------------------------------------------- of a logical unit -- */

static struct target_dev *stat_dev_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_dev_dir,
			    stat_dev)->dev;
}

static struct target_dev *stat_tgt_dev_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_dev_dir,
			    stat_tgt_dev)->dev;
}

static struct target_dev *stat_lu_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_dev_dir,
			    stat_lu)->dev;
}

static struct target_totals dev_totals(struct target_dev *dev)
{
	struct target_totals sum = { };

	target_device_totals(dev, &sum);
	return sum;
}

/* a file of a logical unit; _value may use dev */
#define DEV_FILE(_table, _name, _format, _value)			\
static ssize_t _table##_##_name##_show(struct config_item *item, char *page) \
{									\
	struct target_dev *dev __maybe_unused = _table##_of(item);	\
									\
	return sysfs_emit(page, _format, _value);			\
}									\
CONFIGFS_ATTR_RO(_table##_, _name)

DEV_FILE(stat_dev, inst, "%u\n", dev->hba->index + 1);
DEV_FILE(stat_dev, indx, "%u\n", dev->index);
DEV_FILE(stat_dev, role, "%s\n", "Target");
DEV_FILE(stat_dev, ports, "%u\n", READ_ONCE(dev->nr_links));

static struct configfs_attribute *stat_dev_attrs[] = {
	&stat_dev_attr_indx,
	&stat_dev_attr_inst,
	&stat_dev_attr_ports,
	&stat_dev_attr_role,
	NULL,
};

static const struct config_item_type stat_dev_type = {
	.ct_attrs	= stat_dev_attrs,
	.ct_owner	= THIS_MODULE,
};

static const char *dev_status(const struct target_dev *dev)
{
	return READ_ONCE(dev->nr_links) && !READ_ONCE(dev->dead) ?
	       "activated" : "deactivated";
}

DEV_FILE(stat_tgt_dev, inst, "%u\n", dev->hba->index + 1);
DEV_FILE(stat_tgt_dev, indx, "%u\n", dev->index);
DEV_FILE(stat_tgt_dev, num_lus, "%u\n", 1);
DEV_FILE(stat_tgt_dev, status, "%s", dev_status(dev));
DEV_FILE(stat_tgt_dev, non_access_lus, "%u\n", READ_ONCE(dev->dead) ? 1 : 0);
DEV_FILE(stat_tgt_dev, resets, "%lu\n", atomic_long_read(&dev->resets));
DEV_FILE(stat_tgt_dev, aborts_complete, "%lu\n",
	 atomic_long_read(&dev->aborts_complete));
DEV_FILE(stat_tgt_dev, aborts_no_task, "%lu\n",
	 atomic_long_read(&dev->aborts_no_task));

static struct configfs_attribute *stat_tgt_dev_attrs[] = {
	&stat_tgt_dev_attr_aborts_complete,
	&stat_tgt_dev_attr_aborts_no_task,
	&stat_tgt_dev_attr_indx,
	&stat_tgt_dev_attr_inst,
	&stat_tgt_dev_attr_non_access_lus,
	&stat_tgt_dev_attr_num_lus,
	&stat_tgt_dev_attr_resets,
	&stat_tgt_dev_attr_status,
	NULL,
};

static const struct config_item_type stat_tgt_dev_type = {
	.ct_attrs	= stat_tgt_dev_attrs,
	.ct_owner	= THIS_MODULE,
};

DEV_FILE(stat_lu, inst, "%u\n", dev->hba->index + 1);
DEV_FILE(stat_lu, dev, "%u\n", dev->index);
DEV_FILE(stat_lu, indx, "%u\n", 1);
DEV_FILE(stat_lu, lun, "%u\n", 0);
DEV_FILE(stat_lu, lu_name, "%s\n", dev->ident.serial[0] ? dev->ident.serial :
							    "None");
DEV_FILE(stat_lu, vend, "%-8s\n", dev->ident.vendor);
DEV_FILE(stat_lu, prod, "%-16s\n", dev->ident.product);
DEV_FILE(stat_lu, rev, "%-4s\n", dev->ident.revision);
DEV_FILE(stat_lu, dev_type, "%u\n", 0);
DEV_FILE(stat_lu, status, "%s\n", dev_status(dev)[0] == 'a' ? "available" :
							       "notavailable");
DEV_FILE(stat_lu, state_bit, "%s\n", "exposed");
DEV_FILE(stat_lu, num_cmds, "%llu\n",
	 (unsigned long long)dev_totals(dev).cmds);
DEV_FILE(stat_lu, read_mbytes, "%llu\n", MEGABYTES(dev_totals(dev).read_bytes));
DEV_FILE(stat_lu, write_mbytes, "%llu\n",
	 MEGABYTES(dev_totals(dev).write_bytes));
DEV_FILE(stat_lu, resets, "%lu\n", atomic_long_read(&dev->resets));
DEV_FILE(stat_lu, full_stat, "%u\n", 0);
DEV_FILE(stat_lu, hs_num_cmds, "%u\n", 0);
DEV_FILE(stat_lu, creation_time, "%u\n", ticks(dev->created));

/* third-party copies: asked for here, and what was copied to here */
#define COPIED(_dev, _what)						\
	((unsigned long long)target_copy_lu_counted(_dev,		\
						    TARGET_COPIED_##_what))
DEV_FILE(stat_lu, copy_ops, "%llu\n", COPIED(dev, OPS));
DEV_FILE(stat_lu, copy_errors, "%llu\n", COPIED(dev, ERRORS));
DEV_FILE(stat_lu, copied_bytes, "%llu\n", COPIED(dev, BYTES));
DEV_FILE(stat_lu, copied_offload_bytes, "%llu\n", COPIED(dev, OFFLOAD));
DEV_FILE(stat_lu, copied_zero_bytes, "%llu\n", COPIED(dev, ZEROS));

/* protection information that was wrong: what was sent, what was read */
#define PI_ERRORS(_dev, _stage, _part)					\
	target_protection_counted(_dev, TARGET_PROTECTION_##_stage,	\
				  TARGET_DIF_CHECK_##_part)
DEV_FILE(stat_lu, pi_initiator_guard_errors, "%lu\n",
	 PI_ERRORS(dev, INITIATOR, GUARD));
DEV_FILE(stat_lu, pi_initiator_app_errors, "%lu\n",
	 PI_ERRORS(dev, INITIATOR, APPTAG));
DEV_FILE(stat_lu, pi_initiator_ref_errors, "%lu\n",
	 PI_ERRORS(dev, INITIATOR, REFTAG));
DEV_FILE(stat_lu, pi_medium_guard_errors, "%lu\n",
	 PI_ERRORS(dev, MEDIUM, GUARD));
DEV_FILE(stat_lu, pi_medium_app_errors, "%lu\n",
	 PI_ERRORS(dev, MEDIUM, APPTAG));
DEV_FILE(stat_lu, pi_medium_ref_errors, "%lu\n",
	 PI_ERRORS(dev, MEDIUM, REFTAG));

static struct configfs_attribute *stat_lu_attrs[] = {
	&stat_lu_attr_copied_bytes,
	&stat_lu_attr_copied_offload_bytes,
	&stat_lu_attr_copied_zero_bytes,
	&stat_lu_attr_copy_errors,
	&stat_lu_attr_copy_ops,
	&stat_lu_attr_creation_time,
	&stat_lu_attr_dev,
	&stat_lu_attr_dev_type,
	&stat_lu_attr_full_stat,
	&stat_lu_attr_hs_num_cmds,
	&stat_lu_attr_indx,
	&stat_lu_attr_inst,
	&stat_lu_attr_lu_name,
	&stat_lu_attr_lun,
	&stat_lu_attr_num_cmds,
	&stat_lu_attr_pi_initiator_app_errors,
	&stat_lu_attr_pi_initiator_guard_errors,
	&stat_lu_attr_pi_initiator_ref_errors,
	&stat_lu_attr_pi_medium_app_errors,
	&stat_lu_attr_pi_medium_guard_errors,
	&stat_lu_attr_pi_medium_ref_errors,
	&stat_lu_attr_prod,
	&stat_lu_attr_read_mbytes,
	&stat_lu_attr_resets,
	&stat_lu_attr_rev,
	&stat_lu_attr_state_bit,
	&stat_lu_attr_status,
	&stat_lu_attr_vend,
	&stat_lu_attr_write_mbytes,
	NULL,
};

static const struct config_item_type stat_lu_type = {
	.ct_attrs	= stat_lu_attrs,
	.ct_owner	= THIS_MODULE,
};

/**
 * target_stat_dev_add - make statistics/ of a logical unit
 * @dir: its directory
 */
void target_stat_dev_add(struct target_dev_dir *dir)
{
	target_tree_add(&dir->group, &dir->stat, "statistics",
			&target_tree_plain);
	target_tree_add(&dir->stat, &dir->stat_dev, "scsi_dev", &stat_dev_type);
	target_tree_add(&dir->stat, &dir->stat_tgt_dev, "scsi_tgt_dev",
			&stat_tgt_dev_type);
	target_tree_add(&dir->stat, &dir->stat_lu, "scsi_lu", &stat_lu_type);
}

/* ------------------------------------------------------------- of a LUN -- */

/**
 * struct lun_view - what a file of a LUN is made of
 * @lun: LUN
 * @port: target port group
 * @dev: logical unit
 * @sum: what was done
 */
struct lun_view {
	struct target_lun	*lun;
	struct target_port	*port;
	struct target_dev	*dev;
	struct target_totals	sum;
};

static struct target_lun *stat_port_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_lun_dir,
			    stat_port)->lun;
}

static struct target_lun *stat_tgt_port_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_lun_dir,
			    stat_tgt_port)->lun;
}

static struct target_lun *stat_transport_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_lun_dir,
			    stat_transport)->lun;
}

/* Print a file of a LUN while it is linked. */
static ssize_t show_lun(struct target_lun *lun, char *page,
			ssize_t (*print)(const struct lun_view *view,
					 char *page))
{
	struct lun_view view = { .lun = lun, .port = lun->port };

	target_lun_totals(lun, &view.sum);
	guard(mutex)(&lun->port->mutex);
	if (!lun->link)
		return -ENODEV;
	view.dev = lun->link->dev;
	return print(&view, page);
}

/* a file of a LUN; _value may use v */
#define LUN_FILE(_table, _name, _format, ...)				\
static ssize_t _table##_##_name##_print(const struct lun_view *v, char *page) \
{									\
	return sysfs_emit(page, _format, __VA_ARGS__);			\
}									\
static ssize_t _table##_##_name##_show(struct config_item *item, char *page) \
{									\
	return show_lun(_table##_of(item), page,			\
			_table##_##_name##_print);			\
}									\
CONFIGFS_ATTR_RO(_table##_, _name)

LUN_FILE(stat_port, inst, "%u\n", v->dev->hba->index + 1);
LUN_FILE(stat_port, dev, "%u\n", v->dev->index);
LUN_FILE(stat_port, indx, "%u\n", v->port->rtpi);
LUN_FILE(stat_port, role, "Device%u\n", v->dev->index);
LUN_FILE(stat_port, busy_count, "%u\n", 0);

static struct configfs_attribute *stat_port_attrs[] = {
	&stat_port_attr_busy_count,
	&stat_port_attr_dev,
	&stat_port_attr_indx,
	&stat_port_attr_inst,
	&stat_port_attr_role,
	NULL,
};

static const struct config_item_type stat_port_type = {
	.ct_attrs	= stat_port_attrs,
	.ct_owner	= THIS_MODULE,
};

LUN_FILE(stat_tgt_port, inst, "%u\n", v->dev->hba->index + 1);
LUN_FILE(stat_tgt_port, dev, "%u\n", v->dev->index);
LUN_FILE(stat_tgt_port, indx, "%u\n", v->port->rtpi);
LUN_FILE(stat_tgt_port, name, "%sPort#%u\n", v->port->tfo->fabric_name,
	 v->port->rtpi);
LUN_FILE(stat_tgt_port, port_index, "%s+t+%u\n", v->port->name, v->port->tag);
LUN_FILE(stat_tgt_port, in_cmds, "%llu\n", (unsigned long long)v->sum.cmds);
LUN_FILE(stat_tgt_port, write_mbytes, "%llu\n", MEGABYTES(v->sum.write_bytes));
LUN_FILE(stat_tgt_port, read_mbytes, "%llu\n", MEGABYTES(v->sum.read_bytes));
LUN_FILE(stat_tgt_port, hs_in_cmds, "%u\n", 0);

static struct configfs_attribute *stat_tgt_port_attrs[] = {
	&stat_tgt_port_attr_dev,
	&stat_tgt_port_attr_hs_in_cmds,
	&stat_tgt_port_attr_in_cmds,
	&stat_tgt_port_attr_indx,
	&stat_tgt_port_attr_inst,
	&stat_tgt_port_attr_name,
	&stat_tgt_port_attr_port_index,
	&stat_tgt_port_attr_read_mbytes,
	&stat_tgt_port_attr_write_mbytes,
	NULL,
};

static const struct config_item_type stat_tgt_port_type = {
	.ct_attrs	= stat_tgt_port_attrs,
	.ct_owner	= THIS_MODULE,
};

LUN_FILE(stat_transport, inst, "%u\n", v->dev->hba->index + 1);
LUN_FILE(stat_transport, device, "scsiTransport%s\n",
	 v->port->tfo->fabric_name);
LUN_FILE(stat_transport, indx, "%u\n",
	 v->port->tfo->tpg_get_inst_index(v->port->se_tpg));
LUN_FILE(stat_transport, dev_name, "%s+%s\n", v->port->name,
	 v->dev->ident.serial);
LUN_FILE(stat_transport, proto_id, "%d\n", v->port->proto_id);

static struct configfs_attribute *stat_transport_attrs[] = {
	&stat_transport_attr_dev_name,
	&stat_transport_attr_device,
	&stat_transport_attr_indx,
	&stat_transport_attr_inst,
	&stat_transport_attr_proto_id,
	NULL,
};

static const struct config_item_type stat_transport_type = {
	.ct_attrs	= stat_transport_attrs,
	.ct_owner	= THIS_MODULE,
};

/**
 * target_stat_lun_add - make statistics/ of a LUN
 * @dir: its directory
 */
void target_stat_lun_add(struct target_lun_dir *dir)
{
	target_tree_add(&dir->group, &dir->stat, "statistics",
			&target_tree_plain);
	target_tree_add(&dir->stat, &dir->stat_port, "scsi_port",
			&stat_port_type);
	target_tree_add(&dir->stat, &dir->stat_tgt_port, "scsi_tgt_port",
			&stat_tgt_port_type);
	target_tree_add(&dir->stat, &dir->stat_transport, "scsi_transport",
			&stat_transport_type);
}

/* ------------------------------------------------------ of a mapped LUN -- */

/**
 * struct map_view - what a file of a mapped LUN is made of
 * @map: mapping
 * @acl: initiator
 * @port: target port group
 * @dev: logical unit, NULL if the LUN is not linked
 * @sess: a session of the initiator, or NULL
 * @sum: what was done
 */
struct map_view {
	struct target_map	*map;
	struct target_acl	*acl;
	struct target_port	*port;
	struct target_dev	*dev;
	struct target_sess	*sess;
	struct target_totals	sum;
};

static struct target_map_dir *stat_att_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_map_dir,
			    stat_att_port);
}

static struct target_map_dir *stat_auth_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_map_dir,
			    stat_auth);
}

/* Print a file of a mapped LUN while it is linked. */
static ssize_t show_map(struct target_map_dir *dir, char *page,
			ssize_t (*print)(const struct map_view *view,
					 char *page))
{
	struct map_view view = { .acl = dir->acl, .port = dir->acl->port };

	guard(mutex)(&dir->lock);
	view.map = dir->map;
	if (!view.map)
		return -ENODEV;
	target_acl_map_totals(view.map, &view.sum);
	guard(mutex)(&view.port->mutex);
	if (view.map->lun->link)
		view.dev = view.map->lun->link->dev;
	view.sess = list_first_entry_or_null(&view.acl->sessions,
					     struct target_sess, acl_node);
	return print(&view, page);
}

/* a file of a mapped LUN; _value may use v */
#define MAP_FILE(_table, _name, _format, ...)				\
static ssize_t _table##_##_name##_print(const struct map_view *v, char *page) \
{									\
	return sysfs_emit(page, _format, __VA_ARGS__);			\
}									\
static ssize_t _table##_##_name##_show(struct config_item *item, char *page) \
{									\
	return show_map(_table##_of(item), page,			\
			_table##_##_name##_print);			\
}									\
CONFIGFS_ATTR_RO(_table##_, _name)

static u32 inst_index(const struct map_view *v)
{
	return v->port->tfo->tpg_get_inst_index(v->port->se_tpg);
}

static u32 dev_index(const struct map_view *v)
{
	return v->dev ? v->dev->index : 0;
}

MAP_FILE(stat_auth, inst, "%u\n", inst_index(v));
MAP_FILE(stat_auth, dev, "%u\n", dev_index(v));
MAP_FILE(stat_auth, port, "%u\n", v->port->tag);
MAP_FILE(stat_auth, indx, "%u\n", v->acl->se->acl_index);
MAP_FILE(stat_auth, dev_or_port, "%u\n", 1);
MAP_FILE(stat_auth, intr_name, "%s\n", v->acl->se->initiatorname);
MAP_FILE(stat_auth, map_indx, "%u\n", 0);
MAP_FILE(stat_auth, att_count, "%u\n", 1);
MAP_FILE(stat_auth, num_cmds, "%llu\n", (unsigned long long)v->sum.cmds);
MAP_FILE(stat_auth, read_mbytes, "%llu\n", MEGABYTES(v->sum.read_bytes));
MAP_FILE(stat_auth, write_mbytes, "%llu\n", MEGABYTES(v->sum.write_bytes));
MAP_FILE(stat_auth, hs_num_cmds, "%u\n", 0);
MAP_FILE(stat_auth, creation_time, "%u\n", ticks(v->map->created));
MAP_FILE(stat_auth, row_status, "%s\n", "Ready");

static struct configfs_attribute *stat_auth_attrs[] = {
	&stat_auth_attr_att_count,
	&stat_auth_attr_creation_time,
	&stat_auth_attr_dev,
	&stat_auth_attr_dev_or_port,
	&stat_auth_attr_hs_num_cmds,
	&stat_auth_attr_indx,
	&stat_auth_attr_inst,
	&stat_auth_attr_intr_name,
	&stat_auth_attr_map_indx,
	&stat_auth_attr_num_cmds,
	&stat_auth_attr_port,
	&stat_auth_attr_read_mbytes,
	&stat_auth_attr_row_status,
	&stat_auth_attr_write_mbytes,
	NULL,
};

static const struct config_item_type stat_auth_type = {
	.ct_attrs	= stat_auth_attrs,
	.ct_owner	= THIS_MODULE,
};

MAP_FILE(stat_att, inst, "%u\n", inst_index(v));
MAP_FILE(stat_att, dev, "%u\n", dev_index(v));
MAP_FILE(stat_att, port, "%u\n", v->port->tag);
MAP_FILE(stat_att, port_auth_indx, "%u\n", v->acl->se->acl_index);

/* these two are about a session */
static ssize_t print_sess_index(const struct map_view *v, char *page)
{
	if (!v->sess)
		return -ENODEV;
	return sysfs_emit(page, "%u\n",
			  v->port->tfo->sess_get_index(&v->sess->se));
}

static ssize_t stat_att_indx_show(struct config_item *item, char *page)
{
	return show_map(stat_att_of(item), page, print_sess_index);
}

CONFIGFS_ATTR_RO(stat_att_, indx);

static ssize_t print_port_ident(const struct map_view *v, char *page)
{
	if (!v->sess)
		return -ENODEV;
	return sysfs_emit(page, "%s+i+%s\n", v->acl->se->initiatorname,
			  v->sess->isid);
}

static ssize_t stat_att_port_ident_show(struct config_item *item, char *page)
{
	return show_map(stat_att_of(item), page, print_port_ident);
}

CONFIGFS_ATTR_RO(stat_att_, port_ident);

static struct configfs_attribute *stat_att_attrs[] = {
	&stat_att_attr_dev,
	&stat_att_attr_indx,
	&stat_att_attr_inst,
	&stat_att_attr_port,
	&stat_att_attr_port_auth_indx,
	&stat_att_attr_port_ident,
	NULL,
};

static const struct config_item_type stat_att_type = {
	.ct_attrs	= stat_att_attrs,
	.ct_owner	= THIS_MODULE,
};

/**
 * target_stat_map_add - make statistics/ of a mapped LUN
 * @dir: its directory
 */
void target_stat_map_add(struct target_map_dir *dir)
{
	target_tree_add(&dir->group, &dir->stat, "statistics",
			&target_tree_plain);
	target_tree_add(&dir->stat, &dir->stat_att_port, "scsi_att_intr_port",
			&stat_att_type);
	target_tree_add(&dir->stat, &dir->stat_auth, "scsi_auth_intr",
			&stat_auth_type);
}
