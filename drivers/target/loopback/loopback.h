/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loopback fabric: this machine as the initiator of its own target.
 *
 *	tcm_loop_wwn	directory loopback/NAME
 *	tcm_loop_tpg	directory tpgt_N below it
 *	tcm_loop_host	the SCSI host that belongs to it.  Outlives the
 *			directory until the midlayer has let go of its disks,
 *			so that rmdir need not wait for I/O
 *	tcm_loop_lun	what a lun_N link shows, as a SCSI device
 *	tcm_loop_cmd	inside each request of the host
 */
#ifndef TCM_LOOPBACK_H
#define TCM_LOOPBACK_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <scsi/scsi_host.h>
#include <target/target_core_base.h>
#include <target/target_core_fabric.h>

/* Longest name of a target port or initiator port, NUL included */
#define TCM_LOOP_NAME_LEN	TRANSPORT_IQN_LEN

/**
 * struct tcm_loop_proto - a protocol that the fabric can pretend to be
 * @prefix: names that begin like this belong to it
 * @skip: characters of @prefix that are not part of the port's name
 * @id: SCSI protocol identifier (SPC-5 7.6.1)
 */
struct tcm_loop_proto {
	const char	*prefix;
	u8		skip;
	u8		id;
};

/**
 * struct tcm_loop_wwn - a target
 * @se: the core's part
 * @proto: its protocol [I]
 * @name: port name, without what the protocol's names do not have [I]
 */
struct tcm_loop_wwn {
	struct se_wwn			se;
	const struct tcm_loop_proto	*proto;
	char				name[TCM_LOOP_NAME_LEN];
};

/**
 * struct tcm_loop_host - SCSI host of a target port group
 * @sh: what the midlayer knows; this struct is its private data [I]
 * @tag: target port group tag, which is the SCSI target identifier [I]
 * @offline: an administrator cut the wire [A]
 * @sess: I_T nexus or NULL [M for changes, RCU to read]
 * @mutex: guards the rest; process context, never held over a call of the
 *	midlayer that waits
 * @name: initiator port name of @sess, as it was given [M]
 * @luns: number -> tcm_loop_lun [M]
 * @linked: how many of them are linked [M]
 * @gone: the target port group is gone [M]
 * @work: makes the midlayer's devices what @luns says
 * @remove_work: removes the host when the target port group is gone
 *
 * [I] constant, [A] one aligned word, [M] under @mutex.
 */
struct tcm_loop_host {
	struct Scsi_Host	*sh;
	u16			tag;
	bool			offline;
	struct se_session __rcu	*sess;
	struct mutex		mutex;	/* see above */
	char			name[TCM_LOOP_NAME_LEN];
	struct xarray		luns;
	unsigned int		linked;
	bool			gone;
	struct work_struct	work;
	struct work_struct	remove_work;
};

/**
 * struct tcm_loop_tpg - a target port group
 * @se: the core's part
 * @wwn: its target [I]
 * @host: its SCSI host [I]
 */
struct tcm_loop_tpg {
	struct se_portal_group	se;
	struct tcm_loop_wwn	*wwn;
	struct tcm_loop_host	*host;
};

static inline struct tcm_loop_wwn *to_loop_wwn(struct se_wwn *se_wwn)
{
	return container_of(se_wwn, struct tcm_loop_wwn, se);
}

static inline struct tcm_loop_tpg *to_loop_tpg(struct se_portal_group *se_tpg)
{
	return container_of(se_tpg, struct tcm_loop_tpg, se);
}

/* cmd.c: commands and task management functions */
extern const struct scsi_host_template tcm_loop_cmd_template;
int tcm_loop_cmd_write_pending(struct se_cmd *se);
int tcm_loop_cmd_respond(struct se_cmd *se);
void tcm_loop_cmd_tm_rsp(struct se_cmd *se);
void tcm_loop_cmd_aborted(struct se_cmd *se);
int tcm_loop_cmd_stop_free(struct se_cmd *se);
void tcm_loop_cmd_release(struct se_cmd *se);
int tcm_loop_cmd_setup(void);
void tcm_loop_cmd_exit(void);

/* sess.c: SCSI hosts, nexuses and the devices that they show */
struct tcm_loop_host *tcm_loop_sess_make_host(u16 tag);
void tcm_loop_sess_remove_host(struct tcm_loop_host *host);
int tcm_loop_sess_start(struct tcm_loop_tpg *tpg, const char *name);
int tcm_loop_sess_end(struct tcm_loop_host *host);
int tcm_loop_sess_link(struct tcm_loop_host *host, u64 lun);
void tcm_loop_sess_unlink(struct tcm_loop_host *host, u64 lun);
int tcm_loop_sess_setup(void);
void tcm_loop_sess_exit(void);

/* configfs.c: directories and files */
extern const struct target_core_fabric_ops tcm_loop_configfs_ops;

#endif /* TCM_LOOPBACK_H */
