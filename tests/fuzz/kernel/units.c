// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backstores, made by the functions that configfs calls, and their LUNs.  They
 * are small: half of the time goes into commands that are for a whole medium.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/major.h>
#include <linux/namei.h>
#include "core/attrib.h"
#include "core/dbroot.h"
#include "core/device.h"
#include "core/lu_group.h"
#include "core/lun.h"
#include "core/store.h"
#include "core/tp_group.h"
#include "units.h"

#define FOLDER		"/fuzz"
#define OPTIONS_MAX	3

/* What is written to attrib/: of each list the last row has no value. */
struct attrib {
	enum target_attrib_id	id;
	u32			value;
};

#define ATTRIB(_id, _value)	{ TARGET_ATTRIB_##_id, _value }

static const struct attrib none[] = {
	{}
};

static const struct attrib thin[] = {
	ATTRIB(emulate_tpu, 1),
	ATTRIB(emulate_tpws, 1),
	ATTRIB(unmap_zeroes_data, 1),
	{}
};

static const struct attrib thin_4096[] = {
	ATTRIB(block_size, 4096),
	ATTRIB(emulate_tpu, 1),
	ATTRIB(emulate_tpws, 1),
	ATTRIB(unmap_zeroes_data, 1),
	{}
};

static const struct attrib protected_1[] = {
	ATTRIB(pi_prot_type, 1),
	{}
};

static const struct attrib protected_2[] = {
	ATTRIB(pi_prot_type, 2),
	ATTRIB(pi_prot_verify, 1),
	ATTRIB(emulate_tpu, 1),
	ATTRIB(emulate_tpws, 1),
	{}
};

static const struct attrib queued_4096[] = {
	ATTRIB(block_size, 4096),
	ATTRIB(submit_type, TARGET_QUEUE_SUBMIT),
	{}
};

/**
 * struct unit - a logical unit
 * @name: its name
 * @kind: of the backstore
 * @node: minor number of a block device to make in the folder, and one more
 * @options: what is written to control
 * @attribs: what is written to attrib/
 * @grain: a fabric's memory has to be in multiples of this
 */
struct unit {
	const char		*name, *kind;
	unsigned int		node;
	struct {
		const char	*key, *value;
	} options[OPTIONS_MAX];
	const struct attrib	*attribs;
	u32			grain;
};

#define OPTION(_key, _value)	{ #_key, _value }

static const struct unit table[] = {
	{
		.name = "ramdisk", .kind = "rd_mcp", .grain = 1,
		.options = { OPTION(rd_pages, "256") },
		.attribs = none,
	}, {
		.name = "queued", .kind = "rd_mcp", .grain = 1,
		.options = { OPTION(rd_pages, "512") },
		.attribs = queued_4096,
	}, {
		.name = "thin", .kind = "fileio", .grain = 1,
		.options = { OPTION(fd_dev_name, FOLDER "/thin"),
			     OPTION(fd_dev_size, "2097152"),
			     OPTION(fd_buffered_io, "1") },
		.attribs = thin,
	}, {
		.name = "big-blocks", .kind = "fileio", .grain = 1,
		.options = { OPTION(fd_dev_name, FOLDER "/big-blocks"),
			     OPTION(fd_dev_size, "2097152") },
		.attribs = thin_4096,
	}, {
		.name = "protected", .kind = "rd_mcp", .grain = 1,
		.options = { OPTION(rd_pages, "256") },
		.attribs = protected_1,
	}, {
		.name = "protected-2", .kind = "fileio", .grain = 1,
		.options = { OPTION(fd_dev_name, FOLDER "/protected-2"),
			     OPTION(fd_dev_size, "1048576"),
			     OPTION(fd_buffered_io, "1") },
		.attribs = protected_2,
	}, {
		/* block drivers count on whole sectors */
		.name = "block", .kind = "iblock", .grain = 512, .node = 1,
		.options = { OPTION(udev_path, FOLDER "/block") },
		.attribs = none,
	}, {
		.name = "read-only", .kind = "iblock", .grain = 512, .node = 2,
		.options = { OPTION(udev_path, FOLDER "/read-only"),
			     OPTION(readonly, "1") },
		.attribs = none,
	},
};

