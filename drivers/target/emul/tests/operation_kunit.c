// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of copy operations: how many there can be, how they are named and
 * ended, how long their results are kept.
 */
#include <linux/slab.h>
#include <linux/unaligned.h>
#include "../copy_lu.h"
#include "copy_fake.h"

static struct target_copy_op *begin(struct kunit *test, u32 id,
				    sense_reason_t wanted)
{
	static const u8 cdb[16] = { 0x83, 0x01 };
	struct copy_pair *pair = test->priv;
	struct target_copy_op *op = kzalloc(sizeof(*op), GFP_KERNEL);
	sense_reason_t reason;

	KUNIT_ASSERT_NOT_NULL(test, op);
	op->sa = 0x01;
	op->id = id;
	op->identified = true;
	reason = target_copy_lu_begin(fake_cmd(pair->home, cdb, sizeof(cdb), 0,
					       DMA_NONE), op);
	KUNIT_EXPECT_EQ(test, (__force u8)reason, (__force u8)wanted);
	if (reason)
		kfree(op);
	return reason ? NULL : op;
}

/**
 * struct ender - ends an operation after a while, as its chunks would
 * @work: does it
 * @dev: logical unit
 * @op: operation
 * @cancelled: it was told to
 */
struct ender {
	struct delayed_work	work;
	struct target_dev	*dev;
	struct target_copy_op	*op;
	bool			cancelled;
};

static void end_op(struct work_struct *work)
{
	struct ender *ender = container_of(work, struct ender, work.work);

	ender->cancelled = READ_ONCE(ender->op->cancelled);
	target_copy_lu_end(ender->dev, ender->op, TCM_COPY_STOPPED);
}

/* COPY OPERATION ABORT, which waits for the operation to end */
static void abort_op(struct kunit *test, struct target_copy_op *op)
{
	u8 cdb[16] = { 0x83, 0x1c };
	struct copy_pair *pair = test->priv;
	struct ender ender = { .dev = &pair->home->dev, .op = op };

	put_unaligned_be32(op->id, cdb + 2);
	INIT_DELAYED_WORK_ONSTACK(&ender.work, end_op);
	schedule_delayed_work(&ender.work, HZ / 10);
	KUNIT_EXPECT_EQ(test, fake_none(pair->home, cdb), 0);
	flush_delayed_work(&ender.work);
	destroy_delayed_work_on_stack(&ender.work);
	KUNIT_EXPECT_TRUE(test, ender.cancelled);
}

