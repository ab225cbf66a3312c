// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of LUNs in target port groups: what a path's access state is
 * while it appears and while it goes away.
 */
#include <linux/delay.h>
#include <linux/wait_bit.h>
#include "../device.h"
#include "../lun.h"
#include "../tp_group.h"
#include "../tp_member.h"
#include "fake.h"

static int tp_group_init(struct kunit *test)
{
	test->priv = core_fake_make(test);
	return 0;
}

static void tp_group_exit(struct kunit *test)
{
	if (test->priv)
		core_fake_end(test->priv);
}

static void put_into(struct target_dev *dev, u8 state)
{
	guard(mutex)(&dev->mutex);
	dev->tp_default->access.state = state;
	target_tp_transition_publish(dev);
}

static bool is_slow(const struct target_dev *dev)
{
	return test_bit(TARGET_SLOW_ALUA, &dev->slow);
}

/* Until the last link is gone */
static void wait_for_links(struct target_dev *dev)
{
	wait_var_event_timeout(&dev->links, list_empty(&dev->links), 5 * HZ);
	/* who wakes us still has it */
	mutex_lock(&dev->mutex);
	mutex_unlock(&dev->mutex);
}

static struct target_lun *lun_to_be;
static int state_to_be;

/* Asked before sessions are shown a LUN */
static int look(struct se_portal_group *se_tpg)
{
	if (lun_to_be->link)
		state_to_be = lun_to_be->link->tp.access;
	return 0;
}

/* No command comes by a path that has no access state yet. */
static void tp_group_linked(struct kunit *test)
{
	struct core_fake *fake = test->priv;

	core_fake_login(fake, 0);
	target_lun_unlink(fake->lun);
	wait_for_links(fake->dev);
	put_into(fake->dev, TARGET_TP_STANDBY);
	KUNIT_EXPECT_FALSE(test, is_slow(fake->dev));
	lun_to_be = fake->lun;
	state_to_be = -1;
	fake->ops.tpg_check_demo_mode_login_only = look;
	KUNIT_EXPECT_EQ(test, target_lun_link(fake->lun, fake->dev), 0);
	KUNIT_EXPECT_EQ(test, state_to_be, TARGET_TP_STANDBY);
	KUNIT_EXPECT_TRUE(test, is_slow(fake->dev));
}

/* Those that came before the unlink see the state that it had. */
static void tp_group_unlinked(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct core_fake_req req = core_fake_read(0, 8);
	struct target_link *link = fake->lun->link;
	struct core_fake_task *task;

	fake->medium->hold = true;
	task = core_fake_start(fake, core_fake_login(fake, 0), &req);
	put_into(fake->dev, TARGET_TP_UNAVAILABLE);
	target_lun_unlink(fake->lun);
	KUNIT_EXPECT_EQ(test, link->tp.access, TARGET_TP_UNAVAILABLE);
	KUNIT_EXPECT_TRUE(test, is_slow(fake->dev));
	KUNIT_EXPECT_TRUE(test, list_empty(&fake->dev->tp_default->members));
	/* it is no more what happens to the group */
	put_into(fake->dev, TARGET_TP_ACTIVE_OPTIMIZED);
	KUNIT_EXPECT_EQ(test, link->tp.access, TARGET_TP_UNAVAILABLE);
	KUNIT_EXPECT_TRUE(test, is_slow(fake->dev));

	core_fake_finish(fake, BLK_STS_OK);
	KUNIT_EXPECT_TRUE(test, core_fake_gone(task));
	wait_for_links(fake->dev);
	KUNIT_EXPECT_FALSE(test, is_slow(fake->dev));
}

/* Who asked for a state too late changes nothing, now or after a new link. */
static void tp_group_late(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct target_link *link = fake->lun->link;

	percpu_ref_get(&link->ref);
	KUNIT_EXPECT_EQ(test, target_tp_member_set_offline(link, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, link->tp.access, TARGET_TP_OFFLINE);
	target_lun_unlink(fake->lun);
	KUNIT_EXPECT_EQ(test, target_lun_link(fake->lun, fake->dev), 0);
	KUNIT_EXPECT_EQ(test, fake->lun->link->tp.access,
			TARGET_TP_ACTIVE_OPTIMIZED);
	KUNIT_EXPECT_FALSE(test, fake->lun->link->tp.offline);
	KUNIT_EXPECT_EQ(test, target_tp_member_set_offline(link, false, NULL),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, link->tp.access, TARGET_TP_OFFLINE);
	KUNIT_EXPECT_EQ(test,
			target_tp_member_set(link, TARGET_TP_alua_tg_pt_status,
					     1), -ENODEV);
	KUNIT_EXPECT_EQ(test,
			target_tp_member_set(link,
					     TARGET_TP_alua_tg_pt_write_md,
					     0), -ENODEV);
	percpu_ref_put(&link->ref);
}

/* Unit attention conditions: ASC << 8 | ASCQ */
#define ACCESS_CHANGED	0x2a06
#define INQUIRY_CHANGED	0x3f03

/* Is an initiator to hear of it?  Forgets all that it is to hear of. */
static bool hears(struct core_fake *fake, u16 code)
{
	struct target_itl *itl = xa_load(&to_sess(fake->sess[0])->itls, 0);
	bool found = false;
	unsigned int i;

	guard(spinlock_irq)(&itl->ua.lock);
	for (i = 0; i < itl->ua.count; i++)
		found |= itl->ua.code[i] == code;
	itl->ua.count = 0;
	return found;
}

/* A port that comes into another group may have another state by that. */
static void tp_group_moved(struct kunit *test)
{
	struct core_fake *fake = test->priv;
	struct target_tp_group *group[2];
	int i;

	for (i = 0; i < ARRAY_SIZE(group); i++) {
		group[i] = target_tp_group_make(fake->dev, i ? "standby" : "same");
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group[i]);
		KUNIT_ASSERT_EQ(test, target_tp_group_set_id(group[i], 0), 0);
	}
	group[1]->access.state = TARGET_TP_STANDBY;
	core_fake_login(fake, 0);

	KUNIT_EXPECT_EQ(test, target_tp_member_join(fake->lun->link, "same"), 0);
	KUNIT_EXPECT_FALSE(test, hears(fake, ACCESS_CHANGED));
	KUNIT_EXPECT_EQ(test, target_tp_member_join(fake->lun->link, "standby"), 0);
	KUNIT_EXPECT_TRUE(test, hears(fake, ACCESS_CHANGED));
	target_tp_group_remove(group[0]);
	KUNIT_EXPECT_FALSE(test, hears(fake, INQUIRY_CHANGED));
	target_tp_group_remove(group[1]);
	KUNIT_EXPECT_EQ(test, fake->lun->link->tp.access,
			TARGET_TP_ACTIVE_OPTIMIZED);
	KUNIT_EXPECT_TRUE(test, hears(fake, ACCESS_CHANGED));
}

static struct kunit_case tp_group_cases[] = {
	KUNIT_CASE(tp_group_linked),
	KUNIT_CASE(tp_group_unlinked),
	KUNIT_CASE(tp_group_late),
	KUNIT_CASE(tp_group_moved),
	{}
};

static struct kunit_suite tp_group_suite = {
	.name = "target_tp_group",
	.init = tp_group_init,
	.exit = tp_group_exit,
	.test_cases = tp_group_cases,
};

kunit_test_suite(tp_group_suite);
