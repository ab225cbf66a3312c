// SPDX-License-Identifier: GPL-2.0-only
/*
 * What fake.h promises.
 */
#include <linux/percpu.h>
#include <linux/percpu-refcount.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>
#include "../../core/attrib.h"
#include "../../core/budget.h"
#include "../../core/complete.h"
#include "../../core/delay.h"
#include "../../core/lba_map.h"
#include "../../core/order.h"
#include "../../core/range.h"
#include "../../core/state.h"
#include "../../core/submit.h"
#include "../../core/tp_group.h"
#include "../../core/tp_member.h"
#include "../aside.h"
#include "../copy_token.h"
#include "../emul.h"
#include "../exception.h"
#include "../immed.h"
#include "../log_pages.h"
#include "../mode.h"
#include "../opindex.h"
#include "../resv_lu.h"
#include "../resv_out.h"
#include "../threshold.h"
#include "fake.h"

/* A hole of @fake->hole bytes at its beginning and at 1 MiB less that */
static void extent(struct fake *fake, struct target_io *io)
{
	u64 tail = FAKE_BLOCKS * FAKE_BLOCK - fake->hole, next;

	if (io->pos < fake->hole)
		next = fake->hole;
	else if (io->pos < tail)
		next = tail;
	else
		next = FAKE_BLOCKS * FAKE_BLOCK;
	if (io->pos < fake->hole || io->pos >= tail)
		io->flags |= TARGET_IO_HOLE;
	io->len = min(io->len, next - io->pos);
}

static void move_tuples(struct fake *fake, struct target_io *io)
{
	struct t10_pi_tuple *kept = fake->tuples + io->pos / FAKE_BLOCK;
	size_t bytes = io->len / FAKE_BLOCK * sizeof(*kept);

	if (io->op == TARGET_IO_READ && io->tuples)
		memcpy(io->tuples, kept, bytes);
	else if (io->op == TARGET_IO_WRITE && io->tuples)
		memcpy(kept, io->tuples, bytes);
	else if (io->op == TARGET_IO_UNMAP)
		memset(kept, 0xff, bytes);
}

static void medium_submit(struct target_backend *backend, struct target_io *io)
{
	struct fake *fake = container_of(backend, struct fake, backend);
	unsigned int i, count = 0;
	u8 *at = fake->medium + io->pos;

	fake->io_ops[io->op]++;
	fake->last_io = io->flags;
	fake->last_tuples = io->tuples;
	for (i = 0; i < TARGET_IO_OPS; i++)
		count += fake->io_ops[i];
	if (fake->slow) {
		fake->held = io;
		return;
	}
	if (count == fake->fail_at ||
	    io->pos + io->len > FAKE_BLOCKS * FAKE_BLOCK) {
		target_io_done(io, fake->fail_sts ?: BLK_STS_IOERR);
		return;
	}
	move_tuples(fake, io);
	if (fake->restless && io->op == TARGET_IO_WRITE)
		fake->data[0]++;
	switch (io->op) {
	case TARGET_IO_READ:
		sg_copy_from_buffer(io->sgl, io->nents, at, io->len);
		break;
	case TARGET_IO_WRITE:
		sg_copy_to_buffer(io->sgl, io->nents, at, io->len);
		break;
	case TARGET_IO_EXTENT:
		extent(fake, io);
		break;
	case TARGET_IO_UNMAP:
		memset(at, 0xee, io->len);
		break;
	case TARGET_IO_ZERO:
		memset(at, 0, io->len);
		break;
	}
	target_io_done(io, BLK_STS_OK);
}

static void medium_copy(struct target_backend *backend, struct target_io *io,
			struct target_backend *from, u64 pos)
{
	struct fake *source = container_of(from, struct fake, backend);
	struct fake *fake = container_of(backend, struct fake, backend);

	fake->last_io = io->flags;
	if (fake->io_ops[TARGET_IO_COPY]++ >= fake->copies) {
		target_io_done(io, BLK_STS_NOTSUPP);
		return;
	}
	memcpy(fake->medium + io->pos, source->medium + pos, io->len);
	target_io_done(io, BLK_STS_OK);
}

static void medium_limits(struct target_backend *backend,
			  struct target_limits *limits)
{
	struct fake *fake = container_of(backend, struct fake, backend);

	*limits = fake->dev.limits;
	limits->bytes = fake->grown ?: fake->dev.nr_blocks * FAKE_BLOCK;
}

