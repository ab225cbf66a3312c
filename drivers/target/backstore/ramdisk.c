// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ramdisk backstore: a medium of pages, or of nothing at all for benchmarks.
 *
 * A read lends the pages themselves where the fabric can send them.  Nothing
 * here waits: an I/O has ended when submit() returns.
 */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/t10-pi.h>
#include <linux/vmalloc.h>
#include <target/target_core_backend.h>

/* Larger runs of pages make fewer scatterlist entries of a lent read. */
#define RD_RUN_ORDER		PMD_ORDER
/* What a nullio read lends, again and again */
#define RD_ZERO_ORDER		4
/* Clearing is done with the caller waiting, so it has a limit. */
#define RD_CLEAR_MAX		SZ_4M
/* Others wait for an atomic write; nothing of it outlives a loss of power. */
#define RD_ATOMIC_MAX		SZ_1M
/* Bytes that 32-bit counts of 512-byte blocks and whole pages can name */
#define RD_IO_MAX		((u64)round_down(U32_MAX, PAGE_SECTORS) << SECTOR_SHIFT)

/**
 * struct rd_dev - a ramdisk
 * @backend: the core's part
 * @pages: size of the medium [O]
 * @pages_given: @pages is an administrator's [O]
 * @nullio: writes go nowhere, reads are zeros; no memory is used [O]
 * @dummy: the same, for a logical unit that is there to be seen only [O]
 * @page: every page of the medium, NULL with @nullio or @dummy [O]
 * @runs: contiguous pieces that @page consists of [O]
 * @zeros: 1 << @zero_order pages of zeros, NULL without @nullio or @dummy [O]
 * @zero_order: see there [O]
 * @tuples: protection information of each block, NULL for none [P]
 * @block_shift: log2 of the bytes of such a block [P]
 * @type: its type [P]
 *
 * [O] constant while open, [P] while there is I/O.  The pages themselves have no
 * lock: SCSI leaves the outcome of overlapping commands open (SBC-4 4.28).
 */
struct rd_dev {
	struct target_backend	backend;
	u32			pages;
	bool			pages_given;
	bool			nullio;
	bool			dummy;
	struct page		**page;
	unsigned int		runs;
	struct page		*zeros;
	unsigned int		zero_order;
	struct t10_pi_tuple	*tuples;
	unsigned int		block_shift;
	u8			type;
};

static struct rd_dev *to_rd(struct target_backend *backend)
{
	return container_of(backend, struct rd_dev, backend);
}

static bool stores(const struct rd_dev *rd)
{
	return !rd->nullio && !rd->dummy;
}

static const struct target_option options[] = {
	{
		.key = "rd_pages", .kind = TARGET_OPTION_U32,
		.offset = offsetof(struct rd_dev, pages),
		.size = sizeof_field(struct rd_dev, pages),
		.given = offsetof(struct rd_dev, pages_given),
		.help = "size in pages of memory",
	}, {
		.key = "rd_nullio", .kind = TARGET_OPTION_BOOL,
		.offset = offsetof(struct rd_dev, nullio),
		.size = sizeof_field(struct rd_dev, nullio),
		.help = "keep no data: writes go nowhere, reads are zeros",
	}, {
		.key = "rd_dummy", .kind = TARGET_OPTION_BOOL,
		.offset = offsetof(struct rd_dev, dummy),
		.size = sizeof_field(struct rd_dev, dummy),
		.help = "keep no data, for a logical unit that only has to be there",
	},
	{}
};

/* -------------------------------------------------------------- memory -- */

static void free_runs(struct rd_dev *rd)
{
	u32 i, run;

	/* a fabric may still be sending a page: drop our reference only */
	for (i = 0; i < rd->pages && rd->page[i]; i += run) {
		/* behind put_page() nothing of a run may be looked at */
		run = compound_nr(rd->page[i]);
		put_page(rd->page[i]);
		cond_resched();
	}
	kvfree(rd->page);
	rd->page = NULL;
	rd->runs = 0;
}

