// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fibre Channel target on libfc.
 */
#include <linux/module.h>
#include "tcm_fc.h"

static int __init tcm_fc_init(void)
{
	int ret;

	ret = tcm_fc_cmd_setup();
	if (ret)
		return ret;
	ret = tcm_fc_announce_setup();
	if (ret)
		goto err_cmd;
	ret = fc_fc4_register_provider(FC_TYPE_FCP, &tcm_fc_login_provider);
	if (ret)
		goto err_announce;
	ret = tcm_fc_port_setup();
	if (ret)
		goto err_provider;
	ret = target_register_template(&tcm_fc_configfs_ops);
	if (ret)
		goto err_port;
	return 0;

err_port:
	tcm_fc_port_exit();
err_provider:
	fc_fc4_deregister_provider(FC_TYPE_FCP, &tcm_fc_login_provider);
err_announce:
	tcm_fc_announce_exit();
err_cmd:
	tcm_fc_cmd_exit();
	return ret;
}

static void __exit tcm_fc_exit(void)
{
	target_unregister_template(&tcm_fc_configfs_ops);
	tcm_fc_port_exit();
	fc_fc4_deregister_provider(FC_TYPE_FCP, &tcm_fc_login_provider);
	tcm_fc_announce_exit();
	tcm_fc_cmd_exit();
	/* kfree_rcu() needs no code of ours */
}

module_init(tcm_fc_init);
module_exit(tcm_fc_exit);

MODULE_DESCRIPTION("SCSI target: Fibre Channel fabric, on libfc");
MODULE_LICENSE("GPL");
MODULE_ALIAS("target-fabric-fc");
