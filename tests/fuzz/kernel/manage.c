// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task management functions (SAM-5 7): the reset that heals, and those that
 * meet commands under way.
 */
#include <linux/completion.h>
#include <linux/slab.h>
#include "../random.h"
#include "manage.h"

#define LIMIT		(30 * HZ)
/* An abort names one of so many commands. */
#define LAST		16

/**
 * struct manage - a function
 * @se: the core's part
 * @done: the core knows it no more; NULL if nobody waits
 * @response: where it goes, if somebody does
 */
struct manage {
	struct se_cmd		se;
	struct completion	*done;
	u8			*response;
};

static u64 last_tag;

u64 manage_next_tag(void)
{
	return ++last_tag;
}

static struct manage *to_manage(struct se_cmd *se)
{
	return container_of(se, struct manage, se);
}

void manage_responded(struct se_cmd *se)
{
	if (to_manage(se)->response)
		*to_manage(se)->response = se->se_tmr_req->response;
}

void manage_released(struct se_cmd *se)
{
	struct completion *done = to_manage(se)->done;

	kfree(to_manage(se));
	if (done)
		complete(done);
}

static bool send(struct se_session *sess, u64 lun, u8 function, u64 tag,
		 struct completion *done, u8 *response)
{
	struct manage *manage = kzalloc(sizeof(*manage), GFP_KERNEL);

	if (!manage)
		return false;
	manage->done = done;
	manage->response = response;
	if (!target_submit_tmr(&manage->se, sess, NULL, lun, NULL, function,
			       GFP_KERNEL, tag, 0))
		return true;
	kfree(manage);
	return false;
}

void manage_some(struct se_session *sess, u64 lun, struct rng *rng)
{
	static const u8 functions[] = {
		TMR_ABORT_TASK, TMR_ABORT_TASK, TMR_ABORT_TASK,
		TMR_ABORT_TASK_SET, TMR_CLEAR_TASK_SET, TMR_LUN_RESET,
		TMR_QUERY_TASK, TMR_QUERY_TASK_SET, TMR_CLEAR_ACA,
		TMR_QUERY_ASYNC_EVENT, TMR_I_T_NEXUS_RESET,
	};

	send(sess, lun, random_of(rng, functions),
	     last_tag - random_below(rng, LAST), NULL, NULL);
}

bool manage_reset(struct se_session *sess, u64 lun)
{
	static DECLARE_COMPLETION(done);
	static u8 response;

	reinit_completion(&done);
	response = TMR_FUNCTION_FAILED;
	if (!send(sess, lun, TMR_LUN_RESET, 0, &done, &response))
		return false;
	return wait_for_completion_timeout(&done, LIMIT) &&
	       response == TMR_FUNCTION_COMPLETE;
}
