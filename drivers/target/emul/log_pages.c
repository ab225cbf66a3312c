// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log pages (SPC-5 7.3, SBC-4 6.4): one row a page.  The lists of pages are
 * printed from the table.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../core/device.h"
#include "exception.h"
#include "log_pages.h"
#include "lu.h"

/*
 * Parameter control byte (SPC-5 table 396): a counter, several without bounds, or
 * a list that is bytes
 */
#define COUNTER		0x00
#define COUNTERS	0x02
#define LIST		0x03

/* A parameter: its header, and room for what it has, zeroed */
static u8 *parameter(struct target_cursor *c, u16 code, u8 control, u8 len)
{
	u8 *p = target_cursor_take(c, 4 + len);

	if (!p)
		return NULL;
	memset(p, 0, 4 + len);
	put_unaligned_be16(code, p);
	p[2] = control;
	p[3] = len;
	return p + 4;
}

static void counter(struct target_cursor *c, u16 code, u64 value)
{
	u8 *p = parameter(c, code, COUNTER, 8);

	if (p)
		put_unaligned_be64(value, p);
}

/* What was done since LOG SELECT reset it */
static struct target_totals totals_of(struct target_dev *dev)
{
	const struct target_totals *zero = &dev->emul->log.zero;
	struct target_totals sum;

	target_device_totals(dev, &sum);
	sum.reads -= zero->reads;
	sum.writes -= zero->writes;
	sum.read_bytes -= zero->read_bytes;
	sum.write_bytes -= zero->write_bytes;
	sum.read_time -= zero->read_time;
	sum.write_time -= zero->write_time;
	return sum;
}

static void reset_totals(struct target_dev *dev)
{
	target_device_totals(dev, &dev->emul->log.zero);
	dev->emul->log.since = get_jiffies_64();
}

/* A logical unit that is being enabled counts from now on. */
void target_log_pages_init(struct target_dev *dev)
{
	dev->emul->log.since = get_jiffies_64();
}

/* ----------------------------------------------------- error counters -- */

/* SPC-5 7.3.8: what was corrected is the medium's business, and unknown */
#define TOTAL_BYTES		0x0005
#define TOTAL_UNCORRECTED	0x0006

static void write_errors(struct target_dev *dev, struct target_cursor *c)
{
	counter(c, TOTAL_BYTES, totals_of(dev).write_bytes);
	counter(c, TOTAL_UNCORRECTED, atomic_long_read(&dev->write_errors));
}

static void reset_write_errors(struct target_dev *dev)
{
	atomic_long_set(&dev->write_errors, 0);
}

static void read_errors(struct target_dev *dev, struct target_cursor *c)
{
	counter(c, TOTAL_BYTES, totals_of(dev).read_bytes);
	counter(c, TOTAL_UNCORRECTED, atomic_long_read(&dev->read_errors));
}

static void reset_read_errors(struct target_dev *dev)
{
	atomic_long_set(&dev->read_errors, 0);
}

static void verify_errors(struct target_dev *dev, struct target_cursor *c)
{
	counter(c, TOTAL_UNCORRECTED,
		atomic_long_read(&dev->emul->log.verify_errors));
}

static void reset_verify_errors(struct target_dev *dev)
{
	atomic_long_set(&dev->emul->log.verify_errors, 0);
}

static void other_errors(struct target_dev *dev, struct target_cursor *c)
{
	counter(c, 0x0000, atomic_long_read(&dev->other_errors));
}

static void reset_other_errors(struct target_dev *dev)
{
	atomic_long_set(&dev->other_errors, 0);
}

/* ---------------------------------------------------------- the medium -- */

static void resource(const struct target_dev *dev, struct target_cursor *c,
		     u16 code, u64 bytes)
{
	u64 count = bytes >> (dev->block_shift +
			     target_lu_threshold_exponent(dev));
	u8 *p = parameter(c, code, LIST, 8);

	if (!p)
		return;
	put_unaligned_be32(min_t(u64, count, U32_MAX), p);
	/* SCOPE: what is available is so for others too */
	p[4] = code == 0x0001 ? 0x02 : 0x01;
}

