// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what goes away while commands are under way, of who is
 * admitted, and of counters.
 */
#include <linux/delay.h>
#include <linux/unaligned.h>
#include <scsi/scsi.h>

#include "../acl.h"
#include "../device.h"
#include "../events.h"
#include "../itl.h"
#include "../lun.h"
#include "../session.h"
#include "fake.h"

#define SLICE	msecs_to_jiffies(200)

static int session_init(struct kunit *test)
{
	test->priv = core_fake_make(test);
	return 0;
}

static void session_exit(struct kunit *test)
{
	if (test->priv)
		core_fake_end(test->priv);
}

static unsigned int port_refs(struct core_fake *fake)
{
	return kref_read(&fake->port->kref);
}

/* The end of a session frees it a grace period later. */
static bool port_falls_to(struct core_fake *fake, unsigned int refs)
{
	unsigned long end = jiffies + 5 * HZ;

	while (port_refs(fake) > refs && time_before(jiffies, end))
		msleep(20);
	return port_refs(fake) == refs;
}

/* A session ends with commands at the medium; it stays until they have. */
static void session_detach(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_write(0, 8);
	struct core_fake_task *task[3], *late;
	struct se_session *sess = core_fake_login(fake, 0);
	unsigned int refs = port_refs(fake);
	int i;

	fake->medium->hold = true;
	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = core_fake_start(fake, sess, &req);
	target_session_detach(sess);
	for (i = 0; i < ARRAY_SIZE(task); i++) {
		KUNIT_EXPECT_EQ(test, task[i]->aborted, 1);
		KUNIT_EXPECT_EQ(test, task[i]->released, 0);
	}
	late = core_fake_init(fake, sess, &req);
	KUNIT_EXPECT_EQ(test, PTR_ERR(late), -ESHUTDOWN);

	fake->sess[0] = NULL;
	target_remove_session(sess);
	/* out of sight at once: its ACL, made by demo mode, is gone */
	KUNIT_EXPECT_EQ(test, fake->port->nr_acls, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&fake->tpg.tpg_sess_list));
	schedule_timeout_uninterruptible(SLICE);
	KUNIT_EXPECT_EQ(test, port_refs(fake), refs);

	/* the initiator is back before they have ended */
	core_fake_login(fake, 1);
	for (i = 0; i < ARRAY_SIZE(task); i++) {
		core_fake_finish(fake, BLK_STS_OK);
		KUNIT_EXPECT_TRUE(test, core_fake_gone(task[i]));
		KUNIT_EXPECT_EQ(test, core_fake_answers(task[i]), 1);
	}
	KUNIT_EXPECT_TRUE(test, port_falls_to(fake, refs));
}

/* The way of fabrics that wait */
static void session_wait(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct se_session *sess = core_fake_login(fake, 0);
	struct core_fake_task *task;

	fake->medium->hold = true;
	task = core_fake_start(fake, sess, &req);
	target_stop_session(sess);
	KUNIT_EXPECT_EQ(test, PTR_ERR(core_fake_init(fake, sess, &req)),
			-ESHUTDOWN);
	schedule_timeout_uninterruptible(SLICE);
	KUNIT_EXPECT_FALSE(test, completion_done(&to_sess(sess)->drained));
	core_fake_finish(fake, BLK_STS_OK);
	target_wait_for_sess_cmds(sess);
	/* it was answered: stopping aborts nothing */
	KUNIT_EXPECT_EQ(test, task->data_in, 1);
	KUNIT_EXPECT_EQ(test, task->released, 1);
	fake->sess[0] = NULL;
	target_remove_session(sess);
}

/* One that has its reference when the session is detached has no place. */
static void session_late_command(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct se_session *sess = core_fake_login(fake, 0);

	set_bit(TARGET_SESS_DETACHED, &to_sess(sess)->flags);
	KUNIT_EXPECT_EQ(test, PTR_ERR(core_fake_init(fake, sess, &req)),
			-ESHUTDOWN);
}

