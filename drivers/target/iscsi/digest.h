/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CRC32C digests of headers and data segments (RFC 7143 11.1, 13.1).
 */
#ifndef ISCSIT_DIGEST_H
#define ISCSIT_DIGEST_H

#include <linux/types.h>

struct bio_vec;

/* Bytes of a digest on the wire */
#define ISCSIT_DIGEST_SIZE	4

/* Where every digest starts */
#define ISCSIT_DIGEST_SEED	(~0U)

u32 iscsit_digest_bytes(u32 crc, const void *buf, u32 len);
u32 iscsit_digest_zeroes(u32 crc, u32 len);
u32 iscsit_digest_bvec(u32 crc, const struct bio_vec *bvec, u32 skip, u32 len);
__le32 iscsit_digest_final(u32 crc);
__le32 iscsit_digest_header(const void *hdr, u32 len);

#endif /* ISCSIT_DIGEST_H */
