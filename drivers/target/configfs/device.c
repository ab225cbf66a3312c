// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/PLUGIN_N/NAME: logical units.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <target/target_core_refuse.h>
#include "../core/attrib.h"
#include "../core/device.h"
#include "../core/flush.h"
#include "../core/ident.h"
#include "../core/lba_map.h"
#include "../core/lu_group.h"
#include "../core/tp_group.h"
#include "parse.h"
#include "schema.h"
#include "take.h"
#include "tree.h"

static const char serial_label[] = "T10 VPD Unit Serial Number: ";

static struct target_dev *to_dev_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_dev_dir,
			    group)->dev;
}

/* --------------------------------------------------- the directory itself -- */

static ssize_t dev_alias_show(struct config_item *item, char *page)
{
	struct target_dev *dev = to_dev_of(item);

	guard(mutex)(&dev->mutex);
	return dev->alias[0] ? sysfs_emit(page, "%s\n", dev->alias) : 0;
}

static ssize_t dev_alias_store(struct config_item *item, const char *page,
			       size_t count)
{
	char alias[sizeof_field(struct target_dev, alias)];
	int ret = target_take_line(item, "alias", page, alias, sizeof(alias));

	if (ret >= 0)
		ret = target_ident_set_alias(to_dev_of(item), alias);
	return ret < 0 ? ret : count;
}

CONFIGFS_ATTR(dev_, alias);

static ssize_t dev_udev_path_show(struct config_item *item, char *page)
{
	struct target_dev *dev = to_dev_of(item);
	const char *path = dev->backend->udev_path;

	guard(mutex)(&dev->mutex);
	return path[0] ? sysfs_emit(page, "%s\n", path) : 0;
}

static ssize_t dev_udev_path_store(struct config_item *item, const char *page,
				   size_t count)
{
	char path[sizeof_field(struct target_backend, udev_path)];
	int ret = target_take_line(item, "udev_path", page, path, sizeof(path));

	if (ret >= 0)
		ret = target_ident_set_udev_path(to_dev_of(item), path);
	return ret < 0 ? ret : count;
}

CONFIGFS_ATTR(dev_, udev_path);

static ssize_t dev_alua_lu_gp_show(struct config_item *item, char *page)
{
	return target_lu_group_show(to_dev_of(item), page, PAGE_SIZE);
}

static ssize_t dev_alua_lu_gp_store(struct config_item *item, const char *page,
				    size_t count)
{
	static const struct target_reason reasons[] = {
		{ -ENODEV, "no such group in core/alua/lu_gps, or it has no lu_gp_id yet" },
		{ }
	};
	char name[256];
	int ret = target_take_line(item, "alua_lu_gp", page, name, sizeof(name));

	if (ret < 0)
		return ret;
	ret = target_lu_group_join(to_dev_of(item), name);
	return target_refuse_for(item, "alua_lu_gp", ret, reasons) ?: count;
}

CONFIGFS_ATTR(dev_, alua_lu_gp);

static ssize_t dev_control_store(struct config_item *item, const char *page,
				 size_t count)
{
	static const struct target_reason reasons[] = {
		{ -EBUSY, "options are given before enable; rmdir and mkdir begin anew" },
		{ }
	};
	char *text = kstrdup(page, GFP_KERNEL);
	char *rest = text;
	char *key, *value;
	int ret = 0;

	if (!text)
		return -ENOMEM;
	while (!ret && target_parse_option(&rest, &key, &value))
		ret = target_device_set_option(to_dev_of(item), key, value);
	kfree(text);
	return target_refuse_for(item, "control", ret, reasons) ?: count;
}

CONFIGFS_ATTR_WO(dev_, control);

static ssize_t dev_options_show(struct config_item *item, char *page)
{
	return target_device_show_options(to_dev_of(item), page, PAGE_SIZE);
}

CONFIGFS_ATTR_RO(dev_, options);

static ssize_t dev_enable_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n",
			  READ_ONCE(to_dev_of(item)->state) != TARGET_DEV_NEW);
}

static ssize_t dev_enable_store(struct config_item *item, const char *page,
				size_t count)
{
	bool enable;
	int ret = kstrtobool(page, &enable);

	if (ret || !enable)
		return target_refuse(item, "enable", -EINVAL,
				     "it takes 1; the medium is closed by rmdir");
	ret = target_device_enable(to_dev_of(item));
	return ret ?: count;
}

CONFIGFS_ATTR(dev_, enable);

