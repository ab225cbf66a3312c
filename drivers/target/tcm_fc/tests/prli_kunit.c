// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of process login.
 */
#include <kunit/test.h>
#include <scsi/fc/fc_els.h>
#include <scsi/fc/fc_fcp.h>

#include "../prli.h"

static const struct prli_case {
	const char		*what;
	struct tcm_fc_prli	page;
	u8			answer;
	bool			nexus;
} pages[] = {
	{ "initiator, image pair", { FC_SPP_EST_IMG_PAIR, FCP_SPPF_INIT_FCN },
	  FC_SPP_RESP_ACK, true },
	{ "both functions, image pair",
	  { FC_SPP_EST_IMG_PAIR, FCP_SPPF_INIT_FCN | FCP_SPPF_TARG_FCN },
	  FC_SPP_RESP_ACK, true },
	{ "initiator that only asks", { 0, FCP_SPPF_INIT_FCN },
	  FC_SPP_RESP_ACK, false },
	{ "target", { FC_SPP_EST_IMG_PAIR, FCP_SPPF_TARG_FCN },
	  FC_SPP_RESP_ACK, false },
	{ "neither", { FC_SPP_EST_IMG_PAIR, FCP_SPPF_CONF_COMPL },
	  FC_SPP_RESP_INVL, false },
	{ "originator's associator",
	  { FC_SPP_OPA_VAL | FC_SPP_EST_IMG_PAIR, FCP_SPPF_INIT_FCN },
	  FC_SPP_RESP_NO_PA, true },
	{ "responder's associator", { FC_SPP_RPA_VAL, FCP_SPPF_INIT_FCN },
	  FC_SPP_RESP_NO_PA, false },
};

static void prli_desc(const struct prli_case *c, char *desc)
{
	strscpy(desc, c->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(page, pages, prli_desc);

static void prli_answer(struct kunit *test)
{
	const struct prli_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, tcm_fc_prli_check(&c->page), c->answer);
	KUNIT_EXPECT_EQ(test, tcm_fc_prli_wants_target(&c->page), c->nexus);
}

static void prli_parameters(struct kunit *test)
{
	u32 libfc = FCP_SPPF_INIT_FCN | FCP_SPPF_RETRY |
		    FCP_SPPF_TASK_RETRY_ID | FCP_SPPF_OVLY_ALLOW |
		    FCP_SPPF_WR_XRDY_DIS;

	KUNIT_EXPECT_EQ(test, tcm_fc_prli_params(libfc),
			FCP_SPPF_INIT_FCN | FCP_SPPF_TARG_FCN |
			FCP_SPPF_RD_XRDY_DIS | FCP_SPPF_CONF_COMPL);
	KUNIT_EXPECT_EQ(test, tcm_fc_prli_params(0),
			FCP_SPPF_TARG_FCN | FCP_SPPF_RD_XRDY_DIS |
			FCP_SPPF_CONF_COMPL);
}

static struct kunit_case prli_cases[] = {
	KUNIT_CASE_PARAM(prli_answer, page_gen_params),
	KUNIT_CASE(prli_parameters),
	{}
};

static struct kunit_suite prli_suite = {
	.name = "tcm_fc_prli",
	.test_cases = prli_cases,
};

kunit_test_suite(prli_suite);
