/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What hosts know a logical unit by.
 */
#ifndef TARGET_IDENTITY_H
#define TARGET_IDENTITY_H

#include <linux/types.h>

#define TARGET_IDENT_ID_MAX	16
/* @len of an identifier that the unit does not have */
#define TARGET_IDENT_NONE	0xff

/**
 * struct target_ident_id - an identifier that was given, not derived
 * @bytes: what it is
 * @len: bytes that there are; 0 if it derives from the serial number
 */
struct target_ident_id {
	u8	bytes[TARGET_IDENT_ID_MAX];
	u8	len;
};

/**
 * struct target_ident - who a logical unit is
 * @vendor: T10 VENDOR IDENTIFICATION, no padding
 * @product: PRODUCT IDENTIFICATION
 * @revision: PRODUCT REVISION LEVEL
 * @serial: unit serial number, which NAA and T10 designators derive from
 * @t10_id: vendor specific identifier of the T10 designator, "" to derive it
 * @naa: NAA identifier
 * @eui64: EUI-64 based identifier
 * @company_id: IEEE company identifier of the NAA designator
 * @serial_set: @serial was given, not made
 */
struct target_ident {
	char	vendor[8 + 1];
	char	product[16 + 1];
	char	revision[4 + 1];
	char	serial[254];
	char	t10_id[255 - 8 + 1];
	struct target_ident_id naa;
	struct target_ident_id eui64;
	u32	company_id;
	bool	serial_set;
};

#endif /* TARGET_IDENTITY_H */
