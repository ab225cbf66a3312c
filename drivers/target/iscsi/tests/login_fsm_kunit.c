// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the stages of the login phase.
 */
#include <kunit/test.h>
#include <linux/unaligned.h>

#include "../keys.h"
#include "../login_fsm.h"

#define T	ISCSI_FLAG_LOGIN_TRANSIT
#define C	ISCSI_FLAG_LOGIN_CONTINUE
#define FLAGS(csg, nsg)	((csg) << 2 | (nsg))

static struct iscsi_login_req request(u8 flags, u32 len)
{
	struct iscsi_login_req req = {
		.opcode = ISCSI_OP_LOGIN | ISCSI_OP_IMMEDIATE,
		.flags = flags,
		.isid = { 0x00, 0x02, 0x3d, 0x00, 0x00, 0x01 },
		.itt = (__force itt_t)0x12345678,
		.cid = cpu_to_be16(7),
		.cmdsn = cpu_to_be32(0xfffffffe),
		.exp_statsn = cpu_to_be32(99),
	};

	put_unaligned_be24(len, req.dlength);
	return req;
}

static enum iscsit_login_status take(struct iscsit_login_fsm *fsm, u8 flags,
				     u32 len)
{
	struct iscsi_login_req req = request(flags, len);

	return iscsit_login_fsm_request(fsm, &req);
}

/* All 256 flag bytes of a first request against the rules of 11.12 */
static void login_fsm_flags(struct kunit *test)
{
	struct iscsit_login_fsm fsm;
	u32 flags, csg, nsg;
	bool good;

	for (flags = 0; flags < 256; flags++) {
		csg = flags >> 2 & 3;
		nsg = flags & 3;
		good = csg < 2;
		if (flags & T)
			good &= nsg != 2 && nsg > csg && !(flags & C);
		iscsit_login_fsm_init(&fsm);
		KUNIT_EXPECT_EQ_MSG(test, take(&fsm, flags, 100),
				    good ? ISCSIT_LOGIN_OK :
					   ISCSIT_LOGIN_INIT_ERR,
				    "flags %02x", flags);
		if (good)
			KUNIT_EXPECT_EQ(test, iscsit_login_fsm_phase(&fsm),
					csg ? ISCSIT_KEY_IN_OPERATIONAL :
					      ISCSIT_KEY_IN_SECURITY);
	}
}

static void login_fsm_first(struct kunit *test)
{
	struct iscsi_login_req req;
	struct iscsit_login_fsm fsm;

	iscsit_login_fsm_init(&fsm);
	req = request(T | FLAGS(0, 1), 8192);
	req.tsih = cpu_to_be16(3);
	KUNIT_EXPECT_EQ(test, iscsit_login_fsm_request(&fsm, &req),
			ISCSIT_LOGIN_OK);
	KUNIT_EXPECT_EQ(test, fsm.cid, 7);
	KUNIT_EXPECT_EQ(test, fsm.tsih, 3);
	KUNIT_EXPECT_EQ(test, fsm.cmdsn, 0xfffffffe);
	KUNIT_EXPECT_EQ(test, fsm.exp_statsn, 99);
	KUNIT_EXPECT_EQ(test, fsm.text_len, 8192);
	KUNIT_EXPECT_MEMEQ(test, fsm.isid, req.isid, 6);

#define EXPECT_FIRST(field, value, want)				\
do {									\
	iscsit_login_fsm_init(&fsm);					\
	req = request(T | FLAGS(0, 1), 0);				\
	req.field = value;						\
	KUNIT_EXPECT_EQ(test, iscsit_login_fsm_request(&fsm, &req), want);\
} while (0)
	EXPECT_FIRST(opcode, ISCSI_OP_LOGIN, ISCSIT_LOGIN_OK);
	EXPECT_FIRST(opcode, ISCSI_OP_SCSI_CMD, ISCSIT_LOGIN_INVALID);
	EXPECT_FIRST(opcode, ISCSI_OP_TEXT, ISCSIT_LOGIN_INVALID);
	EXPECT_FIRST(min_version, 1, ISCSIT_LOGIN_VERSION);
	EXPECT_FIRST(max_version, 5, ISCSIT_LOGIN_OK);
	EXPECT_FIRST(hlength, 1, ISCSIT_LOGIN_INIT_ERR);
	EXPECT_FIRST(dlength[0], 1, ISCSIT_LOGIN_INIT_ERR);
	EXPECT_FIRST(dlength[1], 0x21, ISCSIT_LOGIN_INIT_ERR);
}

