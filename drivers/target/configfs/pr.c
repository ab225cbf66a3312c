// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/PLUGIN_N/NAME/pr: who has reserved a logical unit.  Nobody can yet.
 */
#include <linux/module.h>
#include <linux/string.h>
#include "tree.h"

#define NO_HOLDER	"No SPC-3 Reservation holder"

static struct target_dev *pr_dev(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_dev_dir,
			    pr)->dev;
}

#define PR_FILE(_name, _text)						\
static ssize_t pr_##_name##_show(struct config_item *item, char *page)	\
{									\
	return sysfs_emit(page, "%s\n", _text);				\
}									\
CONFIGFS_ATTR_RO(pr_, _name)

PR_FILE(res_aptpl_active, "APTPL Bit Status: Disabled");
PR_FILE(res_holder, NO_HOLDER);
PR_FILE(res_pr_all_tgt_pts, NO_HOLDER);
PR_FILE(res_pr_generation, "0x00000000");
PR_FILE(res_pr_holder_tg_port, NO_HOLDER);
PR_FILE(res_pr_registered_i_pts, "SPC-3 PR Registrations:\nNone");
PR_FILE(res_pr_type, NO_HOLDER);

static ssize_t pr_res_type_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%s\n",
			  READ_ONCE(pr_dev(item)->attr.emulate_pr) ?
			  "SPC3_PERSISTENT_RESERVATIONS" :
			  "SPC_RESERVATIONS_DISABLED");
}

CONFIGFS_ATTR_RO(pr_, res_type);

static ssize_t pr_res_aptpl_metadata_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "Ready to process PR APTPL metadata..\n");
}

static ssize_t pr_res_aptpl_metadata_store(struct config_item *item,
					   const char *page, size_t count)
{
	if (!strchr(page, '='))
		return -EINVAL;
	pr_warn("target: %s: registrations were not restored: persistent reservations are not offered\n",
		pr_dev(item)->name);
	return -EOPNOTSUPP;
}

CONFIGFS_ATTR(pr_, res_aptpl_metadata);

static struct configfs_attribute *pr_attrs[] = {
	&pr_attr_res_aptpl_active,
	&pr_attr_res_aptpl_metadata,
	&pr_attr_res_holder,
	&pr_attr_res_pr_all_tgt_pts,
	&pr_attr_res_pr_generation,
	&pr_attr_res_pr_holder_tg_port,
	&pr_attr_res_pr_registered_i_pts,
	&pr_attr_res_pr_type,
	&pr_attr_res_type,
	NULL,
};

/* pr/ */
const struct config_item_type target_pr_type = {
	.ct_attrs	= pr_attrs,
	.ct_owner	= THIS_MODULE,
};
