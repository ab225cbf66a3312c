/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The target core's own objects.  Nobody outside drivers/target/core, emul
 * and configfs includes this; fabrics and backstores see include/target.
 *
 * Objects and who holds whom (an arrow is a counted reference):
 *
 *	target_hba <- target_dev <- target_link -> target_lun -> target_port
 *	                              ^
 *	target_acl <- target_sess --target_itl
 *
 * target_port, target_lun, target_acl, target_dev: made by an administrator.
 * target_link: a LUN's tie to a logical unit, from ln -s until no command
 * uses it.  target_sess: an I_T nexus.  target_itl: an I_T_L nexus, what a
 * session sees at one LUN.  A command holds its session and its link by
 * per-CPU references, and with them its target_itl and its target_dev.
 */
#ifndef TARGET_OBJECTS_H
#define TARGET_OBJECTS_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/percpu-refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/u64_stats_sync.h>
#include <linux/uuid.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <target/target_core_backend.h>
#include <target/target_core_base.h>
#include <target/target_core_fabric.h>
#include "ident.h"
#include "protection.h"
#include "task_set.h"
#include "transport_id.h"
#include "watch.h"

struct target_dev;
struct target_emul;
struct target_itl;
struct target_lba_map;
struct target_lu_group;
struct target_sess;
struct target_tp_group;

/* ------------------------------------------------------------------ LU -- */

/**
 * enum target_slow - target_dev.slow: why a command may not take the fast way
 * @TARGET_SLOW_ORDERED: an ORDERED command waits or runs (order.c)
 * @TARGET_SLOW_RANGE: ranges are locked (range.c)
 * @TARGET_SLOW_RESV: somebody holds a reservation (emul/resv_lu.c)
 * @TARGET_SLOW_ALUA: an access state is not active/optimized (emul/alua.c)
 * @TARGET_SLOW_STOPPED: stopped, dead, being formatted (emul/access.c)
 * @TARGET_SLOW_ACA: an ACA condition blocks a task set (aca.c)
 * @TARGET_SLOW_TOKEN: there are ROD tokens of it (emul/copy_token.c)
 */
enum target_slow {
	TARGET_SLOW_ORDERED,
	TARGET_SLOW_RANGE,
	TARGET_SLOW_RESV,
	TARGET_SLOW_ALUA,
	TARGET_SLOW_STOPPED,
	TARGET_SLOW_ACA,
	TARGET_SLOW_TOKEN,
};

/*
 * struct target_attribs - what an administrator sets of a logical unit
 *
 * Written by attrib.c only, one aligned store a member; read anywhere.
 */
struct target_attribs {
	u32	block_size;
	u32	queue_depth;
	u32	optimal_sectors;
	u32	max_unmap_lba_count;
	u32	max_unmap_block_desc_count;
	u32	unmap_granularity;
	u32	unmap_granularity_alignment;
	u32	max_write_same_len;
	u32	emulate_ua_intlck_ctrl;
	u32	pi_prot_type;
	u8	submit_type;
	bool	emulate_model_alias;
	bool	emulate_dpo;
	bool	emulate_fua_write;
	bool	emulate_fua_read;
	bool	emulate_write_cache;
	bool	emulate_tas;
	bool	emulate_tpu;
	bool	emulate_tpws;
	bool	emulate_caw;
	bool	emulate_3pc;
	bool	emulate_pr;
	bool	emulate_rsoc;
	bool	emulate_rest_reord;
	bool	alua_support;
	bool	pgr_support;
	bool	enforce_pr_isids;
	bool	force_pr_aptpl;
	bool	is_nonrot;
	bool	unmap_zeroes_data;
	bool	pi_prot_verify;
	bool	vpd_eui64;
	bool	vpd_uuid;
};

/**
 * struct target_ranges - locked ranges of a logical unit (range.c)
 * @lock: guards the rest; taken in any context
 * @locked: struct target_range that are held
 * @waiting: those that wait, oldest first
 */
