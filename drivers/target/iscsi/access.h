/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may log in, and how it has to prove who it is.
 */
#ifndef ISCSIT_ACCESS_H
#define ISCSIT_ACCESS_H

#include "chap.h"
#include "tpg.h"

/**
 * struct iscsit_access - conditions of one login
 * @methods: ISCSIT_AUTH_* that will do
 * @auth: credentials for CHAP, a copy; to be wiped
 */
struct iscsit_access {
	u32			methods;
	struct iscsit_tpg_auth	auth;
};

enum iscsit_login_status iscsit_access_target(struct iscsit_tpg *tpg,
					      const char *initiator,
					      struct iscsit_access *access);
void iscsit_access_discovery(struct iscsit_access *access);
struct iscsit_chap_cred iscsit_access_cred(const struct iscsit_access *access);
bool iscsit_access_visible(struct iscsit_tpg *tpg, const char *initiator);

#endif /* ISCSIT_ACCESS_H */
