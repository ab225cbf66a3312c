// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of portal groups and of discovery_auth/: parse, one typed setter.
 */
#include <linux/capability.h>
#include <linux/ctype.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <target/target_core_fabric.h>
#include <target/target_core_refuse.h>

#include "attrs.h"

/**
 * iscsit_attrs_tpg_refuse - say what a file takes, unless it took the value
 * @item: directory
 * @error: 0 or a negative errno; -EOPNOTSUPP was explained where it arose
 * @row: of the file
 *
 * Return: @error
 */
int iscsit_attrs_tpg_refuse(const struct config_item *item, int error,
			    const struct target_schema *row)
{
	if (!error || error == -EOPNOTSUPP)
		return error;
	return target_refuse_value(item, row->attr->ca_name, error, row);
}

/* --------------------------------------------------------------- attrib/ -- */

static ssize_t show_attrib(struct config_item *item, enum iscsit_tpg_attrib id,
			   char *page)
{
	struct iscsit_tpg *tpg = to_iscsit_tpg(attrib_to_tpg(item));

	return sysfs_emit(page, "%u\n", iscsit_tpg_attr(tpg, id));
}

static ssize_t store_attrib(struct config_item *item, enum iscsit_tpg_attrib id,
			    const char *page, size_t count)
{
	u32 val;
	int ret = kstrtou32(page, 0, &val);

	if (!ret)
		ret = iscsit_tpg_set_attrib(to_iscsit_tpg(attrib_to_tpg(item)),
					    id, val);
	return iscsit_attrs_tpg_refuse(item, ret,
				       &iscsit_attrs_tpg_attrib_schema[id]) ?:
	       count;
}

#define ATTRIB(_name, _id)						\
static ssize_t attrib_##_name##_show(struct config_item *item, char *page) \
{									\
	return show_attrib(item, _id, page);				\
}									\
static ssize_t attrib_##_name##_store(struct config_item *item,		\
				      const char *page, size_t count)	\
{									\
	return store_attrib(item, _id, page, count);			\
}									\
CONFIGFS_ATTR(attrib_, _name)

ATTRIB(allow_cold_reset, ISCSIT_TPG_ALLOW_COLD_RESET);
ATTRIB(async_events, ISCSIT_TPG_ASYNC_EVENTS);
ATTRIB(authentication, ISCSIT_TPG_AUTHENTICATION);
ATTRIB(cache_dynamic_acls, ISCSIT_TPG_CACHE_DYNAMIC_ACLS);
ATTRIB(default_cmdsn_depth, ISCSIT_TPG_DEFAULT_CMDSN_DEPTH);
ATTRIB(default_erl, ISCSIT_TPG_DEFAULT_ERL);
ATTRIB(demo_mode_discovery, ISCSIT_TPG_DEMO_MODE_DISCOVERY);
ATTRIB(demo_mode_write_protect, ISCSIT_TPG_DEMO_MODE_WRITE_PROTECT);
ATTRIB(fabric_prot_type, ISCSIT_TPG_FABRIC_PROT_TYPE);
ATTRIB(generate_node_acls, ISCSIT_TPG_GENERATE_NODE_ACLS);
ATTRIB(login_keys_workaround, ISCSIT_TPG_LOGIN_KEYS_WORKAROUND);
ATTRIB(login_timeout, ISCSIT_TPG_LOGIN_TIMEOUT);
ATTRIB(prod_mode_write_protect, ISCSIT_TPG_PROD_MODE_WRITE_PROTECT);
ATTRIB(t10_pi, ISCSIT_TPG_T10_PI);
ATTRIB(tpg_enabled_sendtargets, ISCSIT_TPG_ENABLED_SENDTARGETS);

