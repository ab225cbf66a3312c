/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ATTRIB_H
#define TARGET_ATTRIB_H

#include "core.h"
#include "field.h"

/*
 * The files of attrib/, each with its row in attrib.c.  A configfs show or
 * store is not told which file it is for, so every file has a function of its
 * own, made from this list.
 */
#define TARGET_ATTRIBS(X)						\
	X(alua_support)							\
	X(block_size)							\
	X(emulate_3pc)							\
	X(emulate_caw)							\
	X(emulate_dpo)							\
	X(emulate_fua_read)						\
	X(emulate_fua_write)						\
	X(emulate_model_alias)						\
	X(emulate_pr)							\
	X(emulate_rest_reord)						\
	X(emulate_rsoc)							\
	X(emulate_tas)							\
	X(emulate_tpu)							\
	X(emulate_tpws)							\
	X(emulate_ua_intlck_ctrl)					\
	X(emulate_write_cache)						\
	X(enforce_pr_isids)						\
	X(force_pr_aptpl)						\
	X(hw_block_size)						\
	X(hw_max_sectors)						\
	X(hw_pi_prot_type)						\
	X(hw_queue_depth)						\
	X(is_nonrot)							\
	X(max_unmap_block_desc_count)					\
	X(max_unmap_lba_count)						\
	X(max_write_same_len)						\
	X(optimal_sectors)						\
	X(pgr_support)							\
	X(pi_prot_format)						\
	X(pi_prot_type)							\
	X(pi_prot_verify)						\
	X(queue_depth)							\
	X(submit_type)							\
	X(unmap_granularity)						\
	X(unmap_granularity_alignment)					\
	X(unmap_zeroes_data)						\
	X(vpd_eui64)							\
	X(vpd_uuid)

#define TARGET_ATTRIB_ID(row)						\
	TARGET_ATTRIB_##row,
enum target_attrib_id {
	TARGET_ATTRIBS(TARGET_ATTRIB_ID)
	TARGET_ATTRIB_COUNT,
};

/**
 * struct target_attrib - one attribute of a logical unit: a row of THE table
 *
 * The files of attrib/, their modes, what they accept and the schema file
 * come from this table.
 * @field: name, type, range, and where in struct target_attribs it is kept
 * @not_exported: can be written only while no LUN links to the unit
 * @get: value that is not kept in struct target_attribs; such a file is
 *	read-only, unless there is a @check
 * @medium: value that a medium brings when it is opened, unless one that
 *	@check accepts was written before
 * @check: refuse a value with an errno; NULL accepts the range.  What is
 *	accepted has no gaps, or the schema could not say it
 * @hint: what to log then
 * @set: in place of a store, if a medium has to make it so: may wait for it, and
 *	has no lock; checks and logs by itself
 * @changed: what follows from a new value, besides telling the emulation
 *
 * The functions, but for @set, are called with dev->mutex held.
 */
struct target_attrib {
	struct target_field	field;
	bool			not_exported;
	u32			(*get)(const struct target_dev *dev);
	u32			(*medium)(const struct target_dev *dev);
	int			(*check)(const struct target_dev *dev, u32 value);
	const char		*hint;
	int			(*set)(struct target_dev *dev, u32 value);
	void			(*changed)(struct target_dev *dev);
};

const struct target_attrib *target_attrib_row(enum target_attrib_id id);
bool target_attrib_read_only(const struct target_attrib *row);
void target_attrib_defaults(struct target_dev *dev);
void target_attrib_medium(struct target_dev *dev);
u32 target_attrib_get(struct target_dev *dev, const struct target_attrib *row);
int target_attrib_set(struct target_dev *dev, const struct target_attrib *row,
		      u32 value);
int target_attrib_change(struct target_dev *dev,
			 const struct target_attrib *row, u32 value);
bool target_attrib_recall(struct target_dev *dev,
			  const struct target_attrib *row, u32 value);
void target_attrib_describe(struct target_dev *dev,
			    const struct target_attrib *row,
			    struct target_schema *schema);

#endif /* TARGET_ATTRIB_H */
