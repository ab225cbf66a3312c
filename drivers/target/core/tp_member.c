// SPDX-License-Identifier: GPL-2.0-only
/*
 * Membership of LUNs in ALUA target port groups (SPC-5 5.18): which group a LUN
 * is in, and its secondary access state.  It is the link that is a member: a LUN
 * that is linked anew starts anew, in the default group.
 */
#include <linux/cleanup.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "events.h"
#include "tp_file.h"
#include "tp_group.h"
#include "tp_member.h"

#define FIELD(_name, _member, _kind, _max, _help)			\
	[TARGET_TP_##_name] = {						\
		.name = #_name, .kind = TARGET_FIELD_##_kind,		\
		.offset = TARGET_FIELD_AT(struct target_tp_member, _member, \
					  _kind),			\
		.max = _max, .help = _help,				\
	}

static const struct target_field table[] = {
	FIELD(alua_tg_pt_offline, offline, FLAG, 1,
	      "the secondary access state is offline"),
	FIELD(alua_tg_pt_status, status, CODE, 2,
	      "0 none, 1 altered by SET TARGET PORT GROUPS, 2 altered implicitly"),
	FIELD(alua_tg_pt_write_md, write_metadata, FLAG, 1,
	      "keep the secondary state in a file below dbroot/alua; 1 takes what is there"),
};

static_assert(ARRAY_SIZE(table) == TARGET_TP_MEMBER_FIELD_COUNT);

static void move_to(struct target_link *link, struct target_tp_group *group)
{
	lockdep_assert_held(&group->dev->mutex);
	link->tp.group = group;
	list_move_tail(&link->tp.node, &group->members);
	target_tp_transition_publish(group->dev);
}

/**
 * target_tp_member_add - a LUN is being linked
 * @link: link that no session sees yet
 */
void target_tp_member_add(struct target_link *link)
{
	guard(mutex)(&link->dev->mutex);
	INIT_LIST_HEAD(&link->tp.node);
	move_to(link, link->dev->tp_default);
}

/**
 * target_tp_member_del - a LUN is being unlinked
 * @link: link that no session sees any more
 *
 * Commands that came before see the state that it had, until they have ended.
 */
void target_tp_member_del(struct target_link *link)
{
	guard(mutex)(&link->dev->mutex);
	list_del_init(&link->tp.node);
	link->tp.group = NULL;
	target_tp_transition_publish(link->dev);
}

static struct target_tp_group *find(struct target_dev *dev, const char *name)
{
	struct target_tp_group *group;

	lockdep_assert_held(&dev->mutex);
	list_for_each_entry(group, &dev->tp_groups, node)
		if (!strcmp(group->name, name))
			return group;
	return NULL;
}

/**
 * target_tp_member_join - put a LUN into a group
 * @link: its link
 * @name: group, or "NULL" for the default group
 *
 * Return: 0, or -ENODEV if there is no such group, or it has no identifier
 */
int target_tp_member_join(struct target_link *link, const char *name)
{
	struct target_dev *dev = link->dev;
	struct target_tp_group *group;
	u8 before;

	scoped_guard(mutex, &dev->mutex) {
		group = strcmp(name, "NULL") ? find(dev, name) :
					       dev->tp_default;
		if (!group || !group->id_set || !link->tp.group)
			return -ENODEV;
		if (group == link->tp.group)
			return 0;
		before = link->tp.access;
		move_to(link, group);
	}
	target_events_ident_changed(dev);
	if (READ_ONCE(link->tp.access) != before)
		target_events_access_changed(dev, NULL, true);
	return 0;
}

/**
 * target_tp_member_row - the row of a LUN's file
 * @id: which
 *
 * Return: row
 */
const struct target_field *target_tp_member_row(enum target_tp_member_field id)
{
	return &table[id];
}

/**
 * target_tp_member_get - value of a LUN's file
 * @link: its link
 * @id: which
 *
 * Return: value
 */
u32 target_tp_member_get(struct target_link *link,
			 enum target_tp_member_field id)
{
	guard(mutex)(&link->dev->mutex);
	return target_field_load(&table[id], &link->tp);
}

/* May a port be in a secondary access state? */
static int check_offline(const struct target_link *link, bool offline)
{
	lockdep_assert_held(&link->dev->mutex);

	if (!link->tp.group)
		return -ENODEV;
	return offline && !link->tp.group->support_offline ? -EINVAL : 0;
}

static int enter(struct target_link *link, bool offline, u8 status,
		 struct target_sess *by)
{
	struct target_dev *dev = link->dev;
	bool changed;
	int ret;