struct configfs_attribute *iscsit_attrs_tpg_attrib[] = {
	&attrib_attr_allow_cold_reset,
	&attrib_attr_async_events,
	&attrib_attr_authentication,
	&attrib_attr_cache_dynamic_acls,
	&attrib_attr_default_cmdsn_depth,
	&attrib_attr_default_erl,
	&attrib_attr_demo_mode_discovery,
	&attrib_attr_demo_mode_write_protect,
	&attrib_attr_fabric_prot_type,
	&attrib_attr_generate_node_acls,
	&attrib_attr_login_keys_workaround,
	&attrib_attr_login_timeout,
	&attrib_attr_prod_mode_write_protect,
	&attrib_attr_t10_pi,
	&attrib_attr_tpg_enabled_sendtargets,
	NULL,
};

/* ----------------------------------------------------------------- auth/ -- */

/**
 * iscsit_attrs_tpg_show_auth - show a user name or secret
 * @auth: credentials
 * @id: which
 * @page: one page
 *
 * Return: length, or -EPERM.
 */
ssize_t iscsit_attrs_tpg_show_auth(const struct iscsit_tpg_auth *auth,
				   enum iscsit_tpg_auth_id id, char *page)
{
	/* the modes of the files are fixed, and everybody may read them */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return sysfs_emit(page, "%s\n", auth->text[id]);
}

/**
 * iscsit_attrs_tpg_store_auth - set a user name or secret
 * @item: directory
 * @auth: credentials
 * @id: which
 * @page: what was written
 * @count: its length
 *
 * Return: @count, or a negative errno after a log line.
 */
ssize_t iscsit_attrs_tpg_store_auth(const struct config_item *item,
				    struct iscsit_tpg_auth *auth,
				    enum iscsit_tpg_auth_id id,
				    const char *page, size_t count)
{
	static const char * const names[] = {
		[ISCSIT_TPG_USERID] = "userid",
		[ISCSIT_TPG_PASSWORD] = "password",
		[ISCSIT_TPG_USERID_MUTUAL] = "userid_mutual",
		[ISCSIT_TPG_PASSWORD_MUTUAL] = "password_mutual",
	};
	size_t len = count;
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return target_refuse(item, names[id], -EPERM,
				     "only an administrator sets it");
	if (len && page[len - 1] == '\n')
		len--;
	ret = iscsit_tpg_set_auth(auth, id, page, len);
	if (ret)
		return target_refuse(item, names[id], ret,
				     "it takes up to %u characters",
				     ISCSIT_TPG_AUTH_MAX);
	return count;
}

ISCSIT_ATTRS_AUTH(tpg, &to_iscsit_tpg(auth_to_tpg(item))->auth);

struct configfs_attribute *iscsit_attrs_tpg_auth[] = {
	ISCSIT_ATTRS_AUTH_LIST(tpg),
	NULL,
};

/* ------------------------------------------------------- discovery_auth/ -- */

ISCSIT_ATTRS_AUTH(discovery, &iscsit_tpg_discovery_auth);

static ssize_t discovery_enforce_discovery_auth_show(struct config_item *item,
						     char *page)
{
	return sysfs_emit(page, "%d\n", iscsit_tpg_discovery_enforced);
}

static ssize_t discovery_enforce_discovery_auth_store(struct config_item *item,
						      const char *page,
						      size_t count)
{
	unsigned long val;

	if (kstrtoul(page, 0, &val) || val > 1)
		return target_refuse(item, "enforce_discovery_auth", -EINVAL,
				     "it takes 0 or 1");
	WRITE_ONCE(iscsit_tpg_discovery_enforced, val);
	return count;
}

CONFIGFS_ATTR(discovery_, enforce_discovery_auth);

struct configfs_attribute *iscsit_attrs_tpg_discovery[] = {
	ISCSIT_ATTRS_AUTH_LIST(discovery),
	&discovery_attr_enforce_discovery_auth,
	NULL,
};

/* ---------------------------------------------------------------- param/ -- */

static ssize_t show_param(struct config_item *item, enum iscsit_key_id id,
			  char *page)
{
	struct iscsit_tpg *tpg = to_iscsit_tpg(param_to_tpg(item));
	int len = iscsit_tpg_show_param(tpg, &iscsit_keys[id], page,
					PAGE_SIZE - 1);

	return len < 0 ? len : len + sysfs_emit_at(page, len, "\n");
}

