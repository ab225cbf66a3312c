/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects that the target core shares with fabric modules.
 *
 * Every struct here has two parts: the members that fabric modules use, by
 * the names that they use, and behind them a part that belongs to the core
 * ("core_private").  Objects that a fabric embeds by value carry that part
 * as an opaque tail whose size the core asserts; objects that a fabric only
 * ever holds by pointer are the first member of a larger private struct.
 */
#ifndef TARGET_CORE_BASE_H
#define TARGET_CORE_BASE_H

#include <linux/completion.h>
#include <linux/configfs.h>
#include <linux/dma-direction.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/sbitmap.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct scatterlist;
struct target_cmd_counter;
struct target_core_fabric_ops;

/* Longest initiator name that an ACL holds, terminating NUL included. */
#define TRANSPORT_IQN_LEN	224
/* Size of the sense buffer that a fabric gives with each command. */
#define TRANSPORT_SENSE_BUFFER	96

/* Task attributes (SAM-5 8.9); vhost and srpt translate from their wire. */
#define TCM_SIMPLE_TAG		0x20
#define TCM_HEAD_TAG		0x21
#define TCM_ORDERED_TAG		0x22
#define TCM_ACA_TAG		0x24

/**
 * enum se_cmd_flags_table - se_cmd.se_cmd_flags
 * @SCF_SUPPORTED_SAM_OPCODE: the CDB was decoded
 * @SCF_TRANSPORT_TASK_SENSE: sense data came from a pass-through device
 * @SCF_EMULATED_TASK_SENSE: sense data was built by the core
 * @SCF_SCSI_DATA_CDB: transfers logical blocks
 * @SCF_SCSI_TMR_CDB: a task management function, not a command
 * @SCF_OVERFLOW_BIT: the CDB asks for more than the initiator expects;
 *	residual_count says how much more
 * @SCF_UNDERFLOW_BIT: less; residual_count says how much less
 * @SCF_SENT_CHECK_CONDITION: a status was already queued
 * @SCF_PASSTHROUGH_SG_TO_MEM_NOALLOC: the fabric owns t_data_sg
 * @SCF_ACK_KREF: the fabric holds a reference of its own
 * @SCF_USE_CPUID: complete on se_cmd.cpuid
 * @SCF_BIDI: transfers in both directions
 */
enum se_cmd_flags_table {
	SCF_SUPPORTED_SAM_OPCODE		= BIT(0),
	SCF_TRANSPORT_TASK_SENSE		= BIT(1),
	SCF_EMULATED_TASK_SENSE			= BIT(2),
	SCF_SCSI_DATA_CDB			= BIT(3),
	SCF_SCSI_TMR_CDB			= BIT(4),
	SCF_OVERFLOW_BIT			= BIT(5),
	SCF_UNDERFLOW_BIT			= BIT(6),
	SCF_SENT_CHECK_CONDITION		= BIT(7),
	SCF_PASSTHROUGH_SG_TO_MEM_NOALLOC	= BIT(8),
	SCF_ACK_KREF				= BIT(9),
	SCF_USE_CPUID				= BIT(10),
	SCF_BIDI				= BIT(11),
};

/**
 * enum transport_state_table - se_cmd.t_state, a mirror of the core's state
 * @TRANSPORT_NO_STATE: not started
 * @TRANSPORT_NEW_CMD: decoded
 * @TRANSPORT_WRITE_PENDING: write_pending() was called, data is awaited
 * @TRANSPORT_PROCESSING: being executed
 * @TRANSPORT_COMPLETE: status is known
 */
enum transport_state_table {
	TRANSPORT_NO_STATE,
	TRANSPORT_NEW_CMD,
	TRANSPORT_WRITE_PENDING,
	TRANSPORT_PROCESSING,
	TRANSPORT_COMPLETE,
};

/* se_cmd.transport_state, a mirror too: read it without a lock. */
#define CMD_T_ABORTED		BIT(0)
#define CMD_T_TAS		BIT(1)

/**
 * enum target_sc_flags_table - flags of target_init_cmd() and its kin
 * @TARGET_SCF_BIDI_OP: data in both directions
 * @TARGET_SCF_ACK_KREF: take a second reference, dropped by the fabric when
 *	the initiator (or its transport) has acknowledged the response
 * @TARGET_SCF_UNKNOWN_SIZE: data_length is unknown: take it from the CDB
 * @TARGET_SCF_USE_CPUID: submit and complete on se_cmd.cpuid
 */
