// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions that fabric modules call for commands and sessions, by the
 * names that they know.  Each is a few lines: what it does is elsewhere.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "complete.h"
#include "nexus.h"
#include "sense.h"
#include "session.h"
#include "state.h"
#include "submit.h"
#include "tmf.h"

/* ---------------------------------------------------------- sessions ---- */

/**
 * target_setup_session - make an I_T nexus
 * @se_tpg: target port group
 * @tag_num: commands to allocate in se_session.sess_cmd_map, or 0
 * @tag_size: bytes of each
 * @prot_op: protection operations of the transport
 * @initiatorname: who it is
 * @private: for se_session.fabric_sess_ptr and @callback
 * @callback: called before the session is visible; may refuse it with an errno
 *
 * Context: process; takes the group's mutex.
 * Return: session, to be ended with target_remove_session(); or ERR_PTR:
 * -EACCES if no ACL admits the initiator, -ENOMEM, what @callback said
 */
struct se_session *
target_setup_session(struct se_portal_group *se_tpg, unsigned int tag_num,
		     unsigned int tag_size, enum target_prot_op prot_op,
		     const char *initiatorname, void *private,
		     int (*callback)(struct se_portal_group *se_tpg,
				     struct se_session *se_sess, void *private))
{
	const struct target_nexus_request req = {
		.tag_num = tag_num,
		.tag_size = tag_size,
		.prot_op = prot_op,
		.initiatorname = initiatorname,
		.private = private,
		.callback = callback,
	};

	return target_nexus_make(se_tpg, &req);
}
EXPORT_SYMBOL(target_setup_session);

/**
 * target_remove_session - the nexus is gone
 * @se_sess: session; the caller must not touch it afterwards
 *
 * It is freed when its last command is.
 *
 * Context: process; takes the group's mutex.
 */
void target_remove_session(struct se_session *se_sess)
{
	target_nexus_remove(se_sess);
}
EXPORT_SYMBOL(target_remove_session);

/**
 * target_stop_session - accept no more commands
 * @se_sess: session
 *
 * target_init_cmd() fails from now on.
 *
 * Context: any.
 */
void target_stop_session(struct se_session *se_sess)
{
	target_session_stop(to_sess(se_sess));
}
EXPORT_SYMBOL(target_stop_session);

/**
 * target_wait_for_sess_cmds - wait until a stopped session has no commands
 * @se_sess: session
 *
 * For fabrics that can't let go of a session earlier.  Others call
 * target_session_detach() and wait for nothing.
 *
 * Context: process; as long as the medium takes.
 */
void target_wait_for_sess_cmds(struct se_session *se_sess)
{
	wait_for_completion(&to_sess(se_sess)->drained);
}
EXPORT_SYMBOL(target_wait_for_sess_cmds);

/* ---------------------------------------------------------- commands ---- */

/**
 * __target_init_cmd - initialise a command, and no more
 * @se_cmd: command
 * @tfo: ops of the fabric
 * @se_sess: session
 * @data_length: bytes that the initiator expects to transfer
 * @data_direction: enum dma_data_direction, as the initiator sees it
 * @task_attr: TCM_*_TAG
 * @sense_buffer: TRANSPORT_SENSE_BUFFER bytes
 * @unpacked_lun: LUN
 * @cmd_cnt: unused
 *
 * The command is not counted in its session: for one that the fabric answers
 * itself, with transport_send_check_condition_and_sense().
 *
 * Context: any.
 */
void __target_init_cmd(struct se_cmd *se_cmd,
		       const struct target_core_fabric_ops *tfo,
		       struct se_session *se_sess, u32 data_length,
		       int data_direction, int task_attr,
		       unsigned char *sense_buffer, u64 unpacked_lun,
		       struct target_cmd_counter *cmd_cnt)
{
	struct target_cmd *cmd = to_cmd(se_cmd);

	target_submit_init(cmd, to_sess(se_sess), tfo);
	cmd->expected = data_length;
	se_cmd->data_length = data_length;
	se_cmd->data_direction = data_direction;
	se_cmd->sam_task_attr = task_attr;
	se_cmd->sense_buffer = sense_buffer;
	se_cmd->orig_fe_lun = unpacked_lun;
}
EXPORT_SYMBOL(__target_init_cmd);

