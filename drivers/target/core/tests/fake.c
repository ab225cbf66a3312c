// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fabric and the medium of the core's KUnit suites.
 */
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <linux/workqueue.h>
#include "../acl.h"
#include "../complete.h"
#include "../device.h"
#include "../lun.h"
#include "../registry.h"
#include "../tp_group.h"
#include "../tpg.h"
#include "fake.h"

#define PATIENCE	(5 * HZ)

/**
 * struct fake_cmd - a command of the fabric
 * @se: public part
 * @task: what is noted of it
 * @sense: for the core
 */
struct fake_cmd {
	struct se_cmd		se;
	struct core_fake_task	*task;
	u8			sense[TRANSPORT_SENSE_BUFFER];
};

static struct core_fake_task *task_of(struct se_cmd *se)
{
	return container_of(se, struct fake_cmd, se)->task;
}

/* -------------------------------------------------------------- medium -- */

static struct core_fake_medium *to_medium(struct target_backend *backend)
{
	return container_of(backend, struct core_fake_medium, backend);
}

static int medium_open(struct target_backend *backend)
{
	spin_lock_init(&to_medium(backend)->lock);
	return 0;
}

static void medium_close(struct target_backend *backend)
{
}

static void medium_limits(struct target_backend *backend,
			  struct target_limits *limits)
{
	*limits = (struct target_limits) {
		.bytes = CORE_FAKE_BLOCKS * CORE_FAKE_BLOCK,
		.block_size = CORE_FAKE_BLOCK,
		.physical_block_size = CORE_FAKE_BLOCK,
		.io_max = SZ_1M,
		.queue_depth = CORE_FAKE_IOS,
		.tuples = true,
	};
}

static int medium_protect(struct target_backend *backend, u8 type, u32 block,
			  bool fresh)
{
	to_medium(backend)->rooms++;
	return 0;
}

static void carry_out(struct core_fake_medium *medium, struct target_io *io,
		      blk_status_t sts)
{
	if (!sts && io->op == TARGET_IO_READ)
		sg_copy_from_buffer(io->sgl, io->nents,
				    medium->bytes + io->pos, io->len);
	if (!sts && io->op == TARGET_IO_WRITE)
		sg_copy_to_buffer(io->sgl, io->nents,
				  medium->bytes + io->pos, io->len);
	target_io_done(io, sts);
}

static void medium_submit(struct target_backend *backend, struct target_io *io)
{
	struct core_fake_medium *medium = to_medium(backend);
	unsigned long flags;
	bool hold;

	spin_lock_irqsave(&medium->lock, flags);
	medium->submitted++;
	hold = medium->hold && medium->nr_held < CORE_FAKE_IOS;
	if (hold)
		medium->held[medium->nr_held++] = io;
	spin_unlock_irqrestore(&medium->lock, flags);
	if (!hold)
		carry_out(medium, io, BLK_STS_OK);
}

static ssize_t medium_show(struct target_backend *backend, char *page,
			   size_t size)
{
	return scnprintf(page, size, "fake\n");
}

static const struct target_option medium_options[] = {
	{ }
};

static const struct target_backend_ops medium_ops = {
	.name		= "core_fake",
	.inquiry_prod	= "FAKE",
	.inquiry_rev	= "1",
	.dev_size	= sizeof(struct core_fake_medium),
	.submit_atomic	= true,
	.options	= medium_options,
	.open		= medium_open,
	.close		= medium_close,
	.limits		= medium_limits,
	.submit		= medium_submit,
	.protect	= medium_protect,
	.show		= medium_show,
};

static enum hrtimer_restart timer_fn(struct hrtimer *timer)
{
	struct core_fake *fake = container_of(timer, struct core_fake, timer);

	carry_out(fake->medium, fake->timer_io, fake->timer_sts);
	complete(&fake->timer_done);
	return HRTIMER_NORESTART;
}

