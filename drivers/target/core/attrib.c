// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes of logical units: one table, from which the files of attrib/,
 * what they accept and the schema file come.
 */
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/uuid.h>
#include <linux/wait_bit.h>
#include "attrib.h"
#include "events.h"
#include "ident.h"
#include "order.h"
#include "room.h"

/* Transfers are cut to what the medium takes, so there is no shorter limit. */
#define MAX_SECTORS	round_down(U32_MAX, (u32)(PAGE_SIZE / 512))

/* how long a change waits for commands of LUNs that were removed just now */
#define LAST_COMMANDS	(2 * HZ)

/* the errno that user space knows for what this unit does not have */
#define NOT_OFFERED	(-ENOSYS)

/* Say why a value was refused, and what to do. */
static __printf(2, 3) void say(const struct target_dev *dev,
			       const char *format, ...)
{
	struct va_format text = { .fmt = format };
	va_list args;

	va_start(args, format);
	text.va = &args;
	pr_warn("target: %s_%u/%s: %pV\n", dev->hba->ops->name,
		dev->hba->plugin_index, dev->name, &text);
	va_end(args);
}

/* -------------------------------------------------- what a medium brings -- */

static u32 in_blocks(const struct target_dev *dev, u64 bytes)
{
	return min_t(u64, div_u64(bytes, dev->limits.block_size), U32_MAX);
}

static u32 hw_block_size(const struct target_dev *dev)
{
	return dev->limits.block_size;
}

static u32 hw_max_sectors(const struct target_dev *dev)
{
	return dev->limits.block_size ? MAX_SECTORS : 0;
}

static u32 hw_queue_depth(const struct target_dev *dev)
{
	return dev->limits.queue_depth;
}

static u32 hw_protection(const struct target_dev *dev)
{
	return dev->limits.protection;
}

/* That it was formatted is no state: the file reads as 0. */
static u32 never(const struct target_dev *dev)
{
	return 0;
}

/* Blocks that one UNMAP may name: others wait for the device meanwhile. */
#define MAX_UNMAP	SZ_1M

static u32 max_unmap_lba_count(const struct target_dev *dev)
{
	return min(in_blocks(dev, dev->limits.unmap_max), MAX_UNMAP);
}

static u32 max_unmap_block_desc_count(const struct target_dev *dev)
{
	return dev->limits.unmap_max ? 1 : 0;
}

static u32 unmap_granularity(const struct target_dev *dev)
{
	return in_blocks(dev, dev->limits.unmap_granularity);
}

static u32 unmap_granularity_alignment(const struct target_dev *dev)
{
	return in_blocks(dev, dev->limits.unmap_alignment);
}

static u32 max_write_same_len(const struct target_dev *dev)
{
	return in_blocks(dev, dev->limits.zero_max);
}

static u32 is_nonrot(const struct target_dev *dev)
{
	return dev->limits.nonrot;
}

static u32 write_cache(const struct target_dev *dev)
{
	return dev->limits.write_cache;
}

/* Nothing is emulated where the medium decides, as the file's name says. */
static u32 emulated_write_cache(const struct target_dev *dev)
{
	return dev->limits.write_cache_fixed ? 0 :
	       dev->attr.emulate_write_cache;
}

/* ---------------------------------------------------- what can be refused -- */

static int check_on(const struct target_dev *dev, u32 value)
{
	return value ? 0 : NOT_OFFERED;
}

static int check_protection(const struct target_dev *dev, u32 value)
{
	return target_room_offers(dev, value) ? 0 : NOT_OFFERED;
}

static int check_verify(const struct target_dev *dev, u32 value)
{
	return !value || !dev->opened || target_room_any(dev) ? 0 : NOT_OFFERED;
}

static int check_format(const struct target_dev *dev, u32 value)
{
	return !value || (dev->attr.pi_prot_type && !dev->nr_links) ?
	       0 : NOT_OFFERED;
}

