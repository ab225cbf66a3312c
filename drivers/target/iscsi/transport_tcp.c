// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: sockets, their callbacks, and new connections.
 */
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "conn.h"
#include "io.h"
#include "portal.h"
#include "rx.h"
#include "timer.h"
#include "transport.h"
#include "transport_tcp.h"
#include "tx.h"

static void on_ready(struct sock *sk)
{
	struct iscsit_conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = sk->sk_user_data;
	if (conn) {
		WRITE_ONCE(conn->cpu, READ_ONCE(sk->sk_incoming_cpu));
		iscsit_conn_wake(conn);
	}
	read_unlock_bh(&sk->sk_callback_lock);
}

static void on_space(struct sock *sk)
{
	struct iscsit_conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = sk->sk_user_data;
	if (conn && sk_stream_is_writeable(sk)) {
		clear_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
		iscsit_conn_wake(conn);
	}
	read_unlock_bh(&sk->sk_callback_lock);
}

static int cpu_of(const struct iscsit_conn *conn)
{
	return iscsit_conn_pick_cpu(READ_ONCE(conn->cpu));
}

static void close_socket(struct iscsit_conn *conn)
{
	struct socket *sock = conn->sock;
	struct sock *sk = sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_user_data = NULL;
	sk->sk_data_ready = conn->saved_ready;
	sk->sk_state_change = conn->saved_change;
	sk->sk_write_space = conn->saved_space;
	write_unlock_bh(&sk->sk_callback_lock);
	kernel_sock_shutdown(sock, SHUT_RDWR);
	sock_release(sock);
	conn->sock = NULL;
	iscsit_rx_end(conn);
	iscsit_tx_end(conn);
}

static const struct iscsit_transport tcp = {
	.name		= "TCP",
	.receive	= iscsit_rx_run,
	.transmit	= iscsit_tx_run,
	.idle		= iscsit_tx_idle,
	.forget		= iscsit_rx_forget,
	.cpu		= cpu_of,
	.close		= close_socket,
};

static struct iscsit_conn *new_conn(struct iscsit_listener *listener,
				    struct socket *sock)
{
	struct iscsit_conn *conn = iscsit_conn_new(iscsit_io_run);

	if (!conn)
		return NULL;
	conn->transport = &tcp;
	conn->sock = sock;
	conn->listener = listener;
	conn->rx = iscsit_rx_new();
	conn->tx = iscsit_tx_new();
	if (conn->rx && conn->tx &&
	    kernel_getpeername(sock, (struct sockaddr *)&conn->peer) >= 0 &&
	    kernel_getsockname(sock, (struct sockaddr *)&conn->local) >= 0)
		return conn;
	kfree(conn->rx);
	kfree(conn->tx);
	iscsit_conn_put(conn);
	return NULL;
}

/**
 * iscsit_transport_tcp_connect - a connection was accepted
 * @listener: where, with a reference for the connection
 * @sock: its socket
 *
 * Context: process.
 */
void iscsit_transport_tcp_connect(struct iscsit_listener *listener,
				  struct socket *sock)
{
	struct iscsit_conn *conn = NULL;
	struct sock *sk = sock->sk;

	if (!iscsit_conn_crowded())
		conn = new_conn(listener, sock);
	if (!conn) {
		sock_release(sock);
		iscsit_portal_put(listener);
		return;
	}
	tcp_sock_set_nodelay(sk);
	sk->sk_use_task_frag = false;
	iscsit_conn_step(conn, ISCSIT_CONN_ACCEPTED);
	conn->cpu = READ_ONCE(sk->sk_incoming_cpu);

	/*
	 * Whatever wakes the connection may end and free it.  All that can is
	 * set up with the callbacks locked, which its end waits for.
	 */
	write_lock_bh(&sk->sk_callback_lock);
	/* it has the callback of the listening socket now */
	conn->saved_ready = listener->ready;
	conn->saved_change = sk->sk_state_change;
	conn->saved_space = sk->sk_write_space;
	sk->sk_data_ready = on_ready;
	sk->sk_state_change = on_ready;
	sk->sk_write_space = on_space;
	sk->sk_user_data = conn;
	iscsit_timer_accepted(conn);
	/* bytes may have come before the callbacks were there */
	iscsit_conn_wake(conn);
	write_unlock_bh(&sk->sk_callback_lock);
}
