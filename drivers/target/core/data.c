// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data of a command: where it lives, and how handlers reach it.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include "budget.h"
#include "data.h"

/* Longest page that data is put in, where the fabric takes longer ones */
#define CHUNK_ORDER	PAGE_ALLOC_COSTLY_ORDER

static struct scatterlist *alloc_table(struct target_cmd *cmd,
				       unsigned int nents, gfp_t gfp)
{
	struct scatterlist *sgl = cmd->sg;

	if (nents > TARGET_SG_INLINE) {
		sgl = kmalloc_array(nents, sizeof(*sgl), gfp);
		if (!sgl)
			return NULL;
	}
	sg_init_table(sgl, nents);
	return sgl;
}

static void free_pages_of(struct scatterlist *sgl, unsigned int nents)
{
	unsigned int i;

	/* somebody may still send from them, so drop a reference, no more */
	for (i = 0; i < nents && sg_page(&sgl[i]); i++)
		put_page(sg_page(&sgl[i]));
}

/* Pages of any order up to @order, so long as memory is not short. */
static struct page *alloc_chunk(unsigned int *order, gfp_t gfp)
{
	struct page *page;

	while (*order) {
		page = alloc_pages((gfp | __GFP_COMP | __GFP_NOWARN |
				    __GFP_NORETRY) & ~__GFP_DIRECT_RECLAIM,
				   *order);
		if (page)
			return page;
		(*order)--;
	}
	return alloc_page(gfp);
}

static int fill_table(struct scatterlist *sgl, unsigned int *nents, u32 length,
		      unsigned int max_order, gfp_t gfp)
{
	unsigned int i = 0, order;
	struct page *page;
	u32 part;

	while (length) {
		order = min_t(unsigned int, max_order, get_order(length));
		page = alloc_chunk(&order, gfp);
		if (!page) {
			free_pages_of(sgl, i);
			return -ENOMEM;
		}
		part = min_t(u32, length, PAGE_SIZE << order);
		sg_set_page(&sgl[i++], page, part, 0);
		length -= part;
	}
	*nents = i;
	sg_mark_end(&sgl[i - 1]);
	return 0;
}

/*
 * A table for pages that the backstore will lend.  It may need one more than
 * the length has, if the first is not used from its beginning.
 */
static sense_reason_t alloc_lent(struct target_cmd *cmd, gfp_t gfp)
{
	struct se_cmd *se = to_se(cmd);
	unsigned int nents = DIV_ROUND_UP(se->data_length, PAGE_SIZE) + 1;

	se->t_data_sg = alloc_table(cmd, nents, gfp);
	if (!se->t_data_sg)
		return TCM_OUT_OF_RESOURCES;
	se->t_data_nents = nents;
	cmd->flags |= TARGET_CMD_LENT;
	return TCM_NO_SENSE;
}

static sense_reason_t count(struct target_cmd *cmd)
{
	sense_reason_t reason;

	cmd->counted = to_se(cmd)->data_length;
	reason = target_budget_take(cmd_sess(cmd), cmd->counted);
	if (!reason)
		cmd->flags |= TARGET_CMD_BUDGET;
	return reason;
}

/**
 * target_data_alloc - buffers for the data of a command
 * @cmd: decoded command whose fabric gave none
 * @gfp: how to allocate
 *
 * Blocks are not zeroed: a read fills them or fails.  Everything else is: its
 * handler may put less there than the fabric sends.
 *
 * Return: TCM_NO_SENSE; TCM_OUT_OF_RESOURCES; or TCM_TASK_SET_FULL or TCM_BUSY
 * if long data has too much memory already
 */
sense_reason_t target_data_alloc(struct target_cmd *cmd, gfp_t gfp)
{
	struct se_cmd *se = to_se(cmd);
	unsigned int order = 0;
	sense_reason_t reason;

	if (!se->data_length)
		return TCM_NO_SENSE;
	if (cmd->flags & TARGET_CMD_LENDABLE && se->se_tfo->lent_pages)
		return alloc_lent(cmd, gfp);
	if (se->data_length > TARGET_BUDGET_FREE) {
		reason = count(cmd);
		if (reason)
			return reason;
	}
	if (!(se->se_cmd_flags & SCF_SCSI_DATA_CDB))
		gfp |= __GFP_ZERO;
	else if (se->se_tfo->lent_pages)
		order = CHUNK_ORDER;

	se->t_data_sg = alloc_table(cmd, DIV_ROUND_UP(se->data_length,
						      PAGE_SIZE), gfp);
	if (!se->t_data_sg)
		return TCM_OUT_OF_RESOURCES;
	cmd->flags |= TARGET_CMD_OWN_SGL;
	if (!fill_table(se->t_data_sg, &se->t_data_nents, se->data_length,
			order, gfp))
		return TCM_NO_SENSE;
	se->t_data_nents = 0;
	return TCM_OUT_OF_RESOURCES;
}