static struct page *alloc_run(unsigned int *order)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN;
	struct page *page;

	for (; *order; (*order)--) {
		page = alloc_pages(gfp | __GFP_COMP | __GFP_NORETRY, *order);
		if (page)
			return page;
	}
	/* fail, rather than have the OOM killer make room for a disk */
	return alloc_page(gfp | __GFP_RETRY_MAYFAIL);
}

static int alloc_runs(struct rd_dev *rd)
{
	unsigned int order = RD_RUN_ORDER;
	struct page *run;
	u32 i, done = 0;

	rd->page = kvcalloc(rd->pages, sizeof(*rd->page), GFP_KERNEL);
	if (!rd->page)
		return -ENOMEM;

	while (done < rd->pages) {
		order = min_t(unsigned int, order, ilog2(rd->pages - done));
		run = alloc_run(&order);
		if (!run) {
			free_runs(rd);
			return -ENOMEM;
		}
		for (i = 0; i < 1U << order; i++)
			rd->page[done++] = run + i;
		rd->runs++;
		if (fatal_signal_pending(current)) {
			free_runs(rd);
			return -EINTR;
		}
		cond_resched();
	}
	return 0;
}

static int alloc_zeros(struct rd_dev *rd)
{
	rd->zero_order = RD_ZERO_ORDER;
	rd->zeros = alloc_run(&rd->zero_order);
	return rd->zeros ? 0 : -ENOMEM;
}

static int rd_open(struct target_backend *backend)
{
	struct rd_dev *rd = to_rd(backend);
	int ret;

	if (!rd->pages_given || !rd->pages) {
		pr_err("%s: give the size of the ramdisk: rd_pages=N\n",
		       backend->name);
		return -EINVAL;
	}
	if (stores(rd) && rd->pages > totalram_pages()) {
		pr_err("%s: rd_pages=%u is more memory than there is (%lu pages)\n",
		       backend->name, rd->pages, totalram_pages());
		return -ENOMEM;
	}
	ret = stores(rd) ? alloc_runs(rd) : alloc_zeros(rd);
	if (ret)
		pr_err("%s: no memory for %u pages; choose a smaller rd_pages\n",
		       backend->name, rd->pages);
	return ret;
}

/* --------------------------------------------- protection information -- */

static size_t tuples_bytes(const struct rd_dev *rd)
{
	u64 blocks = (u64)rd->pages << PAGE_SHIFT >> rd->block_shift;

	return array_size(blocks, sizeof(*rd->tuples));
}

static void free_tuples(struct rd_dev *rd)
{
	vfree(rd->tuples);
	rd->tuples = NULL;
	rd->type = 0;
}

static bool make_tuples(struct rd_dev *rd, u32 block)
{
	rd->block_shift = ilog2(block);
	rd->tuples = __vmalloc(tuples_bytes(rd), GFP_KERNEL | __GFP_NOWARN |
						 __GFP_RETRY_MAYFAIL);
	return rd->tuples;
}

static int rd_protect(struct target_backend *backend, u8 type, u32 block,
		      bool fresh)
{
	struct rd_dev *rd = to_rd(backend);

	if (type && !stores(rd)) {
		pr_err("%s: a ramdisk that keeps no data keeps no protection information\n",
		       backend->name);
		return -EOPNOTSUPP;
	}
	if (!fresh && rd->type == type)
		return 0;
	if (!type) {
		free_tuples(rd);
		return 0;
	}
	/* a block keeps its length as long as there is a type */
	if (!rd->tuples && !make_tuples(rd, block)) {
		pr_err("%s: no memory for protection information: %zu bytes\n",
		       backend->name, tuples_bytes(rd));
		return -ENOMEM;
	}
	memset(rd->tuples, 0xff, tuples_bytes(rd));
	rd->type = type;
	return 0;
}

static void move_tuples(const struct rd_dev *rd, struct target_io *io)
{
	struct t10_pi_tuple *kept = rd->tuples + (io->pos >> rd->block_shift);
	size_t bytes = (io->len >> rd->block_shift) * sizeof(*kept);

	if (io->op == TARGET_IO_READ && io->tuples)
		memcpy(io->tuples, kept, bytes);
	else if (io->op == TARGET_IO_WRITE && io->tuples)
		memcpy(kept, io->tuples, bytes);
	else if (io->op == TARGET_IO_UNMAP)
		memset(kept, 0xff, bytes);
}