struct target_ranges {
	spinlock_t		lock;	/* what: see above */
	struct list_head	locked;
	struct list_head	waiting;
};

/**
 * struct target_range - a lock on logical blocks, inside its command
 * @node: in target_ranges.locked or .waiting
 * @lba: first block
 * @blocks: how many
 * @ended: the command has ended [L target_ranges.lock]
 * @granted: called with target_ranges.lock held when a waiting range was
 *	granted: it queues a work item and no more
 */
struct target_range {
	struct list_head	node;
	u64			lba;
	u64			blocks;
	bool			ended;
	void			(*granted)(struct target_range *range);
};

/**
 * struct target_delays - commands of a logical unit that wait (delay.c)
 * @lock: guards @cmds; taken in any context
 * @cmds: target_cmd.wait_node, the next one first
 * @timer: when it is due
 */
struct target_delays {
	spinlock_t		lock;	/* what: see above */
	struct list_head	cmds;
	struct timer_list	timer;
};

/**
 * enum target_dev_state - life of a logical unit
 * @TARGET_DEV_NEW: directory made, options may be given
 * @TARGET_DEV_OPENING: being enabled
 * @TARGET_DEV_OPEN: enabled
 */
enum target_dev_state {
	TARGET_DEV_NEW,
	TARGET_DEV_OPENING,
	TARGET_DEV_OPEN,
};

/**
 * struct target_dev - a logical unit
 * @se: public part
 * @slow: bits of enum target_slow; zero on the fast path [A]
 * @orphans: aborted commands that nobody in the core has let go of yet [A]
 * @nr_blocks: capacity in logical blocks [A]
 * @block_shift: log2 of the logical block length [O]
 * @d_sense: sense data in descriptor format (control mode page) [A]
 * @qerr: QERR of the control mode page [A]
 * @tmf_only: TMF_ONLY likewise [A]
 * @attr: attributes [A]
 * @attr_given: rows of attrib.c that an administrator wrote [M]
 * @options_given: rows of the backstore's options that were written [M]
 * @backend: medium [O]
 * @emul: state of the emulation, made by emul/events.c [I]
 * @order: ORDERED commands
 * @ranges: locked ranges
 * @itl_lock: guards @itls, @itl_seq and @base; taken in any context
 * @itls: I_T_L nexuses, oldest first: target_itl.dev_node [L itl_lock]
 * @itl_seq: @seq of the youngest [L itl_lock]
 * @mutex: guards configuration; process context
 * @state: life [M]
 * @opened: the medium is open; set under devices_lock too [M]
 * @dead: the medium is gone for good [A]
 * @limits: what the medium can do, as of the last refresh [M]
 * @ident: who it is; its serial number, under devices_lock too [M]
 * @claim: serial number that it is about to get [devices_lock in device.c]
 * @alias: a label [M]
 * @watch: who wants to hear of changed reservations
 * @links: target_link.dev_node [M]
 * @nr_links: how many; exported if not 0 [M]
 * @hba: its directory's parent [I]
 * @name: its directory's name [I]
 * @index: number for the SCSI MIB [I]
 * @created: jiffies [I]
 * @base: statistics of nexuses that are gone [L itl_lock]
 * @resets: LUN RESETs [A]
 * @aborts_complete: ABORT TASKs that found their task [A]
 * @aborts_no_task: those that did not [A]
 * @read_errors: commands that the medium could not be read for [A]
 * @write_errors: those that it could not be written for [A]
 * @other_errors: those that ended with a fault that is not the medium's [A]
 * @uses: one for the directory, one for each link
 * @kref: the memory: one for @uses, one for who waits for @closed
 * @free_work: closes the medium after the last use
 * @closed: completed when the medium was closed
 * @hba_node: in target_hba.devs
 * @lu_group: ALUA logical unit group (lu_group.c)
 * @lu_node: in target_lu_group.members
 * @tp_groups: its target port groups: target_tp_group.node (tp_group.c) [M]
 * @tp_default: the one that LUNs start in [I]
 * @tp_types: access types of those that have LUNs, TPGS of INQUIRY [A]
 * @lba_map: states that depend on the block (lba_map.c) [M, RCU to read]
 * @delays: commands that wait (delay.c)
 * @protection: protection information (protection.c)
 * @flushes: flushes that are under way, of no command; begun under @mutex (flush.c)
 *	or by a command (emul/immed.c) [A]
 * @losses: flushes that failed for good (loss.c) [A]
 *
 * [A] atomic or one aligned word, [I] constant, [O] constant while open,
 * [M] under @mutex.
 */
