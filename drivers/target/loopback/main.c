// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loopback fabric: SCSI disks of this machine, on this machine.
 */
#include <linux/module.h>
#include "loopback.h"

static int __init tcm_loop_init(void)
{
	int ret;

	ret = tcm_loop_cmd_setup();
	if (ret)
		return ret;
	ret = tcm_loop_sess_setup();
	if (ret)
		goto err_cmd;
	ret = target_register_template(&tcm_loop_configfs_ops);
	if (ret)
		goto err_sess;
	return 0;

err_sess:
	tcm_loop_sess_exit();
err_cmd:
	tcm_loop_cmd_exit();
	return ret;
}

static void __exit tcm_loop_exit(void)
{
	target_unregister_template(&tcm_loop_configfs_ops);
	tcm_loop_sess_exit();
	tcm_loop_cmd_exit();
}

module_init(tcm_loop_init);
module_exit(tcm_loop_exit);

MODULE_DESCRIPTION("SCSI target: loopback fabric");
MODULE_LICENSE("GPL");
