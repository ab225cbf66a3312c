// SPDX-License-Identifier: GPL-2.0-only
/*
 * Referrals (SBC-4 4.27): which target port group serves which blocks, for
 * initiators: REPORT REFERRALS and the Referrals VPD page.
 */
#include <linux/math64.h>
#include <linux/mm.h>
#include "../core/lba_map.h"
#include "../core/sense.h"
#include "cdb.h"
#include "handlers.h"
#include "referrals.h"

#define HEADER_LEN	4
#define SEGMENT_LEN	20
#define PORT_LEN	4

bool target_referrals_supported(const struct target_dev *dev)
{
	return target_lba_map_exists(dev);
}

/**
 * target_referrals_page - body of page B3h (SBC-4 6.6.8)
 * @cmd: INQUIRY
 * @c: where it goes
 */
void target_referrals_page(struct target_cmd *cmd, struct target_cursor *c)
{
	const struct target_lba_map *map;
	u8 *p = target_cursor_take(c, 12);

	if (!p)
		return;
	memset(p, 0, 12);
	guard(rcu)();
	map = rcu_dereference(cmd_dev(cmd)->lba_map);
	if (!map)
		return;
	put_unaligned_be32(map->size, p + 4);
	put_unaligned_be32(map->multiplier, p + 8);
}

static void put_segment(struct target_cursor *c,
			const struct target_lba_segment *segment)
{
	u8 *p = target_cursor_take(c, SEGMENT_LEN);
	unsigned int i;

	if (!p)
		return;
	memset(p, 0, SEGMENT_LEN);
	p[3] = segment->nr_ports;
	put_unaligned_be64(segment->first, p + 4);
	put_unaligned_be64(segment->last, p + 12);
	for (i = 0; i < segment->nr_ports; i++) {
		p = target_cursor_take(c, PORT_LEN);
		if (!p)
			return;
		p[0] = segment->ports[i].state;
		p[1] = 0;
		put_unaligned_be16(segment->ports[i].id, p + 2);
	}
}

/* The place of a block in the part of the medium that the map describes */
static u64 place_of(const struct target_lba_map *map, u64 lba)
{
	u64 round = (u64)map->size * map->multiplier;

	if (round)
		div64_u64_rem(lba, round, &lba);
	return lba;
}

/* Segments from the one on that has the block, or the first behind it */
static void put_segments(struct target_cursor *c,
			 const struct target_lba_map *map, u64 lba, bool one)
{
	u64 place = place_of(map, lba);
	unsigned int i;

	for (i = 0; i < map->nr_segments; i++) {
		if (map->segments[i].last < place)
			continue;
		put_segment(c, &map->segments[i]);
		if (one)
			break;
	}
}

static size_t room_for(const struct target_dev *dev)
{
	const struct target_lba_map *map;

	guard(rcu)();
	map = rcu_dereference(dev->lba_map);
	return HEADER_LEN + (map ? map->nr_segments : 0) *
	       (SEGMENT_LEN + TARGET_LBA_PORTS * PORT_LEN);
}

/* SBC-4 5.35 */
sense_reason_t target_referrals(struct target_cmd *cmd)
{
	const struct target_dev *dev = cmd_dev(cmd);
	const u8 *cdb = target_cdb_bytes(cmd);
	u64 lba = get_unaligned_be64(cdb + 2);
	const struct target_lba_map *map;
	size_t room = room_for(dev);
	struct target_cursor c;

	if (lba >= READ_ONCE(dev->nr_blocks))
		return target_cdb_outside(cmd, lba);
	cmd->scratch = kvzalloc(room, GFP_KERNEL);
	if (!cmd->scratch)
		return TCM_OUT_OF_RESOURCES;
	target_cursor_init(&c, cmd->scratch, room);
	target_cursor_take(&c, HEADER_LEN);
	scoped_guard(rcu) {
		map = rcu_dereference(dev->lba_map);
		/* a map that grew meanwhile is cut off: ask again */
		if (map)
			put_segments(&c, map, lba, cdb[14] & 0x01);
	}
	put_unaligned_be16(c.pos - HEADER_LEN, cmd->scratch + 2);
	target_data_put(cmd, cmd->scratch, c.pos);
	return TCM_NO_SENSE;
}
