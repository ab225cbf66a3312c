// SPDX-License-Identifier: GPL-2.0-only
/*
 * ALUA target port groups (SPC-5 5.18): sets of a logical unit's LUNs that
 * share an access state.  A LUN that links to a logical unit is always in one
 * of its groups (tp_member.c).
 */
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "events.h"
#include "tp_file.h"
#include "tp_group.h"

#define NONOP_DELAY_MSECS	100
#define NONOP_DELAY_MSECS_MAX	10000
#define TRANS_DELAY_MSECS_MAX	30000
#define IMPLICIT_TRANS_SECS_MAX	255

#define FIELD(_name, _member, _kind, _max, _init, _help)		\
	[TARGET_TP_##_name] = {						\
		.name = #_name, .kind = TARGET_FIELD_##_kind,		\
		.offset = TARGET_FIELD_AT(struct target_tp_group, _member, \
					  _kind),			\
		.max = _max, .init = _init, .help = _help,		\
	}
#define SUPPORT(_state, _init)						\
	FIELD(alua_support_##_state, support_##_state, FLAG, 1, _init,	\
	      "the group may be in this state")

static const struct target_field table[] = {
	FIELD(alua_access_state, access.state, CODE, 4, 0,
	      "0 optimized, 1 not, 2 standby, 3 unavailable, 4 LBA dependent; 15 on the way"),
	FIELD(alua_access_status, access.status, CODE, 2, 0,
	      "0 none, 1 altered by SET TARGET PORT GROUPS, 2 altered implicitly"),
	FIELD(alua_access_type, access_type, CODE, 3, 3,
	      "0 none, 1 implicit, 2 explicit, 3 both"),
	SUPPORT(active_nonoptimized, 1),
	SUPPORT(active_optimized, 1),
	SUPPORT(lba_dependent, 0),
	SUPPORT(offline, 1),
	SUPPORT(standby, 1),
	SUPPORT(transitioning, 1),
	SUPPORT(unavailable, 1),
	FIELD(alua_write_metadata, write_metadata, FLAG, 1, 0,
	      "keep the state in a file below dbroot/alua; 1 takes what is there"),
	FIELD(implicit_trans_secs, implicit_trans_secs, U16,
	      IMPLICIT_TRANS_SECS_MAX, 0, "IMPLICIT TRANSITION TIME"),
	FIELD(nonop_delay_msecs, nonop_delay_msecs, U16, NONOP_DELAY_MSECS_MAX,
	      NONOP_DELAY_MSECS,
	      "delay of commands that name blocks while active/non-optimized; the default is none"),
	FIELD(preferred, preferred, FLAG, 1, 0, "PREF bit"),
	FIELD(trans_delay_msecs, trans_delay_msecs, U16, TRANS_DELAY_MSECS_MAX,
	      0, "length of a transition; none without alua_support_transitioning"),
};

static_assert(ARRAY_SIZE(table) == TARGET_TP_FIELD_COUNT);
static_assert(NONOP_DELAY_MSECS == TARGET_TP_NONOP_DELAY_MSECS);

/**
 * target_tp_group_row - the row of a file
 * @id: which
 *
 * Return: row
 */
const struct target_field *target_tp_group_row(enum target_tp_field id)
{
	return &table[id];
}

/* ---------------------------------------------------------------- groups -- */

/**
 * target_tp_group_make - make a group, without an identifier
 * @dev: logical unit
 * @name: its directory
 *
 * Return: group or ERR_PTR
 */
struct target_tp_group *target_tp_group_make(struct target_dev *dev,
					     const char *name)
{
	struct target_tp_group *group = kzalloc(sizeof(*group), GFP_KERNEL);
	size_t i;

	if (!group)
		return ERR_PTR(-ENOMEM);
	group->name = kstrdup(name, GFP_KERNEL);
	if (!group->name) {
		kfree(group);
		return ERR_PTR(-ENOMEM);
	}
	group->dev = dev;
	mutex_init(&group->file_lock);
	INIT_LIST_HEAD(&group->members);
	target_tp_transition_init(group);
	for (i = 0; i < ARRAY_SIZE(table); i++)
		target_field_store(&table[i], group, table[i].init);
	guard(mutex)(&dev->mutex);
	list_add_tail(&group->node, &dev->tp_groups);
	return group;
}

/**
 * target_tp_group_remove - the directory is gone
 * @group: group; its members go to the default group
 */
