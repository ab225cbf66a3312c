// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: what is set up, in order.
 */
#include <linux/module.h>
#include <target/target_core_fabric.h>

#include "attrs.h"
#include "cmd.h"
#include "configfs.h"
#include "conn.h"
#include "portal.h"
#include "transport_tcp.h"

static int __init iscsit_init(void)
{
	int ret;

	ret = iscsit_cmd_setup();
	if (ret)
		return ret;
	ret = iscsit_conn_setup();
	if (ret)
		goto err_cmd;
	ret = iscsit_portal_setup(iscsit_transport_tcp_connect);
	if (ret)
		goto err_conn;
	iscsit_attrs_tpg_init();
	iscsit_attrs_acl_init();
	ret = target_register_template(&iscsit_configfs_ops);
	if (ret)
		goto err_portal;
	return 0;

err_portal:
	iscsit_portal_cleanup();
err_conn:
	iscsit_conn_cleanup();
err_cmd:
	iscsit_cmd_cleanup();
	return ret;
}

static void __exit iscsit_exit(void)
{
	target_unregister_template(&iscsit_configfs_ops);
	iscsit_portal_cleanup();
	iscsit_conn_cleanup();
	iscsit_cmd_cleanup();
}

module_init(iscsit_init);
module_exit(iscsit_exit);

MODULE_DESCRIPTION("iSCSI target");
MODULE_LICENSE("GPL");
MODULE_ALIAS("target-fabric-iscsi");
MODULE_SOFTDEP("pre: crc32c");
