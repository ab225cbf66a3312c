// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of reservations as text.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../resv_image.h"

static void set_reg(struct target_resv *state, u64 key, u8 proto,
		    const char *initiator, const char *wwn)
{
	struct target_resv_reg *reg = &state->regs[state->count++];
	static const u8 isid[6] = { 1, 2, 3, 4, 5, 6 };

	reg->key = key;
	reg->all_tg_pt = key & 1;
	target_transport_id_name(&reg->nexus.initiator, proto, initiator);
	target_transport_id_isid(&reg->nexus.initiator, isid, sizeof(isid));
	strscpy(reg->nexus.port.fabric, "iscsi");
	strscpy(reg->nexus.port.wwn, wwn);
	reg->nexus.port.tag = 7;
	reg->nexus.port.rtpi = 3;
}

static struct target_resv *make_state(struct kunit *test)
{
	struct target_resv *state = target_resv_alloc(3);

	KUNIT_ASSERT_NOT_NULL(test, state);
	state->generation = 0xfffffffe;
	state->aptpl = true;
	state->type = TARGET_RESV_EA_RO;
	set_reg(state, U64_MAX, SCSI_PROTOCOL_ISCSI, "iqn.1994-05.a:b",
		"iqn.2003-01.a:t");
	set_reg(state, 0x1234, SCSI_PROTOCOL_ISCSI, "a b\n", "x \\y\n\x80");
	set_reg(state, 5, SCSI_PROTOCOL_FCP, "21:00:00:24:ff:31:4c:48", "naa.5");
	state->holder = 1;
	return state;
}

static char *write_state(struct kunit *test, const struct target_resv *state,
			 size_t *len)
{
	size_t room = target_resv_image_room(state);
	char *text = kunit_kzalloc(test, room, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, text);
	*len = target_resv_image_write(state, text, room);
	KUNIT_EXPECT_LT(test, *len, room - 1);
	return text;
}

static bool same(const struct target_resv *a, const struct target_resv *b)
{
	return a->generation == b->generation && a->type == b->type &&
	       a->aptpl == b->aptpl && a->lost == b->lost &&
	       a->holder == b->holder && a->count == b->count &&
	       !memcmp(a->regs, b->regs, a->count * sizeof(a->regs[0]));
}

static void image_round_trip(struct kunit *test)
{
	struct target_resv *state = make_state(test), *back;
	size_t len;
	char *text = write_state(test, state, &len);

	back = target_resv_image_read(text, len, true);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, back);
	KUNIT_EXPECT_TRUE(test, same(state, back));
	target_resv_free(back);
	target_resv_free(state);

	state = target_resv_alloc(0);
	KUNIT_ASSERT_NOT_NULL(test, state);
	text = write_state(test, state, &len);
	back = target_resv_image_read(text, len, true);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, back);
	KUNIT_EXPECT_TRUE(test, same(state, back));
	target_resv_free(back);
	target_resv_free(state);
}

/* The text is a format: what one version wrote, another has to read. */
static void image_is_fixed(struct kunit *test)
{
	static const char expected[] =
		"target-pr 1\n"
		"generation 4294967294\n"
		"aptpl 1\n"
		"lost 0\n"
		"type 6\n"
		"registration key=0xffffffffffffffff holder=0 all_tg_pt=1 rtpi=3 fabric=iscsi tag=7 target=iqn.2003-01.a:t protocol=5 initiator=iqn.1994-05.a:b,i,0x010203040506\n"
		"registration key=0x0000000000001234 holder=1 all_tg_pt=0 rtpi=3 fabric=iscsi tag=7 target=x\\x20\\x5cy\\x0a\\x80 protocol=5 initiator=a%20b%0a,i,0x010203040506\n"
		"registration key=0x0000000000000005 holder=0 all_tg_pt=1 rtpi=3 fabric=iscsi tag=7 target=naa.5 protocol=0 initiator=21000024ff314c48\n"
		"checksum 0x";
	struct target_resv *state = make_state(test);
	size_t len;
	char *text = write_state(test, state, &len);

	KUNIT_EXPECT_EQ(test, len, strlen(expected) + 9);
	text[strlen(expected)] = '\0';
	KUNIT_EXPECT_STREQ(test, text, expected);
	target_resv_free(state);
}