enum target_sc_flags_table {
	TARGET_SCF_BIDI_OP		= BIT(0),
	TARGET_SCF_ACK_KREF		= BIT(1),
	TARGET_SCF_UNKNOWN_SIZE		= BIT(2),
	TARGET_SCF_USE_CPUID		= BIT(3),
};

/**
 * enum target_submit_type - where target_submit() runs a command
 * @TARGET_FABRIC_DEFAULT_SUBMIT: where the fabric's default says
 * @TARGET_DIRECT_SUBMIT: in the caller's context, which may sleep
 * @TARGET_QUEUE_SUBMIT: in a work item of the caller's CPU
 */
enum target_submit_type {
	TARGET_FABRIC_DEFAULT_SUBMIT,
	TARGET_DIRECT_SUBMIT,
	TARGET_QUEUE_SUBMIT,
};

/* Task management functions, SAM-5 clause 7 */
enum tcm_tmreq_table {
	TMR_ABORT_TASK			= 1,
	TMR_ABORT_TASK_SET		= 2,
	TMR_CLEAR_ACA			= 3,
	TMR_CLEAR_TASK_SET		= 4,
	TMR_LUN_RESET			= 5,
	TMR_TARGET_WARM_RESET		= 6,
	TMR_TARGET_COLD_RESET		= 7,
	TMR_I_T_NEXUS_RESET		= 8,
	TMR_QUERY_TASK			= 9,
	TMR_QUERY_TASK_SET		= 10,
	TMR_QUERY_ASYNC_EVENT		= 11,
	/* iSCSI only; answered by the fabric, the core refuses it */
	TMR_LUN_RESET_PRO		= 0x80,
	TMR_UNKNOWN			= 0xff,
};

/* Service responses of task management functions, SAM-5 table 48 */
enum tcm_tmrsp_table {
	TMR_FUNCTION_COMPLETE			= 1,
	TMR_TASK_DOES_NOT_EXIST			= 2,
	TMR_LUN_DOES_NOT_EXIST			= 3,
	TMR_TASK_STILL_ALLEGIANT		= 4,
	TMR_TASK_FAILOVER_NOT_SUPPORTED		= 5,
	TMR_TASK_MGMT_FUNCTION_NOT_SUPPORTED	= 6,
	TMR_FUNCTION_AUTHORIZATION_FAILED	= 7,
	TMR_FUNCTION_SUCCEEDED			= 8,
	TMR_FUNCTION_REJECTED			= 254,
	TMR_FUNCTION_FAILED			= 255,
};

/* Why a command ended badly: a closed set, turned into sense by one table. */
typedef unsigned int __bitwise sense_reason_t;

