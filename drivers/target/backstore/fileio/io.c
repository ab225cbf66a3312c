// SPDX-License-Identifier: GPL-2.0-only
/*
 * File backstore: regular files, and block devices through the page cache.
 *
 * Nobody who submits an I/O waits for the file.  A read of what the page
 * cache holds ends at once, with the cache's own pages where the fabric can
 * send them; direct I/O and cached writes are tried without waiting; all the
 * rest is for a worker.
 *
 * The write cache is what fd_buffered_io says and nothing else: without it no
 * write ends before it is durable.
 */
#include <linux/blkdev.h>
#include <linux/fadvise.h>
#include <linux/fs.h>
#include <linux/falloc.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/scatterlist.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/workqueue.h>
#include "fileio.h"

#define FILEIO_ZERO_VECS	32

/* As many as target_io.private has room for, with lockdep too */
#define FILEIO_INLINE_VECS	8

/**
 * struct file_io - target_io.private
 * @iocb: what the filesystem sees
 * @work: for a worker
 * @fd: file
 * @vecs: the pages of the scatterlist: @few or allocated, NULL for none
 * @done: bytes that were transferred
 * @turns: the end of a transfer, and the return of what began it
 * @result: of that end
 * @failed: an errno: it ends with that, and a worker sees to its tuples first
 * @few: page table of a small I/O
 * @from: where a copy is from
 * @from_pos: first byte there
 */
struct file_io {
	struct kiocb		iocb;
	struct work_struct	work;
	struct file_dev		*fd;
	struct bio_vec		*vecs;
	u64			done;
	atomic_t		turns;
	int			result;
	int			failed;
	union {
		struct bio_vec		few[FILEIO_INLINE_VECS];
		struct {
			struct file_dev	*from;
			u64		from_pos;
		};
	};
};

static_assert(sizeof(struct file_io) <= sizeof_field(struct target_io, private));

/* Longest transfer that this CPU is kept busy with */
#define NEAR_MAX	SZ_64K

static struct file_io *to_file_io(struct target_io *io)
{
	return (struct file_io *)io->private;
}

static struct target_io *to_io(struct file_io *fio)
{
	return container_of((void *)fio, struct target_io, private);
}

static const struct target_option options[] = {
	{
		.key = "fd_dev_name", .kind = TARGET_OPTION_STRING,
		.offset = offsetof(struct file_dev, path),
		.size = sizeof_field(struct file_dev, path),
		.help = "path of the file or block device",
	}, {
		.key = "fd_dev_size", .kind = TARGET_OPTION_U64,
		.offset = offsetof(struct file_dev, size),
		.size = sizeof_field(struct file_dev, size),
		.help = "size in bytes; a smaller file grows, a missing one is made",
	}, {
		.key = "fd_buffered_io", .kind = TARGET_OPTION_BOOL,
		.offset = offsetof(struct file_dev, buffered),
		.size = sizeof_field(struct file_dev, buffered),
		.help = "have a volatile write cache, and say so",
	}, {
		.key = "fd_async_io", .kind = TARGET_OPTION_BOOL,
		.offset = offsetof(struct file_dev, direct),
		.size = sizeof_field(struct file_dev, direct),
		.help = "use O_DIRECT, asynchronously",
	},
	{}
};

/* ----------------------------------------------------- ends of an I/O --- */

static void put_lent(struct target_io *io)
{
	struct scatterlist *sg = io->sgl;

	for (; io->nents; sg = sg_next(sg), io->nents--)
		put_page(sg_page(sg));
	io->flags &= ~TARGET_IO_PUT_PAGES;
}

static void end(struct target_io *io, int err)
{
	struct file_io *fio = to_file_io(io);

	if (fio->vecs != fio->few)
		kvfree(fio->vecs);
	if (err && io->flags & TARGET_IO_PUT_PAGES)
		put_lent(io);
	target_io_done(io, errno_to_blk_status(err == -EDQUOT ? -ENOSPC : err));
}

/* --------------------------------------------------------- page tables -- */

/* A read that lends, of something that the cache does not have */
static int alloc_lent(struct target_io *io)
{
	struct scatterlist *sg = io->sgl;
	u64 left = io->len, part;
	struct page *page;

	for (io->nents = 0; left; left -= part, io->nents++) {
		page = alloc_page(GFP_NOIO);
		if (!page) {
			put_lent(io);
			return -ENOMEM;
		}
		part = min_t(u64, left, PAGE_SIZE);
		if (io->nents)
			sg = sg_next(sg);
		sg_set_page(sg, page, part, 0);
	}
	io->flags |= TARGET_IO_PUT_PAGES;
	return 0;
}