static bool usage_is_known(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.usage);
}

/* 0Ch Logical Block Provisioning (SBC-4 6.4.5) */
static void provisioning(struct target_dev *dev, struct target_cursor *c)
{
	const struct target_backend_ops *ops = dev->backend->ops;
	u64 used, available;

	if (ops->usage(dev->backend, &used, &available))
		return;
	resource(dev, c, 0x0001, available);
	resource(dev, c, 0x0002, used);
}

/* 0Dh Temperature: there is no sensor that is this logical unit's */
static void temperature(struct target_dev *dev, struct target_cursor *c)
{
	u8 *p = parameter(c, 0x0000, LIST, 2);

	if (p)
		p[1] = 0xff;
}

/* The time interval of page 19h: 1 ms; EXPONENT is a negative power of ten */
#define INTERVAL_EXPONENT	3
#define INTERVAL_INTEGER	1

/*
 * How long nothing was to be done, in time intervals.  To know that would need
 * a counter that all CPUs share, so it is what remains if all commands came one
 * after another: too little where they overlap.
 */
static void idle_time(const struct target_dev *dev,
		      const struct target_totals *sum, struct target_cursor *c)
{
	u64 all = get_jiffies_64() - dev->emul->log.since;
	u64 busy = sum->read_time + sum->write_time;
	u8 *p = parameter(c, 0x0002, COUNTERS, 8);

	if (p && all > busy)
		put_unaligned_be64(jiffies64_to_msecs(all - busy), p);
}

/* 19h General Statistics and Performance (SPC-5 7.3.10) */
static void statistics(struct target_dev *dev, struct target_cursor *c)
{
	struct target_totals sum = totals_of(dev);
	u8 *p = parameter(c, 0x0001, COUNTERS, 64);

	if (!p)
		return;
	put_unaligned_be64(sum.reads, p);
	put_unaligned_be64(sum.writes, p + 8);
	put_unaligned_be64(sum.write_bytes >> dev->block_shift, p + 16);
	put_unaligned_be64(sum.read_bytes >> dev->block_shift, p + 24);
	put_unaligned_be64(jiffies64_to_msecs(sum.read_time), p + 32);
	put_unaligned_be64(jiffies64_to_msecs(sum.write_time), p + 40);
	idle_time(dev, &sum, c);
	p = parameter(c, 0x0003, LIST, 8);
	if (!p)
		return;
	put_unaligned_be32(INTERVAL_EXPONENT, p);
	put_unaligned_be32(INTERVAL_INTEGER, p + 4);
}

/* 2Fh Informational Exceptions, and no temperature */
static void exceptions(struct target_dev *dev, struct target_cursor *c)
{
	u8 *p = parameter(c, 0x0000, LIST, 4);

	if (!p)
		return;
	put_unaligned_be16(target_exception_pending(dev), p);
	p[2] = 0xff;
}

/* ----------------------------------------------------------- self-test -- */

#define RESULT_FAILED	0x04	/* in a segment that is not known (SPC-5 table 475) */

static void put_test(u8 *p, const struct target_self_test *test)
{
	p[0] = test->code << 5 | (test->failed ? RESULT_FAILED : 0);
	put_unaligned_be64(test->failed ? test->lba : U64_MAX, p + 4);
	if (!test->failed)
		return;
	p[12] = 0x04;		/* HARDWARE ERROR, as the command ended with */
	p[13] = 0x3e;
	p[14] = 0x03;
}

/* 10h Self-Test Results (SPC-5 7.3.18): always twenty of them */
static void self_tests(struct target_dev *dev, struct target_cursor *c)
{
	const struct target_log *log = &dev->emul->log;
	unsigned int i;
	u8 *p;

	for (i = 0; i < TARGET_LU_SELF_TESTS; i++) {
		p = parameter(c, i + 1, LIST, 16);
		if (p && i < log->nr_tests)
			put_test(p, &log->tests[i]);
	}
}

