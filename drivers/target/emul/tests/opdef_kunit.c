// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the opcode table: each row, its index, its self-check, and
 * that what is reported is what is accepted.
 */
#include <linux/unaligned.h>
#include "../cdb.h"
#include "../emul.h"
#include "../opindex.h"
#include "fake.h"

static void opdef_rows(struct kunit *test)
{
	const struct target_opdef *op = NULL, *last = NULL;
	size_t rows = 0;

	while ((op = target_opindex_next(op))) {
		KUNIT_EXPECT_EQ_MSG(test, target_opindex_check(op), 0, "%s",
				    op->name);
		KUNIT_EXPECT_PTR_EQ(test, target_opindex_find(op->op, op->sa),
				    op);
		if (last)
			KUNIT_EXPECT_LT(test, last->op << 8 | last->sa,
					op->op << 8 | op->sa);
		last = op;
		rows++;
	}
	KUNIT_EXPECT_GT(test, rows, 50);
	KUNIT_EXPECT_EQ(test, rows, target_opindex_count());
}

static void opdef_index(struct kunit *test)
{
	const struct target_opdef *op;
	size_t rows;

	op = target_opindex_first(0xa3, &rows);
	KUNIT_ASSERT_GT(test, rows, 2);
	KUNIT_EXPECT_EQ(test, op[0].sa, 0x05);
	KUNIT_EXPECT_PTR_NE(test, target_opindex_find(0xa3, 0x0c), op);
	KUNIT_EXPECT_NULL(test, target_opindex_find(0xa3, 0x1e));
	KUNIT_EXPECT_NULL(test, target_opindex_find(0x7f, 0x0109));
	KUNIT_EXPECT_NULL(test, target_opindex_find(0xff, 0));
	/* the service action does not matter where there is none */
	KUNIT_EXPECT_PTR_EQ(test, target_opindex_find(0x28, 0x1f),
			    target_opindex_first(0x28, &rows));
}

/* One change that makes a good row bad */
struct opdef_flaw {
	const char *what;
	void (*spoil)(struct target_opdef *op);
};

static void wrong_op(struct target_opdef *op)
{
	op->usage[0]++;
}

static void wrong_len(struct target_opdef *op)
{
	op->cdb_len = 12;
}

static void wrong_control(struct target_opdef *op)
{
	op->usage[9] = 0x04;
}

static void no_handler(struct target_opdef *op)
{
	op->exec = NULL;
}

static void hidden_lba(struct target_opdef *op)
{
	op->usage[4] = 0x7f;
}

static void count_beyond(struct target_opdef *op)
{
	op->count.byte = 8;
}

static void writer_allowed(struct target_opdef *op)
{
	op->resv = TARGET_RESV_READ;
}

static void lends_writes(struct target_opdef *op)
{
	op->flags |= TARGET_OP_LEND;
}

static void no_direction(struct target_opdef *op)
{
	op->dir = DMA_NONE;
}

static void hidden_option(struct target_opdef *op)
{
	op->usage[1] = 0xe0;
}

static void no_access_state(struct target_opdef *op)
{
	op->alua = 0;
}

static void unprotected(struct target_opdef *op)
{
	op->options &= ~BIT(TARGET_OPT_PROTECT);
}

static void half_action(struct target_opdef *op)
{
	op->flags |= TARGET_OP_SA;
}

static const struct opdef_flaw flaws[] = {
	{ "operation code not in usage data", wrong_op },
	{ "length against the group code", wrong_len },
	{ "NACA", wrong_control },
	{ "no handler", no_handler },
	{ "LBA bit that is not looked at", hidden_lba },
	{ "number beyond the CDB", count_beyond },
	{ "write that reservations let through", writer_allowed },
	{ "write with lent pages", lends_writes },
	{ "data without a direction", no_direction },
	{ "option that is not in the usage data", hidden_option },
	{ "no access state", no_access_state },
	{ "protection without its bits", unprotected },
	{ "service action bits", half_action },
};

