/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct target_core_fabric_ops: what a fabric module gives the target core.
 *
 * scripts/tcm_mod_builder.py reads this file and writes one function into a
 * new module for every function pointer below; keep one member a line, or
 * the parameter list on continuation lines.
 */
#ifndef TARGET_CORE_FABRIC_OPS_H
#define TARGET_CORE_FABRIC_OPS_H

#include <linux/types.h>

struct config_group;
struct configfs_attribute;
struct module;
struct se_cmd;
struct se_lun;
struct se_node_acl;
struct se_portal_group;
struct se_session;
struct se_tpg_np;
struct se_wwn;
struct target_fabric_configfs;
struct scsi_lun;
struct target_schema;

/**
 * struct target_core_fabric_ops - a fabric, as the target core sees it
 *
 * Contexts, unless a member says otherwise: callbacks may be called on any
 * CPU, in process context, without a lock of the core's held, and may sleep.
 * Callbacks for mkdir and rmdir run under configfs' locks and must not wait
 * for I/O or for a peer.  "Mandatory" members are checked by
 * target_register_template().
 *
 * @fabric_name: mandatory; directory below /sys/kernel/config/target and
 *	name in saved state, fewer than 32 characters
 * @fabric_alias: directory name, if it is not @fabric_name
 * @module: owner of the callbacks
 * @node_acl_size: bytes of the fabric's ACL struct, whose first member is
 *	struct se_node_acl; 0 for none
 * @max_data_sg_nents: longest command in pages; 0 for no limit.  Longer ones
 *	are cut, with a residual
 * @default_submit_type: enum target_submit_type; 0 means a work item
 * @direct_submit_supp: target_submit() is called where it may sleep
 * @write_pending_must_be_called: call @write_pending also for a command that
 *	is being aborted: its data is on the way and has to be consumed
 * @complete_any_context: @queue_data_in, @queue_status, @check_stop_free and
 *	@release_cmd may be called in hard-irq context with any lock of a
 *	block driver held, so the core completes in place
 * @lent_pages: se_cmd.t_data_sg of a read may have entries of any length and
 *	offset, pointing at pages that belong to the backstore.  The fabric
 *	never writes to them and takes page references for what it sends
 *	after it gave the command back
 *
 * @tpg_get_wwn: mandatory; name of the target port, constant while the
 *	group exists.  Any context
 * @tpg_get_tag: mandatory; target port group tag.  Any context
 * @tpg_get_inst_index: number of the SCSI MIB instance; default 1
 * @tpg_get_default_depth: queue depth of a new ACL; default 1
 * @tpg_check_demo_mode: true to let unknown initiators in, with an ACL that
 *	the core makes; default no
 * @tpg_check_demo_mode_cache: true to keep that ACL when they leave
 * @tpg_check_demo_mode_write_protect: true if what they see is read-only
 * @tpg_check_demo_mode_login_only: true if they see nothing at all
 * @tpg_check_prod_mode_write_protect: write_protect of a newly mapped LUN
 * @tpg_check_prot_fabric_only: DIF type to offer above a backstore that has
 *	none; 0 for none
 *
 * @write_pending: mandatory; buffers for the write data are ready in
 *	se_cmd.t_data_sg: fetch the data and call target_execute_cmd(), here or
 *	later.  -EAGAIN or -ENOMEM: try again later; other errors end the
 *	command with CHECK CONDITION
 * @queue_data_in: mandatory; send se_cmd.t_data_sg and the status.  Returns as
 *	@write_pending does
 * @queue_status: mandatory; send status and sense data.  Same
 * @queue_tm_rsp: mandatory; send se_tmr_req.response
 * @aborted_task: mandatory; the command was aborted and gets no response:
 *	give up what the fabric holds for it.  The command itself stays until
 *	@release_cmd.  By target_session_detach() also called for a task
 *	management function (se_cmd.se_tmr_req)
 * @check_stop_free: mandatory; the core is done with the command: drop the
 *	core's reference with target_put_sess_cmd() or
 *	transport_generic_free_cmd().  Returns 1 if that was the last
 * @release_cmd: mandatory; the last reference is gone: free or recycle the
 *	command.  May come long after an abort, when the backing device
 *	finally answers
 * @get_cmd_state: a number for debugging
 *
 * @close_session: the core wants this nexus gone, because its ACL was removed
 *	or its queue depth changed.  Starts it; does not wait for it
 * @sess_event: optional; a unit attention condition with this ASC and ASCQ
 *	arose at a LUN: tell the initiator at once.  Its next command tells it
 *	anyway.  target_remove_session() waits for this: no lock under which that
 *	is called may be taken
 * @sess_get_index: number of the session for the SCSI MIB
 * @sess_get_initiator_sid: write the ISID to a buffer of the given size for
 *	iSCSI TransportIDs (SPC-5 7.6.4.6); returns its length
 * @set_default_node_attributes: initialise the fabric's part of a new ACL;
 *	must not sleep
 *
 * @fabric_make_wwn: mandatory; mkdir FABRIC/NAME
 * @fabric_drop_wwn: mandatory; its last reference is gone
 * @add_wwn_groups: add default groups below a new target
 * @add_tpg_groups: add default groups below a new target port group
 * @fabric_make_tpg: mandatory; mkdir TARGET/tpgt_N; calls core_tpg_register()
 * @fabric_enable_tpg: write to the group's "enable" file, which exists if this
 *	member does
 * @fabric_drop_tpg: mandatory; rmdir; calls core_tpg_deregister()
 * @fabric_post_link: a logical unit was linked to a LUN; an errno refuses it
 * @fabric_pre_unlink: it is about to be unlinked
 * @fabric_post_unlink: it was, and no command uses it any more; not called if
 *	@fabric_post_link refused it
 * @fabric_make_np: mkdir GROUP/np/ADDRESS; without it mkdir is refused
 * @fabric_drop_np: its release
 * @fabric_init_nodeacl: check the initiator name of a new explicit ACL and
 *	set up the fabric's part; an errno refuses the mkdir
 *
 * @tfc_discovery_attrs: NULL-terminated; FABRIC/discovery_auth/
 * @tfc_wwn_attrs: FABRIC/
 * @tfc_tpg_base_attrs: GROUP/, besides the core's "enable" and "rtpi"
 * @tfc_tpg_np_base_attrs: GROUP/np/ADDRESS/
 * @tfc_tpg_attrib_attrs: GROUP/attrib/
 * @tfc_tpg_auth_attrs: GROUP/auth/
 * @tfc_tpg_param_attrs: GROUP/param/
 * @tfc_tpg_nacl_base_attrs: GROUP/acls/NAME/
 * @tfc_tpg_nacl_attrib_attrs: GROUP/acls/NAME/attrib/
 * @tfc_tpg_nacl_auth_attrs: GROUP/acls/NAME/auth/
 * @tfc_tpg_nacl_param_attrs: GROUP/acls/NAME/param/
 * @tfc_schema: NULL-terminated; tables that say what these files accept, each
 *	ended by a row without a file
 */
