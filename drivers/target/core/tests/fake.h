/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One fabric that notes what it is told, and one medium that answers when the
 * test says so: what the suites of the core put around it.  No configfs.
 *
 * A command is freed by release_cmd(), as a fabric does; what happened to it
 * is noted in a struct core_fake_task that stays.
 */
#ifndef TARGET_CORE_FAKE_H
#define TARGET_CORE_FAKE_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <scsi/scsi_proto.h>
#include "../core.h"
#include "../state.h"

struct core_fake;

#define CORE_FAKE_BLOCKS	256
#define CORE_FAKE_BLOCK		512
#define CORE_FAKE_IOS		32
#define CORE_FAKE_SESSIONS	3

/**
 * struct core_fake_medium - a medium of memory
 * @backend: public part
 * @lock: guards @held and @nr_held
 * @hold: I/Os wait for core_fake_finish()
 * @held: those that do, oldest first
 * @nr_held: how many
 * @submitted: how many came in all
 * @rooms: how often it was asked for room for protection information
 * @bytes: content
 */
struct core_fake_medium {
	struct target_backend	backend;
	spinlock_t		lock;	/* what: see above */
	bool			hold;
	struct target_io	*held[CORE_FAKE_IOS];
	unsigned int		nr_held;
	unsigned int		submitted;
	unsigned int		rooms;
	u8			bytes[CORE_FAKE_BLOCKS * CORE_FAKE_BLOCK];
};

/**
 * enum core_fake_fetch - what write_pending() does
 * @CORE_FAKE_FETCH_NOW: it has the data
 * @CORE_FAKE_FETCH_LATER: the test calls target_execute_cmd()
 * @CORE_FAKE_FETCH_AGAIN: it has no resources
 */
enum core_fake_fetch {
	CORE_FAKE_FETCH_NOW,
	CORE_FAKE_FETCH_LATER,
	CORE_FAKE_FETCH_AGAIN,
};

/**
 * struct core_fake_task - what happened to a command
 * @fake: where
 * @se: the command, NULL once it was released
 * @fetches: calls of write_pending()
 * @data_in: of queue_data_in() that took it
 * @statuses: of queue_status() that took it
 * @refused: of both that did not
 * @tm_rsps: of queue_tm_rsp()
 * @aborted: of aborted_task()
 * @released: of release_cmd()
 * @in_irq: an answer came in hard-irq context
 * @released_in_irq: release_cmd() did
 * @scsi_status: of the answer
 * @asc: ASC << 8 | ASCQ of it, if it has sense data
 * @response: of a task management function
 * @ended: completed with the first answer, or aborted_task()
 * @gone: completed by release_cmd()
 */
struct core_fake_task {
	struct core_fake	*fake;
	struct se_cmd		*se;
	unsigned int		fetches;
	unsigned int		data_in;
	unsigned int		statuses;
	unsigned int		refused;
	unsigned int		tm_rsps;
	unsigned int		aborted;
	unsigned int		released;
	bool			in_irq;
	bool			released_in_irq;
	u8			scsi_status;
	u16			asc;
	u8			response;
	struct completion	ended;
	struct completion	gone;
};

/**
 * struct core_fake - a target port group with a LUN 0 and initiators
 * @test: whose
 * @ops: of the fabric; a test may change flags before it makes commands
 * @tf: directory of the fabric
 * @wwn: target
 * @tpg: target port group
 * @port: its private part, referenced
 * @hba: of the logical units
 * @dev: logical unit behind LUN 0
 * @medium: its medium
 * @lun: LUN 0
 * @dev1: the one behind LUN 1, or NULL
 * @lun1: LUN 1, or NULL
 * @sess: initiators, by demo mode
 * @fetch: what write_pending() does
 * @refuse: so many answers are refused, with @refuse_with
 * @on_abort: called by aborted_task(), once
 * @on_answer: called by queue_data_in() and queue_status()
 * @tag: of the last command
 * @timer: hard-irq context
 * @timer_io: what ends there
 * @timer_sts: how
 * @timer_done: it has
 * @refuse_with: what the next status is refused with
 */
