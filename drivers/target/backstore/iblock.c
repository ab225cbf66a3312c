// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block device backstore: an I/O becomes a bio.
 *
 * The bio and the page table of a small I/O live in the target_io.  A larger
 * one is a chain of bios from a pool, whose parent is the embedded bio, so
 * that nothing else has to count them.
 *
 * A device that has all the requests it can take, or that is frozen, makes who
 * submits wait, for as long as it does not answer.  That must not be a thread
 * that other logical units need, so an I/O is tried without waiting first, and
 * what would wait is left to a work item of the device: all of it, although
 * some of its bios may be under way, since it does no harm that they come twice.
 * A device that cannot be asked not to wait, as most of those that device mapper
 * makes, has everything from that work item.
 *
 * Protection information goes with each bio in one piece (iblock/integrity.c).
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/file.h>
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/workqueue.h>
#include <target/target_core_backend.h>
#include "iblock/drive.h"
#include "iblock/integrity.h"

/* A bio counts its bytes in 32 bits. */
#define IBLOCK_BIO_MAX		round_down(U32_MAX, PAGE_SIZE)
/* Bytes that 32-bit counts of 512-byte blocks and whole pages can name */
#define IBLOCK_IO_MAX	((u64)round_down(U32_MAX, PAGE_SECTORS) << SECTOR_SHIFT)

struct iblock_dev;

/**
 * struct iblock_io - target_io.private
 * @ib: device
 * @zeros: iblock_dev.work writes zeros, and waits for that
 * @bio: the I/O, or the parent of those that make it up
 * @later: in iblock_dev.later; there is no @bio then
 * @vecs: its pages
 */
struct iblock_io {
	struct iblock_dev	*ib;
	bool			zeros;
	union {
		struct bio		bio;
		struct llist_node	later;
	};
	struct bio_vec		vecs[];
};

#define IBLOCK_INLINE_VECS						\
	((sizeof_field(struct target_io, private) -			\
	  sizeof(struct iblock_io)) / sizeof(struct bio_vec))

static_assert(IBLOCK_INLINE_VECS >= 4);

/**
 * struct iblock_dev - an exported block device
 * @backend: the core's part
 * @path: where it is [O]
 * @readonly: do not write to it [O]
 * @force: open it although somebody else claims it [O]
 * @exclusive: claim it; see @exclusive_given [O]
 * @exclusive_given: @exclusive is an administrator's, not the default [O]
 * @claimed: it is ours alone [O]
 * @file: it, open; NULL before and after [O]
 * @bdev: what @file stands for [O]
 * @drive: what is behind it [O]
 * @integrity: what it has beside the data [O]
 * @crowded: some I/O waits for the device; more of it goes behind that [A]
 * @later: iblock_io.later: I/O for @work, newest first
 * @work: submits it, and waits as long as the device wants
 *
 * [O] constant while open, [A] one aligned byte.
 */
struct iblock_dev {
	struct target_backend	backend;
	char			path[512];
	bool			readonly;
	bool			force;
	bool			exclusive;
	bool			exclusive_given;
	bool			claimed;
	struct file		*file;
	struct block_device	*bdev;
	struct iblock_drive	drive;
	struct iblock_integrity	integrity;
	bool			crowded;
	struct llist_head	later;
	struct work_struct	work;
};

static struct bio_set iblock_bios;
static struct workqueue_struct *iblock_wq;

static void later_work(struct work_struct *work);

static struct iblock_dev *to_iblock(struct target_backend *backend)
{
	return container_of(backend, struct iblock_dev, backend);
}

static struct iblock_io *to_iblock_io(struct target_io *io)
{
	return (struct iblock_io *)io->private;
}

static struct target_io *to_io(struct iblock_io *priv)
{
	return container_of((void *)priv, struct target_io, private);
}

