/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fibre Channel target on libfc.
 *
 *	tcm_fc_wwn	directory fc/WWPN
 *	tcm_fc_tpg	directory tpgt_N below it; exists before the local port
 *			that it names does, and after
 *	tcm_fc_port	a libfc local port that is a target: ties the two while
 *			both are there
 *	tcm_fc_sess	an initiator that did a process login
 *	tcm_fc_cmd	a command, and the exchange that it came by
 *
 * Locks, outermost first: libfc's (fc_lport.lp_mutex, fc_rport_priv.rp_mutex,
 * its list of providers), tcm_fc_sess_mutex, the target core's.  libfc calls
 * the provider with its own held, so nothing here calls libfc's logins with
 * tcm_fc_sess_mutex held.
 */
#ifndef TCM_FC_H
#define TCM_FC_H

#include <linux/completion.h>
#include <linux/configfs.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/refcount.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <scsi/libfc.h>
#include <target/target_core_base.h>
#include <target/target_core_fabric.h>
#include <target/target_core_schema.h>
#include "fcp.h"
#include "wwn.h"

struct tcm_fc_port;

/**
 * struct tcm_fc_wwn - a target
 * @se: the core's part
 * @wwpn: port name [I]
 * @name: the same as text [I]
 * @tpg: its only target port group, or NULL [C]
 * @node: in the list of all (configfs.c)
 *
 * [I] constant, [C] under configfs' lock of the directory.
 */
struct tcm_fc_wwn {
	struct se_wwn		se;
	u64			wwpn;
	char			name[TCM_FC_WWN_LEN];
	struct tcm_fc_tpg	*tpg;
	struct list_head	node;
};

/**
 * struct tcm_fc_acl - an initiator that is admitted
 * @se: the core's part
 * @wwpn: its port name [I]
 * @wwnn: the node name that it has to have, or 0 for any [A]
 *
 * [I] constant, [A] one aligned word.
 */
struct tcm_fc_acl {
	struct se_node_acl	se;
	u64			wwpn;
	u64			wwnn;
};

static_assert(!offsetof(struct tcm_fc_acl, se));

/**
 * struct tcm_fc_tpg - a target port group
 * @se: the core's part
 * @wwn: its target [I]
 * @tag: target port group tag [I]
 * @node: in the list of groups that are enabled [M]
 * @port: local port, or NULL while there is none [M]
 * @announce: tells initiators that there is something new
 * @sessions_group: sessions/, see list.c
 *
 * [I] constant, [M] under tcm_fc_sess_mutex.
 */
struct tcm_fc_tpg {
	struct se_portal_group	se;
	struct tcm_fc_wwn	*wwn;
	u16			tag;
	struct list_head	node;
	struct tcm_fc_port	*port;
	struct delayed_work	announce;
	struct config_group	sessions_group;
};

/**
 * struct tcm_fc_port - a local port that is a target
 * @lport: libfc's part [I]
 * @tpg: whose [I]
 * @holds: sessions that have exchanges, and one until the local port goes:
 *	libfc frees what exchanges stand on then, so that waits for them
 * @idle: @holds is zero
 * @sessions: FC_ID -> tcm_fc_sess [M for changes, RCU to read]
 * @rcu: frees it
 *
 * fc_lport.prov[FC_TYPE_FCP] points to it [M for changes, RCU to read].
 */
struct tcm_fc_port {
	struct fc_lport		*lport;
	struct tcm_fc_tpg	*tpg;
	refcount_t		holds;
	struct completion	idle;
	struct xarray		sessions;
	struct rcu_head		rcu;
};

/**
 * struct tcm_fc_sequel - what follows when a session has no exchanges any more
 * @run: does it; in any context
 */
struct tcm_fc_sequel {
	void (*run)(struct tcm_fc_sequel *sequel);
};

/**
 * struct tcm_fc_sess - an I_T nexus
 * @se: the core's part [I]; goes when @users is killed
 * @port: where; one of its holds [I]
 * @users: exchanges of commands
 * @sequel: what follows when @users is zero, or NULL [M]
 * @fc_id: address of the initiator [I]
 * @wwpn: its port name [I]
 * @wwnn: its node name [I]
 * @max_payload: bytes that it takes in a frame [A]
 * @params: its service parameters, FCP_SPPF_* [A]
 * @requested: it sent PRLI itself [M]
 * @answered: it answered PRLI of ours [M]
 * @useful: it found a logical unit here [A]
 * @rcu: frees it
 *
 * [I] constant, [A] one aligned word, [M] under tcm_fc_sess_mutex.
 */