static void rd_close(struct target_backend *backend)
{
	struct rd_dev *rd = to_rd(backend);

	free_tuples(rd);
	if (stores(rd))
		free_runs(rd);
	else
		put_page(rd->zeros);
	rd->zeros = NULL;
}

/* -------------------------------------------------------------- limits -- */

static void rd_limits(struct target_backend *backend,
		      struct target_limits *limits)
{
	struct rd_dev *rd = to_rd(backend);

	*limits = (struct target_limits){
		.bytes = (u64)rd->pages << PAGE_SHIFT,
		.block_size = SECTOR_SIZE,
		.physical_block_size = SECTOR_SIZE,
		.io_max = RD_IO_MAX,
		.queue_depth = 128,
		.unmap_max = RD_CLEAR_MAX,
		.unmap_granularity = SECTOR_SIZE,
		.zero_max = RD_CLEAR_MAX,
		.atomic_max = RD_ATOMIC_MAX,
		.atomic_granularity = SECTOR_SIZE,
		.atomic_alignment = SECTOR_SIZE,
		.unmap_zeroes = true,
		.anchors = true,
		.nonrot = true,
		.tuples = stores(rd),
	};
}

/* ----------------------------------------------------------------- I/O -- */

/* The next bytes of the medium that are in one piece, at most @len. */
static struct page *find_run(const struct rd_dev *rd, u64 pos, u64 *len)
{
	u64 first = pos >> PAGE_SHIFT, last = (pos + *len - 1) >> PAGE_SHIFT;
	struct page *page = rd->page[first];
	u64 i = first;

	while (i < last && rd->page[i + 1] == rd->page[i] + 1 &&
	       compound_head(rd->page[i + 1]) == compound_head(page))
		i++;
	*len = min(*len, ((i + 1) << PAGE_SHIFT) - pos);
	return page;
}

static void lend(const struct rd_dev *rd, struct target_io *io)
{
	struct scatterlist *sg = io->sgl;
	u64 pos = io->pos, end = io->pos + io->len, part;
	struct page *page;

	for (io->nents = 0; pos < end; pos += part, io->nents++) {
		part = end - pos;
		page = find_run(rd, pos, &part);
		if (io->nents)
			sg = sg_next(sg);
		sg_set_page(sg, page, part, offset_in_page(pos));
	}
}

static void lend_zeros(const struct rd_dev *rd, struct target_io *io)
{
	struct scatterlist *sg = io->sgl;
	u64 left = io->len, part;

	for (io->nents = 0; left; left -= part, io->nents++) {
		part = min_t(u64, left, PAGE_SIZE << rd->zero_order);
		if (io->nents)
			sg = sg_next(sg);
		sg_set_page(sg, rd->zeros, part, 0);
	}
}

static void copy(const struct rd_dev *rd, u64 pos, struct page *page,
		 size_t off, size_t len, bool write)
{
	struct page *medium;
	size_t part, at;

	for (; len; len -= part, pos += part, off += part) {
		medium = rd->page[pos >> PAGE_SHIFT];
		at = offset_in_page(pos);
		part = min3(len, PAGE_SIZE - at, PAGE_SIZE - offset_in_page(off));
		if (write)
			memcpy_page(medium, at, nth_page(page, off >> PAGE_SHIFT),
				    offset_in_page(off), part);
		else
			memcpy_page(nth_page(page, off >> PAGE_SHIFT),
				    offset_in_page(off), medium, at, part);
	}
}

static void transfer(const struct rd_dev *rd, struct target_io *io, bool write)
{
	u64 pos = io->pos, end = io->pos + io->len;
	struct scatterlist *sg = io->sgl;
	size_t part;

	for (; pos < end; pos += part, sg = sg_next(sg)) {
		part = min_t(u64, sg->length, end - pos);
		copy(rd, pos, sg_page(sg), sg->offset, part, write);
	}
}