static int check_pgr_support(const struct target_dev *dev, u32 value)
{
	const struct target_backend_ops *ops = dev->backend->ops;

	if (value || (dev->opened && ops->pr_bdev && ops->pr_bdev(dev->backend)))
		return 0;
	return NOT_OFFERED;
}

static int check_block_size(const struct target_dev *dev, u32 value)
{
	/* each block has its protection information */
	if (dev->attr.pi_prot_type && value != dev->attr.block_size)
		return -EINVAL;
	return value >= dev->limits.block_size ? 0 : -EINVAL;
}

static int check_unmap(const struct target_dev *dev, u32 value)
{
	return !value || dev->limits.unmap_max ? 0 : NOT_OFFERED;
}

static int check_write_cache(const struct target_dev *dev, u32 value)
{
	return !value || !dev->limits.write_cache_fixed ? 0 : -EINVAL;
}

static int check_optimal_sectors(const struct target_dev *dev, u32 value)
{
	return value <= hw_max_sectors(dev) ? 0 : -EINVAL;
}

static int check_queue_depth(const struct target_dev *dev, u32 value)
{
	return value <= hw_queue_depth(dev) ? 0 : -EINVAL;
}

/* One that is made when the unit is enabled is a UUID. */
static int check_vpd_uuid(const struct target_dev *dev, u32 value)
{
	const char *serial = dev->ident.serial;

	if (!value || !serial[0] || (strlen(serial) == UUID_STRING_LEN &&
				     uuid_is_valid(serial)))
		return 0;
	return -EINVAL;
}

/* ------------------------------------------------------- what it leads to -- */

static void block_size_changed(struct target_dev *dev)
{
	u32 size = dev->attr.block_size;

	dev->block_shift = ilog2(size);
	dev->se.dev_attrib.block_size = size;
	WRITE_ONCE(dev->nr_blocks, dev->limits.bytes >> dev->block_shift);
	target_events_capacity_changed(dev);
}

static void write_cache_changed(struct target_dev *dev)
{
	/* 0 was written where the medium decides: its setting counts */
	if (dev->limits.write_cache_fixed)
		WRITE_ONCE(dev->attr.emulate_write_cache,
			   dev->limits.write_cache);
}

/* The default is what the medium likes, and costs nothing. */
static void queue_depth_changed(struct target_dev *dev)
{
	u32 depth = dev->attr.queue_depth;

	target_order_set_limit(dev, depth < hw_queue_depth(dev) ? depth : 0);
}

/* ------------------------------------------------------------- the table -- */

#define FIELD(_name, _kind, _min, _max, _init, _help)			\
	.field = {							\
		.name = #_name, .kind = TARGET_FIELD_##_kind,		\
		.offset = TARGET_FIELD_AT(struct target_attribs, _name,	\
					  _kind),			\
		.min = _min, .max = _max, .init = _init, .help = _help,	\
	}
#define BOOL(_name, _init, _help)					\
	FIELD(_name, BOOL, 0, 1, _init, _help)
/* a file that is not kept in struct target_attribs */
#define FACT(_name, _kind, _max, _get, _help)				\
	.field = {							\
		.name = #_name, .kind = TARGET_FIELD_##_kind,		\
		.max = _max, .help = _help,				\
	},								\
	.get = _get

