/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_TRANSPORT_TCP_H
#define ISCSIT_TRANSPORT_TCP_H

struct iscsit_listener;
struct socket;

void iscsit_transport_tcp_connect(struct iscsit_listener *listener,
				  struct socket *sock);

#endif /* ISCSIT_TRANSPORT_TCP_H */
