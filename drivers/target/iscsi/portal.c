// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets that listen.
 *
 * An address need not exist yet when a portal is made on it (IP_FREEBIND): a
 * configuration can be restored before the network is up, and a cluster can
 * move an address here later.  A portal belongs to the network namespace of
 * the process that made it.
 */
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/inet_sock.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "portal.h"

/* Connections that a work item accepts before others get their turn */
#define ACCEPT_BUDGET	32
#define BACKLOG		1024
/* Milliseconds until it is tried again */
#define ACCEPT_PAUSE	20

static DEFINE_MUTEX(listeners_lock);
static LIST_HEAD(listeners);		/* [listeners_lock] */
static struct workqueue_struct *accept_wq;
static void (*connected)(struct iscsit_listener *listener, struct socket *sock);

static void free_listener(struct kref *kref)
{
	struct iscsit_listener *listener =
		container_of(kref, struct iscsit_listener, kref);

	put_net(listener->net);
	kfree(listener);
}

/**
 * iscsit_portal_put - drop a connection's reference
 * @listener: listener
 */
void iscsit_portal_put(struct iscsit_listener *listener)
{
	kref_put(&listener->kref, free_listener);
}

static void accept_some(struct work_struct *work)
{
	struct iscsit_listener *listener =
		container_of(work, struct iscsit_listener, work);
	struct socket *sock;
	int i, ret;

	for (i = 0; i < ACCEPT_BUDGET; i++) {
		ret = kernel_accept(listener->sock, &sock, O_NONBLOCK);
		if (ret == -EAGAIN)
			return;
		if (ret < 0) {
			/* no memory: nobody says when there is some again */
			msleep(ACCEPT_PAUSE);
			break;
		}
		kref_get(&listener->kref);
		connected(listener, sock);
	}
	queue_work(accept_wq, &listener->work);
}

static void on_ready(struct sock *sk)
{
	struct iscsit_listener *listener;

	read_lock_bh(&sk->sk_callback_lock);
	listener = sk->sk_user_data;
	/* new sockets inherit the callback and lose it when accepted */
	if (listener && sk->sk_state == TCP_LISTEN)
		queue_work(accept_wq, &listener->work);
	read_unlock_bh(&sk->sk_callback_lock);
}

/* An interface by its name, as the process sees it that makes the portal */
static int find_scope(struct iscsit_portal_addr *addr)
{
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&addr->ss;
	struct net_device *dev;

	if (!addr->scope[0])
		return 0;
	dev = dev_get_by_name(current->nsproxy->net_ns, addr->scope);
	if (!dev)
		return -ENODEV;
	sin6->sin6_scope_id = dev->ifindex;
	dev_put(dev);
	return 0;
}

static int listen_on(struct iscsit_listener *listener)
{
	struct sockaddr *sa = (struct sockaddr *)&listener->addr.ss;
	int len = sa->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
					      sizeof(struct sockaddr_in);
	struct socket *sock;
	struct sock *sk;
	int ret;

	/*
	 * As of the process, not of the kernel: a kernel's socket has no timers
	 * any more once it is closed, so that of an initiator that went away with
	 * bytes on the way, or does not take them, would stay for ever.
	 */
	ret = sock_create(sa->sa_family, SOCK_STREAM, IPPROTO_TCP,
			  &listener->sock);
	if (ret)
		return ret;
	sock = listener->sock;
	sk = sock->sk;
	sock_set_reuseaddr(sk);
	inet_set_bit(FREEBIND, sk);
	tcp_sock_set_nodelay(sk);
	ret = kernel_bind(sock, sa, len);
	if (ret)
		goto err_release;

	write_lock_bh(&sk->sk_callback_lock);
	listener->ready = sk->sk_data_ready;
	sk->sk_user_data = listener;
	sk->sk_data_ready = on_ready;
	write_unlock_bh(&sk->sk_callback_lock);
	ret = kernel_listen(sock, BACKLOG);
	if (!ret)
		return 0;

err_release:
	sock_release(sock);
	return ret;
}

