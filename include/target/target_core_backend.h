/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a backstore gives the target core, and the I/O that it is asked for.
 * The only target header that a backstore includes.
 *
 * A backstore knows bytes: no CDB, no sense data, no session.  It opens a
 * medium, says what the medium can do (struct target_limits) and carries out
 * struct target_io asynchronously.
 */
#ifndef TARGET_CORE_BACKEND_H
#define TARGET_CORE_BACKEND_H

#include <linux/bits.h>
#include <linux/blk_types.h>
#include <linux/types.h>

struct module;
struct scatterlist;
struct t10_pi_tuple;
struct blk_holder_ops;
struct target_backend;

/**
 * enum target_io_op - what to do with a range of a medium
 * @TARGET_IO_READ: fill the scatterlist
 * @TARGET_IO_WRITE: write the scatterlist
 * @TARGET_IO_FLUSH: make every write that has ended durable; the range is
 *	advice, @len 0 means all
 * @TARGET_IO_UNMAP: the content is not needed any more
 * @TARGET_IO_ZERO: the range shall read as zeros
 * @TARGET_IO_PREFETCH: the range will be read soon; ends when that is known.
 *	Only if target_backend_ops.prefetches
 * @TARGET_IO_EXTENT: say whether the beginning of the range is allocated: set
 *	@len to how much of it is in the same state, and TARGET_IO_HOLE.  Only if
 *	target_backend_ops.maps
 * @TARGET_IO_COPY: fill the range with that of another medium of the same kind,
 *	or with another one of the same medium.  Not for @submit, but for @copy of
 *	struct target_backend_ops; no longer than target_limits.copy_max
 * @TARGET_IO_OPS: how many there are
 */
enum target_io_op {
	TARGET_IO_READ,
	TARGET_IO_WRITE,
	TARGET_IO_FLUSH,
	TARGET_IO_UNMAP,
	TARGET_IO_ZERO,
	TARGET_IO_PREFETCH,
	TARGET_IO_EXTENT,
	TARGET_IO_COPY,
	TARGET_IO_OPS,
};

/**
 * enum target_io_flags - how to do it
 * @TARGET_IO_FUA: durable before it ends
 * @TARGET_IO_LEND: a read without buffers: point the scatterlist, which has
 *	an entry for every page that the range touches, at pages that hold the
 *	data and set @nents
 * @TARGET_IO_PUT_PAGES: set by the backstore: it took a reference to each
 *	page that it lent, which the core drops
 * @TARGET_IO_MAY_UNMAP: a TARGET_IO_ZERO that may deallocate
 * @TARGET_IO_ATOMIC: a write of which all or nothing is on the medium after a
 *	loss of power; within target_limits.atomic_*
 * @TARGET_IO_HOLE: set by the backstore: the extent is not allocated
 * @TARGET_IO_ESCAPE: for the core: what is written gets protection information
 *	that is not checked
 * @TARGET_IO_MEDIUM: a read of what the medium has, not of what a cache has;
 *	what is dirty there is written first
 * @TARGET_IO_UNCHECKED: a write whose protection information may be wrong, and
 *	that the medium is to have as it is
 */
enum target_io_flags {
	TARGET_IO_FUA		= BIT(0),
	TARGET_IO_LEND		= BIT(1),
	TARGET_IO_PUT_PAGES	= BIT(2),
	TARGET_IO_MAY_UNMAP	= BIT(3),
	TARGET_IO_ATOMIC	= BIT(4),
	TARGET_IO_HOLE		= BIT(5),
	TARGET_IO_ESCAPE	= BIT(6),
	TARGET_IO_MEDIUM	= BIT(7),
	TARGET_IO_UNCHECKED	= BIT(8),
};

/* Room in each struct target_io for the backstore: a bio with its bvecs. */
#define TARGET_IO_PRIVATE_WORDS	40

/**
 * struct target_io - one operation on a medium
 * @op: what
 * @bad: for the core: part of the protection information that is wrong
 * @flags: how
 * @nents: entries of @sgl
 * @pos: first byte; a multiple of the logical block length
 * @len: bytes; a multiple of it too
 * @sgl: data, @len bytes or more; NULL for operations without data
 * @tuples: protection information to be written with the data or to be read
 *	with it, one for each logical block; NULL for none.  What is read is
 *	checked by the core, and need not be before.  Its memory is one piece,
 *	of kvmalloc(), and fit for DMA
 * @done: called once, on any CPU, in any context, by target_io_done()
 * @private: the backstore's, from submit() until target_io_done()
 */
