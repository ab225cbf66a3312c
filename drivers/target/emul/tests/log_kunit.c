// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of LOG SENSE and LOG SELECT.
 */
#include <linux/jiffies.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "../../core/stats.h"
#include "../ua.h"
#include "fake.h"

static u8 log_sense(struct fake *fake, u8 page, u8 subpage)
{
	const u8 cdb[] = { 0x4d, 0, 0x40 | page, subpage, 0, 0, 0, 0xff, 0xff,
			   0 };

	return fake_in(fake, cdb, 0xffff);
}

/* What is listed is there with its header, what is not is refused. */
static void log_pages(struct kunit *test)
{
	static const u8 list[] = { 0x80, 0, 0, 11, 0x00, 0x02, 0x03, 0x05,
				   0x06, 0x0c, 0x0d, 0x0f, 0x10, 0x19, 0x2f };
	static const u8 subpages[] = { 0xd9, 0xff, 0, 4, 0x19, 0, 0x19, 0xff };
	struct fake *fake = test->priv;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, log_sense(fake, 0, 0), 0);
	KUNIT_ASSERT_EQ(test, fake->se.data_length, sizeof(list));
	KUNIT_EXPECT_MEMEQ(test, fake->data, list, sizeof(list));
	for (i = 0; i < 64; i++) {
		u8 status = log_sense(fake, i, 0);

		KUNIT_EXPECT_EQ_MSG(test, !status,
				    !!memchr(list + 4, i, sizeof(list) - 4),
				    "%02x", i);
		if (status)
			continue;
		KUNIT_EXPECT_EQ(test, fake->data[0], 0x80 | i);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2) + 4,
				fake->se.data_length);
	}
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0, 0xff), 0);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0xc0);
	KUNIT_EXPECT_EQ(test, fake->data[1], 0xff);
	/* and a list of its subpages for each page but 0 */
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 2 * 22);
	KUNIT_EXPECT_EQ(test, fake->data[7], 0xff);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x19, 0xff), 0);
	KUNIT_EXPECT_MEMEQ(test, fake->data, subpages, sizeof(subpages));
	KUNIT_EXPECT_EQ(test, fake->se.data_length, sizeof(subpages));
	KUNIT_EXPECT_EQ(test, log_sense(fake, 0x18, 0xff), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 3);
	KUNIT_EXPECT_EQ(test, log_sense(fake, 2, 1), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 3);
}

static void log_errors(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 3, 0, 0, 1, 0 };
	static const u8 write[] = { 0x2a, 0, 0, 0, 0, 3, 0, 0, 1, 0 };
	static const u8 verify[] = { 0x2f, 0, 0, 0, 0, 3, 0, 0, 1, 0 };
	static const u8 reset[] = { 0x4c, 0x02, 0x40, 0, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		fake->fail_at = i + 1;
		KUNIT_EXPECT_EQ(test, i == 0 ? fake_in(fake, read, 512) :
				      i == 1 ? fake_out(fake, write, 512) :
					       fake_none(fake, verify), 2);
	}
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x02, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 16), 6);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 20), 1);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x03, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 20), 2);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x05, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8), 1);
	KUNIT_ASSERT_EQ(test, fake_none(fake, reset), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x02, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 20), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x05, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8), 0);
}

static void log_statistics(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 3, 0, 0, 5, 0 };
	static const u8 write[] = { 0x2a, 0, 0, 0, 0, 3, 0, 0, 2, 0 };
	static const u8 reset[] = { 0x4c, 0x02, 0x59, 0, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 5 * 512), 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 5 * 512), 0);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 2 * 512), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x19, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 16), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 24), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 32), 10);
	/* time interval: 1 ms */
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 84), 0x0003);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 88), 3);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fake->data + 92), 1);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 96);
	KUNIT_EXPECT_EQ(test, fake->other.ua.count, 0);
	KUNIT_ASSERT_EQ(test, fake_none(fake, reset), 0);
	/* LOG PARAMETERS CHANGED, for the others */
	KUNIT_EXPECT_EQ(test, fake->itl.ua.count, 0);
	KUNIT_ASSERT_EQ(test, fake->other.ua.count, 1);
	KUNIT_EXPECT_EQ(test, fake->other.ua.code[0], TARGET_UA_LOG_CHANGED);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x19, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 40), 0);
}

