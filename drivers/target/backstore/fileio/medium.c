// SPDX-License-Identifier: GPL-2.0-only
/*
 * File backstore: opening the file, and what it can do.
 */
#include <linux/blkdev.h>
#include <linux/cred.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/statfs.h>
#include "fileio.h"

/* ---------------------------------------------------------------- open -- */

/*
 * Files of configfs, procfs, sysfs and the like are no media, and opening one
 * of configfs would deadlock here.  They are regular files to stat(), but
 * cannot be synced, or their filesystem never holds a program.
 */
static bool stores_data(const struct inode *inode)
{
	const struct file_operations *fop = inode->i_fop;

	return fop && fop->fsync && fop->read_iter && fop->write_iter &&
	       !(inode->i_sb->s_iflags & SB_I_NOEXEC);
}

static int check_inode(const struct inode *inode, const char **why)
{
	if (S_ISBLK(inode->i_mode))
		return 0;
	if (S_ISDIR(inode->i_mode)) {
		*why = "it is a directory";
		return -EISDIR;
	}
	if (!S_ISREG(inode->i_mode)) {
		*why = "it is neither a file nor a block device";
		return -EINVAL;
	}
	if (!stores_data(inode)) {
		*why = "its filesystem stores no data";
		return -EINVAL;
	}
	if (IS_SWAPFILE(inode)) {
		*why = "this machine swaps to it";
		return -ETXTBSY;
	}
	return 0;
}

static struct file *open_existing(struct file_dev *fd, const struct path *path,
				  const char **why)
{
	const struct inode *inode = d_backing_inode(path->dentry);
	int ret = check_inode(inode, why);

	if (ret)
		return ERR_PTR(ret);
	if (S_ISBLK(inode->i_mode)) {
		*why = "nothing else may use it, and it has to be writable";
		return bdev_file_open_by_dev(inode->i_rdev,
					     BLK_OPEN_READ | BLK_OPEN_WRITE,
					     &fd->backend,
					     &target_backend_holder_ops);
	}
	return dentry_open(path, O_RDWR | O_LARGEFILE | O_NOATIME,
			   current_cred());
}

/* @why: set if there is more to say than the errno does */
static struct file *open_path(struct file_dev *fd, const char **why)
{
	struct file *file;
	struct path path;
	int ret;

	ret = kern_path(fd->path, LOOKUP_FOLLOW, &path);
	if (ret == -ENOENT)
		*why = "there is no such file or folder; fd_dev_size=BYTES makes a file";
	if (ret == -ENOENT && fd->size)
		return filp_open(fd->path, O_RDWR | O_LARGEFILE | O_CREAT |
				 O_EXCL | O_NOATIME, 0600);
	if (ret)
		return ERR_PTR(ret);
	file = open_existing(fd, &path, why);
	path_put(&path);
	return file;
}

static void close_file(struct file_dev *fd)
{
	if (fd->is_bdev)
		bdev_fput(fd->file);
	else
		fput(fd->file);
	/* whoever removed the backstore wants to unmount now */
	flush_delayed_fput();
	fd->file = NULL;
}

u64 fileio_medium_bytes(const struct file_dev *fd)
{
	loff_t bytes = i_size_read(fd->file->f_mapping->host);

	return fd->size && !fd->is_bdev ? fd->size : bytes;
}

static int set_size(struct file_dev *fd)
{
	int ret = 0;

	if (!fd->is_bdev && i_size_read(file_inode(fd->file)) < fd->size)
		ret = vfs_truncate(&fd->file->f_path, fd->size);
	if (ret) {
		pr_err("%s: cannot extend %s to %llu bytes: errno %d\n",
		       fd->backend.name, fd->path, fd->size, -ret);
		return ret;
	}
	if (fileio_medium_bytes(fd) < SECTOR_SIZE) {
		pr_err("%s: %s is empty: give fd_dev_size=BYTES\n",
		       fd->backend.name, fd->path);
		return -EINVAL;
	}
	return 0;
}

/* Try it where there is nothing: behind the end. */
static bool can_punch(struct file_dev *fd)
{
	struct inode *inode = file_inode(fd->file);

	if (fd->is_bdev)
		return bdev_write_zeroes_sectors(file_bdev(fd->file));
	return !vfs_fallocate(fd->file,
			      FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			      round_up(i_size_read(inode), PAGE_SIZE),
			      PAGE_SIZE);
}

/* True if nobody but the page cache knows better, as a server might. */
static bool can_peek(const struct file_dev *fd)
{
	struct address_space *mapping = fd->file->f_mapping;
	struct inode *inode = mapping->host;

	if (fd->direct || IS_DAX(inode))
		return false;
	return fd->is_bdev || inode->i_sb->s_bdev || shmem_mapping(mapping);
}

static int set_up(struct file_dev *fd)
{
	int ret = set_size(fd);

	if (ret)
		return ret;
	if (fd->direct && !(fd->file->f_mode & FMODE_CAN_ODIRECT)) {
		pr_err("%s: the filesystem of %s has no O_DIRECT: give fd_async_io=0\n",
		       fd->backend.name, fd->path);
		return -EOPNOTSUPP;
	}
	fd->punch = can_punch(fd);
	fd->copies = fileio_copy_can(fd);
	fd->peek = can_peek(fd);
	fd->flushed = filemap_sample_wb_err(fd->file->f_mapping);
	return 0;
}