static void clear(const struct rd_dev *rd, u64 pos, u64 len)
{
	size_t part;

	for (; len; len -= part, pos += part) {
		part = min_t(u64, len, PAGE_SIZE - offset_in_page(pos));
		memzero_page(rd->page[pos >> PAGE_SHIFT], offset_in_page(pos),
			     part);
	}
}

static void zero_pages(struct page *page, size_t off, size_t len)
{
	size_t part;

	for (; len; len -= part, off += part) {
		part = min(len, PAGE_SIZE - offset_in_page(off));
		memzero_page(nth_page(page, off >> PAGE_SHIFT),
			     offset_in_page(off), part);
	}
}

static void zero(struct target_io *io)
{
	struct scatterlist *sg = io->sgl;
	u64 left = io->len;
	size_t part;

	for (; left; left -= part, sg = sg_next(sg)) {
		part = min_t(u64, left, sg->length);
		zero_pages(sg_page(sg), sg->offset, part);
	}
}

/*
 * Buffers of a read are zeroed even for a benchmark: the initiator must not
 * see what was in the memory before.
 */
static void submit_null(const struct rd_dev *rd, struct target_io *io)
{
	if (io->op != TARGET_IO_READ)
		return;
	if (io->flags & TARGET_IO_LEND)
		lend_zeros(rd, io);
	else
		zero(io);
}

static void submit_pages(const struct rd_dev *rd, struct target_io *io)
{
	switch ((enum target_io_op)io->op) {
	case TARGET_IO_READ:
		if (io->flags & TARGET_IO_LEND)
			lend(rd, io);
		else
			transfer(rd, io, false);
		break;
	case TARGET_IO_WRITE:
		transfer(rd, io, true);
		break;
	case TARGET_IO_UNMAP:
	case TARGET_IO_ZERO:
		clear(rd, io->pos, io->len);
		break;
	case TARGET_IO_FLUSH:
	case TARGET_IO_PREFETCH:
	case TARGET_IO_EXTENT:
	case TARGET_IO_COPY:
	case TARGET_IO_OPS:
		break;
	}
}

static void rd_submit(struct target_backend *backend, struct target_io *io)
{
	const struct rd_dev *rd = to_rd(backend);

	if (stores(rd))
		submit_pages(rd, io);
	else
		submit_null(rd, io);
	if (unlikely(rd->tuples))
		move_tuples(rd, io);
	target_io_done(io, BLK_STS_OK);
}

/* ---------------------------------------------------------------- show -- */

static ssize_t rd_show(struct target_backend *backend, char *page, size_t size)
{
	const struct rd_dev *rd = to_rd(backend);

	return scnprintf(page, size,
			 "        TCM RamDisk ID: 0  RamDisk Makeup: rd_mcp\n"
			 "        PAGES/PAGE_SIZE: %u*%lu  SG_table_count: %u  nullio: %d dummy: %d\n",
			 rd->pages, PAGE_SIZE, rd->runs, rd->nullio, rd->dummy);
}

static const struct target_backend_ops rd_ops = {
	.name		= "rd_mcp",
	.inquiry_prod	= "RAMDISK-MCP",
	.inquiry_rev	= "4.0",
	.owner		= THIS_MODULE,
	.dev_size	= sizeof(struct rd_dev),
	.lends		= true,
	.submit_atomic	= true,
	.options	= options,
	.open		= rd_open,
	.close		= rd_close,
	.limits		= rd_limits,
	.submit		= rd_submit,
	.protect	= rd_protect,
	.show		= rd_show,
};

static int __init rd_init(void)
{
	return target_backend_register(&rd_ops);
}

static void __exit rd_exit(void)
{
	target_backend_unregister(&rd_ops);
}

module_init(rd_init);
module_exit(rd_exit);

MODULE_DESCRIPTION("SCSI target: ramdisk backstore");
MODULE_ALIAS("target-backstore-rd_mcp");
MODULE_LICENSE("GPL");
