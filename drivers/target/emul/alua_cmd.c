// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT TARGET PORT GROUPS and SET TARGET PORT GROUPS (SPC-5 6.36, 6.45).
 */
#include <linux/mm.h>
#include "../core/complete.h"
#include "../core/data.h"
#include "../core/lun.h"
#include "../core/sense.h"
#include "../core/state.h"
#include "../core/tp_group.h"
#include "../core/tp_member.h"
#include "aside.h"
#include "cdb.h"
#include "handlers.h"
#include "lu.h"

#define HEADER_LEN	4
#define EXTENDED_LEN	8
#define GROUP_LEN	8
#define PORT_LEN	4
#define SET_LEN		4
/* TARGET PORT COUNT is a byte */
#define PORTS_MAX	U8_MAX

/* PARAMETER DATA FORMAT and RETURN DATA FORMAT */
#define FORMAT_LENGTH	0
#define FORMAT_EXTENDED	1

/* ------------------------------------------- REPORT TARGET PORT GROUPS -- */

static void put_port(struct target_cursor *c, const struct target_lun *lun)
{
	u8 *p = target_cursor_take(c, PORT_LEN);

	if (!p)
		return;
	memset(p, 0, PORT_LEN);
	put_unaligned_be16(READ_ONCE(lun->port->rtpi), p + 2);
}

static void put_group(struct target_cursor *c,
		      const struct target_tp_group *group)
{
	u8 *p = target_cursor_take(c, GROUP_LEN);
	const struct target_link *link;
	unsigned int ports = 0;

	if (!p)
		return;
	list_for_each_entry(link, &group->members, tp.node) {
		if (ports == PORTS_MAX)
			break;
		put_port(c, link->lun);
		ports++;
	}
	memset(p, 0, GROUP_LEN);
	p[0] = (group->preferred ? 0x80 : 0) |
	       target_tp_access_state(&group->access);
	p[1] = target_tp_transition_support(group);
	put_unaligned_be16(group->id, p + 2);
	p[5] = group->access.status;
	p[7] = ports;
}

/* An identifier that no primary group has */
static u16 spare_id(struct target_dev *dev)
{
	u16 id = U16_MAX;

	while (target_tp_transition_find(dev, id))
		id--;
	return id;
}

/* Ports that are offline are a group of their own (SPC-5 5.18.2.1). */
static void put_offline(struct target_cursor *c, struct target_dev *dev)
{
	const struct target_tp_group *group;
	const struct target_link *link;
	u8 *p = NULL;

	lockdep_assert_held(&dev->mutex);

	list_for_each_entry(group, &dev->tp_groups, node) {
		list_for_each_entry(link, &group->members, tp.node) {
			if (!link->tp.offline || (p && p[7] == PORTS_MAX))
				continue;
			if (!p) {
				p = target_cursor_take(c, GROUP_LEN);
				if (!p)
					return;
				memset(p, 0, GROUP_LEN);
				p[0] = TARGET_TP_OFFLINE;
				p[1] = TARGET_TP_O_SUP;
				put_unaligned_be16(spare_id(dev), p + 2);
				p[5] = link->tp.status;
			}
			put_port(c, link->lun);
			p[7]++;
		}
	}
}

static size_t room_for(struct target_dev *dev)
{
	struct target_tp_group *group;
	size_t room = EXTENDED_LEN + GROUP_LEN;
	struct target_link *link;

	lockdep_assert_held(&dev->mutex);

	list_for_each_entry(group, &dev->tp_groups, node) {
		room += GROUP_LEN;
		/* once in it, and once if it is offline */
		list_for_each_entry(link, &group->members, tp.node)
			room += 2 * PORT_LEN;
	}
	return room;
}

static bool is_reported(const struct target_tp_group *group)
{
	return group->id_set && (group != group->dev->tp_default ||
				 !list_empty(&group->members));
}

static u8 implicit_seconds(const struct target_link *link)
{
	return link->tp.group ? link->tp.group->implicit_trans_secs : 0;
}

