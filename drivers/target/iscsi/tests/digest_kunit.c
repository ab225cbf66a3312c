// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of CRC32C digests.
 */
#include <kunit/test.h>
#include <linux/bvec.h>
#include <linux/mm.h>

#include "../digest.h"

/* RFC 3720 appendix B.4, digests as they stand on the wire */
static const u8 read_pdu[48] = {
	0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00,
	0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18,
	0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static void digest_rfc(struct kunit *test)
{
	static const u8 want[5][4] = {
		{ 0xaa, 0x36, 0x91, 0x8a }, { 0x43, 0xab, 0xa8, 0x62 },
		{ 0x4e, 0x79, 0xdd, 0x46 }, { 0x5c, 0xdb, 0x3f, 0x11 },
		{ 0x56, 0x3a, 0x96, 0xd9 },
	};
	u8 data[4][32];
	__le32 digest;
	u32 i;

	for (i = 0; i < 32; i++) {
		data[0][i] = 0;
		data[1][i] = 0xff;
		data[2][i] = i;
		data[3][i] = 31 - i;
	}
	for (i = 0; i < 4; i++) {
		digest = iscsit_digest_header(data[i], 32);
		KUNIT_EXPECT_MEMEQ_MSG(test, &digest, want[i], 4, "%u", i);
	}
	digest = iscsit_digest_header(read_pdu, sizeof(read_pdu));
	KUNIT_EXPECT_MEMEQ(test, &digest, want[4], 4);
}

static void digest_padding(struct kunit *test)
{
	static const u8 data[8] = { 1, 2, 3, 4, 5, 0, 0, 0 };
	u32 crc;

	crc = iscsit_digest_bytes(ISCSIT_DIGEST_SEED, data, 5);
	crc = iscsit_digest_zeroes(crc, 3);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(iscsit_digest_final(crc)),
			le32_to_cpu(iscsit_digest_header(data, 8)));
	KUNIT_EXPECT_EQ(test, iscsit_digest_zeroes(crc, 0), crc);
}

#define ORDER	2
#define BYTES	(PAGE_SIZE << ORDER)

static u8 *some_pages(struct kunit *test, struct page **page)
{
	u8 *flat;
	u32 i;

	*page = alloc_pages(GFP_KERNEL | __GFP_COMP, ORDER);
	KUNIT_ASSERT_NOT_NULL(test, *page);
	flat = page_address(*page);
	for (i = 0; i < BYTES; i++)
		flat[i] = i * 7 + (i >> 8);
	return flat;
}

/* Pieces of pages, and pieces that run over several pages */
static void digest_bvec(struct kunit *test)
{
	static const u32 sizes[] = { 1, 512, 4096, 5000, 3 };
	struct bio_vec bvec[ARRAY_SIZE(sizes)];
	u32 i, total = 0, skip, len;
	struct page *page;
	u8 *flat;

	flat = some_pages(test, &page);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		bvec_set_page(&bvec[i], page, sizes[i], total);
		total += sizes[i];
	}
	for (skip = 0; skip < total; skip += 333)
		for (len = 0; len <= total - skip; len += 997)
			KUNIT_EXPECT_EQ_MSG(test,
					    iscsit_digest_bvec(1, bvec, skip,
							       len),
					    iscsit_digest_bytes(1, flat + skip,
								len),
					    "%u+%u", skip, len);
	KUNIT_EXPECT_EQ(test, iscsit_digest_bvec(1, bvec, 0, total),
			iscsit_digest_bytes(1, flat, total));
	__free_pages(page, ORDER);
}

static struct kunit_case digest_cases[] = {
	KUNIT_CASE(digest_rfc),
	KUNIT_CASE(digest_padding),
	KUNIT_CASE(digest_bvec),
	{}
};

static struct kunit_suite digest_suite = {
	.name = "iscsit_digest",
	.test_cases = digest_cases,
};

kunit_test_suite(digest_suite);