struct target_io {
	u8			op;
	u8			bad;
	u16			flags;
	unsigned int		nents;
	u64			pos;
	u64			len;
	struct scatterlist	*sgl;
	struct t10_pi_tuple	*tuples;
	void			(*done)(struct target_io *io, blk_status_t sts);
	u64			private[TARGET_IO_PRIVATE_WORDS];
};

/**
 * struct target_limits - what a medium can do; all in bytes unless said
 * @bytes: size of the medium
 * @block_size: smallest unit of I/O
 * @physical_block_size: unit that is written without read-modify-write
 * @alignment_offset: of the first logical block in a physical one
 * @io_min: preferred granularity of I/O
 * @io_opt: preferred size of I/O
 * @io_max: longest I/O that one target_io may have
 * @queue_depth: I/Os that are worth having under way
 * @unmap_max: longest TARGET_IO_UNMAP; 0 if there is none
 * @unmap_granularity: unit of deallocation
 * @unmap_alignment: offset of the first such unit
 * @zero_max: longest TARGET_IO_ZERO; 0 if writing zeros is as good
 * @copy_max: longest TARGET_IO_COPY; 0 if there is none
 * @atomic_max: longest write that is atomic against power loss; 0 if none
 * @atomic_granularity: unit of such a write
 * @atomic_alignment: of its first byte
 * @unmap_zeroes: unmapped ranges read as zeros
 * @anchors: a TARGET_IO_ZERO that may not deallocate leaves blocks that can be
 *	written whatever else is, and @maps is not set, which tells no such
 *	block from others
 * @write_cache: a write that has ended may still be volatile
 * @write_cache_fixed: nobody but the medium decides @write_cache
 * @nonrot: no seek times
 * @read_only: refuses writes
 * @usage: target_backend_ops.usage knows how full the medium is
 * @tuples: target_backend_ops.protect has room for protection information
 * @rotation: revolutions per minute; 0 if there are none, or nobody knows
 * @protection: type of the protection information that the medium has by itself,
 *	for each @block_size bytes, written at once with them; 0 if it has none.
 *	@submit understands target_io.tuples, and has them in each read and write
 *	unless the administrator wants none
 * @app_tags: with @protection: it keeps the application tags that it gets
 * @form_factor: NOMINAL FORM FACTOR of SBC-4 6.6.2; 0 if nobody knows
 */
struct target_limits {
	u64	bytes;
	u32	block_size;
	u32	physical_block_size;
	u32	alignment_offset;
	u32	io_min;
	u32	io_opt;
	u64	io_max;
	u32	queue_depth;
	u64	unmap_max;
	u32	unmap_granularity;
	u32	unmap_alignment;
	u64	zero_max;
	u64	copy_max;
	u32	atomic_max;
	u32	atomic_granularity;
	u32	atomic_alignment;
	bool	unmap_zeroes;
	bool	anchors;
	bool	write_cache;
	bool	write_cache_fixed;
	bool	nonrot;
	bool	read_only;
	bool	usage;
	bool	tuples;
	bool	app_tags;
	u16	rotation;
	u8	protection;
	u8	form_factor;
};

/**
 * struct target_access_range - a part of a medium that has an actuator of its
 *	own
 * @pos: first byte
 * @len: bytes
 */
struct target_access_range {
	u64	pos;
	u64	len;
};

/**
 * enum target_option_kind - value of a "key=value" of the control file
 * @TARGET_OPTION_BOOL: "0" or "1", to a bool
 * @TARGET_OPTION_U32: to a u32
 * @TARGET_OPTION_U64: to a u64
 * @TARGET_OPTION_STRING: to a char array of @size bytes, with a NUL
 */
enum target_option_kind {
	TARGET_OPTION_BOOL,
	TARGET_OPTION_U32,
	TARGET_OPTION_U64,
	TARGET_OPTION_STRING,
};

/**
 * struct target_option - one key of the control file
 * @key: its name; NULL ends the table
 * @kind: type of its value
 * @offset: where the value goes, in the backstore's device struct
 * @size: bytes there
 * @given: offset of a bool that is set when the key was given, or 0
 * @help: one line for people
 */
struct target_option {
	const char		*key;
	enum target_option_kind	kind;
	size_t			offset;
	size_t			size;
	size_t			given;
	const char		*help;
};

