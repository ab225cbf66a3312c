// SPDX-License-Identifier: GPL-2.0-only
/*
 * HBAs and logical units: made, given options, enabled, removed.
 *
 * A logical unit is used by its directory and by every link of a LUN to it.
 * The last use closes the medium, from a work item: removing the directory
 * does not wait for a medium that does not answer.
 */
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "attrib.h"
#include "backend.h"
#include "complete.h"
#include "delay.h"
#include "device.h"
#include "events.h"
#include "order.h"
#include "protection.h"
#include "range.h"
#include "stats.h"

/* How long rmdir waits for the medium to be closed, before it goes on */
#define CLOSE_PATIENCE	(2 * HZ)

static DEFINE_IDA(hba_indices);
static DEFINE_IDA(dev_indices);

/* logical units that are or are being enabled: target_dev.index -> target_dev */
static DEFINE_XARRAY(devices);
static DEFINE_MUTEX(devices_lock);	/* guards changes, and serial numbers */

/* ------------------------------------------------------------- HBAs ----- */

/**
 * target_device_hba_make - make a core/PLUGIN_N directory's object
 * @plugin: kind of backstore
 * @plugin_index: N
 *
 * Context: process; may load a module.
 * Return: HBA, or ERR_PTR: -EINVAL if there is no such kind
 */
struct target_hba *target_device_hba_make(const char *plugin, u32 plugin_index)
{
	const struct target_backend_ops *ops;
	struct target_hba *hba;
	int index;

	ops = target_backend_get(plugin);
	if (!ops)
		return ERR_PTR(-EINVAL);

	hba = kzalloc(sizeof(*hba), GFP_KERNEL);
	index = ida_alloc_min(&hba_indices, 1, GFP_KERNEL);
	if (!hba || index < 0) {
		if (index >= 0)
			ida_free(&hba_indices, index);
		kfree(hba);
		target_backend_put(ops);
		return ERR_PTR(-ENOMEM);
	}
	hba->ops = ops;
	hba->plugin_index = plugin_index;
	hba->index = index;
	mutex_init(&hba->mutex);
	INIT_LIST_HEAD(&hba->devs);
	kref_init(&hba->kref);
	return hba;
}

static void hba_release(struct kref *kref)
{
	struct target_hba *hba = container_of(kref, struct target_hba, kref);

	ida_free(&hba_indices, hba->index);
	target_backend_put(hba->ops);
	kfree(hba);
}

void target_device_hba_put(struct target_hba *hba)
{
	kref_put(&hba->kref, hba_release);
}

/* ---------------------------------------------------- logical units ----- */

static void dev_release(struct kref *kref)
{
	struct target_dev *dev = container_of(kref, struct target_dev, kref);

	ida_free(&dev_indices, dev->index);
	target_device_hba_put(dev->hba);
	kfree(dev->backend);
	kfree(dev->name);
	kfree(dev);
}

/* The last use is gone: no command can come any more. */
static void close_work(struct work_struct *work)
{
	struct target_dev *dev = container_of(work, struct target_dev, free_work);

	if (dev->state >= TARGET_DEV_OPEN && dev->emul) {
		target_events_dev_close(dev);
		dev->emul = NULL;
	}
	if (dev->opened)
		dev->backend->ops->close(dev->backend);
	target_order_exit(dev);
	target_delay_exit(dev);
	kvfree(rcu_dereference_protected(dev->lba_map, true));
	complete_all(&dev->closed);
	kref_put(&dev->kref, dev_release);
}

static void last_use(struct kref *kref)
{
	struct target_dev *dev = container_of(kref, struct target_dev, uses);

	target_complete_reap(&dev->free_work);
}

/* Context: process, with dev->mutex held or the directory alive. */
void target_device_use(struct target_dev *dev)
{
	kref_get(&dev->uses);
}

/* Context: any.  False if its last use is gone. */
bool target_device_use_live(struct target_dev *dev)
{
	return kref_get_unless_zero(&dev->uses);
}

/* Context: any. */
void target_device_unuse(struct target_dev *dev)
{
	kref_put(&dev->uses, last_use);
}

