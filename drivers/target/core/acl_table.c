// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ACLs of a target port group, by initiator name.  The table holds a
 * reference to each.
 */
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/string.h>
#include "acl_table.h"

static u32 hash_key(const void *data, u32 len, u32 seed)
{
	return jhash(data, strlen(data), seed);
}

static u32 hash_obj(const void *data, u32 len, u32 seed)
{
	const struct target_acl *acl = data;

	return hash_key(acl->se->initiatorname, 0, seed);
}

static int compare(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct target_acl *acl = obj;

	return strcmp(acl->se->initiatorname, arg->key);
}

const struct rhashtable_params target_acl_table_params = {
	.head_offset = offsetof(struct target_acl, hash),
	.hashfn = hash_key,
	.obj_hashfn = hash_obj,
	.obj_cmpfn = compare,
	.automatic_shrinking = true,
};

struct target_acl *target_acl_table_find(struct target_port *port,
					 const char *name)
{
	lockdep_assert_held(&port->mutex);

	return rhashtable_lookup_fast(&port->acls, name, target_acl_table_params);
}

int target_acl_table_add(struct target_acl *acl)
{
	struct target_port *port = acl->port;
	int ret;

	lockdep_assert_held(&port->mutex);

	ret = rhashtable_insert_fast(&port->acls, &acl->hash,
				     target_acl_table_params);
	if (ret)
		return ret;
	list_add_tail(&acl->port_node, &port->acl_list);
	port->nr_acls++;
	kref_get(&acl->kref);
	return 0;
}

void target_acl_table_del(struct target_acl *acl)
{
	struct target_port *port = acl->port;

	lockdep_assert_held(&port->mutex);

	if (list_empty(&acl->port_node))
		return;
	rhashtable_remove_fast(&port->acls, &acl->hash, target_acl_table_params);
	list_del_init(&acl->port_node);
	port->nr_acls--;
	kref_put(&acl->kref, acl->release);
}
