/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TUPLE_H
#define TARGET_TUPLE_H

#include <linux/types.h>
#include <target/target_core_base.h>

struct scatterlist;
struct t10_pi_tuple;

/* All that a tuple has: bits of enum target_core_dif_check */
#define TARGET_TUPLE_PARTS						\
	(TARGET_DIF_CHECK_GUARD | TARGET_DIF_CHECK_APPTAG |		\
	 TARGET_DIF_CHECK_REFTAG)

/**
 * struct target_tuple_rule - what the protection information of blocks is to be
 * @type: protection type, 1 to 3
 * @checks: enum target_core_dif_check: what is checked
 * @block: bytes of a block
 * @ref: reference tag of the first block; each next one has the next number
 *	(type 3 has no such order, and @ref is not used)
 * @ref_said: of type 2: the command says what @ref is
 * @app: application tag
 * @app_mask: bits of it that are checked
 */
struct target_tuple_rule {
	u8	type;
	u8	checks;
	u32	block;
	u32	ref;
	bool	ref_said;
	u16	app;
	u16	app_mask;
};

void target_tuple_make(struct t10_pi_tuple *tuples, struct scatterlist *sgl,
		       unsigned int nents, unsigned int count,
		       const struct target_tuple_rule *rule);
void target_tuple_guard(struct t10_pi_tuple *tuples, struct scatterlist *sgl,
			unsigned int nents, unsigned int count, u32 block);
void target_tuple_escape(struct t10_pi_tuple *tuples, unsigned int count);
bool target_tuple_escapes(const struct t10_pi_tuple *tuples,
			  unsigned int count);
void target_tuple_repeat(struct t10_pi_tuple *tuples, unsigned int count,
			 const struct t10_pi_tuple *first, unsigned int at,
			 u8 type);
unsigned int target_tuple_check(const struct t10_pi_tuple *tuples,
				struct scatterlist *sgl, unsigned int nents,
				unsigned int count,
				const struct target_tuple_rule *rule, u8 *bad);
unsigned int target_tuple_compare(const struct t10_pi_tuple *a,
				  const struct t10_pi_tuple *b,
				  unsigned int count, u8 type, u8 parts,
				  u8 *bad);

#endif /* TARGET_TUPLE_H */