struct target_dev {
	struct se_device	se;
	unsigned long		slow;
	atomic_t		orphans;
	u64			nr_blocks;
	unsigned int		block_shift;
	bool			d_sense;
	u8			qerr;
	bool			tmf_only;
	struct target_attribs	attr;
	u64			attr_given;
	u64			options_given;
	struct target_backend	*backend;
	struct target_emul	*emul;

	struct target_order	order ____cacheline_aligned_in_smp;
	struct target_ranges	ranges;

	spinlock_t		itl_lock;	/* what: see above */
	struct list_head	itls;
	u64			itl_seq;

	struct mutex		mutex;	/* what: see above */
	enum target_dev_state	state;
	bool			opened;
	bool			dead;
	struct target_limits	limits;
	struct target_ident	ident;
	const char		*claim;
	char			alias[512];
	struct target_watch	watch;
	struct list_head	links;
	unsigned int		nr_links;
	struct target_hba	*hba;
	const char		*name;
	u32			index;
	unsigned long		created;
	struct target_totals {
		u64		cmds;
		u64		reads;
		u64		writes;
		u64		read_bytes;
		u64		write_bytes;
		u64		read_time;
		u64		write_time;
	} base;
	atomic_long_t		resets;
	atomic_long_t		aborts_complete;
	atomic_long_t		aborts_no_task;
	atomic_long_t		read_errors;
	atomic_long_t		write_errors;
	atomic_long_t		other_errors;
	struct kref		uses;
	struct kref		kref;
	struct work_struct	free_work;
	struct completion	closed;
	struct list_head	hba_node;
	struct target_lu_group	*lu_group;
	struct list_head	lu_node;
	struct list_head	tp_groups;
	struct target_tp_group	*tp_default;
	u8			tp_types;
	struct target_lba_map __rcu *lba_map;
	struct target_delays	delays;
	struct target_protection protection;
	atomic_t		flushes;
	atomic_t		losses;
};

static inline u32 target_dev_block_size(const struct target_dev *dev)
{
	return 1U << dev->block_shift;
}

/* MEDIUM ROTATION RATE (SBC-4 table 241): 1 for none, 0 for unknown */
static inline u16 target_dev_rotation(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.is_nonrot) ? 1 :
						READ_ONCE(dev->limits.rotation);
}

/**
 * struct target_hba - a core/NAME_N directory
 * @ops: kind of backstore; its module is held
 * @plugin_index: N
 * @index: number for the SCSI MIB
 * @mutex: guards @devs
 * @devs: target_dev.hba_node
 * @kref: one for the directory, one for each logical unit
 */
struct target_hba {
	const struct target_backend_ops	*ops;
	u32			plugin_index;
	u32			index;
	struct mutex		mutex;	/* what: see above */
	struct list_head	devs;
	struct kref		kref;
};

/* --------------------------------------------------------------- ports -- */

/**
 * struct target_fabric_configfs - a fabric's directory
 * @tf_ops: its ops, with defaults for what it left out
 *
 * configfs/fabric.c embeds it; fabrics only pass it on.
 */
struct target_fabric_configfs {
	const struct target_core_fabric_ops	*tf_ops;
};

