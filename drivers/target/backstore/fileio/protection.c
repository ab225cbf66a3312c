// SPDX-License-Identifier: GPL-2.0-only
/*
 * File backstore: protection information, in a file beside the data.
 *
 * The file begins with a header.  Tuples follow, with each bit inverted: a hole is
 * a tuple of ones, which says that its block is not to be checked.  So to format
 * is to truncate, to unmap is to punch a hole, and what has grown is right.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/t10-pi.h>
#include "fileio.h"

#define SUFFIX	".protection"
#define MAGIC	"target-tuples 1"

/**
 * struct protection_header - the beginning of the file
 * @magic: MAGIC, with its NUL
 * @type: protection type
 * @block: bytes of a block
 * @zeros: none of the file's business yet
 */
struct protection_header {
	char	magic[16];
	__be32	type;
	__be32	block;
	u8	zeros[4072];
};

static_assert(sizeof(struct protection_header) == 4096);

static loff_t place_of(const struct file_dev *fd, u64 pos)
{
	return sizeof(struct protection_header) +
	       (pos >> fd->block_shift) * sizeof(struct t10_pi_tuple);
}

/* ---------------------------------------------------------------- open -- */

static struct file *open_file(const struct file_dev *fd)
{
	char *path = kasprintf(GFP_KERNEL, "%s" SUFFIX, fd->path);
	struct file *file;

	if (!path)
		return ERR_PTR(-ENOMEM);
	file = filp_open(path, O_RDWR | O_CREAT | O_LARGEFILE | O_NOFOLLOW,
			 0600);
	kfree(path);
	if (!IS_ERR(file) && !S_ISREG(file_inode(file)->i_mode)) {
		fput(file);
		return ERR_PTR(-EINVAL);
	}
	return file;
}

/* Is it ours?  A new file has nothing that could be somebody else's. */
static int read_header(struct file *file, struct protection_header *header)
{
	loff_t pos = 0;
	ssize_t ret = kernel_read(file, header, sizeof(*header), &pos);

	if (ret < 0)
		return ret;
	if (!ret) {
		memset(header, 0, sizeof(*header));
		return 0;
	}
	return ret == sizeof(*header) &&
	       !memcmp(header->magic, MAGIC, sizeof(header->magic)) ?
	       0 : -EUCLEAN;
}

static int format(struct file *file, struct protection_header *header, u8 type,
		  u32 block)
{
	loff_t pos = 0;
	ssize_t ret = vfs_truncate(&file->f_path, 0);

	if (ret)
		return ret;
	strscpy(header->magic, MAGIC);
	header->type = cpu_to_be32(type);
	header->block = cpu_to_be32(block);
	ret = kernel_write(file, header, sizeof(*header), &pos);
	if (ret >= 0)
		ret = ret == sizeof(*header) ? 0 : -ENOSPC;
	return ret ?: vfs_fsync(file, 0);
}

static int set_up(struct file *file, u8 type, u32 block, bool fresh)
{
	struct protection_header *header = kzalloc(sizeof(*header), GFP_KERNEL);
	int ret;

	if (!header)
		return -ENOMEM;
	ret = read_header(file, header);
	if (!ret && (fresh || be32_to_cpu(header->type) != type ||
		     be32_to_cpu(header->block) != block))
		ret = format(file, header, type, block);
	kfree(header);
	return ret;
}

static const char *what_to_do(int err)
{
	return err == -EUCLEAN ?
	       "it holds something else: move it away" : "see the errno";
}

/* What is forgotten must not be found again when the data is another one. */
static int forget(struct file_dev *fd)
{
	int ret = vfs_truncate(&fd->protection->f_path, 0);

	if (ret)
		pr_err("%s: cannot give up protection information of %s: errno %d\n",
		       fd->backend.name, fd->path, -ret);
	else
		fileio_protection_close(fd);
	return ret;
}

int fileio_protection_set(struct target_backend *backend, u8 type, u32 block,
			  bool fresh)
{
	struct file_dev *fd = to_file_dev(backend);
	struct file *file;
	int ret;

	if (!type)
		return fd->protection ? forget(fd) : 0;
	if (fd->is_bdev) {
		pr_err("%s: no room for protection information beside a block device: use iblock\n",
		       backend->name);
		return -EOPNOTSUPP;
	}
	file = open_file(fd);
	ret = PTR_ERR_OR_ZERO(file);
	if (!ret) {
		ret = set_up(file, type, block, fresh);
		if (ret)
			fput(file);
	}
	if (ret) {
		pr_err("%s: no protection information in %s" SUFFIX ": errno %d: %s\n",
		       backend->name, fd->path, -ret, what_to_do(ret));
		return ret;
	}
	/* until now there was room, as there still is after a failure */
	fileio_protection_close(fd);
	fd->block_shift = ilog2(block);
	fd->covered = U64_MAX;
	fd->protection_flushed = filemap_sample_wb_err(file->f_mapping);
	fd->protection = file;
	return 0;
}

void fileio_protection_close(struct file_dev *fd)
{
	if (!fd->protection)
		return;
	if (vfs_fsync(fd->protection, 0))
		pr_err("%s: protection information was lost: its medium failed\n",
		       fd->backend.name);
	fput(fd->protection);
	fd->protection = NULL;
}

