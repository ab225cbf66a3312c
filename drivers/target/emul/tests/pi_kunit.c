// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of protection information from the CDB to the medium: what comes
 * among the data, what is checked where, and which errors it is.
 */
#include <linux/crc-t10dif.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>
#include "../../core/budget.h"
#include "fake.h"

#define UNIT		(FAKE_BLOCK + 8)
#define BAD_GUARD	0x0b1001
#define BAD_APP		0x0b1002
#define BAD_REF		0x0b1003
#define OTHER_GUARD	0x0e1001
#define OTHER_APP	0x0e1002
#define OTHER_REF	0x0e1003

static int pi_init(struct kunit *test)
{
	struct fake *fake;
	unsigned int i;
	int ret = fake_init(test);

	fake = test->priv;
	fake->dev.attr.pi_prot_type = 1;
	fake->dev.attr.pi_prot_verify = true;
	fake->dev.limits.zero_max = 0;
	for (i = 0; i < FAKE_BLOCKS; i++) {
		fake->tuples[i].guard_tag =
			cpu_to_be16(crc_t10dif(fake->medium + i * FAKE_BLOCK,
					       FAKE_BLOCK));
		fake->tuples[i].app_tag = cpu_to_be16(0x0a0b);
		fake->tuples[i].ref_tag = cpu_to_be32(i);
	}
	return ret;
}

/* A block of the initiator's data, and what follows it */
static u8 *block_of(struct fake *fake, unsigned int i)
{
	return fake->data + i * UNIT;
}

static struct t10_pi_tuple *tuple_of(struct fake *fake, unsigned int i)
{
	return (void *)(block_of(fake, i) + FAKE_BLOCK);
}

/* Data with protection information for blocks from @ref on */
static void prepare(struct fake *fake, unsigned int count, u32 ref)
{
	struct t10_pi_tuple tuple;
	unsigned int i;

	for (i = 0; i < count; i++) {
		memset(block_of(fake, i), 0x30 + i, FAKE_BLOCK);
		tuple.guard_tag = cpu_to_be16(crc_t10dif(block_of(fake, i),
							 FAKE_BLOCK));
		tuple.app_tag = cpu_to_be16(0x0102);
		tuple.ref_tag = cpu_to_be32(ref + i);
		memcpy(tuple_of(fake, i), &tuple, sizeof(tuple));
	}
}

static unsigned long counted(struct fake *fake, bool medium, u8 part)
{
	return target_protection_counted(&fake->dev, medium ?
					 TARGET_PROTECTION_MEDIUM :
					 TARGET_PROTECTION_INITIATOR, part);
}

/* ------------------------------------------------------ codes and types -- */