static bool readable(const char *text, size_t len, char *copy, bool checksum)
{
	struct target_resv *state;

	memcpy(copy, text, len);
	copy[len] = '\0';
	state = target_resv_image_read(copy, len, checksum);
	if (IS_ERR(state))
		return false;
	target_resv_free(state);
	return true;
}

/* Cut off anywhere, or with any bit turned over: it is not taken for whole. */
static void image_damaged(struct kunit *test)
{
	struct target_resv *state = make_state(test);
	size_t len, i;
	char *text = write_state(test, state, &len);
	char *copy = kunit_kzalloc(test, len + 1, GFP_KERNEL);
	unsigned int bit;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_TRUE(test, readable(text, len, copy, true));
	for (i = 0; i < len; i++)
		KUNIT_EXPECT_FALSE(test, readable(text, i, copy, true));
	for (i = 0; i < len; i++) {
		/* in the checksum itself, upper case is as good: 0XABCD */
		bool digits = i >= len - 10;

		for (bit = 0; bit < 8; bit++) {
			if (digits && bit == 5)
				continue;
			text[i] ^= BIT(bit);
			KUNIT_EXPECT_FALSE_MSG(test,
					       readable(text, len, copy, true),
					       "byte %zu bit %u", i, bit);
			text[i] ^= BIT(bit);
		}
	}
	target_resv_free(state);
}

#define HEAD	"target-pr 1\ngeneration 1\naptpl 0\nlost 0\ntype 5\n"
#define REG(holder)							\
	"registration key=0x1 holder=" holder " all_tg_pt=0 rtpi=1 fabric=iscsi " \
	"tag=1 target=t protocol=5 initiator=i\n"

static void image_by_hand(struct kunit *test)
{
	static const struct {
		const char	*text;
		bool		good;
	} texts[] = {
		{ HEAD REG("1"), true },
		{ HEAD REG("1") REG("0"), true },
		{ HEAD REG("1") REG("1"), false },	/* two holders */
		{ HEAD REG("0"), false },		/* none */
		{ HEAD REG("2"), false },
		{ HEAD, false },
		{ "target-pr 2\n", false },
		{ "target-pr 1\n", false },
		{ "", false },
		{ "\n", false },
		{ HEAD "registration key=0x1\n", false },
		{ HEAD REG("1") "\n", true },
		{ HEAD "\n" REG("1"), false },
		{ HEAD REG("1") "checksum 0x0\n", false },
		{ "target-pr 1\ngeneration 1\naptpl 0\nlost 0\ntype 2\n", false },
		{ "target-pr 1\ngeneration 1\naptpl 0\nlost 0\ntype 7\n", false },
		{ "target-pr 1\ngeneration 1\naptpl 0\nlost 1\ntype 0\n", true },
	};
	char copy[512];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		KUNIT_EXPECT_EQ_MSG(test, readable(texts[i].text,
						   strlen(texts[i].text), copy,
						   false),
				    texts[i].good, "text %zu", i);
	KUNIT_EXPECT_FALSE(test, readable(texts[0].text, strlen(texts[0].text),
					  copy, true));
}

static struct kunit_case image_cases[] = {
	KUNIT_CASE(image_round_trip),
	KUNIT_CASE(image_is_fixed),
	KUNIT_CASE(image_damaged),
	KUNIT_CASE(image_by_hand),
	{}
};

static struct kunit_suite image_suite = {
	.name = "target_resv_image",
	.test_cases = image_cases,
};

kunit_test_suite(image_suite);