struct target_core_fabric_ops {
	/* who it is and what it can do */
	const char *fabric_name;
	const char *fabric_alias;
	struct module *module;
	size_t node_acl_size;
	u32 max_data_sg_nents;
	u8 default_submit_type;
	u8 direct_submit_supp : 1;
	u8 write_pending_must_be_called : 1;
	u8 complete_any_context : 1;
	u8 lent_pages : 1;

	/* the target port */
	char *(*tpg_get_wwn)(struct se_portal_group *se_tpg);
	u16 (*tpg_get_tag)(struct se_portal_group *se_tpg);
	u32 (*tpg_get_inst_index)(struct se_portal_group *se_tpg);
	u32 (*tpg_get_default_depth)(struct se_portal_group *se_tpg);
	int (*tpg_check_demo_mode)(struct se_portal_group *se_tpg);
	int (*tpg_check_demo_mode_cache)(struct se_portal_group *se_tpg);
	int (*tpg_check_demo_mode_write_protect)(struct se_portal_group *se_tpg);
	int (*tpg_check_demo_mode_login_only)(struct se_portal_group *se_tpg);
	int (*tpg_check_prod_mode_write_protect)(struct se_portal_group *se_tpg);
	int (*tpg_check_prot_fabric_only)(struct se_portal_group *se_tpg);