static void apply_flags(struct se_cmd *se_cmd, int flags)
{
	if (flags & TARGET_SCF_ACK_KREF) {
		kref_get(&se_cmd->cmd_kref);
		se_cmd->se_cmd_flags |= SCF_ACK_KREF;
	}
	if (flags & TARGET_SCF_BIDI_OP)
		se_cmd->se_cmd_flags |= SCF_BIDI;
	if (flags & TARGET_SCF_USE_CPUID)
		se_cmd->se_cmd_flags |= SCF_USE_CPUID;
	else
		se_cmd->cpuid = raw_smp_processor_id();
	if (flags & TARGET_SCF_UNKNOWN_SIZE)
		to_cmd(se_cmd)->flags |= TARGET_CMD_UNSIZED;
}

/**
 * target_init_cmd - first step of a command: references
 * @se_cmd: command; see struct se_cmd for what must be set
 * @se_sess: session
 * @sense: TRANSPORT_SENSE_BUFFER bytes
 * @unpacked_lun: LUN
 * @data_length: bytes that the initiator expects to transfer
 * @task_attr: TCM_*_TAG
 * @data_dir: enum dma_data_direction, as the initiator sees it
 * @flags: enum target_sc_flags_table
 *
 * Every command that is counted goes on with target_submit_prep() and
 * target_submit(), or ends with target_abandon_cmd().
 *
 * Context: any.
 * Return: 0; -ESHUTDOWN after target_stop_session(), and then the core knows
 * nothing of the command
 */
int target_init_cmd(struct se_cmd *se_cmd, struct se_session *se_sess,
		    unsigned char *sense, u64 unpacked_lun, u32 data_length,
		    int task_attr, int data_dir, int flags)
{
	__target_init_cmd(se_cmd, to_sess(se_sess)->port->tfo, se_sess,
			  data_length, data_dir, task_attr, sense, unpacked_lun,
			  NULL);
	apply_flags(se_cmd, flags);
	return target_submit_count(to_cmd(se_cmd)) ? 0 : -ESHUTDOWN;
}
EXPORT_SYMBOL(target_init_cmd);

/**
 * target_submit_prep - second step: logical unit, CDB, buffers
 * @se_cmd: command
 * @cdb: CDB, as long as its operation code says
 * @sgl: data of the fabric, or NULL for buffers of the core
 * @sgl_count: entries of it
 * @sgl_bidi: data-in buffer of a bidirectional command; not used
 * @sgl_bidi_count: entries of it
 * @sgl_prot: protection information of the fabric, or NULL
 * @sgl_prot_count: entries of it
 * @gfp: how to allocate
 *
 * Context: any that suits @gfp.
 * Return: 0, or an errno if the command has ended: its status was queued, and
 * the core's reference dropped
 */
int target_submit_prep(struct se_cmd *se_cmd, unsigned char *cdb,
		       struct scatterlist *sgl, u32 sgl_count,
		       struct scatterlist *sgl_bidi, u32 sgl_bidi_count,
		       struct scatterlist *sgl_prot, u32 sgl_prot_count,
		       gfp_t gfp)
{
	const struct target_submit_data data = {
		.sgl = sgl_count ? sgl : NULL,
		.nents = sgl_count,
		.prot_sgl = sgl_prot_count ? sgl_prot : NULL,
		.prot_nents = sgl_prot_count,
	};

	return target_submit_parse(to_cmd(se_cmd), cdb, &data, gfp);
}
EXPORT_SYMBOL(target_submit_prep);

/**
 * target_submit - third step: start
 * @se_cmd: command that target_submit_prep() accepted
 *
 * Context: process, if the fabric submits directly (see
 * target_core_fabric_ops.direct_submit_supp); else any.
 * Return: 0
 */
int target_submit(struct se_cmd *se_cmd)
{
	target_submit_start(to_cmd(se_cmd));
	return 0;
}
EXPORT_SYMBOL(target_submit);

