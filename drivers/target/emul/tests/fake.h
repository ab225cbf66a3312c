/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A logical unit on a medium of memory, seen by one initiator through a fabric
 * that only notes what it was told to send.
 */
#ifndef TARGET_EMUL_FAKE_H
#define TARGET_EMUL_FAKE_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/scatterlist.h>
#include <linux/t10-pi.h>
#include "../../core/core.h"
#include "../../core/lu_group.h"
#include "../lu.h"

#define FAKE_BLOCK	512
#define FAKE_BLOCKS	2048
#define FAKE_DATA	(256 * 1024)
/* entries of data, with lengths that end inside blocks on purpose */
#define FAKE_NENTS	400

/*
 * struct fake - all that a command needs around it
 * @tuples: protection information of each block
 * @prot: where the fabric has protection information, NULL for nowhere
 * @restless: the initiator writes to the first byte of its data, of which it has
 *	the pages, when the medium is about to take it
 * @io_ops: operations that the medium saw
 * @last_io: flags of the last one
 * @last_tuples: it had room for protection information, or some
 * @filled: bytes of 97 MiB that were allocated
 * @hole: bytes that are not allocated at the medium's beginning and end
 * @copies: copies that the medium makes by itself, of those that it is asked to
 * @fail_at: the medium fails the operation with this number, from 1
 * @fail_sts: how; an I/O error if it is BLK_STS_OK
 * @ranges: parts of the medium with an actuator of their own
 * @nr_ranges: how many
 * @slow: the medium takes its time: an operation stays in @held
 * @held: see above
 * @grown: bytes that the medium says it has, if it has another size now
 */
struct fake {
	struct target_dev		dev;
	struct target_emul		emul;
	struct target_hba		hba;
	struct target_backend		backend;
	struct target_lu_group		lu_group;
	struct target_core_fabric_ops	tfo;
	struct target_port		port;
	struct target_lun		lun;
	struct target_link		link;
	struct target_acl		acl;
	struct se_node_acl		nacl;
	struct target_sess		sess;
	struct target_itl		itl;
	struct target_itl		other;

	u8				*medium;
	struct t10_pi_tuple		tuples[FAKE_BLOCKS];
	bool				restless;
	unsigned int			io_ops[TARGET_IO_OPS];
	u16				last_io;
	bool				last_tuples;
	u64				hole;
	u64				filled;
	unsigned int			copies;
	unsigned int			fail_at;
	blk_status_t			fail_sts;
	bool				slow;
	struct target_io		*held;
	u64				grown;
	struct target_access_range	ranges[3];
	unsigned int			nr_ranges;

	struct se_cmd			se;
	u8				sense[TRANSPORT_SENSE_BUFFER];
	u8				*data;
	struct scatterlist		sgl[FAKE_NENTS];
	struct scatterlist		*prot;
	struct completion		ended;
};

struct fake *fake_make(struct kunit *test);
/* Give the unit a map of logical blocks, which has every row of the table. */
void fake_add_map(struct kunit *test, struct fake *fake);
void fake_free(struct fake *fake);

/* Of a suite whose tests have a fake each, no two blocks of it alike. */
int fake_init(struct kunit *test);
void fake_exit(struct kunit *test);

/* A new command: its CDB, what the initiator expects and which way. */
struct target_cmd *fake_cmd(struct fake *fake, const u8 *cdb, size_t len,
			    u32 expected, enum dma_data_direction dir);
sense_reason_t fake_decode(struct fake *fake, const u8 *cdb, size_t len,
			   u32 expected, enum dma_data_direction dir);
/* Decode and execute; returns the SAM status. */
u8 fake_run(struct fake *fake, const u8 *cdb, size_t len, u32 expected,
	    enum dma_data_direction dir);

/* of fixed format sense data */
u32 fake_sense(const struct fake *fake);
u32 fake_info(const struct fake *fake);

#define fake_in(fake, cdb, expected)					\
	fake_run(fake, cdb, sizeof(cdb), expected, DMA_FROM_DEVICE)
#define fake_out(fake, cdb, expected)					\
	fake_run(fake, cdb, sizeof(cdb), expected, DMA_TO_DEVICE)
#define fake_none(fake, cdb)						\
	fake_run(fake, cdb, sizeof(cdb), 0, DMA_NONE)

/* sense key, additional sense code and qualifier, as fake_sense() has them */
#define FAKE_NO_SENSE			0
#define FAKE_INVALID_OPCODE		0x052000
#define FAKE_INVALID_CDB		0x052400
#define FAKE_INVALID_LIST		0x052600
#define FAKE_LIST_LENGTH		0x051a00
#define FAKE_OUT_OF_RANGE		0x052100
#define FAKE_INVALID_IU			0x050e03
#define FAKE_SEQUENCE			0x052c00
#define FAKE_MISCOMPARE			0x0e1d00
#define FAKE_WRITE_PROTECTED		0x072700
#define FAKE_STOPPED			0x020402

#endif /* TARGET_EMUL_FAKE_H */
