// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what modules register.
 */
#include <kunit/test.h>
#include <linux/err.h>

#include "../registry.h"

/* Called by nobody: only whether they are there matters. */
static void stand_in(void)
{
}

#define MEMBER(_name)							\
	{ #_name, offsetof(struct target_core_fabric_ops, _name) }

static const struct member {
	const char	*name;
	size_t		offset;
} members[] = {
	MEMBER(tpg_get_wwn),
	MEMBER(tpg_get_tag),
	MEMBER(write_pending),
	MEMBER(queue_data_in),
	MEMBER(queue_status),
	MEMBER(queue_tm_rsp),
	MEMBER(aborted_task),
	MEMBER(check_stop_free),
	MEMBER(release_cmd),
	MEMBER(fabric_make_wwn),
	MEMBER(fabric_drop_wwn),
	MEMBER(fabric_make_tpg),
	MEMBER(fabric_drop_tpg),
};

static struct target_core_fabric_ops *whole_ops(struct kunit *test)
{
	struct target_core_fabric_ops *ops;
	unsigned int i;

	ops = kunit_kzalloc(test, sizeof(*ops), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ops);
	ops->fabric_name = "kunit_fabric";
	for (i = 0; i < ARRAY_SIZE(members); i++)
		*(void **)((char *)ops + members[i].offset) = stand_in;
	return ops;
}

static void member_desc(const struct member *member, char *desc)
{
	strscpy(desc, member->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(member, members, member_desc);

static void registry_mandatory(struct kunit *test)
{
	const struct member *member = test->param_value;
	struct target_core_fabric_ops *ops = whole_ops(test);

	*(void **)((char *)ops + member->offset) = NULL;
	KUNIT_EXPECT_EQ(test, target_register_template(ops), -EINVAL);
}

static void registry_name(struct kunit *test)
{
	struct target_core_fabric_ops *ops = whole_ops(test);

	ops->fabric_name = NULL;
	KUNIT_EXPECT_EQ(test, target_register_template(ops), -EINVAL);
	ops->fabric_name = "";
	KUNIT_EXPECT_EQ(test, target_register_template(ops), -EINVAL);
	ops->fabric_name = "01234567890123456789012345678901";
	KUNIT_EXPECT_EQ(test, target_register_template(ops), -EINVAL);
	ops->fabric_name = "0123456789012345678901234567890";
	KUNIT_EXPECT_EQ(test, target_register_template(ops), 0);
	target_unregister_template(ops);
}

static void registry_defaults(struct kunit *test)
{
	struct target_core_fabric_ops *ops = whole_ops(test);
	struct target_fabric *fabric;
	const struct target_core_fabric_ops *got;

	KUNIT_ASSERT_EQ(test, target_register_template(ops), 0);
	fabric = target_registry_get_fabric("kunit_fabric");
	KUNIT_ASSERT_NOT_NULL(test, fabric);
	got = &fabric->ops;
	KUNIT_EXPECT_EQ(test, got->tpg_check_demo_mode(NULL), 0);
	KUNIT_EXPECT_EQ(test, got->tpg_check_demo_mode_cache(NULL), 0);
	KUNIT_EXPECT_EQ(test, got->tpg_check_demo_mode_write_protect(NULL), 0);
	KUNIT_EXPECT_EQ(test, got->tpg_check_demo_mode_login_only(NULL), 0);
	KUNIT_EXPECT_EQ(test, got->tpg_check_prod_mode_write_protect(NULL), 0);
	KUNIT_EXPECT_EQ(test, got->tpg_check_prot_fabric_only(NULL), 0);
	KUNIT_EXPECT_EQ(test, got->tpg_get_inst_index(NULL), 1);
	KUNIT_EXPECT_EQ(test, got->tpg_get_default_depth(NULL), 1);
	KUNIT_EXPECT_EQ(test, got->sess_get_index(NULL), 0);
	KUNIT_EXPECT_EQ(test, got->get_cmd_state(NULL), 0);
	got->set_default_node_attributes(NULL);
	KUNIT_EXPECT_STREQ(test, got->fabric_alias, "kunit_fabric");
	KUNIT_EXPECT_EQ(test, got->default_submit_type, TARGET_QUEUE_SUBMIT);
	/* what is optional stays away, and the fabric's own is not touched */
	KUNIT_EXPECT_NULL(test, got->close_session);
	KUNIT_EXPECT_NULL(test, got->sess_get_initiator_sid);
	KUNIT_EXPECT_NULL(test, ops->tpg_check_demo_mode);
	target_registry_put_fabric(fabric);
	target_unregister_template(ops);
	KUNIT_EXPECT_NULL(test, target_registry_get_fabric("kunit_fabric"));
}

static void registry_alias(struct kunit *test)
{
	struct target_core_fabric_ops *ops = whole_ops(test);
	struct target_core_fabric_ops *other = whole_ops(test);
	struct target_fabric *fabric;

	ops->fabric_alias = "kunit_alias";
	ops->default_submit_type = TARGET_DIRECT_SUBMIT;
	KUNIT_ASSERT_EQ(test, target_register_template(ops), 0);
	KUNIT_EXPECT_NULL(test, target_registry_get_fabric("kunit_fabric"));
	fabric = target_registry_get_fabric("kunit_alias");
	KUNIT_ASSERT_NOT_NULL(test, fabric);
	KUNIT_EXPECT_EQ(test, fabric->ops.default_submit_type,
			TARGET_DIRECT_SUBMIT);
	target_registry_put_fabric(fabric);

	/* the directory's name is what must be unique */
	other->fabric_alias = "kunit_alias";
	KUNIT_EXPECT_EQ(test, target_register_template(other), -EEXIST);
	/* who was refused takes nobody's place */
	target_unregister_template(other);
	fabric = target_registry_get_fabric("kunit_alias");
	KUNIT_EXPECT_NOT_NULL(test, fabric);
	target_unregister_template(ops);
}

static void registry_ports(struct kunit *test)
{
	struct target_port *a = kunit_kzalloc(test, sizeof(*a), GFP_KERNEL);
	struct target_port *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	a->rtpi = 40000;
	a->rtpi_manual = true;
	KUNIT_EXPECT_EQ(test, target_registry_add_port(a), 0);
	KUNIT_EXPECT_TRUE(test, target_registry_rtpi_taken(40000));
	b->rtpi = 40000;
	b->rtpi_manual = true;
	KUNIT_EXPECT_EQ(test, target_registry_add_port(b), -EBUSY);
	/* who does not have it does not give it back */
	target_registry_del_port(b);
	KUNIT_EXPECT_TRUE(test, target_registry_rtpi_taken(40000));

	b->rtpi = 0;
	b->rtpi_manual = false;
	KUNIT_EXPECT_EQ(test, target_registry_add_port(b), 0);
	KUNIT_EXPECT_NE(test, b->rtpi, 0);
	KUNIT_EXPECT_NE(test, b->rtpi, a->rtpi);
	target_registry_del_port(b);
	KUNIT_EXPECT_EQ(test, b->rtpi, 0);
	target_registry_del_port(a);
	/* an administrator's choice outlives that */
	KUNIT_EXPECT_EQ(test, a->rtpi, 40000);
	KUNIT_EXPECT_FALSE(test, target_registry_rtpi_taken(40000));
}

static struct kunit_case registry_cases[] = {
	KUNIT_CASE_PARAM(registry_mandatory, member_gen_params),
	KUNIT_CASE(registry_name),
	KUNIT_CASE(registry_defaults),
	KUNIT_CASE(registry_alias),
	KUNIT_CASE(registry_ports),
	{ }
};

static struct kunit_suite registry_suite = {
	.name = "target_registry",
	.test_cases = registry_cases,
};

kunit_test_suite(registry_suite);