int fileio_medium_open(struct target_backend *backend)
{
	struct file_dev *fd = to_file_dev(backend);
	const char *why = "see the errno";
	struct file *file;
	int ret;

	if (!fd->path[0]) {
		pr_err("%s: give the file: fd_dev_name=/path\n", backend->name);
		return -EINVAL;
	}
	file = open_path(fd, &why);
	if (IS_ERR(file)) {
		pr_err("%s: cannot open %s: %s (%pe)\n", backend->name, fd->path,
		       why, file);
		return PTR_ERR(file);
	}
	fd->file = file;
	fd->is_bdev = S_ISBLK(file_inode(file)->i_mode);
	ret = set_up(fd);
	if (ret)
		close_file(fd);
	return ret;
}

void fileio_medium_close(struct target_backend *backend)
{
	struct file_dev *fd = to_file_dev(backend);

	if (fd->buffered && vfs_fsync(fd->file, 1))
		pr_err("%s: writes to %s were lost: its medium failed\n",
		       backend->name, fd->path);
	close_file(fd);
}

/**
 * fileio_medium_flush - make durable what was written to a file
 * @fd: medium
 * @file: its file, or that of its protection information
 * @flushed: errors of its page cache that a flush has reported
 * @pos: first byte
 * @last: the last one
 *
 * Data in the cache that could not be written is gone, and the file says so
 * once, to whoever asks first: that may be a write with FUA, which its
 * initiator sends again.  A flush has its own memory of that; and it does not
 * fail in a way that makes it look worth trying again.
 *
 * Context: process; waits for the medium.
 * Return: 0 or an errno
 */
int fileio_medium_flush(struct file_dev *fd, struct file *file,
			errseq_t *flushed, loff_t pos, loff_t last)
{
	int ret = vfs_fsync_range(file, pos, last, 1);

	/* a flush that hears of it no more finds it counted */
	spin_lock(&file->f_lock);
	ret = errseq_check_and_advance(&file->f_mapping->wb_err, flushed) ?: ret;
	if (ret && ret != -ENOSPC && ret != -EDQUOT)
		ret = -EIO;
	target_loss_note(&fd->backend, errno_to_blk_status(ret));
	spin_unlock(&file->f_lock);
	return ret;
}

/*
 * Have the next read of a range come from the medium.  What is dirty is written,
 * never dropped; pages that somebody uses at this moment stay, which matters
 * only where a read cannot go past the page cache.
 */
int fileio_medium_uncache(struct file *file, u64 pos, u64 len)
{
	struct address_space *mapping = file->f_mapping;
	int ret = filemap_write_and_wait_range(mapping, pos, pos + len - 1);

	if (!ret)
		invalidate_inode_pages2_range(mapping, pos >> PAGE_SHIFT,
					      (pos + len - 1) >> PAGE_SHIFT);
	return ret;
}

/* -------------------------------------------------------------- limits -- */

static void bdev_limits(struct block_device *bdev, struct target_limits *limits)
{
	limits->block_size = bdev_logical_block_size(bdev);
	limits->physical_block_size = bdev_physical_block_size(bdev);
	limits->alignment_offset = max(bdev_alignment_offset(bdev), 0);
	limits->io_min = bdev_io_min(bdev);
	limits->io_opt = bdev_io_opt(bdev);
	limits->unmap_granularity = bdev_discard_granularity(bdev);
	limits->unmap_alignment = bdev_discard_alignment(bdev);
	limits->nonrot = bdev_nonrot(bdev);
	limits->read_only = bdev_read_only(bdev);
}

static void inode_limits(const struct file_dev *fd,
			 struct target_limits *limits)
{
	const struct inode *inode = file_inode(fd->file);
	struct block_device *bdev = inode->i_sb->s_bdev;

	limits->block_size = fd->direct && bdev ?
			     bdev_logical_block_size(bdev) : SECTOR_SIZE;
	limits->physical_block_size = max_t(u32, i_blocksize(inode),
					    limits->block_size);
	limits->io_min = limits->physical_block_size;
	limits->unmap_granularity = limits->physical_block_size;
	limits->nonrot = !bdev || bdev_nonrot(bdev);
}

void fileio_medium_limits(struct target_backend *backend,
			  struct target_limits *limits)
{
	struct file_dev *fd = to_file_dev(backend);

	*limits = (struct target_limits){
		.io_max = FILEIO_IO_MAX,
		.queue_depth = 128,
		.unmap_max = fd->punch ? FILEIO_UNMAP_MAX : 0,
		.zero_max = FILEIO_ZERO_MAX,
		.copy_max = fd->copies ? FILEIO_COPY_MAX : 0,
		.unmap_zeroes = true,
		.write_cache = fd->buffered,
		.usage = !fd->is_bdev,
		.tuples = !fd->is_bdev,
	};
	if (fd->is_bdev)
		bdev_limits(file_bdev(fd->file), limits);
	else
		inode_limits(fd, limits);
	limits->bytes = round_down(fileio_medium_bytes(fd), limits->block_size);
}

/* What the filesystem has for this file, and what it could still give. */
int fileio_medium_usage(struct target_backend *backend, u64 *used,
			u64 *available)
{
	struct file_dev *fd = to_file_dev(backend);
	struct kstatfs filesystem;
	struct kstat file;
	int ret;

	ret = vfs_statfs(&fd->file->f_path, &filesystem);
	if (ret)
		return ret;
	/* what has only been promised to dirty pages counts; i_blocks lacks it */
	ret = vfs_getattr(&fd->file->f_path, &file, STATX_BLOCKS,
			  AT_STATX_SYNC_AS_STAT);
	if (ret)
		return ret;
	*used = file.blocks << SECTOR_SHIFT;
	*available = filesystem.f_bavail * filesystem.f_bsize;
	return 0;
}
