/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM target

#if !defined(TARGET_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define TARGET_TRACE_H

#include <linux/tracepoint.h>
#include <linux/trace_seq.h>
#include <target/target_core_base.h>

/* A command was decoded and is about to be executed. */
TRACE_EVENT(target_sequencer_start,
	TP_PROTO(const struct se_cmd *se, unsigned int cdb_len),
	TP_ARGS(se, cdb_len),
	TP_STRUCT__entry(
		__field(u64, tag)
		__field(u64, lun)
		__field(u32, data_length)
		__field(u8, attr)
		__dynamic_array(u8, cdb, cdb_len)
		__string(initiator, se->se_sess->se_node_acl->initiatorname)
	),
	TP_fast_assign(
		__entry->tag = se->tag;
		__entry->lun = se->orig_fe_lun;
		__entry->data_length = se->data_length;
		__entry->attr = se->sam_task_attr;
		memcpy(__get_dynamic_array(cdb), se->t_task_cdb, cdb_len);
		__assign_str(initiator);
	),
	TP_printk("%s -> LUN %llu tag %#llx attr %#x length %u CDB %s",
		  __get_str(initiator), __entry->lun, __entry->tag,
		  __entry->attr, __entry->data_length,
		  __print_hex(__get_dynamic_array(cdb),
			      __get_dynamic_array_len(cdb)))
);

/* A command has its status. */
TRACE_EVENT(target_cmd_complete,
	TP_PROTO(const struct se_cmd *se),
	TP_ARGS(se),
	TP_STRUCT__entry(
		__field(u64, tag)
		__field(u64, lun)
		__field(u32, data_length)
		__field(u8, status)
		__array(u8, sense, 18)
		__field(u8, sense_len)
		__string(initiator, se->se_sess->se_node_acl->initiatorname)
	),
	TP_fast_assign(
		__entry->tag = se->tag;
		__entry->lun = se->orig_fe_lun;
		__entry->data_length = se->data_length;
		__entry->status = se->scsi_status;
		__entry->sense_len = min_t(u16, se->scsi_sense_length, 18);
		memcpy(__entry->sense, se->sense_buffer, __entry->sense_len);
		__assign_str(initiator);
	),
	TP_printk("%s <- LUN %llu tag %#llx status %#x length %u sense %s",
		  __get_str(initiator), __entry->lun, __entry->tag,
		  __entry->status, __entry->data_length,
		  __print_hex(__entry->sense, __entry->sense_len))
);

#endif /* TARGET_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