static const struct code_case {
	const char	*what;
	u8		type;
	u8		code;
	bool		write;
	/* what is wrong */
	u16		guard;
	u32		ref;
	u32		sense;
} code_cases[] = {
	{ "write 1", 1, 1, true, 0, 0, FAKE_NO_SENSE },
	{ "write 1, guard", 1, 1, true, 1, 0, BAD_GUARD },
	{ "write 1, reference tag", 1, 1, true, 0, 1, BAD_REF },
	{ "write 2, guard", 1, 2, true, 1, 0, FAKE_NO_SENSE },
	{ "write 2, reference tag", 1, 2, true, 0, 1, BAD_REF },
	{ "write 3, both", 1, 3, true, 1, 1, FAKE_NO_SENSE },
	{ "write 4, guard", 1, 4, true, 1, 0, BAD_GUARD },
	{ "write 4, reference tag", 1, 4, true, 0, 1, FAKE_NO_SENSE },
	{ "write 5, guard", 1, 5, true, 1, 0, BAD_GUARD },
	{ "write 6", 1, 6, true, 0, 0, FAKE_INVALID_CDB },
	{ "write 7", 1, 7, true, 0, 0, FAKE_INVALID_CDB },
	{ "write 1 of type 3, reference tag", 3, 1, true, 0, 1, FAKE_NO_SENSE },
	{ "write 1 of type 3, guard", 3, 1, true, 1, 0, BAD_GUARD },
	{ "write 1 of type 2", 2, 1, true, 0, 0, FAKE_INVALID_OPCODE },
	{ "write 1 of no type", 0, 1, true, 0, 0, FAKE_INVALID_CDB },
	{ "read 0, guard", 1, 0, false, 1, 0, BAD_GUARD },
	{ "read 0, reference tag", 1, 0, false, 0, 1, BAD_REF },
	{ "read 1", 1, 1, false, 0, 0, FAKE_NO_SENSE },
	{ "read 1, guard", 1, 1, false, 1, 0, BAD_GUARD },
	{ "read 1, reference tag", 1, 1, false, 0, 1, BAD_REF },
	{ "read 2, guard", 1, 2, false, 1, 0, FAKE_NO_SENSE },
	{ "read 2, reference tag", 1, 2, false, 0, 1, BAD_REF },
	{ "read 3, both", 1, 3, false, 1, 1, FAKE_NO_SENSE },
	{ "read 4, guard", 1, 4, false, 1, 0, BAD_GUARD },
	{ "read 4, reference tag", 1, 4, false, 0, 1, FAKE_NO_SENSE },
	{ "read 5, reference tag", 1, 5, false, 0, 1, BAD_REF },
	{ "read 7", 1, 7, false, 0, 0, FAKE_INVALID_CDB },
	{ "read 0 of type 2, reference tag", 2, 0, false, 0, 1, FAKE_NO_SENSE },
	{ "read 0 of type 3, reference tag", 3, 0, false, 0, 1, FAKE_NO_SENSE },
	{ "read 1 of type 2", 2, 1, false, 0, 0, FAKE_INVALID_OPCODE },
};

static void code_text(const struct code_case *c, char *text)
{
	strscpy(text, c->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(code, code_cases, code_text);

static void check_errors(struct kunit *test, const struct code_case *c)
{
	struct fake *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_sense(fake), c->sense);
	KUNIT_EXPECT_EQ(test, counted(fake, !c->write, TARGET_DIF_CHECK_GUARD),
			c->sense == BAD_GUARD);
	KUNIT_EXPECT_EQ(test, counted(fake, !c->write, TARGET_DIF_CHECK_REFTAG),
			c->sense == BAD_REF);
	KUNIT_EXPECT_EQ(test, counted(fake, c->write, TARGET_DIF_CHECK_GUARD),
			0);
	if (c->sense == BAD_GUARD || c->sense == BAD_REF)
		KUNIT_EXPECT_EQ(test, fake_info(fake), 11);
}

static void pi_write_codes(struct kunit *test, const struct code_case *c)
{
	u8 cdb[] = { 0x2a, c->code << 5, 0, 0, 0, 10, 0, 0, 3, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	prepare(fake, 3, 10);
	tuple_of(fake, 1)->guard_tag ^= cpu_to_be16(c->guard);
	tuple_of(fake, 1)->ref_tag ^= cpu_to_be32(c->ref);
	fake_out(fake, cdb, 3 * UNIT);
	check_errors(test, c);
	if (c->sense) {
		KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 0);
		return;
	}
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_MEMEQ(test, fake->medium + (10 + i) * FAKE_BLOCK,
				   block_of(fake, i), FAKE_BLOCK);
		KUNIT_EXPECT_MEMEQ(test, (u8 *)&fake->tuples[10 + i],
				   (u8 *)tuple_of(fake, i), 8);
	}
	KUNIT_EXPECT_EQ(test, fake->se.residual_count, 0);
	KUNIT_EXPECT_TRUE(test, fake->se.t_data_sg == fake->sgl);
}

