/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * File backstore: what its two halves share.
 */
#ifndef TARGET_BACKSTORE_FILEIO_H
#define TARGET_BACKSTORE_FILEIO_H

#include <linux/errseq.h>
#include <linux/fs.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>
#include <target/target_core_backend.h>

/* The page table of an I/O has to be allocated in one piece. */
#define FILEIO_IO_MAX		SZ_8M
#define FILEIO_UNMAP_MAX	SZ_1G
/* Where the filesystem cannot do it, zeros are written while somebody waits. */
#define FILEIO_ZERO_MAX		SZ_32M
/* A filesystem locks both files for as long as it copies. */
#define FILEIO_COPY_MAX		SZ_16M

/**
 * struct file_dev - an exported file
 * @backend: the core's part
 * @path: where it is [O]
 * @size: bytes, 0 to take what the file has [O]
 * @buffered: a write may end in the page cache [O]
 * @direct: go round the page cache [O]
 * @near: its workers, on the CPU that has the data [O]
 * @far: its workers on any CPU [O]
 * @file: it, open [O]
 * @is_bdev: it is a block device [O]
 * @copies: its filesystem may be able to copy, or to share blocks [O]
 * @peek: the page cache has what the file has [O]
 * @punch: ranges can be deallocated [O]
 * @flushed: errors of its page cache that a flush has reported
 *	[L file->f_lock]
 * @protection: its protection information, NULL for none [P]
 * @protection_flushed: @flushed of that file [L protection->f_lock]
 * @block_shift: log2 of the bytes of a block with some [P]
 * @covered: bytes of the medium when it was last looked at for that [A]
 * @may_wait: its filesystem has no such thing as I/O that never waits [A]
 * @no_bypass: nor, always, as a read past the page cache [A]
 *
 * [O] constant while open, [P] while there is I/O, [A] one aligned word.
 */
struct file_dev {
	struct target_backend	backend;
	char			path[512];
	u64			size;
	bool			buffered;
	bool			direct;
	struct workqueue_struct	*near;
	struct workqueue_struct	*far;
	struct file		*file;
	bool			is_bdev;
	bool			copies;
	bool			peek;
	bool			punch;
	bool			may_wait;
	bool			no_bypass;
	struct file		*protection;
	unsigned int		block_shift;
	u64			covered;
	errseq_t		flushed;
	errseq_t		protection_flushed;
};

static inline struct file_dev *to_file_dev(struct target_backend *backend)
{
	return container_of(backend, struct file_dev, backend);
}

/**
 * struct fileio_copy - a range that the filesystem is to copy
 * @from: source
 * @to: destination; may be @from
 * @from_pos: first byte of the source
 * @to_pos: first byte of the destination
 * @len: bytes
 */
struct fileio_copy {
	struct file_dev	*from;
	struct file_dev	*to;
	u64		from_pos;
	u64		to_pos;
	u64		len;
};

/* copy.c: copies without buffers */
bool fileio_copy_can(const struct file_dev *fd);
int fileio_copy_range(const struct fileio_copy *copy);

/* Does a read of the medium go past the page cache of a buffered file? */
static inline bool file_dev_bypasses(const struct file_dev *fd)
{
	return fd->file->f_mode & FMODE_CAN_ODIRECT &&
	       !READ_ONCE(fd->no_bypass);
}

/* medium.c: the file itself */
int fileio_medium_open(struct target_backend *backend);
void fileio_medium_close(struct target_backend *backend);
void fileio_medium_limits(struct target_backend *backend,
			  struct target_limits *limits);
int fileio_medium_usage(struct target_backend *backend, u64 *used,
			u64 *available);
int fileio_medium_flush(struct file_dev *fd, struct file *file,
			errseq_t *flushed, loff_t pos, loff_t last);
int fileio_medium_uncache(struct file *file, u64 pos, u64 len);
u64 fileio_medium_bytes(const struct file_dev *fd);

/* protection.c: tuples in a file beside it */
int fileio_protection_set(struct target_backend *backend, u8 type, u32 block,
			  bool fresh);
void fileio_protection_close(struct file_dev *fd);
int fileio_protection_io(struct file_dev *fd, struct target_io *io, bool sync);
void fileio_protection_forget(const struct file_dev *fd,
			      const struct target_io *io, u64 done);

/* cache.c: without waiting */
struct iov_iter;

bool fileio_cache_read(const struct file_dev *fd, struct target_io *io,
		       struct iov_iter *iter);

#endif /* TARGET_BACKSTORE_FILEIO_H */
