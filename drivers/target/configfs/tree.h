/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The directories of /sys/kernel/config/target.  Each is a config_group with
 * a pointer to an object of the core, and the one reference to it that the
 * directory stands for.
 */
#ifndef TARGET_TREE_H
#define TARGET_TREE_H

#include <linux/configfs.h>
#include <target/target_core_schema.h>
#include "../core/core.h"

struct target_fabric;
struct target_tp_group;

/**
 * struct target_hba_dir - core/PLUGIN_N
 * @group: the directory
 * @hba: HBA
 */
struct target_hba_dir {
	struct config_group	group;
	struct target_hba	*hba;
};

/**
 * struct target_tp_dir - core/PLUGIN_N/NAME/alua/GROUP
 * @group: the directory
 * @tp: target port group
 */
struct target_tp_dir {
	struct config_group	group;
	struct target_tp_group	*tp;
};

/**
 * struct target_dev_dir - core/PLUGIN_N/NAME
 * @group: the directory
 * @action: action/
 * @alua: alua/
 * @attrib: attrib/
 * @pr: pr/
 * @pr_state: the file pr/state, referenced, once somebody read it
 *	[dev->watch.lock]
 * @stat: statistics/
 * @stat_dev: statistics/scsi_dev/
 * @stat_lu: statistics/scsi_lu/
 * @stat_tgt_dev: statistics/scsi_tgt_dev/
 * @wwn: wwn/
 * @tp_default: alua/default_tg_pt_gp/
 * @dev: logical unit
 */
struct target_dev_dir {
	struct config_group	group;
	struct config_group	action;
	struct config_group	alua;
	struct config_group	attrib;
	struct config_group	pr;
	struct dentry		*pr_state;
	struct config_group	stat;
	struct config_group	stat_dev;
	struct config_group	stat_lu;
	struct config_group	stat_tgt_dev;
	struct config_group	wwn;
	struct target_tp_dir	tp_default;
	struct target_dev	*dev;
};

/**
 * struct target_lun_dir - FABRIC/WWN/tpgt_N/lun/lun_M
 * @group: the directory
 * @stat: statistics/
 * @stat_port: statistics/scsi_port/
 * @stat_tgt_port: statistics/scsi_tgt_port/
 * @stat_transport: statistics/scsi_transport/
 * @lun: LUN
 */
struct target_lun_dir {
	struct config_group	group;
	struct config_group	stat;
	struct config_group	stat_port;
	struct config_group	stat_tgt_port;
	struct config_group	stat_transport;
	struct target_lun	*lun;
};

/**
 * struct target_map_dir - FABRIC/WWN/tpgt_N/acls/NAME/lun_M
 * @group: the directory
 * @stat: statistics/
 * @stat_att_port: statistics/scsi_att_intr_port/
 * @stat_auth: statistics/scsi_auth_intr/
 * @acl: initiator
 * @number: M
 * @lock: guards what follows
 * @map: what it sees there, NULL while nothing is linked
 * @protect: write_protect was written before there was a link
 * @read_only: and this is what it said
 */
struct target_map_dir {
	struct config_group	group;
	struct config_group	stat;
	struct config_group	stat_att_port;
	struct config_group	stat_auth;
	struct target_acl	*acl;
	u64			number;
	struct mutex		lock;	/* guards the rest */
	struct target_map	*map;
	bool			protect;
	bool			read_only;
};

/*
 * enum target_fabric_type - directories with files or functions of a fabric
 */
enum target_fabric_type {
	TARGET_FABRIC_TYPE_FABRIC,
	TARGET_FABRIC_TYPE_DISCOVERY,
	TARGET_FABRIC_TYPE_WWN,
	TARGET_FABRIC_TYPE_TPG,
	TARGET_FABRIC_TYPE_TPG_ATTRIB,
	TARGET_FABRIC_TYPE_TPG_AUTH,
	TARGET_FABRIC_TYPE_TPG_PARAM,
	TARGET_FABRIC_TYPE_NP,
	TARGET_FABRIC_TYPE_ACL,
	TARGET_FABRIC_TYPE_ACL_ATTRIB,
	TARGET_FABRIC_TYPE_ACL_AUTH,
	TARGET_FABRIC_TYPE_ACL_PARAM,
	TARGET_FABRIC_TYPES,
};

/**
 * struct target_fabric_dir - FABRIC
 * @tf: what the core and the fabric see of it
 * @fabric: fabric; its module is held
 * @group: the directory
 * @discovery: discovery_auth/
 * @types: types of its directories, which belong to the fabric's module
 * @attrs: lists of files that are the core's and the fabric's
 */
struct target_fabric_dir {
	struct target_fabric_configfs	tf;
	struct target_fabric		*fabric;
	struct config_group		group;
	struct config_group		discovery;
	struct config_item_type		types[TARGET_FABRIC_TYPES];
	struct configfs_attribute	**attrs[TARGET_FABRIC_TYPES];
};

static inline struct target_fabric_dir *
target_tree_fabric(struct target_fabric_configfs *tf)
{
	return container_of(tf, struct target_fabric_dir, tf);
}

/* The type of a directory of a fabric. */
static inline const struct config_item_type *
target_tree_type(struct se_wwn *wwn, enum target_fabric_type which)
{
	return &target_tree_fabric(wwn->wwn_tf)->types[which];
}

void target_tree_add(struct config_group *parent, struct config_group *group,
		     const char *name, const struct config_item_type *type);
void target_tree_drop(struct config_group *group);
extern const struct config_item_type target_tree_plain;

/**
 * struct target_tree_ops - what the core gives a directory of a fabric
 * @item: functions
 * @group: more functions
 * @attrs: files, or NULL
 * @bin_attrs: the schema file
 */
struct target_tree_ops {
	struct configfs_item_operations		*item;
	struct configfs_group_operations	*group;
	struct configfs_attribute		**attrs;
	struct configfs_bin_attribute		**bin_attrs;
};

/* core/ */
extern const struct config_item_type target_hba_core_type;
int target_alua_lu_groups_add(struct config_group *alua);
void target_alua_lu_groups_drop(void);
void target_alua_dir_add(struct target_dev_dir *dir);
extern const struct target_schema target_pr_rows[];
void target_pr_dir_add(struct target_dev_dir *dir);
void target_pr_dir_del(struct target_dev_dir *dir);
struct config_group *target_device_dir_make(struct target_hba *hba,
					    const char *name);
struct target_dev *target_device_dir_find(struct config_item *item);
void target_device_dir_init(void);
void target_stat_dev_add(struct target_dev_dir *dir);

/* fabrics */
struct config_group *target_fabric_dir_make(const char *name);
extern const struct target_tree_ops target_tpg_dir_ops;
extern const struct target_tree_ops target_tpg_np_ops;
extern const struct target_tree_ops target_acl_dir_ops;
extern const struct config_item_type target_acl_dirs_type;
extern const struct config_item_type target_lun_dirs_type;
struct config_group *target_tpg_dir_make(struct config_group *group,
					 const char *name);
struct target_lun *target_lun_dir_find(struct config_item *item);
void target_stat_lun_add(struct target_lun_dir *dir);
void target_stat_map_add(struct target_map_dir *dir);

#endif /* TARGET_TREE_H */