static const struct target_attrib table[] = {
	[TARGET_ATTRIB_alua_support] = {
		BOOL(alua_support, 1, "asymmetric access is emulated"),
		.check = check_on,
		.hint = "it stays 1",
	},
	[TARGET_ATTRIB_block_size] = {
		FIELD(block_size, POWER, 512, 4096, 512, "bytes a logical block"),
		.medium = hw_block_size, .not_exported = true,
		.check = check_block_size, .changed = block_size_changed,
		.hint = "it cannot be below hw_block_size, nor change under a pi_prot_type",
	},
	[TARGET_ATTRIB_emulate_3pc] = {
		BOOL(emulate_3pc, 1,
		     "EXTENDED COPY, POPULATE TOKEN and what belongs to them"),
	},
	[TARGET_ATTRIB_emulate_caw] = {
		BOOL(emulate_caw, 1, "COMPARE AND WRITE"),
	},
	[TARGET_ATTRIB_emulate_dpo] = {
		BOOL(emulate_dpo, 1, "the DPO bit is accepted"),
		.check = check_on,
		.hint = "DPO, and FUA of reads, are always accepted",
	},
	[TARGET_ATTRIB_emulate_fua_read] = {
		BOOL(emulate_fua_read, 1, "the FUA bit of reads is accepted"),
		.check = check_on,
		.hint = "DPO, and FUA of reads, are always accepted",
	},
	[TARGET_ATTRIB_emulate_fua_write] = {
		BOOL(emulate_fua_write, 1, "the FUA bit of writes is honoured"),
	},
	[TARGET_ATTRIB_emulate_model_alias] = {
		BOOL(emulate_model_alias, 0,
		     "the name is the product identification"),
		.not_exported = true, .changed = target_ident_model,
	},
	[TARGET_ATTRIB_emulate_pr] = {
		BOOL(emulate_pr, 1, "reservations"),
	},
	[TARGET_ATTRIB_emulate_rest_reord] = {
		BOOL(emulate_rest_reord, 0,
		     "restricted reordering: writes begin one after another"),
	},
	[TARGET_ATTRIB_emulate_rsoc] = {
		BOOL(emulate_rsoc, 1, "REPORT SUPPORTED OPERATION CODES"),
	},
	[TARGET_ATTRIB_emulate_tas] = {
		BOOL(emulate_tas, 1,
		     "commands that another initiator aborts end with TASK ABORTED"),
		.not_exported = true,
	},
	[TARGET_ATTRIB_emulate_tpu] = {
		BOOL(emulate_tpu, 0, "thin provisioning: UNMAP"),
		.check = check_unmap,
		.hint = "the medium cannot deallocate blocks",
	},
	[TARGET_ATTRIB_emulate_tpws] = {
		BOOL(emulate_tpws, 0,
		     "thin provisioning: WRITE SAME with UNMAP"),
		.check = check_unmap,
		.hint = "the medium cannot deallocate blocks",
	},
	[TARGET_ATTRIB_emulate_ua_intlck_ctrl] = {
		FIELD(emulate_ua_intlck_ctrl, U32, 0, 2, 0,
		      "unit attention interlock: 0 clears, 1 keeps, 2 keeps and establishes"),
		.not_exported = true,
	},
	[TARGET_ATTRIB_emulate_write_cache] = {
		BOOL(emulate_write_cache, 0,
		     "ended writes may be volatile; 0: none is, but in a disk's own cache"),
		.get = emulated_write_cache, .medium = write_cache,
		.check = check_write_cache, .changed = write_cache_changed,
		.hint = "the medium has a write cache of its own; change it there",
	},
	[TARGET_ATTRIB_enforce_pr_isids] = {
		BOOL(enforce_pr_isids, 1,
		     "an iSCSI registration belongs to one ISID"),
	},
	[TARGET_ATTRIB_force_pr_aptpl] = {
		BOOL(force_pr_aptpl, 0,
		     "every registration survives power loss"),
		.not_exported = true,
	},
	[TARGET_ATTRIB_hw_block_size] = {
		FACT(hw_block_size, U32, 4096, hw_block_size,
		     "smallest unit of I/O of the medium"),
	},
	[TARGET_ATTRIB_hw_max_sectors] = {
		FACT(hw_max_sectors, U32, U32_MAX, hw_max_sectors,
		     "longest command, in blocks"),
	},
	[TARGET_ATTRIB_hw_pi_prot_type] = {
		FACT(hw_pi_prot_type, U32, 3, hw_protection,
		     "protection type of the medium"),
	},
	[TARGET_ATTRIB_hw_queue_depth] = {
		FACT(hw_queue_depth, U32, U32_MAX, hw_queue_depth,
		     "commands that the medium likes to have"),
	},
	[TARGET_ATTRIB_is_nonrot] = {
		BOOL(is_nonrot, 0, "no seek times"),
		.medium = is_nonrot,
	},
	[TARGET_ATTRIB_max_unmap_block_desc_count] = {
		FIELD(max_unmap_block_desc_count, U32, 0, U32_MAX, 0,
		      "descriptors of one UNMAP"),
		.medium = max_unmap_block_desc_count,
	},
	[TARGET_ATTRIB_max_unmap_lba_count] = {
		FIELD(max_unmap_lba_count, U32, 0, U32_MAX, 0,
		      "blocks of one UNMAP"),
		.medium = max_unmap_lba_count,
	},
	[TARGET_ATTRIB_max_write_same_len] = {
		FIELD(max_write_same_len, U32, 0, U32_MAX, 0,
		      "blocks of one WRITE SAME; 0 for no limit"),
		.medium = max_write_same_len,
	},
	[TARGET_ATTRIB_optimal_sectors] = {
		FIELD(optimal_sectors, U32, 0, U32_MAX, 0,
		      "best length of a command, in blocks"),
		.medium = hw_max_sectors, .not_exported = true,
		.check = check_optimal_sectors,
		.hint = "it cannot exceed hw_max_sectors",
	},
	[TARGET_ATTRIB_pgr_support] = {
		BOOL(pgr_support, 1,
		     "persistent reservations are emulated; 0 passes them to the medium"),
		.not_exported = true, .check = check_pgr_support,
		.hint = "the medium keeps no reservations itself; emulate_pr=0 switches them off",
	},
	[TARGET_ATTRIB_pi_prot_format] = {
		FACT(pi_prot_format, BOOL, 1, never,
		     "write 1 to initialise protection information"),
		.check = check_format,
		.set = target_room_format,
	},
	[TARGET_ATTRIB_pi_prot_type] = {
		FIELD(pi_prot_type, U32, 0, 3, 0, "protection type"),
		.medium = target_room_own_type, .not_exported = true,
		.check = check_protection, .set = target_room_set_type,
	},
	[TARGET_ATTRIB_pi_prot_verify] = {
		BOOL(pi_prot_verify, 0,
		     "protection information is checked before it is used"),
		.check = check_verify,
		.hint = "the medium has no room for protection information",
	},
	[TARGET_ATTRIB_queue_depth] = {
		FIELD(queue_depth, U32, 1, U32_MAX, 128,
		      "commands that run at a time, others wait; "
		      "hw_queue_depth, the most, is no limit"),
		.medium = hw_queue_depth, .not_exported = true,
		.check = check_queue_depth, .changed = queue_depth_changed,
		.hint = "it cannot exceed hw_queue_depth",
	},
	[TARGET_ATTRIB_submit_type] = {
		FIELD(submit_type, U8, 0, 2, 0,
		      "0: as the fabric says, 1: in its context, 2: in a work item"),
	},
	[TARGET_ATTRIB_unmap_granularity] = {
		FIELD(unmap_granularity, U32, 0, U32_MAX, 0,
		      "unit of deallocation, in blocks"),
		.medium = unmap_granularity,
	},
	[TARGET_ATTRIB_unmap_granularity_alignment] = {
		FIELD(unmap_granularity_alignment, U32, 0, U32_MAX, 0,
		      "first such unit, in blocks"),
		.medium = unmap_granularity_alignment,
	},
	[TARGET_ATTRIB_unmap_zeroes_data] = {
		BOOL(unmap_zeroes_data, 0, "unmapped blocks read as zeros"),
		.not_exported = true, .check = check_unmap,
		.hint = "the medium cannot deallocate blocks",
	},
	[TARGET_ATTRIB_vpd_eui64] = {
		BOOL(vpd_eui64, 0,
		     "device identification has an EUI-64, from company_id and the serial number"),
		.not_exported = true,
	},
	[TARGET_ATTRIB_vpd_uuid] = {
		BOOL(vpd_uuid, 0,
		     "device identification has the serial number as a UUID, if it is one"),
		.not_exported = true, .check = check_vpd_uuid,
		.hint = "the unit serial number is not a UUID",
	},
};