static void init_dev(struct target_dev *dev, struct target_hba *hba)
{
	const struct target_backend_ops *ops = hba->ops;

	dev->hba = hba;
	dev->backend->ops = ops;
	dev->backend->name = dev->name;
	dev->backend->core = dev;
	dev->created = jiffies;
	spin_lock_init(&dev->itl_lock);
	INIT_LIST_HEAD(&dev->itls);
	INIT_LIST_HEAD(&dev->links);
	mutex_init(&dev->mutex);
	kref_init(&dev->uses);
	kref_init(&dev->kref);
	init_completion(&dev->closed);
	INIT_WORK(&dev->free_work, close_work);
	target_range_init(dev);
	target_watch_init(&dev->watch);
	target_delay_init(dev);
	strscpy(dev->ident.vendor, "LIO-ORG", sizeof(dev->ident.vendor));
	strscpy(dev->ident.product, ops->inquiry_prod,
		sizeof(dev->ident.product));
	strscpy(dev->ident.revision, ops->inquiry_rev,
		sizeof(dev->ident.revision));
	dev->ident.company_id = 0x001405;
	target_attrib_defaults(dev);
}

static int alloc_parts(struct target_dev *dev, struct target_hba *hba,
		       const char *name)
{
	int index;

	dev->name = kstrdup(name, GFP_KERNEL);
	dev->backend = kzalloc(hba->ops->dev_size, GFP_KERNEL);
	if (!dev->name || !dev->backend)
		return -ENOMEM;
	index = ida_alloc_min(&dev_indices, 1, GFP_KERNEL);
	if (index < 0)
		return index;
	dev->index = index;
	return target_order_init(dev);
}

/**
 * target_device_make - make a logical unit that has no medium yet
 * @hba: its directory's parent
 * @name: its directory
 *
 * Context: process.
 * Return: logical unit, to be removed with target_device_remove(); ERR_PTR
 */
struct target_dev *target_device_make(struct target_hba *hba, const char *name)
{
	struct target_dev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int ret;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	ret = alloc_parts(dev, hba, name);
	if (ret) {
		if (dev->index)
			ida_free(&dev_indices, dev->index);
		kfree(dev->backend);
		kfree(dev->name);
		kfree(dev);
		return ERR_PTR(ret);
	}

	init_dev(dev, hba);
	kref_get(&hba->kref);
	mutex_lock(&hba->mutex);
	list_add_tail(&dev->hba_node, &hba->devs);
	mutex_unlock(&hba->mutex);
	return dev;
}

/**
 * target_device_remove - the directory is gone
 * @dev: logical unit; the caller must not touch it afterwards
 *
 * Nothing links to it any more, but commands may still be on their way to
 * the medium.  Waits for them a little, so that the medium is closed, as a
 * rule, when rmdir returns; else it will be closed when they end.
 *
 * Context: process.
 */
void target_device_remove(struct target_dev *dev)
{
	mutex_lock(&devices_lock);
	xa_erase(&devices, dev->index);
	mutex_unlock(&devices_lock);
	mutex_lock(&dev->hba->mutex);
	list_del(&dev->hba_node);
	mutex_unlock(&dev->hba->mutex);

	/* the directory is a use, so what it was opened with is still there */
	if (dev->opened)
		target_events_dev_removed(dev);
	kref_get(&dev->kref);
	target_device_unuse(dev);
	if (!wait_for_completion_timeout(&dev->closed, CLOSE_PATIENCE))
		pr_warn("target: %s_%u/%s: removed, but its medium still owes answers; it will be closed when they come\n",
			dev->hba->ops->name, dev->hba->plugin_index, dev->name);
	kref_put(&dev->kref, dev_release);
}

static int parse_option(const struct target_option *opt, void *where,
			const char *value)
{
	switch (opt->kind) {
	case TARGET_OPTION_BOOL:
		return kstrtobool(value, where);
	case TARGET_OPTION_U32:
		return kstrtou32(value, 0, where);
	case TARGET_OPTION_U64:
		return kstrtou64(value, 0, where);
	case TARGET_OPTION_STRING:
		/* what is refused leaves the value that there was */
		if (strlen(value) >= opt->size)
			return -EINVAL;
		strscpy(where, value, opt->size);
		return 0;
	}
	return -EINVAL;
}