static int medium_usage(struct target_backend *backend, u64 *used,
			u64 *available)
{
	struct fake *fake = container_of(backend, struct fake, backend);

	*used = (3ULL << 20) + fake->filled;
	*available = (100ULL << 20) - fake->filled;
	return 0;
}

static const struct target_access_range *
medium_ranges(struct target_backend *backend, unsigned int *count)
{
	struct fake *fake = container_of(backend, struct fake, backend);

	*count = fake->nr_ranges;
	return fake->ranges;
}

static const struct target_backend_ops medium_ops = {
	.name = "fake",
	.inquiry_prod = "FAKE",
	.inquiry_rev = "4.0",
	.prefetches = true,
	.maps = true,
	.limits = medium_limits,
	.usage = medium_usage,
	.ranges = medium_ranges,
	.submit_atomic = true,
	.submit = medium_submit,
	.copy = medium_copy,
};

static int answer(struct se_cmd *se)
{
	return 0;
}

static int stop_free(struct se_cmd *se)
{
	complete(&container_of(se, struct fake, se)->ended);
	return 1;
}

static void make_dev(struct fake *fake)
{
	struct target_dev *dev = &fake->dev;

	fake->hba.ops = &medium_ops;
	dev->hba = &fake->hba;
	dev->backend = &fake->backend;
	fake->backend.ops = &medium_ops;
	fake->backend.core = dev;
	dev->emul = &fake->emul;
	dev->limits = (struct target_limits) {
		.bytes = FAKE_BLOCKS * FAKE_BLOCK,
		.block_size = FAKE_BLOCK,
		.physical_block_size = FAKE_BLOCK,
		.io_min = FAKE_BLOCK,
		.usage = true,
		.unmap_max = 64 * FAKE_BLOCK,
		.zero_max = 128 * FAKE_BLOCK,
		.atomic_max = 32 * FAKE_BLOCK,
		.atomic_granularity = 4 * FAKE_BLOCK,
		.atomic_alignment = 8 * FAKE_BLOCK,
	};
	mutex_init(&fake->emul.mode_lock);
	target_threshold_init(dev);
	target_exception_init(dev);
	target_immed_init(dev);
	target_copy_lu_init(dev);
	mutex_init(&dev->mutex);
	kref_init(&dev->uses);
	spin_lock_init(&dev->itl_lock);
	INIT_LIST_HEAD(&dev->itls);
	target_range_init(dev);
	target_watch_init(&dev->watch);
	INIT_LIST_HEAD(&dev->links);
	target_resv_out_init(&fake->emul.resv);
	target_delay_init(dev);
	dev->state = TARGET_DEV_OPEN;
	dev->name = "fake0";
	target_attrib_defaults(dev);
	dev->attr.block_size = FAKE_BLOCK;
	dev->attr.emulate_tpu = true;
	dev->attr.emulate_tpws = true;
	dev->attr.max_unmap_lba_count = 1024;
	dev->attr.max_unmap_block_desc_count = 4;
	dev->attr.max_write_same_len = 1024;
	dev->block_shift = 9;
	dev->nr_blocks = FAKE_BLOCKS;
	INIT_LIST_HEAD(&fake->lu_group.members);
	dev->lu_group = &fake->lu_group;
	dev->nr_links = 1;
	strscpy(dev->ident.vendor, "LIO-ORG");
	strscpy(dev->ident.product, "FAKE");
	strscpy(dev->ident.revision, "4.0");
	strscpy(dev->ident.serial, "0123-4567");
	dev->ident.company_id = 0x001405;
	target_aside_init(&dev->emul->keeper);
	target_aside_init(&dev->emul->asker);
	target_mode_init(dev);
	target_log_pages_init(dev);
}

static void make_itl(struct fake *fake, struct target_itl *itl)
{
	spin_lock_init(&itl->ua.lock);
	itl->sess = &fake->sess;
	itl->link = &fake->link;
	itl->stats = alloc_percpu(struct target_stats);
	list_add_tail(&itl->dev_node, &fake->dev.itls);
}

static void no_release(struct percpu_ref *ref)
{
}

