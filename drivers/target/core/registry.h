/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_REGISTRY_H
#define TARGET_REGISTRY_H

#include "core.h"

/**
 * struct target_fabric - a registered fabric template
 * @ops: the core's copy, with defaults for what the fabric left out
 * @given: what the fabric registered
 * @node: in the registry
 */
struct target_fabric {
	struct target_core_fabric_ops	ops;
	const struct target_core_fabric_ops *given;
	struct list_head		node;
};

/* With a reference to the module; loads the module if it is not there. */
struct target_fabric *target_registry_get_fabric(const char *name);
void target_registry_put_fabric(struct target_fabric *fabric);

int target_registry_add_port(struct target_port *port);
void target_registry_del_port(struct target_port *port);
bool target_registry_rtpi_taken(u16 rtpi);

#endif /* TARGET_REGISTRY_H */