struct core_fake {
	struct kunit			*test;
	struct target_core_fabric_ops	ops;
	struct target_fabric_configfs	tf;
	struct se_wwn			wwn;
	struct se_portal_group		tpg;
	struct target_port		*port;
	struct target_hba		*hba;
	struct target_dev		*dev;
	struct core_fake_medium		*medium;
	struct target_lun		*lun;
	struct target_dev		*dev1;
	struct target_lun		*lun1;
	struct se_session		*sess[CORE_FAKE_SESSIONS];
	enum core_fake_fetch		fetch;
	unsigned int			refuse;
	int				refuse_with;
	void				(*on_abort)(struct core_fake *fake);
	void				(*on_answer)(struct core_fake *fake,
						     struct se_cmd *se);
	u64				tag;
	struct hrtimer			timer;
	struct target_io		*timer_io;
	blk_status_t			timer_sts;
	struct completion		timer_done;
};

/**
 * struct core_fake_req - what an initiator asks for
 * @cdb: CDB
 * @length: bytes that it expects
 * @dir: which way
 * @attr: TCM_*_TAG
 * @flags: enum target_sc_flags_table
 * @lun: LUN
 */
struct core_fake_req {
	u8			cdb[16];
	u32			length;
	enum dma_data_direction	dir;
	int			attr;
	int			flags;
	u64			lun;
};

struct core_fake *core_fake_make(struct kunit *test);
void core_fake_end(struct core_fake *fake);

/* For suites: test->priv with initiators 0 and 1 logged in, and its end */
int core_fake_two_logins(struct kunit *test);
void core_fake_exit(struct kunit *test);

/* A second logical unit, as LUN 1; before core_fake_login() */
void core_fake_add_unit(struct core_fake *fake);

/* Initiator @i logs in, and has no unit attention. */
struct se_session *core_fake_login(struct core_fake *fake, unsigned int i);

struct core_fake_req core_fake_read(u32 lba, u16 blocks);
struct core_fake_req core_fake_write(u32 lba, u16 blocks);
struct core_fake_req core_fake_tur(void);
/* TEST UNIT READY of a session: its status, and ASC of a CHECK CONDITION */
u8 core_fake_ask(struct core_fake *fake, unsigned int who, int attr, u8 control,
		 u16 *asc);

/* Commands, a step at a time or all in one */
struct core_fake_task *core_fake_init(struct core_fake *fake,
				      struct se_session *sess,
				      const struct core_fake_req *req);
int core_fake_prep(struct core_fake_task *task, const struct core_fake_req *req);
struct core_fake_task *core_fake_start(struct core_fake *fake,
				       struct se_session *sess,
				       const struct core_fake_req *req);
struct core_fake_task *core_fake_start_tmr(struct core_fake *fake,
					   struct se_session *sess, u8 function,
					   u64 tag);
struct core_fake_task *core_fake_start_tmr_at(struct core_fake *fake,
					      struct se_session *sess,
					      u8 function, u64 tag, u64 lun);
/* Wait for the answer of a task management function. */
u8 core_fake_tmr(struct core_fake *fake, struct se_session *sess, u8 function,
		 u64 tag);

/* The medium ends its oldest I/O, or one of them, in hard-irq context. */
void core_fake_finish(struct core_fake *fake, blk_status_t sts);
void core_fake_finish_nth(struct core_fake *fake, unsigned int nth,
			  blk_status_t sts);

/* Everything that can happen without the medium has. */
void core_fake_settle(void);
bool core_fake_ended(struct core_fake_task *task);
bool core_fake_gone(struct core_fake_task *task);

/* Exactly one answer, or none and aborted_task(), ever */
unsigned int core_fake_answers(const struct core_fake_task *task);
void core_fake_expect_aborted(struct kunit *test,
			      const struct core_fake_task *task);

/* Where a command is; one that is gone has had its response. */
enum target_owner core_fake_owner(const struct core_fake_task *task);

#endif /* TARGET_CORE_FAKE_H */