static int fill_vecs(struct target_io *io)
{
	struct file_io *fio = to_file_io(io);
	struct scatterlist *sg = io->sgl;
	unsigned int i;

	fio->vecs = fio->few;
	if (io->nents > FILEIO_INLINE_VECS) {
		fio->vecs = kvmalloc_array(io->nents, sizeof(*fio->vecs),
					   GFP_NOIO);
		if (!fio->vecs)
			return -ENOMEM;
	}
	for (i = 0; i < io->nents; i++, sg = sg_next(sg))
		bvec_set_page(&fio->vecs[i], sg_page(sg), sg->length,
			      sg->offset);
	return 0;
}

static void set_iter(struct target_io *io, struct iov_iter *iter)
{
	struct file_io *fio = to_file_io(io);

	iov_iter_bvec(iter, io->op == TARGET_IO_WRITE ? ITER_SOURCE : ITER_DEST,
		      fio->vecs, io->nents, io->len);
	iov_iter_advance(iter, fio->done);
}

/* -------------------------------------------------------- read, write --- */

static bool is_sync(const struct target_io *io, const struct file_dev *fd)
{
	return !fd->buffered || io->flags & TARGET_IO_FUA;
}

/*
 * A short transfer stays on this CPU, whose worker does it next without a
 * switch of threads; a long one may be copied by another CPU meanwhile.
 */
static void queue(struct target_io *io)
{
	struct file_io *fio = to_file_io(io);

	queue_work(io->len <= NEAR_MAX ? fio->fd->near : fio->fd->far,
		   &fio->work);
}

/* A read past the page cache of a file that does have one */
static bool bypasses(const struct target_io *io, const struct file_dev *fd)
{
	return io->flags & TARGET_IO_MEDIUM && file_dev_bypasses(fd);
}

/* Blocks that were not written have the tuples of those that should have been. */
static void fail(struct target_io *io, int err)
{
	if (io->op != TARGET_IO_WRITE || !io->tuples) {
		end(io, err);
		return;
	}
	to_file_io(io)->failed = err;
	queue(io);
}

/*
 * Did the try without waiting fail because of what it was, or of whose process it
 * was, which may be that of an initiator on this machine?  One that is being killed
 * gets EINTR, one that a security module confines EACCES.  A worker is neither.
 */
static bool is_no_verdict(long ret)
{
	return ret == -EAGAIN || ret == -EOPNOTSUPP || ret == -EINTR ||
	       ret == -EACCES || ret == -EPERM;
}

/* A part, all, or none of the I/O was done. */
static void rw_end(struct kiocb *iocb, long ret)
{
	struct file_io *fio = container_of(iocb, struct file_io, iocb);
	struct target_io *io = to_io(fio);

	/* its blocks are shorter than those that the filesystem can do so */
	if (ret == -EINVAL && !fio->fd->direct && iocb->ki_flags & IOCB_DIRECT) {
		WRITE_ONCE(fio->fd->no_bypass, true);
		queue(io);
		return;
	}
	if (iocb->ki_flags & IOCB_WRITE)
		kiocb_end_write(iocb);

	if (iocb->ki_flags & IOCB_NOWAIT && is_no_verdict(ret)) {
		if (ret == -EOPNOTSUPP)
			WRITE_ONCE(fio->fd->may_wait, true);
		queue(io);
		return;
	}
	if (ret <= 0) {
		/* nothing to read: somebody made the file shorter */
		fail(io, ret ?: -EIO);
		return;
	}
	fio->done += ret;
	if (fio->done < io->len)
		queue(io);
	else
		end(io, 0);
}

/*
 * The filesystem may look at the iocb until it returns, later than this: who
 * comes second goes on.
 */
static void rw_async(struct kiocb *iocb, long ret)
{
	struct file_io *fio = container_of(iocb, struct file_io, iocb);

	fio->result = ret;
	if (atomic_dec_and_test(&fio->turns))
		rw_end(iocb, ret);
}

/* False if the filesystem is frozen and we may not wait. */
static bool start_write(struct kiocb *iocb)
{
	struct super_block *sb = file_inode(iocb->ki_filp)->i_sb;

	if (!(iocb->ki_flags & IOCB_NOWAIT)) {
		kiocb_start_write(iocb);
		return true;
	}
	if (!sb_start_write_trylock(sb))
		return false;
	/* rw_end() may run elsewhere: lockdep must not miss it here */
	__sb_writers_release(sb, SB_FREEZE_WRITE);
	return true;
}