/**
 * target_abandon_cmd - give up a command instead of the third step
 * @se_cmd: command that target_init_cmd() counted, that target_submit_prep()
 *	has not ended, and that is not going to be submitted
 *
 * For a fabric that waits for something before it submits, and whose
 * connection ends.  Drops the core's reference; there is no response.  If
 * the command was aborted already, aborted_task() or queue_status() has been
 * called.
 *
 * Context: any that suits release_cmd().
 */
void target_abandon_cmd(struct se_cmd *se_cmd)
{
	struct target_cmd *cmd = to_cmd(se_cmd);

	/* if it fails, this is the reference that the aborter left */
	target_state_move(cmd, TARGET_OWNER_NEW, TARGET_OWNER_RESPONSE);
	target_complete_put(cmd);
}
EXPORT_SYMBOL_GPL(target_abandon_cmd);

/**
 * target_submit_cmd - the three steps in one
 * @se_cmd: command
 * @se_sess: session, which is never stopped
 * @cdb: CDB
 * @sense: TRANSPORT_SENSE_BUFFER bytes
 * @unpacked_lun: LUN
 * @data_length: bytes that the initiator expects to transfer
 * @task_attr: TCM_*_TAG
 * @data_dir: enum dma_data_direction
 * @flags: enum target_sc_flags_table
 *
 * Context: process.
 */
void target_submit_cmd(struct se_cmd *se_cmd, struct se_session *se_sess,
		       unsigned char *cdb, unsigned char *sense,
		       u64 unpacked_lun, u32 data_length, int task_attr,
		       int data_dir, int flags)
{
	int ret = target_init_cmd(se_cmd, se_sess, sense, unpacked_lun,
				  data_length, task_attr, data_dir, flags);

	if (WARN_ONCE(ret, "command for a stopped session\n"))
		return;
	if (!target_submit_prep(se_cmd, cdb, NULL, 0, NULL, 0, NULL, 0,
				GFP_KERNEL))
		target_submit(se_cmd);
}
EXPORT_SYMBOL(target_submit_cmd);

/**
 * target_submit_tmr - a task management function
 * @se_cmd: command
 * @se_sess: session
 * @sense: unused
 * @unpacked_lun: LUN
 * @fabric_tmr_ptr: for se_tmr_req.fabric_tmr_ptr
 * @tm_type: enum tcm_tmreq_table
 * @gfp: unused
 * @tag: tag of the task that ABORT TASK or QUERY TASK names
 * @flags: enum target_sc_flags_table
 *
 * ops->queue_tm_rsp() is called with the answer in se_tmr_req.response.
 *
 * Context: any.
 * Return: 0; -ESHUTDOWN after target_stop_session()
 */
int target_submit_tmr(struct se_cmd *se_cmd, struct se_session *se_sess,
		      unsigned char *sense, u64 unpacked_lun,
		      void *fabric_tmr_ptr, unsigned char tm_type, gfp_t gfp,
		      u64 tag, int flags)
{
	struct target_cmd *cmd = to_cmd(se_cmd);

	__target_init_cmd(se_cmd, to_sess(se_sess)->port->tfo, se_sess, 0,
			  DMA_NONE, TCM_SIMPLE_TAG, sense, unpacked_lun, NULL);
	apply_flags(se_cmd, flags);
	cmd->flags |= TARGET_CMD_TMR;
	cmd->tmr = (struct se_tmr_req) {
		.function = tm_type,
		.ref_task_tag = tag,
		.fabric_tmr_ptr = fabric_tmr_ptr,
	};
	se_cmd->se_tmr_req = &cmd->tmr;
	se_cmd->se_cmd_flags |= SCF_SCSI_TMR_CDB;

	if (!target_submit_count(cmd))
		return -ESHUTDOWN;
	target_submit_lookup(cmd, unpacked_lun);
	target_tmf_start(cmd);
	return 0;
}
EXPORT_SYMBOL(target_submit_tmr);

/**
 * target_execute_cmd - all write data has arrived
 * @se_cmd: command for which write_pending() was called
 *
 * Context: any with interrupts enabled.
 */