static const struct target_schema *param_row(const struct iscsit_key *key)
{
	const struct target_schema *row = iscsit_attrs_tpg_param_schema;

	while (strcmp(row->attr->ca_name, key->name))
		row++;
	return row;
}

static ssize_t store_param(struct config_item *item, enum iscsit_key_id id,
			   const char *page, size_t count)
{
	struct iscsit_tpg *tpg = to_iscsit_tpg(param_to_tpg(item));
	size_t len = count;
	int ret;

	while (len && isspace(page[len - 1]))
		len--;
	ret = iscsit_tpg_set_param(tpg, &iscsit_keys[id], page, len);
	return iscsit_attrs_tpg_refuse(item, ret, param_row(&iscsit_keys[id])) ?:
	       count;
}

#define PARAM(_name, _id)						\
static ssize_t param_##_name##_show(struct config_item *item, char *page) \
{									\
	return show_param(item, ISCSIT_KEY_##_id, page);		\
}									\
static ssize_t param_##_name##_store(struct config_item *item,		\
				     const char *page, size_t count)	\
{									\
	return store_param(item, ISCSIT_KEY_##_id, page, count);	\
}									\
CONFIGFS_ATTR(param_, _name)

PARAM(AuthMethod, AUTH_METHOD);
PARAM(HeaderDigest, HEADER_DIGEST);
PARAM(DataDigest, DATA_DIGEST);
PARAM(MaxConnections, MAX_CONNECTIONS);
PARAM(TargetAlias, TARGET_ALIAS);
PARAM(InitialR2T, INITIAL_R2T);
PARAM(ImmediateData, IMMEDIATE_DATA);
PARAM(MaxRecvDataSegmentLength, MAX_RECV_DSL);
PARAM(MaxXmitDataSegmentLength, MAX_XMIT_DSL);
PARAM(MaxBurstLength, MAX_BURST_LENGTH);
PARAM(FirstBurstLength, FIRST_BURST_LENGTH);
PARAM(DefaultTime2Wait, TIME2WAIT);
PARAM(DefaultTime2Retain, TIME2RETAIN);
PARAM(MaxOutstandingR2T, MAX_OUTSTANDING_R2T);
PARAM(DataPDUInOrder, DATA_PDU_IN_ORDER);
PARAM(DataSequenceInOrder, DATA_SEQUENCE_IN_ORDER);
PARAM(ErrorRecoveryLevel, ERROR_RECOVERY_LEVEL);
PARAM(IFMarker, IF_MARKER);
PARAM(OFMarker, OF_MARKER);
PARAM(IFMarkInt, IF_MARK_INT);
PARAM(OFMarkInt, OF_MARK_INT);

struct configfs_attribute *iscsit_attrs_tpg_param[] = {
	&param_attr_AuthMethod,
	&param_attr_HeaderDigest,
	&param_attr_DataDigest,
	&param_attr_MaxConnections,
	&param_attr_TargetAlias,
	&param_attr_InitialR2T,
	&param_attr_ImmediateData,
	&param_attr_MaxRecvDataSegmentLength,
	&param_attr_MaxXmitDataSegmentLength,
	&param_attr_MaxBurstLength,
	&param_attr_FirstBurstLength,
	&param_attr_DefaultTime2Wait,
	&param_attr_DefaultTime2Retain,
	&param_attr_MaxOutstandingR2T,
	&param_attr_DataPDUInOrder,
	&param_attr_DataSequenceInOrder,
	&param_attr_ErrorRecoveryLevel,
	&param_attr_IFMarker,
	&param_attr_OFMarker,
	&param_attr_IFMarkInt,
	&param_attr_OFMarkInt,
	NULL,
};

/* --------------------------------------------------------------- schema -- */

const struct target_schema iscsit_attrs_tpg_schema[] = {
	ISCSIT_ATTRS_AUTH_SCHEMA(tpg),
	ISCSIT_ATTRS_AUTH_SCHEMA(discovery),
	TARGET_SCHEMA_ROW(&discovery_attr_enforce_discovery_auth, BOOL, 0, 1, 0,
			  "discovery sessions have to authenticate themselves"),
	{ }
};

struct target_schema
iscsit_attrs_tpg_attrib_schema[ARRAY_SIZE(iscsit_attrs_tpg_attrib)];
struct target_schema
iscsit_attrs_tpg_param_schema[ARRAY_SIZE(iscsit_attrs_tpg_param)];

/**
 * iscsit_attrs_tpg_describe - say what the files of attrib/ accept
 * @row: one row for each file is filled in
 * @attrs: the files
 * @ranges: their values
 * @limit: what of that is offered
 * @n: their number
 */
void iscsit_attrs_tpg_describe(struct target_schema *row,
			       struct configfs_attribute * const *attrs,
			       const struct iscsit_tpg_range *ranges,
			       const struct iscsit_tpg_limit *limit, size_t n)
{
	const struct iscsit_tpg_range *range;

	for (range = ranges; range < ranges + n; range++, limit++) {
		s32 max = limit->name ? limit->offered : range->max;
		bool also = range->also < range->min ||
			    (range->also > max && !limit->name);

		*row++ = (struct target_schema){
			.attr = *attrs++,
			.kind = !range->min && range->max == 1 && !also ?
				TARGET_SCHEMA_BOOL : TARGET_SCHEMA_NUMBER,
			.min = range->min, .max = max,
			.has_also = also, .also = range->also,
			.has_init = true, .init = range->def,
			.help = range->help,
		};
	}
}

/* What a file of param/ accepts is what iscsit_keys_store() does. */
static void describe_key(const struct iscsit_key *key,
			 struct target_schema *row)
{
	static const char * const reject[] = { "Reject", NULL };
	static const char * const yes_no[] = { "Yes", "No", NULL };
	static const char * const no[] = { "No", NULL };
	const struct iscsit_tpg_limit *limit =
		&iscsit_tpg_param_limits[key - iscsit_keys];

	switch (key->type) {
	case ISCSIT_KEY_TEXT:
		row->kind = TARGET_SCHEMA_TEXT;
		row->max = ISCSIT_KV_VALUE_MAX;
		break;
	case ISCSIT_KEY_LIST:
		row->kind = TARGET_SCHEMA_WORDS;
		row->names = key->list;
		break;
	case ISCSIT_KEY_REFUSED:
		row->kind = TARGET_SCHEMA_WORD;
		row->names = reject;
		row->text = reject[0];
		break;
	case ISCSIT_KEY_AND:
	case ISCSIT_KEY_OR:
		row->kind = TARGET_SCHEMA_WORD;
		row->names = key->senders & ISCSIT_KEY_BY_TARGET ? yes_no : no;
		row->text = yes_no[!key->ours];
		break;
	default:
		row->kind = TARGET_SCHEMA_NUMBER;
		row->min = key->min;
		row->max = limit->name ? limit->offered : key->max;
		row->has_init = true;
		row->init = key->ours;
		break;
	}
}

/**
 * iscsit_attrs_tpg_init - say what the files of attrib/ and param/ accept
 */
void iscsit_attrs_tpg_init(void)
{
	struct configfs_attribute **attr = iscsit_attrs_tpg_param;
	struct target_schema *row = iscsit_attrs_tpg_param_schema;

	BUILD_BUG_ON(ARRAY_SIZE(iscsit_attrs_tpg_attrib) !=
		     ISCSIT_TPG_ATTRIBS + 1);
	iscsit_attrs_tpg_describe(iscsit_attrs_tpg_attrib_schema,
				  iscsit_attrs_tpg_attrib, iscsit_tpg_attribs,
				  iscsit_tpg_limits, ISCSIT_TPG_ATTRIBS);
	for (; *attr; attr++, row++) {
		struct iscsit_kv_text name = {
			(*attr)->ca_name, strlen((*attr)->ca_name)
		};

		row->attr = *attr;
		row->help = "limit of what is negotiated (RFC 7143 section 13)";
		describe_key(iscsit_keys_find(&name), row);
	}
}
