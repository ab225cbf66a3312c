// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access control lists: which initiators a target port group admits, and
 * which LUNs each of them sees.
 *
 * An ACL is referenced by the table of its group, by its directory and by its
 * sessions.  One that demo mode made has no directory and leaves the table
 * with its last session, unless the fabric wants to keep it.
 */
#include <linux/export.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "acl.h"
#include "acl_table.h"
#include "events.h"
#include "itl.h"
#include "lun.h"
#include "session.h"
#include "stats.h"

static DEFINE_IDA(indices);

static void release(struct kref *kref)
{
	struct target_acl *acl = container_of(kref, struct target_acl, kref);

	ida_free(&indices, acl->se->acl_index);
	xa_destroy(&acl->maps);
	kfree(acl->se);
	kfree(acl);
}

void target_acl_unref(struct target_acl *acl)
{
	kref_put(&acl->kref, release);
}

static struct target_acl *alloc_acl(struct target_port *port, const char *name)
{
	size_t size = max(sizeof(struct se_node_acl), port->tfo->node_acl_size);
	struct target_acl *acl = kzalloc(sizeof(*acl), GFP_KERNEL);
	struct se_node_acl *se = kzalloc(size, GFP_KERNEL);
	int index = ida_alloc_min(&indices, 1, GFP_KERNEL);

	if (!acl || !se || index < 0) {
		if (index >= 0)
			ida_free(&indices, index);
		kfree(se);
		kfree(acl);
		return NULL;
	}
	acl->se = se;
	acl->port = port;
	xa_init(&acl->maps);
	INIT_LIST_HEAD(&acl->sessions);
	INIT_LIST_HEAD(&acl->port_node);
	acl->release = release;
	kref_init(&acl->kref);

	strscpy(se->initiatorname, name, sizeof(se->initiatorname));
	se->acl_index = index;
	se->se_tpg = port->se_tpg;
	/* the fabric may add groups to it before there is a directory */
	config_group_init(&se->acl_fabric_stat_group);
	se->core_private[0] = (uintptr_t)acl;
	se->queue_depth = max(1U, port->tfo->tpg_get_default_depth(port->se_tpg));
	port->tfo->set_default_node_attributes(se);
	return acl;
}

/* A new ACL in the table, with a reference for the caller. */
static struct target_acl *make(struct target_port *port, const char *name,
			       bool dynamic)
{
	struct target_acl *acl;
	int ret;

	lockdep_assert_held(&port->mutex);

	if (strlen(name) >= TRANSPORT_IQN_LEN)
		return ERR_PTR(-EOVERFLOW);
	acl = alloc_acl(port, name);
	if (!acl)
		return ERR_PTR(-ENOMEM);
	acl->se->dynamic_node_acl = dynamic;
	ret = target_acl_table_add(acl);
	if (ret) {
		target_acl_unref(acl);
		return ERR_PTR(ret);
	}
	return acl;
}

/* Demo mode showed these sessions everything; an explicit ACL shows nothing */
static void adopt(struct target_acl *acl)
{
	struct target_sess *sess;

	lockdep_assert_held(&acl->port->mutex);

	acl->se->dynamic_node_acl = false;
	list_for_each_entry(sess, &acl->sessions, acl_node) {
		target_itl_hide_all(sess);
		target_events_lun_map_changed(sess);
	}
}

/**
 * target_acl_make - admit an initiator
 * @port: target port group
 * @name: initiator
 *
 * An ACL that demo mode made for the same name becomes this one, and its
 * sessions see nothing until LUNs are mapped.
 *
 * Context: process.
 * Return: ACL with a reference for its directory, or ERR_PTR: -EEXIST,
 * -EOVERFLOW if the name is too long, -ENOMEM, what the fabric says of it
 */
struct target_acl *target_acl_make(struct target_port *port, const char *name)
{
	struct target_acl *acl;
	int ret = 0;

	mutex_lock(&port->mutex);
	acl = target_acl_table_find(port, name);
	if (!acl) {
		acl = make(port, name, false);
	} else if (acl->se->dynamic_node_acl) {
		kref_get(&acl->kref);
		adopt(acl);
	} else {
		acl = ERR_PTR(-EEXIST);
	}
	if (IS_ERR(acl))
		goto out;