static const char *status(const struct target_dev *dev)
{
	if (READ_ONCE(dev->dead))
		return "OFFLINE";
	/* to tools this word says whether it is exported */
	return READ_ONCE(dev->nr_links) ? "ACTIVATED" : "DEACTIVATED";
}

static u32 attrib(struct target_dev *dev, enum target_attrib_id id)
{
	return target_attrib_get(dev, target_attrib_row(id));
}

static ssize_t dev_info_show(struct config_item *item, char *page)
{
	struct target_dev *dev = to_dev_of(item);
	struct target_backend *backend = dev->backend;
	int length;

	length = sysfs_emit(page, "Status: %s  Max Queue Depth: %u",
			    status(dev), attrib(dev, TARGET_ATTRIB_hw_queue_depth));
	length += sysfs_emit_at(page, length,
				"  SectorSize: %u  HwMaxSectors: %u\n",
				attrib(dev, TARGET_ATTRIB_hw_block_size),
				attrib(dev, TARGET_ATTRIB_hw_max_sectors));
	guard(mutex)(&dev->mutex);
	/* a medium that is being opened may be gone the next moment */
	if (dev->state == TARGET_DEV_OPENING)
		return length;
	return length + backend->ops->show(backend, page + length,
					   PAGE_SIZE - length);
}

CONFIGFS_ATTR_RO(dev_, info);

static ssize_t dev_lba_map_show(struct config_item *item, char *page)
{
	struct target_dev *dev = to_dev_of(item);

	guard(rcu)();
	return target_lba_map_print(rcu_dereference(dev->lba_map), page,
				    PAGE_SIZE);
}

/* A line without anything takes the map away. */
static ssize_t dev_lba_map_store(struct config_item *item, const char *page,
				 size_t count)
{
	static const struct target_reason reasons[] = {
		{ -EINVAL, "it takes SIZE MULTIPLIER, and a line for each segment" },
		{ -EBUSY, "a group is in state 4, which goes by the map: change that first" },
		{ }
	};
	struct target_lba_map *map = NULL;
	int ret;

	if (page[0] != '\n')
		map = target_lba_map_parse(page);
	ret = PTR_ERR_OR_ZERO(map);
	if (!ret)
		ret = target_lba_map_set(to_dev_of(item), map);
	return target_refuse_for(item, "lba_map", ret, reasons) ?: count;
}

CONFIGFS_ATTR(dev_, lba_map);

static struct configfs_attribute *dev_attrs[] = {
	&dev_attr_alias,
	&dev_attr_alua_lu_gp,
	&dev_attr_control,
	&dev_attr_enable,
	&dev_attr_info,
	&dev_attr_lba_map,
	&dev_attr_options,
	&dev_attr_udev_path,
	NULL,
};

/* ---------------------------------------------------------------- attrib/ -- */

static struct target_dev *attrib_dev(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_dev_dir,
			    attrib)->dev;
}

static ssize_t show_attrib(struct config_item *item, enum target_attrib_id id,
			   char *page)
{
	return sysfs_emit(page, "%u\n",
			  target_attrib_get(attrib_dev(item),
					    target_attrib_row(id)));
}

static ssize_t store_attrib(struct config_item *item, enum target_attrib_id id,
			    const char *page, size_t count)
{
	const struct target_attrib *row = target_attrib_row(id);
	struct target_dev *dev = attrib_dev(item);
	bool cached = READ_ONCE(dev->attr.emulate_write_cache);
	struct target_schema takes;
	u32 value;
	int ret;

	ret = target_field_parse(&row->field, page, &value);
	if (ret) {
		target_attrib_describe(dev, row, &takes);
		return target_refuse_value(item, row->field.name, ret, &takes);
	}
	ret = target_attrib_set(dev, row, value);
	/* what has ended before must not stay volatile either */
	if (!ret && cached && !READ_ONCE(dev->attr.emulate_write_cache))
		ret = target_flush_wait(dev);
	return ret ?: count;
}

