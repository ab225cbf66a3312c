// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT TIMESTAMP (SPC-5 6.38) and SET TIMESTAMP (6.46): this machine's
 * clock, until an initiator sets another time.  From then on nobody else can
 * (SCSIP, SPC-5 7.5.9), whatever becomes of this machine's.
 */
#include <linux/timekeeping.h>
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"
#include "ua.h"

#define PARAMETER_LEN	12
/* First byte of a TIMESTAMP that is none (SPC-5 6.46) */
#define NO_TIMESTAMP	0xf1

/* TIMESTAMP ORIGIN (SPC-5 table 70) */
#define ORIGIN_SET	0x02
#define ORIGIN_OTHER	0x03

static u64 uptime_ms(void)
{
	return ktime_to_ms(ktime_get_boottime());
}

sense_reason_t target_timestamp_report(struct target_cmd *cmd)
{
	const struct target_emul *emul = cmd_dev(cmd)->emul;
	bool set = READ_ONCE(emul->clock_set);
	u64 now = set ? uptime_ms() + READ_ONCE(emul->clock_shift) :
			ktime_to_ms(ktime_get_real());
	u8 buf[PARAMETER_LEN] = {};

	put_unaligned_be16(sizeof(buf) - 2, buf);
	buf[2] = set ? ORIGIN_SET : ORIGIN_OTHER;
	put_unaligned_be48(now, buf + 4);
	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}

sense_reason_t target_timestamp_set(struct target_cmd *cmd)
{
	struct target_dev *dev = cmd_dev(cmd);
	u8 list[PARAMETER_LEN] = {};

	if (!cmd->wanted)
		return TCM_NO_SENSE;
	if (target_data_get(cmd, list, 0, sizeof(list)) < sizeof(list))
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (list[4] >= NO_TIMESTAMP)
		return target_sense_param(cmd, 4, -1);
	WRITE_ONCE(dev->emul->clock_shift,
		   get_unaligned_be48(list + 4) - uptime_ms());
	WRITE_ONCE(dev->emul->clock_set, true);
	target_ua_add_others(dev, cmd->itl, TARGET_UA_TIMESTAMP_CHANGED);
	return TCM_NO_SENSE;
}