void core_fake_finish_nth(struct core_fake *fake, unsigned int nth,
			  blk_status_t sts)
{
	struct core_fake_medium *medium = fake->medium;

	spin_lock_irq(&medium->lock);
	fake->timer_io = nth < medium->nr_held ? medium->held[nth] : NULL;
	if (fake->timer_io) {
		medium->nr_held--;
		memmove(medium->held + nth, medium->held + nth + 1,
			(medium->nr_held - nth) * sizeof(*medium->held));
	}
	spin_unlock_irq(&medium->lock);

	KUNIT_ASSERT_NOT_NULL_MSG(fake->test, fake->timer_io, "no I/O to end");
	fake->timer_sts = sts;
	reinit_completion(&fake->timer_done);
	hrtimer_start(&fake->timer, 0, HRTIMER_MODE_REL_HARD);
	wait_for_completion(&fake->timer_done);
}

void core_fake_finish(struct core_fake *fake, blk_status_t sts)
{
	core_fake_finish_nth(fake, 0, sts);
}

/* -------------------------------------------------------------- fabric -- */

static char *get_wwn(struct se_portal_group *se_tpg)
{
	return "iqn.2025-01.org.example:fake";
}

static u16 get_tag(struct se_portal_group *se_tpg)
{
	return 1;
}

static int demo_mode(struct se_portal_group *se_tpg)
{
	return 1;
}

static int write_pending(struct se_cmd *se)
{
	struct core_fake_task *task = task_of(se);

	task->fetches++;
	switch (task->fake->fetch) {
	case CORE_FAKE_FETCH_AGAIN:
		return -EAGAIN;
	case CORE_FAKE_FETCH_NOW:
		target_execute_cmd(se);
		return 0;
	default:
		return 0;
	}
}

static bool refuses(struct core_fake_task *task)
{
	if (!task->fake->refuse)
		return false;
	task->fake->refuse--;
	task->refused++;
	return true;
}

static void note_answer(struct core_fake_task *task, struct se_cmd *se)
{
	const u8 *sense = se->sense_buffer;

	if (task->fake->on_answer)
		task->fake->on_answer(task->fake, se);
	task->in_irq = in_hardirq();
	task->scsi_status = se->scsi_status;
	if (se->scsi_sense_length)
		task->asc = sense[0] < 0x72 ? get_unaligned_be16(sense + 12) :
					      get_unaligned_be16(sense + 2);
	complete(&task->ended);
}

static int queue_data_in(struct se_cmd *se)
{
	struct core_fake_task *task = task_of(se);

	if (refuses(task))
		return task->fake->refuse_with;
	task->data_in++;
	note_answer(task, se);
	return 0;
}

static int queue_status(struct se_cmd *se)
{
	struct core_fake_task *task = task_of(se);

	if (refuses(task))
		return task->fake->refuse_with;
	task->statuses++;
	note_answer(task, se);
	return 0;
}

static void queue_tm_rsp(struct se_cmd *se)
{
	struct core_fake_task *task = task_of(se);

	task->tm_rsps++;
	task->response = se->se_tmr_req->response;
	complete(&task->ended);
}

static void aborted_task(struct se_cmd *se)
{
	struct core_fake_task *task = task_of(se);
	void (*then)(struct core_fake *fake) = task->fake->on_abort;

	task->aborted++;
	complete(&task->ended);
	task->fake->on_abort = NULL;
	if (then)
		then(task->fake);
}

static int check_stop_free(struct se_cmd *se)
{
	return target_put_sess_cmd(se);
}

static void release_cmd(struct se_cmd *se)
{
	struct core_fake_task *task = task_of(se);

	task->released++;
	task->released_in_irq = in_hardirq();
	task->se = NULL;
	kfree(container_of(se, struct fake_cmd, se));
	complete(&task->gone);
}

static struct se_wwn *no_wwn(struct target_fabric_configfs *tf,
			     struct config_group *group, const char *name)
{
	return ERR_PTR(-EINVAL);
}

