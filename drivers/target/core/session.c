// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions (I_T nexuses) as objects; how they come and go is in nexus.c.
 *
 * A session ends in two steps that may come in either order: the fabric says
 * that it is gone, and its last command is released.  The later one frees it,
 * from a work item, so nobody waits for commands that a medium does not
 * answer.
 */
#include <linux/export.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include "abort.h"
#include "aca.h"
#include "complete.h"
#include "notice.h"
#include "session.h"

static DEFINE_IDA(indices);

/* Nobody knows it (any more). */
void target_session_free(struct target_sess *sess)
{
	if (sess->se.sess_cmd_map) {
		sbitmap_queue_free(&sess->se.sess_tag_pool);
		kvfree(sess->se.sess_cmd_map);
	}
	percpu_ref_exit(&sess->ref);
	free_percpu(sess->queues);
	if (sess->index)
		ida_free(&indices, sess->index);
	kfree(sess);
}

/* One of the two ends, or a visitor's leave. */
void target_session_end(struct target_sess *sess)
{
	if (atomic_dec_and_test(&sess->ends))
		target_complete_reap(&sess->free_work);
}

static void no_commands(struct percpu_ref *ref)
{
	struct target_sess *sess = container_of(ref, struct target_sess, ref);

	complete_all(&sess->drained);
	target_session_end(sess);
}

static int alloc_tags(struct target_sess *sess, unsigned int num,
		      unsigned int size)
{
	int ret;

	if (!num)
		return 0;
	sess->se.sess_cmd_map = kvcalloc(num, size, GFP_KERNEL);
	if (!sess->se.sess_cmd_map)
		return -ENOMEM;
	ret = sbitmap_queue_init_node(&sess->se.sess_tag_pool, num, -1, false,
				      GFP_KERNEL, NUMA_NO_NODE);
	if (ret) {
		kvfree(sess->se.sess_cmd_map);
		sess->se.sess_cmd_map = NULL;
	}
	return ret;
}

static int alloc_queues(struct target_sess *sess)
{
	int cpu;

	sess->queues = alloc_percpu(struct target_cmd_queue);
	if (!sess->queues)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct target_cmd_queue *queue = per_cpu_ptr(sess->queues, cpu);

		spin_lock_init(&queue->lock);
		INIT_LIST_HEAD(&queue->cmds);
	}
	return 0;
}

/**
 * target_session_alloc - a session that nobody knows
 * @tag_num: commands in se_session.sess_cmd_map, or 0
 * @tag_size: bytes of each
 * @free_fn: called in a work item after its end; gets &target_sess.free_work
 *
 * Return: session or ERR_PTR
 */
struct target_sess *target_session_alloc(unsigned int tag_num,
					 unsigned int tag_size,
					 work_func_t free_fn)
{
	struct target_sess *sess = kzalloc(sizeof(*sess), GFP_KERNEL);
	int ret;

	if (!sess)
		return ERR_PTR(-ENOMEM);
	ret = percpu_ref_init(&sess->ref, no_commands, 0, GFP_KERNEL);
	if (ret) {
		kfree(sess);
		return ERR_PTR(ret);
	}
	ret = alloc_queues(sess);
	if (!ret)
		ret = alloc_tags(sess, tag_num, tag_size);
	if (!ret) {
		ret = ida_alloc_min(&indices, 1, GFP_KERNEL);
		if (ret > 0)
			sess->index = ret;
	}
	if (ret < 0) {
		target_session_free(sess);
		return ERR_PTR(ret);
	}

	xa_init(&sess->itls);
	INIT_LIST_HEAD(&sess->retired);
	INIT_LIST_HEAD(&sess->acl_node);
	INIT_LIST_HEAD(&sess->se.sess_list);
	INIT_WORK(&sess->free_work, free_fn);
	target_notice_init(sess);
	init_completion(&sess->drained);
	atomic_set(&sess->ends, 2);
	sess->created = jiffies;
	return sess;
}

/* Its commands may be what an ACA condition blocks, and are waited for. */
static void forsake_units(struct target_sess *sess)
{
	struct target_itl *itl;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&sess->itls, i, itl)
		target_aca_forsake(itl);
	rcu_read_unlock();
}

/* Accept no more commands.  Any context. */
void target_session_stop(struct target_sess *sess)
{
	if (test_and_set_bit(TARGET_SESS_STOPPED, &sess->flags))
		return;
	percpu_ref_kill(&sess->ref);
	forsake_units(sess);
}

/**
 * target_session_detach - fence every command of a session
 * @se_sess: session
 *
 * Stops the session and aborts its commands: for each one aborted_task() is
 * called, unless its outcome was known already: then the fabric is asked to
 * respond to it, which may still happen after this returns.  Nothing else
 * does but release_cmd(), and that one may come much later, when the medium
 * answers.
 *
 * Context: process; waits for nobody.
 */
void target_session_detach(struct se_session *se_sess)
{
	const struct target_abort_scope all = { .silent = true };
	struct target_sess *sess = to_sess(se_sess);

	target_session_stop(sess);
	set_bit(TARGET_SESS_DETACHED, &sess->flags);
	target_abort_session(sess, &all);
}
EXPORT_SYMBOL_GPL(target_session_detach);

/**
 * target_session_next_lun - what an initiator sees
 * @se_sess: session
 * @lun: where to look from; set to the LUN that was found
 *
 * Context: any.
 * Return: false if there is none from there on
 */
bool target_session_next_lun(struct se_session *se_sess, u64 *lun)
{
	unsigned long number = *lun;
	bool found;

	rcu_read_lock();
	found = xa_find(&to_sess(se_sess)->itls, &number, ULONG_MAX,
			XA_PRESENT);
	rcu_read_unlock();
	*lun = number;
	return found;
}
EXPORT_SYMBOL_GPL(target_session_next_lun);

/**
 * target_session_close - ask the fabric to end every session of an ACL
 * @acl: whose
 *
 * The fabric may end them, with target_remove_session(), before its callback
 * returns, so no lock is held then.  Those that the fabric has not been given
 * yet are refused it (nexus.c).
 *
 * Context: process.
 */
void target_session_close(struct target_acl *acl)
{
	struct target_port *port = acl->port;
	struct target_sess *sess;

	if (!port->tfo->close_session)
		return;
	mutex_lock(&port->mutex);
again:
	list_for_each_entry(sess, &acl->sessions, acl_node) {
		if (test_and_set_bit(TARGET_SESS_CLOSING, &sess->flags) ||
		    !test_bit(TARGET_SESS_LIVE, &sess->flags))
			continue;
		atomic_inc(&sess->ends);
		mutex_unlock(&port->mutex);
		port->tfo->close_session(&sess->se);
		target_session_end(sess);
		mutex_lock(&port->mutex);
		goto again;
	}
	mutex_unlock(&port->mutex);
}
