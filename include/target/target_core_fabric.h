/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the target core does for fabric modules.
 *
 * The life of a command, as a fabric sees it:
 *
 *	target_init_cmd()	reference, session counter
 *	target_submit_prep()	LUN, CDB, buffers
 *	target_submit()
 *	  ops->write_pending()	data-out commands only; the fabric fetches the
 *	  target_execute_cmd()	data and says so
 *	ops->queue_data_in()	or queue_status(), or, if the command was
 *				aborted, aborted_task()
 *	ops->check_stop_free()	the core's reference
 *	ops->release_cmd()	the last reference
 *
 * With TARGET_SCF_ACK_KREF there are two references: the core drops its own
 * through check_stop_free(), the fabric drops the other with
 * target_put_sess_cmd() or transport_generic_free_cmd() when it needs the
 * command no more.
 */
#ifndef TARGET_CORE_FABRIC_H
#define TARGET_CORE_FABRIC_H

#include <linux/dma-direction.h>
#include <linux/types.h>
#include <target/target_core_base.h>
#include <target/target_core_fabric_ops.h>

/* registration: registry.c */
int target_register_template(const struct target_core_fabric_ops *fo);
void target_unregister_template(const struct target_core_fabric_ops *fo);

/* configfs items of the target subsystem: configfs/root.c */
int target_depend_item(struct config_item *item);
void target_undepend_item(struct config_item *item);

/* target port groups: tpg.c */
int core_tpg_register(struct se_wwn *wwn, struct se_portal_group *se_tpg,
		      int proto_id);
int core_tpg_deregister(struct se_portal_group *se_tpg);
int target_tpg_enable(struct se_portal_group *se_tpg, bool enable);
ssize_t target_show_dynamic_sessions(struct se_portal_group *se_tpg,
				     char *page);

/* access control lists: acl.c */
struct se_node_acl *target_acl_get(struct se_portal_group *se_tpg,
				   const char *initiatorname);
void target_acl_put(struct se_node_acl *se_nacl);
int target_acl_set_queue_depth(struct se_node_acl *se_nacl, u32 depth);

/* data of commands: data.c */
bool target_data_lent(const struct se_cmd *se_cmd);

/* sessions: session.c, nexus.c */
void target_session_detach(struct se_session *se_sess);
bool target_session_next_lun(struct se_session *se_sess, u64 *lun);
void target_wait_for_sess_cmds(struct se_session *se_sess);
void target_stop_session(struct se_session *se_sess);
void target_remove_session(struct se_session *se_sess);
struct se_session *
target_setup_session(struct se_portal_group *se_tpg, unsigned int tag_num,
		     unsigned int tag_size, enum target_prot_op prot_op,
		     const char *initiatorname, void *private,
		     int (*callback)(struct se_portal_group *se_tpg,
				     struct se_session *se_sess, void *private));

/* commands: fabric_api.c */
int target_init_cmd(struct se_cmd *se_cmd, struct se_session *se_sess,
		    unsigned char *sense, u64 unpacked_lun, u32 data_length,
		    int task_attr, int data_dir, int flags);
void target_abandon_cmd(struct se_cmd *se_cmd);
int target_submit_prep(struct se_cmd *se_cmd, unsigned char *cdb,
		       struct scatterlist *sgl, u32 sgl_count,
		       struct scatterlist *sgl_bidi, u32 sgl_bidi_count,
		       struct scatterlist *sgl_prot, u32 sgl_prot_count,
		       gfp_t gfp);
int target_put_sess_cmd(struct se_cmd *se_cmd);
int target_submit(struct se_cmd *se_cmd);
void target_execute_cmd(struct se_cmd *se_cmd);
int target_submit_tmr(struct se_cmd *se_cmd, struct se_session *se_sess,
		      unsigned char *sense, u64 unpacked_lun,
		      void *fabric_tmr_ptr, unsigned char tm_type, gfp_t gfp,
		      u64 tag, int flags);
int target_send_busy(struct se_cmd *se_cmd);
void __target_init_cmd(struct se_cmd *se_cmd,
		       const struct target_core_fabric_ops *tfo,
		       struct se_session *se_sess, u32 data_length,
		       int data_direction, int task_attr,
		       unsigned char *sense_buffer, u64 unpacked_lun,
		       struct target_cmd_counter *cmd_cnt);
int transport_generic_free_cmd(struct se_cmd *se_cmd, int wait_for_tasks);
void target_submit_cmd(struct se_cmd *se_cmd, struct se_session *se_sess,
		       unsigned char *cdb, unsigned char *sense,
		       u64 unpacked_lun, u32 data_length, int task_attr,
		       int data_dir, int flags);
int transport_send_check_condition_and_sense(struct se_cmd *se_cmd,
					     sense_reason_t reason,
					     int from_transport);
void transport_generic_request_failure(struct se_cmd *se_cmd,
				       sense_reason_t reason);

/* data */
void target_free_sgl(struct scatterlist *sgl, int nents);
int target_alloc_sgl(struct scatterlist **sgl, unsigned int *nents, u32 length,
		     bool zero_page, bool chainable);

/**
 * target_free_tag - give a command's tag back to its session
 * @sess: session whose sess_tag_pool it is from
 * @cmd: command with map_tag and map_cpu
 *
 * Context: any.
 */
static inline void target_free_tag(struct se_session *sess, struct se_cmd *cmd)
{
	struct sbitmap_queue *pool = &sess->sess_tag_pool;

	sbitmap_queue_clear(pool, cmd->map_tag, cmd->map_cpu);
}

/**
 * target_reverse_dma_direction - direction of a command for the DMA API
 * @se_cmd: command
 *
 * A SCSI read writes to the initiator, so a target's hardware reads memory
 * for it.
 *
 * Return: direction of the target's DMA mapping
 */
static inline enum dma_data_direction
target_reverse_dma_direction(struct se_cmd *se_cmd)
{
	static const u8 reverse[] = {
		[DMA_BIDIRECTIONAL]	= DMA_BIDIRECTIONAL,
		[DMA_TO_DEVICE]		= DMA_FROM_DEVICE,
		[DMA_FROM_DEVICE]	= DMA_TO_DEVICE,
		[DMA_NONE]		= DMA_NONE,
	};

	return se_cmd->se_cmd_flags & SCF_BIDI ? DMA_BIDIRECTIONAL :
						 reverse[se_cmd->data_direction];
}

/* From the configfs item of a directory to the object that it belongs to */
#define TARGET_OF_ITEM(_name, _type, _group)				\
static inline struct _type *_name(struct config_item *item)		\
{									\
	return container_of(to_config_group(item), struct _type, _group); \
}

TARGET_OF_ITEM(acl_to_nacl, se_node_acl, acl_group)
TARGET_OF_ITEM(attrib_to_nacl, se_node_acl, acl_attrib_group)
TARGET_OF_ITEM(auth_to_nacl, se_node_acl, acl_auth_group)
TARGET_OF_ITEM(param_to_nacl, se_node_acl, acl_param_group)
TARGET_OF_ITEM(to_tpg_np, se_tpg_np, tpg_np_group)
TARGET_OF_ITEM(to_tpg, se_portal_group, tpg_group)
TARGET_OF_ITEM(attrib_to_tpg, se_portal_group, tpg_attrib_group)
TARGET_OF_ITEM(auth_to_tpg, se_portal_group, tpg_auth_group)
TARGET_OF_ITEM(param_to_tpg, se_portal_group, tpg_param_group)

#endif /* TARGET_CORE_FABRIC_H */
