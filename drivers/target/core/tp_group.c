// SPDX-License-Identifier: GPL-2.0-only
/*
 * ALUA target port groups (SPC-5 5.18): sets of a logical unit's LUNs that
 * share an access state.  A LUN that links to a logical unit is always in one
 * of its groups; the one without another is in the default group.
 *
 * Every group is active/optimized: other states are refused here until the
 * device server reports and enforces them.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include "tp_group.h"

#define NONOP_DELAY_MSECS	100
#define NONOP_DELAY_MSECS_MAX	10000
#define TRANS_DELAY_MSECS_MAX	30000
#define IMPLICIT_TRANS_SECS_MAX	255

#define ROW(_struct, _name, _member, _kind, _max, _init, _help)		\
	[TARGET_TP_##_name] = {						\
		.name = #_name, .kind = TARGET_FIELD_##_kind,		\
		.offset = TARGET_FIELD_AT(_struct, _member, _kind),	\
		.max = _max, .init = _init, .help = _help,		\
	}
#define FIELD(_name, _member, _kind, _max, _init, _help)		\
	ROW(struct target_tp_group, _name, _member, _kind, _max, _init, _help)
#define SUPPORT(_state, _init)						\
	FIELD(alua_support_##_state, support_##_state, FLAG, 1, _init,	\
	      "the group may be in this state")

static const struct target_field table[] = {
	FIELD(alua_access_state, access_state, CODE, TARGET_TP_OFFLINE, 0,
	      "asymmetric access state; other than 0, active/optimized, is EOPNOTSUPP"),
	FIELD(alua_access_status, access_status, CODE, 2, 0,
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
	      "keep the access state in a file"),
	FIELD(implicit_trans_secs, implicit_trans_secs, U16,
	      IMPLICIT_TRANS_SECS_MAX, 0, "IMPLICIT TRANSITION TIME"),
	FIELD(nonop_delay_msecs, nonop_delay_msecs, U16, NONOP_DELAY_MSECS_MAX,
	      NONOP_DELAY_MSECS, "delay of commands while active/non-optimized"),
	FIELD(preferred, preferred, FLAG, 1, 0, "PREF bit"),
	FIELD(trans_delay_msecs, trans_delay_msecs, U16, TRANS_DELAY_MSECS_MAX,
	      0, "least time that a transition takes"),
};

static_assert(ARRAY_SIZE(table) == TARGET_TP_FIELD_COUNT);

#define MEMBER(_name, _member, _kind, _max, _help)			\
	ROW(struct target_tp_member, _name, _member, _kind, _max, 0, _help)

static const struct target_field member_table[] = {
	MEMBER(alua_tg_pt_offline, offline, FLAG, 1,
	       "the secondary access state is offline"),
	MEMBER(alua_tg_pt_status, status, CODE, 2,
	       "0 none, 1 altered by SET TARGET PORT GROUPS, 2 altered implicitly"),
	MEMBER(alua_tg_pt_write_md, write_metadata, FLAG, 1,
	       "keep the secondary access state in a file"),
};

static_assert(ARRAY_SIZE(member_table) == TARGET_TP_MEMBER_FIELD_COUNT);

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

/**
 * target_tp_group_describe - the schema of a group's directory
 * @text: buffer
 * @size: room in it; 0 to learn the length
 *
 * Return: length of the text
 */