static struct {
	struct target_hba	*hba;
	struct target_dev	*dev;
	struct target_lun	*lun;
} made[ARRAY_SIZE(table)];

/* ------------------------------------------------------------ backstores -- */

static int make_node(const char *name, unsigned int minor)
{
	struct dentry *dentry;
	struct path parent;
	char path[64];
	int ret;

	snprintf(path, sizeof(path), FOLDER "/%s", name);
	dentry = kern_path_create(AT_FDCWD, path, &parent, 0);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	ret = vfs_mknod(mnt_idmap(parent.mnt), d_inode(parent.dentry), dentry,
			S_IFBLK | 0600, MKDEV(RAMDISK_MAJOR, minor));
	done_path_create(&parent, dentry);
	return ret;
}

static int set_up(struct target_dev *dev, const struct unit *unit)
{
	const struct attrib *attrib;
	int ret = target_tp_group_init(dev);
	unsigned int i;

	if (ret)
		return ret;
	target_lu_group_add(dev);
	for (i = 0; i < OPTIONS_MAX && unit->options[i].key && !ret; i++)
		ret = target_device_set_option(dev, unit->options[i].key,
					       unit->options[i].value);
	if (!ret)
		ret = target_device_enable(dev);
	for (attrib = unit->attribs; attrib->value && !ret; attrib++)
		ret = target_attrib_set(dev, target_attrib_row(attrib->id),
					attrib->value);
	target_tp_group_set(dev->tp_default, TARGET_TP_nonop_delay_msecs, 0);
	return ret;
}

static int make(struct target_port *port, unsigned int number)
{
	const struct unit *unit = &table[number];
	struct target_dev *dev;
	struct target_lun *lun;
	int ret = 0;

	if (unit->node)
		ret = make_node(unit->name, unit->node - 1);
	if (ret)
		return ret;
	made[number].hba = target_device_hba_make(unit->kind, number);
	if (IS_ERR(made[number].hba))
		return PTR_ERR(made[number].hba);
	dev = target_device_make(made[number].hba, unit->name);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	made[number].dev = dev;
	ret = set_up(dev, unit);
	if (ret)
		return ret;
	lun = target_lun_make(port, number);
	if (IS_ERR(lun))
		return PTR_ERR(lun);
	made[number].lun = lun;
	return target_lun_link(lun, dev);
}

/* Files need a root filesystem that keeps data. */
int units_make(struct target_port *port)
{
	unsigned int i;
	int ret = target_store_make_folder(FOLDER);

	if (!ret)
		ret = target_dbroot_set(FOLDER);
	for (i = 0; i < ARRAY_SIZE(table) && !ret; i++) {
		ret = make(port, i);
		if (ret)
			pr_err("fuzz: there is no %s: errno %d\n",
			       table[i].name, -ret);
	}
	return ret;
}

static void end(unsigned int number)
{
	struct target_lun *lun = made[number].lun;
	struct target_dev *dev = made[number].dev;

	if (lun) {
		target_lun_unlink(lun);
		target_lun_remove(lun);
	}
	if (dev) {
		target_lu_group_del(dev);
		target_tp_group_exit(dev);
		target_device_remove(dev);
	}
	if (!IS_ERR_OR_NULL(made[number].hba))
		target_device_hba_put(made[number].hba);
}

void units_end(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		end(i);
}

/* ----------------------------------------------------------------- asked -- */

unsigned int units_count(void)
{
	return ARRAY_SIZE(table);
}

const char *units_name(unsigned int lun)
{
	return table[lun].name;
}

u32 units_grain(unsigned int lun)
{
	return table[lun].grain;
}