/* A later request has to belong to the same login */
static void login_fsm_same(struct kunit *test)
{
	struct iscsi_login_req req;
	struct iscsit_login_fsm fsm;

#define EXPECT_LATER(field, value, want)				\
do {									\
	iscsit_login_fsm_init(&fsm);					\
	KUNIT_EXPECT_EQ(test, take(&fsm, FLAGS(0, 0), 0), ISCSIT_LOGIN_OK);\
	req = request(FLAGS(0, 0), 0);					\
	req.field = value;						\
	KUNIT_EXPECT_EQ(test, iscsit_login_fsm_request(&fsm, &req), want);\
} while (0)
	EXPECT_LATER(isid[5], 1, ISCSIT_LOGIN_OK);
	EXPECT_LATER(isid[5], 2, ISCSIT_LOGIN_INIT_ERR);
	EXPECT_LATER(tsih, cpu_to_be16(1), ISCSIT_LOGIN_INIT_ERR);
	EXPECT_LATER(cid, cpu_to_be16(8), ISCSIT_LOGIN_INIT_ERR);
	EXPECT_LATER(itt, (__force itt_t)1, ISCSIT_LOGIN_INIT_ERR);
	EXPECT_LATER(cmdsn, cpu_to_be32(5), ISCSIT_LOGIN_OK);
	EXPECT_LATER(flags, FLAGS(1, 0), ISCSIT_LOGIN_INIT_ERR);
	EXPECT_LATER(opcode, ISCSI_OP_LOGOUT, ISCSIT_LOGIN_INVALID);
}

struct step {
	u8 flags;
	bool ready;
	u8 response;
};

static void walk(struct kunit *test, const struct step *step, u32 steps)
{
	struct iscsit_login_fsm fsm;

	iscsit_login_fsm_init(&fsm);
	for (; steps; steps--, step++) {
		KUNIT_EXPECT_FALSE(test, iscsit_login_fsm_done(&fsm));
		KUNIT_EXPECT_EQ(test, take(&fsm, step->flags, 10),
				ISCSIT_LOGIN_OK);
		KUNIT_EXPECT_EQ_MSG(test,
				    iscsit_login_fsm_respond(&fsm, step->ready),
				    step->response, "%u steps left", steps);
	}
	KUNIT_EXPECT_TRUE(test, iscsit_login_fsm_done(&fsm));
	KUNIT_EXPECT_EQ(test, take(&fsm, T | FLAGS(1, 3), 0),
			ISCSIT_LOGIN_INVALID);
}

static void login_fsm_walks(struct kunit *test)
{
	static const struct step chap[] = {
		{ T | FLAGS(0, 1), false, FLAGS(0, 0) },
		{ FLAGS(0, 0), false, FLAGS(0, 0) },
		{ T | FLAGS(0, 1), true, T | FLAGS(0, 1) },
		{ T | FLAGS(1, 3), true, T | FLAGS(1, 3) },
	};
	static const struct step straight[] = {
		{ T | FLAGS(1, 3), true, T | FLAGS(1, 3) },
	};
	static const struct step no_operational[] = {
		{ T | FLAGS(0, 3), true, T | FLAGS(0, 3) },
	};
	static const struct step proposals[] = {
		{ T | FLAGS(1, 3), false, FLAGS(1, 0) },
		{ T | FLAGS(1, 3), true, T | FLAGS(1, 3) },
	};
	static const struct step initiator_not_ready[] = {
		{ FLAGS(1, 0), true, FLAGS(1, 0) },
		{ FLAGS(1, 3), true, FLAGS(1, 0) },
		{ C | FLAGS(1, 0), true, FLAGS(1, 0) },
		{ T | FLAGS(1, 3), true, T | FLAGS(1, 3) },
	};

	walk(test, chap, ARRAY_SIZE(chap));
	walk(test, straight, ARRAY_SIZE(straight));
	walk(test, no_operational, ARRAY_SIZE(no_operational));
	walk(test, proposals, ARRAY_SIZE(proposals));
	walk(test, initiator_not_ready, ARRAY_SIZE(initiator_not_ready));
}