static const struct target_option options[] = {
	{
		.key = "udev_path", .kind = TARGET_OPTION_STRING,
		.offset = offsetof(struct iblock_dev, path),
		.size = sizeof_field(struct iblock_dev, path),
		.help = "path of the block device",
	}, {
		.key = "readonly", .kind = TARGET_OPTION_BOOL,
		.offset = offsetof(struct iblock_dev, readonly),
		.size = sizeof_field(struct iblock_dev, readonly),
		.help = "refuse writes",
	}, {
		.key = "force", .kind = TARGET_OPTION_BOOL,
		.offset = offsetof(struct iblock_dev, force),
		.size = sizeof_field(struct iblock_dev, force),
		.help = "open it even if something else on this machine claims it",
	}, {
		.key = "exclusive", .kind = TARGET_OPTION_BOOL,
		.offset = offsetof(struct iblock_dev, exclusive),
		.size = sizeof_field(struct iblock_dev, exclusive),
		.given = offsetof(struct iblock_dev, exclusive_given),
		.help = "claim it, so that nothing else can mount or export it (default 1)",
	},
	{}
};

/* ---------------------------------------------------------------- open -- */

/* A device that cannot be written to at all is exported read-only. */
static struct file *open_path(struct iblock_dev *ib, bool claim)
{
	const struct blk_holder_ops *ops;
	blk_mode_t mode = BLK_OPEN_READ;
	struct file *file;
	void *holder;

	holder = claim ? &ib->backend : NULL;
	ops = claim ? &target_backend_holder_ops : NULL;

	if (!ib->readonly) {
		file = bdev_file_open_by_path(ib->path, mode | BLK_OPEN_WRITE,
					      holder, ops);
		if (PTR_ERR_OR_ZERO(file) != -EACCES &&
		    PTR_ERR_OR_ZERO(file) != -EROFS)
			return file;
	}
	return bdev_file_open_by_path(ib->path, mode, holder, ops);
}

static struct file *open_device(struct iblock_dev *ib)
{
	struct file *file;

	ib->claimed = ib->exclusive || !ib->exclusive_given;
	file = open_path(ib, ib->claimed);
	if (PTR_ERR_OR_ZERO(file) != -EBUSY || !ib->claimed || !ib->force)
		return file;

	pr_warn("%s: %s is in use on this machine as well: both may write to it\n",
		ib->backend.name, ib->path);
	ib->claimed = false;
	return open_path(ib, false);
}

static const char *what_to_do(int err)
{
	switch (err) {
	case -EBUSY:
		return "it is mounted or claimed by something else: release it";
	case -ENOTBLK:
		return "it is no block device: use a fileio backstore for files";
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		return "there is no such device";
	default:
		return "see the errno";
	}
}

static int iblock_open(struct target_backend *backend)
{
	struct iblock_dev *ib = to_iblock(backend);
	struct file *file;
	int err;

	if (!ib->path[0]) {
		pr_err("%s: give the block device: udev_path=/dev/...\n",
		       backend->name);
		return -EINVAL;
	}
	file = open_device(ib);
	if (IS_ERR(file)) {
		pr_err("%s: cannot open %s: %s (%pe)\n", backend->name, ib->path,
		       what_to_do(PTR_ERR(file)), file);
		return PTR_ERR(file);
	}
	if (bdev_is_zoned(file_bdev(file))) {
		pr_err("%s: %s is zoned: only devices of any write order can be a disk\n",
		       backend->name, ib->path);
		bdev_fput(file);
		return -EOPNOTSUPP;
	}
	err = iblock_drive_read(&ib->drive, file_bdev(file));
	if (err) {
		bdev_fput(file);
		return err;
	}
	iblock_integrity_read(&ib->integrity, file_bdev(file));
	ib->bdev = file_bdev(file);
	ib->file = file;
	init_llist_head(&ib->later);
	INIT_WORK(&ib->work, later_work);
	return 0;
}

static void iblock_close(struct target_backend *backend)
{
	struct iblock_dev *ib = to_iblock(backend);

	/* its I/O has ended, but it may not have returned */
	flush_work(&ib->work);
	iblock_drive_forget(&ib->drive);
	bdev_fput(ib->file);
	/* whoever removed the backstore wants the device free now */
	flush_delayed_fput();
	ib->file = NULL;
	ib->bdev = NULL;
}