void target_tp_group_remove(struct target_tp_group *group)
{
	struct target_dev *dev = group->dev;
	struct target_tp_group *rest = dev->tp_default;
	struct target_link *link;
	bool moved, changed;

	scoped_guard(mutex, &dev->mutex) {
		moved = !list_empty(&group->members);
		changed = moved && target_tp_access_state(&group->access) !=
				   target_tp_access_state(&rest->access);
		list_for_each_entry(link, &group->members, tp.node)
			link->tp.group = rest;
		list_splice_tail(&group->members, &rest->members);
		list_del(&group->node);
		target_tp_transition_publish(dev);
	}
	target_tp_transition_exit(group);
	if (moved)
		target_events_ident_changed(dev);
	if (changed)
		target_events_access_changed(dev, NULL, true);
	kfree(group->name);
	kfree(group);
}

/**
 * target_tp_group_init - make the default group of a new logical unit
 * @dev: logical unit
 *
 * Return: 0 or -ENOMEM
 */
int target_tp_group_init(struct target_dev *dev)
{
	struct target_tp_group *group;

	INIT_LIST_HEAD(&dev->tp_groups);
	group = target_tp_group_make(dev, "default_tg_pt_gp");
	if (IS_ERR(group))
		return PTR_ERR(group);
	group->id_set = true;
	dev->tp_default = group;
	return 0;
}

/**
 * target_tp_group_exit - the logical unit goes away
 * @dev: logical unit without LUNs
 */
void target_tp_group_exit(struct target_dev *dev)
{
	target_tp_group_remove(dev->tp_default);
	dev->tp_default = NULL;
}

/* The lowest identifier from 1 that is free, or 0. */
static u16 free_id(struct target_dev *dev)
{
	u16 id;

	for (id = 1; id && target_tp_transition_find(dev, id); id++)
		;
	return id;
}

/**
 * target_tp_group_set_id - give a group its identifier
 * @group: group that has none
 * @id: 1 to 65535, or 0 for one that is free
 *
 * Return: 0, or -EINVAL if it has one, or @id is taken or out of range
 */
int target_tp_group_set_id(struct target_tp_group *group, u32 id)
{
	guard(mutex)(&group->dev->mutex);
	if (id > U16_MAX || group->id_set)
		return -EINVAL;
	if (!id)
		id = free_id(group->dev);
	if (!id || target_tp_transition_find(group->dev, id))
		return -EINVAL;
	group->id = id;
	group->id_set = true;
	return 0;
}

/**
 * target_tp_group_get - value of a scalar file
 * @group: group
 * @id: which
 *
 * Return: value
 */
u32 target_tp_group_get(struct target_tp_group *group, enum target_tp_field id)
{
	guard(mutex)(&group->dev->mutex);
	if (id == TARGET_TP_alua_access_state)
		return target_tp_access_state(&group->access);
	return target_field_load(&table[id], group);
}

/**
 * target_tp_group_set - change a scalar
 * @group: group
 * @id: which; the state has target_tp_group_move(), the file
 *	target_tp_group_keep()
 * @value: in the row's range
 */
void target_tp_group_set(struct target_tp_group *group, enum target_tp_field id,
			 u32 value)
{
	guard(mutex)(&group->dev->mutex);
	target_field_store(&table[id], group, value);
	target_tp_transition_publish(group->dev);
}

/**
 * struct move - an administrator who waits for a transition
 * @request: what he asked for
 * @ended: the transitions have
 * @kref: one for him, one for @request
 */
struct move {
	struct target_tp_request	request;
	struct completion		ended;
	struct kref			kref;
};

static void free_move(struct kref *kref)
{
	kfree(container_of(kref, struct move, kref));
}

static void move_ended(struct target_tp_request *request)
{
	struct move *move = container_of(request, struct move, request);

	complete(&move->ended);
	kref_put(&move->kref, free_move);
}

static struct move *alloc_move(void)
{
	struct move *move = kzalloc(sizeof(*move), GFP_KERNEL);

	if (!move)
		return NULL;
	move->request.cause = TARGET_TP_BY_ITSELF;
	move->request.done = move_ended;
	atomic_set(&move->request.pending, 1);
	init_completion(&move->ended);
	kref_init(&move->kref);
	kref_get(&move->kref);
	return move;
}

static int explain(const struct target_tp_group *group, u32 state, int why)
{
	static const struct {
		int		why;
		const char	*text;
	} rows[] = {
		{ -EINVAL, "its alua_support bits do not have it" },
		{ -EPERM, "its alua_access_type has no implicit changes" },
		{ -ENODATA, "lba_map is empty" },
		{ -ENXIO, "it has no tg_pt_gp_id" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].why != why)
			continue;
		pr_warn("target: %s/%s: not put into access state %u: %s\n",
			group->dev->name, group->name, state, rows[i].text);
		return -EINVAL;
	}
	return why;
}

