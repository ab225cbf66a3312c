// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/PLUGIN_N/NAME/pr: who has registered with and reserved a logical unit.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fsnotify.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <target/target_core_refuse.h>
#include "../core/store.h"
#include "../emul/lu.h"
#include "../emul/resv_image.h"
#include "../emul/resv_lu.h"
#include "schema.h"
#include "tree.h"

#define NO_HOLDER	"No SPC-3 Reservation holder\n"

static struct target_dev_dir *pr_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_dev_dir, pr);
}

/* A logical unit that is not enabled has none.  Else with a reference */
static struct target_resv *get_state(struct config_item *item)
{
	struct target_dev *dev = pr_dir(item)->dev;

	guard(mutex)(&dev->mutex);
	return dev->emul ? target_resv_lu_get(dev) : target_resv_alloc(0);
}

/**
 * struct text - a page that is being filled
 * @page: it
 * @len: bytes there
 */
struct text {
	char	*page;
	size_t	len;
};

static __printf(2, 3) void put(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text->len += vscnprintf(text->page + text->len, PAGE_SIZE - text->len,
				format, args);
	va_end(args);
}

static void put_initiator(struct text *text,
			  const struct target_resv_nexus *nexus)
{
	text->len += target_transport_id_print(&nexus->initiator,
					       text->page + text->len,
					       PAGE_SIZE - text->len);
}

/* The holder's registration; of all registrants' reservation, the oldest */
static const struct target_resv_reg *holder(const struct target_resv *state)
{
	if (!state->type || !state->count)
		return NULL;
	return &state->regs[max(state->holder, 0)];
}

static void show_aptpl_active(const struct target_resv *state,
			      struct text *text)
{
	put(text, "APTPL Bit Status: %s\n",
	    state->aptpl ? "Activated" : "Disabled");
}

static void show_holder(const struct target_resv *state, struct text *text)
{
	const struct target_resv_reg *reg = holder(state);

	if (!reg) {
		put(text, NO_HOLDER);
		return;
	}
	put(text, "SPC-3 Reservation: %s Initiator: ", reg->nexus.port.fabric);
	put_initiator(text, &reg->nexus);
	put(text, "\n");
}

static void show_all_tgt_pts(const struct target_resv *state,
			     struct text *text)
{
	const struct target_resv_reg *reg = holder(state);

	if (!reg)
		put(text, NO_HOLDER);
	else
		put(text, "SPC-3 Reservation: %s registration\n",
		    reg->all_tg_pt ? "All Target Ports" : "Single Target Port");
}

static void show_generation(const struct target_resv *state, struct text *text)
{
	put(text, "0x%08x\n", state->generation);
}

static void show_holder_port(const struct target_resv *state,
			     struct text *text)
{
	const struct target_resv_reg *reg = holder(state);

	if (!reg) {
		put(text, NO_HOLDER);
		return;
	}
	put(text, "SPC-3 Reservation: %s Target Node Endpoint: %s\n",
	    reg->nexus.port.fabric, reg->nexus.port.wwn);
	put(text, "SPC-3 Reservation: Relative Port Identifier Tag: %u %s Portal Group Tag: %u\n",
	    reg->nexus.port.rtpi, reg->nexus.port.fabric, reg->nexus.port.tag);
}

static void show_registrations(const struct target_resv *state,
			       struct text *text)
{
	const struct target_resv_reg *reg;
	unsigned int i;

	put(text, "SPC-3 PR Registrations:\n");
	if (!state->count)
		put(text, "None\n");
	for (i = 0; i < state->count; i++) {
		reg = &state->regs[i];
		put(text, "%s Node: ", reg->nexus.port.fabric);
		put_initiator(text, &reg->nexus);
		put(text, " Key: 0x%016llx PRgen: 0x%08x\n", reg->key,
		    state->generation);
	}
}

static const char * const type_names[TARGET_RESV_TYPES] = {
	[TARGET_RESV_WE]	= "Write Exclusive Access",
	[TARGET_RESV_EA]	= "Exclusive Access",
	[TARGET_RESV_WE_RO]	= "Write Exclusive Access, Registrants Only",
	[TARGET_RESV_EA_RO]	= "Exclusive Access, Registrants Only",
	[TARGET_RESV_WE_AR]	= "Write Exclusive Access, All Registrants",
	[TARGET_RESV_EA_AR]	= "Exclusive Access, All Registrants",
};

static void show_type(const struct target_resv *state, struct text *text)
{
	if (state->type)
		put(text, "SPC-3 Reservation Type: %s\n",
		    type_names[state->type]);
	else
		put(text, NO_HOLDER);
}

static ssize_t show(struct config_item *item, char *page,
		    void (*fill)(const struct target_resv *state,
				 struct text *text))
{
	struct target_resv *state = get_state(item);
	struct text text = { .page = page };

	if (!state)
		return -ENOMEM;
	fill(state, &text);
	target_resv_lu_put(state);
	return text.len;
}

#define PR_FILE(_name, _fill)						\
static ssize_t pr_##_name##_show(struct config_item *item, char *page)	\
{									\
	return show(item, page, _fill);					\
}									\
CONFIGFS_ATTR_RO(pr_, _name)

PR_FILE(res_aptpl_active, show_aptpl_active);
PR_FILE(res_holder, show_holder);
PR_FILE(res_pr_all_tgt_pts, show_all_tgt_pts);
PR_FILE(res_pr_generation, show_generation);
PR_FILE(res_pr_holder_tg_port, show_holder_port);
PR_FILE(res_pr_registered_i_pts, show_registrations);
PR_FILE(res_pr_type, show_type);

