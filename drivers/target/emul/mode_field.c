// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values of mode pages that MODE SELECT can change: one row each, which says
 * where it is in its page, what it is and what it may become.  A value that is
 * an attribute too is kept there and nowhere else.
 */
#include <linux/bitops.h>
#include <linux/unaligned.h>
#include "../core/order.h"
#include "exception.h"
#include "mode_field.h"
#include "threshold.h"

static u32 zero(const struct target_dev *dev)
{
	return 0;
}

static u32 one(const struct target_dev *dev)
{
	return 1;
}

static u32 get_wce(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_write_cache);
}

static u32 medium_wce(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.write_cache);
}

static bool wce_is_fixed(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.write_cache_fixed);
}

/* Task sets: one for all nexuses, or one for each */
static u32 get_tst(const struct target_dev *dev)
{
	return target_order_is_separate(dev);
}

static int set_tst(struct target_dev *dev, u32 value)
{
	target_order_separate(dev, value);
	return 0;
}

static u32 get_d_sense(const struct target_dev *dev)
{
	return READ_ONCE(dev->d_sense);
}

static int set_d_sense(struct target_dev *dev, u32 value)
{
	WRITE_ONCE(dev->d_sense, value);
	return 0;
}

/* DPICZ: pi_prot_verify says the opposite */
static bool has_no_protection(const struct target_dev *dev)
{
	return !READ_ONCE(dev->attr.pi_prot_type);
}

static u32 get_dpicz(const struct target_dev *dev)
{
	return !READ_ONCE(dev->attr.pi_prot_verify);
}

/* ATO: whose the application tags are */
static u32 get_ato(const struct target_dev *dev)
{
	return READ_ONCE(dev->protection.ato);
}

static int set_ato(struct target_dev *dev, u32 value)
{
	WRITE_ONCE(dev->protection.ato, value);
	return 0;
}

/* A medium that may change application tags is no place for those of others. */
static bool ato_is_fixed(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.protection) &&
	       !READ_ONCE(dev->limits.app_tags);
}

static u32 get_qerr(const struct target_dev *dev)
{
	return READ_ONCE(dev->qerr);
}

static int set_qerr(struct target_dev *dev, u32 value)
{
	WRITE_ONCE(dev->qerr, value);
	return 0;
}

static u32 get_tmf_only(const struct target_dev *dev)
{
	return READ_ONCE(dev->tmf_only);
}

static int set_tmf_only(struct target_dev *dev, u32 value)
{
	WRITE_ONCE(dev->tmf_only, value);
	return 0;
}

/* QUEUE ALGORITHM MODIFIER: 0 is restricted reordering, 1 is none */
static u32 get_reordering(const struct target_dev *dev)
{
	return !READ_ONCE(dev->attr.emulate_rest_reord);
}

static u32 opposite(u32 value)
{
	return !value;
}

static u32 get_swp(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->swp);
}

static int set_swp(struct target_dev *dev, u32 value)
{
	WRITE_ONCE(dev->emul->swp, value);
	return 0;
}

static u32 get_tas(const struct target_dev *dev)
{
	return READ_ONCE(dev->attr.emulate_tas);
}

/* 0, 1 and 2 of the attribute are 00b, 10b and 11b; 01b is reserved */
static u32 get_ua_intlck(const struct target_dev *dev)
{
	u32 value = READ_ONCE(dev->attr.emulate_ua_intlck_ctrl);

	return value ? value + 1 : 0;
}

/* LBPERE: thresholds of logical block provisioning are told of */
static u32 get_lbpere(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->thresholds.reported);
}

static int set_lbpere(struct target_dev *dev, u32 value)
{
	target_threshold_report(dev, value);
	return 0;
}

static u32 usage_is_known(const struct target_dev *dev)
{
	return READ_ONCE(dev->limits.usage);
}

/* Thresholds of logical block provisioning, by their descriptor's number */
static u32 get_available_on(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->thresholds.row[TARGET_AVAILABLE].enabled);
}

static u32 get_available(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->thresholds.row[TARGET_AVAILABLE].count);
}

static u32 get_used_on(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->thresholds.row[TARGET_USED].enabled);
}

static u32 get_used(const struct target_dev *dev)
{
	return READ_ONCE(dev->emul->thresholds.row[TARGET_USED].count);
}

static int set_available_on(struct target_dev *dev, u32 value)
{
	target_threshold_enable(dev, TARGET_AVAILABLE, value);
	return 0;
}