static void pi_read_codes(struct kunit *test, const struct code_case *c)
{
	u8 cdb[] = { 0x28, c->code << 5, 0, 0, 0, 10, 0, 0, 3, 0 };
	u32 unit = c->code ? UNIT : FAKE_BLOCK;
	struct fake *fake = test->priv;
	unsigned int i;

	fake->tuples[11].guard_tag ^= cpu_to_be16(c->guard);
	fake->tuples[11].ref_tag ^= cpu_to_be32(c->ref);
	memset(fake->data, 0, FAKE_DATA);
	fake_in(fake, cdb, 3 * unit);
	check_errors(test, c);
	KUNIT_EXPECT_TRUE(test, fake->se.t_data_sg == fake->sgl);
	if (c->sense)
		return;
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_MEMEQ(test, fake->data + i * unit,
				   fake->medium + (10 + i) * FAKE_BLOCK,
				   FAKE_BLOCK);
		if (c->code)
			KUNIT_EXPECT_MEMEQ(test, (u8 *)tuple_of(fake, i),
					   (u8 *)&fake->tuples[10 + i], 8);
	}
	KUNIT_EXPECT_EQ(test, fake->se.residual_count, 0);
}

static void pi_codes(struct kunit *test)
{
	const struct code_case *c = test->param_value;
	struct fake *fake = test->priv;

	fake->dev.attr.pi_prot_type = c->type;
	if (c->write)
		pi_write_codes(test, c);
	else
		pi_read_codes(test, c);
}

/* ----------------------------------------------------------- 32-byte CDBs -- */

static void make_cdb_32(u8 *cdb, u8 action, u8 code, u32 ref, u16 app, u16 mask)
{
	memset(cdb, 0, 32);
	cdb[0] = 0x7f;
	cdb[7] = 0x18;
	cdb[9] = action;
	cdb[10] = code << 5;
	cdb[19] = 10;
	put_unaligned_be32(ref, cdb + 20);
	put_unaligned_be16(app, cdb + 24);
	put_unaligned_be16(mask, cdb + 26);
	cdb[31] = 3;
}

/* Type 2: the reference tags are what the CDB says */
static void pi_type_2(struct kunit *test)
{
	struct fake *fake = test->priv;
	u8 cdb[32];

	fake->dev.attr.pi_prot_type = 2;
	prepare(fake, 3, 0x1000);
	make_cdb_32(cdb, 0x0b, 1, 0x1001, 0, 0);
	fake_out(fake, cdb, 3 * UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_REF);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 10);
	make_cdb_32(cdb, 0x0b, 1, 0x1000, 0, 0);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 3 * UNIT), 0);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(fake->tuples[12].ref_tag), 0x1002);

	make_cdb_32(cdb, 0x09, 1, 0x1000, 0, 0);
	KUNIT_EXPECT_EQ(test, fake_in(fake, cdb, 3 * UNIT), 0);
	make_cdb_32(cdb, 0x09, 1, 10, 0, 0);
	fake_in(fake, cdb, 3 * UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_REF);
}

/* Application tags are checked if they are the initiators' (ATO) */
static void pi_application_tag(struct kunit *test)
{
	struct fake *fake = test->priv;
	u8 cdb[32];

	make_cdb_32(cdb, 0x0b, 1, 0, 0x0103, 0xffff);
	prepare(fake, 3, 10);
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 3 * UNIT), 0);
	fake->dev.protection.ato = true;
	fake_out(fake, cdb, 3 * UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_APP);
	KUNIT_EXPECT_EQ(test, counted(fake, false, TARGET_DIF_CHECK_APPTAG), 1);
	make_cdb_32(cdb, 0x0b, 1, 0, 0x0103, 0xfff0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 3 * UNIT), 0);
	make_cdb_32(cdb, 0x09, 1, 0, 0x0103, 0xffff);
	fake_in(fake, cdb, 3 * UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_APP);
	KUNIT_EXPECT_EQ(test, counted(fake, true, TARGET_DIF_CHECK_APPTAG), 1);
	/* what is written without any is not checked then, its data is */
	prepare(fake, 3, 10);
	make_cdb_32(cdb, 0x0b, 0, 0, 0x0103, 0xffff);
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 3 * FAKE_BLOCK), 0);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[10].app_tag), 0xffff);
}

/* ---------------------------------------------------------- other commands -- */

