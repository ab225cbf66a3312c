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

/* Offsets in copy_fake_list()'s list, and its length */
#define COPY_CSCD_0	16
#define COPY_CSCD_1	(COPY_CSCD_0 + 32)
#define COPY_SEGMENT	(COPY_CSCD_1 + 32)
#define COPY_LIST	(COPY_SEGMENT + 28)

#define COPY_NO_POINTER	0xffff

/* Descriptors that there are, behind how many they are */
extern const u8 copy_fake_codes[6];

int copy_fake_init(struct kunit *test);
void copy_fake_exit(struct kunit *test);
void copy_fake_cscd(u8 *p, const struct fake *fake);
void copy_fake_segment(u8 *p, u16 source, u16 dest, u16 blocks, u64 from,
		       u64 to);
/* Verify CSCD */
void copy_fake_verify(u8 *p, u16 source, bool test);
/* Register persistent reservation key */
void copy_fake_register(u8 *p, u16 dest, u64 key, u64 sa_key);
/* Field pointer of the sense data, or COPY_NO_POINTER */
u16 copy_fake_pointer(const struct fake *fake);
/* 1000 blocks of LUN 0, from block 10 on, to LUN 1, from block 20 on; LID 7 */
void copy_fake_list(struct copy_pair *pair);
/* EXTENDED COPY(LID1) of a list that is in home->data */
u8 copy_fake_run(struct copy_pair *pair, u16 len);
/* RECEIVE COPY STATUS or the like; its answer is in home->data. */
u8 copy_fake_receive(struct copy_pair *pair, u8 sa, u32 id);
/* Wait until an operation has ended; returns COPY OPERATION STATUS. */
u8 copy_fake_wait(struct copy_pair *pair, u32 id);

#endif /* TARGET_EMUL_COPY_FAKE_H */