static void make_nexus(struct fake *fake)
{
	fake->tfo.complete_any_context = true;
	fake->tfo.queue_data_in = answer;
	fake->tfo.queue_status = answer;
	fake->tfo.check_stop_free = stop_free;
	fake->tfo.max_data_sg_nents = 0;
	fake->tfo.fabric_name = "fake";
	fake->port.tfo = &fake->tfo;
	mutex_init(&fake->port.mutex);
	INIT_LIST_HEAD(&fake->port.acl_list);
	kref_init(&fake->port.kref);
	fake->port.name = "iqn.2003-01.org.example:fake";
	fake->port.proto_id = SCSI_PROTOCOL_ISCSI;
	fake->port.tag = 1;
	fake->port.completion_cpu = SE_COMPL_AFFINITY_CURR_CPU;
	fake->port.rtpi = 1;
	fake->lun.port = &fake->port;
	mutex_init(&fake->lun.file_lock);
	fake->lun.link = &fake->link;
	fake->link.lun = &fake->lun;
	fake->link.dev = &fake->dev;
	list_add_tail(&fake->link.dev_node, &fake->dev.links);
	fake->sess.port = &fake->port;
	fake->sess.se.se_node_acl = &fake->nacl;
	xa_init(&fake->sess.itls);
	INIT_LIST_HEAD(&fake->dev.links);
	list_add(&fake->link.dev_node, &fake->dev.links);
	make_itl(fake, &fake->itl);
	make_itl(fake, &fake->other);
	xa_store(&fake->sess.itls, 0, &fake->itl, GFP_KERNEL);
}

/* The module sets up as much; a kernel with a part of it only may not. */
static void set_up_core(struct kunit *test)
{
	if (!target_opindex_count())
		KUNIT_ASSERT_EQ(test, target_opdef_init(), 0);
	if (!target_complete_wq)
		KUNIT_ASSERT_EQ(test, target_complete_init(), 0);
}

/* Pieces of a page or less, of which none is a whole number of blocks */
static void make_sgl(struct fake *fake)
{
	size_t at = 0, part;
	unsigned int i;

	sg_init_table(fake->sgl, FAKE_NENTS);
	for (i = 0; i < FAKE_NENTS - 1 && at < FAKE_DATA; i++) {
		part = min_t(size_t, i % 2 ? 1000 : 900,
			     PAGE_SIZE - offset_in_page(fake->data + at));
		part = min(part, FAKE_DATA - at);
		sg_set_page(&fake->sgl[i], vmalloc_to_page(fake->data + at),
			    part, offset_in_page(fake->data + at));
		at += part;
	}
	sg_mark_end(&fake->sgl[i - 1]);
}

struct fake *fake_make(struct kunit *test)
{
	struct fake *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fake);
	set_up_core(test);
	fake->medium = vzalloc(FAKE_BLOCKS * FAKE_BLOCK);
	fake->data = vzalloc(FAKE_DATA);
	KUNIT_ASSERT_NOT_NULL(test, fake->medium);
	KUNIT_ASSERT_NOT_NULL(test, fake->data);
	make_sgl(fake);
	KUNIT_ASSERT_EQ(test, target_order_init(&fake->dev), 0);
	make_dev(fake);
	KUNIT_ASSERT_EQ(test, target_resv_lu_init(&fake->dev), 0);
	make_nexus(fake);
	/* counted in one place, so that a test sees at once when it is 0 */
	KUNIT_ASSERT_EQ(test, percpu_ref_init(&fake->link.ref, no_release,
					      PERCPU_REF_INIT_ATOMIC,
					      GFP_KERNEL), 0);
	KUNIT_ASSERT_EQ(test, target_tp_group_init(&fake->dev), 0);
	kref_init(&fake->lun.kref);
	target_tp_member_add(&fake->link);
	init_completion(&fake->ended);
	return fake;
}

void fake_add_map(struct kunit *test, struct fake *fake)
{
	struct target_lba_map *map;

	map = target_lba_map_parse("0 0\n0 9 0:O\n10 19 0:S\n");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, map);
	KUNIT_ASSERT_EQ(test, target_lba_map_set(&fake->dev, map), 0);
}

/* What the last reference to a command takes along */
static void drop_memory(struct target_cmd *cmd)
{
	if (cmd->pi) {
		if (cmd->pi->counted)
			target_budget_give(cmd_sess(cmd), cmd->pi->counted);
		kvfree(cmd->pi->plain);
		kvfree(cmd->pi->tuples);
		kfree(cmd->pi);
	}
	kvfree(cmd->scratch);
}