static_assert(ARRAY_SIZE(table) == TARGET_ATTRIB_COUNT);
static_assert(TARGET_ATTRIB_COUNT <=
	      BITS_PER_BYTE * sizeof_field(struct target_dev, attr_given));

/**
 * target_attrib_row - a row of the table
 * @id: which
 *
 * Return: the row
 */
const struct target_attrib *target_attrib_row(enum target_attrib_id id)
{
	return &table[id];
}

/**
 * target_attrib_read_only - tell whether a file can be written at all
 * @row: row
 *
 * Return: true if it cannot
 */
bool target_attrib_read_only(const struct target_attrib *row)
{
	return row->get && !row->check;
}

/**
 * target_attrib_defaults - attributes of a new logical unit
 * @dev: logical unit without a medium
 */
void target_attrib_defaults(struct target_dev *dev)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		if (target_attrib_read_only(&table[i]))
			continue;
		target_field_store(&table[i].field, &dev->attr,
				   table[i].field.init);
	}
}

/* Did an administrator choose, before it was known what the medium can do? */
static bool keep_given(struct target_dev *dev, const struct target_attrib *row)
{
	if (!(dev->attr_given & BIT_ULL(row - table)))
		return false;
	if (!row->check ||
	    !row->check(dev, target_field_load(&row->field, &dev->attr)))
		return true;
	say(dev, "%s: %s", row->field.name, row->hint);
	return false;
}

