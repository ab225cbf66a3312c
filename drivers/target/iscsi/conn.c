// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections as objects: life, wake-up, what they send.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

#include "conn.h"
#include "transport.h"

/* Longest data segment of a reply that is kept in one piece */
#define REPLY_MAX	(PAGE_SIZE << PAGE_ALLOC_COSTLY_ORDER)

static struct workqueue_struct *conn_wq;

/*
 * Connections that may be in login at a time, each with its deadline, see
 * timer.c: so many that they take no more than this part of the memory
 */
#define LOGINS_MAX	16384
#define LOGINS_PART	64
/* Those that there may be even so */
#define LOGINS_MIN	64
/* What one takes: this, receive and send state, socket */
#define LOGIN_BYTES	SZ_8K

/* Discovery sessions: one takes as much as so many logins, and stays longer */
#define DISCOVERY_LOGINS	4
#define DISCOVERIES_MAX		1024

static atomic_t nr_logins = ATOMIC_INIT(0);
static u32 max_logins = LOGINS_MIN;	/* [I] */
static DEFINE_SPINLOCK(conns_lock);
static LIST_HEAD(conns);		/* iscsit_conn.node [conns_lock] */
static DEFINE_SPINLOCK(cpus_lock);
static struct cpumask cpus;		/* [cpus_lock, racy reads are fine] */
static bool cpus_limited;		/* [A] */

/**
 * iscsit_conn_new - a connection without transport
 * @run: its work, which ends it some day
 *
 * Return: the connection with one reference, or NULL.
 */
struct iscsit_conn *iscsit_conn_new(work_func_t run)
{
	struct iscsit_conn *conn = kzalloc(sizeof(*conn), GFP_KERNEL);

	if (!conn)
		return NULL;
	INIT_WORK(&conn->work, run);
	init_llist_head(&conn->events);
	kref_init(&conn->kref);
	INIT_LIST_HEAD(&conn->early);
	INIT_LIST_HEAD(&conn->held);
	INIT_LIST_HEAD(&conn->waiting);
	INIT_LIST_HEAD(&conn->out);
	conn->ping_ttt = ISCSI_RESERVED_TAG;
	conn->accepted = jiffies;
	iscsit_keys_defaults(&conn->params);
	iscsit_sn_stat_init(&conn->stat, 1);
	spin_lock(&conns_lock);
	list_add_tail(&conn->node, &conns);
	spin_unlock(&conns_lock);
	return conn;
}

static void free_conn(struct work_struct *work)
{
	struct iscsit_conn *conn = container_of(work, struct iscsit_conn, work);

	spin_lock(&conns_lock);
	list_del(&conn->node);
	spin_unlock(&conns_lock);
	kfree(conn);
	/* whoever waits looks at the list before it sleeps, or is woken */
	smp_mb();
	wake_up_var(&conns);
}

/*
 * The work item has ended the connection before, and its transport, session
 * and listener are gone; but it may be the one that runs right now.
 */
static void release_conn(struct kref *kref)
{
	struct iscsit_conn *conn = container_of(kref, struct iscsit_conn, kref);

	INIT_WORK(&conn->work, free_conn);
	queue_work(conn_wq, &conn->work);
}

/**
 * iscsit_conn_get - take a reference
 * @conn: connection that the caller has a reference of
 */
void iscsit_conn_get(struct iscsit_conn *conn)
{
	kref_get(&conn->kref);
}

/**
 * iscsit_conn_put - drop a reference
 * @conn: connection
 *
 * Context: any.
 */
void iscsit_conn_put(struct iscsit_conn *conn)
{
	kref_put(&conn->kref, release_conn);
}

/**
 * iscsit_conn_wake - run the work item, once more if it runs now
 * @conn: connection
 *
 * A queued work item has a reference, so the caller's may go right after this.
 *
 * Context: any.
 */
void iscsit_conn_wake(struct iscsit_conn *conn)
{
	iscsit_conn_get(conn);
	if (!queue_work_on(conn->transport->cpu(conn), conn_wq, &conn->work))
		iscsit_conn_put(conn);
}

/**
 * iscsit_conn_kick - there is something in @events or @wants
 * @conn: connection
 *
 * Context: any.
 */
void iscsit_conn_kick(struct iscsit_conn *conn)
{
	/* the work item looks there again before it ends, see io.c */
	if (READ_ONCE(conn->runner) != current)
		iscsit_conn_wake(conn);
}

/**
 * iscsit_conn_want - ask for something
 * @conn: connection
 * @want: what
 *
 * Context: any.
 */
