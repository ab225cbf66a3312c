// SPDX-License-Identifier: GPL-2.0-only
/*
 * File backstore: reads of what the page cache holds, which wait for nothing.
 */
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/pagevec.h>
#include <linux/scatterlist.h>
#include <linux/swap.h>
#include <linux/uio.h>
#include "fileio.h"

/**
 * struct file_walk - pages of the cache, one after the other
 * @mapping: whose
 * @next: first page that was not looked up
 * @last: last page that is wanted
 * @found: a batch of them
 */
struct file_walk {
	struct address_space	*mapping;
	pgoff_t			next;
	pgoff_t			last;
	struct folio_batch	found;
};

/*
 * The next folio, with a reference, or NULL if the cache does not have it.
 * One that is marked for readahead counts as missing: the worker's read is
 * what starts it.
 */
static struct folio *next_folio(struct file_walk *walk)
{
	struct folio *folio = folio_batch_next(&walk->found);

	if (!folio) {
		folio_batch_init(&walk->found);
		filemap_get_folios_contig(walk->mapping, &walk->next,
					  walk->last, &walk->found);
		folio = folio_batch_next(&walk->found);
	}
	if (!folio)
		return NULL;
	if (folio_test_uptodate(folio) && !folio_test_readahead(folio) &&
	    !folio_test_hwpoison(folio))
		return folio;
	folio_put(folio);
	return NULL;
}

static void end_walk(struct file_walk *walk)
{
	struct folio *folio;

	while ((folio = folio_batch_next(&walk->found)))
		folio_put(folio);
}

/**
 * fileio_cache_read - read what the page cache has
 * @fd: open file
 * @io: a read
 * @iter: where to copy; NULL to lend the cache's pages, with references that
 *	are the caller's in any case
 *
 * Context: any.
 * Return: false if some are missing
 */
bool fileio_cache_read(const struct file_dev *fd, struct target_io *io,
		       struct iov_iter *iter)
{
	u64 pos = io->pos, end = io->pos + io->len;
	struct file_walk walk = {
		.mapping = fd->file->f_mapping,
		.next = pos >> PAGE_SHIFT,
		.last = (end - 1) >> PAGE_SHIFT,
	};
	struct scatterlist *sg = io->sgl;
	struct folio *folio;
	size_t off, part;

	if (end > i_size_read(walk.mapping->host))
		return false;
	folio_batch_init(&walk.found);
	for (; pos < end; pos += part) {
		folio = next_folio(&walk);
		if (!folio)
			break;
		off = offset_in_folio(folio, pos);
		part = min_t(u64, folio_size(folio) - off, end - pos);
		folio_mark_accessed(folio);
		if (iter) {
			copy_folio_to_iter(folio, off, part, iter);
			folio_put(folio);
			continue;
		}
		if (io->nents++)
			sg = sg_next(sg);
		sg_set_folio(sg, folio, part, off);
	}
	end_walk(&walk);
	return pos == end;
}