/**
 * target_device_set_option - one key=value of the control file
 * @dev: logical unit that is not enabled
 * @key: key
 * @value: value
 *
 * Context: process.
 * Return: 0; -EBUSY once it is enabled; -EINVAL for an unknown key or a bad
 * value
 */
int target_device_set_option(struct target_dev *dev, const char *key,
			     const char *value)
{
	const struct target_option *opt;
	char *base = (char *)dev->backend;
	int ret = -EINVAL;

	mutex_lock(&dev->mutex);
	if (dev->state != TARGET_DEV_NEW) {
		ret = -EBUSY;
		goto out;
	}
	for (opt = dev->backend->ops->options; opt->key; opt++)
		if (!strcmp(opt->key, key))
			break;
	if (!opt->key) {
		pr_err("target: %s: no option \"%s\"\n", dev->name, key);
		goto out;
	}
	ret = parse_option(opt, base + opt->offset, value);
	if (ret)
		pr_err("target: %s: bad value \"%s\" for %s (%s)\n", dev->name,
		       value, key, opt->help);
	else
		dev->options_given |= BIT_ULL(opt - dev->backend->ops->options);
	if (!ret && opt->given)
		*(bool *)(base + opt->given) = true;
out:
	mutex_unlock(&dev->mutex);
	return ret;
}

static int show_option(const struct target_option *opt, const void *where,
		       char *text, size_t size)
{
	switch (opt->kind) {
	case TARGET_OPTION_BOOL:
		return scnprintf(text, size, "%s=%d\n", opt->key,
				 *(const bool *)where);
	case TARGET_OPTION_U32:
		return scnprintf(text, size, "%s=%u\n", opt->key,
				 *(const u32 *)where);
	case TARGET_OPTION_U64:
		return scnprintf(text, size, "%s=%llu\n", opt->key,
				 *(const u64 *)where);
	case TARGET_OPTION_STRING:
		return scnprintf(text, size, "%s=%s\n", opt->key,
				 (const char *)where);
	}
	return 0;
}

/**
 * target_device_show_options - what was written to the control file
 * @dev: logical unit
 * @text: buffer
 * @size: of it
 *
 * Context: process.
 * Return: length
 */
int target_device_show_options(struct target_dev *dev, char *text, size_t size)
{
	const char *base = (const char *)dev->backend;
	const struct target_option *first = dev->backend->ops->options;
	const struct target_option *opt;
	int length = 0;

	guard(mutex)(&dev->mutex);
	for (opt = first; opt->key; opt++)
		if (dev->options_given & BIT_ULL(opt - first))
			length += show_option(opt, base + opt->offset,
					      text + length, size - length);
	return length;
}

/* Take over what the medium can do now.  dev->mutex is held. */
static void take_limits(struct target_dev *dev)
{
	u32 block_size = dev->attr.block_size;
	struct target_limits limits = {};

	lockdep_assert_held(&dev->mutex);

	dev->backend->ops->limits(dev->backend, &limits);
	target_protection_limit(dev, &limits);
	/* commands read them meanwhile, and must not see them half filled in */
	dev->limits = limits;
	if (!block_size)
		block_size = dev->limits.block_size;
	dev->block_shift = ilog2(block_size);
	dev->se.dev_attrib.block_size = block_size;
	WRITE_ONCE(dev->nr_blocks, dev->limits.bytes >> dev->block_shift);
}

/**
 * target_device_refresh - look at the medium again
 * @dev: enabled logical unit
 *
 * Context: process.
 */
void target_device_refresh(struct target_dev *dev)
{
	bool changed = false;
	u64 before;

	mutex_lock(&dev->mutex);
	if (dev->state == TARGET_DEV_OPEN) {
		before = dev->nr_blocks;
		take_limits(dev);
		changed = dev->nr_blocks != before;
	}
	mutex_unlock(&dev->mutex);
	if (changed)
		target_events_capacity_changed(dev);
}