static void session_tmr_detached(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct se_session *sess = core_fake_login(fake, 0);
	struct core_fake_task *tmr;

	/* before its work item has run, or after: once in any case */
	tmr = core_fake_start_tmr(fake, sess, TMR_QUERY_TASK_SET, 0);
	target_session_detach(sess);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(tmr));
	KUNIT_EXPECT_EQ(test, core_fake_answers(tmr), 1);
	KUNIT_EXPECT_EQ(test, tmr->released, 1);
}

/* A LUN loses its logical unit while commands are at the medium. */
static void session_unlink(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct se_session *sess = core_fake_login(fake, 0);
	struct core_fake_task *old, *young;

	fake->medium->hold = true;
	old = core_fake_start(fake, sess, &req);
	target_lun_unlink(fake->lun);
	young = core_fake_start(fake, sess, &req);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(young));
	KUNIT_EXPECT_EQ(test, young->asc, 0x2500);
	KUNIT_EXPECT_EQ(test, fake->dev->nr_links, 0);

	/* linked again, beside the old link that still has its command */
	KUNIT_EXPECT_EQ(test, target_lun_link(fake->lun, fake->dev), 0);
	KUNIT_EXPECT_EQ(test, target_lun_link(fake->lun, fake->dev), -EEXIST);
	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(old));
	KUNIT_EXPECT_EQ(test, old->scsi_status, SAM_STAT_GOOD);
}

static void session_admission(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	const char *name = "iqn.2025-01.org.example:0";
	struct target_acl *acl;
	struct se_session *sess;
	struct target_map *map;

	acl = target_acl_make(fake->port, name);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, acl);
	KUNIT_EXPECT_EQ(test, PTR_ERR(target_acl_make(fake->port, name)),
			-EEXIST);

	sess = target_setup_session(&fake->tpg, 0, 0, TARGET_PROT_NORMAL, name,
				    NULL, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, sess);
	fake->sess[0] = sess;
	/* nothing is mapped, and then something is */
	KUNIT_EXPECT_TRUE(test, xa_empty(&to_sess(sess)->itls));
	map = target_acl_map(acl, 5, fake->lun);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, map);
	KUNIT_EXPECT_EQ(test, PTR_ERR(target_acl_map(acl, 5, fake->lun)),
			-EEXIST);
	KUNIT_EXPECT_NOT_NULL(test, xa_load(&to_sess(sess)->itls, 5));
	target_acl_unmap(map);
	KUNIT_EXPECT_TRUE(test, xa_empty(&to_sess(sess)->itls));
	target_acl_remove(acl);
	target_acl_unref(acl);
}

/* What a session cannot be shown is shown to nobody, and said so. */
static void session_no_room(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct target_sess *sess;
	struct target_acl *acl;
	struct target_itl *itl;
	struct target_map *map;
	unsigned int refs;

	core_fake_add_unit(fake);
	sess = to_sess(core_fake_login(fake, 0));
	acl = sess->acl;
	target_lun_unlink(fake->lun1);

	/* its number is taken by something else */
	mutex_lock(&fake->port->mutex);
	KUNIT_EXPECT_EQ(test, target_itl_add(sess, 1, fake->lun->link, NULL), 0);
	itl = xa_load(&sess->itls, 1);
	mutex_unlock(&fake->port->mutex);
	refs = kref_read(&fake->lun->kref);
	KUNIT_EXPECT_EQ(test, PTR_ERR(target_acl_map(acl, 1, fake->lun)),
			-EEXIST);
	KUNIT_EXPECT_TRUE(test, xa_empty(&acl->maps));
	KUNIT_EXPECT_EQ(test, kref_read(&fake->lun->kref), refs);
	KUNIT_EXPECT_EQ(test, target_lun_link(fake->lun1, fake->dev1), -EEXIST);
	KUNIT_EXPECT_NULL(test, fake->lun1->link);
	KUNIT_EXPECT_EQ(test, fake->dev1->nr_links, 0);
	KUNIT_EXPECT_PTR_EQ(test, xa_load(&sess->itls, 1), (void *)itl);

	mutex_lock(&fake->port->mutex);
	target_itl_hide(itl);
	mutex_unlock(&fake->port->mutex);
	map = target_acl_map(acl, 1, fake->lun);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, map);
	target_acl_unmap(map);
	KUNIT_EXPECT_EQ(test, target_lun_link(fake->lun1, fake->dev1), 0);
	KUNIT_EXPECT_NOT_NULL(test, xa_load(&sess->itls, 1));
}

