// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameter lists of PERSISTENT RESERVE OUT (SPC-5 6.16): of initiators that are
 * registered, most times.
 */
#include <string.h>
#include "list.h"

enum action { REGISTER, PREEMPT = 4, ABORT, IGNORE, MOVE, REPLACE };

/* The same logical unit, as the other initiator sees it; or this one, if none does */
static const struct lu *other_of(const struct lu *lu)
{
	const struct lu *other = lu->next;

	while (other != lu && memcmp(other->identity[1], lu->identity[1],
				     sizeof(lu->identity[1])))
		other = other->next;
	return other;
}

/* ----------------------------------------------------------- TransportIDs -- */

/* TransportID (SPC-5 7.6.4) of FCP, SRP, iSCSI, SAS, or of nothing */
static void put_stranger(struct rng *rng, struct list *list)
{
	static const uint8_t protocols[] = { 0x00, 0x04, 0x05, 0x45, 0x06, 0x0a, 0x0f };
	static const char name[] = "iqn.2003-01.org.example:fuzz";
	uint8_t protocol = random_of(rng, protocols);
	unsigned int size = 24 + 4 * random_below(rng, 8);

	list_put(list, protocol, 1);
	if ((protocol & 0xf) != 5) {
		list_put(list, 0, 7);
		list_put(list, random_below(rng, 3), 8);
		list_put(list, 0, 8);
		return;
	}
	list_put(list, 0, 1);
	list_put(list, size, 2);
	for (unsigned int i = 0; i < size; i++)
		list_put(list, i < sizeof(name) ? name[i] : 0, 1);
	if (protocol & 0x40 && size > 14)
		memcpy(list->data + list->len - 14, ",i,0x00023d0000", 14);
}

static void put_transport_id(struct rng *rng, const struct lu *lu,
			     struct list *list)
{
	const struct seen *seen = random_chance(rng, 80) ? &other_of(lu)->seen :
							   &lu->seen;

	if (!seen->initiator_len || random_chance(rng, 20)) {
		put_stranger(rng, list);
		return;
	}
	for (unsigned int i = 0; i < seen->initiator_len; i++)
		list_put(list, seen->initiator[i], 1);
}

/* The length of TransportIDs, and @count of them */
static void put_transport_ids(struct rng *rng, const struct lu *lu,
			      struct list *list, unsigned int count)
{
	unsigned int begin = list->len;

	list_put(list, 0, 4);
	while (count--)
		put_transport_id(rng, lu, list);
	shape_put(list->data + begin, (struct field){ 0, 4 },
		  list->len - begin - 4);
}

/* ------------------------------------------------------------------ keys -- */

/* SERVICE ACTION RESERVATION KEY: what is registered, or whose is preempted */
static uint8_t service_key(struct rng *rng, const struct lu *lu,
			   enum action action)
{
	if (random_chance(rng, 10))
		return random_below(rng, 3);
	switch (action) {
	case REGISTER: case IGNORE: case REPLACE:
		return lu->seen.key;
	case PREEMPT: case ABORT:
		return random_chance(rng, 20) ? 0 :
		       random_chance(rng, 75) ? other_of(lu)->seen.key :
						lu->seen.key;
	case MOVE:
		return other_of(lu)->seen.key;
	default:
		return 0;
	}
}

static void put_keys(struct rng *rng, const struct lu *lu, enum action action,
		     struct list *list)
{
	list_put(list, random_chance(rng, 85) ? lu->seen.key :
		 random_below(rng, 3), 8);
	list_put(list, service_key(rng, lu, action), 8);
}

/* ----------------------------------------------------------------- lists -- */

static void put_move(struct rng *rng, const struct lu *lu, struct list *list)
{
	list_put(list, 0, 1);
	list_put(list, random_draw(rng) & 0x03, 1);		/* UNREG, APTPL */
	list_put(list, random_chance(rng, 85) ? other_of(lu)->seen.port :
		 random_below(rng, 4), 2);
	put_transport_ids(rng, lu, list, 1);
}

static void put_basic(struct rng *rng, const struct lu *lu, enum action action,
		      struct list *list)
{
	bool named = random_chance(rng, action == REGISTER ? 20 : 2);

	list_put(list, 0, 4);
	list_put(list, (named ? 0x08 : 0) |
		 (random_chance(rng, 20) ? random_draw(rng) & 0x05 : 0), 1);
	list_put(list, 0, 3);
	if (!named)
		return;
	/* who is registered may not name others */
	if (random_chance(rng, 60))
		memset(list->data, 0, 8);
	put_transport_ids(rng, lu, list, random_below(rng, 4));
}

/* With types that leave the other initiator out of it, most times */
void list_reservation(struct rng *rng, const struct lu *lu, uint8_t *cdb,
		      struct list *list)
{
	static const uint8_t types[] = { 1, 3, 5, 6, 7, 8, 5, 6, 5, 6, 5, 6 };
	enum action action = cdb[1] & 0x1f;

	if (random_chance(rng, 90))
		cdb[2] = random_of(rng, types);
	put_keys(rng, lu, action, list);
	if (action == MOVE)
		put_move(rng, lu, list);
	else
		put_basic(rng, lu, action, list);
}