	if (port->tfo->fabric_init_nodeacl)
		ret = port->tfo->fabric_init_nodeacl(acl->se, name);
	if (ret) {
		target_acl_table_del(acl);
		target_acl_unref(acl);
		acl = ERR_PTR(ret);
	}
out:
	mutex_unlock(&port->mutex);
	return acl;
}

/**
 * target_acl_remove - do not admit an initiator any more
 * @acl: explicit ACL; its directory keeps its reference until
 *	target_acl_unref()
 *
 * Its sessions see nothing from now on, and the fabric is asked to end them.
 *
 * Context: process.
 */
void target_acl_remove(struct target_acl *acl)
{
	struct target_port *port = acl->port;
	struct target_sess *sess;

	mutex_lock(&port->mutex);
	list_for_each_entry(sess, &acl->sessions, acl_node)
		target_itl_hide_all(sess);
	target_acl_table_del(acl);
	mutex_unlock(&port->mutex);
	target_session_close(acl);
}

/* ------------------------------------------------------ mapped LUNs ----- */

/* Every I_T_L nexus of a mapping. */
static void each_itl(struct target_map *map, void (*fn)(struct target_itl *itl))
{
	struct target_sess *sess;
	struct target_itl *itl;

	lockdep_assert_held(&map->acl->port->mutex);

	list_for_each_entry(sess, &map->acl->sessions, acl_node) {
		itl = xa_load(&sess->itls, map->mapped_lun);
		if (itl && itl->map == map)
			fn(itl);
	}
}

static void hide(struct target_itl *itl)
{
	struct target_sess *sess = itl->sess;

	target_itl_hide(itl);
	target_events_lun_map_changed(sess);
}

/* The initiator does not see the LUN any more.  Context: process. */
void target_acl_unmap(struct target_map *map)
{
	struct target_port *port = map->acl->port;

	mutex_lock(&port->mutex);
	xa_erase(&map->acl->maps, map->mapped_lun);
	each_itl(map, hide);
	mutex_unlock(&port->mutex);

	target_lun_put(map->lun);
	kfree(map);
}

/* To all sessions of its initiator, or the caller takes it back. */
static int show(struct target_map *map)
{
	struct target_sess *sess;
	int ret;

	lockdep_assert_held(&map->acl->port->mutex);

	list_for_each_entry(sess, &map->acl->sessions, acl_node) {
		ret = target_itl_add(sess, map->mapped_lun, map->lun->link, map);
		if (ret)
			return ret;
		target_events_lun_map_changed(sess);
	}
	return 0;
}

/**
 * target_acl_map - let an initiator see a LUN
 * @acl: initiator
 * @mapped_lun: under which number
 * @lun: LUN of the same group
 *
 * Context: process.
 * Return: mapping, or ERR_PTR: -EEXIST, -EINVAL if the LUN is another group's,
 * -ENOMEM
 */
struct target_map *target_acl_map(struct target_acl *acl, u64 mapped_lun,
				  struct target_lun *lun)
{
	struct target_port *port = acl->port;
	struct target_map *map;
	int ret;

	if (lun->port != port)
		return ERR_PTR(-EINVAL);
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return ERR_PTR(-ENOMEM);
	map->acl = acl;
	map->lun = lun;
	map->mapped_lun = mapped_lun;
	map->created = jiffies;

	mutex_lock(&port->mutex);
	map->read_only = port->tfo->tpg_check_prod_mode_write_protect(port->se_tpg);
	ret = xa_insert(&acl->maps, mapped_lun, map, GFP_KERNEL);
	if (ret) {
		mutex_unlock(&port->mutex);
		kfree(map);
		return ERR_PTR(ret == -EBUSY ? -EEXIST : ret);
	}
	kref_get(&lun->kref);
	ret = lun->link ? show(map) : 0;
	mutex_unlock(&port->mutex);
	if (!ret)
		return map;
	target_acl_unmap(map);
	return ERR_PTR(ret);
}

static void copy_read_only(struct target_itl *itl)
{
	WRITE_ONCE(itl->read_only, itl->map->read_only);
}

void target_acl_set_read_only(struct target_map *map, bool read_only)
{
	struct target_port *port = map->acl->port;

	mutex_lock(&port->mutex);
	map->read_only = read_only;
	each_itl(map, copy_read_only);
	mutex_unlock(&port->mutex);
}

