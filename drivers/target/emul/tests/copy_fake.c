// SPDX-License-Identifier: GPL-2.0-only
/*
 * What copy_fake.h promises.
 */
#include <linux/delay.h>
#include <linux/percpu-refcount.h>
#include <linux/unaligned.h>
#include "../designator.h"
#include "copy_fake.h"

const u8 copy_fake_codes[] = { 5, 0x02, 0x07, 0x0d, 0x14, 0xe4 };

static void no_release(struct percpu_ref *ref)
{
}

static void fill(struct fake *fake, unsigned int salt)
{
	size_t i;

	for (i = 0; i < FAKE_BLOCKS * FAKE_BLOCK; i++)
		fake->medium[i] = i * 7 + i / 512 + salt;
}

int copy_fake_init(struct kunit *test)
{
	struct copy_pair *pair = kunit_kzalloc(test, sizeof(*pair), GFP_KERNEL);
	struct fake *home, *away;

	KUNIT_ASSERT_NOT_NULL(test, pair);
	home = fake_make(test);
	away = fake_make(test);
	pair->home = home;
	pair->away = away;
	test->priv = pair;
	fill(home, 0);
	fill(away, 99);
	strscpy(away->dev.ident.serial, "89ab-cdef");
	away->itl.sess = &home->sess;
	away->itl.lun = 1;
	KUNIT_ASSERT_EQ(test, percpu_ref_init(&home->sess.ref, no_release,
					      PERCPU_REF_INIT_ATOMIC,
					      GFP_KERNEL), 0);
	KUNIT_ASSERT_NULL(test, xa_store(&home->sess.itls, 1, &away->itl,
					 GFP_KERNEL));
	return 0;
}

void copy_fake_exit(struct kunit *test)
{
	struct copy_pair *pair = test->priv;

	percpu_ref_exit(&pair->home->sess.ref);
	fake_free(pair->away);
	fake_free(pair->home);
}

void copy_fake_cscd(u8 *p, const struct fake *fake)
{
	struct target_cursor c;
	/* NAA comes first, and is alone here */
	u8 naa[20] = {};

	target_cursor_init(&c, naa, sizeof(naa));
	target_designator_unit(&c, &fake->dev.ident, &fake->dev.attr);
	memset(p, 0, 32);
	p[0] = 0xe4;
	p[4] = naa[0] & 0x0f;
	p[5] = naa[1];
	p[7] = naa[3];
	memcpy(p + 8, naa + 4, naa[3]);
	put_unaligned_be24(1 << fake->dev.block_shift, p + 29);
}

void copy_fake_segment(u8 *p, u16 source, u16 dest, u16 blocks, u64 from,
		       u64 to)
{
	memset(p, 0, 28);
	p[0] = 0x02;
	put_unaligned_be16(24, p + 2);
	put_unaligned_be16(source, p + 4);
	put_unaligned_be16(dest, p + 6);
	put_unaligned_be16(blocks, p + 10);
	put_unaligned_be64(from, p + 12);
	put_unaligned_be64(to, p + 20);
}

void copy_fake_verify(u8 *p, u16 source, bool test)
{
	memset(p, 0, 12);
	p[0] = 0x07;
	p[3] = 8;
	put_unaligned_be16(source, p + 4);
	p[8] = test;
}

void copy_fake_register(u8 *p, u16 dest, u64 key, u64 sa_key)
{
	memset(p, 0, 28);
	p[0] = 0x14;
	p[3] = 24;
	put_unaligned_be16(dest, p + 6);
	put_unaligned_be64(key, p + 8);
	put_unaligned_be64(sa_key, p + 16);
}

u16 copy_fake_pointer(const struct fake *fake)
{
	if (!(fake->sense[15] & 0x80))
		return COPY_NO_POINTER;
	return get_unaligned_be16(fake->sense + 16);
}

void copy_fake_list(struct copy_pair *pair)
{
	u8 *p = pair->home->data;

	memset(p, 0, 4096);
	p[0] = 7;
	put_unaligned_be16(64, p + 2);
	put_unaligned_be32(28, p + 8);
	copy_fake_cscd(p + COPY_CSCD_0, pair->home);
	copy_fake_cscd(p + COPY_CSCD_1, pair->away);
	copy_fake_segment(p + COPY_SEGMENT, 0, 1, 1000, 10, 20);
}

u8 copy_fake_run(struct copy_pair *pair, u16 len)
{
	u8 cdb[16] = { 0x83 };

	put_unaligned_be32(len, cdb + 10);
	return fake_out(pair->home, cdb, len);
}

u8 copy_fake_receive(struct copy_pair *pair, u8 sa, u32 id)
{
	u8 cdb[16] = { 0x84, sa, [12] = 0x10 };

	if (sa < 5)
		cdb[2] = id;
	else
		put_unaligned_be32(id, cdb + 2);
	memset(pair->home->data, 0, 4096);
	return fake_in(pair->home, cdb, 4096);
}

u8 copy_fake_wait(struct copy_pair *pair, u32 id)
{
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		if (copy_fake_receive(pair, 0x05, id))
			return 0xff;
		if (pair->home->data[5] != 0x11 && pair->home->data[5] != 0x12)
			return pair->home->data[5];
		msleep(20);
	}
	return pair->home->data[5];
}