/* ----------------------------------------------------------------- I/O -- */

static void invert(struct target_io *io, size_t bytes)
{
	u64 *words = (u64 *)io->tuples;
	size_t i;

	for (i = 0; i < bytes / sizeof(*words); i++)
		words[i] = ~words[i];
}

static int read_tuples(const struct file_dev *fd, struct target_io *io,
		       size_t bytes)
{
	loff_t pos = place_of(fd, io->pos);
	size_t done = 0;
	ssize_t ret = 0;

	if (io->flags & TARGET_IO_MEDIUM)
		ret = fileio_medium_uncache(fd->protection, pos, bytes);
	if (ret)
		return ret;
	for (; done < bytes; done += ret) {
		ret = kernel_read(fd->protection, (u8 *)io->tuples + done,
				  bytes - done, &pos);
		if (ret < 0)
			return ret;
		if (!ret)
			break;
	}
	memset((u8 *)io->tuples + done, 0, bytes - done);
	invert(io, bytes);
	return 0;
}

static int write_tuples(const struct file_dev *fd, struct target_io *io,
			size_t bytes)
{
	loff_t pos = place_of(fd, io->pos);
	size_t done = 0;
	ssize_t ret = 0;

	invert(io, bytes);
	for (; done < bytes && ret >= 0; done += max_t(ssize_t, ret, 0)) {
		ret = kernel_write(fd->protection, (u8 *)io->tuples + done,
				   bytes - done, &pos);
		if (!ret)
			ret = -EIO;
	}
	invert(io, bytes);
	return ret < 0 ? ret : 0;
}

/* For a filesystem that cannot punch, as that of the data may */
static int write_holes(struct file *file, loff_t pos, size_t bytes)
{
	const void *zeros = page_address(ZERO_PAGE(0));
	ssize_t ret = 0;

	for (; bytes && ret >= 0; bytes -= max_t(ssize_t, ret, 0)) {
		ret = kernel_write(file, zeros, min(bytes, PAGE_SIZE), &pos);
		if (!ret)
			ret = -EIO;
	}
	return ret < 0 ? ret : 0;
}

/* The blocks from byte @pos of the medium on are not to be checked. */
static int erase_tuples(const struct file_dev *fd, u64 pos, size_t bytes)
{
	int ret = vfs_fallocate(fd->protection,
				FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				place_of(fd, pos), bytes);

	return ret == -EOPNOTSUPP ?
	       write_holes(fd->protection, place_of(fd, pos), bytes) : ret;
}

/**
 * fileio_protection_forget - a write has failed
 * @fd: open file with protection information
 * @io: the write
 * @done: bytes of it that the file has
 *
 * What the other blocks hold nobody knows, so they are not to be checked.  If that
 * cannot be kept either, they fail their check.
 *
 * Context: a worker.
 */
void fileio_protection_forget(const struct file_dev *fd,
			      const struct target_io *io, u64 done)
{
	u64 known = done >> fd->block_shift << fd->block_shift;

	erase_tuples(fd, io->pos + known,
		     ((io->len - known) >> fd->block_shift) *
		     sizeof(struct t10_pi_tuple));
}

/* The medium has become smaller: what comes there later has no tuples yet. */
static int follow_size(struct file_dev *fd)
{
	u64 bytes = fileio_medium_bytes(fd);
	loff_t end = place_of(fd, bytes);
	u64 covered = READ_ONCE(fd->covered);

	/* seldom: all CPUs read this line */
	if (bytes == covered)
		return 0;
	WRITE_ONCE(fd->covered, bytes);
	if (bytes > covered || i_size_read(file_inode(fd->protection)) <= end)
		return 0;
	return vfs_truncate(&fd->protection->f_path, end);
}

static int sync_tuples(const struct file_dev *fd, const struct target_io *io,
		       size_t bytes, bool sync)
{
	loff_t pos = place_of(fd, io->pos);

	return sync ? vfs_fsync_range(fd->protection, pos, pos + bytes - 1, 1) :
		      0;
}

/**
 * fileio_protection_io - what an I/O means for the tuples of its blocks
 * @fd: open file with protection information
 * @io: the I/O
 * @sync: what is written is to be durable
 *
 * Context: a worker.
 * Return: 0 or an errno
 */
int fileio_protection_io(struct file_dev *fd, struct target_io *io, bool sync)
{
	size_t bytes = (io->len >> fd->block_shift) *
		       sizeof(struct t10_pi_tuple);
	int ret = follow_size(fd);

	if (ret)
		return ret;
	switch ((enum target_io_op)io->op) {
	case TARGET_IO_READ:
		return io->tuples ? read_tuples(fd, io, bytes) : 0;
	case TARGET_IO_WRITE:
		ret = io->tuples ? write_tuples(fd, io, bytes) : 0;
		return ret ?: sync_tuples(fd, io, bytes, sync);
	case TARGET_IO_UNMAP:
		ret = erase_tuples(fd, io->pos, bytes);
		return ret ?: sync_tuples(fd, io, bytes, sync);
	case TARGET_IO_FLUSH:
		return fileio_medium_flush(fd, fd->protection,
					   &fd->protection_flushed, 0,
					   LLONG_MAX);
	default:
		return 0;
	}
}