/* -------------------------------------------------------------- limits -- */

static u64 sectors_to_max(sector_t sectors)
{
	return min_t(u64, (u64)sectors << SECTOR_SHIFT, IBLOCK_BIO_MAX);
}

/*
 * What crosses a boundary of the device is not atomic: if there are any, an
 * atomic write starts where it cannot reach the next one.
 */
static void atomic_limits(struct block_device *bdev,
			  struct target_limits *limits)
{
	struct request_queue *q = bdev_get_queue(bdev);
	u32 max = queue_atomic_write_unit_max_bytes(q);

	if (!bdev_can_atomic_write(bdev))
		return;
	limits->atomic_max = min_t(u32, max, BIO_MAX_VECS << PAGE_SHIFT);
	limits->atomic_granularity = queue_atomic_write_unit_min_bytes(q);
	limits->atomic_alignment = queue_atomic_write_boundary_bytes(q) ?
				   max : limits->atomic_granularity;
}

static void iblock_limits(struct target_backend *backend,
			  struct target_limits *limits)
{
	struct iblock_dev *ib = to_iblock(backend);
	struct block_device *bdev = ib->bdev;

	*limits = (struct target_limits){
		.bytes = bdev_nr_bytes(bdev),
		.block_size = bdev_logical_block_size(bdev),
		.physical_block_size = bdev_physical_block_size(bdev),
		.alignment_offset = max(bdev_alignment_offset(bdev), 0),
		.io_min = bdev_io_min(bdev),
		.io_opt = bdev_io_opt(bdev),
		/* the block layer splits what is too long for the device */
		.io_max = IBLOCK_IO_MAX,
		.queue_depth = bdev_get_queue(bdev)->nr_requests,
		.unmap_max = sectors_to_max(bdev_max_discard_sectors(bdev)),
		.unmap_granularity = bdev_discard_granularity(bdev),
		.unmap_alignment = bdev_discard_alignment(bdev),
		.zero_max = sectors_to_max(bdev_write_zeroes_sectors(bdev)),
		.write_cache = bdev_write_cache(bdev),
		.write_cache_fixed = true,
		.nonrot = bdev_nonrot(bdev),
		.read_only = ib->readonly || bdev_read_only(bdev) ||
			     !(ib->file->f_mode & FMODE_WRITE),
		.rotation = ib->drive.rotation,
		.form_factor = ib->drive.form_factor,
		.protection = ib->integrity.type,
		.app_tags = ib->integrity.app_tags,
	};
	atomic_limits(bdev, limits);
}

static const struct target_access_range *
iblock_ranges(struct target_backend *backend, unsigned int *count)
{
	const struct iblock_drive *drive = &to_iblock(backend)->drive;

	*count = drive->nr_ranges;
	return drive->ranges;
}

/* ----------------------------------------------------------------- I/O -- */

static void do_later(struct target_io *io)
{
	struct iblock_io *priv = to_iblock_io(io);
	struct iblock_dev *ib = priv->ib;

	if (llist_add(&priv->later, &ib->later))
		queue_work(iblock_wq, &ib->work);
}

static void end(struct iblock_dev *ib, struct target_io *io, blk_status_t sts)
{
	if (unlikely(sts) && io->op == TARGET_IO_FLUSH)
		target_loss_note(&ib->backend, sts);
	target_io_done(io, sts);
}

static void end_io(struct bio *bio)
{
	struct target_io *io = bio->bi_private;
	struct iblock_io *priv = to_iblock_io(io);
	blk_status_t sts = bio->bi_status;
	bool would_wait = sts == BLK_STS_AGAIN && bio->bi_opf & REQ_NOWAIT;

	bio_uninit(bio);
	if (unlikely(would_wait))
		WRITE_ONCE(priv->ib->crowded, true);
	/* some find out that they cannot write zeros only when they are to */
	priv->zeros = sts == BLK_STS_NOTSUPP && io->op == TARGET_IO_ZERO;
	if (unlikely(would_wait || priv->zeros))
		do_later(io);
	else
		end(priv->ib, io, sts);
}

