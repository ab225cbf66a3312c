/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * THE table: one row for each operation code and service action.  Everything
 * that any code here needs to know of a command is a column.
 */
#ifndef TARGET_OPDEF_H
#define TARGET_OPDEF_H

#include <linux/bits.h>
#include "../core/core.h"

/* Longest CDB that a row describes */
#define TARGET_OPDEF_CDB	32

/**
 * enum target_opdef_data - what a command transfers
 * @TARGET_DATA_NONE: nothing
 * @TARGET_DATA_FIXED_8: 8 bytes, which the CDB does not say
 * @TARGET_DATA_BYTES: the count of the CDB is in bytes: an ALLOCATION LENGTH
 *	or a PARAMETER LIST LENGTH
 * @TARGET_DATA_BLOCKS: the blocks that the CDB names
 * @TARGET_DATA_BLOCKS_6: likewise, where a count of 0 means 256
 * @TARGET_DATA_BLOCKS_TWICE: the blocks to compare, then those to write
 * @TARGET_DATA_ONE_BLOCK: one block that is written many times; none if NDOB
 * @TARGET_DATA_BYTCHK: none, the blocks, or one block, as BYTCHK says
 * @TARGET_DATA_RANGE: nothing; the CDB names blocks all the same
 * @TARGET_DATA_SENT: a parameter list whose length the CDB does not say
 * @TARGET_DATA_KINDS: how many there are
 */
enum target_opdef_data {
	TARGET_DATA_NONE,
	TARGET_DATA_FIXED_8,
	TARGET_DATA_BYTES,
	TARGET_DATA_BLOCKS,
	TARGET_DATA_BLOCKS_6,
	TARGET_DATA_BLOCKS_TWICE,
	TARGET_DATA_ONE_BLOCK,
	TARGET_DATA_BYTCHK,
	TARGET_DATA_RANGE,
	TARGET_DATA_SENT,
	TARGET_DATA_KINDS,
};

/**
 * enum target_opdef_resv - what reservations of others do to a command
 *	(SPC-5 table 71, SBC-4 table 15)
 * @TARGET_RESV_ALLOW: runs whoever holds one
 * @TARGET_RESV_READ: conflicts with exclusive access
 * @TARGET_RESV_WRITE: conflicts with write exclusive too
 * @TARGET_RESV_START: START STOP UNIT: conflicts unless it starts
 * @TARGET_RESV_SPC2: conflicts with RESERVE alone
 * @TARGET_RESV_CLASSES: how many there are
 */
enum target_opdef_resv {
	TARGET_RESV_ALLOW,
	TARGET_RESV_READ,
	TARGET_RESV_WRITE,
	TARGET_RESV_START,
	TARGET_RESV_SPC2,
	TARGET_RESV_CLASSES,
};

/* Asymmetric access states in which a command runs (SPC-5 5.18.2.4) */
#define TARGET_ALUA_OPTIMIZED		BIT(0)
#define TARGET_ALUA_NONOPTIMIZED	BIT(1)
#define TARGET_ALUA_LBA_DEPENDENT	BIT(2)
#define TARGET_ALUA_STANDBY		BIT(3)
#define TARGET_ALUA_UNAVAILABLE		BIT(4)
#define TARGET_ALUA_OFFLINE		BIT(5)
#define TARGET_ALUA_TRANSITION		BIT(6)

#define TARGET_ALUA_ACTIVE						\
	(TARGET_ALUA_OPTIMIZED | TARGET_ALUA_NONOPTIMIZED |		\
	 TARGET_ALUA_LBA_DEPENDENT)
#define TARGET_ALUA_NOT_ACTIVE						\
	(TARGET_ALUA_ACTIVE | TARGET_ALUA_STANDBY)
#define TARGET_ALUA_ANY			GENMASK(6, 0)

/**
 * enum target_opdef_ua - what a pending unit attention does (SAM-5 5.14)
 * @TARGET_UA_REPORT: the command ends with it
 * @TARGET_UA_IGNORE: the command runs
 */
enum target_opdef_ua {
	TARGET_UA_REPORT,
	TARGET_UA_IGNORE,
};

/**
 * enum target_opdef_pi - protection information in its data (SBC-4 4.21)
 * @TARGET_PI_NONE: no logical block data
 * @TARGET_PI_READ: RDPROTECT
 * @TARGET_PI_WRITE: WRPROTECT
 * @TARGET_PI_VERIFY: VRPROTECT
 */
enum target_opdef_pi {
	TARGET_PI_NONE,
	TARGET_PI_READ,
	TARGET_PI_WRITE,
	TARGET_PI_VERIFY,
};

/**
 * enum target_opdef_timeout - how long it may take (rsoc.c has the seconds)
 * @TARGET_TIMEOUT_STATE: looks at or sets some state
 * @TARGET_TIMEOUT_MEDIUM: one access to the medium
 * @TARGET_TIMEOUT_RANGE: many of them
 * @TARGET_TIMEOUTS: how many there are
 */
enum target_opdef_timeout {
	TARGET_TIMEOUT_STATE,
	TARGET_TIMEOUT_MEDIUM,
	TARGET_TIMEOUT_RANGE,
	TARGET_TIMEOUTS,
};