static void flaw_desc(const struct opdef_flaw *flaw, char *desc)
{
	strscpy(desc, flaw->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(flaw, flaws, flaw_desc);

static void opdef_flaws(struct kunit *test)
{
	const struct opdef_flaw *flaw = test->param_value;
	struct target_opdef op = *target_opindex_find(0x2a, 0);

	KUNIT_ASSERT_EQ(test, target_opindex_check(&op), 0);
	flaw->spoil(&op);
	KUNIT_EXPECT_NE(test, target_opindex_check(&op), 0);
}

/* All operation codes and service actions: reported if and only if accepted */
static void opdef_reported_is_accepted(struct kunit *test)
{
	struct fake *fake = test->priv;
	unsigned int op, sa;

	for (op = 0; op < 256; op++) {
		for (sa = 0; sa < 32; sa++) {
			const struct target_opdef *row =
				target_opindex_find(op, sa);
			u8 cdb[32] = { op };
			bool reported, known;

			if (op == 0x7f) {
				cdb[7] = sizeof(cdb) - 8;
				cdb[9] = sa;
			} else if (!row || row->flags & TARGET_OP_SA) {
				cdb[1] = sa;
			} else if (sa) {
				continue;
			}
			reported = row && target_opindex_enabled(row,
								 &fake->dev);
			fake_decode(fake, cdb, sizeof(cdb), 0, DMA_NONE);
			known = to_cmd(&fake->se)->op;
			KUNIT_EXPECT_EQ_MSG(test, reported, known, "%02x/%02x",
					    op, sa);
		}
	}
}

static void opdef_attributes(struct kunit *test)
{
	struct fake *fake = test->priv;
	const struct target_opdef *unmap = target_opindex_find(0x42, 0);
	const struct target_opdef *read = target_opindex_find(0x28, 0);

	KUNIT_EXPECT_TRUE(test, target_opindex_enabled(unmap, &fake->dev));
	fake->dev.attr.emulate_tpu = false;
	KUNIT_EXPECT_FALSE(test, target_opindex_enabled(unmap, &fake->dev));
	/* without protection information and with FUA, then without */
	KUNIT_EXPECT_EQ(test, target_opindex_usage(read, &fake->dev, 1), 0x18);
	fake->dev.attr.emulate_fua_write = false;
	KUNIT_EXPECT_EQ(test, target_opindex_usage(read, &fake->dev, 1), 0x00);
	KUNIT_EXPECT_EQ(test, target_opindex_usage(read, &fake->dev, 2), 0xff);
}

/* With type 2 only long CDBs have RDPROTECT: others are refused */
static void opdef_protection(struct kunit *test)
{
	struct fake *fake = test->priv;
	const struct target_opdef *read = target_opindex_find(0x28, 0);
	const struct target_opdef *read_32 = target_opindex_find(0x7f, 9);
	unsigned int type;

	for (type = 0; type <= 3; type++) {
		fake->dev.attr.pi_prot_type = type;
		KUNIT_EXPECT_EQ(test, target_opindex_usage(read, &fake->dev, 1),
				type % 2 ? 0xf8 : 0x18);
		KUNIT_EXPECT_EQ(test,
				target_opindex_usage(read_32, &fake->dev, 10),
				type ? 0xf8 : 0x18);
	}
}

static void expect_refused(struct kunit *test, const struct target_opdef *op,
			   unsigned int byte, unsigned int bit)
{
	struct fake *fake = test->priv;
	const struct target_fault *fault = &to_cmd(&fake->se)->fault;
	unsigned int options = target_opindex_options(op), i;
	u8 cdb[32] = { op->op };
	sense_reason_t reason;

	if (op->flags & TARGET_OP_SA && op->op != 0x7f)
		cdb[1] = op->sa;
	for (i = 7; op->op == 0x7f && i < 10; i++)
		cdb[i] = target_opindex_usage(op, &fake->dev, i);
	cdb[byte] ^= BIT(bit);
	/* a field is named by its first bit */
	if (byte == options && bit >= 5 && op->pi != TARGET_PI_NONE)
		bit = 7;
	if (byte == options && bit >= 6 && op->options & BIT(TARGET_OPT_FORMAT))
		bit = 7;
	reason = fake_decode(fake, cdb, sizeof(cdb), 0, DMA_NONE);
	KUNIT_ASSERT_EQ(test, (__force u32)reason,
			(__force u32)TCM_INVALID_CDB_FIELD);
	KUNIT_ASSERT_TRUE(test, fault->has_field && fault->has_bit);
	KUNIT_ASSERT_TRUE(test, fault->in_cdb);
	KUNIT_ASSERT_EQ(test, fault->field, byte);
	KUNIT_ASSERT_EQ(test, fault->bit, bit);
}

/* What the service action, and the length of the CDB, take */
static u8 action_bits(const struct target_opdef *op, unsigned int byte)
{
	if (op->op != 0x7f)
		return byte == 1 ? 0x1f : 0;
	return byte >= 7 && byte <= 9 ? 0xff : 0;
}

/*
 * Every bit that the usage data does not have is refused with its place, but
 * for the LUN of SCSI-2.
 */
static void opdef_reserved_bits(struct kunit *test)
{
	struct fake *fake = test->priv;
	const struct target_opdef *op = NULL;
	unsigned int i;
	u8 usage;

	fake_add_map(test, fake);
	while ((op = target_opindex_next(op))) {
		for (i = 8; i < op->cdb_len * 8; i++) {
			usage = target_opindex_usage(op, &fake->dev, i / 8);
			if (op->flags & TARGET_OP_SA)
				usage |= action_bits(op, i / 8);
			if (op->flags & TARGET_OP_OLD_LUN && i / 8 == 1)
				usage |= 0xe0;
			if (!(usage & BIT(i % 8)))
				expect_refused(test, op, i / 8, i % 8);
		}
	}
}

static struct kunit_case opdef_cases[] = {
	KUNIT_CASE(opdef_rows),
	KUNIT_CASE(opdef_index),
	KUNIT_CASE_PARAM(opdef_flaws, flaw_gen_params),
	KUNIT_CASE(opdef_reported_is_accepted),
	KUNIT_CASE(opdef_attributes),
	KUNIT_CASE(opdef_protection),
	KUNIT_CASE(opdef_reserved_bits),
	{}
};

static struct kunit_suite opdef_suite = {
	.name = "target_opdef",
	.init = fake_init,
	.exit = fake_exit,
	.test_cases = opdef_cases,
};

kunit_test_suite(opdef_suite);