/* What is written without gets some; whoever reads without has it checked */
static void pi_generated(struct kunit *test)
{
	static const u8 write[] = { 0x2a, 0, 0, 0, 0, 10, 0, 0, 3, 0 };
	static const u8 write_6[] = { 0x0a, 0, 0, 20, 1, 0 };
	static const u8 read[] = { 0x28, 0, 0, 0, 0, 10, 0, 0, 3, 0 };
	struct fake *fake = test->priv;
	unsigned int i;

	memset(fake->data, 0x77, 3 * FAKE_BLOCK);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 3 * FAKE_BLOCK), 0);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write_6, FAKE_BLOCK), 0);
	for (i = 10; i <= 20; i += i < 12 ? 1 : 8) {
		KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[i].guard_tag),
				crc_t10dif(fake->data, FAKE_BLOCK));
		KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[i].app_tag), 0);
		KUNIT_EXPECT_EQ(test, be32_to_cpu(fake->tuples[i].ref_tag), i);
	}
	fake->medium[11 * FAKE_BLOCK + 5] ^= 1;
	fake_in(fake, read, 3 * FAKE_BLOCK);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_GUARD);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 11);
	/* nobody wants it checked (DPICZ) */
	fake->dev.attr.pi_prot_verify = false;
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 3 * FAKE_BLOCK), 0);
}

/* The guard is that of what is on the medium, whatever happens to the data. */
static void pi_restless(struct kunit *test)
{
	static const u8 write[] = { 0x2a, 0, 0, 0, 0, 10, 0, 0, 3, 0 };
	struct fake *fake = test->priv;

	fake->restless = true;
	memset(fake->data, 0x77, 3 * FAKE_BLOCK);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 3 * FAKE_BLOCK), 0);
	KUNIT_EXPECT_EQ(test, fake->data[0], 0x78);
	KUNIT_EXPECT_EQ(test, fake->medium[10 * FAKE_BLOCK], 0x77);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[10].guard_tag),
			crc_t10dif(fake->medium + 10 * FAKE_BLOCK, FAKE_BLOCK));
	KUNIT_EXPECT_TRUE(test, fake->se.t_data_sg == fake->sgl);
	KUNIT_EXPECT_EQ(test, fake->se.data_length, 3 * FAKE_BLOCK);
}

static void pi_write_same(struct kunit *test)
{
	static const u8 cdb[] = { 0x41, 0x20, 0, 0, 0, 100, 0, 0x02, 0x58, 0 };
	struct fake *fake = test->priv;

	prepare(fake, 1, 100);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, UNIT), 0);
	KUNIT_EXPECT_EQ(test, fake->medium[699 * FAKE_BLOCK], 0x30);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(fake->tuples[699].ref_tag), 699);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[699].app_tag), 0x0102);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[699].guard_tag),
			be16_to_cpu(tuple_of(fake, 0)->guard_tag));
	KUNIT_EXPECT_EQ(test, be32_to_cpu(fake->tuples[700].ref_tag), 700);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[700].app_tag), 0x0a0b);
}

/* VERIFY: of the medium alone, byte by byte, and one block many times */
static void pi_verify(struct kunit *test)
{
	static const u8 medium[] = { 0x2f, 0x20, 0, 0, 0, 10, 0, 0, 3, 0 };
	static const u8 bytes[] = { 0x2f, 0x22, 0, 0, 0, 10, 0, 0, 3, 0 };
	static const u8 same[] = { 0x2f, 0x26, 0, 0, 0, 10, 0, 0, 3, 0 };
	static const u8 write[] = { 0x2a, 0x20, 0, 0, 0, 10, 0, 0, 3, 0 };
	static const u8 write_same[] = { 0x41, 0x20, 0, 0, 0, 10, 0, 0, 3, 0 };
	struct fake *fake = test->priv;

	prepare(fake, 3, 10);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 3 * UNIT), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, medium, 0), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, bytes, 3 * UNIT), 0);
	block_of(fake, 2)[9] ^= 1;
	tuple_of(fake, 2)->guard_tag =
		cpu_to_be16(crc_t10dif(block_of(fake, 2), FAKE_BLOCK));
	fake_out(fake, bytes, 3 * UNIT);
	/* the guard as well, but the data comes first */
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_MISCOMPARE);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 2 * UNIT + 9);
	fake->tuples[12].guard_tag ^= cpu_to_be16(1);
	fake_out(fake, medium, 0);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_GUARD);

	KUNIT_ASSERT_EQ(test, fake_out(fake, write_same, UNIT), 0);
	KUNIT_EXPECT_EQ(test, fake_out(fake, same, UNIT), 0);
	fake->tuples[12].ref_tag ^= cpu_to_be32(1);
	fake_out(fake, same, UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), OTHER_REF);
	KUNIT_EXPECT_EQ(test, fake_info(fake), FAKE_BLOCK + 4);
}

