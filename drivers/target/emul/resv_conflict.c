// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a reservation forbids to whom (SPC-4 table 65, SPC-2 table 9): classes
 * of commands, which are a column of the opcode table, as a mask.  Pure.
 */
#include "resv_conflict.h"

#define READS	BIT(TARGET_RESV_READ)
#define WRITES	(BIT(TARGET_RESV_WRITE) | BIT(TARGET_RESV_START))

/**
 * struct conflict_row - a type of persistent reservation
 * @others: what conflicts for who is neither holder nor, with registrants
 *	only and all registrants, registered
 * @shared: registrants have the access of the holder
 */
struct conflict_row {
	u8	others;
	bool	shared;
};

static const struct conflict_row rows[TARGET_RESV_TYPES] = {
	[TARGET_RESV_WE]	= { WRITES, false },
	[TARGET_RESV_EA]	= { WRITES | READS, false },
	[TARGET_RESV_WE_RO]	= { WRITES, true },
	[TARGET_RESV_EA_RO]	= { WRITES | READS, true },
	[TARGET_RESV_WE_AR]	= { WRITES, true },
	[TARGET_RESV_EA_AR]	= { WRITES | READS, true },
};

/**
 * target_resv_conflict_mask - what a persistent reservation forbids
 * @type: its type
 * @role: whom
 *
 * Return: BIT() of each enum target_opdef_resv that conflicts
 */
u8 target_resv_conflict_mask(u8 type, enum target_resv_role role)
{
	const struct conflict_row *row = &rows[type];

	if (role == TARGET_RESV_HOLDER)
		return 0;
	return role == TARGET_RESV_REGISTRANT && row->shared ? 0 : row->others;
}

/* What a RESERVE of somebody else forbids (SPC-2 table 9) */
u8 target_resv_conflict_spc2(void)
{
	return READS | WRITES | BIT(TARGET_RESV_SPC2);
}

/* What nobody may do while it is not known who may */
u8 target_resv_conflict_all(void)
{
	return READS | WRITES;
}

/**
 * target_resv_conflict_types - types that there are, for REPORT CAPABILITIES
 *
 * Return: PERSISTENT RESERVATION TYPE MASK (SPC-4 table 178), its first byte
 * in the high one
 */
u16 target_resv_conflict_types(void)
{
	u16 mask = 0;
	u8 type;

	for (type = 0; type < TARGET_RESV_TYPES; type++) {
		if (!rows[type].others)
			continue;
		/* EX_AC_AR is the only one in the second byte */
		mask |= type < 8 ? BIT(8 + type) : BIT(0);
	}
	return mask;
}
