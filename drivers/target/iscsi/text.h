/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_TEXT_H
#define ISCSIT_TEXT_H

#include "conn.h"

int iscsit_text_begin(struct iscsit_conn *conn, struct iscsit_conn_sink *sink);
int iscsit_text_end(struct iscsit_conn *conn, bool good);
void iscsit_text_free(struct iscsit_conn *conn);

#endif /* ISCSIT_TEXT_H */