/**
 * target_tp_group_move - put a group into another state
 * @group: group
 * @state: enum target_tp_state
 *
 * Context: process; waits until the transition has ended, or for a fatal
 * signal.
 * Return: 0; -EINVAL after a log line if it cannot be; -EBUSY while a
 * transition is under way; -EINTR; what the file of the state failed with
 */
int target_tp_group_move(struct target_tp_group *group, u32 state)
{
	struct move *move;
	int ret;

	if (!group->id_set)
		return explain(group, state, -ENXIO);
	move = alloc_move();
	if (!move)
		return -ENOMEM;
	ret = target_tp_transition_start(group->dev, group->id, state,
					 &move->request);
	target_tp_transition_put(&move->request);
	if (ret)
		ret = explain(group, state, ret);
	else if (wait_for_completion_killable(&move->ended))
		ret = -EINTR;
	else
		ret = READ_ONCE(move->request.error);
	kref_put(&move->kref, free_move);
	return ret;
}

/* What the file says, if the group may be in that state */
static bool adopt(struct target_tp_group *group,
		  const struct target_tp_access *kept)
{
	scoped_guard(mutex, &group->dev->mutex) {
		if (target_tp_transition_check(group, kept->state,
					       TARGET_TP_UNALTERED))
			return false;
		group->access.state = kept->state;
		group->access.status = kept->status;
		group->write_metadata = true;
		target_tp_transition_publish(group->dev);
	}
	target_events_access_changed(group->dev, NULL, true);
	return true;
}

/*
 * From here on a transition keeps its outcome itself, after @access was kept; one
 * that is under way does not know.
 */
static int begin_keeping(struct target_tp_group *group,
			 struct target_tp_access *access)
{
	guard(mutex)(&group->dev->mutex);
	if (group->access.moving)
		return -EBUSY;
	*access = group->access;
	group->write_metadata = true;
	return 0;
}

/* What the file says counts; if there is none, it is written. */
static int begin_file(struct target_tp_group *group)
{
	struct target_tp_access kept, access;
	int ret;

	guard(mutex)(&group->file_lock);
	if (!target_tp_file_load(group, &kept) && adopt(group, &kept))
		return 0;
	ret = begin_keeping(group, &access);
	if (ret)
		return ret;
	ret = target_tp_file_save(group, &access);
	if (ret)
		target_tp_group_set(group, TARGET_TP_alua_write_metadata, false);
	return ret;
}

/**
 * target_tp_group_keep - keep the state of a group in a file, or no more
 * @group: group
 * @keep: which
 *
 * Context: process; waits for the disk.
 * Return: 0; -EINVAL without an identifier; -EBUSY while a transition is under
 * way; what the file failed with
 */
int target_tp_group_keep(struct target_tp_group *group, bool keep)
{
	if (!group->id_set)
		return -EINVAL;
	if (keep && !READ_ONCE(group->write_metadata))
		return begin_file(group);
	target_tp_group_set(group, TARGET_TP_alua_write_metadata, keep);
	return 0;
}

/* ------------------------------------------------------------------ texts -- */

/**
 * target_tp_group_status_text - an access status for people
 * @status: enum target_tp_status
 *
 * Return: text
 */
const char *target_tp_group_status_text(u8 status)
{
	static const char * const texts[] = {
		"None", "Altered by Explicit STPG", "Altered by Implicit ALUA",
	};

	return status < ARRAY_SIZE(texts) ? texts[status] : "Unknown";
}

/**
 * target_tp_group_type_text - an access type for people
 * @type: target_tp_group.access_type
 *
 * Return: text
 */
const char *target_tp_group_type_text(u8 type)
{
	static const char * const texts[] = {
		"None", "Implicit", "Explicit", "Implicit and Explicit",
	};

	return type < ARRAY_SIZE(texts) ? texts[type] : "Unknown";
}

/**
 * target_tp_group_show_members - list the LUNs of a group
 * @group: group
 * @text: buffer
 * @size: of it; what does not fit is left out, line by line
 *
 * Return: length
 */
int target_tp_group_show_members(struct target_tp_group *group, char *text,
				 size_t size)
{
	struct target_link *link;
	size_t length = 0;

	guard(mutex)(&group->dev->mutex);
	list_for_each_entry(link, &group->members, tp.node) {
		const struct target_lun *lun = link->lun;
		const struct target_port *port = lun->port;
		int more = snprintf(text + length, size - length,
				    "%s/%s/tpgt_%u/lun_%llu\n",
				    port->tfo->fabric_name, port->name,
				    port->tag, lun->se.unpacked_lun);

		if (more >= size - length)
			break;
		length += more;
	}
	return length;
}
