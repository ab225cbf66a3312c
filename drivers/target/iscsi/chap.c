// SPDX-License-Identifier: GPL-2.0-only
/*
 * CHAP, target side.
 *
 *	initiator			target
 *	CHAP_A=8,7,6,5		->
 *				<-	CHAP_A=8 CHAP_I=.. CHAP_C=..
 *	CHAP_N=.. CHAP_R=..	->			one direction,
 *	[CHAP_I=.. CHAP_C=..]	->			and the other
 *				<-	[CHAP_N=.. CHAP_R=..]
 *
 * The same fault is reported for a wrong name and a wrong response, and both
 * are computed, so that an initiator learns nothing about names.
 */
#include <crypto/hash.h>
#include <crypto/utils.h>
#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "chap.h"

/**
 * struct iscsit_chap_alg - row of the table of algorithms
 * @id: number in CHAP_A
 * @digest_len: bytes of a response
 * @name: name for the crypto API
 */
struct iscsit_chap_alg {
	u32		id;
	u32		digest_len;
	const char	*name;
};

/*
 * Strongest first: that is the order in which we choose.  The numbers are
 * IANA's "PPP Authentication Algorithms", see RFC 7143 12.1.3.
 */
static const struct iscsit_chap_alg algs[] = {
	{ 8, 32, "sha3-256" },
	{ 7, 32, "sha256" },
	{ 6, 20, "sha1" },
	{ 5, 16, "md5" },
};

/* crypto_free_shash() knows error pointers */
DEFINE_FREE(chap_tfm, struct crypto_shash *, crypto_free_shash(_T))
DEFINE_FREE(chap_desc, struct shash_desc *, kfree_sensitive(_T))

/**
 * iscsit_chap_init - before the first step
 * @chap: to set up
 */
void iscsit_chap_init(struct iscsit_chap *chap)
{
	memset(chap, 0, sizeof(*chap));
	chap->state = ISCSIT_CHAP_WAIT_A;
}

static enum iscsit_chap_state fail(struct iscsit_chap *chap,
				   enum iscsit_chap_why why)
{
	memzero_explicit(chap->challenge, sizeof(chap->challenge));
	chap->why = why;
	chap->state = ISCSIT_CHAP_FAILED;
	return chap->state;
}

static bool offered(struct iscsit_kv_text list, u32 id)
{
	struct iscsit_kv_text item;
	u64 num;

	while (iscsit_kv_list_next(&list, &item))
		if (!iscsit_kv_number(&item, &num) && num == id)
			return true;
	return false;
}

/* An algorithm that the kernel does not have, or not in FIPS mode, is passed */
static const struct iscsit_chap_alg *choose(const struct iscsit_kv_text *list)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(algs); i++)
		if (offered(*list, algs[i].id) &&
		    crypto_has_shash(algs[i].name, 0, 0))
			return &algs[i];
	return NULL;
}

static enum iscsit_chap_state challenge(struct iscsit_chap *chap,
					const struct iscsit_chap_keys *keys,
					struct iscsit_kv_out *out)
{
	/* the text that negotiated AuthMethod has none of our keys */
	if (!keys->a.ptr && !keys->n.ptr && !keys->r.ptr && !keys->i.ptr &&
	    !keys->c.ptr)
		return chap->state;
	if (!keys->a.ptr || keys->n.ptr || keys->r.ptr)
		return fail(chap, ISCSIT_CHAP_WHY_ORDER);
	chap->alg = choose(&keys->a);
	if (!chap->alg)
		return fail(chap, ISCSIT_CHAP_WHY_ALGORITHM);

	get_random_bytes(&chap->id, sizeof(chap->id));
	get_random_bytes(chap->challenge, chap->alg->digest_len);
	if (!iscsit_kv_put_num(out, "CHAP_A", chap->alg->id) ||
	    !iscsit_kv_put_num(out, "CHAP_I", chap->id) ||
	    !iscsit_kv_put_hex(out, "CHAP_C", chap->challenge,
			       chap->alg->digest_len))
		return fail(chap, ISCSIT_CHAP_WHY_INTERNAL);
	chap->state = ISCSIT_CHAP_WAIT_NR;
	return chap->state;
}

/* RFC 1994 4.1: hash of identifier, secret and challenge in this order */
static int respond(const struct iscsit_chap_alg *alg, u8 id, const char *secret,
		   const u8 *data, u32 len, u8 *digest)
{
	struct crypto_shash *tfm __free(chap_tfm) =
		crypto_alloc_shash(alg->name, 0, 0);
	struct shash_desc *desc __free(chap_desc) = NULL;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	if (crypto_shash_digestsize(tfm) != alg->digest_len)
		return -EINVAL;
	desc = kzalloc(sizeof(*desc) + crypto_shash_descsize(tfm), GFP_KERNEL);
	if (!desc)
		return -ENOMEM;
	desc->tfm = tfm;
	return crypto_shash_init(desc) ?:
	       crypto_shash_update(desc, &id, sizeof(id)) ?:
	       crypto_shash_update(desc, (const u8 *)secret, strlen(secret)) ?:
	       crypto_shash_update(desc, data, len) ?:
	       crypto_shash_final(desc, digest);
}

