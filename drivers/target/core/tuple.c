// SPDX-License-Identifier: GPL-2.0-only
/*
 * Protection information (SBC-4 4.21): the eight bytes that belong to a block.
 * Made, checked and compared here, for data in a scatterlist; nothing here
 * knows a command or a medium.
 */
#include <linux/crc-t10dif.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <linux/t10-pi.h>
#include "tuple.h"

/**
 * struct tuple_walk - the data of blocks, one after the other
 * @miter: where the data is
 * @left: bytes of it that were not looked at, at @at
 * @at: the next one
 *
 * An entry of the scatterlist may end inside a block.
 */
struct tuple_walk {
	struct sg_mapping_iter	miter;
	size_t			left;
	const u8		*at;
};

static void walk_start(struct tuple_walk *walk, struct scatterlist *sgl,
		       unsigned int nents)
{
	sg_miter_start(&walk->miter, sgl, nents, SG_MITER_FROM_SG);
	walk->left = 0;
}

/* LOGICAL BLOCK GUARD of the next block */
static __be16 walk_guard(struct tuple_walk *walk, size_t block)
{
	u16 crc = 0;
	size_t part;

	for (; block; block -= part) {
		if (!walk->left) {
			if (!sg_miter_next(&walk->miter))
				break;
			walk->left = walk->miter.length;
			walk->at = walk->miter.addr;
		}
		part = min(block, walk->left);
		crc = crc_t10dif_update(crc, walk->at, part);
		walk->at += part;
		walk->left -= part;
	}
	return cpu_to_be16(crc);
}

static void walk_end(struct tuple_walk *walk)
{
	sg_miter_stop(&walk->miter);
}

static __be32 ref_of(const struct target_tuple_rule *rule, unsigned int i)
{
	return cpu_to_be32(rule->ref + i);
}

/* Nobody knows what the others are to be (SBC-4 table 117, WRPROTECT 000b). */
static __be32 ref_made(const struct target_tuple_rule *rule, unsigned int i)
{
	return rule->type == TARGET_DIF_TYPE1_PROT || rule->ref_said ?
		ref_of(rule, i) : T10_PI_REF_ESCAPE;
}

/**
 * target_tuple_make - protection information for data that has none
 * @tuples: where to
 * @sgl: the data, whole blocks
 * @nents: entries of it
 * @count: blocks
 * @rule: what it is to be
 */
void target_tuple_make(struct t10_pi_tuple *tuples, struct scatterlist *sgl,
		       unsigned int nents, unsigned int count,
		       const struct target_tuple_rule *rule)
{
	unsigned int i;

	target_tuple_guard(tuples, sgl, nents, count, rule->block);
	for (i = 0; i < count; i++) {
		tuples[i].app_tag = cpu_to_be16(rule->app);
		tuples[i].ref_tag = ref_made(rule, i);
	}
}

/**
 * target_tuple_guard - set the guards alone
 * @tuples: whose
 * @sgl: the data, whole blocks
 * @nents: entries of it
 * @count: blocks
 * @block: bytes of each
 */
void target_tuple_guard(struct t10_pi_tuple *tuples, struct scatterlist *sgl,
			unsigned int nents, unsigned int count, u32 block)
{
	struct tuple_walk walk;
	unsigned int i;

	walk_start(&walk, sgl, nents);
	for (i = 0; i < count; i++)
		tuples[i].guard_tag = walk_guard(&walk, block);
	walk_end(&walk);
}

/* What blocks have that nobody wrote: nothing of it is checked. */
void target_tuple_escape(struct t10_pi_tuple *tuples, unsigned int count)
{
	memset(tuples, 0xff, count * sizeof(*tuples));
}

/* May some of them say, with any type, that they are not to be checked? */
bool target_tuple_escapes(const struct t10_pi_tuple *tuples, unsigned int count)
{
	unsigned int i = 0;

	while (i < count && tuples[i].app_tag != T10_PI_APP_ESCAPE)
		i++;
	return i < count;
}

/**
 * target_tuple_repeat - one block that is written many times (SBC-4 5.50)
 * @tuples: where to
 * @count: blocks
 * @first: of the first block of all
 * @at: how many come between that one and these
 * @type: protection type: reference tags count blocks, but for type 3
 */