static int posted, unposted, post_answer;

static int post_link(struct se_portal_group *se_tpg, struct se_lun *lun)
{
	posted++;
	return post_answer;
}

static void post_unlink(struct se_portal_group *se_tpg, struct se_lun *lun)
{
	unposted++;
}

static void unlink_unit(struct core_fake *fake)
{
	struct target_dev *dev = fake->dev1;

	target_lun_unlink(fake->lun1);
	wait_var_event_timeout(&dev->links, list_empty(&dev->links), 5 * HZ);
}

/* Who refused a link, or never heard of it, does not hear of its end. */
static void session_fabric_told(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	static const int answers[] = { -EBUSY, 0 };
	int i;

	core_fake_add_unit(fake);
	unlink_unit(fake);
	posted = 0;
	unposted = 0;
	fake->ops.fabric_post_link = post_link;
	fake->ops.fabric_post_unlink = post_unlink;
	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		post_answer = answers[i];
		KUNIT_EXPECT_EQ(test, target_lun_link(fake->lun1, fake->dev1),
				post_answer);
		KUNIT_EXPECT_EQ(test, posted, i + 1);
		KUNIT_EXPECT_EQ(test, !fake->lun1->link, !!post_answer);
		unlink_unit(fake);
		KUNIT_EXPECT_EQ(test, unposted, i);
	}
	fake->ops.fabric_post_link = NULL;
	fake->ops.fabric_post_unlink = NULL;
}

static int login_only(struct se_portal_group *se_tpg)
{
	return 1;
}

/* What demo mode does not show is still shown to whom it is mapped. */
static void session_login_only(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct target_sess *mapped, *demo;
	struct target_acl *acl;
	struct target_map *map;

	acl = target_acl_make(fake->port, "iqn.2025-01.org.example:0");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, acl);
	map = target_acl_map(acl, 0, fake->lun);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, map);
	mapped = to_sess(core_fake_login(fake, 0));
	demo = to_sess(core_fake_login(fake, 1));

	fake->ops.tpg_check_demo_mode_login_only = login_only;
	target_lun_unlink(fake->lun);
	KUNIT_EXPECT_TRUE(test, xa_empty(&mapped->itls));
	KUNIT_EXPECT_EQ(test, target_lun_link(fake->lun, fake->dev), 0);
	KUNIT_EXPECT_NOT_NULL(test, xa_load(&mapped->itls, 0));
	KUNIT_EXPECT_TRUE(test, xa_empty(&demo->itls));

	target_acl_unmap(map);
	target_acl_remove(acl);
	target_acl_unref(acl);
}

static int refuse(struct se_portal_group *se_tpg, struct se_session *se_sess,
		  void *private)
{
	return -EPERM;
}

static struct target_acl *acl_to_remove;

static int remove_meanwhile(struct se_portal_group *se_tpg,
			    struct se_session *se_sess, void *private)
{
	target_acl_remove(acl_to_remove);
	return 0;
}

static unsigned int closed;

static void count_close(struct se_session *se_sess)
{
	closed++;
}