void fake_free(struct fake *fake)
{
	target_aside_exit(&fake->emul.asker);
	target_aside_exit(&fake->emul.keeper);
	target_resv_out_exit(&fake->emul.resv);
	target_resv_lu_exit(&fake->dev);
	flush_workqueue(target_complete_wq);
	target_threshold_exit(&fake->dev);
	target_exception_exit(&fake->dev);
	target_copy_token_exit(&fake->dev);
	target_copy_lu_exit(&fake->dev);
	drop_memory(to_cmd(&fake->se));
	kfree(fake->emul.buffers);
	kfree(fake->emul.info);
	kvfree(fake->emul.log.client);
	target_tp_member_del(&fake->link);
	target_tp_group_exit(&fake->dev);
	percpu_ref_exit(&fake->link.ref);
	target_delay_exit(&fake->dev);
	target_order_exit(&fake->dev);
	kvfree(rcu_dereference_protected(fake->dev.lba_map, true));
	xa_destroy(&fake->sess.itls);
	free_percpu(fake->itl.stats);
	free_percpu(fake->other.stats);
	vfree(fake->medium);
	vfree(fake->data);
}

int fake_init(struct kunit *test)
{
	struct fake *fake = fake_make(test);
	size_t i;

	for (i = 0; i < FAKE_BLOCKS * FAKE_BLOCK; i++)
		fake->medium[i] = i * 7 + i / 512;
	test->priv = fake;
	return 0;
}

void fake_exit(struct kunit *test)
{
	fake_free(test->priv);
}

struct target_cmd *fake_cmd(struct fake *fake, const u8 *cdb, size_t len,
			    u32 expected, enum dma_data_direction dir)
{
	struct target_cmd *cmd = to_cmd(&fake->se);

	drop_memory(cmd);
	memset(&fake->se, 0, sizeof(fake->se));
	memset(fake->sense, 0, sizeof(fake->sense));
	target_submit_init(cmd, &fake->sess, &fake->tfo);
	cmd->itl = &fake->itl;
	cmd->link = &fake->link;
	cmd->expected = expected;
	fake->se.data_length = expected;
	fake->se.data_direction = dir;
	fake->se.sam_task_attr = TCM_SIMPLE_TAG;
	fake->se.sense_buffer = fake->sense;
	fake->se.se_dev = &fake->dev.se;
	fake->se.t_data_sg = fake->sgl;
	fake->se.t_data_nents = sg_nents(fake->sgl);
	fake->se.t_prot_sg = fake->prot;
	fake->se.t_prot_nents = fake->prot ? 1 : 0;
	if (fake->restless)
		fake->se.se_cmd_flags |= SCF_PASSTHROUGH_SG_TO_MEM_NOALLOC;
	memcpy(cmd->cdb, cdb, len);
	cmd->cdb_len = len;
	return cmd;
}

sense_reason_t fake_decode(struct fake *fake, const u8 *cdb, size_t len,
			   u32 expected, enum dma_data_direction dir)
{
	return target_cdb_decode(fake_cmd(fake, cdb, len, expected, dir));
}

static sense_reason_t execute(struct target_cmd *cmd)
{
	sense_reason_t reason = TCM_NO_SENSE;

	if (cmd->link)
		reason = target_access_check(cmd);
	return reason ?: target_opdef_run(cmd);
}

u8 fake_run(struct fake *fake, const u8 *cdb, size_t len, u32 expected,
	    enum dma_data_direction dir)
{
	struct target_cmd *cmd = fake_cmd(fake, cdb, len, expected, dir);
	sense_reason_t reason;

	reinit_completion(&fake->ended);
	reason = target_cdb_decode(cmd);
	target_state_move(cmd, TARGET_OWNER_NEW, TARGET_OWNER_QUEUE);
	target_state_move(cmd, TARGET_OWNER_QUEUE, TARGET_OWNER_HANDLER);
	reason = reason ?: execute(cmd);
	if (reason != TCM_PENDING)
		target_complete(cmd, reason);
	if (!wait_for_completion_timeout(&fake->ended, 10 * HZ))
		return 0xff;
	return fake->se.scsi_status;
}

u32 fake_sense(const struct fake *fake)
{
	if (fake->se.scsi_status != SAM_STAT_CHECK_CONDITION)
		return FAKE_NO_SENSE;
	return (fake->sense[2] & 0xf) << 16 | fake->sense[12] << 8 |
	       fake->sense[13];
}

u32 fake_info(const struct fake *fake)
{
	return fake->sense[0] & 0x80 ? get_unaligned_be32(fake->sense + 3) :
				       U32_MAX;
}