	scoped_guard(mutex, &dev->mutex) {
		/* link and group may be others than before the file was written */
		ret = check_offline(link, offline);
		if (ret)
			return ret;
		changed = link->tp.offline != offline;
		link->tp.offline = offline;
		link->tp.status = status;
		target_tp_transition_publish(dev);
	}
	if (changed)
		target_events_access_changed(dev, by, true);
	return 0;
}

/**
 * target_tp_member_set_offline - the secondary access state of a port
 * @link: link of its LUN; the caller has a reference
 * @offline: state
 * @by: nexus that asked for it, or NULL
 *
 * Context: process; may wait for the disk.
 * Return: 0; -EINVAL if the group does not have the state offline; -ENODEV
 * once the LUN is unlinked; what the file failed with
 */
int target_tp_member_set_offline(struct target_link *link, bool offline,
				 struct target_sess *by)
{
	char *folder __free(kfree) = NULL;
	u8 status = by ? TARGET_TP_BY_COMMAND : TARGET_TP_BY_ITSELF;
	struct target_lun *lun = link->lun;
	bool keep;
	int ret;

	guard(mutex)(&lun->file_lock);
	scoped_guard(mutex, &link->dev->mutex) {
		ret = check_offline(link, offline);
		keep = !ret && link->tp.write_metadata;
		/* afterwards the fabric may go */
		if (keep)
			folder = target_tp_file_folder(lun->port);
	}
	if (keep)
		ret = target_tp_file_save_member(folder, lun->se.unpacked_lun,
						 offline, status);
	return ret ?: enter(link, offline, status, by);
}

/* What the file says counts; if there is none, it is written. */
static int begin_file(struct target_link *link, const char *folder,
		      bool offline, u8 status)
{
	u64 number = link->lun->se.unpacked_lun;
	bool kept_offline;
	u8 kept_status;

	if (target_tp_file_load_member(folder, number, &kept_offline,
				       &kept_status))
		return target_tp_file_save_member(folder, number, offline,
						  status);
	return enter(link, kept_offline, kept_status, NULL);
}

static int keep_member(struct target_link *link, bool keep)
{
	char *folder __free(kfree) = NULL;
	struct target_tp_member *tp = &link->tp;
	bool begin, offline;
	int ret = 0;
	u8 status;

	guard(mutex)(&link->lun->file_lock);
	scoped_guard(mutex, &link->dev->mutex) {
		if (!tp->group)
			return -ENODEV;
		begin = keep && !tp->write_metadata;
		offline = tp->offline;
		status = tp->status;
		folder = target_tp_file_folder(link->lun->port);
	}
	if (begin)
		ret = begin_file(link, folder, offline, status);
	if (ret)
		return ret;
	guard(mutex)(&link->dev->mutex);
	if (!tp->group)
		return -ENODEV;
	tp->write_metadata = keep;
	return 0;
}

/**
 * target_tp_member_set - change a LUN's file
 * @link: its link; the caller has a reference
 * @id: which
 * @value: in the row's range
 *
 * Context: process; may wait for the disk.
 * Return: 0 or an errno
 */
int target_tp_member_set(struct target_link *link,
			 enum target_tp_member_field id, u32 value)
{
	if (id == TARGET_TP_alua_tg_pt_offline)
		return target_tp_member_set_offline(link, value, NULL);
	if (id == TARGET_TP_alua_tg_pt_write_md)
		return keep_member(link, value);
	guard(mutex)(&link->dev->mutex);
	if (!link->tp.group)
		return -ENODEV;
	target_field_store(&table[id], &link->tp, value);
	return 0;
}

/**
 * target_tp_member_show - say which group a LUN is in
 * @link: its link
 * @text: buffer
 * @size: of it
 *
 * Return: length, or -ENODEV once it is unlinked
 */
int target_tp_member_show(struct target_link *link, char *text, size_t size)
{
	const struct target_tp_group *group;

	guard(mutex)(&link->dev->mutex);
	group = link->tp.group;
	if (!group)
		return -ENODEV;
	return scnprintf(text, size,
			 "TG Port Alias: %s\nTG Port Group ID: %u\n"
			 "TG Port Primary Access State: %s\n"
			 "TG Port Primary Access Status: %s\n"
			 "TG Port Secondary Access State: %s\n"
			 "TG Port Secondary Access Status: %s\n",
			 group->name, group->id,
			 target_tp_access_name(target_tp_access_state(&group->access)),
			 target_tp_group_status_text(group->access.status),
			 link->tp.offline ? "Offline" : "None",
			 target_tp_group_status_text(link->tp.status));
}

/**
 * target_tp_member_group_id - identifier of the group that a LUN is in
 * @link: its link
 *
 * Context: process.
 * Return: identifier; 0, the default group's, once it is unlinked
 */
u16 target_tp_member_group_id(struct target_link *link)
{
	guard(mutex)(&link->dev->mutex);
	return link->tp.group ? link->tp.group->id : 0;
}