/* Does the response of the initiator fit our challenge? */
static enum iscsit_chap_why verify(const struct iscsit_chap *chap,
				   const struct iscsit_chap_cred *cred,
				   const struct iscsit_chap_keys *keys)
{
	u8 theirs[ISCSIT_CHAP_DIGEST_MAX], ours[ISCSIT_CHAP_DIGEST_MAX];
	u32 want = chap->alg->digest_len, len;

	if (iscsit_kv_binary(&keys->r, theirs, want, &len) || len != want)
		return ISCSIT_CHAP_WHY_FORMAT;
	if (respond(chap->alg, chap->id, cred->secret, chap->challenge, want,
		    ours))
		return ISCSIT_CHAP_WHY_INTERNAL;
	/* without both there is no account, or just half of one */
	if (!cred->user[0] || !cred->secret[0] ||
	    !iscsit_kv_is(&keys->n, cred->user))
		return ISCSIT_CHAP_WHY_NAME;
	if (crypto_memneq(theirs, ours, want))
		return ISCSIT_CHAP_WHY_RESPONSE;
	return ISCSIT_CHAP_WHY_NONE;
}

/* Can the challenge of the initiator be answered without giving help? */
static enum iscsit_chap_why admit_mutual(const struct iscsit_chap *chap,
					 const struct iscsit_chap_cred *cred,
					 const u8 *data, u32 len)
{
	if (!cred->mutual_user || !cred->mutual_user[0] ||
	    !cred->mutual_secret[0])
		return ISCSIT_CHAP_WHY_NO_MUTUAL;
	/* 12.1.3: an answer could be replayed in the other direction */
	if (!strcmp(cred->secret, cred->mutual_secret))
		return ISCSIT_CHAP_WHY_SAME_SECRET;
	if (len == chap->alg->digest_len &&
	    !crypto_memneq(data, chap->challenge, len))
		return ISCSIT_CHAP_WHY_REFLECTION;
	return ISCSIT_CHAP_WHY_NONE;
}

static enum iscsit_chap_why answer(const struct iscsit_chap *chap,
				   const struct iscsit_chap_cred *cred,
				   const struct iscsit_chap_keys *keys,
				   struct iscsit_kv_out *out)
{
	u8 *data __free(kfree) = kmalloc(ISCSIT_CHAP_BINARY_MAX, GFP_KERNEL);
	u8 digest[ISCSIT_CHAP_DIGEST_MAX];
	enum iscsit_chap_why why;
	u64 id;
	u32 len;

	if (!data)
		return ISCSIT_CHAP_WHY_INTERNAL;
	if (iscsit_kv_number(&keys->i, &id) || id > U8_MAX ||
	    iscsit_kv_binary(&keys->c, data, ISCSIT_CHAP_BINARY_MAX, &len) ||
	    !len)
		return ISCSIT_CHAP_WHY_FORMAT;
	why = admit_mutual(chap, cred, data, len);
	if (why)
		return why;
	if (respond(chap->alg, id, cred->mutual_secret, data, len, digest) ||
	    !iscsit_kv_put_str(out, "CHAP_N", cred->mutual_user) ||
	    !iscsit_kv_put_hex(out, "CHAP_R", digest, chap->alg->digest_len))
		return ISCSIT_CHAP_WHY_INTERNAL;
	return ISCSIT_CHAP_WHY_NONE;
}

static enum iscsit_chap_state authenticate(struct iscsit_chap *chap,
					   const struct iscsit_chap_cred *cred,
					   const struct iscsit_chap_keys *keys,
					   struct iscsit_kv_out *out)
{
	enum iscsit_chap_why why;

	if (!keys->n.ptr || !keys->r.ptr || keys->a.ptr ||
	    !keys->i.ptr != !keys->c.ptr)
		return fail(chap, ISCSIT_CHAP_WHY_ORDER);
	why = verify(chap, cred, keys);
	/* we answer nobody who has not shown that he knows the secret */
	if (!why && keys->c.ptr)
		why = answer(chap, cred, keys, out);
	if (why)
		return fail(chap, why);
	memzero_explicit(chap->challenge, sizeof(chap->challenge));
	chap->state = ISCSIT_CHAP_DONE;
	return chap->state;
}

/**
 * iscsit_chap_step - take the CHAP keys of one text
 * @chap: exchange
 * @cred: credentials that the initiator has to meet, both strings non-NULL
 * @keys: CHAP keys of the text
 * @out: where the answer goes
 *
 * Context: process; may sleep, as the crypto API may load a module.
 * Return: the new state.  A text without CHAP keys changes nothing before the
 * algorithm is chosen, and is a fault after it.
 */
enum iscsit_chap_state iscsit_chap_step(struct iscsit_chap *chap,
					const struct iscsit_chap_cred *cred,
					const struct iscsit_chap_keys *keys,
					struct iscsit_kv_out *out)
{
	switch (chap->state) {
	case ISCSIT_CHAP_WAIT_A:
		return challenge(chap, keys, out);
	case ISCSIT_CHAP_WAIT_NR:
		return authenticate(chap, cred, keys, out);
	case ISCSIT_CHAP_DONE:
		/* 12.1.3 ends with our answer; an empty text is no harm */
		if (!keys->a.ptr && !keys->i.ptr && !keys->c.ptr &&
		    !keys->n.ptr && !keys->r.ptr)
			return chap->state;
		return fail(chap, ISCSIT_CHAP_WHY_ORDER);
	case ISCSIT_CHAP_FAILED:
		break;
	}
	return chap->state;
}