	/* a command */
	int (*write_pending)(struct se_cmd *se_cmd);
	int (*queue_data_in)(struct se_cmd *se_cmd);
	int (*queue_status)(struct se_cmd *se_cmd);
	void (*queue_tm_rsp)(struct se_cmd *se_cmd);
	void (*aborted_task)(struct se_cmd *se_cmd);
	int (*check_stop_free)(struct se_cmd *se_cmd);
	void (*release_cmd)(struct se_cmd *se_cmd);
	int (*get_cmd_state)(struct se_cmd *se_cmd);

	/* a nexus */
	void (*close_session)(struct se_session *se_sess);
	void (*sess_event)(struct se_session *se_sess,
			   const struct scsi_lun *lun, u8 asc, u8 ascq);
	u32 (*sess_get_index)(struct se_session *se_sess);
	u32 (*sess_get_initiator_sid)(struct se_session *se_sess,
				      unsigned char *sid, u32 size);
	void (*set_default_node_attributes)(struct se_node_acl *se_nacl);

	/* directories */
	int (*fabric_init_nodeacl)(struct se_node_acl *se_nacl,
				   const char *name);
	struct se_tpg_np *(*fabric_make_np)(struct se_portal_group *se_tpg,
					    struct config_group *group,
					    const char *name);
	void (*fabric_drop_np)(struct se_tpg_np *se_tpg_np);
	void (*add_wwn_groups)(struct se_wwn *wwn);
	void (*add_tpg_groups)(struct se_portal_group *se_tpg);
	int (*fabric_post_link)(struct se_portal_group *se_tpg,
				struct se_lun *lun);
	void (*fabric_post_unlink)(struct se_portal_group *se_tpg,
				   struct se_lun *lun);
	void (*fabric_pre_unlink)(struct se_portal_group *se_tpg,
				  struct se_lun *lun);
	void (*fabric_drop_tpg)(struct se_portal_group *se_tpg);
	int (*fabric_enable_tpg)(struct se_portal_group *se_tpg, bool enable);
	struct se_portal_group *(*fabric_make_tpg)(struct se_wwn *wwn,
						   const char *name);
	void (*fabric_drop_wwn)(struct se_wwn *wwn);
	struct se_wwn *(*fabric_make_wwn)(struct target_fabric_configfs *tf,
					  struct config_group *group,
					  const char *name);

	/* files */
	struct configfs_attribute **tfc_wwn_attrs;
	struct configfs_attribute **tfc_tpg_nacl_base_attrs;
	struct configfs_attribute **tfc_tpg_base_attrs;
	struct configfs_attribute **tfc_tpg_nacl_attrib_attrs;
	struct configfs_attribute **tfc_tpg_attrib_attrs;
	struct configfs_attribute **tfc_tpg_nacl_param_attrs;
	struct configfs_attribute **tfc_tpg_param_attrs;
	struct configfs_attribute **tfc_tpg_nacl_auth_attrs;
	struct configfs_attribute **tfc_tpg_auth_attrs;
	struct configfs_attribute **tfc_tpg_np_base_attrs;
	struct configfs_attribute **tfc_discovery_attrs;
	const struct target_schema * const *tfc_schema;
};

#endif /* TARGET_CORE_FABRIC_OPS_H */
