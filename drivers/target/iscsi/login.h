/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_LOGIN_H
#define ISCSIT_LOGIN_H

#include "conn.h"

int iscsit_login_begin(struct iscsit_conn *conn, struct iscsit_conn_sink *sink);
int iscsit_login_end(struct iscsit_conn *conn, bool good);
void iscsit_login_failed(struct iscsit_conn *conn);
void iscsit_login_free(struct iscsit_conn *conn);

#endif /* ISCSIT_LOGIN_H */