static void rw(struct target_io *io, int flags)
{
	struct file_io *fio = to_file_io(io);
	struct file_dev *fd = fio->fd;
	struct kiocb *iocb = &fio->iocb;
	struct iov_iter iter;
	ssize_t ret;

	if (fd->direct || bypasses(io, fd))
		flags |= IOCB_DIRECT;
	if (io->op == TARGET_IO_WRITE)
		flags |= IOCB_WRITE | (is_sync(io, fd) ? IOCB_DSYNC : 0);
	*iocb = (struct kiocb){
		.ki_filp = fd->file,
		.ki_pos = io->pos + fio->done,
		.ki_flags = fd->file->f_iocb_flags | flags,
		.ki_complete = rw_async,
	};
	atomic_set(&fio->turns, 2);
	set_iter(io, &iter);

	if (io->op == TARGET_IO_READ) {
		ret = vfs_iocb_iter_read(fd->file, iocb, &iter);
	} else if (start_write(iocb)) {
		ret = fd->file->f_op->write_iter(iocb, &iter);
	} else {
		queue(io);
		return;
	}
	if (ret != -EIOCBQUEUED)
		rw_end(iocb, ret);
	else if (atomic_dec_and_test(&fio->turns))
		rw_end(iocb, fio->result);
}

/*
 * Whether to enter the filesystem right here.  Not for what is bound to wait;
 * and not for an initiator on this machine (loopback) that is in the middle
 * of a transaction of its own filesystem, or of submit_bio(), or whose limit for
 * files would count.
 */
static bool may_try(const struct target_io *io, const struct file_dev *fd)
{
	if (!(fd->file->f_mode & FMODE_NOWAIT) || READ_ONCE(fd->may_wait) ||
	    current->journal_info || current->bio_list ||
	    rlimit(RLIMIT_FSIZE) != RLIM_INFINITY)
		return false;
	return fd->direct || (io->op == TARGET_IO_WRITE && !is_sync(io, fd));
}

static bool read_at_once(struct target_io *io)
{
	struct iov_iter iter;

	if (io->flags & TARGET_IO_LEND) {
		io->nents = 0;
		if (fileio_cache_read(to_file_io(io)->fd, io, NULL)) {
			io->flags |= TARGET_IO_PUT_PAGES;
			return true;
		}
		put_lent(io);
		return false;
	}
	if (fill_vecs(io))
		return false;
	set_iter(io, &iter);
	return fileio_cache_read(to_file_io(io)->fd, io, &iter);
}

static void submit_rw(struct target_io *io)
{
	struct file_io *fio = to_file_io(io);
	int ret = 0;

	if (io->op == TARGET_IO_READ && !(io->flags & TARGET_IO_MEDIUM) &&
	    !io->tuples && fio->fd->peek && read_at_once(io)) {
		end(io, 0);
		return;
	}
	if (io->flags & TARGET_IO_LEND)
		ret = alloc_lent(io);
	if (!ret && !fio->vecs)
		ret = fill_vecs(io);
	if (ret)
		end(io, ret);
	else if (!io->tuples && may_try(io, fio->fd))
		rw(io, IOCB_NOWAIT);
	else
		queue(io);
}

/* -------------------------------------------------------- other work ---- */

static int sync_range(const struct file_dev *fd, u64 pos, u64 len)
{
	return vfs_fsync_range(fd->file, pos,
			       len ? pos + len - 1 : LLONG_MAX, 1);
}

/* What has ended well is durable too, if it has to be. */
static int settle(const struct target_io *io, const struct file_dev *fd, int ret)
{
	return ret ?: is_sync(io, fd) ? sync_range(fd, io->pos, io->len) : 0;
}

static int flush(const struct target_io *io, struct file_dev *fd)
{
	return fileio_medium_flush(fd, fd->file, &fd->flushed, io->pos,
				   io->len ? io->pos + io->len - 1 : LLONG_MAX);
}