/* VERIFY with BYTCHK 01b, of a block whose data is the same */
static const struct compare_case {
	const char	*what;
	u8		type;
	u8		code;
	bool		ato;
	/* what is another one */
	u8		part;
	u32		sense;
} compare_cases[] = {
	{ "1, guard", 1, 1, false, 1, OTHER_GUARD },
	{ "1, application tag", 1, 1, false, 2, FAKE_NO_SENSE },
	{ "1, the initiators' application tag", 1, 1, true, 2, OTHER_APP },
	{ "1, reference tag", 1, 1, false, 4, OTHER_REF },
	{ "1 of type 3, reference tag", 3, 1, false, 4, FAKE_NO_SENSE },
	{ "1 of type 3, initiators' reference tag", 3, 1, true, 4, OTHER_REF },
	{ "2, guard", 1, 2, false, 1, FAKE_NO_SENSE },
	{ "2, reference tag", 1, 2, false, 4, OTHER_REF },
	{ "3, guard", 1, 3, false, 1, OTHER_GUARD },
	{ "3, reference tag", 1, 3, false, 4, OTHER_REF },
	{ "4, guard", 1, 4, false, 1, OTHER_GUARD },
	{ "4, application tag", 1, 4, true, 2, OTHER_APP },
	{ "4, reference tag", 1, 4, false, 4, OTHER_REF },
	{ "5, application tag", 1, 5, true, 2, OTHER_APP },
	{ "5, reference tag", 1, 5, false, 4, FAKE_NO_SENSE },
};

static void compare_text(const struct compare_case *c, char *text)
{
	strscpy(text, c->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(compare, compare_cases, compare_text);

static void pi_compare(struct kunit *test)
{
	static const u8 write[] = { 0x2a, 0x60, 0, 0, 0, 10, 0, 0, 3, 0 };
	const struct compare_case *c = test->param_value;
	u8 verify[] = { 0x2f, c->code << 5 | 2, 0, 0, 0, 10, 0, 0, 3, 0 };
	struct fake *fake = test->priv;
	struct t10_pi_tuple *medium = &fake->tuples[11];

	fake->dev.attr.pi_prot_type = c->type;
	fake->dev.protection.ato = c->ato;
	prepare(fake, 3, 10);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 3 * UNIT), 0);
	medium->guard_tag ^= cpu_to_be16(c->part == 1);
	medium->app_tag ^= cpu_to_be16(c->part == 2);
	medium->ref_tag ^= cpu_to_be32(c->part == 4);
	fake_out(fake, verify, 3 * UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), c->sense);
	if (c->sense)
		KUNIT_EXPECT_EQ(test, fake_info(fake),
				UNIT + FAKE_BLOCK + (c->part & ~1));
	/* as that of a block that nobody has written */
	memset(medium, 0xff, sizeof(*medium));
	KUNIT_EXPECT_EQ(test, fake_out(fake, verify, 3 * UNIT), 0);
}

static void pi_write_and_verify(struct kunit *test)
{
	static const u8 cdb[] = { 0x2e, 0x22, 0, 0, 0, 10, 0, 0, 3, 0 };
	struct fake *fake = test->priv;

	prepare(fake, 3, 10);
	KUNIT_EXPECT_EQ(test, fake_out(fake, cdb, 3 * UNIT), 0);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[12].app_tag), 0x0102);
}

