/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TPG_H
#define TARGET_TPG_H

#include <linux/list.h>
#include "core.h"

void target_tpg_put(struct target_port *port);
int target_tpg_set_rtpi(struct se_portal_group *se_tpg, u16 rtpi);
void target_tpg_set_affinity(struct se_wwn *wwn, int cpu);
bool target_tpg_demo_read_only(struct target_port *port);

/* with port->mutex held */
#define target_tpg_for_each_acl(port, acl)				\
	list_for_each_entry(acl, &(port)->acl_list, port_node)

#endif /* TARGET_TPG_H */
