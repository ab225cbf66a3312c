/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of the iSCSI directories, as lists for struct target_core_fabric_ops.
 */
#ifndef ISCSIT_ATTRS_H
#define ISCSIT_ATTRS_H

#include <linux/configfs.h>
#include <target/target_core_schema.h>

#include "tpg.h"

/* attrs_tpg.c */
extern struct configfs_attribute *iscsit_attrs_tpg_attrib[];
extern struct configfs_attribute *iscsit_attrs_tpg_auth[];
extern struct configfs_attribute *iscsit_attrs_tpg_param[];
extern struct configfs_attribute *iscsit_attrs_tpg_discovery[];

/* attrs_acl.c */
extern struct configfs_attribute *iscsit_attrs_acl_base[];
extern struct configfs_attribute *iscsit_attrs_acl_attrib[];
extern struct configfs_attribute *iscsit_attrs_acl_auth[];
extern struct configfs_attribute *iscsit_attrs_acl_param[];

/* attrs_sess.c */
void iscsit_attrs_sess_add(struct iscsit_tpg *tpg);
extern const struct target_schema iscsit_attrs_sess_schema[];

/* what they accept; the rows that come from other tables are made at start */
extern const struct target_schema iscsit_attrs_acl_schema[];
extern struct target_schema iscsit_attrs_acl_attrib_schema[];
void iscsit_attrs_acl_init(void);

extern const struct target_schema iscsit_attrs_tpg_schema[];
extern struct target_schema iscsit_attrs_tpg_attrib_schema[];
extern struct target_schema iscsit_attrs_tpg_param_schema[];
void iscsit_attrs_tpg_init(void);
int iscsit_attrs_tpg_refuse(const struct config_item *item, int error,
			    const struct target_schema *row);
void iscsit_attrs_tpg_describe(struct target_schema *row,
			       struct configfs_attribute * const *attrs,
			       const struct iscsit_tpg_range *ranges,
			       const struct iscsit_tpg_limit *limit, size_t n);
ssize_t iscsit_attrs_tpg_show_auth(const struct iscsit_tpg_auth *auth,
				   enum iscsit_tpg_auth_id id, char *page);
ssize_t iscsit_attrs_tpg_store_auth(const struct config_item *item,
				    struct iscsit_tpg_auth *auth,
				    enum iscsit_tpg_auth_id id,
				    const char *page, size_t count);

/*
 * The four strings and the summary of a directory with credentials; _auth is
 * an expression of "item".
 */
#define ISCSIT_ATTRS_AUTH_FILE(_dir, _name, _id, _auth)			\
static ssize_t _dir##_auth_##_name##_show(struct config_item *item,	\
					  char *page)			\
{									\
	return iscsit_attrs_tpg_show_auth(_auth, _id, page);		\
}									\
static ssize_t _dir##_auth_##_name##_store(struct config_item *item,	\
					   const char *page,		\
					   size_t count)		\
{									\
	return iscsit_attrs_tpg_store_auth(item, _auth, _id, page,	\
					   count);			\
}									\
CONFIGFS_ATTR(_dir##_auth_, _name)

#define ISCSIT_ATTRS_AUTH(_dir, _auth)					\
ISCSIT_ATTRS_AUTH_FILE(_dir, userid, ISCSIT_TPG_USERID, _auth);		\
ISCSIT_ATTRS_AUTH_FILE(_dir, password, ISCSIT_TPG_PASSWORD, _auth);	\
ISCSIT_ATTRS_AUTH_FILE(_dir, userid_mutual, ISCSIT_TPG_USERID_MUTUAL,	\
		       _auth);						\
ISCSIT_ATTRS_AUTH_FILE(_dir, password_mutual,				\
		       ISCSIT_TPG_PASSWORD_MUTUAL, _auth);		\
static ssize_t _dir##_auth_authenticate_target_show(			\
			struct config_item *item, char *page)		\
{									\
	return sysfs_emit(page, "%d\n", iscsit_tpg_is_mutual(_auth));	\
}									\
CONFIGFS_ATTR_RO(_dir##_auth_, authenticate_target)

#define ISCSIT_ATTRS_AUTH_LIST(_dir)					\
	&_dir##_auth_attr_userid,					\
	&_dir##_auth_attr_password,					\
	&_dir##_auth_attr_userid_mutual,				\
	&_dir##_auth_attr_password_mutual,				\
	&_dir##_auth_attr_authenticate_target

/* and what they accept */
#define ISCSIT_ATTRS_AUTH_SCHEMA(_dir)					\
	TARGET_SCHEMA_LINE(&_dir##_auth_attr_userid, TEXT, ALWAYS,	\
			   ISCSIT_TPG_AUTH_MAX, "",			\
			   "name that the initiator shows"),		\
	TARGET_SCHEMA_LINE(&_dir##_auth_attr_password, SECRET, ALWAYS,	\
			   ISCSIT_TPG_AUTH_MAX, "", "its secret"),	\
	TARGET_SCHEMA_LINE(&_dir##_auth_attr_userid_mutual, TEXT,	\
			   ALWAYS, ISCSIT_TPG_AUTH_MAX, "",		\
			   "name that the target shows"),		\
	TARGET_SCHEMA_LINE(&_dir##_auth_attr_password_mutual, SECRET,	\
			   ALWAYS, ISCSIT_TPG_AUTH_MAX, "", "its secret")

#endif /* ISCSIT_ATTRS_H */