/* Two blocks for the comparison, and two that are written to the same place */
static void prepare_twice(struct fake *fake)
{
	unsigned int i;

	prepare(fake, 4, 10);
	for (i = 2; i < 4; i++)
		tuple_of(fake, i)->ref_tag = cpu_to_be32(8 + i);
}

/* Data is compared, and what is written is checked, in this order (SBC-4 5.3) */
static void pi_compare_and_write(struct kunit *test)
{
	static const u8 cdb[16] = { 0x89, 0x20, [9] = 10, [13] = 2 };
	static const u8 write[] = { 0x2a, 0x20, 0, 0, 0, 10, 0, 0, 2, 0 };
	struct fake *fake = test->priv;

	prepare(fake, 2, 10);
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 2 * UNIT), 0);
	prepare_twice(fake);
	/* neither the medium's has to be this one, nor it the data's */
	tuple_of(fake, 0)->guard_tag ^= cpu_to_be16(1);
	tuple_of(fake, 1)->ref_tag ^= cpu_to_be32(1);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 4 * UNIT), 0);
	KUNIT_EXPECT_EQ(test, fake->medium[11 * FAKE_BLOCK], 0x33);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)&fake->tuples[11],
			   (u8 *)tuple_of(fake, 3), 8);

	prepare_twice(fake);
	tuple_of(fake, 3)->ref_tag = cpu_to_be32(12);
	fake_out(fake, cdb, 4 * UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_MISCOMPARE);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 0);
	memset(block_of(fake, 0), 0x32, FAKE_BLOCK);
	memset(block_of(fake, 1), 0x33, FAKE_BLOCK);
	block_of(fake, 1)[5] ^= 1;
	fake_out(fake, cdb, 4 * UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_MISCOMPARE);
	KUNIT_EXPECT_EQ(test, fake_info(fake), UNIT + 5);
	block_of(fake, 1)[5] ^= 1;
	fake->io_ops[TARGET_IO_WRITE] = 0;
	fake_out(fake, cdb, 4 * UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), BAD_REF);
	KUNIT_EXPECT_EQ(test, fake_info(fake), 11);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 0);
}

/* What is on the medium then is neither's data, and has a guard of its own */
static void pi_orwrite(struct kunit *test)
{
	static const u8 cdb[16] = { 0x8b, 0x20, [9] = 10, [13] = 2 };
	static const u8 read[] = { 0x28, 0x20, 0, 0, 0, 10, 0, 0, 2, 0 };
	struct fake *fake = test->priv;

	prepare(fake, 2, 10);
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, 2 * UNIT), 0);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[11].guard_tag),
			crc_t10dif(fake->medium + 11 * FAKE_BLOCK, FAKE_BLOCK));
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[11].app_tag), 0x0102);
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 2 * UNIT), 0);
}

/* Unmapped blocks are not checked; those that were zeroed are. */
static void pi_unmap(struct kunit *test)
{
	static const u8 unmap[] = { 0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0 };
	static const u8 read[] = { 0x28, 0x20, 0, 0, 0, 10, 0, 0, 1, 0 };
	static const u8 list[24] = { [1] = 22, [3] = 16, [15] = 10, [19] = 1 };
	struct fake *fake = test->priv;

	memcpy(fake->data, list, sizeof(list));
	KUNIT_ASSERT_EQ(test, fake_out(fake, unmap, sizeof(list)), 0);
	KUNIT_ASSERT_EQ(test, fake_in(fake, read, UNIT), 0);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(tuple_of(fake, 0)->app_tag), 0xffff);
	KUNIT_EXPECT_EQ(test, block_of(fake, 0)[0], 0xee);
}

/* A block keeps what was wrong with it; one that cannot be read has nothing. */
static void pi_reassign(struct kunit *test)
{
	static const u8 cdb[] = { 0x07, 0, 0, 0, 0, 0 };
	static const u8 list[8] = { [3] = 4, [7] = 10 };
	struct fake *fake = test->priv;

	fake->tuples[10].guard_tag = cpu_to_be16(0x1234);
	memcpy(fake->data, list, sizeof(list));
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, sizeof(list)), 0);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[10].guard_tag), 0x1234);
	fake->fail_at = 3;
	KUNIT_ASSERT_EQ(test, fake_out(fake, cdb, sizeof(list)), 0);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(fake->tuples[10].app_tag), 0xffff);
	KUNIT_EXPECT_EQ(test, fake->medium[10 * FAKE_BLOCK + 1], 0);
}

