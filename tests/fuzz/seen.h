/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What only who asked a logical unit for it knows: commands that name such things
 * come further than those that guess.
 */
#ifndef FUZZ_SEEN_H
#define FUZZ_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#define TOKEN_LEN	512
#define INITIATOR_MAX	228

/**
 * struct seen - what a logical unit has told
 * @key: what this initiator is registered with; never 0
 * @port: RELATIVE TARGET PORT IDENTIFIER of its registration
 * @initiator: its TransportID
 * @initiator_len: bytes of it, 0 if it is not known
 * @stream: one that is open, or 0
 * @token: ROD token of the first blocks
 * @has_token: there is one
 */
struct seen {
	uint8_t		key;
	uint16_t	port;
	uint8_t		initiator[INITIATOR_MAX];
	uint8_t		initiator_len;
	uint16_t	stream;
	uint8_t		token[TOKEN_LEN];
	bool		has_token;
};

struct lu;
struct rng;

void seen_ask(struct lu *lu, uint8_t key);
void seen_aim(struct rng *rng, const struct lu *lu, uint8_t *cdb);

#endif /* FUZZ_SEEN_H */
