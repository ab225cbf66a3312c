// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ../command.c does through the sg driver, through a fabric: a path is
 * NEXUS:LUN.
 */
#include <linux/bitops.h>
#include <linux/crc32.h>
#include <linux/panic.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <scsi/scsi_proto.h>
#include <stdlib.h>
#include "../command.h"
#include "flight.h"
#include "manage.h"
#include "port.h"
#include "units.h"

#define DID_TIME_OUT	0x03
#define DID_ERROR	0x07
/* Neither a status nor an abort, or both */
#define DID_RESET	0x08
#define LUN_BITS	4
/* A flight's tag is the caller's, below where it went. */
#define TAG_BITS	16

unsigned int command_limit = 60;
const bool command_tells_aborts = true;

/* What is on its way to one LUN by one nexus, and has ended */
static struct list_head landed[PORT_NEXUSES << LUN_BITS];
static DEFINE_SPINLOCK(landed_lock);	/* guards landed */
static DECLARE_WAIT_QUEUE_HEAD(landed_wait);
static unsigned long taint;
/* What happens beside the commands */
static struct rng chances;

static unsigned int nexus_of(int fd)
{
	return fd >> LUN_BITS;
}

static unsigned int lun_of(int fd)
{
	return fd & (BIT(LUN_BITS) - 1);
}

int command_open(const char *path)
{
	unsigned int nexus, lun;
	int fd;

	if (sscanf(path, "%u:%u", &nexus, &lun) != 2)
		exit(2);
	fd = nexus << LUN_BITS | lun;
	INIT_LIST_HEAD(&landed[fd]);
	taint = get_taint();
	return fd;
}

static struct flight_plan plan_of(int fd, const struct command *cmd)
{
	static const enum dma_data_direction directions[] = {
		[NONE] = DMA_NONE, [OUT] = DMA_TO_DEVICE, [IN] = DMA_FROM_DEVICE,
	};

	return (struct flight_plan) {
		.sess = port_session(nexus_of(fd)),
		.lun = lun_of(fd),
		.cdb = cmd->cdb,
		.cdb_len = cmd->cdb_len,
		.dir = directions[cmd->dir],
		.len = cmd->dir == NONE ? 0 : cmd->len,
		.data = cmd->data,
		.fill = FILL,
		.grain = units_grain(lun_of(fd)),
		.lent = port_brings_memory(nexus_of(fd)),
	};
}

/* It is freed by take_end(), some time after @then was called. */
static struct flight *launch(int fd, const struct command *cmd, int tag,
			     void (*then)(struct flight *flight))
{
	struct flight_plan plan = plan_of(fd, cmd);
	struct rng rng = random_case(fd, crc32_le(~0, cmd->cdb, cmd->cdb_len));
	struct flight *flight = flight_make(&plan, &rng);

	if (!flight)
		exit(2);
	flight->landed = then;
	flight->tag = tag;
	flight_start(flight, &plan, &rng);
	return flight;
}

/* The kernel complained: of this case, or of another that is on its way. */
static bool complaint(void)
{
	unsigned long before = taint;

	taint = get_taint();
	return taint != before;
}

static void take_end(struct flight *flight, struct command *cmd)
{
	const struct se_cmd *se = &flight->se;

	cmd->status = flight->answered ? se->scsi_status :
					 SAM_STAT_TASK_ABORTED;
	cmd->host = flight->answered ^ flight->aborted ? 0 : DID_RESET;
	if (complaint())
		cmd->host = DID_ERROR;
	cmd->resid = se->se_cmd_flags & SCF_UNDERFLOW_BIT ?
		     se->residual_count : 0;
	cmd->direct = cmd->dir == IN;
	cmd->sense_len = se->scsi_sense_length;
	memset(cmd->sense, 0, sizeof(cmd->sense));
	memcpy(cmd->sense, flight->sense, cmd->sense_len);
	if (cmd->dir == IN)
		sg_copy_to_buffer(flight->pieces.sgl, flight->pieces.nents,
				  cmd->data, cmd->len);
	flight_free(flight);
}

/* ---------------------------------------------------- many at a time -- */

static void add_landed(struct flight *flight)
{
	int fd = flight->tag >> TAG_BITS;
	unsigned long flags;

	spin_lock_irqsave(&landed_lock, flags);
	list_add_tail(&flight->node, &landed[fd]);
	spin_unlock_irqrestore(&landed_lock, flags);
	wake_up(&landed_wait);
}

void command_send(int fd, struct command *cmd, int tag)
{
	launch(fd, cmd, fd << TAG_BITS | tag, add_landed);
	if (random_chance(&chances, 1))
		manage_some(port_session(nexus_of(fd)), lun_of(fd), &chances);
	cond_resched();
}

static bool any_landed(const int *fds, unsigned int count)
{
	unsigned int i;

	guard(spinlock_irq)(&landed_lock);
	for (i = 0; i < count; i++) {
		if (!list_empty(&landed[fds[i]]))
			return true;
	}
	return false;
}

bool command_wait(const int *fds, unsigned int count)
{
	return wait_event_timeout(landed_wait, any_landed(fds, count),
				  (command_limit + 30) * HZ);
}

int command_take(int fd, struct command *(*find)(int tag))
{
	struct flight *flight;
	int tag;

	spin_lock_irq(&landed_lock);
	flight = list_first_entry_or_null(&landed[fd], struct flight, node);
	if (flight)
		list_del(&flight->node);
	spin_unlock_irq(&landed_lock);
	if (!flight)
		return -1;
	tag = flight->tag & (BIT(TAG_BITS) - 1);
	take_end(flight, find(tag));
	return tag;
}

/* ------------------------------------------------------------ one alone -- */

static void complete_landed(struct flight *flight)
{
	complete(&flight->done);
}

/* One that does not end in time is left where it is. */
void command_do(int fd, struct command *cmd)
{
	struct flight *flight = launch(fd, cmd, 0, complete_landed);

	if (wait_for_completion_timeout(&flight->done, command_limit * HZ))
		take_end(flight, cmd);
	else
		cmd->host = DID_TIME_OUT;
}

void command_reset(int fd)
{
	if (!manage_reset(port_session(nexus_of(fd)), lun_of(fd)))
		exit(2);
}