static int set_available(struct target_dev *dev, u32 value)
{
	target_threshold_set(dev, TARGET_AVAILABLE, value);
	return 0;
}

static int set_used_on(struct target_dev *dev, u32 value)
{
	target_threshold_enable(dev, TARGET_USED, value);
	return 0;
}

static int set_used(struct target_dev *dev, u32 value)
{
	target_threshold_set(dev, TARGET_USED, value);
	return 0;
}

/* Informational exceptions */
#define EXCEPTION(name, which)						\
static u32 get_##name(const struct target_dev *dev)			\
{									\
	return READ_ONCE(dev->emul->exceptions.value[TARGET_EXCEPTION_##which]); \
}									\
									\
static int set_##name(struct target_dev *dev, u32 value)		\
{									\
	target_exception_set(dev, TARGET_EXCEPTION_##which, value);	\
	return 0;							\
}

EXCEPTION(mrie, METHOD)
EXCEPTION(interval, INTERVAL)
EXCEPTION(report_count, COUNT)
EXCEPTION(ewasc, WARNINGS)
EXCEPTION(dexcpt, DISABLED)
EXCEPTION(test, TEST)
EXCEPTION(per, POSTED)

static u32 ua_intlck_attrib(u32 value)
{
	return value ? value - 1 : 0;
}

static bool usage_is_unknown(const struct target_dev *dev)
{
	return !usage_is_known(dev);
}

#define BOOLEAN	(BIT(0) | BIT(1))
#define PLAIN	.attrib = TARGET_MODE_NO_ATTRIB

static const struct target_mode_field fields[TARGET_MODE_FIELDS] = {
	{ "wce", 0x08, 2, BOOLEAN, 0x04, .get = get_wce, .initial = medium_wce,
	  .fixed = wce_is_fixed, .attrib = TARGET_ATTRIB_emulate_write_cache },
	{ "tst", 0x0a, 2, BOOLEAN, 0xe0, .get = get_tst, .initial = zero,
	  .set = set_tst, PLAIN },
	{ "tmf_only", 0x0a, 2, BOOLEAN, 0x10, .get = get_tmf_only,
	  .initial = zero, .set = set_tmf_only, PLAIN },
	{ "d_sense", 0x0a, 2, BOOLEAN, 0x04, .get = get_d_sense,
	  .initial = zero, .set = set_d_sense, PLAIN },
	{ "reordering", 0x0a, 3, BOOLEAN, 0xf0, .get = get_reordering,
	  .initial = one, .to_attrib = opposite,
	  .attrib = TARGET_ATTRIB_emulate_rest_reord },
	{ "qerr", 0x0a, 3, BIT(0) | BIT(1) | BIT(3), 0x06, .get = get_qerr,
	  .initial = zero, .set = set_qerr, PLAIN },
	{ "ua_intlck_ctrl", 0x0a, 4, BIT(0) | BIT(2) | BIT(3), 0x30,
	  .get = get_ua_intlck, .initial = zero,
	  .to_attrib = ua_intlck_attrib,
	  .attrib = TARGET_ATTRIB_emulate_ua_intlck_ctrl },
	{ "swp", 0x0a, 4, BOOLEAN, 0x08, .get = get_swp, .initial = zero,
	  .set = set_swp, PLAIN },
	{ "tas", 0x0a, 5, BOOLEAN, 0x40, .get = get_tas, .initial = one,
	  .attrib = TARGET_ATTRIB_emulate_tas },
	/* THRESHOLD COUNT and ENABLED: first descriptor, second descriptor */
	{ "available", 0x5c, 20, 0, U32_MAX, .get = get_available,
	  .initial = zero, .set = set_available, .fixed = usage_is_unknown,
	  PLAIN },
	{ "available_on", 0x5c, 16, BOOLEAN, 0x80, .get = get_available_on,
	  .initial = zero, .set = set_available_on, .fixed = usage_is_unknown,
	  PLAIN },
	{ "used", 0x5c, 28, 0, U32_MAX, .get = get_used, .initial = zero,
	  .set = set_used, .fixed = usage_is_unknown, PLAIN },
	{ "used_on", 0x5c, 24, BOOLEAN, 0x80, .get = get_used_on,
	  .initial = zero, .set = set_used_on, .fixed = usage_is_unknown,
	  PLAIN },
	{ "lbpere", 0x01, 7, BOOLEAN, 0x80, .get = get_lbpere,
	  .initial = usage_is_known, .set = set_lbpere,
	  .fixed = usage_is_unknown, PLAIN },
	/* MRIE: 1h was asynchronous events, of SCSI-2 */
	{ "mrie", 0x1c, 3, BIT(0) | GENMASK(6, 2), 0x0f, .get = get_mrie,
	  .initial = zero, .set = set_mrie, PLAIN },
	{ "interval", 0x1c, 4, 0, U32_MAX, .get = get_interval,
	  .initial = zero, .set = set_interval, PLAIN },
	{ "report_count", 0x1c, 8, 0, U32_MAX, .get = get_report_count,
	  .initial = zero, .set = set_report_count, PLAIN },
	{ "ewasc", 0x1c, 2, BOOLEAN, 0x10, .get = get_ewasc, .initial = zero,
	  .set = set_ewasc, PLAIN },
	{ "dexcpt", 0x1c, 2, BOOLEAN, 0x08, .get = get_dexcpt,
	  .initial = zero, .set = set_dexcpt, PLAIN },
	{ "test", 0x1c, 2, BOOLEAN, 0x04, .get = get_test, .initial = zero,
	  .set = set_test, PLAIN },
	{ "dpicz", 0x0a, 2, BOOLEAN, 0x08, .get = get_dpicz,
	  .initial = one, .absent = has_no_protection,
	  .to_attrib = opposite, .attrib = TARGET_ATTRIB_pi_prot_verify },
	{ "ato", 0x0a, 5, BOOLEAN, 0x80, .get = get_ato, .initial = zero,
	  .set = set_ato, .fixed = ato_is_fixed, .absent = has_no_protection,
	  PLAIN },
	{ "per", 0x01, 2, BOOLEAN, 0x04, .get = get_per, .initial = zero,
	  .set = set_per, PLAIN },
};

/* A row of the table; @i is less than TARGET_MODE_FIELDS. */
const struct target_mode_field *target_mode_field_row(unsigned int i)
{
	return &fields[i];
}

/* May it have this value? */
bool target_mode_field_legal(const struct target_mode_field *field, u32 value)
{
	if (field->mask == U32_MAX)
		return true;
	if (value > field->mask >> (ffs(field->mask) - 1))
		return false;
	return !field->legal || field->legal & BIT(value);
}

/* Nobody can change it, on this logical unit. */
bool target_mode_field_fixed(const struct target_mode_field *field,
			     const struct target_dev *dev)
{
	return field->fixed && field->fixed(dev);
}

/* This logical unit has no such field, although its value is kept. */
bool target_mode_field_absent(const struct target_mode_field *field,
			      const struct target_dev *dev)
{
	return field->absent && field->absent(dev);
}

static u32 attrib_value(const struct target_mode_field *field, u32 value)
{
	return field->to_attrib ? field->to_attrib(value) : value;
}

/**
 * target_mode_field_set - give a value to a field
 * @field: row of the table
 * @dev: logical unit
 * @value: a legal one
 *
 * Context: process; dev->mutex is not held.
 * Return: 0 or an errno
 */
int target_mode_field_set(const struct target_mode_field *field,
			  struct target_dev *dev, u32 value)
{
	if (field->attrib == TARGET_MODE_NO_ATTRIB)
		return field->set(dev, value);
	return target_attrib_change(dev, target_attrib_row(field->attrib),
				    attrib_value(field, value));
}

/**
 * target_mode_field_recall - give a field the value that it had
 * @field: row of the table
 * @dev: logical unit that nobody sees yet
 * @value: a legal one
 *
 * Context: process; dev->mutex is held.
 * Return: false if it has another one, which counts more
 */
bool target_mode_field_recall(const struct target_mode_field *field,
			      struct target_dev *dev, u32 value)
{
	if (field->attrib == TARGET_MODE_NO_ATTRIB)
		return !field->set(dev, value);
	return target_attrib_recall(dev, target_attrib_row(field->attrib),
				    attrib_value(field, value));
}

/* Put a value into its place, among what is there. */
void target_mode_field_place(const struct target_mode_field *field, u32 value,
			     u8 *page)
{
	if (field->mask == U32_MAX)
		put_unaligned_be32(value, page + field->byte);
	else
		page[field->byte] |= value << (ffs(field->mask) - 1) &
				     field->mask;
}

/* The value that a page has. */
u32 target_mode_field_take(const struct target_mode_field *field,
			   const u8 *page)
{
	if (field->mask == U32_MAX)
		return get_unaligned_be32(page + field->byte);
	return (page[field->byte] & field->mask) >> (ffs(field->mask) - 1);
}
