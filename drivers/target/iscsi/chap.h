/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CHAP authentication of the security stage (RFC 1994, RFC 7143 12.1.3),
 * target side, in one direction or in both.
 */
#ifndef ISCSIT_CHAP_H
#define ISCSIT_CHAP_H

#include <linux/types.h>

#include "kv.h"

/* RFC 7143 12.1.3: longest challenge or response; we send shorter ones */
#define ISCSIT_CHAP_BINARY_MAX	1024

/* Longest digest, and so the longest challenge that we send */
#define ISCSIT_CHAP_DIGEST_MAX	32

/**
 * enum iscsit_chap_state - where the exchange is
 * @ISCSIT_CHAP_WAIT_A: initiator has to offer algorithms
 * @ISCSIT_CHAP_WAIT_NR: initiator has to answer our challenge
 * @ISCSIT_CHAP_DONE: initiator is authenticated
 * @ISCSIT_CHAP_FAILED: it is not and will not be
 */
enum iscsit_chap_state {
	ISCSIT_CHAP_WAIT_A,
	ISCSIT_CHAP_WAIT_NR,
	ISCSIT_CHAP_DONE,
	ISCSIT_CHAP_FAILED,
};

/**
 * enum iscsit_chap_why - why an exchange failed, for statistics and one log
 * @ISCSIT_CHAP_WHY_NONE: it did not
 * @ISCSIT_CHAP_WHY_ALGORITHM: no common algorithm, or none offered
 * @ISCSIT_CHAP_WHY_ORDER: keys missing or at the wrong time
 * @ISCSIT_CHAP_WHY_FORMAT: a value that cannot be decoded or has no legal length
 * @ISCSIT_CHAP_WHY_NAME: not the user name that we expect
 * @ISCSIT_CHAP_WHY_RESPONSE: wrong response
 * @ISCSIT_CHAP_WHY_REFLECTION: our own challenge came back
 * @ISCSIT_CHAP_WHY_SAME_SECRET: both directions would use one secret
 * @ISCSIT_CHAP_WHY_NO_MUTUAL: we have no credentials to show
 * @ISCSIT_CHAP_WHY_INTERNAL: hash or memory not available, or no room to answer
 */
enum iscsit_chap_why {
	ISCSIT_CHAP_WHY_NONE,
	ISCSIT_CHAP_WHY_ALGORITHM,
	ISCSIT_CHAP_WHY_ORDER,
	ISCSIT_CHAP_WHY_FORMAT,
	ISCSIT_CHAP_WHY_NAME,
	ISCSIT_CHAP_WHY_RESPONSE,
	ISCSIT_CHAP_WHY_REFLECTION,
	ISCSIT_CHAP_WHY_SAME_SECRET,
	ISCSIT_CHAP_WHY_NO_MUTUAL,
	ISCSIT_CHAP_WHY_INTERNAL,
};

/**
 * struct iscsit_chap_cred - credentials of a portal group, ACL or discovery
 * @user: name that the initiator shows, CHAP_N
 * @secret: its secret; nobody is admitted while one of the two is empty
 * @mutual_user: name that we show
 * @mutual_secret: our secret; one of the two empty if we do not authenticate
 *	ourselves
 */
struct iscsit_chap_cred {
	const char	*user;
	const char	*secret;
	const char	*mutual_user;
	const char	*mutual_secret;
};

/**
 * struct iscsit_chap_keys - CHAP keys of one text; absent ones have no @ptr
 * @a: CHAP_A
 * @i: CHAP_I
 * @c: CHAP_C
 * @n: CHAP_N
 * @r: CHAP_R
 */
struct iscsit_chap_keys {
	struct iscsit_kv_text	a;
	struct iscsit_kv_text	i;
	struct iscsit_kv_text	c;
	struct iscsit_kv_text	n;
	struct iscsit_kv_text	r;
};

struct iscsit_chap_alg;

/**
 * struct iscsit_chap - one exchange
 * @state: where it is
 * @why: reason of ISCSIT_CHAP_FAILED
 * @alg: algorithm that was chosen
 * @id: our identifier
 * @challenge: our challenge, as long as a digest of @alg
 */
struct iscsit_chap {
	enum iscsit_chap_state		state;
	enum iscsit_chap_why		why;
	const struct iscsit_chap_alg	*alg;
	u8				id;
	u8				challenge[ISCSIT_CHAP_DIGEST_MAX];
};

void iscsit_chap_init(struct iscsit_chap *chap);
enum iscsit_chap_state iscsit_chap_step(struct iscsit_chap *chap,
					const struct iscsit_chap_cred *cred,
					const struct iscsit_chap_keys *keys,
					struct iscsit_kv_out *out);

#endif /* ISCSIT_CHAP_H */