#define TCM_REASON(n)	((__force sense_reason_t)(n))
enum tcm_sense_reason_table {
	TCM_NO_SENSE				= TCM_REASON(0x00),
	TCM_NON_EXISTENT_LUN			= TCM_REASON(0x01),
	TCM_UNSUPPORTED_SCSI_OPCODE		= TCM_REASON(0x02),
	TCM_INCORRECT_AMOUNT_OF_DATA		= TCM_REASON(0x03),
	TCM_UNEXPECTED_UNSOLICITED_DATA		= TCM_REASON(0x04),
	TCM_SERVICE_CRC_ERROR			= TCM_REASON(0x05),
	TCM_SNACK_REJECTED			= TCM_REASON(0x06),
	TCM_SECTOR_COUNT_TOO_MANY		= TCM_REASON(0x07),
	TCM_INVALID_CDB_FIELD			= TCM_REASON(0x08),
	TCM_INVALID_PARAMETER_LIST		= TCM_REASON(0x09),
	TCM_LOGICAL_UNIT_COMMUNICATION_FAILURE	= TCM_REASON(0x0a),
	TCM_UNKNOWN_MODE_PAGE			= TCM_REASON(0x0b),
	TCM_WRITE_PROTECTED			= TCM_REASON(0x0c),
	TCM_CHECK_CONDITION_ABORT_CMD		= TCM_REASON(0x0d),
	TCM_CHECK_CONDITION_UNIT_ATTENTION	= TCM_REASON(0x0e),
	TCM_RESERVATION_CONFLICT		= TCM_REASON(0x0f),
	TCM_ADDRESS_OUT_OF_RANGE		= TCM_REASON(0x10),
	TCM_OUT_OF_RESOURCES			= TCM_REASON(0x11),
	TCM_PARAMETER_LIST_LENGTH_ERROR		= TCM_REASON(0x12),
	TCM_MISCOMPARE_VERIFY			= TCM_REASON(0x13),
	TCM_LOGICAL_BLOCK_GUARD_CHECK_FAILED	= TCM_REASON(0x14),
	TCM_LOGICAL_BLOCK_APP_TAG_CHECK_FAILED	= TCM_REASON(0x15),
	TCM_LOGICAL_BLOCK_REF_TAG_CHECK_FAILED	= TCM_REASON(0x16),
	TCM_COPY_TARGET_DEVICE_NOT_REACHABLE	= TCM_REASON(0x17),
	TCM_TOO_MANY_TARGET_DESCS		= TCM_REASON(0x18),
	TCM_UNSUPPORTED_TARGET_DESC_TYPE_CODE	= TCM_REASON(0x19),
	TCM_TOO_MANY_SEGMENT_DESCS		= TCM_REASON(0x1a),
	TCM_UNSUPPORTED_SEGMENT_DESC_TYPE_CODE	= TCM_REASON(0x1b),
	TCM_INSUFFICIENT_REGISTRATION_RESOURCES	= TCM_REASON(0x1c),
	TCM_LUN_BUSY				= TCM_REASON(0x1d),
	TCM_INVALID_FIELD_IN_COMMAND_IU		= TCM_REASON(0x1e),
	TCM_ALUA_TG_PT_STANDBY			= TCM_REASON(0x1f),
	TCM_ALUA_TG_PT_UNAVAILABLE		= TCM_REASON(0x20),
	TCM_ALUA_STATE_TRANSITION		= TCM_REASON(0x21),
	TCM_ALUA_OFFLINE			= TCM_REASON(0x22),
	/* the medium, by what the backstore says of it */
	TCM_MEDIUM_READ_ERROR			= TCM_REASON(0x23),
	TCM_MEDIUM_WRITE_ERROR			= TCM_REASON(0x24),
	TCM_SPACE_ALLOCATION_FAILED		= TCM_REASON(0x25),
	TCM_TRANSPORT_PROBLEM			= TCM_REASON(0x26),
	TCM_TARGET_FAILURE			= TCM_REASON(0x27),
	TCM_NOT_READY_CAUSE_NOT_REPORTABLE	= TCM_REASON(0x28),
	TCM_NOT_READY_BECOMING_READY		= TCM_REASON(0x29),
	TCM_NOT_READY_STOPPED			= TCM_REASON(0x2a),
	TCM_NOT_READY_FORMATTING		= TCM_REASON(0x2b),
	TCM_SAVING_PARAMETERS_NOT_SUPPORTED	= TCM_REASON(0x2c),
	TCM_INVALID_RELEASE_OF_RESERVATION	= TCM_REASON(0x2d),
	TCM_COMMAND_SEQUENCE_ERROR		= TCM_REASON(0x2e),
	TCM_DATA_PHASE_ERROR			= TCM_REASON(0x2f),
	TCM_ABORTED_BY_ANOTHER			= TCM_REASON(0x30),
	TCM_BUSY				= TCM_REASON(0x31),
	TCM_TASK_SET_FULL			= TCM_REASON(0x32),
	TCM_TASK_ABORTED			= TCM_REASON(0x33),
	/* block commands */
	TCM_ORWRITE_GENERATION			= TCM_REASON(0x34),
	TCM_NOT_READY_SANITIZING		= TCM_REASON(0x35),
	TCM_SANITIZE_FAILED			= TCM_REASON(0x36),
	TCM_FORMAT_FAILED			= TCM_REASON(0x37),
	TCM_SELF_TEST_FAILED			= TCM_REASON(0x38),
	/* reservations */
	TCM_RESERVATIONS_LOST			= TCM_REASON(0x39),
	/* access states */
	TCM_SET_TARGET_PORT_GROUPS_FAILED	= TCM_REASON(0x3a),
	/* task sets */
	TCM_ACA_ACTIVE				= TCM_REASON(0x3b),
	TCM_INVALID_TASK_ATTRIBUTE		= TCM_REASON(0x3c),
	/* third-party copy */
	TCM_COPY_UNREACHABLE			= TCM_REASON(0x3d),
	TCM_COPY_DEVICE_FAILURE			= TCM_REASON(0x3e),
	TCM_COPY_DEVICE_TYPE			= TCM_REASON(0x3f),
	TCM_COPY_INEXACT_SEGMENT		= TCM_REASON(0x40),
	TCM_COPY_STOPPED			= TCM_REASON(0x41),
	TCM_COPY_IN_PROGRESS			= TCM_REASON(0x42),
	TCM_COPY_INLINE_DATA			= TCM_REASON(0x43),
	TCM_TOKEN_RESOURCES			= TCM_REASON(0x44),
	TCM_TOKEN_TYPE				= TCM_REASON(0x45),
	TCM_TOKEN_UNKNOWN			= TCM_REASON(0x46),
	TCM_TOKEN_CORRUPT			= TCM_REASON(0x47),
	TCM_TOKEN_REVOKED			= TCM_REASON(0x48),
	TCM_TOKEN_EXPIRED			= TCM_REASON(0x49),
	TCM_TOKEN_LENGTH			= TCM_REASON(0x4a),
	/* protection information that is not what a comparison expects */
	TCM_MISCOMPARE_GUARD			= TCM_REASON(0x4b),
	TCM_MISCOMPARE_APP_TAG			= TCM_REASON(0x4c),
	TCM_MISCOMPARE_REF_TAG			= TCM_REASON(0x4d),
	/* a command that did what it should, and a failure that is predicted */
	TCM_PREDICTED_RECOVERED			= TCM_REASON(0x4e),
	TCM_PREDICTED_NO_SENSE			= TCM_REASON(0x4f),
	TCM_FORMAT_CORRUPTED			= TCM_REASON(0x50),
	TCM_STREAM_NOT_OPEN			= TCM_REASON(0x51),
	TCM_STREAMS_ALL_OPEN			= TCM_REASON(0x52),
};