/**
 * target_attrib_medium - take over what the medium brings
 * @dev: logical unit that is being enabled, with its limits
 *
 * Context: dev->mutex is held.
 */
void target_attrib_medium(struct target_dev *dev)
{
	size_t i;

	lockdep_assert_held(&dev->mutex);
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].medium && !keep_given(dev, &table[i]))
			target_field_store(&table[i].field, &dev->attr,
					   table[i].medium(dev));
	}
	write_cache_changed(dev);
	queue_depth_changed(dev);
	dev->block_shift = ilog2(dev->attr.block_size);
	dev->se.dev_attrib.block_size = dev->attr.block_size;
}

/**
 * target_attrib_get - value of an attribute
 * @dev: logical unit
 * @row: attribute
 *
 * Return: the value
 */
u32 target_attrib_get(struct target_dev *dev, const struct target_attrib *row)
{
	guard(mutex)(&dev->mutex);
	if (row->get)
		return row->get(dev);
	return target_field_load(&row->field, &dev->attr);
}

/* Before the medium is known everything is accepted. */
static int refusal(const struct target_dev *dev,
		   const struct target_attrib *row, u32 value)
{
	lockdep_assert_held(&dev->mutex);
	if (!row->check || (row->medium && dev->state == TARGET_DEV_NEW))
		return 0;
	return row->check(dev, value);
}

static int set_locked(struct target_dev *dev, const struct target_attrib *row,
		      u32 value)
{
	int ret;

	lockdep_assert_held(&dev->mutex);
	if (row->medium && dev->state != TARGET_DEV_OPEN) {
		target_field_store(&row->field, &dev->attr, value);
		return 0;
	}
	ret = refusal(dev, row, value);
	if (ret) {
		say(dev, "%s: %s", row->field.name, row->hint);
		return ret;
	}
	if (row->get && !row->medium)
		return 0;
	target_field_store(&row->field, &dev->attr, value);
	if (row->changed)
		row->changed(dev);
	return 0;
}

