// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of portal addresses as text.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/in6.h>

#include "../portal_addr.h"

struct parse_case {
	const char *name;
	const char *text;	/* as it is written back, NULL if refused */
	const char *scope;
};

static const struct parse_case parse_cases[] = {
	{ "127.0.0.1:3261", "127.0.0.1:3261" },
	{ "0.0.0.0:3260", "0.0.0.0:3260" },
	{ "127.0.0.1:0", "127.0.0.1:0" },
	{ "255.255.255.255:65535", "255.255.255.255:65535" },
	{ "[::1]:3262", "[::1]:3262" },
	{ "[::]:3263", "[::]:3263" },
	{ "[2001:db8::10]:3260", "[2001:db8::10]:3260" },
	{ "[2001:0DB8:0:0:0:0:0:10]:3260", "[2001:db8::10]:3260" },
	{ "[fe80::1]:3260", "[fe80::1]:3260", "" },
	{ "[fe80::1%eth0]:3260", "[fe80::1]:3260", "eth0" },
	{ "[::ffff:10.0.0.1]:3260", "10.0.0.1:3260" },
	{ "127.0.0.1" }, { "127.0.0.1:" }, { "127.0.0.1:99999" },
	{ "127.0.0.1:65536" }, { "127.0.0.1:-1" }, { "127.0.0.1:+1" },
	{ "127.0.0.1: 1" }, { "127.0.0.1:1 " }, { "127.0.0.1:1\n" },
	{ "127.0.0.1:0x10" }, { "127.0.0.1:3260:1" }, { "127.0.0.1 :3260" },
	{ "1.2.3:3260" }, { "1.2.3.4.5:3260" }, { "256.0.0.1:3260" },
	{ "x:3260" }, { ":3260" }, { "" }, { "[" }, { "[]" }, { "[]:3260" },
	{ "[::1:3262" }, { "[::1]" }, { "[::1]:" }, { "[::1]3260" },
	{ "::1:3264" }, { "[::g]:3260" }, { "[::1]x:3260" },
	{ "[127.0.0.1]:3260" }, { "[fe80::1%]:3260" },
	{ "[2001:db8::1%eth0]:3260" },
	{ "[fe80::1%interfacename_x]:3260", "[fe80::1]:3260",
	  "interfacename_x" },
	{ "[fe80::1%interfacename_xy]:3260" },
};

static void portal_addr_parse(struct kunit *test)
{
	char buf[ISCSIT_PORTAL_ADDR_LEN];
	struct iscsit_portal_addr addr;
	const struct parse_case *c;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(parse_cases); i++) {
		c = &parse_cases[i];
		KUNIT_EXPECT_EQ_MSG(test,
				    iscsit_portal_addr_parse(c->name, &addr),
				    c->text ? 0 : -EINVAL, "%s", c->name);
		if (!c->text)
			continue;
		KUNIT_EXPECT_EQ(test, iscsit_portal_addr_format(&addr.ss, buf,
								sizeof(buf)),
				strlen(c->text));
		KUNIT_EXPECT_STREQ(test, buf, c->text);
		KUNIT_EXPECT_STREQ(test, addr.scope, c->scope ?: "");
	}
}

static struct sockaddr_storage ss_of(struct kunit *test, const char *name)
{
	struct iscsit_portal_addr addr;

	KUNIT_ASSERT_EQ(test, iscsit_portal_addr_parse(name, &addr), 0);
	return addr.ss;
}