/* ---------------------------------------------------------- identity ---- */

static bool serial_taken(const struct target_dev *self, const char *serial)
{
	struct target_dev *dev;
	unsigned long i;

	lockdep_assert_held(&devices_lock);

	xa_for_each(&devices, i, dev) {
		if (dev != self && (!strcmp(dev->ident.serial, serial) ||
				    (dev->claim && !strcmp(dev->claim, serial))))
			return true;
	}
	return false;
}

/* May a logical unit have this serial number? */
static int check_serial(struct target_dev *dev, const char *serial)
{
	lockdep_assert_held(&devices_lock);
	lockdep_assert_held(&dev->mutex);

	if (dev->state == TARGET_DEV_OPENING || dev->claim) {
		pr_err("target: %s: vpd_unit_serial not changed: it is being %s\n",
		       dev->name, dev->claim ? "changed" : "enabled");
		return -EBUSY;
	}
	if (dev->nr_links) {
		pr_err("target: %s: vpd_unit_serial not changed: unlink it from its %u LUNs first\n",
		       dev->name, dev->nr_links);
		return -EINVAL;
	}
	if (!serial_taken(dev, serial))
		return 0;
	pr_err("target: %s: another logical unit has serial number %s\n",
	       dev->name, serial);
	return -EEXIST;
}

static void take_serial(struct target_dev *dev, const char *serial)
{
	lockdep_assert_held(&dev->mutex);

	strscpy(dev->ident.serial, serial, sizeof(dev->ident.serial));
	dev->ident.serial_set = true;
}

/* Nobody else gets the serial number while what is kept under it is read. */
static int claim_serial(struct target_dev *dev, const char *serial, bool *open)
{
	int ret;

	guard(mutex)(&devices_lock);
	guard(mutex)(&dev->mutex);
	ret = check_serial(dev, serial);
	*open = dev->state == TARGET_DEV_OPEN;
	if (!ret && *open)
		dev->claim = serial;
	else if (!ret)
		take_serial(dev, serial);
	return ret;
}

/* @kept: what is kept, or why it cannot be had */
static int end_claim(struct target_dev *dev, const char *serial,
		     struct target_kept *kept)
{
	int ret;

	guard(mutex)(&devices_lock);
	guard(mutex)(&dev->mutex);
	dev->claim = NULL;
	/* it may have been linked meanwhile */
	ret = IS_ERR(kept) ? PTR_ERR(kept) : check_serial(dev, serial);
	if (ret)
		return ret;
	take_serial(dev, serial);
	target_events_renamed(dev, kept);
	return 0;
}

/**
 * target_device_set_serial - give a logical unit its unit serial number
 * @dev: logical unit
 * @serial: 1 to 253 characters; NAA and T10 designators derive from it
 *
 * Context: process; may wait for the medium that dbroot is on, with no lock
 * held.
 * Return: 0; -EINVAL if @serial is empty, or while an initiator may see the
 * unit; -EOVERFLOW if it is too long; -EEXIST if another one has it; -EBUSY
 * while the unit is being enabled, or named
 */
int target_device_set_serial(struct target_dev *dev, const char *serial)
{
	size_t len = strlen(serial);
	struct target_kept *kept;
	bool open;
	int ret;

	if (!len)
		return -EINVAL;
	if (len >= sizeof(dev->ident.serial))
		return -EOVERFLOW;

	ret = claim_serial(dev, serial, &open);
	if (ret || !open)
		return ret;
	kept = target_events_kept_load(dev, serial);
	ret = end_claim(dev, serial, kept);
	target_events_kept_free(kept);
	return ret;
}

/* A logical unit that nobody named gets a name that nobody else has. */
static void make_serial(struct target_dev *dev)
{
	uuid_t uuid;

	if (dev->ident.serial[0])
		return;
	uuid_gen(&uuid);
	snprintf(dev->ident.serial, sizeof(dev->ident.serial), "%pUb", &uuid);
}

