// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that keep access states over a restart:
 *
 *	DBROOT/alua/tpgs_SERIAL/GROUP			of a group
 *	DBROOT/alua/FABRIC/TARGET+TAG/lun_N		of a port
 *
 * A text always has the same length and is shorter than a sector, so a power
 * cut leaves the old one or the new one.
 */
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "dbroot.h"
#include "tp_file.h"
#include "tp_group.h"

/* ------------------------------------------------------------------ texts -- */

/**
 * target_tp_file_print - the text of a group's file
 * @id: identifier
 * @access: state
 * @text: buffer
 * @size: of it
 *
 * Return: length
 */
int target_tp_file_print(u16 id, const struct target_tp_access *access,
			 char *text, size_t size)
{
	return scnprintf(text, size,
			 "tg_pt_gp_id=%u\nalua_access_state=0x%02x\nalua_access_status=0x%02x\n",
			 id, access->state, access->status);
}

/**
 * target_tp_file_parse - read it back
 * @text: text, with a NUL at its end
 * @id: identifier that it must have
 * @access: state and status are set
 *
 * Return: 0, or -EBADMSG if it is not the text of this group
 */
int target_tp_file_parse(const char *text, u16 id,
			 struct target_tp_access *access)
{
	unsigned int number, state, status;

	if (sscanf(text,
		   "tg_pt_gp_id=%u alua_access_state=%x alua_access_status=%x",
		   &number, &state, &status) != 3)
		return -EBADMSG;
	if (number != id || state > TARGET_TP_LBA_DEPENDENT ||
	    status > TARGET_TP_BY_ITSELF)
		return -EBADMSG;
	access->state = state;
	access->status = status;
	return 0;
}

/* ------------------------------------------------------------------ files -- */

static int make_folder(const char *name)
{
	struct dentry *dentry;
	struct path parent;
	int ret;

	dentry = kern_path_create(AT_FDCWD, name, &parent, LOOKUP_DIRECTORY);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry) == -EEXIST ? 0 : PTR_ERR(dentry);
	ret = vfs_mkdir(mnt_idmap(parent.mnt), d_inode(parent.dentry), dentry,
			0700);
	done_path_create(&parent, dentry);
	return ret;
}

/* The folders from @from on, of a path that ends with a file's name */
static int make_folders(char *name, char *from)
{
	char *slash;
	int ret = 0;

	for (slash = strchr(from, '/'); slash && !ret;
	     slash = strchr(slash + 1, '/')) {
		*slash = 0;
		ret = make_folder(name);
		*slash = '/';
	}
	return ret;
}

/* Names of things become names of files: one folder has no slash in it. */
static void flatten(char *name)
{
	for (; (name = strchr(name, '/')); name++)
		*name = '_';
}

/* DBROOT/alua/ and room behind it; @place is set to where that begins */
static char *path_to(const char **place)
{
	char *name = kmalloc(PATH_MAX, GFP_KERNEL);
	size_t length;

	if (!name)
		return NULL;
	length = target_dbroot_show(name, PATH_MAX);
	if (length && name[length - 1] == '\n')
		length--;
	length += scnprintf(name + length, PATH_MAX - length, "/alua/");
	*place = name + length;
	return name;
}

static char *group_path(const struct target_tp_group *group)
{
	const char *place;
	char *name = path_to(&place), *rest = (char *)place;
	size_t room;

	if (!name)
		return NULL;
	room = PATH_MAX - (rest - name);
	scnprintf(rest, room, "tpgs_%s", group->dev->ident.serial);
	flatten(rest);
	strlcat(name, "/", PATH_MAX);
	strlcat(name, group->name, PATH_MAX);
	return name;
}

static char *member_path(const struct target_lun *lun)
{
	const struct target_port *port = lun->port;
	const char *place;
	char *name = path_to(&place), *rest = (char *)place;
	size_t room, length;

	if (!name)
		return NULL;
	room = PATH_MAX - (rest - name);
	length = scnprintf(rest, room, "%s/", port->tfo->fabric_name);
	rest += length;
	room -= length;
	length = scnprintf(rest, room, "%s+%u", port->name, port->tag);
	flatten(rest);
	scnprintf(rest + length, room - length, "/lun_%llu",
		  lun->se.unpacked_lun);
	return name;
}