#define TCM_SENSE_REASON_COUNT		0x53

/* What an HBA does with protection information on the wire (SPC-5, SBC-4) */
enum target_prot_op {
	TARGET_PROT_NORMAL	= 0,
	TARGET_PROT_DIN_INSERT	= BIT(0),
	TARGET_PROT_DOUT_INSERT	= BIT(1),
	TARGET_PROT_DIN_STRIP	= BIT(2),
	TARGET_PROT_DOUT_STRIP	= BIT(3),
	TARGET_PROT_DIN_PASS	= BIT(4),
	TARGET_PROT_DOUT_PASS	= BIT(5),
};

#define TARGET_PROT_ALL							\
	(TARGET_PROT_DIN_INSERT | TARGET_PROT_DIN_STRIP |		\
	 TARGET_PROT_DIN_PASS | TARGET_PROT_DOUT_INSERT |		\
	 TARGET_PROT_DOUT_STRIP | TARGET_PROT_DOUT_PASS)

enum target_prot_type {
	TARGET_DIF_TYPE0_PROT,
	TARGET_DIF_TYPE1_PROT,
	TARGET_DIF_TYPE2_PROT,
	TARGET_DIF_TYPE3_PROT,
};

enum target_core_dif_check {
	TARGET_DIF_CHECK_GUARD	= BIT(0),
	TARGET_DIF_CHECK_APPTAG	= BIT(1),
	TARGET_DIF_CHECK_REFTAG	= BIT(2),
};

/**
 * struct se_tmr_req - one task management function
 * @function: enum tcm_tmreq_table
 * @response: enum tcm_tmrsp_table, valid when queue_tm_rsp() is called
 * @ref_task_tag: se_cmd.tag of the task that ABORT TASK and QUERY TASK name
 * @fabric_tmr_ptr: for the fabric
 */
struct se_tmr_req {
	u8		function;
	u8		response;
	u64		ref_task_tag;
	void		*fabric_tmr_ptr;
};

/* Size of the core's part of a command, in 8-byte words. */
#define TARGET_CMD_PRIVATE_WORDS	120