static void no_drop_wwn(struct se_wwn *wwn)
{
}

static struct se_portal_group *no_tpg(struct se_wwn *wwn, const char *name)
{
	return ERR_PTR(-EINVAL);
}

static void no_drop_tpg(struct se_portal_group *se_tpg)
{
}

static const struct target_core_fabric_ops fabric_ops = {
	.fabric_name		= "core_fake",
	.default_submit_type	= TARGET_DIRECT_SUBMIT,
	.direct_submit_supp	= 1,
	.tpg_get_wwn		= get_wwn,
	.tpg_get_tag		= get_tag,
	.tpg_check_demo_mode	= demo_mode,
	.write_pending		= write_pending,
	.queue_data_in		= queue_data_in,
	.queue_status		= queue_status,
	.queue_tm_rsp		= queue_tm_rsp,
	.aborted_task		= aborted_task,
	.check_stop_free	= check_stop_free,
	.release_cmd		= release_cmd,
	.fabric_make_wwn	= no_wwn,
	.fabric_drop_wwn	= no_drop_wwn,
	.fabric_make_tpg	= no_tpg,
	.fabric_drop_tpg	= no_drop_tpg,
};

/* The registry's copy has the defaults. */
static void take_ops(struct core_fake *fake)
{
	struct target_fabric *fabric;

	KUNIT_ASSERT_EQ(fake->test, target_register_template(&fabric_ops), 0);
	fabric = target_registry_get_fabric("core_fake");
	KUNIT_ASSERT_NOT_NULL(fake->test, fabric);
	fake->ops = fabric->ops;
	target_registry_put_fabric(fabric);
	target_unregister_template(&fabric_ops);
	fake->tf.tf_ops = &fake->ops;
}

/* ------------------------------------------------------------- objects -- */

static struct target_dev *make_unit(struct core_fake *fake, const char *name,
				    struct target_lun *lun)
{
	struct target_dev *dev = target_device_make(fake->hba, name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(fake->test, dev);
	KUNIT_ASSERT_EQ(fake->test, target_tp_group_init(dev), 0);
	KUNIT_ASSERT_EQ(fake->test, target_device_enable(dev), 0);
	KUNIT_ASSERT_EQ(fake->test, target_lun_link(lun, dev), 0);
	return dev;
}

struct core_fake *core_fake_make(struct kunit *test)
{
	struct core_fake *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->test = test;
	take_ops(fake);
	hrtimer_init(&fake->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	fake->timer.function = timer_fn;
	init_completion(&fake->timer_done);

	KUNIT_ASSERT_EQ(test, target_backend_register(&medium_ops), 0);
	fake->hba = target_device_hba_make("core_fake", 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fake->hba);

	fake->wwn.wwn_tf = &fake->tf;
	KUNIT_ASSERT_EQ(test, core_tpg_register(&fake->wwn, &fake->tpg,
						SCSI_PROTOCOL_ISCSI), 0);
	fake->port = to_port(&fake->tpg);
	kref_get(&fake->port->kref);
	fake->lun = target_lun_make(fake->port, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fake->lun);
	fake->dev = make_unit(fake, "unit", fake->lun);
	fake->medium = to_medium(fake->dev->backend);
	return fake;
}

void core_fake_add_unit(struct core_fake *fake)
{
	fake->lun1 = target_lun_make(fake->port, 1);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(fake->test, fake->lun1);
	fake->dev1 = make_unit(fake, "unit1", fake->lun1);
}

static void end_unit(struct target_lun *lun, struct target_dev *dev)
{
	if (!lun)
		return;
	target_lun_unlink(lun);
	target_lun_remove(lun);
	target_tp_group_exit(dev);
	target_device_remove(dev);
}

/* Sessions and LUNs are freed by work items, the former after their commands. */
static void wait_for_port(struct core_fake *fake)
{
	unsigned long end = jiffies + PATIENCE;

	while (kref_read(&fake->port->kref) > 1 && time_before(jiffies, end))
		msleep(20);
	KUNIT_EXPECT_EQ_MSG(fake->test, kref_read(&fake->port->kref), 1,
			    "a session or a LUN is left");
	target_tpg_put(fake->port);
}

void core_fake_end(struct core_fake *fake)
{
	unsigned int i;

	fake->medium->hold = false;
	while (fake->medium->nr_held)
		core_fake_finish(fake, BLK_STS_OK);
	for (i = 0; i < ARRAY_SIZE(fake->sess); i++) {
		if (!fake->sess[i])
			continue;
		target_session_detach(fake->sess[i]);
		target_remove_session(fake->sess[i]);
	}
	end_unit(fake->lun1, fake->dev1);
	end_unit(fake->lun, fake->dev);
	core_tpg_deregister(&fake->tpg);
	wait_for_port(fake);
	target_device_hba_put(fake->hba);
	target_backend_unregister(&medium_ops);
}

/* ------------------------------------------------------------ commands -- */

struct core_fake_req core_fake_read(u32 lba, u16 blocks)
{
	struct core_fake_req req = {
		.cdb = { READ_10 },
		.length = blocks * CORE_FAKE_BLOCK,
		.dir = DMA_FROM_DEVICE,
		.attr = TCM_SIMPLE_TAG,
	};