/**
 * struct target_backend_ops - a kind of backstore
 * @name: directory prefix: core/NAME_N; the module carries
 *	MODULE_ALIAS("target-backstore-NAME")
 * @inquiry_prod: default PRODUCT IDENTIFICATION, at most 16 characters
 * @inquiry_rev: default PRODUCT REVISION LEVEL, at most 4
 * @owner: module
 * @dev_size: bytes of the device struct, whose first member is struct
 *	target_backend; the core allocates it zeroed
 * @lends: @submit understands TARGET_IO_LEND
 * @prefetches: @submit understands TARGET_IO_PREFETCH
 * @maps: @submit understands TARGET_IO_EXTENT
 * @submit_atomic: @submit never sleeps
 * @options: keys of the control file, with a last entry without key; given
 *	before @open only
 * @open: open the medium according to the options.  Process context.  A
 *	failure prints one line that says what to do
 * @close: close it; every I/O has ended.  Process context
 * @limits: say what the open medium can do, now.  Must not sleep
 * @usage: how many bytes the medium has allocated, and how many more it could;
 *	called if target_limits.usage.  Process context.  Returns 0 or an errno
 * @submit: start an I/O; target_io_done() is called once for it, before or
 *	after this returns, on any CPU in any context.  Called in process
 *	context, or with a spinlock held if @submit_atomic
 * @copy: carry out a TARGET_IO_COPY from byte @pos of @from, which is of this
 *	kind and stays open until target_io_done(): by sharing blocks, or by
 *	whoever stores both, but not by reading it all and writing it.  The two
 *	ranges do not overlap.  Where that cannot be, for whatever reason, it
 *	ends with BLK_STS_NOTSUPP, and the range holds anything; who asked copies
 *	then himself.  Otherwise as @submit.  NULL if there never is any
 * @pr_bdev: the block device with pr_ops to which persistent reservations can
 *	be passed, NULL if there is none; may be left out
 * @ranges: parts of the open medium that do not slow each other down,
 *	ascending, all of it; sets how many there are.  May be left out
 * @protect: have room for protection information of @type, 1 to 3, with one tuple
 *	for each @block bytes; 0 to have none any more.  What was kept before for
 *	the same @type and @block stays, unless @fresh; otherwise each tuple is all
 *	ones, as is that of a block that was unmapped, or that is new because the
 *	medium has grown.  From then on @submit understands target_io.tuples.
 *	Process context with no I/O under way; may wait for the medium.  A failure
 *	prints one line that says what to do, and leaves the room that there was;
 *	@block is the same as long as there is some.  NULL if there never is any
 * @show: write what an administrator wants to know of it to @page, at most
 *	@size bytes; returns the length
 */
struct target_backend_ops {
	const char			*name;
	const char			*inquiry_prod;
	const char			*inquiry_rev;
	struct module			*owner;
	size_t				dev_size;
	bool				lends;
	bool				prefetches;
	bool				maps;
	bool				submit_atomic;
	const struct target_option	*options;

	int	(*open)(struct target_backend *backend);
	void	(*close)(struct target_backend *backend);
	void	(*limits)(struct target_backend *backend,
			  struct target_limits *limits);
	int	(*usage)(struct target_backend *backend, u64 *used,
			 u64 *available);
	void	(*submit)(struct target_backend *backend, struct target_io *io);
	void	(*copy)(struct target_backend *backend, struct target_io *io,
			struct target_backend *from, u64 pos);
	struct block_device *(*pr_bdev)(struct target_backend *backend);
	int	(*protect)(struct target_backend *backend, u8 type, u32 block,
			   bool fresh);
	const struct target_access_range *
		(*ranges)(struct target_backend *backend, unsigned int *count);
	ssize_t	(*show)(struct target_backend *backend, char *page, size_t size);
};

/**
 * struct target_backend - a backstore device, as backstore and core share it
 * @ops: its kind
 * @name: directory name, for messages; constant
 * @core: the core's
 * @udev_path: path that user space noted, or ""
 */
struct target_backend {
	const struct target_backend_ops	*ops;
	const char			*name;
	void				*core;
	char				udev_path[512];
};

int target_backend_register(const struct target_backend_ops *ops);
void target_backend_unregister(const struct target_backend_ops *ops);
void target_backend_event(struct target_backend *backend);
void target_backend_dead(struct target_backend *backend);
void target_loss_note(struct target_backend *backend, blk_status_t sts);
extern const struct blk_holder_ops target_backend_holder_ops;

/**
 * target_io_done - an I/O has ended
 * @io: it
 * @sts: BLK_STS_OK or why it failed
 *
 * Context: any.  @io belongs to the core again and may be gone on return.
 */
static inline void target_io_done(struct target_io *io, blk_status_t sts)
{
	io->done(io, sts);
}

#endif /* TARGET_CORE_BACKEND_H */