void target_execute_cmd(struct se_cmd *se_cmd)
{
	target_submit_data_ready(to_cmd(se_cmd));
}
EXPORT_SYMBOL(target_execute_cmd);

/**
 * transport_generic_request_failure - the transfer of write data failed
 * @se_cmd: command for which write_pending() was called
 * @reason: why
 *
 * Context: any.
 */
void transport_generic_request_failure(struct se_cmd *se_cmd,
				       sense_reason_t reason)
{
	/* which block, if the hardware found its protection information bad */
	if (reason && reason == se_cmd->pi_err)
		target_sense_info(to_cmd(se_cmd), reason, se_cmd->sense_info);
	target_complete(to_cmd(se_cmd), reason);
}
EXPORT_SYMBOL(transport_generic_request_failure);

/**
 * transport_send_check_condition_and_sense - answer a command with CHECK
 *	CONDITION
 * @se_cmd: initialised command that was not submitted
 * @reason: why
 * @from_transport: the sense data is in the buffer already
 *
 * Context: process.
 * Return: what queue_status() said
 */
int transport_send_check_condition_and_sense(struct se_cmd *se_cmd,
					     sense_reason_t reason,
					     int from_transport)
{
	if (se_cmd->se_cmd_flags & SCF_SENT_CHECK_CONDITION)
		return 0;
	se_cmd->se_cmd_flags |= SCF_SENT_CHECK_CONDITION;
	if (!from_transport)
		target_sense_build(to_cmd(se_cmd), reason);
	return se_cmd->se_tfo->queue_status(se_cmd);
}
EXPORT_SYMBOL(transport_send_check_condition_and_sense);

/**
 * target_send_busy - answer BUSY
 * @se_cmd: command that target_init_cmd() refused
 *
 * Context: process.
 * Return: what queue_status() said
 */
int target_send_busy(struct se_cmd *se_cmd)
{
	target_sense_build(to_cmd(se_cmd), TCM_BUSY);
	return se_cmd->se_tfo->queue_status(se_cmd);
}
EXPORT_SYMBOL(target_send_busy);

/**
 * target_put_sess_cmd - drop a reference
 * @se_cmd: command
 *
 * The last one frees the buffers and calls release_cmd().
 *
 * Context: any that suits release_cmd().
 * Return: 1 if it was the last
 */
int target_put_sess_cmd(struct se_cmd *se_cmd)
{
	return kref_put(&se_cmd->cmd_kref, target_complete_release);
}
EXPORT_SYMBOL(target_put_sess_cmd);

/**
 * transport_generic_free_cmd - drop the fabric's reference
 * @se_cmd: command
 * @wait_for_tasks: for fabrics that once had to wait for an abort; aborts
 *	don't take time here
 *
 * Context: any that suits release_cmd().
 * Return: 1 if it was the last
 */
int transport_generic_free_cmd(struct se_cmd *se_cmd, int wait_for_tasks)
{
	return target_put_sess_cmd(se_cmd);
}
EXPORT_SYMBOL(transport_generic_free_cmd);

/* -------------------------------------------------------------- data ---- */

/**
 * target_free_sgl - give pages back
 * @sgl: from target_alloc_sgl()
 * @nents: its entries
 *
 * Context: any.
 */
void target_free_sgl(struct scatterlist *sgl, int nents)
{
	sgl_free_n_order(sgl, nents, 0);
}
EXPORT_SYMBOL(target_free_sgl);

/**
 * target_alloc_sgl - pages for data
 * @sgl: scatterlist
 * @nents: its entries
 * @length: bytes
 * @zero_page: clear them
 * @chainable: one entry more, for a link
 *
 * Context: process.
 * Return: 0 or -ENOMEM
 */
int target_alloc_sgl(struct scatterlist **sgl, unsigned int *nents, u32 length,
		     bool zero_page, bool chainable)
{
	struct scatterlist *table;

	table = sgl_alloc_order(length, 0, chainable,
				zero_page ? GFP_KERNEL | __GFP_ZERO : GFP_KERNEL,
				nents);
	if (!table)
		return -ENOMEM;
	*sgl = table;
	return 0;
}
EXPORT_SYMBOL(target_alloc_sgl);
