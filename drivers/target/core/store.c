// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small files below the folder that dbroot names, for what has to outlive a
 * power cut at any moment.
 *
 * A new version is written beside the old one and made durable; then the old
 * one is renamed to NAME.old and the new one to NAME, and the folder is made
 * durable.  Whenever the power fails, NAME or, between the two renames,
 * NAME.old is the last version whose write was reported to have ended, or the
 * one behind it.
 */
#include <linux/crc32.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include "dbroot.h"
#include "store.h"

/* Part of a serial number that a file's name has room for */
#define SERIAL_MAX	160

/**
 * target_store_name - the name of a logical unit's file
 * @name: where it goes
 * @prefix: how it begins, in a few letters
 * @serial: serial number; what cannot be in a name of a file is told apart
 */
void target_store_name(char name[TARGET_STORE_NAME], const char *prefix,
		       const char *serial)
{
	size_t n = scnprintf(name, TARGET_STORE_NAME, "%s", prefix);
	size_t i, len = strlen(serial);
	bool plain = len <= SERIAL_MAX;

	for (i = 0; i < min_t(size_t, len, SERIAL_MAX); i++) {
		bool good = isascii(serial[i]) && (isalnum(serial[i]) ||
						   strchr("-_", serial[i]));

		name[n++] = good ? serial[i] : '_';
		plain &= good;
	}
	name[n] = '\0';
	if (!plain)
		scnprintf(name + n, TARGET_STORE_NAME - n, ".%08x",
			  crc32_le(~0, serial, len));
}

static struct file *open_path(const char *path)
{
	return filp_open(path, O_RDONLY | O_DIRECTORY, 0);
}

/**
 * target_store_make_folder - make a folder, for root alone
 * @path: where
 *
 * Context: process; waits for the medium.
 * Return: 0; -EEXIST if there is something of that name; another errno
 */
int target_store_make_folder(const char *path)
{
	struct path parent;
	struct dentry *dentry;
	int ret;

	dentry = kern_path_create(AT_FDCWD, path, &parent, LOOKUP_DIRECTORY);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	ret = vfs_mkdir(mnt_idmap(parent.mnt), d_inode(parent.dentry), dentry,
			0700);
	done_path_create(&parent, dentry);
	return ret;
}

/* A folder in @parent; if it is made, its name is durable, too. */
static struct file *open_in(struct file *parent, const char *path, bool make)
{
	struct file *dir = open_path(path);
	int ret;

	if (!make || dir != ERR_PTR(-ENOENT))
		return dir;
	ret = target_store_make_folder(path);
	if (ret && ret != -EEXIST)
		return ERR_PTR(ret);
	ret = vfs_fsync(parent, 0);
	return ret ? ERR_PTR(ret) : open_path(path);
}

/* @path: dbroot and @folder; @end: where the former ends */
static struct file *open_below(char *path, size_t end, bool make)
{
	struct file *dir, *next;
	char *slash = path + end;

	*slash = '\0';
	dir = open_path(path);
	while (slash && !IS_ERR(dir)) {
		*slash = '/';
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		next = open_in(dir, path, make);
		__fput_sync(dir);
		dir = next;
	}
	return dir;
}

static struct file *open_folder(const char *folder, bool make)
{
	char *path = kmalloc(PATH_MAX, GFP_KERNEL);
	struct file *dir;
	size_t end;

	if (!path)
		return ERR_PTR(-ENOMEM);
	end = target_dbroot_path(path, PATH_MAX);
	if (end + strlen(folder) + 2 > PATH_MAX) {
		dir = ERR_PTR(-ENAMETOOLONG);
	} else {
		snprintf(path + end, PATH_MAX - end, "/%s", folder);
		dir = open_below(path, end, make);
	}
	kfree(path);
	return dir;
}

static int write_all(struct file *file, const void *data, size_t len)
{
	loff_t pos = 0;
	ssize_t n;

	while (pos < len) {
		n = kernel_write(file, data + pos, len - pos, &pos);
		if (n <= 0)
			return n ?: -EIO;
	}
	return vfs_fsync(file, 0);
}

static int write_new(struct file *dir, const char *name, const void *data,
		     size_t len)
{
	struct file *file;
	int ret;

	file = file_open_root(&dir->f_path, name, O_WRONLY | O_CREAT | O_TRUNC |
			      O_NOFOLLOW | O_LARGEFILE, 0600);
	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = write_all(file, data, len);
	__fput_sync(file);
	return ret;
}

static int rename_locked(struct file *dir, const char *from, const char *to)
{
	struct dentry *folder = dir->f_path.dentry;
	struct renamedata rename = {
		.old_mnt_idmap	= file_mnt_idmap(dir),
		.old_dir	= d_inode(folder),
		.new_mnt_idmap	= file_mnt_idmap(dir),
		.new_dir	= d_inode(folder),
	};
	int ret = -ENOENT;

	rename.old_dentry = lookup_one_len(from, folder, strlen(from));
	if (IS_ERR(rename.old_dentry))
		return PTR_ERR(rename.old_dentry);
	rename.new_dentry = lookup_one_len(to, folder, strlen(to));
	if (IS_ERR(rename.new_dentry)) {
		dput(rename.old_dentry);
		return PTR_ERR(rename.new_dentry);
	}
	if (d_is_positive(rename.old_dentry))
		ret = vfs_rename(&rename);
	dput(rename.new_dentry);
	dput(rename.old_dentry);
	return ret;
}

