// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCSI hosts of the loopback fabric, the nexus of each, and the devices that
 * it shows.
 *
 * mkdir, ln and rm only note what should be.  A work item a host brings the
 * midlayer there: adding a device sends commands to it, and removing one
 * waits for its I/O, neither of which configfs may wait for.
 */
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>
#include "loopback.h"

/**
 * struct tcm_loop_lun - a LUN
 * @linked: a logical unit is linked to it
 * @links: how often that happened, to tell one from the next
 * @shown: the midlayer has a device for it
 * @shown_link: value of @links that the device stands for
 *
 * All under tcm_loop_host.mutex; @shown and @shown_link change in the work
 * item only, which also frees it.
 */
struct tcm_loop_lun {
	bool		linked;
	unsigned int	links;
	bool		shown;
	unsigned int	shown_link;
};

static struct workqueue_struct *loop_wq;
static struct device *loop_root;

/* ------------------------------------------------------------- devices -- */

enum step { NOTHING, HIDE, SHOW, FORGET };

static bool has_sess(const struct tcm_loop_host *host)
{
	lockdep_assert_held(&host->mutex);

	return rcu_access_pointer(host->sess);
}

static enum step next_step(const struct tcm_loop_host *host,
			   const struct tcm_loop_lun *lun)
{
	bool wanted = lun->linked && has_sess(host);

	if (lun->shown && (!wanted || lun->shown_link != lun->links))
		return HIDE;
	if (wanted && !lun->shown)
		return SHOW;
	return lun->linked || lun->shown ? NOTHING : FORGET;
}

static enum step take_step(struct tcm_loop_host *host, unsigned long number)
{
	struct tcm_loop_lun *lun;
	enum step step;

	guard(mutex)(&host->mutex);
	if (host->gone)
		return NOTHING;
	lun = xa_load(&host->luns, number);
	if (!lun)
		return NOTHING;

	step = next_step(host, lun);
	if (step == FORGET) {
		xa_erase(&host->luns, number);
		kfree(lun);
		return NOTHING;
	}
	if (step == SHOW)
		lun->shown_link = lun->links;
	if (step != NOTHING)
		lun->shown = step == SHOW;
	return step;
}

/*
 * The midlayer knows a LUN by its eight bytes, in its own order.  The form of two
 * bytes, which it makes of small numbers, has 14 bits for them; the others need
 * extended flat space addressing (SAM-5 4.7.7.5).
 */
static u64 address_of(u64 number)
{
	struct scsi_lun lun = { .scsi_lun[0] = 0xd2 };

	if (number < 0x4000)
		return number;
	put_unaligned_be24(number, lun.scsi_lun + 1);
	return scsilun_to_int(&lun);
}

static void hide(struct tcm_loop_host *host, u64 number)
{
	struct scsi_device *sdev = scsi_device_lookup(host->sh, 0, host->tag,
						      address_of(number));

	if (sdev) {
		scsi_remove_device(sdev);
		scsi_device_put(sdev);
	}
}

static void update_lun(struct tcm_loop_host *host, unsigned long number)
{
	enum step step;

	while ((step = take_step(host, number)) != NOTHING) {
		if (step == SHOW)
			scsi_add_device(host->sh, 0, host->tag,
					address_of(number));
		else
			hide(host, number);
	}
}

static void free_host(struct tcm_loop_host *host)
{
	struct tcm_loop_lun *lun;
	unsigned long number;

	xa_for_each(&host->luns, number, lun)
		kfree(lun);
	xa_destroy(&host->luns);
	mutex_destroy(&host->mutex);
	scsi_host_put(host->sh);
	/* this module goes on to exist: its exit waits for the work item */
	module_put(THIS_MODULE);
}

static void update(struct work_struct *work)
{
	struct tcm_loop_host *host = container_of(work, struct tcm_loop_host,
						  work);
	struct tcm_loop_lun *lun;
	unsigned long number;

	/* entries are freed here only, and the index is all that is used */
	xa_for_each(&host->luns, number, lun)
		update_lun(host, number);
}

/* Nobody but this work item knows the host any more. */
static void remove(struct work_struct *work)
{
	struct tcm_loop_host *host = container_of(work, struct tcm_loop_host,
						  remove_work);

	cancel_work_sync(&host->work);
	scsi_remove_host(host->sh);
	free_host(host);
}

/**
 * tcm_loop_sess_link - a LUN has a logical unit
 * @host: whose
 * @number: the LUN
 *
 * Return: 0 or -ENOMEM
 */
int tcm_loop_sess_link(struct tcm_loop_host *host, u64 number)
{
	struct tcm_loop_lun *lun;
	int ret;

	guard(mutex)(&host->mutex);
	lun = xa_load(&host->luns, number);
	if (!lun) {
		lun = kzalloc(sizeof(*lun), GFP_KERNEL);
		if (!lun)
			return -ENOMEM;
		ret = xa_err(xa_store(&host->luns, number, lun, GFP_KERNEL));
		if (ret) {
			kfree(lun);
			return ret;
		}
	}
	lun->linked = true;
	lun->links++;
	host->linked++;
	queue_work(loop_wq, &host->work);
	return 0;
}