static void session_refused(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	const char *name = "iqn.2025-01.org.example:0";
	struct se_session *sess;

	sess = target_setup_session(&fake->tpg, 4, 64, TARGET_PROT_NORMAL, name,
				    NULL, refuse);
	KUNIT_EXPECT_EQ(test, PTR_ERR(sess), -EPERM);
	KUNIT_EXPECT_EQ(test, fake->port->nr_acls, 0);

	/* its ACL goes while the fabric looks at it: it never gets it */
	closed = 0;
	fake->ops.close_session = count_close;
	acl_to_remove = target_acl_make(fake->port, name);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, acl_to_remove);
	sess = target_setup_session(&fake->tpg, 0, 0, TARGET_PROT_NORMAL, name,
				    NULL, remove_meanwhile);
	KUNIT_EXPECT_EQ(test, PTR_ERR(sess), -EACCES);
	KUNIT_EXPECT_EQ(test, closed, 0);
	target_acl_unref(acl_to_remove);
	KUNIT_EXPECT_TRUE(test, list_empty(&fake->tpg.tpg_sess_list));
}

static void session_closed(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct se_session *sess = core_fake_login(fake, 0);

	closed = 0;
	fake->ops.close_session = count_close;
	target_acl_set_queue_depth(sess->se_node_acl, 17);
	KUNIT_EXPECT_EQ(test, closed, 1);
	KUNIT_EXPECT_EQ(test, sess->se_node_acl->queue_depth, 17);
	/* once is enough, and no change is none */
	target_acl_set_queue_depth(sess->se_node_acl, 18);
	target_acl_set_queue_depth(sess->se_node_acl, 18);
	KUNIT_EXPECT_EQ(test, closed, 1);
}

/* ------------------------------------------------------------- notices -- */

static struct {
	unsigned int	count;
	u8		lun[8];
	u16		code;
} told;

static void tell(struct se_session *sess, const struct scsi_lun *lun, u8 asc,
		 u8 ascq)
{
	told.count++;
	memcpy(told.lun, lun, sizeof(told.lun));
	told.code = asc << 8 | ascq;
	msleep(20);
}

static void settle(struct core_fake *fake, int i)
{
	flush_work(&to_sess(fake->sess[i])->notices.work);
}

static void session_notices(struct kunit *test)
{
	struct core_fake *fake = test->priv;

	fake->ops.sess_event = tell;
	told.count = 0;
	core_fake_add_unit(fake);
	core_fake_login(fake, 0);
	settle(fake, 0);
	KUNIT_EXPECT_EQ(test, told.count, 0);

	target_events_capacity_changed(fake->dev);
	settle(fake, 0);
	KUNIT_EXPECT_EQ(test, told.count, 1);
	KUNIT_EXPECT_EQ(test, told.code, 0x2a09);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(told.lun), 0);

	/* it waits to be reported already; and some are no news */
	target_events_capacity_changed(fake->dev);
	target_events_ident_changed(fake->dev);
	settle(fake, 0);
	KUNIT_EXPECT_EQ(test, told.count, 1);

	/* what is about all LUNs is said of one */
	target_events_lun_map_changed(to_sess(fake->sess[0]));
	settle(fake, 0);
	KUNIT_EXPECT_EQ(test, told.count, 2);
	KUNIT_EXPECT_EQ(test, told.code, 0x3f0e);
}

/* A session that goes waits for a call, and there is none after that. */
static void session_last_notice(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	unsigned int before;

	fake->ops.sess_event = tell;
	told.count = 0;
	core_fake_login(fake, 0);
	target_events_capacity_changed(fake->dev);
	target_events_lun_map_changed(to_sess(fake->sess[0]));
	target_remove_session(fake->sess[0]);
	fake->sess[0] = NULL;
	before = told.count;
	KUNIT_EXPECT_LE(test, before, 2);
	msleep(100);
	KUNIT_EXPECT_EQ(test, told.count, before);
}

/* ------------------------------------------------------------ counters -- */

static void run(struct kunit *test, struct core_fake_req req, int sess,
		unsigned int times)
{
	struct core_fake *fake = test->priv;
	struct core_fake_task *task;

	while (times--) {
		task = core_fake_start(fake, fake->sess[sess], &req);
		KUNIT_ASSERT_TRUE(test, core_fake_gone(task));
		KUNIT_ASSERT_EQ(test, task->scsi_status, SAM_STAT_GOOD);
	}
}

