// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT IDENTIFYING INFORMATION (SPC-5 6.32) and SET IDENTIFYING INFORMATION
 * (6.44): a note of an initiator's about a logical unit, as bytes and as text.
 */
#include <linux/slab.h>
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"
#include "ua.h"

#define HEADER_LEN	4

/* IDENTIFYING INFORMATION TYPE (SPC-5 table 236), bits 7..1 of byte 10 */
#define TYPE_PERIPHERAL	0x00
#define TYPE_TEXT	0x02
#define TYPE_SUPPORTED	0x7f

static u8 type_of(struct target_cmd *cmd)
{
	return target_cdb_bytes(cmd)[10] >> 1;
}

/* ------------------------------------------------------------- REPORT -- */

static sense_reason_t report(struct target_cmd *cmd, const u8 *bytes, u16 len)
{
	u8 *buf = kzalloc(HEADER_LEN + len, GFP_KERNEL);

	if (!buf)
		return TCM_OUT_OF_RESOURCES;
	cmd->scratch = buf;
	put_unaligned_be16(len, buf + 2);
	memcpy(buf + HEADER_LEN, bytes, len);
	target_data_put(cmd, buf, HEADER_LEN + len);
	return TCM_NO_SENSE;
}

static sense_reason_t report_types(struct target_cmd *cmd)
{
	static const u8 types[] = {
		TYPE_PERIPHERAL << 1, 0, TARGET_LU_INFO >> 8, 0,
		TYPE_TEXT << 1, 0, TARGET_LU_TEXT >> 8, 0,
	};

	return report(cmd, types, sizeof(types));
}

sense_reason_t target_identifying_report(struct target_cmd *cmd)
{
	struct target_emul *emul = cmd_dev(cmd)->emul;
	static const struct target_info none;
	const struct target_info *info;

	guard(mutex)(&emul->mode_lock);
	info = emul->info ?: &none;
	switch (type_of(cmd)) {
	case TYPE_PERIPHERAL:
		return report(cmd, info->info, info->info_len);
	case TYPE_TEXT:
		return report(cmd, info->text, info->text_len);
	case TYPE_SUPPORTED:
		return report_types(cmd);
	default:
		return target_sense_cdb(cmd, 10, 7);
	}
}

/* ---------------------------------------------------------------- SET -- */

static sense_reason_t set_peripheral(struct target_cmd *cmd,
				     struct target_info *info)
{
	if (cmd->wanted > sizeof(info->info))
		return target_sense_cdb(cmd, 6, -1);
	info->info_len = target_data_get(cmd, info->info, 0, cmd->wanted);
	return TCM_NO_SENSE;
}

/* Text ends with a NUL (SPC-5 6.44). */
static sense_reason_t set_text(struct target_cmd *cmd, struct target_info *info)
{
	u8 text[TARGET_LU_TEXT];
	size_t len;

	if (cmd->wanted > sizeof(text))
		return target_sense_cdb(cmd, 6, -1);
	len = target_data_get(cmd, text, 0, cmd->wanted);
	if (len && text[len - 1])
		return target_sense_param(cmd, len - 1, -1);
	memcpy(info->text, text, len);
	info->text_len = len;
	return TCM_NO_SENSE;
}

static sense_reason_t set(struct target_cmd *cmd, struct target_info *info)
{
	switch (type_of(cmd)) {
	case TYPE_PERIPHERAL:
		return set_peripheral(cmd, info);
	case TYPE_TEXT:
		return set_text(cmd, info);
	default:
		return target_sense_cdb(cmd, 10, 7);
	}
}

sense_reason_t target_identifying_set(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct target_emul *emul = dev->emul;
	sense_reason_t reason;

	if (to_se(cmd)->data_length < cmd->wanted)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	guard(mutex)(&emul->mode_lock);
	if (!emul->info)
		emul->info = kzalloc(sizeof(*emul->info), GFP_KERNEL);
	if (!emul->info)
		return TCM_OUT_OF_RESOURCES;
	reason = set(cmd, emul->info);
	if (!reason)
		target_ua_add_others(dev, cmd->itl,
				     TARGET_UA_IDENTIFIER_CHANGED);
	return reason;
}
