// SPDX-License-Identifier: GPL-2.0-only
/*
 * The callbacks of a fabric: of one that brings the initiator's memory, as
 * loopback does, or of one that copies, and gets the data of a write some time
 * later, as iSCSI does.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>
#include "flight.h"
#include "manage.h"

/* A flight is not zeroed: the core sets what it uses. */
#define POISON		0xa5

static struct flight *to_flight(struct se_cmd *se)
{
	return container_of(se, struct flight, se);
}

/* ------------------------------------------------------- who and where -- */

static char *get_wwn(struct se_portal_group *se_tpg)
{
	return "iqn.2003-01.org.example:fuzz";
}

static u16 get_tag(struct se_portal_group *se_tpg)
{
	return 1;
}

/* As iSCSI initiators have one: REGISTER AND MOVE names ports, not nodes. */
static u32 get_isid(struct se_session *sess, unsigned char *sid, u32 size)
{
	static const u8 isid[] = { 0x00, 0x02, 0x3d, 0x00, 0x00, 0x00 };

	memcpy(sid, isid, min_t(u32, size, sizeof(isid)));
	return sizeof(isid);
}

static int demo_mode(struct se_portal_group *se_tpg)
{
	return 1;
}

static struct se_wwn *no_wwn(struct target_fabric_configfs *tf,
			     struct config_group *group, const char *name)
{
	return ERR_PTR(-EINVAL);
}

static void no_drop_wwn(struct se_wwn *wwn)
{
}

static struct se_portal_group *no_tpg(struct se_wwn *wwn, const char *name)
{
	return ERR_PTR(-EINVAL);
}

static void no_drop_tpg(struct se_portal_group *se_tpg)
{
}

/* ------------------------------------------------------------ commands -- */

/* A fabric may be short of something, and is asked again then. */
static bool refuses(struct flight *flight)
{
	bool refuse = flight->reluctant;

	flight->reluctant = false;
	return refuse;
}

static void copy(struct se_cmd *se, struct pieces *from, bool to_core)
{
	u32 len = se->data_length;
	void *all = kmalloc(len, GFP_KERNEL | __GFP_NOWARN);

	if (WARN_ON(!all))
		return;
	if (to_core) {
		sg_copy_to_buffer(from->sgl, from->nents, all, len);
		sg_copy_from_buffer(se->t_data_sg, se->t_data_nents, all, len);
	} else {
		sg_copy_to_buffer(se->t_data_sg, se->t_data_nents, all, len);
		sg_copy_from_buffer(from->sgl, from->nents, all, len);
	}
	kfree(all);
}

static void fetched_work(struct work_struct *work)
{
	struct flight *flight = container_of(work, struct flight, fetched);
	struct se_cmd *se = &flight->se;

	copy(se, &flight->pieces, true);
	target_execute_cmd(se);
	target_put_sess_cmd(se);
}

static int write_pending(struct se_cmd *se)
{
	struct flight *flight = to_flight(se);

	if (flight->lent) {
		target_execute_cmd(se);
		return 0;
	}
	if (refuses(flight))
		return -EAGAIN;
	/* an abort does not wait for the data */
	kref_get(&se->cmd_kref);
	INIT_WORK(&flight->fetched, fetched_work);
	queue_work(system_wq, &flight->fetched);
	return 0;
}

static int queue_data_in(struct se_cmd *se)
{
	struct flight *flight = to_flight(se);

	if (!flight->lent) {
		if (refuses(flight))
			return -ENOMEM;
		copy(se, &flight->pieces, false);
	}
	flight->answered = true;
	return 0;
}

static int queue_status(struct se_cmd *se)
{
	struct flight *flight = to_flight(se);

	if (refuses(flight))
		return -EAGAIN;
	flight->answered = true;
	return 0;
}

static void aborted_task(struct se_cmd *se)
{
	if (!se->se_tmr_req)
		to_flight(se)->aborted = true;
}

static int check_stop_free(struct se_cmd *se)
{
	return target_put_sess_cmd(se);
}