/**
 * struct target_port - a target port group, the core's part
 * @se_tpg: public part, NULL after core_tpg_deregister() [M]
 * @tfo: the fabric's ops; the module is held by those who may call it [I]
 * @name: target port name [I]
 * @tag: target port group tag [I]
 * @rtpi: relative target port identifier, 0 if none yet [M]
 * @rtpi_manual: given by an administrator [M]
 * @enabled_first: the fabric made it enabled [I]
 * @proto_id: SCSI protocol identifier [I]
 * @completion_cpu: its target's se_wwn.cmd_compl_affinity [A]
 * @wwn_node: in se_wwn.core_ports [affinity_lock in tpg.c]
 * @mutex: guards the tables and every change of what a session sees; process
 *	context.  se_portal_group.tpg_lun_mutex is another one, inside of it
 * @enable_lock: one change of "enabled" and of @rtpi at a time; process context,
 *	outside of @mutex
 * @luns: number -> target_lun [M for changes, RCU to read]
 * @acls: name -> target_acl [M]
 * @acl_list: target_acl.port_node [M]
 * @nr_acls: how many
 * @kref: holders: directory, sessions, LUNs
 */
struct target_port {
	struct se_portal_group	*se_tpg;
	const struct target_core_fabric_ops *tfo;
	char			*name;
	u16			tag;
	u16			rtpi;
	bool			rtpi_manual;
	bool			enabled_first;
	int			proto_id;
	int			completion_cpu;
	struct hlist_node	wwn_node;
	struct mutex		mutex;	/* what: see above */
	struct mutex		enable_lock;	/* what: see above */
	struct xarray		luns;
	struct rhashtable	acls;
	struct list_head	acl_list;
	unsigned int		nr_acls;
	struct kref		kref;
};

static inline struct target_port *to_port(struct se_portal_group *se_tpg)
{
	return (struct target_port *)(uintptr_t)READ_ONCE(se_tpg->core_private[0]);
}

/**
 * struct target_tp_member - a link in a target port group (tp_member.c)
 * @group: group of the logical unit, NULL once it is unlinked
 * @node: in target_tp_group.members
 * @status: why the secondary access state is what it is, 0 to 2
 * @offline: the secondary access state is offline
 * @write_metadata: keep the secondary state in a file
 * @access: enum target_tp_state, as commands see it [A]
 * @type: access type of the group [A]
 * @id: identifier of the group [A]
 * @delay_msecs: of commands while active/non-optimized [A]
 *
 * [A] one aligned word, read anywhere; tp_transition.c writes it.  After the
 * unlink it stays as it was, for the commands that came before.
 */
struct target_tp_member {
	struct target_tp_group	*group;
	struct list_head	node;
	u8			status;
	bool			offline;
	bool			write_metadata;
	u8			access;
	u8			type;
	u16			id;
	u16			delay_msecs;
};

/**
 * struct target_lun - a lun_N directory of a target port group
 * @se: public part
 * @port: the group
 * @link: its logical unit, NULL while nothing is linked [port->mutex]
 * @index: number for the SCSI MIB
 * @base: statistics of nexuses that are gone [port->mutex]
 * @file_lock: one change of the file of its secondary state at a time (tp_member.c);
 *	process context, held while that file is read or written
 * @kref: one for the directory, one for each link and mapping
 * @rcu: frees it when nobody can be walking over it
 */
struct target_lun {
	struct se_lun		se;
	struct target_port	*port;
	struct target_link	*link;
	u32			index;
	struct target_totals	base;
	struct mutex		file_lock;	/* what: see above */
	struct kref		kref;
	struct rcu_head		rcu;
};

/**
 * struct target_link - a LUN's tie to a logical unit
 * @ref: every command on it, and who changes @tp; killed by unlink
 * @lun: the LUN
 * @dev: the logical unit
 * @tp: target port group that it is in, and its secondary state [dev->mutex]
 * @itls: target_itl.link_node [port->mutex]
 * @told: the fabric knows of it, and will be told of its end
 * @dev_node: in target_dev.links [dev->mutex]
 * @free_work: after the last command
 * @rcu: frees it when nobody can be walking over it
 */