static blk_opf_t bio_opf(const struct target_io *io)
{
	blk_opf_t fua = io->flags & TARGET_IO_FUA ? REQ_FUA : 0;
	blk_opf_t atomic = io->flags & TARGET_IO_ATOMIC ? REQ_ATOMIC : 0;

	switch ((enum target_io_op)io->op) {
	case TARGET_IO_WRITE:
		return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE | fua | atomic;
	case TARGET_IO_FLUSH:
		return REQ_OP_WRITE | REQ_PREFLUSH;
	case TARGET_IO_UNMAP:
		return REQ_OP_DISCARD;
	case TARGET_IO_ZERO:
		return REQ_OP_WRITE_ZEROES |
		       (io->flags & TARGET_IO_MAY_UNMAP ? 0 : REQ_NOUNMAP);
	case TARGET_IO_READ:
	case TARGET_IO_PREFETCH:
	case TARGET_IO_EXTENT:
	case TARGET_IO_COPY:
	case TARGET_IO_OPS:
		break;
	}
	return REQ_OP_READ;
}

/**
 * struct iblock_data - data of an I/O that is in no bio yet
 * @sg: where it begins
 * @skip: bytes of that entry that are in a bio
 * @nents: entries, with that one
 * @bytes: length; the table may have more, which a command with a shorter last
 *	piece does not need
 */
struct iblock_data {
	struct scatterlist	*sg;
	unsigned int		skip;
	unsigned int		nents;
	u64			bytes;
};

static void consume(struct iblock_data *data, unsigned int bytes)
{
	data->bytes -= bytes;
	data->skip += bytes;
	if (data->skip < data->sg->length)
		return;
	data->skip = 0;
	data->nents--;
	data->sg = sg_next(data->sg);
}

/* Add data as far as the bio has entries, and @room bytes at most. */
static void fill_bio(struct bio *bio, struct iblock_data *data, u64 room)
{
	unsigned int part;

	while (data->nents && data->bytes && room) {
		part = min(data->sg->length - data->skip,
			   min(data->bytes, room));
		if (bio_add_page(bio, sg_page(data->sg), part,
				 data->sg->offset + data->skip) != part)
			return;
		room -= part;
		consume(data, part);
	}
}

/*
 * What the device takes at once.  The block layer would split what is longer,
 * but not without waiting.  What has too many segments is left to it: where an
 * entry ends need not be where a block does, and only there may one be cut.
 */
static u64 bio_room(const struct iblock_dev *ib, const struct target_io *io)
{
	if (io->flags & TARGET_IO_ATOMIC)
		return IBLOCK_BIO_MAX;
	return round_down(queue_max_bytes(bdev_get_queue(ib->bdev)),
			  bdev_logical_block_size(ib->bdev));
}

/* Less, if it is the tuples from there on that have no room. */
static u64 tuple_room(const struct iblock_dev *ib, const struct target_io *io,
		      sector_t sector, u64 room)
{
	if (likely(!io->tuples))
		return room;
	return min(room, iblock_integrity_room(&ib->integrity, io, sector));
}

/* Another time its tuples may be in one piece. */
static blk_status_t why_cut(const struct iblock_dev *ib,
			    const struct target_io *io)
{
	sector_t sector = io->pos >> SECTOR_SHIFT;

	return tuple_room(ib, io, sector, io->len) < io->len ?
	       BLK_STS_RESOURCE : BLK_STS_INVAL;
}

/* What a bio has before it is submitted: data, and what belongs to it */
static blk_status_t complete_bio(struct iblock_dev *ib, struct target_io *io,
				 struct bio *bio)
{
	/* none ends in a sector */
	if (!IS_ALIGNED(bio->bi_iter.bi_size, SECTOR_SIZE))
		return BLK_STS_INVAL;
	return likely(!io->tuples) ? BLK_STS_OK :
	       iblock_integrity_add(&ib->integrity, io, bio);
}