static int write_zeros(struct file_dev *fd, loff_t pos, u64 len)
{
	struct bio_vec vecs[FILEIO_ZERO_VECS];
	loff_t end = pos + len;
	struct iov_iter iter;
	ssize_t ret;
	unsigned int i;

	for (i = 0; i < FILEIO_ZERO_VECS; i++)
		bvec_set_page(&vecs[i], ZERO_PAGE(0), PAGE_SIZE, 0);
	while (pos < end) {
		iov_iter_bvec(&iter, ITER_SOURCE, vecs, FILEIO_ZERO_VECS,
			      min_t(u64, FILEIO_ZERO_VECS * PAGE_SIZE, end - pos));
		ret = vfs_iter_write(fd->file, &iter, &pos, 0);
		if (ret <= 0)
			return ret ?: -EIO;
	}
	return 0;
}

static int unmap(struct target_io *io, struct file_dev *fd)
{
	int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;

	return settle(io, fd, vfs_fallocate(fd->file, mode, io->pos, io->len));
}

static int zero(struct target_io *io, struct file_dev *fd)
{
	int ret;

	if (fd->punch && io->flags & TARGET_IO_MAY_UNMAP)
		return unmap(io, fd);
	ret = vfs_fallocate(fd->file,
			    FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
			    io->pos, io->len);
	if (ret == -EOPNOTSUPP)
		ret = write_zeros(fd, io->pos, io->len);
	return settle(io, fd, ret);
}

/* Advice: whether it is taken is nobody's business. */
static void read_ahead(struct target_io *io, struct file_dev *fd)
{
	vfs_fadvise(fd->file, io->pos, io->len, POSIX_FADV_WILLNEED);
}

/*
 * Nobody else uses the position of this file.  A block device says that all of
 * it is data, whatever was discarded: then nothing is known.
 */
static int extent(struct target_io *io, struct file_dev *fd)
{
	loff_t end = io->pos + io->len, next;

	if (fd->is_bdev)
		return -EOPNOTSUPP;
	next = vfs_llseek(fd->file, io->pos, SEEK_DATA);
	if (next < 0 && next != -ENXIO)
		return next;
	if (next == -ENXIO || next > io->pos) {
		io->flags |= TARGET_IO_HOLE;
		if (next < 0)
			next = end;
	} else {
		next = vfs_llseek(fd->file, io->pos, SEEK_HOLE);
		if (next < 0)
			return next;
	}
	io->len = min(next, end) - io->pos;
	return 0;
}

static int copy(struct target_io *io, struct file_dev *fd)
{
	struct file_io *fio = to_file_io(io);
	struct fileio_copy what = {
		.from = fio->from, .to = fd,
		.from_pos = fio->from_pos, .to_pos = io->pos, .len = io->len,
	};

	return settle(io, fd, fileio_copy_range(&what));
}

static void run_read(struct target_io *io, struct file_dev *fd)
{
	int ret = 0;

	if (io->flags & TARGET_IO_MEDIUM && !fd->direct)
		ret = fileio_medium_uncache(fd->file, io->pos, io->len);
	if (ret)
		end(io, ret);
	else
		rw(io, 0);
}

/* Once an I/O, before its data.  False if that was its end. */
static bool protect(struct target_io *io, struct file_dev *fd)
{
	struct file_io *fio = to_file_io(io);

	if (likely(!fd->protection) || (fio->done && !fio->failed))
		return true;
	if (!fio->failed)
		fio->failed = fileio_protection_io(fd, io, is_sync(io, fd));
	if (!fio->failed)
		return true;
	if (io->op == TARGET_IO_WRITE)
		fileio_protection_forget(fd, io, fio->done);
	end(io, fio->failed);
	return false;
}

static void run(struct target_io *io)
{
	struct file_dev *fd = to_file_io(io)->fd;

	if (!protect(io, fd))
		return;
	switch ((enum target_io_op)io->op) {
	case TARGET_IO_READ:
		run_read(io, fd);
		break;
	case TARGET_IO_WRITE:
		rw(io, 0);
		break;
	case TARGET_IO_FLUSH:
		end(io, flush(io, fd));
		break;
	case TARGET_IO_UNMAP:
		end(io, unmap(io, fd));
		break;
	case TARGET_IO_ZERO:
		end(io, zero(io, fd));
		break;
	case TARGET_IO_PREFETCH:
		read_ahead(io, fd);
		end(io, 0);
		break;
	case TARGET_IO_EXTENT:
		end(io, extent(io, fd));
		break;
	case TARGET_IO_COPY:
		end(io, copy(io, fd));
		break;
	case TARGET_IO_OPS:
		break;
	}
}

/*
 * The initiator may be this machine, reclaiming memory: do not wait for what
 * it writes here, and be throttled by this file's own dirty pages only.
 */