static ssize_t pr_res_type_show(struct config_item *item, char *page)
{
	struct target_dev *dev = pr_dir(item)->dev;
	const char *type = "SPC3_PERSISTENT_RESERVATIONS";

	guard(mutex)(&dev->mutex);
	if (!READ_ONCE(dev->attr.emulate_pr))
		type = "SPC_RESERVATIONS_DISABLED";
	else if (dev->emul && target_resv_lu_spc2(dev))
		type = "SPC2_RESERVATIONS";
	return sysfs_emit(page, "%s\n", type);
}

CONFIGFS_ATTR_RO(pr_, res_type);

static ssize_t pr_res_aptpl_metadata_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "Ready to process PR APTPL metadata..\n");
}

static ssize_t pr_res_aptpl_metadata_store(struct config_item *item,
					   const char *page, size_t count)
{
	return target_refuse(item, "res_aptpl_metadata",
			     strchr(page, '=') ? -EOPNOTSUPP : -EINVAL,
			     "registrations are read back without help; to give it others, write state");
}

CONFIGFS_ATTR(pr_, res_aptpl_metadata);

static struct configfs_attribute *pr_attrs[] = {
	&pr_attr_res_aptpl_active,
	&pr_attr_res_aptpl_metadata,
	&pr_attr_res_holder,
	&pr_attr_res_pr_all_tgt_pts,
	&pr_attr_res_pr_generation,
	&pr_attr_res_pr_holder_tg_port,
	&pr_attr_res_pr_registered_i_pts,
	&pr_attr_res_pr_type,
	&pr_attr_res_type,
	NULL,
};

/* ---------------------------------------------------------------- state -- */

/*
 * Who reads it may want to hear of changes.  Without a reference the next one
 * who opens the file would get another inode, and nobody would watch that.
 */
static void watch_from(struct target_dev_dir *dir)
{
	struct qstr name = QSTR_INIT("state", 5);
	struct dentry *file;

	guard(mutex)(&dir->dev->watch.lock);
	if (dir->pr_state)
		return;
	file = d_hash_and_lookup(dir->pr.cg_item.ci_dentry, &name);
	if (!IS_ERR(file))
		dir->pr_state = file;
}

static ssize_t pr_state_read(struct config_item *item, void *data, size_t size)
{
	struct target_resv *state = get_state(item);
	size_t room, len;
	char *text;

	if (!state)
		return -ENOMEM;
	watch_from(pr_dir(item));
	room = target_resv_image_room(state);
	text = kvzalloc(room, GFP_KERNEL);
	if (!text) {
		target_resv_lu_put(state);
		return -ENOMEM;
	}
	len = target_resv_image_write(state, text, room);
	target_resv_lu_put(state);
	if (data) {
		/* it may have grown, or shrunk, since the length was asked */
		memset(data, '\n', size);
		memcpy(data, text, min(len, size));
	}
	kvfree(text);
	return len;
}

static int restore(struct target_dev *dev, struct target_resv *state)
{
	if (dev->state != TARGET_DEV_OPEN || !dev->emul) {
		target_resv_lu_put(state);
		return -ENODEV;
	}
	return target_resv_lu_restore(dev, state);
}

static ssize_t pr_state_write(struct config_item *item, const void *data,
			      size_t size)
{
	struct target_dev *dev = pr_dir(item)->dev;
	char *text = kvmalloc(size + 1, GFP_KERNEL);
	struct target_resv *state;
	int ret;

	if (!text)
		return -ENOMEM;
	memcpy(text, data, size);
	text[size] = '\0';
	state = target_resv_image_read(text, size, false);
	kvfree(text);
	ret = PTR_ERR_OR_ZERO(state);
	if (!ret)
		ret = restore(dev, state);
	/* the write has ended for its caller: configfs tells nobody */
	if (ret)
		pr_warn("target: %s: pr/state stays as it is: error %d\n",
			dev->name, ret);
	return ret ?: size;
}

CONFIGFS_BIN_ATTR(pr_, state, NULL, TARGET_STORE_MAX);

static struct configfs_bin_attribute *pr_bin_attrs[] = {
	&pr_attr_state,
	NULL,
};

/* pr/state has changed: inotify tells who watches it. */
static void state_changed(void *arg)
{
	struct target_dev_dir *dir = arg;

	lockdep_assert_held(&dir->dev->watch.lock);

	if (dir->pr_state && d_really_is_positive(dir->pr_state))
		fsnotify_dentry(dir->pr_state, FS_MODIFY);
}

const struct target_schema target_pr_rows[] = {
	TARGET_SCHEMA_LINE(&pr_attr_res_aptpl_metadata, ANY, NEVER, 0, NULL,
			   "registrations are read back without help"),
	TARGET_SCHEMA_DO(&pr_attr_state.cb_attr,
			 "all registrations and the reservation; writing restores what was read"),
	{ }
};

/* pr/ */
static const struct config_item_type pr_type = {
	.ct_attrs	= pr_attrs,
	.ct_bin_attrs	= pr_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

/* Make pr/. */
void target_pr_dir_add(struct target_dev_dir *dir)
{
	target_tree_add(&dir->group, &dir->pr, "pr", &pr_type);
	target_watch_set(&dir->dev->watch, state_changed, dir);
}

/* It is going; before the logical unit does. */
void target_pr_dir_del(struct target_dev_dir *dir)
{
	target_watch_set(&dir->dev->watch, NULL, NULL);
	dput(dir->pr_state);
}
