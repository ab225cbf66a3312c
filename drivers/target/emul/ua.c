// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit attention conditions: what a nexus must be told before it goes on.
 *
 * SAM-5 5.14: each condition is reported once, in the order in which they
 * were established; a reset makes what happened before it pointless.
 */
#include <linux/rcupdate.h>
#include <linux/string.h>
#include "../core/notice.h"
#include "ua.h"

/*
 * Resets, the strongest first.  One that is established clears what waits,
 * unless a stronger one is among it, which then says enough (SAM-5 5.14.2).
 */
static const u16 resets[] = {
	TARGET_UA_POWER_ON,
	TARGET_UA_TARGET_RESET,
	TARGET_UA_LUN_RESET,
	TARGET_UA_NEXUS_LOSS,
};

static unsigned int rank_of(u16 code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(resets); i++) {
		if (resets[i] == code)
			break;
	}
	return i;
}

/* Conditions that need somebody's attention soon, and arise seldom */
static const u16 told[] = {
	TARGET_UA_ACCESS_CHANGED,
	TARGET_UA_CAPACITY_CHANGED,
	TARGET_UA_THIN_THRESHOLD,
	TARGET_UA_LUNS_CHANGED,
};

static void tell(struct target_itl *itl, u16 code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(told); i++) {
		if (told[i] == code)
			target_notice_add(itl, code);
	}
}

/* Returns false if it, or what says more, is there already. */
static bool add_locked(struct target_ua_queue *ua, u16 code)
{
	unsigned int rank = rank_of(code);
	unsigned int i;

	lockdep_assert_held(&ua->lock);

	for (i = 0; i < ua->count; i++) {
		if (ua->code[i] == code)
			return false;
		if (rank < ARRAY_SIZE(resets) && rank_of(ua->code[i]) < rank)
			return false;
	}
	/* so many things happened that it is as if the power had been off */
	if (ua->count == TARGET_UA_DEPTH)
		code = TARGET_UA_POWER_ON;
	if (rank < ARRAY_SIZE(resets) || ua->count == TARGET_UA_DEPTH)
		WRITE_ONCE(ua->count, 0);
	ua->code[ua->count] = code;
	WRITE_ONCE(ua->count, ua->count + 1);
	return true;
}

static bool add(struct target_itl *itl, u16 code)
{
	unsigned long flags;
	bool added;

	spin_lock_irqsave(&itl->ua.lock, flags);
	added = add_locked(&itl->ua, code);
	spin_unlock_irqrestore(&itl->ua.lock, flags);
	return added;
}

static void remove_at(struct target_ua_queue *ua, unsigned int i)
{
	lockdep_assert_held(&ua->lock);

	memmove(&ua->code[i], &ua->code[i + 1],
		(ua->count - i - 1) * sizeof(ua->code[0]));
	WRITE_ONCE(ua->count, ua->count - 1);
}

/**
 * target_ua_add - establish a unit attention condition for one nexus
 * @itl: nexus
 * @code: ASC << 8 | ASCQ
 *
 * Context: any.
 */
void target_ua_add(struct target_itl *itl, u16 code)
{
	if (add(itl, code))
		tell(itl, code);
}

/**
 * target_ua_add_others - establish a condition for those who see a unit
 * @dev: logical unit
 * @except: not for this nexus; may be NULL
 * @code: ASC << 8 | ASCQ
 *
 * Context: any.
 */
void target_ua_add_others(struct target_dev *dev,
			  const struct target_itl *except, u16 code)
{
	struct target_itl *itl;
	unsigned long flags;

	spin_lock_irqsave(&dev->itl_lock, flags);
	list_for_each_entry(itl, &dev->itls, dev_node) {
		if (itl != except)
			target_ua_add(itl, code);
	}
	spin_unlock_irqrestore(&dev->itl_lock, flags);
}

/**
 * target_ua_add_elsewhere - establish a condition for other I_T nexuses
 * @dev: logical unit
 * @except: not for this one, whatever it sees; may be NULL
 * @code: ASC << 8 | ASCQ
 *
 * Context: any.
 */
void target_ua_add_elsewhere(struct target_dev *dev,
			     const struct target_sess *except, u16 code)
{
	struct target_itl *itl;
	unsigned long flags;

	spin_lock_irqsave(&dev->itl_lock, flags);
	list_for_each_entry(itl, &dev->itls, dev_node) {
		if (itl->sess != except)
			target_ua_add(itl, code);
	}
	spin_unlock_irqrestore(&dev->itl_lock, flags);
}

/*
 * Establish a condition for all that a session sees.  Any context.  One LUN is
 * enough to tell the initiator of it.
 */
void target_ua_add_sess(struct target_sess *sess, u16 code)
{
	struct target_itl *itl, *first = NULL;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&sess->itls, i, itl) {
		if (add(itl, code) && !first)
			first = itl;
	}
	if (first)
		tell(first, code);
	rcu_read_unlock();
}

/**
 * target_ua_take - take the next condition out of the queue
 * @itl: nexus
 * @code: set to it
 *
 * Context: any.
 * Return: false if there is none
 */
bool target_ua_take(struct target_itl *itl, u16 *code)
{
	struct target_ua_queue *ua = &itl->ua;
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&ua->lock, flags);
	found = ua->count;
	if (found) {
		*code = ua->code[0];
		remove_at(ua, 0);
	}
	spin_unlock_irqrestore(&ua->lock, flags);
	return found;
}

static void remove(struct target_ua_queue *ua, u16 code)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&ua->lock, flags);
	for (i = 0; i < ua->count; i++) {
		if (ua->code[i] == code) {
			remove_at(ua, i);
			break;
		}
	}
	spin_unlock_irqrestore(&ua->lock, flags);
}

/* Clear a condition for all that a session sees (SPC-5 7.7.4, LUICLR). */
void target_ua_remove_sess(struct target_sess *sess, u16 code)
{
	struct target_itl *itl;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&sess->itls, i, itl) {
		if (READ_ONCE(itl->ua.count))
			remove(&itl->ua, code);
	}
	rcu_read_unlock();
}

/**
 * target_ua_peek - look at the next condition, which stays
 * @itl: nexus
 * @code: set to it
 *
 * Context: any.
 * Return: false if there is none
 */
bool target_ua_peek(struct target_itl *itl, u16 *code)
{
	struct target_ua_queue *ua = &itl->ua;
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&ua->lock, flags);
	found = ua->count;
	if (found)
		*code = ua->code[0];
	spin_unlock_irqrestore(&ua->lock, flags);
	return found;
}

/**
 * target_ua_report - end a command with the next condition
 * @cmd: command of a nexus
 *
 * With interlock (UA_INTLCK_CTRL 10b and 11b, SPC-5 7.5.10) the condition
 * stays until REQUEST SENSE takes it.
 *
 * Return: TCM_NO_SENSE if another command just took the last one
 */
sense_reason_t target_ua_report(struct target_cmd *cmd)
{
	bool found;

	if (READ_ONCE(cmd_dev(cmd)->attr.emulate_ua_intlck_ctrl))
		found = target_ua_peek(cmd->itl, &cmd->fault.ua);
	else
		found = target_ua_take(cmd->itl, &cmd->fault.ua);
	return found ? TCM_CHECK_CONDITION_UNIT_ATTENTION : TCM_NO_SENSE;
}