static sense_reason_t report(struct target_cmd *cmd, bool extended)
{
	struct target_dev *dev = cmd_dev(cmd);
	struct target_tp_group *group;
	struct target_cursor c;
	size_t room;
	u8 *header;

	lockdep_assert_held(&dev->mutex);

	room = room_for(dev);
	cmd->scratch = kvzalloc(room, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	target_cursor_init(&c, cmd->scratch, room);
	header = target_cursor_take(&c, extended ? EXTENDED_LEN : HEADER_LEN);
	list_for_each_entry(group, &dev->tp_groups, node)
		if (is_reported(group))
			put_group(&c, group);
	put_offline(&c, dev);
	if (WARN_ON_ONCE(c.bad))
		return TCM_TARGET_FAILURE;
	put_unaligned_be32(c.pos - HEADER_LEN, header);
	if (extended) {
		header[4] = FORMAT_EXTENDED << 4;
		header[5] = implicit_seconds(cmd->link);
	}
	target_data_put(cmd, cmd->scratch, c.pos);
	return TCM_NO_SENSE;
}

sense_reason_t target_alua_cmd_report(struct target_cmd *cmd)
{
	u8 format = target_cdb_bytes(cmd)[1] >> 5;

	if (format > FORMAT_EXTENDED)
		return target_sense_cdb(cmd, 1, 7);
	guard(mutex)(&cmd_dev(cmd)->mutex);
	return report(cmd, format == FORMAT_EXTENDED);
}

/* ---------------------------------------------- SET TARGET PORT GROUPS -- */

/**
 * struct set - a SET TARGET PORT GROUPS under way
 * @request: transitions
 * @cmd: command; it has its outcome when they have
 * @len: bytes of @list
 * @list: parameter list
 */
struct set {
	struct target_tp_request	request;
	struct target_cmd		*cmd;
	size_t				len;
	u8				list[] __counted_by(len);
};

static void set_done(struct target_tp_request *request)
{
	struct set *set = container_of(request, struct set, request);

	target_complete(set->cmd, READ_ONCE(request->error) ?
			TCM_SET_TARGET_PORT_GROUPS_FAILED : TCM_NO_SENSE);
}

/* The link of the port with a relative target port identifier */
static struct target_link *find_port(struct target_dev *dev, u16 rtpi)
{
	struct target_tp_group *group;
	struct target_link *link;

	lockdep_assert_held(&dev->mutex);

	list_for_each_entry(group, &dev->tp_groups, node)
		list_for_each_entry(link, &group->members, tp.node)
			if (READ_ONCE(link->lun->port->rtpi) == rtpi)
				return link;
	return NULL;
}

static sense_reason_t check_port(struct target_cmd *cmd, u16 rtpi, size_t at)
{
	struct target_link *link = find_port(cmd_dev(cmd), rtpi);

	if (!rtpi || !link)
		return target_sense_param(cmd, at + 2, -1);
	if (!link->tp.group->support_offline ||
	    !(link->tp.group->access_type & TARGET_TP_EXPLICIT))
		return target_sense_param(cmd, at, 3);
	return TCM_NO_SENSE;
}

static sense_reason_t check_group(struct target_cmd *cmd, u16 id, u8 state,
				  size_t at)
{
	const struct target_tp_group *group;

	group = target_tp_transition_find(cmd_dev(cmd), id);
	if (!group)
		return target_sense_param(cmd, at + 2, -1);
	switch (target_tp_transition_check(group, state, TARGET_TP_BY_COMMAND)) {
	case 0:
		return TCM_NO_SENSE;
	case -EBUSY:
		return TCM_ALUA_STATE_TRANSITION;
	default:
		return target_sense_param(cmd, at, 3);
	}
}

/* Nothing is changed unless all of the list is good. */
static sense_reason_t check_list(struct target_cmd *cmd, const struct set *set)
{
	sense_reason_t reason = TCM_NO_SENSE;
	size_t at;

	guard(mutex)(&cmd_dev(cmd)->mutex);
	for (at = HEADER_LEN; at < set->len && !reason; at += SET_LEN) {
		u8 state = set->list[at] & 0x0f;
		u16 id = get_unaligned_be16(&set->list[at + 2]);

		if (state == TARGET_TP_OFFLINE)
			reason = check_port(cmd, id, at);
		else
			reason = check_group(cmd, id, state, at);
	}
	return reason;
}

/* A link that stays while nobody holds a lock */
static struct target_link *get_port(struct target_dev *dev, u16 rtpi)
{
	struct target_link *link;

	guard(mutex)(&dev->mutex);
	link = find_port(dev, rtpi);
	/* it is killed only after it has left its group */
	if (link)
		percpu_ref_get(&link->ref);
	return link;
}

static int set_offline(struct target_cmd *cmd, u16 rtpi)
{
	struct target_link *link = get_port(cmd_dev(cmd), rtpi);
	int ret;

	if (!link)
		return -ENODEV;
	ret = target_tp_member_set_offline(link, true, cmd_sess(cmd));
	target_lun_put_link(link);
	return ret;
}

static void set_all(struct target_cmd *cmd)
{
	struct set *set = cmd->scratch;
	size_t at;
	int ret;

	for (at = HEADER_LEN; at < set->len; at += SET_LEN) {
		u8 state = set->list[at] & 0x0f;
		u16 id = get_unaligned_be16(&set->list[at + 2]);

		if (state == TARGET_TP_OFFLINE)
			ret = set_offline(cmd, id);
		else
			ret = target_tp_transition_start(cmd_dev(cmd), id,
							 state, &set->request);
		if (ret)
			WRITE_ONCE(set->request.error, ret);
	}
	target_tp_transition_put(&set->request);
}

static void set_work(struct work_struct *work)
{
	set_all(container_of(work, struct target_cmd, work));
}

/* Who aborted it while it waited was told that it is over. */
static void set_aside(struct target_cmd *cmd, blk_status_t sts)
{
	if (target_state_aborted(cmd))
		target_complete(cmd, TCM_TASK_ABORTED);
	else
		set_all(cmd);
}

/* The state of a port may be kept in a file; those of groups are, later. */
static bool may_wait(const struct set *set)
{
	size_t at;

	for (at = HEADER_LEN; at < set->len; at += SET_LEN) {
		if ((set->list[at] & 0x0f) == TARGET_TP_OFFLINE)
			return true;
	}
	return false;
}

static struct set *get_list(struct target_cmd *cmd)
{
	size_t len = cmd->wanted;
	struct set *set = kvzalloc(struct_size(set, list, len), GFP_KERNEL);

	if (!set)
		return NULL;
	set->len = len;
	set->cmd = cmd;
	set->request.cause = TARGET_TP_BY_COMMAND;
	set->request.by = cmd_sess(cmd);
	set->request.done = set_done;
	atomic_set(&set->request.pending, 1);
	target_data_get(cmd, set->list, 0, len);
	cmd->scratch = set;
	return set;
}

sense_reason_t target_alua_cmd_set(struct target_cmd *cmd)
{
	sense_reason_t reason;
	struct set *set;

	if (!(READ_ONCE(cmd->link->tp.type) & TARGET_TP_EXPLICIT))
		return TCM_UNSUPPORTED_SCSI_OPCODE;
	if (!cmd->wanted)
		return TCM_NO_SENSE;
	/* SPC-4 6.45: not PARAMETER LIST LENGTH ERROR, as it is elsewhere */
	if (cmd->wanted < HEADER_LEN || cmd->wanted % SET_LEN)
		return TCM_INVALID_CDB_FIELD;
	if (to_se(cmd)->data_length < cmd->wanted)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	set = get_list(cmd);
	if (!set)
		return TCM_OUT_OF_RESOURCES;
	reason = check_list(cmd, set);
	if (reason)
		return reason;
	if (may_wait(set))
		return target_aside_run(&cmd_dev(cmd)->emul->keeper, cmd,
					set_aside);
	INIT_WORK(&cmd->work, set_work);
	target_complete_reap(&cmd->work);
	return TCM_PENDING;
}