void target_tuple_repeat(struct t10_pi_tuple *tuples, unsigned int count,
			 const struct t10_pi_tuple *first, unsigned int at,
			 u8 type)
{
	u32 ref = be32_to_cpu(first->ref_tag) + at;
	unsigned int i;

	for (i = 0; i < count; i++) {
		tuples[i] = *first;
		if (type != TARGET_DIF_TYPE3_PROT)
			tuples[i].ref_tag = cpu_to_be32(ref + i);
	}
}

/* SBC-4 4.21.2.3, 4.21.2.4: with these tags a block is not checked */
static bool escapes(const struct t10_pi_tuple *tuple, u8 type)
{
	if (tuple->app_tag != T10_PI_APP_ESCAPE)
		return false;
	return type != TARGET_DIF_TYPE3_PROT ||
	       tuple->ref_tag == T10_PI_REF_ESCAPE;
}

/* The first part that is wrong, in the order of their sense codes; 0 for none */
static u8 wrong(const struct t10_pi_tuple *tuple, __be16 guard, unsigned int i,
		const struct target_tuple_rule *rule)
{
	u16 app = be16_to_cpu(tuple->app_tag) ^ rule->app;

	if (rule->checks & TARGET_DIF_CHECK_GUARD && tuple->guard_tag != guard)
		return TARGET_DIF_CHECK_GUARD;
	if (rule->checks & TARGET_DIF_CHECK_APPTAG && app & rule->app_mask)
		return TARGET_DIF_CHECK_APPTAG;
	if (rule->checks & TARGET_DIF_CHECK_REFTAG &&
	    rule->type != TARGET_DIF_TYPE3_PROT &&
	    tuple->ref_tag != ref_of(rule, i))
		return TARGET_DIF_CHECK_REFTAG;
	return 0;
}

/**
 * target_tuple_check - check protection information
 * @tuples: it
 * @sgl: the data, whole blocks
 * @nents: entries of it
 * @count: blocks
 * @rule: what it is to be
 * @bad: set to the part that is wrong, enum target_core_dif_check
 *
 * Return: the first block that has something wrong, or @count
 */
unsigned int target_tuple_check(const struct t10_pi_tuple *tuples,
				struct scatterlist *sgl, unsigned int nents,
				unsigned int count,
				const struct target_tuple_rule *rule, u8 *bad)
{
	bool guards = rule->checks & TARGET_DIF_CHECK_GUARD;
	struct tuple_walk walk;
	__be16 guard = 0;
	unsigned int i;

	if (!rule->checks)
		return count;
	walk_start(&walk, sgl, nents);
	for (i = 0; i < count; i++) {
		if (guards)
			guard = walk_guard(&walk, rule->block);
		if (escapes(&tuples[i], rule->type))
			continue;
		*bad = wrong(&tuples[i], guard, i, rule);
		if (*bad)
			break;
	}
	walk_end(&walk);
	return i;
}

/* Parts that differ */
static u8 difference(const struct t10_pi_tuple *a, const struct t10_pi_tuple *b)
{
	return (a->guard_tag != b->guard_tag ? TARGET_DIF_CHECK_GUARD : 0) |
	       (a->app_tag != b->app_tag ? TARGET_DIF_CHECK_APPTAG : 0) |
	       (a->ref_tag != b->ref_tag ? TARGET_DIF_CHECK_REFTAG : 0);
}

/**
 * target_tuple_compare - compare protection information
 * @a: one
 * @b: the other
 * @count: blocks
 * @type: protection type: a block that is not checked is not compared
 * @parts: enum target_core_dif_check: what has to be the same
 * @bad: set to the first part that differs
 *
 * Return: the first block where something differs, or @count
 */
unsigned int target_tuple_compare(const struct t10_pi_tuple *a,
				  const struct t10_pi_tuple *b,
				  unsigned int count, u8 type, u8 parts,
				  u8 *bad)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (escapes(&a[i], type) || escapes(&b[i], type))
			continue;
		*bad = difference(&a[i], &b[i]) & parts;
		*bad &= -*bad;
		if (*bad)
			break;
	}
	return i;
}