	put_unaligned_be32(lba, req.cdb + 2);
	put_unaligned_be16(blocks, req.cdb + 7);
	return req;
}

struct core_fake_req core_fake_write(u32 lba, u16 blocks)
{
	struct core_fake_req req = core_fake_read(lba, blocks);

	req.cdb[0] = WRITE_10;
	req.dir = DMA_TO_DEVICE;
	return req;
}

struct core_fake_req core_fake_tur(void)
{
	return (struct core_fake_req) {
		.cdb = { TEST_UNIT_READY },
		.dir = DMA_NONE,
		.attr = TCM_SIMPLE_TAG,
	};
}

static struct fake_cmd *new_cmd(struct core_fake *fake)
{
	struct core_fake_task *task = kunit_kzalloc(fake->test, sizeof(*task),
						    GFP_KERNEL);
	struct fake_cmd *cmd = kmalloc(sizeof(*cmd), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(fake->test, task);
	KUNIT_ASSERT_NOT_NULL(fake->test, cmd);
	/* the core sets what it uses, whatever the fabric left there */
	memset(cmd, 0xa5, sizeof(*cmd));
	cmd->se.tag = ++fake->tag;
	cmd->task = task;
	task->fake = fake;
	task->se = &cmd->se;
	init_completion(&task->ended);
	init_completion(&task->gone);
	return cmd;
}

struct core_fake_task *core_fake_init(struct core_fake *fake,
				      struct se_session *sess,
				      const struct core_fake_req *req)
{
	struct fake_cmd *cmd = new_cmd(fake);
	struct core_fake_task *task = cmd->task;
	int ret;

	ret = target_init_cmd(&cmd->se, sess, cmd->sense, req->lun, req->length,
			      req->attr, req->dir, req->flags);
	if (!ret)
		return task;
	kfree(cmd);
	return ERR_PTR(ret);
}

int core_fake_prep(struct core_fake_task *task, const struct core_fake_req *req)
{
	u8 cdb[sizeof(req->cdb)];

	memcpy(cdb, req->cdb, sizeof(cdb));
	return target_submit_prep(task->se, cdb, NULL, 0, NULL, 0, NULL, 0,
				  GFP_KERNEL);
}

struct core_fake_task *core_fake_start(struct core_fake *fake,
				       struct se_session *sess,
				       const struct core_fake_req *req)
{
	struct core_fake_task *task = core_fake_init(fake, sess, req);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(fake->test, task);
	if (!core_fake_prep(task, req))
		target_submit(task->se);
	return task;
}

struct core_fake_task *core_fake_start_tmr_at(struct core_fake *fake,
					      struct se_session *sess,
					      u8 function, u64 tag, u64 lun)
{
	struct fake_cmd *cmd = new_cmd(fake);
	struct core_fake_task *task = cmd->task;

	KUNIT_ASSERT_EQ(fake->test,
			target_submit_tmr(&cmd->se, sess, cmd->sense, lun, NULL,
					  function, GFP_KERNEL, tag, 0), 0);
	return task;
}

struct core_fake_task *core_fake_start_tmr(struct core_fake *fake,
					   struct se_session *sess, u8 function,
					   u64 tag)
{
	return core_fake_start_tmr_at(fake, sess, function, tag, 0);
}

u8 core_fake_tmr(struct core_fake *fake, struct se_session *sess, u8 function,
		 u64 tag)
{
	struct core_fake_task *task = core_fake_start_tmr(fake, sess, function,
							  tag);

	KUNIT_EXPECT_TRUE(fake->test, core_fake_gone(task));
	KUNIT_EXPECT_EQ(fake->test, task->tm_rsps, 1);
	return task->response;
}

struct se_session *core_fake_login(struct core_fake *fake, unsigned int i)
{
	struct core_fake_req tur = core_fake_tur();
	struct core_fake_task *task;
	struct se_session *sess;
	char name[32];
	unsigned int n = 0;