/**
 * enum target_opdef_flags - target_opdef.flags
 * @TARGET_OP_SA: the row is for one service action: in bits 4..0 of byte 1, or
 *	in bytes 8 and 9 of a variable length CDB
 * @TARGET_OP_WELL_KNOWN: the well known logical unit has it
 * @TARGET_OP_NO_LUN: works for a LUN without a logical unit
 * @TARGET_OP_STOPPED: works on a stopped or dead logical unit
 * @TARGET_OP_WRITES: changes the medium
 * @TARGET_OP_EXCLUSIVE: nothing else may touch its blocks meanwhile; all there
 *	are, if its CDB has no way to name some
 * @TARGET_OP_LEND: the backstore may lend pages for its data
 * @TARGET_OP_HEAD: may overtake other commands (SAM-5 8.5)
 * @TARGET_OP_ORDERED: waits for all earlier commands, and later ones for it
 * @TARGET_OP_REPAIRS: runs after a SANITIZE or FORMAT UNIT has failed
 * @TARGET_OP_WHOLE: runs only if the initiator sends all the data, no less
 * @TARGET_OP_OLD_LUN: bits 7..5 of byte 1 are ignored: SCSI-2 had the LUN
 *	there, and a host sends it until it knows what the unit is
 */
enum target_opdef_flags {
	TARGET_OP_SA		= BIT(0),
	TARGET_OP_NO_LUN	= BIT(1),
	TARGET_OP_STOPPED	= BIT(2),
	TARGET_OP_WRITES	= BIT(3),
	TARGET_OP_EXCLUSIVE	= BIT(4),
	TARGET_OP_LEND		= BIT(5),
	TARGET_OP_HEAD		= BIT(6),
	TARGET_OP_WHOLE		= BIT(7),
	TARGET_OP_ORDERED	= BIT(8),
	TARGET_OP_REPAIRS	= BIT(9),
	TARGET_OP_WELL_KNOWN	= BIT(10),
	TARGET_OP_OLD_LUN	= BIT(11),
};

/**
 * enum target_opdef_option - bits of the byte with the options that a logical
 *	unit may not have (opindex.c says which bits, and when it has them)
 * @TARGET_OPT_PROTECT: RDPROTECT, WRPROTECT or VRPROTECT
 * @TARGET_OPT_DPO: DPO
 * @TARGET_OPT_FUA: FUA
 * @TARGET_OPT_UNMAP: UNMAP of WRITE SAME
 * @TARGET_OPT_ANCHOR: ANCHOR of WRITE SAME
 * @TARGET_OPT_UNMAP_ANCHOR: ANCHOR of UNMAP
 * @TARGET_OPT_FORMAT: FMTPINFO of FORMAT UNIT
 * @TARGET_OPTS: how many there are
 */
enum target_opdef_option {
	TARGET_OPT_PROTECT,
	TARGET_OPT_DPO,
	TARGET_OPT_FUA,
	TARGET_OPT_UNMAP,
	TARGET_OPT_ANCHOR,
	TARGET_OPT_UNMAP_ANCHOR,
	TARGET_OPT_FORMAT,
	TARGET_OPTS,
};

/**
 * struct target_opdef_field - a number in a CDB
 * @byte: first byte
 * @bytes: how many, 0 if there is no such number
 */
struct target_opdef_field {
	u8	byte;
	u8	bytes;
};

/**
 * struct target_opdef - a row
 * @name: for people
 * @exec: handler: returns TCM_NO_SENSE, why not, or TCM_PENDING
 * @enabled: the logical unit has the command; NULL if each one has
 * @span: sets the first block that the parameter list names, and how many there
 *	are from it to the last; NULL if the CDB names them. The handler sees to
 *	ROD tokens of these blocks, and to their access states
 * @op: operation code
 * @sa: service action, if TARGET_OP_SA
 * @flags: enum target_opdef_flags
 * @cdb_len: bytes of the CDB
 * @dir: enum dma_data_direction, as the initiator sees it
 * @data: enum target_opdef_data
 * @lba: LOGICAL BLOCK ADDRESS
 * @count: TRANSFER LENGTH, ALLOCATION LENGTH or the like
 * @resv: enum target_opdef_resv
 * @alua: TARGET_ALUA_* bits
 * @ua: enum target_opdef_ua
 * @pi: enum target_opdef_pi
 * @timeout: enum target_opdef_timeout
 * @options: BIT() of enum target_opdef_option: bits of @usage that depend on
 *	the logical unit
 * @usage: bits of the CDB that are looked at; a service action has all of
 *	its bits set
 */
struct target_opdef {
	const char			*name;
	sense_reason_t			(*exec)(struct target_cmd *cmd);
	bool				(*enabled)(const struct target_dev *dev);
	void				(*span)(struct target_cmd *cmd,
						u64 *lba, u64 *blocks);
	u8				op;
	u8				sa;
	u16				flags;
	u8				cdb_len;
	u8				dir;
	u8				data;
	struct target_opdef_field	lba;
	struct target_opdef_field	count;
	u8				resv;
	u8				alua;
	u8				ua;
	u8				pi;
	u8				timeout;
	u8				options;
	u8				usage[TARGET_OPDEF_CDB];
};

#endif /* TARGET_OPDEF_H */