struct tcm_fc_sess {
	struct se_session	*se;
	struct tcm_fc_port	*port;
	struct percpu_ref	users;
	struct tcm_fc_sequel	*sequel;
	u32			fc_id;
	u64			wwpn;
	u64			wwnn;
	u32			max_payload;
	u32			params;
	bool			requested;
	bool			answered;
	bool			useful;
	struct rcu_head		rcu;
};

/**
 * enum tcm_fc_cmd_flags - tcm_fc_cmd.flags; bit numbers
 * @TCM_FC_CMD_ENDED: the exchange was given back
 * @TCM_FC_CMD_WANTS_DATA: the initiator may send write data
 * @TCM_FC_CMD_BAD_DATA: what it sent of this burst is not what was asked for
 * @TCM_FC_CMD_UNCONFIRMED: the response was sent, and FCP_CONF is to come
 * @TCM_FC_CMD_STATUS_DUE: the core gave a status while the initiator was to
 *	send data, for instance TASK ABORTED
 * @TCM_FC_CMD_ABORTED: the core wants no answer
 * @TCM_FC_CMD_CONFIRMS: the initiator sends FCP_CONF if it is asked to
 * @TCM_FC_CMD_BIDI: FCP_RSP has a residual for the data-in direction
 * @TCM_FC_CMD_FIRST: no command of its session has found a logical unit yet
 */
enum tcm_fc_cmd_flags {
	TCM_FC_CMD_ENDED,
	TCM_FC_CMD_WANTS_DATA,
	TCM_FC_CMD_BAD_DATA,
	TCM_FC_CMD_UNCONFIRMED,
	TCM_FC_CMD_STATUS_DUE,
	TCM_FC_CMD_ABORTED,
	TCM_FC_CMD_CONFIRMS,
	TCM_FC_CMD_BIDI,
	TCM_FC_CMD_FIRST,
};

/**
 * struct tcm_fc_cmd - a command
 * @se: the core's part; one of its references is the exchange's
 * @seq: exchange, with a reference; NULL for an abort of our own [I]
 * @sess: whose it is; has a user until the exchange is given back [I]
 * @holds: users of the exchange; the last one lets go of it
 * @flags: bits of enum tcm_fc_cmd_flags
 * @max_payload: bytes that the initiator takes in a frame [I]
 * @read_length: what a bidirectional command does not get [I]
 * @sg: entry of the data that comes next
 * @sg_off: byte in it
 * @moved: bytes of data sent, or received
 * @burst_end: bytes that are asked for by XFER_RDY
 * @ddp: the local port puts write data in place itself
 * @work: goes on in process context
 * @timer: how long to wait for write data, or for FCP_CONF
 * @sense: for @se
 *
 * Members without a letter belong to who has the command: the core's
 * callbacks, and between write_pending() and target_execute_cmd() the handler
 * of the exchange.
 */
struct tcm_fc_cmd {
	struct se_cmd		se;
	struct fc_seq		*seq;
	struct tcm_fc_sess	*sess;
	refcount_t		holds;
	unsigned long		flags;
	u32			max_payload;
	u32			read_length;
	struct scatterlist	*sg;
	u32			sg_off;
	u32			moved;
	u32			burst_end;
	bool			ddp;
	struct work_struct	work;
	struct timer_list	timer;
	u8			sense[TRANSPORT_SENSE_BUFFER];
};

/* Has the core given its answer, so that it knows the command no more? */
static inline bool tcm_fc_cmd_answered(struct tcm_fc_cmd *cmd)
{
	return test_bit(TCM_FC_CMD_UNCONFIRMED, &cmd->flags) ||
	       test_bit(TCM_FC_CMD_STATUS_DUE, &cmd->flags) ||
	       test_bit(TCM_FC_CMD_ABORTED, &cmd->flags);
}

static inline struct fc_lport *tcm_fc_cmd_lport(const struct tcm_fc_cmd *cmd)
{
	return cmd->sess->port->lport;
}

static inline struct tcm_fc_wwn *to_fc_wwn(struct se_wwn *se_wwn)
{
	return container_of(se_wwn, struct tcm_fc_wwn, se);
}

static inline struct tcm_fc_tpg *to_fc_tpg(struct se_portal_group *se_tpg)
{
	return container_of(se_tpg, struct tcm_fc_tpg, se);
}

static inline struct tcm_fc_acl *to_fc_acl(struct se_node_acl *se)
{
	return container_of(se, struct tcm_fc_acl, se);
}