int target_tp_group_describe(char *text, size_t size)
{
	size_t length = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		length += target_field_describe(&table[i], "", "always",
						size ? text + length : NULL,
						size ? size - length : 0);
	return length;
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
	INIT_LIST_HEAD(&group->members);
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
	struct target_tp_group *rest = group->dev->tp_default;
	struct target_lun *lun;

	scoped_guard(mutex, &group->dev->mutex) {
		list_for_each_entry(lun, &group->members, tp.node)
			lun->tp.group = rest;
		list_splice_tail(&group->members, &rest->members);
		list_del(&group->node);
	}
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

static bool id_taken(struct target_dev *dev, u16 id)
{
	struct target_tp_group *group;

	lockdep_assert_held(&dev->mutex);
	list_for_each_entry(group, &dev->tp_groups, node)
		if (group->id_set && group->id == id)
			return true;
	return false;
}

/* The lowest identifier from 1 that is free, or 0. */
static u16 free_id(struct target_dev *dev)
{
	u16 id;

	for (id = 1; id && id_taken(dev, id); id++)
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
	if (!id || id_taken(group->dev, id))
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
	return target_field_load(&table[id], group);
}

static int check_state(const struct target_tp_group *group, u32 state)
{
	switch (state) {
	case TARGET_TP_ACTIVE_OPTIMIZED:
		return 0;
	case TARGET_TP_ACTIVE_NONOPTIMIZED:
	case TARGET_TP_STANDBY:
	case TARGET_TP_UNAVAILABLE:
	case TARGET_TP_LBA_DEPENDENT:
	case TARGET_TP_OFFLINE:
		pr_warn("target: %s/%s: only access state 0, active/optimized, is offered; to stop access unlink the LUN\n",
			group->dev->name, group->name);
		return -EOPNOTSUPP;
	default:
		return -EINVAL;
	}
}

/**
 * target_tp_group_set - change a scalar
 * @group: group with an identifier
 * @id: which
 * @value: in the row's range
 *
 * Return: 0; -EINVAL; -EOPNOTSUPP, after a log line, for an access state that
 * is not offered
 */
int target_tp_group_set(struct target_tp_group *group, enum target_tp_field id,
			u32 value)
{
	int ret;

	guard(mutex)(&group->dev->mutex);
	if (id == TARGET_TP_alua_access_state) {
		ret = group->id_set ? check_state(group, value) : -EINVAL;
		if (ret)
			return ret;
	}
	target_field_store(&table[id], group, value);
	return 0;
}

/* ---------------------------------------------------------------- members -- */

static void move_to(struct target_lun *lun, struct target_tp_group *group)
{
	lockdep_assert_held(&group->dev->mutex);
	lun->tp.group = group;
	list_move_tail(&lun->tp.node, &group->members);
}

/**
 * target_tp_group_add - a LUN was linked
 * @lun: LUN
 * @dev: logical unit
 */
void target_tp_group_add(struct target_lun *lun, struct target_dev *dev)
{
	guard(mutex)(&dev->mutex);
	INIT_LIST_HEAD(&lun->tp.node);
	move_to(lun, dev->tp_default);
}

/**
 * target_tp_group_del - a LUN is being unlinked
 * @lun: LUN
 * @dev: logical unit
 */
void target_tp_group_del(struct target_lun *lun, struct target_dev *dev)
{
	guard(mutex)(&dev->mutex);
	list_del_init(&lun->tp.node);
	lun->tp = (struct target_tp_member){ };
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
 * target_tp_group_join - put a LUN into a group
 * @lun: LUN
 * @dev: logical unit that it links to
 * @name: group, or "NULL" for the default group
 *
 * Return: 0, or -ENODEV if there is no such group, or it has no identifier
 */
int target_tp_group_join(struct target_lun *lun, struct target_dev *dev,
			 const char *name)
{
	struct target_tp_group *group;

	guard(mutex)(&dev->mutex);
	group = strcmp(name, "NULL") ? find(dev, name) : dev->tp_default;
	if (!group || !group->id_set || !lun->tp.group)
		return -ENODEV;
	move_to(lun, group);
	return 0;
}

/**
 * target_tp_group_member_row - the row of a LUN's file
 * @id: which
 *
 * Return: row
 */
const struct target_field *
target_tp_group_member_row(enum target_tp_member_field id)
{
	return &member_table[id];
}

/**
 * target_tp_group_member_get - value of a LUN's file
 * @lun: LUN
 * @dev: logical unit that it links to
 * @id: which
 *
 * Return: value
 */
u32 target_tp_group_member_get(struct target_lun *lun, struct target_dev *dev,
			       enum target_tp_member_field id)
{
	guard(mutex)(&dev->mutex);
	return target_field_load(&member_table[id], &lun->tp);
}

/**
 * target_tp_group_member_set - change a LUN's file
 * @lun: LUN
 * @dev: logical unit that it links to
 * @id: which
 * @value: in the row's range
 *
 * Return: 0, or -EOPNOTSUPP after a log line for what is not offered
 */
int target_tp_group_member_set(struct target_lun *lun, struct target_dev *dev,
			       enum target_tp_member_field id, u32 value)
{
	guard(mutex)(&dev->mutex);
	if (id == TARGET_TP_alua_tg_pt_offline && value) {
		pr_warn("target: %s: LUN %llu: the secondary access state offline is not offered; to stop access unlink the LUN\n",
			dev->name, lun->se.unpacked_lun);
		return -EOPNOTSUPP;
	}
	target_field_store(&member_table[id], &lun->tp, value);
	return 0;
}

/* ------------------------------------------------------------------ texts -- */

static const char *state_text(u8 state)
{
	static const char * const texts[] = {
		[TARGET_TP_ACTIVE_OPTIMIZED] = "Active/Optimized",
		[TARGET_TP_ACTIVE_NONOPTIMIZED] = "Active/NonOptimized",
		[TARGET_TP_STANDBY] = "Standby",
		[TARGET_TP_UNAVAILABLE] = "Unavailable",
		[TARGET_TP_LBA_DEPENDENT] = "LBA Dependent",
		[TARGET_TP_OFFLINE] = "Offline",
	};

	return state < ARRAY_SIZE(texts) && texts[state] ? texts[state] :
							   "Unknown";
}

/**
 * target_tp_group_status_text - an access status for people
 * @status: target_tp_group.access_status
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
 * target_tp_group_show - say which group a LUN is in
 * @lun: LUN
 * @dev: logical unit that it links to
 * @text: buffer
 * @size: of it
 *
 * Return: length, or -ENODEV while it is being linked or unlinked
 */
int target_tp_group_show(struct target_lun *lun, struct target_dev *dev,
			 char *text, size_t size)
{
	const struct target_tp_group *group;

	guard(mutex)(&dev->mutex);
	group = lun->tp.group;
	if (!group)
		return -ENODEV;
	return scnprintf(text, size,
			 "TG Port Alias: %s\nTG Port Group ID: %u\n"
			 "TG Port Primary Access State: %s\n"
			 "TG Port Primary Access Status: %s\n"
			 "TG Port Secondary Access State: %s\n"
			 "TG Port Secondary Access Status: %s\n",
			 group->name, group->id,
			 state_text(group->access_state),
			 target_tp_group_status_text(group->access_status),
			 lun->tp.offline ? "Offline" : "None",
			 target_tp_group_status_text(lun->tp.status));
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
	struct target_lun *lun;
	size_t length = 0;

	guard(mutex)(&group->dev->mutex);
	list_for_each_entry(lun, &group->members, tp.node) {
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

/**
 * target_tp_group_id - identifier of the group that a LUN is in
 * @lun: LUN
 * @dev: logical unit that it links to
 *
 * Context: process.
 * Return: identifier; 0, the default group's, while it is being unlinked
 */
u16 target_tp_group_id(struct target_lun *lun, struct target_dev *dev)
{
	guard(mutex)(&dev->mutex);
	return lun->tp.group ? lun->tp.group->id : 0;
}