struct target_link {
	struct percpu_ref	ref;
	struct target_lun	*lun;
	struct target_dev	*dev;
	struct target_tp_member	tp;
	struct list_head	itls;
	bool			told;
	struct list_head	dev_node;
	struct work_struct	free_work;
	struct rcu_head		rcu;
};

/**
 * struct target_map - a LUN that an ACL maps: acls/NAME/lun_N
 * @acl: whose
 * @lun: which
 * @mapped_lun: under which number
 * @read_only: write_protect file
 * @index: number for the SCSI MIB
 * @created: jiffies
 * @base: statistics of nexuses that are gone
 *
 * All under port->mutex.
 */
struct target_map {
	struct target_acl	*acl;
	struct target_lun	*lun;
	u64			mapped_lun;
	bool			read_only;
	u32			index;
	unsigned long		created;
	struct target_totals	base;
};

/**
 * struct target_acl - the core's part of struct se_node_acl
 * @se: public part, with the fabric's behind it
 * @port: where
 * @maps: mapped LUN -> target_map [port->mutex]
 * @sessions: target_sess.acl_node [port->mutex]
 * @hash: in target_port.acls
 * @port_node: in target_port.acl_list [port->mutex]
 * @kref: one each for the table, the directory and the sessions
 * @release: frees it [I]
 *
 * Lives in se_node_acl.core_private by pointer; the public part, with the
 * fabric's behind it, is freed with it.
 */
struct target_acl {
	struct se_node_acl	*se;
	struct target_port	*port;
	struct xarray		maps;
	struct list_head	sessions;
	struct rhash_head	hash;
	struct list_head	port_node;
	struct kref		kref;
	void			(*release)(struct kref *kref);
};

static inline struct target_acl *to_acl(struct se_node_acl *se_nacl)
{
	return (struct target_acl *)(uintptr_t)se_nacl->core_private[0];
}

/* ------------------------------------------------------------ sessions -- */

/**
 * struct target_cmd_queue - commands that a session submitted on one CPU
 * @lock: guards @cmds; taken in any context, contended only by aborts
 * @cmds: target_cmd.sess_node
 */
struct target_cmd_queue {
	spinlock_t		lock;	/* what: see above */
	struct list_head	cmds;
};

/**
 * struct target_notice - a unit attention condition that is told at once
 * @lun: where
 * @code: ASC << 8 | ASCQ
 */
struct target_notice {
	u64	lun;
	u16	code;
};

/**
 * struct target_notices - those of a session (notice.c)
 * @lock: guards the rest; innermost, any context
 * @closed: the fabric has the session no longer
 * @count: of them
 * @queue: oldest first
 * @work: tells the fabric
 */
struct target_notices {
	spinlock_t		lock;	/* what: see above */
	bool			closed;
	u8			count;
	struct target_notice	queue[8];
	struct work_struct	work;
};

/**
 * struct target_sess - an I_T nexus
 * @se: public part
 * @ref: every command of it; killed by stop and detach
 * @queues: commands under way, by the CPU that submitted them
 * @itls: LUN -> target_itl [port->mutex for changes, RCU to read]
 * @retired: itls that are not mapped any more [port->mutex]
 * @port: where
 * @acl: whose
 * @isid: text form of the initiator port's ISID, or "" [I]
 * @tid: the initiator port [I once live]
 * @flags: TARGET_SESS_* bits [A]
 * @held_bytes: memory that long data of its commands takes (budget.c) [A]
 * @drained: completed when the last command is gone
 * @ends: the end of commands and target_remove_session(), yet to come [A]
 * @acl_node: in target_acl.sessions [port->mutex]
 * @notices: what the fabric is to tell the initiator
 * @free_work: after the last command of a removed session
 * @index: number for the SCSI MIB
 * @created: jiffies
 */