/**
 * tcm_loop_sess_unlink - a LUN is about to lose its logical unit
 * @host: whose
 * @number: the LUN
 */
void tcm_loop_sess_unlink(struct tcm_loop_host *host, u64 number)
{
	struct tcm_loop_lun *lun;

	guard(mutex)(&host->mutex);
	lun = xa_load(&host->luns, number);
	if (!lun || !lun->linked)
		return;
	lun->linked = false;
	host->linked--;
	queue_work(loop_wq, &host->work);
}

/* --------------------------------------------------------------- nexus -- */

/**
 * tcm_loop_sess_start - give a target port group its initiator
 * @tpg: the group
 * @name: port name of the initiator, with its protocol's prefix
 *
 * Return: 0, -EEXIST if it has one, or what target_setup_session() says
 */
int tcm_loop_sess_start(struct tcm_loop_tpg *tpg, const char *name)
{
	struct tcm_loop_host *host = tpg->host;
	struct se_session *sess;

	guard(mutex)(&host->mutex);
	if (has_sess(host))
		return -EEXIST;
	sess = target_setup_session(&tpg->se, 0, 0, TARGET_PROT_ALL,
				    name + tpg->wwn->proto->skip, host, NULL);
	if (IS_ERR(sess))
		return PTR_ERR(sess);

	strscpy(host->name, name, sizeof(host->name));
	rcu_assign_pointer(host->sess, sess);
	queue_work(loop_wq, &host->work);
	return 0;
}

/* Readers of host->sess are safe: a session outlives them by its reference. */
static void end_sess(struct tcm_loop_host *host)
{
	struct se_session *sess;

	lockdep_assert_held(&host->mutex);

	sess = rcu_replace_pointer(host->sess, NULL,
				   lockdep_is_held(&host->mutex));
	if (sess)
		target_remove_session(sess);
}

/**
 * tcm_loop_sess_end - take the initiator away
 * @host: whose
 *
 * Return: 0, -ENODEV if it has none, -EBUSY while it sees logical units
 */
int tcm_loop_sess_end(struct tcm_loop_host *host)
{
	guard(mutex)(&host->mutex);
	if (!has_sess(host))
		return -ENODEV;
	if (host->linked)
		return -EBUSY;
	end_sess(host);
	queue_work(loop_wq, &host->work);
	return 0;
}

/* --------------------------------------------------------------- hosts -- */

/**
 * tcm_loop_sess_make_host - a SCSI host for a target port group
 * @tag: its tag
 *
 * Return: the host or an ERR_PTR()
 */
struct tcm_loop_host *tcm_loop_sess_make_host(u16 tag)
{
	struct tcm_loop_host *host;
	struct Scsi_Host *sh;
	int ret;

	sh = scsi_host_alloc(&tcm_loop_cmd_template, sizeof(*host));
	if (!sh)
		return ERR_PTR(-ENOMEM);

	sh->nr_hw_queues = nr_cpu_ids;
	sh->max_id = tag + 1;
	sh->max_lun = ~0ULL;
	sh->max_channel = 0;
	sh->max_cmd_len = sizeof_field(struct scsi_cmnd, cmnd);

	host = shost_priv(sh);
	host->sh = sh;
	host->tag = tag;
	host->offline = false;
	RCU_INIT_POINTER(host->sess, NULL);
	mutex_init(&host->mutex);
	xa_init(&host->luns);
	host->linked = 0;
	host->gone = false;
	INIT_WORK(&host->work, update);
	INIT_WORK(&host->remove_work, remove);

	/* protection information comes and goes beside the data, or not at all */
	scsi_host_set_prot(sh, SHOST_DIF_TYPE1_PROTECTION |
			       SHOST_DIF_TYPE2_PROTECTION |
			       SHOST_DIF_TYPE3_PROTECTION |
			       SHOST_DIX_TYPE1_PROTECTION |
			       SHOST_DIX_TYPE2_PROTECTION |
			       SHOST_DIX_TYPE3_PROTECTION);
	scsi_host_set_guard(sh, SHOST_DIX_GUARD_CRC);
	sh->sg_prot_tablesize = sh->sg_tablesize;

	ret = scsi_add_host(sh, loop_root);
	if (ret) {
		scsi_host_put(sh);
		return ERR_PTR(ret);
	}
	__module_get(THIS_MODULE);
	return host;
}

/**
 * tcm_loop_sess_remove_host - the target port group is going away
 * @host: its host; not the caller's any more
 */
void tcm_loop_sess_remove_host(struct tcm_loop_host *host)
{
	scoped_guard(mutex, &host->mutex) {
		end_sess(host);
		host->gone = true;
	}
	queue_work(loop_wq, &host->remove_work);
}

int tcm_loop_sess_setup(void)
{
	loop_root = root_device_register("tcm_loop");
	if (IS_ERR(loop_root))
		return PTR_ERR(loop_root);
	loop_wq = alloc_workqueue("tcm_loop", WQ_UNBOUND, 0);
	if (!loop_wq) {
		root_device_unregister(loop_root);
		return -ENOMEM;
	}
	return 0;
}

void tcm_loop_sess_exit(void)
{
	destroy_workqueue(loop_wq);
	root_device_unregister(loop_root);
}