/**
 * struct se_cmd - a SCSI command or task management function of a fabric
 * @tag: task tag, unique in the session while the command lives [F]
 * @map_tag: index in se_session.sess_tag_pool [F]
 * @map_cpu: CPU hint of that tag [F]
 * @cpuid: CPU to run on, with TARGET_SCF_USE_CPUID [F]
 * @prot_pto: the initiator transfers protection information [F]
 * @sam_task_attr: TCM_*_TAG
 * @data_direction: as the initiator sees it: DMA_TO_DEVICE is a write
 * @data_length: bytes to transfer, after residual handling
 * @residual_count: bytes that are not, with SCF_OVERFLOW_BIT or
 *	SCF_UNDERFLOW_BIT
 * @scsi_status: SAM status code
 * @scsi_sense_length: valid bytes in @sense_buffer
 * @sense_buffer: TRANSPORT_SENSE_BUFFER bytes of the fabric
 * @se_cmd_flags: enum se_cmd_flags_table
 * @transport_state: CMD_T_* mirror
 * @t_state: enum transport_state_table mirror
 * @cmd_kref: one for the core, one more with TARGET_SCF_ACK_KREF
 * @se_sess: session it came by
 * @se_dev: logical unit, NULL before lookup or if there is none
 * @se_tfo: ops of the fabric, NULL until initialised
 * @se_tmr_req: NULL for a SCSI command
 * @orig_fe_lun: LUN as the initiator sent it
 * @t_task_cdb: CDB
 * @t_task_lba: first logical block address
 * @t_data_sg: data; flat array, one page an entry unless the fabric set
 *	target_core_fabric_ops.lent_pages
 * @t_data_nents: entries of it
 * @t_prot_sg: protection information
 * @t_prot_nents: entries of it
 * @prot_op: what the fabric's hardware is to do with it
 * @prot_type: DIF type
 * @prot_checks: enum target_core_dif_check
 * @reftag_seed: first reference tag
 * @pi_err: result of the hardware's check [F]
 * @sense_info: INFORMATION field of the sense data, with @pi_err [F]
 * @core_private: the core's
 *
 * Members marked [F] are written by the fabric and survive
 * target_init_cmd(), before which the fabric may leave the rest as it is:
 * the core sets what it uses.
 */
struct se_cmd {
	u64				tag;
	int				map_tag;
	int				map_cpu;
	int				cpuid;
	bool				prot_pto;
	u8				scsi_status;
	u16				scsi_sense_length;
	int				sam_task_attr;
	enum dma_data_direction		data_direction;
	u32				data_length;
	u32				residual_count;
	u32				se_cmd_flags;
	unsigned int			transport_state;
	enum transport_state_table	t_state;
	struct kref			cmd_kref;
	void				*sense_buffer;
	struct se_session		*se_sess;
	struct se_device		*se_dev;
	const struct target_core_fabric_ops *se_tfo;
	struct se_tmr_req		*se_tmr_req;
	u64				orig_fe_lun;
	unsigned char			*t_task_cdb;
	unsigned long long		t_task_lba;
	struct scatterlist		*t_data_sg;
	struct scatterlist		*t_prot_sg;
	unsigned int			t_data_nents;
	unsigned int			t_prot_nents;
	enum target_prot_op		prot_op;
	enum target_prot_type		prot_type;
	u8				prot_checks;
	u32				reftag_seed;
	sense_reason_t			pi_err;
	u64				sense_info;

	u64				core_private[TARGET_CMD_PRIVATE_WORDS];
};

/**
 * struct se_node_acl - what one initiator may do at a target port group
 * @initiatorname: its name, NUL-terminated
 * @se_tpg: the group
 * @queue_depth: commands that a session may have under way
 * @acl_index: number for the SCSI MIB
 * @dynamic_node_acl: made by demo mode, not by an administrator
 * @acl_tag: label that an administrator gave it
 * @acl_group: directory acls/NAME
 * @acl_attrib_group: its attrib/
 * @acl_auth_group: its auth/
 * @acl_param_group: its param/
 * @acl_fabric_stat_group: its fabric_statistics/
 * @core_private: the core's
 *
 * A fabric with target_core_fabric_ops.node_acl_size makes this the first
 * member of a struct of its own.
 */
struct se_node_acl {
	char				initiatorname[TRANSPORT_IQN_LEN];
	struct se_portal_group		*se_tpg;
	u32				queue_depth;
	u32				acl_index;
	bool				dynamic_node_acl;
	char				acl_tag[64];
	struct config_group		acl_group;
	struct config_group		acl_attrib_group;
	struct config_group		acl_auth_group;
	struct config_group		acl_param_group;
	struct config_group		acl_fabric_stat_group;

	u64				core_private[16];
};

