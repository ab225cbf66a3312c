// SPDX-License-Identifier: GPL-2.0-only
/*
 * File backstore: copies that the filesystem makes, by sharing blocks between
 * two files or by asking the server that has both.
 */
#include <linux/align.h>
#include <linux/fs.h>
#include "fileio.h"

/* Blocks are shared as they are: whole ones. */
static bool may_share(const struct fileio_copy *copy)
{
	const struct inode *inode = file_inode(copy->to->file);

	return copy->from->file->f_op->remap_file_range &&
	       IS_ALIGNED(copy->from_pos | copy->to_pos | copy->len,
			  i_blocksize(inode));
}

static bool share(const struct fileio_copy *copy)
{
	return may_share(copy) &&
	       vfs_clone_file_range(copy->from->file, copy->from_pos,
				    copy->to->file, copy->to_pos, copy->len,
				    0) == copy->len;
}

static bool ask(const struct fileio_copy *copy)
{
	u64 done = 0;
	ssize_t ret;

	if (!copy->to->file->f_op->copy_file_range)
		return false;
	for (; done < copy->len; done += ret) {
		ret = vfs_copy_file_range(copy->from->file,
					  copy->from_pos + done,
					  copy->to->file, copy->to_pos + done,
					  copy->len - done, 0);
		if (ret <= 0)
			return false;
	}
	return true;
}

/**
 * fileio_copy_can - can files be copied by their filesystem?
 * @fd: open file
 *
 * Return: false if certainly not
 */
bool fileio_copy_can(const struct file_dev *fd)
{
	const struct file_operations *fop = fd->file->f_op;

	return !fd->is_bdev && (fop->remap_file_range || fop->copy_file_range);
}

/**
 * fileio_copy_range - have the filesystem copy
 * @copy: what and where to
 *
 * Context: process; waits for the filesystem.
 * Return: 0, or -EOPNOTSUPP for whatever went wrong: who then copies by reading
 * and writing finds out what it is
 */
int fileio_copy_range(const struct fileio_copy *copy)
{
	if (!copy->from->copies || !copy->to->copies ||
	    file_inode(copy->from->file)->i_sb !=
	    file_inode(copy->to->file)->i_sb)
		return -EOPNOTSUPP;
	return share(copy) || ask(copy) ? 0 : -EOPNOTSUPP;
}
