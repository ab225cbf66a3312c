// SPDX-License-Identifier: GPL-2.0-only
/*
 * CRC32C over headers, pages and padding.
 *
 * A digest is a running u32 that starts at ISCSIT_DIGEST_SEED, takes bytes in
 * any number of steps and is turned into its wire form at the end.
 */
#include <linux/bvec.h>
#include <linux/crc32c.h>
#include <linux/highmem.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <scsi/iscsi_proto.h>

#include "digest.h"

/**
 * iscsit_digest_bytes - add bytes
 * @crc: running digest
 * @buf: bytes
 * @len: how many
 *
 * Return: running digest.
 */
u32 iscsit_digest_bytes(u32 crc, const void *buf, u32 len)
{
	return crc32c(crc, buf, len);
}

/**
 * iscsit_digest_zeroes - add padding
 * @crc: running digest
 * @len: bytes of padding, 0 to 3
 *
 * Return: running digest.
 */
u32 iscsit_digest_zeroes(u32 crc, u32 len)
{
	static const u8 zeroes[ISCSI_PAD_LEN];

	return crc32c(crc, zeroes, min_t(u32, len, sizeof(zeroes)));
}

/* A range of a page, or of what follows it in the same folio */
static u32 crc_pages(u32 crc, struct page *page, u32 offset, u32 len)
{
	void *addr;
	u32 part;

	while (len) {
		page = nth_page(page, offset / PAGE_SIZE);
		offset %= PAGE_SIZE;
		part = min_t(u32, len, PAGE_SIZE - offset);
		addr = kmap_local_page(page);
		crc = crc32c(crc, addr + offset, part);
		kunmap_local(addr);
		offset += part;
		len -= part;
	}
	return crc;
}

/**
 * iscsit_digest_bvec - add pages of a bio_vec array
 * @crc: running digest
 * @bvec: array that holds at least @skip + @len bytes
 * @skip: bytes at the start to pass over
 * @len: bytes to add
 *
 * Return: running digest.
 */
u32 iscsit_digest_bvec(u32 crc, const struct bio_vec *bvec, u32 skip, u32 len)
{
	u32 part;

	for (; len; bvec++) {
		if (skip >= bvec->bv_len) {
			skip -= bvec->bv_len;
			continue;
		}
		part = min(len, bvec->bv_len - skip);
		crc = crc_pages(crc, bvec->bv_page, bvec->bv_offset + skip,
				part);
		skip = 0;
		len -= part;
	}
	return crc;
}

/**
 * iscsit_digest_final - end a digest
 * @crc: running digest
 *
 * Return: what stands on the wire.
 */
__le32 iscsit_digest_final(u32 crc)
{
	return cpu_to_le32(~crc);
}

/**
 * iscsit_digest_header - digest of a header
 * @hdr: basic header segment and what follows it
 * @len: length of all header segments
 *
 * Return: what stands on the wire.
 */
__le32 iscsit_digest_header(const void *hdr, u32 len)
{
	return iscsit_digest_final(crc32c(ISCSIT_DIGEST_SEED, hdr, len));
}