static void portal_addr_target(struct kunit *test)
{
	static const struct {
		const char *portal, *local;
		u16 tpgt;
		const char *want;
	} cases[] = {
		{ "10.0.0.1:3260", "10.0.0.1:3260", 1, "10.0.0.1:3260,1" },
		{ "10.0.0.1:3260", "10.9.9.9:3260", 7, "10.0.0.1:3260,7" },
		{ "0.0.0.0:3260", "10.9.9.9:3260", 1, "10.9.9.9:3260,1" },
		{ "0.0.0.0:3261", "10.9.9.9:3260", 1, "10.9.9.9:3261,1" },
		{ "[::]:3260", "[2001:db8::1]:3260", 65535,
		  "[2001:db8::1]:3260,65535" },
		{ "[::]:3260", "[::ffff:10.9.9.9]:3260", 1, "10.9.9.9:3260,1" },
		{ "[::]:3260", "10.9.9.9:3261", 1, "10.9.9.9:3260,1" },
		{ "0.0.0.0:3260", "[::ffff:10.9.9.9]:1", 1, "10.9.9.9:3260,1" },
	};
	char buf[ISCSIT_PORTAL_ADDR_LEN];
	struct sockaddr_storage portal, local;
	u32 i, size;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		portal = ss_of(test, cases[i].portal);
		local = ss_of(test, cases[i].local);
		KUNIT_EXPECT_EQ(test,
				iscsit_portal_addr_target(&portal, &local,
							  cases[i].tpgt, buf,
							  sizeof(buf)),
				strlen(cases[i].want));
		KUNIT_EXPECT_STREQ(test, buf, cases[i].want);
		for (size = 0; size <= strlen(cases[i].want); size++)
			KUNIT_EXPECT_EQ(test,
					iscsit_portal_addr_target(&portal,
								  &local,
								  cases[i].tpgt,
								  buf, size),
					-E2BIG);
	}
}

/* Who has reached an IPv6 address cannot use a port that is IPv4's only. */
static void portal_addr_unreachable(struct kunit *test)
{
	struct sockaddr_storage portal = ss_of(test, "0.0.0.0:3260");
	struct sockaddr_storage local = ss_of(test, "[2001:db8::1]:3260");
	char buf[ISCSIT_PORTAL_ADDR_LEN];

	KUNIT_EXPECT_EQ(test, iscsit_portal_addr_target(&portal, &local, 1, buf,
							sizeof(buf)),
			-EAFNOSUPPORT);
}

static void portal_addr_compare(struct kunit *test)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "10.0.0.1:3260", "10.0.0.1:3260", true },
		{ "10.0.0.1:3260", "10.0.0.1:3261", false },
		{ "10.0.0.1:3260", "10.0.0.2:3260", false },
		{ "[::1]:3260", "[0:0::1]:3260", true },
		{ "[::1]:3260", "[::2]:3260", false },
		{ "[::]:3260", "0.0.0.0:3260", false },
	};
	struct sockaddr_storage a, b;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		a = ss_of(test, cases[i].a);
		b = ss_of(test, cases[i].b);
		KUNIT_EXPECT_EQ_MSG(test, iscsit_portal_addr_same(&a, &b),
				    cases[i].same, "%s %s", cases[i].a,
				    cases[i].b);
	}
	a = ss_of(test, "[fe80::1]:3260");
	b = a;
	((struct sockaddr_in6 *)&b)->sin6_scope_id = 2;
	KUNIT_EXPECT_FALSE(test, iscsit_portal_addr_same(&a, &b));
	KUNIT_EXPECT_EQ(test, iscsit_portal_addr_port(&a), 3260);
	KUNIT_EXPECT_FALSE(test, iscsit_portal_addr_is_any(&a));
	a = ss_of(test, "[::]:1");
	KUNIT_EXPECT_TRUE(test, iscsit_portal_addr_is_any(&a));
	a = ss_of(test, "0.0.0.0:1");
	KUNIT_EXPECT_TRUE(test, iscsit_portal_addr_is_any(&a));
	a = ss_of(test, "0.0.0.1:1");
	KUNIT_EXPECT_FALSE(test, iscsit_portal_addr_is_any(&a));
}

static struct kunit_case portal_addr_cases[] = {
	KUNIT_CASE(portal_addr_parse),
	KUNIT_CASE(portal_addr_target),
	KUNIT_CASE(portal_addr_unreachable),
	KUNIT_CASE(portal_addr_compare),
	{}
};

static struct kunit_suite portal_addr_suite = {
	.name = "iscsit_portal_addr",
	.test_cases = portal_addr_cases,
};

kunit_test_suite(portal_addr_suite);