static int rename_in(struct file *dir, const char *from, const char *to)
{
	struct dentry *folder = dir->f_path.dentry;
	int ret = mnt_want_write(dir->f_path.mnt);

	if (ret)
		return ret;
	lock_rename(folder, folder);
	ret = rename_locked(dir, from, to);
	unlock_rename(folder, folder);
	mnt_drop_write(dir->f_path.mnt);
	return ret;
}

static int replace(struct file *dir, const char *name, const void *data,
		   size_t len)
{
	char next[TARGET_STORE_NAME + 8], old[TARGET_STORE_NAME + 8];
	int ret;

	scnprintf(next, sizeof(next), "%s.new", name);
	scnprintf(old, sizeof(old), "%s.old", name);
	ret = write_new(dir, next, data, len);
	if (ret)
		return ret;
	ret = rename_in(dir, name, old);
	if (ret && ret != -ENOENT)
		return ret;
	return rename_in(dir, next, name) ?: vfs_fsync(dir, 0);
}

static int write_file(const char *folder, const char *name, const void *data,
		      size_t len)
{
	struct file *dir = open_folder(folder, true);
	int ret;

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	ret = strlen(name) > TARGET_STORE_NAME ? -ENAMETOOLONG :
						 replace(dir, name, data, len);
	__fput_sync(dir);
	return ret;
}

/*
 * The folder's path has to mean the same for who reads and for who writes,
 * wherever an administrator's root is, and what is mounted there: what it means
 * to a kernel thread.
 */
static void run(struct work_struct *work, work_func_t fn)
{
	INIT_WORK_ONSTACK(work, fn);
	queue_work(system_unbound_wq, work);
	flush_work(work);
	destroy_work_on_stack(work);
}

/**
 * struct writer - a file that is written in a work item
 * @work: writes it
 * @folder: folder below dbroot
 * @name: file
 * @data: what it shall hold
 * @len: bytes of it
 * @ret: 0 or an errno
 */
struct writer {
	struct work_struct	work;
	const char		*folder;
	const char		*name;
	const void		*data;
	size_t			len;
	int			ret;
};

static void write_work(struct work_struct *work)
{
	struct writer *writer = container_of(work, struct writer, work);

	writer->ret = write_file(writer->folder, writer->name, writer->data,
				 writer->len);
}

/**
 * target_store_write - replace a file, durably
 * @folder: folder below dbroot, maybe of a folder; made if it is not there
 * @name: file, at most %TARGET_STORE_NAME bytes of name
 * @data: what it shall hold
 * @len: bytes of it
 *
 * Context: process; waits for the medium.
 * Return: 0 when it cannot be lost any more; an errno
 */
int target_store_write(const char *folder, const char *name, const void *data,
		       size_t len)
{
	struct writer writer = {
		.folder = folder, .name = name, .data = data, .len = len,
	};

	if (current->flags & PF_KTHREAD)
		return write_file(folder, name, data, len);
	run(&writer.work, write_work);
	return writer.ret;
}

static char *read_all(struct file *file, size_t *len)
{
	loff_t size = i_size_read(file_inode(file)), pos = 0;
	ssize_t n = 1;
	char *text;

	if (!S_ISREG(file_inode(file)->i_mode) || size > TARGET_STORE_MAX)
		return ERR_PTR(-EINVAL);
	text = kvzalloc(size + 1, GFP_KERNEL);
	if (!text)
		return ERR_PTR(-ENOMEM);
	while (pos < size && n > 0)
		n = kernel_read(file, text + pos, size - pos, &pos);
	if (n < 0) {
		kvfree(text);
		return ERR_PTR(n);
	}
	*len = pos;
	return text;
}

static char *read_file(const char *folder, const char *name, bool previous,
		       size_t *len)
{
	struct file *dir = open_folder(folder, false);
	char file_name[TARGET_STORE_NAME + 8];
	struct file *file;
	char *text;

	if (IS_ERR(dir))
		return ERR_CAST(dir);
	scnprintf(file_name, sizeof(file_name), "%s%s", name,
		  previous ? ".old" : "");
	file = file_open_root(&dir->f_path, file_name,
			      O_RDONLY | O_NOFOLLOW | O_LARGEFILE, 0);
	if (IS_ERR(file)) {
		text = ERR_CAST(file);
	} else {
		text = read_all(file, len);
		__fput_sync(file);
	}
	__fput_sync(dir);
	return text;
}

/**
 * struct reader - a file that is read in a work item
 * @work: reads it
 * @folder: folder below dbroot
 * @name: file
 * @previous: the version before the last one
 * @len: its length
 * @text: its bytes
 */
struct reader {
	struct work_struct	work;
	const char		*folder;
	const char		*name;
	bool			previous;
	size_t			len;
	char			*text;
};

static void read_work(struct work_struct *work)
{
	struct reader *reader = container_of(work, struct reader, work);

	reader->text = read_file(reader->folder, reader->name,
				 reader->previous, &reader->len);
}

/**
 * target_store_read - read a file
 * @folder: folder below dbroot
 * @name: file
 * @previous: the version before the last one
 * @len: set to its length
 *
 * Context: process; waits for the medium.
 * Return: its bytes with a NUL behind them, for kvfree(); or ERR_PTR, -ENOENT
 * if it was never written
 */
char *target_store_read(const char *folder, const char *name, bool previous,
			size_t *len)
{
	struct reader reader = {
		.folder = folder, .name = name, .previous = previous,
	};

	run(&reader.work, read_work);
	*len = reader.len;
	return reader.text;
}