/* How long commands took, of those that read and of those that wrote */
static void log_intervals(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 3, 0, 0, 5, 0 };
	static const u8 reset[] = { 0x4c, 0x02, 0x59, 0, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;
	struct target_cmd *cmd;

	cmd = fake_cmd(fake, read, sizeof(read), 512, DMA_FROM_DEVICE);
	fake->se.se_cmd_flags |= SCF_SCSI_DATA_CDB;
	cmd->born = jiffies - 3 * HZ;
	target_stats_count(cmd);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x19, 0), 0);
	KUNIT_EXPECT_GE(test, get_unaligned_be64(fake->data + 40), 3000);
	KUNIT_EXPECT_LT(test, get_unaligned_be64(fake->data + 40), 60000);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 48), 0);
	/* commands took longer than there was time: they overlapped */
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 72), 0x0002);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 76), 0);
	fake->emul.log.since -= 1000 * HZ;
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x19, 0), 0);
	KUNIT_EXPECT_GE(test, get_unaligned_be64(fake->data + 76), 900000);
	KUNIT_EXPECT_LE(test, get_unaligned_be64(fake->data + 76), 997000 + 60000);
	KUNIT_ASSERT_EQ(test, fake_none(fake, reset), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x19, 0), 0);
	KUNIT_EXPECT_LT(test, get_unaligned_be64(fake->data + 76), 60000);
}

/*
 * Who asks a filesystem how full it is holds nothing that others need: here
 * somebody else has the lock all the time.
 */
static void log_provisioning_waits_alone(struct kunit *test)
{
	struct fake *fake = test->priv;

	mutex_lock(&fake->emul.mode_lock);
	KUNIT_EXPECT_EQ(test, log_sense(fake, 0x0c, 0), 0);
	mutex_unlock(&fake->emul.mode_lock);
}

/* 3 MiB used, 100 MiB available, in units of 1 MiB */
static void log_provisioning(struct kunit *test)
{
	static const u8 page[] = { 0x8c, 0, 0, 24, 0, 1, 3, 8, 0, 0, 0, 100,
				   2, 0, 0, 0, 0, 2, 3, 8, 0, 0, 0, 3, 1 };
	static const u8 second[] = { 0x4d, 0, 0x4c, 0, 0, 0, 2, 0, 0xff, 0 };
	static const u8 third[] = { 0x4d, 0, 0x4c, 0, 0, 0, 3, 0, 0xff, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x0c, 0), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 28);
	KUNIT_EXPECT_MEMEQ(test, fake->data, page, sizeof(page));
	/* PARAMETER POINTER */
	KUNIT_ASSERT_EQ(test, fake_in(fake, second, 255), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 12);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 4), 2);
	KUNIT_EXPECT_EQ(test, fake_in(fake, third, 255), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 5);
}

/* A medium that does not know how full it is has no page of that. */
static void log_provisioning_unknown(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->dev.limits.usage = false;
	KUNIT_EXPECT_EQ(test, log_sense(fake, 0x0c, 0), 2);
	KUNIT_EXPECT_EQ(test, log_sense(fake, 0x0c, 0xff), 2);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 10);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0, 0xff), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 2 * 20);
}

static void log_self_tests(struct kunit *test)
{
	static const u8 plain[] = { 0x1d, 0x04, 0, 0, 0, 0 };
	static const u8 extended[] = { 0x1d, 0xc0, 0, 0, 0, 0 };
	static const u8 reset[] = { 0x4c, 0x02, 0x50, 0, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_none(fake, plain), 0);
	/* the second piece of 512 blocks */
	fake->fail_at = 8 + 2;
	KUNIT_ASSERT_EQ(test, fake_none(fake, extended), 2);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x10, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->data + 2), 20 * 20);
	KUNIT_EXPECT_EQ(test, fake->data[8], 0xc4);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 12), 512);
	KUNIT_EXPECT_EQ(test, fake->data[20], 4);
	KUNIT_EXPECT_EQ(test, fake->data[28], 0x00);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 32), U64_MAX);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 52), 0);
	KUNIT_ASSERT_EQ(test, fake_none(fake, reset), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x10, 0), 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake->data + 8, 0, 16));
}

static void log_client(struct kunit *test)
{
	static const u8 select[] = { 0x4c, 0, 0x40, 0, 0, 0, 0, 1, 4, 0 };
	static const u8 named[] = { 0x4c, 0, 0x4f, 0, 0, 0, 0, 1, 4, 0 };
	static const u8 reset[] = { 0x4c, 0x02, 0x4f, 0, 0, 0, 0, 0, 0, 0 };
	struct fake *fake = test->priv;
	static const u8 list[] = { 0x0f, 0, 1, 0, 0, 5, 3, 252 };

	memset(fake->data, 0x77, 260);
	memcpy(fake->data, list, sizeof(list));
	KUNIT_EXPECT_EQ(test, fake_out(fake, named, 260), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
	KUNIT_ASSERT_EQ(test, fake_out(fake, select, 260), 0);
	fake->data[5] = 64;
	KUNIT_EXPECT_EQ(test, fake_out(fake, select, 260), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	fake->data[5] = 5;
	fake->data[7] = 251;
	KUNIT_EXPECT_EQ(test, fake_out(fake, select, 260), 2);
	fake->data[0] = 0x02;
	KUNIT_EXPECT_EQ(test, fake_out(fake, select, 260), 2);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x0f, 0), 0);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 4 + 64 * 256);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 5 * 256 + 4], 0x77);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 4 * 256 + 4], 0);
	KUNIT_ASSERT_EQ(test, fake_none(fake, reset), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x0f, 0), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 5 * 256 + 4], 0);
}