#define ATTRIB_FUNCTIONS(row)						\
static ssize_t attrib_##row##_show(struct config_item *item, char *page) \
{									\
	return show_attrib(item, TARGET_ATTRIB_##row, page);		\
}									\
static ssize_t attrib_##row##_store(struct config_item *item,		\
				    const char *page, size_t count)	\
{									\
	return store_attrib(item, TARGET_ATTRIB_##row, page, count);	\
}

TARGET_ATTRIBS(ATTRIB_FUNCTIONS)

#define ATTRIB_FILE(row)						\
	[TARGET_ATTRIB_##row] = {					\
		.ca_name	= #row,					\
		.ca_mode	= 0644,					\
		.ca_owner	= THIS_MODULE,				\
		.show		= attrib_##row##_show,			\
		.store		= attrib_##row##_store,			\
	},

static struct configfs_attribute attrib_files[] = {
	TARGET_ATTRIBS(ATTRIB_FILE)
};

#define ATTRIB_POINTER(row)						\
	&attrib_files[TARGET_ATTRIB_##row],

static struct configfs_attribute *attrib_attrs[] = {
	TARGET_ATTRIBS(ATTRIB_POINTER)
	NULL,
};

static const struct config_item_type attrib_type = {
	.ct_attrs	= attrib_attrs,
	.ct_owner	= THIS_MODULE,
};

/* ------------------------------------------------------------------- wwn/ -- */

static struct target_dev *wwn_dev(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_dev_dir,
			    wwn)->dev;
}

#define IDENT_FILE(_name, _member, _which)				\
static ssize_t wwn_##_name##_show(struct config_item *item, char *page)	\
{									\
	struct target_dev *dev = wwn_dev(item);				\
									\
	guard(mutex)(&dev->mutex);					\
	return sysfs_emit(page, "%s\n", dev->ident._member);		\
}									\
static ssize_t wwn_##_name##_store(struct config_item *item,		\
				   const char *page, size_t count)	\
{									\
	int ret = target_ident_set_text(wwn_dev(item), _which, page);	\
									\
	return ret ?: count;						\
}									\
CONFIGFS_ATTR(wwn_, _name)

IDENT_FILE(vendor_id, vendor, TARGET_IDENT_VENDOR);
IDENT_FILE(product_id, product, TARGET_IDENT_PRODUCT);
IDENT_FILE(revision, revision, TARGET_IDENT_REVISION);
IDENT_FILE(t10_dev_id, t10_id, TARGET_IDENT_T10);

#define ID_FILE(_name, _member, _which)					\
static ssize_t wwn_##_name##_show(struct config_item *item, char *page)	\
{									\
	struct target_dev *dev = wwn_dev(item);				\
									\
	guard(mutex)(&dev->mutex);					\
	return target_ident_format_id(&dev->ident._member, page,	\
				      PAGE_SIZE);			\
}									\
static ssize_t wwn_##_name##_store(struct config_item *item,		\
				   const char *page, size_t count)	\
{									\
	int ret = target_ident_set_id(wwn_dev(item), _which, page);	\
									\
	return ret ?: count;						\
}									\
CONFIGFS_ATTR(wwn_, _name)

ID_FILE(naa_id, naa, TARGET_IDENT_NAA);
ID_FILE(eui64_id, eui64, TARGET_IDENT_EUI64);

static ssize_t wwn_company_id_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "0x%06x\n", wwn_dev(item)->ident.company_id);
}

static ssize_t wwn_company_id_store(struct config_item *item, const char *page,
				    size_t count)
{
	u32 company_id;
	int ret = kstrtou32(page, 0, &company_id);

	if (ret)
		return target_refuse(item, "company_id", ret,
				     "it takes a number of 24 bits");
	ret = target_ident_set_company(wwn_dev(item), company_id);
	return ret ?: count;
}

CONFIGFS_ATTR(wwn_, company_id);

static ssize_t wwn_vpd_unit_serial_show(struct config_item *item, char *page)
{
	struct target_dev *dev = wwn_dev(item);

	guard(mutex)(&dev->mutex);
	return sysfs_emit(page, "%s%s\n", serial_label, dev->ident.serial);
}

static ssize_t wwn_vpd_unit_serial_store(struct config_item *item,
					 const char *page, size_t count)
{
	char serial[sizeof_field(struct target_ident, serial)];
	int ret;

	page += str_has_prefix(page, serial_label);
	ret = target_ident_clean(page, sizeof(serial) - 1, serial);
	if (ret || !serial[0])
		return target_refuse(item, "vpd_unit_serial", ret ?: -EINVAL,
				     "it takes 1 to %zu printable ASCII characters",
				     sizeof(serial) - 1);
	ret = target_device_set_serial(wwn_dev(item), serial);
	return ret ?: count;
}

CONFIGFS_ATTR(wwn_, vpd_unit_serial);

/* Designators of a device that is passed through; an emulated one has none. */
static ssize_t show_nothing(struct config_item *item, char *page)
{
	return 0;
}

