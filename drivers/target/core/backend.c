// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backstores: the kinds that modules registered, and the end of a medium.
 */
#include <linux/blkdev.h>
#include <linux/export.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "backend.h"

/**
 * struct backend_entry - a registered kind of backstore
 * @ops: the kind
 * @node: in backends
 */
struct backend_entry {
	const struct target_backend_ops	*ops;
	struct list_head		node;
};

static DEFINE_MUTEX(backends_lock);
static LIST_HEAD(backends);	/* backend_entry.node, under backends_lock */

/* ------------------------------------------------------------ kinds ----- */

static struct backend_entry *find_kind(const char *name)
{
	struct backend_entry *entry;

	lockdep_assert_held(&backends_lock);

	list_for_each_entry(entry, &backends, node)
		if (!strcmp(entry->ops->name, name))
			return entry;
	return NULL;
}

/**
 * target_backend_register - make a kind of backstore known
 * @ops: the kind; stays valid until target_backend_unregister()
 *
 * Context: process; module initialisation.
 * Return: 0, -EEXIST if the name is taken, -ENOMEM
 */
int target_backend_register(const struct target_backend_ops *ops)
{
	struct backend_entry *entry;
	int ret = 0;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	entry->ops = ops;

	mutex_lock(&backends_lock);
	if (find_kind(ops->name)) {
		ret = -EEXIST;
		kfree(entry);
	} else {
		list_add_tail(&entry->node, &backends);
	}
	mutex_unlock(&backends_lock);
	return ret;
}
EXPORT_SYMBOL_GPL(target_backend_register);

/**
 * target_backend_unregister - the module goes away
 * @ops: what was registered; nothing uses it any more
 *
 * Context: process; module exit.
 */
void target_backend_unregister(const struct target_backend_ops *ops)
{
	struct backend_entry *entry;

	mutex_lock(&backends_lock);
	entry = find_kind(ops->name);
	if (entry && entry->ops == ops) {
		list_del(&entry->node);
		kfree(entry);
	}
	mutex_unlock(&backends_lock);
}
EXPORT_SYMBOL_GPL(target_backend_unregister);

static const struct target_backend_ops *try_get(const char *name)
{
	const struct target_backend_ops *ops = NULL;
	struct backend_entry *entry;

	mutex_lock(&backends_lock);
	entry = find_kind(name);
	if (entry && try_module_get(entry->ops->owner))
		ops = entry->ops;
	mutex_unlock(&backends_lock);
	return ops;
}

/**
 * target_backend_get - a kind of backstore, by name
 * @name: directory prefix
 *
 * Loads the module with the alias "target-backstore-NAME" if need be.
 *
 * Context: process; waits for modprobe.
 * Return: ops with a reference to the module, or NULL
 */
const struct target_backend_ops *target_backend_get(const char *name)
{
	const struct target_backend_ops *ops = try_get(name);

	if (ops)
		return ops;
	request_module("target-backstore-%s", name);
	return try_get(name);
}

void target_backend_put(const struct target_backend_ops *ops)
{
	module_put(ops->owner);
}

/* ------------------------------------------------------- end of life ---- */

/**
 * target_backend_dead - the medium is gone for good
 * @backend: medium
 *
 * Commands end with NOT READY from now on.
 *
 * Context: any.
 */
void target_backend_dead(struct target_backend *backend)
{
	struct target_dev *dev = backend->core;

	WRITE_ONCE(dev->dead, true);
	set_bit(TARGET_SLOW_STOPPED, &dev->slow);
}
EXPORT_SYMBOL_GPL(target_backend_dead);

/*
 * Called with bd_holder_lock held, for us to release: the claim, and with it
 * the logical unit, stays that long.
 */
static void mark_dead(struct block_device *bdev, bool surprise)
{
	target_backend_dead(bdev->bd_holder);
	mutex_unlock(&bdev->bd_holder_lock);
}

/* For the claim of a block device: the holder is its struct target_backend. */
const struct blk_holder_ops target_backend_holder_ops = {
	.mark_dead	= mark_dead,
};
EXPORT_SYMBOL_GPL(target_backend_holder_ops);
