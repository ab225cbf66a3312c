// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters.  Each command is counted once, on its own CPU, at the I_T_L nexus
 * that it came by; what a LUN, a mapping or a logical unit did is the sum over
 * its nexuses, made when somebody reads it.
 */
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include "stats.h"

/* Called when the outcome is known; any context. */
void target_stats_count(struct target_cmd *cmd)
{
	const struct se_cmd *se = to_se(cmd);
	bool blocks = se->se_cmd_flags & SCF_SCSI_DATA_CDB;
	unsigned long took = jiffies - cmd->born;
	struct target_stats *stats;
	unsigned long flags;

	if (!cmd->itl)
		return;

	local_irq_save(flags);
	stats = this_cpu_ptr(cmd->itl->stats);
	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->cmds);
	if (se->data_direction == DMA_FROM_DEVICE) {
		u64_stats_add(&stats->read_bytes, se->data_length);
		u64_stats_add(&stats->reads, blocks);
		u64_stats_add(&stats->read_time, blocks ? took : 0);
	} else if (se->data_direction == DMA_TO_DEVICE) {
		u64_stats_add(&stats->write_bytes, se->data_length);
		u64_stats_add(&stats->writes, blocks);
		u64_stats_add(&stats->write_time, blocks ? took : 0);
	}
	u64_stats_update_end(&stats->sync);
	local_irq_restore(flags);
}

/* A command ended badly: was it the medium?  Any context. */
void target_stats_error(struct target_cmd *cmd, sense_reason_t reason)
{
	if (!cmd->link)
		return;
	switch (reason) {
	case TCM_MEDIUM_READ_ERROR:
		atomic_long_inc(&cmd_dev(cmd)->read_errors);
		break;
	case TCM_MEDIUM_WRITE_ERROR:
		atomic_long_inc(&cmd_dev(cmd)->write_errors);
		break;
	case TCM_TRANSPORT_PROBLEM:
	case TCM_TARGET_FAILURE:
		atomic_long_inc(&cmd_dev(cmd)->other_errors);
		break;
	default:
		break;
	}
}

void target_stats_add(struct target_totals *sum,
		      const struct target_totals *more)
{
	sum->cmds += more->cmds;
	sum->reads += more->reads;
	sum->writes += more->writes;
	sum->read_bytes += more->read_bytes;
	sum->write_bytes += more->write_bytes;
	sum->read_time += more->read_time;
	sum->write_time += more->write_time;
}

/* Add what a nexus did so far. */
void target_stats_fold(const struct target_itl *itl, struct target_totals *sum)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct target_stats *stats = per_cpu_ptr(itl->stats, cpu);
		struct target_totals one;
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&stats->sync);
			one.cmds = u64_stats_read(&stats->cmds);
			one.reads = u64_stats_read(&stats->reads);
			one.writes = u64_stats_read(&stats->writes);
			one.read_bytes = u64_stats_read(&stats->read_bytes);
			one.write_bytes = u64_stats_read(&stats->write_bytes);
			one.read_time = u64_stats_read(&stats->read_time);
			one.write_time = u64_stats_read(&stats->write_time);
		} while (u64_stats_fetch_retry(&stats->sync, start));
		target_stats_add(sum, &one);
	}
}
