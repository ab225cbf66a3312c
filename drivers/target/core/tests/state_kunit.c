// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the state word of a command.
 */
#include <kunit/test.h>

#include "../state.h"

static const char * const names[TARGET_OWNERS] = {
	[TARGET_OWNER_NEW]	= "NEW",
	[TARGET_OWNER_FABRIC]	= "FABRIC",
	[TARGET_OWNER_QUEUE]	= "QUEUE",
	[TARGET_OWNER_HANDLER]	= "HANDLER",
	[TARGET_OWNER_RESPONSE]	= "RESPONSE",
};

/**
 * struct move - two owners
 * @from: has the command
 * @to: gets it
 * @legal: whether it may
 * @mirror: what fabrics see then
 */
struct move {
	enum target_owner		from;
	enum target_owner		to;
	bool				legal;
	enum transport_state_table	mirror;
};

#define MAY(_from, _to, _mirror)					\
	{ TARGET_OWNER_##_from, TARGET_OWNER_##_to, true, TRANSPORT_##_mirror }
#define MAY_NOT(_from, _to)						\
	{ TARGET_OWNER_##_from, TARGET_OWNER_##_to }

static const struct move moves[] = {
	MAY_NOT(NEW, NEW),
	MAY(NEW, FABRIC, WRITE_PENDING),
	MAY(NEW, QUEUE, PROCESSING),
	MAY_NOT(NEW, HANDLER),
	MAY(NEW, RESPONSE, COMPLETE),
	MAY_NOT(FABRIC, NEW),
	MAY_NOT(FABRIC, FABRIC),
	MAY(FABRIC, QUEUE, PROCESSING),
	MAY_NOT(FABRIC, HANDLER),
	MAY(FABRIC, RESPONSE, COMPLETE),
	MAY_NOT(QUEUE, NEW),
	MAY_NOT(QUEUE, FABRIC),
	MAY_NOT(QUEUE, QUEUE),
	MAY(QUEUE, HANDLER, PROCESSING),
	MAY(QUEUE, RESPONSE, COMPLETE),
	MAY_NOT(HANDLER, NEW),
	MAY_NOT(HANDLER, FABRIC),
	MAY(HANDLER, QUEUE, PROCESSING),
	MAY_NOT(HANDLER, HANDLER),
	MAY(HANDLER, RESPONSE, COMPLETE),
	MAY_NOT(RESPONSE, NEW),
	MAY_NOT(RESPONSE, FABRIC),
	MAY_NOT(RESPONSE, QUEUE),
	MAY_NOT(RESPONSE, HANDLER),
	MAY_NOT(RESPONSE, RESPONSE),
};

static_assert(ARRAY_SIZE(moves) == TARGET_OWNERS * TARGET_OWNERS);

static void move_desc(const struct move *move, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s to %s", names[move->from],
		 names[move->to]);
}

KUNIT_ARRAY_PARAM(move, moves, move_desc);

static struct target_cmd *cmd_in(struct kunit *test, enum target_owner owner)
{
	struct se_cmd *se = kunit_kzalloc(test, sizeof(*se), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, se);
	target_state_init(to_cmd(se));
	KUNIT_EXPECT_EQ(test, se->t_state, TRANSPORT_NEW_CMD);
	atomic_set(&to_cmd(se)->state, owner);
	return to_cmd(se);
}

static void state_moves(struct kunit *test)
{
	const struct move *move = test->param_value;
	struct target_cmd *cmd = cmd_in(test, move->from);

	KUNIT_EXPECT_EQ(test, target_state_legal(move->from, move->to),
			move->legal);
	if (!move->legal)
		return;
	KUNIT_EXPECT_TRUE(test, target_state_move(cmd, move->from, move->to));
	KUNIT_EXPECT_EQ(test, target_state_owner(cmd), move->to);
	KUNIT_EXPECT_EQ(test, to_se(cmd)->t_state, move->mirror);
	KUNIT_EXPECT_EQ(test, to_se(cmd)->transport_state, 0);
}

/* After an abort no move works any more, and the owner stays on record. */
static void state_aborted_moves(struct kunit *test)
{
	const struct move *move = test->param_value;
	struct target_cmd *cmd = cmd_in(test, move->from);
	enum target_owner had = target_state_abort(cmd);

	KUNIT_EXPECT_EQ(test, had, move->from);
	KUNIT_EXPECT_EQ(test, target_state_aborted(cmd),
			move->from != TARGET_OWNER_RESPONSE);
	KUNIT_EXPECT_EQ(test, to_se(cmd)->transport_state,
			move->from == TARGET_OWNER_RESPONSE ? 0 : CMD_T_ABORTED);
	if (move->legal)
		KUNIT_EXPECT_FALSE(test, target_state_move(cmd, move->from,
							   move->to));
	KUNIT_EXPECT_EQ(test, target_state_owner(cmd), move->from);
	/* who comes second answers for nothing */
	KUNIT_EXPECT_EQ(test, target_state_abort(cmd), TARGET_OWNER_RESPONSE);
}

static void state_in_core(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, target_state_in_core(TARGET_OWNER_NEW));
	KUNIT_EXPECT_FALSE(test, target_state_in_core(TARGET_OWNER_FABRIC));
	KUNIT_EXPECT_TRUE(test, target_state_in_core(TARGET_OWNER_QUEUE));
	KUNIT_EXPECT_TRUE(test, target_state_in_core(TARGET_OWNER_HANDLER));
	KUNIT_EXPECT_FALSE(test, target_state_in_core(TARGET_OWNER_RESPONSE));
}

static struct kunit_case state_cases[] = {
	KUNIT_CASE_PARAM(state_moves, move_gen_params),
	KUNIT_CASE_PARAM(state_aborted_moves, move_gen_params),
	KUNIT_CASE(state_in_core),
	{ }
};

static struct kunit_suite state_suite = {
	.name = "target_state",
	.test_cases = state_cases,
};

kunit_test_suite(state_suite);