/*
 * Every bio is submitted before the next one is allocated, so that the pool
 * cannot run dry for good.  The parent carries no data and ends with the last
 * of its children.
 */
static void submit_chain(struct iblock_dev *ib, struct iblock_data *data,
			 struct bio *parent, u64 room)
{
	struct target_io *io = parent->bi_private;
	gfp_t gfp = parent->bi_opf & REQ_NOWAIT ? GFP_NOWAIT | __GFP_NOWARN :
						  GFP_NOIO;
	sector_t sector = parent->bi_iter.bi_sector;
	struct blk_plug plug;
	blk_status_t sts;
	struct bio *bio;

	blk_start_plug(&plug);
	while (data->nents && data->bytes) {
		bio = bio_alloc_bioset(ib->bdev, bio_max_segs(data->nents),
				       parent->bi_opf, gfp, &iblock_bios);
		if (!bio) {
			parent->bi_status = BLK_STS_AGAIN;
			break;
		}
		bio->bi_iter.bi_sector = sector;
		fill_bio(bio, data, tuple_room(ib, io, sector, room));
		/* more bios than one cannot be atomic */
		sts = data->bytes && parent->bi_opf & REQ_ATOMIC ?
		      why_cut(ib, io) : complete_bio(ib, io, bio);
		if (sts) {
			bio_put(bio);
			parent->bi_status = sts;
			break;
		}
		sector += bio_sectors(bio);
		bio_chain(bio, parent);
		submit_bio(bio);
	}
	blk_finish_plug(&plug);
	bio_endio(parent);
}

static void start(struct iblock_dev *ib, struct target_io *io, blk_opf_t nowait)
{
	struct iblock_data data = { .sg = io->sgl, .bytes = io->len,
				    .nents = io->sgl ? io->nents : 0 };
	struct iblock_io *priv = to_iblock_io(io);
	sector_t sector = io->pos >> SECTOR_SHIFT;
	u64 most = bio_room(ib, io);
	u64 room = tuple_room(ib, io, sector, most);
	struct bio *bio = &priv->bio;

	bio_init(bio, ib->bdev, priv->vecs, IBLOCK_INLINE_VECS,
		 bio_opf(io) | nowait);
	bio->bi_iter.bi_sector = sector;
	bio->bi_private = io;
	bio->bi_end_io = end_io;

	if (data.nents && (data.nents > IBLOCK_INLINE_VECS || io->len > room)) {
		submit_chain(ib, &data, bio, most);
		return;
	}
	if (data.nents)
		fill_bio(bio, &data, room);
	else if (io->op != TARGET_IO_FLUSH)
		bio->bi_iter.bi_size = io->len;
	if (unlikely(io->tuples))
		bio->bi_status = iblock_integrity_add(&ib->integrity, io, bio);
	if (unlikely(bio->bi_status))
		bio_endio(bio);
	else
		submit_bio(bio);
}

/* FUA is for data: zeros that nobody sends are durable after a flush. */
static bool is_durable_zero(const struct target_io *io)
{
	return io->op == TARGET_IO_ZERO && io->flags & TARGET_IO_FUA;
}

static void write_zeros(struct iblock_dev *ib, struct target_io *io)
{
	unsigned int flags = io->flags & TARGET_IO_MAY_UNMAP ?
			     0 : BLKDEV_ZERO_NOUNMAP;
	int ret = blkdev_issue_zeroout(ib->bdev, io->pos >> SECTOR_SHIFT,
				       io->len >> SECTOR_SHIFT, GFP_NOIO, flags);

	if (!ret && io->flags & TARGET_IO_FUA)
		ret = blkdev_issue_flush(ib->bdev);
	target_io_done(io, errno_to_blk_status(ret));
}