void iscsit_conn_want(struct iscsit_conn *conn, enum iscsit_conn_want want)
{
	set_bit(want, &conn->wants);
	/* before it is kicked: the work item sees it, or is queued again */
	smp_mb__after_atomic();
	iscsit_conn_kick(conn);
}

static int in_login(enum iscsit_conn_state state)
{
	return state == ISCSIT_CONN_XPT_UP || state == ISCSIT_CONN_IN_LOGIN;
}

/**
 * iscsit_conn_step - something happened to the connection
 * @conn: connection
 * @event: what
 *
 * Context: work item of the connection.
 */
void iscsit_conn_step(struct iscsit_conn *conn, enum iscsit_conn_event event)
{
	int before = in_login(conn->state);

	WARN_ON_ONCE(!iscsit_conn_fsm_step(&conn->state, event));
	atomic_add(in_login(conn->state) - before, &nr_logins);
}

/**
 * iscsit_conn_logins_of - how many logins the memory for them has room for
 * @bytes: what one takes
 *
 * Return: a number, for the smallest machine too.
 */
unsigned long iscsit_conn_logins_of(size_t bytes)
{
	unsigned long ram = totalram_pages() << PAGE_SHIFT;

	return max(ram / LOGINS_PART / bytes, LOGINS_MIN);
}

/**
 * iscsit_conn_crowded - are there too many connections without a session?
 *
 * Return: true if another one would be a flood.
 */
bool iscsit_conn_crowded(void)
{
	return atomic_read(&nr_logins) >= max_logins;
}

/**
 * iscsit_conn_discoveries - how many discovery sessions may there be?
 *
 * Return: a number, at least 1.
 */
u32 iscsit_conn_discoveries(void)
{
	return min(max_logins / DISCOVERY_LOGINS, DISCOVERIES_MAX);
}

/**
 * iscsit_conn_full_feature - is it past the login?
 * @conn: connection
 *
 * Return: true in all states between login and end.
 */
bool iscsit_conn_full_feature(const struct iscsit_conn *conn)
{
	return conn->state == ISCSIT_CONN_LOGGED_IN ||
	       conn->state == ISCSIT_CONN_IN_LOGOUT ||
	       conn->state == ISCSIT_CONN_LOGOUT_REQUESTED;
}

/**
 * iscsit_conn_reply - start a PDU that is no part of a SCSI command
 * @conn: connection
 * @opcode: of the PDU; the F bit is set
 * @len: bytes of data; what does not fit one allocation is cut off
 *
 * The memory of the data is not initialised: the caller fills it.
 *
 * Return: the reply, or NULL.
 */
struct iscsit_reply *iscsit_conn_reply(struct iscsit_conn *conn, u8 opcode,
				       u32 len)
{
	struct iscsit_reply *reply = kzalloc(sizeof(*reply), GFP_KERNEL);

	if (!reply)
		return NULL;
	reply->out.kind = ISCSIT_OUT_REPLY;
	reply->flags = ISCSIT_REPLY_NUMBERED;
	reply->hdr.opcode = opcode;
	reply->hdr.flags = ISCSI_FLAG_CMD_FINAL;
	reply->len = min_t(u32, len, REPLY_MAX);
	if (reply->len) {
		reply->page = alloc_pages(GFP_KERNEL | __GFP_COMP,
					  get_order(reply->len));
		if (!reply->page) {
			kfree(reply);
			return NULL;
		}
	}
	conn->nr_replies++;
	return reply;
}

/**
 * iscsit_conn_send - queue a reply
 * @conn: connection
 * @reply: complete but for sequence numbers
 */
void iscsit_conn_send(struct iscsit_conn *conn, struct iscsit_reply *reply)
{
	list_add_tail(&reply->out.node, &conn->out);
}

/**
 * iscsit_conn_free_reply - it was sent, or never will be
 * @conn: connection
 * @reply: reply, on no list
 */
void iscsit_conn_free_reply(struct iscsit_conn *conn,
			    struct iscsit_reply *reply)
{
	if (reply->page)
		put_page(reply->page);
	kfree(reply);
	conn->nr_replies--;
}

/**
 * iscsit_conn_new_ttt - a Target Transfer Tag
 * @conn: connection
 *
 * Return: a tag that was not in use for 2^32 - 1 calls.
 */
u32 iscsit_conn_new_ttt(struct iscsit_conn *conn)
{
	u32 ttt = conn->next_ttt++;

	/* an R2T is built with the next one before it is taken */
	if (conn->next_ttt == ISCSI_RESERVED_TAG)
		conn->next_ttt = 0;
	return ttt;
}