static void reset_self_tests(struct target_dev *dev)
{
	dev->emul->log.nr_tests = 0;
}

/* -------------------------------------------------- application client -- */

/* 0Fh Application Client: what initiators wrote there (SPC-5 7.3.4) */
static void client(struct target_dev *dev, struct target_cursor *c)
{
	const u8 *bytes = dev->emul->log.client;
	unsigned int i;
	u8 *p;

	for (i = 0; i < TARGET_LU_CLIENT; i++) {
		p = parameter(c, i, LIST, TARGET_LU_CLIENT_LEN);
		if (p && bytes)
			memcpy(p, bytes + i * TARGET_LU_CLIENT_LEN,
			       TARGET_LU_CLIENT_LEN);
	}
}

static void reset_client(struct target_dev *dev)
{
	kvfree(dev->emul->log.client);
	dev->emul->log.client = NULL;
}

/* ----------------------------------------------------------- the table -- */

static void supported(struct target_dev *dev, struct target_cursor *c);
static void all_supported(struct target_dev *dev, struct target_cursor *c);

static const struct target_log_page pages[] = {
	{ 0x00, 0x00, supported },
	{ 0x00, TARGET_LOG_ALL_SUBPAGES, all_supported },
	{ 0x02, 0x00, write_errors, reset_write_errors, true },
	{ 0x03, 0x00, read_errors, reset_read_errors, true },
	{ 0x05, 0x00, verify_errors, reset_verify_errors, true },
	{ 0x06, 0x00, other_errors, reset_other_errors, true },
	{ 0x0c, 0x00, provisioning, .enabled = usage_is_known, .asks = true },
	{ 0x0d, 0x00, temperature },
	{ TARGET_LOG_CLIENT, 0x00, client, reset_client },
	{ 0x10, 0x00, self_tests, reset_self_tests },
	{ 0x19, 0x00, statistics, reset_totals, true },
	{ 0x2f, 0x00, exceptions },
};

static bool has_page(const struct target_dev *dev, unsigned int i)
{
	return !pages[i].enabled || pages[i].enabled(dev);
}

static void supported(struct target_dev *dev, struct target_cursor *c)
{
	unsigned int i;
	u8 *p;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (pages[i].subpage || !has_page(dev, i))
			continue;
		p = target_cursor_take(c, 1);
		if (p)
			*p = pages[i].page;
	}
}

static void put_subpage(struct target_cursor *c, u8 page, u8 subpage)
{
	u8 *p = target_cursor_take(c, 2);

	if (!p)
		return;
	p[0] = page;
	p[1] = subpage;
}

/**
 * target_log_pages_subpages - the subpages of a page (SPC-5 7.3.21)
 * @page: PAGE CODE, not 0
 * @c: where they go: those with a row, and their list itself
 */
void target_log_pages_subpages(u8 page, struct target_cursor *c)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (pages[i].page == page)
			put_subpage(c, page, pages[i].subpage);
	}
	put_subpage(c, page, TARGET_LOG_ALL_SUBPAGES);
}

static void all_supported(struct target_dev *dev, struct target_cursor *c)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (!has_page(dev, i))
			continue;
		if (!pages[i].page)
			put_subpage(c, 0, pages[i].subpage);
		else if (pages[i].page != pages[i - 1].page)
			target_log_pages_subpages(pages[i].page, c);
	}
}

/* The list of the subpages of a page has no row of its own. */
static const struct target_log_page subpages = {
	.subpage = TARGET_LOG_ALL_SUBPAGES,
};

/* The row of a page, or NULL */
const struct target_log_page *
target_log_pages_find(const struct target_dev *dev, u8 page, u8 subpage)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (pages[i].page != page || !has_page(dev, i))
			continue;
		if (pages[i].subpage == subpage)
			return &pages[i];
		if (page && subpage == TARGET_LOG_ALL_SUBPAGES)
			return &subpages;
	}
	return NULL;
}

const struct target_log_page *target_log_pages_all(size_t *count)
{
	*count = ARRAY_SIZE(pages);
	return pages;
}