	snprintf(name, sizeof(name), "iqn.2025-01.org.example:%u", i);
	sess = target_setup_session(&fake->tpg, 0, 0, TARGET_PROT_NORMAL, name,
				    NULL, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(fake->test, sess);
	fake->sess[i] = sess;
	for (tur.lun = 0; tur.lun < (fake->lun1 ? 2 : 1); tur.lun++) {
		do {
			task = core_fake_start(fake, sess, &tur);
			KUNIT_ASSERT_TRUE(fake->test, core_fake_gone(task));
		} while (task->scsi_status && ++n < 2 * TARGET_UA_DEPTH);
		KUNIT_ASSERT_EQ(fake->test, task->scsi_status, SAM_STAT_GOOD);
	}
	return sess;
}

void core_fake_settle(void)
{
	int i;

	/* a work item may queue another one */
	for (i = 0; i < 4; i++)
		flush_workqueue(target_complete_wq);
}

bool core_fake_ended(struct core_fake_task *task)
{
	return wait_for_completion_timeout(&task->ended, PATIENCE);
}

bool core_fake_gone(struct core_fake_task *task)
{
	return wait_for_completion_timeout(&task->gone, PATIENCE);
}

unsigned int core_fake_answers(const struct core_fake_task *task)
{
	return task->data_in + task->statuses + task->tm_rsps + task->aborted;
}

u8 core_fake_ask(struct core_fake *fake, unsigned int who, int attr, u8 control,
		 u16 *asc)
{
	struct core_fake_req req = core_fake_tur();
	struct core_fake_task *task;

	req.attr = attr;
	req.cdb[5] = control;
	task = core_fake_start(fake, fake->sess[who], &req);
	KUNIT_ASSERT_TRUE(fake->test, core_fake_gone(task));
	if (asc)
		*asc = task->asc;
	return task->scsi_status;
}

void core_fake_expect_aborted(struct kunit *test,
			      const struct core_fake_task *task)
{
	KUNIT_EXPECT_EQ(test, task->aborted, 1);
	KUNIT_EXPECT_EQ(test, core_fake_answers(task), 1);
}

enum target_owner core_fake_owner(const struct core_fake_task *task)
{
	return task->se ? target_state_owner(to_cmd(task->se)) :
			  TARGET_OWNER_RESPONSE;
}

int core_fake_two_logins(struct kunit *test)
{
	struct core_fake *fake = core_fake_make(test);

	test->priv = fake;
	core_fake_login(fake, 0);
	core_fake_login(fake, 1);
	return 0;
}

void core_fake_exit(struct kunit *test)
{
	if (test->priv)
		core_fake_end(test->priv);
}