/**
 * struct se_session - an I_T nexus
 * @fabric_sess_ptr: the fabric's own session
 * @se_node_acl: whose it is
 * @se_tpg: where it is
 * @sup_prot_ops: protection operations of the transport
 * @sess_list: in se_portal_group.tpg_sess_list
 * @sess_cmd_map: num_tags elements of the fabric's command type
 * @sess_tag_pool: tags of them
 * @cmd_cnt: counter of commands under way
 */
struct se_session {
	void				*fabric_sess_ptr;
	struct se_node_acl		*se_node_acl;
	struct se_portal_group		*se_tpg;
	enum target_prot_op		sup_prot_ops;
	struct list_head		sess_list;
	void				*sess_cmd_map;
	struct sbitmap_queue		sess_tag_pool;
	struct target_cmd_counter	*cmd_cnt;
};

/**
 * struct se_lun - a logical unit's place at a target port group
 * @unpacked_lun: its number there
 * @link: in se_portal_group.tpg_lun_hlist
 * @lun_se_dev: the logical unit, NULL while nothing is linked
 */
struct se_lun {
	u64				unpacked_lun;
	struct hlist_node		link;
	struct se_device __rcu		*lun_se_dev;
};

/**
 * struct se_dev_attrib - what fabrics read of a logical unit's attributes
 * @block_size: bytes a logical block
 */
struct se_dev_attrib {
	u32				block_size;
};

/**
 * struct se_device - a logical unit
 * @dev_attrib: see there
 */
struct se_device {
	struct se_dev_attrib		dev_attrib;
};

/**
 * struct se_tpg_np - a network portal of a target port group
 * @tpg_np_parent: the group
 * @tpg_np_group: directory np/ADDRESS
 */
struct se_tpg_np {
	struct se_portal_group		*tpg_np_parent;
	struct config_group		tpg_np_group;
};

/**
 * struct se_portal_group - a target port (group) of a fabric
 * @proto_id: SCSI protocol identifier (SPC-5 table 441), or negative for a
 *	group that no initiator sees
 * @enabled: it admits initiators
 * @se_tpg_wwn: the target
 * @se_tpg_tfo: ops of the fabric
 * @tpg_lun_mutex: guards @tpg_lun_hlist; what a LUN is linked to is read under RCU
 * @tpg_lun_hlist: struct se_lun.link; walk with the mutex or RCU
 * @session_lock: guards @tpg_sess_list
 * @tpg_sess_list: struct se_session.sess_list
 * @tpg_group: directory tpgt_N
 * @tpg_lun_group: its lun/
 * @tpg_np_group: its np/
 * @tpg_acl_group: its acls/
 * @tpg_attrib_group: its attrib/
 * @tpg_auth_group: its auth/
 * @tpg_param_group: its param/
 * @core_private: the core's
 */
struct se_portal_group {
	int				proto_id;
	bool				enabled;
	struct se_wwn			*se_tpg_wwn;
	const struct target_core_fabric_ops *se_tpg_tfo;
	struct mutex			tpg_lun_mutex;	/* what: see above */
	struct hlist_head		tpg_lun_hlist;
	spinlock_t			session_lock;	/* what: see above */
	struct list_head		tpg_sess_list;
	struct config_group		tpg_group;
	struct config_group		tpg_lun_group;
	struct config_group		tpg_np_group;
	struct config_group		tpg_acl_group;
	struct config_group		tpg_attrib_group;
	struct config_group		tpg_auth_group;
	struct config_group		tpg_param_group;

	u64				core_private[32];
};

/**
 * struct se_wwn - a target of a fabric
 * @wwn_tf: the fabric
 * @priv: for the fabric
 * @wwn_group: directory WWN
 * @fabric_stat_group: its fabric_statistics/
 * @param_group: its param/
 * @cmd_compl_affinity: CPU to complete commands on, or
 *	SE_COMPL_AFFINITY_CPUID or SE_COMPL_AFFINITY_CURR_CPU
 * @core_ports: the core's, of its target port groups
 */
struct se_wwn {
	struct target_fabric_configfs	*wwn_tf;
	void				*priv;
	struct config_group		wwn_group;
	struct config_group		fabric_stat_group;
	struct config_group		param_group;
	int				cmd_compl_affinity;
	struct hlist_head		core_ports;
};

/* Complete on the CPU that submitted (the default), or wherever it happens */
#define SE_COMPL_AFFINITY_CPUID		(-1)
#define SE_COMPL_AFFINITY_CURR_CPU	(-2)

#endif /* TARGET_CORE_BASE_H */
