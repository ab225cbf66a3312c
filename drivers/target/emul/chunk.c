// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pieces of the medium in memory, for handlers that look at data instead of
 * only passing it on.
 */
#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../core/io.h"
#include "chunk.h"

/* What block devices want memory to be aligned to */
#define ALIGNMENT	512

static struct page *page_at(void *p)
{
	return is_vmalloc_addr(p) ? vmalloc_to_page(p) : virt_to_page(p);
}

static void fill_table(struct target_chunk *chunk)
{
	u8 *p = chunk->data;
	size_t left = chunk->bytes, part;
	unsigned int i;

	sg_init_table(chunk->sgl, chunk->nents);
	for (i = 0; left; i++) {
		part = min_t(size_t, left, PAGE_SIZE - offset_in_page(p));
		sg_set_page(&chunk->sgl[i], page_at(p), part,
			    offset_in_page(p));
		p += part;
		left -= part;
	}
	sg_mark_end(&chunk->sgl[i - 1]);
	chunk->nents = i;
}

/**
 * target_chunk_make - memory for a piece of a medium
 * @bytes: how much, not 0
 *
 * Not for want of I/O: the initiator may be this machine, short of memory.
 *
 * Context: process.
 * Return: the chunk, to be freed with kvfree(), or NULL
 */
struct target_chunk *target_chunk_make(u64 bytes)
{
	unsigned int nents = DIV_ROUND_UP(bytes, PAGE_SIZE) + 1;
	struct target_chunk *chunk;
	size_t head = ALIGN(struct_size(chunk, sgl, nents), ALIGNMENT);

	chunk = kvmalloc(head + bytes, GFP_NOIO);
	if (!chunk)
		return NULL;
	chunk->nents = nents;
	chunk->bytes = bytes;
	chunk->data = (u8 *)chunk + head;
	fill_table(chunk);
	return chunk;
}

/**
 * target_chunk_alloc - give a command memory for a piece of the medium
 * @cmd: command without scratch memory
 * @bytes: how much, not 0
 *
 * Context: process.
 * Return: the chunk, which lives as long as the command, or NULL
 */
struct target_chunk *target_chunk_alloc(struct target_cmd *cmd, u64 bytes)
{
	cmd->scratch = target_chunk_make(bytes);
	return cmd->scratch;
}

/**
 * target_chunk_fill - fill a chunk with copies of its first bytes
 * @chunk: chunk
 * @unit: how many bytes there are to copy
 */
void target_chunk_fill(struct target_chunk *chunk, size_t unit)
{
	size_t done, part;

	for (done = unit; done < chunk->bytes; done += part) {
		part = min(done, chunk->bytes - done);
		memcpy(chunk->data + done, chunk->data, part);
	}
}

/* Read or write the first blocks of a command's chunk. */
void target_chunk_io(struct target_cmd *cmd, enum target_io_op op, u64 lba,
		     u64 blocks)
{
	struct target_chunk *chunk = target_chunk_of(cmd);

	target_io_blocks(cmd, op, lba, blocks, chunk->sgl, chunk->nents);
}

static size_t first_difference(const u8 *a, const u8 *b, size_t len)
{
	size_t i = 0;

	if (!memcmp(a, b, len))
		return len;
	while (a[i] == b[i])
		i++;
	return i;
}

/**
 * target_chunk_compare - compare bytes of the medium with a command's data
 * @cmd: data-out command
 * @medium: bytes of the medium
 * @off: where in the data to begin
 * @len: how many; the data has them
 *
 * Return: index of the first byte that differs, @len if none does
 */
size_t target_chunk_compare(struct target_cmd *cmd, const u8 *medium,
			    size_t off, size_t len)
{
	struct se_cmd *se = to_se(cmd);
	struct sg_mapping_iter miter;
	size_t done = 0, part, same;

	sg_miter_start(&miter, se->t_data_sg, se->t_data_nents,
		       SG_MITER_FROM_SG);
	if (!sg_miter_skip(&miter, off))
		len = 0;
	while (done < len && sg_miter_next(&miter)) {
		part = min(miter.length, len - done);
		same = first_difference(medium + done, miter.addr, part);
		done += same;
		if (same < part)
			break;
	}
	sg_miter_stop(&miter);
	return done;
}