/**
 * iscsit_conn_may_log - may what an initiator did be logged?
 *
 * One limit for all connections: a line says what is wrong to somebody who
 * looks, and a flood of them helps only who caused it.
 *
 * Return: true for a few lines a minute.
 */
bool iscsit_conn_may_log(void)
{
	static DEFINE_RATELIMIT_STATE(limit, 60 * HZ, 20);

	return __ratelimit(&limit);
}

/**
 * iscsit_conn_broken - the initiator broke the protocol: no more of it
 * @conn: connection
 * @why: half a sentence for the log
 */
void iscsit_conn_broken(struct iscsit_conn *conn, const char *why)
{
	if (!conn->fault && iscsit_conn_may_log())
		pr_notice("iSCSI: connection from %pISpc ends: %s (opcode 0x%02x)\n",
			  &conn->peer, why,
			  conn->hdr.opcode & ISCSI_OPCODE_MASK);
	conn->broken = true;
	conn->fault = true;
}

/**
 * iscsit_conn_set_cpus - limit the CPUs that serve connections
 * @list: as in /proc: "0-3,8"
 *
 * Return: 0, or what cpulist_parse() says; -EINVAL if none of them is online.
 */
int iscsit_conn_set_cpus(const char *list)
{
	cpumask_var_t mask;
	int ret;

	if (!zalloc_cpumask_var(&mask, GFP_KERNEL))
		return -ENOMEM;
	ret = cpulist_parse(list, mask);
	if (!ret && !cpumask_intersects(mask, cpu_online_mask))
		ret = -EINVAL;
	if (!ret) {
		spin_lock(&cpus_lock);
		cpumask_copy(&cpus, mask);
		WRITE_ONCE(cpus_limited, !cpumask_subset(cpu_online_mask, mask));
		spin_unlock(&cpus_lock);
	}
	free_cpumask_var(mask);
	return ret;
}

/**
 * iscsit_conn_show_cpus - which CPUs serve connections
 * @page: one page
 *
 * Return: length.
 */
int iscsit_conn_show_cpus(char *page)
{
	return scnprintf(page, PAGE_SIZE, "%*pbl\n", cpumask_pr_args(&cpus));
}

/**
 * iscsit_conn_pick_cpu - the nearest CPU that may be used
 * @cpu: the CPU that would be best
 *
 * Context: any.
 * Return: a CPU for queue_work_on().
 */
int iscsit_conn_pick_cpu(int cpu)
{
	if (unlikely(cpu < 0 || cpu >= nr_cpu_ids || !cpu_online(cpu)))
		cpu = WORK_CPU_UNBOUND;
	if (likely(!READ_ONCE(cpus_limited)))
		return cpu;
	if (cpu != WORK_CPU_UNBOUND && cpumask_test_cpu(cpu, &cpus))
		return cpu;
	cpu = cpumask_first_and(&cpus, cpu_online_mask);
	return cpu < nr_cpu_ids ? cpu : WORK_CPU_UNBOUND;
}

/**
 * iscsit_conn_setup - once, before there are connections
 *
 * Return: 0, or -ENOMEM.
 */
int iscsit_conn_setup(void)
{
	max_logins = min(iscsit_conn_logins_of(LOGIN_BYTES), LOGINS_MAX);
	cpumask_copy(&cpus, cpu_online_mask);
	/*
	 * Not WQ_HIGHPRI: it would preempt an initiator on the same CPU, or the
	 * softirq's next packets, at each segment, and find one PDU each time.
	 */
	conn_wq = alloc_workqueue("iscsi_target", WQ_MEM_RECLAIM,
				  WQ_MAX_ACTIVE);
	return conn_wq ? 0 : -ENOMEM;
}

/* Those that belong to no group, such as discovery, were told by nobody. */
static void close_all(void)
{
	struct iscsit_conn *conn;

	spin_lock(&conns_lock);
	list_for_each_entry(conn, &conns, node) {
		if (!kref_get_unless_zero(&conn->kref))
			continue;
		iscsit_conn_want(conn, ISCSIT_CONN_CLOSE);
		iscsit_conn_put(conn);
	}
	spin_unlock(&conns_lock);
}

/**
 * iscsit_conn_cleanup - once, when no new connections can come
 *
 * Ends those that are left, and waits for commands that a backstore still has.
 */
void iscsit_conn_cleanup(void)
{
	close_all();
	wait_var_event(&conns, list_empty(&conns));
	destroy_workqueue(conn_wq);
}