/* ------------------------------------------------------------- transfers -- */

/* The initiator expects less: whole blocks and a part of one */
static void pi_read_part(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0x20, 0, 0, 0, 10, 0, 0, 3, 0 };
	static const u32 parts[] = { 1, 512, 515, 520, 521, 1039, 1559 };
	struct fake *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		memset(fake->data, 0x55, 4 * UNIT);
		KUNIT_ASSERT_EQ(test, fake_in(fake, read, parts[i]), 0);
		KUNIT_EXPECT_EQ(test, fake->se.data_length, parts[i]);
		KUNIT_EXPECT_EQ(test, fake->se.residual_count,
				3 * UNIT - parts[i]);
		KUNIT_EXPECT_EQ(test, fake->data[0],
				fake->medium[10 * FAKE_BLOCK]);
		KUNIT_EXPECT_EQ(test, fake->data[parts[i]], 0x55);
	}
}

static void pi_write_part(struct kunit *test)
{
	static const u8 write[] = { 0x2a, 0x20, 0, 0, 0, 10, 0, 0, 3, 0 };
	struct fake *fake = test->priv;

	prepare(fake, 3, 10);
	fake_out(fake, write, 2 * UNIT);
	KUNIT_EXPECT_EQ(test, fake_sense(fake), FAKE_INVALID_IU);
	KUNIT_EXPECT_EQ(test, fake->io_ops[TARGET_IO_WRITE], 0);
}

/* The copy without protection information is counted like other long data. */
static void pi_budget(struct kunit *test)
{
	static const u8 read[] = { 0x28, 0x20, 0, 0, 0, 10, 0, 0, 200, 0 };
	static const u8 tur[6];
	struct fake *fake = test->priv;
	atomic_long_t *held = &fake->sess.held_bytes;

	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 200 * UNIT), 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(held), 200 * FAKE_BLOCK);
	fake_none(fake, tur);
	KUNIT_EXPECT_EQ(test, atomic_long_read(held), 0);
	atomic_long_set(held, target_budget_of_session());
	KUNIT_EXPECT_EQ(test, fake_in(fake, read, 200 * UNIT),
			SAM_STAT_TASK_SET_FULL);
	atomic_long_set(held, 0);
}

/* In a scatterlist of its own, as DIX has it */
static void pi_apart(struct kunit *test)
{
	static const u8 write[] = { 0x2a, 0x20, 0, 0, 0, 10, 0, 0, 3, 0 };
	static const u8 read[] = { 0x28, 0x20, 0, 0, 0, 10, 0, 0, 3, 0 };
	struct fake *fake = test->priv;
	struct t10_pi_tuple *tuples;
	struct scatterlist sg;
	unsigned int i;

	tuples = kunit_kzalloc(test, 3 * sizeof(*tuples), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, tuples);
	memset(fake->data, 0x66, 3 * FAKE_BLOCK);
	for (i = 0; i < 3; i++) {
		tuples[i].guard_tag = cpu_to_be16(crc_t10dif(fake->data,
							     FAKE_BLOCK));
		tuples[i].app_tag = cpu_to_be16(0x0b0b);
		tuples[i].ref_tag = cpu_to_be32(10 + i);
	}
	sg_init_one(&sg, tuples, 3 * sizeof(*tuples));
	fake->prot = &sg;
	KUNIT_ASSERT_EQ(test, fake_out(fake, write, 3 * FAKE_BLOCK), 0);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)&fake->tuples[10], (u8 *)tuples, 24);
	memset(tuples, 0, 24);
	KUNIT_ASSERT_EQ(test, fake_in(fake, read, 3 * FAKE_BLOCK), 0);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)&fake->tuples[10], (u8 *)tuples, 24);
	KUNIT_EXPECT_EQ(test, fake->data[1], 0x66);
}

