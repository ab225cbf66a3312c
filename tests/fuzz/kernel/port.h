/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A target port of a fabric that exists for this, and the initiators at it.
 */
#ifndef FUZZ_PORT_H
#define FUZZ_PORT_H

#include <target/target_core_fabric.h>
#include "core/core.h"

#define PORT_NEXUSES	2

/* Does this initiator bring its own memory for data, as loopback does? */
static inline bool port_brings_memory(unsigned int nexus)
{
	return !nexus;
}

/* The callbacks about commands are in flight.c. */
int port_make(const struct target_core_fabric_ops *ops);
struct target_port *port_get(void);
int port_log_in(void);
struct se_session *port_session(unsigned int nexus);
void port_log_out(void);
bool port_end(void);

#endif /* FUZZ_PORT_H */