static int refuse_exported(struct target_dev *dev,
			   const struct target_attrib *row)
{
	lockdep_assert_held(&dev->mutex);
	if (!row->not_exported)
		return 0;
	if (dev->protection.formatting) {
		say(dev, "%s cannot change while the unit gets protection information",
		    row->field.name);
		return -EBUSY;
	}
	if (!dev->nr_links && list_empty(&dev->links))
		return 0;
	if (dev->nr_links)
		say(dev, "%s cannot change while %u LUNs use the unit",
		    row->field.name, dev->nr_links);
	else
		say(dev, "%s cannot change while commands of a removed LUN run: wait for them",
		    row->field.name);
	return -EINVAL;
}

/*
 * A LUN goes before its commands do, which count blocks by what they began
 * with.
 */
static void await_last_commands(struct target_dev *dev,
				const struct target_attrib *row)
{
	if (row->not_exported && !READ_ONCE(dev->nr_links))
		wait_var_event_timeout(&dev->links, list_empty(&dev->links),
				       LAST_COMMANDS);
}

/**
 * target_attrib_set - an administrator changes an attribute
 * @dev: logical unit
 * @row: attribute
 * @value: in the row's range
 *
 * Return: 0, or an errno after a log line that says what to do
 *
 * Context: process.
 */
int target_attrib_set(struct target_dev *dev, const struct target_attrib *row,
		      u32 value)
{
	int ret;

	await_last_commands(dev, row);
	ret = row->set ? row->set(dev, value) : 0;
	scoped_guard(mutex, &dev->mutex) {
		if (!row->set)
			ret = refuse_exported(dev, row) ?:
			      set_locked(dev, row, value);
		if (!ret)
			dev->attr_given |= BIT_ULL(row - table);
	}
	if (!ret)
		target_events_attrib_written(dev, row - table);
	return ret;
}

/**
 * target_attrib_change - an initiator changes an attribute
 * @dev: logical unit, in use as it must be
 * @row: attribute
 * @value: in the row's range
 *
 * The emulation, which calls this, knows by itself what follows from it.
 *
 * Return: 0, or an errno after a log line
 *
 * Context: process.
 */
int target_attrib_change(struct target_dev *dev,
			 const struct target_attrib *row, u32 value)
{
	guard(mutex)(&dev->mutex);
	return set_locked(dev, row, value);
}

/**
 * target_attrib_recall - a value that an initiator saved is there again
 * @dev: logical unit that is being enabled
 * @row: attribute
 * @value: in the row's range
 *
 * What an administrator wrote stays.
 *
 * Return: whether it was taken
 *
 * Context: process, dev->mutex is held.
 */
bool target_attrib_recall(struct target_dev *dev,
			  const struct target_attrib *row, u32 value)
{
	lockdep_assert_held(&dev->mutex);
	if (dev->attr_given & BIT_ULL(row - table) ||
	    (row->check && row->check(dev, value)))
		return false;
	target_field_store(&row->field, &dev->attr, value);
	return true;
}

/* The accepted value that is nearest to one that is refused. */
static u32 edge(const struct target_dev *dev, const struct target_attrib *row,
		u32 good, u32 bad)
{
	while (abs_diff(good, bad) > 1) {
		u32 middle = min(good, bad) + abs_diff(good, bad) / 2;

		if (refusal(dev, row, middle))
			bad = middle;
		else
			good = middle;
	}
	return good;
}

/**
 * target_attrib_describe - what the schema says about an attribute
 * @dev: logical unit
 * @row: attribute
 * @schema: filled in, but for the file: what this unit accepts now
 *
 * Context: process.
 */
void target_attrib_describe(struct target_dev *dev,
			    const struct target_attrib *row,
			    struct target_schema *schema)
{
	u32 min = row->field.min, max = row->field.max;

	guard(mutex)(&dev->mutex);
	target_field_describe(&row->field, schema);
	schema->has_init = !row->medium && !target_attrib_read_only(row);
	if (row->not_exported)
		schema->when = TARGET_SCHEMA_UNEXPORTED;
	if (!refusal(dev, row, max))
		schema->min = refusal(dev, row, min) ?
			      edge(dev, row, max, min) : min;
	else if (!refusal(dev, row, min))
		schema->max = edge(dev, row, min, max);
}