static void file_work(struct work_struct *work)
{
	struct file_io *fio = container_of(work, struct file_io, work);
	unsigned int noio = memalloc_noio_save();
	unsigned int throttle = current->flags & PF_LOCAL_THROTTLE;

	current->flags |= PF_LOCAL_THROTTLE;
	run(to_io(fio));
	if (!throttle)
		current->flags &= ~PF_LOCAL_THROTTLE;
	memalloc_noio_restore(noio);
}

static void prepare(struct target_io *io, struct file_dev *fd)
{
	struct file_io *fio = to_file_io(io);

	fio->fd = fd;
	fio->vecs = NULL;
	fio->done = 0;
	fio->failed = 0;
	INIT_WORK(&fio->work, file_work);
}

static void file_copy(struct target_backend *backend, struct target_io *io,
		      struct target_backend *from, u64 pos)
{
	prepare(io, to_file_dev(backend));
	to_file_io(io)->from = to_file_dev(from);
	to_file_io(io)->from_pos = pos;
	queue(io);
}

static void file_submit(struct target_backend *backend, struct target_io *io)
{
	struct file_dev *fd = to_file_dev(backend);

	prepare(io, fd);
	if (io->op == TARGET_IO_READ || io->op == TARGET_IO_WRITE)
		submit_rw(io);
	else if (io->op == TARGET_IO_FLUSH && !fd->buffered)
		end(io, 0);
	else
		queue(io);
}

/* ------------------------------------------------------- open, close ---- */

static void destroy_queues(struct file_dev *fd)
{
	if (fd->near)
		destroy_workqueue(fd->near);
	if (fd->far)
		destroy_workqueue(fd->far);
	fd->near = NULL;
	fd->far = NULL;
}

/*
 * A queue has a limit to those that wait at a time.  A file that does not answer
 * reaches it, since initiators try again: so each has queues of its own.
 */
static int make_queues(struct file_dev *fd)
{
	const char *name = fd->backend.name;

	fd->near = alloc_workqueue("target_file/%.16s", WQ_MEM_RECLAIM,
				   WQ_MAX_ACTIVE, name);
	fd->far = alloc_workqueue("target_far/%.16s", WQ_MEM_RECLAIM | WQ_UNBOUND,
				  WQ_MAX_ACTIVE, name);
	if (fd->near && fd->far)
		return 0;
	destroy_queues(fd);
	pr_err("%s: no memory for workers\n", name);
	return -ENOMEM;
}

static int file_open(struct target_backend *backend)
{
	struct file_dev *fd = to_file_dev(backend);
	int ret = make_queues(fd);

	if (ret)
		return ret;
	ret = fileio_medium_open(backend);
	if (ret)
		destroy_queues(fd);
	return ret;
}

static void file_close(struct target_backend *backend)
{
	struct file_dev *fd = to_file_dev(backend);

	/* its I/O has ended, but it may not have returned */
	destroy_queues(fd);
	fileio_protection_close(fd);
	fileio_medium_close(backend);
}

/* ---------------------------------------------------------------- show -- */

static ssize_t file_show(struct target_backend *backend, char *page,
			 size_t size)
{
	const struct file_dev *fd = to_file_dev(backend);

	return scnprintf(page, size,
			 "        TCM FILEIO ID: 0        File: %s  Size: %llu  Mode: %s Async: %d\n",
			 fd->path, fd->file ? fileio_medium_bytes(fd) : fd->size,
			 fd->buffered ? "Buffered-WCE" : "O_DSYNC", fd->direct);
}

static const struct target_backend_ops file_ops = {
	.name		= "fileio",
	.inquiry_prod	= "FILEIO",
	.inquiry_rev	= "4.0",
	.owner		= THIS_MODULE,
	.dev_size	= sizeof(struct file_dev),
	.lends		= true,
	.prefetches	= true,
	.maps		= true,
	.options	= options,
	.open		= file_open,
	.close		= file_close,
	.limits		= fileio_medium_limits,
	.usage		= fileio_medium_usage,
	.submit		= file_submit,
	.copy		= file_copy,
	.protect	= fileio_protection_set,
	.show		= file_show,
};

static int __init file_init(void)
{
	return target_backend_register(&file_ops);
}

static void __exit file_exit(void)
{
	target_backend_unregister(&file_ops);
}

module_init(file_init);
module_exit(file_exit);

MODULE_DESCRIPTION("SCSI target: file backstore");
MODULE_ALIAS("target-backstore-fileio");
MODULE_LICENSE("GPL");
