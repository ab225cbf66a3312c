// SPDX-License-Identifier: GPL-2.0-only
/*
 * Persistent reservations that the backing device keeps itself
 * (attrib/pgr_support=0): commands become calls of its pr_ops.
 *
 * To that device, all initiators of this target are one.  It decides what
 * conflicts; the status of its I/O says so.
 */
#include <linux/blkdev.h>
#include <linux/mm.h>
#include <linux/pr.h>
#include <linux/slab.h>
#include <scsi/scsi_common.h>
#include "../core/data.h"
#include "../core/sense.h"
#include "cdb.h"
#include "resv.h"
#include "resv_pass.h"

#define HEADER_LEN	8
#define RESERVATION_LEN	16
/* SPEC_I_PT and ALL_TG_PT, which pr_ops cannot say */
#define NAMES_OTHERS	0x0c

/* Are they passed on?  May change only while nobody sees the unit. */
bool target_resv_pass_on(const struct target_dev *dev)
{
	return !READ_ONCE(dev->attr.pgr_support);
}

static struct block_device *bdev_of(const struct target_dev *dev)
{
	return dev->backend->ops->pr_bdev(dev->backend);
}

static const struct pr_ops *ops_of(const struct target_dev *dev)
{
	return bdev_of(dev)->bd_disk->fops->pr_ops;
}

static sense_reason_t reason_of(int ret)
{
	if (!ret)
		return TCM_NO_SENSE;
	if (ret == PR_STS_RESERVATION_CONFLICT)
		return TCM_RESERVATION_CONFLICT;
	if (ret == -EOPNOTSUPP || ret == -EINVAL)
		return TCM_INVALID_CDB_FIELD;
	return TCM_LOGICAL_UNIT_COMMUNICATION_FAILURE;
}

static sense_reason_t answer(struct target_cmd *cmd, int ret)
{
	sense_reason_t reason = reason_of(ret);

	return reason == TCM_INVALID_CDB_FIELD ? target_sense_cdb(cmd, 1, 4) :
						 reason;
}

/**
 * struct pass - a request as pr_ops want it
 * @ops: the device's
 * @bdev: the device
 * @type: block layer's name of the type
 * @key: RESERVATION KEY
 * @sa_key: SERVICE ACTION RESERVATION KEY
 */
struct pass {
	const struct pr_ops	*ops;
	struct block_device	*bdev;
	enum pr_type		type;
	u64			key;
	u64			sa_key;
};

static int pass_register(const struct pass *p)
{
	return p->ops->pr_register ?
		p->ops->pr_register(p->bdev, p->key, p->sa_key, 0) :
		-EOPNOTSUPP;
}

static int pass_register_ignore(const struct pass *p)
{
	return p->ops->pr_register ?
		p->ops->pr_register(p->bdev, 0, p->sa_key, PR_FL_IGNORE_KEY) :
		-EOPNOTSUPP;
}

static int pass_reserve(const struct pass *p)
{
	return p->ops->pr_reserve ?
		p->ops->pr_reserve(p->bdev, p->key, p->type, 0) : -EOPNOTSUPP;
}

static int pass_release(const struct pass *p)
{
	return p->ops->pr_release ?
		p->ops->pr_release(p->bdev, p->key, p->type) : -EOPNOTSUPP;
}

static int pass_clear(const struct pass *p)
{
	return p->ops->pr_clear ? p->ops->pr_clear(p->bdev, p->key) :
				  -EOPNOTSUPP;
}

static int preempt(const struct pass *p, bool abort)
{
	return p->ops->pr_preempt ?
		p->ops->pr_preempt(p->bdev, p->key, p->sa_key, p->type, abort) :
		-EOPNOTSUPP;
}

static int pass_preempt(const struct pass *p)
{
	return preempt(p, false);
}

static int pass_preempt_abort(const struct pass *p)
{
	return preempt(p, true);
}

static int (* const actions[TARGET_RESV_ACTIONS])(const struct pass *p) = {
	[TARGET_RESV_REGISTER]		= pass_register,
	[TARGET_RESV_RESERVE]		= pass_reserve,
	[TARGET_RESV_RELEASE]		= pass_release,
	[TARGET_RESV_CLEAR]		= pass_clear,
	[TARGET_RESV_PREEMPT]		= pass_preempt,
	[TARGET_RESV_PREEMPT_ABORT]	= pass_preempt_abort,
	[TARGET_RESV_REGISTER_IGNORE]	= pass_register_ignore,
};

/* These take no type. */
static bool has_type(u8 action)
{
	return action != TARGET_RESV_REGISTER && action != TARGET_RESV_CLEAR &&
	       action != TARGET_RESV_REGISTER_IGNORE;
}