#define DESIGNATOR_FILE(_name)						\
static struct configfs_attribute wwn_attr_##_name = {			\
	.ca_name	= __stringify(_name),				\
	.ca_mode	= 0444,						\
	.ca_owner	= THIS_MODULE,					\
	.show		= show_nothing,					\
}

DESIGNATOR_FILE(vpd_assoc_logical_unit);
DESIGNATOR_FILE(vpd_assoc_scsi_target_device);
DESIGNATOR_FILE(vpd_assoc_target_port);
DESIGNATOR_FILE(vpd_protocol_identifier);

static struct configfs_attribute *wwn_attrs[] = {
	&wwn_attr_company_id,
	&wwn_attr_eui64_id,
	&wwn_attr_naa_id,
	&wwn_attr_product_id,
	&wwn_attr_revision,
	&wwn_attr_t10_dev_id,
	&wwn_attr_vendor_id,
	&wwn_attr_vpd_assoc_logical_unit,
	&wwn_attr_vpd_assoc_scsi_target_device,
	&wwn_attr_vpd_assoc_target_port,
	&wwn_attr_vpd_protocol_identifier,
	&wwn_attr_vpd_unit_serial,
	NULL,
};

static const struct config_item_type wwn_type = {
	.ct_attrs	= wwn_attrs,
	.ct_owner	= THIS_MODULE,
};

/* ----------------------------------------------------------------- schema -- */

#define PATH_MAX_LEN	(sizeof_field(struct target_backend, udev_path) - 1)

static const struct target_schema dev_rows[] = {
	TARGET_SCHEMA_LINE(&dev_attr_alias, TEXT, ALWAYS,
			   sizeof_field(struct target_dev, alias) - 1, "",
			   "a label"),
	TARGET_SCHEMA_LINE(&dev_attr_udev_path, TEXT, ALWAYS, PATH_MAX_LEN, "",
			   "where user space finds the medium"),
	TARGET_SCHEMA_LINE(&dev_attr_alua_lu_gp, TEXT, ALWAYS, 255,
			   "default_lu_gp", "name of a logical unit group"),
	{
		.attr = &dev_attr_control, .kind = TARGET_SCHEMA_ACTION,
		.when = TARGET_SCHEMA_NEW,
		.help = "key=value,key=value: see control:KEY",
	},
	TARGET_SCHEMA_LINE(&dev_attr_lba_map, TEXT, ALWAYS, PAGE_SIZE - 1, "",
			   "SIZE MULTIPLIER, and a line for each segment"),
	{
		.attr = &dev_attr_enable, .kind = TARGET_SCHEMA_NUMBER,
		.when = TARGET_SCHEMA_NEW, .min = 1, .max = 1,
		.help = "open the medium; rmdir closes it",
	},
	TARGET_SCHEMA_LINE(&wwn_attr_vendor_id, TEXT, UNEXPORTED,
			   sizeof_field(struct target_ident, vendor) - 1, NULL,
			   "T10 VENDOR IDENTIFICATION"),
	TARGET_SCHEMA_LINE(&wwn_attr_product_id, TEXT, UNEXPORTED,
			   sizeof_field(struct target_ident, product) - 1, NULL,
			   "PRODUCT IDENTIFICATION"),
	TARGET_SCHEMA_LINE(&wwn_attr_revision, TEXT, UNEXPORTED,
			   sizeof_field(struct target_ident, revision) - 1,
			   NULL, "PRODUCT REVISION LEVEL"),
	{
		.attr = &wwn_attr_company_id, .kind = TARGET_SCHEMA_NUMBER,
		.when = TARGET_SCHEMA_UNEXPORTED, .max = 0xffffff,
		.help = "IEEE company identifier of the NAA designator",
	}, {
		.attr = &wwn_attr_vpd_unit_serial, .kind = TARGET_SCHEMA_TEXT,
		.when = TARGET_SCHEMA_UNEXPORTED, .min = 1,
		.max = sizeof_field(struct target_ident, serial) - 1,
		.help = "unit serial number; NAA and T10 designators derive from it",
	},
	TARGET_SCHEMA_LINE(&wwn_attr_t10_dev_id, TEXT, UNEXPORTED,
			   sizeof_field(struct target_ident, t10_id) - 1, "",
			   "T10 designator, instead of product and serial number"),
	TARGET_SCHEMA_LINE(&wwn_attr_naa_id, ANY, UNEXPORTED, 0, "",
			   "NAA in 16 or 32 digits instead of the derived one, or none"),
	TARGET_SCHEMA_LINE(&wwn_attr_eui64_id, ANY, UNEXPORTED, 0, "",
			   "EUI-64 in 16, 24 or 32 digits instead of the derived one"),
	{ }
};

