/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sockets that listen, each shared by all portals on its address.
 */
#ifndef ISCSIT_PORTAL_H
#define ISCSIT_PORTAL_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/socket.h>
#include <linux/workqueue.h>

#include "portal_addr.h"

struct net;
struct socket;

/**
 * struct iscsit_listener - a socket that listens
 * @kref: portals and connections
 * @portals: how many; the socket is closed with the last [listeners_lock]
 * @node: in the list of listeners [listeners_lock in portal.c]
 * @net: network namespace, with a reference [I]
 * @addr: address [I]
 * @sock: the socket [I while there are portals]
 * @ready: its data_ready callback, before it was ours [I]
 * @work: accepts
 */
struct iscsit_listener {
	struct kref		kref;
	unsigned int		portals;
	struct list_head	node;
	struct net		*net;
	struct iscsit_portal_addr addr;
	struct socket		*sock;
	void			(*ready)(struct sock *sk);
	struct work_struct	work;
};

struct iscsit_listener *iscsit_portal_open(const char *name);
void iscsit_portal_close(struct iscsit_listener *listener);
void iscsit_portal_put(struct iscsit_listener *listener);
int iscsit_portal_setup(void (*connect)(struct iscsit_listener *listener,
					struct socket *sock));
void iscsit_portal_cleanup(void);

#endif /* ISCSIT_PORTAL_H */