/* Parameters in order, and whole; a second page would be another one. */
static void log_client_order(struct kunit *test)
{
	static const u8 select[] = { 0x4c, 0, 0x00, 0, 0, 0, 0, 2, 4, 0 };
	static const u8 first[] = { 0x0f, 0, 2, 0, 0, 5, 3, 252 };
	static const u8 second[] = { 0, 6, 3, 252 };
	struct fake *fake = test->priv;

	memset(fake->data, 0x77, 516);
	memcpy(fake->data, first, sizeof(first));
	memcpy(fake->data + 260, second, sizeof(second));
	KUNIT_EXPECT_EQ(test, fake_out(fake, select, 516), 0);
	fake->data[261] = 5;
	KUNIT_EXPECT_EQ(test, fake_out(fake, select, 516), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->sense + 16), 260);
	fake->data[261] = 6;
	put_unaligned_be16(511, fake->data + 2);
	KUNIT_EXPECT_EQ(test, fake_out(fake, select, 516), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_LIST);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fake->sense + 16), 515);
	put_unaligned_be16(513, fake->data + 2);
	KUNIT_EXPECT_EQ(test, fake_out(fake, select, 516), 2);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_LIST_LENGTH);
}

/* PC 11b without PCR resets counters, and nothing else. */
static void log_defaults(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 3, 0, 0, 1, 0 };
	static const u8 nothing[] = { 0x4c, 0, 0x00, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 counters[] = { 0x4c, 0, 0xc3, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 all[] = { 0x4c, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 select[] = { 0x4c, 0, 0x40, 0, 0, 0, 0, 1, 4, 0 };
	static const u8 client[] = { 0x0f, 0, 1, 0, 0, 5, 3, 252 };
	struct fake *fake = test->priv;

	fake->fail_at = 1;
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 2);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 512), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, nothing), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x03, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 20), 1);
	KUNIT_EXPECT_EQ(test, fake->other.ua.count, 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, counters), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x03, 0), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 20), 0);
	KUNIT_EXPECT_EQ(test, fake->other.ua.count, 1);
	memset(fake->data, 0x77, 260);
	memcpy(fake->data, client, sizeof(client));
	KUNIT_ASSERT_EQ(test, fake_out(fake, select, 260), 0);
	KUNIT_EXPECT_EQ(test, fake_none(fake, all), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x19, 0), 0);
	KUNIT_EXPECT_EQ(test, fake->data[6], 0x02);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fake->data + 8), 0);
	KUNIT_ASSERT_EQ(test, log_sense(fake, 0x0f, 0), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4 + 5 * 256 + 4], 0x77);
}

static void log_refused(struct kunit *test)
{
	static const u8 threshold[] = { 0x4d, 0, 0x02, 0, 0, 0, 0, 0, 0xff, 0 };
	static const u8 both[] = { 0x4c, 0x02, 0x40, 0, 0, 0, 0, 0, 4, 0 };
	static const u8 unknown[] = { 0x4c, 0x02, 0x7e, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 of_lists[] = { 0x4d, 0, 0x0d, 0, 0, 0, 0, 0, 0xff, 0 };
	struct fake *fake = test->priv;

	/* PC chooses between values of counters, and a list has one */
	KUNIT_EXPECT_EQ(test, fake_in(fake, of_lists, 255), 0);

	KUNIT_EXPECT_EQ(test, fake_in(fake, threshold, 255), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
	KUNIT_EXPECT_EQ(test, fake_out(fake, both, 4), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 7);
	KUNIT_EXPECT_EQ(test, fake_none(fake, unknown), 2);
	KUNIT_EXPECT_EQ(test, fake->sense[17], 2);
}

static struct kunit_case log_cases[] = {
	KUNIT_CASE(log_pages),
	KUNIT_CASE(log_errors),
	KUNIT_CASE(log_statistics),
	KUNIT_CASE(log_intervals),
	KUNIT_CASE(log_provisioning),
	KUNIT_CASE(log_provisioning_waits_alone),
	KUNIT_CASE(log_provisioning_unknown),
	KUNIT_CASE(log_self_tests),
	KUNIT_CASE(log_client),
	KUNIT_CASE(log_client_order),
	KUNIT_CASE(log_defaults),
	KUNIT_CASE(log_refused),
	{}
};

static struct kunit_suite log_suite = {
	.name = "target_log",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = log_cases,
};

kunit_test_suite(log_suite);