static int save(char *name, const char *text, size_t length)
{
	struct file *file;
	loff_t pos = 0;
	ssize_t ret;

	ret = make_folders(name, strstr(name, "/alua/") + 1);
	if (ret)
		return ret;
	file = filp_open(name, O_WRONLY | O_CREAT, 0600);
	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, text, length, &pos);
	if (ret >= 0)
		ret = ret == length ? vfs_fsync(file, 0) : -EIO;
	filp_close(file, NULL);
	return ret;
}

static int load(const char *name, char text[TARGET_TP_FILE_TEXT])
{
	struct file *file = filp_open(name, O_RDONLY, 0);
	loff_t pos = 0;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_read(file, text, TARGET_TP_FILE_TEXT - 1, &pos);
	filp_close(file, NULL);
	text[max(ret, 0)] = 0;
	return ret < 0 ? ret : 0;
}

/**
 * target_tp_file_save - keep the state of a group
 * @group: group
 * @access: what its state is to be after a restart
 *
 * Context: process; waits for the disk.
 * Return: 0 when it is there for good, or an errno
 */
int target_tp_file_save(const struct target_tp_group *group,
			const struct target_tp_access *access)
{
	char text[TARGET_TP_FILE_TEXT];
	char *name = group_path(group);
	int ret;

	if (!name)
		return -ENOMEM;
	ret = target_tp_file_print(group->id, access, text, sizeof(text));
	ret = save(name, text, ret);
	kfree(name);
	return ret;
}

/**
 * target_tp_file_load - what was kept of a group
 * @group: group
 * @access: state and status are set
 *
 * Context: process; waits for the disk.
 * Return: 0, -ENOENT if there is nothing, -EBADMSG if it is another group's
 */
int target_tp_file_load(const struct target_tp_group *group,
			struct target_tp_access *access)
{
	char text[TARGET_TP_FILE_TEXT];
	char *name = group_path(group);
	int ret;

	if (!name)
		return -ENOMEM;
	ret = load(name, text);
	kfree(name);
	return ret ?: target_tp_file_parse(text, group->id, access);
}

/**
 * target_tp_file_save_member - keep the secondary state of a port
 * @lun: LUN
 * @offline: state
 * @status: enum target_tp_status
 *
 * Context: process; waits for the disk.
 * Return: 0 when it is there for good, or an errno
 */
int target_tp_file_save_member(const struct target_lun *lun, bool offline,
			       u8 status)
{
	char text[TARGET_TP_FILE_TEXT];
	char *name = member_path(lun);
	int ret;

	if (!name)
		return -ENOMEM;
	ret = scnprintf(text, sizeof(text),
			"alua_tg_pt_offline=%u\nalua_tg_pt_status=0x%02x\n",
			offline, status);
	ret = save(name, text, ret);
	kfree(name);
	return ret;
}

/**
 * target_tp_file_load_member - what was kept of a port
 * @lun: LUN
 * @offline: set to its state
 * @status: set to why
 *
 * Context: process; waits for the disk.
 * Return: 0, -ENOENT if there is nothing, -EBADMSG if it makes no sense
 */
int target_tp_file_load_member(const struct target_lun *lun, bool *offline,
			       u8 *status)
{
	unsigned int is_offline, code;
	char text[TARGET_TP_FILE_TEXT];
	char *name = member_path(lun);
	int ret;

	if (!name)
		return -ENOMEM;
	ret = load(name, text);
	kfree(name);
	if (ret)
		return ret;
	if (sscanf(text, "alua_tg_pt_offline=%u alua_tg_pt_status=%x",
		   &is_offline, &code) != 2 ||
	    is_offline > 1 || code > TARGET_TP_BY_ITSELF)
		return -EBADMSG;
	*offline = is_offline;
	*status = code;
	return 0;
}
