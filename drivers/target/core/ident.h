/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What hosts know a logical unit by.
 */
#ifndef TARGET_IDENT_H
#define TARGET_IDENT_H

#include <linux/types.h>

struct target_dev;

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

/**
 * enum target_ident_text - texts of standard INQUIRY data, and of a designator
 * @TARGET_IDENT_VENDOR: T10 VENDOR IDENTIFICATION
 * @TARGET_IDENT_PRODUCT: PRODUCT IDENTIFICATION
 * @TARGET_IDENT_REVISION: PRODUCT REVISION LEVEL
 * @TARGET_IDENT_T10: vendor specific identifier of the T10 vendor ID designator
 */
enum target_ident_text {
	TARGET_IDENT_VENDOR,
	TARGET_IDENT_PRODUCT,
	TARGET_IDENT_REVISION,
	TARGET_IDENT_T10,
};

/**
 * enum target_ident_number - identifiers that are numbers
 * @TARGET_IDENT_NAA: NAA
 * @TARGET_IDENT_EUI64: EUI-64 based
 */
enum target_ident_number {
	TARGET_IDENT_NAA,
	TARGET_IDENT_EUI64,
};

int target_ident_clean(const char *text, size_t max, char *clean);
int target_ident_set_text(struct target_dev *dev, enum target_ident_text which,
			  const char *text);
int target_ident_set_id(struct target_dev *dev, enum target_ident_number which,
			const char *text);
int target_ident_format_id(const struct target_ident_id *id, char *text,
			   size_t size);
int target_ident_set_company(struct target_dev *dev, u32 company_id);
int target_ident_set_alias(struct target_dev *dev, const char *alias);
int target_ident_set_udev_path(struct target_dev *dev, const char *path);
void target_ident_model(struct target_dev *dev);

#endif /* TARGET_IDENT_H */
