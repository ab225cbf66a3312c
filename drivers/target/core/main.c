// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: what is set up, in which order.
 */
#include <linux/module.h>
#include "../emul/emul.h"
#include "budget.h"
#include "complete.h"
#include "events.h"
#include "execute.h"
#include "main.h"
#include "order.h"
#include "submit.h"
#include "tmf.h"

static int __init target_main_init(void)
{
	int ret;

	ret = target_opdef_init();
	if (ret)
		return ret;
	ret = target_budget_init();
	if (ret)
		return ret;
	ret = target_complete_init();
	if (ret)
		goto no_budget;
	target_submit_setup();
	target_order_set_runner(target_execute_queue);
	target_complete_set_qerr(target_tmf_qerr);
	target_events_set(&target_emul_events);
	target_rsoc_set_tmfs(target_tmf_report);

	ret = target_root_init();
	if (ret)
		goto no_workqueues;
	return 0;

no_workqueues:
	target_complete_exit();
no_budget:
	target_budget_exit();
	return ret;
}

static void __exit target_main_exit(void)
{
	target_root_exit();
	rcu_barrier();
	target_complete_exit();
	target_budget_exit();
}

MODULE_DESCRIPTION("SCSI target core");
MODULE_LICENSE("GPL");

module_init(target_main_init);
module_exit(target_main_exit);