/* What page 86h says of checks, among them that FFFFh means none */
static void pi_extended_inquiry(struct kunit *test)
{
	static const u8 cdb[] = { 0x12, 0x01, 0x86, 0, 64, 0 };
	struct fake *fake = test->priv;

	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4], 0x07);
	KUNIT_EXPECT_EQ(test, fake->data[7], 0x21);
	fake->dev.attr.pi_prot_type = 0;
	KUNIT_ASSERT_EQ(test, fake_in(fake, cdb, 64), 0);
	KUNIT_EXPECT_EQ(test, fake->data[4], 0);
	KUNIT_EXPECT_EQ(test, fake->data[7], 0x01);
}

/* ---------------------------------------------------------------- format -- */

static const struct format_case {
	u8	type;
	u8	fmtpinfo;
	u8	usage;
	u32	sense;
} format_cases[] = {
	{ 1, 2, 0, FAKE_NO_SENSE },
	{ 1, 0, 0, FAKE_INVALID_CDB },
	{ 1, 3, 0, FAKE_INVALID_CDB },
	{ 1, 2, 1, FAKE_INVALID_LIST },
	{ 2, 3, 0, FAKE_NO_SENSE },
	{ 2, 3, 1, FAKE_INVALID_LIST },
	{ 3, 3, 1, FAKE_NO_SENSE },
	{ 3, 3, 0, FAKE_INVALID_LIST },
	{ 0, 2, 0, FAKE_INVALID_CDB },
	{ 0, 0, 1, FAKE_INVALID_LIST },
};

static void format_text(const struct format_case *f, char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "type %u, %u and %u", f->type,
		 f->fmtpinfo, f->usage);
}

KUNIT_ARRAY_PARAM(format, format_cases, format_text);

static void pi_format(struct kunit *test)
{
	const struct format_case *f = test->param_value;
	u8 cdb[] = { 0x04, 0x10 | f->fmtpinfo << 6, 0, 0, 0, 0 };
	struct fake *fake = test->priv;
	u8 list[4] = { f->usage };

	fake->dev.attr.pi_prot_type = f->type;
	memcpy(fake->data, list, sizeof(list));
	fake_out(fake, cdb, sizeof(list));
	KUNIT_EXPECT_EQ(test, fake_sense(fake), f->sense);
	if (f->sense)
		return;
	KUNIT_EXPECT_EQ(test,
			be16_to_cpu(fake->tuples[FAKE_BLOCKS - 1].app_tag),
			0xffff);
	KUNIT_EXPECT_EQ(test, fake->medium[FAKE_BLOCKS * FAKE_BLOCK - 1], 0);
}

static struct kunit_case pi_cases[] = {
	KUNIT_CASE_PARAM(pi_codes, code_gen_params),
	KUNIT_CASE(pi_type_2),
	KUNIT_CASE(pi_application_tag),
	KUNIT_CASE(pi_generated),
	KUNIT_CASE(pi_restless),
	KUNIT_CASE(pi_write_same),
	KUNIT_CASE(pi_verify),
	KUNIT_CASE_PARAM(pi_compare, compare_gen_params),
	KUNIT_CASE(pi_write_and_verify),
	KUNIT_CASE(pi_compare_and_write),
	KUNIT_CASE(pi_orwrite),
	KUNIT_CASE(pi_unmap),
	KUNIT_CASE(pi_reassign),
	KUNIT_CASE(pi_read_part),
	KUNIT_CASE(pi_write_part),
	KUNIT_CASE(pi_budget),
	KUNIT_CASE(pi_apart),
	KUNIT_CASE(pi_extended_inquiry),
	KUNIT_CASE_PARAM(pi_format, format_gen_params),
	{ }
};

static struct kunit_suite pi_suite = {
	.name = "target_pi",
	.init = pi_init,
	.exit = fake_exit,
	.test_cases = pi_cases,
};

kunit_test_suite(pi_suite);