static void stats_sums(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct target_totals before, dev, lun;
	int i;

	core_fake_login(fake, 0);
	core_fake_login(fake, 1);
	target_device_totals(fake->dev, &before);
	for (i = 0; i < 2; i++) {
		run(test, core_fake_read(0, 4), i, 3);
		run(test, core_fake_write(0, 2), i, 5);
	}
	target_device_totals(fake->dev, &dev);
	target_lun_totals(fake->lun, &lun);
	KUNIT_EXPECT_EQ(test, dev.cmds - before.cmds, 16);
	KUNIT_EXPECT_EQ(test, dev.read_bytes, 2 * 3 * 4 * CORE_FAKE_BLOCK);
	KUNIT_EXPECT_EQ(test, dev.write_bytes, 2 * 5 * 2 * CORE_FAKE_BLOCK);
	KUNIT_EXPECT_MEMEQ(test, &dev, &lun, sizeof(dev));

	/* what sessions did stays when they go */
	target_remove_session(fake->sess[0]);
	fake->sess[0] = NULL;
	msleep(200);
	target_device_totals(fake->dev, &dev);
	target_lun_totals(fake->lun, &lun);
	KUNIT_EXPECT_EQ(test, dev.cmds - before.cmds, 16);
	KUNIT_EXPECT_EQ(test, dev.read_bytes, 2 * 3 * 4 * CORE_FAKE_BLOCK);
	KUNIT_EXPECT_MEMEQ(test, &dev, &lun, sizeof(dev));
}

static void stats_mapping(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct target_totals sum;
	struct target_acl *acl;
	struct target_map *map;
	u64 tests;

	acl = target_acl_make(fake->port, "iqn.2025-01.org.example:0");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, acl);
	map = target_acl_map(acl, 0, fake->lun);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, map);
	core_fake_login(fake, 0);
	target_acl_map_totals(map, &sum);
	tests = sum.cmds;
	run(test, core_fake_read(0, 4), 0, 3);
	target_acl_map_totals(map, &sum);
	KUNIT_EXPECT_EQ(test, sum.cmds - tests, 3);
	KUNIT_EXPECT_EQ(test, sum.read_bytes, 3 * 4 * CORE_FAKE_BLOCK);

	target_remove_session(fake->sess[0]);
	fake->sess[0] = NULL;
	msleep(200);
	target_acl_map_totals(map, &sum);
	KUNIT_EXPECT_EQ(test, sum.cmds - tests, 3);
	KUNIT_EXPECT_EQ(test, sum.read_bytes, 3 * 4 * CORE_FAKE_BLOCK);
	target_acl_unmap(map);
	target_acl_remove(acl);
	target_acl_unref(acl);
}

static struct kunit_case session_cases[] = {
	KUNIT_CASE(session_detach),
	KUNIT_CASE(session_wait),
	KUNIT_CASE(session_late_command),
	KUNIT_CASE(session_tmr_detached),
	KUNIT_CASE(session_unlink),
	KUNIT_CASE(session_admission),
	KUNIT_CASE(session_no_room),
	KUNIT_CASE(session_fabric_told),
	KUNIT_CASE(session_login_only),
	KUNIT_CASE(session_refused),
	KUNIT_CASE(session_closed),
	KUNIT_CASE(session_notices),
	KUNIT_CASE(session_last_notice),
	{ }
};

static struct kunit_suite session_suite = {
	.name = "target_session",
	.init = session_init,
	.exit = session_exit,
	.test_cases = session_cases,
};

static struct kunit_case stats_cases[] = {
	KUNIT_CASE(stats_sums),
	KUNIT_CASE(stats_mapping),
	{ }
};

static struct kunit_suite stats_suite = {
	.name = "target_stats",
	.init = session_init,
	.exit = session_exit,
	.test_cases = stats_cases,
};

kunit_test_suites(&session_suite, &stats_suite);