static inline struct tcm_fc_cmd *to_fc_cmd(struct se_cmd *se)
{
	return container_of(se, struct tcm_fc_cmd, se);
}

/**
 * tcm_fc_port_of - the target side of a local port
 * @lport: local port
 *
 * Context: RCU, or with tcm_fc_sess_mutex.
 * Return: it, or NULL if the local port is no target
 */
static inline struct tcm_fc_port *tcm_fc_port_of(struct fc_lport *lport)
{
	/* libfc does not mark the pointer as one for RCU */
	return rcu_dereference_raw(lport->prov[FC_TYPE_FCP]);
}

/* sess.c: nexuses */
extern struct mutex tcm_fc_sess_mutex;
struct tcm_fc_sess *tcm_fc_sess_find(struct tcm_fc_port *port, u32 fc_id);
int tcm_fc_sess_open(struct tcm_fc_port *port, struct fc_rport_priv *rdata,
		     u32 params, bool request);
bool tcm_fc_sess_close(struct tcm_fc_port *port, u32 fc_id,
		       struct tcm_fc_sequel *sequel);
void tcm_fc_sess_close_all(struct tcm_fc_port *port);
ssize_t tcm_fc_sess_show(struct tcm_fc_port *port, u64 wwpn, char *page);
const char *tcm_fc_sess_roles(u32 params);

/* cmd.c: commands, responses, aborts */
extern struct workqueue_struct *tcm_fc_cmd_wq;
struct tcm_fc_cmd *tcm_fc_cmd_alloc(struct fc_seq *seq,
				    struct tcm_fc_sess *sess);
void tcm_fc_cmd_abort(struct tcm_fc_cmd *cmd);
bool tcm_fc_cmd_hold(struct tcm_fc_cmd *cmd);
void tcm_fc_cmd_drop(struct tcm_fc_cmd *cmd);
void tcm_fc_cmd_end(struct tcm_fc_cmd *cmd);
void tcm_fc_cmd_discard(struct tcm_fc_cmd *cmd);
int tcm_fc_cmd_send(struct tcm_fc_cmd *cmd, struct fc_frame *fp,
		    enum fc_rctl r_ctl, u32 f_ctl, u32 offset);
int tcm_fc_cmd_refuse(struct fc_lport *lport, struct fc_seq *seq,
		      const struct tcm_fc_rsp *rsp);
int tcm_fc_cmd_status(struct se_cmd *se);
void tcm_fc_cmd_tm_rsp(struct se_cmd *se);
void tcm_fc_cmd_aborted(struct se_cmd *se);
int tcm_fc_cmd_stop_free(struct se_cmd *se);
void tcm_fc_cmd_release(struct se_cmd *se);
int tcm_fc_cmd_setup(void);
void tcm_fc_cmd_exit(void);

/* io.c: data, both ways */
int tcm_fc_io_data_in(struct se_cmd *se);
int tcm_fc_io_write_pending(struct se_cmd *se);
void tcm_fc_io_recv(struct fc_seq *seq, struct fc_frame *fp, void *arg);

/* recv.c: frames that begin an exchange */
void tcm_fc_recv(struct fc_lport *lport, struct fc_frame *fp);

/* announce.c: initiators that should look again */
void tcm_fc_announce_soon(struct tcm_fc_tpg *tpg);
void tcm_fc_announce_work(struct work_struct *work);
void tcm_fc_announce_logout(struct tcm_fc_port *port, u32 fc_id);
bool tcm_fc_announce_pending(struct fc_lport *lport, u32 fc_id);
int tcm_fc_announce_setup(void);
void tcm_fc_announce_exit(void);

/* port.c: local ports and target port groups find each other */
int tcm_fc_port_add_tpg(struct tcm_fc_tpg *tpg);
void tcm_fc_port_del_tpg(struct tcm_fc_tpg *tpg);
int tcm_fc_port_setup(void);
void tcm_fc_port_exit(void);

/* login.c: process login and logout */
extern struct fc4_prov tcm_fc_login_provider;
void tcm_fc_login_close(struct se_session *se_sess);
int tcm_fc_login_end(struct tcm_fc_tpg *tpg, u32 fc_id);

/* list.c: sessions/ */
extern const struct target_schema tcm_fc_list_schema[];
void tcm_fc_list_add(struct tcm_fc_tpg *tpg);

/* configfs.c: directories and files */
extern const struct target_core_fabric_ops tcm_fc_configfs_ops;

#endif /* TCM_FC_H */