static struct iscsit_listener *find(const struct iscsit_portal_addr *addr)
{
	struct iscsit_listener *listener;

	lockdep_assert_held(&listeners_lock);
	list_for_each_entry(listener, &listeners, node)
		if (net_eq(listener->net, current->nsproxy->net_ns) &&
		    iscsit_portal_addr_same(&listener->addr.ss, &addr->ss))
			return listener;
	return NULL;
}

static struct iscsit_listener *make(const struct iscsit_portal_addr *addr)
{
	struct iscsit_listener *listener;
	int ret;

	lockdep_assert_held(&listeners_lock);
	listener = kzalloc(sizeof(*listener), GFP_KERNEL);
	if (!listener)
		return ERR_PTR(-ENOMEM);
	kref_init(&listener->kref);
	INIT_WORK(&listener->work, accept_some);
	listener->net = get_net(current->nsproxy->net_ns);
	listener->addr = *addr;
	ret = listen_on(listener);
	if (ret) {
		iscsit_portal_put(listener);
		return ERR_PTR(ret);
	}
	list_add_tail(&listener->node, &listeners);
	return listener;
}

/**
 * iscsit_portal_open - listen on an address
 * @name: of the portal's directory
 *
 * Return: the listener, which may be in use already; or an ERR_PTR() after a
 * log line.
 */
struct iscsit_listener *iscsit_portal_open(const char *name)
{
	struct iscsit_listener *listener;
	struct iscsit_portal_addr addr;
	int ret = iscsit_portal_addr_parse(name, &addr);

	if (ret) {
		pr_err("iSCSI: %s is no portal: a name is 1.2.3.4:3260, [::1]:3260 or [fe80::1%%eth0]:3260\n",
		       name);
		return ERR_PTR(ret);
	}
	ret = find_scope(&addr);
	mutex_lock(&listeners_lock);
	listener = ret ? ERR_PTR(ret) : find(&addr);
	if (!listener)
		listener = make(&addr);
	else if (!IS_ERR(listener))
		kref_get(&listener->kref);
	if (!IS_ERR(listener))
		listener->portals++;
	mutex_unlock(&listeners_lock);
	if (IS_ERR(listener))
		pr_err("iSCSI: cannot listen on %s (%pe): free its port, or make its interface\n",
		       name, listener);
	return listener;
}

static void stop(struct iscsit_listener *listener)
{
	struct sock *sk = listener->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = listener->ready;
	sk->sk_user_data = NULL;
	write_unlock_bh(&sk->sk_callback_lock);
	/* it makes connections, which wait for nothing */
	cancel_work_sync(&listener->work);
	sock_release(listener->sock);
}

/**
 * iscsit_portal_close - a portal goes away
 * @listener: its listener
 *
 * Sessions that came in here stay.
 */
void iscsit_portal_close(struct iscsit_listener *listener)
{
	bool last;

	mutex_lock(&listeners_lock);
	last = !--listener->portals;
	if (last) {
		list_del(&listener->node);
		stop(listener);
	}
	mutex_unlock(&listeners_lock);
	iscsit_portal_put(listener);
}

/**
 * iscsit_portal_setup - once, before there are portals
 * @connect: called for each new connection, with a reference of the listener
 *	for it; may sleep, must not wait for the peer
 *
 * Return: 0, or -ENOMEM.
 */
int iscsit_portal_setup(void (*connect)(struct iscsit_listener *listener,
					struct socket *sock))
{
	connected = connect;
	accept_wq = alloc_workqueue("iscsi_target_accept", WQ_UNBOUND, 0);
	return accept_wq ? 0 : -ENOMEM;
}

/**
 * iscsit_portal_cleanup - once, when there are no more
 */
void iscsit_portal_cleanup(void)
{
	destroy_workqueue(accept_wq);
}