/* A text in several PDUs is limited as a whole, and the next one starts anew */
static void login_fsm_continue(struct kunit *test)
{
	struct iscsit_login_fsm fsm;

	iscsit_login_fsm_init(&fsm);
	KUNIT_EXPECT_EQ(test, take(&fsm, C | FLAGS(1, 0), 8192),
			ISCSIT_LOGIN_OK);
	KUNIT_EXPECT_TRUE(test, fsm.more);
	KUNIT_EXPECT_EQ(test, take(&fsm, T | FLAGS(1, 3), 8192),
			ISCSIT_LOGIN_OK);
	KUNIT_EXPECT_EQ(test, fsm.text_len, 16384);
	KUNIT_EXPECT_FALSE(test, fsm.more);
	KUNIT_EXPECT_EQ(test, iscsit_login_fsm_respond(&fsm, false),
			FLAGS(1, 0));
	KUNIT_EXPECT_EQ(test, take(&fsm, C | FLAGS(1, 0), 8192),
			ISCSIT_LOGIN_OK);
	KUNIT_EXPECT_EQ(test, fsm.text_len, 8192);
	KUNIT_EXPECT_EQ(test, take(&fsm, C | FLAGS(1, 0), 8192),
			ISCSIT_LOGIN_OK);
	KUNIT_EXPECT_EQ(test, take(&fsm, C | FLAGS(1, 0), 1),
			ISCSIT_LOGIN_NO_RESOURCES);
}

static void login_fsm_endless(struct kunit *test)
{
	struct iscsit_login_fsm fsm;
	u32 i;

	iscsit_login_fsm_init(&fsm);
	for (i = 0; i < ISCSIT_LOGIN_FSM_REQUESTS_MAX; i++)
		KUNIT_EXPECT_EQ(test, take(&fsm, FLAGS(0, 0), 0),
				ISCSIT_LOGIN_OK);
	KUNIT_EXPECT_EQ(test, take(&fsm, FLAGS(0, 0), 0),
			ISCSIT_LOGIN_INIT_ERR);
}

/* The table of RFC 7143 6.3.1 */
static void login_fsm_actions(struct kunit *test)
{
	static const struct {
		u16 tsih;
		struct iscsit_login_known known;
		enum iscsit_login_action want;
	} cases[] = {
		{ 0, { false }, ISCSIT_LOGIN_NEW_SESSION },
		{ 5, { false }, ISCSIT_LOGIN_REFUSE },
		{ 0, { true, 5, false }, ISCSIT_LOGIN_REINSTATE_SESSION },
		{ 0, { true, 5, true }, ISCSIT_LOGIN_REINSTATE_SESSION },
		{ 5, { true, 5, false }, ISCSIT_LOGIN_ADD_CONNECTION },
		{ 5, { true, 5, true }, ISCSIT_LOGIN_REINSTATE_CONNECTION },
		{ 6, { true, 5, true }, ISCSIT_LOGIN_REFUSE },
	};
	struct iscsit_login_fsm fsm;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		iscsit_login_fsm_init(&fsm);
		fsm.tsih = cases[i].tsih;
		KUNIT_EXPECT_EQ_MSG(test,
				    iscsit_login_fsm_action(&fsm,
							    &cases[i].known),
				    cases[i].want, "case %u", i);
	}
}

static struct kunit_case login_fsm_cases[] = {
	KUNIT_CASE(login_fsm_flags),
	KUNIT_CASE(login_fsm_first),
	KUNIT_CASE(login_fsm_same),
	KUNIT_CASE(login_fsm_walks),
	KUNIT_CASE(login_fsm_continue),
	KUNIT_CASE(login_fsm_endless),
	KUNIT_CASE(login_fsm_actions),
	{}
};

static struct kunit_suite login_fsm_suite = {
	.name = "iscsit_login_fsm",
	.test_cases = login_fsm_cases,
};

kunit_test_suite(login_fsm_suite);