static void release_cmd(struct se_cmd *se)
{
	if (se->se_tmr_req)
		manage_released(se);
	else
		to_flight(se)->landed(to_flight(se));
}

const struct target_core_fabric_ops flight_ops = {
	.fabric_name		= "fuzz",
	.default_submit_type	= TARGET_DIRECT_SUBMIT,
	.direct_submit_supp	= 1,
	.lent_pages		= 1,
	.tpg_get_wwn		= get_wwn,
	.tpg_get_tag		= get_tag,
	.tpg_check_demo_mode	= demo_mode,
	.sess_get_initiator_sid	= get_isid,
	.write_pending		= write_pending,
	.queue_data_in		= queue_data_in,
	.queue_status		= queue_status,
	.queue_tm_rsp		= manage_responded,
	.aborted_task		= aborted_task,
	.check_stop_free	= check_stop_free,
	.release_cmd		= release_cmd,
	.fabric_make_wwn	= no_wwn,
	.fabric_drop_wwn	= no_drop_wwn,
	.fabric_make_tpg	= no_tpg,
	.fabric_drop_tpg	= no_drop_tpg,
};

/* As a transport's field of the CDB: zeros follow what was sent. */
static u8 *carry(const struct flight_plan *plan)
{
	u8 *cdb = kzalloc(max(scsi_command_size(plan->cdb), plan->cdb_len),
			  GFP_KERNEL);

	if (cdb)
		memcpy(cdb, plan->cdb, plan->cdb_len);
	return cdb;
}

static void fill(struct pieces *pieces, const struct flight_plan *plan)
{
	unsigned int i;

	for (i = 0; i < pieces->nents; i++)
		memset(sg_virt(&pieces->sgl[i]), plan->fill,
		       pieces->sgl[i].length);
	if (plan->dir == DMA_TO_DEVICE)
		sg_copy_from_buffer(pieces->sgl, pieces->nents, plan->data,
				    plan->len);
}

/**
 * flight_make - get ready for a command
 * @plan: command
 * @rng: decides what the standards leave open
 *
 * Return: command, whose owner's members have yet to be set; NULL without memory
 */
struct flight *flight_make(const struct flight_plan *plan, struct rng *rng)
{
	struct flight *flight = kmalloc(sizeof(*flight), GFP_KERNEL);

	if (!flight)
		return NULL;
	memset(flight, POISON, sizeof(*flight));
	flight->cdb = carry(plan);
	flight->lent = plan->lent;
	flight->reluctant = random_chance(rng, 1);
	flight->answered = false;
	flight->aborted = false;
	init_completion(&flight->done);
	if (!flight->cdb || !pieces_make(&flight->pieces, plan->len,
					 plan->grain, rng)) {
		kfree(flight->cdb);
		kfree(flight);
		return NULL;
	}
	fill(&flight->pieces, plan);
	return flight;
}

/**
 * flight_start - send it to the core
 * @flight: command, whose landed() may be called at once
 * @plan: the same command
 * @rng: decides what the standards leave open
 */
void flight_start(struct flight *flight, const struct flight_plan *plan,
		  struct rng *rng)
{
	struct pieces *pieces = &flight->pieces;
	struct se_cmd *se = &flight->se;
	unsigned int lent = flight->lent ? pieces->nents : 0;
	int attr = TCM_SIMPLE_TAG;

	if (random_chance(rng, 4))
		attr = random_chance(rng, 50) ? TCM_ORDERED_TAG : TCM_HEAD_TAG;
	se->tag = manage_next_tag();
	/* no hardware that makes protection information, or takes it away */
	se->prot_pto = false;
	if (WARN_ON(target_init_cmd(se, plan->sess, flight->sense, plan->lun,
				    plan->len, attr, plan->dir, 0)))
		return;
	/* on failure it has ended already, with a status */
	if (!target_submit_prep(se, flight->cdb, pieces->sgl, lent, NULL, 0,
				NULL, 0, GFP_KERNEL))
		target_submit(se);
}

void flight_free(struct flight *flight)
{
	pieces_free(&flight->pieces);
	kfree(flight->cdb);
	kfree(flight);
}