/* What an initiator did at a mapped LUN.  Context: process. */
void target_acl_map_totals(struct target_map *map, struct target_totals *sum)
{
	struct target_port *port = map->acl->port;
	struct target_sess *sess;
	struct target_itl *itl;

	mutex_lock(&port->mutex);
	*sum = map->base;
	list_for_each_entry(sess, &map->acl->sessions, acl_node) {
		itl = xa_load(&sess->itls, map->mapped_lun);
		if (itl && itl->map == map)
			target_stats_fold(itl, sum);
	}
	mutex_unlock(&port->mutex);
}

int target_acl_set_tag(struct target_acl *acl, const char *tag)
{
	int ret = 0;

	mutex_lock(&acl->port->mutex);
	if (strlen(tag) >= sizeof(acl->se->acl_tag))
		ret = -EINVAL;
	else if (!strcmp(tag, "NULL"))
		acl->se->acl_tag[0] = '\0';
	else
		strscpy(acl->se->acl_tag, tag, sizeof(acl->se->acl_tag));
	mutex_unlock(&acl->port->mutex);
	return ret;
}

/* --------------------------------------------------- for sessions ------- */

/**
 * target_acl_admit - the ACL for an initiator that logs in
 * @port: where
 * @name: who
 *
 * Return: ACL with a reference for the session, or ERR_PTR(-EACCES)
 */
struct target_acl *target_acl_admit(struct target_port *port, const char *name)
{
	struct target_acl *acl = target_acl_table_find(port, name);

	if (acl) {
		kref_get(&acl->kref);
		return acl;
	}
	if (!port->tfo->tpg_check_demo_mode(port->se_tpg))
		return ERR_PTR(-EACCES);
	return make(port, name, true);
}

/* A session is gone from sight; maybe its ACL with it. */
void target_acl_forget(struct target_sess *sess)
{
	struct target_acl *acl = sess->acl;
	struct target_port *port = sess->port;

	lockdep_assert_held(&port->mutex);

	list_del_init(&sess->acl_node);
	if (acl->se->dynamic_node_acl && list_empty(&acl->sessions) &&
	    !(port->se_tpg && port->tfo->tpg_check_demo_mode_cache(port->se_tpg)))
		target_acl_table_del(acl);
}

/* A session is freed. */
void target_acl_leave(struct target_sess *sess)
{
	target_acl_unref(sess->acl);
}

/* ----------------------------------------------------- for fabrics ------ */

/**
 * target_acl_get - the explicit ACL of an initiator
 * @se_tpg: target port group
 * @initiatorname: who
 *
 * For what the fabric must know before there is a session, such as
 * credentials.
 *
 * Context: process; takes the group's mutex.
 * Return: ACL, to be given back with target_acl_put(); NULL if there is none
 */
struct se_node_acl *target_acl_get(struct se_portal_group *se_tpg,
				   const char *initiatorname)
{
	struct target_port *port = to_port(se_tpg);
	struct target_acl *acl;

	mutex_lock(&port->mutex);
	acl = target_acl_table_find(port, initiatorname);
	if (acl && acl->se->dynamic_node_acl)
		acl = NULL;
	if (acl)
		kref_get(&acl->kref);
	mutex_unlock(&port->mutex);
	return acl ? acl->se : NULL;
}
EXPORT_SYMBOL_GPL(target_acl_get);

/**
 * target_acl_put - give back what target_acl_get() returned
 * @se_nacl: ACL
 *
 * Context: process.
 */
void target_acl_put(struct se_node_acl *se_nacl)
{
	target_acl_unref(to_acl(se_nacl));
}
EXPORT_SYMBOL_GPL(target_acl_put);

/**
 * target_acl_set_queue_depth - how many commands a session may have under way
 * @se_nacl: ACL
 * @depth: how many; at least 1 is set
 *
 * Its sessions are closed, so that their initiators log in again with it.
 *
 * Context: process.
 * Return: 0
 */
int target_acl_set_queue_depth(struct se_node_acl *se_nacl, u32 depth)
{
	struct target_acl *acl = to_acl(se_nacl);

	depth = max(depth, 1U);
	if (se_nacl->queue_depth != depth) {
		WRITE_ONCE(se_nacl->queue_depth, depth);
		target_session_close(acl);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(target_acl_set_queue_depth);
