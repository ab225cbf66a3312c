/* SPDX-License-Identifier: GPL-2.0-only */
/* Two logical units that one nexus sees, for tests of third-party copy */
#ifndef TARGET_EMUL_COPY_FAKE_H
#define TARGET_EMUL_COPY_FAKE_H

#include "fake.h"

/**
 * struct copy_pair - LUN 0 and LUN 1 of a nexus
 * @home: LUN 0, which gets the commands
 * @away: LUN 1
 */
struct copy_pair {
	struct fake	*home;
	struct fake	*away;
};

int copy_fake_init(struct kunit *test);
void copy_fake_exit(struct kunit *test);
void copy_fake_cscd(u8 *p, const struct fake *fake);
void copy_fake_segment(u8 *p, u16 source, u16 dest, u16 blocks, u64 from,
		       u64 to);
/* RECEIVE COPY STATUS or the like; its answer is in home->data. */
u8 copy_fake_receive(struct copy_pair *pair, u8 sa, u32 id);
/* Wait until an operation has ended; returns COPY OPERATION STATUS. */
u8 copy_fake_wait(struct copy_pair *pair, u32 id);

#endif /* TARGET_EMUL_COPY_FAKE_H */
