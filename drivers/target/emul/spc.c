// SPDX-License-Identifier: GPL-2.0-only
/*
 * Primary commands that need a few lines each: TEST UNIT READY, REQUEST SENSE,
 * REPORT LUNS.
 */
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include "../core/data.h"
#include "../core/itl.h"
#include "../core/sense.h"
#include "access.h"
#include "cdb.h"
#include "deferred.h"
#include "exception.h"
#include "handlers.h"
#include "threshold.h"
#include "ua.h"

/* target_access_check() has looked at all else that there is to it. */
sense_reason_t target_spc_test_unit_ready(struct target_cmd *cmd)
{
	return cmd->link ? target_exception_end(cmd_dev(cmd)) : TCM_NO_SENSE;
}

/* ------------------------------------------------------ REQUEST SENSE -- */

#define SENSE_ROOM	TARGET_SENSE_MAX

/* What the sense data says (SPC-5 6.39): a condition is reported once. */
static sense_reason_t pending(struct target_cmd *cmd)
{
	sense_reason_t reason;

	if (cmd->flags & TARGET_CMD_WELL_KNOWN)
		return TCM_NO_SENSE;
	if (!cmd->link)
		return TCM_NON_EXISTENT_LUN;
	if (target_ua_take(cmd->itl, &cmd->fault.ua)) {
		target_threshold_point(cmd);
		return TCM_CHECK_CONDITION_UNIT_ATTENTION;
	}
	reason = target_deferred_take(cmd);
	if (reason)
		return reason;
	return target_access_ready(cmd_dev(cmd), &cmd->fault);
}

/* NO SENSE, and a failure that is predicted to those who ask for it so */
static size_t no_sense(struct target_cmd *cmd, u8 *buf, bool descriptor)
{
	u16 code = cmd->link ? target_exception_polled(cmd_dev(cmd)) : 0;

	buf[0] = descriptor ? 0x72 : 0x70;
	put_unaligned_be16(code, buf + (descriptor ? 2 : 12));
	if (descriptor)
		return 8;
	buf[7] = 18 - 8;
	return 18;
}

sense_reason_t target_spc_request_sense(struct target_cmd *cmd)
{
	bool descriptor = target_cdb_bytes(cmd)[1] & 0x01;	/* DESC */
	sense_reason_t reason = pending(cmd);
	u8 buf[SENSE_ROOM] = {};
	size_t len;

	if (reason)
		len = target_sense_format(buf, sizeof(buf), reason,
					  &cmd->fault, descriptor);
	else
		len = no_sense(cmd, buf, descriptor);
	target_data_put(cmd, buf, len);
	return TCM_NO_SENSE;
}

/* -------------------------------------------------------- REPORT LUNS -- */

#define LUNS_HEADER	8
#define LUN_LEN		8

/* SELECT REPORT (SPC-5 table 260) */
#define SELECT_LUNS		0x00
#define SELECT_WELL_KNOWN	0x01
#define SELECT_ALL		0x02

static size_t count_luns(struct target_sess *sess)
{
	struct target_itl *itl;
	size_t count = 0;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&sess->itls, i, itl)
		count++;
	rcu_read_unlock();
	return count;
}

/*
 * Ascending; those that came while memory was allocated have to wait, and no
 * form of a LUN has room for a number beyond the last one.
 */
static size_t list_luns(struct target_sess *sess, u8 *luns, size_t room)
{
	struct target_itl *itl;
	size_t count = 0;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&sess->itls, i, itl) {
		if (count == room || itl->lun > TARGET_ITL_LAST)
			break;
		target_itl_put_lun(itl->lun, luns + count++ * LUN_LEN);
	}
	rcu_read_unlock();
	return count;
}

sense_reason_t target_spc_report_luns(struct target_cmd *cmd)
{
	struct target_sess *sess = cmd_sess(cmd);
	u8 select = target_cdb_bytes(cmd)[2];
	size_t room, count = 0;
	u8 *buf;

	if (select > SELECT_ALL)
		return target_sense_cdb(cmd, 2, -1);
	room = max_t(size_t, count_luns(sess), 1);
	/* and the well known one */
	buf = kvzalloc(LUNS_HEADER + (room + 1) * LUN_LEN, GFP_KERNEL);
	if (!buf)
		return TCM_OUT_OF_RESOURCES;
	cmd->scratch = buf;

	/* who comes now knows the list that others are told has changed */
	target_ua_remove_sess(sess, TARGET_UA_LUNS_CHANGED);
	if (select != SELECT_WELL_KNOWN) {
		count = list_luns(sess, buf + LUNS_HEADER, room);
		/* LUN 0 is where this command came to, if there is no other */
		count = count ?: 1;
	}
	if (select != SELECT_LUNS)
		put_unaligned_be16(TARGET_ITL_REPORT_LUNS,
				   buf + LUNS_HEADER + count++ * LUN_LEN);
	put_unaligned_be32(count * LUN_LEN, buf);
	target_data_put(cmd, buf, LUNS_HEADER + count * LUN_LEN);
	return TCM_NO_SENSE;
}
