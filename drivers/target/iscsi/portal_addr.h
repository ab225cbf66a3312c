/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses of portals as text: names in configfs, TargetAddress on the wire
 * (RFC 7143 13.8).
 */
#ifndef ISCSIT_PORTAL_ADDR_H
#define ISCSIT_PORTAL_ADDR_H

#include <linux/if.h>
#include <linux/socket.h>
#include <linux/types.h>

/* "[" 39 digits and colons, "%" scope "]:" 65535 "," 65535, NUL */
#define ISCSIT_PORTAL_ADDR_LEN	(1 + 39 + 1 + IFNAMSIZ + 2 + 5 + 1 + 5 + 1)

/**
 * struct iscsit_portal_addr - address of a portal
 * @ss: IPv4 or IPv6 address with port
 * @scope: interface name of a link-local address, else empty; the caller
 *	looks it up in its network namespace and sets sin6_scope_id
 */
struct iscsit_portal_addr {
	struct sockaddr_storage	ss;
	char			scope[IFNAMSIZ];
};

int iscsit_portal_addr_parse(const char *name, struct iscsit_portal_addr *addr);
int iscsit_portal_addr_format(const struct sockaddr_storage *ss, char *buf,
			      u32 size);
int iscsit_portal_addr_target(const struct sockaddr_storage *portal,
			      const struct sockaddr_storage *local, u16 tpgt,
			      char *buf, u32 size);
bool iscsit_portal_addr_is_any(const struct sockaddr_storage *ss);
u16 iscsit_portal_addr_port(const struct sockaddr_storage *ss);
bool iscsit_portal_addr_same(const struct sockaddr_storage *a,
			     const struct sockaddr_storage *b);

#endif /* ISCSIT_PORTAL_ADDR_H */