struct target_sess {
	struct se_session	se;
	struct percpu_ref	ref;
	struct target_cmd_queue __percpu *queues;
	struct xarray		itls;
	struct list_head	retired;
	struct target_port	*port;
	struct target_acl	*acl;
	char			isid[16];
	struct target_transport_id tid;
	unsigned long		flags;
	atomic_long_t		held_bytes;
	atomic_t		ends;
	struct completion	drained;
	struct list_head	acl_node;
	struct target_notices	notices;
	struct work_struct	free_work;
	u32			index;
	unsigned long		created;
};

/* bits of target_sess.flags */
#define TARGET_SESS_STOPPED	0	/* takes no more commands */
#define TARGET_SESS_CLOSING	1	/* close_session() was called, or would be */
#define TARGET_SESS_DETACHED	2	/* target_session_detach() looks at its queues */
#define TARGET_SESS_LIVE	3	/* the fabric has it */

static inline struct target_sess *to_sess(struct se_session *se_sess)
{
	return container_of(se_sess, struct target_sess, se);
}

/**
 * struct target_stats - what one CPU did for an I_T_L nexus
 * @sync: guards the rest
 * @cmds: commands that ended
 * @reads: those that sent logical blocks
 * @writes: those that received some
 * @read_bytes: what they sent
 * @write_bytes: what they received
 * @read_time: jiffies that the former took, one by one
 * @write_time: those that the latter did
 */
struct target_stats {
	struct u64_stats_sync	sync;
	u64_stats_t		cmds;
	u64_stats_t		reads;
	u64_stats_t		writes;
	u64_stats_t		read_bytes;
	u64_stats_t		write_bytes;
	u64_stats_t		read_time;
	u64_stats_t		write_time;
};

#define TARGET_UA_DEPTH		8

/**
 * struct target_ua_queue - unit attention conditions of an I_T_L nexus
 * @lock: guards the rest; taken in any context
 * @count: how many wait; read without the lock on the fast path
 * @code: ASC << 8 | ASCQ, next one first (emul/ua.c)
 */
struct target_ua_queue {
	spinlock_t		lock;	/* what: see above */
	unsigned int		count;
	u16			code[TARGET_UA_DEPTH];
};

/**
 * struct target_itl - an I_T_L nexus: what a session sees at a LUN
 * @sess: session
 * @link: LUN and logical unit
 * @map: mapping of the ACL it comes from, NULL in demo mode [port->mutex]
 * @lun: number that the session uses
 * @read_only: writes are refused [A]
 * @forsaken: it does not see to an ACA condition any more (aca.c) [A]
 * @resv: BIT() of each class of commands that reservations forbid
 *	(emul/resv_lu.c) [A]
 * @echoed: bytes of the echo buffer that it wrote (emul/buffer.c) [A]
 * @deferred: sense_reason_t of a deferred error that it has not heard of yet
 *	(emul/deferred.c) [A]
 * @losses: target_dev.losses, as far as it has heard of them (loss.c) [A]
 * @arrival: its commands that are not in the logical unit's order yet
 * @ua: unit attentions
 * @tasks: its task set, if the logical unit has one for each
 * @stats: per-CPU counters
 * @link_node: in target_link.itls [port->mutex]
 * @retired_node: in target_sess.retired [port->mutex]
 * @dev_node: in target_dev.itls [dev->itl_lock]
 * @seq: place in that list, counted up [I]
 * @rcu: frees it when nobody can be walking over it
 *
 * Lives until its session or its link has no command left, whichever comes
 * first, even if it was unmapped long before.
 */
struct target_itl {
	struct target_sess	*sess;
	struct target_link	*link;
	struct target_map	*map;
	u64			lun;
	bool			read_only;
	bool			forsaken;
	u8			resv;
	u16			echoed;
	sense_reason_t		deferred;
	u32			losses;
	struct target_arrival	arrival;
	struct target_ua_queue	ua;
	struct target_task_set	tasks;
	struct target_stats __percpu *stats;
	struct list_head	link_node;
	struct list_head	retired_node;
	struct list_head	dev_node;
	u64			seq;
	struct rcu_head		rcu;
};

#endif /* TARGET_OBJECTS_H */