static void later_work(struct work_struct *work)
{
	struct iblock_dev *ib = container_of(work, struct iblock_dev, work);
	struct llist_node *batch = llist_del_all(&ib->later);
	struct iblock_io *priv, *next;
	struct blk_plug plug;

	blk_start_plug(&plug);
	llist_for_each_entry_safe(priv, next, llist_reverse_order(batch), later) {
		if (priv->zeros)
			write_zeros(ib, to_io(priv));
		else
			start(ib, to_io(priv), 0);
	}
	blk_finish_plug(&plug);
	/* what came meanwhile has queued the work item again */
	if (llist_empty(&ib->later))
		WRITE_ONCE(ib->crowded, false);
}

static void iblock_submit(struct target_backend *backend, struct target_io *io)
{
	struct iblock_dev *ib = to_iblock(backend);
	struct iblock_io *priv = to_iblock_io(io);

	priv->ib = ib;
	priv->zeros = is_durable_zero(io);
	if (unlikely(priv->zeros) || !bdev_nowait(ib->bdev) ||
	    unlikely(READ_ONCE(ib->crowded)))
		do_later(io);
	else
		start(ib, io, REQ_NOWAIT);
}

/* ---------------------------------------------------------------- show -- */

static ssize_t iblock_show(struct target_backend *backend, char *page,
			   size_t size)
{
	const struct iblock_dev *ib = to_iblock(backend);
	ssize_t len;

	if (!ib->bdev)
		return scnprintf(page, size,
				 "        iBlock device: none  UDEV PATH: %s  readonly: %d\n",
				 ib->path, ib->readonly);
	len = scnprintf(page, size,
			"        iBlock device: %pg  UDEV PATH: %s  readonly: %d\n",
			ib->bdev, ib->path, ib->readonly);
	len += scnprintf(page + len, size - len,
			 "        Major: %u Minor: %u  CLAIMED: %s\n",
			 MAJOR(ib->bdev->bd_dev), MINOR(ib->bdev->bd_dev),
			 ib->claimed ? "IBLOCK" : "NO");
	return len;
}

static struct block_device *iblock_pr_bdev(struct target_backend *backend)
{
	struct block_device *bdev = to_iblock(backend)->bdev;

	return bdev && bdev->bd_disk->fops->pr_ops ? bdev : NULL;
}

static const struct target_backend_ops iblock_ops = {
	.name		= "iblock",
	.inquiry_prod	= "IBLOCK",
	.inquiry_rev	= "4.0",
	.owner		= THIS_MODULE,
	.dev_size	= sizeof(struct iblock_dev),
	.options	= options,
	.open		= iblock_open,
	.close		= iblock_close,
	.limits		= iblock_limits,
	.submit		= iblock_submit,
	.pr_bdev	= iblock_pr_bdev,
	.ranges		= iblock_ranges,
	.show		= iblock_show,
};

static int __init iblock_init(void)
{
	int ret;

	/* one work item a device: those that do not answer leave room for others */
	iblock_wq = alloc_workqueue("target_iblock", WQ_MEM_RECLAIM | WQ_UNBOUND,
				    WQ_MAX_ACTIVE);
	if (!iblock_wq)
		return -ENOMEM;
	/* a rescuer, because submit() may run inside another submit_bio() */
	ret = bioset_init(&iblock_bios, BIO_POOL_SIZE, 0,
			  BIOSET_NEED_BVECS | BIOSET_NEED_RESCUER);
	if (ret)
		goto no_bios;
	ret = target_backend_register(&iblock_ops);
	if (!ret)
		return 0;
	bioset_exit(&iblock_bios);
no_bios:
	destroy_workqueue(iblock_wq);
	return ret;
}

static void __exit iblock_exit(void)
{
	target_backend_unregister(&iblock_ops);
	bioset_exit(&iblock_bios);
	destroy_workqueue(iblock_wq);
}

module_init(iblock_init);
module_exit(iblock_exit);

MODULE_DESCRIPTION("SCSI target: block device backstore");
MODULE_ALIAS("target-backstore-iblock");
MODULE_LICENSE("GPL");