/**
 * target_data_lent - whose are the pages that hold a command's data?
 * @se_cmd: command with data that the fabric did not bring
 *
 * Context: any.
 * Return: true if they are the backstore's: others may read and write what is
 * there, now and later; false if they are the command's own
 */
bool target_data_lent(const struct se_cmd *se_cmd)
{
	return to_cmd((struct se_cmd *)se_cmd)->flags & TARGET_CMD_LENT;
}
EXPORT_SYMBOL_GPL(target_data_lent);

/* Context: any. */
void target_data_free(struct target_cmd *cmd)
{
	struct se_cmd *se = to_se(cmd);

	if (cmd->flags & TARGET_CMD_OWN_SGL ||
	    (cmd->flags & TARGET_CMD_LENT && cmd->io.flags & TARGET_IO_PUT_PAGES))
		free_pages_of(se->t_data_sg, se->t_data_nents);
	if (cmd->flags & (TARGET_CMD_OWN_SGL | TARGET_CMD_LENT) &&
	    se->t_data_sg != cmd->sg)
		kfree(se->t_data_sg);
	if (cmd->flags & TARGET_CMD_BUDGET)
		target_budget_give(cmd_sess(cmd), cmd->counted);
	cmd->flags &= ~(TARGET_CMD_OWN_SGL | TARGET_CMD_LENT |
			TARGET_CMD_BUDGET);
}

static void set_residual(struct se_cmd *se, u32 expected, u32 actual)
{
	se->se_cmd_flags &= ~(SCF_OVERFLOW_BIT | SCF_UNDERFLOW_BIT);
	if (actual > expected) {
		se->se_cmd_flags |= SCF_OVERFLOW_BIT;
		se->residual_count = actual - expected;
	} else if (actual < expected) {
		se->se_cmd_flags |= SCF_UNDERFLOW_BIT;
		se->residual_count = expected - actual;
	} else {
		se->residual_count = 0;
	}
}

/**
 * target_data_resize - what the CDB transfers, against what is expected
 * @cmd: command
 * @wanted: bytes that the CDB says
 *
 * The smaller one is transferred, the difference is the residual (SAM-5
 * 5.4.3.2).
 */
void target_data_resize(struct target_cmd *cmd, u32 wanted)
{
	struct se_cmd *se = to_se(cmd);

	cmd->wanted = wanted;
	if (cmd->flags & TARGET_CMD_UNSIZED)
		cmd->expected = wanted;
	set_residual(se, cmd->expected, wanted);
	se->data_length = min(cmd->expected, wanted);
}

/**
 * target_data_none - a command ended with another status than GOOD
 * @cmd: command
 *
 * No data-in is sent then, and the initiator must not take what is in its
 * buffer for it: Linux uses what comes before the block that the sense data
 * names.  What a data-out command transferred is not known here.
 */
void target_data_none(struct target_cmd *cmd)
{
	struct se_cmd *se = to_se(cmd);

	if (se->data_direction == DMA_FROM_DEVICE)
		set_residual(se, cmd->expected, 0);
}

/**
 * target_data_put - the answer of a data-in command that is no read
 * @cmd: command
 * @buf: all of the answer
 * @len: how long it is; what exceeds the initiator's buffer is cut off, which
 *	is no residual if the CDB's allocation length says so (SPC-5 4.2.5.6)
 */
void target_data_put(struct target_cmd *cmd, const void *buf, size_t len)
{
	struct se_cmd *se = to_se(cmd);

	len = min_t(size_t, len, cmd->wanted);
	set_residual(se, cmd->expected, len);
	se->data_length = min_t(u32, len, cmd->expected);
	cmd->moved = sg_copy_from_buffer(se->t_data_sg, se->t_data_nents, buf,
					 se->data_length);
}

/**
 * target_data_get - part of the data of a data-out command
 * @cmd: command
 * @buf: where to
 * @off: from where in the data
 * @len: how much
 *
 * Return: bytes copied, fewer than @len at the end of the data
 */
size_t target_data_get(struct target_cmd *cmd, void *buf, size_t off, size_t len)
{
	struct se_cmd *se = to_se(cmd);

	if (off >= se->data_length)
		return 0;
	len = min_t(size_t, len, se->data_length - off);
	return sg_pcopy_to_buffer(se->t_data_sg, se->t_data_nents, buf, len,
				  off);
}
