// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses of portals as text, in both directions.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <net/ipv6.h>

#include "portal_addr.h"

static int parse_port(const char *text, __be16 *port)
{
	u16 num;

	/* kstrtou16() takes a sign, and a newline at the end */
	if (!isdigit(text[0]) || strchr(text, '\n'))
		return -EINVAL;
	if (kstrtou16(text, 10, &num))
		return -EINVAL;
	*port = htons(num);
	return 0;
}

static int parse_ipv4(const char *name, struct iscsit_portal_addr *addr)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)&addr->ss;
	const char *colon = strchr(name, ':');
	const char *end;

	if (!colon)
		return -EINVAL;
	sin->sin_family = AF_INET;
	if (!in4_pton(name, colon - name, (u8 *)&sin->sin_addr, -1, &end) ||
	    end != colon)
		return -EINVAL;
	return parse_port(colon + 1, &sin->sin_port);
}

static int parse_ipv6(const char *name, struct iscsit_portal_addr *addr)
{
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&addr->ss;
	const char *close = strchr(name, ']');
	const char *percent, *stop, *end;

	if (!close || close[1] != ':')
		return -EINVAL;
	percent = memchr(name, '%', close - name);
	stop = percent ?: close;
	sin6->sin6_family = AF_INET6;
	if (!in6_pton(name, stop - name, (u8 *)&sin6->sin6_addr, -1, &end) ||
	    end != stop)
		return -EINVAL;
	if (percent) {
		if (close - percent - 1 >= IFNAMSIZ || close == percent + 1 ||
		    !(ipv6_addr_type(&sin6->sin6_addr) &
		      IPV6_ADDR_LINKLOCAL))
			return -EINVAL;
		memcpy(addr->scope, percent + 1, close - percent - 1);
	}
	return parse_port(close + 2, &sin6->sin6_port);
}

/**
 * iscsit_portal_addr_parse - read the name of a portal
 * @name: "1.2.3.4:3260", "[::1]:3260" or "[fe80::1%eth0]:3260"
 * @addr: filled in
 *
 * Return: 0, or -EINVAL for anything else; a port has to be there.
 */
int iscsit_portal_addr_parse(const char *name, struct iscsit_portal_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (name[0] == '[')
		return parse_ipv6(name + 1, addr);
	return parse_ipv4(name, addr);
}

/* Also as seen by an IPv6 socket */
static bool is_ipv4(const struct sockaddr_storage *ss)
{
	const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)ss;

	return ss->ss_family == AF_INET ||
	       ipv6_addr_v4mapped(&sin6->sin6_addr);
}

/**
 * iscsit_portal_addr_format - write an address with its port
 * @ss: IPv4 or IPv6 address
 * @buf: where to write, ISCSIT_PORTAL_ADDR_LEN is enough
 * @size: size of @buf
 *
 * An IPv4 address that reached an IPv6 socket is written as IPv4: that is
 * what its owner calls it.
 *
 * Return: length, or -E2BIG.
 */
int iscsit_portal_addr_format(const struct sockaddr_storage *ss, char *buf,
			      u32 size)
{
	const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)ss;
	int len;

	if (ss->ss_family == AF_INET6 && ipv6_addr_v4mapped(&sin6->sin6_addr))
		len = snprintf(buf, size, "%pI4:%u",
			       &sin6->sin6_addr.s6_addr32[3],
			       ntohs(sin6->sin6_port));
	else
		len = snprintf(buf, size, "%pISpc", ss);
	return len < size ? len : -E2BIG;
}

/**
 * iscsit_portal_addr_port - port of an address
 * @ss: IPv4 or IPv6 address
 *
 * Return: port in host order.
 */
u16 iscsit_portal_addr_port(const struct sockaddr_storage *ss)
{
	/* sin_port and sin6_port are at the same place */
	return ntohs(((const struct sockaddr_in *)ss)->sin_port);
}

/**
 * iscsit_portal_addr_is_any - does a portal listen on every address?
 * @ss: IPv4 or IPv6 address
 *
 * Return: true for 0.0.0.0 and [::].
 */
bool iscsit_portal_addr_is_any(const struct sockaddr_storage *ss)
{
	if (ss->ss_family == AF_INET6)
		return ipv6_addr_any(&((const struct sockaddr_in6 *)ss)->sin6_addr);
	return ((const struct sockaddr_in *)ss)->sin_addr.s_addr ==
		htonl(INADDR_ANY);
}

/**
 * iscsit_portal_addr_same - is it the same address and port?
 * @a: IPv4 or IPv6 address
 * @b: IPv4 or IPv6 address
 *
 * Return: true if two sockets could not listen on both.
 */
bool iscsit_portal_addr_same(const struct sockaddr_storage *a,
			     const struct sockaddr_storage *b)
{
	const struct sockaddr_in6 *a6 = (const struct sockaddr_in6 *)a;
	const struct sockaddr_in6 *b6 = (const struct sockaddr_in6 *)b;

	if (a->ss_family != b->ss_family ||
	    iscsit_portal_addr_port(a) != iscsit_portal_addr_port(b))
		return false;
	if (a->ss_family == AF_INET6)
		return ipv6_addr_equal(&a6->sin6_addr, &b6->sin6_addr) &&
		       a6->sin6_scope_id == b6->sin6_scope_id;
	return ((const struct sockaddr_in *)a)->sin_addr.s_addr ==
	       ((const struct sockaddr_in *)b)->sin_addr.s_addr;
}

/**
 * iscsit_portal_addr_target - write the value of TargetAddress
 * @portal: address that the portal listens on
 * @local: our end of the connection that asks
 * @tpgt: tag of the portal group
 * @buf: where to write, ISCSIT_PORTAL_ADDR_LEN is enough
 * @size: size of @buf
 *
 * A portal on every address is announced with the one that the initiator has
 * evidently reached, and the portal's own port.
 *
 * Return: length; -EAFNOSUPPORT if the portal is on every IPv4 address and the
 * initiator has reached an IPv6 one, or -E2BIG.
 */
int iscsit_portal_addr_target(const struct sockaddr_storage *portal,
			      const struct sockaddr_storage *local, u16 tpgt,
			      char *buf, u32 size)
{
	struct sockaddr_storage ss = *portal;
	int len, tag;

	if (iscsit_portal_addr_is_any(portal)) {
		/* [::] takes both */
		if (portal->ss_family == AF_INET && !is_ipv4(local))
			return -EAFNOSUPPORT;
		ss = *local;
		((struct sockaddr_in *)&ss)->sin_port =
			((const struct sockaddr_in *)portal)->sin_port;
	}
	len = iscsit_portal_addr_format(&ss, buf, size);
	if (len < 0)
		return len;
	tag = snprintf(buf + len, size - len, ",%u", tpgt);
	return tag < size - len ? len + tag : -E2BIG;
}