static bool find_dev_row(struct config_item *item,
			 const struct configfs_attribute *attr,
			 struct target_schema *row)
{
	size_t id;

	for (id = 0; id < TARGET_ATTRIB_COUNT; id++) {
		if (attr == &attrib_files[id]) {
			target_attrib_describe(to_dev_of(item),
					       target_attrib_row(id), row);
			return true;
		}
	}
	return target_schema_find(dev_rows, attr, row) ||
	       target_schema_find(target_pr_rows, attr, row);
}

/* The keys of control, which have no files. */
static void print_options(struct config_item *item,
			  struct target_listing *out)
{
	static const struct target_schema rows[] = {
		[TARGET_OPTION_BOOL] = {
			.kind = TARGET_SCHEMA_BOOL, .max = 1,
		},
		[TARGET_OPTION_U32] = {
			.kind = TARGET_SCHEMA_NUMBER, .max = U32_MAX,
		},
		[TARGET_OPTION_U64] = {
			.kind = TARGET_SCHEMA_NUMBER, .max = U64_MAX,
		},
		[TARGET_OPTION_STRING] = { .kind = TARGET_SCHEMA_TEXT },
	};
	const struct target_option *opt = to_dev_of(item)->backend->ops->options;

	for (; opt->key; opt++) {
		struct target_schema row = rows[opt->kind];

		if (opt->kind == TARGET_OPTION_STRING)
			row.max = opt->size - 1;
		row.when = TARGET_SCHEMA_NEW;
		row.help = opt->help;
		target_schema_print(out, "control:", opt->key, &row);
	}
}

static const struct target_schema_dir dev_schema = {
	.find = find_dev_row, .more = print_options,
};

TARGET_SCHEMA_FILE(dev);

/* ------------------------------------------------------- made and removed -- */

static void release_dev(struct config_item *item)
{
	struct target_dev_dir *dir = container_of(to_config_group(item),
						  struct target_dev_dir, group);

	target_tree_drop(&dir->group);
	target_pr_dir_del(dir);
	target_lu_group_del(dir->dev);
	target_tp_group_exit(dir->dev);
	target_device_remove(dir->dev);
	kfree(dir);
}

static struct configfs_item_operations dev_item_ops = {
	.release	= release_dev,
};

static const struct config_item_type dev_type = {
	.ct_item_ops	= &dev_item_ops,
	.ct_attrs	= dev_attrs,
	.ct_bin_attrs	= dev_bin_attrs,
	.ct_owner	= THIS_MODULE,
};

/**
 * target_device_dir_make - mkdir core/PLUGIN_N/NAME
 * @hba: core/PLUGIN_N
 * @name: NAME
 *
 * Return: directory or ERR_PTR
 */
struct config_group *target_device_dir_make(struct target_hba *hba,
					    const char *name)
{
	struct target_dev_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	struct target_dev *dev;
	int ret;

	if (!dir)
		return ERR_PTR(-ENOMEM);
	dev = target_device_make(hba, name);
	if (IS_ERR(dev)) {
		kfree(dir);
		return ERR_CAST(dev);
	}
	ret = target_tp_group_init(dev);
	if (ret) {
		target_device_remove(dev);
		kfree(dir);
		return ERR_PTR(ret);
	}
	target_lu_group_add(dev);
	dir->dev = dev;

	config_group_init_type_name(&dir->group, name, &dev_type);
	target_tree_add(&dir->group, &dir->action, "action",
			&target_tree_plain);
	target_alua_dir_add(dir);
	target_tree_add(&dir->group, &dir->attrib, "attrib", &attrib_type);
	target_pr_dir_add(dir);
	target_stat_dev_add(dir);
	target_tree_add(&dir->group, &dir->wwn, "wwn", &wwn_type);
	return &dir->group;
}

/**
 * target_device_dir_find - the logical unit that a directory stands for
 * @item: any directory
 *
 * Return: logical unit, or NULL if the directory is something else
 */
struct target_dev *target_device_dir_find(struct config_item *item)
{
	return item->ci_type == &dev_type ? to_dev_of(item) : NULL;
}

/* What the table says is read-only is read-only in the file system, too. */
void target_device_dir_init(void)
{
	size_t i;

	for (i = 0; i < TARGET_ATTRIB_COUNT; i++) {
		if (target_attrib_read_only(target_attrib_row(i))) {
			attrib_files[i].ca_mode = 0444;
			attrib_files[i].store = NULL;
		}
	}
}