/**
 * target_resv_pass_out - PERSISTENT RESERVE OUT
 * @cmd: command, with its parameter list in target_cmd.scratch
 *
 * Context: process; waits for the device.
 * Return: TCM_NO_SENSE or why not
 */
sense_reason_t target_resv_pass_out(struct target_cmd *cmd)
{
	u8 action = target_cdb_bytes(cmd)[1] & 0x1f;
	u8 type = target_cdb_bytes(cmd)[2] & 0x0f;
	const u8 *list = cmd->scratch;
	struct pass pass = {
		.ops = ops_of(cmd_dev(cmd)),
		.bdev = bdev_of(cmd_dev(cmd)),
		.key = get_unaligned_be64(list),
		.sa_key = get_unaligned_be64(list + 8),
	};

	if (to_se(cmd)->data_length != 24)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (!has_type(action) && list[20] & NAMES_OTHERS)
		return target_sense_param(cmd, 20, 3);
	if (has_type(action) && !target_resv_type_valid(type))
		return target_sense_cdb(cmd, 2, 3);
	pass.type = scsi_pr_type_to_block(type);
	return answer(cmd, actions[action](&pass));
}

/**
 * target_resv_pass_register - REGISTER that no command asks for
 * @dev: logical unit
 * @key: RESERVATION KEY
 * @sa_key: SERVICE ACTION RESERVATION KEY
 *
 * Context: process; waits for the device.
 * Return: TCM_NO_SENSE or why not
 */
sense_reason_t target_resv_pass_register(const struct target_dev *dev, u64 key,
					 u64 sa_key)
{
	const struct pass pass = {
		.ops = ops_of(dev),
		.bdev = bdev_of(dev),
		.key = key,
		.sa_key = sa_key,
	};

	return reason_of(pass_register(&pass));
}

static sense_reason_t put_keys(struct target_cmd *cmd, struct pr_keys *keys)
{
	size_t len = HEADER_LEN + 8 * (size_t)keys->num_keys;
	u8 *buf = kvzalloc(len, GFP_KERNEL);
	u32 i;

	if (!buf)
		return TCM_OUT_OF_RESOURCES;
	put_unaligned_be32(keys->generation, buf);
	put_unaligned_be32(len - HEADER_LEN, buf + 4);
	for (i = 0; i < keys->num_keys; i++)
		put_unaligned_be64(keys->keys[i], buf + HEADER_LEN + 8 * i);
	target_data_put(cmd, buf, len);
	kvfree(buf);
	return TCM_NO_SENSE;
}

static sense_reason_t read_keys(struct target_cmd *cmd)
{
	const struct pr_ops *ops = ops_of(cmd_dev(cmd));
	sense_reason_t reason;
	struct pr_keys *keys;

	keys = kzalloc(struct_size(keys, keys, TARGET_RESV_MAX), GFP_KERNEL);
	if (!keys)
		return TCM_OUT_OF_RESOURCES;
	keys->num_keys = TARGET_RESV_MAX;
	reason = answer(cmd, ops->pr_read_keys ?
				ops->pr_read_keys(bdev_of(cmd_dev(cmd)), keys) :
				-EOPNOTSUPP);
	/* as many as there was room for */
	keys->num_keys = min_t(u32, keys->num_keys, TARGET_RESV_MAX);
	if (!reason)
		reason = put_keys(cmd, keys);
	kfree(keys);
	return reason;
}

static sense_reason_t read_reservation(struct target_cmd *cmd)
{
	const struct pr_ops *ops = ops_of(cmd_dev(cmd));
	u8 buf[HEADER_LEN + RESERVATION_LEN] = {};
	struct pr_held_reservation held = {};
	sense_reason_t reason;

	reason = answer(cmd, ops->pr_read_reservation ?
				ops->pr_read_reservation(bdev_of(cmd_dev(cmd)), &held) :
				-EOPNOTSUPP);
	if (reason)
		return reason;
	put_unaligned_be32(held.generation, buf);
	if (held.type) {
		put_unaligned_be32(RESERVATION_LEN, buf + 4);
		put_unaligned_be64(held.key, buf + HEADER_LEN);
		buf[HEADER_LEN + 13] = block_pr_type_to_scsi(held.type);
	}
	target_data_put(cmd, buf, held.type ? sizeof(buf) : HEADER_LEN);
	return TCM_NO_SENSE;
}

/**
 * target_resv_pass_in - PERSISTENT RESERVE IN: READ KEYS, READ RESERVATION
 * @cmd: command
 *
 * Context: process; waits for the device.
 * Return: TCM_NO_SENSE or why not
 */
sense_reason_t target_resv_pass_in(struct target_cmd *cmd)
{
	return cmd->op->sa ? read_reservation(cmd) : read_keys(cmd);
}
