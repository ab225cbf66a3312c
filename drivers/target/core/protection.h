/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Protection information between the emulation and the medium.
 */
#ifndef TARGET_PROTECTION_H
#define TARGET_PROTECTION_H

#include <linux/atomic.h>
#include "tuple.h"

struct target_chunk;
struct target_cmd;
struct target_dev;
struct target_io;
struct target_limits;

/**
 * enum target_protection_stage - where protection information is checked
 * @TARGET_PROTECTION_INITIATOR: what an initiator sent
 * @TARGET_PROTECTION_MEDIUM: what was read from the medium
 * @TARGET_PROTECTION_STAGES: how many there are
 */
enum target_protection_stage {
	TARGET_PROTECTION_INITIATOR,
	TARGET_PROTECTION_MEDIUM,
	TARGET_PROTECTION_STAGES,
};

/* Parts of a tuple, in the order of enum target_core_dif_check */
#define TARGET_PROTECTION_PARTS	3

/**
 * struct target_protection - protection information of a logical unit
 * @ato: ATO of the control mode page: application tags are the initiators' [A]
 * @formatting: the medium is being made ready for it [M]
 * @errors: what was wrong, by stage and part
 *
 * Its type is target_attribs.pi_prot_type, 0 for none.
 */
struct target_protection {
	bool		ato;
	bool		formatting;
	atomic_long_t	errors[TARGET_PROTECTION_STAGES][TARGET_PROTECTION_PARTS];
};

/**
 * struct target_pi - protection information of a command (emul/pi.c)
 * @lba: first block of the command
 * @rule: what its blocks are held against on the medium, @lba first
 * @compare: parts that have to be on the medium as they are in @tuples
 * @keep: what is read is kept in @tuples
 * @carry: likewise, for the write of the same block that comes next
 * @repeat: the first one of @tuples stands for all blocks
 * @reseal: the data was changed: what is written gets new guards
 * @sound: parts of what came that were checked before it is written
 * @skip: those of @tuples that come before the ones that are written; they are
 *	of no use
 * @count: how many there are in @tuples
 * @tuples: what came or goes with the data; NULL if nothing does
 * @bad: part that is wrong, enum target_core_dif_check; 0 for none
 * @bad_lba: where
 * @differs: part that a comparison found another one of; 0 for none
 * @differs_at: of which of @tuples
 * @apart: it is in se_cmd.t_prot_sg, not among the data
 * @plain: the data alone, for the time of the handler, if it has to be
 *	elsewhere than where the fabric has it; else NULL
 * @counted: bytes of it in the budget (budget.c)
 * @sgl: se_cmd.t_data_sg, meanwhile
 * @nents: its entries
 * @length: se_cmd.data_length, meanwhile
 * @wanted: target_cmd.wanted, meanwhile
 * @end: its part in the end of a command: gives back the data, with its
 *	protection information if @reason is TCM_NO_SENSE; returns a reason
 *	that says more.  May be called again.  Process context for a read
 */
struct target_pi {
	u64				lba;
	struct target_tuple_rule	rule;
	u8				compare;
	bool				keep;
	bool				carry;
	bool				repeat;
	bool				reseal;
	u8				sound;
	u32				skip;
	u32				count;
	struct t10_pi_tuple		*tuples;
	u8				bad;
	u64				bad_lba;
	u8				differs;
	u32				differs_at;
	bool				apart;
	struct target_chunk		*plain;
	u32				counted;
	struct scatterlist		*sgl;
	unsigned int			nents;
	u32				length;
	u32				wanted;
	sense_reason_t			(*end)(struct target_cmd *cmd,
					       sense_reason_t reason);
};

struct target_tuple_rule target_protection_rule(const struct target_dev *dev,
						u64 lba);
struct target_pi target_protection_source(const struct target_dev *dev, u64 lba);
void target_protection_count(struct target_dev *dev,
			     enum target_protection_stage stage, u8 bad);
unsigned long target_protection_counted(struct target_dev *dev,
					enum target_protection_stage stage,
					u8 part);
sense_reason_t target_protection_reason(u8 bad);
bool target_protection_differs(const struct target_cmd *cmd);
void target_protection_submit(struct target_dev *dev, struct target_io *io,
			      struct target_pi *pi);
void target_protection_limit(const struct target_dev *dev,
			     struct target_limits *limits);

#endif /* TARGET_PROTECTION_H */
