/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers that a seed and the number of a case decide: a case is the same
 * whichever came before it.
 */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

/* splitmix64 */
static inline uint64_t random_draw(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline struct rng random_case(uint64_t seed, uint64_t number)
{
	struct rng rng = { seed * 0x2545f4914f6cdd1d ^ number };

	rng.state = random_draw(&rng);
	return rng;
}

static inline uint32_t random_below(struct rng *rng, uint32_t n)
{
	return (random_draw(rng) >> 32) % n;
}

static inline bool random_chance(struct rng *rng, unsigned int percent)
{
	return random_below(rng, 100) < percent;
}

#define random_of(rng, array)						\
	((array)[random_below(rng, sizeof(array) / sizeof((array)[0]))])

#endif /* FUZZ_RANDOM_H */