/* It was not enabled: it has no name but one that it was given. */
static void forget_serial(struct target_dev *dev)
{
	if (!dev->ident.serial_set)
		dev->ident.serial[0] = '\0';
}

/* ------------------------------------------------------------ enable ---- */

static int serial_is_free(struct target_dev *dev)
{
	if (!serial_taken(dev, dev->ident.serial))
		return 0;
	pr_err("target: %s: not enabled: another logical unit has serial number %s\n",
	       dev->name, dev->ident.serial);
	return -EEXIST;
}

/* From here on options are refused, and its name is nobody else's. */
static int begin_open(struct target_dev *dev)
{
	int ret;

	guard(mutex)(&devices_lock);
	guard(mutex)(&dev->mutex);
	if (dev->state != TARGET_DEV_NEW) {
		pr_warn("target: %s: it is enabled already\n", dev->name);
		return -EEXIST;
	}
	make_serial(dev);
	ret = serial_is_free(dev);
	if (!ret)
		ret = xa_err(xa_store(&devices, dev->index, dev, GFP_KERNEL));
	if (!ret)
		dev->state = TARGET_DEV_OPENING;
	else
		forget_serial(dev);
	return ret;
}

/* The medium is open: make a logical unit of it, with what is kept of it. */
static int end_open(struct target_dev *dev, struct target_kept *kept)
{
	int ret;

	guard(mutex)(&devices_lock);
	guard(mutex)(&dev->mutex);
	take_limits(dev);
	target_attrib_medium(dev);
	take_limits(dev);
	ret = target_events_dev_open(dev, kept);
	if (ret)
		return ret;
	dev->opened = true;
	dev->state = TARGET_DEV_OPEN;
	return 0;
}

/* Its name cannot change meanwhile, so what is kept under it is its own. */
static int make_unit(struct target_dev *dev)
{
	struct target_kept *kept;
	int ret;

	kept = target_events_kept_load(dev, dev->ident.serial);
	if (IS_ERR(kept))
		return PTR_ERR(kept);
	ret = end_open(dev, kept);
	target_events_kept_free(kept);
	return ret;
}

/* The medium is closed (again): others may try. */
static void give_up(struct target_dev *dev)
{
	guard(mutex)(&devices_lock);
	guard(mutex)(&dev->mutex);
	xa_erase(&devices, dev->index);
	forget_serial(dev);
	dev->state = TARGET_DEV_NEW;
}

/**
 * target_device_enable - open the medium
 * @dev: logical unit with its options
 *
 * No lock is held while the medium is opened, and while files below dbroot are
 * read: a disk that does not answer keeps nobody else waiting.
 *
 * Context: process; may wait for the medium, and for the one that dbroot is on.
 * Return: 0; -EEXIST if it is enabled already, or being enabled; what the
 * backstore says
 */
int target_device_enable(struct target_dev *dev)
{
	int ret;

	ret = begin_open(dev);
	if (ret)
		return ret;
	ret = dev->backend->ops->open(dev->backend);
	if (!ret) {
		ret = make_unit(dev);
		if (ret)
			dev->backend->ops->close(dev->backend);
	}
	if (ret)
		give_up(dev);
	return ret;
}

/**
 * target_backend_event - the medium's size or limits have changed
 * @backend: medium
 *
 * Context: process.
 */
void target_backend_event(struct target_backend *backend)
{
	target_device_refresh(backend->core);
}
EXPORT_SYMBOL_GPL(target_backend_event);

/* What a logical unit did since it was made.  Context: process. */
void target_device_totals(struct target_dev *dev, struct target_totals *sum)
{
	struct target_itl *itl;
	unsigned long flags;

	mutex_lock(&dev->mutex);
	spin_lock_irqsave(&dev->itl_lock, flags);
	*sum = dev->base;
	list_for_each_entry(itl, &dev->itls, dev_node)
		target_stats_fold(itl, sum);
	spin_unlock_irqrestore(&dev->itl_lock, flags);
	mutex_unlock(&dev->mutex);
}