static void operation_kept(struct kunit *test)
{
	static const u8 abort[16] = { 0x83, 0x1c, 0, 0, 0, 3 };
	static const u8 unknown[16] = { 0x83, 0x1c, 0, 0, 0, 99 };
	struct target_copy_op *ops[TARGET_COPY_LU_RUNNING];
	struct copy_pair *pair = test->priv;
	struct target_copy_lu *lu = &pair->home->emul.copy;
	struct target_copy_op *other;
	unsigned int i;

	other = kunit_kmalloc(test, sizeof(*other), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_ASSERT_EQ(test, fake_none(pair->home, unknown), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_CDB);
	for (i = 0; i < TARGET_COPY_LU_RUNNING; i++)
		ops[i] = begin(test, i, TCM_NO_SENSE);
	begin(test, 3, TCM_COPY_IN_PROGRESS);
	begin(test, 50, TCM_BUSY);
	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x05, 3), 0);
	KUNIT_EXPECT_EQ(test, pair->home->data[5], 0x11);
	/* details of a failure and held data are to be had afterwards */
	KUNIT_EXPECT_EQ(test, copy_fake_receive(pair, 0x01, 3), 2);
	KUNIT_EXPECT_EQ(test, copy_fake_receive(pair, 0x04, 3), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_CDB);
	abort_op(test, ops[3]);
	KUNIT_ASSERT_EQ(test, copy_fake_receive(pair, 0x05, 3), 0);
	KUNIT_EXPECT_EQ(test, pair->home->data[5], 0x60);
	/* TASK ABORTED, without sense data */
	KUNIT_EXPECT_EQ(test, pair->home->data[12], 0x40);
	KUNIT_EXPECT_EQ(test, pair->home->data[14], 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(pair->home->data + 8),
			0xfffffffe);
	KUNIT_EXPECT_EQ(test, fake_none(pair->home, abort), 2);
	/* it may be used again, and takes the place of the other */
	ops[3] = begin(test, 3, TCM_NO_SENSE);
	KUNIT_EXPECT_EQ(test, lu->nr_ops, TARGET_COPY_LU_RUNNING);
	/* another nexus knows nothing of it */
	KUNIT_EXPECT_FALSE(test, target_copy_lu_find(&pair->home->dev,
						     &pair->away->sess, 3,
						     false, other));
	/* a reset of the unit ends them all, and forgets those that ended */
	target_copy_lu_end(&pair->home->dev, ops[3], TCM_NO_SENSE);
	KUNIT_EXPECT_FALSE(test, ops[0]->cancelled || ops[7]->cancelled);
	target_copy_lu_reset(&pair->home->dev);
	KUNIT_EXPECT_EQ(test, lu->nr_ops, TARGET_COPY_LU_RUNNING - 1);
	ops[3] = begin(test, 3, TCM_NO_SENSE);
	KUNIT_EXPECT_TRUE(test, ops[0]->cancelled && ops[7]->cancelled);
	for (i = 0; i < TARGET_COPY_LU_RUNNING; i++)
		target_copy_lu_end(&pair->home->dev, ops[i], TCM_NO_SENSE);
	/* so many results are kept, and no more */
	for (i = 100; i < 300; i++)
		target_copy_lu_end(&pair->home->dev,
				   begin(test, i, TCM_NO_SENSE), TCM_NO_SENSE);
	KUNIT_EXPECT_EQ(test, lu->nr_ops, TARGET_COPY_LU_OPS);
	KUNIT_EXPECT_EQ(test, lu->running, 0);
	target_copy_lu_forget(&pair->home->dev, &pair->away->sess);
	KUNIT_EXPECT_EQ(test, lu->nr_ops, TARGET_COPY_LU_OPS);
	target_copy_lu_forget(&pair->home->dev, &pair->home->sess);
	KUNIT_EXPECT_EQ(test, lu->nr_ops, 0);
}

/* The nexus goes while it is under way, and another gets its address. */
static void operation_forgotten(struct kunit *test)
{
	static const u8 abort[16] = { 0x83, 0x1c, 0, 0, 0, 3 };
	struct copy_pair *pair = test->priv;
	struct target_copy_lu *lu = &pair->home->emul.copy;
	struct target_copy_op *op = begin(test, 3, TCM_NO_SENSE);

	target_copy_lu_forget(&pair->home->dev, &pair->home->sess);
	KUNIT_EXPECT_EQ(test, copy_fake_receive(pair, 0x05, 3), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_CDB);
	KUNIT_EXPECT_EQ(test, fake_none(pair->home, abort), 2);
	KUNIT_EXPECT_EQ(test, lu->running, 1);
	target_copy_lu_end(&pair->home->dev, op, TCM_COPY_STOPPED);
	KUNIT_EXPECT_EQ(test, lu->running, 0);
	KUNIT_EXPECT_EQ(test, lu->nr_ops, 0);
}

/* The other format names the same operation, and is wrong (SPC-4 6.4.3.2). */
static void operation_other_format(struct kunit *test)
{
	struct copy_pair *pair = test->priv;
	struct target_copy_op *op = begin(test, 7, TCM_NO_SENSE);

	copy_fake_list(pair);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, copy_fake_pointer(pair->home), 0);
	op->sa = 0x00;
	copy_fake_list(pair);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(pair->home), 0x050016);
	begin(test, 7, TCM_INVALID_PARAMETER_LIST);
	/* of a token, it is one that is under way */
	op->sa = 0x11;
	begin(test, 7, TCM_COPY_IN_PROGRESS);
	KUNIT_EXPECT_EQ(test, pair->home->emul.copy.nr_ops, 1);
	target_copy_lu_end(&pair->home->dev, op, TCM_NO_SENSE);
	copy_fake_list(pair);
	KUNIT_EXPECT_EQ(test, copy_fake_run(pair, COPY_LIST), 0);
}

static struct kunit_case operation_cases[] = {
	KUNIT_CASE(operation_kept),
	KUNIT_CASE(operation_forgotten),
	KUNIT_CASE(operation_other_format),
	{}
};

static struct kunit_suite operation_suite = {
	.name = "target_copy_lu",
	.init = copy_fake_init,
	.exit = copy_fake_exit,
	.test_cases = operation_cases,
};

kunit_test_suite(operation_suite);
