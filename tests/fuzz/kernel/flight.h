/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command in the hands of the target core, and what a fabric does about it.
 */
#ifndef FUZZ_FLIGHT_H
#define FUZZ_FLIGHT_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/workqueue.h>
#include <target/target_core_fabric.h>
#include "../random.h"
#include "pieces.h"

/**
 * struct flight - a command under way
 * @se: the core's part
 * @pieces: data, as the initiator has it
 * @lent: the core works on @pieces; else these are copied from and to its own
 * @cdb: CDB, as long as it says
 * @reluctant: the next callback asks to be called again
 * @answered: it has a status
 * @aborted: it gets none
 * @fetched: the data is here
 * @landed: what to do when the core knows it no more; any context
 * @node: for the owner
 * @done: for the owner
 * @tag: for the owner
 * @sense: sense data; with nothing behind it
 */
struct flight {
	struct se_cmd		se;
	struct pieces		pieces;
	bool			lent;
	u8			*cdb;
	bool			reluctant;
	bool			answered;
	bool			aborted;
	struct work_struct	fetched;
	void			(*landed)(struct flight *flight);
	struct list_head	node;
	struct completion	done;
	int			tag;
	u8			sense[TRANSPORT_SENSE_BUFFER];
};

/**
 * struct flight_plan - a command that an initiator sends
 * @sess: its nexus
 * @lun: to which LUN
 * @cdb: CDB
 * @cdb_len: its length
 * @dir: which way data goes
 * @len: how much the initiator expects
 * @data: what it sends, with DMA_TO_DEVICE
 * @fill: what is in its memory before, with DMA_FROM_DEVICE
 * @grain: pieces of the data are multiples of this
 * @lent: it brings its memory
 */
struct flight_plan {
	struct se_session	*sess;
	u64			lun;
	const u8		*cdb;
	unsigned int		cdb_len;
	enum dma_data_direction	dir;
	u32			len;
	const void		*data;
	u8			fill;
	u32			grain;
	bool			lent;
};

extern const struct target_core_fabric_ops flight_ops;

struct flight *flight_make(const struct flight_plan *plan, struct rng *rng);
void flight_start(struct flight *flight, const struct flight_plan *plan,
		  struct rng *rng);
void flight_free(struct flight *flight);

#endif /* FUZZ_FLIGHT_H */
